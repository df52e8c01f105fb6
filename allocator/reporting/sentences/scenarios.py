"""What scenarios do, in words."""

from __future__ import annotations

from allocator.analysis.try_scenarios import WITHOUT, ScenarioPlan, WhatIf
from allocator.reporting.sentences import counts
from allocator.reporting.sentences.plans import proof_word, rules_sentence


def tried_sentence(tried: ScenarioPlan) -> str:
    """What a scenario comes to beside the force as it is; of that itself, how many cases move."""
    moves = f"{moves_words(tried).capitalize()}."
    if tried.comparison is None:
        return moves
    pair = tried.comparison.decisive
    count = sum(1 for case in tried.comparison.cases if case.in_first and case.in_second)
    have = "has" if count == 1 else "have"
    others = f"{counts.cases(count)} {have} another officer than in the plan {WITHOUT}"
    if pair is None:
        return f"Level with the plan {WITHOUT} on every goal; {others}. {moves}"
    word = "Worse" if pair.difference > 0 else "Better"
    goal = f"{pair.name} {pair.second:,} instead of {pair.first:,}, the first goal that differs"
    return f"{word} than {WITHOUT}: {goal}; {others}. {moves}"


def moves_words(tried: ScenarioPlan) -> str:
    """How many cases move, and how many of them could have stayed."""
    told = [f"{tried.optional_moves:,} that could have stayed"] if tried.optional_moves else []
    told += [f"{tried.other_moves:,} that could not"] if tried.other_moves else []
    if not told:
        return "no case moves"
    count = tried.optional_moves + tried.other_moves
    return f"{counts.cases(count)} {'moves' if count == 1 else 'move'}: {', '.join(told)}"


def excess_words(tried: ScenarioPlan) -> str:
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
