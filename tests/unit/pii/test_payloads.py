"""What codes hold, spelled out for the detectors of text. All values are invented; the forms' sources stand beside them."""

from __future__ import annotations

import pytest

from docpriv.geometry import Box
from docpriv.model import Kind, Mark
from docpriv.options import Recipe
from docpriv.pii import open_finder
from docpriv.pii.payloads import spelled_out
from docpriv.pipeline.typed_text import open_payloads
from docpriv.protocols import PiiDetector, Spoken

# AAMVA DL/ID Card Design Standard 2020, annex D.
LICENCE = (
    "@\n\x1e\rANSI 636026080102DL00410288ZA03290015DLDAQD12345678\nDCSQUILLFEATHER\nDACMARTIN\nDADJAY\nDBB03151980\n"
    "DAG12 HOLLOW ELM ST\nDAISPRINGFIELD\nDAJOH\nDAK454010000\nDCF83D9BN217QO983B1\r"
)
CANADIAN = "@\n\x1e\rANSI 604428080002DL00410278DLDAQQ1234-56789-01234\nDCSTARNWICK\nDCTODESSA\nDBB19800315\r"
VCARD = (
    "BEGIN:VCARD\nVERSION:3.0\nN:Quillfeather;Martin;;;\nFN:Martin Quillfeather\nTEL;TYPE=cell:+1 614 555 0134\n"
    "EMAIL:martin.q@example.com\nEND:VCARD"
)  # RFC 6350
MECARD = "MECARD:N:Quillfeather,Martin;TEL:6145550134;;"  # NTT DOCOMO
BOARDING = "M1QUILLFEATHER/MARTIN EABC123 YULFRAAC 0834 326J001A0025 100"  # IATA Resolution 792
TRANSFER = "BCD\n002\n1\nSCT\nBPOTBEB1\nMartin Quillfeather\nBE68539007547034\nEUR1\n\n\nrent"  # EPC069-12


@pytest.fixture(scope="module")
def finder() -> PiiDetector:
    return open_finder(Recipe().finding)


def kinds(payload: str, finder: PiiDetector) -> set[Kind]:
    """On English paper."""
    mark = Mark(page=0, kind=Kind.CODE, quad=Box(0, 0, 9, 9).quad(), score=1.0, detector="codes", payload=payload)
    return set(open_payloads([mark], finder, Recipe(), Spoken(page=("en",)))[0][0].inside)


@pytest.mark.parametrize(
    ("payload", "wanted"),
    [
        (LICENCE, {Kind.PERSON, Kind.ADDRESS, Kind.DATE_OF_BIRTH, Kind.DRIVER_LICENCE}),
        (CANADIAN, {Kind.PERSON, Kind.DATE_OF_BIRTH}),
        (VCARD, {Kind.PERSON, Kind.PHONE, Kind.EMAIL}),
        (MECARD, {Kind.PERSON, Kind.PHONE}),
        (BOARDING, {Kind.PERSON}),
        (TRANSFER, {Kind.PERSON, Kind.IBAN}),
    ],
)
def test_personal_data_in_a_code_names_its_kinds(payload: str, wanted: set[Kind], finder: PiiDetector) -> None:
    assert wanted <= kinds(payload, finder)


@pytest.mark.parametrize("payload", ["4006381333931", "LOT 22-B", "", "\x00\x01\x02"])
def test_a_code_of_goods_names_nothing_of_a_person(payload: str, finder: PiiDetector) -> None:
    assert not kinds(payload, finder) & {Kind.PERSON, Kind.ADDRESS, Kind.DATE_OF_BIRTH, Kind.PHONE, Kind.EMAIL}


def test_the_canadian_order_of_a_date_is_kept() -> None:
    assert "1980-03-15" in spelled_out(CANADIAN)
    assert "03/15/1980" in spelled_out(LICENCE)


def test_unknown_content_stays_as_it_is() -> None:
    assert spelled_out("Notes: DBB is no date here") == "Notes: DBB is no date here"


def test_values_of_a_code_are_sought_and_its_text_is_gone(finder: PiiDetector) -> None:
    mark = Mark(page=0, kind=Kind.CODE, quad=Box(0, 0, 9, 9).quad(), score=1.0, detector="codes", payload=LICENCE)
    (opened,), values = open_payloads([mark], finder, Recipe())
    assert opened.payload is None
    assert any("martln" in value.words for value in values), "the name, as the search normalises it"
    assert "MARTIN" not in repr(mark)
    assert "martln" not in repr((opened, values))


def test_content_longer_than_the_detectors_take_counts_as_personal(finder: PiiDetector) -> None:
    assert kinds("Martin Quillfeather " * 4000, finder) == {Kind.PERSONAL_ID}, "not searched, so it may hold anything"


@pytest.mark.parametrize("name", ["N:\\,", "N:\\n", "N:;\\,;"])
def test_a_card_whose_name_is_separators_alone_tells_the_rest(name: str) -> None:
    assert spelled_out(f"BEGIN:VCARD\n{name}\nTEL:+1 614 555 0134\nEND:VCARD") == "Phone: +1 614 555 0134"
