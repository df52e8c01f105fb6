"""Killed at random moments: an act has happened or it has not, and every message goes out exactly once."""

from __future__ import annotations

import os
import random
import signal
import time
from collections import Counter

import pytest
from sqlalchemy import func, select

from allocator.app.actors import claimed
from allocator.app.approvals import approve_cycle, submit_cycle
from allocator.app.audit import verify_log
from allocator.app.commits import commit_cycle, undo_cycle
from allocator.app.imports import import_force
from allocator.app.messages import deliver_messages
from allocator.db.assignments import read_holdings
from allocator.db.audit import read_head
from allocator.db.cycles import find_cycle
from allocator.db.outbox import file_stem
from allocator.db.proposals import find_proposal
from allocator.db.store import Store
from allocator.db.tables import caseloads, cycles, decisions, divisions, messages, snapshots
from allocator.files.plain_names import plain_name
from tests.cycling import ANN, BOB, CAT, export, planned, small
from tests.tiny import current, new, officer

KILLS = int(os.environ.get("KILLS", "40"))


class Victims:
    """Processes that do something to a store and are killed on the way.

    The moment is drawn anew each time, from nothing to a little more than the act takes when nobody disturbs it.
    """

    def __init__(self, folder, url, seed: int) -> None:
        self.folder, self.url, self.random = folder, url, random.Random(seed)
        self.killed: Counter[str] = Counter()
        self._takes: dict[str, float] = {}

    def run(self, name: str, act) -> None:
        """Do an act in a process of its own, and kill that at a random moment."""
        if name not in self._takes:
            begun = time.perf_counter()
            assert self._wait(self._start(act)[0]) == 0
            self._takes[name] = time.perf_counter() - begun
            return
        child, ready = self._start(act)
        os.read(ready, 1)
        os.close(ready)
        time.sleep(self.random.uniform(0, 1.1 * self._takes[name]))
        os.kill(child, signal.SIGKILL)
        if self._wait(child) == -signal.SIGKILL:
            self.killed[name] += 1

    def _start(self, act) -> tuple[int, int]:
        reading, writing = os.pipe()
        child = os.fork()
        if child:
            os.close(writing)
            return child, reading
        try:
            with Store(self.folder, self.url) as own:
                os.write(writing, b".")
                act(own)
            os._exit(0)
        except BaseException:
            os._exit(1)

    @staticmethod
    def _wait(child: int) -> int:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def export_of(number: int):
    """An export: c1 has to leave U, others come, go and change from cycle to cycle."""
    kept = [current(f"k{k}", "A" if k % 2 else "B", risk=("low", "medium")[(k + number) % 2]) for k in range(12)]
    return small(
        officers=(*small().officers, officer("C")),
        cases=(*small().cases, *kept, *(new(f"n{number}-{k}") for k in range(3))),
    )


def count(connection, table, cycle_id: int | None = None) -> int:
    query = select(func.count()).select_from(table)
    return connection.execute(query if cycle_id is None else query.where(table.c.cycle_id == cycle_id)).scalar_one()


def whole(store) -> str:
    """Assert that nothing is half done; the state of the newest cycle."""
    assert verify_log(store, claimed("root")).problems == ()
    assert (
        read_head(store.home.head) is None
        or read_head(store.home.head).count <= verify_log(store, claimed("root")).entries
    )
    with store.reading() as connection:
        if count(connection, cycles) == 0:
            assert count(connection, snapshots) == 0
            return "none"
        cycle = find_cycle(connection)
        written = {
            table.name: count(connection, table, cycle.id) for table in (decisions, caseloads, divisions, messages)
        }
        if cycle.state in ("committed", "undone"):
            assert all(written.values()), written
            plan, held = find_proposal(connection, cycle).plan, read_holdings(connection)
            for case, planned_officer in plan:
                expected = planned_officer if cycle.state == "committed" else case.officer
                assert (held[case.case_id][0] if case.case_id in held else None) == expected
        else:
            assert not any(written.values()), written
        return cycle.state


def test_nothing_is_half_done_lost_or_doubled(store, url, tmp_path):
    victims = Victims(store.home.folder, url, seed=20261125)
    number = 0
    while min(victims.killed[name] for name in ("import", "commit", "undo", "deliver")) < KILLS // 4:
        number += 1
        assert number < 400, victims.killed
        folder = export(export_of(number), tmp_path / f"export-{number % 2}")
        store.close()  # a process that is forked must not share a connection
        victims.run("import", lambda own, folder=folder: import_force(own, claimed(ANN), folder))
        if whole(store) not in ("imported",):
            import_force(store, claimed(ANN), folder)
        planned(store)
        submit_cycle(store, claimed(ANN))
        approve_cycle(store, claimed(BOB))
        store.close()
        victims.run("commit", lambda own: commit_cycle(own, claimed(CAT)))
        if whole(store) == "approved":
            commit_cycle(store, claimed(CAT))
        for _ in range(2):
            store.close()
            victims.run("deliver", lambda own: deliver_messages(own, claimed("cron")))
            whole(store)
        store.close()
        victims.run("undo", lambda own: undo_cycle(own, claimed(CAT)))
        if whole(store) == "committed":
            undo_cycle(store, claimed(CAT))
        if number % 3 == 0:
            deliver_messages(store, claimed("cron"))
    assert sum(victims.killed.values()) >= KILLS
    deliver_messages(store, claimed("cron"), now=True)
    delivered_once(store)


def delivered_once(store) -> None:
    """Every message that was not withdrawn is there once, as it was written, and nothing else is."""
    with store.reading() as connection:
        rows = connection.execute(select(messages)).all()
    assert {row.state for row in rows} <= {"delivered", "withdrawn"}
    expected = {}
    for row in rows:
        if row.state == "delivered":
            path = f"{plain_name(row.recipient)}/{file_stem(row.id, row.kind)}"
            expected |= {f"{path}.txt": row.text, f"{path}.html": row.html}
    found = {
        path.relative_to(store.home.messages).as_posix(): path.read_text("utf-8")
        for path in store.home.messages.rglob("*")
        if path.is_file() and not path.name.startswith(".")
    }
    assert found == expected
    # Whoever was told of a cycle that was undone was told of that too, once.
    told = {(row.cycle_id, row.recipient) for row in rows if row.state == "delivered" and row.kind != "undone"}
    taken_back = Counter((row.cycle_id, row.recipient) for row in rows if row.kind == "undone")
    assert set(taken_back.values()) <= {1} and told == set(taken_back)


@pytest.mark.parametrize("kind", ["SIGKILL"])
def test_the_kills_are_real(kind):
    victims = Victims(".", "sqlite://", seed=1)
    child, ready = victims._start(lambda own: time.sleep(60))
    os.read(ready, 1)
    os.kill(child, getattr(signal, kind))
    assert victims._wait(child) == -signal.SIGKILL
