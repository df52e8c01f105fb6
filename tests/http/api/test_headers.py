"""What browsers are told so that they are strict."""

from __future__ import annotations

import asyncio

import pytest

from allocator.http.middleware import Guarded


@pytest.mark.parametrize("secure", [True, False])
def test_browsers_are_told_to_keep_to_tls_where_cookies_are_for_it_alone(secure):
    told = []

    async def app(scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": []})

    async def send(message):
        told.extend(message["headers"])

    scope = {"type": "http", "method": "GET", "path": "/", "headers": []}
    asyncio.run(Guarded(app, secure)(scope, None, send))
    assert (b"strict-transport-security" in dict(told)) == secure
