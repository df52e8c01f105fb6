"""What the manual takes from code is as the code is."""

from __future__ import annotations

import re
import tomllib

from allocator.cli.reference import PARTS
from allocator.manual.pages import FOLDER, page
from tests.manual.console import ROOT
from tests.manual.renew import made

RENEW = "run `python -m tests.manual.renew`"


def test_every_file_is_as_the_code_makes_it():
    stale = [path.name for path, text in made().items() if not path.exists() or path.read_text("utf-8") != text]
    assert stale == [], RENEW


def test_no_schema_is_of_a_command_that_is_gone():
    wanted = {path.name for path in made() if path.suffix == ".json"}
    assert {path.name for path in (FOLDER / "schemas").iterdir()} == wanted, RENEW


def test_every_part_stands_on_one_page():
    marks = re.findall(
        r"^<!-- made from code: (\S+) -->$", "".join(p.read_text("utf-8") for p in FOLDER.glob("*.md")), re.M
    )
    assert sorted(marks) == sorted(PARTS)


def test_the_version_that_moves_has_its_changes():
    version = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    releases = [section.title for section in page("changes").sections if section.level == 2]
    assert releases[0] == version
    numbers = [tuple(map(int, release.split("."))) for release in releases]
    assert numbers == sorted(set(numbers), reverse=True)
