"""Forces as files: the shipped folder of a profile, and folders drawn from other seeds."""

from __future__ import annotations

import csv
import tomllib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from allocator.domain.force import Force
from allocator.files import write_force
from allocator.synth import REGIMES, draw, draw_nation

SCENARIOS = Path(__file__).parents[2] / "scenarios"

Row = dict[str, str]

# One force of each kind and some further seeds, and each regime: what is drawn of every case holds for all of them.
DRAWN = [
    *((profile, seed, "ordinary") for profile in ("surrey", "kent", "county", "divisions") for seed in (0, 1, 9)),
    ("metropolitan", 2, "ordinary"),
    *(("county", 4, regime) for regime in REGIMES),
]


@pytest.fixture(scope="session", params=DRAWN, ids=lambda drawn: " ".join(map(str, drawn)))
def drawn(request: pytest.FixtureRequest) -> Force:
    """Give a force of any kind."""
    return draw(*request.param)


@pytest.fixture(scope="session")
def nation() -> dict[str, Force]:
    """Give all forces of England and Wales."""
    return draw_nation(0)


@dataclass(frozen=True)
class Files:
    """The cells of a force's files as they stand, read with the csv module alone."""

    officers: list[Row]
    cases: list[Row]
    premises: list[Row]
    cycle_date: str

    @property
    def current(self) -> list[Row]:
        return [c for c in self.cases if c["officer"]]

    @property
    def new(self) -> list[Row]:
        return [c for c in self.cases if not c["officer"]]

    @property
    def officer(self) -> dict[str, Row]:
        return {o["officer_id"]: o for o in self.officers}

    @property
    def caseload(self) -> Counter[str]:
        return Counter(c["officer"] for c in self.current)

    @property
    def over_share(self) -> list[Row]:
        """Officers with h0 > floor(20 * n0 / 100)."""
        high = Counter(c["officer"] for c in self.current if c["risk"] in ("high", "very_high"))
        cases = self.caseload
        return [o for o in self.officers if high[o["officer_id"]] > 20 * cases[o["officer_id"]] // 100]

    def barred(self) -> list[str]:
        """Current cases that their officer may not hold, by the placement rules of the contract."""
        found, home = [], {p["premises_id"]: p["division"] for p in self.premises}
        for c in self.current:
            o = self.officer[c["officer"]]
            if not (
                o["division"] in (c["division"], home.get(c["premises"]))
                and (c["level"] not in ("2", "3") or o["mosovo"] == "trained")
                and set(tags(c["needs"])) <= set(tags(o["skills"]))
                and o["officer_id"] not in tags(c["excluded"])
                and o["status"] != "leaving"
            ):
                found.append(c["case_id"])
        return found


def tags(cell: str) -> list[str]:
    """Items of a list cell."""
    return [item for item in cell.split(";") if item]


def read(folder: Path) -> Files:
    """Read a folder as it stands."""

    def table(name: str) -> list[Row]:
        with open(folder / f"{name}.csv", newline="", encoding="utf-8") as file:
            return list(csv.DictReader(file))

    toml = tomllib.loads((folder / "force.toml").read_text(encoding="utf-8"))
    return Files(table("officers"), table("cases"), table("premises"), str(toml["cycle_date"]))


@pytest.fixture(scope="session")
def files_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, str, object], Files]:
    """Give the files of a profile: the shipped ones of a scenario, or those of a seed."""
    known: dict[tuple[str, object], Files] = {}

    def get(profile: str, scenario: str, which: object) -> Files:
        if (profile, which) not in known:
            folder = SCENARIOS / scenario
            if isinstance(which, int):
                folder = tmp_path_factory.mktemp(f"{profile}-{which}")
                write_force(draw(profile, which), folder)
            known[profile, which] = read(folder)
        return known[profile, which]

    return get
