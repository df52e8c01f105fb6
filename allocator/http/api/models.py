"""What requests hold and what answers look like, with examples; answers about plans are documents of their own."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from allocator.app.rights import Role, Scope
from allocator.http.urls import Name

Note = Annotated[str, StringConstraints(max_length=1_000, pattern=r"^[^\x00-\x08\x0b-\x1f\x7f]*$")]
Day = Annotated[date, BeforeValidator(lambda value: date.fromisoformat(value) if isinstance(value, str) else value)]
Seed = Annotated[int, Field(ge=0, le=2**31 - 1, description="feeds the engines; plans of equal value differ with it")]
TimeLimit = Annotated[
    float | None, Field(ge=0, le=86_400, description="seconds after which the best plan so far is kept")
]
Document = dict[str, Any]


class Body(BaseModel):
    """A request: closed to unknown keys, and strict about types."""

    model_config = ConfigDict(extra="forbid", strict=True)


class PostProblem(Body):
    """A force to be planned: one that is sent, or the store's as it stands."""

    force: Document | None = Field(
        default=None,
        description="officers, cases, premises, policy, cycle_date and name, rows with the columns of the files; "
        "the store's force as it stands unless given",
        examples=[
            {
                "cycle_date": "2026-01-05",
                "officers": [{"officer_id": "A", "division": "North", "mosovo": "trained"}],
                "cases": [
                    {
                        "case_id": "c1",
                        "division": "North",
                        "risk": "low",
                        "former": ["A"],
                        "forums": ["marac"],
                        "visit_due": "2025-12-29",
                    }
                ],
                "policy": {"training": {"risks": ["very_high"]}},
            }
        ],
    )
    seed: Seed = 0
    time_limit: TimeLimit = None


class PostWhatIf(Body):
    """Up to four scenarios, as scenario files hold them, beside the force as it stands."""

    scenarios: list[Document] = Field(
        min_length=1,
        max_length=4,
        examples=[
            [
                {
                    "name": "one more officer",
                    "change": [{"what": "officer-joins", "officer": "NEW-1", "division": "North"}],
                }
            ]
        ],
    )
    seed: Seed = 0
    time_limit: TimeLimit = None


class PostFrontier(Body):
    """How even workload can be made for how many moves."""

    first: int = Field(default=0, ge=0, le=100_000, description="moves allowed from")
    last: int | None = Field(default=None, ge=0, le=100_000, description="to; unless given, as long as more help")
    seed: Seed = 0
    time_limit: TimeLimit = None


class PostCourse(Body):
    """One MOSOVO course."""

    date: Day = Field(description="of the course", examples=["2026-03-02"])
    places: int = Field(ge=0, le=50)


class PostPlanning(Body):
    """What to expect of the cycles to come, how many officers keep every caseload within limits, or who to train."""

    question: Literal["forecast", "size", "train"] = Field(
        description="what to expect, how many officers are needed, or who to send on which course"
    )
    horizon: int = Field(default=26, ge=2, le=65, description="cycles to come")
    futures: int = Field(default=16, ge=1, le=500, description="futures at most for one staffing")
    confidence: float = Field(default=95, ge=50, le=99.9, description="percent of futures that keep the target")
    excess: int = Field(default=0, ge=0, le=10_000, description="allowed in each cycle of a division; 0: within limits")
    sensitivity: bool = Field(default=False, description="of `size`: vary one assumption after another, too")
    courses: list[PostCourse] = Field(default_factory=list, max_length=20, description="of `train`")
    assumptions: Document = Field(
        default_factory=dict,
        description="other assumptions, as tables and settings of `allocator forecast --assume`",
        examples=[{"demand": {"growth": 5.0}, "supply": {"leave": 10.0}}],
    )
    seed: Seed = 0


class PostProposal(Body):
    """Plan a cycle."""

    keep: bool = Field(default=False, description="keep what was agreed wherever newer data does not touch it")
    seed: Seed = 0
    time_limit: TimeLimit = None


class PostOverride(Body):
    """Give a case to another officer than planned."""

    case_id: Name
    officer_id: Name
    reason: Name = Field(description="code of a reason", examples=["continuity"])
    note: Note = ""
    exemption: Name | None = Field(default=None, description="code, needed where rules bar the officer")


class PostPlacement(Body):
    """Give a case that has nobody to an officer at once."""

    case_id: Name
    officer_id: Name
    reason: Name | Literal[""] = Field(
        default="", examples=["knows-case"], description="not needed for the officer who comes first"
    )
    note: Note = ""
    new: Document | None = Field(
        default=None,
        description="columns of a case that no export has yet, its level among them, but no id and no present officer",
        examples=[{"division": "North", "risk": "high", "level": 2, "former": ["OM-N02"], "review_due": "2026-01-12"}],
    )


class PostCover(Body):
    """Agree to who covers the cases of officers who are away."""

    digest: Name = Field(description="of the cover that was read")
    cases: dict[Name, Name] = Field(
        default_factory=dict,
        description="officer for each case that is decided otherwise; the best cover unless given",
        examples=[{}],
    )
    reason: Name | Literal[""] = Field(default="", examples=["knows-case"], description="code, needed with cases")
    note: Note = ""


class PostAway(Body):
    """Officers who are away, on reduced duties, closed to new cases or leaving, for a time."""

    officers: list[Name] = Field(min_length=1, max_length=500, examples=[["OM-N02"]])
    status: Literal["absent", "closed", "leaving"] | None = Field(default=None, description="null for reduced duties")
    percent: int = Field(default=0, ge=0, le=100, description="of a full caseload less, on reduced duties")
    reason: Name = Field(description="code, seen by their supervisors alone", examples=["sick_leave"])
    first: Day = Field(description="first day", examples=["2026-03-02"])
    last: Day | None = Field(default=None, description="last day; null while nobody knows")


class PostBack(Body):
    """An officer who is back today."""

    officer: Name = Field(examples=["OM-N02"])


class PostMove(Body):
    """Give a case that has an officer to another at once."""

    case_id: Name
    officer_id: Name
    reason: Name = Field(examples=["conflict"], description="code of a reason that cannot wait for the next plan")
    note: Note = ""


class PostTakeBack(Body):
    """Take the newest placement or move of a case back."""

    case_id: Name
    reason: Name = Field(examples=["mistake"], description="code of a reason, as for a move")
    note: Note = ""


class PostReturn(Body):
    """Send a plan back."""

    reason: Name = Field(examples=["placement"])
    note: Note = ""


class PostScenario(Body):
    """A scenario to keep."""

    name: Name
    shared: bool = Field(default=False, description="for whoever sees all that its owner sees, and all that it names")
    document: Document = Field(examples=[{"change": [{"what": "officer-leaves", "officer": "OM-N02"}]}])


class PatchScenario(Body):
    """What changes about a scenario."""

    name: Name | None = None
    shared: bool | None = None
    document: Document | None = None


class PatchPolicy(Body):
    """Settings that change."""

    changes: Document = Field(
        description="nested tables as below [policy]", examples=[{"relationship": {"max_moves": 10}}]
    )
    note: Note = Field(description="why")


class PostUser(Body):
    """A new account."""

    name: Name
    role: Role
    password: str | None = Field(default=None, max_length=200, description="changed at first sign-in; none for service")
    divisions: list[Name] = Field(default_factory=list, max_length=200, description="empty for all")
    officer_id: Name | None = Field(default=None, description="the officer that the person is")


class PatchUser(Body):
    """What changes about an account."""

    role: Role | None = None
    divisions: list[Name] | None = Field(default=None, max_length=200)
    officer_id: str | None = Field(default=None, max_length=200, description="empty for none")
    active: bool | None = None
    password: str | None = Field(default=None, max_length=200)


class PostToken(Body):
    """A token for a program."""

    name: Name
    days: int = Field(default=90, ge=1, le=365)
    scope: Scope = Field(default="read", description="what it lets a program do of what the account may")


class Problem(BaseModel):
    """Where a problem stands."""

    id: str
    kind: Literal["allocate", "whatif", "frontier", "propose", "planning"]
    state: Literal["queued", "running", "done", "stopped", "failed"]
    stopping: bool
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    attempts: int
    progress: Document | None = Field(description="of a running one: goal, incumbent values, bounds")
    error: Document | None
    has_result: bool


class Checked(BaseModel):
    """A force that could be planned, and was only checked."""

    valid: Literal[True]
    officers: int
    cases: int
    digest: str


class UserOut(BaseModel):
    """An account."""

    model_config = ConfigDict(from_attributes=True)

    id: int
    name: str
    role: Role
    divisions: list[str]
    officer_id: str | None
    active: bool
    version: int
    created_at: datetime


class TokenOut(BaseModel):
    """A token, without its secret."""

    id: int
    name: str
    scope: Scope
    created_at: datetime
    expires_at: datetime


class NewToken(TokenOut):
    """A token with its secret, which is shown this once."""

    secret: str


class ScenarioOut(BaseModel):
    """A scenario that somebody keeps."""

    id: int
    owner: str
    mine: bool
    name: str
    shared: bool
    document: Document
    says: list[str]
    version: int
    changed_at: datetime
    problem_id: str | None


class CycleOut(BaseModel):
    """Where a cycle stands."""

    cycle: int
    cycle_date: date
    state: str
    version: int
    follows: int | None


class Listing(BaseModel):
    """One page of a list."""

    items: list[Document]
    total: int
    offset: int
    limit: int
