"""Several frames in one file, one after the other; refuses a file that is cut, and a length that no frame has."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from docpriv.encrypted.profile import MOST_FRAME_BYTES
from docpriv.errors import FrameError, OutputError, OutputExists, UsageError
from docpriv.files import open_regular, whole_file

_MAGIC: Final = b"DPHF\1"
_LENGTH: Final = struct.Struct(">I")


def write_frames(path: Path, frames: Iterable[bytes]) -> int:
    """Write frames as they come, one in memory at a time, and give their count.

    The file has its name only once all are in it. OutputExists where one of that name stands already.
    """
    count = 0
    try:
        with whole_file(path, prefix=".frames-") as file:
            file.write(_MAGIC)
            for frame in frames:
                file.write(_LENGTH.pack(len(frame)))
                file.write(frame)
                count += 1
    except FileExistsError:
        raise OutputExists("a file stands already where the frames would go", remedy="Choose another --out.") from None
    except OSError as exc:
        raise OutputError(f"the frames cannot be written ({exc.strerror})") from None
    return count


def read_frames(path: Path) -> Iterator[bytes]:
    """The frames of a file, one in memory at a time; UsageError where it cannot be read, FrameError where it is none of them."""
    try:
        with open_regular(path) as file:
            if file.read(len(_MAGIC)) != _MAGIC:
                raise FrameError("the file holds no frames")
            while head := file.read(_LENGTH.size):
                length = _LENGTH.unpack(head)[0] if len(head) == _LENGTH.size else 0
                if not 0 < length <= MOST_FRAME_BYTES:
                    raise FrameError("the file of frames is damaged")
                frame = file.read(length)
                if len(frame) != length:
                    raise FrameError("the file of frames is cut short")
                yield frame
    except OSError as exc:
        raise UsageError(f"the file of frames cannot be read ({exc.strerror})") from None
