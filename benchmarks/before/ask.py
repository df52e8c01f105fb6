"""Time to proof beside the last commit before the contract changed."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path

from allocator.synth import REGIMES
from benchmarks.forces import folder
from benchmarks.peers.protocol import GOALS
from benchmarks.race import ROOT
from benchmarks.races import BEFORE, OURS, force_cells
from benchmarks.rows import Row, row

QUESTION = "Does a proof take longer than before the contract changed?"
COMMIT = "6a4caa0"
LIMIT = 60.0
ROUNDS = {"county": 5, "metropolitan": 3}


def ask(quick: bool) -> Iterator[Row]:
    """One row a run: before, after, before, after, ..."""
    limit, rounds = (5.0, {"county": 1}) if quick else (LIMIT, ROUNDS)
    with tempfile.TemporaryDirectory(prefix="benchmark-before-") as room:
        if not checked_out(Path(room)):
            yield row(None, step="skipped", limit=limit, note=f"this copy has no commit {COMMIT}")
            return
        for profile, count in rounds.items():
            for regime in ("ordinary",) if quick else REGIMES:
                for number in range(1, count + 1):
                    for peer, root in ((BEFORE, Path(room)), (OURS, ROOT)):
                        cells = timed(root, folder(profile, regime), number - 1, limit)
                        yield row(None, peer=peer, run=number, limit=limit, **force_cells(profile, regime), **cells)


def checked_out(room: Path) -> bool:
    """Whether the files of the commit before could be written to a folder."""
    made = subprocess.run(["git", "-C", str(ROOT), "archive", COMMIT], capture_output=True)
    if made.returncode:
        return False
    with tarfile.open(fileobj=io.BytesIO(made.stdout)) as archive:
        archive.extractall(room, filter="data")
    return True


def timed(root: Path, force: Path, seed: int, limit: float) -> Row:
    """What one version told of its run on a force: its seconds, and when each goal was proved.

    Raises
    ------
    RuntimeError
        When it told nothing.
    """
    with tempfile.TemporaryDirectory() as place:
        out = Path(place, "told.json")
        command = [sys.executable, "-m", "benchmarks.peers.ours", str(force.resolve())]
        command += ["--seconds", str(limit), "--seed", str(seed), "--out", str(out)]
        done = subprocess.run(command, cwd=root, stdin=subprocess.DEVNULL, capture_output=True, text=True)
        if done.returncode or not out.exists():
            raise RuntimeError(f"{root}: ended with {done.returncode}: {done.stderr.strip().splitlines()[-1:]}")
        told = json.loads(out.read_text())
    proofs = {f"proof_{goal}": told["proofs"][goal] for goal in GOALS if goal in told["proofs"]}
    return {"seconds": told["seconds"], "proved": len(proofs) == len(GOALS), **proofs}
