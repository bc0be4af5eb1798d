"""Fill the templates of reports; refuses markup in what is filled in, and an undefined name."""

from __future__ import annotations

from importlib.resources import files


def render(template: str, **values: object) -> str:
    """A page from a template of this package. All values are escaped, but such as charts that are marked as safe."""
    from jinja2 import Environment, FunctionLoader, StrictUndefined

    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, loader=FunctionLoader(_source)
    )
    environment.filters["number"] = lambda value: f"{value:,}"
    return environment.get_template(template).render(**values)


def _source(name: str) -> str:
    return files("docpriv.compliance").joinpath("templates", name).read_text(encoding="utf-8")
