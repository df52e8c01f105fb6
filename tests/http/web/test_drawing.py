"""No page draws a chart or checks a plan that was drawn and checked where the work was done."""

from __future__ import annotations

import itertools

import pytest
from fastapi.routing import APIRoute

from allocator.app import job_results as results
from allocator.app import results as kept
from allocator.reporting.renderers import charts
from tests.cycling import committed, small
from tests.http.api.conftest import served
from tests.http.api.test_journey import until_ended
from tests.http.web.looking import look

PLANNING = {"horizon": 2, "futures": 2, "confidence": 80}
LEAVES = {"change": [{"what": "officer-leaves", "officer": "A"}]}
ASKED = {
    "allocate": ("/v1/problems", {}),
    "whatif": ("/v1/whatif", {"scenarios": [{"name": "A leaves", **LEAVES}]}),
    "frontier": ("/v1/frontier", {"last": 2}),
    "forecast": ("/v1/planning", {"question": "forecast", **PLANNING}),
    "size": ("/v1/planning", {"question": "size", "sensitivity": True, **PLANNING}),
}
# The work that pages with the id of a job show, and all else that stands in the address of a page.
SHOWN = {"/staffing/": ("forecast", "size"), "/whatif/results/": ("whatif",), "/frontier/": ("frontier",)}
NAMES = {
    "cycle_id": "1",
    "act": "undo",
    "officer_id:path": "B",
    "case_id:path": "c4",
    "user_id": "1",
    "scenario_id": "1",
    "name": "none",
    "topic": "glossary",
}


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A committed cycle, and an answer of every kind."""
    folder = tmp_path_factory.mktemp("drawing")
    for server in served(folder / "home"):
        server.month = f"{committed(server.context.store, small(), folder / 'force').cycle_date:%Y-%m}"
        server.work = {}
        for name, (path, body) in ASKED.items():
            posted = server.call("supervisor", "POST", path, json=body)
            server.work[name] = posted.json()["id"]
            assert until_ended(server, "supervisor", posted.json())["state"] == "done"
        server.call("supervisor", "POST", "/v1/scenarios", json={"name": "A leaves", "document": LEAVES})
        yield server


def addresses(site):
    """Every page of the application, and every answer of the interface to what was worked out."""
    found = set()
    groups = (getattr(getattr(one, "original_router", None), "routes", [one]) for one in site.client.app.routes)
    for route in itertools.chain(*groups):
        if not isinstance(route, APIRoute) or "GET" not in route.methods or route.path.startswith(("/v1", "/metrics")):
            continue
        works = next((works for start, works in SHOWN.items() if route.path.startswith(start)), tuple(site.work))
        for job in works:
            names = {**NAMES, "job_id": site.work[job], "month": site.month}
            path = route.path
            for name, value in names.items():
                path = path.replace(f"{{{name}}}", value)
            assert "{" not in path, f"what stands in {route.path}?"
            found.add(path)
    for job in site.work.values():
        found |= {f"/v1/problems/{job}", f"/v1/problems/{job}/result"}
    return sorted(found | {f"/v1/reports/{site.month}?form={form}" for form in ("json", "xlsx", "html")})


def test_every_page_is_there_and_nothing_is_drawn_or_checked_twice(site, monkeypatch):
    # Other tests may have drawn the same figures.
    charts.draw.cache.clear()
    drawn, checked = [], []
    picture, check = charts.picture, results.check
    monkeypatch.setattr(charts, "picture", lambda *of: drawn.append(repr(of)) or picture(*of))
    monkeypatch.setattr(results, "check", lambda plan: checked.append(plan) or check(plan))
    walk = addresses(site)
    assert len(walk) > 50
    statuses, drawing = {}, set()
    for path in walk:
        before = len(drawn)
        statuses[path] = look(site, "supervisor", path).status_code
        drawing |= {path} if len(drawn) > before else set()
    # Not for supervisors, on the way to what was found, or of what was not looked for.
    assert {path: status for path, status in statuses.items() if status not in (200, 303, 403)} == {
        "/downloads/none.csv": 404,
        "/help/pictures/none": 404,
        "/help/schemas/none": 404,
        "/tonight/new": 422,
        "/cover/c4": 404,
        "/take-back/c4": 404,
        "/cycles/1/override": 404,
    }
    # What a page puts together itself, such as a month, is drawn once for everybody, and no answer is drawn again.
    assert any(site.month in path for path in drawing)
    assert not [path for path in drawing if any(job in path for job in site.work.values())]
    once = len(drawn)
    assert len(set(drawn)) == once
    assert len(checked) == 3  # the plans of two answers, each at the first look
    for path in walk:
        look(site, "supervisor", path)
    assert len(drawn) == once and len(checked) == 3


@pytest.mark.parametrize(
    ("path", "count"),
    [
        ("/staffing/{forecast}", 7),
        ("/staffing/{size}", 1),
        ("/whatif/results/{whatif}", 4),
        ("/frontier/{frontier}", 1),
    ],
)
def test_answers_have_the_charts_that_were_drawn_with_them(site, path, count):
    assert len(look(site, "supervisor", path.format(**site.work)).every("figure")) == count


def test_points_of_a_frontier_lead_to_plans_only_where_cases_may_be_seen(site, monkeypatch):
    page = f"/frontier/{site.work['frontier']}"
    look(site, "supervisor", page).has("a", href="?point=1#plan", **{"aria-label": "1 moves"})
    from allocator.app import actors

    user = site.users["supervisor"]
    monkeypatch.setattr(actors.User, "may", lambda who, right: right != "cases")
    assert user.id
    look(site, "supervisor", page).has_no("a", href="?point=1#plan")


def test_work_of_before_charts_were_kept_is_shown_without_them(site, monkeypatch):
    whatif, frontier = (f"/whatif/results/{site.work['whatif']}", f"/frontier/{site.work['frontier']}")
    real = kept._unpacked
    without = ("sections", "svg")
    monkeypatch.setattr(
        kept, "_unpacked", lambda *of: {key: value for key, value in real(*of).items() if key not in without}
    )
    look(site, "supervisor", whatif).says("Run it again to see them")
    page = look(site, "supervisor", frontier)
    assert page.status_code == 200
    page.has_no("figure").has("table")
