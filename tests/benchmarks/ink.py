"""Measure what is seen of the ink that no font printed, on pages whose every pixel of ink has a known owner.

    python -m tests.benchmarks.ink [--pages N] [--seed N] [--cache FOLDER] [--out FOLDER] [--only writing] [--list]

Each page is read by the default engine, looked at by the detectors of the default recipe, and its unread ink is measured,
as in a run. Printed: of signatures, stamps, handwriting and fingerprints the share of ink inside marks, and inside
marks or lines that were read, and the share of things of which 97 % is; of handwriting the share that is in a mark or was
read rightly, so that it is searched like print; of all other ink what marks wrongly hold; ordinary words that the default
recipe would lose to marks of kind SIGNATURE; clean pages that a run would withhold or mark; and the time of seeing beside
that of reading. `--cache` keeps what was read (of invented pages) between runs;
`--out` writes pictures: marks as frames over ink coloured by its class.
"""

from __future__ import annotations

import argparse
import hashlib
import pathlib
import pickle
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher

import cv2
import numpy as np
import numpy.typing as npt

from docpriv.model import Mark, PageFormat, PageImage, PageRef, PageText, TextLine
from docpriv.ocr import open_engine
from docpriv.ocr.rereading import read_doubtful
from docpriv.options import Recipe, Seeing
from docpriv.protocols import OcrEngine, VisualDetector
from docpriv.redaction.plan import region_of_mark, strips
from docpriv.visual.account import take_account
from docpriv.visual.seeing import look, open_detectors
from docpriv_lab.pages.ink_pages import CLASSES, InkPage, ink_page

PERSONAL = ("signature", "stamp", "handwriting", "fingerprint")
WHOLE = 0.97
ALIKE = 0.75
"""Agreement of letters from which handwriting counts as read."""
LEAST_INK = 12
"""Visible pixels below which a thing or a word is not counted."""

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    """One personal thing: shares of its ink inside any mark of unread or personal ink, inside SIGNATURE, and inside
    marks or lines that were read; how alike what was read there is to what is written (0..1)."""

    seed: int
    what: str
    style: str
    place: str
    pixels: int
    marked: float
    signed: float
    held: float
    right: float


@dataclass(slots=True, kw_only=True)
class Tally:
    """Counts over pages."""

    things: list[Thing] = field(default_factory=list)
    wrong: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    words: int = 0
    lost: int = 0
    lost_far: int = 0
    lost_any: int = 0
    pages: int = 0
    clean: int = 0
    clean_withheld: int = 0
    clean_marked: Counter[str] = field(default_factory=Counter)
    withheld: int = 0
    reading: float = 0.0
    seeing: float = 0.0
    measuring: float = 0.0
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One page after reading and looking."""

    lines: tuple[TextLine, ...]
    marks: tuple[Mark, ...]
    share: float
    seconds: tuple[float, float, float]


def see(
    page: InkPage,
    engine: OcrEngine | None,
    detectors: Sequence[VisualDetector],
    cache: pathlib.Path | None = None,
    recipe: Recipe | None = None,
) -> Seen:
    """Read and look as the first pass of a run does. `engine` None: nothing is read."""
    chosen = recipe or Recipe()
    pixels = page.pixels.copy()
    pixels.flags.writeable = False
    format = PageFormat(colour={"colour": "rgb", "grey": "grey", "bilevel": "bilevel"}[page.mode], dpi=(page.dpi, page.dpi))
    image = PageImage(ref=PageRef(document="ink", index=0), pixels=pixels, format=format)
    lines, reading = _read(image, engine, cache, chosen)
    start = time.process_time()
    sight = look(image, lines, detectors)
    middle = time.process_time()
    text = PageText(ref=image.ref, width=image.width, height=image.height, lines=lines)
    account = take_account(
        pixels,
        text,
        lines,
        sight.marks,
        pictures=sight.pictures,
        foreign={},
        unread_score=chosen.policy.unread_score,
        scripts=None,
    )
    end = time.process_time()
    return Seen(lines=lines, marks=account.marks, share=account.share, seconds=(reading, middle - start, end - middle))


def _read(
    image: PageImage, engine: OcrEngine | None, cache: pathlib.Path | None, recipe: Recipe
) -> tuple[tuple[TextLine, ...], float]:
    if engine is None:
        return (), 0.0
    file = None
    if cache is not None:
        cache.mkdir(parents=True, exist_ok=True)
        file = cache / (hashlib.sha256(image.pixels.tobytes()).hexdigest()[:32] + ".pkl")
        if file.exists():
            kept: tuple[tuple[TextLine, ...], float] = pickle.loads(file.read_bytes())  # noqa: S301 (written by this program)
            return kept
    start = time.process_time()
    texts: list[PageText] = [engine.read(image.pixels, image.ref)]
    again = read_doubtful(image.pixels, texts[0], engine, recipe.reading.reread_below)
    if again is not None:
        texts.append(again)
    result = tuple(line for text in texts for line in text.lines), time.process_time() - start
    if file is not None:
        file.write_bytes(pickle.dumps(result))
    return result


def masks_of(marks: Iterable[Mark], shape: tuple[int, int]) -> dict[str, Mask]:
    """For every kind the pixels that covering its marks would destroy."""
    out: dict[str, Mask] = {}
    for mark in marks:
        mask = out.setdefault(str(mark.kind), np.zeros(shape, np.bool_))
        for box in region_of_mark(mark).boxes:
            inside = box.clip(shape[1], shape[0])
            mask[inside.slices] = True
    return out


def add(tally: Tally, page: InkPage, seen: Seen, seed: int, recipe: Recipe | None = None) -> None:
    """Count one page."""
    policy = (recipe or Recipe()).policy
    shape = (page.pixels.shape[0], page.pixels.shape[1])
    masks = masks_of(seen.marks, shape)
    none = np.zeros(shape, np.bool_)
    signed = masks.get("SIGNATURE", none)
    marked = signed | masks.get("STAMP", none) | masks.get("UNREAD_INK", none) | masks.get("FINGERPRINT", none)
    read = none.copy()
    for line in seen.lines:
        if line.score >= policy.unread_score and line.chars:
            for box in strips(line.quad):
                read[box.clip(shape[1], shape[0]).slices] = True
    counts = np.bincount(page.owner.ravel(), minlength=len(page.items))
    inside = {
        name: np.bincount(page.owner.ravel(), weights=mask.ravel(), minlength=len(page.items))
        for name, mask in (("marked", marked), ("signed", signed), ("held", marked | read))
    }
    for number, item in enumerate(page.items):
        if item.what in PERSONAL and counts[number] >= LEAST_INK:
            share = {name: float(values[number] / counts[number]) for name, values in inside.items()}
            right = _alike(item.text, page.owner == number, seen.lines) if item.text else 0.0
            tally.things.append(
                Thing(
                    seed=seed,
                    what=item.what,
                    style=item.style,
                    place=item.place,
                    pixels=int(counts[number]),
                    right=right,
                    **share,
                )
            )
    labels = page.labels
    for number, what in enumerate(CLASSES):
        if number and what not in PERSONAL:
            here = labels == number
            tally.wrong[what]["ink"] += int(here.sum())
            for kind, mask in masks.items():
                tally.wrong[what][kind] += int((here & mask).sum())
    _words(tally, page, labels, signed, marked)
    tally.pages += 1
    withheld = seen.share > policy.unread_share
    tally.withheld += withheld
    if page.clean:
        tally.clean += 1
        tally.clean_withheld += withheld
        for kind in masks:
            tally.clean_marked[kind] += 1
        if withheld or "SIGNATURE" in masks:
            tally.notes.append(f"clean page {seed} ({page.ground}): unread share {seen.share:.2f}, marks {_kinds(seen.marks)}")
    tally.reading += seen.seconds[0]
    tally.seeing += seen.seconds[1]
    tally.measuring += seen.seconds[2]


def _alike(text: str, ink: Mask, lines: Iterable[TextLine]) -> float:
    """The best agreement of what is written with the characters that one line has where its ink is."""
    ys, xs = np.nonzero(ink)
    x0, y0, x1, y1 = xs.min(), ys.min(), xs.max(), ys.max()
    wanted, best = "".join(text.lower().split()), 0.0
    for line in lines:
        left, top, right, bottom = line.quad.bounds()
        if right < x0 or left > x1 or bottom < y0 or top > y1:
            continue
        read = "".join(c.text for c in line.chars if x0 - 2 <= c.quad.centre[0] <= x1 + 2 and y0 <= c.quad.centre[1] <= y1)
        best = max(best, SequenceMatcher(None, wanted, "".join(read.lower().split()), autojunk=False).ratio())
    return best


def _kinds(marks: Iterable[Mark]) -> str:
    return " ".join(f"{kind}:{count}" for kind, count in sorted(Counter(f"{m.kind}/{m.rule}" for m in marks).items())) or "none"


def _words(tally: Tally, page: InkPage, labels: npt.NDArray[np.uint8], signed: Mask, marked: Mask) -> None:
    """Ordinary printed words of which more than half is inside marks of kind SIGNATURE, or inside any that `strict` covers."""
    text, personal = labels == CLASSES.index("text"), labels == CLASSES.index("signature")
    for word in page.truth["words"]:
        if word["label"] is not None:
            continue
        x0, y0, x1, y1 = word["box"]
        ink = text[y0:y1, x0:x1]
        total = int(ink.sum())
        if total < LEAST_INK:
            continue
        tally.words += 1
        tally.lost_any += bool((ink & marked[y0:y1, x0:x1]).sum() > 0.5 * total)
        if (ink & signed[y0:y1, x0:x1]).sum() > 0.5 * total:
            tally.lost += 1
            tally.lost_far += not personal[y0:y1, x0:x1].any()


def report(tally: Tally) -> str:
    """The figures as text."""
    rows = [f"{'':14}{'things':>7}{'ink in marks':>14}{'in marks/lines':>16}{'whole in marks':>16}{'whole in either':>17}"]
    for what in PERSONAL:
        rows.append(_row(what, [t for t in tally.things if t.what == what]))
    own = [t for t in tally.things if t.what == "signature"]
    if own:
        total = sum(t.pixels for t in own)
        rows.append(
            "\nsignatures inside marks of kind SIGNATURE (default recipe): "
            f"ink {sum(t.signed * t.pixels for t in own) / total:.1%}, "
            f"whole {_share(t.signed >= WHOLE for t in own)}"
        )
    written = [t for t in tally.things if t.what == "handwriting"]
    if written:
        rows.append(
            f"handwriting whole in marks or read rightly: {_share(t.marked >= WHOLE or t.right >= ALIKE for t in written)}; "
            "of their ink neither in a mark nor in a line: "
            f"{sum((1 - t.held) * t.pixels for t in written) / sum(t.pixels for t in written):.1%}"
        )
    for what, key in (
        ("signature", "place"),
        ("signature", "style"),
        ("stamp", "place"),
        ("stamp", "style"),
        ("handwriting", "place"),
    ):
        rows.append(f"\n{what} by {key}")
        groups: dict[str, list[Thing]] = defaultdict(list)
        for thing in tally.things:
            if thing.what == what:
                groups[getattr(thing, key)].append(thing)
        for name, group in sorted(groups.items()):
            more = f"   SIGNATURE whole {_share(t.signed >= WHOLE for t in group)}" if what == "signature" else ""
            rows.append(_row(name, group) + more)
    kinds = sorted({kind for counts in tally.wrong.values() for kind in counts if kind != "ink"})
    rows.append("\nother ink inside marks" + "".join(f"{kind:>14}" for kind in kinds))
    for what, counts in tally.wrong.items():
        if counts["ink"]:
            rows.append(f"{what:22}" + "".join(f"{counts[kind] / counts['ink']:>14.2%}" for kind in kinds))
    rows.append(
        f"\nordinary words {tally.words}, lost to SIGNATURE {tally.lost} ({tally.lost / max(tally.words, 1):.2%}), "
        f"of them without a stroke of a signature {tally.lost_far}; inside any mark {tally.lost_any}"
    )
    rows.append(
        f"pages {tally.pages}, above the unread share {tally.withheld}; "
        f"clean pages {tally.clean}, above it {tally.clean_withheld}; "
        "clean pages with marks: " + (", ".join(f"{k} {n}" for k, n in sorted(tally.clean_marked.items())) or "none")
    )
    pages = max(tally.pages, 1)
    rows.append(
        f"CPU seconds a page: reading {tally.reading / pages:.2f}, seeing {tally.seeing / pages:.3f}, "
        f"measuring ink {tally.measuring / pages:.3f}"
    )
    return "\n".join(rows)


def _row(name: str, things: Sequence[Thing]) -> str:
    total = sum(t.pixels for t in things)
    if not total:
        return f"{name:14}{0:>7}"
    return (
        f"{name:14}{len(things):>7}{sum(t.marked * t.pixels for t in things) / total:>14.1%}"
        f"{sum(t.held * t.pixels for t in things) / total:>16.1%}{_share(t.marked >= WHOLE for t in things):>16}"
        f"{_share(t.held >= WHOLE for t in things):>17}"
    )


def _share(flags: Iterable[bool]) -> str:
    every = list(flags)
    return f"{sum(every)}/{len(every)} {sum(every) / max(len(every), 1):.0%}"


_TINTS = {
    "signature": (255, 0, 160),
    "stamp": (255, 120, 0),
    "handwriting": (0, 110, 255),
    "fingerprint": (160, 0, 255),
    "logo": (0, 160, 90),
    "photograph": (0, 160, 160),
    "code": (120, 120, 0),
    "dirt": (150, 110, 60),
    "hatching": (110, 110, 110),
}
_FRAMES = {
    "SIGNATURE": (220, 0, 0),
    "STAMP": (230, 140, 0),
    "UNREAD_INK": (0, 0, 230),
    "FINGERPRINT": (150, 0, 200),
    "FACE": (0, 150, 150),
    "CODE": (120, 120, 0),
}


def picture(page: InkPage, seen: Seen) -> npt.NDArray[np.uint8]:
    """uint8[H, W, 3]: ink in the colour of its class, marks as frames (their parts thin), lines that were read in pale grey."""
    out = (255 - (255 - page.pixels) // 3).astype(np.uint8)
    labels = page.labels
    for what, tint in _TINTS.items():
        out[labels == CLASSES.index(what)] = tint
    for line in seen.lines:
        cv2.polylines(out, [np.round(line.quad.array()).astype(np.int32)], True, (200, 200, 200), 1)
    for mark in seen.marks:
        tone = _FRAMES.get(str(mark.kind), (0, 0, 0))
        for box in mark.parts:
            cv2.rectangle(out, (box.x0, box.y0), (box.x1, box.y1), tone, 1)
        cv2.polylines(out, [np.round(mark.quad.array()).astype(np.int32)], True, tone, 2)
        x, y = (round(v) for v in mark.quad.a)
        cv2.putText(out, f"{mark.kind} {mark.rule}", (x, max(10, y - 3)), cv2.FONT_HERSHEY_SIMPLEX, 0.4, tone, 1, cv2.LINE_AA)
    return out


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--pages", type=int, default=60)
    ask.add_argument("--seed", type=int, default=0, help="pages SEED * 10000, SEED * 10000 + 1, ... are drawn")
    ask.add_argument("--cache", type=pathlib.Path, help="a folder for what was read")
    ask.add_argument("--out", type=pathlib.Path, help="a folder for pictures of pages with marks")
    ask.add_argument("--only", choices=("writing", "faces", "codes", "plates"), help="look with this detector alone")
    ask.add_argument("--list", action="store_true", help="list the things that are not whole, and the clean pages marked")
    a = ask.parse_args()
    form = Seeing() if a.only is None else Seeing(**{name: name == a.only for name in ("writing", "faces", "codes", "plates")})
    cv2.setNumThreads(1)
    engine, detectors, tally = open_engine("rapid"), open_detectors(form), Tally()
    for seed in range(a.seed * 10_000, a.seed * 10_000 + a.pages):
        page = ink_page(seed)
        seen = see(page, engine, detectors, a.cache)
        add(tally, page, seen, seed)
        if a.out is not None:
            a.out.mkdir(parents=True, exist_ok=True)
            cv2.imwrite(str(a.out / f"{seed:06}.png"), picture(page, seen)[..., ::-1])
    if a.list:
        for t in sorted(tally.things, key=lambda t: (t.what, t.held)):
            if t.held < WHOLE or (t.what == "signature" and t.signed < WHOLE):
                print(
                    f"page {t.seed} {t.what} {t.place}/{t.style}: {t.pixels} px, in marks {t.marked:.2f}, "
                    f"SIGNATURE {t.signed:.2f}, in marks or lines {t.held:.2f}"
                )
        print("\n".join(tally.notes))
    print(report(tally))


if __name__ == "__main__":
    main()
