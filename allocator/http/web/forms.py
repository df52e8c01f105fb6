"""Forms: what they offer to choose from, and what is wrong with one that was sent, a sentence for each field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import Form

from allocator.app.rights import SCOPE_WORDS
from allocator.errors import InputError, Problem
from allocator.http.errors import details_of
from allocator.http.urls import number_of

Text = Annotated[str, Form(max_length=1000)]

MOST_LISTED = 50  # problems above one page
RISKS = (("low", "Low"), ("medium", "Medium"), ("high", "High"), ("very_high", "Very high"))


class FormError(InputError):
    """What is wrong with a form, a whole sentence for each field."""

    def __init__(self, **fields: str) -> None:
        super().__init__([Problem(name, said) for name, said in fields.items()])


def require_reason(reason: str, note: str) -> None:
    """Refuse a decision without a reason.

    Raises
    ------
    FormError
    """
    if not reason:
        raise FormError(reason="Choose a reason.")
    if reason == "other" and not note.strip():
        raise FormError(note="Say the reason in the note.")


def items(
    pairs: Mapping[str, str] | Sequence[tuple[str, str]], chosen: str | None = None, empty: str | None = None
) -> list[dict[str, Any]]:
    """Options of a select component."""
    found: list[dict[str, Any]] = [{"value": "", "text": empty}] if empty is not None else []
    listed = pairs.items() if isinstance(pairs, Mapping) else pairs
    return found + [{"value": key, "text": words, "selected": key == chosen} for key, words in listed]


def scope_items() -> list[dict[str, Any]]:
    """Scopes of a new token, as radios; the least of them is chosen."""
    return [
        {"value": scope, "text": scope, "hint": {"text": words}, "checked": scope == "read"}
        for scope, words in SCOPE_WORDS.items()
    ]


def seen_version(text: str) -> int:
    """The version that a form was made with.

    Raises
    ------
    InputError
        When it was not made by us.
    """
    version = number_of(text)
    if version is None:
        raise InputError([Problem("version", "a form of this service", maybe="load the page again.")])
    return version


def listed(text: str | None) -> list[str]:
    """What a field holds that takes several things, separated by semicolons."""
    return [part.strip() for part in (text or "").split(";") if part.strip()]


def form_problems(error: Exception) -> tuple[int, list[dict[str, str]], str | None]:
    """Status of a page whose form was refused, what is wrong (each with its field), and advice."""
    status, document = details_of(error)
    if isinstance(error, InputError):
        friendly, count = isinstance(error, FormError), len(error.problems) + error.more
        found = [_problem_line(problem, friendly) for problem in error.problems[:MOST_LISTED]]
        return status, found, f"{count:,} problems in all." if count > MOST_LISTED else None
    return status, [{"text": document["detail"]}], document["maybe"]


def _problem_line(problem: Problem, sentence: bool) -> dict[str, str]:
    said = problem.expected if sentence else problem_sentence(problem)
    field_id = (problem.column or problem.file).lstrip("-").lower()
    return {"text": said, "href": f"#{quote(field_id)}"}


def problem_sentence(problem: Problem) -> str:
    """A problem as one line."""
    where = ", ".join(
        str(part)
        for part in (problem.file.lstrip("-").capitalize() if problem.file.startswith("--") else problem.file,
                     None if problem.row is None else f"row {problem.row}", problem.column)
        if part is not None
    )  # fmt: skip
    found = "" if problem.value is None else f"“{problem.value}” found, "
    advice = "" if problem.maybe is None else f" Maybe {problem.maybe}"
    return f"{where}: {found}expected {problem.expected}.{advice}"
