"""Draw `images/before-after.png` from a sample document: the page as scanned, and as `docpriv redact` releases it.

python docs/picture.py
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from PIL import Image

from docpriv import redact

ROOT = Path(__file__).resolve().parent.parent
SAMPLE = ROOT / "sample_docs" / "letter-english.png"
PICTURE = ROOT / "docs" / "images" / "before-after.png"
PART = (40, 60, 1240, 1110)  # of the page, in its pixels
SCALE, GAP, SHADES = 0.55, 16, 16


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        if not redact([SAMPLE], Path(folder) / "out").ok:
            raise SystemExit("the sample was not released")
        pages = [Image.open(path).convert("L").crop(PART) for path in (SAMPLE, Path(folder) / "out" / SAMPLE.name)]
    size = (round(pages[0].width * SCALE), round(pages[0].height * SCALE))
    both = Image.new("L", (2 * size[0] + GAP, size[1]), 128)
    for number, page in enumerate(pages):
        both.paste(page.resize(size, Image.Resampling.LANCZOS), (number * (size[0] + GAP), 0))
    both.quantize(SHADES, dither=Image.Dither.NONE).save(PICTURE, optimize=True)


if __name__ == "__main__":
    main()
