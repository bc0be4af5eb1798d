"""Faces, portraits, ghosts, photograph areas and fingerprints: all of each is covered, and a page of text is left alone."""

from __future__ import annotations

import json
import random
import shutil
from functools import cache
from pathlib import Path

import cv2
import numpy as np
import pytest

from docpriv.decide import decide
from docpriv.errors import ModelError
from docpriv.evaluation.truth import Points
from docpriv.geometry import Box, Quad, hull
from docpriv.model import Kind, Mark, Pixels, TextLine
from docpriv.options import Policy
from docpriv.protocols import VisualDetector
from docpriv.visual.detectors import faces
from docpriv.visual.detectors.faces import FaceDetector
from docpriv.visual.face_network import MODEL_DIR, FaceNetwork
from docpriv.visual.face_search import Found, direction_of, distinct
from docpriv.visual.fingerprints import find_fingerprints
from docpriv.visual.identity import identity_document
from docpriv.visual.pictures import find_pictures
from docpriv.visual.portraits import head_of
from docpriv_lab.pages import drawings
from docpriv_lab.pages.face_pages import FacePage, drawn_portrait, face_page, text_page
from tests.benchmarks.faces import Tally, drawn_text, lines_of, mask_of, measure_faces, measure_text, report, scene_of

PORTRAITS = [drawn_portrait(random.Random(i)) for i in range(4)]
CARD = ("STATE OF FRANKLIN", "DRIVER LICENSE", "DOB 03/04/1970", "SEX F", "EXP 03/04/2031", "CLASS D")
LETTER = ("Dear neighbour,", "the garden party is moved", "to Saturday evening.", "Bring a chair and", "something to eat.")


@cache
def detector() -> FaceDetector:
    return FaceDetector()


def see(pixels: Pixels, lines: tuple[TextLine, ...]) -> tuple[Mark, ...]:
    return detector().see(scene_of(pixels, lines))


def of_page(page: FacePage) -> tuple[Mark, ...]:
    return see(page.pixels, lines_of(page.words))


def share(marks: tuple[Mark, ...], area: Points, pixels: Pixels) -> float:
    mask, own = mask_of(marks, *pixels.shape[:2]), np.zeros(pixels.shape[:2], np.uint8)
    cv2.fillConvexPoly(own, np.round(area).astype(np.int32), 1)
    return float((mask & own).sum()) / float(own.sum())


def texts(*rows: str, x: float = 330, y: float = 130, size: float = 22, step: float = 46) -> tuple[TextLine, ...]:
    return lines_of(
        [
            (
                row,
                np.array(
                    [
                        [x, y + i * step],
                        [x + 0.55 * size * len(row), y + i * step],
                        [x + 0.55 * size * len(row), y + i * step + size],
                        [x, y + i * step + size],
                    ],
                    np.float64,
                ),
            )
            for i, row in enumerate(rows)
        ]
    )


# ---- the model


def test_the_model_is_the_one_of_its_card() -> None:
    card = json.loads((MODEL_DIR / "card.json").read_text(encoding="utf-8"))
    engine = detector().identity()
    assert engine.models == (("centerface.onnx", card["files"]["centerface.onnx"]["sha256"]),)
    assert (MODEL_DIR / "centerface.onnx").stat().st_size == card["files"]["centerface.onnx"]["bytes"]
    assert isinstance(detector(), VisualDetector)


def test_a_changed_or_absent_model_is_refused(tmp_path: Path) -> None:
    copy = tmp_path / "model"
    shutil.copytree(MODEL_DIR, copy)
    data = bytearray((copy / "centerface.onnx").read_bytes())
    data[-1] ^= 1
    (copy / "centerface.onnx").write_bytes(data)
    with pytest.raises(ModelError, match="differs from the SHA-256"):
        FaceNetwork(model_dir=copy)
    (copy / "centerface.onnx").unlink()
    with pytest.raises(ModelError, match="lacks its file"):
        FaceNetwork(model_dir=copy)
    (copy / "card.json").write_text("{}", encoding="utf-8")
    with pytest.raises(ModelError, match=r"card\.json"):
        FaceNetwork(model_dir=copy)


def test_threads_change_neither_the_answer_nor_the_process() -> None:
    before = cv2.getNumThreads()
    image = PORTRAITS[0].pixels
    one, two = (FaceNetwork(threads=n).find(image, 0.3) for n in (1, 2))
    assert cv2.getNumThreads() == before
    assert len(one) == len(two) == 1
    assert (one[0].x0, one[0].y1, one[0].score) == pytest.approx((two[0].x0, two[0].y1, two[0].score), abs=1e-3)


def test_images_of_many_sizes_do_not_disturb_each_other() -> None:
    network = FaceNetwork()
    for side in (112, 224, 448, 300, 160):
        image = cv2.resize(PORTRAITS[0].pixels, (round(side * 0.8), side), interpolation=cv2.INTER_AREA)
        assert network.find(image, 0.2) == FaceNetwork().find(image, 0.2)
    assert len(network.find(PORTRAITS[0].pixels, 0.4)) == 1


# ---- faces


@pytest.mark.parametrize(
    ("medium", "turn"),
    [
        ("colour", 0.0),
        ("grey", 180.0),
        ("photocopy", 90.0),
        ("jpeg", -12.0),
        ("bilevel", 0.0),
        ("dither", 270.0),
        ("halftone", 0.0),
    ],
)
def test_the_whole_head_is_covered(medium: str, turn: float) -> None:
    page = face_page(21, PORTRAITS, base="letter", medium=medium, face=100, turn=turn)
    marks = of_page(page)
    assert share(marks, page.placements[0].head, page.pixels) >= 0.95
    assert all(m.kind is Kind.FACE and m.rule in {"face", "portrait"} for m in marks)
    # One portrait is covered, not the letter about it.
    assert mask_of(marks, *page.pixels.shape[:2]).sum() < 14 * np.prod(np.ptp(page.placements[0].head, axis=0))


def test_a_head_is_grown_about_the_inner_face_the_way_it_is_turned() -> None:
    upright = head_of(Quad((100, 100), (200, 100), (200, 230), (100, 230)))
    x0, y0, x1, y1 = upright.bounds()
    assert x0 <= 60
    assert x1 >= 240
    assert y0 <= 50
    assert y1 >= 260
    # Upside down the hair is below, and more is taken there.
    turned = head_of(Quad((200, 230), (100, 230), (100, 100), (200, 100)))
    assert turned.bounds()[3] - 230 == pytest.approx(100 - y0)


def test_a_pages_text_is_left_alone() -> None:
    tally = Tally()
    measure_text(detector(), drawn_text(2, seed=3), tally)
    assert tally.text_covered == 0
    assert len(tally.text_seconds) == 2


def test_the_same_page_gives_the_same_marks() -> None:
    page = face_page(5, PORTRAITS, base="id", medium="grey", face=90, turn=0.0)
    assert of_page(page) == of_page(page)


def test_the_direction_of_text_is_that_of_its_lines() -> None:
    assert direction_of(()) == 0.0
    down = Quad((300, 100), (300, 400), (280, 400), (280, 100))
    line = texts("a long line")[0]
    assert direction_of((line,)) == pytest.approx(0.0)
    assert direction_of((TextLine(chars=line.chars, quad=down, score=0.9),)) == pytest.approx(90.0)


# ---- identity documents


def test_an_identity_document_is_told_by_its_machine_lines_or_its_title_and_fields() -> None:
    assert identity_document(texts("I<UTOD231458907<<<<<<<<<<<<<<<", "7408122F1204159UTO<<<<<<<<<<<6")) == "machine-lines"
    assert identity_document(texts(*CARD)) == "title"
    assert identity_document(texts("PERSONALAUSWEIS", "Geburtsdatum", "Staatsangehörigkeit", "Gültig bis")) == "title"
    assert identity_document(texts("PERMIS DE CONDUIRE", "Nom", "Prénoms")) == "title"


def test_a_form_or_letter_that_names_one_is_none() -> None:
    asks = ("Driver's license number", "Date of birth", "Sex", "Height", "Weight", "Please attach a copy of your passport")
    assert identity_document(texts(*asks)) is None
    assert identity_document(texts(*LETTER)) is None
    assert identity_document(texts("He lost his passport on the evening train to the coast and", "DOB", "SEX", "EXP")) is None
    assert identity_document(()) is None


def card_with_scene() -> tuple[Pixels, Box]:
    """A card whose photograph shows nothing that any network takes for a face."""
    page = np.full((520, 820, 3), 245, np.uint8)
    panel = Box(60, 130, 260, 380)
    page[panel.slices] = np.asarray(drawings.photograph(random.Random(2), panel.width, panel.height))
    return page, panel


def test_no_face_found_does_not_make_an_identity_document_safe() -> None:
    page, panel = card_with_scene()
    marks = see(page, texts(*CARD))
    assert [m.rule for m in marks] == ["photo-area"]
    assert share(marks, panel.quad().array(), page) > 0.9
    assert see(page, texts(*LETTER)) == ()


def test_the_back_of_a_card_without_a_panel_has_nothing_to_cover() -> None:
    assert see(np.full((520, 820, 3), 245, np.uint8), texts(*CARD)) == ()


def test_the_pale_copy_of_a_portrait_is_covered_too() -> None:
    page = face_page(5, PORTRAITS, base="id", medium="colour", face=110, turn=0.0)
    assert [p.ghost for p in page.placements] == [False, True]
    marks = of_page(page)
    assert all(share(marks, p.head, page.pixels) >= 0.95 for p in page.placements)
    assert {m.rule for m in marks} & {"ghost", "photo-area"}


def test_the_photographs_frame_bounds_the_cover() -> None:
    page = np.full((900, 900, 3), 250, np.uint8)
    photo = cv2.resize(PORTRAITS[1].pixels, (192, 240), interpolation=cv2.INTER_AREA)
    page[300:540, 200:392] = photo
    marks = see(page, ())
    assert [m.rule for m in marks] == ["portrait"]
    assert hull([marks[0].quad]).contains(Box(200, 300, 392, 540).grow(-3))


# ---- fingerprints


def on_paper(mask: Pixels) -> Pixels:
    page = np.full((700, 700, 3), 250, np.uint8)
    h, w = mask.shape
    page[200 : 200 + h, 200 : 200 + w] = (250 - mask.astype(np.float32) / 255 * 200).astype(np.uint8)[..., None]
    return page


@pytest.mark.parametrize("width", [80, 140, 220])
def test_a_fingerprint_is_covered_whole(width: int) -> None:
    page = on_paper(np.asarray(drawings.fingerprint(random.Random(width), width, round(width * 1.3))))
    (mark,) = see(page, ())
    assert (mark.kind, mark.rule) == (Kind.FINGERPRINT, "fingerprint")
    rows, columns = np.nonzero(page[:, :, 0] < 120)
    ink = Box(int(columns.min()), int(rows.min()), int(columns.max()) + 1, int(rows.max()) + 1)
    assert hull([mark.quad]).intersect(ink).area > 0.95 * ink.area


@pytest.mark.parametrize(
    ("score", "kinds"), [(0.35, [(Kind.FINGERPRINT, (Kind.FACE,))]), (0.9, None), (None, [(Kind.FINGERPRINT, ())])]
)
def test_a_faint_face_in_a_fingerprint_is_covered_by_a_recipe_that_leaves_fingerprints(
    score: float | None, kinds: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = on_paper(np.asarray(drawings.fingerprint(random.Random(140), 140, 182)))
    found = [] if score is None else [Found(quad=Box(230, 240, 300, 330).quad(), score=score)]
    monkeypatch.setattr(faces, "search", lambda *_, **__: found)
    marks = see(page, ())
    if kinds is None:
        assert {m.kind for m in marks} == {Kind.FACE, Kind.FINGERPRINT}
    else:
        assert [(m.kind, m.inside) for m in marks] == kinds
    policy = Policy(cover=(Kind.FACE,))
    covered = [m for m in marks if decide(m, policy, 0.4).covered]
    assert bool(covered) == (score is not None)
    assert score is None or hull([m.quad for m in covered]).contains(Box(230, 240, 300, 330))


@pytest.mark.parametrize("other", [0.55, 0.8])
def test_of_a_face_seen_twice_the_larger_sight_is_covered_too(other: float) -> None:
    """A network may be surest of eyes and nose alone."""
    inner, whole = Found(quad=Box(140, 150, 180, 190).quad(), score=0.81), Found(quad=Box(100, 100, 220, 250).quad(), score=other)
    kept = distinct([whole, inner])
    assert hull([f.quad for f in kept]).contains(Box(100, 100, 220, 250))
    assert [f.score for f in distinct([inner, Found(quad=Box(142, 150, 184, 192).quad(), score=0.7)])] == [0.81]


def test_hatching_codes_screens_and_emblems_are_no_fingerprints() -> None:
    for seed in range(6):
        rng = random.Random(seed)
        for mask in (drawings.hatching(rng, 200, 200), drawings.code_lookalike(rng, 200)[0], drawings.emblem(rng, 180)):
            page = on_paper(np.asarray(mask))
            assert find_fingerprints(page, find_pictures(page, ())) == []
        page = np.full((700, 700, 3), 250, np.uint8)
        page[200:380, 200:420] = np.asarray(drawings.photograph(rng, 220, 180))
        assert find_fingerprints(page, [Box(200, 200, 420, 380)]) == []


# ---- the benchmark


def test_the_benchmark_counts_heads_and_pages() -> None:
    tally = Tally()
    measure_faces(detector(), PORTRAITS, range(2), tally)
    measure_text(detector(), drawn_text(1, seed=0), tally)
    bands = {row for row in tally.placed if "/" not in row}
    assert sum(tally.placed[row] for row in bands) >= 2
    assert all(tally.covered[row] <= tally.placed[row] for row in tally.placed)
    assert sum(tally.placed[row] - tally.covered[row] for row in bands) == len(tally.missed)
    assert "heads covered whole" in report(tally, verbose=True)


def test_a_page_of_faces_says_where_the_head_is() -> None:
    page = face_page(3, PORTRAITS, base="letter", medium="colour", face=100, turn=0.0)
    head = page.placements[0].head
    x0, y0 = (int(v) for v in head.min(axis=0))
    x1, y1 = (int(v) for v in head.max(axis=0))
    faces = FaceNetwork().find(np.ascontiguousarray(page.pixels[y0 - 40 : y1 + 40, x0 - 40 : x1 + 40]), 0.4)
    assert len(faces) == 1
    assert 0 <= faces[0].x0 - 40 <= x1 - x0
    assert faces[0].height == pytest.approx(100, rel=0.3)
    assert text_page(1)[0].shape[2] == 3


@pytest.mark.parametrize("seed", [72, 77])
def test_a_card_whose_copy_is_all_coarse_dots_keeps_no_portrait(seed: int) -> None:
    page = face_page(seed, PORTRAITS, base="id", medium="halftone", face=62, turn=0.0)
    assert share(of_page(page), page.placements[0].head, page.pixels) >= 0.95
