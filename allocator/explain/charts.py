"""Charts as SVG, from plain data: altair describes them, vl-convert draws them, with no browser and no network."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

WIDTH = 640
# Told apart by lightness as well as by hue, so that they survive a grey printer and colour blindness.
COLOURS = ("#0b3c5d", "#d98014", "#6aa5c9", "#8c2d04", "#4d4d4d", "#b8b800", "#7b4fa3", "#1a9850")

# The renderer takes relative addresses for those of its own examples, so they are put in afterwards.
_NOWHERE = "https://point.invalid/"


def spread_chart(shares: Sequence[tuple[str, Sequence[tuple[str, int]]]]) -> str:
    """Workload of every officer, a row of points for each plan.

    Parameters
    ----------
    shares : sequence of (plan, sequence of (officer_id, percent))
        Whole percent of the fair share.
    """
    import altair

    values = [{"plan": plan, "percent": percent} for plan, of_plan in shares for _, percent in of_plan]
    names = [plan for plan, _ in shares]
    x = altair.X("percent:Q", title="workload, % of the fair share", scale=altair.Scale(zero=False, nice=True))
    y = altair.Y("plan:N", title=None, sort=names)
    data = _data(values)
    points = altair.Chart(data).mark_circle(size=45, opacity=0.55, color=COLOURS[0]).encode(x=x, y=y)
    middle = altair.Chart(data).mark_tick(thickness=3, size=18, color=COLOURS[1]).encode(x="median(percent):Q", y=y)
    fair = altair.Chart().mark_rule(strokeDash=[4, 4], color="#4d4d4d").encode(x=altair.datum(100))
    says = "a point an officer; bar: the middle one; dashed: the fair share"
    title = altair.TitleParams("Spread of workload", subtitle=says)
    return _svg((fair + points + middle).properties(width=WIDTH - 140, height=altair.Step(30), title=title))


def bars_chart(title: str, axis: str, figures: Sequence[tuple[str, Mapping[str, int]]]) -> str:
    """Counts side by side: a row for each plan, in it a bar for each name.

    Parameters
    ----------
    title, axis : str
    figures : sequence of (plan, mapping of name to count)
    """
    import altair

    values = [
        {"plan": plan, "name": name, "count": count, "order": k}
        for plan, counts in figures
        for k, (name, count) in enumerate(counts.items())
    ]
    names = list(dict.fromkeys(name for _, counts in figures for name in counts))
    colours = [COLOURS[k % len(COLOURS)] for k in range(len(names))]
    chart = (
        altair.Chart(_data(values))
        .mark_bar()
        .encode(
            x=altair.X("count:Q", title=axis, axis=altair.Axis(tickMinStep=1, format=",d")),
            y=altair.Y("plan:N", title=None, sort=[plan for plan, _ in figures]),
            color=altair.Color("name:N", title=None, scale=altair.Scale(domain=names, range=colours)),
            order=altair.Order("order:Q"),
        )
        .properties(width=WIDTH - 140, height=altair.Step(26), title=title)
    )
    return _svg(chart)


def frontier_chart(points: Sequence[tuple[int, int, int, int, int]], knee: int | None, href: str = "") -> str:
    """Fairness and excess over the number of moves, the knee marked.

    Parameters
    ----------
    points : sequence of (moves, unplaced, excess, fairness, disruption)
    knee : int or None
        Its number of moves.
    href : str
        Where a point leads to, with ``{}`` for its number of moves; empty where it leads nowhere.
    """
    import altair

    values = [
        {
            "moves": moves,
            "excess": excess,
            "fairness": fairness,
            "disruption": disruption,
            "href": f"{_NOWHERE}{moves}.",
            "words": f"{moves} moves",
        }
        for moves, _, excess, fairness, disruption in points
    ]
    title = "moves allowed that need not be"
    x = altair.X("moves:Q", title=title, axis=altair.Axis(tickMinStep=1, format="d"))
    panels = []
    for k, (goal, height) in enumerate((("fairness", 220), ("excess", 90), ("disruption", 120))):
        y = altair.Y(f"{goal}:Q", title=goal, scale=altair.Scale(zero=goal != "fairness"))
        line = altair.Chart(_data(values)).mark_line(point=True, color=COLOURS[k]).encode(x=x, y=y)
        layers = [line]
        if href:
            dots = altair.Chart(_data(values)).mark_circle(size=160, color=COLOURS[k])
            layers.append(dots.encode(x=x, y=y, href="href:N", tooltip="words:N"))
        if knee is not None:
            layers.append(altair.Chart().mark_rule(strokeDash=[4, 4], color="#4d4d4d").encode(x=altair.datum(knee)))
        panels.append(altair.layer(*layers).properties(width=WIDTH - 80, height=height))
    words = "" if knee is None else f"dashed: the knee, {knee} moves"
    chart = altair.vconcat(*panels).properties(title=altair.TitleParams("What moves buy", subtitle=words))
    drawn = _svg(chart)
    for moves, *_ in points:
        drawn = drawn.replace(f"{_NOWHERE}{moves}.", escape(href.format(moves), quote=True))
    return drawn


def fan_chart(
    title: str, axis: str, fans: Sequence[tuple[str, Sequence[Sequence[float]]]], limit: float | None = None
) -> str:
    """Bands of a figure over the cycles to come, a panel for each name.

    Parameters
    ----------
    title, axis : str
    fans : sequence of (name, bands)
        Five bands from the lowest to the highest, each with a number a cycle; the third is the middle.
    limit : float, optional
        Drawn as a dashed line.
    """
    import altair

    panels = []
    for name, bands in fans:
        columns = zip(*bands, strict=True)
        values = [
            {"cycle": cycle, **dict(zip(("a", "b", "c", "d", "e"), column, strict=True))}
            for cycle, column in enumerate(columns)
        ]
        x = altair.X("cycle:Q", title="cycles from now", axis=altair.Axis(tickMinStep=1, format="d"))
        base = altair.Chart(_data(values))
        scale = altair.Scale(zero=False, nice=True)
        layers = [
            base.mark_area(color=COLOURS[2], opacity=0.35).encode(
                x=x, y=altair.Y("a:Q", title=axis, scale=scale), y2="e:Q"
            ),
            base.mark_area(color=COLOURS[2], opacity=0.7).encode(x=x, y="b:Q", y2="d:Q"),
            base.mark_line(color=COLOURS[0], strokeWidth=2).encode(x=x, y="c:Q"),
        ]
        if limit is not None:
            rule = altair.Chart().mark_rule(strokeDash=[4, 4], color=COLOURS[3])
            layers.append(rule.encode(y=altair.datum(limit)))
        panels.append(altair.layer(*layers).properties(title=name, width=WIDTH // 2 - 70, height=150))
    says = "line: the middle future; dark: half of all; light: 90 of 100" + ("; dashed: the limit" if limit else "")
    chart = altair.concat(*panels, columns=2)
    return _svg(chart.properties(title=altair.TitleParams(title, subtitle=says)))


def lines_chart(title: str, axis: str, lines: Sequence[tuple[str, Sequence[float]]]) -> str:
    """Figures over the cycles to come, a line for each name."""
    import altair

    values = [{"cycle": cycle, "value": value, "name": name} for name, of in lines for cycle, value in enumerate(of)]
    names = [name for name, _ in lines]
    colours = [COLOURS[k % len(COLOURS)] for k in range(len(names))]
    chart = (
        altair.Chart(_data(values))
        .mark_line(strokeWidth=2)
        .encode(
            x=altair.X("cycle:Q", title="cycles from now", axis=altair.Axis(tickMinStep=1, format="d")),
            y=altair.Y("value:Q", title=axis, scale=altair.Scale(domain=[0, 100])),
            color=altair.Color("name:N", title=None, scale=altair.Scale(domain=names, range=colours)),
            strokeDash=altair.StrokeDash("name:N", title=None, sort=names),
        )
        .properties(width=WIDTH - 160, height=220, title=title)
    )
    return _svg(chart)


def tornado_chart(title: str, axis: str, base: float, bars: Sequence[tuple[str, str, float, str, float]]) -> str:
    """How a figure moves with one assumption after another, the widest bar first.

    Parameters
    ----------
    title, axis : str
    base : float
        The figure as assumed.
    bars : sequence of (name, low_says, low, high_says, high)
    """
    import altair

    values = [
        {"name": name, "from": base, "to": to, "says": says, "side": side}
        for name, low_says, low, high_says, high in bars
        for side, says, to in (("one way", low_says, low), ("the other", high_says, high))
    ]
    y = altair.Y("name:N", title=None, sort=[bar[0] for bar in bars])
    colour = altair.Color("side:N", legend=None, scale=altair.Scale(range=[COLOURS[2], COLOURS[1]]))
    data = altair.Chart(_data(values))
    drawn = data.mark_bar(height=16).encode(x=altair.X("from:Q", title=axis), x2="to:Q", y=y, color=colour)
    words = data.mark_text(dy=-14, fontSize=11).encode(x="to:Q", y=y, text="says:N")
    rule = altair.Chart().mark_rule(color="#222").encode(x=altair.datum(base))
    return _svg((drawn + words + rule).properties(width=WIDTH - 200, height=altair.Step(44), title=title))


def _data(values: list[dict[str, Any]]) -> Any:
    import altair

    return altair.Data(values=values)  # type: ignore[no-untyped-call]


def _svg(chart: Any) -> str:
    import vl_convert

    styled = chart.configure(background="white", font="sans-serif").configure_view(stroke="#ddd")
    styled = styled.configure_axis(labelFontSize=12, titleFontSize=12, labelLimit=300, labelColor="#222")
    styled = styled.configure_legend(labelFontSize=12).configure_title(fontSize=14, anchor="start", offset=12)
    drawn: str = vl_convert.vegalite_to_svg(styled.to_dict())
    return drawn
