"""Officers, cases and premises at a cycle date: frozen, complete and valid before anything is computed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from functools import cached_property
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from allocator.domain.policy import MOST_TEXT, Count, Level, Percent, Policy, Risk, Tag
from allocator.errors import Contradiction, InputError, Problem, meant

Mosovo = Literal["trained", "awaiting", "none"]
Status = Literal["open", "closed", "absent", "leaving"]
Setting = Literal["community", "custody", "premises"]
MOST_ITEMS = 1_000  # of a list: a force has no more officers who might be named in it
Text = Annotated[str, StringConstraints(min_length=1, max_length=MOST_TEXT, strip_whitespace=True)]
Id = Annotated[str, StringConstraints(min_length=1, max_length=MOST_TEXT, strip_whitespace=True, pattern="^[^;]*$")]
Ids = Annotated[frozenset[Id], Field(max_length=MOST_ITEMS)]
Tags = Annotated[frozenset[Tag], Field(max_length=MOST_ITEMS)]

FOR_PEOPLE = (
    "for people"  # marks a column of cases that no rule or goal of a plan reads: a change of it overtakes no decision
)


class Row(BaseModel):
    """One row of an input table; its fields are the table's columns."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")


class Officer(Row):
    """An offender manager. ``capacity`` is a whole percent of a full caseload."""

    officer_id: Id = Field(description="who it is; used once")
    division: Text = Field(description="the part of the force within which the officer works")
    capacity: Percent = Field(
        default=100, description="percent of a full caseload (part time, new joiner, reduced duties)"
    )
    mosovo: Mosovo = Field(description="MOSOVO training; for the rules, awaiting is none")
    skills: Tags = Field(default=frozenset(), description="what a case may need of its officer, such as da")
    premises: Ids = Field(
        default=frozenset(), description="Approved Premises that the officer is linked to, of any division"
    )
    status: Status = Field(
        default="open",
        description="closed keeps cases and receives none; absent the same, and its cases need cover; "
        "leaving gives up every case",
    )
    buddy: Id | None = Field(
        default=None, description="officer_id of the experienced officer who supports an untrained one"
    )

    @property
    def trained(self) -> bool:
        """Whether the officer has MOSOVO training; one who awaits the course has not."""
        return self.mosovo == "trained"

    @property
    def absent(self) -> bool:
        """Whether the officer is away, so that their cases need cover."""
        return self.status == "absent"

    @property
    def serves(self) -> bool:
        """Whether the officer is at work and keeps their cases: open or closed."""
        return self.status in ("open", "closed")


class Case(Row):
    """One managed person, known by ``case_id`` alone."""

    case_id: Id = Field(description="who it is; used once")
    division: Text = Field(description="the part of the force that the case belongs to")
    risk: Risk = Field(description="assessed risk; there is no default")
    category: Annotated[int, Field(ge=0, le=4), FOR_PEOPLE] = Field(default=0, description="MAPPA category; 0 for none")
    level: Level = Field(default=0, description="MAPPA level; 0 for none")
    setting: Setting = Field(default="community", description="where the person is")
    premises: Id | None = Field(default=None, description="premises_id; given exactly when setting is premises")
    release_on: date | None = Field(default=None, description="date of release, for a case in custody")
    needs: Tags = Field(
        default=frozenset(), description="each must be among the officer's skills; da for a domestic abuse perpetrator"
    )
    officer: Id | None = Field(default=None, description="officer_id of the current officer; empty for a new case")
    since: date | None = Field(
        default=None,
        description="date from which that officer has managed the case, not after the cycle date; "
        "given exactly when officer is",
    )
    points: Count | None = Field(
        default=None, description="the force's own workload score, used as it is instead of the policy's"
    )
    locked: bool = Field(default=False, description="a supervisor has pinned a current case where it is")
    excluded: Ids = Field(
        default=frozenset(), description="officer_ids who must not manage the case; may name the current one"
    )
    former: Ids = Field(
        default=frozenset(),
        description="officer_ids who have managed the case before; may name the current one, and officers who have "
        "left the force",
    )
    covered_by: Annotated[Id | None, FOR_PEOPLE] = Field(
        default=None, description="officer_id of who covers the case now, while its officer is absent"
    )
    forums: Annotated[Tags, FOR_PEOPLE] = Field(
        default=frozenset(), description="meetings that discuss the case, such as marac or matac"
    )
    visit_due: Annotated[date | None, FOR_PEOPLE] = Field(
        default=None, description="date by which the next visit is due"
    )
    review_due: Annotated[date | None, FOR_PEOPLE] = Field(
        default=None, description="date by which the next risk assessment or plan review is due"
    )

    def known_to(self, officer_id: str) -> bool:
        """Whether somebody other than its present officer has managed the case before."""
        return officer_id in self.former and officer_id != self.officer

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        for column, expected in case_disagreements(self.__dict__):
            raise Contradiction(column, expected)
        return self


def columns_for_people() -> frozenset[str]:
    """Columns of cases that no rule or goal reads."""
    return frozenset(name for name, field in Case.model_fields.items() if FOR_PEOPLE in field.metadata)


class Premises(Row):
    """An Approved Premises. ``expected_arrivals`` counts cases in the next cycle, net of departures."""

    premises_id: Id = Field(description="which it is; used once")
    division: Text = Field(description="the part of the force that its cases count in")
    expected_arrivals: Count = Field(
        default=0, description="arrivals less departures expected in the next cycle, not below 0"
    )


ExemptRule = Literal["division", "trained", "skills", "open", "premises", "buddied", "relieved"]


class Exemption(Row):
    """A decision of a person that one rule does not bar one officer from one case."""

    case_id: Id
    officer_id: Id
    rule: ExemptRule
    reason: Text = Field(description="code of the reason given")


def case_disagreements(values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Columns of one case that contradict each other.

    Parameters
    ----------
    values : mapping
        Field to value. A field that is absent (because it could not be read) contradicts nothing.

    Yields
    ------
    (column, expected)
    """
    unread = object()
    setting, premises = values.get("setting", unread), values.get("premises", unread)
    if setting == "premises" and premises is None:
        yield "premises", "a premises_id, since setting is premises"
    if setting is not unread and setting != "premises" and premises is not unread and premises is not None:
        yield "premises", f"an empty cell, since setting is {setting}"
    officer, since = values.get("officer", unread), values.get("since", unread)
    if since is None and officer is not unread and officer is not None:
        yield "since", "the date from which the current officer has managed the case"
    if officer is None and since is not unread and since is not None:
        yield "since", "an empty cell, since the case has no current officer"
    if officer is None and values.get("locked", unread) is True:
        yield "locked", "no, since a new case cannot be pinned where it is"


def reference_problems(
    officers: Iterable[tuple[int, Officer]],
    cases: Iterable[tuple[int, Case]],
    premises: Iterable[tuple[int, Premises]],
    cycle_date: date,
    officer_ids: Collection[str],
    premises_ids: Collection[str],
) -> Iterator[Problem]:
    """Duplicate ids, references to rows that do not exist, and relationships that begin in the future.

    Parameters
    ----------
    officers, cases, premises : iterables of (row, record)
        The row is only carried into the problem.
    officer_ids, premises_ids : collections of str
        Ids that exist, those of rows with other problems included.

    Yields
    ------
    Problem
        ``file`` is the table's name: ``officers``, ``cases`` or ``premises``.
    """
    advice: dict[tuple[str, str], str | None] = {}

    def unknown(table: str, row: int, column: str, value: str, ids: Collection[str], of: str) -> Problem:
        # A wrong officers file makes thousands unknown; to look for what is meant by a hundred is enough.
        if (of, value) not in advice and len(advice) < 100:
            advice[of, value] = meant(value, ids)
        return Problem(table, f"an id listed in {of}", row, column, value, advice.get((of, value)))

    def repeated(table: str, column: str, ids: Iterable[tuple[int, str]]) -> Iterator[Problem]:
        first: dict[str, int] = {}
        for row, value in ids:
            if value in first:
                yield Problem(table, f"an id used once; row {first[value]} has it too", row, column, value)
            else:
                first[value] = row

    officers, cases, premises = list(officers), list(cases), list(premises)
    yield from repeated("officers", "officer_id", ((row, o.officer_id) for row, o in officers))
    yield from repeated("cases", "case_id", ((row, c.case_id) for row, c in cases))
    yield from repeated("premises", "premises_id", ((row, p.premises_id) for row, p in premises))
    for row, o in officers:
        for premises_id in sorted(o.premises):
            if premises_id not in premises_ids:
                yield unknown("officers", row, "premises", premises_id, premises_ids, "premises")
        if o.buddy is not None and o.buddy not in officer_ids:
            yield unknown("officers", row, "buddy", o.buddy, officer_ids, "officers")
    for row, c in cases:
        if c.premises is not None and c.premises not in premises_ids:
            yield unknown("cases", row, "premises", c.premises, premises_ids, "premises")
        if c.officer is not None and c.officer not in officer_ids:
            yield unknown("cases", row, "officer", c.officer, officer_ids, "officers")
        if c.covered_by is not None and c.covered_by not in officer_ids:
            yield unknown("cases", row, "covered_by", c.covered_by, officer_ids, "officers")
        for officer_id in sorted(c.excluded):
            if officer_id not in officer_ids:
                yield unknown("cases", row, "excluded", officer_id, officer_ids, "officers")
        if c.since is not None and c.since > cycle_date:
            expected = f"a date not after the cycle date {cycle_date}"
            yield Problem("cases", expected, row, "since", c.since.isoformat())


class Force(BaseModel):
    """One snapshot of officers, cases and premises at a cycle date, with the policy in force.

    Raises
    ------
    InputError
        When an id is used twice, a reference leads nowhere or a relationship begins after the cycle date.
    """

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", ignored_types=(cached_property,))

    officers: tuple[Officer, ...]
    cases: tuple[Case, ...]
    premises: tuple[Premises, ...] = ()
    exemptions: tuple[Exemption, ...] = ()
    policy: Policy = Policy()
    cycle_date: date = Field(default_factory=date.today)
    name: Annotated[str, StringConstraints(max_length=MOST_TEXT)] = "force"

    def model_post_init(self, context: Any, /) -> None:
        """Refuse references that lead nowhere."""
        problems = list(
            reference_problems(
                enumerate(self.officers, 1),
                enumerate(self.cases, 1),
                enumerate(self.premises, 1),
                self.cycle_date,
                {o.officer_id for o in self.officers},
                {p.premises_id for p in self.premises},
            )
        )
        for row, exemption in enumerate(self.exemptions, 1):
            case_id, officer_id = exemption.case_id, exemption.officer_id
            if case_id not in self.case_by_id:
                problems.append(Problem("exemptions", "a case of the force", row, "case_id", case_id))
            if officer_id not in self.officer_by_id:
                problems.append(Problem("exemptions", "an officer of the force", row, "officer_id", officer_id))
        if problems:
            raise InputError(problems)

    @cached_property
    def _exempt(self) -> frozenset[tuple[str, str, str]]:
        return frozenset((e.rule, e.officer_id, e.case_id) for e in self.exemptions)

    def exempts(self, rule: str, officer_id: str, case_id: str) -> bool:
        """Whether a person has decided that a rule does not bar this officer from this case."""
        return bool(self.exemptions) and (rule, officer_id, case_id) in self._exempt

    @cached_property
    def officer_by_id(self) -> Mapping[str, Officer]:
        """Officer of each officer_id."""
        return {o.officer_id: o for o in self.officers}

    @cached_property
    def officers_of(self) -> Mapping[str, tuple[Officer, ...]]:
        """Officers of each division that has any, in order."""
        found: dict[str, list[Officer]] = {}
        for officer in self.officers:
            found.setdefault(officer.division, []).append(officer)
        return {division: tuple(officers) for division, officers in found.items()}

    @cached_property
    def case_by_id(self) -> Mapping[str, Case]:
        """Case of each case_id."""
        return {c.case_id: c for c in self.cases}

    @cached_property
    def cases_of(self) -> Mapping[str, tuple[Case, ...]]:
        """Current cases of each officer who has any, in order."""
        found: dict[str, list[Case]] = {}
        for case in self.cases:
            if case.officer is not None:
                found.setdefault(case.officer, []).append(case)
        return {officer: tuple(cases) for officer, cases in found.items()}

    @cached_property
    def high_risk_of(self) -> Mapping[str, int]:
        """Current cases of high risk of each officer who has any."""
        return Counter(c.officer for c in self.cases if c.officer is not None and self.high_risk(c))

    @cached_property
    def premises_by_id(self) -> Mapping[str, Premises]:
        """Premises of each premises_id."""
        return {p.premises_id: p for p in self.premises}

    @cached_property
    def divisions(self) -> frozenset[str]:
        """Divisions that officers belong to or cases count in."""
        return frozenset({o.division for o in self.officers} | {self.home(case) for case in self.cases})

    def home(self, case: Case) -> str:
        """Division that a case counts in: that of its premises while it is at premises, else its own."""
        return case.division if case.premises is None else self.premises_by_id[case.premises].division

    def division_of(self, officer_id: str | None, premises_id: str | None) -> str:
        """Division of an officer, or else of premises: of whichever an excess is about."""
        if officer_id is not None:
            return self.officer_by_id[officer_id].division
        return self.premises_by_id[premises_id or ""].division

    def is_away(self, case: Case) -> bool:
        """Whether the present officer of a case is absent, so that it needs cover."""
        return case.officer is not None and self.officer_by_id[case.officer].absent

    def high_risk(self, case: Case) -> bool:
        """Whether the policy counts the case's risk as high."""
        return case.risk in self.policy.limits.high_risk

    def replace(self, **fields: Any) -> Force:
        """A new force with some fields replaced, validated again."""
        return Force(**{**{name: getattr(self, name) for name in type(self).model_fields}, **fields})
