"""Which style a region gets, by the policy and its reasons; refuses to let a weaker style win over a safer one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from docpriv.model import Kind, Region
from docpriv.options import SAFEST_FIRST, Policy, Style, style_problem
from docpriv.redaction.styles.label import caption_of
from docpriv.redaction.styles.painter import Painter

# These leave nothing of what stood there, so what was asked for one kind by name comes before the style of all the others.
_LEAVE_NOTHING = SAFEST_FIRST[:4]
MOST_CAPTION = 100  # signs


def chosen_style(kinds: Iterable[Kind], policy: Policy) -> tuple[Style, Kind]:
    """The style of a region of these kinds, and the first kind that it is for.

    The safest that one of the kinds has. Of styles that leave nothing of what stood there, one that `policy.styles` names
    for a kind comes before `policy.style`. A style that is not for all of the kinds counts as a fill.
    """
    all_kinds = tuple(kinds) or (Kind.MANUAL,)
    wanted = {kind: _fitting(policy.styles.get(kind, policy.style), all_kinds, policy) for kind in all_kinds}
    safest = min(wanted.values(), key=SAFEST_FIRST.index)
    if safest in _LEAVE_NOTHING:
        named = [style for kind, style in wanted.items() if kind in policy.styles and style in _LEAVE_NOTHING]
        safest = min(named, key=SAFEST_FIRST.index, default=safest)
    return safest, next(kind for kind, style in wanted.items() if style is safest)


def settled(region: Region, policy: Policy, painters: Mapping[Style, Painter]) -> Region:
    """The region with a style, what the style writes, and the numbers that it draws with.

    A style and a caption that it has already stay; so does a privacy budget that is smaller than the policy's.
    """
    style, kind = (
        (Style(region.style), _first(region))
        if region.style
        else chosen_style((reason.kind for reason in region.reasons), policy)
    )
    caption = region.caption or (caption_of(kind, policy) if style in {Style.LABEL, Style.PSEUDONYM} else "")
    given = dict(region.settings)
    settings = tuple(
        (name, min(value, given[name]) if name == "epsilon" and given.get(name, 0) > 0 else value)
        for name, value in painters[style].settings(region.boxes, policy)
    )
    settings = region.settings if style is Style.PSEUDONYM else settings  # the line on which the text ran
    return replace(region, style=style.value, caption=caption, settings=settings)


def unfit(region: Region, policy: Policy) -> tuple[str, str] | None:
    """Why the style that a region names is refused, and what to do; None where it may be drawn, or none is named."""
    if region.style and region.style not in set(Style):
        return "a style that is not known", f"Styles: {', '.join(Style)}; see `docpriv styles`."
    if len(region.caption) > MOST_CAPTION or not (region.caption + " ").isprintable():
        return f"a caption of more than {MOST_CAPTION} signs, or of signs that cannot be written", "Shorten it, or leave it out."
    problems = (
        style_problem(Style(region.style), kind, allow_reversible=policy.allow_reversible)
        for kind in (dict.fromkeys(r.kind for r in region.reasons) or (Kind.MANUAL,))
        if region.style
    )
    return next((problem for problem in problems if problem is not None), None)


def _fitting(style: Style, kinds: Iterable[Kind], policy: Policy) -> Style:
    refused = any(style_problem(style, kind, allow_reversible=policy.allow_reversible) for kind in kinds)
    return Style.FILL if refused else style


def _first(region: Region) -> Kind:
    return region.reasons[0].kind if region.reasons else Kind.MANUAL
