"""What a forecast tells."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from allocator.planning.forecast import Forecast
from allocator.planning.history import Rate
from allocator.planning.outcomes import Outcomes, Probability, probability_of
from allocator.reporting.planning_report import (
    WHOLE,
    Chart,
    Section,
    Told,
    assumed_document,
    assumed_section,
    chance_words,
)


def forecast_told(found: Forecast, rates: Sequence[Rate] = ()) -> Told:
    """What a forecast tells."""
    out, force = found.outcomes, found.force
    last = out.cycles - 1
    groups: list[tuple[str, str | None]] = [(WHOLE, None)] if len(out.divisions) > 1 else []
    groups += [(name, name) for name in out.divisions]
    says = [_run_sentence(found, out)]
    for label, division in groups:
        limit, share = out.over("over_limit", division)[last], out.over("over_share", division)[last]
        load = out.load(division)[:, last]
        if not out.of("officers", division)[:, last].any():
            says.append(f"{label[:1].upper()}{label[1:]}: in the last cycle nobody serves{_nobody(out, division)}.")
            continue
        says.append(
            f"{label[:1].upper()}{label[1:]}: in the last cycle, caseloads stand at {load[2]:.0f}% of the limits "
            f"({load[0]:.0f}% to {load[4]:.0f}% in 90 of 100 futures); the chance that anybody is over the case limit "
            f"is {chance_words(limit)}, over the high-risk share {chance_words(share)}{_nobody(out, division)}."
        )
    days = force.policy.cycle.days
    says.append(
        f"There are {out.moves_a_year(days):.1f} moves a year for each officer; the relationships that they end had "
        f"lasted {out.months_ended():.0f} months on average."
    )
    loads = {label: out.load(division) for label, division in groups}

    def bands(count: str) -> dict[str, Any]:
        return {label: out.bands(count, division) for label, division in groups}

    sections = [
        _bands_section("Caseloads", "Cases in percent of the limits of those who serve", loads, 100.0),
        _chances_section("Over the case limit", "over_limit", out, groups),
        _chances_section("Over the high-risk share", "over_share", out, groups),
        _bands_section("Excess", "Amount by which limits are exceeded", bands("excess")),
        _bands_section("Nobody", "Cases with nobody", bands("unplaced")),
        _bands_section("Moves", "Current cases that go to another officer", bands("moves")),
        Section(
            "Relationships ended",
            "Moves a year for each officer, and how long the relationships had lasted that they ended, in months",
            ("division", "moves a year", "months"),
            tuple(
                (label, f"{out.moves_a_year(days, division):.2f}", f"{out.months_ended(division):.0f}")
                for label, division in groups
            ),
            detail=True,
        ),
        _bands_section("Spread", "Most less least workload, % of the fair share", bands("spread")),
        assumed_section(found.planning, rates),
    ]
    document = {
        "force": force.name,
        "cycle_date": force.cycle_date.isoformat(),
        "futures": out.futures,
        "asked": found.asked,
        "stopped": found.stopped,
        "cycles": out.cycles,
        "unproved_plans": out.unproved,
        "divisions": {label: _division_document(out, division, days) for label, division in groups},
        "assumptions": assumed_document(found.planning, rates),
        "says": says,
    }
    return Told(f"Forecast for {force.name}", force.cycle_date, tuple(says), tuple(sections), document)


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


def _chances_section(title: str, count: str, out: Outcomes, groups: list[tuple[str, str | None]]) -> Section:
    found = {label: out.over(count, division) for label, division in groups}
    return Section(
        title,
        f"Chance that anybody is {title[0].lower()}{title[1:]}, with its 95% interval",
        ("cycle", *found),
        tuple((str(k), *(chance_words(chances[k]) for chances in found.values())) for k in range(out.cycles)),
        Chart("lines", title, "chance, %", [[label, [100 * c.share for c in of]] for label, of in found.items()]),
        detail=True,
    )


def _bands_section(title: str, caption: str, found: dict[str, Any], limit: float | None = None) -> Section:
    cycles = range(next(iter(found.values())).shape[1])
    brief = tuple(
        (str(k), *(f"{b[2, k]:.0f} ({b[0, k]:.0f} to {b[4, k]:.0f})" for b in found.values())) for k in cycles
    )
    return Section(
        title,
        f"{caption}: the middle of all futures, and 90 of 100 of them",
        ("cycle", *(f"{label} {band}" for label in found for band in ("5%", "50%", "95%"))),
        tuple((str(k), *(f"{b[q, k]:.0f}" for b in found.values() for q in (0, 2, 4))) for k in cycles),
        Chart("fan", title, title.lower(), [[label, bands.tolist()] for label, bands in found.items()], limit),
        detail=limit is None,
        brief=(("cycle", *found), brief),
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
