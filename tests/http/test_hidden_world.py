"""What somebody may not see is nowhere: not on a page, in an answer, a file, a letter, a stream or a refusal.

One world with divisions, exclusions and several accounts is led through every state of its cycles. In each state every
address is asked for by every account, and searched for the ids that are hidden from it; an address that names a hidden
id is answered as one that names nobody. Twin worlds, in which the hidden cases do not exist, look the same but for
numbers.
"""

from __future__ import annotations

import difflib
import io
import json
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from allocator.app.accounts import add_user
from allocator.app.actors import claimed
from allocator.app.registers import keep_supervisors
from allocator.app.sessions import add_token, open_session
from allocator.domain.force import Premises
from allocator.files import write_force
from allocator.http.app import make_context
from allocator.http.cookies import SESSION
from allocator.http.settings import ServerSettings
from allocator.http.web.app import application
from tests.cycling import with_case
from tests.http.api.test_authorisation import TABLE, is_page, may
from tests.tiny import current, force, new, officer

# Of the South; with an exclusion of A from the beginning; with one from the second cycle on.
SOUTH = {"hush-s1", "hush-s2", "hush-s3", "hush-s4", "hush-s5", "hush-s6"}
EXCLUDING = {"hush-a1", "hush-a2", "hush-a3", "hush-a4", "hush-a5", "hush-a6"}
LATE = {"late-1"}
OPEN = {"open-1", "open-2", "open-3", "open-4", "open-5", "open-6"}
MUTE = {"mute-1", "mute-2", "mute-3"}  # officers who have nothing to do with the North

ACCOUNTS = {  # name: role, divisions, officer
    "wide": ("supervisor", (), None),
    "boss": ("approver", (), None),
    "north": ("supervisor", ("North",), None),
    "northern": ("approver", ("North",), None),
    "barred": ("supervisor", (), "A"),
    "judge": ("approver", (), "A"),
    "both": ("supervisor", ("North",), "A"),
    "reader": ("viewer", ("North",), None),
    "planner": ("planner", (), None),
    "admin": ("administrator", (), None),
    "batch": ("service", ("North",), None),
}
LOOK = [name for name in ACCOUNTS if name not in ("wide", "boss")]  # who does not see everything
CLOSE = ["north", "barred", "judge"]  # whom each state is shown to
ACTING = ["north", "northern", "barred", "judge", "both"]
FULL = {"proposed": ACTING, "overtaken": ACTING, "committed": LOOK, "excluded": LOOK}  # who looks closely, and when


def unseen_by(name: str, cycles: int) -> set[str]:
    """Ids that must not reach an account, with so many cycles behind; written without the code that hides them."""
    role, divisions, officer_id = ACCOUNTS[name]
    if role in ("planner", "administrator"):
        return SOUTH | EXCLUDING | LATE | OPEN | (MUTE if role == "planner" else set())
    return (
        (SOUTH | MUTE if divisions else set())
        | (EXCLUDING if officer_id else set())
        | (LATE if officer_id and cycles > 1 else set())
    )


def world_force():
    """North with everything that an exclusion touches, South with everything that a division hides."""
    return force(
        [
            officer("A"),
            officer("B"),
            officer("N", skills=frozenset({"da"}), premises=frozenset({"ap-n"})),
            officer("U", mosovo="none", buddy="A"),
            officer("W", status="absent"),
            officer("mute-1", division="South", premises=frozenset({"ap-s"})),
            officer("mute-3", division="South", status="absent"),
            officer("mute-2", division="South", mosovo="none", buddy="mute-1"),
        ],
        [
            current("open-1", "U", level=2, needs=frozenset({"da"})),
            current("open-2", "A"),
            current("open-3", "B", risk="high", visit_due=date(2026, 3, 1)),
            new("open-4", needs=frozenset({"da"})),
            current("open-5", "N", setting="premises", premises="ap-n", review_due=date(2026, 3, 1)),
            current("late-1", "N", risk="high", visit_due=date(2026, 3, 1)),
            current("hush-a1", "B", excluded=frozenset({"A"}), visit_due=date(2026, 3, 1)),
            current("hush-a2", "U", level=3, needs=frozenset({"da"}), excluded=frozenset({"A"})),
            new("hush-a3", needs=frozenset({"da"}), excluded=frozenset({"A"})),
            new("hush-a4", excluded=frozenset({"A"})),
            current("open-6", "W"),
            current("hush-a6", "W", excluded=frozenset({"A"}), covered_by="B"),
            current("hush-s6", "mute-3", division="South", covered_by="mute-2"),
            current("hush-s1", "mute-2", division="South", level=2),
            new("hush-s2", division="South", needs=frozenset({"nobody-has"})),
            current(
                "hush-s3", "mute-1", division="South", risk="very_high", setting="premises", premises="ap-s",
                review_due=date(2026, 2, 1),
            ),
            new("hush-s4", division="South", risk="high"),
        ],
        [Premises(premises_id="ap-n", division="North"), Premises(premises_id="ap-s", division="South")],
    )  # fmt: skip


@dataclass
class World:
    """A server with the accounts, and what was asked of it.

    Attributes
    ----------
    gone : set of str
        Cases that do not exist in it.
    leaks : list
        What somebody was told and should not have been: moment, account, address, id.
    looked : dict
        Texts by moment, account and address.
    """

    home: Path
    client: TestClient
    users: dict
    tokens: dict
    gone: set[str]
    cycles: int = 1
    of_jobs: dict[str, list[str]] = field(default_factory=dict)
    leaks: list = field(default_factory=list)
    looked: dict = field(default_factory=dict)
    asked: int = 0
    turn: int = 0

    def get(self, who: str, address: str) -> str:
        """What an account gets at an address, files unpacked."""
        return text_of(self.ask(who, "GET", address))

    def ask(self, who: str, method: str, address: str, **options):
        self.asked += 1
        headers = dict(options.pop("headers", {}))
        if is_page(address):
            headers["cookie"] = f"{SESSION}={self.users[who]['session']}"
        else:
            headers["Authorization"] = f"Bearer {self.tokens[who]}"
        return self.client.request(method, address, headers=headers, follow_redirects=False, **options)

    def act(self, who: str, method: str, address: str, *, fails: bool = False, **options):
        """Do something as an account; what it is told is searched too."""
        if method != "GET" and "/cycles/" in address:
            tag = self.ask("wide", "GET", re.match(r"/v1/cycles/\d+", address)[0]).headers["etag"]
            options["headers"] = {"If-Match": tag}
        answer = self.ask(who, method, address, **options)
        assert (answer.status_code >= 400) is fails, (who, method, address, answer.status_code, answer.text)
        self.search("act", who, f"{method} {address}", text_of(answer))
        return answer

    def search(self, moment: str, who: str, address: str, text: str) -> None:
        if who in LOOK:
            for one in unseen_by(who, self.cycles) - set(NAMED.findall(address)):
                if one in text:
                    self.leaks.append((moment, who, address, one, around(text, one)))

    def job(self, who: str, address: str, **body) -> str:
        """Have a job done for an account; its events are searched, and later its result."""
        options = {"headers": {}}
        if "/cycles/" in address:
            options["headers"] = {"If-Match": self.ask("wide", "GET", address.removesuffix("/propose")).headers["etag"]}
        begun = self.ask(who, "POST", address, json=body, **options)
        assert begun.status_code == 202, begun.text
        job = begun.json()["id"]
        events = self.get(who, f"/v1/problems/{job}/events")
        state = self.ask(who, "GET", f"/v1/problems/{job}").json()
        assert state["state"] == "done", state
        self.search("events", who, address, events)
        self.of_jobs.setdefault(who, []).append(job)
        return job

    def upload(self, who: str, of, **options):
        return self.act(who, "POST", "/v1/cycles", files={"export": ("force.zip", zipped(of, self.gone))}, **options)

    def look(self, moment: str, whom, closely: bool = True) -> None:
        """Ask for every address as every account."""
        self.turn += 1
        for who in whom:
            unseen = unseen_by(who, self.cycles)
            for address in self.addresses(unseen, self.of_jobs.get(who, []), closely):
                text = self.looked[moment, who, address] = self.get(who, address)
                self.search(moment, who, address, text)
                if OF_THE_LOG.match(address) and may(ACCOUNTS[who][0], "audit") and "about=" not in address:
                    continue  # it grows by being read
                if named := unseen.intersection(NAMED.findall(address)):
                    told = self.get(who, re.sub("|".join(named), nobody, address))
                    one, other = plain(text, named), plain(told, map(nobody, named))
                    if one != other:
                        self.leaks.append((moment, who, address, "unlike nobody", difference(one, other)))

    def addresses(self, unseen: set[str], jobs: list[str], closely: bool) -> Iterator[str]:
        """Every address that can be looked at; those about one case or officer for some who are hidden, and others."""
        gone = sorted(unseen & (SOUTH | EXCLUDING | LATE))
        some = [gone[(self.turn + k) % len(gone)] for k in ((0, len(gone) // 2) if closely else (0,))]
        for address in every_address(self.cycles, jobs):
            if "CASE" in address:
                yield from (address.replace("CASE", one) for one in ("open-1", *(["open-4"] if closely else []), *some))
            elif "WHO" in address:
                yield from (address.replace("WHO", one) for one in ("A", "mute-1"))
            else:
                yield address


NAMED = re.compile(r"\b(?:hush|late|mute|open)-\w+")


def nobody(name) -> str:
    """An id of the same length that nobody has."""
    return re.sub("hush|late|mute|open", "zzzz", name if isinstance(name, str) else name[0])


# The log tells everybody who reads it that something was done.
OF_THE_LOG = re.compile(r"/history|/v1/audit")
# What is best for the force counts cases of the division that somebody does not see.
OF_ALL = re.compile(r"/history|/v1/audit|/whatif/results|/frontier/")
NOT_LOOKED_AT = re.compile(r"/(help|v1/docs|v1/openapi|sign-in|downloads|health|ready|metrics|password|account)")
NEW = "division=North&risk=low&level=0"


def every_address(cycles: int, jobs: list[str]) -> list[str]:
    """Addresses of the table, with CASE and WHO for ids, and those with filters."""
    found = []
    for method, address, _ in TABLE:
        if method != "GET" or NOT_LOOKED_AT.match(address):
            continue
        address = re.sub(r"\bc[14]\b", "CASE", address)
        address = re.sub(r"/officers/A", "/officers/WHO", address)
        address = address.replace("officer=A", "officer=N").replace("2026-01", "2026-03")
        if "{problem}" in address:
            found += [address.replace("{problem}", job) for job in jobs]
        elif "/cycles/1" in address:
            found += [address.replace("/cycles/1", f"/cycles/{k + 1}") for k in range(cycles)]
        else:
            found.append(address.replace("{scenario}", "1"))
    found += [
        f"/tonight/new?case=CASE&{NEW}",
        f"/tonight/new?case=CASE&{NEW}&former=mute-1",
        "/cases?search=CASE",
        "/cases?officer=WHO",
        "/cases?waiting=1",
        "/officers?division=South",
        "/history?case=CASE",
        "/history?officer=WHO",
        "/history?about=CASE&reads=1",
        "/history?about=WHO&reads=1",
        "/history?act=place&verify=1",
        "/history?reads=1",
        "/v1/cases?search=CASE&limit=200",
        "/v1/cases?officer=WHO",
        "/v1/cases?waiting=true",
        "/v1/audit?limit=200",
        "/v1/reports/2026-03?form=xlsx",
        "/v1/reports/2026-03?form=html",
        "/cycles/1/override?case=CASE&officer=B",
        "/v1/cases/CASE/why-not?officer=WHO",
    ]
    found += [f"/v1/cycles/{k + 1}/plan?officer=WHO" for k in range(cycles)]
    found += [f"/v1/problems/{job}/why-not?case=open-2&officer=WHO" for job in jobs]
    return found


def zipped(of, gone: set[str]) -> bytes:
    """A force as an upload, without some cases."""
    import tempfile

    of = of.replace(cases=tuple(case for case in of.cases if case.case_id not in gone))
    with tempfile.TemporaryDirectory() as folder:
        write_force(of, Path(folder) / "force")
        data = io.BytesIO()
        with zipfile.ZipFile(data, "w") as packed:
            for path in sorted((Path(folder) / "force").iterdir()):
                packed.write(path, path.name)
    return data.getvalue()


def text_of(answer) -> str:
    """An answer as text with its headers; a workbook as the text of its parts."""
    headers = " ".join(f"{k}: {v}" for k, v in answer.headers.items() if k in ("location", "content-disposition"))
    if answer.content[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(answer.content)) as book:
            return headers + "\n".join(book.read(name).decode(errors="replace") for name in sorted(book.namelist()))
    return f"{answer.status_code} {headers}\n{answer.text}"


def plain(text: str, named: Iterable[str] = ()) -> str:
    """A text without what differs from one request to the next, and without some ids."""
    text = re.sub(r'(csrftoken" value|nonce)="[^"]*"', r"\1", text)
    text = re.sub(r"\d{1,2}:\d\d(:\d\d)?(\.\d+)?", "", text)
    for name in named:
        text = text.replace(name, "somebody")
    return text


def around(text: str, word: str) -> str:
    at = text.index(word)
    return " ".join(text[max(0, at - 100) : at + 60].split())


def difference(one: str, other: str) -> str:
    """The first parts of two texts that are not the same."""
    parts, others = (re.split(r"(?<=[>,}\n])", text) for text in (one, other))
    changes = [line for line in difflib.unified_diff(parts, others, n=0, lineterm="") if line[:2] not in ("--", "++")]
    return " | ".join(line.strip() for line in changes if line[:1] in "-+")[:600]


def open_world(home: Path, gone: set[str]) -> Iterator[World]:
    settings = ServerSettings(
        home=home, hosts="testserver,127.0.0.1", solvers=1, solve_seconds=60, secure_cookies=False
    )
    context = make_context(settings)
    context.store.upgrade()
    users, tokens = {}, {}
    for name, (role, divisions, officer_id) in ACCOUNTS.items():
        password = None if role == "service" else "correct horse battery"
        user = add_user(
            context.store, claimed("root"), name, role,
            password=password, divisions=divisions, officer_id=officer_id, must_change=False,
        )  # fmt: skip
        users[name] = {"user": user, "session": open_session(context.store, user)}
        _, tokens[name] = add_token(context.store, claimed("root"), user, "tests", days=1, scope="commit")
    with TestClient(application(context)) as client:
        yield World(home, client, users, tokens, gone)


def lead(world: World, moments: Mapping[str, tuple[str, ...]] | None = None) -> World:
    """Lead a world through every state; look around as these accounts in these moments, or as each in each."""

    def look(moment: str, *whom: str) -> None:
        if moments is None:
            world.look(moment, whom or FULL.get(moment, CLOSE), closely=moment in FULL)
        elif moment in moments:
            world.look(moment, moments[moment])

    of, gone = world_force(), world.gone
    world.upload("wide", of)
    look("imported")
    for case_id, officer_id in (("hush-a4", "B"), ("hush-s4", "mute-1")):
        if case_id not in gone:
            tag = world.ask("wide", "GET", "/v1/cycles/1").headers["etag"]
            body = {"case_id": case_id, "officer_id": officer_id, "reason": "other", "note": f"like {case_id}"}
            world.act("wide", "POST", "/v1/placements", json=body, headers={"If-Match": tag})
    if not gone:
        for who in ("barred", "wide"):
            world.act(who, "POST", "/v1/cycles/1/discard", fails=True)
    # The same export again knows of nobody for what was placed; another has lost it.
    for newer in (with_case(of, "open-2", risk="medium"), without(of, "hush-a4", "hush-s4")):
        world.upload("barred", newer)
    look("placed")
    world.job("barred", "/v1/cycles/1/propose")
    for who in ("barred", "north", "both", "planner", "judge", "northern"):
        world.job(who, "/v1/frontier", last=1)
    for who in ("barred", "north", "both", "judge"):
        leaves = {"name": "x", "change": [{"what": "officer-leaves", "officer": "B"}]}
        world.job(who, "/v1/whatif", scenarios=[leaves])
        world.job(who, "/v1/problems")
        world.act(who, "POST", "/v1/scenarios", json={"name": "x", "document": {"change": leaves["change"]}})
    note = "as they wish" if gone else "brother of hush-a1 and hush-s1"
    body = {"case_id": "open-3", "officer_id": "A", "reason": "other", "note": note}
    world.act("wide", "POST", "/v1/cycles/1/overrides", json=body)
    look("proposed")
    newer = of
    for case_id in ("hush-a1", "hush-s1", "hush-s3", "open-3"):
        newer = with_case(newer, case_id, risk="medium")
    newer = without(with_case(newer, "hush-a2", level=0), "hush-a4", "hush-s4")
    joined = (new("hush-a5", needs=frozenset({"da"}), excluded=frozenset({"A"})), new("hush-s5", division="South"))
    newer = newer.replace(cases=(*newer.cases, *joined))
    world.upload("barred", newer)
    look("overtaken")
    for who in ("barred", "north", "both", "batch"):
        world.act(who, "POST", "/v1/cycles/1/submit", fails=True)
    for who in ("barred", "north", "both"):
        world.act(who, "POST", "/v1/cycles/1/overrides", json=body, fails=True)
    world.job("north", "/v1/cycles/1/propose", keep=True)
    world.act("north", "POST", "/v1/cycles/1/submit")
    look("submitted")
    world.act("northern", "POST", "/v1/cycles/1/approve")
    look("approved")
    newer = with_case(newer, "open-5", risk="medium")
    world.upload("barred", with_case(newer, "hush-a1", risk="low"))
    for who in ("judge", "northern"):
        world.act(who, "POST", "/v1/cycles/1/commit", fails=True)
    world.act("judge", "POST", "/v1/cycles/1/return", json={"reason": "placement", "note": "see hush-s3"})
    world.job("wide", "/v1/cycles/1/propose", keep=True)
    world.act("wide", "POST", "/v1/cycles/1/submit")
    world.act("judge", "POST", "/v1/cycles/1/approve")
    world.act("judge", "POST", "/v1/cycles/1/commit")
    look("committed")
    world.act("northern", "POST", "/v1/deliveries")
    newer = with_case(with_case(newer, "open-5", risk="low"), "late-1", excluded=frozenset({"A"}))
    world.upload("wide", without(newer, "hush-a1", "hush-s2"))
    world.cycles = 2
    look("excluded")
    if gone:
        return world
    world.act("wide", "POST", "/v1/cycles/2/discard")
    look("discarded", "barred", "north", "northern")
    world.act("boss", "POST", "/v1/cycles/1/undo")
    look("undone", "barred", "judge", "northern", "admin")
    return world


def without(of, *case_ids: str):
    return of.replace(cases=tuple(case for case in of.cases if case.case_id not in case_ids))


@pytest.fixture(scope="module")
def world(tmp_path_factory) -> Iterator[World]:
    for opened in open_world(tmp_path_factory.mktemp("world") / "home", set()):
        register(opened)
        yield lead(opened)


def register(world: World) -> None:
    """Whoever supervises the North is barred from some of its cases."""
    path = world.home.parent / "supervisors.csv"
    path.write_text("name,division\nBarred,North\nnorth,North\nwide,South\n")
    keep_supervisors(world.client.app.state.context.store, claimed("root"), path)


def test_nobody_is_told_of_what_they_may_not_see(world):
    assert world.asked > 4_000, world.asked
    told = sorted({(who, re.sub(r"[0-9a-f]{32}", "JOB", address), what) for _, who, address, what, _ in world.leaks})
    first = {}
    for moment, who, address, what, where in world.leaks:
        first.setdefault((who, re.sub(r"[0-9a-f]{32}", "JOB", address), what), (moment, where))
    assert not told, json.dumps([(*key, *first[key]) for key in told][:60], indent=1)


@pytest.mark.parametrize(
    ("gone", "whom", "moments", "but"),
    [
        (SOUTH, ("north", "northern"), ("overtaken", "committed"), OF_THE_LOG),
        (EXCLUDING | LATE, ("barred", "judge"), ("excluded",), OF_ALL),
        (SOUTH | EXCLUDING | LATE, ("both",), ("excluded",), OF_ALL),
    ],
    ids=["division", "exclusions", "both"],
)
def test_a_world_without_what_is_hidden_looks_the_same_but_for_numbers(world, tmp_path, gone, whom, moments, but):
    for twin in open_world(tmp_path / "home", gone):
        register(twin)
        lead(twin, dict.fromkeys(moments, whom))
        unlike = [
            (moment, who, address, difference(counted(text), counted(there)))
            for (moment, who, address), text in twin.looked.items()
            if not but.match(address) and not gone.intersection(NAMED.findall(address))
            if not (but is OF_ALL and re.search('"(affected|complete)":', text))
            if (there := world.looked.get((moment, who, in_world(address, who, twin, world)))) is not None
            if counted(text) != counted(there)
        ]
        assert len(twin.looked) > 150
        assert not unlike, json.dumps(unlike[:40], indent=1)


def in_world(address: str, who: str, twin: World, world: World) -> str:
    """An address of a twin as the world has it: jobs have other names there."""
    jobs = dict(zip(twin.of_jobs.get(who, []), world.of_jobs.get(who, []), strict=True))
    return re.sub(r"[0-9a-f]{32}", lambda job: jobs[job[0]], address)


def counted(text: str) -> str:
    """A text without numbers, and without what plain texts lack."""
    text = re.sub(r"<svg.*?</svg>", "", plain(text), flags=re.S)
    text = re.sub(r'("note":)(null|"[^"]*")', r"\1", text)
    text = re.sub(r"[0-9a-f]{12,}", "#", text)
    text = re.sub(r"[-+\N{MINUS SIGN}]?\d[\d,.]*", "#", text)
    text = re.sub("#+", "#", text)  # a long fraction is one number too
    return re.sub(r"\b(case|move|officer|placement)s?\b", r"\1", text)


def test_letters_hold_nothing_that_their_readers_may_not_see(world):
    folders = {path.name: path for path in (world.home / "messages").iterdir()}
    read = {name: "".join(file.read_text() for file in path.iterdir()) for name, path in folders.items()}
    barred = next(text for name, text in read.items() if name.casefold().startswith("barred"))
    assert "open-1" in barred and not [one for one in EXCLUDING if one in barred]
    assert [one for one in EXCLUDING if one in read["north"]]  # whom no case excludes
    assert not [one for one in SOUTH if one in barred + read["north"]]
    assert not [one for one in EXCLUDING if one in read.get("A", "")]
