"""The forces that are measured: drawn from a seed, and written to folders that last as long as the run."""

from __future__ import annotations

import atexit
import tempfile
from collections.abc import Callable
from functools import cache, lru_cache
from pathlib import Path

from allocator import Force, write_force
from allocator.synth import draw, draw_divisions, draw_nation

SEED = 0


@cache
def _room() -> Path:
    room = tempfile.TemporaryDirectory(prefix="benchmark-forces-")
    atexit.register(room.cleanup)
    return Path(room.name)


@lru_cache(maxsize=20)  # a population is not held in memory
def drawn(profile: str, regime: str, seed: int = SEED) -> Force:
    """A profile's force in a regime."""
    return draw(profile, seed, regime)


def folder(profile: str, regime: str, seed: int = SEED) -> Path:
    """Where that force is on disk."""
    return written(f"{profile}-{regime}-{seed}", lambda: drawn(profile, regime, seed))


def written(name: str, make: Callable[[], Force]) -> Path:
    """A folder with a force, made at the first call with that name."""
    path = _room() / name
    if not path.exists():
        write_force(make(), path)
    return path


@cache
def divisions(count: int) -> Force:
    """Divisions of one size and one make: 20 officers and 833 cases each, one officer closed, absent and leaving."""
    alike = {"closed": count, "absent": count, "leaving": count}
    return draw_divisions(SEED, divisions=count, officers=20, cases=833, premises=0, **alike)


@cache
def one_part(officers: int) -> Force:
    """Officers of divisions of ten, 41 cases each, who may all take cases of each other's division."""
    alike = dict.fromkeys(("closed", "absent", "leaving"), officers // 20)
    force = draw_divisions(SEED, divisions=officers // 10, officers=10, cases=410, premises=0, **alike)
    return force.replace(policy=force.policy.merge({"divisions": {"cross": True}}))


@cache
def _nation() -> dict[str, Force]:
    return draw_nation(SEED)


@cache
def nation(forces: int) -> Path:
    """A folder with a folder for each of the first forces of England and Wales, in alphabetical order."""
    for slug, force in list(_nation().items())[:forces]:
        written(f"nation-{forces}/{slug}", lambda force=force: force)
    return _room() / f"nation-{forces}"


def merged(forces: int) -> Force:
    """The first forces of England and Wales as one: their ids are used once in the nation."""
    drawn = list(_nation().values())[:forces]
    return Force(
        officers=tuple(officer for force in drawn for officer in force.officers),
        cases=tuple(case for force in drawn for case in force.cases),
        premises=tuple(premises for force in drawn for premises in force.premises),
        policy=drawn[0].policy,
        cycle_date=drawn[0].cycle_date,
        name=f"{len(drawn)} forces as one (synthetic)",
    )


def written_both(name: str, force: Force) -> tuple[Path, Path]:
    """The same force as a folder and as a workbook."""
    workbook = _room() / f"{name}.xlsx"
    if not workbook.exists():
        write_force(force, workbook)
    return written(name, lambda: force), workbook
