"""Spans of assembled texts, and how they become findings on characters that are united."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from docpriv.geometry import Quad
from docpriv.model import CharId, Finding, Kind
from docpriv.tape import TextTape

_TRIM = " \t\n\r.,;:|_·•*=<>«»“”\"'`~-–—"
_KEEP_AT_ENDS = frozenset({Kind.PASSWORD, Kind.USERNAME, Kind.MRZ, Kind.DENIED_TERM, Kind.CUSTOM})


@dataclass(frozen=True, slots=True)
class Hit:
    """Code points [start, end) of some text, what they are, and who says so. Holds no text."""

    start: int
    end: int
    kind: Kind
    score: float
    detector: str
    reason: str


def trimmed(text: str, start: int, end: int, before: str, behind: str) -> tuple[int, int]:
    """The span without these signs at its beginning and end; an empty one where no others are left."""
    while start < end and text[start] in before:
        start += 1
    while end > start and text[end - 1] in behind:
        end -= 1
    return start, end


def finding_of(hit: Hit, tape: TextTape, page: int) -> Finding | None:
    """The characters that a hit owns, without blanks and punctuation at its ends; None where nothing is left."""
    trim = " \t\n\r" if hit.kind in _KEEP_AT_ENDS else _TRIM
    chars = tape.chars(*trimmed(tape.text, max(0, hit.start), min(len(tape.text), hit.end), trim, trim))
    score = min(1.0, max(0.0, hit.score))
    return (
        Finding(page=page, kind=hit.kind, score=score, detector=hit.detector, reason=hit.reason, chars=chars) if chars else None
    )


_GENERAL = frozenset({Kind.LOCATION, Kind.ORGANIZATION, Kind.DATE, Kind.AMOUNT, Kind.DOCUMENT_NUMBER, Kind.URL})


def unite(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Joins findings of one kind that share characters, and drops the general where the specific owns the same.

    A place, organisation or date whose characters all belong to a personal kind goes; a personal finding
    inside an organisation stays, since covering too little is the worse fault. Order: page, first
    character, kind.
    """
    merged: list[Finding] = []
    by_kind: dict[tuple[int, Kind], list[Finding]] = {}
    for found in findings:
        if found.chars:
            by_kind.setdefault((found.page, found.kind), []).append(found)
        else:
            merged.append(found)
    for group in by_kind.values():
        merged.extend(_join(group))
    owned: dict[int, set[CharId]] = {}
    for found in merged:
        if found.kind not in _GENERAL and found.kind is not Kind.CUSTOM:  # CUSTOM says nothing of what it is
            owned.setdefault(found.page, set()).update(found.chars)
    kept = [
        f for f in merged if f.kind not in _GENERAL or f.quads or not f.chars or not owned.get(f.page, set()).issuperset(f.chars)
    ]
    return tuple(sorted(_without_twins(kept), key=lambda f: (f.page, f.chars[:1] or (CharId(1 << 30, 0),), f.kind, f.detector)))


def _without_twins(findings: list[Finding]) -> list[Finding]:
    """Of two kinds that own exactly the same characters the surer one; both where one of them owns more.

    A policy may cover one kind and not the other, so a finding inside a larger one is never dropped for it.
    """
    best: dict[tuple[int, tuple[CharId, ...]], Finding] = {}
    rest = []
    for f in findings:
        if not f.chars or f.kind in {Kind.DENIED_TERM, Kind.CUSTOM}:
            rest.append(f)
            continue
        rival = best.get((f.page, f.chars), f)
        surer = max(rival, f, key=lambda one: (one.kind not in _GENERAL, one.score, one.kind))
        best[f.page, f.chars] = replace(surer, quads=_quads_of((rival, f)))
    return [*best.values(), *rest]


def _quads_of(findings: Iterable[Finding]) -> tuple[Quad, ...]:
    """Ink that nobody read and that one of the findings owns: the surest of them may know of none."""
    return tuple(dict.fromkeys(quad for f in findings for quad in f.quads))


def _join(group: Iterable[Finding]) -> list[Finding]:
    """Findings that share characters, directly or over others, as one: the surest with the characters and ink of all."""
    parts: list[tuple[set[CharId], list[Finding]]] = []
    for found in group:
        touched = [part for part in parts if not part[0].isdisjoint(found.chars)]
        if not touched:
            parts.append((set(found.chars), [found]))
            continue
        chars, members = touched[0]
        for part in touched[1:]:
            chars |= part[0]
            members += part[1]
            parts.remove(part)
        chars.update(found.chars)
        members.append(found)
    return [
        replace(max(members, key=lambda f: f.score), chars=tuple(sorted(chars)), quads=_quads_of(members))
        for chars, members in parts
    ]
