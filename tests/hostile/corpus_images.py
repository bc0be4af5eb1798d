"""PNG, JPEG, BMP and WebP files for the hostile corpus, and files that are none of these; decodes nothing."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

import numpy as np
from corpus import CANARY, Made, expect
from PIL import Image, ImageDraw, ImageFont, PngImagePlugin

ONE, CORRUPT, UNSUPPORTED, LIMIT = (
    expect("pages:1"),
    expect("corrupt"),
    expect("unsupported"),
    expect("limit"),
)


def page(mode: str = "RGB", size: tuple[int, int] = (120, 160)) -> Image.Image:
    """A small page with strokes and a gradient, so that flips, turns and inversions show."""
    image = Image.new("L", size, 255)
    draw = ImageDraw.Draw(image)
    draw.rectangle((8, 8, size[0] // 2, 14), fill=0)
    draw.rectangle((8, 24, 14, size[1] // 2), fill=0)
    draw.line((20, 40, size[0] - 10, size[1] - 12), fill=0, width=3)
    if mode == "1":
        return image.convert("1", dither=Image.Dither.NONE)
    draw.rectangle((size[0] - 40, 30, size[0] - 20, 50), fill=128)
    if mode == "RGB":
        colour = image.convert("RGB")
        ImageDraw.Draw(colour).rectangle((60, 20, 80, 36), fill=(200, 30, 60))
        return colour
    return image.convert(mode)


def coded(image: Image.Image, kind: str, **options: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png(width: int, height: int, bits: int, colour: int, rows: bytes, *extra: bytes) -> bytes:
    """A PNG from its parts; `rows` are filtered scanlines, not yet compressed."""
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, 0))
        + b"".join(extra)
        + chunk(b"IDAT", zlib.compress(rows, 9))
        + chunk(b"IEND", b"")
    )


def deep_png(channels: int) -> bytes:
    ramp = np.linspace(0, 65535, 60 * 80 * channels).astype(">u2").reshape(80, 60 * channels)
    return png(60, 80, 16, {1: 0, 2: 4, 3: 2, 4: 6}[channels], b"".join(b"\0" + row.tobytes() for row in ramp))


def jpeg_bomb() -> bytes:
    """A JPEG whose frame header claims 20000 x 20000."""
    data = bytearray(coded(page(), "JPEG"))
    at = data.index(b"\xff\xc0")
    data[at + 5 : at + 9] = struct.pack(">HH", 20000, 20000)
    return bytes(data)


def ycck_jpeg() -> bytes:
    """An Adobe JPEG of transform 2: YCCK."""
    cmyk = bytearray(coded(page("L").convert("CMYK"), "JPEG"))
    at = cmyk.index(b"Adobe")
    cmyk[at + 11] = 2
    return bytes(cmyk)


def exif(orientation: int) -> bytes:
    tags = Image.Exif()
    tags[0x0112] = orientation
    tags[0x010E] = CANARY
    return tags.tobytes()


def _images_of_every_kind() -> Made:
    rgb, grey, two = page(), page("L"), page("1")
    palette = page().quantize(16)
    palette.info["transparency"] = 0
    named = PngImagePlugin.PngInfo()
    named.add_text("Author", CANARY)
    made: Made = {
        "plain.png": (coded(rgb, "PNG", pnginfo=named, dpi=(300, 300)), ONE),
        "plain.jpg": (coded(rgb, "JPEG", comment=CANARY), ONE),
        "plain.bmp": (coded(rgb, "BMP"), ONE),
        "plain.webp": (coded(rgb, "WEBP", lossless=True), ONE),
        "bilevel.png": (coded(two, "PNG"), ONE),
        "bilevel.bmp": (coded(two, "BMP"), ONE),
        "bilevel-palette.png": (
            png(16, 16, 1, 3, (b"\0\x0f\xf0") * 16, chunk(b"PLTE", b"\xff\xff\xff\0\0\0")),
            ONE,
        ),
        "grey-2-bit.png": (png(16, 16, 2, 0, b"\0\x1b\x1b\xe4\xe4" * 16), ONE),
        "grey-16.png": (deep_png(1), ONE),
        "grey-alpha-16.png": (deep_png(2), ONE),
        "rgb-16.png": (deep_png(3), ONE),
        "rgba-16.png": (deep_png(4), ONE),
        "palette-transparent.png": (coded(palette, "PNG", transparency=0), ONE),
        "grey-alpha.png": (coded(grey.convert("LA"), "PNG"), ONE),
        "rgba.png": (coded(rgb.convert("RGBA"), "PNG"), ONE),
        "key-colour.png": (coded(rgb, "PNG", transparency=(0, 0, 0)), ONE),
        "cmyk.jpg": (coded(grey.convert("CMYK"), "JPEG"), ONE),
        "ycck.jpg": (ycck_jpeg(), ONE),
        "progressive.jpg": (coded(rgb, "JPEG", progressive=True, subsampling=1), ONE),
        "interlaced-trailing.png": (coded(rgb, "PNG") + CANARY.encode() * 9, ONE),
        "trailing.jpg": (coded(rgb, "JPEG") + b"PK\x03\x04" + CANARY.encode(), ONE),
        "picture-behind-picture.jpg": (coded(rgb, "JPEG") + coded(grey, "JPEG"), ONE),
        "fill-bytes.jpg": (coded(rgb, "JPEG")[:2] + b"\xff" * 2_000_000 + coded(rgb, "JPEG")[2:], ONE),
        "smallest-allowed.png": (coded(page().resize((16, 16)), "PNG"), ONE),
    }
    for orientation in range(1, 9):
        made[f"exif-{orientation}.jpg"] = (coded(rgb, "JPEG", exif=exif(orientation)), ONE)
    made["exif-99.jpg"] = (coded(rgb, "JPEG", exif=exif(99)), ONE)
    made["exif-garbage.jpg"] = (coded(rgb, "JPEG", exif=b"Exif\0\0II*\0\xff\xff\xff\x7f" + b"\xff" * 40), ONE)
    return made


def _broken() -> Made:
    made: Made = {}
    noisy = Image.fromarray(np.random.default_rng(1).integers(0, 256, (160, 120, 3), dtype=np.uint8))
    for kind, name in (("PNG", "png"), ("JPEG", "jpg"), ("WEBP", "webp"), ("BMP", "bmp")):
        whole = coded(noisy, kind)
        for share in (3, 30, 60, 97):
            made[f"cut-{share}.{name}"] = (whole[: len(whole) * share // 100], expect("corrupt"))
        made[f"cut-signature.{name}"] = (whole[:12], expect("corrupt", "unsupported"))
    flipped = bytearray(coded(noisy, "PNG"))
    flipped[len(flipped) // 2] ^= 0xFF
    made["bit-rot.png"] = (bytes(flipped), CORRUPT)
    made["no-data.png"] = (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 50, 50, 8, 2, 0, 0, 0)) + chunk(b"IEND", b""),
        CORRUPT,
    )
    made["zero-size.png"] = (png(0, 40, 8, 0, b""), CORRUPT)
    made["text-bomb.png"] = (
        png(
            20,
            20,
            8,
            0,
            b"\0" * 21 * 20,
            chunk(b"zTXt", b"Comment\0\0" + zlib.compress(b"\0" * 100_000_000, 9)),
        ),
        expect("corrupt", "limit", "pages:1"),
    )
    made["icc-bomb.png"] = (
        png(20, 20, 8, 0, b"\0" * 21 * 20, chunk(b"iCCP", b"x\0\0" + zlib.compress(b"\0" * 100_000_000, 9))),
        expect("corrupt", "limit", "pages:1"),
    )
    return made


def _sizes() -> Made:
    def blank(width: int, height: int) -> bytes:
        return png(width, height, 1, 0, (b"\0" * (1 + (width + 7) // 8)) * height)

    rows = zlib.compressobj(9)
    body = b"".join(rows.compress(b"\0" * 2501 * 100) for _ in range(200)) + rows.flush()
    bomb = (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", 20000, 20000, 1, 0, 0, 0, 0))
        + chunk(b"IDAT", body)
        + chunk(b"IEND", b"")
    )
    webp = bytearray(coded(page(), "WEBP", lossless=True))
    webp[21:25] = struct.pack("<I", 16382 | 16382 << 14)
    return {
        "one-pixel.png": (blank(1, 1), LIMIT),
        "needle-high.png": (blank(1, 20000), LIMIT),
        "needle-wide.png": (blank(20000, 1), LIMIT),
        "thin.png": (blank(20, 2000), LIMIT),
        "bomb.png": (bomb, LIMIT),
        "bomb.jpg": (jpeg_bomb(), LIMIT),
        "bomb.webp": (bytes(webp), expect("limit", "corrupt")),
        "bomb.bmp": (
            b"BM"
            + struct.pack("<IHHI", 200, 0, 0, 54)
            + struct.pack("<IiiHHIIiiII", 40, 30000, 30000, 1, 24, 0, 0, 0, 0, 0, 0)
            + b"\0" * 146,
            LIMIT,
        ),
        "negative.bmp": (
            b"BM"
            + struct.pack("<IHHI", 200, 0, 0, 54)
            + struct.pack("<IiiHHIIiiII", 40, -40, 40, 1, 24, 0, 0, 0, 0, 0, 0)
            + b"\0" * 146,
            expect("corrupt", "limit"),
        ),
        "huge-claim.png": (png(2**31 - 1, 2**31 - 1, 8, 6, b""), expect("limit", "corrupt")),
    }


def _not_what_they_say() -> Made:
    several = [page(), page().rotate(90, expand=True).resize((120, 160))]
    rest = {"save_all": True, "append_images": several[1:]}
    svg = f'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><text>{CANARY}</text></svg>'
    return {
        "empty.png": (b"", CORRUPT),
        "zeros.jpg": (b"\0" * 5000, CORRUPT),
        "text.png": (f"My name is {CANARY}\n".encode() * 20, CORRUPT),
        "really-a-jpeg.png": (coded(page(), "JPEG"), ONE),
        "really-a-png.pdf": (coded(page(), "PNG"), ONE),
        "really-a-bmp.tif": (coded(page(), "BMP"), ONE),
        "no-extension": (coded(page(), "WEBP"), ONE),
        "animated.png": (coded(several[0], "PNG", **rest), UNSUPPORTED),
        "animated.webp": (coded(several[0], "WEBP", **rest), UNSUPPORTED),
        "animated.gif": (
            coded(several[0].convert("P"), "GIF", save_all=True, append_images=[several[1].convert("P")]),
            UNSUPPORTED,
        ),
        "still.gif": (coded(page().convert("P"), "GIF"), UNSUPPORTED),
        "two-pictures.mpo": (coded(several[0], "MPO", **rest), ONE),
        "picture.jp2": (b"\0\0\0\x0cjP  \r\n\x87\n" + b"\0" * 99, UNSUPPORTED),
        "picture.j2k": (b"\xff\x4f\xff\x51" + b"\0" * 99, UNSUPPORTED),
        "picture.heic": (b"\0\0\0\x18ftypheic" + b"\0" * 99, CORRUPT),
        "picture.avif": (b"\0\0\0\x18ftypavif" + b"\0" * 99, UNSUPPORTED),
        "picture.svg": (svg.encode(), UNSUPPORTED),
        "page.html": (f"<!DOCTYPE html><p>{CANARY}".encode(), UNSUPPORTED),
        "office.docx": (b"PK\x03\x04" + b"\0" * 200, UNSUPPORTED),
        "png-and-pdf.pdf": (coded(page(), "PNG") + b"%PDF-1.4\n%%EOF", ONE),
        "gif-and-pdf.pdf": (b"GIF89a" + b"%PDF-1.4\n%%EOF", UNSUPPORTED),
        f"-rf {CANARY}.png": (coded(page(), "PNG"), ONE),
        f"line\nbreak {CANARY}.png": (coded(page(), "PNG")[:90], CORRUPT),
        "\U0001f4c4 página \u202egnp.png": (coded(page(), "PNG"), ONE),
        f"..{CANARY}..jpg": (jpeg_bomb(), LIMIT),
    }


def _scripts() -> Made:
    """Pages in other scripts, where a font on this machine has them."""
    made: Made = {}
    samples = {
        "greek": "\u0391\u03bb\u03ad\u03be\u03b1\u03bd\u03b4\u03c1\u03bf\u03c2",
        "cyrillic": "\u0418\u0432\u0430\u043d",
    }
    try:
        font = ImageFont.truetype("DejaVuSans.ttf", 28)
    except OSError:
        return made
    for name, text in samples.items():
        image = Image.new("L", (300, 80), 255)
        ImageDraw.Draw(image).text((10, 10), text, font=font, fill=0)
        made[f"script-{name}.png"] = (coded(image, "PNG"), ONE)
    return made


def images() -> Made:
    """Everything here, by file name."""
    return {**_images_of_every_kind(), **_broken(), **_sizes(), **_not_what_they_say(), **_scripts()}
