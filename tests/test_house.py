"""The house itself: who may import whom, what is documented, what can be imported."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import allocator
from allocator.cli import _COMMANDS
from allocator.manual.pages import page

ROOT = Path(__file__).parents[1]
LINT = "from importlinter.cli import lint_imports; raise SystemExit(lint_imports())"
ROOMS = sorted(
    path.stem for path in (ROOT / "allocator").iterdir() if path.stem not in ("__init__", "__main__", "__pycache__")
)


def test_imports_keep_the_contracts():
    # In a process of its own: it would end every logger of this one.
    linted = subprocess.run([sys.executable, "-c", LINT], cwd=ROOT, capture_output=True, text=True)
    assert linted.returncode == 0, linted.stdout


@pytest.mark.parametrize("name", ["Only the solver", "Only db", "Only the command line", "Only http"])
def test_no_room_is_left_out_of_a_contract(name):
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    (contract,) = (one for one in contracts if one["name"].startswith(name))
    rooms = {f"allocator.{room}" for room in ROOMS} - {"allocator.__main__"}
    assert len(rooms - set(contract["source_modules"])) == 1


def test_every_room_has_its_layer():
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    layers = {layer.removeprefix("allocator.") for layer in contracts[0]["layers"]}
    assert layers == {*ROOMS, "__main__"}


@pytest.mark.parametrize("command", _COMMANDS)
def test_every_command_is_documented(command):
    assert f"`allocator {command}" in page("commands").text


@pytest.mark.parametrize("room", ROOMS)
def test_every_room_is_documented(room):
    assert re.search(rf"\| `{room}(/|\.py)` \|", page("architecture").text)


@pytest.mark.parametrize("name", allocator.__all__)
def test_every_public_name_is_there(name):
    assert callable(getattr(allocator, name))
