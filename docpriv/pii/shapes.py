"""Tables of number shapes that identify a person or an account; weak shapes count only beside their label
words.

A shape whose score is below 0.4 is no finding that a recipe covers until a context word lifts it.
"""

from __future__ import annotations

from docpriv.model import Kind
from docpriv.pii import checksums
from docpriv.pii.national import NATIONAL
from docpriv.pii.plates import PLATES
from docpriv.pii.shape import Shape

_D = r"[-–—]"
_SSN_WORDS = ("ssn", "social", "security", "ss", "taxpayer", "tin", "itin", "soc")
_EMAIL_CHECK = r"[\w.%+\-']{1,64} ?[@©] ?[\w\-]+(?: ?[.,] ?[\w\-]+){0,4} ?\. ?[A-Za-z]{2,12}(?![\w@])"


def _has_mixed_digits(text: str) -> bool:
    return len(set(checksums.digits_of(text))) >= 3


def _plausible_year(text: str) -> bool:
    return not any(checksums.digits_of(text).startswith(y) for y in ("0000", "9999"))


SHAPES: tuple[Shape, ...] = (
    Shape(entity="EMAIL_ADDRESS", kind=Kind.EMAIL, regex=r"(?<![\w.%+\-'])" + _EMAIL_CHECK, score=0.95),
    Shape(entity="EMAIL_BROKEN", kind=Kind.EMAIL, regex=r"(?<![\w.%+\-])[\w.%+\-]{2,64}@[\w.\-]{3,80}", score=0.6),
    Shape(entity="URL", kind=Kind.URL, regex=r"(?<!\w)(?:https?:/ ?/ ?|www\. ?)[^\s<>\"]{3,}", score=0.8),
    Shape(
        entity="US_SSN",
        kind=Kind.NATIONAL_ID,
        regex=rf"(?<![\w\-–—])\d{{3}} ?{_D} ?\d{{2}} ?{_D} ?\d{{4}}(?![\d\-–—])",
        score=0.75,
        context=_SSN_WORDS,
        misread=True,
    ),
    Shape(
        entity="US_SSN_MASKED",
        kind=Kind.NATIONAL_ID,
        regex=rf"(?<!\w)[X*#•]{{3}} ?{_D} ?[X*#•]{{2}} ?{_D} ?\d{{4}}(?!\d)",
        score=0.7,
    ),
    Shape(
        entity="US_SSN_PLAIN",
        kind=Kind.NATIONAL_ID,
        regex=r"(?<![\w.,$\-])\d{3} ?\d{2} ?\d{4}(?![\w,\-]|\.\d)",
        score=0.15,
        context=("ssn", "social", "itin", "soc"),
        check=_has_mixed_digits,
    ),
    Shape(
        entity="US_EIN",
        kind=Kind.TAX_ID,
        regex=rf"(?<![\w\-])\d{{2}}{_D}\d{{7}}(?![\w\-])",
        score=0.35,
        context=("ein", "fein", "employer", "identification", "taxpayer", "tin", "federal"),
    ),
    Shape(
        entity="US_MBI",
        kind=Kind.MEMBER_ID,
        score=0.55,
        context=("medicare", "mbi", "beneficiary"),
        regex=r"(?<!\w)(?-i:[1-9][AC-HJKMNP-RT-Y][AC-HJKMNP-RT-Y0-9]\d-?[AC-HJKMNP-RT-Y][AC-HJKMNP-RT-Y0-9]\d-?"
        r"[AC-HJKMNP-RT-Y]{2}\d{2})(?!\w)",
    ),
    Shape(
        entity="US_PASSPORT",
        kind=Kind.PASSPORT,
        regex=r"(?<!\w)[A-Z]{0,2}\d{6,9}(?!\w)",
        score=0.1,
        context=("passport",),
    ),
    Shape(
        entity="US_LICENCE",
        kind=Kind.DRIVER_LICENCE,
        score=0.1,
        check=_has_mixed_digits,
        regex=r"(?<![\w\-])(?=[A-Z\d\-]{0,16}\d{3})[A-Z\d][A-Z\d\-]{5,18}(?!\w)",
        context=("dl", "cdl", "oln", "dln", "driver", "drivers", "driving"),
    ),
    Shape(
        entity="CARD",
        kind=Kind.CARD_NUMBER,
        regex=r"(?<![\w.\-])\d(?:[ \-]?\d){13,18}(?![\w\-]|\.\d)",
        score=0.8,
        check=checksums.card,
        misread=True,
    ),
    Shape(
        entity="CARD_13",
        kind=Kind.CARD_NUMBER,
        regex=r"(?<![\w.\-])\d{13}(?![\w\-])",
        score=0.2,
        check=checksums.card,
        context=("card", "visa", "credit", "debit"),
    ),
    Shape(
        entity="CARD_GROUPED",
        kind=Kind.CARD_NUMBER,
        score=0.6,
        check=checksums.card_prefix,
        regex=r"(?<![\w.\-])(?:\d{4}[ \-]\d{4}[ \-]\d{4}[ \-]\d{4}|\d{4}[ \-]\d{6}[ \-]\d{5})(?![\w\-])",
        context=("card", "visa", "mastercard", "amex", "credit", "debit"),
        misread=True,
    ),
    Shape(
        entity="CARD_TWO_LINES",
        kind=Kind.CARD_NUMBER,
        regex=r"(?<![\w.\-])\d{4}[ \-]\d{4}[ \-]?\n\d{4}[ \-]\d{4}(?![\w\-]|\.\d)",
        score=0.8,
        check=checksums.card,
    ),
    Shape(
        entity="CARD_MASKED",
        kind=Kind.CARD_NUMBER,
        regex=r"(?<!\w)(?:[X*•#]{4}[ \-]?){2,3}\d{4}(?!\d)"
        r"|(?<![\w*•#])(?:\d{4}[ \-]?)?[*•#]{4,12}[ \-]?(?!(?:19|20)\d\d)\d{4}(?!\d)",
        score=0.6,
    ),
    Shape(
        entity="IBAN_SHAPE",
        kind=Kind.IBAN,
        score=0.3,
        context=("iban",),
        regex=r"(?<!\w)(?-i:[A-Z]{2}\d{2})(?: ?[A-Z0-9]{4,7}){3,7}(?: ?[A-Z0-9]{1,3})?(?!\w)",
    ),
    Shape(
        entity="IBAN_CHECKED",
        kind=Kind.IBAN,
        score=0.85,
        check=checksums.iban,
        regex=r"(?<!\w)(?-i:[A-Z]{2}[\dOIl]{2})(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,4})?(?!\w)",
    ),
    Shape(entity="SCAN_LINE", kind=Kind.ACCOUNT_NUMBER, regex=r"(?<!\w)\d{20,60}(?!\w)", score=0.5),
    Shape(
        entity="MICR",
        kind=Kind.ACCOUNT_NUMBER,
        score=0.6,
        regex=r"(?<!\w)[1Il|!]?[:;⑆] ?\d{9}\b[ :;|!⑆1Il\"']{0,4}\d{5,17}[ |!\"'1Il]{0,3}",
    ),
    Shape(
        entity="MICR_CHEQUE",
        kind=Kind.ACCOUNT_NUMBER,
        score=0.6,
        regex=r"(?<!\w)[1Il|!:;⑆⑈\"']{0,3}\d{4,12}[1Il|!]?[:;⑆⑈] ?\d{8,10}[1Il|!]?[:;⑆⑈]? ?\d{6,17}(?!\d)",
    ),
    Shape(
        entity="VIN_CHECKED",
        kind=Kind.VEHICLE_ID,
        regex=r"(?<!\w)(?-i:(?=[A-Z0-9]{0,16}[A-Z])[A-Z0-9]{17})(?!\w)",
        score=0.75,
        check=checksums.vin_restored,
    ),
    Shape(
        entity="US_NPI",
        kind=Kind.PERSONAL_ID,
        regex=r"(?<![\w.\-])[12]\d{9}(?![\w\-])",
        score=0.1,
        check=checksums.npi,
        context=("npi",),
    ),
    Shape(
        entity="US_PTIN",
        kind=Kind.TAX_ID,
        regex=r"(?<!\w)P ?\d{8}(?!\w)",
        score=0.2,
        context=("ptin", "preparer", "preparers"),
    ),
    Shape(
        entity="US_DEA",
        kind=Kind.PERSONAL_ID,
        regex=r"(?<!\w)[ABCDEFGHJKLMPRSTUX][A-Z9] ?\d{7}(?!\w)",
        score=0.2,
        check=checksums.dea,
        context=("dea",),
    ),
    Shape(
        entity="US_MEDICARE_CLAIM",
        kind=Kind.MEMBER_ID,
        regex=rf"(?<![\w\-])\d{{3}}{_D}\d{{2}}{_D}\d{{4}} ?{_D}? ?(?:[A-DTW][\dA-Z]?|HA|HB)(?!\w)",
        score=0.7,
    ),
    Shape(
        entity="US_ALIEN_NUMBER",
        kind=Kind.PERSONAL_ID,
        regex=r"(?<!\w)A ?-?\d{2,3}-?\d{3}-?\d{3}(?![\w\-])",
        score=0.2,
        context=("alien", "uscis", "immigration", "a-number"),
    ),
    Shape(
        entity="US_PRISON_NUMBER",
        kind=Kind.PERSONAL_ID,
        regex=r"(?<![\w\-])\d{5}-\d{3}(?![\w\-])",
        score=0.15,
        context=("inmate", "prisoner", "bop", "usm", "reg"),
    ),
    *PLATES,
    Shape(
        entity="VIN",
        kind=Kind.VEHICLE_ID,
        regex=r"(?<!\w)(?-i:[A-HJ-NPR-Z0-9]{17})(?!\w)",
        score=0.4,
        check=checksums.vin,
        context=("vin", "vehicle", "chassis"),
    ),
    Shape(
        entity="PHONE_NANP",
        kind=Kind.PHONE,
        score=0.7,
        check=_plausible_year,
        regex=r"(?<![\w.,$\-])(?:\+? ?1[ .\-]{0,2})?(?:\(\d{3}\) ?[\-.]? ?|\d{3} ?[\-./] ?)"
        r"\d{3} ?[\-.] ?\d{4}(?![\w\-]|[.,]\d)",
    ),
    Shape(
        entity="PHONE_NANP_SPACED",
        kind=Kind.PHONE,
        score=0.3,
        regex=r"(?<![\w.,$\-])(?:\(\d{3}\) ?\d{3} \d{4}|\(?\d{3}\)? \d{3} ?[\-. ] ?\d{4})(?![\w\-]|[.,]\d)",
        context=("phone", "tel", "telephone", "fax", "cell", "mobile", "call", "contact", "ph"),
    ),
    Shape(
        entity="PHONE_AREA",
        kind=Kind.PHONE,
        score=0.6,
        regex=r"(?<![\w.,$\-])\(\d{3}\) ?\d{3} \d{4}(?![\w\-]|[.,]\d)",
    ),
    Shape(
        entity="PHONE_INTERNATIONAL",
        kind=Kind.PHONE,
        score=0.7,
        regex=r"(?<![\w.,$])\+ ?\d{1,3}(?:[ .\-/]{0,2}\(?\d{1,5}\)?){2,6}(?![\w\-]|[.,]\d)",
        check=lambda t: 8 <= len(checksums.digits_of(t)) <= 15,
    ),
    Shape(
        entity="PHONE_LOCAL",
        kind=Kind.PHONE,
        score=0.2,
        regex=r"(?<![\w.,$\-/()])\d{3} ?[\-.] ?\d{4}(?![\w\-]|[.,]\d)",
        context=(
            "phone",
            "tel",
            "telephone",
            "fax",
            "cell",
            "mobile",
            "call",
            "ext",
            "extension",
            "ph",
            "helpline",
        ),
    ),
    *NATIONAL,
)
