"""The house itself: who may import whom, what loads the solver, what is documented, what can be imported."""

import ast
import re
from pathlib import Path

import pytest

import allocator
from allocator.cli import _COMMANDS

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()
# A room may import those before it, never those after.
ROOMS = ["errors", "domain", "rules", "checking", "caseloads", "files", "compute", "solver", "batch", "synth"]
ROOMS += [
    "whatif",
    "explain",
    "cycles",
    "store",
    "planner",
    "access",
    "jobs",
    "service",
    "api",
    "web",
    "cli",
    "__main__",
]
MODULES = sorted((ROOT / "allocator").rglob("*.py"))


def imported(path: Path) -> list[str]:
    names = []
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names.append(node.module or "")
    return names


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_point_upward_and_only_the_solver_knows_the_engines(path):
    room = path.relative_to(ROOT / "allocator").parts[0].removesuffix(".py")
    names = imported(path)
    if room == "__init__":
        return
    for name in names:
        if name.startswith("allocator."):
            assert ROOMS.index(name.split(".")[1]) <= ROOMS.index(room), name
    assert room == "solver" or not any(name.split(".")[0] == "ortools" for name in names)


@pytest.mark.parametrize("command", _COMMANDS)
def test_every_command_is_documented(command):
    assert f"`allocator {command}" in README


@pytest.mark.parametrize("room", ROOMS[1:-1])
def test_every_room_is_documented(room):
    assert re.search(rf"\| `{room}(/|\.py)` \|", README)


@pytest.mark.parametrize("name", allocator.__all__)
def test_every_public_name_is_there(name):
    assert callable(getattr(allocator, name))
