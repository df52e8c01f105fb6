"""Every page of the service, asked for one by one by people who may see it; and every kind of chart."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx2
import psutil

from allocator.app.accounts import all_users
from allocator.app.actors import claimed
from allocator.app.approvals import approve_cycle, submit_cycle
from allocator.app.commits import commit_cycle
from allocator.app.proposals import propose_plan
from allocator.app.sessions import add_token, open_session
from allocator.db.store import Store
from allocator.reporting.renderers import charts
from allocator.synth import draw
from benchmarks.races import OURS
from benchmarks.rows import Row, row
from benchmarks.serving.ask import COOKIE, served

QUESTION = "What do a page and a chart cost?"
READS = 20  # of one page, after one that is not counted
CHART = "chart: "
ANN, BOB, ADA = "Ann Archer", "Bob Bell", "Ada Ash"
NEWCOMER = "/tonight/new?case=X1&division=North&risk=low"
# Who looks at what; {names} stand for the force's own and for work that was done before.
PAGES = (
    *((ANN, path) for path in ("/", "/officers", "/officers/{officer}", "/cases", "/cases/{case}")),
    *((ANN, path) for path in ("/cases/{case}?ask=why", "/tonight", "/tonight/{waiting}", NEWCOMER)),
    *((ANN, path) for path in ("/cycles", "/cycles/1", "/cycles/1/override?case={case}", "/cycles/1/plan.xlsx")),
    *((ANN, path) for path in ("/cycles/1/sheets", "/work/{allocate}", "/staffing", "/staffing/method")),
    *((ANN, path) for path in ("/staffing/{forecast}", "/staffing/{size}", "/whatif", "/whatif/new")),
    *((ANN, path) for path in ("/whatif/{scenario}", "/whatif/{scenario}/change", "/whatif/results/{whatif}")),
    *((ANN, path) for path in ("/frontier/{frontier}", "/frontier/{frontier}?point=2", "/reports", "/reports/2022-09")),
    *((ANN, path) for path in ("/reports/2022-09.html", "/reports/2022-09.xlsx", "/history", "/history?case={case}")),
    *((ANN, path) for path in ("/settings", "/account", "/password", "/v1/docs")),
    *((BOB, path) for path in ("/messages", "/cycles/1/confirm/undo", "/history?verify=yes")),
    *((ADA, path) for path in ("/users", "/users/new", "/users/1", "/settings")),
    *((None, path) for path in ("/sign-in",)),
)  # fmt: skip


def ask(quick: bool) -> Iterator[Row]:
    """One row a page, with the seconds of processor that the server's own process took for it; one a chart."""
    yield from _drawn()
    reads = 2 if quick else READS
    with ExitStack() as stack:
        folder = Path(tempfile.mkdtemp(prefix="benchmark-costs-"))
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        home, force = folder / "home", draw("surrey")
        address, process = served(home, 1, stack)
        client = stack.enter_context(httpx2.Client(base_url=address, timeout=120))
        with Store(home) as store:
            propose_plan(store, claimed(ANN))
            submit_cycle(store, claimed(ANN))
            approve_cycle(store, claimed(BOB))
            commit_cycle(store, claimed(BOB))
            users = {user.name: user for user in all_users(store, claimed("root"))}
            cookies = {name: f"{COOKIE}={open_session(store, users[name])}" for name in (ANN, BOB, ADA)}
            token = add_token(store, claimed(ANN), users[ANN], "benchmark", days=1, scope="commit")[1]
        names = _work(client, {"Authorization": f"Bearer {token}"}) | {
            "officer": force.officers[0].officer_id,
            "case": force.cases[0].case_id,
            "waiting": next(case.case_id for case in force.cases if case.officer is None),
        }
        sizes = {"officers": len(force.officers), "cases": len(force.cases)}
        server = psutil.Process(process.pid)
        for who, page in PAGES:
            headers = {"cookie": cookies[who]} if who else {}
            answer = client.get(page.format(**names), headers=headers)
            begun = sum(server.cpu_times()[:2])
            for _ in range(reads):
                client.get(page.format(**names), headers=headers)
            spent = (sum(server.cpu_times()[:2]) - begun) / reads
            note = "" if answer.status_code == 200 else f"status {answer.status_code}"
            step = page if (who, page) != (ADA, "/settings") else "/settings, to change them"
            yield row(force="Surrey", peer=OURS, step=step, seconds=spent, size=reads, note=note, **sizes)


def _work(client: httpx2.Client, headers: dict[str, str]) -> dict[str, Any]:
    """Have everything worked out that pages show; the ids of it."""
    document = {"change": [{"what": "officer-leaves", "officer": "OM-N02"}]}
    planning = {"horizon": 2, "futures": 2, "confidence": 50}
    asked = {
        "allocate": ("/v1/problems", {}),
        "whatif": ("/v1/whatif", {"scenarios": [{"name": "one leaves", **document}]}),
        "frontier": ("/v1/frontier", {"last": 3}),
        "forecast": ("/v1/planning", {"question": "forecast", **planning, "horizon": 26}),
        "size": ("/v1/planning", {"question": "size", **planning}),
    }
    posted = {
        name: client.post(path, json=body, headers=headers).raise_for_status().json()["id"]
        for name, (path, body) in asked.items()
    }
    for job in posted.values():
        client.get(f"/v1/problems/{job}/events", headers=headers).raise_for_status()  # ends with the work
    kept = client.post("/v1/scenarios", json={"name": "one leaves", "document": document}, headers=headers)
    return posted | {"scenario": kept.raise_for_status().json()["id"]}


def _drawn() -> Iterator[Row]:
    """Each kind of chart as Surrey's answers have it: processor seconds of one that is not the first."""
    for kind, draw_it in kinds().items():
        draw_it()
        begun = time.process_time()
        for _ in range(READS):
            draw_it()
        spent = (time.process_time() - begun) / READS
        yield row(force="Surrey", peer=OURS, step=f"{CHART}{kind}", seconds=spent, size=READS)


def kinds() -> dict[str, Callable[[], str]]:
    """Each kind of chart, of the size that answers about Surrey have."""
    names = ("North", "East", "West", "whole force")
    counts = {name: 10 + k for k, name in enumerate(names)}
    plans = [(f"plan {k}", counts) for k in range(5)]
    chances = [(name, [50.0 + 5 * k + c for c in range(26)]) for k, name in enumerate(names)]
    bands = [[90.0 + 4 * b + c / 3 for c in range(26)] for b in range(5)]
    shares = [(f"plan {k}", [(f"OM-{n}", 80 + n + k) for n in range(27)]) for k in range(5)]
    points = [(k, 0, 40 - k, 9_000 - 100 * k, 12 * k) for k in range(12)]
    bars = [(f"assumption {k}", "5%", 10.0 - k, "15%", 12.0 + k) for k in range(10)]
    return {
        "spread": lambda: charts.spread_chart(shares),
        "bars": lambda: charts.bars_chart("Excess by division", "cases above limits", plans),
        "frontier": lambda: charts.frontier_chart(points, 3, "?point={}#plan"),
        "fan": lambda: charts.fan_chart("Caseloads", "%", [(name, bands) for name in names], 100.0),
        "lines": lambda: charts.lines_chart("Over the limit", "% of futures", chances),
        "tornado": lambda: charts.tornado_chart("Sensitivity", "officers", 11.0, bars),
    }
