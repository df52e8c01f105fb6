"""The pages of the manual, in the order in which they are listed, and the search over their sections."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from pathlib import Path

from allocator.errors import InputError, Problem

FOLDER = Path(__file__).parent
PICTURES = FOLDER / "pictures"
MOST_FOUND = 40  # sections of one search

# Every page, by whom it is for. A page is a file of this folder, and its topic the file's name.
PARTS: Mapping[str, tuple[str, ...]] = {
    "Begin": ("tutorial",),
    "Guides": ("supervisor", "operator", "planner", "administrator", "programs"),
    "Reference": (
        *("commands", "columns", "policy", "rules", "scenarios", "assumptions", "states"),
        *("rights", "settings", "api", "json", "licences"),
    ),
    "Explanation": ("model", "fairness", "privacy", "protection", "staffing", "choices", "speed"),
    "For developers": (
        *("architecture", "glossary", "adding-a-rule", "adding-a-column", "adding-a-page"),
        *("adding-a-change", "adding-a-store", "testing"),
    ),
    "Changes": ("changes",),
}
_COMMENT = re.compile(r"^<!--.*?-->\n", re.M)  # marks of what is made from code


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what stands below it, up to the next heading.

    Attributes
    ----------
    topic : str
        The page that it is of.
    title : str
        Without marks of Markdown.
    anchor : str
        Its place in the page's address; empty for what the page opens with.
    level : int
        1 for the page's own title.
    text : str
        Markdown, the heading included.
    """

    topic: str
    title: str
    anchor: str
    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the manual.

    Attributes
    ----------
    topic, text : str
    sections : tuple of Section
        In order; the first has the page's title.
    """

    topic: str
    text: str
    sections: tuple[Section, ...]

    @property
    def title(self) -> str:
        """What the page is called."""
        return self.sections[0].title

    @property
    def opening(self) -> str:
        """The first sentence below the title, on one line: what the page is about."""
        paragraph = self.sections[0].text.partition("\n")[2].strip().partition("\n\n")[0]
        return plain(re.split(r"(?<=\.)\s", " ".join(paragraph.split()))[0]).rstrip(".")


@dataclass(frozen=True, slots=True)
class Found:
    """A section in which all words of a search are.

    Attributes
    ----------
    section : Section
    page_title : str
    excerpt : str
        The line that says most of it.
    """

    section: Section
    page_title: str
    excerpt: str


def topics() -> tuple[str, ...]:
    """Every topic, in order."""
    return tuple(topic for part in PARTS.values() for topic in part)


@cache
def page(topic: str) -> Page:
    """Read a page.

    Raises
    ------
    InputError
        When there is none of that topic, with those that are near.
    """
    if topic not in topics():
        raise InputError([Problem("manual", "a topic of the manual", value=topic, maybe=_meant(topic))])
    text = _COMMENT.sub("", (FOLDER / f"{topic}.md").read_text("utf-8"))
    return Page(topic, text, tuple(_sections(topic, text)))


def search(words: str) -> tuple[Found, ...]:
    """Find the sections in which every word is, those first that have it in their heading.

    Parameters
    ----------
    words : str
        Separated by blanks; part of a word is enough, and capitals do not matter.
    """
    wanted = words.casefold().split()
    if not wanted:
        return ()
    found: list[tuple[int, Found]] = []
    for topic in topics():
        shown = page(topic)
        for section in shown.sections:
            title, text = f"{shown.title} {section.title}".casefold(), section.text.casefold()
            if all(word in title or word in text for word in wanted):
                weight = sum(10 * (word in section.title.casefold()) + 3 * (word in title) for word in wanted)
                weight += sum(min(text.count(word), 3) for word in wanted) + 5 * (" ".join(wanted) in text)
                found.append((-weight, Found(section, shown.title, _excerpt(section, wanted))))
    found.sort(key=lambda one: one[0])  # stable: of those alike, the manual's order
    return tuple(one for _, one in found[:MOST_FOUND])


def anchor_of(title: str, taken: Iterable[str] = ()) -> str:
    """Place of a heading in an address, as code forges make it: lower case, hyphens for blanks, no other marks.

    Parameters
    ----------
    title : str
        Of the heading, without marks of Markdown.
    taken : iterable of str
        Anchors of the page before it.
    """
    anchor = re.sub(r"[^\w\- ]", "", title.casefold()).replace(" ", "-")
    used, number = set(taken), 1
    while (name := anchor if number == 1 else f"{anchor}-{number - 1}") in used:
        number += 1
    return name


def plain(text: str) -> str:
    """A line of Markdown as text."""
    text = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", text)
    return re.sub(r"[`*]", "", text).replace("&lt;", "<").replace("\\|", "|").strip("#| ")


def _sections(topic: str, text: str) -> Iterable[Section]:
    heads: list[tuple[int, int, str, str]] = []
    lines, fenced = text.split("\n"), False
    for number, line in enumerate(lines):
        fenced ^= line.startswith("```")
        if not fenced and (head := re.match(r"(#{1,4}) (.+)", line)):
            title = plain(head[2])
            heads.append((number, len(head[1]), title, anchor_of(title, (one[3] for one in heads))))
    for (start, level, title, anchor), end in zip(heads, [*(h[0] for h in heads[1:]), len(lines)], strict=True):
        yield Section(topic, title, anchor if level > 1 else "", level, "\n".join(lines[start:end]).rstrip() + "\n")


def _excerpt(section: Section, wanted: list[str]) -> str:
    best = max(_units(section.text), key=lambda unit: sum(word in unit.casefold() for word in wanted), default="")
    text = re.sub(r"\s*\|\s*", "; ", plain(best)) if best.startswith("|") else plain(best)
    if len(text) <= 200:
        return text
    first = min((at for word in wanted if (at := text.casefold().find(word)) >= 0), default=0)
    start = max(0, first - 80)
    return ("… " if start else "") + text[start : start + 200].strip() + " …"


def _units(text: str) -> list[str]:
    """Paragraphs, items of lists and rows of tables, each on one line; of code nothing."""
    found, fenced = [""], False
    for line in text.split("\n")[1:]:
        fenced ^= line.startswith("```")
        if not line or line.startswith(("|", "- ")):
            found.append("")
        if not fenced and not line.startswith(("|--", "```")):
            found[-1] = f"{found[-1]} {line.strip()}".strip()
    return [unit for unit in found if unit]


def _meant(topic: str) -> str | None:
    near = get_close_matches(topic.casefold(), topics(), n=3, cutoff=0.5)
    near += [name for name in topics() if topic.casefold() in name and name not in near]
    near += [topic for topic in dict.fromkeys(found.section.topic for found in search(topic)) if topic not in near][:3]
    return f"one of these is meant: {', '.join(near)}." if near else None
