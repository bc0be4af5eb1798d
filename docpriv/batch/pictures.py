"""Pictures of what was found, drawn on the unredacted page for its owner's eyes: others cannot read them."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from docpriv.errors import OutputError
from docpriv.files import write_whole
from docpriv.model import Kind, PagePlan, Pixels

_COLOURS = {Kind.PERSON: (220, 30, 30), Kind.ADDRESS: (30, 90, 220), Kind.PHONE: (20, 150, 60), Kind.EMAIL: (150, 60, 190)}


def write_picture(path: Path, index: int, pixels: Pixels, plan: PagePlan) -> None:
    """Write `path` + `-pN.png` with the outline and kind of each region; pixels u8 (H, W, 3) RGB.

    The folder gets mode 0700, the file 0600. `path` ends with the name of the document, for which see `identity.pictures_of`.
    """
    picture = np.ascontiguousarray(pixels[:, :, ::-1])
    width = max(1, round(max(picture.shape[:2]) / 900))
    for region in plan.regions:
        kind = region.reasons[0].kind if region.reasons else Kind.MANUAL
        colour = _COLOURS.get(kind, (230, 120, 0))[::-1]
        for box in region.boxes:
            cv2.rectangle(picture, (box.x0, box.y0), (box.x1 - 1, box.y1 - 1), colour, width)
        if region.boxes:
            at = (region.boxes[0].x0, max(10, region.boxes[0].y0 - 3))
            cv2.putText(picture, str(kind), at, cv2.FONT_HERSHEY_SIMPLEX, 0.35 * width, colour, width)
    ok, data = cv2.imencode(".png", picture)
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_whole(path.with_name(f"{path.name}-p{index + 1}.png"), data.tobytes() if ok else b"", replace=True)
    except OSError as exc:
        raise OutputError(f"a picture cannot be written ({exc.strerror})") from None
