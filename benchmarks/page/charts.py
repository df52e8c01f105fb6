"""What all charts share: size, colours, encodings of Vega-Lite, and how they are drawn to files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import vl_convert

from benchmarks.page.figures import LABELS

Spec = dict[str, Any]  # a chart, or a piece of one, in the words of Vega-Lite
WIDTH = 620
PALETTE = ("#d62728", "#9e9e9e", "#5c5c5c", "#1f77b4", "#2ca02c", "#ff7f0e", "#9467bd", "#17becf", "#8c564b", "#e377c2")
COLOURS = dict(zip(LABELS.values(), PALETTE, strict=True))
STYLE: Spec = {
    "background": "white",
    "font": "sans-serif",
    "view": {"stroke": "#ddd", "continuousWidth": 300, "continuousHeight": 300},
    "axis": {"labelFontSize": 12, "titleFontSize": 12, "labelLimit": 260},
    "legend": {"labelFontSize": 12},
    "title": {"fontSize": 14, "anchor": "start", "offset": 14},
}


def data(points: Sequence[Mapping[str, Any]]) -> Spec:
    """Points for a chart."""
    return {"values": [dict(point) for point in points]}


def name(field: str, title: str | None = None, **more: Any) -> Spec:
    """An encoding of names."""
    return {"field": field, "type": "nominal", "title": title, **more}


def amount(field: str, title: str, **more: Any) -> Spec:
    """An encoding of numbers."""
    return {"field": field, "type": "quantitative", "title": title, **more}


def log(field: str, title: str) -> Spec:
    """Numbers on a logarithmic axis."""
    scale = {"type": "log", "nice": False, "padding": 12}
    return amount(field, f"{title} (logarithmic)", scale=scale, axis={"labelOverlap": True})


def colours(field: str, chosen: Mapping[str, str], **more: Any) -> Spec:
    """A colour a name."""
    return name(field, scale={"domain": list(chosen), "range": list(chosen.values())}, **more)


def peers(points: Sequence[Mapping[str, Any]], **more: Any) -> Spec:
    """One colour a peer, the same in every chart."""
    present = {peer: COLOURS[peer] for peer in COLOURS if any(point["peer"] == peer for point in points)}
    return colours("peer", present, **more)


def states(other: str, mark: str) -> Spec:
    """Circles for what was proved, and another mark for what was not."""
    return name("state", scale={"domain": ["proved", other], "range": ["circle", mark]})


def draw(chart: Spec, path: Path) -> None:
    """Write a chart as SVG."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(vl_convert.vegalite_to_svg({**chart, "config": STYLE}), encoding="utf-8")
