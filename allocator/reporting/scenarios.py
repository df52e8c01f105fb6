"""What scenarios say: each beside the force as it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from allocator.analysis.try_scenarios import WITHOUT, ScenarioPlan, WhatIf
from allocator.domain.cover import cases_to_cover
from allocator.reporting.compare import comparison_document
from allocator.reporting.documents import finding_document, goal_documents, picked
from allocator.reporting.model import (
    Block,
    Chart,
    Column,
    Heading,
    Items,
    Report,
    Table,
    Text,
    figures,
    section,
    sentences,
)
from allocator.reporting.renderers.html import report_page
from allocator.reporting.words import capitalised, cases, counted, figure, listed, proof_word, rules_sentence

MANY = 12  # officers that are still named one by one
WIDE = 80
PLAN = 24  # letters of a plan's name on a line
SPREAD = ("unplaced", "least", "middle", "most")
_NAME = Column("plan", fold=True, most=PLAN)
_AFFECTED = "Officers who give up or receive a current case: {}."
_INTRODUCTION = (
    "Cycle of {}. Each plan is the best for its force: first nobody without an officer who could have one, then fewest "
    "cases above limits, then least knowledge of people lost, then the most even workload."
)


def whatif_report(answer: WhatIf, asked: int) -> Report:
    """Scenarios beside the force as it is, of so many that were asked for."""
    force, beside = answer.base.force, _columns(answer)
    first, *others = proof_sentences(answer)
    return Report(
        f"{force.name}, cycle of {force.cycle_date.isoformat()}",
        (
            Text(""),
            *sentences(stopped_sentence(answer, asked), style="warning"),
            Text(first, "good" if all(tried.result.proven for tried in answer.all) else "warning"),
            *sentences(*others, style="warning"),
            Heading("Goals, in strict order, and moves"),
            _goal_table(answer),
            Heading(f"{'Excess by division' if beside else 'Unplaced cases'}, and workload in % of the fair share"),
            _division_table(answer, beside),
            *sentences(None if beside else f"{WITHOUT.capitalize()}: {_excess_words(answer.base)}."),
            *(block for tried in answer.tried for block in section(tried.name, *_tried_blocks(tried, bool(beside)))),
        ),
    )


def _goal_table(answer: WhatIf) -> Table:
    goals = [goal.name for goal in answer.base.result.goals]
    return Table(
        (_NAME, *figures(*goals, "moves", "officers", form=",")),
        tuple(
            (
                tried.name,
                *map(figure, tried.result.goals),
                tried.optional_moves + tried.other_moves,
                len(tried.affected),
            )
            for tried in answer.all
        ),
    )


def _columns(answer: WhatIf) -> list[str]:
    """Divisions, where a column for each fits; none where they do not."""
    divisions = sorted({name for tried in answer.all for name in tried.excess_by_division})
    plans = min(PLAN, max(len(tried.name) for tried in answer.all))
    return divisions if plans + sum(2 + len(name) for name in (*divisions, *SPREAD)) <= WIDE else []


def _division_table(answer: WhatIf, divisions: list[str]) -> Table:
    rows = []
    for tried in answer.all:
        spread = tried.spread
        shares = ["-"] * 3 if spread is None else [f"{spread.least}%", f"{spread.middle}%", f"{spread.most}%"]
        excess = [tried.excess_by_division.get(name, "-") for name in divisions]
        rows.append((tried.name, *excess, len(tried.result.plan.actions["unplaced"]), *shares))
    return Table((_NAME, *figures(*divisions, *SPREAD)), tuple(rows))


def _tried_blocks(tried: ScenarioPlan, excess_shown: bool) -> list[Block]:
    assert tried.scenario is not None
    excess = None if excess_shown else f"{capitalised(_excess_words(tried))}."
    affected = _AFFECTED.format(listed(tried.affected, MANY)) if tried.affected else None
    return [
        *sentences(tried.scenario.comment, indent=2),
        Items(tuple(tried.scenario.says), indent=2),
        *sentences(tried_sentence(tried), cover_sentence(tried), excess, affected, indent=2),
    ]


def whatif_page(answer: WhatIf, asked: int) -> bytes:
    """Scenarios beside the force as it is, as a page: goals, what was asked, and charts, each with its table."""
    force = answer.base.force
    goals = Table(
        (Column("plan"), *figures(*(goal.name for goal in answer.base.result.goals), "moves", "officers affected")),
        tuple(_goals(tried) for tried in answer.all),
        title="Goals",
        caption="Goals in strict order; less is better",
    )
    return report_page(
        Report(
            f"What if? {force.name}",
            (
                Text(_INTRODUCTION.format(force.cycle_date.isoformat())),
                *sentences(stopped_sentence(answer, asked), style="warning"),
                *sentences(*proof_sentences(answer)),
                goals,
                Heading("What was asked"),
                *(block for tried in answer.tried for block in _asked_blocks(tried)),
                *whatif_tables(answer),
            ),
        )
    )


def _goals(tried: ScenarioPlan) -> tuple[str, ...]:
    values = [f"{goal.value:,}" + ("" if goal.proven else f" (at least {goal.bound:,})") for goal in tried.result.goals]
    return (tried.name, *values, f"{tried.optional_moves + tried.other_moves:,}", f"{len(tried.affected):,}")


def _asked_blocks(tried: ScenarioPlan) -> list[Block]:
    assert tried.scenario is not None
    affected = _AFFECTED.format(", ".join(tried.affected)) if tried.affected else None
    unplaced = ", ".join(tried.unplaced)
    return [
        Heading(tried.name, level=3),
        *sentences(tried.scenario.comment),
        Items(tuple(tried.scenario.says)),
        *sentences(tried_sentence(tried), cover_sentence(tried), affected),
        *sentences(f"Cases without an officer: {unplaced}." if unplaced else None, style="warning"),
    ]


def whatif_tables(answer: WhatIf) -> tuple[Table, ...]:
    """Excess, moves and workload of every plan, each table with its chart; only the last draws single officers."""
    moves = [
        (tried.name, {"could have stayed": tried.optional_moves, "could not stay": tried.other_moves})
        for tried in answer.all
    ]
    excess = [(tried.name, tried.excess_by_division) for tried in answer.all]
    moved = [(tried.name, tried.moves_by_division) for tried in answer.all]
    spreads = [(tried.name, tried.spread) for tried in answer.all if tried.spread is not None]
    spread = Table(
        (Column("plan"), *figures("officers at work", "least", "middle", "most", "most less least")),
        tuple(
            (name, len(s.shares), f"{s.least}%", f"{s.middle}%", f"{s.most}%", s.most - s.least) for name, s in spreads
        ),
        title="Spread of workload",
        caption="Workload in % of the fair share",
        chart=Chart("spread", "Spread of workload", "", [(name, spread.shares) for name, spread in spreads]),
    )
    return (
        _bars("Excess by division", "cases above limits", excess),
        _bars("Moves", "current cases that go to another officer", moves),
        _bars("Moves by division", "current cases that go to another officer", moved),
        spread,
    )


def _bars(title: str, axis: str, counts_of: Sequence[tuple[str, Mapping[str, int]]]) -> Table:
    names = list(dict.fromkeys(name for _, counts in counts_of for name in counts))
    return Table(
        (Column("plan"), *figures(*names, form=",")),
        tuple((plan, *(counts.get(name, 0) for name in names)) for plan, counts in counts_of),
        title=title,
        caption=f"{title}: {axis}",
        chart=Chart("bars", title, axis, counts_of),
    )


def whatif_document(answer: WhatIf) -> dict[str, Any]:
    """Compose the JSON of scenarios beside the force as it is."""
    force = answer.base.force
    return {
        "force": force.name,
        "cycle_date": force.cycle_date.isoformat(),
        "seconds": round(answer.seconds, 3),
        "stopped": answer.stopped,
        "plans": [_tried_document(tried) for tried in answer.all],
    }


def _tried_document(tried: ScenarioPlan) -> dict[str, Any]:
    spread, plan = tried.spread, tried.result.plan
    return {
        "name": tried.name,
        "comment": "" if tried.scenario is None else tried.scenario.comment,
        "changes": [] if tried.scenario is None else list(tried.scenario.says),
        "goals": goal_documents(tried.result.goals),
        "cases": {action: len(cases) for action, cases in plan.actions.items()},
        **picked(tried, "optional_moves", "other_moves"),
        "moves_by_division": dict(tried.moves_by_division),
        "excess_by_division": dict(tried.excess_by_division),
        "affected": list(tried.affected),
        "spread": spread
        and {**picked(spread, "least", "middle", "most", "most_less_least"), "officers": dict(spread.shares)},
        "unplaced": list(tried.unplaced),
        "cover": tried.cover
        and {
            "cases": tried.to_cover,
            "high_risk": tried.high_risk_to_cover,
            **picked(tried.cover, "uncovered", "officers"),
            "goals": goal_documents(tried.cover.goals),
        },
        "findings": [finding_document(finding) for finding in tried.result.findings if finding.kind == "excess"],
        "against_base": tried.comparison and comparison_document(tried.comparison, (WITHOUT, tried.name)),
        "says": tried_sentence(tried),
    }


def tried_sentence(tried: ScenarioPlan) -> str:
    """What a scenario comes to beside the force as it is; of that itself, how many cases move."""
    moves = f"{moves_words(tried).capitalize()}."
    if tried.comparison is None:
        return moves
    pair = tried.comparison.decisive
    count = tried.differing
    have = "has" if count == 1 else "have"
    others = f"{cases(count)} {have} another officer than in the plan {WITHOUT}"
    if pair is None:
        return f"Level with the plan {WITHOUT} on every goal; {others}. {moves}"
    goal = f"{pair.name} {pair.second:,} instead of {pair.first:,}, the first goal that differs"
    more = tried.to_cover - len(cases_to_cover(tried.comparison.first))
    if more > 0 and pair.difference < 0:
        need = f"{cases(more)} more {'needs' if more == 1 else 'need'} cover and count for nobody meanwhile"
        return f"No better than {WITHOUT}, although {goal}: {need}; {others}. {moves}"
    word = "Worse" if pair.difference > 0 else "Better"
    return f"{word} than {WITHOUT}: {goal}; {others}. {moves}"


def cover_sentence(tried: ScenarioPlan) -> str | None:
    """What covering the cases of absent officers comes to; None where nobody is away with any."""
    cover = tried.cover
    if cover is None:
        return None
    covered = tried.to_cover - cover.uncovered
    told = f"{cases(tried.to_cover)} of absent officers, {tried.high_risk_to_cover:,} of high risk, to be covered"
    if covered:
        above = f"{cover.strain:g} cases above limits" if cover.strain else "nothing above limits"
        told += f": {counted(cover.officers, 'officer')} cover {covered:,}, which adds {above}"
    if cover.uncovered:
        told += f"{';' if covered else ':'} nobody may cover {cover.uncovered:,}"
    return f"{told}."


def moves_words(tried: ScenarioPlan) -> str:
    """How many cases move, and how many of them could have stayed."""
    told = [f"{tried.optional_moves:,} that could have stayed"] if tried.optional_moves else []
    told += [f"{tried.other_moves:,} that could not"] if tried.other_moves else []
    if not told:
        return "no case moves"
    count = tried.optional_moves + tried.other_moves
    return f"{cases(count)} {'moves' if count == 1 else 'move'}: {', '.join(told)}"


def _excess_words(tried: ScenarioPlan) -> str:
    """Cases above limits in each division that has any."""
    told = [f"{amount:,} in {name}" for name, amount in tried.excess_by_division.items() if amount]
    return f"excess: {', '.join(told)}" if told else "no excess in any division"


def proof_sentences(answer: WhatIf) -> list[str]:
    """Whether every plan is proved best; of those that are not, what is proved; and under which rules, if earlier."""
    earlier = rules_sentence(answer.base.result)
    found = [] if earlier is None else [earlier]
    open_ones = [tried for tried in answer.all if not tried.result.proven]
    if not open_ones:
        return ["Every plan is proved best for its force.", *found]
    for tried in open_ones:
        goal = next(goal for goal in tried.result.goals if not goal.proven)
        found.append(f"{tried.name}: not proved best; {goal.name} is {goal.value:,}, {proof_word(goal)}.")
    return found


def stopped_sentence(answer: WhatIf, asked: int) -> str | None:
    """What is missing where the run was cut short."""
    if answer.stopped is None:
        return None
    left, told = asked - len(answer.tried), []
    if left:
        told.append(f"{left} of {asked} scenarios {'was' if left == 1 else 'were'} not planned")
    if not answer.all[-1].result.proven:
        told.append("the last plan may not be the best")
    return f"Cut short by Ctrl-C: {', and '.join(told)}." if told else None
