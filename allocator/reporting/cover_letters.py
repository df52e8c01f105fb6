"""What cover tells people: who covers, and who is away."""

from __future__ import annotations

from collections.abc import Iterator

from allocator.analysis.cover import CoveredCase, CoverExplanation
from allocator.reporting.cover import (
    load_words,
)
from allocator.reporting.letter import Letter
from allocator.reporting.model import Report, Table, sentences, texts
from allocator.reporting.words import cases as cases_words
from allocator.reporting.words import (
    day_words,
    place_words,
)
from allocator.rules.cover.carries import Carries
from allocator.rules.notes.overdue import overdue_words


def cover_letters(explanation: CoverExplanation) -> Iterator[Letter]:
    """A letter to each who covers, and to each who is away."""
    day = day_words(explanation.cycle_date)
    covered: dict[str, list[CoveredCase]] = {}
    for one in explanation.cases:
        if one.covers is not None:
            covered.setdefault(one.covers, []).append(one)
    for who, cases in sorted(covered.items()):
        yield _to_cover(explanation, who, cases, day)
    for who in explanation.away:
        yield _to_absent(who, explanation.of_absent(who), day)


def _to_cover(explanation: CoverExplanation, who: str, cases: list[CoveredCase], day: str) -> Letter:
    (held,) = (f.facts for f in explanation.findings if f.rule == Carries.id and f.officer == who)
    percent = explanation.percent
    rows = []
    for one in cases:
        late = dict(one.overdue)
        notes = ["you cover it now"] if one.goes_on else []
        notes += ["you managed the case before"] if one.covers in one.former else []
        notes += [overdue_words(late)] if late else []
        case = one.case
        rows.append((case.case_id, case.risk.replace("_", " "), place_words(case), one.absent, "; ".join(notes)))
    said = sentences(
        f"From {day}, until its officer is back, you look after each of these cases; it stays theirs.",
        f"You hold {cases_words(held['cases'])} of {held['limit']}, {held['high_risk']} of high risk of "
        f"{held['allowed']} allowed. A case that you cover counts {percent}% of its load: with cover you carry "
        f"{load_words(held['cases'], held['covered'], percent)}, "
        f"{load_words(held['high_risk'], held['covered_high'], percent)} of high risk.",
    )
    columns = texts("case", "risk", "setting", "officer", "to know")
    table = Table(columns, tuple(rows), f"You cover {cases_words(len(rows))}")
    return Letter("cover", who, "", Report(f"Cases that you cover from {day}", (*said, table)))


def _to_absent(who: str, cases: tuple[CoveredCase, ...], day: str) -> Letter:
    rows = tuple((one.case.case_id, _told_absent(one, who)) for one in cases)
    some = any(one.covers is not None for one in cases)
    looked = "While you are away these cases are looked after for you." if some else "Nobody may cover your cases yet."
    said = sentences(f"{looked} They stay yours.")
    table = Table(texts("case", "covered by"), rows, f"Your {cases_words(len(rows))}")
    return Letter("away", who, "", Report(f"Who looks after your cases from {day}", (*said, table)))


def _told_absent(one: CoveredCase, who: str) -> str:
    """Who covers a case, as who is away is told; nothing of the case to whoever is excluded from it."""
    if one.covers is None:
        return "nobody yet"
    return "another officer" if who in one.case.excluded else one.covers
