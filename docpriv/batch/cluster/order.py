"""What the workers of a job are to do, sealed in the job folder; only who has the runner's key reads it.

It holds the recipe with its terms, passwords and where documents lie: nothing for the memory or the logs of a cluster. The
file is useless without the key, and the key without the file. That a worker can open it shows that it sees the job folder.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from docpriv.batch.job import from_message, to_message
from docpriv.batch.job_folder import JobFolder
from docpriv.errors import ClusterError, OutputError, UsageError
from docpriv.files import path_from, path_text, write_whole
from docpriv.records import TEMPORARY
from docpriv.run_options import RunOptions
from docpriv.staging import private_folder

_SAMPLE = 64  # entries of the source by which a worker knows it again


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """`versions` of docpriv and its libraries, `machine`, and digest of the recipe, as the job's own runner has them.

    `sample`: some entries of the source; `token`: a folder in the output. A worker that sees neither sees another storage.
    """

    versions: dict[str, str]
    machine: str
    recipe_sha256: str
    options: dict[str, Any] = field(repr=False)
    job: JobFolder = field(repr=False)
    token: str
    sample: tuple[str, ...] = field(repr=False)

    def parsed(self) -> RunOptions:
        """The options of the run, once the versions are known to fit."""
        return RunOptions.model_validate(self.options)


def sample_of(source: Path) -> tuple[str, ...]:
    """Names of some entries of a folder; none where it is empty or cannot be read."""
    try:
        with os.scandir(source) as entries:
            return tuple(path_text(Path(entry.name)) for entry, _ in zip(entries, range(_SAMPLE), strict=False))
    except OSError:
        return ()


def require_age() -> Any:
    """pyrage, or UsageError where it is not installed."""
    try:
        import pyrage
    except ModuleNotFoundError:
        raise UsageError(
            "the back end ray needs pyrage, which is not installed", remedy="pip install 'docpriv[cluster]'"
        ) from None
    return pyrage


@contextmanager
def sealed(order: Order) -> Iterator[tuple[str, str]]:
    """The path of a file with the order and the key that opens it, for as long as the body runs."""
    age = require_age()
    identity = age.x25519.Identity.generate()
    text = json.dumps(to_message(order)).encode("utf-8", "surrogateescape")
    data = age.encrypt(text, [identity.to_public()])
    path = order.job.path / "private" / f"order-{secrets.token_hex(8)}.age"
    try:
        write_whole(path, data, prefix=TEMPORARY)
    except OSError as exc:
        raise OutputError(f"the job folder cannot be written ({exc.strerror})") from None
    try:
        yield path_text(path), str(identity)
    finally:
        with suppress(OSError):
            path.unlink()


def unsealed(path: str, key: str) -> Order:
    """The order of a sealed file. ClusterError where it is not to be had here."""
    import pyrage

    try:
        data = pyrage.decrypt(path_from(path).read_bytes(), [pyrage.x25519.Identity.from_str(key)])
    except OSError as exc:
        raise ClusterError(
            f"a machine of the cluster does not see the job folder ({exc.strerror})",
            remedy="Source, output and --job have to lie on storage that all machines of the cluster have at the "
            "same paths, readable for the user who runs Ray.",
        ) from None
    except (pyrage.DecryptError, pyrage.IdentityError):
        raise ClusterError(
            "a machine of the cluster sees another job folder at the path of this one",
            remedy="Give all machines the same storage at the same paths.",
        ) from None
    return from_message(Order, json.loads(data.decode("utf-8", "surrogateescape")))


@contextmanager
def token_in(out: Path) -> Iterator[str]:
    """The name of a folder in the output by which workers know it again; sweeps leave it alone while the body runs."""
    with ExitStack() as stack:
        try:
            out.mkdir(parents=True, exist_ok=True)
            path = stack.enter_context(private_folder(out))
        except OSError as exc:
            raise OutputError(f"the output folder cannot be written ({exc.strerror})") from None
        yield path.name
