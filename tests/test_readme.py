"""The README shows what the commands print: each is run, and its output compared."""

import re
import shlex
import subprocess
from pathlib import Path

import pytest

from allocator.cli import main

ROOT = Path(__file__).parents[1]
BLOCKS = re.findall(r"^```console\n(.*?)^```$", (ROOT / "README.md").read_text(encoding="utf-8"), re.M | re.S)


@pytest.fixture(scope="module")
def surrey(tmp_path_factory):
    """A folder like the project's, after the README's first command."""
    folder = tmp_path_factory.mktemp("readme")
    (folder / "scenarios").symlink_to(ROOT / "scenarios")
    with pytest.raises(SystemExit):
        main(["allocate", str(folder / "scenarios" / "surrey-2022"), "--out", str(folder / "out/surrey"), "--quiet"])
    return folder


def test_every_answer_is_shown():
    shown = " ".join(BLOCKS)
    for command in ("recommend", "why", "why-not", "whatif", "frontier", "diagnose", "compare"):
        assert f"$ allocator {command} scenarios/surrey-2022" in shown or f"$ allocator {command} out/surrey" in shown


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block.split("\n")[0][:40])
def test_the_readme_shows_what_commands_print(block, surrey, monkeypatch, capfdbinary):
    monkeypatch.chdir(surrey)
    monkeypatch.setenv("COLUMNS", "80")
    commands = [line[2:] for line in block.splitlines() if line.startswith("$ ")]
    shown = [line.rstrip() for line in block.splitlines() if not line.startswith("$ ")]
    for command in commands:
        if command.startswith("allocator "):
            with pytest.raises(SystemExit) as end:
                main(shlex.split(command)[1:])
            assert end.value.code == 0
        else:
            subprocess.run(command, shell=True, check=True)
    printed = [line.rstrip() for line in capfdbinary.readouterr().out.decode().splitlines()]
    pattern = r"\n".join(r"(?:.*\n)*?.*" if line == "…" else re.escape(line) for line in shown)
    assert re.fullmatch(pattern, "\n".join(printed)), "\n".join(printed)
