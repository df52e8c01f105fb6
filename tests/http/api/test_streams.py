"""Streams of events: few of one account, half of the connections at most, and a place is free once its stream ends."""

from __future__ import annotations

import socket
import threading
from contextlib import ExitStack, contextmanager
from types import SimpleNamespace

import httpx2
import pytest
import uvicorn

from allocator.app.problems import post_job
from allocator.http.dependencies import MOST_STREAMS, Streams
from allocator.http.web.app import application
from allocator.jobs.pool import Busy
from tests.processes import PATIENCE, wait_until


def test_an_account_has_few_streams_and_all_together_have_half_of_the_connections():
    streams = Streams(25)
    users = [SimpleNamespace(id=k) for k in range(4)]
    with ExitStack() as open_:
        for user in users[:2]:
            for _ in range(MOST_STREAMS):
                open_.enter_context(streams.place(user))
            with pytest.raises(Busy, match="You watch 10"), streams.place(user):
                pass
        for _ in range(5):
            open_.enter_context(streams.place(users[2]))
        for user in users[2:]:
            with pytest.raises(Busy, match="Too many"), streams.place(user):
                pass
    for _ in range(3):
        with streams.place(users[3]):
            pass


@contextmanager
def listening(server):
    """The application of a server at a real address: its lifespan goes on elsewhere."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        bound.listen(100)
        config = uvicorn.Config(application(server.context), log_config=None, lifespan="off")
        served = uvicorn.Server(config)
        thread = threading.Thread(target=served.run, args=([bound],), daemon=True)
        thread.start()
        try:
            yield bound.getsockname()
        finally:
            served.should_exit = True
            thread.join(PATIENCE)


def watched(address, path, token):
    one = socket.create_connection(address, timeout=PATIENCE)
    head = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\n\r\n"
    one.sendall(head.encode())
    told = b""
    while b"\r\n\r\n" not in told:
        told += one.recv(4096)
    assert told.startswith(b"HTTP/1.1 200")
    return one


def test_one_stream_more_is_refused_in_words_and_whoever_goes_away_gives_the_place_back(server, monkeypatch):
    monkeypatch.setattr("allocator.jobs.leases.leases.claim_job", lambda *given: None)
    store, user = server.context.store, server.users["planner"]
    job = post_job(store, user, "frontier", {})
    path, token = f"/v1/problems/{job.id}/events", server.tokens["planner"]
    with listening(server) as address, ExitStack() as gone:
        streams = [gone.enter_context(watched(address, path, token)) for _ in range(MOST_STREAMS)]
        url, headers = "http://{}:{}".format(*address), {"Authorization": f"Bearer {token}"}
        refused = httpx2.get(url + path, headers=headers, timeout=PATIENCE)
        assert refused.status_code == 503 and refused.headers["retry-after"]
        assert refused.json()["detail"] == "You watch 10 problems at once already."
        assert httpx2.get(url + path.removesuffix("/events"), headers=headers, timeout=PATIENCE).status_code == 200
        streams[0].close()
        wait_until(lambda: server.context.streams._open.total() < MOST_STREAMS)
        streams[0] = gone.enter_context(watched(address, path, token))
        assert server.call("planner", "DELETE", path.removesuffix("/events")).status_code == 200
        wait_until(lambda: server.context.streams._open.total() == 0)  # all end with the problem
