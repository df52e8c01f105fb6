"""What cover tells people: who covers, and who is away."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from allocator.analysis.cover import CoveredCase, CoverExplanation
from allocator.cycles.covers import CoverEntry
from allocator.domain.force import Force
from allocator.reporting.cover import load_words
from allocator.reporting.letter import Letter
from allocator.reporting.model import Report, Table, sentences, texts
from allocator.reporting.words import cases as cases_words
from allocator.reporting.words import (
    day_words,
    place_words,
)
from allocator.rules.cover.carries import Carries
from allocator.rules.notes.overdue import overdue_words


@dataclass(frozen=True)
class CoverNews:
    """What is new about cover, and how long it lasts.

    Attributes
    ----------
    cases : collection of str
        Whose cover is new, by case_id: whom none of them concerns is told nothing.
    back : mapping of str to date
        The last day of those who are away, by officer_id, as far as it is known.
    about : str
        Tells these letters from earlier ones to the same people.
    """

    cases: Collection[str]
    back: Mapping[str, date]
    about: str


def cover_letters(explanation: CoverExplanation, news: CoverNews | None = None) -> Iterator[Letter]:
    """A letter to each who covers, and to each who is away; where there is news, only to those whom it concerns."""
    if news is None:
        news = CoverNews({one.case.case_id for one in explanation.cases}, {}, "")
    covered: dict[str, list[CoveredCase]] = {}
    for one in explanation.cases:
        if one.covers is not None:
            covered.setdefault(one.covers, []).append(one)
    for who, cases in sorted(covered.items()):
        if any(one.case.case_id in news.cases for one in cases):
            yield _to_cover(explanation, who, cases, news)
    for who in explanation.away:
        if any(one.case.case_id in news.cases for one in explanation.of_absent(who)):
            yield _to_absent(explanation, who, news)


def cover_ended(entries: Iterable[CoverEntry], force: Force) -> Iterator[Letter]:
    """Tell each who covered cases that they do no longer; whose the cases are, and why it is over."""
    ended: dict[str, list[CoverEntry]] = {}
    for entry in entries:
        ended.setdefault(entry.officer_id, []).append(entry)
    for who, own in sorted(ended.items()):
        rows = tuple((entry.case_id, entry.absent_officer_id, _why_ended(entry, force)) for entry in own)
        said = sentences("You no longer look after these cases.")
        table = Table(texts("case", "officer", "why"), rows, f"You covered {cases_words(len(rows))}")
        about = str(own[0].id)
        yield Letter("cover-ended", who, about, Report("Cases that you no longer cover", (*said, table)))


def _why_ended(entry: CoverEntry, force: Force) -> str:
    case, officer = force.case_by_id.get(entry.case_id), force.officer_by_id.get(entry.officer_id)
    if case is None:
        return "the case is not in the data any more"
    if case.officer != entry.absent_officer_id:
        return "the case has another officer now"
    if officer is None or officer.absent:
        return "you are away yourself"
    return "somebody else covers it" if force.is_away(case) else "its officer is back"


def _to_cover(explanation: CoverExplanation, who: str, cases: list[CoveredCase], news: CoverNews) -> Letter:
    day = day_words(explanation.cycle_date)
    (held,) = (f.facts for f in explanation.findings if f.rule == Carries.id and f.officer == who)
    percent = explanation.percent
    rows = []
    for one in cases:
        late = dict(one.overdue)
        notes = ["you cover it now"] if one.goes_on else []
        notes += ["you managed the case before"] if one.covers in one.former else []
        notes += [overdue_words(late)] if late else []
        case = one.case
        of = f"{one.absent}, away{_until(news, one.absent)}"
        rows.append((case.case_id, case.risk.replace("_", " "), place_words(case), of, "; ".join(notes)))
    said = sentences(
        f"From {day}, until its officer is back, you look after each of these cases; it stays theirs.",
        f"You hold {cases_words(held['cases'])} of {held['limit']}, {held['high_risk']} of high risk of "
        f"{held['allowed']} allowed. A case that you cover counts {percent}% of its load: with cover you carry "
        f"{load_words(held['cases'], held['covered'], percent)}, "
        f"{load_words(held['high_risk'], held['covered_high'], percent)} of high risk.",
    )
    columns = texts("case", "risk", "setting", "officer", "to know")
    table = Table(columns, tuple(rows), f"You cover {cases_words(len(rows))}")
    return Letter("cover", who, news.about, Report(f"Cases that you cover from {day}", (*said, table)))


def _until(news: CoverNews, who: str) -> str:
    return f" until {day_words(news.back[who])}" if who in news.back else ""


def _to_absent(explanation: CoverExplanation, who: str, news: CoverNews) -> Letter:
    day, cases = day_words(explanation.cycle_date), explanation.of_absent(who)
    rows = tuple((one.case.case_id, _told_absent(one, who)) for one in cases)
    some = any(one.covers is not None for one in cases)
    looked = (
        f"While you are away{_until(news, who)} these cases are looked after for you."
        if some
        else "Nobody may cover your cases yet."
    )
    said = sentences(f"{looked} They stay yours.")
    table = Table(texts("case", "covered by"), rows, f"Your {cases_words(len(rows))}")
    return Letter("away", who, news.about, Report(f"Who looks after your cases from {day}", (*said, table)))


def _told_absent(one: CoveredCase, who: str) -> str:
    """Who covers a case, as who is away is told; nothing of the case to whoever is excluded from it."""
    if one.covers is None:
        return "nobody yet"
    return "another officer" if who in one.case.excluded else one.covers
