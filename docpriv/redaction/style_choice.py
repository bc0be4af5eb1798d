"""Which style a region gets, by the policy and its reasons: a weaker style never wins over a safer one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from docpriv.model import Kind, Region
from docpriv.options import Policy
from docpriv.styles import STYLES, Style, problem_of
from docpriv.styles.fill import FILL
from docpriv.styles.label import spoken

MOST_CAPTION = 100  # signs


def chosen_style(kinds: Iterable[Kind], policy: Policy) -> tuple[Style, Kind]:
    """The style of a region of these kinds, and the first kind that it is for.

    The safest that one of the kinds has. Of styles that leave nothing of what stood there, one that `policy.styles` names
    for a kind comes before `policy.style`. A style that is not for all of the kinds counts as a fill.
    """
    all_kinds = tuple(kinds) or (Kind.MANUAL,)
    wanted = {kind: _fitting(STYLES[policy.styles.get(kind, policy.style)], all_kinds, policy) for kind in all_kinds}
    ranks = list(STYLES.values())
    safest = min(wanted.values(), key=ranks.index)
    if safest.leaves_nothing:
        named = [style for kind, style in wanted.items() if kind in policy.styles and style.leaves_nothing]
        safest = min(named, key=ranks.index, default=safest)
    return safest, next(kind for kind, style in wanted.items() if style is safest)


def settled(region: Region, policy: Policy) -> Region:
    """The region with a style, what the style writes, and the numbers that it draws with.

    A style and a caption that it has already stay; so does what a style keeps of its numbers.
    """
    if region.style:
        style, kind = STYLES[region.style], region.reasons[0].kind if region.reasons else Kind.MANUAL
    else:
        style, kind = chosen_style((reason.kind for reason in region.reasons), policy)
    caption = region.caption or (caption_of(kind, policy) if style.text != "nothing" else "")
    settings = style.settings(region.boxes, region.settings, policy.epsilon)
    return replace(region, style=style.name, caption=caption, settings=settings)


def caption_of(kind: Kind, policy: Policy) -> str:
    """What the label of a kind says: the reason code that the policy gives for it, or its name in brackets."""
    return policy.captions.get(kind) or f"[{spoken(kind)}]"


def unfit(region: Region, policy: Policy) -> tuple[str, str] | None:
    """Why the style that a region names is refused, and what to do; None where it may be drawn, or none is named."""
    if region.style and region.style not in STYLES:
        return "a style that is not known", f"Styles: {', '.join(STYLES)}; see `docpriv styles`."
    if len(region.caption) > MOST_CAPTION or not (region.caption + " ").isprintable():
        return f"a caption of more than {MOST_CAPTION} signs, or of signs that cannot be written", "Shorten it, or leave it out."
    problems = (
        problem_of(STYLES[region.style], kind, allow_reversible=policy.allow_reversible)
        for kind in (dict.fromkeys(r.kind for r in region.reasons) or (Kind.MANUAL,))
        if region.style
    )
    return next((problem for problem in problems if problem is not None), None)


def _fitting(style: Style, kinds: Iterable[Kind], policy: Policy) -> Style:
    refused = any(problem_of(style, kind, allow_reversible=policy.allow_reversible) for kind in kinds)
    return FILL if refused else style
