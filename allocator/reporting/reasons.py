"""Why each case is where a plan has it: as a short code that is kept, and in words that name no other case."""

from __future__ import annotations

from collections.abc import Mapping

from allocator.analysis.cached_ledger import CachedLedger
from allocator.analysis.reasons import Move, explain_moves
from allocator.cycles.codes import OVERRIDE_REASONS
from allocator.domain.plan import Plan
from allocator.rules import PLACEMENT
from allocator.rules.placement.excluded import NOT_ELIGIBLE, Excluded

_GOALS = {
    "unplaced": "so that nobody is left without an officer",
    "excess": "to bring caseloads within their limits",
    "disruption": "so that fewer relationships end elsewhere",
    "fairness": "to even workload out",
}
_BARS = {rule.id: rule for rule in PLACEMENT}


def whys(plan: Plan, overridden: Mapping[str, str]) -> dict[str, str]:
    """Code of the reason for each case that does not simply stay; for those that people placed, theirs by case_id.

    It is a word, and codes after it: ``new``, ``nobody``, ``rule trained``, ``goal excess``, ``override continuity``.
    """
    codes = {case.case_id: "new" for case in plan.actions["placed"]}
    codes |= {case.case_id: "nobody" for case in plan.actions["unplaced"]}
    codes |= {move.case.case_id: _code(move) for move in explain_moves(CachedLedger(plan))}
    return codes | {case_id: f"override {reason}" for case_id, reason in overridden.items()}


def why_words(code: str) -> str:
    """The reason in words, as the end of a sentence."""
    if code == NOT_ELIGIBLE:
        return Excluded.because
    kind, _, items = code.partition(" ")
    match kind:
        case "rule":
            return "; ".join(_BARS[rule].because or _BARS[rule].guarantee() for rule in items.split())
        case "goal":
            return _GOALS[items]
        case "override":
            return f"decided by a person: {OVERRIDE_REASONS[items]}"
        case "nobody":
            return "no officer may receive it"
        case "alike":
            return "it could as well have stayed"
        case _:
            return "a new case"


def discreet_code(code: str) -> str:
    """A code that tells no other rule beside an exclusion."""
    return NOT_ELIGIBLE if Excluded.id in code.split() else code


def _code(move: Move) -> str:
    if move.bars:
        return f"rule {' '.join(move.bars)}"
    if move.instead is None or move.instead.goal is None or not move.instead.worse:
        return "alike"
    return f"goal {move.instead.goal}"
