"""What a failing test of a page tells: the element, never the page, and no secret."""

import httpx2
import pytest

from tests.http.web.looking import Page

SECRET = "alc_" + "Zx9" * 12
PAGE = f"""<html><body><h1>Case c1</h1><form action="/x"><input type="hidden" name="csrftoken" value="{SECRET}">
<label for="note">Note</label><input id="note" name="note" value="at night"></form><p>Managed by <b>A</b>, {SECRET}.</p>
<table><tr><th>c1</th><td>with A &amp; B</td></tr></table><script>let words = 'of no page'</script></body></html>"""


@pytest.fixture
def page():
    return Page(httpx2.Response(200, text=PAGE, headers={"content-type": "text/html"}))


def test_a_page_says_what_people_read(page):
    page.says("Case c1", "with A & B", "Managed by A").lacks("of no page", "csrftoken")
    assert page.has("input", name="note", value="at night")["id"] == "note"
    assert page.has_no("input", name="other").hidden() == {}
    assert [cell.text for cell in page.has("table").every("td")] == ["with A & B"]


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (
            lambda page: page.says("with A and B"),
            "“Case c1” does not say 'with A and B'; closest: ['with A & B'",
        ),
        (lambda page: page.lacks("with A & B"), "page 200 “Case c1” says 'with A & B': [<td> with A & B]"),
        (
            lambda page: page.has("input", name="note", value="x"),
            'has no <input name="note" value="x">; it has [<input id',
        ),
        (lambda page: page.has_no("form"), 'has [<form action="/x"> Note]'),
        (lambda page: page.lacks("Managed"), "says 'Managed': [<p> Managed by A , …]"),
        (lambda page: page.has("input", name="other"), "has no"),
        (lambda page: page.says("Managed by B"), "closest: ['Managed by A , …"),
        (lambda page: page.has("input", type="text"), 'value="…">'),
    ],
)
def test_a_message_names_the_element_and_no_secret(page, asked, told):
    with pytest.raises(AssertionError) as failed:
        asked(page)
    message = str(failed.value)
    assert told in message and SECRET not in message and "<body>" not in message
    assert SECRET not in repr(page) + repr(page.every("input"))
