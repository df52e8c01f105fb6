"""What requests may cost: their size, their time, their number, and how many of their problems are told."""

from __future__ import annotations

import asyncio
import io
import json
import socket
import threading
import time
import zipfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from types import SimpleNamespace

import anyio
import httpx2
import pytest
import uvicorn
from fastapi import HTTPException

from allocator.app.actors import claimed
from allocator.app.posting import MOST_CASES
from allocator.app.rights import RIGHTS, ROLES, allowed
from allocator.app.sessions import add_token
from allocator.domain.force import Case, Officer
from allocator.errors import MOST_PROBLEMS
from allocator.http import bodies, limits
from allocator.http.asking import read_upload
from allocator.http.dependencies import MOST_UPLOADS
from allocator.http.errors import refusal
from allocator.http.middleware import MOST_FORM
from allocator.jobs.pool import Busy
from tests.processes import run_apart

JSON = {"content-type": "application/json"}


async def echo(scope, receive, send):
    body, more = b"", True
    while more:
        message = await receive()
        body, more = body + message.get("body", b""), message.get("more_body", False)
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": body})


def answered(parts, most=100, headers=(), pause=0.0):
    """Status of the answer to a body that comes in parts, the rest of it never."""
    left, statuses = list(parts), []

    async def receive():
        if not left:
            await asyncio.sleep(60)
        await asyncio.sleep(pause)
        return {"type": "http.request", "body": left.pop(0), "more_body": left != [] or parts[-1] != b""}

    async def send(message):
        statuses.append(message.get("status"))

    app = limits.BoundedBodies(echo, most, lambda request, error: refusal(error))
    scope = {"type": "http", "method": "POST", "path": "/", "headers": list(headers)}
    with ThreadPoolExecutor(1) as pool:
        pool.submit(anyio.run, app, scope, receive, send).result()
    return statuses[0]


def test_a_body_that_is_too_large_is_not_read_to_its_end():
    assert answered([b"x" * 100, b""]) == 200
    assert answered([b"x" * 60] * 5) == 413
    assert answered([], headers=[(b"content-length", b"101")]) == 413


def test_a_body_that_does_not_come_or_trickles_is_not_waited_for(monkeypatch):
    monkeypatch.setattr(limits, "BODY_WITHIN", 0.3)
    assert answered([b"x"]) == 408
    assert answered([b"x"] * 90, pause=0.02) == 408
    monkeypatch.setattr(limits, "SLOWEST", 10)
    assert answered([b"x" * 2] * 10 + [b""], pause=0.05) == 200


def test_too_large_is_a_problem_document_with_all_headers(server):
    blocks = (b" " * 2**20 for _ in range(server.context.settings.upload + 2))
    answer = server.call("supervisor", "POST", "/v1/problems", content=blocks, headers=JSON)
    assert answer.status_code == 413 and answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["type"] == "urn:allocator:http" and "content-security-policy" in answer.headers


@pytest.fixture
def bounded(monkeypatch):
    """A real server of five connections, which waits half a second for a header."""
    monkeypatch.setattr(limits, "HEADER_WITHIN", 0.5)
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(100)
        config = uvicorn.Config(echo, http=limits.bounded_protocol(5), log_config=None, lifespan="off")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, args=([listening],), daemon=True)
        thread.start()
        yield listening.getsockname()
        server.should_exit = True
        thread.join(20)


def test_half_sent_requests_make_room_and_end(bounded):
    half = []
    for _ in range(40):
        one = socket.create_connection(bounded, timeout=20)
        one.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n")
        half.append(one)
    began = time.monotonic()
    assert httpx2.get("http://{}:{}/".format(*bounded), timeout=20).status_code == 200
    for one in half:
        with suppress(ConnectionResetError):
            assert one.recv(10) == b""
        one.close()
    assert time.monotonic() - began < 15


def test_a_second_request_of_a_connection_has_its_time_too(bounded):
    with socket.create_connection(bounded, timeout=20) as one:
        one.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        assert one.recv(1000).startswith(b"HTTP/1.1 200")
        one.sendall(b"GET / HTTP/1.1\r\n")
        while one.recv(1000):
            pass


@pytest.mark.parametrize(
    "request_head",
    [
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 40\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 40\r\n\r\n",
    ],
)
def test_a_request_has_one_end(bounded, request_head):
    with socket.create_connection(bounded, timeout=20) as one:
        one.sendall(
            request_head + b"1\r\na\r\n0\r\n\r\n" + b"GET /next HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
        )
        told = b""
        while part := one.recv(1000):
            told += part
    # As chunks say, whatever length is named: "a" is the whole of the first, and what follows is another.
    assert told.count(b"HTTP/1.1 200 OK") == 2 and b"\r\n\r\n1\r\na\r\n0\r\n\r\nHTTP/1.1" in told


@pytest.mark.parametrize(
    "lines",
    [
        b"Content-Length: 1\r\nContent-Length: 2\r\n",
        b"Content-Length: -1\r\n",
        b"Content-Length: 1_0\r\n",
        b"Transfer-Encoding: gzip\r\n",
        b"Transfer-Encoding : chunked\r\n",
        b"Transfer-Encoding: chunked, chunked\r\n",
    ],
)
def test_a_request_of_which_nobody_knows_the_end_is_refused(bounded, lines):
    with socket.create_connection(bounded, timeout=20) as one:
        one.sendall(b"POST / HTTP/1.1\r\nHost: x\r\n" + lines + b"\r\n0\r\n\r\n")
        told = b""
        while part := one.recv(1000):
            told += part
    assert told.startswith(b"HTTP/1.1 4") or told.startswith(b"HTTP/1.1 501")
    assert told.count(b"HTTP/1.1") == 1


def test_open_files_are_raised_and_bound_the_connections(monkeypatch):
    import resource

    given = []
    monkeypatch.setattr(resource, "getrlimit", lambda kind: (256, 300))
    monkeypatch.setattr(resource, "setrlimit", lambda kind, both: given.append(both))
    assert limits.raise_open_files(500) == 160 and given == [(300, 300)]
    assert limits.raise_open_files(50) == 50


@pytest.mark.parametrize(
    ("document", "status"),
    [
        ({f"k{k}": 1 for k in range(300_000)}, 413),
        ({"force": {"cases": [{f"k{k}": 1 for k in range(300)}]}}, 413),
        ({"force": {"cases": [{f"k{k}": 1 for k in range(20)}] * 3_000}}, 422),
    ],
)
def test_wrong_keys_by_the_hundred_thousand_cost_little(server, document, status):
    answer = server.call("supervisor", "POST", "/v1/problems", content=json.dumps(document), headers=JSON)
    assert answer.status_code == status and len(answer.json()["errors"]) <= MOST_PROBLEMS
    assert status == 413 or "; the first 1,000 are told" in answer.json()["detail"]


@pytest.mark.parametrize("path", ["/v1/problems", "/v1/scenarios", "/v1/whatif"])
@pytest.mark.parametrize("opens", ["[", '{"a":'])
def test_deep_nesting_is_a_bad_request(server, path, opens):
    for depth in (200, 100_000):
        answer = server.call("supervisor", "POST", path, content=opens * depth, headers=JSON)
        assert answer.status_code in (400, 422) and answer.headers["content-type"] == "application/problem+json"
        closed = opens * depth + "1" + ("]" if opens == "[" else "}") * depth
        answer = server.call("supervisor", "POST", path, content=closed, headers=JSON)
        assert answer.status_code == 400 and "too deep" in answer.json()["detail"]


UNREAD = ("/v1/cycles", "/v1/nowhere")
SMALL = sorted(role for role in ROLES if not {"solve", "plan"} & {name for name in RIGHTS if allowed(role, name)})


@pytest.mark.parametrize("path", ["/v1/problems", "/v1/scenarios", "/v1/cycles", "/v1/nowhere"])
def test_who_sends_neither_forces_nor_exports_sends_little(server, path):
    """By role, and by the scope of a token; whether a length is named or not, and no more of it is read than that."""
    assert SMALL == ["administrator", "viewer"]
    _, server.tokens["reads"] = add_token(
        server.context.store, claimed("root"), server.users["supervisor"], "reads", days=1, scope="read"
    )
    for who in (*SMALL, "reads"):
        for size in (MOST_FORM + 1, 4 * MOST_FORM):
            answer = server.call(who, "POST", path, content=b"[" * size, headers=JSON)
            assert answer.status_code == 413 and "1,048,576 bytes" in answer.json()["detail"], (who, path)
        answer = server.call(who, "POST", path, content=(b" " * 2**16 for _ in range(100)), headers=JSON)
        # Where nothing is read, nothing is too large.
        assert answer.status_code == 413 or (answer.status_code in (403, 404) and path in UNREAD), (who, path)
    assert server.call("supervisor", "POST", path, content=b" " * 2 * MOST_FORM, headers=JSON).status_code != 413


def test_an_upload_page_takes_little_of_who_may_not_upload(server):
    for who, status in (("viewer", 413), ("supervisor", 422)):
        browser = server.browser(who)
        answer = server.client.post(
            "/cycles/import",
            headers=browser.headers,
            data={"csrftoken": browser.token},
            files={"export": ("x.zip", b"x" * 2 * MOST_FORM)},
        )
        assert answer.status_code == status


@pytest.mark.parametrize("one", ['"ab"', "1.5", "null", "[]", '{"a":1}', '"' + "x" * 9 + '"'])
def test_values_are_bounded_whatever_they_are(monkeypatch, one):
    monkeypatch.setattr(bodies, "MOST_VALUES", 1_000)
    with pytest.raises(HTTPException) as refused:
        bodies.read(f'{{"force":{{"x":[{",".join([one] * 1_002)}]}}}}'.encode())
    assert refused.value.status_code == 413
    with pytest.raises(HTTPException):
        bodies.read(("{" + ",".join(f'"k":{one}' for _ in range(1_002)) + "}").encode())
    assert bodies.read(f"[{','.join([one] * 1_000)}]".encode())


def test_the_largest_force_has_fewer_values_than_the_most():
    columns = sum(len(model.model_fields) for model in (Case, Officer))
    assert MOST_CASES * columns < bodies.MOST_VALUES


class Sent(bodies.Patient):
    """A request of an account with a body of some size, which comes in two parts."""

    def __init__(self, user_id, size):
        self.rest = asyncio.Event()

        async def receive():
            if size and not self.came:
                self.came = True
                return {"type": "http.request", "body": b" " * (size - 2), "more_body": True}
            await self.rest.wait()
            return {"type": "http.request", "body": b"[]", "more_body": False}

        self.came = False
        super().__init__({"type": "http", "method": "POST", "path": "/", "headers": [], "state": {}}, receive)
        self.state.user = SimpleNamespace(id=user_id)


def test_large_documents_are_few_of_an_account_and_two_of_all():
    async def many():
        sent = [Sent(user, 2 * bodies.LARGE) for user in (1, 1, 2, 2)]
        reading = [asyncio.ensure_future(one.json()) for one in sent]
        for one in sent:
            while not one.large:
                await asyncio.sleep(0)
        with pytest.raises(Busy, match="of yours"):
            await Sent(1, 2 * bodies.LARGE).body()
        small = Sent(1, bodies.LARGE)  # not one more byte, and so no large one
        small.rest.set()
        assert await small.json() == []
        small.end()
        for one in sent:
            one.rest.set()
        ended = 0
        while reading:
            done, _ = await asyncio.wait(reading, return_when=asyncio.FIRST_COMPLETED)
            await asyncio.sleep(0.05)
            done = {one for one in reading if one.done()}
            assert 1 <= len(done) <= 2  # the others wait until one of these is answered
            for one in done:
                assert one.result() == []
                sent[reading.index(one)].end()
                del sent[reading.index(one)]
                reading.remove(one)
                ended += 1
        assert ended == 4 and not +bodies._UNDER_WAY and not bodies._HANDLED.statistics().borrowers

    run_apart(many())


def packed(**files: str) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_STORED) as archive:
        for name, text in files.items():
            archive.writestr(f"{name}.csv", text)
    return data.getvalue()


def test_the_first_thousand_problems_of_a_file_are_told_and_the_rest_counted(server):
    wrong = packed(officers="officer_id,division\n" + "A,\n" * 3_000, cases="case_id,division,risk\nc1,North,low\n")
    answer = server.call("supervisor", "POST", "/v1/cycles", files={"export": ("x.zip", wrong)})
    assert answer.status_code == 422 and len(answer.json()["errors"]) <= MOST_PROBLEMS
    assert "; the first 1,000 are told" in answer.json()["detail"]


def test_more_rows_than_any_force_has_are_refused_before_they_are_read(server):
    many = packed(officers="officer_id,division\nA,North\n", cases="case_id,division,risk\n" + "x,,\n" * 300_000)
    answer = server.call("supervisor", "POST", "/v1/cycles", files={"export": ("x.zip", many)})
    assert answer.status_code == 422 and "250,000 rows" in answer.text


class Left:
    """A request of somebody who goes away."""

    async def is_disconnected(self):
        return True


def test_an_upload_of_somebody_who_went_away_is_not_read_on(server, monkeypatch):
    many = packed(officers="officer_id,division\nA,North\n", cases="case_id,division,risk\n" + "x,,\n" * 200_000)
    user, context = server.users["supervisor"], server.context
    monkeypatch.setattr("allocator.http.asking.from_thread.run", lambda asked: True)
    with pytest.raises(Busy):
        read_upload(context, user, Left(), "x.zip", many, after_commit=False)
    for _ in range(MOST_UPLOADS):
        assert context.uploads.acquire(blocking=False)  # each was given back
    with pytest.raises(Busy, match="Others"):
        read_upload(context, user, Left(), "x.zip", b"", after_commit=False)
    context.uploads.release(MOST_UPLOADS)
