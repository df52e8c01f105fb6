"""Two servers on one database, killed, ended and cut off at random: each job is done once, and none is lost."""

from __future__ import annotations

import random
import shutil
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

from sqlalchemy import select

from allocator.app.accounts import add_user
from allocator.app.actors import claimed
from allocator.app.problems import post_job
from allocator.db.service_tables import problems
from allocator.db.store import Store
from allocator.errors import Unavailable
from tests.db.conftest import database_server
from tests.jobs import light, test_away
from tests.processes import start, wait_until

JOBS, LEASE = 40, 5.0  # seconds
ROOT, LIGHT = Path(__file__).parents[2], "tests.jobs.light_server"


def test_each_job_ends_once_whatever_becomes_of_servers_and_database(tmp_path):
    draw, folder = random.Random(7), tmp_path / "noted"
    folder.mkdir()
    with database_server() as database, Store(tmp_path / "home-0", database.get_uri()) as store:
        store.upgrade()
        (tmp_path / "home-1").mkdir()
        for name in ("audit.key", "audit.head"):
            shutil.copy(tmp_path / "home-0" / name, tmp_path / "home-1" / name)
        user = add_user(store, claimed("root"), "Ann", "supervisor", password="correct horse battery")
        user2 = add_user(store, claimed("root"), "Bob", "supervisor", password="correct horse battery")

        def server(number: int) -> subprocess.Popen:
            home = str(tmp_path / f"home-{number}")
            command = [
                sys.executable,
                "-m",
                LIGHT,
                home,
                database.get_uri(),
                str(folder),
                str(LEASE),
            ]
            log = (tmp_path / f"log-{number}").open("a")
            return start(command, cwd=ROOT, stdout=log, stderr=log)

        def states() -> Counter[str]:
            with store.reading() as connection:
                return Counter(connection.execute(select(problems.c.state)).scalars())

        def settled() -> bool:
            try:
                return states()["done"] + states()["failed"] + states()["stopped"] == JOBS
            except Unavailable:
                return False

        servers = [server(0), server(1)]
        for k in range(JOBS):
            post_job(
                store, (user, user2)[k % 2], "allocate", {"folder": str(folder), "seconds": draw.uniform(0.1, 0.5)}
            )
        acts = ["kill", "database", "end", "kill", "database", "end"]
        try:
            for number, act in enumerate(acts, 1):
                # The moment is somewhere in the jobs that run, not a time on a clock.
                wait_until(lambda number=number: len(light.noted(folder, "begun")) > number * JOBS / (len(acts) + 2))
                which = draw.randrange(2)
                if act == "database":
                    test_away.stop(database)
                    test_away.start(database)
                else:
                    servers[which].send_signal(signal.SIGKILL if act == "kill" else signal.SIGTERM)
                    servers[which].wait()
                    servers[which] = server(which)
            wait_until(settled)
            assert states() == {"done": JOBS}
        finally:
            for one in servers:
                one.terminate()
            for one in servers:
                one.wait()
    assert light.noted(folder, "twice") == []
    assert max(Counter(light.noted(folder, "done")).values()) == 1
