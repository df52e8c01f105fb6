"""What blocks: for every case without an officer and every excess the rules that make it so, and what would cure it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, replace

from allocator.domain.force import Case, Force
from allocator.domain.plan import Finding
from allocator.domain.result import Result
from allocator.explain.blocks import Member, unplaced_members
from allocator.explain.cures import Cure, Remedies
from allocator.solver.allocate import allocate
from allocator.solver.standby import Standby


@dataclass(frozen=True, slots=True)
class BlockedCase:
    """A case that nobody may receive.

    Attributes
    ----------
    case : Case
    members : tuple of Member
        Rules that together bar every officer; without any one of them somebody may receive it.
    cures : tuple of Cure
        Single changes after which somebody may.
    """

    case: Case
    members: tuple[Member, ...]
    cures: tuple[Cure, ...]


@dataclass(frozen=True, slots=True)
class BlockedExcess:
    """A limit that the plan exceeds, and why no plan exceeds it less without exceeding another limit more.

    Attributes
    ----------
    finding : Finding
    members : tuple of Member
        Rules and limits that together make less of it impossible; without any one of them it is possible.
    proved : bool
        Whether both were proved.
    cures : tuple of Cure
        Single changes that lower the least excess of the force by as much as this is.
    """

    finding: Finding
    members: tuple[Member, ...]
    proved: bool
    cures: tuple[Cure, ...]


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What blocks in the best plan of a force.

    Attributes
    ----------
    result : Result
    cases : tuple of BlockedCase
    excesses : tuple of BlockedExcess
    stopped : str or None
        Why it ended early, None if it did not.
    """

    result: Result
    cases: tuple[BlockedCase, ...]
    excesses: tuple[BlockedExcess, ...]
    stopped: str | None = None

    @property
    def force(self) -> Force:
        """The force that was diagnosed."""
        return self.result.force


def diagnose(
    force: Force,
    *,
    seed: int = 0,
    standby: Standby | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Diagnosis:
    """Find what leaves cases without an officer and limits exceeded, and which single changes would cure it.

    Parameters
    ----------
    force : Force
    seed : int
    standby : Standby, optional
    progress : callable, optional
        Told how many of the cases and excesses are explained, and of how many.

    Returns
    -------
    Diagnosis
        Of the best plan. Ctrl-C keeps what is explained so far.
    """
    with Standby() if standby is None else nullcontext(standby) as ready:
        result = allocate(force, seed=seed, standby=ready)
        remedies = Remedies(force, result, ready, seed)
        blocked = [case for case in result.plan.actions["unplaced"]]
        exceeded = [finding for finding in result.findings if finding.kind == "excess"]
        found = Diagnosis(result, (), (), result.stopped)
        done = 0

        def explained() -> None:
            nonlocal done
            if progress is not None:
                progress(done, len(blocked) + len(exceeded))
            done += 1

        try:
            explained()
            for case in blocked:
                members = unplaced_members(force, case)
                one = BlockedCase(case, members, tuple(remedies.of_case(case)))
                found = replace(found, cases=(*found.cases, one))
                explained()
            for finding, why in _blocks(result, exceeded, ready, seed):
                cures = tuple(remedies.of_excess(finding, why.members))
                excess = BlockedExcess(finding, why.members, why.proved, cures)
                found = replace(found, excesses=(*found.excesses, excess))
                explained()
        except KeyboardInterrupt:
            return replace(found, stopped="interrupted")
        return found
