"""Errors carry advice and outcome as fields: no text holds them, and nothing looks for them in a text."""

from __future__ import annotations

import ast
import json
import pickle
import re
from collections.abc import Iterator
from importlib import import_module
from multiprocessing import get_context
from pathlib import Path
from pkgutil import walk_packages
from typing import Any

import pytest

import allocator
from allocator.errors import NOTHING_CHANGED, AllocatorError, Conflict, InputError, Notice, Problem, Unexpected, failure
from allocator.http.errors import details_of
from allocator.http.web.forms import FormError
from allocator.jobs.worker import OutOfMemory

ROOT = Path(allocator.__file__).parent
# A sentence or clause that says what became of an act, and the word that advice is shown after.
TOLD = re.compile(r"\bMaybe\b|\b[Nn]othing (was|were|has been) \w+|\bNo other was made\b")
OUTCOME = re.compile(r"\bNothing was \w+\.")
LOOKING = {"split", "rsplit", "partition", "rpartition", "replace", "removeprefix", "removesuffix", "find", "index"}
LOOKING |= {"startswith", "endswith", "sub", "search", "match", "fullmatch", "findall", "compile", "count"}

PROBLEMS = [Problem("cases.csv", "a date", 3, "since", "soon", "1 May is meant."), Problem("force.toml", "a name")]
ERRORS = {
    "plain": (AllocatorError("It is so."), "It is so."),
    "advice": (AllocatorError("It is so.", maybe="go on."), "It is so.\nMaybe go on."),
    "outcome": (Conflict("It is so.", outcome=NOTHING_CHANGED), "It is so. Nothing was changed."),
    "both": (
        Conflict("It is so.", outcome=NOTHING_CHANGED, maybe="look again."),
        "It is so. Nothing was changed.\nMaybe look again.",
    ),
    "input": (
        InputError(problem for problem in PROBLEMS),
        "2 problems in the input:\n"
        "  cases.csv, row 3, since: 'soon' found, expected a date\n"
        "    Maybe 1 May is meant.\n"
        "  force.toml: expected a name",
    ),
    "form": (FormError(name="Enter a name."), "1 problem in the input:\n  name: expected Enter a name."),
    "unexpected": (
        Unexpected(),
        "Something went wrong that should not have. It has been noted; nothing was changed.",
    ),
    "memory": (OutOfMemory("It is so."), "It is so."),
}


def fields(error: AllocatorError) -> tuple[Any, ...]:
    return type(error), error.text, error.outcome, error.maybe, getattr(error, "problems", None), str(error)


@pytest.mark.parametrize("name", ERRORS)
def test_an_error_says_the_problem_then_the_outcome_then_advice(name: str) -> None:
    error, said = ERRORS[name]
    assert str(error) == said


@pytest.mark.parametrize("name", ERRORS)
def test_an_error_is_the_same_after_pickling(name: str) -> None:
    error, _ = ERRORS[name]
    assert fields(pickle.loads(pickle.dumps(error))) == fields(error)


def test_errors_come_whole_out_of_a_spawned_process() -> None:
    with get_context("spawn").Pool(1) as pool:
        for name, (error, _) in ERRORS.items():
            with pytest.raises(type(error)) as caught:
                pool.apply(failing, (name,))
            assert fields(caught.value) == fields(error)


def failing(name: str) -> None:
    raise ERRORS[name][0]


@pytest.mark.parametrize("name", ERRORS)
def test_problem_details_have_outcome_and_advice_as_members(name: str) -> None:
    error, _ = ERRORS[name]
    _, document = details_of(error)
    document = json.loads(json.dumps(document))
    assert document["outcome"] == error.outcome
    assert document["maybe"] == (error.maybe and f"Maybe {error.maybe}")
    assert document["detail"] == " ".join(filter(None, (error.text, error.outcome)))
    told = [(problem["file"], problem["maybe"]) for problem in document["errors"]]
    assert told == [(problem.file, problem.maybe) for problem in getattr(error, "problems", ())]


def test_a_failure_of_a_job_keeps_the_fields_and_the_whole() -> None:
    error, said = ERRORS["both"]
    kept = json.loads(json.dumps(failure(error)))
    assert kept == {"says": said, "text": "It is so.", "outcome": NOTHING_CHANGED, "maybe": "look again."}


def test_each_piece_of_advice_of_a_notice_has_a_line() -> None:
    assert str(Notice("It is odd.", ("go on.", "stop."))) == "It is odd.\n    Maybe go on.\n    Maybe stop."


def test_the_tree_of_errors_is_the_one_that_is_drawn() -> None:
    for module in walk_packages(allocator.__path__, "allocator."):
        if not module.name.startswith(("allocator.db.migrations", "allocator.__main__")):
            import_module(module.name)
    drawn = set(re.findall(r"^[ │├└─]*(\w+) {2,}", import_module("allocator.errors").__doc__ or "", re.M))
    assert {kind.__name__ for kind in tree(AllocatorError) if kind.__module__.startswith("allocator")} == drawn


def tree(kind: type) -> Iterator[type]:
    yield kind
    for one in kind.__subclasses__():
        yield from tree(one)


# The sources


def constants(node: ast.AST) -> str:
    """Every text that is written out below a node."""
    return " ".join(n.value for n in ast.walk(node) if isinstance(n, ast.Constant) and isinstance(n.value, str))


def told_in_text(tree: ast.Module) -> Iterator[int]:
    """Lines where a text given as it is to an error or notice, or put together for one, holds advice or an outcome."""
    outcomes = set[int]()
    kinds = {"AllocatorError", "Notice", "Problem", *(kind.__name__ for kind in subclasses())}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in kinds:
            if any(TOLD.search(constants(given)) for given in node.args):
                yield node.lineno
            if any(re.match("Maybe", constants(given.value)) for given in node.keywords if given.arg == "maybe"):
                yield node.lineno
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and "\nMaybe" in node.value:
            yield node.lineno
        elif isinstance(node, ast.keyword) and node.arg == "outcome":
            outcomes.update(map(id, ast.walk(node.value)))
        elif isinstance(node, ast.Constant) and id(node) not in outcomes and OUTCOME.search(str(node.value)):
            yield node.lineno


def looked_for(tree: ast.Module) -> Iterator[int]:
    """Lines where a text is compared with advice or an outcome, searched for it, or cut at it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare):
            given = [node.left, *node.comparators]
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in LOOKING:
            given = list(node.args)
        else:
            continue
        if any(TOLD.search(constants(one)) for one in given):
            yield node.lineno


def subclasses() -> list[type]:
    return list(tree(AllocatorError))


@pytest.mark.parametrize(
    "source",
    [
        'raise AllocatorError("It is so.\\nMaybe go on.")',
        'raise Conflict(f"{case} is so. Nothing was changed.")',
        'says = "It is so.\\nMaybe go on."',
        'says = f"{case} is so. Nothing was changed."',
        'raise InputError([Problem("file", "a row. Maybe go on.")])',
        'raise AllocatorError("It is so.", maybe="Maybe go on.")',
    ],
)
def test_a_text_that_holds_advice_or_an_outcome_is_found(source: str) -> None:
    assert list(told_in_text(ast.parse(source)))


@pytest.mark.parametrize(
    "source",
    [
        'text.partition("\\nMaybe ")',
        'if "Nothing was changed" in text: pass',
        're.sub(r" Nothing was changed\\.", "", t)',
    ],
)
def test_a_text_that_is_looked_through_is_found(source: str) -> None:
    assert list(looked_for(ast.parse(source)))


@pytest.mark.parametrize("path", sorted(ROOT.rglob("*.py")), ids=lambda path: str(path.relative_to(ROOT)))
def test_advice_and_outcome_are_never_text(path: Path) -> None:
    source = ast.parse(path.read_text("utf-8"))
    known = set()
    if path == ROOT / "errors.py":  # the one home of how they are shown
        shown = [node for node in ast.walk(source) if isinstance(node, ast.JoinedStr)]
        known = {node.lineno for node in (*shown, *(n for n in source.body if isinstance(n, ast.Assign)))}
    assert [line for line in told_in_text(source) if line not in known] == []
    assert list(looked_for(source)) == []
