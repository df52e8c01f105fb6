"""Pages of the manual as HTML of the design system: nothing of a page can become markup but Markdown's own."""

from __future__ import annotations

from functools import cache

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup, escape

from allocator.manual.pages import page

_CLASSES = {
    "p": "govuk-body",
    "h2": "govuk-heading-m",
    "h3": "govuk-heading-s",
    "h4": "govuk-heading-s",
    "ul": "govuk-list govuk-list--bullet",
    "ol": "govuk-list govuk-list--number",
    "a": "govuk-link",
    "blockquote": "govuk-inset-text",
    "table": "govuk-table",
    "thead": "govuk-table__head",
    "tbody": "govuk-table__body",
    "tr": "govuk-table__row",
    "th": "govuk-table__header",
    "td": "govuk-table__cell",
}
_markdown = MarkdownIt("commonmark", {"html": False}).enable("table")


@cache  # a page does not change while the server runs
def manual_html(topic: str) -> Markup:
    """A page of the manual below its title, its links and pictures under ``/help``, headings with their anchors."""
    shown = page(topic)
    tokens = _markdown.parse(shown.text.partition("\n")[2])
    sections = iter(shown.sections[1:])
    title = shown.title
    for token in [inner for outer in tokens for inner in (outer, *(outer.children or ()))]:
        if token.type == "heading_open":
            section = next(sections)
            title = section.title
            token.attrSet("id", section.anchor)
        if token.nesting >= 0 and token.tag in _CLASSES:
            token.attrJoin("class", _CLASSES[token.tag])
        if token.type == "table_open":
            token.meta["title"] = title
        if token.type == "th_open":
            token.attrSet("scope", "col")
        for name in ("href", "src"):
            if name in token.attrs:
                token.attrSet(name, address(str(token.attrs[name])))
    return Markup(_markdown.renderer.render(tokens, _markdown.options, {}))


def address(link: str) -> str:
    """Where a link of a page leads in the service: ``rules.md#goals`` is ``/help/rules#goals``."""
    if ":" in link or link.startswith(("#", "/")):
        return link
    name, mark, anchor = link.partition("#")
    return f"/help/{name.removesuffix('.md')}{mark}{anchor}"


def _table_open(tokens: list[Token], at: int) -> str:
    label = escape(tokens[at].meta["title"])
    return f'<div class="app-scroll" role="region" aria-label="{label}" tabindex="0"><table class="govuk-table">'


def _fence(tokens: list[Token], at: int) -> str:
    code = escape(tokens[at].content)
    return f'<pre class="app-code" role="region" aria-label="Example" tabindex="0"><code>{code}</code></pre>\n'


_markdown.add_render_rule("table_open", lambda self, tokens, at, options, env: _table_open(tokens, at))
_markdown.add_render_rule("table_close", lambda self, tokens, at, options, env: "</table></div>\n")
_markdown.add_render_rule("fence", lambda self, tokens, at, options, env: _fence(tokens, at))
