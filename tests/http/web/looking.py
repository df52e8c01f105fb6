"""Pages as somebody's browser gets them, and what a test says of their elements.

Where a page is not as a test has it, the message names the element and what stands there instead: never the whole
page, and nothing that is as long as a secret.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Self

_VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
_SECRET = re.compile(r"[\w+/=.-]{24,}")
_TEXTS = {"h1", "h2", "h3", "p", "li", "td", "th", "a", "caption", "label", "option", "button", "dt", "dd", "div"}
_SHOWN = 160  # characters of an element's text in a message


@dataclass(repr=False, eq=False)
class Element:
    """One element of a page.

    Attributes
    ----------
    tag : str
    attributes : dict
        None where one has no value.
    parts : list
        Texts and elements in it.
    """

    tag: str
    attributes: dict[str, str | None]
    parts: list[str | Element] = field(default_factory=list)

    def __getitem__(self, name: str) -> str | None:
        return self.attributes[name]

    @property
    def text(self) -> str:
        """What it says, a space between elements."""
        return " ".join("".join(self._texts()).split())

    def _texts(self) -> Iterator[str]:
        for part in self.parts if self.tag not in ("script", "style") else ():
            yield from (part,) if isinstance(part, str) else (" ", *part._texts(), " ")

    def every(self, tag: str, **attributes: str | None) -> list[Element]:
        """Each element in it of a kind, in the order of the page; ``class_`` is one of its classes."""
        inner = [part for part in self.parts if isinstance(part, Element)]
        return [
            found
            for part in inner
            for found in ([part] if part._matches(tag, attributes) else []) + part.every(tag, **attributes)
        ]

    def has(self, tag: str, **attributes: str | None) -> Element:
        """The first element of a kind; fail where there is none, with all of its tag and names."""
        found = self.every(tag, **attributes)
        if not found:
            wanted = Element(tag, attributes)
            near = [e for e in self.every(tag) if not {"name", "id"} & set(attributes) or _same_name(e, attributes)]
            raise AssertionError(f"{self!r} has no {wanted!r}; it has {near[:20]!r}")
        return found[0]

    def has_no(self, tag: str, **attributes: str | None) -> Self:
        """Fail where there is an element of a kind, and show it."""
        if found := self.every(tag, **attributes):
            raise AssertionError(f"{self!r} has {found!r}")
        return self

    def _matches(self, tag: str, attributes: dict[str, str | None]) -> bool:
        wanted = dict(attributes)
        one = wanted.pop("class_", None)
        classes = (self.attributes.get("class") or "").split()
        return (
            self.tag == tag
            and (one is None or one in classes)
            and all(name in self.attributes and self.attributes[name] == value for name, value in wanted.items())
        )

    def __repr__(self) -> str:
        shown = "".join(
            f' {name}="{value}"' if value is not None else f" {name}" for name, value in self.attributes.items()
        )
        return _discreet(f"<{self.tag}{shown}> {self.text[:_SHOWN]}".strip())


class _Parser(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open = [Element("page", {})]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        made = Element(tag, dict(attrs))
        self.open[-1].parts.append(made)
        if tag not in _VOID:
            self.open.append(made)

    def handle_endtag(self, tag: str) -> None:
        if any(one.tag == tag for one in self.open[1:]):
            while self.open.pop().tag != tag:
                pass

    def handle_data(self, data: str) -> None:
        self.open[-1].parts.append(data)


class Page(Element):
    """An answer to a browser, with its status, headers and content; it has elements where it is a page."""

    def __init__(self, answer) -> None:
        self.status_code, self.headers, self.content = answer.status_code, answer.headers, answer.content
        parser = _Parser()
        if "html" in answer.headers.get("content-type", ""):
            parser.feed(answer.text)
        super().__init__("page", {}, parser.open[0].parts)

    def says(self, *words: str) -> Page:
        """Fail where the page does not say some words; the message shows what comes closest."""
        text = self.text
        for one in words:
            if one not in text:
                near = difflib.get_close_matches(one, {e.text: None for e in self._smallest()}, 3, 0.3)
                raise AssertionError(f"{self!r} does not say {one!r}; closest: {_discreet(repr(near))}")
        return self

    def lacks(self, *words: str) -> Page:
        """Fail where the page says any of some words; the message shows the elements that do."""
        text = self.text
        for one in words:
            if one in text:
                where = [e for e in self._smallest() if one in e.text] or "several elements together"
                raise AssertionError(f"{self!r} says {one!r}: {where!r}")
        return self

    def hidden(self) -> dict[str, str]:
        """What its forms carry besides what people enter."""
        return {e["name"]: e["value"] for e in self.every("input", type="hidden") if e["name"] != "csrftoken"}

    def _smallest(self) -> list[Element]:
        """Elements that hold texts of their own."""
        inner = (e for name in _TEXTS for e in self.every(name))
        return [e for e in inner if e.text and not any(isinstance(p, Element) and p.tag in _TEXTS for p in e.parts)]

    def __repr__(self) -> str:
        title = self.every("h1")
        return f"page {self.status_code} “{_discreet(title[0].text) if title else ''}”"


def _same_name(element: Element, attributes: dict[str, str | None]) -> bool:
    return any(element.attributes.get(key) == attributes[key] for key in ("name", "id") if key in attributes)


def _discreet(text: str) -> str:
    return _SECRET.sub("…", text)


def look(site, who, path, method="GET", **data) -> Page:
    """A page as somebody's browser gets it."""
    browser = site.browser(who)
    form = {"data": {"csrftoken": browser.token, **data}} if method == "POST" else {}
    return Page(site.client.request(method, path, headers=browser.headers, follow_redirects=False, **form))
