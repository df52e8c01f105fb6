"""Buddies for officers who await MOSOVO training: who could support whom, with the load as even as it can be."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from allocator.caseloads import fair_percent
from allocator.domain.force import Force, Officer
from allocator.domain.plan import Plan
from allocator.rules.ledger import Ledger


@dataclass(frozen=True, slots=True)
class Pairing:
    """A buddy proposed for one officer.

    Attributes
    ----------
    supports : int
        Untrained officers whom the buddy then supports.
    workload : int or None
        The buddy's, in percent of the fair share as things stand; None where there is none.
    """

    officer: str
    buddy: str
    supports: int
    workload: int | None


@dataclass(frozen=True)
class Buddies:
    """Buddies proposed for a force.

    Attributes
    ----------
    without : mapping of str to str
        Officers for whom there is nobody, with the reason: ``none-trained`` or ``all-full``.
    supports : mapping of str to int
        Every trained officer who serves, with the untrained ones whom they then support.
    most : int
        Untrained officers whom one may support.
    """

    pairings: tuple[Pairing, ...]
    without: Mapping[str, str]
    supports: Mapping[str, int]
    most: int


def propose_buddies(force: Force) -> Buddies:
    """Propose a buddy for every open officer who awaits MOSOVO training and has none who serves.

    A buddy is trained, open or closed, has capacity, is of the same division, and supports at most
    ``training.buddies`` untrained officers; links that serve already are kept and counted. Fewest supported come
    first, then the lower workload, then the id. All who wait in a division have the same to choose from, so giving each
    in turn the buddy who supports fewest leaves nobody without one who could have had one, and no more even load is
    possible.
    """
    ledger, most = Ledger(Plan.as_it_stands(force)), force.policy.training.buddies
    serving = [o for o in force.officers if o.trained and o.serves and o.capacity > 0]
    supports = Counter({o.officer_id: 0 for o in serving})
    # A link that does not serve takes up nothing: whoever has it is proposed another buddy.
    for officer in (o for o in force.officers if not o.trained and o.status == "open" and _has_buddy(force, o)):
        if officer.buddy is not None and officer.buddy in supports:
            supports[officer.buddy] += 1
    shares = {o.officer_id: fair_percent(ledger, o) for o in serving}
    pairings, without = [], {}
    for officer in sorted(force.officers, key=lambda o: o.officer_id):
        if officer.mosovo != "awaiting" or officer.status != "open" or _has_buddy(force, officer):
            continue
        near = [o for o in serving if o.division == officer.division]
        free = [o for o in near if supports[o.officer_id] < most]
        if not free:
            without[officer.officer_id] = "all-full" if near else "none-trained"
            continue
        buddy = min(free, key=lambda o: (supports[o.officer_id], shares[o.officer_id] or 0, o.officer_id)).officer_id
        supports[buddy] += 1
        pairings.append((officer.officer_id, buddy))
    found = tuple(Pairing(officer, buddy, supports[buddy], shares[buddy]) for officer, buddy in pairings)
    return Buddies(found, without, dict(supports), most)


def _has_buddy(force: Force, officer: Officer) -> bool:
    """Whether a buddy serves, as in the rule ``buddied``, but asked even where the policy requires none."""
    if officer.buddy is None:
        return False
    buddy = force.officer_by_id[officer.buddy]
    near = force.policy.divisions.cross or buddy.division == officer.division
    return buddy.trained and buddy.serves and near
