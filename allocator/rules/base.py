"""What a rule is: one class, one sentence, one model, one solver-free check.

A rule's model side reads `Columns` (numpy, sorted by id) and posts lines to a `Posting`; its check side reads the
`Ledger` of a plan. The two share no arithmetic.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, Protocol, TypeAlias

import numpy as np

from allocator.domain.force import Case, Force, Officer
from allocator.domain.plan import Finding
from allocator.domain.policy import Policy
from allocator.rules.columns import Bools, Columns, Ints
from allocator.rules.ledger import Ledger

# What rules count: lines in a model (`Lines`), numbers under a plan. Both are added, multiplied, picked and summed.
Counts: TypeAlias = Any
Total: TypeAlias = Any


class Posting(Protocol):
    """What the solver's model offers to a rule. Officers are positions in ``columns.officer_ids``.

    ``Counts`` are one for each officer, or for each of those that were picked; a ``Total`` is one alone.
    """

    columns: Columns
    policy: Policy

    def cases_held(self, rule: Rule | None = None) -> Counts:
        """Cases that each officer holds under the plan, each counted ``rule.load`` times (once without a rule)."""
        ...

    def cases_received(self, rule: Rule | None = None) -> Counts:
        """Cases moved or placed to each officer, each counted ``rule.load`` times."""
        ...

    def limit(self, rule: Limit, who: Ints, *sides: tuple[Counts, Ints | int]) -> None:
        """Count the excess of a limit of each officer or premises: one of its sides has line <= bound + excess."""
        ...

    def floor(self, lines: Counts, unit: int, most: Ints | int) -> Counts:
        """Variables that are at most floor(line / unit), and at most ``most``."""
        ...

    def limit_taken(self, officers: Ints, exact: Bools) -> Counts:
        """Lines that are at least min(n, L), what officers' cases take of their limits."""
        ...

    def total_excess(self) -> Total:
        """All excesses together."""
        ...

    def load_of_moves(self, rule: Rule) -> Total:
        """Sum of ``rule.load`` over current cases that move."""
        ...

    def cases_received_away(self) -> Total:
        """Cases received by an officer whose division is not the case's home."""
        ...

    def cases_received_by_strangers(self) -> Total:
        """Cases received by an officer who does not know them, although one who does may receive them."""
        ...

    def steps(self, lines: Counts, thresholds: Ints, unit: int = 1) -> Counts:
        """Lines that are at least the sum of max(0, unit * line - t) over the thresholds t: shape (lines, bands)."""
        ...


class Asking(Posting, Protocol):
    """What the model offers beside that to rules that must hold whatever it costs."""

    def moves_drawing_on(self, code: int, rule: Rule) -> Total:
        """Permitted cases that move and whose ``rule.load`` is the code."""
        ...

    def budgets(self, rule: Rule) -> list[int]:
        """Codes of ``rule.load`` among the permitted cases that may move."""
        ...

    def at_most(self, lines: Counts, bound: int) -> None:
        """Require each line <= bound."""
        ...


@dataclass(frozen=True, slots=True)
class PolicySetting:
    """A setting of the policy that eases a rule.

    Attributes
    ----------
    table, key : str
        Where it stands in the policy.
    says : str
        What easing does; for a number, what it is a number of.
    eased : bool or None
        The value that eases the rule; None for a number, of which any higher one does.
    """

    table: str
    key: str
    says: str
    eased: bool | None = None


class Rule:
    """One rule of the contract, and all that answers, pages and letters need to know of it.

    Attributes
    ----------
    id : str
        Name in findings, files and pages.
    says : str
        Sentence for a finding, filled from its facts.
    eased_by : tuple of PolicySetting
        Settings of the policy under which it asks for less.
    cures : frozenset of str
        Kinds of changes, by their names in scenario files, that may cure what it blocks, beside those that are always
        tried.
    """

    id: ClassVar[str]
    says: ClassVar[str]
    eased_by: ClassVar[tuple[PolicySetting, ...]] = ()
    cures: ClassVar[frozenset[str]] = frozenset()

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

    def findings(self, ledger: Ledger) -> Iterator[Finding]:
        """What a plan does against this rule, without a solver."""
        raise NotImplementedError

    def sentence(self, finding: Finding) -> str:
        """The finding in words."""
        return self.says.format_map(finding_words(finding))

    def binding(self, facts: Mapping[str, Any]) -> str:
        """That it binds, in words, where it is one of those that block something."""
        return self.guarantee()


def finding_words(finding: Finding) -> Mapping[str, Any]:
    """Facts of a finding as words for a sentence: lists joined, ids and amount included."""
    facts = {
        "officer": finding.officer,
        "case": finding.case,
        "premises": finding.premises,
        "amount": finding.amount,
        **finding.facts,
    }
    return as_words(facts)


def as_words(facts: Mapping[str, Any]) -> Mapping[str, Any]:
    """Facts as words for a sentence: lists joined, numbers able to name what they count."""
    return {name: _as_word(value) for name, value in facts.items()}


class Counted(int):
    """A number that names what it counts: ``{n:case}`` gives "1 case" or "2 cases"."""

    def __format__(self, thing: str) -> str:
        if not thing or not thing[-1].isalpha() or len(thing) == 1:
            return super().__format__(thing)
        return f"{int(self):,} {thing}" if self == 1 else f"{int(self):,} {thing}s"


def _as_word(value: Any) -> Any:
    if isinstance(value, tuple | list):
        return ", ".join(map(str, value))
    return Counted(value) if isinstance(value, int) and not isinstance(value, bool) else value


class PlacementRule(Rule):
    """Who may hold a case.

    Attributes
    ----------
    because : str
        Why a case goes that it bars where it is, as the end of a sentence; its guarantee where it has no such words.
    """

    because: ClassVar[str] = ""

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

    def lifting_change(self, force: Force, officer: Officer, case: Case) -> Mapping[str, Any] | None:
        """The change, as a scenario file has it, after which it would not bar the officer; None where there is none."""
        return None

    def findings(self, ledger: Ledger) -> Iterator[Finding]:
        """One broken rule for each case given to an officer whom it bars."""
        for case, officer in ledger.placed:
            if self.bars(ledger.force, officer, case):
                yield Finding(self.id, "broken", 1, officer=officer.officer_id, case=case.case_id)


class ReceivingRule(PlacementRule):
    """Who may receive a case that they do not hold."""

    def findings(self, ledger: Ledger) -> Iterator[Finding]:
        """One broken rule for each case received by an officer whom it bars."""
        for case, officer in ledger.placed:
            if officer.officer_id != case.officer and self.bars(ledger.force, officer, case):
                yield Finding(self.id, "broken", 1, officer=officer.officer_id, case=case.case_id)


class MovementRule(Rule):
    """Which cases may move.

    Attributes
    ----------
    because : str
        Why a case stays that it keeps, as the end of a sentence.
    optional : bool
        Whether it can be left out to see what it blocks.
    """

    because: ClassVar[str] = ""
    optional: ClassVar[bool] = True

    def post(self, model: Asking) -> None:
        """Post what it asks of all cases together to a model; most ask it of each by itself."""

    def keeps(self, force: Force, case: Case) -> bool:
        """Whether it keeps a permitted case where it is, whatever the plan. The check's side of ``pinned``."""
        return False

    def without(self, policy: Policy) -> Policy:
        """The policy under which it does not hold, where that is the policy's to say."""
        return policy

    def binding_facts(self, force: Force, cases: Sequence[Case]) -> Mapping[str, Any]:
        """What makes it bind some cases, as facts."""
        return {}

    def pinned(self, columns: Columns, permitted: Bools) -> Bools:
        """Cases that must be kept: shape (cases,). ``permitted`` says which are permitted where they are."""
        return np.zeros(len(columns.case_ids), dtype=np.bool_)


class Limit(Rule):
    """What bends only as counted excess.

    Attributes
    ----------
    of : {"officer", "premises"}
        What each of its excesses is about.
    binds : str
        Sentence where it is one of those that block something, filled from ``binding_facts``, ``who`` and ``over``; its
        guarantee where it has none.
    to_officer : str
        Sentence to an officer who exceeds it and so holds too much, filled from the finding; empty where exceeding it
        is not to hold too much.
    """

    of: ClassVar[Literal["officer", "premises"]] = "officer"
    binds: ClassVar[str] = ""
    to_officer: ClassVar[str] = ""

    def post(self, model: Posting) -> None:
        """Post its excesses to a model."""
        raise NotImplementedError

    def binding_facts(self, ledger: Ledger, who: str) -> Mapping[str, Any]:
        """Where it stands for one officer or premises under a plan, as facts."""
        return {}

    def binding(self, facts: Mapping[str, Any]) -> str:
        """That it binds, in words: ``facts`` with ``who`` and ``planned``, its excess under the plan in cases."""
        over = f", {facts['planned']} too many already" if facts["planned"] else ""
        if self.binds:
            return self.binds.format_map({**as_words(facts), "over": over})
        return f"{facts['who']}{over}: {self.guarantee()}"


class Note(Rule):
    """What costs nothing and is always told.

    Attributes
    ----------
    remark : str
        What it says of an officer in a table, in a few words; empty where it is not about one.
    """

    remark: ClassVar[str] = ""


class Goal(Rule):
    """One of the four things minimised, in strict order."""

    def value(self, ledger: Ledger) -> int:
        """What a plan reaches, without a solver."""
        raise NotImplementedError

    def objective(self, model: Posting) -> Total:
        """What the solver minimises."""
        raise NotImplementedError

    def findings(self, ledger: Ledger) -> Iterator[Finding]:
        """Nothing, where a goal's value is its own report."""
        return iter(())
