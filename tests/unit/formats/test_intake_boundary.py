"""What goes wrong is one clear error without content, in bounded memory, over bytes that do not change."""

from __future__ import annotations

import contextlib
import hashlib
import os
import pickle
import struct
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from intake_files import coded, flate_image, opened, page_with, picture, rgb

from docpriv.errors import (
    CorruptInput,
    InputError,
    IntegrityError,
    LimitExceeded,
    UnsupportedInput,
    WithheldError,
)
from docpriv.formats import source
from docpriv.formats.boundary import translated
from docpriv.formats.document import open_document
from docpriv.formats.sniffing import sniff
from docpriv.options import Limits

SECRET = "Quockerwodger"


@pytest.mark.parametrize(
    ("raised", "expected"),
    [
        (OSError(SECRET), CorruptInput),
        (ValueError(SECRET), CorruptInput),
        (SyntaxError(SECRET), CorruptInput),
        (struct.error(SECRET), CorruptInput),
        (KeyError(SECRET), CorruptInput),
        (RecursionError(SECRET), CorruptInput),
        (MemoryError(SECRET), LimitExceeded),
        (OSError("out of memory error " + SECRET), LimitExceeded),
        (FileNotFoundError(2, SECRET, SECRET), InputError),
    ],
)
def test_a_decoders_words_do_not_travel(raised: Exception, expected: type[InputError]) -> None:
    with pytest.raises(InputError) as caught, translated("decoding", 7):
        raise raised
    assert type(caught.value) is expected
    assert "page 7" in caught.value.message
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None
    assert SECRET.encode() not in pickle.dumps(caught.value)


def test_our_own_errors_pass_as_they_are() -> None:
    mine = WithheldError("x")
    with pytest.raises(WithheldError) as caught, translated("decoding"):
        raise mine
    assert caught.value is mine


def test_memory_is_capped_inside_and_free_again_after() -> None:
    """In a process of its own: one that has worked before holds free memory that no limit counts again."""
    script = (
        "import resource\nimport numpy as np\nfrom docpriv.formats.boundary import memory_cap\n"
        "before = resource.getrlimit(resource.RLIMIT_DATA)\n"
        "try:\n"
        "    with memory_cap(64 * 2**20):\n"
        "        np.ones(256 * 2**20, dtype=np.uint8)\n"
        "except MemoryError:\n"
        "    print('capped')\n"
        "assert resource.getrlimit(resource.RLIMIT_DATA) == before\n"
        "with memory_cap(512 * 2**20):\n"
        "    assert np.ones(256 * 2**20, dtype=np.uint8)[-1] == 1\n"
    )
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert ended.stdout == "capped\n"


def test_a_page_over_its_memory_is_a_limit(tmp_path: Path) -> None:
    """In a process of its own: one that has worked before holds free memory that no limit counts again."""
    path = tmp_path / "page.png"
    path.write_bytes(coded(picture(size=(3000, 3000)), "PNG"))
    script = (
        "import sys\nfrom pathlib import Path\nimport docpriv.formats.image as images\n"
        "from docpriv.errors import LimitExceeded\nfrom docpriv.formats.document import open_document\n"
        "from docpriv.options import Limits\nimages.budget = lambda pixels: 2**20\n"
        "with open_document(Path(sys.argv[1]), document='doc-1', limits=Limits()) as document:\n"
        "    try:\n        document.page(0)\n"
        "    except LimitExceeded as error:\n        print(error.message)\n"
    )
    done = subprocess.run([sys.executable, "-c", script, str(path)], capture_output=True, text=True, check=True)
    assert "memory" in done.stdout


def test_the_hash_is_of_the_bytes(tmp_path: Path) -> None:
    data = coded(picture(), "PNG")
    with opened(tmp_path, data) as document:
        assert document.info.sha256 == hashlib.sha256(data).hexdigest()
        assert document.info.size_bytes == len(data)
        assert document.info.media_type == "image/png"


KINDS = {
    "png": coded(picture(), "PNG"),
    "bmp": coded(picture(), "BMP"),
    "webp": coded(picture(), "WEBP", lossless=True),
    "tiff": coded(picture(), "TIFF"),
    "lzw": coded(picture(), "TIFF", compression="tiff_lzw"),
    "two": coded(picture("L"), "TIFF", save_all=True, append_images=[picture()], compression="tiff_lzw"),
    "pdf": page_with(flate_image(picture())),
}


@pytest.mark.parametrize("kind", KINDS)
def test_large_files_are_read_from_disk_alike(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    monkeypatch.setattr(source, "IN_MEMORY", 10)
    with opened(tmp_path, KINDS[kind]) as document:
        last = list(document.pages())[-1]
        assert np.array_equal(last.pixels, rgb(picture()))
        assert document.info.sha256 == hashlib.sha256(KINDS[kind]).hexdigest()


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_that_changes_between_passes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    path = tmp_path / "scan"
    with opened(tmp_path, KINDS[kind]) as held:
        first = held.page(0).pixels
        path.write_bytes(b"\0" * len(KINDS[kind]))
        assert np.array_equal(held.page(0).pixels, first)
    monkeypatch.setattr(source, "IN_MEMORY", 10)
    with opened(tmp_path, KINDS[kind]) as watched:
        watched.page(0)
        times = path.stat()
        path.write_bytes(b"\0" * len(KINDS[kind]))
        os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))  # modification time put back: change time tells
        with pytest.raises(IntegrityError):
            watched.page(0)


def test_what_is_no_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / SECRET)
    with pytest.raises(UnsupportedInput):
        open_document(tmp_path / SECRET, document="d", limits=Limits())
    for path in (tmp_path, tmp_path / "absent" / SECRET):
        with pytest.raises(InputError) as caught:
            open_document(path, document="d", limits=Limits())
        assert SECRET not in caught.value.message
        assert str(tmp_path) not in caught.value.message


def test_descriptors_are_given_back(tmp_path: Path) -> None:
    before = len(os.listdir("/proc/self/fd"))
    for data in (*KINDS.values(), b"", b"junk", KINDS["pdf"][:300]):
        try:
            with opened(tmp_path, data) as document:
                document.page(0)
        except InputError:
            pass
    assert len(os.listdir("/proc/self/fd")) == before


@given(st.binary(max_size=64))
def test_sniffing_knows_or_refuses(head: bytes) -> None:
    known = ("image/png", "image/jpeg", "image/tiff", "image/bmp", "image/webp", "application/pdf")
    with contextlib.suppress(UnsupportedInput, CorruptInput):
        assert sniff(head) in known


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    kind=st.sampled_from(["png", "bmp", "webp", "tiff", "lzw", "two"]),
    seed=st.integers(0, 2**32 - 1),
    count=st.integers(1, 12),
    cut=st.booleans(),
)
def test_damaged_bytes_give_pages_or_one_error(tmp_path: Path, kind: str, seed: int, count: int, cut: bool) -> None:
    random = np.random.default_rng(seed)
    data = bytearray(KINDS[kind])
    for _ in range(count):
        data[int(random.integers(len(data)))] = int(random.integers(256))
    damaged = bytes(data[: int(random.integers(1, len(data)))] if cut else data)
    try:
        with opened(tmp_path, damaged, limits=Limits(megapixels=2)) as document:
            for page in document.pages():
                assert page.pixels.shape == (page.height, page.width, 3)
                assert page.pixels.size <= 6e6
    except InputError:
        pass
