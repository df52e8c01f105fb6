"""Dated reductions of capacity: read, applied on the day, told with and without their reasons."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from allocator.cycles.codes import DUTY_REASONS as REASONS
from allocator.cycles.reductions import (
    Reduction,
    apply_reductions,
    capacity_changes,
    expiring_reductions,
    read_reductions,
    running_reductions,
)
from allocator.domain.force import Force, Officer
from allocator.errors import InputError, Problem

DAY = date(2026, 9, 28)
ONE = timedelta(days=1)
REASON_LIST = (
    "sick_leave, parental_leave, phased_return, secondment, training, other_duties, new_starter or other"  # in order
)


def officer(officer_id: str, capacity: int = 100, status: Any = "open", division: str = "North") -> Officer:
    return Officer(officer_id=officer_id, division=division, mosovo="trained", capacity=capacity, status=status)


FORCE = Force(
    officers=(
        officer("OM1"),
        officer("OM2", capacity=60),
        officer("OM3", status="closed"),
        officer("OM4", status="leaving"),
        officer("OM5", status="absent", division="South"),
        officer("OM6", division="South"),
    ),
    cases=(),
    cycle_date=DAY,
)

Write = Callable[[str], Path]


@pytest.fixture
def file(tmp_path: Path) -> Write:
    def write(text: str) -> Path:
        (tmp_path / "reductions.csv").write_text(text, encoding="utf-8", newline="")
        return tmp_path / "reductions.csv"

    return write


def reduction(
    who: str = "OM1", percent: int = 40, starts: date = DAY, ends: date | None = None, reason: Any = "sick_leave"
) -> Reduction:
    return Reduction(officer=who, percent=percent, reason=reason, starts=starts, ends=ends)


def refused(path: Path, officers: Any = FORCE.officer_by_id) -> list[Problem]:
    with pytest.raises(InputError) as error:
        read_reductions(path, officers)
    return list(error.value.problems)


def state(force: Force, officer_id: str) -> tuple[int, str]:
    found = force.officer_by_id[officer_id]
    return found.capacity, found.status


# Reading


def test_dates_and_codes_are_read_as_people_type_them(file: Write) -> None:
    text = (
        "\ufeffOfficer,PERCENT,reason, From ,To,note\r\n"
        "OM1,40%,Sick leave,28/09/2026,2026-12-31,x\r\n"
        ",,,,,only a note\r\n"
        " OM2 ,100,new-starter,2026-10-01,,\r\n"
    )
    assert read_reductions(str(file(text)), FORCE.officer_by_id) == (
        reduction("OM1", 40, DAY, date(2026, 12, 31)),
        reduction("OM2", 100, date(2026, 10, 1), None, "new_starter"),
    )


@pytest.mark.parametrize("reason", REASONS)
def test_every_reason_can_be_read(file: Write, reason: str) -> None:
    for typed in (reason, reason.replace("_", "-"), reason.replace("_", " ").title()):
        (read,) = read_reductions(file(f"officer,percent,reason,from,to\nOM1,5,{typed},2026-09-28,\n"))
        assert read.reason == reason


def test_every_problem_is_listed_at_once(file: Write) -> None:
    text = (
        "officer,percent,reason,from,to\n"
        "OM9,0,sick_leaf,2026-09-28,soon\n"  # 2: four cells, and the officer is unknown all the same
        "OM1,40,training,2026-09-28,2026-09-27\n"  # 3
        "OM2,101,training,,\n"  # 4
        "OM6,20,training,2026-09-28,\n"  # 5
        "OM6,20,Training,28/09/2026,\n"  # 6: the same in other words
        ",50,training,2026-09-28,\n"  # 7: no officer is no unknown one
    )
    percent = "a whole percent from 1 to 100"
    dated = "a date such as 2025-03-31 or 31/03/2025"
    found = refused(file(text))
    assert [(p.row, p.column, p.value, p.expected) for p in found if p.row == 2] == [
        (2, "percent", "0", percent),
        (2, "reason", "sick_leaf", REASON_LIST),
        (2, "to", "soon", dated),
        (2, "officer", "OM9", "an officer of the force"),
    ]
    assert [p.maybe for p in found if p.column == "reason"] == ["sick_leave is meant."]
    unknown = next(p for p in found if p.value == "OM9")
    assert unknown.maybe is not None and unknown.maybe.endswith(" is meant.")
    assert [p for p in found if p.row != 2] == [
        Problem("reductions.csv", "a date not before 2026-09-28", 3, "to", "2026-09-27"),
        Problem("reductions.csv", percent, 4, "percent", "101"),
        Problem("reductions.csv", dated, 4, "from", ""),
        Problem("reductions.csv", "each reduction once; row 5 has it too", 6),
        Problem("reductions.csv", "an id of at most 200 characters, without ;", 7, "officer", ""),
    ]


def test_a_share_is_no_percent(file: Write) -> None:
    (problem,) = refused(file("officer,percent,reason,from,to\nOM1,0.4,other,2026-09-28,\n"))
    assert problem.maybe == "40 is meant."


def test_without_officers_any_id_will_do(file: Write) -> None:
    path = file("officer,percent,reason,from,to\nOM77,40,other,2026-09-28,\n")
    assert read_reductions(path) == (reduction("OM77", reason="other"),)
    assert [problem.column for problem in refused(path, ())] == ["officer"]


def test_the_same_percent_for_another_time_or_reason_is_no_repeat(file: Write) -> None:
    rows = ("OM1,40,other,2026-09-28,", "OM1,40,other,2026-09-29,", "OM1,40,training,2026-09-28,")
    assert len(read_reductions(file("\n".join(("officer,percent,reason,from,to", *rows))))) == 3


@pytest.mark.parametrize(
    ("header", "missing"),
    [
        ("officer,percent,reason,starts,ends", ["from", "to"]),  # our own names are not the file's
        ("officer,percent,reason,from,until", ["to"]),  # else all would run for ever
        ("percent,reason,from,to", ["officer"]),
    ],
)
def test_columns_are_named_as_in_the_file(file: Write, header: str, missing: list[str]) -> None:
    row = ",".join(["OM1", "40", "other", "2026-09-28", "2026-10-28"][-len(header.split(",")) :])
    found = refused(file(f"{header}\n{row}\n{row}\n"))
    assert [(problem.column, problem.expected) for problem in found] == [(n, "a column of this name") for n in missing]


def test_a_header_alone_is_no_reduction_and_nothing_at_all_is_refused(file: Write, tmp_path: Path) -> None:
    assert read_reductions(file("officer,percent,reason,from,to\n")) == ()
    expected = "a header with at least the columns officer, reason, from and to"
    assert refused(file("")) == [Problem("reductions.csv", expected, value="an empty table")]
    none = tmp_path / "none.csv"
    assert refused(none) == [Problem(str(none), "a CSV file", value="no file")]


@pytest.mark.parametrize("wrong", [{"percent": 0}, {"percent": 101}, {"reason": "tired"}, {"ends": DAY - ONE}])
def test_no_wrong_reduction_can_be_made(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        reduction(**wrong)


# On the day


@pytest.mark.parametrize(
    ("starts", "ends", "runs"),
    [
        (DAY, DAY, True),  # one day, first and last
        (DAY - ONE, DAY, True),  # last day
        (DAY, DAY + ONE, True),  # first day
        (DAY - ONE, DAY - ONE, False),
        (DAY + ONE, None, False),
        (DAY, None, True),
        (date(2020, 1, 1), None, True),
    ],
)
def test_first_and_last_day_count(starts: date, ends: date | None, runs: bool) -> None:
    one = reduction(starts=starts, ends=ends)
    assert running_reductions([one], DAY) == ((one,) if runs else ())
    assert state(apply_reductions(FORCE, [one], DAY), "OM1") == ((60, "open") if runs else (100, "open"))


def test_percents_of_a_full_caseload_add_up() -> None:
    # OM1: 100 - 30 - 25 = 45; OM2 works 60%: 60 - 25 = 35, not 60 * 75% = 45. A third has ended.
    found = apply_reductions(
        FORCE,
        [
            reduction(percent=30),
            reduction("OM2", 25),
            reduction(percent=25),
            reduction(starts=DAY - ONE, ends=DAY - ONE),
        ],
        DAY,
    )
    assert (state(found, "OM1"), state(found, "OM2")) == ((45, "open"), (35, "open"))
    assert [o.officer_id for o in found.officers] == [o.officer_id for o in FORCE.officers]
    assert found.replace(officers=FORCE.officers) == FORCE  # nothing else differs


@pytest.mark.parametrize(
    ("who", "percents", "capacity", "status"),
    [
        ("OM1", [99], 1, "open"),
        ("OM1", [100], 0, "absent"),
        ("OM1", [60, 60], 0, "absent"),  # never below 0
        ("OM2", [59], 1, "open"),
        ("OM2", [60], 0, "absent"),  # all that a part-time officer has
        ("OM2", [100], 0, "absent"),
        ("OM3", [50], 50, "closed"),
        ("OM3", [100], 0, "absent"),
        ("OM4", [100], 0, "leaving"),
        ("OM5", [30], 70, "absent"),
        ("OM5", [100], 0, "absent"),
    ],
)
def test_who_has_no_capacity_is_absent_unless_leaving(
    who: str, percents: list[int], capacity: int, status: str
) -> None:
    found = apply_reductions(FORCE, [reduction(who, percent) for percent in percents], DAY)
    assert state(found, who) == (capacity, status)
    assert [state(found, o.officer_id) for o in FORCE.officers if o.officer_id != who] == [
        (o.capacity, o.status) for o in FORCE.officers if o.officer_id != who
    ]


def test_an_export_without_capacity_is_left_alone_without_a_reduction() -> None:
    force = Force(officers=(officer("OM1", capacity=0), officer("OM2", capacity=0)), cases=(), cycle_date=DAY)
    found = apply_reductions(force, [reduction("OM2", 10)], DAY)
    assert (state(found, "OM1"), state(found, "OM2")) == ((0, "open"), (0, "absent"))


def test_officers_whom_the_force_lacks_change_nothing() -> None:
    assert apply_reductions(FORCE, [reduction("OM99", 100), reduction(starts=DAY + ONE)], DAY) is FORCE
    assert apply_reductions(FORCE, [], DAY) is FORCE


def test_order_of_input_does_not_matter() -> None:
    several = [reduction(percent=p, ends=DAY + n * ONE) for p, n in ((10, 40), (20, 5), (20, 4), (30, 0))]
    assert apply_reductions(FORCE, several, DAY) == apply_reductions(FORCE, several[::-1], DAY)
    assert expiring_reductions(several, DAY, 28) == expiring_reductions(several[::-1], DAY, 28)


# What ends


@pytest.mark.parametrize(
    ("after", "count"),
    [(0, 1), (27, 1), (28, 2), (55, 2), (56, 3), (83, 3), (84, None)],  # on day 28 it still counts at cycle 1
)
def test_a_reduction_has_ended_at_the_first_cycle_that_it_does_not_touch(after: int, count: int | None) -> None:
    one = reduction(ends=DAY + after * ONE)
    assert expiring_reductions([one], DAY, 28) == (((count, one),) if count else ())
    for k in (1, 2, 3):
        assert one.runs(DAY + 28 * k * ONE) == (count is None or k < count)


def test_only_what_runs_now_and_ends_is_expiring() -> None:
    ended, later, open_ended = reduction(starts=DAY - ONE, ends=DAY - ONE), reduction(starts=DAY + ONE), reduction()
    assert expiring_reductions([ended, later, open_ended], DAY, 28, cycles=1000) == ()
    soon, sooner = reduction("OM1", ends=DAY + 30 * ONE), reduction("OM2", ends=DAY)
    assert expiring_reductions([soon, sooner], DAY, 28) == ((1, sooner), (2, soon))
    assert expiring_reductions([soon, sooner], DAY, 28, cycles=1) == ((1, sooner),)
    assert expiring_reductions([soon], DAY, 1_000_000) == ((1, soon),)  # the next cycle has no date
    assert expiring_reductions([soon], DAY, 0) == ()


# What is told


def test_changes_tell_what_was_and_what_is() -> None:
    sick, course, other = reduction(percent=100), reduction("OM2", 10, reason="training"), reduction("OM2", 5)
    first, second = capacity_changes(FORCE, [course, sick, other, reduction("OM6", starts=DAY + ONE)], DAY)
    assert (first.exported, first.reduced.capacity, first.reduced.status) == (FORCE.officers[0], 0, "absent")
    assert (second.exported.capacity, second.reduced.capacity, second.reduced.status) == (60, 45, "open")
    assert (first.reductions, second.reductions) == ((sick,), (course, other))
