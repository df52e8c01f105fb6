"""The page of licences is as the packages say, and none of them is one that nobody has accepted."""

from __future__ import annotations

import re
import tomllib

import pytest

from tests.manual.console import ROOT
from tests.manual.licences import (
    ACCEPTED,
    EXTRAS,
    FILES_PURPOSE,
    PAGE,
    PURPOSE,
    closure,
    files,
    installed,
    licence,
    only_for,
    renewed_licences,
)

TEXT = PAGE.read_text("utf-8")
TOLD = dict(re.findall(r"^\| (\S+) \| (.+?) \|", TEXT, re.M))


def test_the_page_is_as_the_packages_say():
    assert renewed_licences(TEXT) == TEXT, "run `python -m tests.manual.renew`"


@pytest.mark.parametrize("name", closure())
def test_a_package_is_told_with_its_licence(name):
    if installed(name) is None:
        assert name in only_for(), f"{name} is not installed"
        assert name in TOLD
        pytest.skip(f"only for {only_for()[name]}")
    assert TOLD[name] == licence(name)


@pytest.mark.parametrize("name", [*closure(), *files()])
def test_a_licence_is_one_that_is_accepted(name):
    told = TOLD[name].strip()
    assert told != "unknown"
    assert set(re.split(r"[\s()]+(?:AND|OR|WITH)[\s()]+", told.strip("()"))) <= ACCEPTED, told


def test_what_the_program_asks_for_is_told_with_what_it_is_for():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    wanted = [*project["dependencies"], *(line for extra in EXTRAS for line in project["optional-dependencies"][extra])]
    assert set(PURPOSE) == {re.split(r"[\[<>=]", line)[0] for line in wanted}
    assert set(FILES_PURPOSE) == set(files())


def test_all_is_in_the_lock_and_nothing_is_for_tests_alone():
    locked = set(re.findall(r"^([\w.-]+)==", (ROOT / "requirements.lock").read_text("utf-8"), re.M))
    assert set(closure()) <= locked
    assert not set(closure()) & {"pytest", "hypothesis", "playwright", "highspy", "pip-audit", "allocator"}


def test_a_package_that_is_not_here_keeps_what_the_page_says_of_it():
    assert licence("no-such-package-of-ours", "MIT") == "MIT"
    assert licence("no-such-package-of-ours") == "unknown"
