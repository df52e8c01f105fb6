"""Sentences live in reporting and in templates: elsewhere data is handed over, and worded only what is wrong."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2] / "allocator"
# A scenario and each of its changes have their sentences, as rules have; the rest is about a store that is broken, an
# import, a plan that is refused since it was overtaken, what is wrong with a setting or an option, styles that
# are not built, and which files a command has read or written.
OWN = {
    "analysis/changes/arrivals.py",
    "analysis/changes/cases.py",
    "analysis/changes/officers.py",
    "analysis/changes/premises.py",
    "analysis/scenario.py",
    "cli/db.py",
    "cli/options.py",
    "cli/reductions.py",
    "cli/reference.py",
    "cli/supervisors.py",
    "cli/synth.py",
    "cli/template.py",
    "db/chain.py",
    "db/verifying.py",
    "http/web/assets/build.py",
    "http/web/routes/settings.py",
}


def sentences(path: Path) -> list[str]:
    """Texts with places for data that read as sentences, but for those of errors."""
    tree = ast.parse(path.read_text())
    errors = [node for node in ast.walk(tree) if isinstance(node, ast.Raise) or _makes_an_error(node)]
    of_errors = {id(inner) for node in errors for inner in ast.walk(node)}
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr) and id(node) not in of_errors:
            text = "".join(str(part.value) if isinstance(part, ast.Constant) else "X" for part in node.values)
            if text.rstrip().endswith(".") and len(re.findall(r"[A-Za-z]+", text)) >= 5:
                found.append(text)
    return found


def _makes_an_error(node: ast.AST) -> bool:
    """Whether something builds an error, a part of one, what stands beside one, or a warning for the operator."""
    if isinstance(node, ast.Assign):
        return ast.unparse(node.targets[0]) == "told"  # of an error, without what is the operator's alone
    if not isinstance(node, ast.Call):
        return False
    built = r"(Error|Problem|Conflict|Denied|NotThere|Unavailable|refusal\w*|\.warn|\._tell)$"
    return re.search(built, ast.unparse(node.func)) is not None


@pytest.mark.parametrize(
    "room", ["analysis", "planning", "cycles", "db", "app", "solver", "http/api", "http/web", "cli"]
)
def test_no_other_room_words_an_answer(room):
    found = {str(path.relative_to(ROOT)): sentences(path) for path in sorted((ROOT / room).rglob("*.py"))}
    assert {path: said for path, said in found.items() if said and path not in OWN} == {}


def test_what_words_itself_does_so():
    assert [path for path in sorted(OWN) if not sentences(ROOT / path)] == []


def test_only_renderers_know_how_forms_are_written():
    for path in (ROOT / "reporting").glob("*.py"):
        imported = {
            name.split(".")[0]
            for node in ast.walk(ast.parse(path.read_text()))
            for name in ([node.module or ""] if isinstance(node, ast.ImportFrom) else _names(node))
        }
        assert not imported & {"rich", "xlsxwriter", "jinja2"}, path.name


def _names(node: ast.AST) -> list[str]:
    return [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
