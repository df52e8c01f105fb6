"""What a forecast says: how caseloads may stand over the cycles to come."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from allocator.planning.forecast import Forecast
from allocator.planning.history import Rate
from allocator.planning.outcomes import Outcomes, Probability, probability_of
from allocator.reporting.model import Chart, Column, Report, Table, figures, sentences
from allocator.reporting.planning import WHOLE, assumed_document, assumed_table, chance_words, first_left


def forecast_report(found: Forecast, rates: Sequence[Rate] = ()) -> Report:
    """What a forecast says."""
    out, groups = found.outcomes, _groups(found.outcomes)
    days = found.force.policy.cycle.days
    loads = {label: out.load(division) for label, division in groups}

    def bands(count: str) -> dict[str, Any]:
        return {label: out.bands(count, division) for label, division in groups}

    ended = Table(
        (Column("division"), *figures("moves a year", form=".2f"), *figures("months", form=".0f")),
        tuple((label, out.moves_a_year(days, division), out.months_ended(division)) for label, division in groups),
        title="Relationships ended",
        caption="Moves a year for each officer, and how long the relationships had lasted that they ended, in months",
        detail=True,
    )
    return Report(
        f"Forecast for {found.force.name}",
        (
            *sentences(*forecast_sentences(found)),
            _bands_table("Caseloads", "Cases in percent of the limits of those who serve", loads, 100.0),
            _chances_table("Over the case limit", "over_limit", out, groups),
            _chances_table("Over the high-risk share", "over_share", out, groups),
            _bands_table("Excess", "Amount by which limits are exceeded", bands("excess")),
            _bands_table("Nobody", "Cases with nobody", bands("unplaced")),
            _bands_table("Moves", "Current cases that go to another officer", bands("moves")),
            ended,
            _bands_table("Spread", "Most less least workload, % of the fair share", bands("spread")),
            assumed_table(found.planning, rates),
        ),
        found.force.cycle_date,
    )


def forecast_document(found: Forecast, rates: Sequence[Rate] = ()) -> dict[str, Any]:
    """Compose the JSON of a forecast."""
    out, force = found.outcomes, found.force
    return {
        "force": force.name,
        "cycle_date": force.cycle_date.isoformat(),
        "futures": out.futures,
        "asked": found.asked,
        "stopped": found.stopped,
        "cycles": out.cycles,
        "unproved_plans": out.unproved,
        "divisions": {
            label: _division_document(out, division, force.policy.cycle.days) for label, division in _groups(out)
        },
        "assumptions": assumed_document(found.planning, rates),
        "says": list(forecast_sentences(found)),
    }


def forecast_sentences(found: Forecast) -> Iterator[str]:
    """How the last cycle stands in each division, and what moves cost."""
    out = found.outcomes
    last = out.cycles - 1
    yield _run_sentence(found, out)
    for label, division in _groups(out):
        name = f"{label[:1].upper()}{label[1:]}"
        if not out.of("officers", division)[:, last].any():
            yield f"{name}: in the last cycle nobody serves{_nobody(out, division)}."
            continue
        limit, share = out.over("over_limit", division)[last], out.over("over_share", division)[last]
        load = out.load(division)[:, last]
        yield (
            f"{name}: in the last cycle, caseloads stand at {load[2]:.0f}% of the limits "
            f"({load[0]:.0f}% to {load[4]:.0f}% in 90 of 100 futures); the chance that anybody is over the case limit "
            f"is {chance_words(limit)}, over the high-risk share {chance_words(share)}{_nobody(out, division)}."
        )
    yield (
        f"There are {out.moves_a_year(found.force.policy.cycle.days):.1f} moves a year for each officer; the "
        f"relationships that they end had lasted {out.months_ended():.0f} months on average."
    )


def _groups(out: Outcomes) -> list[tuple[str, str | None]]:
    """The whole force, where it has several divisions, and each of these."""
    whole: list[tuple[str, str | None]] = [(WHOLE, None)] if len(out.divisions) > 1 else []
    return [*whole, *((name, name) for name in out.divisions)]


def _run_sentence(found: Forecast, out: Outcomes) -> str:
    stopped = f" It was stopped; {found.asked:,} were asked for." if found.stopped else ""
    proved = "every plan proved best" if not out.unproved else f"{out.unproved:,} of their plans not proved best"
    return f"{out.futures:,} futures of {out.cycles} cycles, each cycle planned as it would be, {proved}.{stopped}"


def _nobody(out: Outcomes, division: str | None) -> str:
    """What is told of cases with nobody, where there are any."""
    ever = out.of("unplaced", division).max(axis=1) > 0
    return (
        f"; that somebody is without an officer in any cycle {chance_words(probability_of(ever))}" if ever.any() else ""
    )


def _chances_table(title: str, count: str, out: Outcomes, groups: list[tuple[str, str | None]]) -> Table:
    found = {label: out.over(count, division) for label, division in groups}
    return Table(
        first_left("cycle", *found),
        tuple((k, *(chance_words(chances[k]) for chances in found.values())) for k in range(out.cycles)),
        title=title,
        caption=f"Chance that anybody is {title[0].lower()}{title[1:]}, with its 95% interval",
        chart=Chart("lines", title, "chance, %", [[label, [100 * c.share for c in of]] for label, of in found.items()]),
        detail=True,
    )


def _bands_table(title: str, caption: str, found: dict[str, Any], limit: float | None = None) -> Table:
    cycles = range(next(iter(found.values())).shape[1])
    brief = tuple(
        (str(k), *(f"{b[2, k]:.0f} ({b[0, k]:.0f} to {b[4, k]:.0f})" for b in found.values())) for k in cycles
    )
    titles = [f"{label} {band}" for label in found for band in ("5%", "50%", "95%")]
    return Table(
        first_left("cycle", *titles, form=".0f"),
        tuple((k, *(float(b[q, k]) for b in found.values() for q in (0, 2, 4))) for k in cycles),
        title=title,
        caption=f"{caption}: the middle of all futures, and 90 of 100 of them",
        chart=Chart("fan", title, title.lower(), [[label, bands.tolist()] for label, bands in found.items()], limit),
        detail=limit is None,
        brief=Table(first_left("cycle", *found), brief),
    )


def _division_document(out: Outcomes, division: str | None, days: int) -> dict[str, Any]:
    def rounded(bands: Any) -> list[list[float]]:
        return [[round(float(value), 2) for value in band] for band in bands]

    return {
        "moves_a_year": round(out.moves_a_year(days, division), 4),
        "months_ended": round(out.months_ended(division), 2),
        "load_percent": rounded(out.load(division)),
        "over_limit": [_chance_document(c) for c in out.over("over_limit", division)],
        "over_share": [_chance_document(c) for c in out.over("over_share", division)],
        **{count: rounded(out.bands(count, division)) for count in ("cases", "excess", "unplaced", "moves", "spread")},
    }


def _chance_document(chance: Probability) -> dict[str, float | int]:
    return {
        "share": round(chance.share, 4),
        "low": round(chance.low, 4),
        "high": round(chance.high, 4),
        "futures": chance.trials,
    }
