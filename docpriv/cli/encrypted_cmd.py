"""`docpriv encrypted`: classification of features that stay encrypted.

The commands of a station (keygen, encrypt, decrypt) and of a server (export-model, evaluate) are for different machines; enroll
has a part on each.
"""

from __future__ import annotations

import json as json_module
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from docpriv.cli.encrypted_service import Authority, Passphrase, absent, access, classify, enroll_over, read_passphrase, serve
from docpriv.cli.streams import say
from docpriv.errors import UsageError

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Classify features that stay encrypted.\n\n"
    "A station has the key, a server the head. The server learns which station asked and when, how many "
    "documents, of how many features, and its own computing time; no feature, document, score or label, "
    "and it has no key that decrypts. The head is not secret from stations: one reply shows it to whoever "
    "sees request and reply. Where the station may have the head, classify in the clear.",
)

StationDir = Annotated[Path, typer.Option("--station", metavar="DIR", help="Folder of this station, made by keygen.")]
Card = Annotated[Path, typer.Option("--card", metavar="FILE", help="Card of the server's head, from export-model.")]
Out = Annotated[Path, typer.Option("--out", metavar="FILE", help="File to write; one that exists is kept.")]


@app.command()
def keygen(
    station: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of the station; only you can read it.")],
    rotate: Annotated[
        bool, typer.Option("--rotate", help="Replace the key of a station; requests under way are forgotten.")
    ] = False,
    passphrase_file: Passphrase = None,
) -> int:
    """Make a station with a secret key, or a new key for one.

    The key (profile lin-1) is written with mode 0600 and never leaves the folder. Enrolment survives a rotation.
    """
    from docpriv.encrypted.station_folder import StationFolder

    passphrase = read_passphrase(passphrase_file)
    if rotate:
        key, forgotten = StationFolder(station).rotate(passphrase)
        say(f"key id: {key.id.hex()}")
        say(f"{_counted(forgotten, 'request')} under way forgotten")
        return 0
    say(f"station: {StationFolder.make(station, passphrase=passphrase).id.hex()}")
    return 0


@app.command()
def enroll(
    server: Annotated[
        Path | None,
        typer.Option(
            "--server",
            metavar="DIR",
            show_default=False,
            help="Folder of the server: with --token, --redeem, --revoke, or alone to list stations.",
        ),
    ] = None,
    station: Annotated[
        Path | None,
        typer.Option("--station", metavar="DIR", show_default=False, help="Folder of the station: with --token or --receipt."),
    ] = None,
    token: Annotated[
        Path | None,
        typer.Option(
            "--token", metavar="FILE", show_default=False, help="Token: written by the server, read by the station. A secret."
        ),
    ] = None,
    redeem: Annotated[
        Path | None,
        typer.Option("--redeem", metavar="FILE", show_default=False, help="At the server: what the station wrote for a token."),
    ] = None,
    receipt: Annotated[
        Path | None, typer.Option("--receipt", metavar="FILE", show_default=False, help="At the station: what the server wrote.")
    ] = None,
    revoke: Annotated[
        str | None,
        typer.Option(
            "--revoke",
            metavar="STATION",
            show_default=False,
            help="At the server: id of a station whose frames shall no longer count.",
        ),
    ] = None,
    hours: Annotated[float, typer.Option("--hours", help="How long a token is good for.")] = 24.0,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", show_default=False, help="Where the redemption or the receipt goes.")
    ] = None,
    url: Annotated[
        str | None,
        typer.Option(
            "--url", metavar="URL", show_default=False, help="At the station: the server's service, which redeems at once."
        ),
    ] = None,
    authority: Authority = None,
) -> int:
    """Let a station and a server authenticate each other, once per token.

    Four steps: the server writes a token (--server DIR --token FILE); the station redeems it (--station DIR --token FILE
    --out FILE); the server checks that and writes a receipt (--server DIR --redeem FILE --out FILE); the station takes it
    (--station DIR --receipt FILE). Where the server runs as a service, the station does all of it in one step (--station DIR
    --token FILE --url https://...). The token is a secret; who reads the rest has no key. A token is good for one station,
    once, and until it expires.
    """
    if url is not None and station is not None and token is not None and (server, redeem, receipt, revoke, out) == (None,) * 5:
        return enroll_over(url, station, token, authority)
    if url is not None or authority is not None:
        raise UsageError("--url goes with --station and --token alone")
    from docpriv.encrypted.mac_keys import StationBook
    from docpriv.files import write_named

    match server, station, token, redeem, receipt, revoke, out:
        case Path(), None, Path(), None, None, None, None:
            write_named(token, StationBook(server).issue(hours=hours).text.encode() + b"\n", "the token")
            say(f"a token for one station, good for {hours:g} hours")
        case Path(), None, None, Path(), None, None, Path():
            data = _small(redeem, "the redemption")
            absent(out, "the receipt")
            write_named(out, StationBook(server).redeem(data), "the receipt")
            say("the station is enrolled")
        case Path(), None, None, None, None, str(), None:
            StationBook(server).revoke(revoke)
            say("the station is no longer enrolled")
        case Path(), None, None, None, None, None, None:
            found = StationBook(server).stations()
            say("\n".join([*found, f"{_counted(len(found), 'station')} enrolled"]))
        case None, Path(), Path(), None, None, None, Path():
            from docpriv.encrypted.station_folder import StationFolder  # here, for a server has no use for a key

            absent(out, "the redemption")
            write_named(out, StationFolder(station).redeem(token), "the redemption")
            say("carry the redemption to the server, and its receipt back")
        case None, Path(), None, None, Path(), None, None:
            from docpriv.encrypted.station_folder import StationFolder

            StationFolder(station).confirm(_small(receipt, "the receipt"))
            say("the station is enrolled")
        case _:
            raise UsageError(
                "these options do not make a step of an enrolment",
                remedy="See `docpriv encrypted enroll --help` for the four steps.",
            )
    return 0


@app.command("export-model")
def export_model(
    model: Annotated[Path, typer.Option("--model", metavar="FILE", help="Classifier, as `docpriv classify` uses it.")],
    out: Out,
    card: Annotated[Path, typer.Option("--card", metavar="FILE", help="Card for the stations: labels, digests, no weights.")],
) -> int:
    """Write the head of a classifier for a server, and its card.

    Both are JSON. The head is written as the integers that are computed with, divided so that no score can wrap.
    """
    from docpriv.classify.model import Classifier
    from docpriv.encrypted import model_file
    from docpriv.files import write_named

    absent(card, "the card", "--card")
    exported = model_file.export_model(Classifier.load(model))
    write_named(out, exported.packed(), "the head")
    write_named(card, exported.card.packed(), "the card")
    say(f"model: {exported.card.model.hex()}")
    say(f"{len(exported.card.labels)} labels, {exported.card.dimension} features")
    return 0


@app.command()
def encrypt(
    station: StationDir,
    card: Card,
    features: Annotated[
        Path,
        typer.Option(
            "--features", metavar="FILE", help="Features of documents, one a row: a .npy file of numpy, norm at most 1."
        ),
    ],
    out: Out,
    passphrase_file: Passphrase = None,
) -> int:
    """Encrypt features into request frames.

    Few documents are packed by document, 128 and more by feature. What is written holds nothing that the server could read.
    """
    from docpriv.encrypted.frames import write_frames
    from docpriv.encrypted.model_file import load_card
    from docpriv.encrypted.station import Station

    rows = _features(features)
    sender = Station.open(station, load_card(card), passphrase=read_passphrase(passphrase_file))
    frames = write_frames(out, sender.encrypt(rows))
    say(f"{_counted(len(rows), 'document')} in {_counted(frames, 'frame')}")
    return 0


@app.command()
def evaluate(
    server: Annotated[Path, typer.Option("--server", metavar="DIR", help="Folder of the server, with its stations.")],
    model: Annotated[Path, typer.Option("--model", metavar="FILE", help="Head, from export-model.")],
    requests: Annotated[Path, typer.Argument(metavar="FILE", help="Request frames, from encrypt.")],
    out: Out,
) -> int:
    """Compute the replies to request frames, without a key.

    Frames are checked before SEAL reads a byte of them; it does so in a process with limits of memory and time. Nothing is
    written unless every frame was good.
    """
    from docpriv.encrypted.frames import read_frames, write_frames
    from docpriv.encrypted.mac_keys import StationBook
    from docpriv.encrypted.model_file import load_model
    from docpriv.encrypted.server import Server

    with Server(load_model(model), StationBook(server)) as serving:
        frames = write_frames(out, (serving.evaluate(frame) for frame in read_frames(requests)))
    say(f"{_counted(frames, 'frame')} evaluated")
    return 0


@app.command()
def decrypt(
    station: StationDir,
    card: Card,
    replies: Annotated[Path, typer.Argument(metavar="FILE", help="Reply frames, from evaluate.")],
    scores: Annotated[bool, typer.Option("--scores", help="With the probability of each label, to two decimals.")] = False,
    json: Annotated[bool, typer.Option("--json", help="JSON lines.")] = False,
    passphrase_file: Passphrase = None,
) -> int:
    """Read replies: a label for each document, in their order.

    A reply is read once. A document whose two best scores are closer than ten times the error of the encrypted computation is
    undecided, as is one under the classifier's threshold. Logits are never shown: with the ciphertext they would tell
    about the key.
    """
    from docpriv.encrypted.frames import read_frames
    from docpriv.encrypted.model_file import UNDECIDED, load_card
    from docpriv.encrypted.station import Station

    receiver = Station.open(station, load_card(card), passphrase=read_passphrase(passphrase_file))
    close = under = count = 0
    for frame in read_frames(replies):
        found = receiver.decrypt(frame, with_scores=scores)
        for row, one in enumerate(found.answers, start=found.first + 1):
            count += 1
            close += one.label is None
            under += one.label is not None and not one.decided
            label = one.label if one.decided and one.label is not None else UNDECIDED
            if json:
                say(
                    json_module.dumps(
                        {"document": row, "label": label, "decided": one.decided} | ({"score": one.score} if scores else {})
                    )
                )
            else:
                say(f"{row}\t{label}" + (f"\t{one.score:.2f}" if scores and one.score is not None else ""))
    if not json:
        say(f"{_counted(count, 'document')}: {close} undecided by their margin, {under} under the threshold")
    return 0


def _small(path: Path, what: str) -> bytes:
    from docpriv.files import open_regular

    try:
        with open_regular(path) as file:
            return file.read(1 << 16)
    except OSError as exc:
        raise UsageError(f"the file of {what} cannot be read ({exc.strerror})") from None


def _features(path: Path) -> npt.NDArray[np.floating[Any]]:
    import numpy as np

    from docpriv.files import open_regular

    try:
        with open_regular(path):
            rows = np.load(path, mmap_mode="r", allow_pickle=False)
    except (OSError, ValueError, EOFError):
        raise UsageError("the file of features cannot be read: it is no .npy file of numpy") from None
    if not isinstance(rows, np.ndarray) or rows.ndim != 2 or rows.dtype.kind != "f":
        raise UsageError("the features are no table of floating-point numbers")
    return rows


def _counted(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"


app.command()(serve)
app.command()(access)
app.command()(classify)
