"""Pages that open from disk with no network: templates filled by jinja2, everything in one file."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jinja2 import Environment


def page(template: str, **values: Any) -> bytes:
    """Fill a template of ``explain/templates``; whatever is put in is text, whatever it looks like.

    Parameters
    ----------
    template : str
    **values
    """
    environment, css = _templates()
    return environment.get_template(template).render(css=css, **values).encode()


@cache  # to read a template costs more than to fill it
def _templates() -> tuple[Environment, str]:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    loader = PackageLoader("allocator.reporting", "templates")
    environment = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    return environment, loader.get_source(environment, "page.css")[0]
