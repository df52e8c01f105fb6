"""Cover for officers who are away now: which cases need it, who is to cover, and agreeing to that."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from allocator.analysis.cover import CoverExplanation, explain_cover
from allocator.app.actors import Actor, require
from allocator.app.views import ForceView, load_view
from allocator.checking import check_cover
from allocator.cycles.codes import OVERRIDE_REASONS, RANKED_FIRST, require_code, require_note
from allocator.cycles.covers import CoverEntry
from allocator.cycles.days import today
from allocator.db.covers import end_cover, force_today, insert_cover, settle_cover, standing_cover
from allocator.db.cycles import find_cycle, last_kept
from allocator.db.database import Connection
from allocator.db.outbox import last_letter, letters_since, write_letters
from allocator.db.registers import stored_reductions
from allocator.db.store import Store
from allocator.domain.cover import Cover, CoverResult, cases_to_cover
from allocator.domain.force import Case, Force
from allocator.domain.plan import Plan
from allocator.errors import NOTHING_CHANGED, AllocatorError, Conflict, InputError, NotThere, Outdated, Problem
from allocator.files.digest import digest
from allocator.reporting.cover_letters import CoverNews, cover_ended, cover_letters
from allocator.reporting.words import counted
from allocator.rules.cover.who_may import cover_bar


@dataclass(frozen=True)
class CoverView:
    """The cases to cover today as one person sees them, and what has been agreed about them.

    Attributes
    ----------
    entries : mapping of str to CoverEntry
        What holds at present, by case_id, of the cases that are there for the person.
    """

    seen: ForceView
    entries: Mapping[str, CoverEntry]

    @cached_property
    def cases(self) -> tuple[Case, ...]:
        """Cases whose officer is absent today."""
        force = self.seen.force
        return tuple(case for case in force.cases if force.is_away(case) and self.seen.sees(case))

    @cached_property
    def open(self) -> tuple[Case, ...]:
        """Those of them that nobody was agreed for."""
        return tuple(case for case in self.cases if case.case_id not in self.entries)

    @cached_property
    def decided(self) -> dict[str, list[str]]:
        """For ``solve_cover(insist=)``: whom people decided on otherwise than the best cover, as far as they may."""
        force = self.seen.force
        return {
            case_id: [entry.officer_id]
            for case_id, entry in self.entries.items()
            if entry.reason != RANKED_FIRST
            and cover_bar(force, force.officer_by_id[entry.officer_id], force.case_by_id[case_id]) is None
        }

    def decided_but(self, case_id: str) -> dict[str, list[str]]:
        """The same without what was decided about one case, which is asked about."""
        return {one: officers for one, officers in self.decided.items() if one != case_id}

    @cached_property
    def digest(self) -> str:
        """Of the force as it stands today: whoever agrees to cover agrees to that of this force."""
        return digest(self.seen.force)

    def case(self, case_id: str) -> Case:
        """Find a case that needs cover.

        Raises
        ------
        NotThere
            When there is none, not for the person, or its officer is there.
        """
        case = self.seen.case(case_id)
        if not self.seen.force.is_away(case):
            raise NotThere(f"Case {case_id[:80]} needs no cover: its officer is not absent.")
        return case


def load_cover(store: Store, actor: Actor, of: str = "cover", *, act: str = "read", case_id: str = "") -> CoverView:
    """See which cases need cover today, and what has been agreed.

    Raises
    ------
    NotThere
        When there is no data yet.
    """
    details = {"case": case_id[:80]} if case_id else None
    seen = load_view(store, actor, of, today=True, purpose="allocation", act=act, details=details)
    with store.reading() as connection:
        found = [entry for entry in standing_cover(connection) if entry.holds(seen.force)]
    own = (entry for entry in found if entry.case_id in seen.case_ids)
    return CoverView(seen, {entry.case_id: replace(entry, note=_note(seen, entry)) for entry in own})


def _note(seen: ForceView, entry: CoverEntry) -> str:
    """The note of an entry, unless it names somebody who is not there for the person."""
    return seen.hidden.cut({"note": entry.note, "by": entry.by})["note"] or ""


def covered_by_officer(store: Store, actor: Actor, officer_id: str) -> str:
    """How many cases an officer covers for whom at present, of those that are there for a person; empty for none."""
    entries = load_cover(store, actor).entries.values()
    absent = [entry.absent_officer_id for entry in entries if entry.officer_id == officer_id]
    return f"{counted(len(absent), 'case')} of {', '.join(sorted(set(absent)))}" if absent else ""


def cover_of_case(store: Store, actor: Actor, case_id: str) -> tuple[bool, CoverEntry | None]:
    """Whether a case needs cover today, and what has been agreed."""
    view = load_cover(store, actor, case_id=case_id)
    return any(case.case_id == case_id for case in view.cases), view.entries.get(case_id)


@dataclass(frozen=True)
class AgreedCover:
    """Cover that was agreed: cases whose cover is new, cases whose cover went on, messages written."""

    new: tuple[str, ...]
    same: tuple[str, ...]
    messages: int


def agree_cover(
    store: Store,
    actor: Actor,
    chosen: Mapping[str, str],
    *,
    reason: str = "",
    note: str = "",
    best: bool = True,
    seen_digest: str | None = None,
) -> AgreedCover:
    """Agree to who covers some cases; everybody whom it concerns is told.

    Parameters
    ----------
    chosen : mapping of str to str
        officer_id for each case_id.
    reason : str
        A code of ``allocator.cycles.codes.OVERRIDE_REASONS``, where this is not the best cover; it then stands when
        cover is worked out again.
    best : bool
        Whether this is the best cover, as whoever calls has found: no reason is needed.
    seen_digest : str, optional
        `CoverView.digest` of what was decided on.

    Raises
    ------
    NotThere
        When a case or an officer is not there for the person.
    InputError
        For unknown codes, and where nothing is chosen.
    Outdated
        When the force is another than the one that was seen.
    AllocatorError
        When rules bar an officer from covering a case.
    """
    require(actor, "duties")
    reason = RANKED_FIRST if best else require_code(reason, OVERRIDE_REASONS, "--reason")
    note = require_note(note, {"--reason": reason})
    if not chosen:
        raise InputError([Problem("cover", "at least one case with who is to cover it")])
    if actor.signed_in:
        view = load_cover(store, actor)
        for case_id, officer_id in chosen.items():
            view.case(case_id)
            view.seen.officer(officer_id)
    with store.writing() as writing:
        connection = writing.connection
        settled = settle_cover(writing)
        cycle = last_kept(connection)
        if cycle is None:
            cycle = find_cycle(connection)
        force = force_today(connection, cycle)
        if seen_digest is not None and seen_digest != digest(force):
            raise changed_since()
        held = {entry.case_id: entry for entry in standing_cover(connection)}
        _require_may(force, chosen)
        same = {case_id for case_id, who in chosen.items() if case_id in held and held[case_id].officer_id == who}
        new = [case_id for case_id in chosen if case_id not in same or held[case_id].reason != reason]
        over = [held[case_id] for case_id in new if case_id in held]
        end_cover(writing, over)
        officers = force.officer_by_id
        insert_cover(
            connection,
            [
                {
                    "cycle_id": cycle.id,
                    "case_id": case_id,
                    "absent_officer_id": force.case_by_id[case_id].officer,
                    "officer_id": chosen[case_id],
                    "division": officers[chosen[case_id]].division,
                    "reason": reason,
                    "note": note,
                    "by": actor.name,
                    "at": writing.log.now,
                }
                for case_id in new
            ],
        )
        told = [case_id for case_id in new if case_id not in same]
        before_letters = last_letter(connection)
        letters = list(_letters(connection, force_today(connection, cycle), told))
        changed = [entry for entry in over if entry.case_id in told]
        letters += cover_ended(changed, force)
        write_letters(writing, cycle.id, letters)
        details = {
            "cover": {case_id: chosen[case_id] for case_id in new},
            "reason": reason,
            "note": note,
            **settled,
            **letters_since(connection, before_letters),
        }
        if new or settled:
            writing.log.append(actor.name, "agree-cover", details, cycle_id=cycle.id)
        return AgreedCover(tuple(told), tuple(case_id for case_id in chosen if case_id in same), len(letters))


def changed_since() -> Outdated:
    """That the force or its cover is another than somebody looked at."""
    return Outdated(
        "The force or its cover was changed since you looked.",
        outcome=NOTHING_CHANGED,
        maybe="look again, and decide then.",
    )


def _require_may(force: Force, chosen: Mapping[str, str]) -> None:
    """Refuse cover that rules bar, or that no case needs."""
    for case_id, officer_id in chosen.items():
        case, officer = force.case_by_id.get(case_id), force.officer_by_id.get(officer_id)
        if case is None or officer is None or not force.is_away(case):
            raise Conflict(f"Case {case_id[:80]} needs no cover by {officer_id[:80]}.", outcome=NOTHING_CHANGED)
        rule = "holder" if case.officer == officer_id else cover_bar(force, officer, case)
        if rule is not None:
            # Others are told no more of an exclusion than that the officer is not eligible.
            why = "not eligible" if rule == "excluded" else f"barred by {rule}"
            raise AllocatorError(f"{officer_id} is {why} for covering case {case_id}.", outcome=NOTHING_CHANGED)


def _letters(connection: Connection, force: Force, told: list[str]):  # type: ignore[no-untyped-def]
    """Letters about cover as it is agreed now, to those whom its news concern."""
    back = {one.officer: one.ends for one in stored_reductions(connection) if one.runs(today()) and one.ends}
    news = CoverNews(frozenset(told), back, f"{last_letter(connection) + 1}")
    return cover_letters(agreed_cover(force), news)


def agreed_cover(force: Force) -> CoverExplanation:
    """Cover as a force says that it is now, checked and explained; nothing of it is proved."""
    plan = Plan.as_it_stands(force)
    officers = []
    for case in cases_to_cover(plan):
        who = force.officer_by_id.get(case.covered_by or "")
        able = who is not None and who.officer_id != case.officer and cover_bar(force, who, case) is None
        officers.append(case.covered_by if able else None)
    cover = Cover(plan, tuple(officers))
    result = CoverResult(cover, (), check_cover(cover).findings, 0, 0.0, {})
    return replace(explain_cover(result), cycle_date=today())
