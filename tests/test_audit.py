"""What `.ci/audit` makes of what pip-audit says: recorded answers, and no network."""

import json
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path

ROOT = Path(__file__).parents[1]
LOCK = """\
click==8.1.0 \\
    --hash=sha256:00
colorama==0.4.6 ; sys_platform == 'win32' \\
    --hash=sha256:00
jinja2==3.1.2 \\
    --hash=sha256:00
    # via allocator (pyproject.toml)
"""
CLICK = {"name": "click", "version": "8.1.0", "vulns": []}
JINJA = {"name": "jinja2", "version": "3.1.2", "vulns": []}


def decide(*packages, errors="", output=None):
    loader = SourceFileLoader("ci_audit", str(ROOT / ".ci" / "audit"))
    script = module_from_spec(spec_from_loader("ci_audit", loader))
    loader.exec_module(script)
    return script.decide(
        LOCK, json.dumps({"dependencies": packages, "fixes": []}) if output is None else output, errors
    )


def skipped(name, version):
    reason = f"Dependency not found on PyPI and could not be audited: {name} ({version})"
    return {"name": name, "skip_reason": reason}


def test_a_known_vulnerability_fails_and_is_named_with_what_fixes_it():
    found = [
        {"id": "PYSEC-2024-1", "fix_versions": ["3.1.3", "3.0.9"], "aliases": ["CVE-2024-22195"], "description": "…"},
        {"id": "GHSA-xxxx", "fix_versions": [], "aliases": [], "description": "…"},
    ]
    code, lines = decide(CLICK, {**JINJA, "vulns": found}, errors="Found 2 known vulnerabilities in 1 package")
    assert code == 1
    assert lines == [
        "Known vulnerabilities: 2.",
        "jinja2 3.1.2: PYSEC-2024-1, fixed in 3.1.3 or 3.0.9",
        "jinja2 3.1.2: GHSA-xxxx, not fixed yet",
    ]


def test_it_fails_even_where_others_could_not_be_asked_about():
    found = [{"id": "PYSEC-2024-1", "fix_versions": ["3.1.3"], "aliases": [], "description": "…"}]
    assert decide(skipped("click", "8.1.0"), {**JINJA, "vulns": found})[0] == 1


def test_none_known_says_what_was_asked_and_what_is_of_other_systems():
    code, lines = decide(CLICK, JINJA, errors="No known vulnerabilities found")
    assert code == 0
    assert lines == [
        "2 of 3 packages of requirements.lock were asked about; none has a known vulnerability.",
        "Not asked about, since they are for other systems: colorama.",
    ]


def test_who_was_not_asked_about_is_named():
    code, lines = decide(CLICK, skipped("jinja2", "3.1.2"), errors="No known vulnerabilities found")
    assert code == 0 and lines[0].startswith("1 of 3 packages")
    assert lines[1].startswith("Not asked about: jinja2 (Dependency not found")


def test_a_mirror_without_the_data_is_told_and_goes_on():
    code, lines = decide(skipped("click", "8.1.0"), skipped("jinja2", "3.1.2"), errors="No known vulnerabilities found")
    assert code == 0 and len(lines) == 1
    assert lines[0].startswith("Nothing was asked about, since vulnerability data cannot be reached. Of 2 packages")


def test_so_is_a_service_that_cannot_be_reached():
    uncaught = """\
Traceback (most recent call last):
  File "requests/adapters.py", line 729, in send
    raise ConnectionError(e, request=request)
requests.exceptions.ConnectionError: HTTPSConnectionPool(host='data.example', port=443): Max retries exceeded \
(Caused by NameResolutionError("Failed to resolve 'data.example' ([Errno -2] Name or service not known)"))
"""
    blocked = (
        "ERROR:pip_audit._cli:Could not connect to PyPI's vulnerability feed\nERROR: Tip: your network may be blocking"
    )
    for errors in (uncaught, blocked):
        code, lines = decide(output="", errors=errors)
        assert code == 0 and lines[0].startswith(
            "Nothing was asked about, since vulnerability data cannot be reached: "
        )


def test_whatever_else_goes_wrong_fails():
    broken = "ERROR:pip_audit._cli:requirement colorama is missing a hash\n"
    assert decide(output="", errors=broken) == (1, ["pip-audit gave no answer:", broken.strip()])
    forged = "requests.exceptions.SSLError: certificate verify failed: unable to get local issuer certificate"
    assert decide(output="", errors=forged)[0] == 1
    assert decide(output='{"dependencies": 1', errors="")[0] == 1


def test_it_is_asked_on_every_run():
    assert "\n.venv/bin/python .ci/audit\n" in (ROOT / ".ci" / "run").read_text()


def test_the_lock_pins_every_package_by_hash_and_names_no_registry():
    lock = (ROOT / "requirements.lock").read_text()
    pinned = [part for part in lock.split("\n") if part and part[0] not in " #"]
    assert pinned and all(part.partition(" ")[0].count("==") == 1 and part.endswith("\\") for part in pinned)
    assert lock.count("--hash=sha256:") >= len(pinned)
    assert "://" not in lock and "--index-url" not in lock
