"""What a running server has at hand, and who is asking."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import BoundedSemaphore, Lock
from typing import Annotated, Any

from fastapi import Depends, Header, Path, Query, Request
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from allocator.app.accounts import authenticate, change_password, fold_name, known_name
from allocator.app.actors import User, require
from allocator.app.sessions import Session, find_session, find_token_user
from allocator.app.stores import Store
from allocator.errors import InputError, Problem, Unavailable
from allocator.http.cookies import SESSION, Cookie
from allocator.http.errors import SignInNeeded, TooManyTries, VersionNeeded
from allocator.http.observability import Faults, Metrics, address_in, log_failed_sign_in
from allocator.http.readiness import Readiness
from allocator.http.settings import ServerSettings
from allocator.http.urls import number_of
from allocator.jobs.pool import Busy, WorkerPool

MOST_UPLOADS = 4  # that are read, or wait for it: each keeps a thread of those that answer requests
MOST_STREAMS = 10  # of one account
# How often the setting each kind of failed sign-ins is allowed.
TRIES = {"both": 1, "address": 5, "name": 20}
SIDE_BY_SIDE = 10  # tries under way from one address: each takes a thread and much of a processor


class Throttle:
    """Failed sign-ins of ten minutes: by name and address together, by address, and by name.

    A name alone has many tries, so that somebody elsewhere who mistypes it does not lock its owner out.

    Parameters
    ----------
    most : int
        For one name from one address; five times as many for an address, and twenty times as many for a name.
    """

    def __init__(self, most: int) -> None:
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._limits = {kind: RateLimitItemPerMinute(times * most, 10) for kind, times in TRIES.items()}
        self._under_way = Counter[tuple[str, ...]]()
        self._turn = Lock()

    def begin(self, name: str, address: str) -> None:
        """Let somebody try; tries under way count as failed, so that many at once are no more than one by one.

        Raises
        ------
        TooManyTries
            After too many that failed, or while too many others from there are under way.
        """
        keys = _keys(name, address)
        with self._turn:
            if self._under_way["address", address] >= SIDE_BY_SIDE:
                raise TooManyTries("Many others from here are signing in.", maybe="try again in a minute.")
            if not all(self._limiter.test(self._limits[key[0]], *key, cost=self._under_way[key] + 1) for key in keys):
                raise TooManyTries("Too many sign-ins have failed.", maybe="try again in ten minutes.")
            self._under_way.update(keys)

    def end(self, name: str, address: str, *, failed: bool) -> None:
        """Count a try that is over, if it failed."""
        keys = _keys(name, address)
        with self._turn:
            for key in keys:
                self._under_way[key] -= 1
                if failed:
                    self._limiter.hit(self._limits[key[0]], *key)
            self._under_way = +self._under_way


def _keys(name: str, address: str) -> tuple[tuple[str, ...], ...]:
    return ("both", fold_name(name), address), ("address", address), ("name", fold_name(name))


class Streams:
    """Streams of events that are open: each keeps a connection for as long as whoever watches likes.

    Parameters
    ----------
    most : int
        Of everybody together.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._open = Counter[int]()

    @contextmanager
    def place(self, user: User) -> Iterator[None]:
        """A place for a stream of somebody, until it ends; the event loop alone asks for one.

        Raises
        ------
        Busy
            When they have too many, or all have.
        """
        if self._open[user.id] >= MOST_STREAMS:
            raise Busy(f"You watch {MOST_STREAMS} problems at once already.", maybe="end one of these streams.")
        if self._open.total() >= self._most:
            raise Busy("Too many problems are watched at once.", maybe="ask where the problem stands now and then.")
        self._open[user.id] += 1
        try:
            yield
        finally:
            self._open[user.id] -= 1
            self._open = +self._open


@dataclass
class AppContext:
    """What a running server has at hand."""

    settings: ServerSettings
    store: Store
    pool: WorkerPool
    metrics: Metrics
    faults: Faults
    throttle: Throttle
    streams: Streams
    readiness: Readiness
    uploads: BoundedSemaphore = field(default_factory=lambda: BoundedSemaphore(MOST_UPLOADS))

    @property
    def session_cookie(self) -> Cookie:
        """The cookie of a session."""
        return Cookie(SESSION, self.settings.secure_cookies)

    def session(self, request: Request, *, used: bool = True) -> Session | None:
        """Whose session a browser's cookie stands for; to look counts as use of it unless told otherwise."""
        secret = self.session_cookie.read(request)
        if not secret:
            return None
        return find_session(self.store, secret, idle=self.settings.idle, longest=self.settings.longest, used=used)

    def signed_in(self, name: str, password: str, address: str) -> User | None:
        """Check a name and password, slowly enough for nobody to guess.

        Raises
        ------
        TooManyTries
        """
        with self._try(name, address) as tried:
            user = authenticate(self.store, name, password, address)
            tried["failed"] = user is None
        return user

    def change_password(self, session: Session, old: str, new: str, address: str) -> None:
        """Change one's own password, slowly enough for nobody to guess the old one in somebody else's session.

        Raises
        ------
        TooManyTries
        InputError
        """
        with self._try(session.user.name, address) as tried:
            try:
                change_password(self.store, session.user, old, new, keep=session.token_hash)
            except InputError as error:
                tried["failed"] = any(problem.file == "password" for problem in error.problems)
                raise
            tried["failed"] = False

    @contextmanager
    def _try(self, name: str, address: str) -> Iterator[dict[str, bool]]:
        """A try at a password, counted where it failed."""
        tried = {"failed": True}
        try:
            self.throttle.begin(name, address)
            try:
                yield tried
            except Unavailable:  # nobody guessed
                tried["failed"] = False
                raise
            finally:
                self.throttle.end(name, address, failed=tried["failed"])
        finally:
            if tried["failed"]:
                self.metrics.sign_ins_failed.inc()
                log_failed_sign_in(address, known_name(self.store, name))


def get_context(request: Request) -> AppContext:
    """The context of the running application."""
    context: AppContext = request.app.state.context
    return context


def client_address(request: Request) -> str:
    """From where somebody asks; where a proxy is trusted, as it tells."""
    return address_in(request.scope)


def caller(request: Request, used: bool = True) -> User:
    """Who asks: by token, or by the session of a browser, which goes on where this counts as its use.

    Raises
    ------
    SignInNeeded
    """
    context, header = get_context(request), request.headers.get("authorization", "")
    user: User | None = None
    if header:
        kind, _, secret = header.partition(" ")
        user = find_token_user(context.store, secret.strip()) if kind.lower() == "bearer" and secret else None
    else:
        session = context.session(request, used=used)
        user = None if session is None else session.user
    if user is not None and user.must_change:
        raise SignInNeeded("The first thing to do is to change the password that you were given.")
    if user is None:
        raise SignInNeeded("Sign in, or send a token that holds.")
    request.state.user = user
    return user


def right(name: str) -> Callable[..., User]:
    """Depend on a right: who asks has it, or is refused."""

    def checked(request: Request) -> User:
        user = caller(request)
        require(user, name)
        return user

    checked.right = name  # type: ignore[attr-defined]
    return checked


Context = Annotated[AppContext, Depends(get_context)]


def etag(version: int) -> str:
    """The ETag of a version."""
    return f'"v{version}"'


def matched(if_match: Annotated[str | None, Header(description='ETag of what was seen, such as `"v3"`')] = None) -> int:
    """The version that a change was decided on.

    Raises
    ------
    VersionNeeded
        Without If-Match.
    """
    if if_match is None or not if_match.strip():
        raise VersionNeeded("If-Match is needed: the ETag of what was seen when this was decided.")
    version = number_of(if_match.strip().removeprefix("W/").strip('"').removeprefix("v"))
    if version is None:
        raise InputError([Problem("If-Match", 'an ETag such as "v3"', value=if_match[:40])])
    return version


Version = Annotated[int, Depends(matched)]
# A number by which the database knows something; no larger one can be of anything.
Number = Annotated[int, Path(ge=0, le=2**31 - 1)]

Offset = Annotated[int, Query(ge=0, le=10**6)]
Limit = Annotated[int, Query(ge=1, le=200)]
LongLimit = Annotated[int, Query(ge=1, le=1000)]


def page_of(items: list[Any], total: int, offset: int, limit: int) -> dict[str, Any]:
    """Compose one page of a list."""
    return {"items": items, "total": total, "offset": offset, "limit": limit}
