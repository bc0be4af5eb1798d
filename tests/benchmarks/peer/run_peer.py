"""Redacts a folder of page images with presidio-image-redactor and Tesseract, as they come; it changes no setting.

    python run_peer.py IN OUT [--names en_core_web_lg | docpriv | none] [--resume]

Every image of IN (.png, .jpg, .tif with one page) becomes OUT/NAME.png of the same size. A page on which the
peer fails is not written, which the scoring counts as withheld. `README.md` beside this file says how to install it.
"""

from __future__ import annotations

import argparse
import logging
import sys
import time
from pathlib import Path
from typing import Any

SUFFIXES = {".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp"}


def analyzer(names: str) -> Any:
    """Presidio's analyzer with its own recognizers of English, and names found by `names`.

    A spaCy model by its name, as Presidio does by default; "docpriv" for this project's name model in its place,
    with dates in words, which spaCy's model would find too; "none" for patterns alone.
    """
    from presidio_analyzer import AnalyzerEngine
    from presidio_analyzer.nlp_engine import NlpEngineProvider

    if names not in ("docpriv", "none"):
        settings = {"nlp_engine_name": "spacy", "models": [{"lang_code": "en", "model_name": names}]}
        provider = NlpEngineProvider(nlp_configuration=settings)
        return AnalyzerEngine(nlp_engine=provider.create_engine(), supported_languages=["en"])
    engine = AnalyzerEngine(nlp_engine=_blank(), supported_languages=["en"])
    if names == "docpriv":
        engine.registry.add_recognizer(_names())
        engine.registry.add_recognizer(_dates())
    return engine


def _blank() -> Any:
    """Presidio's spaCy engine over a pipeline that splits words and no more."""
    import spacy
    from presidio_analyzer.nlp_engine import SpacyNlpEngine

    class Blank(SpacyNlpEngine):
        def load(self) -> None:
            self.nlp = {"en": spacy.blank("en")}

    engine = Blank(models=[{"lang_code": "en", "model_name": "blank"}])
    engine.load()
    return engine


def _names() -> Any:
    from presidio_analyzer import EntityRecognizer, RecognizerResult

    import docpriv.pii
    from docpriv.pii.ner import NerModel

    model = NerModel(Path(docpriv.pii.__file__).parent / "models" / "names-en")

    class Names(EntityRecognizer):
        def load(self) -> None:
            """The model was loaded before."""

        def analyze(self, text: str, entities: list[str], nlp_artifacts: Any = None) -> list[Any]:
            return [RecognizerResult(s.label, s.start, s.end, s.score) for s in model.find(text) if s.label in entities]

    kinds = ["PERSON", "ADDRESS", "LOCATION", "ORGANIZATION"]
    return Names(supported_entities=kinds, name="names", supported_language="en")


def _dates() -> Any:
    from presidio_analyzer import Pattern, PatternRecognizer

    month = "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\\.?"
    words = rf"\b(?:{month} \d{{1,2}},? \d{{4}}|\d{{1,2}} {month} \d{{4}})\b"
    return PatternRecognizer(supported_entity="DATE_TIME", patterns=[Pattern("date in words", words, 0.6)])


def main() -> int:
    """0 when every page was written, 1 when the peer failed on some."""
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("source", metavar="IN", type=Path)
    ask.add_argument("target", metavar="OUT", type=Path)
    ask.add_argument("--names", default="en_core_web_lg", help="a spaCy model that is installed, docpriv, or none")
    ask.add_argument("--resume", action="store_true", help="leave pages alone that OUT holds already")
    a = ask.parse_args()
    from PIL import Image
    from presidio_image_redactor import ImageAnalyzerEngine, ImageRedactorEngine

    # without a network it falls back to the list that it brought along, and says so at length
    logging.getLogger("tldextract").setLevel(logging.CRITICAL)
    redactor = ImageRedactorEngine(ImageAnalyzerEngine(analyzer_engine=analyzer(a.names)))
    a.target.mkdir(parents=True, exist_ok=True)
    files = sorted(p for p in a.source.iterdir() if p.suffix.lower() in SUFFIXES)
    failed, begin = 0, time.monotonic()
    for number, file in enumerate(files, 1):
        out = a.target / (file.stem + ".png")
        if a.resume and out.exists():
            continue
        try:
            with Image.open(file) as image:
                redactor.redact(image.convert("RGB"), fill=(0, 0, 0)).save(out)
        except Exception as failure:  # whatever it is: the run goes on, the page counts as withheld
            failed += 1
            print(f"page {number}: {type(failure).__name__}", file=sys.stderr)
    print(f"{len(files) - failed} of {len(files)} pages in {time.monotonic() - begin:.0f} s")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
