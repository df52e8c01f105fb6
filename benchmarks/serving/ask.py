"""Fifty people who browse a service that solves four problems meanwhile."""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from random import Random

import httpx2

from allocator.app.accounts import add_user, all_users
from allocator.app.actors import User, claimed
from allocator.app.proposals import propose_plan
from allocator.app.sessions import add_token, open_session
from allocator.db.store import Store
from allocator.domain.force import Force
from allocator.http.cookies import SESSION, Cookie
from allocator.synth import draw
from benchmarks.races import OURS
from benchmarks.rows import Row, row

QUESTION = "How fast do pages answer while problems are solved?"
PEOPLE, SOLVES, SECONDS = 50, 4, 60
THINKS = (1.0, 3.0)  # seconds between two pages of one person
ROUNDS = 5  # problems that each of those who solve has ready
WARM = 5  # seconds that are not counted: the first page of everybody at once
PAGES = (
    *("/", "/officers", "/officers/{officer}", "/cases?page={page}"),
    *("/cases/{case}", "/cycles/1", "/cycles"),
)
SOLVE = "solves at work"
COOKIE = Cookie(SESSION, secure=True).name


@dataclass(frozen=True, slots=True)
class Answer:
    """One page: which, when it was asked for and how long it took, and its status."""

    page: str
    begun: float
    seconds: float
    status: int


def ask(quick: bool) -> Iterator[Row]:
    """One row a page that was read; one for the solves at work."""
    people, seconds = (5, 5) if quick else (PEOPLE, SECONDS)
    with ExitStack() as stack:
        folder = Path(tempfile.mkdtemp(prefix="benchmark-serving-"))
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        home, force = folder / "home", draw("surrey")
        address, _ = served(home, SOLVES, stack)
        with Store(home) as store:
            propose_plan(store, claimed("Ann Archer"))
            user = next(one for one in all_users(store, claimed("root")) if one.name == "Ann Archer")
            cookies = [open_session(store, user) for _ in range(people)]
            tokens = [_solver(store, k) for k in range(SOLVES)]
        heavy = [_bodies("surrey" if quick else "metropolitan", k) for k in range(SOLVES)]
        answers, running = asyncio.run(_browse(address, cookies, tokens, force, heavy, seconds))
        sizes = {"officers": len(force.officers), "cases": len(force.cases)}
        for number, answer in enumerate(answers, 1):
            cells = {"step": answer.page, "seconds": answer.seconds, "run": number, "size": people}
            note = "" if answer.status == 200 else f"status {answer.status}"
            yield row(force="Surrey", regime="SQLite", peer=OURS, note=note, **sizes, **cells)
        yield row(force="Surrey", regime="SQLite", peer=OURS, step=SOLVE, size=running, run=1, **sizes)


def served(home: Path, solvers: int, stack: ExitStack) -> tuple[str, subprocess.Popen[bytes]]:
    """Start the service on a synthetic Surrey; its address, once it answers, and its process."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {**os.environ, "ALLOCATOR_SOLVERS": str(solvers)}
    command = [sys.executable, "-m", "allocator", "serve", "--home", str(home), "--port", str(port), "--demo"]
    log = stack.enter_context((home.parent / "log").open("w"))
    process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
    stack.callback(process.wait)
    stack.callback(process.send_signal, signal.SIGTERM)
    address = f"http://127.0.0.1:{port}"
    for _ in range(300):
        try:
            urllib.request.urlopen(f"{address}/ready", timeout=1)
            return address, process
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the service did not start")


def _solver(store: Store, k: int) -> str:
    user: User = add_user(store, claimed("benchmark"), f"batch {k}", "service")
    return add_token(store, claimed("benchmark"), user, "benchmark", days=1, scope="commit")[1]


async def _browse(
    address: str, cookies: list[str], tokens: list[str], force: Force, heavy: list[list[bytes]], seconds: float
) -> tuple[list[Answer], int]:
    """Let everybody browse; the answers, and how many problems were at work at the end of it."""
    answers: list[Answer] = []
    end = time.perf_counter() + WARM + seconds
    limits = httpx2.Limits(max_connections=len(cookies) + 10)
    async with httpx2.AsyncClient(base_url=address, timeout=60, limits=limits) as client:
        pairs = zip(tokens, heavy, strict=True)
        solving = [asyncio.create_task(_solve(client, token, bodies, end)) for token, bodies in pairs]
        await asyncio.sleep(WARM)
        begun = time.perf_counter()
        await asyncio.gather(*(_person(client, k, cookie, force, end, answers) for k, cookie in enumerate(cookies)))
        running = sum(await asyncio.gather(*solving))
    return [answer for answer in answers if answer.begun >= begun + THINKS[1]], running


def _bodies(size: str, k: int) -> list[bytes]:
    """Problems for one of those who solve, each of them a new one: written down before anything is measured."""
    forces = (draw(size, seed, "cross") for seed in range(k, k + SOLVES * ROUNDS, SOLVES))
    return [json.dumps({"force": force.model_dump(mode="json")}).encode() for force in forces]


async def _solve(client: httpx2.AsyncClient, token: str, bodies: list[bytes], end: float) -> int:
    """Keep one problem at work until the end; 1 when one was at work whenever it was looked at."""
    headers, always = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}, 1
    for body in itertools.cycle(bodies):
        job = (await client.post("/v1/problems", content=body, headers=headers)).json()
        while time.perf_counter() < end:
            await asyncio.sleep(2)
            state = (await client.get(f"/v1/problems/{job['id']}", headers=headers)).json()["state"]
            if state in ("done", "stopped", "failed"):
                break
            always = always if state == "running" else 0
        if time.perf_counter() >= end:
            break
    await client.delete(f"/v1/problems/{job['id']}", headers=headers)
    return always


async def _person(
    client: httpx2.AsyncClient, k: int, cookie: str, force: Force, end: float, answers: list[Answer]
) -> None:
    chance = Random(k)
    await asyncio.sleep(chance.uniform(0, THINKS[1]))
    while time.perf_counter() < end:
        page = chance.choice(PAGES)
        path = page.format(
            officer=chance.choice(force.officers).officer_id,
            case=chance.choice(force.cases).case_id,
            page=chance.randint(1, len(force.cases) // 50),
        )
        begun = time.perf_counter()
        answer = await client.get(path, headers={"cookie": f"{COOKIE}={cookie}"})
        answers.append(Answer(page.partition("?")[0], begun, time.perf_counter() - begun, answer.status_code))
        await asyncio.sleep(chance.uniform(*THINKS))
