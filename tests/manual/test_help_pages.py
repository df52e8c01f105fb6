"""The manual in the service: for everybody, searchable, and nothing of it is markup but Markdown's own."""

from __future__ import annotations

import html
import json
import re

import pytest

from allocator.http.web import markdown
from allocator.manual import pages
from allocator.manual.pages import PICTURES, page, topics
from tests.http.api.conftest import served
from tests.http.web.looking import Page, look


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    yield from served(tmp_path_factory.mktemp("help") / "home")


@pytest.fixture
def get(site):
    site.client.cookies.clear()
    return lambda path, **options: Page(site.client.get(path, **options))


def test_everybody_reads_the_topics(get):
    contents = get("/help").has_no("div", class_="govuk-service-navigation")
    contents.has("input", name="search")
    for topic in topics():
        contents.has("a", href=f"/help/{topic}")


@pytest.mark.parametrize("topic", topics())
def test_everybody_reads_a_page_and_every_link_of_it_leads_on(get, topic):
    answer = get(f"/help/{topic}")
    assert answer.status_code == 200
    (heading,) = answer.every("h1")
    assert heading.text == page(topic).title
    anchors = {html.unescape(one) for one in re.findall(r' id="([^"]+)"', answer.content.decode())}
    for link in re.findall(r'(?:href|src)="(/help[^"]*|#[^"]*)"', answer.content.decode()):
        address, _, anchor = html.unescape(link).partition("#")
        if not address:
            assert anchor in anchors, link
        elif address.count("/") > 2:
            assert get(address).status_code == 200, link
        else:
            assert address == "/help" or address.removeprefix("/help/") in topics(), link


def test_who_has_signed_in_has_their_menu(site):
    rights = look(site, "supervisor", "/help/rights").says("Sign out")
    for href in ("/officers", "/help"):
        rights.has("a", href=href)


def test_search_is_a_plain_form(get):
    found = get("/help", params={"search": "four eyes"}).says(" sections are found for “four eyes”")
    found.has("a", href="/help/operator#approve-commit-deliver")
    get("/help", params={"search": "no-such-word"}).says("Nothing is found for “no-such-word”")
    get("/help", params={"search": "   "}).lacks("All topics")


def test_what_is_searched_for_is_text(get):
    words = '<script>alert("x")</script>'
    found = get("/help", params={"search": words}).says(f"Nothing is found for “{words}”.")
    assert [script for script in found.every("script") if "alert" in str(script.parts)] == []
    found.has("input", name="search", value=words)


def test_a_page_that_is_not_there(get):
    answer = get("/help/nowhere")
    assert answer.status_code == 404
    answer.says("no page nowhere").has("a", href="/help")
    assert get("/help/pictures/..%2Fpages.py").status_code == 404
    assert get("/help/schemas/pages.py").status_code == 404


def test_errors_and_signing_in_lead_to_help(get):
    get("/nowhere").has("a", href="/help")
    get("/sign-in").has("a", href="/help")


@pytest.mark.parametrize("name", sorted(path.name for path in PICTURES.iterdir()))
def test_pictures_are_ours(get, name):
    answer = get(f"/help/pictures/{name}")
    assert answer.content == (PICTURES / name).read_bytes()
    assert answer.headers["content-type"] == ("image/svg+xml" if name.endswith(".svg") else "image/png")
    assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_schemas_are_there_for_programs(get):
    answer = get("/help/schemas/allocate.json")
    assert answer.headers["content-type"] == "application/schema+json"
    assert json.loads(answer.content)["title"] == "allocator allocate --json"


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
