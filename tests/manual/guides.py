"""What a guide for developers says to write, applied to a copy of the program."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from allocator.manual.pages import page

_STEP = re.compile(r"^`(\S+)`(, new)?:\n\n```\w+\n(.*?)^```$", re.M | re.S)


def apply_guide(topic: str, folder: Path, instead: Mapping[str, str] | None = None) -> list[Path]:
    """Write the new files of a guide, and make its changes; each must fit in one place alone.

    What a guide says can be written after somebody has done the like: so it is tried behind itself under other names.

    Parameters
    ----------
    topic : str
    folder : Path
        A copy of the project's folder.
    instead : mapping of str to str, optional
        Words to write instead of the guide's own.

    Returns
    -------
    list of Path
        What was written.
    """
    written = []
    whole = page(topic).text
    for word, other in (instead or {}).items():
        whole = whole.replace(word, other)
    for name, new, text in _STEP.findall(whole):
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
    places = f"\n{whole}".count(f"\n{before}\n")  # of whole lines
    assert places == 1, f"{where} has {places} places like\n{before}"
    return f"\n{whole}".replace(f"\n{before}\n", f"\n{after}\n")[1:]
