"""What is assumed of the years to come: rates of demand and supply, each with its source or marked as ours."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from allocator.domain.policy import RISKS
from allocator.errors import Contradiction

OURS = "ours"
NPCC = "NPCC, March 2016: of all, taken for those who arrive"

MOST_PERCENT = 1_000.0
Yearly = Annotated[float, Field(ge=0, le=MOST_PERCENT, allow_inf_nan=False)]
Arrivals = Annotated[float, Field(ge=0, le=1_000_000, allow_inf_nan=False)]
Percent = Annotated[float, Field(ge=0, le=100, allow_inf_nan=False)]
Growth = Annotated[float, Field(ge=-50, le=100, allow_inf_nan=False)]
Cycles = Annotated[int, Field(ge=0, le=130)]
Weight = Annotated[float, Field(ge=0, le=1_000_000, allow_inf_nan=False)]


def _set(default: Any, says: str, source: str = OURS) -> Any:
    return Field(default=default, description=says, json_schema_extra={"source": source})


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)  # true is no number


class Demand(_Table):
    """How many cases come and go."""

    growth: Growth = _set(
        3.9,
        "percent by which a division's cases grow in a year; where arrivals are set, by which those grow",
        "median of areas, rso_by_area (Ministry of Justice)",
    )
    exits: Yearly = _set(7.0, "percent of cases that leave in a year")
    arrivals: Arrivals | None = _set(
        None, "cases that arrive in a division in a year, premises apart; growth and exits together unless set"
    )
    custody: Percent = _set(
        35.0,
        "percent of arrivals who are in custody first",
        "65% in the community, Surrey police and crime commissioner 2022: of all, taken for those who arrive",
    )
    custody_months: Annotated[float, Field(gt=0, le=1_200, allow_inf_nan=False)] = _set(
        12.0, "mean months in custody where no date of release is known"
    )
    risk_up: Yearly = _set(4.0, "percent of cases whose risk goes up a step in a year")
    risk_down: Yearly = _set(6.0, "percent of cases whose risk goes down a step in a year")


class _Weights(_Table):
    @model_validator(mode="after")
    def _some(self) -> Self:
        if sum(self._weights) <= 0:
            raise Contradiction(None, "at least one weight above 0")
        return self

    @property
    def _weights(self) -> tuple[float, ...]:
        return tuple(getattr(self, risk) for risk in RISKS)

    @property
    def shares(self) -> tuple[float, ...]:
        """Share of each risk, low first; they sum to 1."""
        return tuple(weight / sum(self._weights) for weight in self._weights)


class Mix(_Weights):
    """Risk of those who arrive, as weights."""

    low: Weight = _set(50.0, "weight of low risk", NPCC)
    medium: Weight = _set(30.0, "weight of medium risk", NPCC)
    high: Weight = _set(18.0, "weight of high risk", NPCC)
    very_high: Weight = _set(2.0, "weight of very high risk", NPCC)


class PremisesMix(_Weights):
    """Risk of those who arrive at premises, as weights; most residents are high or very high risk."""

    low: Weight = _set(0.0, "weight of low risk at premises")
    medium: Weight = _set(20.0, "weight of medium risk at premises")
    high: Weight = _set(60.0, "weight of high risk at premises")
    very_high: Weight = _set(20.0, "weight of very high risk at premises")


class PremisesAssumptions(_Table):
    """Residents of Approved Premises."""

    weeks: Annotated[float, Field(gt=0, le=520, allow_inf_nan=False)] = _set(
        12.0, "mean weeks that a resident stays", "standard placement, hmpps-approved-premises-api"
    )
    arrivals: Yearly | None = _set(
        None, "people who arrive at premises in a year for each present resident; as many as leave unless set"
    )
    remain: Percent = _set(50.0, "percent of residents who are the force's own cases after they leave the premises")
    mix: PremisesMix = PremisesMix()


class Supply(_Table):
    """Officers who leave, join, are absent and are trained."""

    leave: Percent = _set(8.0, "percent of officers who leave in a year")
    recruit_cycles: Cycles = _set(4, "cycles until somebody joins in the place of one who left")
    new_capacity: Percent = _set(80.0, "percent of a full caseload while new", "20% reduction, hmpps-workload")
    new_cycles: Cycles = _set(10, "cycles for which one is new", "9 months, hmpps-workload")
    absences: Percent = _set(6.0, "percent of officers who begin a long absence in a year")
    absent_cycles: Annotated[int, Field(ge=1, le=130)] = _set(3, "cycles that a long absence takes")
    course_every: Cycles = _set(6, "cycles between two MOSOVO courses; 0 for none")
    course_places: Annotated[int, Field(ge=0, le=1_000)] = _set(2, "places of one course")


class Planning(_Table):
    """Everything that is assumed."""

    demand: Demand = Demand()
    mix: Mix = Mix()
    premises: PremisesAssumptions = PremisesAssumptions()
    supply: Supply = Supply()
    settle: Cycles = _set(2, "first cycles that are not counted against a staffing: it has only just begun")
    divisions: dict[str, Demand] = Field(
        default_factory=dict, description="rates of single divisions, in place of those of the force"
    )

    @model_validator(mode="before")
    @classmethod
    def _inherit(cls, tables: Any) -> Any:
        """What a division does not set is as for the force."""
        if isinstance(tables, Mapping) and isinstance(tables.get("divisions"), Mapping):
            common = tables.get("demand")
            common = common if isinstance(common, Mapping) else {}
            own = {k: {**common, **v} if isinstance(v, Mapping) else v for k, v in tables["divisions"].items()}
            return {**tables, "divisions": own}
        return tables

    def of(self, division: str) -> Demand:
        """Rates of a division."""
        return self.divisions.get(division, self.demand)


@dataclass(frozen=True, slots=True)
class Assumption:
    """One thing that is assumed.

    Attributes
    ----------
    path : tuple of str
        Tables that hold it, from the outermost, and its own name.
    source : str
        ``ours`` where nothing was found that could be cited.
    """

    path: tuple[str, ...]
    value: Any
    default: Any
    says: str
    source: str

    @property
    def key(self) -> str:
        """The path in one word."""
        return ".".join(self.path)

    @property
    def ours(self) -> bool:
        """Whether the value is a default that nobody published."""
        return self.source == OURS and self.value == self.default


def assumptions(planning: Planning) -> tuple[Assumption, ...]:
    """Everything that is assumed, in order."""
    return tuple(_walk(planning, Planning(), ()))


def _walk(table: BaseModel, default: BaseModel, above: tuple[str, ...]) -> Iterator[Assumption]:
    for name, field in type(table).model_fields.items():
        value, path = getattr(table, name), (*above, name)
        if isinstance(value, BaseModel):
            yield from _walk(value, getattr(default, name), path)
        elif name == "divisions" and isinstance(value, dict):
            for division, rates in sorted(value.items()):
                yield from _walk(rates, Demand(), (*path, division))
        else:
            extra = field.json_schema_extra
            source = str(extra["source"]) if isinstance(extra, dict) else OURS
            before = getattr(default, name)
            yield Assumption(path, value, before, str(field.description), source if value == before else "set")
