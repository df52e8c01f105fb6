"""A case while it is being drawn, and what is drawn in the same way for current and new ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from allocator.domain.force import Case, Setting
from allocator.domain.policy import Level, Risk
from allocator.synth.chance import Chance
from allocator.synth.profile import NeedProfile, Profile

# How much sooner than a low one a case of each risk is at a higher MAPPA level.
SERIOUS: Mapping[Risk, int] = {"low": 1, "medium": 3, "high": 12, "very_high": 36}


@dataclass
class CaseDraft:
    """The columns of one case so far. Until something else is drawn, it is an ordinary one."""

    division: str
    risk: Risk = "low"
    category: int = 1
    level: Level = 1
    setting: Setting = "community"
    premises: str | None = None
    release_on: date | None = None
    needs: frozenset[str] = frozenset()
    officer: str | None = None
    since: date | None = None
    locked: bool = False
    excluded: frozenset[str] = frozenset()
    former: frozenset[str] = frozenset()
    forums: frozenset[str] = frozenset()
    visit_due: date | None = None
    review_due: date | None = None

    @property
    def high(self) -> bool:
        """Whether the risk is high or very high."""
        return self.risk in ("high", "very_high")

    def case(self, case_id: str) -> Case:
        """Make it a case."""
        return Case(case_id=case_id, **vars(self))


def raise_level(drafts: Sequence[CaseDraft], level: Level, count: int, chance: Chance) -> None:
    """Put some cases of level 1 at a higher MAPPA level, the riskier sooner; only high-risk ones at 3."""
    able = [d for d in drafts if d.level == 1 and (level < 3 or d.high)]
    for draft in chance.pick(able, count, [SERIOUS[d.risk] for d in able]):
        draft.level = level


def give_risk(drafts: Sequence[CaseDraft], risk: Risk, count: int, chance: Chance) -> None:
    """Give some low-risk cases another risk."""
    for draft in chance.pick([d for d in drafts if d.risk == "low"], count):
        draft.risk = risk


def put_into_custody(drafts: Sequence[CaseDraft], count: int, chance: Chance) -> list[CaseDraft]:
    """Put some cases from the community in custody, and return them; seldom those of levels 2 and 3."""
    able = [d for d in drafts if d.setting == "community"]
    held = chance.pick(able, count, [1 if d.level > 1 else 6 for d in able])
    for draft in held:
        draft.setting = "custody"
    return held


def take_out_of_mappa(drafts: Sequence[CaseDraft], count: int, chance: Chance) -> None:
    """Make some cases of level 1 ones not under MAPPA."""
    for draft in chance.pick([d for d in drafts if d.level == 1], count):
        draft.level = 0


def give_categories(profile: Profile, drafts: Sequence[CaseDraft], violent: int, chance: Chance) -> None:
    """Give every case its MAPPA category: by its need, else ``violent`` of them 2 and the others 1."""
    need_of: Mapping[frozenset[str], NeedProfile] = {frozenset({need.tag}): need for need in profile.needs}
    for draft in drafts:
        need = need_of.get(draft.needs)
        if draft.level == 0:
            draft.category = 0
        elif need is not None:
            draft.category = need.category_above if draft.level > 1 else need.category
    for draft in chance.pick([d for d in drafts if not d.needs], violent):
        draft.category = 2
