"""A plain force of any size, in the proportions that are published: county, metropolitan and the nation's.

Risk is that of the National Police Chiefs' Council of March 2016 (very high 2%, high 18%, medium 30%) with
high at 15%: a fifth high risk in all would put most officers at or over their own fifth, and in Surrey four of
27 were. Other shares say where they come from; what is not published is ours.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import cycle

from allocator.domain.policy import Policy
from allocator.synth.chance import Chance, share_out
from allocator.synth.divisions import ABOVE_LEVEL_1, need_of, part_time_jobs
from allocator.synth.profile import ApprovedPremises, DivisionProfile, NewCases, Profile

VERY_HIGH, HIGH, MEDIUM = 0.02, 0.15, 0.3
CUSTODY = 0.26  # between Kent's 18% and Surrey's 35%
VIOLENT = 0.17  # with the needs below a quarter is category 2, as of all MAPPA cases in 2022: 22,304 of 89,438
NEW = 0.03
UNEVEN = 0.15  # divisions differ by up to a third in officers
DA, IOM = 0.04, 0.06  # of cases; a quarter of them not under MAPPA
# 22 beds (2,200 in 101 premises, 2017), 91% occupied, seven in ten residents (ours) the force's own cases;
# they stay 12 weeks, so a cycle of 28 days brings a third of them. Most are high risk.
RESIDENTS, RESIDENTS_HIGH = 14, 12
ARRIVALS, ARRIVALS_HIGH = 5, 4
LINKED = (2, 1)  # cases above their share of high risk, of the two officers linked to one


def sized_profile(
    name: str,
    title: str,
    prefix: str,
    *,
    officers: int,
    cases: int,
    divisions: int,
    premises: int,
    division: str = "Division",
    fill: float = 0.93,
) -> Profile:
    """Describe a force of so many officers and cases in all.

    Parameters
    ----------
    name, title, prefix : str
        As in ``Profile``; ``prefix`` begins the ids of cases, officers and premises.
    officers, cases : int
        Of the whole force; ``cases`` include the new ones of the cycle.
    premises : int
        Approved Premises, at most one a division, the largest divisions first.
    division : str
        Begins the name of every division: ``Division 1``.
    fill : float
        Cases over limits, reached by officers who work part time; a force that is fuller has none of these.
        Absent officers with their cases, and leaving ones, do not count.
    """
    sizes = share_out(officers, Chance(0, f"divisions {title}").jitter([1] * divisions, UNEVEN))
    new = round(NEW * cases)
    current = cases - new
    parts = _divisions(_plain(prefix, division, sizes, premises), officers, cases, current, fill)
    high, above = round((VERY_HIGH + HIGH) * current), round(ABOVE_LEVEL_1 * current)
    very_high = round(VERY_HIGH * current)
    others = new - ARRIVALS * premises
    with_premises = _largest_first(sizes)[:premises]
    return Profile(
        name=name,
        description=f"{title}: {officers:,} officers, {cases:,} cases, divisions: {divisions}, premises: {premises}",
        title=title,
        prefix=prefix,
        cycle_date=date(2026, 3, 30),
        divisions=parts,
        current=current,
        custody=current - sum(part.community or 0 for part in parts),
        most=Policy().limits.cases,
        very_high=very_high,
        high=high - very_high,
        medium=round(MEDIUM * current),
        level_2=above - above // 4,
        level_3=above // 4,
        violent=round(VIOLENT * current),
        pinned=round(0.004 * current),
        excluded=round(0.005 * current),
        needs=(
            need_of("da", max(1, officers // divisions // 10), DA, current, new),
            need_of("iom", max(1, officers // divisions // 7), IOM, current, new),
        ),
        premises=tuple(
            ApprovedPremises(
                f"{prefix}-AP{i}",
                parts[at].name,
                over_by=LINKED,
                residents=RESIDENTS,
                high=RESIDENTS_HIGH,
                visitors=4 if divisions > 1 else 0,
                new=ARRIVALS,
                new_high=ARRIVALS_HIGH,
                expected_arrivals=2,
            )
            for i, at in enumerate(with_premises, 1)
        ),
        new=NewCases(
            cases=new,
            custody=round(CUSTODY * others),
            releases=others // 9,
            very_high=round(VERY_HIGH * others),
            high=round(HIGH * others),
            medium=round(MEDIUM * others),
            level_2=round(ABOVE_LEVEL_1 * others),
        ),
    )


def _largest_first(sizes: Sequence[int]) -> list[int]:
    return sorted(range(len(sizes)), key=lambda i: (-sizes[i], i))


def _plain(prefix: str, word: str, sizes: Sequence[int], premises: int) -> list[DivisionProfile]:
    """Every division with its full-time officers: one officer above their share where no premises are."""
    order = _largest_first(sizes)
    # Of the whole force, and first where there are no premises.
    shown = ["leaving"] * (sum(sizes) // 80) + ["absent"] * (sum(sizes) // 40) + ["closed"] * (sum(sizes) // 40)
    status = list(zip(cycle([*order[premises:], *order[:premises]]), shown, strict=False))
    return [
        DivisionProfile(
            f"{word} {i + 1}",
            f"{prefix}{i + 1}-",
            size,
            over_by=() if i in order[:premises] else (1 + i % 2,),
            awaiting=size // 8,
            untrained=size // 12,
            closed=status.count((i, "closed")),
            absent=status.count((i, "absent")),
            leaving=status.count((i, "leaving")),
        )
        for i, size in enumerate(sizes)
    ]


def _divisions(
    plain: Sequence[DivisionProfile], officers: int, cases: int, current: int, fill: float
) -> tuple[DivisionProfile, ...]:
    """Give divisions their part-time officers and, in proportion to the jobs then there, their community cases."""
    absent, leaving = sum(d.absent for d in plain), sum(d.leaving for d in plain)
    counted = cases - absent * current / officers
    limit = Policy().limits.cases
    missing = round(100 * (officers - absent - leaving) - 100 * counted / (fill * limit))
    capacities = list(part_time_jobs(max(0, missing)))
    sizes = [d.officers for d in plain]
    # A third at most: officers with another role, and buddies, work full time.
    counts = share_out(len(capacities), sizes, [size // 3 for size in sizes])
    dealt = iter(capacities)
    parts = [
        replace(d, part_time=tuple(next(dealt) for _ in range(count))) for d, count in zip(plain, counts, strict=True)
    ]
    jobs = [100 * d.officers - sum(100 - capacity for capacity in d.part_time) for d in parts]
    community = share_out(round((1 - CUSTODY) * current), jobs)
    return tuple(replace(d, community=share) for d, share in zip(parts, community, strict=True))


COUNTY = sized_profile("county", "County", "CO", officers=27, cases=1_250, divisions=3, premises=1)
METROPOLITAN = sized_profile(
    "metropolitan",
    "Metropolitan",
    "MP",
    officers=240,
    cases=10_000,
    divisions=12,
    premises=6,
    division="Unit",
    fill=0.9,  # 42 cases an officer; at 0.93 a third of them would work part time
)
