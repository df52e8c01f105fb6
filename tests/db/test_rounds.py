"""Servers of one database deliver and purge in turn: each message goes out once, and nobody waits for who is gone."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from contextlib import ExitStack, suppress
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine, select, text
from sqlalchemy.engine import make_url

from allocator.app import messages as module
from allocator.app.actors import claimed
from allocator.app.audit import verify_log
from allocator.app.messages import deliver_messages, waiting_messages
from allocator.app.stores import purge_store
from allocator.db.rounds import sole_round
from allocator.db.store import Store
from allocator.db.tables import audit, messages
from allocator.errors import Unavailable
from allocator.files.atomic import write_files
from tests.cycling import ANN, committed, small
from tests.processes import start, wait_until
from tests.tiny import current, new

ROOT = Path(__file__).parents[2]
CRON = claimed("cron")


@pytest.fixture
def homes(store, url, tmp_path):
    """Homes of two servers on one database, with messages that wait; SQLite's servers have one home."""
    cases = (*small().cases, *(current(f"k{k}", "U", level=2) for k in range(12)), *(new(f"n{k}") for k in range(12)))
    committed(store, small(cases=cases), tmp_path / "force")
    other = store.home.folder
    if url is not None:
        other = tmp_path / "other"
        other.mkdir()
        for name in ("audit.key", "audit.head"):
            shutil.copy(store.home.folder / name, other)
    return store.home.folder, other


def server(home, url, folder, name):
    """A server that delivers again and again, until it has found that nothing waits."""
    command = [sys.executable, "-m", "tests.db.test_rounds", str(home), url or "", str(folder), name]
    return start(command, cwd=ROOT, stdout=subprocess.DEVNULL)


def main(home: str, url: str, folder: str, name: str) -> None:
    """Deliver, and note what is delivered; hold before the first message where a test says so."""
    noted = Path(folder) / f"{name}.noted"

    def written(place, files):
        noted.open("a").write("".join(f"{one}\n" for one in files if one.endswith(".txt")))
        while (Path(folder) / f"{name}.hold").exists():
            time.sleep(0.01)
        write_files(place, files)

    module.write_files = written
    with Store(home, url or None) as store:
        (Path(folder) / f"{name}.ready").touch()
        while (done := deliver_messages(store, claimed(name))).waiting:
            if done.elsewhere:
                (Path(folder) / f"{name}.elsewhere").touch()


def sent(*homes):
    return Counter(path.name for home in set(homes) for path in (home / "messages").rglob("*.txt"))


def logged(store):
    with store.reading() as connection:
        found = connection.execute(select(audit.c.details).where(audit.c.act == "disclose")).scalars().all()
        every = connection.execute(select(messages.c.id)).scalars().all()
    return Counter(json.loads(details)["message"] for details in found), Counter(every)


def test_two_servers_that_deliver_at_once_send_each_message_once(store, url, homes, tmp_path):
    servers = [server(home, url, tmp_path, f"server-{number}") for number, home in enumerate(homes)]
    assert [one.wait(300) for one in servers] == [0, 0]
    told, every = logged(store)
    assert told == every and set(told.values()) == {1}
    assert len(sent(*homes)) == len(every) and set(sent(*homes).values()) == {1}
    assert verify_log(store, claimed("root")).problems == ()


def test_who_is_killed_in_the_middle_of_a_delivery_is_followed_by_another(store, url, homes, tmp_path):
    (tmp_path / "first.hold").touch()
    first = server(homes[0], url, tmp_path, "first")
    wait_until((tmp_path / "first.noted").exists, first)
    second = server(homes[1], url, tmp_path, "second")
    wait_until((tmp_path / "second.elsewhere").exists, second)
    assert deliver_messages(store, CRON).elsewhere and not (tmp_path / "second.noted").exists()
    first.send_signal(signal.SIGKILL)
    first.wait()
    assert second.wait(300) == 0
    told, every = logged(store)
    assert told == every and set(sent(*homes).values()) == {1} and len(sent(*homes)) == len(every)
    assert waiting_messages(store, claimed(ANN)) == ((), 0)


def test_who_loses_the_lock_stops_before_the_next_message(store, url, homes, tmp_path, monkeypatch):
    if url is None:
        pytest.skip("the lock of a file lasts as long as its process")
    database = make_url(url)

    def cut_off():
        engine = create_engine(database.set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
        holder = "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 2"
        with engine.connect() as connection:
            connection.execute(text(holder))
        engine.dispose()

    written = []

    def cut(place, files):
        write_files(place, files)
        written.extend(files)
        cut_off()

    monkeypatch.setattr(module, "write_files", cut)
    with pytest.raises(Unavailable) as lost:
        deliver_messages(store, CRON)
    assert len(written) == 2 and lost.value.outcome is None and "the server ended the connection" in lost.value.text
    monkeypatch.setattr(module, "write_files", write_files)
    done = deliver_messages(store, CRON)
    assert not done.elsewhere and (done.delivered, done.waiting) == (len(logged(store)[1]), 0)


def test_what_was_done_is_done_whatever_becomes_of_the_lock_afterwards(store, url):
    with sole_round(store, "deliver") as still_ours:
        still_ours()
        with sole_round(store, "deliver") as other, sole_round(store, "something else") as more:
            assert other is None and more is not None
        store.database.close()
        if url is not None:
            engine = create_engine(make_url(url).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
            with engine.connect() as connection:
                connection.execute(
                    text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid != pg_backend_pid()")
                )
            engine.dispose()
    with sole_round(store, "deliver") as still_ours:
        assert still_ours is not None


def test_a_paused_writer_keeps_nobody_waiting_for_ever(store, url, monkeypatch):
    """Whoever does nothing in the middle of an act is cut off, and loses what it had not finished."""
    if url is None:
        pytest.skip("another writer is on the same machine, and seen there")
    end_idle = "SET LOCAL idle_in_transaction_session_timeout = '60s'"
    from allocator.db import database

    beginning, usual = database._BEGIN_WRITING["postgresql"], database.BUSY_SECONDS
    assert all(end_idle in statements for statements in beginning.values())
    soon = "SET LOCAL idle_in_transaction_session_timeout = '1s'"
    monkeypatch.setitem(beginning, usual, tuple(soon if one == end_idle else one for one in beginning[usual]))
    entered, other_wrote = threading.Event(), threading.Event()

    def other():
        entered.wait()
        with store.writing() as writing:
            writing.log.append("other", "read", {})
        other_wrote.set()

    thread = threading.Thread(target=other)
    thread.start()
    with pytest.raises(Unavailable), store.writing() as writing:
        writing.log.append("paused", "read", {})
        entered.set()
        assert other_wrote.wait(60)
        writing.log.append("paused", "read", {})
    thread.join()
    with store.reading() as connection:
        assert connection.execute(select(audit.c.actor)).scalars().all() == ["other"]


def test_a_purge_on_each_server_removes_what_each_had_delivered(store, url, tmp_path, homes):
    committed_day = small().cycle_date
    half = len(logged(store)[1]) // 2
    with ExitStack() as stack:
        first, second = (stack.enter_context(Store(home, url)) for home in homes)
        with store.reading() as connection:
            later = connection.execute(select(messages.c.id).order_by(messages.c.id).offset(half)).scalars().all()

        def keep_back(until):
            with store.writing() as writing:
                writing.connection.execute(messages.update().where(messages.c.id.in_(later)).values(next_at=until))
                writing.log.append("tests", "read", {})

        from allocator.db.database import database_clock

        with store.reading() as connection:
            now = database_clock(connection)
        keep_back(now + timedelta(minutes=5))
        deliver_messages(first, CRON)
        keep_back(now - timedelta(minutes=5))
        deliver_messages(second, CRON)
        following = small(name="next", cycle_date=date(2026, 4, 28))
        committed(store, following, tmp_path / "next")
        assert all(sent(home) for home in homes)
        day = committed_day + timedelta(days=1)
        counts = []

        def purged(one):
            counts.append(purge_store(one, claimed(ANN), day).cycles)

        threads = [threading.Thread(target=purged, args=(one,)) for one in (first, second)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        # One may have come before the other had logged anything, and both remove what lies in their folder.
        assert counts == [1, 1] and not sent(*homes)
        assert verify_log(store, claimed("root")).problems == ()


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        main(*sys.argv[1:])
