"""The README and the manual show what the commands print: each is run, and its output compared."""

from __future__ import annotations

import re

import pytest

from allocator.cli.cycle import PLACES
from tests.manual.console import PAGES, Ran, commands, run_page

SHOWN = {path.stem: commands(path.read_text("utf-8")) for path in PAGES}


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_a_page_shows_what_commands_print(path, tmp_path):
    for ran in run_page(path.read_text("utf-8"), tmp_path):
        assert ran.as_shown, f"{ran.command}\n" + "\n".join(ran.printed)


@pytest.mark.parametrize("page", ["supervisor"])
def test_every_answer_is_shown(page):
    shown = {command.split()[1] for command, _ in SHOWN[page]}
    assert {"recommend", "why", "why-not", "whatif", "frontier", "diagnose"} <= shown
    assert "compare" in {command.split()[1] for command, _ in SHOWN["tutorial"] if command.startswith("allocator")}


def test_the_walk_takes_every_step():
    text = "\n".join(command for command, _ in SHOWN["operator"])
    walked = set(re.findall(r"^allocator ((?:(?:cycle|audit|reductions|db) )?[a-z-]+)", text, re.M))
    steps = {f"cycle {name}" for name in PLACES} | {"audit verify", "audit show", "reductions import"}
    steps |= {"reductions add", "reductions back"}
    steps |= {"reductions show", "db upgrade", "deliver", "report", "supervisors", "purge", "buddies", "courses"}
    assert walked == steps


def test_what_is_left_out_may_be_any_lines_and_nothing_else_may():
    printed = ["one", "two", "three", "four"]
    assert Ran("c", ["one", "…", "four"], printed).as_shown
    assert Ran("c", printed, printed).as_shown
    assert not Ran("c", ["one", "four"], printed).as_shown
    assert not Ran("c", ["two", "…"], printed).as_shown


def test_renewing_keeps_what_is_left_out():
    printed = ["head", "alpha 2", "beta", "gamma", "total 9"]
    # Of the run in the middle the line most like it is taken; the last run is as long as it was.
    assert Ran("c", ["head", "…", "alpha 1", "…", "total 7"], printed).renewed == [
        "head",
        "…",
        "alpha 2",
        "…",
        "total 9",
    ]
    assert Ran("c", ["gone"], printed).renewed == printed
    assert Ran("c", ["head", "…"], printed).renewed == ["head", "…"]
