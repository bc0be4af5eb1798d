"""Spans of assembled texts and how they become findings on characters; refuses spans that own no
character."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from docpriv.geometry import Quad
from docpriv.model import CharId, Finding, Kind
from docpriv.tape import TextTape

_TRIM = " \t\n\r.,;:|_·•*=<>«»“”\"'`~-–—"
_KEEP_AT_ENDS = frozenset({Kind.PASSWORD, Kind.USERNAME, Kind.MRZ, Kind.DENIED_TERM, Kind.CUSTOM})


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """Code points [start, end) of some text, what they are, and who says so. Holds no text."""

    start: int
    end: int
    kind: Kind
    score: float
    detector: str
    reason: str


def finding_of(hit: Hit, tape: TextTape, page: int) -> Finding | None:
    """The characters that a hit owns, without blanks and punctuation at its ends; None where nothing is
    left."""
    start, end = max(0, hit.start), min(len(tape.text), hit.end)
    trim = " \t\n\r" if hit.kind in _KEEP_AT_ENDS else _TRIM
    while start < end and tape.text[start] in trim:
        start += 1
    while end > start and tape.text[end - 1] in trim:
        end -= 1
    chars = tape.chars(start, end)
    if not chars:
        return None
    return Finding(
        page=page,
        kind=hit.kind,
        score=min(1.0, max(0.0, hit.score)),
        detector=hit.detector,
        reason=hit.reason,
        chars=chars,
    )


_GENERAL = frozenset({Kind.LOCATION, Kind.ORGANIZATION, Kind.DATE, Kind.AMOUNT, Kind.DOCUMENT_NUMBER, Kind.URL})


def unite(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Joins findings of one kind that share characters, and drops the general where the specific owns the
    same.

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
    return tuple(
        sorted(
            _without_twins(kept),
            key=lambda f: (f.page, f.chars[:1] or (CharId(1 << 30, 0),), f.kind, f.detector),
        )
    )


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
        key = f.page, f.chars
        rival = best.get(key)
        quads = _quads_of((f,) if rival is None else (rival, f))
        if rival is None or (f.kind not in _GENERAL, f.score, f.kind) > (
            rival.kind not in _GENERAL,
            rival.score,
            rival.kind,
        ):
            rival = f
        best[key] = replace(rival, quads=quads)
    return [*best.values(), *rest]


def _quads_of(findings: Iterable[Finding]) -> tuple[Quad, ...]:
    """Ink that nobody read and that one of the findings owns: the surest of them may know of none."""
    return tuple(dict.fromkeys(quad for f in findings for quad in f.quads))


def _join(group: list[Finding]) -> list[Finding]:
    owner: dict[CharId, int] = {}
    parts: list[list[Finding]] = []
    for found in group:
        touched = sorted({owner[c] for c in found.chars if c in owner})
        if touched:
            target = touched[0]
            for other in touched[1:]:
                for moved in parts[other]:
                    for c in moved.chars:
                        owner[c] = target
                parts[target] += parts[other]
                parts[other] = []
        else:
            target = len(parts)
            parts.append([])
        parts[target].append(found)
        for c in found.chars:
            owner[c] = target
    joined: list[Finding] = []
    for part in parts:
        if not part:
            continue
        best = max(part, key=lambda f: f.score)
        chars = tuple(sorted({c for f in part for c in f.chars}))
        joined.append(
            Finding(
                page=best.page,
                kind=best.kind,
                score=best.score,
                detector=best.detector,
                reason=best.reason,
                chars=chars,
                quads=_quads_of(part),
            )
        )
    return joined
