"""``allocator help``: topics, pages, commands, and what is meant by a topic that there is not."""

from __future__ import annotations

import re

import pytest
from click.testing import CliRunner

from allocator.cli import _COMMANDS, allocator
from allocator.errors import InputError
from allocator.manual.pages import page, topics


def told(*arguments):
    done = CliRunner().invoke(allocator, ["help", *arguments], env={"COLUMNS": "80"}, catch_exceptions=False)
    assert done.exit_code == 0
    return done.output


def test_it_lists_every_topic_with_its_title():
    text = told()
    for topic in topics():
        assert re.search(rf"^  {topic} +{re.escape(page(topic).title)}$", text, re.M)


@pytest.mark.parametrize("topic", ["tutorial", "rules", "architecture"])
def test_a_page_is_printed_without_marks(topic):
    text = told(topic)
    assert page(topic).title in text
    assert "```" not in text and "<!--" not in text and ".md" not in text
    assert all(len(line) <= 80 for line in text.splitlines() if line.strip() not in page(topic).text)


@pytest.mark.parametrize("topic", topics())
def test_commands_and_samples_are_printed_line_for_line(topic):
    shown = {line.rstrip() for line in told(topic).splitlines()}
    for sample in re.findall(r"^```\w*\n(.*?)^```", page(topic).text, re.M | re.S):
        assert {f"  {line}".rstrip() for line in sample.splitlines()} <= shown


def test_links_name_the_command_that_shows_them():
    assert "allocator help model" in " ".join(told("tutorial").split())


@pytest.mark.parametrize("command", _COMMANDS)
def test_every_command_can_be_looked_up(command):
    if command not in topics():
        assert f"allocator {command}" in told(command)


def test_a_command_of_a_group_can_be_looked_up():
    text = told("cycle", "propose")
    assert "allocator cycle propose" in text and "allocator cycle submit" not in text


def test_search():
    assert "policy" in told("--search", "four_eyes")
    assert told("--search", "no-such-word").strip() == "No section of the manual has: no-such-word"


def test_an_unknown_topic_is_refused_with_those_that_are_near():
    with pytest.raises(InputError, match="rights"):
        CliRunner().invoke(allocator, ["help", "rihgts"], catch_exceptions=False, standalone_mode=False)
