"""Charts as SVG."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from statistics import median
from threading import Lock

from cachetools import TTLCache, cached

from allocator.reporting.model import Chart
from allocator.reporting.renderers.drawing import (
    BELOW,
    INK,
    LARGE,
    MARGIN,
    Field,
    axis_below,
    axis_left,
    legend,
    middle,
    picture,
    points_of,
    room,
    rows,
    rule,
    scale,
    shape,
    width_of,
    words,
)

WIDTH = 640
# Told apart by lightness as well as by hue, so that they survive a grey printer and colour blindness.
COLOURS = ("#0b3c5d", "#d98014", "#6aa5c9", "#8c2d04", "#4d4d4d", "#b8b800", "#7b4fa3", "#1a9850")
DASHED = "4 4"
_STROKES = ("none", "6 3", "2 3", "10 4", "10 3 2 3", "4 2", "1 4", "12 2")


# Drawn once for everybody who looks at the same figures.
@cached(TTLCache(maxsize=32, ttl=600), key=lambda *of: repr(of), lock=Lock())
def draw(chart: Chart, href: str = "") -> str:
    """Draw a chart; a point of a frontier leads to ``href``, with ``{}`` for its number of moves."""
    match chart.kind:
        case "bars":
            return bars_chart(chart.title, chart.axis, chart.figures)
        case "fan":
            return fan_chart(chart.title, chart.axis, chart.figures, chart.line)
        case "frontier":
            return frontier_chart(chart.figures, None if chart.line is None else int(chart.line), href)
        case "lines":
            return lines_chart(chart.title, chart.axis, chart.figures)
        case "spread":
            return spread_chart(chart.figures)
        case "tornado":
            return tornado_chart(chart.title, chart.axis, chart.line or 0.0, chart.figures)


def spread_chart(shares: Sequence[tuple[str, Sequence[tuple[str, int]]]]) -> str:
    """Workload of every officer in whole percent of the fair share, a row of points for each plan."""
    names = [plan for plan, _ in shares]
    field = Field(room(names), 0, WIDTH - 140, 30 * len(names))
    found = [[percent for _, percent in of_plan] for _, of_plan in shares]
    everybody = [percent for of_plan in found for percent in of_plan]
    x = scale([100, *everybody], field.left + MARGIN, field.right - MARGIN)
    drawn = [*axis_below(x, field, "workload, % of the fair share"), *rows(names, field)]
    drawn.append(rule(x.at(100), field.top, x.at(100), field.bottom, COLOURS[4], 1, DASHED))
    for k, of_plan in enumerate(found):
        y = middle(k, len(names), field)
        drawn += [shape("circle", cx=x.at(p), cy=y, r=3.8, fill=COLOURS[0], fill_opacity="0.55") for p in of_plan]
        if of_plan:
            drawn.append(rule(x.at(median(of_plan)), y - 9, x.at(median(of_plan)), y + 9, COLOURS[1], 3))
    says = "a point an officer; bar: the middle one; dashed: the fair share"
    return picture("Spread of workload", says, field.right + 20, field.bottom + BELOW, drawn)


def bars_chart(title: str, axis: str, figures: Sequence[tuple[str, Mapping[str, int]]]) -> str:
    """Counts side by side: a row for each plan, in it a bar for each name."""
    plans = [plan for plan, _ in figures]
    names = list(dict.fromkeys(name for _, counts in figures for name in counts))
    colours = {name: COLOURS[k % len(COLOURS)] for k, name in enumerate(names)}
    left, width = room(plans), WIDTH - 140
    drawn, top = legend([(name, colour, "") for name, colour in colours.items()], left + width)
    field = Field(left, top, width, 26 * len(plans))
    sums = [sum(counts.values()) for _, counts in figures]
    x = scale(sums, field.left, field.right, zero=True, exact=any(sums), whole=True)
    drawn += [*axis_below(x, field, axis), *rows(plans, field)]
    for k, (_, counts) in enumerate(figures):
        y, before = middle(k, len(plans), field) - 11, 0
        for name, count in counts.items():
            if count:
                wide = x.at(before + count) - x.at(before)
                drawn.append(shape("rect", x=x.at(before), y=y, width=wide, height=22, fill=colours[name]))
            before += count
    return picture(title, "", field.right + 20, field.bottom + BELOW, drawn)


def frontier_chart(points: Sequence[tuple[int, int, int, int, int]], knee: int | None, href: str = "") -> str:
    """Fairness and excess over the number of moves, that of the knee marked; points lead to ``href`` as in `draw`."""
    moves = [point[0] for point in points]
    drawn, top = list[str](), 0.0
    goals = (("fairness", 3, 220), ("excess", 2, 90), ("disruption", 4, 120))
    for colour, (goal, place, height) in zip(COLOURS, goals, strict=False):
        values = [point[place] for point in points]
        field = Field(90, top + 6, WIDTH - 80, height)
        x = scale(moves, field.left + 10, field.right - 10, exact=True, whole=True)
        y = scale(values, field.bottom, field.top, zero=goal != "fairness")
        drawn += [*axis_below(x, field, "moves allowed that need not be"), *axis_left(y, field, goal)]
        if knee is not None:
            drawn.append(rule(x.at(knee), field.top, x.at(knee), field.bottom, COLOURS[4], 1, DASHED))
        places = [(x.at(at), y.at(value)) for at, value in zip(moves, values, strict=True)]
        drawn.append(shape("polyline", points=points_of(places), fill="none", stroke=colour, stroke_width=2))
        for at, (across, down) in zip(moves, places, strict=True):
            if href:
                dot = shape("circle", shape("title", f"{at} moves"), cx=across, cy=down, r=7, fill=colour)
                drawn.append(shape("a", dot, href=href.format(at), aria_label=f"{at} moves"))
            else:
                drawn.append(shape("circle", cx=across, cy=down, r=3, fill=colour))
        top = field.bottom + BELOW
    says = "" if knee is None else f"dashed: the knee, {knee} moves"
    return picture("What moves buy", says, WIDTH + 30, top, drawn)


def fan_chart(
    title: str, axis: str, fans: Sequence[tuple[str, Sequence[Sequence[float]]]], limit: float | None = None
) -> str:
    """Bands of a figure over the cycles to come, a panel for each name.

    Parameters
    ----------
    fans : sequence of (name, bands)
        Five bands from the lowest to the highest, each with a number a cycle; the third is the middle.
    limit : float, optional
        Drawn as a dashed line.
    """
    drawn, wide, high = list[str](), WIDTH // 2 + 20, 150 + 24 + BELOW
    for k, (name, bands) in enumerate(fans):
        field = Field(70 + wide * (k % 2), 24 + high * (k // 2), WIDTH // 2 - 70, 150)
        whole = [] if limit is None else [limit]
        x = scale(range(len(bands[0])), field.left, field.right, exact=True, whole=True)
        y = scale([*whole, *(value for band in bands for value in band)], field.bottom, field.top)
        drawn += [words(name, field.left + field.width / 2, field.top - 8, "middle", LARGE, most=wide, bold=True)]
        drawn += [*axis_below(x, field, "cycles from now"), *axis_left(y, field, axis)]
        # A cycle in which nobody serves has no figure.
        known = [c for c, column in enumerate(zip(*bands, strict=True)) if all(map(math.isfinite, column))]
        lines = [[(x.at(cycle), y.at(band[cycle])) for cycle in known] for band in bands]
        for low, top, dense in ((lines[0], lines[4], "0.35"), (lines[1], lines[3], "0.7")):
            around = points_of([*low, *reversed(top)])
            drawn.append(shape("polygon", points=around, fill=COLOURS[2], fill_opacity=dense))
        drawn.append(shape("polyline", points=points_of(lines[2]), fill="none", stroke=COLOURS[0], stroke_width=2))
        if limit is not None:
            drawn.append(rule(field.left, y.at(limit), field.right, y.at(limit), COLOURS[3], 1, DASHED))
    says = "line: the middle future; dark: half of all; light: 90 of 100" + ("; dashed: the limit" if limit else "")
    columns = min(2, len(fans))
    return picture(title, says, columns * wide + MARGIN, high * math.ceil(len(fans) / 2), drawn)


def lines_chart(title: str, axis: str, lines: Sequence[tuple[str, Sequence[float]]]) -> str:
    """Percentages over the cycles to come, a line for each name."""
    looks = [(name, COLOURS[k % len(COLOURS)], _STROKES[k % len(_STROKES)]) for k, (name, _) in enumerate(lines)]
    drawn, top = legend(looks, WIDTH)
    field = Field(70, top + 4, WIDTH - 90, 220)
    x = scale(range(max(len(values) for _, values in lines)), field.left, field.right, exact=True, whole=True)
    y = scale((0, 100), field.bottom, field.top)
    drawn += [*axis_below(x, field, "cycles from now"), *axis_left(y, field, axis)]
    for (_, colour, dash), (_, values) in zip(looks, lines, strict=True):
        places = points_of((x.at(cycle), y.at(value)) for cycle, value in enumerate(values) if math.isfinite(value))
        drawn.append(
            shape("polyline", points=places, fill="none", stroke=colour, stroke_width=2, stroke_dasharray=dash)
        )
    return picture(title, "", field.right + 20, field.bottom + BELOW, drawn)


def tornado_chart(title: str, axis: str, base: float, bars: Sequence[tuple[str, str, float, str, float]]) -> str:
    """How a figure moves from its base with one assumption after another, the widest bar first."""
    names = [bar[0] for bar in bars]
    field = Field(room(names), 0, WIDTH - 200, 44 * len(names))
    ends = [end for _, _, low, _, high in bars for end in (low, high)]
    # Words may reach beyond the bars on either side, and not into the names.
    beside = min(120, 8 + max((width_of(said, 11) for bar in bars for said in (bar[1], bar[3])), default=0))
    x = scale([base, *ends], field.left + beside, field.right - beside)
    drawn = [*axis_below(x, field, axis), *rows(names, field)]
    for k, (_, low_says, low, high_says, high) in enumerate(bars):
        y = middle(k, len(names), field)
        for end, colour in ((low, COLOURS[2]), (high, COLOURS[1])):
            from_, to = sorted((x.at(base), x.at(end)))
            drawn.append(shape("rect", x=from_, y=y - 4, width=to - from_, height=16, fill=colour))
        # Words of two ends that lie on one side would cover each other in one place.
        ordered = sorted(((x.at(low), low_says), (x.at(high), high_says)))
        apart = ordered[1][0] - ordered[0][0] > 60
        for (across, said), anchor in zip(ordered, ("middle", "middle") if apart else ("end", "start"), strict=True):
            drawn.append(words(said, across + (0 if apart else 3 if anchor == "start" else -3), y - 8, anchor, size=11))
    drawn.append(rule(x.at(base), field.top, x.at(base), field.bottom, INK))
    return picture(title, "", field.right + 20, field.bottom + BELOW, drawn)
