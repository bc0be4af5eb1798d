"""Parts of the hot folder: what counts as a whole file, free names, claims, moves to another file system."""

from __future__ import annotations

import errno
import hashlib
import io
import os
import random
import shutil
import threading
from collections.abc import Callable
from contextlib import ExitStack, suppress
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from docpriv import files
from docpriv.batch import inbox as inbox_module
from docpriv.batch.inbox import Arrival, HotFolder, Originals, Seen, check_unwatched
from docpriv.batch.moving import QuarantineNote, free_name, is_ours, move_new, names_like, short_name
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
    "png": lambda: saved(format="PNG"),
    "jpeg": lambda: saved(format="JPEG"),
    "bmp": lambda: saved(format="BMP"),
    "progressive": lambda: saved(format="JPEG", progressive=True),
    "thumbnail": with_thumbnail,
    "tiff": lambda: saved(format="TIFF"),
    "lzw": lambda: saved(format="TIFF", compression="tiff_lzw"),
    "pages": lambda: saved(format="TIFF", save_all=True, append_images=[noise(2), noise(3)]),
    "big": lambda: saved(format="TIFF", big_tiff=True),
    "webp": lambda: saved(format="WEBP"),
    "pdf": lambda: saved(format="PDF"),
    "linearized": linearized,
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_is_whole_only_with_its_end(kind: str, tmp_path: Path) -> None:
    data, path, rng = KINDS[kind](), tmp_path / "x", random.Random(kind)
    path.write_bytes(data)
    with path.open("rb") as file:
        assert why_unfinished(file) is None
    enough = len(data) - 16  # behind the end stand a line end, or bytes that fill up
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
        pass  # the lease is given back: a writer is not held up


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


class Hot(HotFolder):
    """A hot folder that a test opens and closes as it likes."""

    def open(self, *, known: bool) -> None:
        self._stack = ExitStack()
        self._stack.enter_context(self.held(known=known))

    def close(self) -> None:
        self._stack.close()


def hot(root: Path, **more: object) -> Hot:
    (root / "in").mkdir(exist_ok=True)
    folder = Hot(root / "in", JOB, **more)  # type: ignore[arg-type]
    folder.open(known=False)
    return folder


def put(folder: HotFolder, name: str, data: bytes = b"x") -> Seen:
    path = folder.inbox / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    (seen,) = [seen for seen in folder.look().files if seen.path == path]
    return seen


def taken(folder: HotFolder, name: str, data: bytes, token: str) -> Arrival:
    seen = put(folder, name, data)
    arrival = folder.take(seen, seen.relative, token)
    assert arrival is not None
    return arrival


def reason(place: str) -> QuarantineNote:
    return QuarantineNote(document="doc-1", place=place, state="failed", code="corrupt", exit_code=3, message="m", remedy="r")


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
    assert (look.left, look.named, look.hidden) == (3, 4, 2)
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
        assert list(folder.claimed()) == [arrival]
        if number < 2:
            folder.finish(arrival)
        else:
            folder.put_aside(arrival, reason("at-2"))
        assert list(folder.claimed()) == []
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
        "a-2.png",
        "a-2.png.reason.json",
        "a.png",
        "a.png.reason.json",
        "a.png.reason.json_",
        "a.png.reason.json_.reason.json",
    ]
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
    (again,) = folder.claimed()
    folder.put_aside(again, reason("at-0"))
    assert sorted(p.name for p in folder.quarantine.iterdir()) == ["a.png", "a.png.reason.json"]
    folder.close()


WAYS = ("rename", "link", "reserve")


def only(way: str, patch: pytest.MonkeyPatch) -> None:
    """As on a file system that cannot rename without replacing, or has no hard links either."""

    def cannot(*_: object, **__: object) -> None:
        raise OSError(errno.EINVAL, "Invalid argument")

    for name in WAYS[: WAYS.index(way)]:
        patch.setattr(files, {"rename": "_renamed", "link": "_linked"}[name], cannot)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("step", range(10))
@pytest.mark.parametrize("other", [True, False])
def test_a_move_survives_a_kill_at_every_step(
    other: bool, step: int, way: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`other`: the inbox and `kept` are as in two file systems; the `step`-th call to the system is the last one."""
    folder = hot(tmp_path, originals=Originals.KEEP, kept=tmp_path / "kept")
    (tmp_path / "kept" / "sub").mkdir()
    (tmp_path / "kept" / "sub" / "a.png").write_bytes(b"another")
    arrival = taken(folder, "sub/a.png", b"content", "t0")
    left = [step]

    def counted(call: Callable[..., object], *, two_names: bool = False) -> Callable[..., object]:
        def counting(*arguments: object, **more: object) -> object:
            if left[0] == 0:
                raise KeyboardInterrupt
            left[0] -= 1
            if (
                two_names
                and other
                and folder.private in Path(str(arguments[0])).parents
                and folder.done in Path(str(arguments[1])).parents
            ):
                raise OSError(errno.EXDEV, "Invalid cross-device link")
            return call(*arguments, **more)

        return counting

    with monkeypatch.context() as patch:
        only(way, patch)
        patch.setattr(files, "_renamed", counted(files._renamed, two_names=True))
        for module, name, two_names in (
            (os, "rename", True),
            (os, "link", True),
            (os, "unlink", False),
            (shutil, "copyfileobj", False),
        ):
            patch.setattr(module, name, counted(getattr(module, name), two_names=two_names))
        with suppress(KeyboardInterrupt):
            folder.finish(arrival)
        left[0] = -1
        for claimed in list(folder.claimed()):
            folder.finish(claimed)
    assert list(folder.claimed()) == []
    kept = {str(p.relative_to(folder.done)): p.read_bytes() for p in folder.done.rglob("*") if p.is_file()}
    assert kept == {"sub/a.png": b"another", "sub/a-2.png": b"content"}
    folder.close()


@pytest.mark.parametrize("way", WAYS)
def test_a_name_that_is_taken_is_never_taken_again(way: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    only(way, monkeypatch)
    for name in ("a", "b"):
        (tmp_path / name).write_bytes(name.encode())
    with pytest.raises(FileExistsError):
        move_new(tmp_path / "a", tmp_path / "b", "t0")
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == {"a": b"a", "b": b"b"}
    move_new(tmp_path / "a", tmp_path / "c", "t0")
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == {"b": b"b", "c": b"a"}
    (tmp_path / "link").symlink_to("nowhere")
    move_new(tmp_path / "link", tmp_path / "link2", "t0")
    assert os.readlink(tmp_path / "link2") == "nowhere"
    with pytest.raises(FileNotFoundError):
        move_new(tmp_path / "a", tmp_path / "d", "t0")
    assert not (tmp_path / "d").exists()


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("aside", [True, False])
def test_a_file_that_comes_while_a_name_is_looked_for_is_not_replaced(
    aside: bool, way: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A second watcher with the same folder for originals or quarantine, or a person, puts a file of that name there."""
    only(way, monkeypatch)
    folder = hot(tmp_path)
    home = folder.quarantine if aside else folder.done
    arrival = taken(folder, "a.png", b"ours", "t0")
    true_free = inbox_module.free_name

    def late(*arguments: object, **more: object) -> Path:
        target = true_free(*arguments, **more)  # type: ignore[arg-type]
        if not (home / "a.png").exists():
            (home / "a.png").write_bytes(b"theirs")
        return target

    monkeypatch.setattr(inbox_module, "free_name", late)
    if aside:
        folder.put_aside(arrival, reason("at-0"))
    else:
        folder.finish(arrival)
    found = {p.name: p.read_bytes() for p in home.iterdir() if not p.name.endswith(".json")}
    assert found == {"a.png": b"theirs", "a-2.png": b"ours"}
    assert sorted(p.name for p in home.glob("*.json")) == (["a-2.png.reason.json"] if aside else [])
    folder.close()


def test_two_watchers_with_one_quarantine_lose_no_file_and_mix_no_reasons(tmp_path: Path) -> None:
    def station(number: int) -> None:
        (tmp_path / str(number)).mkdir()
        folder = hot(tmp_path / str(number), quarantine=tmp_path / "aside")
        for i in range(25):
            folder.put_aside(taken(folder, "a.png", b"%d %d" % (number, i), f"t{number}-{i}"), reason(f"{number} {i}"))
        folder.close()

    threads = [threading.Thread(target=station, args=(number,)) for number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    said = {
        path.read_text(): QuarantineNote.model_validate_json(path.with_name(path.name + ".reason.json").read_bytes()).place
        for path in (tmp_path / "aside").glob("*.png")
    }
    assert said == {f"{number} {i}": f"{number} {i}" for number in range(3) for i in range(25)}


def test_a_link_is_put_back_beside_what_came_since(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = hot(tmp_path)
    seen = put(folder, "a.png")
    seen.path.unlink()
    seen.path.symlink_to("nowhere")
    true_lstat = os.lstat

    def late(path: Path, *arguments: object) -> os.stat_result:
        if folder.working in Path(path).parents and not os.path.lexists(seen.path):
            seen.path.write_bytes(b"new")
        return true_lstat(path)

    monkeypatch.setattr(os, "lstat", late)
    assert folder.take(seen, seen.relative, "t0") is None
    monkeypatch.undo()
    assert seen.path.read_bytes() == b"new"
    assert os.readlink(folder.inbox / "a-2.png") == "nowhere"
    folder.close()


def test_what_is_wanted_again_is_told_from_others_of_its_name(tmp_path: Path) -> None:
    """In `done` by what the ledger says was read, whatever was taken away; in the quarantine by the reason beside it."""
    folder = hot(tmp_path)
    arrivals = [taken(folder, "a.png", b"%d" % number, f"t{number}") for number in range(5)]
    for number, arrival in enumerate(arrivals):
        if number == 3:
            folder.put_aside(arrival, reason("at-3"))
        else:
            folder.finish(arrival)
    (folder.done / "a.png").unlink()
    folder.fetch(arrivals[1], "at-1", sha256=hashlib.sha256(b"0").hexdigest(), mtime_ns=0)
    assert not arrivals[1].path.exists(), "nothing there has that content"
    folder.fetch(arrivals[2], "at-2", sha256=hashlib.sha256(b"2").hexdigest(), mtime_ns=0)
    assert arrivals[2].path.read_bytes() == b"2"
    folder.fetch(arrivals[3], "at-3", sha256=None, mtime_ns=0)
    assert arrivals[3].path.read_bytes() == b"3"
    assert {p.name: p.read_bytes() for p in folder.done.iterdir()} == {"a-2.png": b"1", "a-4.png": b"4"}
    assert not list(folder.quarantine.iterdir())
    folder.close()


def test_of_two_files_with_one_content_that_of_the_right_time_is_fetched(tmp_path: Path) -> None:
    folder = hot(tmp_path)
    arrivals = [taken(folder, "a.png", b"same", f"t{number}") for number in range(2)]
    for number, arrival in enumerate(arrivals):
        os.utime(arrival.path, ns=(number, number))
        folder.finish(arrival)
    folder.fetch(arrivals[1], "at-1", sha256=hashlib.sha256(b"same").hexdigest(), mtime_ns=1)
    assert [p.name for p in folder.done.iterdir()] == ["a.png"]
    folder.close()


def test_a_name_held_for_one_arrival_is_not_another_s(tmp_path: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        only("reserve", patch)
        (tmp_path / "a").touch()
        patch.setattr(os, "rename", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            move_new(tmp_path / "a", tmp_path / "b", "t0")
    assert is_ours(tmp_path / "b", "t0")
    assert not is_ours(tmp_path / "b", "t1")
    with pytest.raises(FileExistsError):
        move_new(tmp_path / "a", tmp_path / "b", "t1")


def test_names_of_a_row_are_found_beyond_gaps(tmp_path: Path) -> None:
    for name in ("a.png", "a-3.png", "a-12.png", "a-x.png", "ab.png", "a-03.png", "arrival-t0.png", "a.png.reason.json"):
        (tmp_path / name).touch()
    assert [p.name for p in names_like(tmp_path, Path("a.png"), "t0")] == ["a.png", "a-3.png", "a-12.png", "arrival-t0.png"]
    assert not list(names_like(tmp_path / "none", Path("a.png"), "t0"))


@pytest.mark.parametrize(
    ("below", "refused"),
    [
        ("", True),
        ("sub", True),
        (".docpriv/working", True),
        (".docpriv", True),
        (".docpriv/done", False),
        (".docpriv/quarantine", False),
    ],
)
def test_an_inbox_is_no_source_of_an_archive_job(below: str, refused: bool, tmp_path: Path) -> None:
    folder = hot(tmp_path)
    folder.close()
    (folder.inbox / below).mkdir(exist_ok=True)
    check_unwatched(tmp_path)
    if refused:
        with pytest.raises(UsageError, match="docpriv watch"):
            check_unwatched(folder.inbox / below)
    else:
        check_unwatched(folder.inbox / below)


def test_a_full_disk_leaves_the_file_where_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = hot(tmp_path)
    seen = put(folder, "a.png")
    arrival = folder.take(seen, seen.relative, "t0")
    assert arrival is not None

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(files, "_renamed", full)
        with pytest.raises(OutputError, match="No space left"):
            folder.finish(arrival)
    assert list(folder.claimed()) == [arrival]
    folder.close()


def test_one_inbox_has_one_watcher_and_one_job_at_a_time(tmp_path: Path) -> None:
    folder = hot(tmp_path)
    with pytest.raises(OutputError):
        Hot(tmp_path / "in", JOB).open(known=False)
    seen = put(folder, "a.png")
    arrival = folder.take(seen, seen.relative, "t0")
    assert arrival is not None
    folder.close()
    with pytest.raises(UsageError, match="another job"):
        Hot(tmp_path / "in", "job-fedcba9876543210").open(known=False)
    folder.open(known=True)
    folder.finish(arrival)
    folder.close()
    other = Hot(tmp_path / "in", "job-fedcba9876543210")
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
        Hot(tmp_path / "in", JOB).open(known=False)
    assert not list((tmp_path / "elsewhere").iterdir())
