"""What a guide for developers says to write, applied to a copy of the program."""

from __future__ import annotations

import re
from pathlib import Path

from allocator.manual.pages import page

_STEP = re.compile(r"^`(\S+)`(, new)?:\n\n```\w+\n(.*?)^```$", re.M | re.S)


def apply_guide(topic: str, folder: Path) -> list[Path]:
    """Write the new files of a guide, and make its changes; each must fit in one place alone.

    Parameters
    ----------
    topic : str
    folder : Path
        A copy of the project's folder.

    Returns
    -------
    list of Path
        What was written.
    """
    written = []
    for name, new, text in _STEP.findall(page(topic).text):
        path = folder / name
        if new:
            assert not path.exists(), f"{topic}: {name} is there already"
        else:
            text = _changed(path.read_text("utf-8"), text, f"{topic}: {name}")
        path.write_text(text, "utf-8")
        written.append(path)
    assert written, f"{topic} says nothing to write"
    return written


def _changed(whole: str, change: str, where: str) -> str:
    lines = change.splitlines()
    before = "\n".join(line[1:] for line in lines if line[:1] != "+")
    after = "\n".join(line[1:] for line in lines if line[:1] != "-")
    assert whole.count(before) == 1, f"{where} has {whole.count(before)} places like\n{before}"
    return whole.replace(before, after)
