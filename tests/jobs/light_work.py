"""What light workers do: jobs that a test can watch and hold up. Loads next to nothing, so that they start at once."""

from __future__ import annotations

import fcntl
import os
import time
from pathlib import Path


def prepare(home):
    """Nothing is needed."""


def do_task(home, task, tell):
    """Do a job: note that it begins, hold its lock for a while, or until a test lets it go on."""
    folder = Path(task.parameters["folder"])
    with (folder / f"{task.job_id}.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            note(folder, f"twice {task.job_id}")
        note(folder, f"begun {task.job_id}")
        if noted(folder, "begun").count(task.job_id) <= task.parameters.get("away", 0):
            from allocator.errors import Unavailable

            raise Unavailable("/srv/store is away.", told="The store is away.")
        if "until" in task.parameters:
            while not (folder / task.parameters["until"]).exists():
                time.sleep(0.02)
        time.sleep(task.parameters.get("seconds", 0))
    return {"pid": os.getpid()}, None


def note(folder: Path, line: str) -> None:
    """Note what happened, whole lines only."""
    handle = os.open(folder / "noted", os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.write(handle, f"{line}\n".encode())
    os.close(handle)


def noted(folder: Path, what: str) -> list[str]:
    """Whom something was noted of, in its order."""
    path = folder / "noted"
    lines = path.read_text().splitlines() if path.exists() else []
    return [line.split()[1] for line in lines if line.split()[0] == what]
