"""Rows that decide what somebody is told or may do: the log holds digests of them, from before and after each act.

Whatever a writer's connection inserts, updates or deletes in these tables is noticed here, so that no act has to say
it. The last entry of a transaction carries ``rows``: for each group of rows that changed, its digest before and after.
One that is not the last that was logged tells of a change beside the log, even where a later act wrote the same rows.

    digest = HMAC-SHA256(key, [name of the group, its rows as sorted JSON, what is empty left out])

A column that is added later and may be empty changes no digest; one that may not needs the log covered anew.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Connection, Delete, Insert, Table, Update, event, select

from allocator.db import service_tables as service
from allocator.db import tables as kept
from allocator.db.audit import BEGINNING, Log, details_mac, entry_mac, keyed_hash

WHOLE = "all"
LASTING_ACTS = ("approve", "commit", "place", "move")  # that later acts go by
_AT_ONCE = 1_000  # entries
_STATE = ("read", "link", "since", "acts", "_lost")
Digest = str | None  # None where a group has no row


@dataclass(frozen=True)
class Cover:
    """What is verified of a table.

    Attributes
    ----------
    name : str
        Of a group of rows, for people.
    by : str or None
        Column whose values group the rows; None where the table is one group.
    apart : frozenset of str
        Columns that other digests of the log cover.
    same : mapping
        Values of a column that count as another, by column.
    lasting : bool
        Whether it matters that a row is gone.
    """

    table: Table
    name: str
    by: str | None
    apart: frozenset[str] = frozenset()
    same: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    lasting: bool = True

    def group(self, value: Any) -> str:
        """Name of a group in the log."""
        return f"{self.table.name} {WHOLE if self.by is None else value}"


# What no digest covers, and why: listed in the manual. A test changes every other column, and `verify` has to notice.
_WORK = (
    "progress of work, written as it goes; what was found is sealed with the key, and a plan is made for one version"
)
_POSTED = {"id", "kind", "owner_id", "parameters", "data_id", "data", "created_at", "idempotency_key", "request_digest"}
UNVERIFIED: dict[str, dict[str, str]] = {
    "messages": dict.fromkeys(
        ("attempts", "error"), "progress of deliveries, written as they go; tells nobody anything but the operator"
    ),
    "sessions": {"seen_at": "written as a browser is used; the longest life of a session counts from `created_at`"},
    "problems": {column.name: _WORK for column in service.problems.c if column.name not in _POSTED},
    "servers": dict.fromkeys(
        service.servers.c.keys(), "servers that run at present, each written by itself again and again; decides nothing"
    ),
}

COVERS = (
    Cover(kept.snapshots, "Snapshot {}", "id", frozenset({"data"})),
    Cover(kept.cycles, "Cycle {}", "id"),
    Cover(kept.proposals, "Plan {}", "id", frozenset({"data"})),
    Cover(kept.overrides, "Overrides of plan {}", "proposal_id"),
    Cover(kept.exemptions, "Exemptions of cycle {}", "cycle_id"),
    Cover(kept.decisions, "Decisions of cycle {}", "cycle_id"),
    Cover(kept.changes, "Changes of cycle {}", "cycle_id"),
    Cover(kept.caseloads, "Figures of officers in cycle {}", "cycle_id"),
    Cover(kept.divisions, "Figures of divisions in cycle {}", "cycle_id"),
    Cover(kept.reductions, "Reductions", None),
    Cover(kept.covers, "Cover agreed in cycle {}", "cycle_id"),
    Cover(kept.supervisors, "Supervisors", None),
    Cover(
        kept.messages,
        "Messages of cycle {}",
        "cycle_id",
        frozenset({"subject", "text", "html", "next_at"}),
        {"state": {"sending": "waiting"}},
    ),
    Cover(service.users, "Account {}", "id"),
    Cover(service.sessions, "Session {}", "token_hash", lasting=False),
    Cover(service.tokens, "Token {}", "id"),
    Cover(service.problems, "Job {}", "id", frozenset({"data"})),
    Cover(service.scenarios, "Scenario {}", "id"),
    Cover(service.policy_changes, "Change {} of the policy", "id"),
)
_BY_TABLE = {cover.table.name: cover for cover in COVERS}


def group_words(group: str) -> str:
    """A group of rows as people read it."""
    table, _, value = group.partition(" ")
    return _BY_TABLE[table].name.format(value[:12])


class RowWatch:
    """What a writer's connection changes in tables that are covered.

    Attributes
    ----------
    before : dict of str to (str or None)
        Digests of the groups that it changes, as they were when it began.
    """

    def __init__(self, connection: Connection, key: bytes) -> None:
        self._connection, self._key = connection, key
        self.before: dict[str, Digest] = {}
        self._kept: set[str] = set()
        event.listen(connection, "before_execute", self._begin)
        event.listen(connection, "after_execute", self._end)

    def keep(self, groups: Iterable[str]) -> None:
        """Log these groups, even if nothing of them changes."""
        for group in groups:
            table, _, value = group.partition(" ")
            self._note(_BY_TABLE[table], [value])
            self._kept.add(group)

    def pairs(self) -> dict[str, list[Digest]]:
        """Digests before and after, of groups that changed or are to be logged."""
        values: dict[str, list[str]] = defaultdict(list)
        for group in self.before:
            table, _, value = group.partition(" ")
            values[table].append(value)
        now = {
            group: digest
            for table, wanted in values.items()
            for group, digest in row_digests(self._connection, self._key, _BY_TABLE[table], wanted).items()
        }
        return {
            group: [before, now.get(group)]
            for group, before in self.before.items()
            if group in self._kept or before != now.get(group)
        }

    def _begin(self, connection: Connection, statement: Any, several: Any, one: Any, options: Any) -> None:
        cover = self._cover(statement)
        if cover is None:
            return
        if cover.by is None:
            self._note(cover, [WHOLE])
        elif isinstance(statement, Insert):
            rows = several or ([one] if one else [statement.compile().params])
            self._note(cover, {row[cover.by] for row in rows if row.get(cover.by) is not None})
        else:
            query = select(cover.table.c[cover.by]).distinct()
            if statement.whereclause is not None:
                query = query.where(statement.whereclause)
            self._note(cover, list(connection.execute(query).scalars()))

    def _end(self, connection: Connection, statement: Any, several: Any, one: Any, options: Any, result: Any) -> None:
        cover = self._cover(statement)
        # A number that the database gave: the row was not there before.
        if cover is not None and cover.by == "id" and isinstance(statement, Insert) and not several:
            self.before.setdefault(cover.group(result.inserted_primary_key[0]), None)

    def _cover(self, statement: Any) -> Cover | None:
        if not isinstance(statement, Insert | Update | Delete):
            return None
        return _BY_TABLE.get(getattr(statement.table, "name", ""))

    def _note(self, cover: Cover, values: Iterable[Any]) -> None:
        new = {cover.group(value): value for value in values if cover.group(value) not in self.before}
        if new:
            found = row_digests(self._connection, self._key, cover, list(new.values()))
            self.before |= {group: found.get(group) for group in new}


def row_digests(
    connection: Connection, key: bytes, cover: Cover, values: Iterable[Any] | None = None
) -> dict[str, str]:
    """Digests of the groups of a table, by their names: of all, or of those with some values."""
    table, hidden = cover.table, {*cover.apart, *UNVERIFIED.get(cover.table.name, ())}
    columns = [column for column in table.c if column.name not in hidden]
    query = select(*columns)
    queries = [query]
    if cover.by is not None and values is not None:
        by = table.c[cover.by]
        number: Callable[[Any], Any] = by.type.python_type
        wanted = [number(value) for value in values]
        queries = [query.where(by.in_(wanted[start : start + 500])) for start in range(0, len(wanted), 500)]
    groups: dict[str, list[str]] = defaultdict(list)
    for one in queries:
        for row in connection.execute(one):
            plain = {column.name: _plain(cover, column.name, row._mapping[column.name]) for column in columns}
            text = json.dumps({name: value for name, value in plain.items() if value is not None}, sort_keys=True)
            groups[cover.group(None if cover.by is None else row._mapping[cover.by])].append(text)
    return {group: keyed_hash(key, "rows", group, sorted(rows)) for group, rows in groups.items()}


def row_digest(connection: Connection, key: bytes, group: str) -> Digest:
    """Digest of one group of rows."""
    table, _, value = group.partition(" ")
    return row_digests(connection, key, _BY_TABLE[table], [value]).get(group)


def plan_rows_digest(connection: Connection, key: bytes, proposal_id: int) -> Digest:
    """Digest of a plan as it was frozen, with its facts and what people changed about it; None once it is purged."""
    plan, changed = _BY_TABLE["proposals"], _BY_TABLE["overrides"]
    if connection.execute(select(plan.table.c.data.is_(None)).where(plan.table.c.id == proposal_id)).scalar():
        return None
    rows = [row_digests(connection, key, cover, [proposal_id]) for cover in (plan, changed)]
    return keyed_hash(key, "plan", *rows)


def all_digests(connection: Connection, key: bytes) -> dict[str, str]:
    """Digests of every group of every table that is covered."""
    return {group: digest for cover in COVERS for group, digest in row_digests(connection, key, cover).items()}


def newest_of(connection: Connection, key: bytes, entries: Collection[int]) -> dict[str, Digest]:
    """Groups of which some entries have the newest digest, with that; not those that had no row any more."""
    last = LoggedRows(key).read_on(connection).last
    return {group: one.digest for group, one in last.items() if one.seq in entries and one.digest is not None}


def cover_rows(connection: Connection, log: Log, key: bytes) -> None:
    """Add an entry from which on a log covers every row, as of now."""
    rows = {group: [None, digest] for group, digest in all_digests(connection, key).items()}
    log.append("allocator", "cover", {"rows": rows})


def _plain(cover: Cover, column: str, value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes):
        return hashlib.sha256(value).hexdigest()
    return cover.same.get(column, {}).get(value, value) if isinstance(value, str) else value


@dataclass(frozen=True)
class Logged:
    """What the log last said of a group of rows: its digest, and in which entry."""

    digest: Digest
    seq: int


class LoggedRows:
    """What the log says of the rows that it covers, read from its first entry on.

    Attributes
    ----------
    key : bytes
        Of the log.
    read, link : int, str
        The last entry that was read, and its keyed hash.
    since : int or None
        From which entry on every group is covered; None where none is, as in a log of an earlier version.
    last : dict
        What was last said of each group.
    beside : list of (str, int)
        Groups that were changed beside the log, and the entry of the act that came upon that.
    letters : list of mapping
        Which messages acts wrote: those ``after`` one and up to another, ``to``, and their ``digest``.
    acts : dict of str to list of int
        Entries of acts that later ones go by.
    broken : set of int
        Entries that are not as they were written, or whose details are gone by no purge.
    """

    def __init__(self, key: bytes) -> None:
        self.key = key
        self.read, self.link = 0, BEGINNING
        self.since: int | None = None
        self.last: dict[str, Logged] = {}
        self.beside: list[tuple[str, int]] = []
        self.letters: list[Mapping[str, Any]] = []
        self.acts: dict[str, list[int]] = {act: [] for act in LASTING_ACTS}
        self.broken: set[int] = set()
        self._lost = 0  # the last entry that a purge emptied, or somebody changed or removed

    def read_on(self, connection: Connection) -> LoggedRows:
        """Read what has been added, as far as it can be read."""
        try:
            self._read_on(connection)
        except (ValueError, TypeError):  # a value of a kind that no entry has
            self.broken.add(self.read + 1)
        return self

    def _read_on(self, connection: Connection) -> None:
        query = select(kept.audit).where(kept.audit.c.seq > self.read).order_by(kept.audit.c.seq)
        for row in connection.execute(query.execution_options(yield_per=_AT_ONCE)):
            if self.since is None:
                self.since = covered_since(connection)
            gone = range(self.read + 1, row.seq)
            self.broken.update(gone)
            if (row.previous != self.link and not gone) or entry_mac(self.key, dict(row._mapping)) != row.mac:
                self.broken.add(row.seq)
            self._lost, self.read, self.link = (row.seq - 1 if gone else self._lost), row.seq, row.mac
            if row.details is None or details_mac(self.key, row.seq, row.details) != row.details_mac:
                self._lost = row.seq
                self.broken.add(row.seq)
                continue
            if row.act in self.acts:
                self.acts[row.act].append(row.seq)
            self._take(row.seq, row.act, _details(row.details))

    def _take(self, seq: int, act: str, details: Mapping[str, Any]) -> None:
        for first, last in details.get("audit_rows", ()):
            self.broken.difference_update(range(first, last + 1))
        if "letters" in details:
            self.letters.append(details["letters"])
        named = details.get("rows_beside", ())
        self.beside += ((group, seq) for group in named)
        for group, (before, after) in details.get("rows", {}).items():
            known = self.last.get(group)
            gap = (0 if known is None else known.seq) < self._lost
            unknown = act in ("cover", "purge") or gap or (known is None and self.since is None)
            if group not in named and not unknown and before != (None if known is None else known.digest):
                self.beside.append((group, seq))
            self.last[group] = Logged(after, seq)

    def state(self) -> dict[str, Any]:
        """What has been read, for whoever goes on from there; nobody asks again about groups that are gone."""
        there = {group: [one.digest, one.seq] for group, one in self.last.items() if one.digest is not None}
        plain = {name: getattr(self, name) for name in _STATE}
        return plain | {"last": there, "letters": [dict(one) for one in self.letters]}

    @classmethod
    def going_on(cls, key: bytes, state: Mapping[str, Any]) -> LoggedRows:
        """Go on from what somebody has read."""
        made = cls(key)
        for name in _STATE:
            setattr(made, name, state[name])
        made.acts = {act: list(made.acts.get(act, ())) for act in LASTING_ACTS}  # some are newer than what was written
        made.letters = state["letters"]
        made.last = {group: Logged(digest, seq) for group, (digest, seq) in state["last"].items()}
        return made

    def digest(self, group: str) -> Digest:
        """What was last said of a group."""
        known = self.last.get(group)
        return None if known is None else known.digest

    def changed(self, connection: Connection) -> Iterator[tuple[str, int | None]]:
        """Groups that are not as the log says, each with the entry that says otherwise; None where none knows it."""
        now = all_digests(connection, self.key)
        for group, logged in self.last.items():
            lasting = _BY_TABLE[group.partition(" ")[0]].lasting
            if now.get(group) != logged.digest and (lasting or group in now):
                yield group, logged.seq
        yield from ((group, None) for group in now if group not in self.last and self.since is not None)


def covered_since(connection: Connection) -> int | None:
    """From which entry of the log on it covers every group; None where none does."""
    audit = kept.audit
    found = connection.execute(
        select(audit.c.seq).where(audit.c.act == "cover").order_by(audit.c.seq).limit(1)
    ).scalar()
    if found is not None:
        return int(found)
    first = connection.execute(select(audit.c.details).where(audit.c.seq == 1)).scalar()
    if first is not None:
        return 1 if "rows" in _details(first) else None
    purges = select(audit.c.details).where(audit.c.act == "purge", audit.c.details.is_not(None))
    return 1 if any(_details(text).get("rows_since") == 1 for text in connection.execute(purges).scalars()) else None


def groups_of(connection: Connection, table: str, logged: LoggedRows) -> list[str]:
    """Every group of a table that there is, or was when the log last told of it."""
    cover = _BY_TABLE[table]
    values = [WHOLE] if cover.by is None else connection.execute(select(cover.table.c[cover.by]).distinct()).scalars()
    said = (group for group in logged.last if group.startswith(f"{table} "))
    return sorted({*said, *map(cover.group, values)})


def _details(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except ValueError:  # the chain says so
        return {}
    return found if isinstance(found, dict) else {}
