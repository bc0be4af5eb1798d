"""How wide characters are in print, one beside another."""

from __future__ import annotations

# Advance widths of Helvetica in 1/1000 em (Adobe Core 14 AFM); what is not listed is 556, wide scripts 1000.
_NARROW = {
    **dict.fromkeys("ijl'|!.,;:I ft/\\[]()`", 278),
    **dict.fromkeys('r-"', 333),
    **dict.fromkeys("mMW@%", 880),
    **dict.fromkeys("ABEKPSVXY&", 667),
    **dict.fromkeys("CDHNRUw", 722),
    **dict.fromkeys("GOQ", 778),
    **dict.fromkeys("ckvxyzs", 500),
}


def advance(text: str) -> float:
    """Relative width of a code point in a proportional font."""
    return _NARROW.get(text, 556 if ord(text[0]) < 0x2E80 else 1000)
