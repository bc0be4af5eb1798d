"""Numbers, names of accounts and names in salutations that the word right before or behind them announces; refuses values
that stand further off (labels of forms are the field rules' business)."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from docpriv.model import Kind
from docpriv.pii.digits import digits_guessed
from docpriv.pii.shapes import SHAPES
from docpriv.pii.textspan import Hit
from docpriv.text.words import ADDRESSEES, NOT_NAMES, TITLES, bare, no_name

DETECTOR = "announced"
_NUMBER_WORD = r"(?:\s?(?:nos?|nr|num|numbers?|id|card|code)\b\.?){0,2}"
_MARK = r"\s{0,2}(?:[:#=]|is\b|was\b){0,2}[\s.#:]{0,3}"
_LEAD = _NUMBER_WORD + _MARK
_NUMBERED = r"\s?(?:(?:card|license|licence)\s)?(?:(?:nos?|nr|numbers?|id)\b\.?\s{0,2}[:#]?|#)\s{0,2}[:#]?\s?"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """`first`: the first word, small letters without dots. `lead`: what may stand from its end to the value. `value`: its
    form; the one group is what is covered. `behind`: the value may also stand right before the word. `everyday`: the value
    is a word, so it must be none that forms use."""

    reason: str
    kind: Kind
    first: tuple[str, ...]
    value: str
    lead: str = _LEAD
    check: Callable[[str], bool] | None = None
    score: float = 0.7
    behind: bool = False
    everyday: bool = False


_END = r"(?![\w%]|[.,]\d|[\-/]\d)"
_SECRET = r"([^\s:;,/]\S{2,63})"


def _is_called(value: str) -> bool:
    """Whether a letter is addressed to this by name, not by a role or a title alone."""
    words = [bare(word) for word in value.split()]
    return not any(no_name(word) or word in ADDRESSEES or word in TITLES for word in words)


RULES: tuple[Rule, ...] = (
    Rule(  # a name that is an ordinary word too; any other the name model knows
        reason="salutation",
        kind=Kind.PERSON,
        first=("dear",),
        lead=r"[ \t]{1,3}(?:(?:mr|mrs|ms|miss|mx|dr|prof)\b\.?[ \t]{0,2}){0,2}",
        value=r"([A-Z][\w'’.\-]{1,24}(?: [A-Z][\w'’.\-]{0,24}){0,2}) ?[,:;](?= *(?:[\n\t]|$))",
        check=_is_called,
        score=0.6,
    ),
    Rule(
        reason="ssn",
        kind=Kind.NATIONAL_ID,
        first=("ssn", "ss", "itin", "socsec"),
        behind=True,
        score=0.8,
        value=rf"(\d{{3}}[ .\-–—]{{0,3}}\d{{2}}[ .\-–—]{{0,3}}\d{{4}}){_END}",
    ),
    Rule(
        reason="ssn-last-four",
        kind=Kind.NATIONAL_ID,
        first=("ssn", "ss", "social", "itin"),
        score=0.65,
        lead=r"(?:\s?(?:security|number|no|#)\.?){0,2}[^\n\t\d]{0,14}?"
        r"(?:end(?:ing|s)?(?: in| with)?|last (?:four|4)(?: digits)?)?[\s:#]{1,3}",
        value=r"(?:[xX*•]{1,5}[ \-]?){0,3}(\d{4})(?![\w\-.,/])",
        check=lambda t: not t.startswith(("19", "20")),
    ),
    Rule(
        reason="ssn-last-four",
        kind=Kind.NATIONAL_ID,
        first=("last",),
        score=0.65,
        lead=r" ?(?:four|4)(?: digits)?(?: of)?(?: (?:your|the|his|her))? (?:ssn|social(?: security)?(?: number)?)[\s:#]{1,3}",
        value=r"(\d{4})(?![\w\-.,/])",
    ),
    Rule(
        reason="ending-in",
        kind=Kind.CARD_NUMBER,
        first=("card", "visa", "mastercard", "amex", "discover", "debit", "credit"),
        lead=r"[^\n\t\d]{0,24}?(?:\bend(?:ing|s)?(?: in| with)?|[xX*•#.]{2,16})[ :#\-]{0,3}",
        value=r"(\d{4})(?![\w\-./])",
    ),
    Rule(
        reason="ending-in",
        kind=Kind.ACCOUNT_NUMBER,
        first=("account", "acct", "checking", "savings", "loan", "a"),
        lead=r"[^\n\t\d]{0,24}?(?:\bend(?:ing|s)?(?: in| with)?|[xX*•#]{2,16})[ :#\-]{0,3}",
        value=r"(\d{3,6})(?![\w\-./])",
    ),
    Rule(
        reason="card-last-four",
        kind=Kind.CARD_NUMBER,
        first=("mastercard", "visa", "amex", "discover", "debit", "maestro", "eftpos"),
        lead=r"(?!)",
        value=r"([xX*•#]{1,12}\d{4})",
        behind=True,
    ),
    Rule(
        reason="routing",
        kind=Kind.ACCOUNT_NUMBER,
        first=("routing", "aba", "rtn", "transit"),
        value=r"(\d{9})(?!\w)",
        lead=r"(?:\s?(?:routing|transit|nos?|numbers?|#|/)\.?){0,3}" + _MARK,
    ),
    Rule(
        reason="sort-code",
        kind=Kind.ACCOUNT_NUMBER,
        first=("sort",),
        lead=r"\s?code" + _MARK,
        value=r"(\d{2}[ \-–]\d{2}[ \-–]\d{2}|\d{6})" + _END,
    ),
    Rule(
        reason="account",
        kind=Kind.ACCOUNT_NUMBER,
        first=("account", "acct", "acc", "acount", "konto", "kontonummer", "compte", "cuenta"),
        value=rf"(\d(?:[\d\-]| (?=\d{{3}})){{5,24}}){_END}",
        check=lambda t: sum(c.isdigit() for c in t) >= 6,
    ),
    Rule(reason="iban", kind=Kind.IBAN, first=("iban",), value=r"([A-Z]{2} ?[\dOIlSB]{2}(?: ?[A-Z\d]{2,5}){3,8})(?!\w)"),
    Rule(  # `your file is kept under the number 392514646`
        reason="kept-under",
        kind=Kind.PERSONAL_ID,
        first=("under",),
        lead=r"\s(?:(?:the|our|your|his|her|file|case|record|reference)\s){0,2}(?:number|nos?\.?|nr\.?|ref(?:erence)?\.?)\s?[:#]?\s?",
        value=rf"((?=[A-Z\d\-]{{0,6}}\d{{3}})[A-Z]{{0,4}}-?\d[A-Z\d\-]{{4,18}}){_END}",
        score=0.6,
    ),
    Rule(
        reason="member",
        kind=Kind.MEMBER_ID,
        first=("member", "subscriber", "policy", "medicaid", "hicn", "insured"),
        value=rf"((?=[A-Z\d\- ]{{0,6}}\d{{3}})[A-Z]{{0,4}}[\- ]?\d[A-Z\d\-]{{5,18}}){_END}",
    ),
    Rule(
        reason="medicare",
        kind=Kind.MEMBER_ID,
        first=("medicare", "mbi", "beneficiary", "hicn"),
        lead=_LEAD,
        behind=True,
        value=r"([1-9A-Z][A-Z\d]{2}[A-Z\d]?[ \-]?[A-Z\d]{2,3}[ \-]?[A-Z\d]{4}(?:[ \-]?[A-Z]\d?)?)(?![\w.,])",
        check=lambda t: sum(c.isdigit() for c in t) >= 5,
    ),
    Rule(
        reason="alien-number",
        kind=Kind.PERSONAL_ID,
        first=("alien", "uscis", "immigration", "anumber"),
        behind=True,
        lead=r"(?:\s(?:registration|reg)\.?)?" + _LEAD,
        value=r"(A?-?\d{2,3}[ \-]?\d{3}[ \-]?\d{3})" + _END,
    ),
    Rule(
        reason="alien-number",
        kind=Kind.PERSONAL_ID,
        first=("a",),
        lead=r" ?(?:#|no\.|number) ?:? ?",
        value=r"(\d{3}[ \-]?\d{3}[ \-]?\d{3}|\d{8})" + _END,
    ),
    Rule(
        reason="prison-number",
        kind=Kind.PERSONAL_ID,
        first=("inmate", "prisoner", "bop", "usm"),
        behind=True,
        lead=r"(?:\s(?:registration|register|reg)\.?)?" + _LEAD,
        value=r"(\d{5}-\d{3}|[A-Z]{0,2}\d{5,8})" + _END,
    ),
    Rule(
        reason="licence-number",
        kind=Kind.DRIVER_LICENCE,
        first=("dl", "cdl", "oln", "dln"),
        value=r"([A-Z]{0,2}\d[\dA-Z \-]{4,17}\d)" + _END,
    ),
    Rule(
        reason="bar-number",
        kind=Kind.PERSONAL_ID,
        first=(
            "bar",
            "badge",
            "shield",
            "license",
            "licence",
            "lic",
            "member",
            "employee",
            "student",
            "inmate",
            "payroll",
            "clock",
            "locker",
            "voter",
        ),
        lead=_NUMBERED,
        value=r"((?=[A-Z\d\-]{0,4}\d{2})[A-Z]{0,3}-?\d[A-Z\d\-]{2,15})(?![\w%]|[.,]\d)",
        score=0.65,
    ),
    Rule(reason="npi", kind=Kind.PERSONAL_ID, first=("npi",), value=r"(\d{10})(?!\w)", behind=True),
    Rule(reason="dea", kind=Kind.PERSONAL_ID, first=("dea",), value=r"([A-Z][A-Z9] ?\d{7})(?!\w)"),
    Rule(
        reason="passport",
        kind=Kind.PASSPORT,
        first=("passport", "reisepass", "passeport", "pasaporte"),
        behind=True,
        value=r"([A-Z]{0,2} ?\d{6,9}|[A-Z\d]{2}\d{5,7}[A-Z]?)" + _END,
    ),
    Rule(
        reason="nino",
        kind=Kind.NATIONAL_ID,
        first=("ni", "nino", "insurance"),
        value=r"([A-Z]{2} ?\d{2} ?\d{2} ?\d{2}(?: ?[A-D])?)(?!\w)",
    ),
    Rule(
        reason="nhs", kind=Kind.MEDICAL_RECORD_NUMBER, first=("nhs",), value=r"(\d{3}[ \-]?\d{3}[ \-]?\d{4})(?!\w)", behind=True
    ),
    Rule(
        reason="sin",
        kind=Kind.NATIONAL_ID,
        first=("sin", "nas"),
        value=r"(\d{3}[ \-]?\d{3}[ \-]?\d{3})" + _END,
        behind=True,
    ),
    Rule(reason="tfn", kind=Kind.TAX_ID, first=("tfn",), value=r"(\d{3}[ \-]?\d{3}[ \-]?\d{2,3})" + _END, behind=True),
    Rule(reason="tfn", kind=Kind.TAX_ID, first=("tax",), lead=r" file" + _LEAD, value=r"(\d{3}[ \-]?\d{3}[ \-]?\d{2,3})" + _END),
    Rule(reason="pan", kind=Kind.TAX_ID, first=("pan",), value=r"([A-Z]{5} ?\d{4} ?[A-Z])(?!\w)", behind=True),
    Rule(
        reason="aadhaar",
        kind=Kind.NATIONAL_ID,
        first=("aadhaar", "aadhar", "uidai"),
        value=r"(\d{4}[ \-]?\d{4}[ \-]?\d{4})(?!\w)",
        behind=True,
    ),
    Rule(reason="pps", kind=Kind.NATIONAL_ID, first=("pps", "ppsn"), value=r"(\d{7} ?[A-Z]{1,2})(?!\w)", behind=True),
    Rule(
        reason="steuer-id",
        kind=Kind.TAX_ID,
        first=("idnr", "steuerid", "identifikationsnummer"),
        value=r"(\d{2} ?\d{3} ?\d{3} ?\d{3})(?!\w)",
        behind=True,
    ),
    Rule(
        reason="identity-card",
        kind=Kind.NATIONAL_ID,
        first=("personalausweis", "ausweis"),
        lead=r"-?" + _LEAD,
        value=r"((?=[A-Z\d]{0,8}\d)[A-Z\d]{9} ?\d?)(?!\w)",
    ),
    Rule(
        reason="social-security-abroad",
        kind=Kind.NATIONAL_ID,
        first=("ss", "secu", "sécu", "sécurité", "nir", "rvnr", "svnr", "ahv", "rentenversicherungsnummer"),
        lead=r"(?:\s(?:sociale))?" + _LEAD,
        value=r"(\d(?:[ .]?[\dABJ]){8,14})(?!\w)",
    ),
    Rule(reason="hong-kong", kind=Kind.NATIONAL_ID, first=("hkid",), value=r"([A-Z]{1,2}\d{6} ?\(?[\dA]\)?)(?!\w)"),
    Rule(
        reason="individual-number",
        kind=Kind.NATIONAL_ID,
        first=("my", "individual"),
        lead=r" number" + _MARK,
        value=r"(\d{4} ?\d{4} ?\d{4})(?!\w)",
    ),
    Rule(
        reason="plate",
        kind=Kind.LICENCE_PLATE,
        first=("plate", "tag", "plates", "lic", "vrm", "vrn", "kennzeichen"),
        lead=_NUMBERED,
        value=r"((?=[A-Z\d \-]{0,7}\d)(?=[A-Z\d \-]{0,7}[A-Z])[A-Z\d]{1,4}[ \-]?[A-Z\d]{2,5})(?![\w\-])",
        score=0.6,
    ),
    Rule(
        reason="plate",
        kind=Kind.LICENCE_PLATE,
        first=("reg", "registration", "vehicle", "car"),
        lead=r"(?:\s?(?:nos?|numbers?|plate|mark|reg|#)\.?){0,2}" + _MARK,
        value=r"([A-Z]{2}\d{2} ?[A-Z]{3}|[A-Z]\d{1,3} ?[A-Z]{3})(?![\w\-])",
        behind=True,
        score=0.6,
    ),
    Rule(
        reason="vin",
        kind=Kind.VEHICLE_ID,
        first=("vin", "chassis"),
        value=r"([A-Z\d]{3,17}(?:[ \-]?[A-Z\d]{3,14}){0,4})(?!\w)",
        behind=True,
        check=lambda t: 16 <= sum(c.isalnum() for c in t) <= 18 and sum(c.isdigit() for c in t) >= 4,
    ),
    Rule(
        reason="ip",
        kind=Kind.IP_ADDRESS,
        first=("ip", "host"),
        lead=r"(?:\s?address(?:es)?)?" + _MARK,
        value=r"(\d{1,3}(?:\. ?\d{1,3}){3})(?![\w.])",
    ),
    Rule(
        reason="pin",
        kind=Kind.PASSWORD,
        first=("pin", "passcode", "otp"),
        lead=r"(?: ?(?:code|number|no)\b\.?)?" + _MARK,
        value=r"(\d{4,8})(?![\w%]|[.,/\-]\d)",
        check=lambda t: len(t) > 4 or not t.startswith(("19", "20")),
    ),
    Rule(
        reason="password",
        kind=Kind.PASSWORD,
        first=("password", "passwd", "pwd", "pw", "passphrase", "passwort", "kennwort", "contraseña"),
        lead=r"\s?(?:[:=]|\bis:?)\s?",
        value=_SECRET,
        everyday=True,
    ),
    Rule(
        reason="password",
        kind=Kind.PASSWORD,
        first=("password", "passwd", "pwd", "pw", "passphrase"),
        lead=r" ",
        value=r"(?=\S{0,63}\d)(?=\S{0,63}[A-Za-z])(\S{6,64})",
    ),
    Rule(
        reason="username",
        kind=Kind.USERNAME,
        first=(
            "user",
            "username",
            "userid",
            "login",
            "logon",
            "benutzername",
            "usuario",
            "skype",
            "icq",
            "twitter",
            "instagram",
            "telegram",
            "snapchat",
            "tiktok",
            "wechat",
        ),
        lead=r"(?:\s?(?:name|id|handle))?\s?[:=]\s?",
        value=_SECRET,
        everyday=True,
    ),
    Rule(
        reason="username",
        kind=Kind.USERNAME,
        first=("skype", "icq", "twitter", "instagram", "telegram", "snapchat", "tiktok", "wechat"),
        lead=r"(?:\s?(?:name|id|handle))? ",
        value=r"(@?(?=[\w.]{0,30}[\d_])[A-Za-z][\w.]{3,30})(?!\w)",
        score=0.55,
        check=lambda t: not re.fullmatch(r"(?:19|20)\d\d", t),
    ),
)

# The words that name a number whose shape asks for none of its own; the shapes with context words have theirs.
_NAMED = {
    "BR_CPF": ("cpf",),
    "CL_RUT": ("rut", "run"),
    "CH_AHV": ("ahv", "avs"),
    "SG_NRIC": ("nric",),
    "HK_ID": ("hkid",),
    "NO_BIRTH_NUMBER": ("fødselsnummer", "personnummer"),
    "ES_NIE": ("nie", "nif", "dni"),
    "ES_NIF_DOTTED": ("nif", "dni"),
    "ES_NIF_DASH": ("nif", "dni"),
    "IT_FISCAL_CODE": ("fiscale", "cf"),
    "FR_NIR": ("nir", "sécu"),
    "BE_NATIONAL": ("rijksregisternummer", "national"),
    "FI_HETU": ("hetu", "henkilötunnus"),
    "DE_PENSION": ("rvnr", "rentenversicherungsnummer"),
    "NL_BSN_DOTTED": ("bsn", "burgerservicenummer"),
}
_EVERYDAY = frozenset({"tax", "social", "individual", "vehicle", "national", "insurance", "documento", "identidad", "permanent"})
RULES += tuple(
    Rule(reason="named-number", kind=shape.kind, first=words, value=f"((?i:{shape.regex}))", score=0.65)
    for shape in SHAPES
    if shape.check is not None and shape.kind is not Kind.PHONE
    if (words := (*(w for w in shape.context if w not in _EVERYDAY), *_NAMED.get(shape.entity, ())))
)
"""What a word names is that number, although its check digit fails: one misread digit makes a real number invalid."""

_WORD = re.compile(r"(?<!\w)(?:[^\W\d_]\.){2,5}|[^\W\d_]+")
_Compiled = tuple[Rule, re.Pattern[str], re.Pattern[str] | None]


def _compiled() -> dict[str, list[_Compiled]]:
    table: dict[str, list[_Compiled]] = {}
    for rule in RULES:
        ahead = re.compile(rf"(?i:{rule.lead}){rule.value}")
        back = re.compile(rf"(?<![\w\-.,$/]){rule.value}[ \t]?[(\-,:]?[ \t]?$") if rule.behind else None
        for word in rule.first:
            table.setdefault(word, []).append((rule, ahead, back))
    return table


_TABLE = _compiled()
_REACH = 30  # characters before a word where its value may stand


def scores_of(reason: str) -> tuple[float, float]:
    """The least and the highest score of the rules with one reason."""
    scores = [r.score for r in RULES if r.reason == reason]
    return min(scores), max(scores)


def find_announced(text: str) -> list[Hit]:
    """Values right behind the words that announce them, and right before those that may follow their value."""
    hits: list[Hit] = []
    guessed = ""
    for word in _WORD.finditer(text):
        rules = _TABLE.get(word[0].lower().replace(".", ""))
        if rules is None:
            continue
        guessed = guessed or digits_guessed(text)
        for rule, ahead, back in rules:
            found = ahead.match(text, word.end()) or (None if rule.everyday else ahead.match(guessed, word.end()))
            if found is not None and _holds(rule, text, guessed, found.span(1)):
                hits.append(_hit(rule, found.span(1)))
                continue
            if back is not None:
                line = max(text.rfind("\n", 0, word.start()), text.rfind("\t", 0, word.start())) + 1
                start = max(line, word.start() - _REACH)
                before = back.search(text[start : word.start()]) or back.search(guessed[start : word.start()])
                if before is not None:
                    span = start + before.start(1), start + before.end(1)
                    if _holds(rule, text, guessed, span):
                        hits.append(_hit(rule, span))
    return hits


def _holds(rule: Rule, text: str, guessed: str, span: tuple[int, int]) -> bool:
    value = text[span[0] : span[1]]
    if rule.everyday and value.strip(".,;:!?()").lower() in NOT_NAMES:
        return False
    return rule.check is None or rule.check(value) or rule.check(guessed[span[0] : span[1]])


def _hit(rule: Rule, span: tuple[int, int]) -> Hit:
    return Hit(start=span[0], end=span[1], kind=rule.kind, score=rule.score, detector=DETECTOR, reason=rule.reason)
