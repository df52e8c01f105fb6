"""Pages that open from disk with no network: templates filled by jinja2, everything in one file."""

from __future__ import annotations

from typing import Any


def page(template: str, **values: Any) -> bytes:
    """Fill a template of ``explain/templates``; whatever is put in is text, whatever it looks like.

    Parameters
    ----------
    template : str
    **values
    """
    from jinja2 import Environment, PackageLoader, StrictUndefined

    loader = PackageLoader("allocator.explain", "templates")
    environment = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    css = loader.get_source(environment, "page.css")[0]
    return environment.get_template(template).render(css=css, **values).encode()
