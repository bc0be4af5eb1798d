"""Parts of addresses beside labels, towns with their states, names of somebody's, tables under their headers."""

from __future__ import annotations

import pytest

from docpriv.geometry import Box
from docpriv.model import Kind, Mark
from docpriv.pii.addresses import find_addresses, town_with_state
from docpriv.pii.fields import FieldReader
from docpriv.pii.names import believable
from docpriv.pii.textspan import Hit
from docpriv.pii.values import place_value
from tests.unit.pii.conftest import line, page_of, texts


def fields(lines):
    page = page_of(lines)
    found = FieldReader(page).find()
    return {(f.kind, t) for f, t in zip(found, texts([page], found), strict=True)}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("City: Boise", "Boise"),
        ("City, State: Any City, CA", "Any City, CA"),
        ("Town: Stow-on-the-Wold", "Stow-on-the-Wold"),
        ("State: OR", "OR"),
        ("Zip: 97301", "97301"),
        ("Place of birth: Sofia", "Sofia"),
        ("Wohnort: Lüneburg", "Lüneburg"),
        ("Ville: Vannes", "Vannes"),
        ("Ciudad: Toledo", "Toledo"),
        ("Firm's address80 City Square", "80 City Square"),
        ("Business Address 44 Ave of the Islands", "44 Ave of the Islands"),
    ],
)
def test_labelled_parts_of_an_address_are_addresses(text, value):
    assert (Kind.ADDRESS, value) in fields([text])


@pytest.mark.parametrize(
    "text",
    ["State: 2", "State Income Tax 31.20", "City of incorporation and date thereof", "Country club dues", "State: see page 3"],
)
def test_what_only_begins_like_such_a_label_owns_nothing(text):
    assert fields([text]) == set()


def test_a_caption_under_the_line_owns_the_town_above_it():
    assert (Kind.ADDRESS, "Anytown, ZZ") in fields([line("Anytown, ZZ", 300, 100), line("City, State", 300, 126)])


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("of Salem, OR and", "Salem, OR"),
        ("New York, New York", "New York, New York"),
        ("Portland. Oregon", "Portland. Oregon"),
        ("WASHINGTON, D.C.", "WASHINGTON, D.C."),
        ("Department, Washington,\nDC 20530; and", "Washington,\nDC 20530"),
        ("Justice, Washington, D.C.\n20530. The", "Washington, D.C.\n20530"),
    ],
)
def test_a_town_with_its_state_is_an_address(text, span):
    assert span in {text[h.start : h.end].strip() for h in find_addresses(text)} | {
        text[h.start : h.end].rstrip(".") for h in find_addresses(text)
    }


@pytest.mark.parametrize(
    "text", ["Ohio", "Income, Tax", "delivering 21 cartons", "Spring 1984", "meeting 12", "Engineering 101", "in or about Paris"]
)
def test_other_words_are_none(text):
    assert find_addresses(text) == []


def test_a_misread_letter_of_the_state_is_forgiven_and_a_region_is_no_town():
    assert town_with_state("Gainesville, Florjda")
    assert town_with_state("Fresno California")
    assert not town_with_state("Northern California")
    assert not town_with_state("Lyon, France")


@pytest.mark.parametrize("text", ["Total Tax", "2", "see the other side of the page", "Ohio, Iowa, Maine, Texas, Utah"])
def test_what_is_no_place(text):
    assert place_value(text) is None


@pytest.mark.parametrize(
    ("label", "value"),
    [
        ("Underwriter's Name", "Corin Vasko"),
        ("Broker/Correspondent Name and Company Name:", "Tobin Marsh"),
        ("Finalist Name", "Ann Roe"),
    ],
)
def test_a_name_of_somebody_that_no_list_holds(label, value):
    assert (Kind.PERSON, value) in fields([line(label, 50, 100), line(value, 50, 130)])


@pytest.mark.parametrize("label", ["Brand Name", "Project Name", "Vessel Name", "Form Name", "Chemical Name"])
def test_a_name_of_a_thing_is_none(label):
    assert fields([line(label, 50, 100), line("Alpha Parker", 50, 130)]) == set()


def test_the_number_after_a_name_in_one_value_goes_with_it():
    found = fields([line("Appraiser's Name/License #", 50, 100), line("Petra Denning / 448120", 50, 130)])
    assert {(Kind.PERSON, "Petra Denning"), (Kind.PERSONAL_ID, "448120")} <= found


def test_an_address_begins_right_under_its_label_however_it_is_written():
    found = fields([line("Home Address", 50, 100), line("Lower Farmstead", 50, 126), line("12 High Street", 50, 152)])
    assert {(Kind.ADDRESS, "Lower Farmstead"), (Kind.ADDRESS, "12 High Street")} <= found


def table(rows, pitch=34):
    return [line(text, x, 100 + pitch * i) for i, row in enumerate(rows) for x, text in row]


ACCOUNTS = [
    [(50, "ACCOUNT NAME"), (400, "ACCOUNT NUMBER"), (800, "BALANCE"), (1100, "DETAILS ON")],
    [(50, "CHECKING"), (400, "004417702291"), (800, "4,312.08"), (1100, "page 1")],
    [(50, "Total checking accounts"), (800, "4,312.08")],
    [(50, "SAVINGS"), (400, "771200445318"), (800, "61,090.55"), (1100, "page 3")],
]


def test_a_header_announces_every_row_of_its_column():
    found = fields(table(ACCOUNTS))
    assert {(Kind.ACCOUNT_NUMBER, "004417702291"), (Kind.ACCOUNT_NUMBER, "771200445318")} <= found


def test_the_column_ends_with_the_table():
    far = [line("440011223344", 400, 700), line("Reference", 50, 700)]
    assert (Kind.ACCOUNT_NUMBER, "440011223344") not in fields([*table(ACCOUNTS), *far])


def test_a_row_of_labels_is_no_row_of_values():
    rows = [
        [(50, "Client No"), (400, "Sales"), (800, "Area")],
        [(50, "100200"), (400, "12"), (800, "9")],
        [(50, "Order No:"), (400, "Date:"), (800, "Terms:")],
        [(50, "778899"), (400, "13"), (800, "8")],
    ]
    found = fields(table(rows))
    assert (Kind.PERSONAL_ID, "100200") in found
    assert (Kind.PERSONAL_ID, "778899") not in found


def test_names_of_a_column_stand_under_each_other():
    rows = [
        [(50, "Employee Name"), (400, "Job"), (800, "Hours")],
        [(50, "Ann Roe"), (400, "Clerk"), (800, "12")],
        [(50, "Tim Poe"), (400, "Clerk"), (800, "9")],
        [(95, "Summary Section"), (400, "None"), (800, "9")],
    ]
    found = fields(table(rows))
    assert {(Kind.PERSON, "Ann Roe"), (Kind.PERSON, "Tim Poe")} <= found
    assert (Kind.PERSON, "Summary Section") not in found


def test_a_list_is_completed(finder):
    page = page_of(["cc: Alder, Brandt, Colvin, Dunmore, Esterby, Fairlow"])
    found = " ".join(texts([page], finder.find([page]), Kind.PERSON))
    assert "Esterby" in found


def test_signs_of_other_scripts_hide_no_number(finder):
    page = page_of(["Acme Roofing   (212) 555·0147   Fax： 212‑555‑0199"])
    found = "".join(texts([page], finder.find([page]), Kind.PHONE))
    assert "555·0147" in found
    assert "555‑0199" in found


def test_a_line_of_an_address_is_sought_elsewhere(finder):
    pages = [page_of(["Address: 607 Grandel Cross Way"]), page_of(["as seen near 607 Grandel Cross Way, yesterday"], index=1)]
    again = [f for f in finder.find(pages) if f.page == 1 and f.kind is Kind.ADDRESS]
    assert "607 Grandel Cross Way" in " ".join(texts(pages, again))


def test_the_place_of_an_oath_is_covered_however_it_was_read():
    found = fields([line("Subscribed and sworn to before me at 12/7", 50, 100), line("q", 520, 100), line("344", 560, 100)])
    assert {(Kind.ADDRESS, "12/7"), (Kind.ADDRESS, "q/344")} <= found


def test_numbers_of_one_box_are_all_values():
    lines = [line("10b State identification no", 50, 100), line("123456789", 50, 126), line("321654987", 50, 150)]
    assert {(Kind.TAX_ID, "123456789"), (Kind.TAX_ID, "321654987")} <= fields(lines)


def test_lines_above_a_lone_postcode_belong_to_it():
    text = "NORDWIND LTD\nOrchard Park\nSwindon\nWiltshire\n-\nSN5 7YZ\nUnited Kingdom"
    covered = {text[h.start : h.end] for h in find_addresses(text)}
    assert {"Orchard Park", "Swindon", "Wiltshire", "SN5 7YZ"} <= covered
    assert "NORDWIND LTD" not in covered


def test_a_house_line_above_a_postcode_needs_no_word_for_street():
    text = "NORDWIND SRL\nBelvedere 114\n50025 Castelnuovo FI\nItalia"
    assert "Belvedere 114" in {text[h.start : h.end] for h in find_addresses(text)}


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("Nº TVA.: 123456-7", Kind.TAX_ID, "123456-7"),
        ("BTW Nummer: NL 123456789B01", Kind.TAX_ID, "NL 123456789B01"),
        ("Debiteurnummer: 987654", Kind.PERSONAL_ID, "987654"),
        ("NIT.: 765432-1", Kind.TAX_ID, "765432-1"),
        ("Partita IVA: 01234567890", Kind.TAX_ID, "01234567890"),
        ("Nº Client: C0001", Kind.PERSONAL_ID, "C0001"),
    ],
)
def test_numbers_of_customers_in_other_languages(text, kind, value):
    assert (kind, value) in fields([text])


def unread(x0, y0, x1, y1):
    return Mark(page=0, kind=Kind.UNREAD_INK, quad=Box(x0, y0, x1, y1).quad(), score=0.5, detector="ink")


def test_writing_between_a_label_and_the_value_that_was_read_goes_with_it():
    lines = [line("Home Address", 50, 100), line("Dayton, OH 45402", 50, 160)]
    page = page_of(lines, marks=(unread(60, 126, 300, 150), unread(900, 126, 1100, 150), unread(60, 400, 300, 424)))
    inked = [q for f in FieldReader(page).find() for q in f.quads]
    assert [q.bounds() for q in inked] == [(60, 126, 300, 150)]


def test_writing_beside_a_label_is_its_value_though_other_labels_follow():
    lines = [line("Patient name", 50, 100), line("Date:", 900, 100)]
    page = page_of(lines, marks=(unread(260, 92, 420, 122),))
    assert [(f.kind, len(f.quads)) for f in FieldReader(page).find() if f.quads] == [(Kind.PERSON, 1)]


def test_a_tick_beside_a_label_is_no_writing():
    lines = [line("Patient name", 50, 100), line("Date:", 900, 100)]
    page = page_of(lines, marks=(unread(260, 98, 284, 122),))
    assert not [f for f in FieldReader(page).find() if f.quads]


@pytest.mark.parametrize("name", ["Tennant", "Sellers", "Parrish", "Payne", "Birch", "Towner", "Min", "Pan"])
def test_a_name_that_looks_like_a_label_is_still_a_value(name, finder):
    rows = [[(50, "Surname"), (400, "Given name")], [(50, name), (400, "Ann")]]
    page = page_of(table(rows))
    assert name in texts([page], finder.find([page]), Kind.PERSON)


def test_a_label_alone_is_still_no_value():
    found = fields([line("Surname", 50, 100), line("Signature", 400, 100), line("Tenant", 700, 100)])
    assert found == set()


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Policy No: ab 12345", {"ab 12345"}),
        ("account for 1234 units", set()),
        ("Policy 2019 review", set()),
        ("age 18 to 24", set()),
    ],
)
def test_a_number_in_small_letters_is_one_and_a_sentence_is_none(text, kept):
    assert {value for _, value in fields([text])} == kept


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Attachment Sequence No. 09", Kind.LOCATION),
        ("Form 8829", Kind.LOCATION),
        ("Form Street 12, Leeds LS1 4AP", Kind.ADDRESS),
    ],
)
def test_a_reference_is_no_address(text, kind):
    hit = Hit(start=0, end=len(text), kind=Kind.ADDRESS, score=0.9, detector="d", reason="r")
    assert {h.kind for h in believable(text, [hit])} == {kind}


@pytest.mark.parametrize("cell", ["MILLBROOK. N. C.", "HARROW GREEN KY.", "NORTH MILL. VA.", "Stowmere, S. C"])
def test_a_cell_that_is_a_town_and_its_state_is_one_whatever_stands_for_the_comma(cell):
    assert [(h.start, h.end) for h in find_addresses(f"Route\t{cell}\nnext") if h.reason == "town-state"] == [(6, 6 + len(cell))]


@pytest.mark.parametrize(
    "cell",
    [
        "Total. OR",
        "NUMBER ID",
        "ACME. CO.",
        "SEE NOTE PA",
        "ORDER NO. ME",
        "TAX DUE MS",
        "They met in Salem. VA is next",
        "Name, ID",
        "Date, IN",
        "Account number, ID",
    ],
)
def test_words_before_two_letters_are_no_town(cell):
    assert [h for h in find_addresses(f"Route\t{cell}\nnext") if h.reason == "town-state"] == []
