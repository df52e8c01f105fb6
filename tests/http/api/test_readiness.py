"""Alive and ready: told whatever others take or wait for, and by itself once all is back."""

from __future__ import annotations

import sqlite3
from contextlib import closing, contextmanager

import anyio
import pytest
from anyio import to_thread

from allocator.errors import Unavailable
from allocator.http import readiness


@contextmanager
def no_threads(server):
    """Every thread that answers requests is taken."""
    takers = [object() for _ in range(1_000)]

    async def take():
        limiter = to_thread.current_default_thread_limiter()
        for taker in takers[: int(limiter.available_tokens)]:
            limiter.acquire_on_behalf_of_nowait(taker)

    async def give():
        limiter = to_thread.current_default_thread_limiter()
        for taker in set(takers) & set(limiter.statistics().borrowers):
            limiter.release_on_behalf_of(taker)

    server.client.portal.call(take)
    try:
        yield
    finally:
        server.client.portal.call(give)


@contextmanager
def written_by_another(server):
    """Another process holds the turn to write."""
    with closing(sqlite3.connect(server.context.store.database.file)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield


def asked(server, path):
    answer = server.client.get(path)
    return answer.status_code, answer.json()


def test_alive_and_ready_are_told_without_a_thread_of_those_that_answer_requests(server, monkeypatch):
    assert asked(server, "/ready") == (200, {"ready": True})
    with no_threads(server):
        assert asked(server, "/health") == (200, {"alive": True})
        assert asked(server, "/ready") == (200, {"ready": True})
        monkeypatch.setattr(server.context.store, "require_ready", failing)
        status, told = asked(server, "/ready")
        assert status == 503 and told["detail"] == "It is away." and told["maybe"]


def failing():
    raise Unavailable("It is away, at /home/somebody.", told="It is away.")


def test_where_writing_was_away_it_is_tried_before_the_server_is_ready_again(server):
    with written_by_another(server):
        with pytest.raises(Unavailable):
            server.context.store.database.require_turn()
        status, told = asked(server, "/ready")
        assert status == 503 and "another process keeps it locked" in told["detail"]
        assert asked(server, "/health")[0] == 200
    assert asked(server, "/ready") == (200, {"ready": True})  # nobody else has written meanwhile


def test_a_database_that_does_not_answer_keeps_nobody_waiting_and_no_second_thread(server, monkeypatch):
    looks, rest = [], []

    def hung():
        looks.append(1)
        while not rest:
            anyio.from_thread.run(anyio.sleep, 0.01)

    monkeypatch.setattr(readiness, "WITHIN", 0.0)
    monkeypatch.setattr(server.context.store, "require_ready", hung)
    for _ in range(5):
        status, told = asked(server, "/ready")
        assert status == 503 and told["detail"] == "The database does not answer."
    assert len(looks) <= 1
    monkeypatch.setattr(readiness, "WITHIN", 60.0)
    rest.append(1)
    assert asked(server, "/ready") == (200, {"ready": True})
