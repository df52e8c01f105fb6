"""What a goal and a note of cover are: as those of a plan, a model side in arrays and a check side that shares none."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Protocol

from allocator.domain.plan import Finding
from allocator.rules.base import Counts, Total, finding_words
from allocator.rules.columns import Bools, Ints
from allocator.rules.cover.columns import CoverColumns
from allocator.rules.cover.ledger import CoverLedger


class CoverPosting(Protocol):
    """What the solver's model of cover offers to a goal. Officers are positions in ``columns.officer_ids``."""

    columns: CoverColumns

    def covered(self, load: Ints | Bools | None = None) -> Counts:
        """Cases that each officer covers, each counted ``load`` times (once without one): load is (cases,)."""
        ...

    def cost(self, table: Ints) -> Total:
        """Sum over covered cases of what their officer costs: table is (cases, officers)."""
        ...

    def steps(self, lines: Counts, thresholds: Ints, unit: int = 1) -> Counts:
        """Lines that are at least the sum of max(0, unit * line - t) over the thresholds t: shape (lines, bands)."""
        ...


class CoverRule:
    """A goal or note of cover.

    Attributes
    ----------
    id : str
        Name in files, findings and pages.
    says : str
        What a goal counts, in words; the sentence for a finding, filled from its facts.
    """

    id: ClassVar[str]
    says: ClassVar[str]

    @classmethod
    def guarantee(cls) -> str:
        """The plain sentence that opens its docstring."""
        return " ".join((cls.__doc__ or "").split("\n\n")[0].split())


class CoverGoal(CoverRule):
    """One of the four things minimised for cover, in strict order."""

    def value(self, ledger: CoverLedger) -> int:
        """What cover reaches, without a solver."""
        raise NotImplementedError

    def objective(self, model: CoverPosting) -> Total:
        """What the solver minimises."""
        raise NotImplementedError


class CoverNote(CoverRule):
    """What is always told of cover."""

    def findings(self, ledger: CoverLedger) -> Iterator[Finding]:
        """What it tells, without a solver."""
        raise NotImplementedError

    def sentence(self, finding: Finding) -> str:
        """The finding in words."""
        return self.says.format_map(finding_words(finding))
