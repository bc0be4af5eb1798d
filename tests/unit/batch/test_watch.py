"""Parts of the hot folder: what counts as a whole file, free names, claims, moves to another file system."""

from __future__ import annotations

import errno
import io
import os
import random
import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from docpriv.batch import inbox as inbox_module
from docpriv.batch.inbox import HotFolder, Originals, Reason, Seen
from docpriv.batch.naming import free_name, short_name
from docpriv.batch.wholeness import why_unfinished
from docpriv.errors import IntegrityError, OutputError, UsageError

JOB = "job-0123456789abcdef"


def noise(seed: int = 1, side: int = 120) -> Image.Image:
    return Image.fromarray(np.random.default_rng(seed).integers(0, 255, (side, side, 3), np.uint8))


def saved(**how: object) -> bytes:
    buffer = io.BytesIO()
    noise().save(buffer, **how)  # type: ignore[arg-type]
    return buffer.getvalue()


def with_thumbnail() -> bytes:
    """A JPEG with another one, end marker and all, in a segment before its pixels."""
    small, large = io.BytesIO(), saved(format="JPEG")
    noise(side=16).save(small, format="JPEG")
    inner = b"Exif\0\0" + small.getvalue()
    return large[:2] + b"\xff\xe1" + (len(inner) + 2).to_bytes(2, "big") + inner + large[2:]


def linearized() -> bytes:
    """The outline of a PDF for viewing over a net: an end marker near the start, and its length in the first object."""
    first = b"%PDF-1.4\n1 0 obj << /Linearized 1 /L 000006000 /N 1 >> endobj\nstartxref\n0\n%%EOF\n"
    end = b"\nstartxref\n20\n%%EOF\n"
    return first + b"x" * (6000 - len(first) - len(end)) + end


KINDS: dict[str, Callable[[], bytes]] = {
    "png": lambda: saved(format="PNG"), "jpeg": lambda: saved(format="JPEG"), "bmp": lambda: saved(format="BMP"),
    "progressive": lambda: saved(format="JPEG", progressive=True), "thumbnail": with_thumbnail,
    "tiff": lambda: saved(format="TIFF"), "lzw": lambda: saved(format="TIFF", compression="tiff_lzw"),
    "pages": lambda: saved(format="TIFF", save_all=True, append_images=[noise(2), noise(3)]),
    "big": lambda: saved(format="TIFF", big_tiff=True), "webp": lambda: saved(format="WEBP"),
    "pdf": lambda: saved(format="PDF"), "linearized": linearized}


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_is_whole_only_with_its_end(kind: str, tmp_path: Path) -> None:
    data, path, rng = KINDS[kind](), tmp_path / "x", random.Random(kind)
    path.write_bytes(data)
    with path.open("rb") as file:
        assert why_unfinished(file) is None
    enough = len(data) - 16         # behind the end stand a line end, or bytes that fill up
    for cut in [0, 1, 5, len(data) // 2, enough, *(rng.randrange(len(data) - 16) for _ in range(40))]:
        path.write_bytes(data[:cut])
        with path.open("rb") as file:
            assert why_unfinished(file) == ("empty" if cut == 0 else "cut-off"), cut


@pytest.mark.parametrize("kind", KINDS)
def test_hostile_bytes_end_in_an_answer(kind: str, tmp_path: Path) -> None:
    data, path, rng = KINDS[kind](), tmp_path / "x", random.Random(kind)
    for _ in range(60):
        spoilt = bytearray(data)
        for _ in range(rng.randrange(1, 30)):
            spoilt[rng.randrange(min(len(spoilt), 400))] = rng.randrange(256)
        path.write_bytes(spoilt)
        with path.open("rb") as file:
            assert why_unfinished(file) in {None, "cut-off"}


def test_what_has_no_end_of_its_own_is_whole_when_it_is_long_enough_to_say_so(tmp_path: Path) -> None:
    (tmp_path / "short").write_bytes(b"PK")
    (tmp_path / "long").write_bytes(b"nothing that is a document of any kind at all")
    said = []
    for name in ("short", "long"):
        with (tmp_path / name).open("rb") as file:
            said.append(why_unfinished(file))
    assert said == ["cut-off", None]


def test_a_file_that_somebody_writes_is_not_whole(tmp_path: Path) -> None:
    path = tmp_path / "x.png"
    with path.open("wb") as writer:
        writer.write(KINDS["png"]())
        writer.flush()
        with path.open("rb") as file:
            said = why_unfinished(file)
    if said is None:
        pytest.skip("this file system grants no leases")
    assert said == "in-use"
    with path.open("rb") as file:
        assert why_unfinished(file) is None
    with path.open("ab"):
        pass            # the lease is given back: a writer is not held up


@pytest.mark.parametrize("taken", [0, 1, 2, 7, 100])
def test_a_name_that_is_taken_gets_the_next_number(taken: int, tmp_path: Path) -> None:
    for _ in range(taken):
        free_name(tmp_path, Path("scan.pdf"), "t").touch()
    assert free_name(tmp_path, Path("scan.pdf"), "t").name == ("scan.pdf" if taken == 0 else f"scan-{taken + 1}.pdf")
    assert len(list(tmp_path.iterdir())) == taken


def test_names_that_cannot_be_get_one_that_can(tmp_path: Path) -> None:
    (tmp_path / "a.png").touch()
    assert free_name(tmp_path, Path("a.png/b.png"), "t0") == tmp_path / "arrival-t0.png"
    assert free_name(tmp_path, Path("x" * 300 + ".png"), "t0") == tmp_path / "arrival-t0.png"
    for name in ("\u00e9" * 250 + ".png", os.fsdecode(b"\xe9" * 250), "." * 250, "a" * 10 + "." + "b" * 240):
        assert 0 < len(os.fsencode(short_name(Path(name), "t0").name)) <= 200
    assert short_name(Path(*["d" * 100] * 30, "a.png"), "t0") == Path("deep-t0/a.png")
    assert short_name(Path("sub/a.png"), "t0") == Path("sub/a.png")


def hot(root: Path, **more: object) -> HotFolder:
    (root / "in").mkdir(exist_ok=True)
    folder = HotFolder(root / "in", JOB, **more)  # type: ignore[arg-type]
    folder.open(known=False)
    return folder


def put(folder: HotFolder, name: str, data: bytes = b"x") -> Seen:
    path = folder.inbox / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    (seen,) = [seen for seen in folder.look().files if seen.path == path]
    return seen


def reason(place: str) -> Reason:
    return Reason(document="doc-1", place=place, state="failed", code="corrupt", exit_code=3, message="m", remedy="r")


def test_a_look_follows_no_link_and_takes_no_unfinished_name(tmp_path: Path) -> None:
    (tmp_path / "away").mkdir()
    (tmp_path / "away" / "secret.png").touch()
    folder = hot(tmp_path)
    for name in ("b/c.png", "a.png", ".hidden.png", "a.png.part", "a.TMP", "a.png~", ".dir/a.png", "up.part/a.png"):
        (folder.inbox / name).parent.mkdir(exist_ok=True)
        (folder.inbox / name).touch()
    (folder.inbox / "link.png").symlink_to(tmp_path / "away" / "secret.png")
    (folder.inbox / "linked").symlink_to(tmp_path / "away")
    os.mkfifo(folder.inbox / "pipe.png")
    look = folder.look()
    assert [str(seen.relative) for seen in look.files] == ["a.png", "b/c.png"]
    assert (look.left, look.named) == (3, 6)
    folder.close()


def test_a_link_that_takes_the_place_of_a_file_is_put_back(tmp_path: Path) -> None:
    folder = hot(tmp_path)
    seen = put(folder, "a.png")
    seen.path.unlink()
    assert folder.take(seen, seen.relative, "t0") is None
    seen.path.symlink_to("/etc/hostname")
    assert folder.take(seen, seen.relative, "t1") is None
    assert seen.path.is_symlink()
    assert not list(folder.working.iterdir())
    folder.close()


@pytest.mark.parametrize("originals", [Originals.DONE, Originals.DELETE])
def test_a_file_leaves_working_for_one_place(originals: Originals, tmp_path: Path) -> None:
    folder = hot(tmp_path, originals=originals)
    for number in range(3):
        seen = put(folder, "sub/a.png", b"%d" % number)
        arrival = folder.take(seen, seen.relative, f"t{number}")
        assert arrival is not None
        assert list(folder.held()) == [arrival]
        if number < 2:
            folder.finish(arrival)
        else:
            folder.put_aside(arrival, reason("at-2"))
        assert list(folder.held()) == []
    done = sorted(p.name for p in folder.private.glob("done/sub/*"))
    assert done == (["a-2.png", "a.png"] if originals is Originals.DONE else [])
    assert sorted(p.name for p in folder.quarantine.glob("sub/*")) == ["a.png", "a.png.reason.json"]
    folder.close()


def test_a_file_that_is_called_like_a_reason_is_none(tmp_path: Path) -> None:
    folder = hot(tmp_path)
    hostile = reason("at-0").model_dump_json().encode()
    for number, (name, data) in enumerate([("a.png.reason.json", hostile), ("a.png", b"1"), ("a.png", b"2")]):
        seen = put(folder, name, data)
        arrival = folder.take(seen, seen.relative, f"t{number}")
        assert arrival is not None
        folder.put_aside(arrival, reason(f"at-{number}"))
    assert sorted(p.name for p in folder.quarantine.iterdir()) == [
        "a-2.png", "a-2.png.reason.json", "a.png", "a.png.reason.json", "a.png.reason.json_", "a.png.reason.json_.reason.json"]
    assert (folder.quarantine / "a.png.reason.json_").read_bytes() == hostile
    folder.close()


def test_a_kill_while_a_file_goes_to_quarantine_is_gone_on_with(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = hot(tmp_path)
    seen = put(folder, "a.png")
    arrival = folder.take(seen, seen.relative, "t0")
    assert arrival is not None

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(inbox_module.HotFolder, "_carry", killed)
        with pytest.raises(KeyboardInterrupt):
            folder.put_aside(arrival, reason("at-0"))
    (again,) = folder.held()
    folder.put_aside(again, reason("at-0"))
    assert sorted(p.name for p in folder.quarantine.iterdir()) == ["a.png", "a.png.reason.json"]
    folder.close()


@pytest.mark.parametrize("step", range(9))
def test_a_move_to_another_file_system_survives_a_kill_at_every_step(step: int, tmp_path: Path,
                                                                     monkeypatch: pytest.MonkeyPatch) -> None:
    """Renames from the inbox to `kept` fail as between file systems; the `step`-th call to the system is the last one."""
    folder = hot(tmp_path, originals=Originals.KEEP, kept=tmp_path / "kept")
    (tmp_path / "kept" / "sub").mkdir()
    (tmp_path / "kept" / "sub" / "a.png").write_bytes(b"another")
    seen = put(folder, "sub/a.png", b"content")
    arrival = folder.take(seen, seen.relative, "t0")
    assert arrival is not None
    left = [step]
    true_rename, true_copy, true_unlink = os.rename, shutil.copyfileobj, os.unlink

    def counted(call: Callable[..., object]) -> Callable[..., object]:
        def counting(*arguments: object, **more: object) -> object:
            if left[0] == 0:
                raise KeyboardInterrupt
            left[0] -= 1
            return call(*arguments, **more)
        return counting

    def rename(source: Path, target: Path) -> None:
        if folder.private in source.parents and folder.done in target.parents:
            raise OSError(errno.EXDEV, "Invalid cross-device link")
        true_rename(source, target)

    with monkeypatch.context() as patch:
        patch.setattr(os, "rename", counted(rename))
        patch.setattr(shutil, "copyfileobj", counted(true_copy))
        patch.setattr(os, "unlink", counted(true_unlink))
        with suppress(KeyboardInterrupt):
            folder.finish(arrival)
        left[0] = -1
        for held in list(folder.held()):
            folder.finish(held)
    assert list(folder.held()) == []
    kept = {str(p.relative_to(folder.done)): p.read_bytes() for p in folder.done.rglob("*") if p.is_file()}
    assert kept == {"sub/a.png": b"another", "sub/a-2.png": b"content"}
    folder.close()


def test_a_full_disk_leaves_the_file_where_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = hot(tmp_path)
    seen = put(folder, "a.png")
    arrival = folder.take(seen, seen.relative, "t0")
    assert arrival is not None

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "rename", full)
        with pytest.raises(OutputError, match="No space left"):
            folder.finish(arrival)
    assert list(folder.held()) == [arrival]
    folder.close()


def test_one_inbox_has_one_watcher_and_one_job_at_a_time(tmp_path: Path) -> None:
    folder = hot(tmp_path)
    with pytest.raises(OutputError):
        HotFolder(tmp_path / "in", JOB).open(known=False)
    seen = put(folder, "a.png")
    arrival = folder.take(seen, seen.relative, "t0")
    assert arrival is not None
    folder.close()
    with pytest.raises(UsageError, match="another job"):
        HotFolder(tmp_path / "in", "job-fedcba9876543210").open(known=False)
    folder.open(known=True)
    folder.finish(arrival)
    folder.close()
    other = HotFolder(tmp_path / "in", "job-fedcba9876543210")
    other.open(known=False)
    other.close()
    shutil.rmtree(tmp_path / "in" / ".docpriv")
    with pytest.raises(IntegrityError, match="mounted"):
        folder.open(known=True)


def test_something_else_with_the_private_name_is_refused(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "in" / ".docpriv").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(UsageError):
        HotFolder(tmp_path / "in", JOB).open(known=False)
    assert not list((tmp_path / "elsewhere").iterdir())
