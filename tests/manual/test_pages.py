"""The manual itself: its topics, links, pictures and search."""

from __future__ import annotations

import re

import pytest

from allocator.errors import InputError
from allocator.manual.pages import FOLDER, PICTURES, anchor_of, page, plain, search, topics
from tests.manual.console import ROOT

LINK = re.compile(r"\]\(([^)\s]+)\)")


def test_every_page_is_a_topic_once():
    assert len(set(topics())) == len(topics())
    assert {path.stem for path in FOLDER.glob("*.md")} == set(topics())


@pytest.mark.parametrize("topic", topics())
def test_a_page_opens_with_its_title_and_a_sentence(topic):
    shown = page(topic)
    assert shown.text.startswith(f"# {shown.title}\n\n") and shown.sections[0].level == 1
    assert [section.level for section in shown.sections].count(1) == 1
    assert shown.opening[:1].isupper() and "`" not in shown.opening


@pytest.mark.parametrize("topic", topics())
def test_every_link_leads_to_a_page_a_heading_or_a_file(topic):
    for link in LINK.findall(re.sub(r"```.*?```", "", page(topic).text, flags=re.S)):
        name, _, anchor = link.partition("#")
        if name.startswith("https://"):
            continue
        if name and not name.endswith(".md"):
            assert (FOLDER / name).is_file(), link
            continue
        target = page(name.removesuffix(".md") or topic)
        assert not anchor or anchor in {section.anchor for section in target.sections}, link


@pytest.mark.parametrize("topic", topics())
def test_a_page_holds_no_markup_but_its_own(topic):
    prose = re.sub(r"```.*?```|`[^`\n]*`", "", page(topic).text, flags=re.S)
    assert not re.search(r"<[a-z/!]", prose), re.search(r"<[a-z/!].*", prose)


def test_every_picture_is_shown():
    shown = "".join(path.read_text("utf-8") for path in (*FOLDER.glob("*.md"), ROOT / "README.md"))
    assert all(f"pictures/{path.name})" in shown for path in PICTURES.iterdir())


def test_the_readme_is_short_and_leads_on():
    text = (ROOT / "README.md").read_text("utf-8")
    assert text.count("\n") <= 150
    assert all((ROOT / link).exists() for link in LINK.findall(text))


def test_search_finds_sections_with_all_words_and_those_first_that_are_called_so():
    found = search("four GOALS")
    assert found[0].section.topic == "model" and found[0].section.title == "Four goals, in strict order"
    assert all("four" in f"{one.page_title} {one.section.text}".casefold() for one in found)
    assert search("overdue")[0].excerpt
    assert search("no-such-word-anywhere") == search("  ") == ()


def test_an_excerpt_shows_the_words_in_a_long_paragraph():
    (one, *_) = (found for found in search("martingale") if found.section.topic == "staffing")
    assert "martingale" in one.excerpt and len(one.excerpt) <= 210


def test_an_unknown_topic_names_those_that_are_near():
    with pytest.raises(InputError, match="rules"):
        page("ruels")
    with pytest.raises(InputError, match="adding-a-column"):
        page("interpreter-column")
    with pytest.raises(InputError, match="expected a topic of the manual") as nothing:
        page("zzzz")
    assert "Maybe" not in str(nothing.value)


def test_a_topic_is_no_path():
    with pytest.raises(InputError):
        page("../manual/rules")


def test_anchors_are_those_of_code_forges():
    assert anchor_of("What if?") == "what-if"
    assert anchor_of("allocator why-not --json") == "allocator-why-not---json"
    assert anchor_of("Rules", ["rules"]) == "rules-1"


def test_plain_text_of_markdown():
    assert plain("## [`allocator why`](#x) and *more* a &lt; b") == "allocator why and more a < b"
