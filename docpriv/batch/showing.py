"""Pictures of what was found, drawn on the unredacted page for its owner's eyes; refuses to be readable by others."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import cv2
import numpy as np

from docpriv.errors import OutputError
from docpriv.files import write_whole
from docpriv.model import Kind, PagePlan

_COLOURS = {Kind.PERSON: (220, 30, 30), Kind.ADDRESS: (30, 90, 220), Kind.PHONE: (20, 150, 60), Kind.EMAIL: (150, 60, 190)}


class Shower:
    """Writes one PNG a page into a folder of mode 0700, files of mode 0600: `path` and `-pN.png`.

    `path` ends with the name of the document, for which see `documents.pictures_of`.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as exc:
            raise OutputError(f"the folder for pictures cannot be made ({exc.strerror})") from None

    def show(self, index: int, pixels: Any, plan: PagePlan) -> None:
        """Draw the outline and kind of each region; pixels u8 (H, W, 3) RGB."""
        picture = np.ascontiguousarray(pixels[:, :, ::-1])
        width = max(1, round(max(picture.shape[:2]) / 900))
        for region in plan.regions:
            kind = region.reasons[0].kind if region.reasons else Kind.MANUAL
            r, g, b = _COLOURS.get(kind, (230, 120, 0))
            for box in region.boxes:
                cv2.rectangle(picture, (box.x0, box.y0), (box.x1 - 1, box.y1 - 1), (b, g, r), width)
            if region.boxes:
                at = (region.boxes[0].x0, max(10, region.boxes[0].y0 - 3))
                cv2.putText(picture, str(kind), at, cv2.FONT_HERSHEY_SIMPLEX, 0.35 * width, (b, g, r), width)
        ok, data = cv2.imencode(".png", picture)
        path = self._path.with_name(f"{self._path.name}-p{index + 1}.png")
        try:
            write_whole(path, data.tobytes() if ok else b"", replace=True)
        except OSError as exc:
            raise OutputError(f"a picture cannot be written ({exc.strerror})") from None
