"""What all charts share: size, colours, and how they are drawn to files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import altair
import vl_convert

from benchmarks.page.figures import LABELS

WIDTH = 620
PALETTE = ("#d62728", "#9e9e9e", "#5c5c5c", "#1f77b4", "#2ca02c", "#ff7f0e", "#9467bd", "#17becf")
COLOURS = dict(zip(LABELS.values(), PALETTE, strict=True))


def data(points: Sequence[Mapping[str, Any]]) -> altair.Data:
    """Points for a chart."""
    return altair.Data(values=[dict(point) for point in points])


def peers(points: Sequence[Mapping[str, Any]]) -> altair.Color:
    """One colour a peer, the same in every chart."""
    present = [name for name in COLOURS if any(point["peer"] == name for point in points)]
    scale = altair.Scale(domain=present, range=[COLOURS[name] for name in present])
    return altair.Color("peer:N", scale=scale, title=None)


def log(encoding: type[Any], field: str, title: str) -> Any:
    """A logarithmic axis: ``log(altair.X, "seconds", "seconds")``."""
    scale = altair.Scale(type="log", nice=False, padding=12)
    return encoding(f"{field}:Q", scale=scale, title=f"{title} (logarithmic)", axis=altair.Axis(labelOverlap=True))


def states(other: str, mark: str) -> altair.Shape:
    """Circles for what was proved, and another mark for what was not."""
    scale = altair.Scale(domain=["proved", other], range=["circle", mark])
    return altair.Shape("state:N", scale=scale, title=None)


def draw(chart: altair.TopLevelMixin, path: Path) -> None:
    """Write a chart as SVG."""
    styled = chart.configure(background="white", font="sans-serif").configure_view(stroke="#ddd")
    styled = styled.configure_axis(labelFontSize=12, titleFontSize=12, labelLimit=260).configure_legend(
        labelFontSize=12
    )
    styled = styled.configure_title(fontSize=14, anchor="start", offset=14)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(vl_convert.vegalite_to_svg(styled.to_json()), encoding="utf-8")
