"""The judge: run one peer on one force in a process of its own, and check every plan that it leaves behind.

A peer is believed in nothing that can be checked: its plans' goals are recomputed by ``allocator.check``, and a proof
counts only where the bound that it told is what its plan then reaches.
"""

from __future__ import annotations

import contextlib
import json
import math
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from allocator import Force, Plan, check, read_force
from benchmarks.peers.protocol import GOALS

ROOT = Path(__file__).parents[1]
PEERS = (
    "ours",
    "most_room",
    "by_name",
    "cpsat_textbook",
    "highs_textbook",
    "cpsat_grouped",
    "highs_grouped",
    "timefold",
    "key_worker",
    "one_to_one",
)
GRACE = 60.0  # seconds after its limit, loading included, at which a peer is ended
SAMPLE = 0.2  # seconds between looks at its memory


@dataclass(frozen=True)
class Outcome:
    """What a peer reached.

    Attributes
    ----------
    peer : str
    seconds : float
        On the peer's own clock, from the force in memory to its end; NaN where it gave no answer.
    proofs : mapping of str to float
        Seconds to the proof of each goal that was proved.
    bounds : mapping of str to float
        The best bound told for each goal, given the plan's values on the goals before.
    values : mapping of str to (mapping of str to int)
        Goals, as the check has them, of the plan that stood at "1", "10", "60" seconds and at the "end".
    peak_mb : float
        Most memory of all its processes together, in MiB, pages that they share counted once.
    skipped : str or None
        Why it could not run here.
    engine : mapping of str to str
        Versions of what it used.
    note : str
        What was wrong: no answer, a rule broken, a proof that does not hold.
    """

    peer: str
    seconds: float = math.nan
    proofs: Mapping[str, float] = field(default_factory=dict)
    bounds: Mapping[str, float] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    peak_mb: float = 0.0
    skipped: str | None = None
    engine: Mapping[str, str] = field(default_factory=dict)
    note: str = ""

    @property
    def proved(self) -> bool:
        """Whether all four goals are proved."""
        return all(goal in self.proofs for goal in GOALS)


def run(peer: str, folder: Path, seconds: float, seed: int = 0, weigh: bool = False) -> Outcome:
    """Run a peer and judge what it leaves behind.

    Parameters
    ----------
    peer : str
        Its module in ``benchmarks.peers``.
    folder : Path
        The force.
    seconds : float
        The peer's limit, for all goals together.
    seed : int
    weigh : bool
        Whether to look at its memory meanwhile, which slows a run of a tenth of a second by half.
    """
    with tempfile.TemporaryDirectory() as place:
        out, said = Path(place, "told.json"), Path(place, "said.txt")
        command = [sys.executable, "-m", f"benchmarks.peers.{peer}", str(folder.resolve())]
        command += ["--seconds", str(seconds), "--seed", str(seed), "--out", str(out)]
        with said.open("w") as stream:
            process = subprocess.Popen(
                command, cwd=ROOT, stdout=stream, stderr=stream, stdin=subprocess.DEVNULL, start_new_session=True
            )
            with Memory(process.pid, weigh) as memory:
                try:
                    process.wait(seconds + GRACE)
                except subprocess.TimeoutExpired:
                    return Outcome(peer, peak_mb=memory.peak_mb, note="no answer")
                finally:
                    _end(process)
        if process.returncode != 0 or not out.exists():
            last = (said.read_text().strip().splitlines() or ["it said nothing"])[-1]
            return Outcome(peer, peak_mb=memory.peak_mb, note=f"no answer: it ended with {process.returncode}: {last}")
        return judged(peer, read_force(folder), json.loads(out.read_text()), memory.peak_mb)


def judged(peer: str, force: Force, told: Mapping[str, Any], peak_mb: float = 0.0) -> Outcome:
    """What remains of what a peer told (see ``peers.protocol``) when its plans are checked."""
    if "skipped" in told:
        return Outcome(peer, skipped=told["skipped"], peak_mb=peak_mb)
    notes, values = [told["note"]] if told["note"] else [], {}
    for mark, officers in told["plans"].items():
        checked = check(Plan(force, tuple(officers)))
        if checked.broken:
            rules = ", ".join(sorted({finding.rule for finding in checked.broken}))
            notes.append(f"the plan at {mark} breaks {rules}")
        else:
            values[mark] = checked.goals
    proofs = {}
    for goal in GOALS:
        if goal not in told["proofs"]:
            break
        reached = values.get("end", {}).get(goal)
        if told["bounds"].get(goal) != reached:
            notes.append(f"{goal}: told proved at {told['bounds'].get(goal)}, but the plan has {reached}")
            break
        proofs[goal] = told["proofs"][goal]
    return Outcome(
        peer,
        seconds=told["seconds"],
        proofs=proofs,
        bounds=told["bounds"],
        values=values,
        peak_mb=peak_mb,
        engine=told["engine"],
        note="; ".join(notes),
    )


class Memory:
    """Looks at the memory of a process and all below it, every `SAMPLE` seconds, and keeps the most.

    What is summed is the proportional set size, where a page that forked processes share is split among them; where a
    system does not tell it, the unique set size.
    """

    def __init__(self, pid: int, wanted: bool = True) -> None:
        self.peak_mb = 0.0
        self._pid, self._wanted = pid, wanted
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def _look(self) -> None:
        while not self._done.wait(SAMPLE):
            self.peak_mb = max(self.peak_mb, sum(map(_memory, processes(self._pid))) / 2**20)

    def __enter__(self) -> Memory:
        if self._wanted:
            self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        if self._wanted:
            self._thread.join()


def processes(pid: int) -> list[psutil.Process]:
    """A process and all below it that still run; none where it does not."""
    try:
        top = psutil.Process(pid)
        return [top, *top.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def _memory(process: psutil.Process) -> int:
    try:
        full = process.memory_full_info()
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return 0
    return int(getattr(full, "pss", 0) or full.uss)


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a peer with every process that it started, also those that outlived it."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
