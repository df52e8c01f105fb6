"""What newer data or rules change, in words and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from allocator.cycles.difference import ForceDifference, RowChange
from allocator.cycles.staleness import Staleness, TouchedPlacement
from allocator.files.columns import column_words
from allocator.reporting.documents import picked
from allocator.reporting.words import counted

_KINDS: tuple[Literal["joined", "left", "changed"], ...] = ("joined", "left", "changed")
_THINGS = {"officers": "officer", "cases": "case", "premises": "premises", "policy": "setting"}


def difference_sentence(difference: ForceDifference) -> str:
    """How much differs."""
    if not difference:
        return "Nothing differs from the data before."
    said = []
    for table, thing in _THINGS.items():
        kinds = {kind: len({c.name for c in difference.of(table, kind)}) for kind in _KINDS}  # type: ignore[arg-type]
        counts = ", ".join(f"{count:,} {kind}" for kind, count in kinds.items() if count)
        if counts:
            plural = thing if sum(kinds.values()) == 1 or thing == "premises" else f"{thing}s"
            said.append(f"{plural}: {counts}")
    text = "; ".join(said)
    return f"Against the data before, {text}."


def overtaken_sentence(stale: Staleness) -> str:
    """What has overtaken a plan."""
    said = []
    if stale.difference or stale.rules is None:
        said.append(f"Newer data has overtaken this plan. {difference_sentence(stale.difference)}")
    if stale.rules is not None:
        then, now = stale.rules
        said.append(
            f"The rules have changed since this plan was made: it goes by version {then}, today's are version {now}."
        )
    return " ".join(said)


def overtaken_refusal(cycle_id: int, stale: Staleness, named: Sequence[str]) -> str:
    """Why an act on a plan is refused: what has overtaken it, and some of the cases whose placements that touches."""
    said = []
    if stale.difference or stale.rules is None:
        kinds = {kind: len({c.name for c in stale.difference.of("cases", kind)}) for kind in _KINDS}
        told = ", ".join(f"{count:,} {kind}" for kind, count in kinds.items())
        officers = counted(len(stale.difference.named("officers")), "officer")
        said.append(f"Newer data has overtaken the plan of cycle {cycle_id}: cases {told}; {officers} changed.")
    if stale.rules is not None:
        then, now = stale.rules
        made = f"The plan of cycle {cycle_id} was made under version {then} of the rules"
        said.append(f"{made}, and today's are version {now}.")
    shown, count = named[:10], len(stale.touched)
    if not shown:
        said.append(f"It touches {counted(count, 'placement')}." if count else "It touches no placement.")
    else:
        more = f" and {count - len(shown):,} more" if count > len(shown) else ""
        said.append(f"It touches the placements of {', '.join(shown)}{more}.")
    return " ".join(said)


def kept_words(stale: Staleness) -> str:
    """What a plan made anew would keep of one that has been overtaken."""
    return "what was agreed" if stale.rules is None else "what people decided"


def difference_words(change: RowChange) -> str:
    """One difference in a few words: ``risk medium > high``."""
    if change.kind != "changed":
        return change.kind
    before, after = change.before or "none", change.after or "none"
    what = "" if change.column is None else f"{column_words(change.column)} "
    return f"{what}{before} → {after}"


def touched_words(touched: TouchedPlacement) -> str:
    """What newer data or rules do to a placement."""
    said = [f"case {difference_words(change)}" for change in touched.case_changes]
    said += [f"{touched.officer_id} {difference_words(change)}" for change in touched.officer_changes]
    if touched.bars:
        said.append(f"now barred by {', '.join(touched.bars)}")
    return "; ".join(said)


def difference_document(difference: ForceDifference) -> list[dict[str, Any]]:
    """Compose the JSON of what one snapshot has other than another."""
    return [
        {"table": change.table, "id": change.name, **picked(change, "kind", "column", "before", "after")}
        for change in difference.changes
    ]


def staleness_document(stale: Staleness) -> dict[str, Any]:
    """Compose the JSON of what has overtaken a plan, and which placements that touches."""
    return {
        "rules": None if stale.rules is None else dict(zip(("then", "now"), stale.rules, strict=True)),
        "differences": difference_document(stale.difference),
        "touched": [
            {
                **picked(one, "case_id", "officer_id", "action"),
                "case_changes": difference_document(ForceDifference(one.case_changes)),
                "officer_changes": difference_document(ForceDifference(one.officer_changes)),
                "barred_by": list(one.bars),
            }
            for one in stale.touched
        ],
    }
