from __future__ import annotations

from collections.abc import Iterator

from allocator.domain.plan import Finding
from allocator.rules.base import Note
from allocator.rules.ledger import Ledger


class Specialist(Note):
    """Each division with cases has an own open officer with capacity for each skill of ``divisions.skills``."""

    id = "specialist"
    says = "{division} has no officer with the skill {skill} who is open and has capacity."

    def findings(self, ledger: Ledger) -> Iterator[Finding]:
        force = ledger.force
        homes = sorted({force.home(case) for case in force.cases})
        for skill in dict.fromkeys(ledger.policy.divisions.skills):
            for division in homes:
                own = force.officers_of.get(division, ())
                if not any(o.status == "open" and o.capacity > 0 and skill in o.skills for o in own):
                    yield Finding(self.id, "note", 0, facts={"division": division, "skill": skill})
