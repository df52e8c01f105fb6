"""A rule of a force's own, added as the manual says: every command, letter and page knows it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from allocator.files.writing import write_force
from tests.manual.guides import apply_guide
from tests.tiny import current, force, new, officer

ROOT = Path(__file__).parents[1]
PAGES = """
import sys
import zipfile
from pathlib import Path
from tests.http.api.conftest import served
from tests.cycling import proposed
from tests.http.web.looking import look
from allocator import read_force
from allocator.rules import LIMITS

assert {"high-intake", "medium-intake"} <= {limit.id for limit in LIMITS}
home = Path(sys.argv[1])
for server in served(home):
    proposed(server.context.store, read_force(sys.argv[2]), home / "force")
    for path in ("/", "/cycles/1", "/cycles/1/sheets", "/officers/A", "/cases/n1", "/cases/n1?ask=why", "/officers/B"):
        page = look(server, "supervisor", path)
        print(path, page.status_code, "of medium risk" in page.text or "medium-intake" in page.text)
"""


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A copy of the package with the rule, and a force that exceeds it: five new cases for two officers.

    Somebody has added another rule before, one of the like about high risk.
    """
    folder = tmp_path_factory.mktemp("custom")
    shutil.copytree(ROOT / "allocator", folder / "allocator", ignore=shutil.ignore_patterns("__pycache__"))
    other = {"Medium": "High", "medium": "high", "(columns.risk, 1)": "(columns.risk, 2)"}
    apply_guide("adding-a-rule", folder, other)
    apply_guide("adding-a-rule", folder)
    cases = [new(f"n{k}", risk="medium") for k in range(1, 6)]
    cases += [current(f"a{k}", "A", risk="medium") for k in range(4)] + [current("b1", "B")]
    write_force(force([officer("A"), officer("B")], cases), folder / "force")
    (folder / "limit.toml").write_text('name = "Fewer"\n[policy.limits]\ncases = 2\n')
    return folder


@pytest.fixture(scope="module")
def run(place):
    def ran(*arguments, code=0):
        environment = {**os.environ, "PYTHONPATH": f"{place}", "ALLOCATOR_HOME": str(place / "home")}
        done = subprocess.run(
            [sys.executable, *map(str, arguments)], cwd=place, env=environment, capture_output=True, text=True
        )
        assert done.returncode == code, done.stdout + done.stderr
        assert "Traceback" not in done.stderr
        return done.stdout

    return ran


def allocator(run, *arguments, code=0):
    return run("-m", "allocator", *arguments, code=code)


SAYS = "of medium risk this cycle"


def test_types(run, place):
    """It is of the types that the contract of rules asks for; what it imports is checked elsewhere."""
    settings = ("--follow-imports=silent", "--config-file", ROOT / "pyproject.toml", "--cache-dir", place / "types")
    if (ROOT / ".mypy_cache").is_dir():  # what is known of all other modules
        shutil.copytree(ROOT / ".mypy_cache", place / "types")
    run("-m", "mypy", *settings, "allocator/rules/limits/medium_intake.py")


def test_plan_check_and_workbook(run, place):
    text = allocator(run, "allocate", "force", "--out", "out")
    assert SAYS in " ".join(text.split())
    told = json.loads(allocator(run, "check", "force", "--plan", "out/plan.csv", "--json"))
    # Five new cases and two officers who may each receive one of medium risk: three too many, whoever has them.
    assert sum(finding["amount"] for finding in told["findings"] if finding["rule"] == "medium-intake") == 3
    assert "medium-intake" in allocator(run, "check", "force", "--plan", "out/plan.csv")
    with zipfile.ZipFile(place / "out" / "plan.xlsx") as book:
        assert b"medium-intake" in b"".join(book.read(name) for name in book.namelist())


def test_answers(run):
    assert "best" in allocator(run, "recommend", "force", "--case", "n1")
    assert "n1" in allocator(run, "why", "force", "--case", "n1")
    assert allocator(run, "why-not", "force", "--case", "n1", "--officer", "A")
    assert "Fewer" in allocator(run, "whatif", "force", "limit.toml", "--out", "tried")
    assert allocator(run, "frontier", "force")
    assert allocator(run, "rules")
    assert "medium-intake" in allocator(run, "rules", "--markdown")


def test_diagnosis_names_it_as_what_blocks(run):
    text = " ".join(allocator(run, "diagnose", "force").split())
    assert SAYS in text
    assert "No officer receives more than one case of medium risk in one cycle." in text  # of the other officer
    allocator(run, "diagnose", "force", "--json")


def test_two_plans_compared(run):
    allocator(run, "allocate", "force", "--out", "first")
    allocator(run, "allocate", "force", "--max-moves", "0", "--out", "second")
    assert allocator(run, "compare", "first/plan.csv", "second/plan.csv", "--force", "force")


def test_a_cycle_with_its_letters_and_figures(run, place):
    allocator(run, "db", "upgrade")
    for name, who, *arguments in (
        ("import", "Ann", "force"),
        ("propose", "Ann"),
        ("submit", "Ann"),
        ("approve", "Cat"),
        ("commit", "Cat"),
    ):
        allocator(run, "cycle", name, *arguments, "--as", who)
    assert SAYS in " ".join(allocator(run, "cycle", "show", "--as", "Ann").split())
    allocator(run, "deliver", "--as", "cron")
    letters = "".join(path.read_text() for path in (place / "home").rglob("*.txt"))
    assert "medium-intake" in letters
    assert allocator(run, "audit", "verify").startswith("The audit log verifies")


def test_pages(run, place):
    shutil.copytree(ROOT / "tests", place / "tests", ignore=shutil.ignore_patterns("__pycache__", "data"))
    told = [line for line in run("-c", PAGES, place / "pages", place / "force").splitlines() if line[0] == "/"]
    assert len(told) == 7
    assert all(line.split()[1] == "200" for line in told), told
    assert any(line.split()[0] == "/cycles/1" and line.split()[2] == "True" for line in told), told
