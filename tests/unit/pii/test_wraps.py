"""Values that go on over the end of a line, and the beginnings of sentences that do not belong to the value before them."""

from __future__ import annotations

import pytest

from docpriv.model import Kind
from tests.unit.pii.conftest import line

SENTENCES = (
    "Payment can be made by cheque or at the counter, and a receipt is sent later on.",
    "The garden behind the house was not part of the inspection that was made then.",
    "Nothing in this notice changes the terms of the agreement that both have signed.",
    "Copies of the certificate are enclosed for your files, and one is kept with us.",
)
ADDRESSES = (
    "To: Brian Whitaker 5953 Fourteenth Road, Lakewood, CA 94556",
    "To: Benoit Toussaint 175 rue Pasteur, 49290 QUIMPER",
    "To: Petra Lindemann Lindenweg 65, 05672 Weimar",
)


@pytest.mark.parametrize("first", ADDRESSES)
@pytest.mark.parametrize("sentence", SENTENCES)
@pytest.mark.parametrize("gap", [26, 40], ids=["close", "apart"])
def test_the_first_word_of_a_paragraph_is_no_part_of_the_address_above_it(found, first, sentence, gap):
    lines = [
        line(first, 50, 60),
        line(sentence, 50, 60 + gap),
        line("Please keep this letter with your other papers.", 50, 86 + gap),
    ]
    covered = found(lines, Kind.ADDRESS)
    assert covered
    word = sentence.split()[0]
    assert not any(word in text for text in covered)


@pytest.mark.parametrize(
    ("lines", "value"),
    [
        (
            ["please write to the address 175 rue Pasteur, 49290 Saint", "Quimper before the end of the month, as it is closed."],
            "Quimper",
        ),
        (
            ["You will find the file in the house at 12 Glebe Lane, CF10", "3AB in the second room behind the large hall of it."],
            "3AB",
        ),
        (
            ["and please call us back as soon as you can under 0113 496", "0560 in the morning, when the office is open to all."],
            "0560",
        ),
    ],
)
def test_what_the_width_of_the_column_parted_is_covered_whole(found, lines, value):
    assert any(value in text for kind in (Kind.ADDRESS, Kind.PHONE) for text in found(lines, kind))


@pytest.mark.parametrize(
    ("lines", "kind", "value"),
    [
        (
            ["The claim was made last year by Graham Quillf", "eather and sent on a weekday, before the end."],
            Kind.PERSON,
            "eather",
        ),
        (
            ["The claim was made last year by Walter Thornbe", "rry at the counter, before the end of the day."],
            Kind.PERSON,
            "rry",
        ),
        (
            ["The claim was made and sent from graham.roe@exampl", "e.com on a weekday, before the end of the month."],
            Kind.EMAIL,
            "e.com",
        ),
        (
            ["The claim was made by Curtis Abernathy, sent from aber", "nathy83@example.org on a weekday, before the end."],
            Kind.EMAIL,
            "aber",
        ),
    ],
)
def test_a_word_that_the_end_of_a_line_parts_without_a_hyphen_is_covered_whole(found, lines, kind, value):
    assert any(value in text for text in found(lines, kind))


@pytest.mark.parametrize(
    "lines",
    [
        ["The claim was made last year by Graham Thornberry", "before noon and then sent on a weekday by the post."],
        ["The claim was made and all was then sent on from", "quillfeather83@example.org on a weekday in May."],
        ["The letter was written last year by Walter Hargreaves", "came back on a weekday, before the end of the day."],
    ],
)
def test_the_next_word_of_a_sentence_is_no_half_of_the_one_before(found, lines):
    covered = " ".join(text for kind in (Kind.PERSON, Kind.EMAIL) for text in found(lines, kind))
    assert covered
    assert not any(word in covered for word in ("before", "came", "from"))
