"""Measure which share of heads is covered whole, how often a page without faces is covered, and what looking costs.

    python -m tests.benchmarks.faces [--placements N] [--text-pages N] [--portraits FOLDER] [--pages FOLDER] [--show FOLDER]

A placement is one person's portrait on a drawn letter or identity card, copied in one of seven ways and turned. It counts
as covered where at least 95 % of the head's box, hair to chin and ear to ear, is inside marks. Portraits are photographs of
one person each (`--portraits`; their heads are measured on the large original) or heads that the project draws itself.
The text of the pages is given exactly, as a reading engine would give it at its best.
"""

from __future__ import annotations

import argparse
import hashlib
import random
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np

from docpriv.evaluation.truth import Points
from docpriv.geometry import Quad
from docpriv.model import Char, Mark, PageFormat, PageImage, PageRef, Pixels, TextLine
from docpriv.protocols import Scene
from docpriv.visual.detectors.faces import FaceDetector
from docpriv.visual.face_network import FaceNetwork
from docpriv.visual.pictures import find_pictures
from docpriv_lab.pages.face_pages import FacePage, Portrait, drawn_portrait, face_page, text_page

WHOLE = 0.95  # of a head's box inside marks: it is covered
BAND = 60.0  # pixels of face height, brow to chin
READING = 4.0  # seconds of CPU that reading a page costs
HEAD = (0.20, 0.40, 0.05)  # of the face: ears at each side, hair above, chin below


@dataclass(kw_only=True)
class Tally:
    """Counts by row of the table, seconds of CPU, and pages without faces that were covered."""

    placed: Counter[str] = field(default_factory=Counter)
    covered: Counter[str] = field(default_factory=Counter)
    missed: list[str] = field(default_factory=list)
    face_seconds: list[float] = field(default_factory=list)
    text_seconds: list[float] = field(default_factory=list)
    text_covered: int = 0


def lines_of(words: Sequence[tuple[str, Points]]) -> tuple[TextLine, ...]:
    """Words of one baseline that stand close become one line."""
    lines: list[list[tuple[str, Points]]] = []
    for word in words:
        home = next((line for line in lines[-3:] if _follows(line[-1][1], word[1])), None)
        if home is None:
            lines.append([word])
        else:
            home.append(word)
    return tuple(_line(line) for line in lines)


def _follows(a: Points, b: Points) -> bool:
    along = (a[1] - a[0]) / max(float(np.linalg.norm(a[1] - a[0])), 1e-6)
    high = max(float(np.linalg.norm(a[3] - a[0])), 1.0)
    gap = (b[0] + b[3] - a[1] - a[2]) / 2
    ahead, aside = float(gap @ along), abs(float(gap @ np.array([-along[1], along[0]])))
    return -0.2 * high < ahead < 0.8 * high and aside < 0.5 * high


def _line(words: Sequence[tuple[str, Points]]) -> TextLine:
    text = " ".join(t for t, _ in words)
    quad = Quad.of([words[0][1][0], words[-1][1][1], words[-1][1][2], words[0][1][3]])
    n = max(1, len(text))
    return TextLine(
        chars=tuple(Char(text=c, quad=quad.part(i / n, (i + 1) / n), score=0.95) for i, c in enumerate(text)),
        quad=quad,
        score=0.95,
    )


def scene_of(pixels: Pixels, lines: tuple[TextLine, ...]) -> Scene:
    page = PageImage(ref=PageRef(document="faces", index=0), pixels=np.ascontiguousarray(pixels), format=PageFormat(colour="rgb"))
    return Scene(page=page, lines=lines, pictures=find_pictures(page.pixels, lines))


def portraits_in(folder: Path, network: FaceNetwork) -> list[Portrait]:
    """Photographs of one person each, none twice; those with several faces or a small one are passed over."""
    out, seen = [], set()
    for file in sorted(folder.iterdir()):
        data = file.read_bytes()
        image = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
        if image is None or (digest := hashlib.sha256(data).digest()) in seen:
            continue
        seen.add(digest)
        height = 480
        size = (round(image.shape[1] * height / image.shape[0]), height)
        pixels = np.ascontiguousarray(cv2.resize(image, size, interpolation=cv2.INTER_CUBIC)[:, :, ::-1])
        faces = network.find(pixels, 0.3)
        if not faces or faces[0].height < 0.25 * height or sum(f.height > 0.1 * height for f in faces) > 1:
            continue
        f = faces[0]
        head = (
            max(0.0, f.x0 - HEAD[0] * f.width),
            max(0.0, f.y0 - HEAD[1] * f.height),
            min(float(size[0]), f.x1 + HEAD[0] * f.width),
            min(float(height), f.y1 + HEAD[2] * f.height),
        )
        out.append(Portrait(pixels=pixels, head=head, face=f.height))
    return out


def mask_of(marks: Sequence[Mark], height: int, width: int) -> Pixels:
    mask = np.zeros((height, width), np.uint8)
    for mark in marks:
        if mark.parts:
            for box in mark.parts:
                mask[box.clip(width, height).slices] = 1
        else:
            cv2.fillConvexPoly(mask, np.round(mark.quad.array()).astype(np.int32), 1)
    return mask


def measure_faces(
    detector: FaceDetector, portraits: Sequence[Portrait], seeds: Sequence[int], tally: Tally, show: Path | None = None
) -> None:
    """Places one portrait a page."""
    for seed in seeds:
        page = face_page(seed, portraits)
        lines = lines_of(page.words)
        start = time.process_time()
        scene = scene_of(page.pixels, lines)
        marks = detector.see(scene)
        tally.face_seconds.append(time.process_time() - start)
        _count(page, marks, seed, tally)
        if show is not None:
            _draw(scene, marks, [p.head for p in page.placements], show / f"face-{seed:05}.png")


def _count(page: FacePage, marks: Sequence[Mark], seed: int, tally: Tally) -> None:
    mask = mask_of(marks, *page.pixels.shape[:2])
    for place in page.placements:
        head = np.zeros_like(mask)
        cv2.fillConvexPoly(head, np.round(place.head).astype(np.int32), 1)
        share = float((mask & head).sum()) / max(1, int(head.sum()))
        band = "ghost" if place.ghost else ("over 60 px" if place.face > BAND else "40-60 px")
        askew = "to 15" if abs(page.turn) <= 15 else "any"
        turn = "straight" if abs(page.turn) < 1 else "quarter" if page.turn % 90 == 0 else askew
        for row in (band, f"{band} / {page.medium}", f"{band} / {page.base}", f"{band} / turn {turn}"):
            tally.placed[row] += 1
            tally.covered[row] += share >= WHOLE
        if share < WHOLE:
            tally.missed.append(
                f"{seed} {band} {page.base} {page.medium} turn {page.turn:.0f} face {place.face:.0f} px: "
                f"{share:.0%} of the head, {len(marks)} marks"
            )


def measure_text(
    detector: FaceDetector, pages: Iterator[tuple[Pixels, tuple[TextLine, ...]]], tally: Tally, show: Path | None = None
) -> None:
    """Pages on which nothing is to be covered."""
    for number, (pixels, lines) in enumerate(pages):
        start = time.process_time()
        scene = scene_of(pixels, lines)
        marks = detector.see(scene)
        tally.text_seconds.append(time.process_time() - start)
        tally.text_covered += bool(marks)
        if show is not None and marks:
            _draw(scene, marks, [], show / f"text-{number:05}.png")


def drawn_text(count: int, seed: int) -> Iterator[tuple[Pixels, tuple[TextLine, ...]]]:
    for number in range(count):
        pixels, words = text_page(seed * 100_003 + number)
        yield pixels, lines_of(words)


def unread_pages(folder: Path, most: int) -> Iterator[tuple[Pixels, tuple[TextLine, ...]]]:
    """Scans without their text: harder than read pages, since all text may be a picture."""
    files = sorted(p for p in folder.rglob("*") if p.suffix.lower() in {".png", ".jpg", ".jpeg", ".tif", ".tiff"})
    for file in random.Random("pages").sample(files, min(most, len(files))):
        image = cv2.imread(str(file))
        if image is not None:
            yield np.ascontiguousarray(image[:, :, ::-1]), ()


def _draw(scene: Scene, marks: Sequence[Mark], heads: Sequence[Points], file: Path) -> None:
    image = scene.page.pixels.copy()
    thick = max(1, image.shape[1] // 500)
    for box in scene.pictures:
        cv2.rectangle(image, (box.x0, box.y0), (box.x1, box.y1), (255, 160, 0), thick)
    for mark in marks:
        layer = image.copy()
        cv2.fillConvexPoly(layer, np.round(mark.quad.array()).astype(np.int32), (255, 0, 0))
        image = cv2.addWeighted(layer, 0.35, image, 0.65, 0)
        at = (round(mark.quad.bounds()[0]), round(mark.quad.bounds()[1]) - 4)
        size = image.shape[1] / 1500
        cv2.putText(image, f"{mark.rule} {mark.score:.2f}", at, cv2.FONT_HERSHEY_SIMPLEX, size, (200, 0, 0), thick)
    for head in heads:
        cv2.polylines(image, [np.round(head).astype(np.int32)], True, (0, 180, 0), thick)
    cv2.imwrite(str(file), np.ascontiguousarray(image[:, :, ::-1]))


def report(tally: Tally, verbose: bool) -> str:
    rows = [f"{'heads covered whole':32} {'of':>5} {'share':>7}"]
    for row in sorted(tally.placed):
        rows.append(f"{row:26} {tally.covered[row]:5} {tally.placed[row]:5} {tally.covered[row] / tally.placed[row]:7.1%}")
    if tally.face_seconds:
        mean = float(np.mean(tally.face_seconds))
        rows.append(
            f"CPU a page with a face: mean {mean:.3f} s, median {np.median(tally.face_seconds):.3f} s "
            f"({mean / READING:.1%} of reading)"
        )
    if tally.text_seconds:
        mean = float(np.mean(tally.text_seconds))
        rows.append(
            f"pages without faces covered: {tally.text_covered} of {len(tally.text_seconds)}; CPU a page: "
            f"mean {mean:.3f} s, median {np.median(tally.text_seconds):.3f} s ({mean / READING:.1%} of reading)"
        )
    return "\n".join(rows + (tally.missed if verbose else []))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--placements", type=int, default=200)
    parser.add_argument("--text-pages", type=int, default=200, help="drawn pages without faces")
    parser.add_argument("--portraits", type=Path, help="folder of photographs of one person each")
    parser.add_argument("--pages", type=Path, help="folder of scans without faces, looked at without their text")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--show", type=Path, help="folder for pictures of what was covered")
    parser.add_argument("--missed", action="store_true", help="list what was not covered")
    args = parser.parse_args()
    cv2.setNumThreads(1)
    if args.show is not None:
        args.show.mkdir(parents=True, exist_ok=True)
    detector, tally = FaceDetector(), Tally()
    drawn = [drawn_portrait(random.Random(i)) for i in range(24)]
    portraits = portraits_in(args.portraits, FaceNetwork()) if args.portraits else drawn
    measure_faces(detector, portraits, range(args.seed * 100_003, args.seed * 100_003 + args.placements), tally, args.show)
    pages = unread_pages(args.pages, args.text_pages) if args.pages else drawn_text(args.text_pages, args.seed)
    measure_text(detector, pages, tally, args.show)
    print(report(tally, args.missed))


if __name__ == "__main__":
    main()
