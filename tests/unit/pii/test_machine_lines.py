"""Machine-readable lines of papers (examples of ICAO Doc 9303, parts 4 to 7; of France's card, arrêté of 1987, and of driving
licences, ISO/IEC 18013-3, the specimens of Wikipedia's article on machine-readable passports) and of cheques (ABA's example
021000021; groups of digits of France's, Brazil's, India's and Britain's)."""

from __future__ import annotations

import pytest

from docpriv.model import Kind
from docpriv.pii.checksums import machine_digit
from docpriv.pii.machine_lines import find_machine_lines

PAPERS = {
    "TD3, first": "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<",
    "TD3, second": "L898902C36UTO7408122F1204159ZE184226B<<<<<10",
    "TD1, first": "I<UTOD231458907<<<<<<<<<<<<<<<",
    "TD1, second": "7408122F1204159UTO<<<<<<<<<<<6",
    "TD1, third": "ERIKSSON<<ANNA<MARIA<<<<<<<<<<",
    "TD2, second": "D231458907UTO7408122F1204159<<<<<<<6",
    "visa, first": "V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<",
    "visa, second": "L8988901C4XXX4009078F96121096ZE184226B<<<<<<",
    "small visa, first": "V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<",
    "small visa, second": "L8988901C4XXX4009078F9612109<<<<<<<<",
    "France, first": "IDFRABERTHIER<<<<<<<<<<<<<<<<<<<<<<<",
    "France, second": "8806923102858CORINNE<<<<<<<6512068F6",
    "passport card, first": "IPUSAC03004786<<<<<<<<<<<<<<<",
    "passport card, second": "7408122F1204159USA<<<<<<<<<<<6",
}


@pytest.mark.parametrize("line", PAPERS.values(), ids=PAPERS.keys())
@pytest.mark.parametrize("filler", ["<", "‹", "«", "< "])
def test_a_line_is_covered_whole_whatever_its_fillers_became(line, filler):
    read = line.replace("<<", "«") if filler == "«" else line.replace("<", filler)
    text = f"Total 5\n{read.strip()}\nsigned"
    (hit,) = find_machine_lines(text)
    assert text[hit.start : hit.end] == read.strip()
    assert hit.kind is Kind.MRZ


@pytest.mark.parametrize("name", ["TD3, first", "TD3, second", "TD1, first", "TD1, second", "visa, first", "visa, second"])
@pytest.mark.parametrize("sign", ["K", "C"])
def test_fillers_read_as_letters_do_not_hide_a_line(name, sign):
    line = PAPERS[name].replace("<", sign)
    assert [line[h.start : h.end] for h in find_machine_lines(line)] == [line]


@pytest.mark.parametrize("name", [n for n in PAPERS if n not in {"TD1, third", "TD2, second", "small visa, second"}])
@pytest.mark.parametrize("sign", ["S", "E", "(", "[", ["K", "C", "<"]])
def test_other_signs_that_fillers_become(name, sign):
    signs = iter((sign if isinstance(sign, list) else [sign]) * 60)
    line = "".join(next(signs) if c == "<" else c for c in PAPERS[name])
    assert [line[h.start : h.end] for h in find_machine_lines(line)] == [line]


FIRST_LINES = ["TD3, first", "TD1, first", "TD1, third", "France, first", "passport card, first", "small visa, first"]


@pytest.mark.parametrize("name", FIRST_LINES)
def test_a_line_whose_fillers_were_dropped(name):
    line = PAPERS[name].rstrip("<") + "<<<<<<"
    assert [line[h.start : h.end] for h in find_machine_lines(line)] == [line]


@pytest.mark.parametrize("cut", [14, 20, 28])
def test_a_line_in_two_pieces_below_each_other(cut):
    for line in (PAPERS["TD3, first"], PAPERS["TD3, second"]):
        text = f"Total 5\n{line[:cut]}\n{line[cut:]}\nsigned"
        covered = {i for h in find_machine_lines(text) for i in range(h.start, h.end)}
        assert covered.issuperset(set(range(8, 9 + len(line))) - {8 + cut})
        assert not covered & set(range(7))


LICENCES = ["D1NLD15094962111659VW87Z78NB84", "D1FRA13AA000026181231MARTIN<<9"]


@pytest.mark.parametrize("line", LICENCES)
def test_the_one_line_of_a_driving_licence(line):
    (hit,) = find_machine_lines(f"Rijbewijs\n{line}\n4b. 01.01.2030")
    assert (hit.start, hit.end, hit.kind) == (10, 40, Kind.MRZ)


def test_a_licence_of_another_state_needs_its_check_digit():
    line = "D1UTO1509496211165" + "9VW87Z78NB8"
    whole = line + str(machine_digit(line))
    assert len(whole) == 30
    assert len(find_machine_lines(whole)) == 1
    assert not find_machine_lines(line + str((machine_digit(line) + 1) % 10))


def test_check_digits_hold_through_misread_figures():
    line = "L898902C36UTO74O8I22F12O4I59ZE184226BKKKKK1O"
    assert len(find_machine_lines(line)) == 1


def test_a_line_beside_a_sure_one_belongs_to_it():
    text = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408182F1204169ZE184226BXXXXX10"
    assert len(find_machine_lines(text)) == 2


def test_a_line_in_two_pieces_of_a_row_is_one():
    text = "L898902C36UTO7408122F12\t04159ZE184226B<<<<<10"
    assert {text[h.start : h.end] for h in find_machine_lines(text)} == {text}


CHEQUES = [
    "⑆021000021⑆ 123456789⑈ 1001",
    "|:021000021|: 123456789||' 1001",
    ':021000021: 123456789" 1001',
    '"001001" :021000021: 123456789"',
    "A021000021A 123456789C 1001",
    "⑈001234⑈ ⑆021000021⑆ 12 3456 7⑈",
    "1:0210000211: 1234567890",
    '|:021000021:| 0001234567" 1024',
    "⑈001⑈ ⑆12345⑉003⑆ 123⑉456⑉7⑈",
    "0000112 #123456789012< 098765432109;",  # CMC-7, France: cheque, bank, account
    "<23734488<0180001445>123456789012:",  # CMC-7, Brazil
]


@pytest.mark.parametrize("line", CHEQUES)
def test_the_foot_of_a_cheque_is_covered_whole(line):
    text = f"Memo rent\n{line}\n"
    hits = [h for h in find_machine_lines(text) if h.kind is Kind.ACCOUNT_NUMBER]
    covered = {i for h in hits for i in range(h.start, h.end)}
    assert not [c for i, c in enumerate(text) if c.isdigit() and i not in covered]
    assert not covered & set(range(text.index("Memo"), text.index("\n")))


def test_symbols_that_were_not_read_need_the_words_of_a_cheque():
    digits = "021000021 123456789 1001"
    assert not find_machine_lines(f"Totals\n{digits}")
    assert len(find_machine_lines(f"PAY TO THE ORDER OF\nTen and 00/100 DOLLARS\n{digits}")) == 1


@pytest.mark.parametrize(
    ("words", "line"),
    [
        ("Payez contre ce chèque non endossable\nà l'ordre de", "000011 123456789012  09876543210"),  # CMC-7, two signs lost
        ("PAY\nOR BEARER\nRupees", "000112 400240002 001234 31"),  # India
        ("Cheque\nA/C payee only", "000112 20-00-00 12345678"),  # Britain
    ],
)
def test_groups_of_other_countries_need_the_words_of_a_cheque(words, line):
    assert not find_machine_lines(f"Summary of stock\n{line}")
    text = f"{words}\n{line}"
    assert [text[h.start : h.end] for h in find_machine_lines(text)] == [line]


@pytest.mark.parametrize(
    "text",
    [
        "704118203955100000461270000046127",
        "INTERNATIONALBUSINESSCORPORATION",
        "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789",
        "CHECK #\tAMOUNT ($)\tDATE\tCHECK #\tAMOUNT ($)\tDATE",
        "AID:\tA021000021-1984",
        "1: 123456 2: 789012 3: 555555",
        "Ratio 3:123456789 4:111111111",
        "12:45 10:30 08:15 09:20 11:10",
        "021000022: 123456789",
        "1,234,567.89 2,345,678.90 12.00",
        "2019-04-12 2020-04-12 2021-04-12",
        "if a < b and c < d then e < f or g",
        "XXXXXXXXXXXXXXXXXXXXXXXX1234",
        "SSSSSSSSSSSSSSSSSSSSSSSSSSSSSS",
        "PLEASESIGNHERE<<<<<<",
        "<<<<<<<<<<<<<<<<<<<<<<<<<<",
        "<<< BACK TO THE TABLE OF CONTENTS",
        "List<Map<String,List<Integer>>> rows",
        "f(x)(y)(z) = g(a)(b)(c) + h(1)(2)(3)",
        "(A)(B)(C)(D) SEE SCHEDULES (1)(2)(3)",
        "DEPARTMENTOFTHETREASURY(IRS)(1)(2)(3)",
        "D1 AND D2 ARE PARTS OF SCHEDULE D 2019",
        "PARTNUMBERD1234567890ABC123456789",
        "CERTIFICATENUMBER20190412345678901",
        "1234567 123456789012",
        "000112 20-00-00",
    ],
)
def test_other_lines_are_left(text):
    assert not find_machine_lines(text)


ORDER = "First Northern Bank\nPAY TO THE\nORDER OF Ann Roe\ntwo hundred dollars\n"


@pytest.mark.parametrize("line", ["140694742 27875826980134", "1:590458474|:4529078454 7485", "|:00487681|:33707814978002"])
def test_the_foot_of_a_cheque_is_covered_although_its_check_digit_fails(line):
    hits = find_machine_lines(ORDER + line)
    assert [(h.start, h.end) for h in hits if h.kind is Kind.ACCOUNT_NUMBER] == [(len(ORDER), len(ORDER) + len(line))]
    assert find_machine_lines(line) == []


@pytest.mark.parametrize("row", ["12345678 1,200.50 300.00", "Invoice 140694742 27875826980134", "2019 2020 2021 2022 2023"])
def test_other_rows_of_digits_on_a_cheque_are_left(row):
    assert find_machine_lines(ORDER + row) == []
