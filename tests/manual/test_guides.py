"""The guides for developers are true: what they say to write is applied to a copy of the program, and tried.

The rule's is tried in tests/test_custom_rule.py.
"""

from __future__ import annotations

import builtins
import os
import re
import shutil
import subprocess
import sys
import tokenize
from functools import cache
from pathlib import Path

import pytest

from allocator.domain.force import Premises
from allocator.files import write_force
from allocator.manual.pages import page, topics
from tests.manual.console import ROOT
from tests.manual.guides import apply_guide
from tests.tiny import current, force, new, officer


@pytest.fixture
def copy(tmp_path):
    """A copy of the program and its tests, and a force of two divisions in it."""
    leave = shutil.ignore_patterns("__pycache__", "static", "data", "schemas")
    shutil.copytree(ROOT / "allocator", tmp_path / "allocator", ignore=leave)
    shutil.copytree(ROOT / "tests", tmp_path / "tests", ignore=leave)
    officers = [officer("A", premises=frozenset({"P"})), officer("B"), officer("S", division="South")]
    cases = [current("a1", "A"), current("a2", "A"), current("s1", "S", division="South"), new("n1")]
    site = Premises(premises_id="P", division="North", expected_arrivals=1)
    write_force(force(officers, cases, [site]), tmp_path / "force")
    return tmp_path


def run(copy: Path, *arguments: object) -> str:
    environment = {**os.environ, "PYTHONPATH": str(copy), "ALLOCATOR_HOME": str(copy / "home"), "COLUMNS": "200"}
    done = subprocess.run(
        [sys.executable, *map(str, arguments)], cwd=copy, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def allocator(copy: Path, *arguments: object) -> str:
    return run(copy, "-m", "allocator", *arguments)


def test_a_column(copy):
    versions = copy / "allocator/db/migrations/versions"
    newest = max(path.name[:4] for path in versions.glob("*.py"))
    apply_guide("adding-a-column", copy, {"interpreter": "chaperone", "0099": "0098", "0003": newest})
    apply_guide("adding-a-column", copy, {"0003": "0098"})
    # The dictionary and the template know it.
    allocator(copy, "template", "empty")
    assert "an interpreter is needed at visits" in (copy / "empty/README.md").read_text()
    assert "interpreter" in (copy / "empty/cases.csv").read_text().splitlines()[0]
    # It is read as people type it, and what is none of its values is refused.
    cases = copy / "force" / "cases.csv"
    lines = cases.read_text().splitlines()
    cases.write_text(
        "\n".join([f"{lines[0]},interpreter", f"{lines[1]},Y", *(f"{line}," for line in lines[2:])]) + "\n"
    )
    read = "from allocator import read_force; print([c.interpreter for c in read_force('force').cases])"
    assert run(copy, "-c", read).strip() == "[True, False, False, False]"
    # A scenario may change it; the store tells it as a change, and a program of before is kept away.
    (copy / "changes.toml").write_text(
        'name = "Asks"\n[[change]]\nwhat = "case-changes"\ncase = "a2"\ninterpreter = true\n'
    )
    assert "Case a2: interpreter yes." in allocator(copy, "whatif", "force", "changes.toml")
    allocator(copy, "db", "upgrade")
    allocator(copy, "cycle", "import", "force", "--as", "Ann")
    cases.write_text(cases.read_text().replace(",Y", ",no"))
    assert "interpreter" in allocator(copy, "cycle", "import", "force", "--as", "Ann")
    assert allocator(copy, "audit", "verify").startswith("The audit log verifies")
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    before = subprocess.run(
        [sys.executable, "-m", "allocator", "cycle", "list", "--home", copy / "home"],
        env=environment,
        capture_output=True,
        text=True,
    )
    assert before.returncode == 1 and "newer version" in before.stderr


PAGE = """
import sys
import tokenize
from functools import cache
from pathlib import Path
from tests.cycling import imported
from tests.http.api.conftest import served
from tests.http.web.looking import look
from allocator import read_force

for server in served(Path("pages")):
    imported(server.context.store, read_force("force"), Path("pages") / "force")
    for who in ("supervisor", "planner", "north"):
        page = look(server, who, "/premises")
        held = any(cell.text == "A" for cell in page.every("td"))
        print(who, page.status_code, "Premises and linked officers" in page.text, held)
    print("menu", bool(look(server, "supervisor", "/help").every("a", href="/premises")))
"""


def test_a_page(copy):
    other = {"sites": "places", '"/premises"': '"/places"', '"Premises"': '"Places"'}
    apply_guide("adding-a-page", copy, other)
    apply_guide("adding-a-page", copy)
    told = [line for line in run(copy, "-c", PAGE).splitlines() if not line[0].isdigit()]  # those are of the log
    assert told == ["supervisor 200 True True", "planner 403 False False", "north 200 True True", "menu True"]


def test_a_kind_of_change(copy):
    other = {"OfficerMoves": "OfficerGoes", "officer-moves": "officer-goes", "transfers": "goings"}
    apply_guide("adding-a-change", copy, other)
    apply_guide("adding-a-change", copy)
    (copy / "moves.toml").write_text(
        'name = "Moves"\n[[change]]\nwhat = "officer-moves"\nofficer = "S"\ndivision = "North"\n'
    )
    text = allocator(copy, "whatif", "force", "moves.toml")
    assert "S goes to North." in text
    (copy / "wrong.toml").write_text(
        'name = "Wrong"\n[[change]]\nwhat = "officer-moves"\nofficer = "S"\ndivision = "Nort"\n'
    )
    wrong = subprocess.run(
        [sys.executable, "-m", "allocator", "whatif", "force", "wrong.toml"],
        cwd=copy,
        env={**os.environ, "PYTHONPATH": str(copy)},
        capture_output=True,
        text=True,
    )
    assert wrong.returncode == 2 and "North is meant" in wrong.stderr
    told = "from allocator.analysis.scenario_reference import changes_markdown; print(changes_markdown())"
    assert "| `officer-moves` | An officer goes to another division" in run(copy, "-c", told)


def test_every_place_that_asks_for_the_database_is_in_the_guide():
    text = page("adding-a-store").text
    rooms = ROOT / "allocator"
    asking = {
        path.relative_to(ROOT).as_posix()
        for path in rooms.rglob("*.py")
        if re.search(
            r"\b(dialect|for_database|sqlite\w*|postgresql)\b",
            re.sub(r'""".*?"""|#[^\n]*', "", path.read_text(), flags=re.S),
        )
    }
    either_or = [
        name
        for name in asking
        if re.search(r"not [\w.]*sqlite\b|!= .sqlite|else .*postgres", (ROOT / name).read_text(), re.I)
    ]
    assert either_or == [], "a further database would be taken for PostgreSQL: use `for_database`"
    named = set(re.findall(r"`(allocator/db/[\w/]+\.py)`", text)) - {"allocator/db/migrations/env.py"}  # Alembic asks
    assert {name for name in asking if name.startswith("allocator/db/")} == named
    assert not any(name.startswith(("allocator/http", "allocator/jobs", "allocator/app")) for name in asking)


def test_what_programs_are_shown_in_python_runs(tmp_path):
    (tmp_path / "scenarios").symlink_to(ROOT / "scenarios")
    blocks = re.findall(r"^```python\n(.*?)^```$", page("programs").text, re.M | re.S)
    body = "".join(f"    {line}\n" for block in blocks for line in block.splitlines())
    (tmp_path / "program.py").write_text(f"def program():\n{body}\n\nif __name__ == '__main__':\n    program()\n")
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "program.py"], cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "unplaced 0 0 True" in done.stdout and done.stdout.endswith("imported\n")


@cache
def names_in_code() -> frozenset[str]:
    """Every name that the code of the program or of its tests uses; not what only texts and comments say."""
    found = set(dir(builtins))
    for path in (*(ROOT / "allocator").rglob("*.py"), *(ROOT / "tests").rglob("*.py")):
        with path.open("rb") as file:
            found |= {token.string for token in tokenize.tokenize(file.readline) if token.type == tokenize.NAME}
    return frozenset(found)


@pytest.mark.parametrize(
    "topic", [*(name for name in topics() if name.startswith("adding-")), "architecture", "testing"]
)
def test_names_in_a_guide_are_in_the_code(topic):
    whole = page(topic).text
    added = set(re.findall(r"\w+", "".join(re.findall(r"^```.*?^```$", whole, re.M | re.S))))
    text = re.sub(r"^```.*?^```$", "", whole, flags=re.M | re.S)
    named = re.findall(r"`([A-Za-z_][\w.]*)(?:\([^`]*\))?`", text)
    parts = {part for name in named if not name.endswith((".py", ".toml", ".md")) for part in name.split(".")}
    assert parts - names_in_code() - added == set()


TOPICS = [name for name in topics() if name.startswith("adding-")]


@pytest.mark.parametrize("topic", TOPICS)
def test_files_that_a_guide_names_are_there(topic):
    text = re.sub(r"^```.*?^```$", "", page(topic).text, flags=re.M | re.S)
    new = {*re.findall(r"^`(\S+)`, new:$", text, re.M), "tests/rules/test_medium_intake.py"}
    named = set(re.findall(r"`((?:allocator|tests|scenarios)/[\w./-]+)`", text)) - new
    assert named and all((ROOT / name).exists() for name in named), named
