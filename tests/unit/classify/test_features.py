"""Features: the same every time, of length at most 1, and blind to whose document it is and how it was scanned."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from docpriv.classify.features import Prepared, matrix, prepared
from docpriv.classify.model import LAYOUT_FEATURES, Features, FeatureSchema
from docpriv.classify.raster import WORKING_AREA, alike
from docpriv.classify.shape import NAMES, shape_of
from docpriv.classify.tables import TableOptions, admitted, fit_tables
from docpriv.classify.text import Document, counts, token_rows
from docpriv.errors import EngineError
from docpriv.model import Kind, Layout, PageRef, PageText
from docpriv.protocols import ReadPage
from docpriv_lab.pages.generator import generate
from tests.unit.classify.papers import papers, read


def features(document: Document, schema: FeatureSchema) -> Features:
    return prepared(document).features(schema)


LETTER = ["Dear {name}", "thank you for your letter of {day}", "please find enclosed the invoice {number}", "sincerely"]


@pytest.fixture(scope="module")
def schema() -> FeatureSchema:
    return fit_tables(papers(12)[0], TableOptions(least=3, components=20))


def letter(name: str, day: str, number: str, *, found: bool = True) -> Document:
    values = [(name, Kind.PERSON), (day, Kind.DATE), (number, Kind.DOCUMENT_NUMBER)] if found else []
    return read([line.format(name=name, day=day, number=number) for line in LETTER], values)


def test_a_vector_is_the_same_every_time_and_no_longer_than_one(schema: FeatureSchema) -> None:
    document = letter("Ann Miller", "3 May 1999", "A-1234")
    first = features(document, schema)
    assert first.dtype == np.float32
    assert first.shape == (schema.dimension,) == (36,)
    assert 0.99 < float(np.linalg.norm(first.astype(np.float64))) <= 1.0
    assert np.array_equal(first, features(document, schema))
    assert not first.flags.writeable


def test_documents_that_differ_in_found_values_alone_have_the_same_vector(schema: FeatureSchema) -> None:
    ours, theirs = letter("Ann Miller", "3 May 1999", "A-1234"), letter("OTTO ENGEL", "21/12/2023", "999999")
    assert token_rows(ours) == token_rows(theirs)
    assert np.array_equal(features(ours, schema), features(theirs, schema))
    missed = letter("Dear Thank", "3 May 1999", "A-1234", found=False)  # the same page with nothing found is another
    assert not np.array_equal(features(ours, schema), features(missed, schema))


def test_no_value_and_no_digit_is_among_the_tokens() -> None:
    texts = [token.text for row in token_rows(letter("Ann Miller", "3 May 1999", "A-1234")) for token in row]
    assert {"<PERSON>", "<DATE>", "<DOCUMENT_NUMBER>", "letter"} <= set(texts)
    assert not {"ann", "miller", "may"} & set(texts)
    texts = [token.text for row in token_rows(read(["paid 1,234.56 on 03/04 for item 77B"])) for token in row]
    assert not any(c.isdigit() for text in texts for c in text)
    assert texts.count("#") == 3


def test_a_name_that_nobody_found_changes_nothing_where_the_tables_do_not_know_it(schema: FeatureSchema) -> None:
    ours, theirs = read(["thank you Xqzv Wkjf for your letter"]), read(["thank you Vjqx Fzwk for your letter"])
    assert np.array_equal(features(ours, schema), features(theirs, schema))


def test_words_that_few_hold_or_that_are_always_capitalised_enter_no_table() -> None:
    def page(name: str, rare: str) -> Prepared:
        return prepared(read([f"{name} signed the usual agreement", f"with {rare} words and plain text", "of the usual sort"]))

    documents = [page("Abernathy", "common") for _ in range(6)] + [page("Abernathy", "zymurgy")]
    words = admitted(documents)
    assert "agreement" in words
    assert "abernathy" not in words  # in every document, never in small letters
    assert "zymurgy" not in words  # in one document
    tables = fit_tables(documents, TableOptions(least=4, components=4))
    kept = set(tables.hashes.tolist())
    assert set(counts([[t for t in row if t.text == "usual"] for row in documents[0].rows])) <= kept
    for word in ("abernathy", "zymurgy"):
        assert not set(counts([[t for t in row if t.text == word] for d in documents for row in d.rows])) & kept


def test_a_document_without_text_is_a_vector_too(schema: FeatureSchema) -> None:
    blank = ReadPage(text=PageText(ref=PageRef(document="x", index=0), width=100, height=100, lines=()), layout=Layout())
    vector = features(Document(pages=(blank,)), schema)
    assert np.isfinite(vector).all()
    assert not vector[:-LAYOUT_FEATURES].any()
    assert np.array_equal(vector, features(Document(pages=()), schema))


def test_layout_is_measured_without_the_size_of_the_page() -> None:
    page = letter("Ann Miller", "3 May 1999", "A-1234").pages[0]
    lines = page.text.lines
    wider = ReadPage(
        text=PageText(ref=page.text.ref, width=page.text.width * 3, height=page.text.height * 2, lines=lines), layout=page.layout
    )
    shape = shape_of(Document(pages=(page,)))
    assert shape.shape == (LAYOUT_FEATURES,) == (len(NAMES),)
    assert np.array_equal(shape, shape_of(Document(pages=(wider,))))


def test_a_page_lying_on_its_side_has_the_layout_of_the_upright_one() -> None:
    from dataclasses import replace

    from docpriv.geometry import Affine
    from docpriv.layout import analyse

    page = read(["Heading of it", "Name:   Value   42", "and one line of running text that is longer", "end"]).pages[0]
    for turn in (1, 2, 3):  # the stored page is the upright one turned back
        width, height = (page.text.height, page.text.width) if turn % 2 else (page.text.width, page.text.height)
        back = Affine.unturn(turn, width, height)
        lines = tuple(
            replace(line, quad=back.quad(line.quad), chars=tuple(replace(c, quad=back.quad(c.quad)) for c in line.chars))
            for line in page.text.lines
        )
        text = PageText(ref=page.text.ref, width=width, height=height, lines=lines, turn=turn)
        turned = shape_of(Document(pages=(ReadPage(text=text, layout=analyse(text)),)))
        assert turned == pytest.approx(shape_of(Document(pages=(page,))), abs=1e-6)


def test_pages_are_brought_to_one_size_and_to_grey() -> None:
    sizes = set()
    for dpi, mode in ((100, "grey"), (200, "colour"), (300, "grey")):
        page = alike(generate("receipt", 5, "easy", dpi=dpi, mode=mode).pixels)
        assert abs(page.shape[0] * page.shape[1] / WORKING_AREA - 1) < 0.01
        assert np.array_equal(page[..., 0], page[..., 1])
        sizes.add(page.shape)
    assert len({(round(h / 4), round(w / 4)) for h, w, _ in sizes}) == 1  # to within rounding


def test_a_page_of_the_working_size_is_left_as_it_is() -> None:
    grey = np.random.default_rng(3).integers(0, 255, (1500, 800, 1), dtype=np.uint8).repeat(3, axis=2)
    assert np.array_equal(alike(grey), cv2.cvtColor(grey, cv2.COLOR_RGB2GRAY)[..., None].repeat(3, axis=2))


def test_what_is_kept_of_a_document_survives_the_way_through_json(schema: FeatureSchema) -> None:
    import json

    document = letter("Ann Miller", "3 May 1999", "A-1234")
    kept = prepared(document)
    again = Prepared.of(json.loads(json.dumps(kept.message())))
    assert again.rows == kept.rows
    assert np.array_equal(again.features(schema), features(document, schema))
    assert matrix([kept, again], schema).shape == (2, schema.dimension)
    assert "miller" not in repr(kept).lower()
    for broken in (
        {},
        {"rows": [], "shape": [0.0]},
        {"rows": 3, "shape": [0.0] * 16},
        {"rows": [[["a"]]], "shape": [0.0] * 16},
        {"rows": [], "shape": [float("nan")] * 16},
    ):
        with pytest.raises(EngineError):
            Prepared.of(broken)
