"""Who is taken for whom behind a proxy, and where one request ends and the next begins."""

from __future__ import annotations

import pytest

from allocator.http import serving
from tests.processes import run_apart


def configured(monkeypatch, tmp_path, **settings):
    """What `serve` would serve, around an application that tells from where it is asked."""
    found = []

    class Stopped(Exception):
        pass

    class Server:
        def __init__(self, config, reached):
            found.append(config)
            raise Stopped

    monkeypatch.setattr(serving, "Server", Server)
    monkeypatch.setattr(serving, "application", lambda context: tells)
    with pytest.raises(Stopped):
        serving.serve({"home": tmp_path / "home", "port": 0, "solvers": 1, **settings}, demo=False, say=str)
    (config,) = found
    config.load()
    return config.loaded_app


async def tells(scope, receive, send):
    await send({"client": scope["client"][0], "scheme": scope["scheme"]})


def asked(app, address, **headers):
    told = []

    async def send(message):
        told.append(message)

    scope = {"type": "http", "scheme": "http", "client": (address, 1), "headers": []}
    scope["headers"] = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    run_apart(app(scope, None, send))
    return told[0]["client"], told[0]["scheme"]


FORGED = {
    "x_forwarded_for": "10.1.1.1",
    "x_forwarded_proto": "https",
    "forwarded": "for=10.1.1.1",
    "x_real_ip": "10.1.1.1",
}


def test_without_a_proxy_nobody_says_from_where_they_come(monkeypatch, tmp_path):
    app = configured(monkeypatch, tmp_path)
    for address in ("127.0.0.1", "192.0.2.9"):
        assert asked(app, address, **FORGED) == (address, "http")


def test_only_the_proxy_is_believed_and_of_what_it_says_only_its_own_word(monkeypatch, tmp_path):
    app = configured(monkeypatch, tmp_path, behind_proxy="192.0.2.1")
    assert asked(app, "192.0.2.9", **FORGED) == ("192.0.2.9", "http")
    assert asked(app, "192.0.2.1", x_forwarded_for="198.51.100.7") == ("198.51.100.7", "http")
    # Whatever a browser had written there comes before what the proxy adds.
    assert asked(app, "192.0.2.1", x_forwarded_for="10.1.1.1, 198.51.100.7")[0] == "198.51.100.7"
