"""The same forces planned by an older version: ``python -m benchmarks.relief.before CHECKOUT``.

Rows are added to ``results.csv`` regime by regime, in place of those of another commit. A force whose row is there
already is not planned again, so that a run which was stopped goes on where it was.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from allocator.synth import REGIMES, draw_nation
from benchmarks.forces import SEED
from benchmarks.relief.ask import BEFORE, KEPT, LIMIT, RECOUNTED, before_rows, cells, planned
from benchmarks.rows import read_rows, write_rows


def main(arguments: Sequence[str] | None = None) -> int:
    """Run from the command line; 2 where the checkout is none."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.relief.before", description=__doc__.partition(":")[0])
    parser.add_argument("checkout", type=Path, help="a git checkout of the version before")
    checkout = parser.parse_args(arguments).checkout.resolve()
    commit = commit_of(checkout)
    if commit is None:
        advice = "Maybe: git clone . CHECKOUT && git -C CHECKOUT checkout COMMIT"
        print(f"{checkout}: expected the top folder of a git checkout of this project.\n{advice}", file=sys.stderr)
        return 2
    rows = [row for row in before_rows() if row["note"] == commit and row["limit"] == LIMIT]
    kept = [row for row in read_rows(KEPT) if row["step"] not in (BEFORE, RECOUNTED)] if KEPT.is_file() else []
    for regime in REGIMES:
        done = {row["force"] for row in rows if row["regime"] == regime}
        forces = {slug: force for slug, force in draw_nation(SEED, regime).items() if slug not in done}
        for plan, told in planned(checkout, forces, LIMIT) if forces else ():
            rows += [cells(step, regime, plan, told, commit) for step in (BEFORE, RECOUNTED)]
            print(f"{regime}, {told['force']}: {told['seconds']:.1f} s", file=sys.stderr, flush=True)
        rows.sort(key=lambda row: list(REGIMES).index(row["regime"]))
        write_rows(KEPT, [*kept, *rows])
    return 0


def commit_of(checkout: Path) -> str | None:
    """The short name of the commit whose top folder this is; None where it is none, or not of the allocator."""
    command = ["git", "-C", str(checkout), "rev-parse", "--show-toplevel", "--short=7", "HEAD"]
    said = subprocess.run(command, capture_output=True, text=True)
    top, *commit = said.stdout.split("\n")
    if said.returncode or Path(top) != checkout or not (checkout / "allocator" / "__init__.py").is_file():
        return None
    return commit[0]


if __name__ == "__main__":
    sys.exit(main())
