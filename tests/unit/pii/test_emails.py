"""Broken and spelled e-mail addresses; the domains example.* are reserved (RFC 2606)."""

from __future__ import annotations

import pytest

from docpriv.model import Kind
from docpriv.pii.emails import find_emails

FOUND = [
    "john . smith @ example . com",
    "john.smith@example com",
    "john.smith @example.com",
    "johnsmith(at)example.com",
    "johnsmith [at] example [dot] com",
    "john at example dot com",
    "john.smith©example.com",
    "john.smith®example.com",
    "john.smithQexample.com",
    "john.smith@example,com",
    "john.smithagmail.com",
    "john.smith@\nexample.com",
    "75312,1234@compuserve.com",
    "JSMITH@EXAMPLE.ORG",
    "john_smith@example.co.uk",
]


@pytest.mark.parametrize("address", FOUND)
def test_is_found_whole(address):
    text = f"write to: {address}, please"
    hits = [h for h in find_emails(text) if h.kind is Kind.EMAIL]
    covered = {i for h in hits for i in range(h.start, h.end)}
    at = text.index(address)
    assert not [text[i] for i in range(at, at + len(address)) if text[i].isalnum() and i not in covered]
    assert not covered & set(range(text.index("please"), len(text)))


@pytest.mark.parametrize(
    "text",
    [
        "12 @ 1.99 = 23.88",
        "3 @ 12.50",
        "meet @ noon",
        "look at example.com",
        "visit www.example.com",
        "at the end dot",
        "mail.yahoo.com",
        "www.gmail.com",
        "gmail.com",
        "@ 5.00 each",
        "© 2020 Example Inc. Com",
        "email marketing costs",
        "@002/003",
    ],
)
def test_is_no_address(text):
    assert not find_emails(text)


def test_a_handle_is_a_user_name():
    text = "follow me @jane_doe today"
    assert [text[h.start : h.end] for h in find_emails(text) if h.kind is Kind.USERNAME] == ["@jane_doe"]
