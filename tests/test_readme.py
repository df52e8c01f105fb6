"""The README shows what the commands print: each is run, and its output compared."""

import re
import shlex
import subprocess
from pathlib import Path

import pytest

from allocator.cli import main
from allocator.cli.cycle import PLACES

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```console\n(.*?)^```$", README, re.M | re.S)
# The walk through a cycle: each block builds on those before it.
WALK = re.findall(r"^```console\n(.*?)^```$", README.partition("\n## Keep it\n")[2].partition("\n## ")[0], re.M | re.S)


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


@pytest.mark.parametrize(
    "block", [block for block in BLOCKS if block not in WALK], ids=lambda block: block.split("\n")[0][:40]
)
def test_the_readme_shows_what_commands_print(block, surrey, monkeypatch, capfdbinary):
    monkeypatch.chdir(surrey)
    printed_as_shown(block, monkeypatch, capfdbinary)


def test_the_readmes_walk_through_a_cycle(surrey, tmp_path, monkeypatch, capfdbinary):
    (tmp_path / "scenarios").symlink_to(surrey / "scenarios")
    monkeypatch.chdir(tmp_path)
    for block in WALK:
        printed_as_shown(block, monkeypatch, capfdbinary)


def test_the_walk_takes_every_step():
    walked = set(re.findall(r"^\$ allocator ((?:(?:cycle|audit|reductions|db) )?[a-z-]+)", "".join(WALK), re.M))
    steps = {f"cycle {name}" for name in PLACES} | {"audit verify", "audit show", "reductions import"}
    steps |= {"reductions show", "db upgrade", "deliver", "report", "supervisors", "purge", "buddies", "courses"}
    assert walked == steps


def printed_as_shown(block, monkeypatch, capfdbinary):
    """Run a block's commands one by one, and compare what each printed with what is shown below it."""
    monkeypatch.setenv("COLUMNS", "80")
    for command, shown in re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", block, re.M):
        # What is shown to be refused says so on the other stream.
        refused = "Nothing was changed." in shown
        if command.startswith("allocator "):
            with pytest.raises(SystemExit) as end:
                main(shlex.split(command)[1:])
            assert end.value.code == (1 if refused else 0), command
        else:
            subprocess.run(command, shell=True, check=True)
        streams = capfdbinary.readouterr()
        lines = (streams.err if refused else streams.out).decode().splitlines()
        printed = "".join(f"{line.rstrip()}\n" for line in lines)
        kept = [line.rstrip() for line in shown.splitlines()]
        pattern = "".join(r"(?:.*\n)*?" if line == "…" else re.escape(line) + r"\n" for line in kept)
        assert re.fullmatch(pattern, printed), f"{command}\n{printed}"
