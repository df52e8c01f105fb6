"""The page "How it is protected": its items are those of the standard, and every test that it names is there."""

from __future__ import annotations

import ast
import re
from collections import Counter
from functools import cache

import pytest

from allocator.app import accounts, uploads
from allocator.db.jobs import MOST_WAITING
from allocator.domain.force import MOST_ITEMS
from allocator.domain.policy import MOST_TEXT
from allocator.errors import MOST_QUOTED
from allocator.files import workbook
from allocator.files.settings import MOST_PARTS, MOST_TOML
from allocator.files.sheet import MOST_CELLS, MOST_COLUMNS, MOST_ROWS
from allocator.http import bodies
from allocator.http.dependencies import MOST_STREAMS, MOST_UPLOADS, SIDE_BY_SIDE, TRIES
from allocator.http.middleware import MOST_FORM
from allocator.http.settings import ServerSettings
from allocator.manual.pages import page
from tests.manual.console import ROOT

# How many items of levels 1 and 2 a section of the standard (OWASP ASVS 5.0.0) has; they come first in each.
ITEMS = {
    **{"1.1": 2, "1.2": 9, "1.3": 11, "1.4": 3, "1.5": 2},
    **{"2.1": 3, "2.2": 3, "2.3": 4, "2.4": 1},
    **{"3.2": 2, "3.3": 4, "3.4": 6, "3.5": 5, "3.7": 2},
    **{"4.1": 3, "4.2": 1, "4.3": 2, "4.4": 4},
    **{"5.1": 1, "5.2": 3, "5.3": 2, "5.4": 3},
    **{"6.1": 3, "6.2": 12, "6.3": 4, "6.4": 4, "6.5": 5, "6.6": 3, "6.8": 4},
    **{"7.1": 3, "7.2": 4, "7.3": 2, "7.4": 5, "7.5": 2, "7.6": 2},
    **{"8.1": 2, "8.2": 3, "8.3": 1, "8.4": 1},
    **{"9.1": 3, "9.2": 4},
    **{"11.1": 2, "11.2": 3, "11.3": 3, "11.4": 4, "11.5": 1, "11.6": 1},
    **{"12.1": 3, "12.2": 2, "12.3": 4},
    **{"13.1": 1, "13.2": 5, "13.3": 2, "13.4": 5},
    **{"14.1": 2, "14.2": 4, "14.3": 3},
    **{"15.1": 3, "15.2": 3, "15.3": 7},
    **{"16.1": 1, "16.2": 5, "16.3": 4, "16.4": 3, "16.5": 3},
}
WORDS = {2: "two", 4: "four", 10: "ten"}
TEXT = page("protection").text
ROWS = [line.strip("|").split(" | ") for line in TEXT.splitlines() if re.match(r"\| *\d", line)]
NUMBERS = [number.strip() for row in ROWS for number in row[0].split(",")]
MET = [row for row in ROWS if "`tests/" in row[-1]]


def test_every_item_is_one_of_the_standard_and_stands_once():
    assert all(re.fullmatch(r"[1-9]\d?\.[1-9]\.[1-9]\d?", number) for number in NUMBERS)
    assert [number for number, times in Counter(NUMBERS).items() if times > 1] == []
    assert set(NUMBERS) == {f"{section}.{k}" for section, count in ITEMS.items() for k in range(1, count + 1)}
    assert "version 5.0.0" in TEXT


def test_an_item_says_in_one_sentence_what_holds_and_names_its_test():
    assert len(MET) > 100
    for _, says, shown in MET:
        assert says.strip().endswith(".") and shown.strip()
        assert re.fullmatch(r"`tests/\S+\.py::test_\w+`(, `tests/\S+\.py::test_\w+`)*", shown.strip()), shown
    (missing,) = (one for one in page("protection").sections if one.title == "What is not met")
    assert all(len(row) == 3 for row in ROWS if row[0].strip() in missing.text)


@cache
def named_in(path: str) -> frozenset[str]:
    tree = ast.parse((ROOT / path).read_text("utf-8"))
    return frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


@pytest.mark.parametrize("named", sorted(set(re.findall(r"`(tests/[^`]+)`", TEXT))))
def test_every_test_that_is_named_is_there(named):
    path, _, name = named.partition("::")
    assert name in named_in(path), named


def test_limits_are_those_of_the_code():
    (told,) = (one.text for one in page("protection").sections if one.title == "Limits")
    told = " ".join(told.split())
    assert f"{TRIES['address']} times as many for an address, {TRIES['name']} times as many for a name" in told
    assert f"{accounts.SHORTEST_PASSWORD} to {accounts.LONGEST_PASSWORD} characters" in told
    packed, unpacked = uploads.MOST_PACKED // 2**20, uploads.MOST_UNPACKED // 2**20
    assert f"{packed} MiB packed, {unpacked} MiB unpacked, {uploads.MOST_FILES} files" in told
    cells = f"{MOST_COLUMNS:,} columns, {MOST_CELLS:,} cells with {workbook.MOST_TEXTS:,} characters"
    assert f"{MOST_ROWS:,} rows a table, {cells} that cells share. {WORDS[MOST_UPLOADS].title()} are read" in told
    assert f"{WORDS[SIDE_BY_SIDE].title()} sign-ins are under way from one address" in told
    assert f"has {MOST_TEXT} characters, a list {MOST_ITEMS:,} items" in told
    assert f"have {MOST_TOML // 2**10} KiB, and keys of {MOST_PARTS} parts" in told
    assert f"the first {MOST_QUOTED} characters" in told
    assert f"{bodies.MOST_BRACKETS:,} lists and tables, and {bodies.MOST_VALUES:,} values" in told
    assert f"sends {MOST_FORM // 2**20} MiB at most" in told and bodies.LARGE == MOST_FORM
    assert f"an account has {WORDS[bodies.MOST_LARGE]} under way" in told
    assert f"An account watches {WORDS[MOST_STREAMS]} problems" in told
    assert f"at most {MOST_WAITING} problems that wait" in told
    session = ServerSettings.model_fields
    assert f"{session['idle_minutes'].default} minutes without use, {session['session_hours'].default} hours" in TEXT


def test_every_act_that_is_logged_is_of_a_log_that_is_listed():
    (told,) = (one.text for one in page("protection").sections if one.title == "Logs")
    assert re.findall(r"^\| (\S.*?) \|", told, re.M) == ["log", "audit log", "service's log", "metrics"]
    # What goes anywhere else would be set up somewhere else.
    sets_up = re.compile(r"logging\.(basicConfig|\w*Handler|handlers)|structlog\.configure|\.addHandler\(")
    found = {path for path in (ROOT / "allocator").rglob("*.py") if sets_up.search(path.read_text("utf-8"))}
    assert {path.relative_to(ROOT).as_posix() for path in found} == {"allocator/http/observability.py"}
