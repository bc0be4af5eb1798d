"""TIFF files for the hostile corpus: by Pillow where it writes them, by hand where no library would."""

from __future__ import annotations

import struct

import numpy as np
from corpus import CANARY, Made, expect
from corpus_images import CORRUPT, LIMIT, ONE, UNSUPPORTED, coded, page
from PIL import Image

Tag = tuple[int, int, tuple[int, ...]]
_BYTES = {1: "B", 3: "H", 4: "I", 8: "h", 9: "i", 16: "Q"}


def tiff(pages: list[tuple[list[Tag], list[bytes]]], *, big: bool = False, order: str = "<", loop: bool = False) -> bytes:
    """A TIFF of directories with their strips (tags 273 and 279 are filled in; tiles give 324 and 325 by
    themselves).

    `loop`: the last directory points back to the first.
    """
    mark = b"II" if order == "<" else b"MM"
    word, width = ("Q", 8) if big else ("I", 4)
    head = mark + (struct.pack(order + "HHHQ", 43, 8, 0, 0) if big else struct.pack(order + "HI", 42, 0))
    out, links, starts = bytearray(head), [8 if big else 4], []
    for tags, strips in pages:
        offsets = []
        for strip in strips:
            offsets.append(len(out))
            out += strip
        tiled = any(t[0] == 322 for t in tags)
        full = {t[0]: t for t in tags}
        full.setdefault(324 if tiled else 273, (324 if tiled else 273, 4, tuple(offsets)))
        full.setdefault(325 if tiled else 279, (325 if tiled else 279, 4, tuple(len(s) for s in strips)))
        entries = bytearray()
        for tag, kind, values in sorted(full.values()):
            body = struct.pack(f"{order}{len(values)}{_BYTES[kind]}", *values)
            if len(body) > width:
                at, body = len(out), bytes(body)
                out += body
                body = struct.pack(order + word, at)
            entries += struct.pack(f"{order}HH{word}", tag, kind, len(values)) + body.ljust(width, b"\0")
        out += b"\0" * (len(out) % 2)
        out[links[-1] : links[-1] + width] = struct.pack(order + word, len(out))
        starts.append(len(out))
        out += struct.pack(order + ("Q" if big else "H"), len(full)) + entries
        links.append(len(out))
        out += b"\0" * width
    if loop:
        out[links[-1] : links[-1] + width] = struct.pack(order + word, starts[0])
    return bytes(out)


def basic(width: int, height: int, bits: tuple[int, ...], photometric: int, *more: Tag, compression: int = 1) -> list[Tag]:
    return [
        (256, 4, (width,)),
        (257, 4, (height,)),
        (258, 3, bits),
        (259, 3, (compression,)),
        (262, 3, (photometric,)),
        (277, 3, (len(bits),)),
        (278, 4, (height,)),
        *more,
    ]


def _by_pillow() -> Made:
    two, rgb = page("1"), page()
    several = [page(), page("L", (200, 90)), page("1", (64, 300))]
    made: Made = {
        "plain.tif": (coded(rgb, "TIFF", dpi=(300, 300), description=CANARY, artist=CANARY.split()[1]), ONE),
        "g3.tif": (coded(two, "TIFF", compression="group3"), ONE),
        "g4.tif": (coded(two, "TIFF", compression="group4"), ONE),
        "lzw.tif": (coded(rgb, "TIFF", compression="tiff_lzw"), ONE),
        "deflate.tif": (coded(rgb, "TIFF", compression="tiff_adobe_deflate"), ONE),
        "packbits.tif": (coded(two, "TIFF", compression="packbits"), ONE),
        "jpeg-in.tif": (coded(rgb, "TIFF", compression="jpeg"), ONE),
        "cmyk.tif": (coded(rgb.convert("CMYK"), "TIFF"), ONE),
        "grey-16.tif": (
            coded(Image.fromarray(np.linspace(0, 65535, 4800).astype(np.uint16).reshape(60, 80)), "TIFF"),
            ONE,
        ),
        "lab.tif": (coded(Image.new("LAB", (40, 40)), "TIFF"), UNSUPPORTED),
        "float.tif": (coded(page("F"), "TIFF"), UNSUPPORTED),
        "int-32.tif": (coded(page("I"), "TIFF"), UNSUPPORTED),
        "mixed-sizes.tif": (
            coded(several[0], "TIFF", save_all=True, append_images=several[1:]),
            expect("pages:3"),
        ),
        "big.tif": (coded(rgb, "TIFF", big_tiff=True), ONE),
    }
    for orientation in (3, 6, 8, 77):
        made[f"orientation-{orientation}.tif"] = (coded(rgb, "TIFF", tiffinfo={274: orientation}), ONE)
    noise = Image.fromarray(np.random.default_rng(2).integers(0, 256, (150, 130), dtype=np.uint8))
    for name, image, compression in (
        ("raw", noise, None),
        ("lzw", noise, "tiff_lzw"),
        ("g4", noise.convert("1"), "group4"),
    ):
        whole = coded(image, "TIFF", **({"compression": compression} if compression else {}))
        for share in (1, 40, 90):
            made[f"cut-{name}-{share}.tif"] = (whole[: max(9, len(whole) * share // 100)], CORRUPT)
    rotten = bytearray(coded(noise, "TIFF", compression="tiff_adobe_deflate"))
    rotten[len(rotten) // 2 : len(rotten) // 2 + 40] = b"\x55" * 40
    made["bit-rot.tif"] = (bytes(rotten), CORRUPT)
    return made


def _by_hand() -> Made:
    grey = [bytes(range(64)) * 64]
    row = basic(64, 64, (8,), 1)
    bits = [b"\xf0\x0f" * 4 * 64]
    planes = [bytes([v]) * 4096 for v in (200, 100, 50)]
    tile = [bytes([i * 16]) * 256 for i in range(16)]
    nested = (330, 4, (8,))
    return {
        "white-is-zero.tif": (tiff([(basic(64, 64, (1,), 0), bits)]), ONE),
        "black-is-zero.tif": (tiff([(basic(64, 64, (1,), 1), bits)]), ONE),
        "grey-16-white-is-zero.tif": (tiff([(basic(32, 32, (16,), 0), [b"\x00\x10" * 1024])]), ONE),
        "rgb-16.tif": (tiff([(basic(32, 32, (16, 16, 16), 2), [b"\x34\x12" * 3072])]), ONE),
        "big-endian.tif": (tiff([(row, grey)], order=">"), ONE),
        "big-by-hand.tif": (tiff([(row, grey)], big=True), ONE),
        "planar.tif": (tiff([(basic(64, 64, (8, 8, 8), 2, (284, 3, (2,))), planes)]), ONE),
        "tiled.tif": (tiff([([*row[:6], (322, 4, (16,)), (323, 4, (16,))], tile)]), ONE),
        "sub-directory.tif": (tiff([([*row, nested], grey)]), ONE),
        "thumbnail-page.tif": (tiff([(row, grey), ([(254, 4, (1,)), *basic(16, 16, (8,), 1)], tile[:1])]), ONE),
        "whole-page-called-thumbnail.tif": (tiff([(row, grey), ([(254, 4, (1,)), *row], grey)]), expect("pages:2")),
        "narrow-page-called-thumbnail.tif": (
            tiff([(row, grey), ([(254, 4, (1,)), *basic(32, 16, (8,), 1)], [bytes(512)])]),
            expect("pages:2"),
        ),
        "all-thumbnails.tif": (tiff([([(254, 4, (1,)), *row], grey)]), ONE),
        "mask-page.tif": (
            tiff([(row, grey), ([(254, 4, (4,)), *basic(64, 64, (1,), 4)], bits)]),
            expect("pages:2", "unsupported"),
        ),
        "loop.tif": (tiff([(row, grey)], loop=True), CORRUPT),
        "loop-of-three.tif": (tiff([(row, grey)] * 3, loop=True), CORRUPT),
        "no-directory.tif": (b"II*\0\0\0\0\0", CORRUPT),
        "directory-outside.tif": (b"II*\0\xff\xff\xff\x7f" + b"\0" * 30, CORRUPT),
        "many-tags.tif": (b"II*\0\x08\0\0\0\xff\xff" + b"\0" * 600, CORRUPT),
        "huge-tag.tif": (
            tiff([([*row, (270, 1, tuple(CANARY.encode())), (330, 4, (2**32 - 1,) * 50)], grey)]),
            ONE,
        ),
        "no-size.tif": (tiff([(row[2:], grey)]), CORRUPT),
        "zero-size.tif": (tiff([(basic(0, 64, (8,), 1), grey)]), CORRUPT),
        "negative-size.tif": (tiff([([(256, 9, (-64,)), *row[1:]], grey)]), CORRUPT),
        "negative-strip.tif": (tiff([([*row, (273, 9, (-20,))], grey)]), CORRUPT),
        "strip-outside.tif": (tiff([([*row, (273, 4, (10**9,))], grey)]), CORRUPT),
        "no-strips.tif": (tiff([([*row, (273, 4, ())], grey)]), CORRUPT),
        "strip-too-short.tif": (tiff([(row, [grey[0][:999]])]), CORRUPT),
        "bomb.tif": (tiff([(basic(20000, 20000, (1,), 0, compression=4), [b"\0" * 99])]), LIMIT),
        "bomb-on-page-2.tif": (tiff([(row, grey), (basic(60000, 60000, (8,), 1), grey)]), LIMIT),
        "unknown-compression.tif": (
            tiff([(basic(64, 64, (8,), 1, compression=33333), grey)]),
            expect("unsupported", "corrupt"),
        ),
        "many-samples.tif": (
            tiff([([*row[:5], (277, 3, (60000,))], grey)]),
            expect("unsupported", "corrupt"),
        ),
        "floating-by-tag.tif": (tiff([([*row, (339, 3, (3,))], grey)]), UNSUPPORTED),
        "eleven-thousand-pages.tif": (tiff([(row[:7], [b""])] * 10_001), expect("limit", "corrupt")),
    }


def tiffs() -> Made:
    """Everything here, by file name."""
    return {**_by_pillow(), **_by_hand()}
