"""Short lists of words that decide whether a capitalised token can be part of a person's name; holds no names."""

from __future__ import annotations

import re

ORGANISATION_WORDS = frozenset("""
inc incorporated llc llp ltd limited corp corporation company co plc gmbh ag kg sa srl spa bv nv oy ab as pty lp
bank trust fund insurance assurance group holdings partners partnership associates association assoc society institute
institution foundation university college school academy department dept division bureau office agency administration
commission committee council ministry embassy government hospital clinic medical center centre laboratory laboratories
labs services service systems solutions technologies industries international enterprises store stores shop market
restaurant hotel church club union league federation authority board court press news magazine network studio studios
team support sales billing accounting marketing research development manufacturing products brands tobacco energy
utilities electric gas water airlines railway motors pharmacy consulting communications media
""".split())

NOT_NAMES = frozenset("""
a an the and or of for to in on at by with from is are was were be been has have had will shall may must can not no yes
this that these those it its as if then else when where which who whom whose what why how all any each every some none
your our their his her my you we they he she i me us them see please page date time total amount number phone fax tel
email mail address street city state zip code country name title signature signed position occupation description item
qty quantity price unit invoice order account balance due paid payment tax subtotal payable bill ship sold customer
client patient member group plan policy claim form section part line box check copy original file type status class
male female sex age birth born dob expires issued issue expiration none n/a na unknown other same above below attached
january february march april may june july august september october november december monday tuesday wednesday thursday
friday saturday sunday jan feb mar apr jun jul aug sep sept oct nov dec mon tue wed thu fri sat sun
north south east west new old main united states america american national federal general public private
subject re cc bcc memo memorandum confidential draft final report letter dear sincerely regards yours truly thank thanks
registrant principal foreign agent applicant owner president director manager secretary treasurer chairman chief officer
vice senior junior executive assistant assist supervisor coordinator employer employee employees payer recipient
recipients borrower lender beneficiary insured subscriber provider physician attorney witness notary public judge
road avenue ave blvd boulevard drive lane court place suite floor apt po pobox room building house park square
first last middle given family maiden initial initials print printed type typed full legal business trade
visa mastercard discover amex credit debit card cash checking savings deposit withdrawal transfer
telephone mobile cell home work office website web www http https internet online use used using only void
""".split())

TITLES = frozenset("mr mrs ms miss mx dr prof sir madam rev hon mme mlle herr frau sr sra señor señora m".split())
PARTICLES = frozenset("de da do dos das del della di du des la le van von der den ter ten bin al el y e st san mc mac o'".split())
SUFFIXES = frozenset("jr sr ii iii iv esq md phd dds cpa do rn pe".split())

_TOKEN = re.compile(r"[^\W\d_]+(?:['’`.\-][^\W\d_]+)*\.?")


def tokens_of(text: str) -> list[re.Match[str]]:
    """Words made of letters, with inner apostrophes, dots and hyphens and a final dot."""
    return list(_TOKEN.finditer(text))


def bare(token: str) -> str:
    return token.strip(".'’`-").lower()


def namelike(token: str) -> bool:
    """A capitalised or upper-case word, an initial or a particle that may stand in a name."""
    word = bare(token)
    if not word or word in NOT_NAMES or word in ORGANISATION_WORDS:
        return False
    return token[0].isupper() or word in PARTICLES


def edit_distance(a: str, b: str, most: int) -> int:
    """Levenshtein distance, or most + 1 as soon as it is known to be larger."""
    if abs(len(a) - len(b)) > most:
        return most + 1
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        previous, row[0] = row[0], i
        least = i
        for j, y in enumerate(b, 1):
            previous, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, previous + (x != y))
            least = min(least, row[j])
        if least > most:
            return most + 1
    return row[-1]


_FOLD = str.maketrans({"0": "o", "1": "l", "i": "l", "|": "l", "!": "l", "5": "s", "$": "s", "8": "b", "2": "z", "6": "g",
                       "’": "'", "`": "'", "é": "e", "è": "e", "ê": "e", "á": "a", "à": "a", "â": "a", "ä": "a", "ã": "a",
                       "ó": "o", "ò": "o", "ô": "o", "ö": "o", "õ": "o", "í": "l", "ì": "l", "ï": "l", "î": "l", "ú": "u",
                       "ù": "u", "ü": "u", "û": "u", "ñ": "n", "ç": "c", "ß": "s", "q": "g", "j": "l"})


def fold(text: str) -> str:
    """Text with letters that readers confuse made equal: lower case, 0=O, 1=l=I=j, 5=S, rn=m, vv=w, no accents."""
    return text.lower().translate(_FOLD).replace("rn", "m").replace("vv", "w").replace("cl", "d")
