"""The model of one part: rules post their lines to it, engines solve it, plans go in and come out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial

import numpy as np

from allocator.domain.policy import Policy
from allocator.rules import LIMITS, MOVEMENT
from allocator.rules.base import Goal, Limit, Rule
from allocator.rules.columns import Bools, Columns, Ints
from allocator.rules.limits.case_limit import CaseLimit
from allocator.rules.linear import Lines
from allocator.solver.flows import NONE, Flows
from allocator.solver.groups import UNCOUNTED
from allocator.solver.line_model import Derived, LineModel, exceeds, excess_of, floor_of, least_of, over_both
from allocator.solver.parts import Choices


class Model(LineModel):
    """Variables and rows of one part, as fine as the goals in force need.

    A plan is an array of officer positions, one for each case of the columns.

    Parameters
    ----------
    open_to : Choices
        Of the part alone.
    goals : iterable of Goal
        Goals whose lines will be used.
    moves : bool
        Whether permitted cases may move.
    within : Model, optional
        A model of the same part for fewer goals, whose variables' bounds hold here too: what it says stays or is not
        received is left out.
    exact : bool
        Whether each excess is asked about by itself, and not only what all of them come to.
    """

    def __init__(
        self,
        open_to: Choices,
        goals: Iterable[Goal],
        moves: bool = True,
        within: Model | None = None,
        exact: bool = False,
    ) -> None:
        super().__init__()
        self.open_to, self._exact = open_to, exact
        self.columns: Columns = open_to.columns
        self.policy: Policy = open_to.columns.policy
        self.flows: Flows = Flows(self.linear, open_to, goals, moves, None if within is None else within.flows)
        self._fixed = self._find_fixed(moves)
        self._loads: dict[str, Ints] = {}
        self._held: dict[str, Lines] = {}
        self._excess: dict[str, Ints] = {}
        for movement in MOVEMENT:
            movement.post(self)
        for limit in LIMITS:
            limit.post(self)

    def _find_fixed(self, moves: bool) -> Ints:
        """Cases that count for their officer whatever the plan."""
        open_to, current = self.open_to, self.columns.current
        counts = (self.flows.pinned if moves else open_to.permitted) | open_to.stuck
        cases = np.flatnonzero(counts & (current >= 0))
        return cases[~(open_to.stuck[cases] & self.columns.leaving[current[cases]])]

    # What rules may ask for (see rules.base.Posting)

    def cases_held(self, rule: Rule | None = None) -> Lines:
        key = rule.id if rule else ""
        if key not in self._held:
            load, groups = self._load(rule), self.flows.groups
            of_stock = load[groups.one[groups.stock_group]]
            leaving = Lines(np.zeros(len(self.columns.officer_ids)), groups.officer, self.flows.out, -of_stock)
            np.add.at(leaving.constant, groups.officer, of_stock * groups.stock_size)
            np.add.at(leaving.constant, self.columns.current[self._fixed], load[self._fixed])
            self._held[key] = self.cases_received(rule) + leaving
        return self._held[key]

    def cases_received(self, rule: Rule | None = None) -> Lines:
        into, officer, case = self.flows.received
        load = self._load(rule)[case]
        kept = load != 0
        return Lines(np.zeros(len(self.columns.officer_ids)), officer[kept], into[kept], load[kept])

    def cases_received_away(self) -> Lines:
        return self.flows.away

    def cases_received_by_strangers(self) -> Lines:
        return Lines.of(self.flows.strange).sum()

    def load_of_moves(self, rule: Rule) -> Lines:
        out = self.flows.out
        return Lines(self._load(rule)[self.open_to.must].sum(), np.zeros_like(out), out, self.flows.groups.cost)

    def budgets(self, rule: Rule) -> list[int]:
        """Budgets that some case of this part draws on."""
        return sorted({*self.flows.groups.budget.tolist()} - {UNCOUNTED})

    def moves_drawing_on(self, code: int, rule: Rule) -> Lines:
        """Permitted cases that move and draw on a budget."""
        forced = (self._load(rule) == code) & self.open_to.must & self.open_to.counted
        return Lines.of(self.flows.out[self.flows.groups.budget == code]).sum() + int(forced.sum())

    def at_most(self, lines: Lines, bound: int) -> None:
        self.linear.at_most(lines, bound)

    def limit(self, rule: Limit, who: Ints, *sides: tuple[Lines, Ints | int]) -> None:
        of = self._excess.setdefault(
            rule.id, np.full(max(len(self.columns.officer_ids), len(self.columns.site_division)), NONE)
        )
        over = np.minimum.reduce([self.linear.span(lines)[1] - bound for lines, bound in sides])
        can = np.flatnonzero(over > 0)
        if not len(can):
            return
        excess = of[who[can]] = self.linear.variables(0, over[can], decisive=True)
        lines, bounds = [side[can] for side, _ in sides], [np.broadcast_to(b, len(who))[can] for _, b in sides]
        self.derived.append(Derived(excess, excess_of if len(sides) == 1 else over_both, tuple(lines), tuple(bounds)))
        self._either([(side - Lines.of(excess), bound) for side, bound in zip(lines, bounds, strict=True)])

    @property
    def excesses(self) -> Mapping[tuple[str, int], int]:
        """Variable of each limit that can be exceeded, by the id of its rule and whom or which premises it is of."""
        return {
            (rule, who): int(of[who]) for rule, of in self._excess.items() for who in np.flatnonzero(of >= 0).tolist()
        }

    def total_excess(self) -> Lines:
        return Lines.of(np.concatenate([of[of >= 0] for of in self._excess.values()])).sum()

    def floor(self, lines: Lines, unit: int, most: Ints | int) -> Lines:
        """Variables that are at most floor(line / unit), and at most ``most``.

        Engines prove more by branching on them than on the lines.
        """
        lowest, highest = (reached // unit for reached in self.linear.span(lines))
        cap = np.minimum(highest, most)
        can = np.flatnonzero(cap > lowest)
        if not len(can):
            return Lines(cap)
        lines, most = lines[can], cap[can]
        floor = self.linear.variables(lowest[can], most, decisive=True)
        self.derived.append(Derived(floor, partial(floor_of, unit), (lines,), (most,)))
        self.at_most(unit * Lines.of(floor) - lines, 0)
        cap[can] = 0
        return Lines(cap, can, floor, np.ones_like(floor))

    def limit_taken(self, officers: Ints, exact: Bools) -> Lines:
        """Lines that are at least min(n, L), what officers' cases take of their limits.

        Cases less the excess over the limit are that minimum when the excess is exact, and no total can gain when it
        is not, as long as one reserve counts on the officer; where several do, ``exact`` asks for a variable, as does
        a model of exact excesses.
        """
        held, limit = self.cases_held()[officers], self.columns.limit[officers]
        can, exact = self.linear.span(held)[1] > limit, exact | self._exact
        loose, tight = np.flatnonzero(can & ~exact), np.flatnonzero(can & exact)
        over = self._excess[CaseLimit.id][officers[loose]]
        taken = self.linear.variables(0, limit[tight], decisive=True)
        if len(tight):
            cases, most = held[tight], limit[tight]
            self.derived.append(Derived(taken, least_of, (cases,), (most,)))
            self._either([(cases - Lines.of(taken), np.zeros_like(most)), (-1 * Lines.of(taken), -most)])
            kept = ~np.isin(held.row, tight)
            held = Lines(held.constant, held.row[kept], held.variable[kept], held.coefficient[kept])
            held.constant[tight] = 0
        return held + Lines(
            np.zeros(len(officers)),
            np.concatenate([loose, tight]),
            np.concatenate([over, taken]),
            np.concatenate([np.full(len(loose), -1), np.ones_like(tight)]),
        )

    def _either(self, sides: list[tuple[Lines, Ints]]) -> None:
        """Require that of each line one side is at most its bound; of two at the most."""
        (lines, bound), *rest = sides
        if not rest:
            self.linear.at_most(lines, bound)
            return
        ((other, most),) = rest
        over, slack = self.linear.span(lines)[1] - bound, self.linear.span(other)[1] - most
        asked = np.flatnonzero((over > 0) & (slack > 0))
        lines, other = lines[asked], other[asked]
        bound, most, over, slack = (of[asked] for of in (bound, most, over, slack))
        choice = self.linear.variables(0, np.ones_like(asked), decisive=True)
        self.derived.append(Derived(choice, exceeds, (lines,), (bound,)))
        chosen = Lines.of(choice)
        self.linear.at_most(lines - chosen * over, bound)
        self.linear.at_most(other + chosen * slack, most + slack)

    def _load(self, rule: Rule | None) -> Ints:
        key = rule.id if rule else ""
        if key not in self._loads:
            load = None if rule is None else rule.load(self.columns)
            self._loads[key] = np.ones(len(self.columns.case_ids), dtype=np.int64) if load is None else load
        return self._loads[key]

    # Plans in, plans out (see solver.prover.Solvable)

    @property
    def cases(self) -> int:
        """Cases of the part."""
        return len(self.open_to.must)

    @property
    def mostly_placed(self) -> bool:
        """Whether most of them have to be placed."""
        return self.open_to.mostly_placed

    def values(self, plan: Ints) -> Ints:
        """Value of every variable under a plan of this part.

        Raises
        ------
        ValueError
            When the model has no words for the plan.
        """
        values = np.zeros_like(self.linear.lower)
        self.flows.count(plan, values)
        return self.follow(values)

    def plan(self, values: Ints, start: Ints) -> Ints:
        """The plan that the variables' values describe, written over a copy of ``start``."""
        return self.flows.plan(values, start)
