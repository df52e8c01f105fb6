"""Pages on which somebody signs in or out, and what nobody does by following a link."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from allocator.app.rights import ROLES
from allocator.db.tables import metadata
from allocator.http.web.pages import MENU
from tests.cycling import proposed, small
from tests.http.api.conftest import served
from tests.http.api.test_authorisation import TABLE
from tests.http.web.looking import Page, look


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("signing")
    for server in served(folder / "home"):
        proposed(server.context.store, small(), folder / "force")
        yield server


def test_a_password_is_hidden_and_may_come_from_a_password_manager(site):
    found = {
        "/sign-in": Page(site.client.get("/sign-in")),
        "/password": look(site, "viewer", "/password"),
        "/users/new": look(site, "administrator", "/users/new"),
        "/users/1": look(site, "administrator", "/users/1"),
    }
    kinds = []
    for page in found.values():
        for field in page.every("input"):
            if field["name"] in ("password", "old", "new"):
                assert field["type"] == "password" and "onpaste" not in field.attributes
                kinds.append(field["autocomplete"])
    assert kinds == ["current-password", "current-password", *["new-password"] * 3]


def test_nothing_is_asked_at_signing_in_but_name_and_password(site):
    page = Page(site.client.get("/sign-in"))
    shown = [field["name"] for field in page.every("input") if field["type"] != "hidden"]
    assert shown == ["name", "password"] and page.every("select") == page.every("textarea") == []


@pytest.mark.parametrize("role", [role for role in ROLES if role != "service"])
def test_every_page_has_the_way_out(site, role):
    for _, path, _right in MENU:
        page = look(site, role, path)
        if page.status_code == 200:
            page.has("form", action="/sign-out").has("button")
    look(site, role, "/account").has("form", action="/sign-out")
    look(site, role, "/none").has("form", action="/sign-out")


def everything(store):
    """Every row but those of the log of readings, of when a session was used, and of the queue's own progress."""
    with store.reading() as connection:
        return {
            table.name: connection.execute(select(*table.c).order_by(*table.primary_key)).all()
            for table in metadata.sorted_tables
            if table.name not in ("audit", "sessions", "servers")
        }


def test_to_follow_a_link_changes_nothing(site):
    browsers = {role: site.browser(role) for role in ROLES}
    before = everything(site.context.store)
    assert before["cycles"] and before["users"] and before["proposals"]
    for method, address, _ in TABLE:
        if method != "GET" or "{" in address or "/events" in address:
            continue
        for role in ROLES:
            if address.startswith(("/v1/", "/metrics")) and address != "/v1/docs":
                answer = site.call(role, "GET", address)
            else:
                answer = site.client.get(address, headers=browsers[role].headers, follow_redirects=False)
            assert answer.status_code < 500, address
    assert everything(site.context.store) == before
