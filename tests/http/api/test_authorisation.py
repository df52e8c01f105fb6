"""Every endpoint and page as every role and as nobody, from one table."""

from __future__ import annotations

import re

import pytest
from fastapi.routing import APIRoute

from allocator.app.problems import post_job
from allocator.app.rights import RIGHTS, ROLES
from allocator.app.scenarios import keep_scenario
from tests.cycling import committed, small
from tests.http.api.conftest import PASSWORD

NOBODY = "open"  # to everybody, signed in or not
IN_PERSON = "in person"  # not to a program with a token

# (method, address, right that it needs)
TABLE = [
    ("GET", "/health", NOBODY),
    ("GET", "/ready", NOBODY),
    ("GET", "/metrics", "metrics"),
    ("GET", "/v1/me", "own"),
    ("POST", "/v1/problems", "solve"),
    ("GET", "/v1/problems", "own"),
    ("GET", "/v1/problems/{problem}", "own"),
    ("DELETE", "/v1/problems/{problem}", "solve"),
    ("GET", "/v1/problems/{problem}/result", "solve"),
    ("GET", "/v1/problems/{problem}/analysis", "solve"),
    ("GET", "/v1/problems/{problem}/why?case=c1", "ask"),
    ("GET", "/v1/problems/{problem}/why-not?case=c1&officer=A", "ask"),
    ("GET", "/v1/problems/{problem}/recommend?case=c1", "ask"),
    ("GET", "/v1/problems/{problem}/events", "own"),
    ("POST", "/v1/whatif", "solve"),
    ("POST", "/v1/frontier", "solve"),
    ("GET", "/v1/cycles", "figures"),
    ("POST", "/v1/cycles", "plan"),
    ("POST", "/v1/rollovers", "plan"),
    ("GET", "/v1/cycles/1", "cases"),
    ("GET", "/v1/cycles/1/plan", "cases"),
    ("POST", "/v1/cycles/1/propose", "plan"),
    ("POST", "/v1/cycles/1/overrides", "override"),
    ("POST", "/v1/cycles/1/submit", "plan"),
    ("POST", "/v1/cycles/1/return", "return"),
    ("POST", "/v1/cycles/1/approve", "approve"),
    ("POST", "/v1/cycles/1/commit", "commit"),
    ("POST", "/v1/cycles/1/undo", "undo"),
    ("POST", "/v1/cycles/1/discard", "plan"),
    ("POST", "/v1/placements", "override"),
    ("POST", "/v1/moves", "override"),
    ("POST", "/v1/take-backs", "override"),
    ("POST", "/v1/deliveries", "commit"),
    ("GET", "/v1/officers", "officers"),
    ("GET", "/v1/officers/A", "officers"),
    ("GET", "/v1/officers/A/history", "cases"),
    ("GET", "/v1/cases", "cases"),
    ("GET", "/v1/cases/c1", "cases"),
    ("GET", "/v1/cases/c1/history", "cases"),
    ("GET", "/v1/cases/c1/recommend", "ask"),
    ("GET", "/v1/cases/c1/why", "ask"),
    ("GET", "/v1/cases/c1/why-not?officer=A", "ask"),
    ("GET", "/v1/cover", "ask"),
    ("GET", "/v1/cover/c1", "ask"),
    ("POST", "/v1/cover", "duties"),
    ("POST", "/v1/away", "duties"),
    ("POST", "/v1/back", "duties"),
    ("POST", "/v1/planning", "solve"),
    ("GET", "/v1/scenarios", "solve"),
    ("POST", "/v1/scenarios", "solve"),
    ("GET", "/v1/scenarios/{scenario}", "solve"),
    ("PATCH", "/v1/scenarios/{scenario}", "solve"),
    ("DELETE", "/v1/scenarios/{scenario}", "solve"),
    ("POST", "/v1/scenarios/{scenario}/run", "solve"),
    ("GET", "/v1/reports/2026-01", "figures"),
    ("GET", "/v1/audit", "audit"),
    ("GET", "/v1/audit/verification", "audit"),
    ("GET", "/v1/policy", "own"),
    ("PATCH", "/v1/policy", "settings"),
    ("GET", "/v1/users", "users"),
    ("POST", "/v1/users", IN_PERSON),
    ("GET", "/v1/users/1", "users"),
    ("PATCH", "/v1/users/1", IN_PERSON),
    ("DELETE", "/v1/users/999/sessions", "users"),
    ("GET", "/v1/users/999/tokens", "users"),
    ("POST", "/v1/users/999/tokens", "users"),
    ("DELETE", "/v1/users/999/tokens/999", "users"),
    ("GET", "/v1/tokens", "own"),
    ("POST", "/v1/tokens", IN_PERSON),
    ("DELETE", "/v1/tokens/999", IN_PERSON),
    ("GET", "/v1/docs", "own"),
    ("GET", "/v1/openapi.json", "own"),
    # Pages.
    ("GET", "/sign-in", NOBODY),
    ("POST", "/sign-in", NOBODY),
    ("GET", "/help", NOBODY),
    ("GET", "/help/tutorial", NOBODY),
    ("GET", "/help/pictures/home.png", NOBODY),
    ("GET", "/help/schemas/allocate.json", NOBODY),
    ("GET", "/password", "own"),
    ("POST", "/password", "own"),
    ("GET", "/account", "own"),
    ("POST", "/account/tokens", "own"),
    ("POST", "/account/tokens/999/revoke", "own"),
    ("GET", "/", "own"),
    ("GET", "/officers", "officers"),
    ("GET", "/officers/A", "officers"),
    ("GET", "/cases", "cases"),
    ("GET", "/cases/c1", "cases"),
    ("GET", "/tonight", "override"),
    ("GET", "/tonight/new", "override"),
    ("GET", "/tonight/c4", "override"),
    ("POST", "/tonight/c4", "override"),
    ("GET", "/move/c1", "override"),
    ("POST", "/move/c1", "override"),
    ("GET", "/take-back/c1", "override"),
    ("POST", "/take-back/c1", "override"),
    ("GET", "/cover", "ask"),
    ("GET", "/cover.csv", "ask"),
    ("GET", "/cover.xlsx", "ask"),
    ("GET", "/cover/c1", "ask"),
    ("POST", "/cover", "duties"),
    ("POST", "/cover/c1", "duties"),
    ("GET", "/away", "duties"),
    ("POST", "/away", "duties"),
    ("POST", "/away/back", "duties"),
    ("GET", "/cycles", "figures"),
    ("POST", "/cycles/import", "plan"),
    ("POST", "/cycles/rollover", "plan"),
    ("GET", "/cycles/1", "cases"),
    ("GET", "/cycles/1/confirm/commit", "commit"),
    ("POST", "/cycles/1/propose", "plan"),
    ("GET", "/cycles/1/override?case=c1", "override"),
    ("POST", "/cycles/1/override", "override"),
    ("POST", "/cycles/1/submit", "plan"),
    ("POST", "/cycles/1/approve", "approve"),
    ("GET", "/cycles/1/plan.xlsx", "cases"),
    ("GET", "/cycles/1/sheets", "cases"),
    ("GET", "/downloads/none.csv", "own"),
    ("GET", "/work/{problem}", "own"),
    ("POST", "/work/{problem}/stop", "solve"),
    ("GET", "/whatif", "solve"),
    ("GET", "/whatif/new", "solve"),
    ("POST", "/whatif/new", "solve"),
    ("POST", "/whatif/compare", "solve"),
    ("GET", "/whatif/results/{problem}", "solve"),
    ("GET", "/whatif/{scenario}", "solve"),
    ("GET", "/whatif/{scenario}/change", "solve"),
    ("POST", "/whatif/{scenario}/change", "solve"),
    ("POST", "/whatif/{scenario}/run", "solve"),
    ("POST", "/whatif/{scenario}/copy", "solve"),
    ("POST", "/whatif/{scenario}/remove", "solve"),
    ("POST", "/frontier", "solve"),
    ("GET", "/frontier/{problem}", "solve"),
    ("GET", "/staffing", "solve"),
    ("POST", "/staffing", "solve"),
    ("GET", "/staffing/method", "solve"),
    ("GET", "/staffing/{problem}", "solve"),
    ("GET", "/history", "cases or audit"),
    ("GET", "/messages", "commit"),
    ("POST", "/messages", "commit"),
    ("GET", "/reports", "figures"),
    ("GET", "/reports/2026-01", "figures"),
    ("GET", "/reports/2026-01.xlsx", "figures"),
    ("GET", "/reports/2026-01.html", "figures"),
    ("GET", "/settings", "own"),
    ("POST", "/settings", "settings"),
    ("GET", "/users", "users"),
    ("GET", "/users/new", "users"),
    ("POST", "/users/new", "users"),
    ("GET", "/users/1", "users"),
    ("POST", "/users/1", "users"),
    ("POST", "/users/999/sessions", "users"),
    ("POST", "/users/999/tokens", "users"),
    ("POST", "/users/999/tokens/999/revoke", "users"),
    # Last, since it ends the session.
    ("POST", "/sign-out", "own"),
]

BODIES = {
    "/v1/problems": {"seed": 1},
    "/v1/whatif": {"scenarios": [{"name": "x", "change": [{"what": "officer-leaves", "officer": "B"}]}]},
    "/v1/frontier": {"last": 0},
    "/v1/planning": {"question": "forecast", "horizon": 2, "futures": 1},
    "/v1/cycles/1/overrides": {"case_id": "c1", "officer_id": "A", "reason": "continuity"},
    "/v1/cycles/1/return": {"reason": "placement"},
    "/v1/moves": {"case_id": "c1", "officer_id": "A", "reason": "conflict"},
    "/v1/take-backs": {"case_id": "c1", "reason": "mistake"},
    "/v1/cover": {"digest": "x"},
    "/v1/away": {"officers": ["nobody"], "status": "absent", "reason": "training", "first": "2026-01-05"},
    "/v1/back": {"officer": "nobody"},
    "/v1/placements": {"case_id": "c1", "officer_id": "A", "reason": "continuity"},
    "/v1/scenarios": {"name": "x", "document": {}},
    "/v1/policy": {"changes": {}, "note": "x"},
    "/v1/users": {"name": "Eve", "role": "viewer", "password": PASSWORD},
    "/v1/tokens": {"name": "x", "days": 1},
    "/v1/users/999/tokens": {"name": "x", "days": 1},
}


@pytest.fixture(scope="module")
def context(server, tmp_path_factory):
    """The server with a committed cycle, and for each role a problem and a scenario of its own."""
    store = server.context.store
    committed(store, small(), tmp_path_factory.mktemp("force") / "force")
    own = {}
    for role, user in server.users.items():
        own[role] = {"problem": "0" * 32, "scenario": 999}
        if user.may("solve"):
            document = {"policy": {"limits": {"cases": 45}}}
            own[role]["scenario"] = keep_scenario(store, user, document, name=f"of {role}").id
            own[role]["problem"] = post_job(store, user, "frontier", {"snapshot": "none", "last": 0}).id
    return server, own


def may(role: str, right: str) -> bool:
    if right in (NOBODY, IN_PERSON):
        return right == NOBODY
    return any(role in RIGHTS[name].roles for name in right.split(" or "))


def asked(server, own, role, method, address, browser=None):
    """Ask as somebody: programs with their token, browsers with a session and the token of a form."""
    values = own.get(role) or {"problem": "0" * 32, "scenario": 999}
    path = re.sub(r"\{(\w+)\}", lambda m: str(values[m[1]]), address)
    options = {"headers": {}, "follow_redirects": False}
    if method in ("POST", "PATCH") and address.startswith("/v1/"):
        options["json"] = BODIES.get(address, {})
    elif method == "POST":
        options["data"] = {"version": "1"}
    if method in ("POST", "PATCH", "DELETE") and address.startswith("/v1/"):
        options["headers"]["If-Match"] = '"v999"'
    if browser is not None:
        options["headers"] |= browser.headers
        if "data" in options:
            options["data"] = {"csrftoken": browser.token, **options["data"]}
        return server.client.request(method, path, **options)
    return server.call(role, method, path, **options)


PROGRAMS = ("/v1/", "/health", "/ready", "/metrics")


def is_page(address):
    return not address.startswith(PROGRAMS) or address == "/v1/docs"


@pytest.mark.parametrize("role", ROLES)
def test_a_role_may_do_what_the_table_says_and_nothing_else(context, role):
    server, own = context
    browser, wrong = server.browser(role), []
    for method, address, right in TABLE:
        if is_page(address):
            answer = asked(server, own, role, method, address, browser)
            signed_in = "/sign-in" not in answer.headers.get("location", "") or address == "/sign-out"
            refused = answer.status_code == 403 or not signed_in
        else:
            answer = asked(server, own, role, method, address)
            refused = answer.status_code in (401, 403)
        if refused is may(role, right) or answer.status_code >= 500:
            wrong.append((method, address, answer.status_code))
    assert wrong == []


def test_nobody_may_do_nothing(context):
    server, own = context
    browser, wrong = server.browser(), []
    for method, address, right in TABLE:
        page = is_page(address)
        answer = asked(server, own, None, method, address, browser if page else None)
        if right == NOBODY:
            fine = answer.status_code in (200, 422)
        elif page and address != "/v1/docs":
            fine = answer.status_code == 303 and answer.headers["location"].startswith("/sign-in")
        else:
            fine = answer.status_code == 401 and answer.headers["content-type"] == "application/problem+json"
        if not fine:
            wrong.append((method, address, answer.status_code))
    assert wrong == []


def test_the_table_names_every_endpoint_and_page(context):
    server, _ = context
    routes = {
        (method, re.sub(r"\{[^}]+\}", "*", route.path))
        for group in server.client.app.routes
        for route in getattr(getattr(group, "original_router", None), "routes", [group])
        if isinstance(route, APIRoute)
        for method in route.methods
    }
    found = set()
    for method, address, _ in TABLE:
        path = address.partition("?")[0]
        matches = [r for r in routes if r[0] == method and re.fullmatch(re.escape(r[1]).replace(r"\*", "[^/]+"), path)]
        assert matches, (method, address)
        found.add(min(matches, key=lambda r: (r[1].count("*"), -len(r[1]))))
    assert routes == found


def test_guessing_passwords_is_slowed_down_by_name(context):
    server, _ = context
    browser, statuses = server.browser(), []
    for _ in range(server.context.settings.sign_ins + 1):
        data = {"csrftoken": browser.token, "name": "Somebody", "password": "wrong"}
        statuses.append(server.client.post("/sign-in", data=data, headers=browser.headers).status_code)
    assert set(statuses[:-1]) == {422} and statuses[-1] == 429
    server.client.cookies.clear()
