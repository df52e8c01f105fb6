"""What why says: why a case is where a plan has it, and the price of deciding otherwise."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from allocator.analysis.blocks import MOVING
from allocator.analysis.why import NEAREST, Price, Relation, Why
from allocator.reporting.documents import change_documents, finding_document, finding_documents, goal_documents
from allocator.reporting.goals import IN_FILES
from allocator.reporting.model import Report, Table, Text, figures, section, sentences, texts
from allocator.reporting.recommend import (
    GOALS,
    candidate_document,
    candidate_table,
    effect_document,
    effect_words,
    goal_changes,
    known_note,
)
from allocator.reporting.why_not import bar_sentence
from allocator.reporting.words import cases, change_words, finding_sentence, months


def why_report(answer: Why) -> Report:
    """Why a case is where the plan has it."""
    others = answer.others[:NEAREST]
    which = "in its place" if answer.action == "moved" else "that go, if it went instead"
    relations = Table(
        (*texts("case"), *figures("months", "cost", *GOALS)),
        tuple(
            (one.case.case_id, one.months, one.cost, *goal_changes(one.effect.goals))
            for one in answer.relations[:NEAREST]
        ),
        title=f"Relationships of {answer.case.officer} {which} ({len(answer.relations)})",
    )
    barred = ", ".join(f"{rule} bars {count}" for rule, count in answer.barred.items())
    return Report(
        "",
        (
            *sentences(*why_sentences(answer)),
            relations,
            *(
                section(
                    f"Others who may receive it, all else as planned ({answer.able})",
                    candidate_table(others, {}),
                    *sentences(known_note(others)),
                )
                if others
                else ()
            ),
            *((Text(""), Text(f"Of the other officers, by the first rule: {barred}.")) if barred else ()),
        ),
    )


def why_document(answer: Why, names: Mapping[str, str] = IN_FILES) -> dict[str, Any]:
    """Compose the JSON of why; its sentences call goals as ``names`` has it."""
    price = answer.price
    return {
        "case_id": answer.case.case_id,
        "action": answer.action,
        "officer_id": answer.officer,
        "from_officer_id": answer.case.officer,
        "barred_by": list(answer.bars),
        "pinned_by": list(answer.pins),
        "months": answer.months,
        "cost": answer.cost,
        "if_it_stayed": answer.staying and effect_document(answer.staying),
        "relations": [
            {
                "case_id": relation.case.case_id,
                "months": relation.months,
                "cost": relation.cost,
                **effect_document(relation.effect),
                "says": change_words(relation.effect.goals),
            }
            for relation in answer.relations
        ],
        "others": [candidate_document(one) for one in answer.others],
        "barred": dict(answer.barred),
        "nobody_can": answer.nobody and finding_document(answer.nobody),
        "otherwise": price
        and {
            "stays": price.stays,
            "goals": change_documents(price.goals),
            "proven": price.result.proven,
            "officer_id": price.result.plan.officer_of[answer.case.case_id],
        },
        "best": goal_documents(answer.best.goals),
        "behind": answer.behind and answer.behind.name,
        "broken": finding_documents(answer.broken),
        "says": list(why_sentences(answer, names)),
    }


def why_sentences(answer: Why, names: Mapping[str, str] = IN_FILES) -> Iterator[str]:
    """Why a case is where the plan has it, in a few sentences."""
    case, name = answer.case, answer.case.case_id
    if answer.broken:
        rules = ", ".join(sorted({finding.rule for finding in answer.broken}))
        yield f"The plan breaks rules ({rules}); 'allocator check' tells which cases."
    if answer.behind is not None:
        pair = answer.behind
        goal = names[pair.name]
        yield f"The plan is not the best one: {goal} is {pair.second:,}, and the best plan has {pair.first:,}."
    if answer.action == "unplaced":
        yield from _unplaced(answer)
        return
    if answer.action == "placed":
        yield f"Case {name} is new and goes to {answer.officer}, one of {answer.able + 1} who may receive it."
    elif answer.action == "kept":
        yield from _kept(answer)
    else:
        yield f"Case {name} moves from {case.officer} to {answer.officer}, after {months(answer.months)}."
        for rule in answer.bars:
            yield bar_sentence(rule, name, case.officer or "")
        if answer.staying is not None:
            yield f"If it alone stayed: {effect_words(answer.staying, names)}"
    if answer.relations:
        yield _relation_sentence(answer, names)
    if answer.price is not None:
        yield _price_sentence(answer, answer.price, names)
    elif answer.action == "placed" and not answer.able:
        yield "Nobody else may receive it."


def _unplaced(answer: Why) -> Iterator[str]:
    if answer.nobody is None:
        able = f"{answer.able} officers may receive it"
        yield f"The plan gives case {answer.case.case_id} to nobody, though {able}."
    else:
        yield finding_sentence(answer.nobody)
    if answer.case.officer is not None:
        leaving = answer.force.officer_by_id[answer.case.officer].status == "leaving"
        yield (
            f"{answer.case.officer} is leaving, so it will have nobody."
            if leaving
            else f"It is still with {answer.case.officer} until a supervisor decides."
        )


def _kept(answer: Why) -> Iterator[str]:
    since = months(answer.months)
    yield f"Case {answer.case.case_id} stays with {answer.officer}, who has managed it for {since}."
    for rule in answer.bars:
        yield bar_sentence(rule, answer.case.case_id, answer.case.officer or "")
    for rule in answer.pins:
        yield f"It has to stay: {MOVING[rule].because}."
    if not answer.able and not answer.pins:
        yield "Nobody else may receive it."
    if answer.price is not None:
        yield f"Ending the relationship would cost {answer.cost} relationship-months."


def _relation_sentence(answer: Why, names: Mapping[str, str]) -> str:
    """Why this case of the officer and not another."""
    nearest, count = _exchange(answer.relations[0], names), len(answer.relations)
    if answer.action == "moved":
        head = f"{cases(count)} of {answer.case.officer} could have gone in its place"
        return f"{head}; nearest is {nearest}"
    head = f"{cases(count)} of {answer.case.officer} {'goes' if count == 1 else 'go'} that could have stayed"
    return f"{head}; to exchange it for {nearest}"


def _price_sentence(answer: Why, price: Price, names: Mapping[str, str]) -> str:
    """The exact price of deciding otherwise."""
    if price.stays:
        what = f"keep it with {answer.case.officer}"
    elif answer.action == "kept":
        what = "move it to anybody else"
    else:
        what = f"have it with anybody but {answer.officer}"
    known = "the best plans" if price.result.proven else "the best plans found (not proved)"
    if all(pair.difference == 0 for pair in price.goals):
        return f"Of all plans that {what}, {known} are level with the best plan on every goal."
    return f"Of all plans that {what}, {known} have {change_words(price.goals, names)}."


def _exchange(relation: Relation, names: Mapping[str, str]) -> str:
    known = f"{months(relation.months)}, {relation.cost} relationship-months"
    return f"{relation.case.case_id} ({known}): {change_words(relation.effect.goals, names)}."
