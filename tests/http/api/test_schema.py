"""schemathesis tries the whole OpenAPI over real HTTP: whatever is sent, the answer is one that is documented."""

from __future__ import annotations

import socket
import threading
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import schemathesis
import uvicorn
from hypothesis import HealthCheck, settings
from schemathesis import checks
from schemathesis.specs.openapi.checks import positive_data_acceptance, unsupported_method

from allocator.http.app import build, make_context
from allocator.http.serving import Server
from allocator.http.settings import ServerSettings
from tests.cycling import committed, small

TRIES = 12  # for each endpoint and phase


@pytest.fixture(scope="module")
def address(server, tmp_path_factory):
    """A real server on the application under test, whose workers run already."""
    committed(server.context.store, small(), tmp_path_factory.mktemp("force") / "force")
    server.context.pool.longest = 1.0  # solves are kept short
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    config = uvicorn.Config(server.client.app, port=port, lifespan="off", log_config=None, access_log=False)
    reached = threading.Event()
    running = Server(config, reached.set)
    thread = threading.Thread(target=running.run, daemon=True)
    thread.start()
    assert reached.wait(20)
    yield f"http://127.0.0.1:{port}"
    running.should_exit = True
    thread.join(10)


def described():
    """The OpenAPI of the service; it does not depend on what the store holds."""
    with TemporaryDirectory() as folder:
        context = make_context(ServerSettings(home=Path(folder)))
        context.store.upgrade()
        return build(context).openapi()


# A stream of events ends only with its problem: test_journey reads one.
schema = schemathesis.openapi.from_dict(described()).exclude(path_regex="/events$")


def role_for(case) -> str:
    """Somebody who may do it, so that what is tried gets past the door."""
    path = case.path
    if path == "/v1/tokens/{token_id}":
        return "viewer"  # whose tokens nobody else needs
    if path.startswith(("/v1/users", "/v1/audit", "/metrics")) or (path == "/v1/policy" and case.method == "PATCH"):
        return "administrator"
    if path.endswith(("/approve", "/commit", "/undo", "/deliveries")):
        return "approver"
    return "supervisor"


@schema.parametrize()
@settings(max_examples=TRIES, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_every_answer_is_a_documented_one(case, server, address):
    token = server.tokens[role_for(case)]
    # What is well formed may still meet nothing of that number, or a cycle in another state; and the token is always
    # sent, whatever is left out on purpose: test_authorisation looks at what comes without.
    left_out = [positive_data_acceptance, unsupported_method, checks.ignored_auth, checks.missing_required_header]
    headers = {"Authorization": f"Bearer {token}"}
    case.call_and_validate(base_url=address, headers=headers, excluded_checks=left_out)
