"""Policy: the limits, weights and switches that a force sets, with their defaults.

Every table of ``[policy.…]`` is one frozen class; unknown keys, wrong types and values out of range are
refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from allocator.domain.setting_paths import merge

Risk = Literal["low", "medium", "high", "very_high"]
RISKS: tuple[Risk, ...] = get_args(Risk)

Level = Annotated[int, Field(ge=0, le=3)]
LevelKey = Literal["0", "1", "2", "3"]
Count = Annotated[int, Field(ge=0, le=1_000_000)]
Weight = Annotated[int, Field(ge=1, le=1_000_000)]
Percent = Annotated[int, Field(ge=0, le=100)]
# Of what is no note: nothing that anybody calls a person, a division or a skill is longer.
MOST_TEXT = 200
Tag = Annotated[str, StringConstraints(min_length=1, max_length=MOST_TEXT, strip_whitespace=True, pattern="^[^;]+$")]


class PolicyTable(BaseModel):
    """A table of the policy: frozen, strict about types, closed to unknown keys."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")


class CyclePolicy(PolicyTable):
    """Length of one round of distribution."""

    days: Count = Field(default=28, description="length of one round of distribution, in days")


class Limits(PolicyTable):
    """What one officer may hold and receive."""

    cases: Count = Field(default=50, description="cases per officer at capacity 100")
    high_risk_percent: Percent = Field(default=20, description="of an officer's cases")
    small_caseload: Count = Field(default=10, description="who starts the cycle with fewer cases than this...")
    high_risk_min: Count = Field(
        default=2, description="...may hold this many high-risk cases whatever the percent allows"
    )
    high_risk: tuple[Risk, ...] = Field(default=("high", "very_high"), description="risks that count as high")
    freeze_over_limit: bool = Field(
        default=True,
        description="who starts the cycle over a limit is given no permitted case, and should be given no other but at "
        "premises",
    )
    intake: Count = Field(default=10, description="cases that an officer at capacity 100 may receive in one cycle")


class Training(PolicyTable):
    """Which cases need MOSOVO training, and what an untrained officer may receive."""

    levels: tuple[Level, ...] = Field(default=(2, 3), description="MAPPA levels that need a MOSOVO-trained officer")
    risks: tuple[Risk, ...] = Field(
        default=("very_high",), description="risks of which an untrained officer should be given no case"
    )
    buddy_required: bool = Field(default=True, description="an untrained officer without a buddy receives nothing")
    untrained_intake: Count = Field(default=4, description="in place of intake")
    buddies: Count = Field(default=2, description="untrained officers whom one buddy supports at most")


class Divisions(PolicyTable):
    """Whether officers may take cases of other divisions, at what cost, and which skills each division should have."""

    cross: bool = Field(default=False, description="true: officers may take cases of other divisions...")
    away: Count = Field(default=24, description="...at this cost in relationship-months for each one received")
    skills: tuple[Tag, ...] = Field(
        default=("da",), description="each division should have an open officer with each of these"
    )


class PremisesPolicy(PolicyTable):
    """Approved Premises: cases at premises received per officer and cycle; room kept for arrivals."""

    arrivals_per_cycle: Count = Field(
        default=4, description="cases at premises that one officer may receive in one cycle"
    )
    reserve_arrivals: bool = Field(default=True, description="do not use up the room that the next arrivals need")


class RiskPoints(PolicyTable):
    """Workload points for each risk: home visits a year, NPCC 2017."""

    low: Count = 1
    medium: Count = 2
    high: Count = 4
    very_high: Count = 12


class Points(PolicyTable):
    """Workload points of one case."""

    base: Count = Field(default=2, description="of every case")
    risk: RiskPoints = Field(default=RiskPoints(), description="added for the risk; home visits a year, NPCC 2017")
    level: Mapping[LevelKey, Count] = Field(
        default={"2": 6, "3": 12}, description="added for the MAPPA level; an absent level adds 0"
    )
    premises: Count = Field(default=4, description="added for a case at premises")
    custody_percent: Percent = Field(
        default=50, description="share of the points of a case in custody that is not soon released"
    )


class Relationship(PolicyTable):
    """Cost of ending a relationship, in relationship-months, and how many permitted ones may end."""

    base: Count = Field(default=12, description="of every relationship ended")
    months_cap: Count = Field(default=60, description="months of a relationship that count at most")
    high_risk: Count = Field(default=12, description="added for a high-risk case")
    settle: Count = Field(default=12, description="added while the relationship is younger than settle_months")
    settle_months: Count = Field(default=6, description="months that a relationship needs to settle")
    former: Count = Field(
        default=12, description="for a case received by a stranger although a former officer may receive it"
    )
    max_moves: Count | None = Field(
        default=None,
        description="permitted cases that may move, for each home (for the whole force when cross); absent: no limit",
    )


class UnplacedPolicy(PolicyTable):
    """Weight of leaving a case of each risk with nobody."""

    low: Weight = Field(default=1, description="weight of each low-risk case left with nobody")
    medium: Weight = Field(default=2, description="weight of each medium-risk case left with nobody")
    high: Weight = Field(default=4, description="weight of each high-risk case left with nobody")
    very_high: Weight = Field(default=8, description="weight of each very high-risk case left with nobody")


class FairnessPolicy(PolicyTable):
    """Width of the workload bands, in percent of a fair share."""

    band_percent: Annotated[int, Field(ge=1, le=100)] = Field(
        default=5, description="width of a workload band, in percent of a fair share"
    )


class CoverPolicy(PolicyTable):
    """What the cases of an officer who is away weigh for who covers them."""

    percent: Percent = Field(default=50, description="what a covered case counts of its load, in percent")


class Approval(PolicyTable):
    """How a plan becomes real."""

    four_eyes: bool = Field(
        default=True, description="whoever proposed a plan, or overrode a placement of it, may not approve it"
    )


class Policy(PolicyTable):
    """The limits, weights and switches in force. Every table has defaults."""

    cycle: CyclePolicy = CyclePolicy()
    limits: Limits = Limits()
    training: Training = Training()
    divisions: Divisions = Divisions()
    premises: PremisesPolicy = PremisesPolicy()
    points: Points = Points()
    relationship: Relationship = Relationship()
    unplaced: UnplacedPolicy = UnplacedPolicy()
    fairness: FairnessPolicy = FairnessPolicy()
    cover: CoverPolicy = CoverPolicy()
    approval: Approval = Approval()

    def merge(self, changes: Mapping[str, Any]) -> Policy:
        """This policy with ``changes`` merged over it key by key; lists replace.

        Parameters
        ----------
        changes : mapping
            Nested tables as in ``force.toml`` below ``[policy]``.

        Raises
        ------
        pydantic.ValidationError
            For unknown keys, wrong types and values out of range, all at once.
        """
        return Policy.model_validate(merge(self.model_dump(), changes))
