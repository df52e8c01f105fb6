"""When the next visit and the next review of each case are due, and how many are overdue.

How often a home visit is due is published, and so is how many visits and assessments one force had overdue, how
long the longest of these was, and that few were of the riskiest. How often a plan is reviewed and how delays are
spread is not: ours.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from allocator.domain.force import Case
from allocator.domain.policy import Risk
from allocator.synth.chance import Chance
from allocator.synth.draft import CaseDraft
from allocator.synth.profile import Profile

# Days: monthly, every three months, every six, yearly. National Police Chiefs' Council, 2017.
VISIT_EVERY: Mapping[Risk, int] = {"very_high": 30, "high": 91, "medium": 182, "low": 365}
REVIEW_EVERY = 365  # days, ours
# Avon and Somerset: 217 visits and 151 assessments overdue (inspection of March 2023, as reported by the North
# Somerset Times); of 1,521 registered sexual offenders, the nearest total (the chief constable, of January 2024, as
# reported by severuss.online). Each kind has its own published count. The later ones (283 of these 1,521, and 185 of
# about 1,600 in February 2025) do not say whether they are of visits, assessments or both.
VISITS_OVERDUE = 217 / 1_521  # 14.3%
REVIEWS_OVERDUE = 151 / 1_521  # 9.9%
LONGEST = 243  # days: eight months, the longest delay of both kinds in the same inspection
# How much sooner than a high-risk case another is overdue: in 2023 the inspectors found no backlog in high-risk
# cases, in 2025 fewer than 10 of the 185 were of the very highest risk. With 17% high risk this makes 5% of them.
SELDOM = 4
WITHOUT_RELEASE = 365  # days within which somebody in custody without a known release is seen there; ours


def give_due_dates(profile: Profile, drafts: Sequence[CaseDraft], seed: int) -> None:
    """Give every case the dates by which its next visit and review are due.

    Overdue are only current cases in the community: residents of premises are seen all the time. Nobody is visited
    at home in custody: the first visit is due within a cycle of a known release, else a visit there within a year. A
    new case is visited within the cycle, and assessed within another.
    """
    today, days = profile.cycle_date, profile.policy.cycle.days
    visits, reviews = Chance(seed, "visits"), Chance(seed, "reviews")
    late_visits, late_reviews = _overdue(drafts, VISITS_OVERDUE, visits), _overdue(drafts, REVIEWS_OVERDUE, reviews)
    for i, draft in enumerate(drafts):
        if i in late_visits:
            draft.visit_due = today - _delay(visits)
        elif draft.setting == "custody" and draft.release_on is not None:
            draft.visit_due = _within(draft.release_on, days, visits)
        elif draft.setting == "custody":
            draft.visit_due = _within(today, WITHOUT_RELEASE, visits)
        else:
            draft.visit_due = _within(today, days if draft.officer is None else VISIT_EVERY[draft.risk], visits)
        if i in late_reviews:
            draft.review_due = today - _delay(reviews)
        elif draft.officer is None and draft.setting != "custody":
            draft.review_due = _within(draft.visit_due, days, reviews)
        else:
            draft.review_due = _within(today, REVIEW_EVERY, reviews)


def reschedule_visit(case: Case, risk: Risk, cycle_date: date) -> date | None:
    """Date of the next visit of a case whose risk becomes another: as far through the new interval as it was.

    Overdue visits stay so, and visits that do not follow from the risk, of new cases and in custody, stay as they are.
    """
    if case.visit_due is None or case.visit_due < cycle_date or case.officer is None or case.setting == "custody":
        return case.visit_due
    days = (case.visit_due - cycle_date).days
    return cycle_date + timedelta(days * VISIT_EVERY[risk] // VISIT_EVERY[case.risk])


def _overdue(drafts: Sequence[CaseDraft], share: float, chance: Chance) -> set[int]:
    able = [i for i, draft in enumerate(drafts) if draft.officer is not None and draft.setting == "community"]
    return set(chance.pick(able, round(share * len(able)), [1 if drafts[i].high else SELDOM for i in able]))


def _delay(chance: Chance) -> timedelta:
    """Draw a delay: half are within a quarter of the longest."""
    return timedelta(1 + int(chance.number() ** 2 * LONGEST))


def _within(start: date, days: int, chance: Chance) -> date:
    return start + timedelta(chance.between(0, days))
