"""What the commands load: nothing that does not solve waits for the solver."""

import subprocess
import sys
from pathlib import Path

import pytest

FORCE = Path(__file__).parents[2] / "scenarios" / "surrey-2022"

RUN = """
import sys
from allocator.cli import main
try:
    main(sys.argv[1:])
except SystemExit as end:
    code = end.code
print("loaded", code, *sorted(set(sys.modules) & {"ortools", "pandas", "numpy", "pydantic", "rich", "xlsxwriter"}))
"""


def loaded(*arguments: str) -> tuple[int, set[str]]:
    done = subprocess.run(
        [sys.executable, "-c", RUN, *arguments], capture_output=True, text=True, check=True, encoding="utf-8"
    )
    _, code, *modules = done.stdout.splitlines()[-1].split()
    return int(code), set(modules)


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["allocate", "--help"], ["check", "--help"]])
def test_help_loads_nothing_but_click(arguments):
    assert loaded(*arguments) == (0, set())


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["check", str(FORCE)], 0),
        (["check", str(FORCE), "--json"], 0),
        (["rules"], 0),
        (["rules", "--markdown"], 0),
        (["template", "{tmp}/new"], 0),
        (["synth", "--help"], 0),
        (["allocate", "{tmp}/nowhere"], 2),
        (["allocate", str(FORCE), "--workers", "0"], 2),
    ],
    ids=str,
)
def test_only_a_solve_loads_the_solver(arguments, code, tmp_path):
    found = loaded(*(argument.format(tmp=tmp_path) for argument in arguments))
    assert found[0] == code
    assert not found[1] & {"ortools", "pandas"}
