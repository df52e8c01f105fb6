"""What a sizing says: how many officers are needed, and what matters most."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from allocator.domain.force import Force
from allocator.planning.bound import Target
from allocator.planning.history import Rate
from allocator.planning.sensitivity import Sensitivity
from allocator.planning.settings import Planning
from allocator.planning.sizing import Sized, Sizing
from allocator.reporting.documents import picked
from allocator.reporting.model import Cell, Chart, Report, Table, sentences
from allocator.reporting.planning import (
    WHOLE,
    assumed_document,
    assumed_table,
    chance_words,
    finite,
    first_left,
    interval_words,
    percent,
)


def sizing_report(
    found: Sizing, planning: Planning, rates: Sequence[Rate] = (), tornado: Sensitivity | None = None
) -> Report:
    """What a sizing says."""
    tables = [_needed_table(found), _tried_table(found)]
    if any(one.marginals for one in found.divisions):
        tables.append(_worth_table(found))
    if tornado is not None:
        tables.append(_tornado_table(tornado))
    return Report(
        f"Staffing for {found.force.name}",
        (*sentences(*sizing_sentences(found, planning, tornado)), *tables, assumed_table(planning, rates)),
        found.force.cycle_date,
    )


def sizing_document(
    found: Sizing, planning: Planning, rates: Sequence[Rate] = (), tornado: Sensitivity | None = None
) -> dict[str, Any]:
    """Compose the JSON of a sizing."""
    return {
        "force": found.force.name,
        "cycle_date": found.force.cycle_date.isoformat(),
        "confidence": found.target.confidence,
        "excess": found.target.excess,
        "cycles": found.horizon,
        "futures_run": found.futures_run,
        "stopped": found.stopped,
        "divisions": [_sized_document(one) for one in found.divisions],
        "sensitivity": None if tornado is None else _tornado_document(tornado),
        "assumptions": assumed_document(planning, rates),
        "says": list(sizing_sentences(found, planning, tornado)),
    }


def sizing_sentences(found: Sizing, planning: Planning, tornado: Sensitivity | None = None) -> Iterator[str]:
    """The target, what each division needs, how much was run, and what matters most."""
    target = found.target
    goal = "within limits" if target.excess == 0 else f"within an excess of {target.excess}"
    each = "the whole force" if found.force.policy.divisions.cross else "each division"
    yield (
        f"Target: in {_asked(target)} of futures, each cycle of {each} {goal} and nobody without an officer, over "
        f"{found.horizon} cycles{_settled(min(planning.settle, found.horizon - 1))}."
    )
    for one in found.divisions:
        yield _sized_sentence(one, found)
    yield f"{found.futures_run:,} futures were run, at most {found.most:,} for one staffing{_proved(found)}."
    if found.stopped:
        yield "It was stopped: what is not listed was not finished."
    if tornado is not None:
        yield _tornado_sentence(tornado)


def _sized_sentence(one: Sized, found: Sizing) -> str:
    name = one.division or WHOLE
    if one.needed is None:
        why = {
            "share": "its cases are more often high risk than the share that officers may hold, however many "
            f"officers there are{_full(found.force)}",
            "search": f"none holds of those up to {max(t.officers for t in one.tried)} officers that were "
            f"tried{_by_share(one)}",
        }[one.why_not or "search"]
        assert one.attainable is not None
        best = one.attainable
        missing = f", but somebody is without an officer in {best.unplaced:,}" if best.unplaced else ""
        return (
            f"{name}: no staffing keeps the target, since {why}. With {best.officers} officers the excess stays within "
            f"{best.excess:,} in {_asked(found.target)} of {best.futures:,} futures{missing}."
        )
    more = one.needed.officers - one.now.officers
    change = "as many as now" if more == 0 else f"{abs(more)} {'more' if more > 0 else 'fewer'} than now"
    sure = "" if one.answer.decided else "; not yet sure: more futures would tell (--futures)"
    linked = f", {one.needed.linked} linked to premises" if one.division and one.needed.linked else ""
    # Of a force whose divisions help each other it is not asked how few need the training.
    trained = f", {one.needed.trained} of them trained at first" if one.division else ""
    kept = f"{percent(one.answer.kept / one.answer.futures)} of {one.answer.futures:,} futures"
    return (
        f"{name}: {one.needed.officers} officers ({change}){trained}{linked}. The target is kept in {kept}, interval "
        f"{percent(one.answer.low)} to {percent(one.answer.high)}{sure}."
    )


def _asked(target: Target) -> str:
    return f"{100 * target.confidence:.10g}%"


def _settled(cycles: int) -> str:
    if not cycles:
        return ""
    return " of which the first is not counted" if cycles == 1 else f" of which the first {cycles} are not counted"


def _proved(found: Sizing) -> str:
    unproved = sum(tried.unproved for one in found.divisions for tried in one.tried)
    return f"; {unproved:,} of their plans were not proved best" if unproved else ", every plan proved best"


def _by_share(one: Sized) -> str:
    """Whether the last staffing that was tried failed by the high-risk share alone."""
    last = max(one.tried, key=lambda tried: tried.officers)
    failed = last.futures - last.kept
    return f"; {last.by_share:,} of the last {failed:,} failed by the high-risk share alone" if last.by_share else ""


def _full(force: Force) -> str:
    """To whom the share applies: who holds few cases may hold some of high risk whatever it allows."""
    limits = force.policy.limits
    if not (limits.small_caseload and limits.high_risk_min):
        return ""
    return f" with caseloads of {limits.small_caseload} or more"


def _needed_table(found: Sizing) -> Table:
    titles = (
        "division",
        "now",
        "needed",
        "trained now",
        "needed",
        "linked now",
        "needed",
        "by the limits alone",
        "kept",
    )
    return Table(
        first_left(*titles, form=".0f"),
        tuple(_needed_row(one) for one in found.divisions),
        title="Officers",
        caption="Officers who are needed, beside those there are",
        brief=Table(
            first_left("division", "officers", "trained", "linked", "limits alone", "kept"),
            tuple(_brief_row(one) for one in found.divisions),
        ),
    )


def _needed_row(one: Sized) -> tuple[Cell, ...]:
    need, now = one.needed, one.now
    needed: tuple[Cell, ...] = ("none can", "", "")
    if need is not None:
        needed = (need.officers, need.trained, need.linked) if one.division else (need.officers, "", "")
    figures = (now.officers, needed[0], now.trained, needed[1], now.linked, needed[2], one.bound)
    return (one.division or WHOLE, *figures, f"{percent(one.answer.kept / one.answer.futures)} of {one.answer.futures}")


def _brief_row(one: Sized) -> tuple[Cell, ...]:
    """The same as a reader in a hurry wants it: what is needed, and in brackets what there is."""
    division, *pairs, bound, kept = _needed_row(one)
    both = (f"{needed} ({now} now)".strip() for now, needed in zip(pairs[::2], pairs[1::2], strict=True))
    return (division, *both, bound, kept)


def _tried_table(found: Sizing) -> Table:
    return Table(
        first_left(
            "division", "officers", "trained", "linked", "kept", "futures", "share", "interval", "holds", form=".0f"
        ),
        tuple(
            (
                one.division or WHOLE,
                *(t.officers, t.trained, t.linked, t.kept, t.futures),
                percent(t.kept / t.futures),
                f"{percent(t.low)} to {percent(t.high)}",
                ("yes" if t.holds else "no") + ("" if t.decided else ", not sure"),
            )
            for one in found.divisions
            for t in one.tried
        ),
        title="Staffings tried",
        caption="Each staffing on no more futures than it took; the interval holds whenever one stops",
        detail=True,
    )


def _worth_table(found: Sizing) -> Table:
    return Table(
        first_left("division", "one more", "target kept", "excess a cycle", "futures", form=".0f"),
        tuple(
            (
                one.division or WHOLE,
                m.name,
                interval_words([100 * value for value in m.kept]),
                interval_words(m.excess, 1),
                m.futures,
            )
            for one in found.divisions
            for m in one.marginals
        ),
        title="Value of the next",
        caption="What one more is worth now, on the same futures: futures of 100 that keep the target, mean excess",
    )


def _sized_document(one: Sized) -> dict[str, Any]:
    def need(of: Any) -> dict[str, int] | None:
        return of and picked(of, "officers", "trained", "linked")

    return {
        "division": one.division or None,
        "now": need(one.now),
        "needed": need(one.needed),
        "bound": one.bound,
        "why_not": one.why_not,
        "attainable": None if one.attainable is None else asdict(one.attainable),
        "tried": [
            {
                **picked(t, "officers", "trained", "linked", "kept", "futures"),
                "low": round(t.low, 4),
                "high": round(t.high, 4),
                **picked(t, "decided", "holds"),
            }
            for t in one.tried
        ],
        "next": [
            {"what": m.name, "kept": finite(m.kept), "excess": finite(m.excess), "futures": m.futures}
            for m in one.marginals
        ],
    }


def _tornado_sentence(tornado: Sensitivity) -> str:
    if not tornado.bars:
        return "No assumption was varied before it was stopped."
    first = tornado.bars[0]
    return (
        f"What matters most is {first.name}: with {first.low_says} the mean excess in a cycle is {first.low:.1f}, with "
        f"{first.high_says} {first.high:.1f} ({tornado.base:.1f} as assumed)."
    )


def _tornado_table(tornado: Sensitivity) -> Table:
    bars = tornado.bars
    titles = ("assumption", "one way", "excess", "target kept", "the other", "excess", "target kept")
    return Table(
        first_left(*titles, form=".1f"),
        tuple(
            (b.name, b.low_says, b.low, chance_words(b.low_kept), b.high_says, b.high, chance_words(b.high_kept))
            for b in bars
        ),
        title="Sensitivity",
        caption=f"Mean excess in a cycle; {tornado.base:.1f} as assumed ({tornado.futures} futures each)",
        chart=Chart(
            "tornado",
            "What matters most",
            "mean excess in a cycle",
            [(b.name, b.low_says, b.low, b.high_says, b.high) for b in bars],
            tornado.base,
        ),
    )


def _tornado_document(tornado: Sensitivity) -> dict[str, Any]:
    return {
        "base": tornado.base,
        "futures": tornado.futures,
        "stopped": tornado.stopped,
        "bars": [{"name": b.name, "low": [b.low_says, b.low], "high": [b.high_says, b.high]} for b in tornado.bars],
    }
