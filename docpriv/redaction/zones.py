"""Recognises a page as a known form and places the form's zones on it, where enough words agree.

The printed words that a template names are sought in the page as read. A similarity (shift, scale, turn) that most of
them agree on is found from pairs of words, then refined, with the words spread over the page as an affine map. Zones are
placed by it, with a margin that grows with what the words disagree by and with the distance from them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from docpriv.geometry import Affine, Box, Point, Quad, hull
from docpriv.model import CharId, Finding, PageText, Pixels, Reason, Region
from docpriv.options import Zone, ZoneTemplate
from docpriv.redaction.anchors import PageWords, folded
from docpriv.redaction.plan import strips

LEAST_FOUND = 3  # anchors in their places
LEAST_SHARE = 0.4  # of the anchors, by weight: a filled, stained, half misread form keeps more, another form fewer
LEAST_AGREEING = 0.6  # of the anchors that stand in one place alone: a revised form has many that moved
NO_TEMPLATE = "no-template"
DETECTOR = "zones"

# Lengths on the form are shares of its diagonal: 2782 pixels of a letter page at 200 dpi.
_NEAR = 0.012  # how far an anchor may be off while the map is sought
_CLOSE = 0.006  # and when it is found
_MOST_RESIDUAL = 0.004  # root mean square
_LEAST_APART = 0.08  # closer pairs of anchors tell no angle
_LEAST_SPREAD = 0.2  # anchors all in one corner say nothing of the other
_MARGIN = 0.0012  # what a zone always grows by: 3 pixels
_MOST_SKEW = 8.0  # degrees off a quarter turn
_LENGTH = math.log(1.6)  # an anchor's length against its box, boxes drawn by hand included
_BEND = math.radians(15)  # an anchor's own direction against the page's
_MOST_STRETCH = 0.05  # of one axis against the other: feeders slip by 1 or 2 %
_PAIRED = 90  # places of which pairs are tried
_AFFINE_FROM = 6  # anchors
_NOISE = 24  # of 255: a covered area that was coded as JPEG differs less
_SPECKS = 0.001  # of an area
_FULL_WEIGHT = 12  # letters of an anchor from which more do not count
_AT_ONCE = 500_000  # hypotheses times places that are compared at once: about 50 MB

Floats = npt.NDArray[np.float64]
Complexes = npt.NDArray[np.complex128]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedForm:
    """A form found on a page: the map from the template's units to page pixels, and each zone's margin in pixels."""

    template: ZoneTemplate = field(repr=False)
    to_page: Affine
    margins: tuple[float, ...]

    def areas(self) -> tuple[Quad, ...]:
        """Where each zone lies on the page, without its margin."""
        return tuple(self.to_page.quad(_quad_of(zone)) for zone in self.template.zones)

    def regions(self) -> tuple[Region, ...]:
        """What to cover: each zone with its margin, and why."""
        reasons = (
            Reason(kind=zone.kind, score=1.0, detector=DETECTOR, reason=f"{self.template.name}/{zone.name}")
            for zone in self.template.zones
        )
        padded = (area.pad(margin, margin) for area, margin in zip(self.areas(), self.margins, strict=True))
        return tuple(Region(boxes=_long_strips(a), reasons=(reason,)) for a, reason in zip(padded, reasons, strict=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateMatch:
    """How well a page matches a template: `anchors` in their places, their root mean square `residual` in page pixels.

    `form` is None where the page does not match; `scale` is page pixels in a unit of the template, 0 where unknown.
    """

    template: ZoneTemplate = field(repr=False)
    anchors: tuple[Quad, ...] = ()
    residual: float = 0.0
    scale: float = 0.0
    form: PlacedForm | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PageForms:
    """What the templates of a recipe say of one page: the forms that it is, and codes that withhold it."""

    forms: tuple[PlacedForm, ...] = ()
    withheld_because: tuple[str, ...] = ()


def forms_of_page(text: PageText, templates: Sequence[ZoneTemplate]) -> PageForms:
    """Every template that the page matches. A page must match one of the required templates that are for it, if any is."""
    meant = [t for t in templates if not t.pages or text.ref.index + 1 in t.pages]
    if not meant:
        return PageForms()
    words = PageWords(text)
    matches = [match_template(text, t, words) for t in meant]
    required = [m for m in matches if m.template.required]
    missing = bool(required) and all(m.form is None for m in required)
    forms = tuple(m.form for m in matches if m.form is not None)
    return PageForms(forms=forms, withheld_because=(NO_TEMPLATE,) if missing else ())


def match_template(text: PageText, template: ZoneTemplate, words: PageWords | None = None) -> TemplateMatch:
    """Compare a page with a template, whatever pages that is for. `words`: of the page, where they are known already."""
    seen = _Candidates(template, PageWords(text) if words is None else words)
    fit = _best_fit(seen)
    if fit is None:
        return TemplateMatch(template=template)
    form = None
    if _believed(seen, fit):
        corners = (_complex(_quad_of(zone).points) / seen.diagonal for zone in template.zones)
        doubts = (fit.uncertainty(points) for points in corners)
        form = PlacedForm(
            template=template,
            to_page=fit.affine(seen.diagonal),
            margins=tuple((_MARGIN + fit.residual + 2 * doubt) * fit.scale for doubt in doubts),
        )
    return TemplateMatch(
        template=template,
        anchors=tuple(seen.places[i].quad for i in fit.chosen),
        residual=fit.residual * fit.scale,
        scale=fit.scale / seen.diagonal,
        form=form,
    )


def still_showing(form: PlacedForm, pixels: Pixels) -> PlacedForm:
    """The form with those zones alone that are not of one colour; pixels u8 (H, W, 3). For files that were redacted."""
    kept = [i for i, (area, margin) in enumerate(zip(form.areas(), form.margins, strict=True)) if _shows(pixels, area, margin)]
    template = form.template.model_copy(update={"zones": tuple(form.template.zones[i] for i in kept)})
    return PlacedForm(template=template, to_page=form.to_page, margins=tuple(form.margins[i] for i in kept))


def read_in_zones(text: PageText, forms: Sequence[PlacedForm]) -> tuple[Finding, ...]:
    """What was read under zones as findings, so that a value hidden there can be sought on the rest of the document."""
    return tuple(
        Finding(page=text.ref.index, kind=zone.kind, score=1.0, detector=DETECTOR, reason=zone.name, chars=_within(text, region))
        for form in forms
        for zone, region in zip(form.template.zones, form.regions(), strict=True)
    )


# --- which map ------------------------------------------------------------------------------------------------------


class _Candidates:
    """All places of all anchors as arrays, sorted by anchor, and the anchors' boxes in shares of the form's diagonal."""

    def __init__(self, template: ZoneTemplate, words: PageWords) -> None:
        self.diagonal = math.hypot(*template.size)
        keys = [folded(anchor.text) for anchor in template.anchors]
        self.weights = np.array([min(len(k), _FULL_WEIGHT) / keys.count(k) for k in keys], dtype=np.float64)
        found = {key: words.places(key) for key in dict.fromkeys(keys)}
        owned = [(number, place) for number, key in enumerate(keys) for place in found[key]]
        shares = [(1 - place.slips / len(keys[n])) / len(found[keys[n]]) for n, place in owned]
        self.places = [place for _, place in owned]
        self.owner = np.array([number for number, _ in owned], dtype=np.intp)
        self.weight = self.weights[self.owner] * np.array(shares, dtype=np.float64)
        boxes = np.array([anchor.box for anchor in template.anchors], dtype=np.float64) / self.diagonal
        self.middles: Complexes = (boxes[:, 0] + boxes[:, 2]) / 2 + 1j * (boxes[:, 1] + boxes[:, 3]) / 2
        self.lengths: Floats = boxes[:, 2] - boxes[:, 0]
        ends = _complex([end for place in self.places for end in place.ends]).reshape(-1, 2)
        self.points: Complexes = ends.mean(axis=1)
        self.vectors: Complexes = ends[:, 1] - ends[:, 0]

    def fits(self, alpha: Complexes, which: npt.NDArray[np.intp] | slice = slice(None)) -> npt.NDArray[np.bool_]:
        """Whether places are about as long, and run the way, that maps say; `alpha` is broadcast against the places."""
        ratio = self.vectors[which] / (alpha * self.lengths[self.owner[which]])
        with np.errstate(divide="ignore"):
            fits: npt.NDArray[np.bool_] = (np.abs(np.log(np.abs(ratio))) < _LENGTH) & (np.abs(np.angle(ratio)) < _BEND)
        return fits


@dataclass(frozen=True, slots=True, kw_only=True)
class _Fit:
    """A map from the form (shares of its diagonal) to the page, `terms` times `numbers`, with the places that agree.

    `numbers`: of z and 1 for a similarity; of z, 1 and the conjugate of z for an affine map. `residual`: root mean square of a
    place, on the form. `scale`: page pixels in a diagonal of the form.
    """

    numbers: Complexes
    terms: Complexes
    chosen: tuple[int, ...]
    residual: float
    scale: float

    def uncertainty(self, points: Complexes) -> float:
        """How far the map may be off at one of the points of the form, beside the words' own error."""
        rows = _terms(points, len(self.numbers))
        inverse = np.linalg.pinv(self.terms.conj().T @ self.terms)
        return self.residual * math.sqrt(max(0.0, float(((rows @ inverse) * rows.conj()).sum(axis=1).real.max())))

    def affine(self, unit: float) -> Affine:
        """The map from a form of which a diagonal has so many units."""
        turn, shift, shear = (*self.numbers, 0j)[:3]
        a, b, d, e = turn.real + shear.real, shear.imag - turn.imag, turn.imag + shear.imag, turn.real - shear.real
        return Affine(*(float(n) for n in (a / unit, b / unit, shift.real, d / unit, e / unit, shift.imag)))


def _complex(points: Sequence[Point]) -> Complexes:
    return np.array([complex(*point) for point in points], dtype=np.complex128)


def _terms(points: Complexes, count: int) -> Complexes:
    return np.stack([points, np.ones_like(points), points.conj()][:count], axis=1)


def _best_fit(seen: _Candidates) -> _Fit | None:
    """The similarity that most anchors agree on, refined; None where no three anchors agree on any."""
    alpha, beta = _hypotheses(seen)
    if not len(alpha):
        return None
    starts = np.flatnonzero(np.r_[True, np.diff(seen.owner) > 0])
    best, best_score = -1, 0.0
    rows = max(1, _AT_ONCE // len(seen.places))
    for low in range(0, len(alpha), rows):
        a, b = alpha[low : low + rows, None], beta[low : low + rows, None]
        near = np.abs(a * seen.middles[seen.owner] + b - seen.points) < _NEAR * np.abs(a)
        score = np.maximum.reduceat(np.where(near & seen.fits(a), seen.weight, 0.0), starts, axis=1).sum(axis=1)
        at = int(np.argmax(score))
        if score[at] > best_score:
            best, best_score = low + at, float(score[at])
    if best < 0:
        return None
    return _refined(seen, np.array([alpha[best], beta[best]]))


def _hypotheses(seen: _Candidates) -> tuple[Complexes, Complexes]:
    """Similarities z -> alpha z + beta from pairs of telling places of different anchors, by weight."""
    telling = np.argsort(-seen.weight, kind="stable")[:_PAIRED]
    i, j = (telling[k] for k in np.triu_indices(len(telling), 1))
    step = seen.middles[seen.owner[j]] - seen.middles[seen.owner[i]]
    apart = np.abs(step) > _LEAST_APART
    i, j, step = i[apart], j[apart], step[apart]
    alpha: Complexes = (seen.points[j] - seen.points[i]) / step
    turn = np.degrees(np.angle(alpha))
    good = (np.abs(alpha) > 0) & (np.abs((turn + 45) % 90 - 45) < _MOST_SKEW)
    i, j, alpha = i[good], j[good], alpha[good]
    good = seen.fits(alpha, i) & seen.fits(alpha, j)
    i, alpha = i[good], alpha[good]
    beta: Complexes = seen.points[i] - alpha * seen.middles[seen.owner[i]]
    return alpha, beta


def _refined(seen: _Candidates, numbers: Complexes) -> _Fit | None:
    """Least squares over the places that agree, chosen anew each time, within less each time."""
    fit: _Fit | None = None
    reach = _NEAR
    for _ in range(6):
        chosen = _agreeing(seen, numbers, reach)
        if len(chosen) < LEAST_FOUND:
            return None
        fit = _least_squares(seen, chosen)
        numbers, reach = fit.numbers, max(_CLOSE, reach * 0.8)
    return fit


def _agreeing(seen: _Candidates, numbers: Complexes, reach: float) -> list[int]:
    """For each anchor the place nearest to where the map puts it, within `reach`; a place serves once."""
    fits = seen.fits(numbers[:1])
    mapped = _terms(seen.middles[seen.owner], len(numbers)) @ numbers
    off = np.abs(mapped - seen.points) / max(abs(numbers[0]), 1e-12)
    chosen: dict[int, int] = {}
    taken: set[CharId] = set()
    for k in np.argsort(off, kind="stable").tolist():
        first = seen.places[k].chars[0]
        if off[k] > reach:
            break
        if fits[k] and int(seen.owner[k]) not in chosen and first not in taken:
            chosen[int(seen.owner[k])] = k
            taken.add(first)
    return [chosen[a] for a in sorted(chosen)]


def _least_squares(seen: _Candidates, chosen: Sequence[int]) -> _Fit:
    """A similarity, or an affine map where the words are many, spread both ways, and do not ask for a distortion."""
    source, target = seen.middles[seen.owner[chosen]], seen.points[chosen]

    def solved(count: int) -> Complexes:
        return np.linalg.lstsq(_terms(source, count), target, rcond=None)[0].astype(np.complex128)

    numbers = solved(2)
    if len(chosen) >= _AFFINE_FROM:
        centred = source - source.mean()
        spread = np.linalg.svd(np.stack([centred.real, centred.imag]), compute_uv=False)
        free = solved(3)
        axes = abs(free[0]) + abs(free[2]), abs(free[0]) - abs(free[2])  # how long one unit becomes at most and at least
        if spread[-1] > 0.25 * spread[0] and axes[0] < (1 + _MOST_STRETCH) * axes[1]:
            numbers = free
    terms = _terms(source, len(numbers))
    scale = math.sqrt(abs(abs(numbers[0]) ** 2 - abs(numbers[2:]).sum() ** 2))
    squares = float((np.abs(terms @ numbers - target) ** 2).sum())
    residual = math.sqrt(2 * squares / max(1, 2 * (len(chosen) - len(numbers)))) / max(scale, 1e-12)
    return _Fit(numbers=numbers, terms=terms, chosen=tuple(chosen), residual=residual, scale=scale)


def _believed(seen: _Candidates, fit: _Fit) -> bool:
    """Whether enough of the form is in its place, and little of it elsewhere."""
    inside = {int(seen.owner[i]) for i in fit.chosen}
    held = float(sum(seen.weights[a] for a in inside))
    alone = [int(a) for a, n in zip(*np.unique(seen.owner, return_counts=True), strict=True) if n == 1]
    astray = float(sum(seen.weights[a] for a in alone if a not in inside))
    middles = seen.middles[sorted(inside)]
    spread = math.hypot(float(np.ptp(middles.real)), float(np.ptp(middles.imag)))
    return (
        len(inside) >= LEAST_FOUND
        and held >= LEAST_SHARE * float(seen.weights.sum())
        and held >= LEAST_AGREEING * (held + astray)
        and spread >= _LEAST_SPREAD
        and fit.residual <= _MOST_RESIDUAL
    )


# --- zones on the page ----------------------------------------------------------------------------------------------


def _quad_of(zone: Zone) -> Quad:
    x0, y0, x1, y1 = zone.box
    return Quad((x0, y0), (x1, y0), (x1, y1), (x0, y1))


def _shows(pixels: Pixels, area: Quad, margin: float) -> bool:
    """Whether the inside of an area, less its margin, holds more than one colour and the noise of its coding."""
    inner = area.pad(-min(margin, area.width / 4), -min(margin, area.height / 4))
    parts = [pixels[box.clip(pixels.shape[1], pixels.shape[0]).slices].reshape(-1, 3) for box in _long_strips(inner)]
    inside = np.concatenate(parts).astype(np.int16)
    if not len(inside):
        return False
    off = np.abs(inside - np.median(inside, axis=0)).max(axis=1)
    return float((off > _NOISE).mean()) > _SPECKS


def _long_strips(area: Quad) -> tuple[Box, ...]:
    """Strips are cut along the top edge: let that be the longer one."""
    return strips(area if area.width >= area.height else Quad(area.d, area.a, area.b, area.c))


def _within(text: PageText, region: Region) -> tuple[CharId, ...]:
    """Characters whose middle is covered."""
    bounds = hull([box.quad() for box in region.boxes])
    return tuple(
        CharId(number, i)
        for number, line in enumerate(text.lines)
        if hull([line.quad]).overlaps(bounds)
        for i, char in enumerate(line.chars)
        for x, y in (char.quad.centre,)
        if any(box.x0 <= x < box.x1 and box.y0 <= y < box.y1 for box in region.boxes)
    )
