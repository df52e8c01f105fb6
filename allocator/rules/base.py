"""What a rule is: one class, one sentence, one model, one solver-free check.

A rule's model side reads `Columns` (numpy, sorted by id) and posts lines to a `Posting`; its check side reads the
`Ledger` of a plan. The two share no arithmetic.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar, Protocol

import numpy as np
from numpy.typing import NDArray

from allocator.domain.force import Case, Force, Officer
from allocator.domain.plan import Finding
from allocator.domain.policy import Policy
from allocator.rules.columns import Columns
from allocator.rules.ledger import Ledger
from allocator.rules.linear import Line

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


class Posting(Protocol):
    """What the solver's model offers to a rule. Officers are positions in ``columns.officer_ids``."""

    columns: Columns
    policy: Policy
    officers: list[int]

    def held(self, officer: int, rule: Rule | None = None) -> Line:
        """Cases that the officer holds under the plan, each counted ``rule.load`` times (once without a rule)."""
        ...

    def received(self, officer: int, rule: Rule | None = None) -> Line:
        """Cases moved or placed to the officer, each counted ``rule.load`` times."""
        ...

    def left(self, code: int, rule: Rule) -> Line:
        """Permitted cases that move and whose ``rule.load`` is the code."""
        ...

    def budgets(self, rule: Rule) -> list[int]:
        """Codes of ``rule.load`` among the permitted cases that may move."""
        ...

    def at_most(self, line: Line, bound: int) -> None:
        """Require line <= bound."""
        ...

    def limit(self, rule: Rule, who: int, *sides: tuple[Line, int, int]) -> None:
        """Count the excess of a limit: one of its sides (line, bound, unit) has line <= bound + unit * excess."""
        ...

    def floor(self, line: Line, unit: int, most: int | None = None) -> Line:
        """A variable that is at most floor(line / unit), and at most ``most`` where that is given."""
        ...

    def taken(self, officer: int, exact: bool) -> Line:
        """A line that is at least min(n, L), what an officer's cases take of their limit."""
        ...

    def nothing(self) -> Line:
        """An empty line."""
        ...

    def total_excess(self) -> Line:
        """All excesses together."""
        ...

    def ended(self, rule: Rule) -> Line:
        """Sum of ``rule.load`` over current cases that move."""
        ...

    def received_away(self) -> Line:
        """Cases received by an officer whose division is not the case's home."""
        ...

    def received_by_strangers(self) -> Line:
        """Cases received by an officer who does not know them, although one who does may receive them."""
        ...

    def steps(self, line: Line, thresholds: Sequence[int], unit: int = 1) -> Line:
        """A line that is at least the sum of max(0, unit * line - t) over the thresholds t."""
        ...


class Rule:
    """One rule of the contract.

    Attributes
    ----------
    id : str
        Name in findings, files and pages.
    says : str
        Sentence for a finding, filled from its facts.
    """

    id: ClassVar[str]
    says: ClassVar[str]

    @classmethod
    def guarantee(cls) -> str:
        """The plain sentence that opens the rule's docstring."""
        return " ".join((cls.__doc__ or "").split("\n\n")[0].split())

    def load(self, columns: Columns) -> Ints | None:
        """What each case weighs for this rule: shape (cases,); None where cases are not weighed."""
        return None

    def concerns(self, columns: Columns) -> Bools:
        """Officers for whom ``load`` matters: shape (officers,)."""
        return np.ones(len(columns.officer_ids), dtype=np.bool_)

    def post(self, model: Posting) -> None:
        """Post the rule's lines to a model; placement and receiving rules have none."""

    def findings(self, ledger: Ledger) -> Iterator[Finding]:
        """What a plan does against this rule, without a solver."""
        raise NotImplementedError

    def sentence(self, finding: Finding) -> str:
        """The finding in words."""
        return self.says.format_map(finding_words(finding))


def finding_words(finding: Finding) -> Mapping[str, Any]:
    """Facts of a finding as words for a sentence: lists joined, ids and amount included."""
    facts = {
        "officer": finding.officer,
        "case": finding.case,
        "premises": finding.premises,
        "amount": finding.amount,
        **finding.facts,
    }
    return {name: _worded(value) for name, value in facts.items()}


class Counted(int):
    """A number that names what it counts: ``{n:case}`` gives "1 case" or "2 cases"."""

    def __format__(self, thing: str) -> str:
        if not thing or not thing[-1].isalpha() or len(thing) == 1:
            return super().__format__(thing)
        return f"{int(self):,} {thing}" if self == 1 else f"{int(self):,} {thing}s"


def _worded(value: Any) -> Any:
    if isinstance(value, tuple | list):
        return ", ".join(map(str, value))
    return Counted(value) if isinstance(value, int) and not isinstance(value, bool) else value


class Placement(Rule):
    """Who may hold a case."""

    def may(self, columns: Columns) -> Bools:
        """Which officer may hold which kind of case, exemptions apart: broadcasts to (kinds, officers)."""
        raise NotImplementedError

    def allows(self, columns: Columns) -> Bools:
        """Which officer may hold which kind of case: broadcasts to (kinds, officers)."""
        exempt = columns.exempt.get(self.id)
        return self.may(columns) if exempt is None else self.may(columns) | exempt

    def forbids(self, force: Force, officer: Officer, case: Case) -> bool:
        """Whether this rule bars the officer from the case, exemptions apart."""
        raise NotImplementedError

    def bars(self, force: Force, officer: Officer, case: Case) -> bool:
        """Whether this rule bars the officer from the case."""
        return self.forbids(force, officer, case) and not force.exempts(self.id, officer.officer_id, case.case_id)

    def findings(self, ledger: Ledger) -> Iterator[Finding]:
        """One broken rule for each case given to an officer whom it bars."""
        for case, officer_id in ledger.plan:
            if officer_id is None:
                continue
            if self.bars(ledger.force, ledger.force.officer_by_id[officer_id], case):
                yield Finding(self.id, "broken", 1, officer=officer_id, case=case.case_id)


class Receiving(Placement):
    """Who may receive a case that they do not hold."""

    def findings(self, ledger: Ledger) -> Iterator[Finding]:
        """One broken rule for each case received by an officer whom it bars."""
        for case, officer_id in ledger.plan:
            if officer_id is None or officer_id == case.officer:
                continue
            if self.bars(ledger.force, ledger.force.officer_by_id[officer_id], case):
                yield Finding(self.id, "broken", 1, officer=officer_id, case=case.case_id)


class Movement(Rule):
    """Which cases may move."""

    def pinned(self, columns: Columns, permitted: Bools) -> Bools:
        """Cases that must be kept: shape (cases,). ``permitted`` says which are permitted where they are."""
        return np.zeros(len(columns.case_ids), dtype=np.bool_)


class Limit(Rule):
    """What bends only as counted excess."""


class Note(Rule):
    """What costs nothing and is always told."""


class Goal(Rule):
    """One of the four things minimised, in strict order."""

    def value(self, ledger: Ledger) -> int:
        """What a plan reaches, without a solver."""
        raise NotImplementedError

    def objective(self, model: Posting) -> Line:
        """The line that the solver minimises."""
        raise NotImplementedError

    def findings(self, ledger: Ledger) -> Iterator[Finding]:
        """Nothing, where a goal's value is its own report."""
        return iter(())
