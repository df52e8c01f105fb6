"""The reference of every rule, note and goal, from the tables of which the model and the check are made."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from allocator.reporting.model import Block, Report, Text, sentences
from allocator.rules import GOALS, LIMITS, MOVEMENT, NOTES, PLACEMENT, RECEIVING
from allocator.rules.base import Rule
from allocator.rules.cover import COVER_GOALS, COVER_NOTES
from allocator.rules.cover.base import CoverRule

COVER = "Cover:"  # opens the names of its families


@dataclass(frozen=True, slots=True)
class Entry:
    """One rule, note or goal: the sentence that opens it, and what a finding says, ``<officer>`` where one goes."""

    id: str
    guarantee: str
    says: str


@dataclass(frozen=True, slots=True)
class Family:
    """Rules of one kind, in table order, and what they have in common."""

    name: str
    opening: str
    entries: tuple[Entry, ...]


def reference() -> tuple[Family, ...]:
    """Every rule, note and goal, by family in the contract's order."""
    return (
        _family("Placement", "who may hold a case.", PLACEMENT),
        _family(
            "Movement", "who may receive a case they do not hold, and which cases may move.", (*RECEIVING, *MOVEMENT)
        ),
        _family("Limits", "never bent silently; what cannot be met is excess, in cases, counted and reported.", LIMITS),
        _family("Notes", "cost nothing, and are always told.", NOTES),
        _family("Goals", "minimised in strict order; none is ever traded for a later one.", GOALS),
        _family(f"{COVER} goals", "who looks after cases of officers who are away; in strict order too.", COVER_GOALS),
        _family(f"{COVER} notes", "always told of it.", COVER_NOTES),
    )


def reference_report() -> Report:
    """The reference as a report."""
    blocks: list[Block] = []
    for family in reference():
        blocks.append(Text(f"{family.name}: {family.opening}", "strong"))
        for entry in family.entries:
            quoted = f'"{entry.says}"' if entry.says else None
            blocks.append(Text(f"  {entry.id}", "name"))
            blocks += [Text(entry.guarantee, indent=6), *sentences(quoted, style="faint", indent=6)]
        blocks.append(Text(""))
    return Report("", tuple(blocks))


def reference_markdown() -> str:
    """Write the reference as a page in Markdown."""
    head = ("# Rules, notes and goals", "", "Made by `allocator rules --markdown` from the rules themselves.")
    return "\n".join((*head, *reference_tables())) + "\n"


def reference_tables() -> Iterator[str]:
    """Lines of Markdown: a table for each family, below its heading."""
    for family in reference():
        yield from ("", f"## {family.name}", "", family.opening[:1].upper() + family.opening[1:], "")
        yield from ("| id | what it guarantees | what it says |", "|---|---|---|")
        for entry in family.entries:
            says = re.sub(r"<([\w ]+)>", r"*\1*", entry.says)
            yield f"| `{entry.id}` | {_code(entry.guarantee)} | {_code(says)} |"


def _family(name: str, opening: str, rules: Iterable[Rule | CoverRule]) -> Family:
    return Family(name, opening, tuple(_entry(rule) for rule in rules))


def _entry(rule: Rule | CoverRule) -> Entry:
    says = re.sub(r"\{(\w+)(?::([^}]+))?\}", _slot, rule.says)
    return Entry(rule.id, rule.guarantee().replace("``", "`"), says)


def _code(text: str) -> str:
    # What compares or bars would end a cell or begin a tag.
    return text.replace("|", "\\|").replace("<", "&lt;")


def _slot(match: re.Match[str]) -> str:
    slot = f"<{match[1].replace('_', ' ')}>"
    return f"{slot} {match[2]}s" if match[2] else slot
