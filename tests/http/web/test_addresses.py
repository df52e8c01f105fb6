"""Ids of any kind: pages and endpoints of cases and officers whose ids hold marks that addresses use too."""

from __future__ import annotations

import pytest

from allocator.http.urls import address_of
from tests.cycling import imported
from tests.http.api.conftest import served
from tests.http.web.looking import look
from tests.tiny import current, force, new, officer

CASES = ["12/345A", "a//b", "new", ".", "..", "100%", "a?b#c", "Ä 1"]


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A force with odd ids, whose cycle is imported."""
    folder = tmp_path_factory.mktemp("addresses")
    for server in served(folder / "home"):
        cases = [*(new(name) for name in CASES), current("z/1", "O/1")]
        imported(server.context.store, force([officer("O/1"), officer("..")], cases), folder / "force")
        yield server


@pytest.mark.parametrize("name", CASES)
def test_every_case_has_its_pages_and_endpoints(site, name):
    page = look(site, "supervisor", f"/cases/{address_of(name)}")
    assert page.status_code == 200
    page.has("h1")
    assert look(site, "supervisor", f"/tonight/{address_of(name)}").status_code == 200
    look(site, "supervisor", "/cases").has("a", href=f"/cases/{address_of(name)}")
    here = f"/v1/cases/{address_of(name)}"
    assert site.call("supervisor", "GET", here).json()["case_id"] == name
    ranked = site.call("supervisor", "GET", f"{here}/recommend").json()
    assert ranked["case_id"] == name and ranked["candidates"]
    assert site.call("supervisor", "GET", f"{here}/why").json()["case_id"] == name
    assert site.call("supervisor", "GET", f"{here}/why-not?officer=O/1").json()["officer_id"] == "O/1"


def test_so_has_every_officer(site):
    for name in ("O/1", ".."):
        assert look(site, "supervisor", f"/officers/{address_of(name)}").status_code == 200
        look(site, "supervisor", "/officers").has("a", href=f"/officers/{address_of(name)}")
        assert site.call("supervisor", "GET", f"/v1/officers/{address_of(name)}").json()["officer_id"] == name
    asked = look(site, "supervisor", f"/cases/z%2F1?ask=why-not&officer={address_of('..')}")
    assert asked.status_code == 200
    asked.lacks("There is no officer")


def test_a_case_of_such_an_id_is_placed(site):
    version = look(site, "supervisor", "/tonight/~new").hidden()["version"]
    form = {"officer": "O/1", "reason": "knows-case", "version": version}
    done = look(site, "supervisor", "/tonight/~new", "POST", **form)
    assert done.status_code == 303 and done.headers["location"] == "/cases/~new?done=placed"
