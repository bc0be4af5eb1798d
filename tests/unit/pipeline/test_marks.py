"""What is seen rather than read, through the whole pipeline with engines for tests."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
import pytest

from docpriv.errors import WithheldError
from docpriv.geometry import Box
from docpriv.model import EngineId, Explanation, Kind, Mark
from docpriv.ocr.fake import FakeEngine, page
from docpriv.options import Recipe
from docpriv.pii import Coverage
from docpriv.pii.fake import FakeFinder
from docpriv.pipeline import Engines, Request, redact_document, scan_document
from docpriv.pipeline.checks import CHECKS
from docpriv.pipeline.explain import explain_page
from docpriv.protocols import Scene, VisualDetector
from docpriv.recipes import override
from docpriv.records import DocumentRecord
from docpriv.run_options import RunOptions

pytestmark = pytest.mark.usefixtures("fakes")

MAGENTA, CYAN, GREEN = (255, 0, 255), (0, 255, 255), (0, 255, 0)


class ColourEye:
    """Sees areas of one colour; `blind` makes it report half of each, as a careless detector would."""

    def __init__(
        self,
        colour: tuple[int, int, int],
        kind: Kind,
        *,
        payload: str | None = None,
        blind: bool = False,
        rule: str = "colour",
    ) -> None:
        self._rule = rule
        self.detector = f"colour-{kind.lower()}"
        self._colour, self._kind, self._payload, self._blind = colour, kind, payload, blind

    def identity(self) -> EngineId:
        return EngineId(name="eye-of-tests", version="1")

    def see(self, scene: Scene) -> tuple[Mark, ...]:
        mask = (scene.page.pixels == np.array(self._colour, np.uint8)).all(axis=2).astype(np.uint8)
        count, _, stats, _ = cv2.connectedComponentsWithStats(mask)
        boxes = [Box(int(x), int(y), int(x + (w - w // 2 if self._blind else w)), int(y + h)) for x, y, w, h, _ in stats[1:count]]
        return tuple(
            Mark(
                page=scene.page.ref.index,
                kind=self._kind,
                quad=box.quad(),
                score=0.9,
                rule=self._rule,
                detector=self.detector,
                payload=self._payload,
            )
            for box in boxes
        )


def run(
    tmp_path: Path,
    detectors: Sequence[VisualDetector],
    patches: dict[tuple[int, int, int], Box],
    *,
    recipe: Recipe | None = None,
    lines: Sequence[str] = ("Some ordinary words",),
) -> tuple[DocumentRecord, WithheldError | None, np.ndarray | None]:
    recipe = recipe or Recipe()
    request = _request(tmp_path, patches, lines, recipe)
    record, error = redact_document(request, _engines(detectors), lambda *_: None)
    out = request.target
    assert out is not None
    return record, error, cv2.imread(str(out))[:, :, ::-1] if out.exists() else None  # type: ignore[return-value]


def _engines(detectors: Sequence[VisualDetector]) -> Engines:
    return Engines(
        ocr=FakeEngine(),
        finder=FakeFinder(),
        detectors=tuple(detectors),
        covers=lambda page, form: Coverage(scripts={}, language=None, covered=True),
    )


def _request(tmp_path: Path, patches: dict[tuple[int, int, int], Box], lines: Sequence[str], recipe: Recipe) -> Request:
    pixels = page(list(lines), rows=20)
    for colour, box in patches.items():
        pixels[box.slices] = colour
    cv2.imwrite(str(tmp_path / "in.png"), pixels[:, :, ::-1])
    return Request(
        document="doc-" + "2" * 20,
        source=tmp_path / "in.png",
        options=RunOptions(recipe=recipe),
        target=tmp_path / "out" / "in.png",
        records=tmp_path / "records",
    )


def test_a_record_names_the_checks_of_the_list_in_its_order(tmp_path: Path) -> None:
    record, _, _ = run(tmp_path, [ColourEye(MAGENTA, Kind.FACE)], {MAGENTA: Box(100, 200, 160, 280)})
    told = [c.name for c in record.pages[0].checks if not c.name.startswith("container-")]
    assert told == [check.name for check in CHECKS if check.name not in {"inside-drawn", "style-shows-nothing"}]
    assert len({check.asks for check in CHECKS}) == len(CHECKS)


def test_a_seen_face_is_covered_and_the_record_says_who_saw_it(tmp_path: Path) -> None:
    box = Box(100, 200, 160, 280)
    record, error, out = run(tmp_path, [ColourEye(MAGENTA, Kind.FACE)], {MAGENTA: box})
    assert error is None
    assert out is not None
    assert (out[box.slices] == 0).all()
    (region,) = record.pages[0].regions
    assert [(r.kind, r.detector, r.reason) for r in region.reasons] == [(Kind.FACE, "colour-face", "colour")]
    assert any(c.name == "nothing-seen-again" and c.ok for c in record.pages[0].checks)
    assert "eye-of-tests" in {engine.name for engine in record.engines}


def test_what_is_still_seen_after_covering_is_covered_further(tmp_path: Path) -> None:
    box = Box(100, 200, 160, 280)
    record, error, out = run(tmp_path, [ColourEye(MAGENTA, Kind.FACE, blind=True)], {MAGENTA: box})
    assert error is not None or record.pages[0].repairs > 0, "half a face beside its cover must not go unnoticed"
    assert error is None or out is None


def test_a_detector_that_never_stops_seeing_withholds(tmp_path: Path) -> None:
    record, error, out = run(
        tmp_path,
        [ColourEye(MAGENTA, Kind.FACE, blind=True)],
        {MAGENTA: Box(100, 200, 160, 280)},
        recipe=override(Recipe(), {"verifying.repairs": 0}),
    )
    assert error is not None
    assert out is None
    assert "check:nothing-seen-again" in record.pages[0].withheld_because


def test_the_content_of_a_code_names_its_region_and_is_sought_on_the_page(tmp_path: Path) -> None:
    recipe = Recipe()
    record, error, _ = run(
        tmp_path,
        [ColourEye(CYAN, Kind.CODE, payload="@Quillfeather")],
        {CYAN: Box(100, 200, 160, 280)},
        recipe=recipe,
        lines=["Some words", "Quillfeather again"],
    )
    assert error is None
    code = next(r for r in record.pages[0].regions if any(x.kind is Kind.CODE for x in r.reasons))
    assert [r.kind for r in code.reasons] == [Kind.PERSON, Kind.CODE]
    repaired = [r for region in record.pages[0].regions for r in region.reasons if r.reason == "repair:stands-elsewhere"]
    assert {r.kind for r in repaired} == {Kind.PERSON}, "a name that only the code had told"
    kept = b"".join(p.read_bytes() for p in (tmp_path / "records").rglob("*") if p.is_file())
    assert b"Quillfeather" not in kept


def test_a_stamp_is_counted_and_covered_only_where_asked(tmp_path: Path) -> None:
    eye, box = ColourEye(GREEN, Kind.STAMP), Box(100, 200, 160, 280)
    record, error, out = run(tmp_path, [eye], {GREEN: box})
    assert error is None
    assert out is not None
    assert (out[box.slices] == GREEN).all()
    assert record.pages[0].not_covered["STAMP"] == 1
    (tmp_path / "strict").mkdir()
    _, error, out = run(tmp_path / "strict", [eye], {GREEN: box}, recipe=override(Recipe(), {"policy.cover": ("STAMP",)}))
    assert error is None
    assert out is not None
    assert (out[box.slices] == 0).all()


def test_a_scan_explains_what_was_seen_and_left(tmp_path: Path) -> None:
    recipe = Recipe()
    said: list[Explanation] = []
    detectors = [ColourEye(MAGENTA, Kind.FACE), ColourEye(GREEN, Kind.STAMP)]
    patches = {MAGENTA: Box(100, 200, 160, 280), GREEN: Box(300, 200, 360, 280)}
    scan_document(
        _request(tmp_path, patches, ["Words"], recipe),
        _engines(detectors),
        lambda *_: None,
        on_found=lambda seen, findings, plan: said.extend(
            explain_page([r.text for r in seen.readings], findings, plan, recipe, marks=seen.readings[0].marks)
        ),
    )
    assert {(one.kind, one.rule, one.covered) for one in said} >= {(Kind.FACE, "colour", True), (Kind.STAMP, "colour", False)}
    assert len([one for one in said if one.kind is Kind.FACE]) == 1


def test_the_check_leaves_the_codes_that_the_plan_leaves(tmp_path: Path) -> None:
    """Of two codes one holds a name: the other is no rest of it, and stays readable under a policy that leaves codes."""
    named, plain = Box(100, 200, 160, 280), Box(300, 200, 360, 280)
    record, error, out = run(
        tmp_path,
        [ColourEye(CYAN, Kind.CODE, payload="@Quillfeather"), ColourEye(GREEN, Kind.CODE, payload="opening hours")],
        {CYAN: named, GREEN: plain},
        recipe=override(Recipe(), {"policy.cover": ("PERSON",)}),
    )
    assert error is None
    assert out is not None
    assert (out[named.slices] == 0).all()
    assert (out[plain.slices] == GREEN).all()
    assert record.pages[0].repairs == 0
    assert record.pages[0].not_covered["CODE"] == 1


def test_a_code_that_holds_a_name_and_was_missed_at_first_is_covered_by_the_check(tmp_path: Path) -> None:
    class Late(ColourEye):
        """Sees nothing the first time."""

        looks = 0

        def see(self, scene: Scene) -> tuple[Mark, ...]:
            self.looks += 1
            return super().see(scene) if self.looks > 1 else ()

    late = Box(300, 200, 360, 280)
    record, error, out = run(
        tmp_path,
        [ColourEye(CYAN, Kind.CODE, payload="@Quillfeather"), Late(GREEN, Kind.CODE, payload="@Marrowby")],
        {CYAN: Box(100, 200, 160, 280), GREEN: late},
        recipe=override(Recipe(), {"policy.cover": ("PERSON",)}),
    )
    assert error is None
    assert out is not None
    assert (out[late.slices] == 0).all()
    assert record.pages[0].repairs == 1


@pytest.mark.parametrize(
    ("eye", "keys", "why"),
    [
        (ColourEye(MAGENTA, Kind.FACE), {}, "the policy covers the kind"),
        (ColourEye(MAGENTA, Kind.STAMP), {}, "the policy leaves the kind"),
        (ColourEye(MAGENTA, Kind.UNREAD_INK, rule="script"), {}, "the policy covers what was not understood"),
        (ColourEye(MAGENTA, Kind.UNREAD_INK, rule="script"), {"policy.not_understood": "count"}, "the policy leaves the kind"),
        (
            ColourEye(MAGENTA, Kind.CODE, payload="@Quillfeather"),
            {"policy.cover": ("PERSON",)},
            "the policy covers a kind that it holds",
        ),
    ],
)
def test_a_scan_says_for_which_reason_a_mark_is_covered(
    tmp_path: Path, eye: ColourEye, keys: dict[str, object], why: str
) -> None:
    recipe = override(Recipe(), keys)
    said: list[Explanation] = []
    scan_document(
        _request(tmp_path, {MAGENTA: Box(100, 200, 160, 280)}, ["Words"], recipe),
        _engines([eye]),
        lambda *_: None,
        on_found=lambda seen, findings, plan: said.extend(
            explain_page([r.text for r in seen.readings], findings, plan, recipe, marks=seen.readings[0].marks)
        ),
    )
    assert [one.why for one in said if one.detector == eye.detector and one.kind is eye._kind] == [why]
