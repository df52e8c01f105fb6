"""What supervisors, approvers and planners do, in a real browser, on Surrey."""

from __future__ import annotations

import os
import re
import zipfile
from datetime import date, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import TimeoutError

from allocator.files import write_force
from allocator.synth import draw

# Where the README's screenshots are made: ALLOCATOR_SCREENSHOTS=DIR python -m pytest tests/browser
SHOTS = os.environ.get("ALLOCATOR_SCREENSHOTS")


def shot(page, name):
    if SHOTS:
        page.set_viewport_size({"width": 1000, "height": 760})
        page.screenshot(path=str(Path(SHOTS) / f"{name}.png"))


def calm(page):
    """Nothing was complained about: no error of a script, no refused style, no request to anybody else."""
    assert page.complaints == []


def test_a_whole_cycle_by_a_supervisor_and_an_approver(site, tmp_path):
    ann = site.enter("Ann Archer")
    shot(ann, "home")
    # Tonight's release in three clicks: whom, which officer and why, done.
    ann.click("text=Allocate a case that waits")
    case = ann.locator("tbody th").first.inner_text()
    ann.click("main tbody a >> nth=0")
    ann.wait_for_selector("text=best first")
    assert "unevenness" in ann.locator("fieldset tbody tr").first.inner_text()
    shot(ann, "tonight")
    ann.select_option("#reason", "knows-case")
    ann.click("text=Give the case to this officer")
    ann.wait_for_url(f"**/cases/{case}?done=placed")
    assert ann.locator("text=The case is with the officer you chose").is_visible()
    assert ann.locator(".govuk-notification-banner").evaluate("e => e === document.activeElement")
    # Why is worked out while one reads.
    ann.wait_for_selector("#why p:not(:has(a))")

    ann.goto(f"{site.address}/cycles/1")
    ann.click("text=Plan this cycle")
    ann.wait_for_selector("h2:has-text('The plan')")
    shot(ann, "cycle")
    assert ann.locator("td:has-text('proved best')").count() == 4
    assert "In the whole force" in ann.inner_text("main")
    moved = ann.locator("#list tbody th").first.inner_text()
    ann.click("#list tbody a:has-text('Change') >> nth=0")
    ann.select_option("#officer", index=1)
    ann.click("text=Show the price")
    assert ann.locator("h2:has-text('Price of')").is_visible()
    ann.click("button:has-text('Give the case to')")
    # The reason is missing: the summary has the focus and leads to the field.
    assert ann.locator(".govuk-error-summary").evaluate("e => e === document.activeElement")
    assert ann.title().startswith("Error: ")
    ann.click(".govuk-error-summary a")
    assert ann.evaluate("document.activeElement.id") == "reason"
    ann.select_option("#reason", "continuity")
    ann.click("button:has-text('Give the case to')")
    ann.wait_for_url("**/cycles/1?done=overridden")
    assert ann.locator(f"table:has-text('Decided by people') th:has-text('{moved}')").is_visible()
    stale = ann.context.new_page()
    stale.goto(f"{site.address}/cycles/1")
    ann.click("text=Submit for approval")
    ann.wait_for_url("**/cycles/1?done=submit")
    assert ann.locator("button:has-text('Approve')").count() == 0  # four eyes
    # A second click on a page of before changes nothing, and says who was first.
    stale.click("text=Submit for approval")
    stale.wait_for_selector(".govuk-error-summary")
    assert "was changed since you looked (submit by Ann Archer" in stale.inner_text(".govuk-error-summary")

    bob = site.enter("Bob Bell")
    bob.click("text=Approve the plan of cycle 1")
    bob.click("main button:has-text('Approve')")
    bob.wait_for_url("**/cycles/1?done=approve")
    bob.click("text=Commit, and write everybody's messages")
    bob.click("main form button:has-text('Commit')")
    bob.wait_for_url("**/cycles/1?done=commit")
    bob.click("text=See and deliver them")
    bob.click("text=Deliver them now")
    bob.wait_for_selector("text=All are delivered")
    assert any((site.home / "messages").iterdir())
    bob.goto(f"{site.address}/cycles/1")
    bob.click("text=Handover sheets, to print")
    assert bob.locator("article").count() >= 10
    bob.goto(f"{site.address}/history?case={moved}")
    assert bob.locator("ol.moj-timeline li").count() >= 1
    assert bob.locator("text=Audit log").is_visible()
    bob.click("text=Verify the log")
    bob.wait_for_selector("text=The audit log verifies")
    bob.goto(f"{site.address}/reports")
    bob.click("text=September 2022")
    assert bob.locator("figure svg").count() == 3
    bob.goto(f"{site.address}/cycles/1")
    bob.click("text=Undo this cycle")
    bob.click("main form button:has-text('Undo')")
    bob.wait_for_url("**/cycles/1?done=undo")
    calm(ann)
    calm(bob)


@pytest.mark.parametrize("scripts", [True, False], ids=["wide", "narrow, without scripts"])
def test_an_officer_ill_for_six_weeks_from_the_phone_call_to_covered_and_back(site, scripts):
    ann = site.enter("Ann Archer", java_script_enabled=scripts)
    if not scripts:
        ann.set_viewport_size({"width": 360, "height": 740})
    who = "OM-N04" if scripts else "OM-N05"
    ann.goto(f"{site.address}/officers/{who}")
    ann.click("main >> text=Away or other duties")
    assert ann.locator(f"input[value='{who}']").is_checked()
    ann.check("input[name=kind][value=absent]")
    ann.fill("#to", (date.today() + timedelta(weeks=6)).strftime("%d/%m/%Y"))
    # The reason is missing: it is asked for, and what was typed is kept.
    ann.click("text=Record it")
    ann.wait_for_selector(".govuk-error-summary >> text=Choose a reason.")
    assert ann.locator("input[name=kind][value=absent]").is_checked()
    ann.select_option("#reason", "sick_leave")
    ann.click("text=Record it")
    ann.wait_for_url("**/cover?done=away")
    assert "wait for your word" in ann.inner_text("main")
    assert ann.evaluate("document.documentElement.scrollWidth <= window.innerWidth") if scripts else True
    shot(ann, "cover")
    ann.click("main a:has-text('Who else?') >> nth=0")
    others = ann.locator("input[name=officer]")
    if others.count():
        others.first.check(force=True)
        ann.select_option("#reason", "knows-case")
        ann.click("text=Have this officer cover it")
        ann.wait_for_url("**/cover?done=covered")
    ann.click("text=Agree to this cover")
    ann.wait_for_url("**/cover?done=covered")
    assert "All of this cover is agreed" in ann.inner_text("main")
    ann.goto(f"{site.address}/officers/{who}")
    assert "sick leave" in ann.inner_text("main")
    ann.click("text=Back today")
    ann.wait_for_url(f"**/officers/{who}?done=back")
    ann.goto(f"{site.address}/cover")
    assert f"Cases of {who}" not in ann.inner_text("main")
    calm(ann)


@pytest.mark.parametrize("scripts", [True, False], ids=["wide", "narrow, without scripts"])
def test_a_slip_of_the_hand_is_taken_back(site, scripts):
    ann = site.enter("Ann Archer", java_script_enabled=scripts)
    if not scripts:
        ann.set_viewport_size({"width": 360, "height": 740})
    case = "SY-01202" if scripts else "SY-01203"
    ann.goto(f"{site.address}/cases/{case}")
    before = ann.locator(".govuk-summary-list__value").first.inner_text()
    ann.click("main >> text=Move this case today")
    ann.wait_for_selector("text=instead of")
    ann.click("text=Move the case to this officer")
    ann.wait_for_selector(".govuk-error-summary >> text=Choose a reason.")
    ann.select_option("#reason", "staff-risk")
    ann.click("text=Move the case to this officer")
    ann.wait_for_url(f"**/cases/{case}?done=moved")
    assert ann.locator(".govuk-summary-list__value").first.inner_text() != before
    ann.click("main >> text=Take back")
    ann.select_option("#reason", "mistake")
    ann.click("text=Take it back")
    ann.wait_for_url(f"**/cases/{case}?done=taken-back")
    assert ann.locator(".govuk-summary-list__value").first.inner_text() == before
    calm(ann)


def test_an_export_with_problems_is_listed_by_row_and_can_be_downloaded(site, tmp_path):
    ann = site.enter("Ann Archer")
    write_force(draw("surrey"), tmp_path / "force")
    cases = tmp_path / "force" / "cases.csv"
    cases.write_text(cases.read_text().replace(",high,", ",hihg,", 2))
    packed = tmp_path / "export.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        for path in (tmp_path / "force").iterdir():
            archive.write(path, path.name)
    ann.goto(f"{site.address}/cycles")
    ann.set_input_files("#export", str(packed))
    ann.click("text=Read the export")
    ann.wait_for_selector("text=What is wrong with the export")
    assert ann.locator("td:has-text('hihg')").count() == 2
    assert ann.locator("text=high is meant").count() == 2
    with ann.expect_download() as given:
        ann.click("text=Download this list")
    assert given.value.path().read_text("utf-8-sig").count("hihg") == 2


def test_what_if_is_built_run_compared_shared_and_the_frontier_read(site):
    ann = site.enter("Ann Archer")
    ann.goto(f"{site.address}/whatif/new")
    ann.fill("#name", "N02 leaves")
    ann.select_option("#more", "officer-leaves")
    ann.click("text=Add this change")
    ann.select_option("#change-0-officer", "OM-N02")
    ann.select_option("#more", "officer-hours")
    ann.click("text=Add this change")
    ann.select_option("#change-1-officer", "OM-N03")
    ann.fill("#change-1-capacity", "five")
    ann.check("#shared")
    ann.click("text=Keep and run")
    ann.wait_for_selector(".govuk-error-summary")
    assert "a whole percent from 0 to 100" in ann.inner_text(".govuk-error-summary")
    assert ann.input_value("#change-0-officer") == "OM-N02"
    ann.fill("#change-1-capacity", "60")
    ann.click("text=Keep and run")
    ann.wait_for_url("**/whatif/results/**")
    assert ann.locator("th:has-text('N02 leaves')").count() >= 1
    shot(ann, "whatif")
    bob = site.enter("Bob Bell")
    bob.goto(f"{site.address}/whatif")
    bob.check("input[name=scenario]")
    bob.click("text=Compare up to four")
    bob.wait_for_url("**/whatif/results/**")
    nia = site.enter("Nia North")  # of one division: a scenario of all is not for her
    nia.goto(f"{site.address}/whatif")
    assert nia.locator("text=N02 leaves").count() == 0
    ann.goto(f"{site.address}/whatif")
    ann.fill("#last", "3")
    ann.click("text=Draw the frontier")
    ann.wait_for_url("**/frontier/*")
    ann.locator("figure svg a").nth(2).click()
    ann.wait_for_selector("#plan")
    assert "2 moves allowed" in ann.inner_text("#plan h2")
    calm(ann)


def test_a_planner_asks_how_many_officers_and_sees_no_case(site):
    pat = site.enter("Pat Price")
    pat.click("text=Plan staffing")
    pat.fill("#horizon", "many")
    pat.click("text=Work it out")
    pat.wait_for_selector(".govuk-error-summary")
    assert "a whole number" in pat.inner_text(".govuk-error-summary")
    pat.fill("#horizon", "2")
    pat.fill("#futures", "2")
    pat.fill("#confidence", "50")
    pat.fill("[id='demand.growth']", "5")
    pat.click("text=Work it out")
    pat.wait_for_url("**/staffing/*", timeout=240_000)
    assert pat.locator("table:has-text('Officers who are needed') tbody tr").count() == 3
    assert "Target: in 50% of futures" in pat.inner_text("main")
    assert pat.locator("tr:has-text('demand.growth')").inner_text().split("\t")[1::2] == ["5", "set"]
    assert "SY-" not in pat.inner_text("main") and "OM-" not in pat.inner_text("main")
    pat.goto(f"{site.address}/staffing")
    pat.check("#question-2")
    pat.fill("#horizon", "3")
    pat.fill("#futures", "3")
    pat.click("text=Work it out")
    pat.wait_for_url("**/staffing/*", timeout=240_000)
    shot(pat, "staffing")
    assert pat.locator("figure svg").count() == 7
    calm(pat)


@pytest.mark.parametrize(("status", "path"), [(200, "/account"), (401, "/sign-in")])
def test_a_redirect_ends_the_polling_however_long_its_page_takes(site, status, path):
    pat = site.enter("Pat Price")
    pat.goto(f"{site.address}/staffing")
    pat.check("#question-2")
    pat.fill("#horizon", "65")
    pat.fill("#futures", "500")
    pat.click("text=Work it out")
    pat.wait_for_url("**/work/*")
    here, asked, held = pat.url, [], []
    pat.on("request", lambda request: "/static/" in request.url or asked.append(request.url))
    pat.route("**/work/*", lambda route: route.fulfill(status=status, headers={"HX-Redirect": path}))
    with pat.expect_request(f"**{path}"):
        pat.route(f"**{path}", lambda route: held.append(route))
    # The page that was left asks every second while it is there: nothing more may come of it.
    with pytest.raises(TimeoutError):
        pat.wait_for_event("request", timeout=3_500)
    assert asked == [here, f"{site.address}{path}"]
    held[0].continue_()
    pat.wait_for_url(f"**{path}")
    pat.unroute("**/work/*")
    pat.goto(here)
    pat.click("text=Stop, and keep the best so far")


def test_a_division_is_all_that_its_supervisor_sees(site):
    nia = site.enter("Nia North")
    nia.goto(f"{site.address}/officers")
    assert {row.split("-")[1][0] for row in nia.locator("tbody th").all_inner_texts()} == {"N"}
    answer = nia.goto(f"{site.address}/officers/OM-E01")
    assert answer.status == 404
    pat = site.enter("Pat Price")
    assert pat.locator("text=OM-").count() == 0 and pat.locator("text=SY-").count() == 0
    assert pat.goto(f"{site.address}/cases").status == 403


def test_officers_are_sorted_on_the_server_and_say_so(site):
    ann = site.enter("Ann Archer")
    ann.goto(f"{site.address}/officers")
    ann.click("thead a:has-text('Workload')")
    head = ann.locator("thead th:has-text('Workload')")
    assert head.get_attribute("aria-sort") == "ascending"
    shares = [int(re.match(r"\d+", text)[0]) for text in ann.locator("tbody td:nth-child(3)").all_inner_texts()]
    assert shares == sorted(shares)
    ann.click("thead a:has-text('Workload')")
    assert head.get_attribute("aria-sort") == "descending"
    assert ann.locator("thead th[aria-sort=none]").count() == 6


def test_the_keyboard_alone_leads_from_signing_in_to_a_decision(site):
    page = site.nobody()
    page.goto(f"{site.address}/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to main content"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("Ann Archer")
    page.keyboard.press("Tab")
    page.keyboard.type(site.passwords["Ann Archer"])
    page.keyboard.press("Enter")
    page.wait_for_selector("text=What needs you")
    seen = reached(page, "Allocate a case that waits")
    order = ["Skip to main content", "allocator", "Help", "Ann Archer, your account", "Sign out", "Home", "Officers"]
    assert [text for text in seen if text][: len(order)] == order
    page.keyboard.press("Enter")
    page.wait_for_selector("h1:has-text('tonight')")
    reached(page, "Allocate case")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=best first")
    focus(page, "officer-1")
    if page.locator("#officer-2").count():
        page.keyboard.press("ArrowDown")
        assert page.is_checked("#officer-2")
    focus(page, "reason")
    page.keyboard.press("ArrowDown")
    reached(page, "Give the case")
    page.keyboard.press("Enter")
    page.wait_for_selector(".govuk-notification-banner, .govuk-error-summary")
    assert "The case is with the officer you chose" in page.inner_text("main")


def reached(page, words):
    """Tab until something of these words has the focus; what had it on the way."""
    seen = []
    for _ in range(80):
        page.keyboard.press("Tab")
        text = " ".join(page.evaluate("document.activeElement.textContent").split())
        seen.append(text[:60])
        if text.startswith(words):
            return seen
    raise AssertionError(seen)


def focus(page, element_id):
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == element_id:
            return
    raise AssertionError(element_id)


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/officers",
        "/cases",
        "/cycles",
        "/cycles/1",
        "/whatif",
        "/whatif/new",
        "/tonight",
        "/cover",
        "/away",
        "/settings",
        "/history",
    ],
)
def test_nothing_is_wider_than_a_small_screen(site, path):
    ann = site.enter("Ann Archer")
    ann.set_viewport_size({"width": 320, "height": 640})
    ann.goto(f"{site.address}{path}")
    assert ann.evaluate("document.documentElement.scrollWidth") <= 320
    # A table that is wider than its frame says so.
    for frame in ann.locator(".app-scroll").all():
        wider = frame.evaluate("e => e.scrollWidth > e.clientWidth")
        assert not wider or frame.evaluate("e => e.previousElementSibling.checkVisibility()")


def test_everything_works_without_javascript(site):
    ann = site.enter("Ann Archer", java_script_enabled=False)
    ann.goto(f"{site.address}/cycles")
    ann.goto(f"{site.address}/whatif/new")
    ann.fill("#name", "without scripts")
    ann.select_option("#more", "officer-leaves")
    ann.click("text=Add this change")
    ann.select_option("#change-0-officer", "OM-E01")
    ann.click("text=Keep and run")
    ann.wait_for_url("**/whatif/results/**")  # the page asks for itself again until there is something to see
    ann.goto(f"{site.address}/cases")
    ann.click("tbody a >> nth=0")
    ann.click("text=Work out why this case is where it is")
    assert ann.locator("#why p").count() >= 1 and ann.locator("#why a").count() == 0


def test_the_first_run_makes_an_administrator_who_makes_others(chromium, tmp_path):
    from tests.browser.conftest import Site, ended, started

    home = tmp_path / "home"
    process, address = started(home, demo=False)
    try:
        secret = home / "first-password"
        assert secret.stat().st_mode & 0o077 == 0
        site = Site(address, home, {"administrator": secret.read_text().strip()}, chromium)
        page = site.nobody()
        page.goto(address)
        page.fill("#name", "administrator")
        page.fill("#password", site.passwords["administrator"])
        page.click("main button")
        page.wait_for_url("**/password")
        page.goto(f"{address}/users")  # nothing else before the password is one's own
        page.wait_for_url("**/password")
        page.fill("#old", site.passwords["administrator"])
        page.fill("#new", "a new and long password")
        page.click("main button")
        page.wait_for_selector("text=Your password is changed")
        page.goto(f"{address}/users/new")
        page.fill("#name", "Sue Snow")
        page.check("input[value=supervisor]")
        page.fill("#password", "short")
        page.click("text=Save")
        assert "12 to 200 characters" in page.inner_text(".govuk-error-summary")
        page.fill("#password", "snow on the moor")
        page.click("text=Save")
        page.wait_for_selector("td:has-text('supervisor'), a:has-text('Sue Snow')")
        page.goto(f"{address}/settings")
        page.fill("[id='relationship.max_moves']", "5")
        page.fill("#note", "fewer moves")
        page.click("text=Save")
        page.wait_for_selector("text=Changes, newest first")
        assert page.locator("td:has-text('fewer moves')").is_visible()
        calm(page)
    finally:
        ended(process)
