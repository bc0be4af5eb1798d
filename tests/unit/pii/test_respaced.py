"""Words read without their ends, letters read apart, words parted at the end of a line: what stands in them is found all the
same. Telephone numbers are those kept for fiction (Ofcom)."""

from __future__ import annotations

import pytest

from docpriv.geometry import Box
from docpriv.model import Char, Kind, TextLine
from docpriv.pii.readings import readings_of
from docpriv.pii.respaced import parted, word_joints
from tests.unit.pii.conftest import line, page_of


def apart(text):
    return parted(text)[0]


@pytest.mark.parametrize(
    ("read", "words"),
    [
        ("MsQuillfeathercan be reached at07700 900911", "Ms Quillfeathercan be reached at 07700 900911"),
        ("Addr:17OldMillLane,BathBA15HJ", "Addr: 17 Old Mill Lane, Bath BA15HJ"),
        ("EmergencyContact:AnnRoe07700900734", "Emergency Contact: Ann Roe 07700900734"),
        ("NilsB_contract_signed", "Nils B contract signed"),
        ("call07700900911allday", "call 07700900911 allday"),
    ],
)
def test_changes_of_case_and_kind_end_words(read, words):
    assert apart(read) == words


@pytest.mark.parametrize(
    "text",
    [
        "Angus McDonald and Ann DeSouza met Mr MacGregor",
        "Write to Ann.Roe@JoinedWords.example or www.OldMill.example",
        "The 21st of May, 250kg, A4, 3rd floor, 12:30, GBP1,200.50",
        "SMITH, JOHN A. 457-55-5462 RRC-1234",
        "",
    ],
)
def test_what_is_printed_in_one_stays_in_one(text):
    assert apart(text) == text
    assert word_joints(text) == []


def test_every_sign_taken_apart_keeps_its_place():
    text = "Addr:17OldMillLane,BathBA15HJ"
    made, places = parted(text)
    assert len(places) == len(made) + 1
    assert all(text[at] == sign for at, sign in zip(places, made, strict=False) if sign != " ")


def test_a_page_read_as_printed_has_no_further_reading():
    page = page_of(["Dear Ms. Okonkwo,", "thank you for your letter of 3 May. We shall", "write again, as agreed."])
    assert readings_of(page).respaced == ()


TOGETHER = [
    "MsQuillfeathercan be reached at07700 900911",
    "Addr:17OldMillLane,BathBA15HJ",
    "ThekeysarewithMrCallumOkonkwonextdoor.",
    "PleaseaskforOttilieQuillfeatherwhenyoucalltheoffice.",
]


@pytest.mark.parametrize(
    ("read", "kind", "value"),
    [
        (TOGETHER[0], Kind.PERSON, "Quillfeather"),
        (TOGETHER[0], Kind.PHONE, "07700 900911"),
        (TOGETHER[1], Kind.ADDRESS, "17OldMillLane,BathBA15HJ"),
        (TOGETHER[2], Kind.PERSON, "CallumOkonkwo"),
        (TOGETHER[3], Kind.PERSON, "OttilieQuillfeather"),
        ("MsLindqvistcanbereachedat07700900880allday.", Kind.PHONE, "07700900880"),
        ("EmergencyContact:CallumOkonkwo07700900489", Kind.PHONE, "07700900489"),
        ("EmergencyContact:CallumOkonkwo07700900489", Kind.PERSON, "CallumOkonkwo"),
        ("Attachments: plan.pdf; EleanorP_contract_signed.docx", Kind.PERSON, "Eleanor"),
        ("Attachments: floorplan.pdf; NilsB_contract_signed.docx", Kind.PERSON, "Nils"),
    ],
)
def test_what_is_run_together_is_found(found, read, kind, value):
    assert any(value in text for text in found([read], kind))


@pytest.mark.parametrize(
    "text", ["PowerPoint and JavaScript on the InterCity train", "The committee meets on Mondays, see ChangeLog."]
)
def test_names_of_things_in_one_word_are_no_people(found, text):
    assert found([text], Kind.PERSON) == []


def test_a_lost_blank_shows_in_the_places_of_the_letters():
    spread = [c.quad.bounds()[0] + (14 if i >= 13 else 0) for i, c in enumerate(line("Quillfeathercanbereached", 50, 60).chars)]
    chars = tuple(
        Char(text=c, quad=Box(round(x), 60, round(x) + 10, 80).quad(), score=0.99)
        for c, x in zip("MMMMMMMMMMMMMCCCCCCCCCCC", spread, strict=True)
    )
    placed = TextLine(chars=chars, quad=Box(50, 60, 310, 80).quad(), score=0.99)
    (again,) = readings_of(page_of([placed])).respaced
    assert again.tape.text.split() == ["M" * 13, "C" * 11]


WRAPPED = [
    "The claim was made last year by Mr. Jonathan Whit-",
    "field and sent from jonathan.whitfield@exam-",
    "ple.com; call him at any time of day at 01632-",
    "960118 about the file of Ms. Ottilie Birtwistle-",
    "Lindqvist who will collect it from the well-",
    "known premises in the long-standing part of town.",
]


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (Kind.PERSON, "Jonathan Whit-/field"),
        (Kind.EMAIL, "jonathan.whitfield@exam-/ple.com"),
        (Kind.PHONE, "01632-/960118"),
        (Kind.PERSON, "Ottilie Birtwistle-/Lindqvist"),
    ],
)
def test_a_value_over_the_end_of_a_line_is_one(found, kind, value):
    halves = value.replace("-/", "/").split("/")
    texts = found(WRAPPED, kind)
    assert any(all(half in text for half in halves) for text in texts), texts


def test_ordinary_words_over_the_end_of_a_line_are_nothing(found):
    assert not any("known" in text or "well" in text for text in found(WRAPPED, Kind.PERSON))


def letters(word_gaps, text, x=50, y=60):
    """Letters a fixed step apart, wider before the letters in `word_gaps`, each a line of its own or all in one."""
    chars, at = [], x
    for i, sign in enumerate(text):
        at += 40 if i in word_gaps else 0
        chars.append((sign, at))
        at += 30
    return chars


@pytest.mark.parametrize(("text", "gaps"), [("WHITFIELD", ()), ("JaneWhitfield", (4,)), ("PHILIPPAASHDOWN", (8,))])
def test_letters_set_apart_are_the_words_that_they_make(found, text, gaps):
    placed = letters(gaps, text)
    signs: list[Char] = []
    for sign, x in placed:
        signs += [Char(text=" ", quad=Box(x - 18, 60, x, 80).quad(), score=0.99)] if signs else []
        signs.append(Char(text=sign, quad=Box(x, 60, x + 12, 80).quad(), score=0.99))
    one = TextLine(chars=tuple(signs), quad=Box(50, 60, placed[-1][1] + 12, 80).quad(), score=0.99)
    assert any(text[-5:] in "".join(t.split()) for t in found([one], Kind.PERSON))


def test_letters_in_cells_of_a_row_are_a_word(found):
    cells = [line(sign, x, 60) for sign, x in letters((5,), "AliceWhitfield")]
    assert any("Whitfield" in "".join(t.split("/")) for t in found(cells, Kind.PERSON))


def test_single_signs_that_are_no_word_are_left(found):
    assert found(["A B C D E F G H", "1 2 3 4 5 6 7 8", "I am to go at 6 p m"], Kind.PERSON) == []


def test_short_words_with_blanks_between_them_are_no_letters_set_apart():
    assert readings_of(page_of(["2 X GEAR SEAL 1 X FAN BELT", "He is to go up or we do it"])).respaced == ()


def test_every_sign_keeps_its_owner():
    page = page_of([*TOGETHER, *WRAPPED])
    reading = readings_of(page)
    read = dict(zip(reading.blocks.owners, reading.blocks.text, strict=True))
    assert len(reading.respaced) == 2
    for again in reading.respaced:
        assert all(owner is None or sign == read[owner] for sign, owner in zip(again.tape.text, again.tape.owners, strict=True))


@pytest.mark.parametrize(
    ("lines", "names"),
    [
        ([line("Referee: G U A D A L U P E", 50, 60), line("L I N D Q V I S T", 350, 60)], "GUADALUPELINDQVIST"),
        ([line("Patient: S A R A H F I T Z G E R A L D", 50, 60)], "SARAHFITZGERALD"),
        ([line("Name: O K A F Z M B E K I X", 50, 60)], "OKAFZMBEKIX"),
    ],
    ids=["two-cells", "no-gap", "labelled"],
)
def test_a_name_set_apart_behind_its_caption_is_covered_whole(found, lines, names):
    covered = "".join(c for text in found(lines, Kind.PERSON) for c in text if c.isalpha())
    assert all(covered.count(c) >= names.count(c) for c in set(names))


def test_a_caption_or_heading_set_apart_is_no_name(found):
    assert found(["I N V O I C E", "T O T A L"], Kind.PERSON) == []


def test_an_address_of_e_mail_does_not_keep_the_words_before_it_together(found):
    glued = ["Customer:GarethTremaynePhone:01614960147Email:gtremayne@example.net"]
    assert "01614960147" in found(glued, Kind.PHONE)
    assert any("gtremayne@example.net" in text for text in found(glued, Kind.EMAIL))


@pytest.mark.parametrize(
    ("text", "joints"),
    [
        ("ZUGFeRD", 0),
        ("at31 Orchard", 1),
        ("Email:jenkins50@example.comMember number:478925605", 1),
        ("jenkins50@example.com", 0),
    ],
)
def test_ends_of_words_behind_an_address_and_in_front_of_a_house_number(text, joints):
    assert len(word_joints(text)) == joints


def test_print_of_the_next_cell_that_touches_a_name_is_covered(found):
    assert any(text.endswith("0-6277") for text in found(["Name: Alistair Wainwright0-6277"], Kind.PERSON))


def test_a_number_behind_an_address_that_runs_into_its_caption_is_found(found):
    assert any("478925605" in text for text in found(["Email:jenkins50@example.comMember number:XNM478925605"], Kind.MEMBER_ID))


def test_an_address_that_runs_together_with_words_and_over_a_line_end_is_covered_whole(found):
    lines = ["Adaeze Oakley said that she will collect it at31 Orchard", "Terrace, Leeds, LS2 1DZ before noon."]
    assert any("31" in text and "Orchard" in text for text in found(lines, Kind.ADDRESS))
