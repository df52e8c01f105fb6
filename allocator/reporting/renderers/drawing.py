"""What charts are drawn from: scales, axes, legends and words as SVG. Plain arithmetic: a chart costs a millisecond."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape

SMALL, LARGE = 12, 14  # pixels, of the letters
LONGEST = 300  # pixels that a label may take
INK, GRID = "#222", "#ddd"
MARGIN = 8
BELOW = 42  # pixels for the numbers and the title of an axis below
_NARROW, _WIDE = set(" .,:;'!|()[]/-fijlrtI1"), set("mwMWQ@%")


@dataclass(frozen=True, slots=True)
class Scale:
    """Numbers along an axis.

    Attributes
    ----------
    low, high : float
        The least and the greatest that have a place.
    start, end : float
        Where those stand, in pixels.
    digits : int
        Of the ticks, after the point.
    """

    low: float
    high: float
    start: float
    end: float
    ticks: tuple[float, ...]
    digits: int

    def at(self, value: float) -> float:
        """Where a number stands."""
        return self.start + (value - self.low) / (self.high - self.low) * (self.end - self.start)

    @property
    def labels(self) -> list[str]:
        """Its ticks in words."""
        return [f"{tick:,.{self.digits}f}" for tick in self.ticks]


def scale(
    values: Iterable[float], start: float, end: float, *, zero: bool = False, exact: bool = False, whole: bool = False
) -> Scale:
    """Lay out an axis for numbers; those that are not finite take no part.

    Parameters
    ----------
    start, end : float
        Pixels of the lowest and the highest.
    zero : bool
        Whether 0 is on it in any case.
    exact : bool
        Whether it ends with the numbers, and not at round ones.
    whole : bool
        Whether only whole numbers are ticks.
    """
    found = [value for value in values if math.isfinite(value)] + ([0.0] if zero else [])
    low, high = (min(found), max(found)) if found else (0.0, 1.0)
    if low == high:
        low, high = (low - 1, high + 1) if low else (0.0, 1.0)
    rough = (high - low) / max(2, min(8, abs(end - start) // 40))
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(times * power for times in (1, 2, 5, 10) if times * power >= rough * (1 - 1e-9))
    step = max(1.0, step) if whole else step
    if not exact:
        low, high = math.floor(low / step + 1e-9) * step, math.ceil(high / step - 1e-9) * step
    ticks = tuple(k * step for k in range(math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9) + 1))
    return Scale(low, high, start, end, ticks, max(0, -math.floor(math.log10(step))))


@dataclass(frozen=True, slots=True)
class Field:
    """Where figures stand in a picture, in pixels."""

    left: float
    top: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """Its right edge."""
        return self.left + self.width

    @property
    def bottom(self) -> float:
        """Its lower edge."""
        return self.top + self.height


def shape(name: str, within: str = "", **attributes: str | float) -> str:
    """One element; an underscore in the name of an attribute stands for a hyphen."""
    written = "".join(f' {key.replace("_", "-")}="{_written(value)}"' for key, value in attributes.items())
    return f"<{name}{written}>{within}</{name}>" if within else f"<{name}{written}/>"


def _written(value: str | float) -> str:
    return escape(value) if isinstance(value, str) else f"{round(value, 1):g}"


def words(
    said: str,
    x: float,
    y: float,
    anchor: str = "start",
    size: int = SMALL,
    *,
    most: float = LONGEST,
    bold: bool = False,
) -> str:
    """A line of text, cut where it is too long."""
    look = {"text_anchor": anchor, "fill": INK} | ({"font_weight": "bold"} if bold else {})
    return shape("text", escape(_cut(said, size, most)), x=x, y=y, font_size=size, **look)


def width_of(said: str, size: int = SMALL) -> float:
    """About how wide a text is, rather too wide than too narrow: fonts differ."""
    return size * sum(0.36 if one in _NARROW else 0.95 if one in _WIDE else 0.62 for one in said)


def _cut(said: str, size: int, most: float) -> str:
    if width_of(said, size) <= most:
        return said
    while said and width_of(said + "…", size) > most:
        said = said[:-1]
    return said + "…"


def room(names: Iterable[str]) -> float:
    """Pixels that labels on the left take."""
    return MARGIN + 6 + min(LONGEST, max(map(width_of, names), default=0))


def rule(x1: float, y1: float, x2: float, y2: float, colour: str = GRID, width: float = 1, dash: str = "") -> str:
    """A straight line."""
    dashed = {"stroke_dasharray": dash} if dash else {}
    return shape("line", x1=x1, y1=y1, x2=x2, y2=y2, stroke=colour, stroke_width=width, **dashed)


def points_of(pairs: Iterable[tuple[float, float]]) -> str:
    """Places as a polyline or polygon takes them."""
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in pairs)


def axis_below(x: Scale, field: Field, title: str) -> Iterator[str]:
    """An axis below a field, with lines through it."""
    yield _edge(field)
    for tick, label in zip(x.ticks, x.labels, strict=True):
        yield rule(x.at(tick), field.top, x.at(tick), field.bottom)
        yield words(label, x.at(tick), field.bottom + 16, "middle")
    yield words(title, field.left + field.width / 2, field.bottom + 34, "middle", most=field.width + 60)


def axis_left(y: Scale, field: Field, title: str) -> Iterator[str]:
    """An axis on the left of a field, with lines through it."""
    for tick, label in zip(y.ticks, y.labels, strict=True):
        yield rule(field.left, y.at(tick), field.right, y.at(tick))
        yield words(label, field.left - 6, y.at(tick) + 4, "end")
    turned = words(title, 0, 0, "middle", most=field.height + 20)
    across = field.left - room(y.labels) - 2
    yield shape("g", turned, transform=f"translate({across:.1f} {field.top + field.height / 2:.1f}) rotate(-90)")


def rows(names: Sequence[str], field: Field) -> Iterator[str]:
    """Names on the left of a field that has a row for each."""
    for k, name in enumerate(names):
        yield words(name, field.left - 6, middle(k, len(names), field) + 4, "end")


def middle(k: int, count: int, field: Field) -> float:
    """The middle of a row of a field."""
    return field.top + (k + 0.5) * field.height / max(1, count)


def legend(names: Sequence[tuple[str, str, str]], width: float) -> tuple[list[str], float]:
    """Names with their colours and dashes, in as many lines as they need; how high it is.

    Parameters
    ----------
    names : sequence of (name, colour, dash)
        An empty dash is that of an area.
    width : float
        Pixels.
    """
    drawn, x, y = list[str](), float(MARGIN), 10.0
    for name, colour, dash in names:
        needed = 32 + min(LONGEST, width_of(name))
        if x > MARGIN and x + needed > width:
            x, y = float(MARGIN), y + 20
        drawn += [rule(x, y, x + 20, y, colour, 8 if not dash else 3, dash), words(name, x + 26, y + 4)]
        x += needed + 12
    return drawn, (y + 16 if names else 0.0)


def _edge(field: Field) -> str:
    return shape("rect", x=field.left, y=field.top, width=field.width, height=field.height, fill="none", stroke=GRID)


def picture(title: str, says: str, width: float, height: float, shapes: Iterable[str]) -> str:
    """A whole picture: a title and a line below it, and then what was drawn.

    Parameters
    ----------
    width, height : float
        Of what was drawn; what a title needs comes on top.
    """
    width = max(width, 2 * MARGIN + width_of(title, LARGE) * 1.1, 2 * MARGIN + width_of(says))
    above = 48 if says else 30
    head = words(title, MARGIN, 18, size=LARGE, most=width, bold=True)
    head += words(says, MARGIN, 36, most=width) if says else ""
    ground = shape("rect", width="100%", height="100%", fill="white")
    within = shape("g", "".join(shapes), transform=f"translate(0 {above})")
    tall = above + height
    return shape(
        "svg",
        ground + head + within,
        xmlns="http://www.w3.org/2000/svg",
        width=math.ceil(width),
        height=math.ceil(tall),
        viewBox=f"0 0 {math.ceil(width)} {math.ceil(tall)}",
        font_family="sans-serif",
    )
