"""axe looks at every page: nothing that WCAG 2.2 A or AA asks for is missing."""

from __future__ import annotations

import json
from importlib.resources import files

import pytest

PAGES = [
    ("Ann Archer", "/"),
    ("Ann Archer", "/officers"),
    ("Ann Archer", "/officers/OM-N02"),
    ("Ann Archer", "/cases"),
    ("Ann Archer", "/cases/SY-01169?ask=why"),
    ("Ann Archer", "/cover"),
    ("Ann Archer", "/away"),
    ("Ann Archer", "/move/SY-01169"),
    ("Ann Archer", "/away?officer=OM-N02"),
    ("Ann Archer", "/tonight"),
    ("Ann Archer", "/tonight/SY-01229"),
    ("Ann Archer", "/tonight/new"),
    ("Ann Archer", "/cycles"),
    ("Ann Archer", "/cycles/1"),
    ("Ann Archer", "/cycles/1/override?case=SY-01169&officer=OM-N02"),
    ("Ann Archer", "/cycles/1/sheets"),
    ("Ann Archer", "/cases?waiting=yes"),
    ("Ann Archer", "/officers?search=zz"),
    ("Ann Archer", "/whatif"),
    ("Ann Archer", "/whatif/new"),
    ("Ann Archer", "whatif results"),
    ("Ann Archer", "frontier"),
    ("Pat Price", "/staffing"),
    ("Pat Price", "/staffing/method"),
    ("Pat Price", "staffing answer"),
    ("Ann Archer", "/history?case=SY-01169"),
    ("Ann Archer", "/settings"),
    ("Ann Archer", "/account"),
    ("Ann Archer", "/password"),
    ("Ann Archer", "/nowhere"),
    ("Bob Bell", "/history"),
    ("Bob Bell", "/reports"),
    ("Bob Bell", "/reports/2022-09"),
    ("Bob Bell", "/messages"),
    ("Bob Bell", "/cycles/1/confirm/undo"),
    ("Pat Price", "/"),
    ("Vic Vale", "/"),
    ("Ada Ash", "/"),
    ("Ada Ash", "/users"),
    ("Ada Ash", "/users/new"),
    ("Ada Ash", "/users/1"),
    ("Ada Ash", "/settings"),
    ("Ann Archer", "/v1/docs"),
    (None, "/sign-in"),
    (None, "/help"),
    (None, "/help?search=high+risk"),
    (None, "/help/supervisor"),
    (None, "/help/rules"),
    (None, "/help/architecture"),
    ("Ann Archer", "/help/commands"),
]
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}


@pytest.fixture(scope="module")
def ready(site):
    """Surrey with a committed cycle, a scenario tried and a frontier drawn; browsers of everybody."""
    ann, bob = site.enter("Ann Archer"), site.enter("Bob Bell")
    ann.goto(f"{site.address}/cycles/1")
    ann.click("text=Plan this cycle")
    ann.wait_for_selector("h2:has-text('The plan')")
    ann.click("text=Submit for approval")
    bob.goto(f"{site.address}/cycles/1")
    bob.click("main button:has-text('Approve')")
    bob.click("text=Commit, and write everybody's messages")
    bob.click("main form button:has-text('Commit')")
    bob.wait_for_url("**done=commit")
    found = {}
    ann.goto(f"{site.address}/whatif/new")
    ann.fill("#name", "N02 leaves")
    ann.select_option("#more", "officer-leaves")
    ann.click("text=Add this change")
    ann.select_option("#change-0-officer", "OM-N02")
    ann.click("text=Keep and run")
    ann.wait_for_url("**/whatif/results/**")
    found["whatif results"] = ann.url
    ann.goto(f"{site.address}/whatif")
    ann.fill("#last", "1")
    ann.click("text=Draw the frontier")
    ann.wait_for_url("**/frontier/*")
    found["frontier"] = f"{ann.url}?point=1"
    pat = site.enter("Pat Price")
    pat.goto(f"{site.address}/staffing")
    pat.check("#question-2")
    pat.fill("#horizon", "2")
    pat.fill("#futures", "2")
    pat.click("text=Work it out")
    pat.wait_for_url("**/staffing/*")
    found["staffing answer"] = pat.url
    others = {name: site.enter(name) for name in ("Vic Vale", "Ada Ash")}
    browsers = {"Ann Archer": ann, "Bob Bell": bob, "Pat Price": pat, None: site.nobody(), **others}
    return site, browsers, found


@pytest.mark.parametrize(("name", "path"), PAGES)
def test_axe_finds_nothing(ready, name, path):
    site, browsers, found = ready
    page = browsers[name]
    page.goto(found.get(path, f"{site.address}{path}"))
    # The page's policy lets no script in but ours: axe comes in through the browser's own door.
    results = page.evaluate(f"async () => {{ {axe_source()}; return await axe.run(document, {options()}) }}")
    wrong = [(v["id"], [n["target"] for n in v["nodes"]][:5]) for v in results["violations"]]
    assert wrong == []


def axe_source() -> str:
    return files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")


def options() -> str:
    return json.dumps(RULES)
