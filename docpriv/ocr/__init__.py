"""Reading engines behind one protocol: an engine is a file of this package that registers itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from docpriv.errors import EngineError
from docpriv.options import Reading
from docpriv.protocols import OcrEngine
from docpriv.registry import Registry


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """What an engine's file says of it. `load`: makes it; `require`: EngineError with what it lacks here, loading nothing.

    `paper`: it reads real pages; else it is for tests.
    """

    load: Callable[[Reading], OcrEngine]
    require: Callable[[Reading], object]
    paper: bool = True

    def missing(self, options: Reading) -> str | None:
        """What the engine lacks here, in words; None where it can be opened."""
        try:
            self.require(options)
        except EngineError as exc:
            return exc.message
        return None


ENGINES: Registry[Registration] = Registry(__name__)


def open_engine(name: str, options: Reading | None = None) -> OcrEngine:
    """Make an engine; EngineError names the known ones, or what is missing."""
    if name not in ENGINES:
        raise EngineError(
            f"no reading engine of that name; known: {', '.join(sorted(ENGINES))}",
            remedy="Set reading.engine to one of the names.",
        )
    return ENGINES[name].load(options or Reading(engine=name))


def missing_engines(options: Reading) -> dict[str, str | None]:
    """What each engine for real paper lacks here, in words, with these options; None where it can be opened.

    The folder of models in the options is that of their engine.
    """
    others = options.model_copy(update={"model_dir": None})
    return {name: one.missing(options if name == options.engine else others) for name, one in ENGINES.items() if one.paper}
