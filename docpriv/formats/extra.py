"""The codes for what a file holds besides the pixels of its pages."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum


class Extra(StrEnum):
    """What a file holds besides its pages, as notes say it."""

    METADATA = "had-metadata"
    THUMBNAIL = "had-thumbnail"
    REVISIONS = "had-revisions"
    TRAILING = "trailing-bytes"
    ORPHANED = "had-orphaned-data"  # bytes and objects that no page uses
    OPTIONAL = "had-optional-content"
    JAVASCRIPT = "had-javascript"
    ATTACHMENTS = "had-attachments"
    HIDDEN_TEXT = "had-hidden-text"
    TEXT_LAYER = "had-text-layer"  # any text on a page that an image fills
    LAYERS = "had-layers"  # what is drawn but not seen: covered, clipped or off the page
    ANNOTATIONS = "had-annotations"
    HIDDEN_ANNOTATIONS = "had-hidden-annotations"  # annotations and form fields that no reader shows
    FORMS = "had-forms"
    OUTLINE = "had-outline"
    PICTURES = "had-further-pictures"  # beside the one that is read: others of a phone's camera, maps of depth or light
    UNREAD = "structure-unread"  # the file could not be looked through


EXTRA_NOTES = tuple(map(str, Extra))
"""All of them, as they stand in `DocumentInfo.notes`."""


def gathered(codes: Iterator[str]) -> list[str]:
    """Every code once, in order; UNREAD for a search that fails: what is in a file must not cost the document."""
    found: dict[str, None] = {}
    try:
        for code in codes:
            found[code] = None
    except Exception:
        found[Extra.UNREAD] = None
    return list(found)
