"""What blocks: for every case without an officer and every excess the rules that make it so, and what would cure it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from allocator.analysis.blocks import LIMITING, Facts, Member, unplaced_members
from allocator.analysis.cures import Cure, CureSearch
from allocator.domain.force import Case, Force
from allocator.domain.plan import Finding
from allocator.domain.result import Result
from allocator.solver.allocate import allocate
from allocator.solver.blocking import BlockingSet, BlockingTask, find_blocking_set
from allocator.solver.pool import SolverPool, use_pool


@dataclass(frozen=True, slots=True)
class BlockedCase:
    """A case that nobody may receive.

    Attributes
    ----------
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
    """What blocks in the best plan of a force, and why the search ended early, if it did."""

    result: Result
    cases: tuple[BlockedCase, ...]
    excesses: tuple[BlockedExcess, ...]
    stopped: str | None = None

    @property
    def force(self) -> Force:
        """The force that was diagnosed."""
        return self.result.force


def diagnose(
    force: Force, *, seed: int = 0, pool: SolverPool | None = None, progress: Callable[[int, int], None] | None = None
) -> Diagnosis:
    """Find what leaves cases without an officer and limits exceeded, and which single changes would cure it.

    Parameters
    ----------
    progress : callable, optional
        Told how many of the cases and excesses are explained, and of how many.

    Returns
    -------
    Diagnosis
        Of the best plan. Ctrl-C keeps what is explained so far.
    """
    with use_pool(pool) as ready:
        result = allocate(force, seed=seed, pool=ready)
        remedies = CureSearch(force, result, ready, seed)
        exceeded = result.excesses
        unplaced = result.plan.actions["unplaced"]
        found, count = Diagnosis(result, (), (), result.stopped), len(unplaced) + len(exceeded)

        def tell() -> None:
            if progress is not None:
                progress(len(found.cases) + len(found.excesses), count)

        try:
            tell()
            for case in unplaced:
                one = BlockedCase(case, unplaced_members(force, case), tuple(remedies.of_case(case)))
                found = replace(found, cases=(*found.cases, one))
                tell()
            for finding, members, proved in _blocks(result, exceeded, ready, seed):
                cures = tuple(remedies.of_excess(finding, members))
                found = replace(found, excesses=(*found.excesses, BlockedExcess(finding, members, proved, cures)))
                tell()
        except KeyboardInterrupt:
            return replace(found, stopped="interrupted")
        return found


def _blocks(
    result: Result, exceeded: Sequence[Finding], pool: SolverPool, seed: int
) -> Iterator[tuple[Finding, tuple[Member, ...], bool]]:
    """Each excess with the members that block it, and whether that is proved."""
    planned: dict[tuple[str, str | None], int] = {
        (finding.rule, finding.officer or finding.premises or ""): finding.amount for finding in exceeded
    }
    tasks = [BlockingTask(result.plan, target, planned, seed) for target in planned]
    if not tasks:
        return
    with pool.lock:
        blocks: list[BlockingSet | None]
        blocks, stopped = pool.workers.run(find_blocking_set, tasks, math.inf, lambda told: None)
    facts = Facts(result.plan)
    for finding, target, found in zip(exceeded, planned, blocks, strict=True):
        if found is None:
            raise KeyboardInterrupt
        yield finding, facts.members(found.members, _whose(result.force, target), planned), found.proved
    if stopped is not None:
        raise KeyboardInterrupt


def _whose(force: Force, target: tuple[str, str | None]) -> list[str]:
    """Officers whose cases an excess is about."""
    rule, who = target
    if LIMITING[rule].of == "officer":
        return [who or ""]
    return [officer.officer_id for officer in force.officers if who in officer.premises]
