"""A tiny force on disk, and the command line run in this process."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from allocator.cli import main
from allocator.files.writing import write_force
from tests.tiny import current, force, new, officer

# A starts with 3 of 2 and gives one to B, who takes the new one too. Nobody may take n2.
FORCE = force(
    [officer("A"), officer("B")],
    [*(current(c, "A") for c in ("c1", "c2", "c3")), new("n1"), new("n2", needs=frozenset({"x"}))],
    limits={"cases": 2},
)


class Ended(NamedTuple):
    code: int
    out: str
    err: str


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "force"
    write_force(FORCE, path)
    return path


@pytest.fixture
def run(capfdbinary: pytest.CaptureFixture[bytes]) -> Callable[..., Ended]:
    """Run a command line; gives its exit code and what it printed."""

    def ended(*arguments: object) -> Ended:
        with pytest.raises(SystemExit) as end:
            main([str(argument) for argument in arguments])
        out, err = capfdbinary.readouterr()
        return Ended(int(str(end.value.code)), out.decode(), err.decode())

    return ended
