"""Renew what the manual takes from code: ``python -m tests.manual.renew [--console]``."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from allocator.cli.reference import renewed, schemas
from allocator.manual.pages import FOLDER
from tests.manual.console import PAGES, renewed_page
from tests.manual.licences import PAGE, renewed_licences
from tests.manual.rooms import PICTURE, rooms_svg


def made() -> dict[Path, str]:
    """Every file that holds something made from code, as it should be."""
    pages = {path: renewed(path.read_text("utf-8")) for path in sorted(FOLDER.glob("*.md"))}
    pages[PAGE] = renewed_licences(pages[PAGE])
    return {**pages, **{FOLDER / "schemas" / name: text for name, text in schemas().items()}, PICTURE: rooms_svg()}


def main(arguments: list[str]) -> None:
    """Write what is not as it should be, and say what that was."""
    wanted = made()
    for path in (FOLDER / "schemas").glob("*.json"):
        if path not in wanted:
            path.unlink()
    if "--console" in arguments:
        for path in PAGES:
            with tempfile.TemporaryDirectory() as folder:
                wanted[path] = renewed_page(wanted.get(path, path.read_text("utf-8")), Path(folder))
    for path, text in wanted.items():
        if not path.exists() or path.read_text("utf-8") != text:
            path.write_text(text, "utf-8")
            print(f"{path} is renewed.")


if __name__ == "__main__":
    main(sys.argv[1:])
