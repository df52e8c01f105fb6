"""Words that many answers have in common: counts, findings, goals and what becomes of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from allocator.analysis.compare import FindingPair, GoalPair
from allocator.domain.force import Case, Force, Officer
from allocator.domain.plan import Finding, GoalValue
from allocator.domain.result import RULES_VERSION, Result
from allocator.reporting.goals import IN_FILES
from allocator.rules import GOALS, RULE
from allocator.rules.cover import COVER_GOALS, COVER_NOTE
from allocator.rules.notes.overdue import overdue_words
from allocator.rules.placement.excluded import NOT_ELIGIBLE

_GOALS = {goal.id: goal for goal in GOALS}
_COVER_GOALS = {goal.id: goal for goal in COVER_GOALS}


def cases(count: int) -> str:
    """Say how many cases."""
    return counted(count, "case")


def months(count: int) -> str:
    """Say how many months."""
    return counted(count, "month")


def counted(count: int, thing: str) -> str:
    """Say how many of something whose plural ends in s."""
    return f"1 {thing}" if count == 1 else f"{count:,} {thing}s"


def times(count: int) -> str:
    """Say how often."""
    return "once" if count == 1 else f"{count:,} times"


def joined(*sentences: str | None) -> str:
    """Those sentences that there are."""
    return " ".join(filter(None, sentences))


def listed(items: Sequence[str], most: int | None = None) -> str:
    """Items one after the other, the last after an "and"; of more than most the first, and how many more."""
    if most is not None:
        more = f" and {len(items) - most} more" if len(items) > most else ""
        return f"{', '.join(items[:most])}{more}"
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"


def capitalised(text: str) -> str:
    """A text with a capital first letter, the others as they are."""
    return f"{text[:1].upper()}{text[1:]}"


def finding_sentence(finding: Finding) -> str:
    """Say a finding in the words of its rule."""
    if finding.rule == NOT_ELIGIBLE:
        return f"{finding.officer} is {NOT_ELIGIBLE} for case {finding.case}."
    note = COVER_NOTE.get(finding.rule)
    return RULE[finding.rule].sentence(finding) if note is None else note.sentence(finding)


def goal_words(name: str) -> str:
    """Say what a goal counts, as the middle of a sentence: ``cases above limits``."""
    words = _GOALS[name].says
    return words[:1].lower() + words[1:]


def cover_goal_words(name: str) -> str:
    """Say what a goal of cover counts, as the middle of a sentence."""
    words = _COVER_GOALS[name].says
    return words[:1].lower() + words[1:]


def goal_figures(goals: Iterable[GoalValue]) -> str:
    """The value of each goal: ``unplaced 0, excess 11``."""
    return ", ".join(f"{goal.name} {goal.value:,}" for goal in goals)


def change_words(goals: Sequence[GoalPair], names: Mapping[str, str] = IN_FILES) -> str:
    """What is added to each goal that changes, in strict order: ``excess +1, disruption +36``."""
    return (
        ", ".join(f"{names[pair.name]} {pair.difference:+,}" for pair in goals if pair.difference) or "no goal changes"
    )


def signed(change: int) -> str:
    """A change with its sign; none where nothing changes."""
    return f"{change:+,}" if change else "0"


def excess_words(pair: FindingPair) -> str:
    """An excess that grows, as it would be."""
    amount = f" ({pair.second} too many instead of {pair.first})" if pair.first else ""
    return f"{finding_sentence(pair.finding).removesuffix('.')}{amount}."


def grown_sentences(pairs: Iterable[FindingPair]) -> list[str]:
    """The excesses among some that grow."""
    return [excess_words(pair) for pair in pairs if pair.second > pair.first]


def ended_words(stopped: str | None, seconds: float) -> str:
    """How a run ended."""
    return {
        None: f"Solved in {seconds:.1f} s.",
        "time limit": f"The time limit ended the run after {seconds:.1f} s.",
        "interrupted": f"Cut short by Ctrl-C after {seconds:.1f} s.",
    }.get(stopped, f"The run ended early: {stopped}.")


def proof_word(goal: GoalValue) -> str:
    """How far one goal is proved, for a table."""
    return "proved" if goal.proven else f"at least {goal.bound:,}"


def figure(goal: GoalValue) -> str:
    """The value of a goal, with a question mark where it is not proved."""
    return f"{goal.value:,}" + ("" if goal.proven else "?")


def rules_sentence(result: Result) -> str | None:
    """What to know of a plan that was made under earlier rules; None of one made under today's."""
    if result.rules == RULES_VERSION:
        return None
    return (
        f"This plan was made under version {result.rules} of the rules, and today's are version {RULES_VERSION}: its "
        "goals and their proof are those of then; what is said of its officers, cases and limits is by today's."
    )


def known_sentence(case: Case, officer_id: str | None) -> str | None:
    """That an officer managed a case before; None of whoever did not, and of whoever has it now."""
    return f"{officer_id} managed the case before." if officer_id and case.known_to(officer_id) else None


def overdue_sentence(days: Mapping[str, int]) -> str | None:
    """By how many days a visit or review is overdue; None where neither is."""
    return f"{capitalised(overdue_words(dict(days)))}." if days else None


def place_words(case: Case) -> str:
    """Where a person is: premises, custody with the release, or the community."""
    if case.setting == "premises":
        return f"premises {case.premises}"
    if case.setting == "custody" and case.release_on is not None:
        return f"custody, release {day_words(case.release_on)}"
    return case.setting


def day_words(day: date) -> str:
    """A day in full: 2 March 2026."""
    return f"{day.day} {day:%B %Y}"


def received_words(force: Force, officer: Officer, day: date) -> str:
    """How many of the cases that an officer holds came in the past 7 and 28 days."""
    ages = [(day - case.since).days for case in force.cases_of.get(officer.officer_id, ()) if case.since is not None]
    week, month = (sum(1 for age in ages if 0 <= age < days) for days in (7, 28))
    return f"{week:,} in 7 days, {month:,} in 28"
