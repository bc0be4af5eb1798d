"""Writes the project's sample documents, the same ones every time; it takes no input.

Run as `python -m docpriv_lab.pages.samples --out DIR`.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.metadata
import io
import json
import pathlib
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PIL import Image

from docpriv_lab.pages.generator import SyntheticPage, generate

QUALITY = 78
"""JPEG quality of the files; the scans' own artefacts come from the generator."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageSpec:
    """What `generator.generate` is asked for."""

    kind: str
    seed: int
    difficulty: str
    mode: str
    dpi: int
    locale: str

    def make(self) -> SyntheticPage:
        """The page."""
        return generate(self.kind, self.seed, self.difficulty, dpi=self.dpi, mode=self.mode, locale=self.locale)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One file: its name and its pages."""

    file: str
    pages: tuple[PageSpec, ...]

    @property
    def stem(self) -> str:
        """The name without its ending."""
        return pathlib.PurePath(self.file).stem

    def truth_names(self) -> tuple[str, ...]:
        """Names of the label files, one a page."""
        if len(self.pages) == 1:
            return (f"{self.stem}.json",)
        return tuple(f"{self.stem}-p{n}.json" for n in range(1, len(self.pages) + 1))


def _page(kind: str, seed: int, difficulty: str, mode: str, dpi: int, locale: str) -> PageSpec:
    return PageSpec(kind=kind, seed=seed, difficulty=difficulty, mode=mode, dpi=dpi, locale=locale)


SAMPLES: tuple[Sample, ...] = (
    Sample(file="form-typed.png", pages=(_page("form", 1, "easy", "bilevel", 200, "US"),)),
    Sample(file="form-by-hand.jpg", pages=(_page("form", 68, "easy", "colour", 150, "UK"),)),
    Sample(file="letter-english.png", pages=(_page("letter", 32, "easy", "grey", 150, "US"),)),
    Sample(file="letter-colour.jpg", pages=(_page("letter", 5, "easy", "colour", 150, "UK"),)),
    Sample(file="invoice-english.png", pages=(_page("invoice", 7, "easy", "bilevel", 200, "UK"),)),
    Sample(file="invoice-grey.jpg", pages=(_page("invoice", 3, "easy", "grey", 150, "US"),)),
    Sample(file="medical-intake.jpg", pages=(_page("medical", 66, "easy", "grey", 150, "UK"),)),
    Sample(file="medical-intake-fax.tif", pages=(_page("medical", 21, "easy", "bilevel", 200, "US"),)),
    Sample(file="bank-statement.png", pages=(_page("statement", 2, "easy", "bilevel", 200, "US"),)),
    Sample(file="identity-card.jpg", pages=(_page("id_card", 3, "easy", "colour", 150, "US"),)),
    Sample(file="receipt.png", pages=(_page("receipt", 4, "easy", "grey", 200, "UK"),)),
    Sample(
        file="packet-fax.tif",
        pages=(
            _page("letter", 41, "easy", "bilevel", 200, "US"),
            _page("form", 42, "medium", "bilevel", 200, "US"),
            _page("statement", 43, "easy", "bilevel", 200, "US"),
        ),
    ),
    Sample(
        file="packet.pdf",
        pages=(
            _page("letter", 51, "easy", "grey", 150, "UK"),
            _page("invoice", 52, "easy", "grey", 150, "UK"),
        ),
    ),
)


def write_samples(folder: pathlib.Path, samples: Sequence[Sample] = SAMPLES) -> None:
    """Write `samples`, their truth (`truth/STEM.json`, or STEM-p1.json and so on) and MANIFEST.json into
    `folder`.

    The folder is made where needed; files of the same names are replaced.
    """
    truth = folder / "truth"
    truth.mkdir(parents=True, exist_ok=True)
    entries = []
    for sample in samples:
        pages = [spec.make() for spec in sample.pages]
        data = encode(pages, pathlib.PurePath(sample.file).suffix)
        (folder / sample.file).write_bytes(data)
        listed = []
        for name, spec, page in zip(sample.truth_names(), sample.pages, pages, strict=True):
            (truth / name).write_text(_json(page.truth), encoding="utf-8")
            listed.append({**_fields(spec), "truth": f"truth/{name}", "pixels_sha256": pixel_digest(page)})
        entries.append({"file": sample.file, "sha256": hashlib.sha256(data).hexdigest(), "pages": listed})
    manifest = {
        "about": "Synthetic scans with their truth; every person, firm and number in them is invented.",
        "command": "python -m docpriv_lab.pages.samples --out DIR",
        "made_with": versions(),
        "files": entries,
    }
    (folder / "MANIFEST.json").write_text(_json(manifest), encoding="utf-8")


def encode(pages: Sequence[SyntheticPage], suffix: str) -> bytes:
    """The pages as one file of that kind: .png and .jpg hold one page, .tif and .pdf one or more.

    Raises ValueError for another kind, or for more pages than it holds.
    """
    images = [_image(page) for page in pages]
    store = io.BytesIO()
    dpi = (pages[0].dpi, pages[0].dpi)
    if suffix in (".png", ".jpg") and len(pages) == 1:
        if suffix == ".png":
            images[0].save(store, "PNG", dpi=dpi, optimize=True)
        else:
            images[0].save(store, "JPEG", dpi=dpi, quality=QUALITY, optimize=True)
    elif suffix == ".tif":
        packing = "group4" if all(page.mode == "bilevel" for page in pages) else "tiff_adobe_deflate"
        images[0].save(store, "TIFF", dpi=dpi, compression=packing, save_all=True, append_images=images[1:])
    elif suffix == ".pdf":
        return _pdf(pages, images)
    else:
        raise ValueError("a sample is .png or .jpg of one page, .tif or .pdf")
    return store.getvalue()


def pixel_digest(page: SyntheticPage) -> str:
    """SHA-256 of the page's shape and pixels."""
    height, width = page.pixels.shape[:2]
    return hashlib.sha256(f"{width}x{height};".encode() + page.pixels.tobytes()).hexdigest()


def versions() -> dict[str, str]:
    """Versions of the libraries that the pixels depend on."""
    return {name: importlib.metadata.version(name) for name in ("numpy", "pillow")}


def _image(page: SyntheticPage) -> Image.Image:
    image = Image.fromarray(page.pixels)
    return {
        "bilevel": lambda: image.convert("1", dither=Image.Dither.NONE),
        "grey": lambda: image.convert("L"),
    }.get(page.mode, lambda: image)()


def _pdf(pages: Sequence[SyntheticPage], images: Sequence[Image.Image]) -> bytes:
    """One full-page JPEG a page, nothing else; no dates and an id made from the content, so the bytes
    stay the same."""
    import pikepdf  # a heavy library, needed for this one kind

    document = pikepdf.new()
    for page, image in zip(pages, images, strict=True):
        jpeg = io.BytesIO()
        image.convert("L" if page.mode != "colour" else "RGB").save(jpeg, "JPEG", quality=QUALITY, optimize=True)
        width, height = image.width * 72 / page.dpi, image.height * 72 / page.dpi
        scan = pikepdf.Stream(
            document,
            jpeg.getvalue(),
            Type=pikepdf.Name.XObject,
            Subtype=pikepdf.Name.Image,
            Width=image.width,
            Height=image.height,
            BitsPerComponent=8,
            Filter=pikepdf.Name.DCTDecode,
            ColorSpace=pikepdf.Name.DeviceRGB if page.mode == "colour" else pikepdf.Name.DeviceGray,
        )
        body = pikepdf.Stream(document, f"q {width:.4f} 0 0 {height:.4f} 0 0 cm /Scan Do Q".encode())
        leaf = pikepdf.Dictionary(
            Type=pikepdf.Name.Page,
            MediaBox=[0, 0, round(width, 4), round(height, 4)],
            Contents=body,
            Resources=pikepdf.Dictionary(XObject=pikepdf.Dictionary(Scan=scan)),
        )
        document.pages.append(pikepdf.Page(document.make_indirect(leaf)))
    store = io.BytesIO()
    document.save(store, deterministic_id=True)
    return store.getvalue()


def _fields(spec: PageSpec) -> dict[str, Any]:
    return {name: getattr(spec, name) for name in ("kind", "seed", "difficulty", "mode", "dpi", "locale")}


def _json(value: object) -> str:
    return json.dumps(value, indent=1, ensure_ascii=False) + "\n"


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the samples into the folder named by --out."""
    ask = argparse.ArgumentParser(prog="docpriv_lab.pages.samples", description="Write the sample documents.")
    ask.add_argument("--out", type=pathlib.Path, required=True, help="folder to write into; made if needed")
    write_samples(ask.parse_args(arguments).out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
