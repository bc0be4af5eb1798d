"""The pages of a PDF: scans as stored, others drawn. No script is run."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Callable
from dataclasses import replace
from functools import partial

import numpy as np
import pikepdf
import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from docpriv.errors import CorruptInput, DocprivError, EncryptedInput, InputError, LimitExceeded, UnsupportedInput
from docpriv.formats.boundary import BASE_BUDGET, budget, check_size, memory_cap, translated
from docpriv.formats.extra import Extra, gathered
from docpriv.formats.form import Decoded, Reader
from docpriv.formats.pdf.extra import byte_extra
from docpriv.formats.pdf.scan import Scan, agrees, as_displayed, decodes, from_bitmap, from_jpeg
from docpriv.formats.pdf.structure import Structure
from docpriv.formats.pdf.survey import Rect, Survey, image_rect, survey
from docpriv.formats.pdf.text_layer import UNREADABLE, page_to_pixels, read_text_layer
from docpriv.formats.pixels import plausible_dpi
from docpriv.formats.source import Source
from docpriv.geometry import Affine
from docpriv.model import PageFormat, Pixels, TextLayer
from docpriv.options import Limits

_RENDER_DPI = (72.0, 600.0)
_COARSEST_DPI = 100.0
"""To fit the limit of megapixels a page is drawn at a lower resolution than was asked for, but not below this: capitals of 8
points have 8 pixels then."""
_COMPARED_SIDE = 400
"""Longest side in pixels of the small picture that a scan taken out is compared with."""

_MOST_CHECKED = 8

_LARGEST_IMAGE = 4.0
"""An image may have this many times the pixels of the largest page: it is drawn smaller. Above, it is a bomb."""
_REOPEN = 64  # pages after which the document is opened anew


class PdfReader(Reader):
    """The pages of a PDF. Loads one page at a time and closes it before the next."""

    def __init__(self, source: Source, limits: Limits, render_dpi: int, password: str | None) -> None:
        """Raises EncryptedInput, CorruptInput, UnsupportedInput (dynamic XFA) or LimitExceeded (pages)."""
        super().__init__()
        self._source, self._limits, self._render_dpi = source, limits, render_dpi
        self._password, self._decoded = password, 0
        self._shown: tuple[int, Affine] | None = None  # the page decoded last, where it has text, and where page units lie in it
        self._structure: Structure | None = None
        self._pdf: pdfium.PdfDocument | None = None
        try:
            with translated("opening the PDF"), memory_cap(2 * BASE_BUDGET + 4 * source.size):
                self._structure = _structure(source, password)
                self._pdf = _document(source, password)
                self._look_around()
        except BaseException:
            self.close()
            raise

    def _look_around(self) -> None:
        assert self._pdf is not None
        form = self._pdf.get_formtype()
        if form == pdfium_c.FORMTYPE_XFA_FULL:
            raise UnsupportedInput(
                "a dynamic XFA form holds no pages, only a placeholder",
                remedy="Print the form to PDF where it is filled, and redact that.",
            )
        if form == pdfium_c.FORMTYPE_XFA_FOREGROUND:
            self.notes.append("xfa")
        if form != pdfium_c.FORMTYPE_NONE:
            self.notes.append(Extra.FORMS)
            self._pdf.init_forms()
        self.pages = len(self._pdf)
        if self.pages > self._limits.pages:
            raise LimitExceeded.over("pages", f"{self.pages} pages are over the limit of {self._limits.pages}", to=self.pages)
        if pdfium_c.FPDF_GetSecurityHandlerRevision(self._pdf) != -1:
            self.notes.append("was-encrypted")
        if self._structure is not None:
            if self._structure.pages != self.pages:
                raise CorruptInput("two readings of the PDF disagree on the number of pages")
            self.notes += self._structure.notes()
        else:
            self.notes += [Extra.UNREAD, *gathered(byte_extra(self._source, False, None))]

    def decode(self, index: int) -> Decoded:
        """Pixels u8 (H, W, 3) as displayed, how they were stored, notes, of page `index` from 0."""
        number = index + 1
        with translated("decoding the PDF page", number), contextlib.ExitStack() as stack:
            self._refresh()
            assert self._pdf is not None
            with memory_cap(2 * BASE_BUDGET + budget(0)):
                unit = 1.0
                if self._structure is not None:
                    self._structure.check_streams(index)
                    unit = self._structure.user_unit(index)
                page = self._pdf[index]
                stack.callback(page.close)
                width, height = self._page_size(page, unit, number)
                seen = survey(page, number)
            if seen.largest > _LARGEST_IMAGE * self._limits.megapixels * 1e6:
                raise LimitExceeded.over(
                    "megapixels",
                    f"page {number}: an image is larger than a page may be",
                    to=math.ceil(seen.largest / _LARGEST_IMAGE / 1e6),
                )
            notes: list[str] = [code for code in Extra if code in seen.extra]
            if self._structure is not None:
                notes += self._structure.page_notes(index)
            most = max(seen.largest, int(self._limits.megapixels * 1e6))
            with memory_cap(BASE_BUDGET + budget(most)):
                scan = self._scan(page, seen, index)
                rect = Rect(*page.get_bbox()) if scan is None else image_rect(seen.matrix)
                pixels, form = scan or self._draw(page, seen, unit, (width, height), number, notes)
            rows, columns = pixels.shape[:2]
            if form.bits == 16:
                notes.append("reduced-16-bit")
            self._shown = (index, page_to_pixels(rect, page.get_rotation(), columns, rows)) if seen.any_text else None
            dpi = form.dpi if form.rendered else plausible_dpi((72 * columns / width, 72 * rows / height))
            return pixels, replace(form, dpi=dpi, size_pt=(width, height)), tuple(notes)

    def text_layer(self, index: int) -> TextLayer | None:
        """The text of the page decoded last, in its pixels; None where it has none. A failure is a code, never an error: the page
        can be read without it."""
        if self._shown is None or self._shown[0] != index or self._pdf is None:
            return None
        with (
            contextlib.suppress(InputError),
            translated("reading the PDF page's text", index + 1),
            memory_cap(2 * BASE_BUDGET),
            contextlib.ExitStack() as stack,
        ):
            page = self._pdf[index]
            stack.callback(page.close)
            return read_text_layer(page, self._shown[1])
        return TextLayer(dropped=UNREADABLE)

    def _refresh(self) -> None:
        """Open the document anew after some pages: PDFium keeps the streams of every page that it has seen."""
        self._decoded += 1
        if self._decoded % _REOPEN or self._pdf is None:
            return
        fields = self._pdf.get_formtype() != pdfium_c.FORMTYPE_NONE
        self._pdf.close()
        self._pdf = None
        with memory_cap(2 * BASE_BUDGET + 4 * self._source.size):
            self._pdf = _document(self._source, self._password)
            if fields:
                self._pdf.init_forms()

    def _page_size(self, page: pdfium.PdfPage, unit: float, number: int) -> tuple[float, float]:
        """Displayed width and height in points; refuses what is too large even at 72 dpi."""
        width, height = (unit * side for side in page.get_size())
        if not (math.isfinite(width) and math.isfinite(height) and width > 0 and height > 0):
            raise CorruptInput(f"page {number}: the declared size is not a size")
        if width * height > self._limits.megapixels * 1e6:
            raise LimitExceeded.over(
                "megapixels",
                f"page {number}: {width:.0f} x {height:.0f} points are over the limit of "
                f"{self._limits.megapixels:g} megapixels at 72 dpi",
                to=math.ceil(width * height / 1e6),
            )
        return width, height

    def _scan(self, page: pdfium.PdfPage, seen: Survey, index: int) -> Scan | None:
        """The page's only image as stored, where that is what the page shows; None to have the page drawn."""
        if seen.scan is None or self._structure is None or seen.largest > self._limits.megapixels * 1e6:
            return None
        facts = self._structure.image(index, seen.scan.get_px_size(), bytes(seen.scan.get_data()))
        if facts is None or not facts.plain:
            return None
        if not facts.whole:
            raise CorruptInput(f"page {index + 1}: data of the scan is missing")
        check_size(facts.width, facts.height, self._limits, index + 1)
        turn = page.get_rotation()
        small = _picture(page, _COMPARED_SIDE / max(page.get_size()))
        corners = np.arange(12, dtype=np.uint8).reshape(2, 2, 3)
        turned = not np.array_equal(as_displayed(corners, seen.matrix, turn), corners)
        exactly = partial(from_jpeg, turned=turned, number=index + 1)
        ways: tuple[Callable[..., Scan | None], ...] = (exactly, from_bitmap)
        for take in ways:
            try:
                found = take(seen.scan, facts)
            except (MemoryError, DocprivError):
                raise
            except Exception:
                found = None  # drawing the page shows what can be shown
            if found is None:
                continue
            shown = as_displayed(found[0], seen.matrix, turn)
            if agrees(shown, small):
                return shown, found[1]
        return None

    def _draw(
        self, page: pdfium.PdfPage, seen: Survey, unit: float, size: tuple[float, float], number: int, notes: list[str]
    ) -> tuple[Pixels, PageFormat]:
        """The page drawn with its annotations and form fields."""
        for image in seen.filling[:_MOST_CHECKED]:
            if not decodes(image):  # PDFium draws nothing in its place: the page would pass for an empty one
                raise CorruptInput(f"page {number}: an image that fills most of the page cannot be decoded")
        resolution = float(self._render_dpi)
        if seen.resolution is not None:
            own = min(max(seen.resolution / unit, _RENDER_DPI[0]), _RENDER_DPI[1])
            # A coarse background must not coarsen the text that is drawn over it.
            resolution = max(own, resolution) if seen.vectors else own
        # The renderer rounds both sides up: the scale at which (w s + 1)(h s + 1) pixels are just allowed.
        around, area, most = size[0] + size[1], size[0] * size[1], self._limits.megapixels * 1e6
        fit = 72 * (math.sqrt(around**2 + 4 * area * (most - 1)) - around) / (2 * area)
        if resolution > fit:
            floor = min(_COARSEST_DPI, resolution)
            if fit < floor:
                columns, rows = (math.ceil(side * floor / 72) for side in size)
                raise LimitExceeded.over(
                    "megapixels",
                    f"page {number}: {size[0] / 72:.0f} x {size[1] / 72:.0f} inches can only be drawn at {fit:.0f} dpi within "
                    f"the limit of {self._limits.megapixels:g} megapixels, and small print needs {floor:.0f}",
                    to=math.ceil(columns * rows / 1e6),
                )
            resolution = fit
            notes.append("resolution-lowered")
        columns, rows = (math.ceil(side * resolution / 72) for side in size)
        check_size(columns, rows, self._limits, number)
        pixels = _picture(page, resolution * unit / 72)
        grey = (pixels[..., 0] == pixels[..., 1]).all() and (pixels[..., 1] == pixels[..., 2]).all()
        return pixels, PageFormat(colour="grey" if grey else "rgb", dpi=(resolution, resolution), rendered=True)

    def close(self) -> None:
        if self._pdf is not None:
            self._pdf.close()
            self._pdf = None
        if self._structure is not None:
            self._structure.close()
            self._structure = None


def _picture(page: pdfium.PdfPage, scale: float) -> Pixels:
    """The page on white at `scale` pixels a unit, u8 (H, W, 3) RGB, with annotations and form fields."""
    bitmap = page.render(scale=scale, rev_byteorder=True, draw_annots=True, may_draw_forms=True)
    try:
        return np.array(bitmap.to_numpy()[..., :3])
    finally:
        bitmap.close()


def _structure(source: Source, password: str | None) -> Structure | None:
    """The second reading of the file, None where that parser cannot follow it (every page is then drawn)."""
    try:
        return Structure(source, password)
    except pikepdf.PasswordError:
        wrong = password is not None
    except pikepdf.PdfError:
        return None
    raise _locked(wrong)


def _locked(wrong: bool) -> EncryptedInput:
    if wrong:
        return EncryptedInput("the password given does not open the PDF")
    return EncryptedInput("the PDF is encrypted and needs a password")


def _document(source: Source, password: str | None) -> pdfium.PdfDocument:
    try:
        content = source.data if source.data is not None else source.stream()
        return pdfium.PdfDocument(content, password=password)
    except pdfium.PdfiumError as problem:
        code = problem.err_code
    if code == pdfium_c.FPDF_ERR_PASSWORD:
        raise _locked(password is not None)
    if code == pdfium_c.FPDF_ERR_SECURITY:
        raise UnsupportedInput("the PDF is protected by a scheme that is not supported")
    if code == pdfium_c.FPDF_ERR_SUCCESS:
        raise CorruptInput("the PDF has no page")
    raise CorruptInput("the PDF is damaged beyond repair")
