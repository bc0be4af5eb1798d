"""Reads the open corpora that the model may learn from; reads none whose terms ask for share-alike or forbid trade.

Each reader takes the folder that holds all sets (`wnut17/`, `wikigold/`, ...). What is read and under which terms is
listed in `attribution.py`; a test compares the two.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from docpriv_lab.names_model.samples import LOCATION, ORGANIZATION, PERSON, Annotation, Draft, Sample

WIKIGOLD_HELD_OUT: Final = 400  # sentences at the end of wikigold that are never trained on

_TAGS: Final = {
    "PER": PERSON,
    "PERSON": PERSON,
    "LOC": LOCATION,
    "LOCATION": LOCATION,
    "ORG": ORGANIZATION,
    "CORPORATION": ORGANIZATION,
}
_NO_SPACE_BEFORE: Final = frozenset(
    [".", ",", ";", ":", "!", "?", ")", "]", "}", "%", "''", "n't", "'s", "'re", "'ve", "'ll", "'m", "'d", "’s"]
)
_NO_SPACE_AFTER: Final = frozenset(["(", "[", "{", "$", "``"])

# SEC-filings tags the roles of a contract ("Lender") as persons; a redactor that learns this blacks out contracts.
_CONTRACT_ROLE: Final = re.compile(
    r"(?:the )?(?:lender|borrower|company|guarantor|agent|bank|tenant|landlord|executive|seller|buyer|parent|holder"
    r"|trustee|issuer|employee|employer|.*agent|.*lender.*|.*borrower.*|purchaser|subsidiary|affiliate.*|grantor"
    r"|secured party|pledgor)s?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Corpora:
    """The natural-language sets, split into what is trained on and what is only measured."""

    wikigold: tuple[Sample, ...]
    wnut17: tuple[Sample, ...]
    btc: tuple[Sample, ...]
    sec: tuple[Sample, ...]
    wikigold_test: tuple[Sample, ...]
    wnut17_test: tuple[Sample, ...]
    sec_test: tuple[Sample, ...]


def from_tokens(tokens: Sequence[str], tags: Sequence[str], source: str) -> Sample:
    """A sentence from its tokens and BIO (or IO) tags, lightly detokenised; unknown tag types count as O."""
    draft = Draft()
    pieces: list[tuple[int, int, str, str | None]] = []
    previous = ""
    for token, tag in zip(tokens, tags, strict=True):
        tight = not draft.text or token in _NO_SPACE_BEFORE or previous in _NO_SPACE_AFTER
        draft.add("" if tight else " ")
        prefix, _, kind = tag.partition("-")
        start = len(draft.text)
        draft.add(token)
        pieces.append((start, len(draft.text), prefix, _TAGS.get(kind.upper())))
        previous = token
    annotations: list[Annotation] = []
    inside: str | None = None
    for start, end, prefix, label in pieces:
        if label is not None and prefix == "I" and inside == label:
            annotations[-1] = Annotation(start=annotations[-1].start, end=end, label=label)
        elif label is not None:
            annotations.append(Annotation(start=start, end=end, label=label))
        inside = label
    return Sample(text=draft.text, annotations=tuple(annotations), source=source)


def read_conll(path: Path, source: str) -> list[Sample]:
    """Sentences of a file with one token a line (first column) and its tag (last column), blank lines between."""
    samples: list[Sample] = []
    tokens: list[str] = []
    tags: list[str] = []
    for line in [*path.read_text(encoding="utf-8", errors="replace").splitlines(), ""]:
        columns = line.split()
        if not columns or columns[0] == "-DOCSTART-":
            if tokens:
                samples.append(from_tokens(tokens, tags, source))
            tokens, tags = [], []
        elif len(columns) >= 2:
            tokens.append(columns[0])
            tags.append(columns[-1])
    return samples


def read_corpora(root: Path) -> Corpora:
    """All natural-language sets. Raises FileNotFoundError when one is absent."""
    wikigold = read_conll(root / "wikigold/CONLL-format/data/wikigold.conll.txt", "wikigold")
    wnut = [
        sample for name in ("wnut17train.conll", "emerging.dev.conll") for sample in read_conll(root / "wnut17" / name, "wnut17")
    ]
    btc = [sample for letter in "abefgh" for sample in read_conll(root / f"BTC/CONLL-format/data/{letter}.conll", "btc")]
    sec = root / "SEC-filings/CONLL-format/data"
    return Corpora(
        wikigold=tuple(wikigold[:-WIKIGOLD_HELD_OUT]),
        wnut17=tuple(map(_without_handles, wnut)),
        btc=tuple(map(_without_handles, btc)),
        sec=tuple(map(_without_roles, read_conll(sec / "train/FIN5.txt", "sec"))),
        wikigold_test=tuple(wikigold[-WIKIGOLD_HELD_OUT:]),
        wnut17_test=tuple(read_conll(root / "wnut17/emerging.test.annotated", "wnut17")),
        sec_test=tuple(map(_without_roles, read_conll(sec / "test/FIN3.txt", "sec"))),
    )


def _without_roles(sample: Sample) -> Sample:
    kept = (
        item
        for item in sample.annotations
        if item.label == LOCATION or not _CONTRACT_ROLE.fullmatch(sample.text[item.start : item.end].strip())
    )
    return Sample(text=sample.text, annotations=tuple(kept), source=sample.source)


def _without_handles(sample: Sample) -> Sample:
    """Tweets: "@name" is not a name that a document shows."""
    kept = (
        item
        for item in sample.annotations
        if sample.text[item.start] != "@" and not sample.text[: item.start].rstrip(" ").endswith("@")
    )
    return Sample(text=sample.text, annotations=tuple(kept), source=sample.source)


def read_addresses(root: Path, *, held_out: bool) -> list[str]:
    """US address lines from usaddress (labelled, MIT): 8 to 120 characters, with a number, without a recipient."""
    if held_out:
        folder, names = root / "usaddress/measure_performance/test_data", ["us50_test_tagged.xml", "labeled.xml"]
    else:
        folder = root / "usaddress/training"
        names = ["labeled.xml", "us50_train_tagged.xml", "multi_word_state_addresses.xml"]
    found: list[str] = []
    for name in names:
        for tags, text in _xml_items(folder / name):
            line = re.sub(r"\s+,", ",", text).strip(" ,")
            numbered = bool({"AddressNumber", "USPSBoxID"} & tags)
            if numbered and "Recipient" not in tags and 8 <= len(line) <= 120:
                found.append(line)
    return found


def read_companies(root: Path) -> list[str]:
    """Company names from probablepeople (labelled, MIT), sorted; names all in lower case are put in title case."""
    names = (text for _, text in _xml_items(root / "probablepeople/name_data/labeled/company_labeled.xml"))
    return sorted({name.title() if name.islower() else name for name in names if 3 < len(name) < 60})


def _xml_items(path: Path) -> Iterable[tuple[set[str], str]]:
    """Tags and joined text of each item. The files are the developer's own copy of a published set."""
    for item in ElementTree.parse(path).getroot():  # noqa: S314
        yield {part.tag for part in item}, " ".join((part.text or "").strip() for part in item)
