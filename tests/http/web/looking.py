"""Pages as somebody's browser gets them."""

from __future__ import annotations

import re

from allocator.app.sessions import open_session
from allocator.http.dependencies import COOKIE


def look(site, who, path, method="GET", **data):
    token = re.search(r'name="csrftoken" value="([^"]+)"', site.client.get("/sign-in").text)[1]
    site.client.cookies.clear()
    secret = open_session(site.context.store, site.users[who])
    headers = {"cookie": f"{COOKIE}={secret}; allocator_csrf={token}"}
    form = {"data": {**data, "csrftoken": token}} if method == "POST" else {}
    return site.client.request(method, path, headers=headers, follow_redirects=False, **form)
