"""Values written one letter a box, a tick or an underline: found by their printed lines, read as one value each."""

from docpriv.ocr.combs.reading import with_combs

__all__ = ["with_combs"]
