"""What a commit tells people: each officer, those still over a limit, each division's supervisors, and handovers.

No letter holds more about a case than the officer who receives the case may see, and none says anything about a case to
an officer who is excluded from it, save that it goes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from allocator.analysis.officers import OfficerChange
from allocator.caseloads import Caseload
from allocator.domain.force import Case, Force
from allocator.domain.plan import Finding, Plan
from allocator.reporting.letter import Letter
from allocator.reporting.model import Block, Report, Table, sentences, texts
from allocator.reporting.plan_sentences import officer_remarks
from allocator.reporting.reasons import why_words
from allocator.reporting.words import cases as cases_words
from allocator.reporting.words import counted, day_words, overdue_sentence, place_words
from allocator.reporting.words import months as months_words
from allocator.rules import LIMITS
from allocator.rules.base import finding_words
from allocator.rules.ledger import Ledger
from allocator.rules.notes.exempted import Exempted
from allocator.rules.notes.over_limit import OverLimit
from allocator.rules.notes.overdue import delays, overdue_words

_CASELOAD = {limit.id: limit for limit in LIMITS if limit.to_officer}


def letters(
    plan: Plan,
    officers: tuple[OfficerChange, ...],
    findings: tuple[Finding, ...],
    whys: Mapping[str, str],
    supervisors: Mapping[str, list[str]],
    unseen: Mapping[str, frozenset[str]],
    cycle_id: int,
) -> Iterator[Letter]:
    """Every letter that a commit writes.

    Parameters
    ----------
    officers : tuple of OfficerChange
        Each officer before and after.
    findings : tuple of Finding
        Of the check of the plan.
    whys : mapping of str to str
        Code of the reason for each case that does not simply stay.
    supervisors : mapping of str to list of str
        Names for each division; one without any is written to as `unnamed_supervisor`.
    unseen : mapping of str to frozenset of str
        For each of these names who must not see some cases, which.
    """
    ledger = Ledger(plan)
    for change in officers:
        if change.changed:
            yield _caseload(plan, ledger, change, findings, whys)
        over = [f for f in findings if f.rule in _CASELOAD and f.officer == change.officer.officer_id]
        if over:
            yield _over_limit(plan.force, change.officer.officer_id, over)
    for case in plan.actions["moved"]:
        yield handover(plan, ledger, case, whys[case.case_id])
    for division in sorted({change.officer.division for change in officers} | {plan.force.home(c) for c, _ in plan}):
        for name in supervisors.get(division) or [unnamed_supervisor(division)]:
            yield _division(plan, officers, findings, whys, division, name, unseen.get(name, frozenset()), cycle_id)


def unnamed_supervisor(division: str) -> str:
    """To whom the letter of a division goes that no supervisor is known of."""
    return f"Supervisor of {division}"


def _caseload(
    plan: Plan, ledger: Ledger, change: OfficerChange, findings: tuple[Finding, ...], whys: Mapping[str, str]
) -> Letter:
    who, day = change.officer.officer_id, plan.force.cycle_date
    gained = ledger.received[who]
    lost = [case for case in ledger.force.cases_of.get(who, ()) if plan.officer_of[case.case_id] != who]
    given = tuple(
        (
            c.case_id,
            c.risk.replace("_", " "),
            place_words(c),
            c.officer or "nobody: new",
            _reasons(plan, c, whys, "you"),
        )
        for c in gained
    )
    handed = tuple(_handed(plan, case, who, whys[case.case_id]) for case in lost)
    over = [OverLimit().sentence_to_officer(f) for f in findings if f.rule == OverLimit.id and f.officer == who]
    blocks: list[Block] = [
        *sentences(
            f"From {day_words(day)} you hold {cases_words(change.after.cases)} of {change.after.limit}, "
            f"{change.after.high_risk} of them high risk; until now {cases_words(change.before.cases)}, "
            f"{change.before.high_risk} of them high risk.",
            *over,
        )
    ]
    if given:
        header = texts("case", "risk", "setting", "from", "why")
        blocks.append(Table(header, given, f"You receive {cases_words(len(given))}"))
    if handed:
        blocks.append(Table(texts("case", "to", "why"), handed, f"You hand over {cases_words(len(handed))}"))
    if any(case.officer is not None for case in gained) or handed:
        blocks += sentences("A handover sheet for each case that changes officer goes to whoever receives it.")
    return Letter("caseload", who, "", Report(f"Your caseload from {day_words(day)}", tuple(blocks)))


def _reasons(plan: Plan, case: Case, whys: Mapping[str, str], receiver: str) -> str:
    """Why a case goes where it goes, whether whoever receives it managed it before, and what is overdue."""
    said, officer_id = [why_words(whys[case.case_id])], plan.officer_of[case.case_id]
    if officer_id is not None and case.known_to(officer_id):
        said.append(f"{receiver} managed the case before")
    if days := delays(plan.force, case):
        said.append(overdue_words(days))
    return "; ".join(said)


def _handed(plan: Plan, case: Case, who: str, why: str) -> tuple[str, str, str]:
    if who in case.excluded:
        return case.case_id, "another officer", "not eligible"
    return case.case_id, plan.officer_of[case.case_id] or "nobody yet", why_words(why)


def _over_limit(force: Force, who: str, over: list[Finding]) -> Letter:
    said = [_CASELOAD[finding.rule].to_officer.format_map(finding_words(finding)) for finding in over]
    if force.policy.limits.freeze_over_limit:
        said.append("Until you are within your limits you should be given no case, other than at premises.")
    return Letter("over-limit", who, "", Report("You are over a limit", sentences(*said)))


def handover(plan: Plan, ledger: Ledger, case: Case, why: str) -> Letter:
    """The handover sheet of one moved case, with the code of the reason, for the officer who receives it."""
    receiver, day = plan.officer_of[case.case_id] or "", plan.force.cycle_date
    known = [
        *_known(plan.force, case, day),
        ("until now with", f"{case.officer}, for {months_words(ledger.months(case))}"),
        ("why it moves", why_words(why)),
    ]
    to_do = (
        "first meeting of both officers about the case",
        "introduction of the new officer to the person",
        "risk management plan read and agreed",
        "open actions and dates handed over",
        "partner agencies told",
        "records and access transferred",
    )
    report = Report(
        f"Handover of case {case.case_id} to {receiver}",
        (
            *sentences(f"The case is yours from {day_words(day)}.", *_notices(plan.force, case, receiver, day)),
            Table(texts("what", "as it stands"), tuple(known), "What is known"),
            Table(texts("what", "date", "initials"), tuple((step, "", "") for step in to_do), "To be done"),
        ),
    )
    return Letter("handover", receiver, case.case_id, report)


def received(force: Force, case: Case, caseload: Caseload) -> Letter:
    """Tell an officer of a case that was given to them between two plans, and of their caseload with it."""
    day = case.since or force.cycle_date
    said = sentences(
        f"Case {case.case_id} is yours from {day_words(day)}. With it you hold {cases_words(caseload.cases)} of "
        f"{caseload.limit}, {caseload.high_risk} of them high risk.",
        *_notices(force, case, case.officer or "", day),
    )
    known = Table(texts("what", "as it stands"), tuple(_known(force, case, day)), "What is known")
    report = Report(f"Case {case.case_id} is yours from {day_words(day)}", (*said, known))
    return Letter("placed", case.officer or "", case.case_id, report)


def no_longer_yours(recipient: str, case_id: str, about: str, taken_back: bool = False) -> Letter:
    """Tell an officer that a placement of which they were told has ended: by newer data, or taken back.

    What it is about tells this letter from another about the same case.
    """
    why = f"Case {case_id} was taken back." if taken_back else f"Newer data no longer has case {case_id} with you."
    said = f"{why} That it is yours, as you were told, no longer holds."
    return Letter("not-yours", recipient, about, Report(f"Case {case_id} is no longer yours", sentences(said)))


def moved_on(recipient: str, case: Case, reason: str, about: str) -> Letter:
    """Tell an officer that a case of theirs has another officer from today on, and why."""
    to = "another officer" if recipient in case.excluded else case.officer
    said = f"Case {case.case_id} is with {to} from {day_words(case.since or date.min)}: {reason}."
    hand = "What you know of the case is to be handed over now."
    return Letter("not-yours", recipient, about, Report(f"Case {case.case_id} has moved on", sentences(said, hand)))


def yours_again(recipient: str, case: Case, about: str) -> Letter:
    """Tell an officer that a move of a case away from them was taken back."""
    said = f"That case {case.case_id} had moved on was taken back: it is yours as before."
    return Letter("not-yours", recipient, about, Report(f"Case {case.case_id} is yours again", sentences(said)))


def _notices(force: Force, case: Case, receiver: str, on: date) -> Iterator[str]:
    """What whoever receives a case should see first: that they managed it before, and what is overdue that day."""
    if receiver in case.former:
        yield "You managed the case before."
    if overdue := overdue_sentence(delays(force, case, on)):
        yield overdue


def _known(force: Force, case: Case, on: date) -> list[tuple[str, str]]:
    known = [
        ("division", force.home(case)),
        ("risk", case.risk.replace("_", " ")),
        ("MAPPA category", str(case.category or "none")),
        ("MAPPA level", str(case.level or "none")),
        ("setting", place_words(case)),
        ("needs of its officer", ", ".join(sorted(case.needs)) or "none"),
    ]
    if case.forums:
        known.append(("discussed at", ", ".join(sorted(case.forums))))
    late = delays(force, case, on)
    for what, day in (("visit", case.visit_due), ("review", case.review_due)):
        if day is not None:
            overdue = f", overdue by {counted(late[what], 'day')}" if what in late else ""
            known.append((f"{what} due", f"{day_words(day)}{overdue}"))
    if case.former:
        known.append(("managed before by", ", ".join(sorted(case.former))))
    return known


def _division(
    plan: Plan,
    officers: tuple[OfficerChange, ...],
    findings: tuple[Finding, ...],
    whys: Mapping[str, str],
    division: str,
    name: str,
    unseen: frozenset[str],
    cycle_id: int,
) -> Letter:
    force = plan.force
    own = [change for change in officers if change.officer.division == division]
    ids = {change.officer.officer_id for change in own}
    actions = {case.case_id: plan.action(case) for case in force.cases if force.home(case) == division}
    count = {action: sum(1 for found in actions.values() if found == action) for action in plan.actions}
    blocks: list[Block] = [
        *sentences(
            f"Cycle {cycle_id}, from {day_words(force.cycle_date)}: {count['kept']:,} cases of {division} stay, "
            f"{count['moved']:,} move, {count['placed']:,} new ones are placed, {count['unplaced']:,} have nobody."
        )
    ]
    rows = tuple(
        (
            change.officer.officer_id,
            f"{change.before.cases} → {change.after.cases} of {change.after.limit}",
            f"{change.before.high_risk} → {change.after.high_risk} of {change.after.allowed}",
            _percent(change),
            ", ".join(officer_remarks(change)),
        )
        for change in own
    )
    if rows:
        header = texts("officer", "cases", "high risk", "workload %", "remarks")
        blocks.append(Table(header, rows, "Officers, before and after"))
    for action, title in (("moved", "Cases that move"), ("placed", "New cases"), ("unplaced", "Cases with nobody")):
        # Cases that come from or go to the division's officers are shown too, wherever they count.
        shown = [
            case
            for case in plan.actions[action]  # type: ignore[index]
            if case.case_id not in unseen
            and (case.case_id in actions or case.officer in ids or plan.officer_of[case.case_id] in ids)
        ]
        listed = tuple(
            (c.case_id, c.officer or "new", plan.officer_of[c.case_id] or "nobody", _reasons(plan, c, whys, "they"))
            for c in shown
        )
        if listed:
            blocks.append(Table(texts("case", "from", "to", "why"), listed, title))
    exempted = tuple(
        (f.case or "", f.officer or "", str(f.facts["exempt_from"]), str(f.facts["reason"]))
        for f in findings
        if f.rule == Exempted.id and f.case in actions and f.case not in unseen
    )
    if exempted:
        blocks.append(Table(texts("case", "officer", "rule", "reason"), exempted, "Exemptions that stand"))
    subject = f"{division}: caseloads from {day_words(force.cycle_date)}"
    return Letter("division", name, division, Report(subject, tuple(blocks)))


def undone(recipient: str, subjects: tuple[str, ...], cycle_id: int, cycle_date: date) -> Letter:
    """Tell somebody that the letters of these subjects, which went out to them, no longer hold."""
    said = sentences(
        f"Cycle {cycle_id} of {day_words(cycle_date)} has been undone. Every case is again with the officer who had it "
        "before, since the date from which they had it; new cases have nobody yet.",
        "What you were told no longer holds:",
    )
    rows = tuple((subject,) for subject in subjects)
    report = Report(f"Undone: caseloads from {day_words(cycle_date)}", (*said, Table(texts("letter"), rows)))
    return Letter("undone", recipient, "", report)


def _percent(change: OfficerChange) -> str:
    if not change.has_capacity:
        return "no capacity"
    pair = (change.before.fair_percent, change.after.fair_percent)
    return "-" if None in pair else f"{pair[0]} → {pair[1]}"
