"""`docpriv encrypted serve`, `access` and `classify`: the encrypted path over HTTP."""

from __future__ import annotations

import json as json_module
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from docpriv.cli import options as o
from docpriv.cli.classify_io import UNDECIDED, ReadFlags, exit_code_of, find, name_of, read_found, told
from docpriv.cli.streams import say
from docpriv.cli.terms import read_password
from docpriv.errors import DocprivError, FrameRefused, UsageError

if TYPE_CHECKING:
    from docpriv.classify.model import FeatureSchema
    from docpriv.cli.classify_reading import Content
    from docpriv.encrypted.model_file import HeadCard
    from docpriv.encrypted.remote import RemoteServer
    from docpriv.encrypted.station import Answer, Station

Authority = Annotated[
    Path | None,
    typer.Option(
        "--ca",
        metavar="FILE",
        show_default=False,
        help="PEM file of who signed the server's certificate, where the system does not know.",
    ),
]
Passphrase = Annotated[
    Path | None,
    typer.Option(
        "--passphrase-file",
        metavar="FILE",
        show_default=False,
        help="File with the passphrase of the secret key, or - (standard input).",
    ),
]
_AT_ONCE = 64  # documents that wait for one request: a reply comes after so many were read


@dataclass(frozen=True, kw_only=True)
class ServeFlags:
    """What a service is told: the fields of its `ServiceForm`."""

    folder: Annotated[Path, typer.Option("--server", metavar="DIR", help="Folder of the server, with its stations.")]
    host: Annotated[str, typer.Option("--host", help="Address to listen at; any but this machine's own needs TLS.")] = "127.0.0.1"
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="0: any that is free.")] = 8443
    certificate: Annotated[
        Path | None, typer.Option("--tls-cert", metavar="FILE", show_default=False, help="PEM certificate, with its chain.")
    ] = None
    key: Annotated[Path | None, typer.Option("--tls-key", metavar="FILE", show_default=False, help="Its private key.")] = None
    workers: Annotated[int, typer.Option("--workers", min=1, max=64, help="Processes that evaluate.")] = 1
    requests: Annotated[float, typer.Option("--requests-per-minute", min=1, help="Of one station.")] = 600
    documents: Annotated[
        float,
        typer.Option(
            "--documents-per-minute",
            min=1,
            help="Of one station. A head over d features "
            "is known to whoever may ask d + 1 questions: this slows it down, no more.",
        ),
    ] = 200_000
    connections: Annotated[
        int,
        typer.Option(
            "--connections",
            min=16,
            max=65_536,
            help="Open at once. A newcomer takes the place of the one that has waited longest for its client.",
        ),
    ] = 1024
    head_seconds: Annotated[
        float, typer.Option("--header-seconds", min=0.1, help="For a request's head to arrive, and for a TLS handshake.")
    ] = 10.0
    body_seconds: Annotated[
        float, typer.Option("--body-seconds", min=0.1, help="For a request's body to arrive, and for an answer to be taken.")
    ] = 60.0
    audit: Annotated[
        Path | None,
        typer.Option(
            "--audit", metavar="FILE", show_default=False, help="Where a line a request goes; default: audit.jsonl in --server."
        ),
    ] = None


@o.takes(ServeFlags)
def serve(
    flags: ServeFlags, model: Annotated[Path, typer.Option("--model", metavar="FILE", help="Head, from export-model.")]
) -> int:
    """Answer enrolled stations over HTTPS until stopped (Ctrl-C, SIGTERM).

    Holds the head and the stations' MAC keys, never a key that decrypts. Stations come with the bearer token of their enrolment;
    it is kept as a hash. Every request has a line in the audit file, also one that is refused or never arrives whole: when, from
    where, which station, how many documents, outcome, time. It has no content, for the server has none. No line, no answer.
    `GET /healthz` is open, and has no line;
    `GET /metrics` (Prometheus) wants a bearer token with the scope `metrics`, see `docpriv encrypted access`.
    """
    from docpriv.encrypted.model_file import load_model
    from docpriv.encrypted.service import ServiceForm
    from docpriv.encrypted.service.hosting import serve as run

    run(load_model(model), ServiceForm(**asdict(flags)), lambda url: say(f"listening at {url}"))
    return 0


def access(
    server: Annotated[Path, typer.Option("--server", metavar="DIR", help="Folder of the server.")],
    name: Annotated[str, typer.Argument(metavar="NAME", help="Whose token: small letters, digits, hyphens.")],
    scope: Annotated[
        list[str] | None, typer.Option("--scope", metavar="SCOPE", help="metrics (default) or evaluate; may be given twice.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", show_default=False, help="Where the new token goes (mode 0600).")
    ] = None,
    revoke: Annotated[bool, typer.Option("--revoke", help="Take the token of this name back.")] = False,
) -> int:
    """Give out a bearer token that is no station's, for a monitor say, or take it back.

    Stations need none: theirs comes with the enrolment. The server keeps a hash; a token that is lost is revoked and made anew.
    """
    from docpriv.encrypted.mac_keys import Scope, StationBook
    from docpriv.files import write_named

    book = StationBook(server)
    if revoke:
        book.revoke(name)
        say("the token is good for nothing any more")
        return 0
    known = {one.value for one in Scope}
    if out is None or not set(scope or ()) <= known:
        raise UsageError(
            "a new token needs --out, and scopes there are" if out is None else "there is no such scope",
            remedy=f"Scopes: {', '.join(sorted(known))}.",
        )
    absent(out, "the token")
    write_named(out, book.grant(name, [Scope(one) for one in scope or ["metrics"]]).encode() + b"\n", "the token")
    return 0


@o.takes(ReadFlags)
def classify(
    inputs: o.Inputs,
    server: Annotated[str, typer.Option("--server", metavar="URL", help="Of the service: https://host:8443.")],
    station: Annotated[Path, typer.Option("--station", metavar="DIR", help="Folder of this station, enrolled there.")],
    flags: ReadFlags,
    authority: Authority = None,
    scores: Annotated[bool, typer.Option("--scores", help="With the label's probability, to two decimals.")] = False,
    passphrase_file: Passphrase = None,
    json: o.Json = False,
) -> int:
    """Say what kind of paper scans are, by a server that sees none of them.

    Reads the pages here, makes features of what is left when findings are replaced by their kinds, encrypts them, sends them, and
    decrypts what comes back. --model is the public part (`docpriv classify export`), whose tables have to be those that the
    server's head was trained on. Where this machine may have the head, `docpriv classify run` is faster and no less private.
    """
    from docpriv.classify.model import open_classifier
    from docpriv.encrypted.model_file import card_from
    from docpriv.encrypted.remote import RemoteServer
    from docpriv.encrypted.station import Station
    from docpriv.encrypted.station_folder import StationFolder

    schema = open_classifier(flags.model).schema
    passphrase, bearer = read_passphrase(passphrase_file), StationFolder(station).bearer()
    failed: list[DocprivError] = []
    count = 0
    with RemoteServer(server, bearer, authority=authority) as remote:
        card = card_from(remote.card())
        _fits(card, schema)
        user = Station.open(station, card, passphrase=passphrase)
        for batch in _batches(read_found(find(inputs), flags)):
            good = [one for one in batch if one.prepared is not None]
            failed += [told(one, json=json) for one in batch if one.prepared is None]
            for one, answer in zip(good, _answers(good, schema, user, remote, scores), strict=True):
                _print(one, answer, json)
            count += len(batch)
    return exit_code_of(failed, count)


def enroll_over(url: str, station: Path, token: Path, authority: Path | None) -> int:
    """Redeem a token at a service, and take its receipt."""
    from docpriv.encrypted.remote import RemoteServer
    from docpriv.encrypted.station_folder import StationFolder

    folder = StationFolder(station)
    with RemoteServer(url, authority=authority) as remote:
        folder.confirm(remote.enroll(folder.redeem(token)))
    say("the station is enrolled")
    return 0


def read_passphrase(path: Path | None) -> str | None:
    return None if path is None else read_password(path)


def absent(path: Path, what: str, option: str = "--out") -> None:
    """UsageError where something stands where `what` would go: to be asked before a token or a receipt is used up."""
    if path.exists():
        raise UsageError(f"a file stands already where {what} would go", remedy=f"Choose another {option}.")


def _fits(card: HeadCard, schema: FeatureSchema) -> None:
    if card.schema != schema.digest or card.dimension != schema.dimension:
        raise FrameRefused(
            "the server's head takes features of other tables than this station has",
            remedy="Ask its operator for the public part of the model (`docpriv classify export`), and name it with --model.",
        )


def _batches(read: Iterator[Content]) -> Iterator[list[Content]]:
    while batch := list(islice(read, _AT_ONCE)):
        yield batch


def _answers(good: Sequence[Content], schema: FeatureSchema, user: Station, remote: RemoteServer, scores: bool) -> list[Answer]:
    import numpy as np

    if not good:
        return []
    rows = np.stack([one.prepared.features(schema) for one in good if one.prepared is not None])
    return [answer for frame in user.encrypt(rows) for answer in user.decrypt(remote.evaluate(frame), with_scores=scores).answers]


def _print(one: Content, answer: Answer, json: bool) -> None:
    label = answer.label if answer.decided and answer.label is not None else UNDECIDED
    if json:
        facts = {"document": one.document, "index": one.index, "label": label, "decided": answer.decided, "pages": one.pages}
        say(json_module.dumps(facts if answer.score is None else facts | {"score": answer.score}))
        return
    say(f"{label:<20}" + ("" if answer.score is None else f" {answer.score:5.2f}") + f"  {name_of(one)}")
