"""What no line of the program does, looked up in all of them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from allocator.http.web.assets import build
from allocator.manual.pages import page

ROOT = Path(__file__).parents[1]
TEMPLATES = ROOT / "allocator/http/web/templates"
SQL = re.compile(r"\s*(select|insert|update|delete|create|drop|alter|pragma|grant|truncate|with)\s", re.I)


@cache
def trees() -> dict[str, ast.Module]:
    """Every module of the program, by its file."""
    paths = sorted((ROOT / "allocator").rglob("*.py"))
    return {path.relative_to(ROOT).as_posix(): ast.parse(path.read_text("utf-8")) for path in paths}


def imported(*names: str) -> dict[str, set[str]]:
    """Which of some modules each file imports, wherever in it."""
    found: dict[str, set[str]] = {}
    for file, tree in trees().items():
        for node in ast.walk(tree):
            several = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            several += [str(node.module)] if isinstance(node, ast.ImportFrom) and not node.level else []
            for name in names:
                if any(one == name or one.startswith(f"{name}.") for one in several):
                    found.setdefault(name, set()).add(file)
    return found


def calls() -> Iterator[tuple[str, str, ast.Call]]:
    """Every call, with its file and what is called."""
    for file, tree in trees().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                yield file, ast.unparse(node.func), node


def test_nothing_that_was_read_is_run():
    for file, name, call in calls():
        where = f"{file}:{call.lineno}"
        assert name not in ("eval", "exec", "compile", "__import__", "os.system", "os.popen"), where
        assert not name.endswith((".from_string", ".overlay")) and name not in ("Template", "jinja2.Template"), where
        assert not any(word.arg == "shell" for word in call.keywords), where
    # Of all that starts a command, only what builds the styles, when a package is made.
    assert imported("subprocess", "pty", "commands") == {"subprocess": {"allocator/http/web/assets/build.py"}}


def test_objects_are_made_of_data_only_between_our_own_processes():
    assert imported("pickle", "marshal", "shelve", "yaml", "dill", "cloudpickle", "jsonpickle") == {
        "pickle": {"allocator/compute/worker.py"}
    }


def test_nothing_is_asked_of_anybody_else():
    clients = ("urllib.request", "http.client", "httpx", "httpx2", "requests", "aiohttp", "smtplib", "ftplib")
    assert imported(*clients, "socket") == {
        "socket": {
            "allocator/db/head_places.py",  # syslog of this machine, where it is asked for
            "allocator/http/serving.py",  # listens
            "allocator/jobs/leases.py",  # the name of this machine
        }
    }
    # The database and the cluster have clients of their own.
    assert imported("psycopg", "distributed").get("psycopg", set()) == set()
    assert imported("distributed")["distributed"] == {"allocator/compute/cluster.py"}


def test_no_statement_of_sql_is_put_together_from_texts():
    for file, tree in trees().items():
        for node in ast.walk(tree):
            parts: list[ast.expr] = []
            if isinstance(node, ast.JoinedStr):
                # A constant of the program may be named in one.
                named = [ast.unparse(one.value) for one in node.values if isinstance(one, ast.FormattedValue)]
                parts = [] if all(re.fullmatch("_?[A-Z_]+|pragma", name) for name in named) else node.values[:1]
            elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Mod):
                parts = [node.left]
            elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "format":
                parts = [node.func.value]
            texts = [one.value for one in parts if isinstance(one, ast.Constant) and isinstance(one.value, str)]
            # Triggers of a migration name columns of the same file.
            speaks = file.startswith("allocator/db/") and not file.startswith("allocator/db/migrations/")
            assert not (speaks and any(map(SQL.match, texts))), f"{file}:{node.lineno}"


def test_secrets_are_random_enough():
    small = set()
    for file, name, call in calls():
        assert name not in ("uuid.uuid1", "uuid.uuid4", "uuid4"), file
        if re.fullmatch(r"(secrets\.)?token_(hex|urlsafe|bytes)", name):
            size = call.args[0]
            if isinstance(size, ast.Constant) and size.value < 16:
                small.add(file)
    # Names of drafts, numbers of requests, and passwords of a demonstration that is for one machine.
    assert small == {
        *("allocator/db/audit.py", "allocator/db/backups.py", "allocator/db/home.py", "allocator/db/vouching.py"),
        "allocator/files/atomic.py",
        *("allocator/http/observability.py", "allocator/http/serving.py"),
    }
    # Chance that can be repeated is for made-up forces and futures.
    for name, files in imported("random", "numpy.random").items():
        assert not any(file.startswith(("allocator/app", "allocator/db", "allocator/http")) for file in files), name


def test_hashes_are_of_256_bits_and_stand_in_the_manual():
    names = {name.partition(".")[2] for _, name, _ in calls() if re.fullmatch(r"(hashlib|hmac)\.\w+", name)}
    assert names <= {"sha256", "new", "compare_digest"}
    for _, name, call in calls():
        assert name != "hmac.new" or ast.unparse(call.args[2]) == "hashlib.sha256"
        assert name != "hashlib.new"
    for tree in trees().values():
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.module in ("hashlib", "hmac"):
                assert {alias.name for alias in node.names} == {"sha256"}
    found = imported("hashlib", "hmac", "pwdlib", "argon2", "cryptography", "ssl", "Crypto", "nacl")
    assert set(found) == {"hashlib", "hmac", "pwdlib"}
    (section,) = (one for one in page("protection").sections if one.title == "Keys and hashes")
    assert {file for files in found.values() for file in files} == set(
        re.findall(r"`(allocator/\S+\.py)`", section.text)
    )


def test_scripts_keep_nothing_and_put_text_as_text():
    for name in ("app.js", "docs.js"):
        text = (build.HERE / name).read_text("utf-8")
        for word in ("localStorage", "sessionStorage", "indexedDB", "document.cookie", "innerHTML", "outerHTML"):
            assert word not in text, (name, word)
        for word in (
            "eval(",
            "document.write",
            "postMessage",
            "insertAdjacentHTML",
            "new Function",
            "JSON.parse",
            "__proto__",
        ):
            assert word not in text, (name, word)
    base = (TEMPLATES / "base.html").read_text("utf-8")
    for setting in (
        '"allowEval": false',
        '"allowScriptTags": false',
        '"historyCacheSize": 0',
        '"selfRequestsOnly": true',
    ):
        assert setting in base


def test_no_template_writes_a_script_or_takes_text_for_markup():
    for path in sorted((ROOT / "allocator").rglob("*.html")):
        text = path.read_text("utf-8")
        if path.is_relative_to(TEMPLATES):
            assert not re.search(r"\|\s*safe\b|autoescape false", text), path.name
            for script in re.findall(r"<script\b([^>]*)>(.*?)</script>", text, re.S):
                assert 'src="/static/' in script[0] and script[1].strip() == "", path.name
            assert not re.search(r"<[^>{]*\son\w+=|javascript:", text), path.name


def test_no_secret_ships_with_the_program():
    from allocator.http.settings import ServerSettings

    named = re.compile(r"(password|secret|token|key)$", re.I)
    assert ServerSettings.model_fields["database"].default is None
    for file, tree in trees().items():
        for node in ast.walk(tree):
            if (
                isinstance(node, ast.Assign)
                and isinstance(node.value, ast.Constant)
                and isinstance(node.value.value, str)
            ):
                names = [one.id for one in node.targets if isinstance(one, ast.Name)]
                assert not any(map(named.search, names)), f"{file}:{node.lineno}"


def test_patterns_and_formats_are_the_programs_own():
    named, found = re.compile(r"_?[A-Z_]+"), set()
    for file, name, call in calls():
        where = f"{file}:{call.lineno}"
        if re.fullmatch(r"re\.(compile|match|fullmatch|search|sub|subn|split|findall|finditer)", name):
            pattern = call.args[0]
            parts = pattern.values if isinstance(pattern, ast.JoinedStr) else [pattern]
            for part in parts:
                inner = part.value if isinstance(part, ast.FormattedValue) else part
                names = {one.id for one in ast.walk(inner) if isinstance(one, ast.Name)}
                assert all(named.fullmatch(one) for one in names - {"re"}), where
        formats = isinstance(call.func, ast.Attribute) and call.func.attr in ("format", "format_map")
        if formats and isinstance(call.func.value, ast.Name) and not call.func.value.id.isupper():
            found.add((file, call.func.value.id))
    # Sentences that the program hands on to what fills them.
    assert found == {
        ("allocator/cli/progress.py", "form"),
        ("allocator/reporting/renderers/charts.py", "href"),
        ("allocator/rules/notes/overdue.py", "first"),
        ("allocator/rules/notes/overdue.py", "other"),
    }


def test_files_are_handed_out_under_names_of_ours():
    found = [(file, call) for file, name, call in calls() if name == "attachment"]
    assert len(found) >= 5
    for file, call in found:
        values = call.args[0].values if isinstance(call.args[0], ast.JoinedStr) else []
        parts = {ast.unparse(part.value) for part in values if isinstance(part, ast.FormattedValue)}
        assert parts <= {"cycle_id", "found.month"}, f"{file}:{call.lineno}"
    # Nothing else names a file, and no file of the server is sent as it lies there but those that were built for pages.
    named = {file for file, tree in trees().items() if "attachment; " in ast.unparse(tree).lower()}
    assert named == {"allocator/http/responses.py"}
    assert {file for file, name, _ in calls() if name.endswith(("FileResponse", "StaticFiles"))} == {
        "allocator/http/web/app.py"
    }
