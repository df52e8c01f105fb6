"""A running application on a small committed force, with an account of each role; workers are shared by a module."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from fastapi.testclient import TestClient

from allocator.app.accounts import add_user
from allocator.app.actors import User, claimed
from allocator.app.rights import ROLES
from allocator.app.sessions import add_token, open_session
from allocator.http.app import make_context
from allocator.http.cookies import SESSION
from allocator.http.dependencies import AppContext
from allocator.http.settings import ServerSettings
from allocator.http.web.app import application
from tests.cycling import export, small

PASSWORD = "correct horse battery"


@dataclass
class Browser:
    """Somebody's browser: the cookies that it keeps, and the token of the forms that it got."""

    cookies: dict[str, str]
    token: str

    @property
    def headers(self) -> dict[str, str]:
        return {"cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}


@dataclass
class Served:
    """A server under test.

    Attributes
    ----------
    context : AppContext
    client : TestClient
    users, tokens : dict
        Of each role; "north" and "barred" are supervisors of one division, and linked to officer A.
    """

    context: AppContext
    client: TestClient
    users: dict[str, User]
    tokens: dict[str, str]

    def call(self, role: str | None, method: str, path: str, **options):
        headers = dict(options.pop("headers", {}))
        if role is not None:
            headers["Authorization"] = f"Bearer {self.tokens[role]}"
        return self.client.request(method, path, headers=headers, **options)

    def browser(self, who: str | None = None) -> Browser:
        """A browser in which somebody has just signed in, or nobody."""
        self.client.cookies.clear()
        made = Browser({}, "")
        if who is not None:
            made.cookies[SESSION] = open_session(self.context.store, self.users[who])
        answer = self.client.get("/sign-in", headers=made.headers)
        made.cookies |= dict(answer.cookies)
        made.token = re.search(r'name="csrftoken" value="([^"]+)"', answer.text)[1]
        self.client.cookies.clear()
        return made


def served(home, *, database=None) -> Iterator[Served]:
    settings = ServerSettings(
        home=home,
        database=database,
        hosts="testserver,127.0.0.1",
        solvers=1,
        solve_seconds=60,
        secure_cookies=False,
    )
    context = make_context(settings)
    context.store.upgrade()
    users, tokens = {}, {}
    people = [(role, role, (), None) for role in ROLES]
    people += [
        ("north", "supervisor", ("North",), None),
        ("barred", "supervisor", (), "A"),
        ("bob", "approver", (), None),
    ]
    for name, role, divisions, officer_id in people:
        user = add_user(
            context.store,
            claimed("root"),
            name,
            role,
            password=PASSWORD,
            divisions=divisions,
            officer_id=officer_id,
            must_change=False,
        )
        users[name], (_, tokens[name]) = (
            user,
            add_token(context.store, claimed("root"), user, "tests", days=1, scope="commit"),
        )
    with TestClient(application(context)) as client:
        yield Served(context, client, users, tokens)


@pytest.fixture(scope="module")
def server(tmp_path_factory) -> Iterator[Served]:
    yield from served(tmp_path_factory.mktemp("api") / "home")


@pytest.fixture(scope="module")
def zipped(tmp_path_factory) -> bytes:
    """The small force as an upload; c2 excludes officer A from now on, c5 is of the South."""
    import io
    import zipfile

    from tests.cycling import with_case

    folder = export(with_case(small(), "c3", excluded=frozenset({"A"})), tmp_path_factory.mktemp("export") / "force")
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as packed:
        for path in sorted(folder.iterdir()):
            packed.write(path, path.name)
    return data.getvalue()
