"""Machine-readable lines of papers (examples of ICAO Doc 9303, parts 4 to 7) and of cheques (ABA's example 021000021)."""

from __future__ import annotations

import pytest

from docpriv.model import Kind
from docpriv.pii.lines import find_machine_lines

PAPERS = {
    "TD3, first": "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<",
    "TD3, second": "L898902C36UTO7408122F1204159ZE184226B<<<<<10",
    "TD1, first": "I<UTOD231458907<<<<<<<<<<<<<<<",
    "TD1, second": "7408122F1204159UTO<<<<<<<<<<<6",
    "TD1, third": "ERIKSSON<<ANNA<MARIA<<<<<<<<<<",
    "TD2, second": "D231458907UTO7408122F1204159<<<<<<<6",
    "visa, first": "V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<",
    "visa, second": "L8988901C4XXX4009078F96121096ZE184226B<<<<<<",
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
    ],
)
def test_other_lines_are_left(text):
    assert not find_machine_lines(text)
