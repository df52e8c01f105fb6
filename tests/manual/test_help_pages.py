"""The manual in the service: for everybody, searchable, and nothing of it is markup but Markdown's own."""

from __future__ import annotations

import html
import re

import pytest

from allocator.http.web import markdown
from allocator.manual import pages
from allocator.manual.pages import PICTURES, page, topics
from tests.http.api.conftest import served
from tests.http.web.looking import look


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    yield from served(tmp_path_factory.mktemp("help") / "home")


@pytest.fixture
def get(site):
    site.client.cookies.clear()
    return site.client.get


def test_everybody_reads_the_topics(get):
    text = get("/help").text
    assert all(f'href="/help/{topic}"' in text for topic in topics())
    assert 'name="search"' in text and "govuk-service-navigation" not in text


@pytest.mark.parametrize("topic", topics())
def test_everybody_reads_a_page_and_every_link_of_it_leads_on(get, topic):
    answer = get(f"/help/{topic}")
    assert answer.status_code == 200
    text = answer.text
    assert text.count("<h1") == 1 and html.escape(page(topic).title, quote=False) in text
    anchors = set(re.findall(r' id="([^"]+)"', text))
    for link in re.findall(r'(?:href|src)="(/help[^"]*|#[^"]*)"', text):
        address, _, anchor = link.partition("#")
        if not address:
            assert anchor in anchors, link
        elif address.count("/") > 2:
            assert get(address).status_code == 200, link
        else:
            assert address == "/help" or address.removeprefix("/help/") in topics(), link


def test_who_has_signed_in_has_their_menu(site):
    page = look(site, "supervisor", "/help/rights")
    page.has("a", href="/officers")
    page.has("a", href="/help")
    page.says("Sign out")


def test_search_is_a_plain_form(get):
    text = get("/help", params={"search": "four eyes"}).text
    assert re.search(r"\d+ sections are found", text) and 'href="/help/operator#approve-commit-deliver"' in text
    assert "Nothing is found for “no-such-word”" in get("/help", params={"search": "no-such-word"}).text
    assert "All topics" not in get("/help", params={"search": "   "}).text


def test_what_is_searched_for_is_text(get):
    text = get("/help", params={"search": '<script>alert("x")</script>'}).text
    assert "<script>alert" not in text and "&lt;script&gt;alert" in text


def test_a_page_that_is_not_there(get):
    answer = get("/help/nowhere")
    assert answer.status_code == 404 and "no page nowhere" in answer.text and 'href="/help"' in answer.text
    assert get("/help/pictures/..%2Fpages.py").status_code == 404
    assert get("/help/schemas/pages.py").status_code == 404


def test_errors_and_signing_in_lead_to_help(get):
    assert 'href="/help"' in get("/nowhere").text
    assert 'href="/help"' in get("/sign-in").text


@pytest.mark.parametrize("name", sorted(path.name for path in PICTURES.iterdir()))
def test_pictures_are_ours(get, name):
    answer = get(f"/help/pictures/{name}")
    assert answer.content == (PICTURES / name).read_bytes()
    assert answer.headers["content-type"] == ("image/svg+xml" if name.endswith(".svg") else "image/png")
    assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_schemas_are_there_for_programs(get):
    answer = get("/help/schemas/allocate.json")
    assert answer.headers["content-type"] == "application/schema+json"
    assert answer.json()["title"] == "allocator allocate --json"


def test_nothing_of_a_page_becomes_markup(monkeypatch):
    text = (
        "# A & B\n\n<script>x()</script> [bad](javascript:x) **bold** `<b>`\n\n"
        "```sh\n<i>\n```\n\n| a<b | c |\n|---|---|\n| <u> | [on](b.md#c) |\n"
    )
    shown = pages.Page("made-up", text, tuple(pages._sections("made-up", text)))
    monkeypatch.setattr(markdown, "page", lambda topic: shown)
    made = str(markdown.manual_html.__wrapped__("made-up"))
    assert re.findall(r"</?(?:script|u|i|b)>", made) == [] and "javascript:" not in re.findall(r'href="[^"]*', made)
    assert "A &amp; B" in made and "<h1" not in made and "<strong>bold</strong>" in made and "&lt;script&gt;" in made
    assert 'href="/help/b#c"' in made and 'href="javascript' not in made and 'aria-label="A &amp; B"' in made
    assert not re.search(r"\sstyle=|\son\w+=", made)
