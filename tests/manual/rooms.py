"""The picture of the rooms, drawn from the contract that holds who may import whom and from the table of rooms."""

from __future__ import annotations

import re
import tomllib
from html import escape

from allocator.manual.pages import FOLDER, PICTURES
from tests.manual.console import ROOT

PICTURE = PICTURES / "rooms.svg"
WIDTH, HEIGHT, GAP = 860, 34, 6
LIBRARIES = {"cli": "click", "http": "FastAPI", "db": "SQLAlchemy", "solver": "OR-Tools"}


def rooms_svg() -> str:
    """A box for each room, the commands on top and errors at the bottom, with what it is for."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
    rooms = [layer.removeprefix("allocator.") for layer in contracts[0]["layers"] if not layer.endswith("__main__")]
    says = dict(re.findall(r"^\| `(\w+)(?:/|\.py)` \| (.*) \|$", (FOLDER / "architecture.md").read_text("utf-8"), re.M))
    height = len(rooms) * (HEIGHT + GAP) + 40
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" '
        'font-family="system-ui, sans-serif" font-size="14" role="img" aria-label="The rooms of the program">',
        f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>',
        '<text x="10" y="22" fill="#505a5f">A room may import those below it, never those above.</text>',
    ]
    for number, room in enumerate(rooms):
        y = 32 + number * (HEIGHT + GAP)
        fill = "#d2e2f1" if room in LIBRARIES else "#f3f2f1"
        told = escape(_short(says[room]))
        lines += [
            f'<rect x="10" y="{y}" width="{WIDTH - 20}" height="{HEIGHT}" rx="4" fill="{fill}"/>',
            f'<text x="22" y="{y + 22}" fill="#0b0c0c" font-weight="bold">{room}</text>',
            f'<text x="130" y="{y + 22}" fill="#0b0c0c">{told}</text>',
        ]
        if room in LIBRARIES:
            only = f"the only one with {LIBRARIES[room]}"
            lines.append(f'<text x="{WIDTH - 22}" y="{y + 22}" fill="#1d5a92" text-anchor="end">{only}</text>')
    return "\n".join([*lines, "</svg>", ""])


def _short(says: str) -> str:
    """The first words of a room, as far as a box holds them."""
    plain = says.replace("`", "")
    return plain if len(plain) <= 68 else re.sub(r"[,:;][^,:;]*$", "", plain[:68])
