"""Running the service: one server for a folder, made ready at its first start."""

from __future__ import annotations

import errno
import ipaddress
import os
import secrets
import socket
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path
from typing import Any

import structlog
import uvicorn
from pydantic import ValidationError

from allocator.app.accounts import add_user, any_user
from allocator.app.actors import OPERATOR, claimed
from allocator.app.cycles import all_cycles
from allocator.app.imports import import_force
from allocator.app.problems import end_leases
from allocator.app.stores import Store
from allocator.errors import AllocatorError, InputError, Problem, refusal_of
from allocator.files.atomic import lock_file
from allocator.http.app import make_context
from allocator.http.limits import OTHER_FILES, bounded_protocol, raise_open_files
from allocator.http.observability import set_up_logs
from allocator.http.settings import ServerSettings
from allocator.http.web.app import application
from allocator.http.web.static_files import missing

ADMINISTRATOR = "administrator"
# Of the demonstration: name, role, divisions.
PEOPLE = (
    ("Ann Archer", "supervisor", ()),
    ("Nia North", "supervisor", ("North",)),
    ("Bob Bell", "approver", ()),
    ("Pat Price", "planner", ()),
    ("Vic Vale", "viewer", ()),
    ("Ada Ash", "administrator", ()),
)
# Seconds for which one thread may compute while another waits: a page that needs many short turns must not queue behind
# a large force that is read in.
TURN = 0.0005
GRACE = 10  # seconds for requests that are under way when the server is told to end


def serve(given: Mapping[str, Any], *, demo: bool, say: Callable[[str], object]) -> None:
    """Serve until told to end.

    Parameters
    ----------
    given : mapping
        Settings from the command line, over those of the environment.
    demo : bool
        Load a synthetic Surrey and sample users.
    say : callable
        Told what an operator should know.

    Raises
    ------
    InputError
        When a setting is wrong, or another than that of a server of the same database.
    AllocatorError
        When another server serves this store, or it cannot be used.
    """
    settings = settings_from(given)
    settings = settings.model_copy(update={"connections": raise_open_files(settings.connections)})
    set_up_logs(settings.log_level, settings.log_file, settings.log_size)
    try:
        _serve(settings, demo=demo, say=say)
    except AllocatorError as error:
        if settings.log_file is not None:  # else standard error has the sentence
            structlog.get_logger("service").error("ended", cause=str(error))
        raise


def _serve(settings: ServerSettings, *, demo: bool, say: Callable[[str], object]) -> None:
    context = make_context(settings)
    context.store.upgrade()
    with _alone(context.store, context.pool.leases.holder) as before, ExitStack() as bound:
        sockets = [bound.enter_context(closing(one)) for one in _bound(settings.host, settings.port)]
        if before is not None:
            end_leases(context.store, before)
        if demo:
            load_demo(context.store, settings.host, say)
        first_administrator(context.store, say)
        context.store.require_ready()
        context.pool.leases.join()
        unbuilt = missing()
        if unbuilt is not None:
            say(str(unbuilt))
        sys.setswitchinterval(TURN)
        config = uvicorn.Config(
            application(context),
            # So many are accepted at once, before any of them is looked at: there have to be files for them.
            backlog=OTHER_FILES // 4,
            http=bounded_protocol(settings.connections),
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=bool(settings.behind_proxy),
            forwarded_allow_ips=settings.behind_proxy or None,
            timeout_graceful_shutdown=GRACE,
        )
        address = f"{settings.host}:{sockets[0].getsockname()[1]}"
        server = Server(config, lambda: say(f"Serving on http://{address}; Ctrl-C ends it."))
        with suppress(KeyboardInterrupt):
            server.run(sockets)
        if not server.started:
            raise AllocatorError("The service did not start; the log says why.")


def _bound(host: str, port: int) -> list[socket.socket]:
    """Sockets for every address of a host, which nobody else can take from now on; nobody is answered yet.

    Raises
    ------
    AllocatorError
        When they cannot be had.
    """
    sockets: list[socket.socket] = []
    why: str | None = "there is no such address"
    try:
        for family, kind, protocol, _, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
            try:
                sockets.append(_bind(socket.socket(family, kind, protocol), (address[0], port, *address[2:])))
            except OSError as error:
                if error.errno not in (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT):
                    raise
                why = error.strerror  # a machine may know the name of an address of a kind that it does not use
            else:
                port = sockets[-1].getsockname()[1]
    except (OSError, UnicodeError) as error:
        why = getattr(error, "strerror", why)
        while sockets:
            sockets.pop().close()
    if not sockets:
        advice = "choose another port with --port, or end what listens there."
        raise AllocatorError(f"Nobody can be served on {host}:{port}: {why}.", maybe=advice)
    return sockets


def _bind(one: socket.socket, address: tuple[Any, ...]) -> socket.socket:
    try:
        if os.name == "posix":  # elsewhere this would let two servers have one port
            one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if one.family == socket.AF_INET6:
            one.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        one.bind(address)
    except OSError:
        one.close()
        raise
    return one


class Server(uvicorn.Server):
    """A server that tells when it can be reached."""

    def __init__(self, config: uvicorn.Config, reached: Callable[[], object]) -> None:
        super().__init__(config)
        self._reached = reached

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to listen."""
        await super().startup(sockets)
        if self.started:
            self._reached()


def settings_from(given: Mapping[str, Any]) -> ServerSettings:
    """Settings from the command line and the environment.

    Raises
    ------
    InputError
        With every setting that is wrong.
    """
    try:
        return ServerSettings(**given)
    except ValidationError as error:
        problems = []
        for detail in error.errors(include_url=False):
            name = f"ALLOCATOR_{'_'.join(str(part) for part in detail['loc']).upper()}"
            said = str(refusal_of(detail))
            problems.append(Problem(name, said[:1].lower() + said[1:], value=str(detail["input"])[:80]))
        raise InputError(problems) from None


def first_administrator(store: Store, say: Callable[[str], object]) -> None:
    """Make an administrator where there is no account yet; the password for one sign-in goes into a file."""
    if any_user(store):
        return
    password = secrets.token_urlsafe(16)
    path = store.home.folder / "first-password"
    _secret_file(path, password + "\n")
    add_user(store, claimed("allocator serve"), ADMINISTRATOR, "administrator", password=password)
    say(f"Account “{ADMINISTRATOR}” was made; the password for its first sign-in is in {path}.")


def load_demo(store: Store, host: str, say: Callable[[str], object]) -> None:
    """Load a synthetic Surrey and sample users.

    Raises
    ------
    AllocatorError
        When the store holds something, or the server can be reached from elsewhere.
    """
    if not _loopback(host):
        raise AllocatorError(f"--demo serves this machine alone, and {host} can be reached from elsewhere.")
    if any_user(store) or all_cycles(store, OPERATOR):
        raise AllocatorError(
            f"--demo needs an empty store, and the one in {store.home.folder} holds something.",
            maybe="name a new folder with --home.",
        )
    from allocator.files import write_force
    from allocator.synth import draw

    with tempfile.TemporaryDirectory() as folder:
        write_force(draw("surrey"), Path(folder) / "surrey")
        import_force(store, claimed("allocator serve --demo"), Path(folder) / "surrey")
    lines = []
    for name, role, divisions in PEOPLE:
        password = f"{secrets.token_hex(3)}-{secrets.token_hex(3)}-{secrets.token_hex(3)}"
        add_user(
            store,
            claimed("allocator serve --demo"),
            name,
            role,
            password=password,
            divisions=divisions,
            must_change=False,
        )
        lines.append(f"{name} ({role}{', ' + ', '.join(divisions) if divisions else ''}): {password}\n")
    path = store.home.folder / "demo-accounts"
    _secret_file(path, "".join(lines))
    say(f"A synthetic Surrey is loaded; sample users and their passwords are in {path}.")


def _secret_file(path: Path, text: str) -> None:
    try:
        path.unlink(missing_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(text)
    except OSError as error:
        raise AllocatorError(f"{path} cannot be written: {error.strerror}.") from error


def _loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@contextmanager
def _alone(store: Store, server_id: str) -> Iterator[str | None]:
    """Keep other servers from this folder meanwhile; the one that had it before, which is certainly gone."""
    path = store.home.folder / "serve.lock"
    with lock_file(path) as mine:
        if not mine:
            raise AllocatorError(f"Another server serves the store in {store.home.folder}.", maybe="end it first.")
        try:
            before = _named_before(path, server_id)
        except OSError as error:
            raise AllocatorError(f"{path} cannot be written: {error.strerror}.") from error
        yield before


def _named_before(path: Path, server_id: str) -> str | None:
    """Put a server's name into its folder's lock; whose name was there, if it was this file on this machine."""
    # A copy of the file proves nothing about the server that is named in it.
    status = path.stat()
    here = f"{socket.gethostname()} {status.st_dev} {status.st_ino}"
    before, _, where = path.read_text().strip().partition(" ")
    path.write_text(f"{server_id} {here}\n")
    return before if before and where == here else None
