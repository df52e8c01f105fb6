"""Time to proof on a population of mixed forces: ours, then our model with one engine alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from allocator import Force
from allocator.synth.regimes import ORDINARY
from benchmarks.forces import drawn
from benchmarks.races import GROUPED, OURS, alternating
from benchmarks.rows import Row

QUESTION = "How long until every goal is proved, over forces of every kind?"
LIMIT = 60.0  # seconds for all goals of a force
QUICK_LIMIT = 1.0
SIZES = {"mixed-small": 80, "mixed": 100, "mixed-large": 20}  # forces of each profile, seeds 0, 1, ...
QUICK = {"mixed-small": 22, "mixed": 7, "mixed-large": 1}  # a large one takes 18 s, most of it in reading and checking
STEP = "population"


def ask(quick: bool) -> Iterator[Row]:
    """One row a force and peer, one run each."""
    return resume(quick, ())


def resume(quick: bool, kept: Sequence[Row]) -> Iterator[Row]:
    """The rows that are not kept from a run that was ended."""
    limit = QUICK_LIMIT if quick else LIMIT
    done = {(cells["force"], cells["seed"], cells["peer"]) for cells in kept if cells["limit"] == limit}
    for profile, count in (QUICK if quick else SIZES).items():
        for seed in range(count):
            peers = [peer for peer in (OURS, *GROUPED) if (profile, seed, peer) not in done]
            if peers:
                regime = marked(drawn(profile, ORDINARY, seed))
                for row in alternating(profile, ORDINARY, peers, limit, 1, STEP, seed=seed):
                    yield row | {"regime": regime}


def marked(force: Force) -> str:
    """What marks a force: the first of these that holds."""
    policy = force.policy
    if policy.divisions.cross:
        return "cross"
    if policy.relationship.max_moves is not None:
        return "budget"
    if 2 * sum(case.officer is None for case in force.cases) > len(force.cases):
        return "all-new"
    return ORDINARY
