"""What officers can do for a time: away, on reduced duties, closed to new cases, leaving; recorded and ended here."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from pydantic import ValidationError

from allocator.app.actors import Actor, require, same_person
from allocator.app.views import ForceView, load_view
from allocator.cycles.codes import DUTY_REASONS
from allocator.cycles.days import today
from allocator.cycles.reductions import Reduction, running_reductions
from allocator.db.covers import settle_cover
from allocator.db.cycles import Cycle
from allocator.db.inputs import renew_open_cycle
from allocator.db.outbox import last_letter, letters_since
from allocator.db.registers import add_reductions, end_reduction, numbered_reductions
from allocator.db.snapshots import pack
from allocator.db.store import Store, Writing
from allocator.db.vouching import require_logged_rows
from allocator.errors import NOTHING_CHANGED, Conflict, InputError, NotThere, Problem, meant, refusal_of


@dataclass(frozen=True, slots=True)
class ChangedDuties:
    """What officers can do was changed.

    Attributes
    ----------
    officers : tuple of str
        Whose.
    renewed : Cycle or None
        The open cycle where that changed its data: its plan is stale then.
    cover_ended : tuple of str
        Cases that nobody covers any more for it.
    """

    officers: tuple[str, ...]
    renewed: Cycle | None
    cover_ended: tuple[str, ...]


def may_see_reason(actor: Actor, division: str, registered: Collection[str]) -> bool:
    """Whether somebody supervises a division, by their account, or where they claim a name by the register."""
    if not actor.signed_in:
        return any(same_person(name, actor.name) for name in registered)
    return bool(division) and actor.role == "supervisor" and actor.scope.covers(division)


def record_duties(store: Store, actor: Actor, officer_ids: Sequence[str], given: Mapping[str, Any]) -> ChangedDuties:
    """Record that officers are away, on reduced duties, closed to new cases or leaving, from a day and until a day.

    Parameters
    ----------
    officer_ids : sequence of str
        Officers of divisions that the person supervises.
    given : mapping
        Fields of ``allocator.cycles.reductions.Reduction``, but for the officer.

    Raises
    ------
    NotThere
        When an officer is not there for the person.
    InputError
        With every problem of what was given.
    Conflict
        When it is recorded already.
    """
    require(actor, "duties")
    _require_own(load_view(store, actor, "duties", today=True, details={"officers": sorted(officer_ids)}), officer_ids)
    found = _checked(officer_ids, given)
    with store.writing() as writing:
        before_letters, settled = last_letter(writing.connection), settle_cover(writing)
        kept = _kept(writing)
        if again := [one.officer for one in found if one in kept.values()]:
            raise Conflict(f"That is recorded already of {', '.join(again)}.", outcome=NOTHING_CHANGED)
        add_reductions(writing.connection, found)
        return _changed(writing, actor, kept, sorted(officer_ids), before_letters, settled)


def _require_own(seen: ForceView, officer_ids: Collection[str]) -> None:
    for officer_id in officer_ids:
        seen.officer(officer_id)


def _checked(officer_ids: Sequence[str], given: Mapping[str, Any]) -> list[Reduction]:
    """One reduction for each officer, read as a row of the list would be.

    Raises
    ------
    InputError
    """
    problems = [] if officer_ids else [Problem("officer", "at least one officer")]
    if given.get("reason") not in DUTY_REASONS:
        *most, last = DUTY_REASONS
        value = None if not given.get("reason") else str(given["reason"])[:80]
        advice = None if value is None else meant(value, DUTY_REASONS)
        problems.append(Problem("reason", f"one of {', '.join(most)} or {last}", value=value, maybe=advice))
    if given.get("starts") is None:
        problems.append(Problem("starts", "the first day"))
    if problems:
        raise InputError(problems)
    try:
        fields = {name: value for name, value in given.items() if value}
        return [Reduction(officer=officer_id, **fields) for officer_id in dict.fromkeys(officer_ids)]
    except ValidationError as error:
        raise InputError(
            Problem(".".join(map(str, detail["loc"])) or "duty", str(refusal_of(detail)))
            for detail in error.errors(include_url=False)
        ) from None


def end_duty(store: Store, actor: Actor, number: int, last: date) -> ChangedDuties:
    """End a reduction with a day, its last; the officer is back on the next. One that would begin later goes.

    Raises
    ------
    NotThere
        When there is none of this number, or its officer is not there for the person.
    InputError
        When it has ended before that day.
    """
    require(actor, "duties")
    seen = load_view(store, actor, "duties", today=True) if actor.signed_in else None
    with store.writing() as writing:
        before_letters, settled = last_letter(writing.connection), settle_cover(writing)
        kept = _kept(writing)
        if number not in kept:
            raise NotThere(f"There is no reduction {number}.")
        one = kept[number]
        if seen is not None:
            _require_own(seen, [one.officer])
        if one.ends is not None and one.ends < last:
            raise InputError([Problem("last", f"a day not after {one.ends}, with which it ends", value=str(last))])
        end_reduction(writing.connection, number, last if last >= one.starts else None)
        return _changed(writing, actor, kept, [one.officer], before_letters, settled)


def mark_back(store: Store, actor: Actor, officer_id: str) -> ChangedDuties:
    """Record that an officer is back today: all that is in force of them ended yesterday.

    Raises
    ------
    NotThere
        When the officer is not there for the person.
    Conflict
        When nothing is in force of them.
    """
    require(actor, "duties")
    _require_own(load_view(store, actor, "duties", today=True, details={"officer": officer_id[:80]}), [officer_id])
    with store.writing() as writing:
        before_letters, settled = last_letter(writing.connection), settle_cover(writing)
        kept = _kept(writing)
        running = running_reductions(kept.values(), today())
        own = [number for number, one in kept.items() if one in running and one.officer == officer_id]
        if not own:
            raise Conflict(
                f"Nothing is recorded of {officer_id} that is in force today.",
                outcome=NOTHING_CHANGED,
                maybe="what an export says of an officer changes with the next export.",
            )
        yesterday = today() - timedelta(days=1)
        for number in own:
            end_reduction(writing.connection, number, yesterday if yesterday >= kept[number].starts else None)
        return _changed(writing, actor, kept, [officer_id], before_letters, settled)


def _kept(writing: Writing) -> dict[int, Reduction]:
    require_logged_rows(writing.connection, "reductions")
    return numbered_reductions(writing.connection)


def _changed(
    writing: Writing,
    actor: Actor,
    before: Mapping[int, Reduction],
    officers: list[str],
    before_letters: int,
    settled: Mapping[str, Any],
) -> ChangedDuties:
    """Log a change, and let everything follow that it changes."""
    now = settle_cover(writing)
    ended = [*settled.get("cover_ended", ()), *now.get("cover_ended", ())]
    # Who is concerned, but not why: a reason can reveal health.
    details = {
        "officers": officers,
        **({"cover_ended": ended} if ended else {}),
        **letters_since(writing.connection, before_letters),
    }
    after = duties_digest(numbered_reductions(writing.connection).values())
    writing.log.append(actor.name, "reductions", details, before=duties_digest(before.values()), after=after)
    return ChangedDuties(tuple(officers), renew_open_cycle(writing, actor.name), tuple(ended))


def duties_digest(found: Iterable[Reduction]) -> str:
    """Digest of a list of reductions."""
    return pack(sorted((reduction.model_dump(mode="json") for reduction in found), key=str))[0]
