"""Telephone numbers by print, word and place. Numbers 555-01xx are reserved for fiction (NANPA), 020 7946 0xxx too (Ofcom)."""

from __future__ import annotations

import pytest

from docpriv.model import Kind
from docpriv.pii.analyzer import PatternAnalyzer


@pytest.fixture(scope="module")
def phones():
    analyzer = PatternAnalyzer(("US", "GB", "CA"))

    def run(text: str) -> set[int]:
        """Offsets that some telephone owns."""
        hits = [h for h in analyzer.find(text) if h.kind is Kind.PHONE and h.score >= 0.4]
        return {i for h in hits for i in range(h.start, h.end)}

    return run


FOUND = [
    ("Rappelez-moi au 02.98.12.34.56", "02.98.12.34.56"),
    ("Contact en cas d'urgence : 0781234567", "0781234567"),
    ("Llame al 612 345 678", "612 345 678"),
    ("Sunați la 0721234567", "0721234567"),
    # what the words before it say is a telephone number, whatever its prefix or number of digits
    ("my mobile is 09966 508941 if you need me", "09966 508941"),
    ("Please ring her on 05837 885945 to arrange the dose.", "05837 885945"),
    ("contact Ann Roe on (061) 358 9525", "(061) 358 9525"),
    ("Emergency Contact: Ann Roe 07700900489", "07700900489"),
    ("text 07700900954 or", "07700900954"),
    ("m 08876 527720 | t 03116 669857", "08876 527720"),
    ("m 08876 527720 | t 03116 669857", "03116 669857"),
    ("TO: 00702931375", "00702931375"),
    ("12-MAR 09:14 FROM: ROE VETS TO 01632960443 P.01/01", "01632960443"),
    ("1 High Street | 07700900482 | a.roe@mail.example", "07700900482"),
    ("Fax: 01632 960443", "01632 960443"),
    ("01632 960118", "01632 960118"),
    ("canbereachedat07700900880allday", "07700900880"),
    # glued to their labels, with extensions
    ("Tel.5550100", "5550100"),
    ("TEL:555-0100", "555-0100"),
    ("Fax#2125550100", "2125550100"),
    ("(212)555-0100x12", "(212)555-0100x12"),
    ("(212) 555-0100 ext. 12", "(212) 555-0100 ext. 12"),
    ("Ext. 4432", "4432"),
    ("x4432 for details", "x4432"),
    # further numbers behind one
    ("call 555-0134 or 555-0135", "555-0135"),
    ("(804)555-0100/0101", "0101"),
    # brackets and digits as readers take them
    ("[804] 555-0100", "804] 555-0100"),
    ("{804} 555-0100", "804} 555-0100"),
    ("(804) 555·0100", "(804) 555·0100"),
    ("(804|555-0100", "804|555-0100"),
    ("(804)_555-0100", "804)_555-0100"),
    ("(804) 5S5-0100", "(804) 5S5-0100"),
    ("(804) 555-010).", "(804) 555-010"),
    # exchange names (Bell System, before 1963)
    ("PEnnsylvania 6-5000", "PEnnsylvania 6-5000"),
    ("MUrray Hill 5-9975", "MUrray Hill 5-9975"),
    ("212 OX 7-1234", "212 OX 7-1234"),
    ("Telephone KL 5-0199", "KL 5-0199"),
    ("Phone KL-3344", "KL-3344"),
    ("Phones: KL-3344, KL-3345", "KL-3345"),
    # letters on the dial
    ("1-800-FLOWERS", "1-800-FLOWERS"),
    ("1-800-555-TIPS", "1-800-555-TIPS"),
    # abroad
    ("011 44 20 7946 0958", "011 44 20 7946 0958"),
    ("0049 30 901820", "0049 30 901820"),
    # lines of fax machines
    ("APR-12-1994 10:15 FROM ACME INC TO 12125550100 P.01", "12125550100"),
    ("FROM : ACME  PHONE NO. : 212 555 0100", "212 555 0100"),
    ("TO 919125550100 P.02/03", "919125550100"),
    ("SENT BY:Telecopier 7020 ; 4-12-94 ;10:15AM ; 2125550100-> 3015550101;# 2", "3015550101"),
    ("05/12/94 THU 13:45 FAX 212 555 0100 ACME 001", "212 555 0100"),
    # telex and cable
    ("Telex 421373 UCCN", "421373"),
    ('Cable Address "LAWFIRM" New York', "LAWFIRM"),
    ("Cable: ACMECO", "ACMECO"),
    # everyday words beside a local number
    ("Office: 555-0100", "555-0100"),
    ("Home 555-0199", "555-0199"),
    ("P: 212 555 0100  F: 212 555 0101", "212 555 0101"),
    # local numbers by what stands before them, and area codes apart
    ("RSVP 555-0175 by June 1", "555-0175"),
    ("Customer service: 555-0195", "555-0195"),
    ("his number is 555-0139", "555-0139"),
    ("AREA CODE 802 NUMBER 555-0118", "555-0118"),
    ("201 Elm Avenue\nKettering\n555-0190", "555-0190"),
    # alone in a cell of a letterhead
    ("12 Oak Avenue, Springfield, Illinois 62704\nKL2-3344", "KL2-3344"),
    ("Telophone No\nOffice\n3-4-85\n555-0123", "555-0123"),
]


@pytest.mark.parametrize(("text", "value"), FOUND)
def test_is_found_whole(phones, text, value):
    at = text.rindex(value)
    assert not [text[i] for i in range(at, at + len(value)) if text[i].isalnum() and i not in phones(text)]


NOT_FOUND = [
    "call number 823.912 in the library",
    "contact us at 12 High Street, from 9 to 17",
    "call 12/03/2019 or text 2019-04-12",
    "reach 1998 2004, fax 12:30",
    "to: 1200 units, from: 0.250 kg",
    "phone 1,200,500.00",
    "t 12345678",
    "order 0044 1770 2019 5512",
    "pages 1 to 10000000",
    "ref01632960118x",
    "Part No. 123-4567",
    "Lot\n555-0100",
    "invoice 555-0134",
    "WX 5-1234",
    "Order 555-0134",
    "item 212-555-0100-77",
    "ZIP 22202-1234",
    "OMB No. 1545-0074",
    "1996 1997 1998 1999",
    "12.50 13.75 14.25 16.00",
    "100 200 3000",
    "contact angle 123-4567",
    "Number of phones 5500100 sold",
    "Home delivery 2019",
    "Call for 1000 pieces",
    "x12 pack",
    "2 x 4432 mm",
    "Cable length 1200",
    "Cable: 6 ft",
    "cable TV 1995",
    "Case 1:19-cv-01234-ABC",
    "ISBN 978-3-16-148410-0",
    "12/31/98 THU 10:22 P. 001",
    "09-10-11 12:30 PAGE 1 OF 3",
    "FROM 01/02/1998 TO 03/04/1998 PAGE 001",
    "10:30 FROM 2000000 TO 3000000 P.4",
    "28 C.F.R. 5.200",
    "pp. 123-1456",
    "Phone sales 1995 2000",
    "Form 1040-ES",
    "Springfield, IL 62704",
    "12 310 415 6500 33",
    "110 212 555 0100 417",
    "EXTENSION 25%",
    "Fax cover sheet 3 pages",
]


@pytest.mark.parametrize("text", NOT_FOUND)
def test_is_no_telephone(phones, text):
    assert not phones(text)
