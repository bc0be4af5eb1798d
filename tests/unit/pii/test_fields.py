"""Labels of forms own the value beside them, and nothing else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from docpriv.geometry import Box
from docpriv.locales import speaking
from docpriv.model import Kind, Mark
from docpriv.pii.fields import FieldReader
from docpriv.protocols import Spoken
from docpriv.tape import MASK
from tests.unit.pii.conftest import line, page_of, texts


def fields(lines, marks=()):
    page = page_of(lines, marks=marks)
    found = FieldReader(page).find()
    return {(f.kind, t) for f, t in zip(found, texts([page], found), strict=True)}


SAME = [
    ("Customer#C100482", Kind.PERSONAL_ID, "C100482"),
    ("Patient # 204418", Kind.MEDICAL_RECORD_NUMBER, "204418"),
    ("ACCT#8812004471 DUE 4/1", Kind.ACCOUNT_NUMBER, "8812004471"),
    ("Prepared by T.W.K.", Kind.PERSON, "T.W.K."),
    ("Initials R.T.", Kind.PERSON, "R.T."),
    ("Surname: SPECIMEN", Kind.PERSON, "SPECIMEN"),
    ("Area Code (802)", Kind.PHONE, "802"),
    ("Name: John Smith", Kind.PERSON, "John Smith"),
    ("Name:John Smith", Kind.PERSON, "John Smith"),
    ("NAME: SMITH, JOHN A.", Kind.PERSON, "SMITH, JOHN A."),
    ("Patient Name Mary Major", Kind.PERSON, "Mary Major"),
    ("DOB 1/2/1990", Kind.DATE_OF_BIRTH, "1/2/1990"),
    ("DOB1/2/1990", Kind.DATE_OF_BIRTH, "1/2/1990"),
    ("Date of birth: 12 March 1980", Kind.DATE_OF_BIRTH, "12 March 1980"),
    ("Date of birth: 03 23 1988", Kind.DATE_OF_BIRTH, "03 23 1988"),
    ("5. Year of Birth 1990", Kind.DATE_OF_BIRTH, "1990"),
    ("Age: 43", Kind.AGE, "43"),
    ("Date of birth: 20/011970", Kind.DATE_OF_BIRTH, "20/011970"),  # by hand, a stroke misread
    ("E-mail: ROCONNOREEXAMPLE.ORG", Kind.EMAIL, "ROCONNOREEXAMPLE.ORG"),  # by hand, the sign misread
    ("and a National Insurance number of QQ 89 64 45 A", Kind.NATIONAL_ID, "QQ 89 64 45 A"),
    ("Re: Account 991852215", Kind.ACCOUNT_NUMBER, "991852215"),
    ("Account No. 12-345678-90", Kind.ACCOUNT_NUMBER, "12-345678-90"),
    ("AccountNumber: 00112233", Kind.ACCOUNT_NUMBER, "00112233"),
    ("Policy Number: HX 2234-88", Kind.MEMBER_ID, "HX 2234-88"),
    ("Member ID: XZ 3305812794", Kind.MEMBER_ID, "XZ 3305812794"),
    ("MRN: 00482213", Kind.MEDICAL_RECORD_NUMBER, "00482213"),
    ("SSN: ***-**-6789", Kind.NATIONAL_ID, "***-**-6789"),
    ("Passport No: K1234567", Kind.PASSPORT, "K1234567"),
    ("Driver's license no. S530-4209-1234", Kind.DRIVER_LICENCE, "S530-4209-1234"),
    ("Phone: 671-2209", Kind.PHONE, "671-2209"),
    ("Telephone (0 22 03) 303-1", Kind.PHONE, "(0 22 03) 303-1"),
    ("License Plate: ABC 1234", Kind.LICENCE_PLATE, "ABC 1234"),
    ("Username: jsmith7", Kind.USERNAME, "jsmith7"),
    ("Password: hunter2!", Kind.PASSWORD, "hunter2!"),
    ("Employee ID: 445210", Kind.PERSONAL_ID, "445210"),
    ("TO: H. S. Marl, M. S. Oddie", Kind.PERSON, "M. S. Oddie"),
    ("Geburtsdatum: 12.03.1980", Kind.DATE_OF_BIRTH, "12.03.1980"),
    ("Date de naissance : 12/03/1980", Kind.DATE_OF_BIRTH, "12/03/1980"),
    ("Nombre: María García", Kind.PERSON, "María García"),
    ("DIRECCION: SANTA MARIA 45, 3º, 2ª, MADRID", Kind.ADDRESS, "SANTA MARIA 45, 3º, 2ª, MADRID"),
    ("Né(e) le : 12/03/1980", Kind.DATE_OF_BIRTH, "12/03/1980"),
    ("Nume și prenume: RUSU TEODORA", Kind.PERSON, "RUSU TEODORA"),
    ("Date of Birtn: 1/2/1990", Kind.DATE_OF_BIRTH, "1/2/1990"),  # misread letters
    ("Acc0unt Nurnber: 00112233", Kind.ACCOUNT_NUMBER, "00112233"),
    ("Tarikh Lahir / Date of Birth: 02 NOV 1975", Kind.DATE_OF_BIRTH, "02 NOV 1975"),  # two languages
]


@pytest.mark.parametrize(("text", "kind", "value"), SAME)
def test_the_value_follows_in_the_same_segment(text, kind, value):
    assert (kind, value) in fields([text])


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("Order 12345 Customer No. 99812 due now", Kind.PERSONAL_ID, "99812"),
        ("Jane Doe DOB 1/2/1990 SSN 457-55-5462", Kind.DATE_OF_BIRTH, "1/2/1990"),
        ("exp 04/22 CVV 123", Kind.PASSWORD, "123"),
        ("Seller Loan No: 78jwyfoun264", Kind.ACCOUNT_NUMBER, "78jwyfoun264"),
    ],
)
def test_a_label_within_a_line_announces_the_number_after_it(text, kind, value):
    assert (kind, value) in fields([text])


def test_an_everyday_word_within_a_line_announces_nothing():
    assert fields(["your account 12345 days ago", "my phone 12345678 times", "the policy 2020 update"]) == set()


def test_several_fields_of_one_line_end_at_each_other():
    found = fields(["Patient: John Smith DOB: 1/2/1990 Phone: 555-1234 Sex: M"])
    assert found == {(Kind.PERSON, "John Smith"), (Kind.DATE_OF_BIRTH, "1/2/1990"), (Kind.PHONE, "555-1234")}


def test_the_value_stands_right_of_the_label():
    assert fields([line("Account Number", 50, 60), line("333 008755555", 600, 60)]) == {(Kind.ACCOUNT_NUMBER, "333 008755555")}


def test_the_value_stands_below_the_label():
    found = fields(
        [
            line("Member ID", 50, 60),
            line("Policy", 600, 60),
            line("XZ 91475", 50, 90),
            line("HX 2234", 600, 90),
        ]
    )
    assert found == {(Kind.MEMBER_ID, "XZ 91475"), (Kind.MEMBER_ID, "HX 2234")}


def test_a_caption_below_the_line_names_what_stands_above():
    found = fields(
        [
            line("Mary", 50, 60),
            line("1/6/58", 500, 60),
            line("First Name", 50, 90),
            line("Date of Birth", 500, 90),
        ]
    )
    assert found == {(Kind.PERSON, "Mary"), (Kind.DATE_OF_BIRTH, "1/6/58")}


def test_boxes_of_a_date_are_one_value():
    found = fields([line("Date of Birth", 50, 60), line("03", 300, 60), line("23", 380, 60), line("1988", 460, 60)])
    assert found == {(Kind.DATE_OF_BIRTH, "03/23/1988")}


def test_a_label_that_runs_on_in_official_words_is_skipped_over():
    found = fields(
        [
            "PAYER'S name, street address, city or town, state or province, country, ZIP",
            "or foreign postal code, and telephone no.",
            "P.O. BOX 6543",
            "Seattle WA 98122-4567",
        ]
    )
    assert {(Kind.ADDRESS, "P.O. BOX 6543"), (Kind.ADDRESS, "Seattle WA 98122-4567")} <= found


def test_a_name_and_address_block_gives_both():
    found = fields(["e Employee's name, address and ZIP code", "Marta Quill", "4567 Main Street", "Buffalo, WA 12345"])
    assert found == {
        (Kind.PERSON, "Marta Quill"),
        (Kind.ADDRESS, "4567 Main Street"),
        (Kind.ADDRESS, "Buffalo, WA 12345"),
    }


NOTHING = [
    ["Name:", "Date:", "Signature:"],
    ["Name of registrant"],
    ["Name Brand Products Sold Here"],
    ["What is the name and address of the primary registrant?"],
    ["Address of the office, see instructions for the form and the list of codes"],
    ["Your account is in good standing and may be used."],
    ["Policy of the company is that no one is to be named."],
    ["Account Total: 1,234.50"],
    ["Member ID: see card"],
    ["Phone number of the contact person, if any"],
    ["From: 1/1/2020 To: 2/1/2020"],
    ["Name  Title  Date"],
    ["Age of the building: unknown"],
    ["Contact us for more information about the plan."],
    ["Customer: Acme Services Inc"],
    ["Password must be changed by you every month"],
    ["LLC", "12345678"],
]


@pytest.mark.parametrize("lines", NOTHING)
def test_officialese_and_empty_fields_own_nothing(lines):
    assert fields(lines) == set()


def test_a_row_of_headers_owns_no_header():
    found = fields(
        [
            line("Name", 50, 60),
            line("Title", 400, 60),
            line("Phone", 700, 60),
            line("Ann Lee", 50, 90),
            line("Clerk", 400, 90),
            line("555-0100", 700, 90),
        ]
    )
    assert found == {(Kind.PERSON, "Ann Lee"), (Kind.PHONE, "555-0100")}


def test_an_unreadable_value_still_counts():
    found = fields([line("Patient Name:", 50, 60), line("3~ xq;", 300, 60, score=0.3)])
    assert found == {(Kind.PERSON, "3~ xq")}
    assert fields([line("Patient Name:", 50, 60), line("3~ xq;", 300, 60, score=0.9)]) == set()


def test_ink_that_was_seen_but_never_read_is_the_value_of_an_empty_field():
    ink = Mark(page=0, kind=Kind.UNREAD_INK, quad=Box(250, 55, 400, 85).quad(), score=1, detector="ink")
    far = Mark(page=0, kind=Kind.UNREAD_INK, quad=Box(250, 955, 400, 985).quad(), score=1, detector="ink")
    (finding,) = FieldReader(page_of(["Patient Name:"], marks=(ink, far))).find()
    assert finding.kind is Kind.PERSON
    assert finding.chars == ()
    assert finding.quads == (ink.quad,)


@pytest.mark.parametrize(
    ("x", "y", "value"),
    [(1880, 60, Box(1885, 85, 1995, 105)), (50, 2580, Box(250, 2575, 400, 2595)), (1880, 2580, None)],
    ids=["right edge", "bottom", "corner"],
)
def test_a_label_at_the_edge_of_the_page_has_its_unread_value_on_the_side_that_is_left(x, y, value):
    boxes = [Box(700, 1200, 900, 1240), *([value] if value else [])]
    marks = tuple(Mark(page=0, kind=Kind.UNREAD_INK, quad=b.quad(), score=1, detector="ink") for b in boxes)
    found = FieldReader(page_of([line("Patient Name", x, y)], marks=marks)).find()
    assert [(f.kind, f.quads) for f in found] == ([(Kind.PERSON, (value.quad(),))] if value else [])


def test_a_line_that_was_detected_but_not_read_is_the_value_too():
    blank = replace(line("", 300, 60, score=0.0), quad=Box(300, 60, 420, 80).quad())
    (finding,) = FieldReader(page_of([line("Patient Name:", 50, 60), blank])).find()
    assert finding.quads == (blank.quad,)


def test_label_text_is_never_owned():
    page = page_of(["Patient Name: John Smith", "Date of Birth: 1/2/1990"])
    owned = {c for f in FieldReader(page).find() for c in f.chars}
    assert not any(c.char < 13 for c in owned)


def test_a_covered_value_is_the_value():
    """What a label owned before covering must not make it look further afterwards."""
    blocks = MASK * 8
    page = page_of([line(f"Prepared by: {blocks}", 10, 10), line("Opening Statement", 10, 40)])
    assert FieldReader(page).find() == []
    page = page_of([line("Prepared by:", 10, 10), line(blocks, 300, 10), line("Opening Statement", 10, 40)])
    assert FieldReader(page).find() == []


def test_the_same_fields_without_a_covered_value_are_found():
    page = page_of([line("Prepared by:", 10, 10), line("Maria Kessler", 300, 10), line("Opening Statement", 10, 40)])
    assert texts([page], FieldReader(page).find()) == ["Maria Kessler"]


def test_a_tick_box_is_no_value_that_was_not_read():
    """A narrow blob beside a label is a box to tick; a wide one is a value by hand."""
    narrow = page_of([line("Employee", 10, 10), line("口", 120, 10, score=0.2)])
    assert FieldReader(narrow).find() == []
    wide = page_of([line("Name:", 10, 10), line("~wl&~", 120, 10, score=0.2)])
    assert [f.kind for f in FieldReader(wide).find()] == [Kind.PERSON]


@pytest.mark.parametrize(
    ("label", "groups", "kind"),
    [("SSN:", ["912", "40", "6652"], Kind.NATIONAL_ID), ("Date of birth:", ["12", "06", "1981"], Kind.DATE_OF_BIRTH)],
)
@pytest.mark.parametrize("below", [False, True])
def test_every_box_of_a_comb_is_the_value(label, groups, kind, below):
    """One digit a box, with a wider gap between the groups."""
    boxes, x = [], 60 if below else 250
    for group in groups:
        for digit in group:
            boxes.append(line(digit, x, 60 + 30 * below))
            x += 34
        x += 16
    page = page_of([line(label, 50, 60), *boxes])
    found = [f for f in FieldReader(page).find() if f.kind is kind]
    assert sorted("".join(texts([page], found)).replace("/", "")) == sorted("".join(groups))


ENGLISH = [
    "The committee and the owners have met with all of the neighbours",
    "who were not able to come to the last one, and this is why we are here now",
]
GERMAN = [
    "Der Vorstand und die Eigentümer haben sich mit allen Nachbarn getroffen",
    "die nicht zum letzten Treffen kommen konnten, und das ist auch der Grund",
]


@pytest.mark.parametrize(("prose", "covered"), [(ENGLISH, False), (GERMAN, True)])
def test_a_label_that_is_an_everyday_word_of_the_pages_language_announces_nobody(prose, covered):
    page = page_of([line(text, 100, 100 + 60 * i) for i, text in enumerate([*prose, "An: Otto Muster"])])
    code = "de" if prose is GERMAN else "en"
    with speaking((code,)):
        found = FieldReader(page, Spoken(page=(code,))).find()
    assert (texts([page], found) == ["Otto Muster"]) == covered


@pytest.mark.parametrize("pieces", [("12 JAN /JAN", "1980"), ("12", "JAN", "1980"), ("22 JUN", "75")])
@pytest.mark.parametrize("below", [True, False])
def test_a_date_that_was_read_in_pieces_is_one_value(pieces, below):
    x, lines = (100, [line("Date of birth", 100, 100)]) if below else (420, [line("Date of birth", 100, 150)])
    for piece in pieces:
        lines.append(line(piece, x, 150))
        x = int(lines[-1].quad.b[0]) + 40
    found = fields(lines)
    assert all(any(piece in t for _, t in found) for piece in pieces)


def words(text, y, x=50, gap=10):
    """Each word a line of its own, as print of dots is read."""
    placed = []
    for word in text.split(" "):
        if word:
            placed.append(line(word, x, y))
        x += 10 * len(word) + gap
    return placed


def test_a_value_that_was_read_in_pieces_is_one():
    pieces = [line("PHONE: 01632", 50, 60), *words("960552", 60, 50 + 130)]
    assert (Kind.PHONE, "01632/960552") in fields(pieces)


def test_lines_that_hang_under_the_first_one_are_the_value_too():
    slip = [
        line("SHIP TO: ANN", 50, 60),
        *words("ROE", 60, 50 + 130),
        *words("19 COBBIERS RQW", 100, 140),
        *words("LEWE5 BN7 lxw", 140, 140),
        line("PHONE: 01632 960552", 50, 180),
        line("2 X GEARBOX SEAL", 140, 220),
    ]
    found = fields(slip)
    assert {(Kind.ADDRESS, "19/COBBIERS/RQW"), (Kind.ADDRESS, "LEWE5/BN7/lxw"), (Kind.PERSON, "ANN/ROE")} <= found
    assert not any("GEARBOX" in text for _, text in found)


def test_lines_under_the_label_itself_do_not_hang():
    found = fields([line("SHIP TO: ANN ROE", 50, 60), line("2 X GEARBOX SEAL", 50, 86), line("1 X FAN BELT", 50, 112)])
    assert not any("GEARBOX" in text or "BELT" in text for _, text in found)


def test_a_number_touching_its_label_leaves_the_label():
    page = page_of(["Acct.#90254479"])
    found = FieldReader(page).find()
    assert texts([page], found, Kind.ACCOUNT_NUMBER) == ["90254479"]


def test_a_name_ends_before_the_number_behind_it():
    found = fields([line("Employee:", 50, 60), line("Ann Roe QQ123457C", 200, 60)])
    assert {(Kind.PERSON, "Ann Roe"), (Kind.PERSONAL_ID, "QQ123457C")} <= found


def test_a_number_is_covered_to_its_end_over_signs_misread_as_another_script(found):
    assert "GB13\u4e59\u4e59\u4e59\u4e595359215957" in found(["IBAN: GB13\u4e59\u4e59\u4e59\u4e595359215957"], Kind.IBAN)


def test_an_identity_number_is_a_label(found):
    assert "10390213" in found(["Identity number: 10390213"], Kind.NATIONAL_ID)


def test_a_date_in_boxes_is_covered_from_its_first_digit(found):
    assert any("24" in text for text in found(["Date of birth: 2409 1944"], Kind.DATE_OF_BIRTH))
