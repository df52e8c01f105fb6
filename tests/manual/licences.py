"""The page of licences: what an installation brings along, read from the metadata of packages and pages' files."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib.metadata import Distribution, PackageNotFoundError, distribution

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from allocator.http.web.assets import build
from allocator.manual.pages import FOLDER
from tests.manual.console import ROOT

PAGE = FOLDER / "licences.md"
EXTRAS = ("cluster", "postgres", "web")  # what may be installed to work with; the others are for tests and benchmarks
# The service runs on Linux; a package counts where any of these needs it.
PLACES = [
    {
        "implementation_name": "cpython",
        "os_name": "posix",
        "platform_machine": machine,
        "platform_python_implementation": "CPython",
        "platform_system": "Linux",
        "python_full_version": f"{version}.0",
        "python_version": version,
        "sys_platform": "linux",
    }
    for version in ("3.11", "3.12", "3.13", "3.14")
    for machine in ("x86_64", "aarch64")
]
ACCEPTED = {
    *("0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "LGPL-3.0-only"),
    *("MIT", "MIT-0", "PSF-2.0", "Zlib"),
}
# What packages that do not name their licence as SPDX does say in its place.
WORDS = {
    "3-Clause BSD License": "BSD-3-Clause",
    "Apache 2.0": "Apache-2.0",
    "License :: OSI Approved :: Apache Software License": "Apache-2.0",
    "License :: OSI Approved :: MIT License": "MIT",
}
BSD = ("BSD", "License :: OSI Approved :: BSD License")  # says not which: the text of the licence does
PURPOSE = {
    "alembic": "brings the tables of the store up to date",
    "cachetools": "keeps what was read, for a while",
    "click": "the command line",
    "distributed": "work on several machines",
    "fastapi": "the HTTP service",
    "govuk-frontend-jinja": "components of the pages",
    "jinja2": "templates of pages and letters",
    "limits": "counts failed sign-ins",
    "markdown-it-py": "this manual as pages",
    "numpy": "arrays",
    "ortools": "the engines that solve",
    "pandas": "tables",
    "prometheus-client": "metrics",
    "psycopg": "PostgreSQL",
    "pwdlib": "hashes of passwords",
    "pydantic": "validation of all that is read",
    "pydantic-settings": "settings of the service",
    "python-calamine": "reads workbooks",
    "python-multipart": "uploads",
    "rich": "tables on the terminal",
    "sqlalchemy": "the database",
    "structlog": "the service's log",
    "uvicorn": "the HTTP server",
    "xlsxwriter": "writes workbooks",
    "zxcvbn": "knows common passwords",
}
FILES_PURPOSE = {
    "@ministryofjustice/frontend": "styles and an icon of the pages",
    "govuk-frontend": "styles and scripts of the pages",
    "htmx.org": "renews parts of pages",
    "swagger-ui-dist": "shows the endpoints to those who have signed in",
}
_PART = re.compile(r"(<!-- made from packages: (\S+) -->\n)(?:.*?)(<!-- end -->\n)", re.S)
_ROW = re.compile(r"^\| (\S+) \| (.*?) \| (.*?) \|$", re.M)


def renewed_licences(page: str) -> str:
    """The page with its tables as packages are now; rows of packages that are not installed here stay as they are."""
    kept = {name: licence for name, licence, _ in _ROW.findall(page)}
    tables = {
        "installed": lambda: _table(
            (
                name,
                licence(name, kept.get(name)),
                f"only for `{markers[name]}`" if markers.get(name) else PURPOSE.get(name, ""),
            )
            for name in closure()
        ),
        "files": lambda: _table((name, told, FILES_PURPOSE[name]) for name, told in files().items()),
    }
    markers = only_for()
    return _PART.sub(lambda part: f"{part[1]}\n{tables[part[2]]()}\n\n{part[3]}", page)


def _table(rows: Iterable[tuple[str, str, str]]) -> str:
    return "\n".join(["| package | licence | what for |", "|---|---|---|", *(f"| {' | '.join(row)} |" for row in rows)])


@cache
def closure() -> tuple[str, ...]:
    """Names of every package that an installation with all of ``EXTRAS`` brings, itself excepted."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    waiting = [
        *project["dependencies"],
        *(line for extra in EXTRAS for line in project["optional-dependencies"][extra]),
    ]
    seen: set[tuple[str, str]] = set()
    while waiting:
        wanted = Requirement(waiting.pop())
        name = canonicalize_name(wanted.name)
        for extra in {"", *wanted.extras} - {extra for known, extra in seen if known == name}:
            seen.add((name, extra))
            package = installed(name)
            waiting += [] if package is None else _required(package, extra)
    return tuple(sorted({name for name, _ in seen}))


def _required(package: Distribution, extra: str) -> Iterator[str]:
    for line in package.requires or ():
        marker = Requirement(line).marker
        if marker is None or any(marker.evaluate({**place, "extra": extra}) for place in PLACES):
            yield line


def installed(name: str) -> Distribution | None:
    """A package of this environment."""
    try:
        return distribution(name)
    except PackageNotFoundError:
        return None


def only_for() -> Mapping[str, str]:
    """Where packages of the lock are needed that are not needed everywhere on Linux, as the lock says it."""
    pinned: dict[str, list[str]] = {}
    for name, marker in re.findall(
        r"^([\w.-]+)==\S+(?: ; (.*?))? \\$", (ROOT / "requirements.lock").read_text("utf-8"), re.M
    ):
        pinned.setdefault(name, []).append(marker)
    found = {}
    for name, markers in pinned.items():
        asked = [Requirement(f"{name} ; {marker}").marker if marker else None for marker in markers]
        everywhere = all(any(one is None or one.evaluate(place) for one in asked) for place in PLACES)
        if not everywhere:
            found[name] = " or ".join(markers)
    return found


def licence(name: str, kept: str | None = None) -> str:
    """What a package's metadata names as its licence, in the words of SPDX where they are any of ours.

    Parameters
    ----------
    name : str
    kept : str, optional
        What the page says: holds where the package is not installed here.
    """
    package = installed(name)
    if package is None:
        return kept or "unknown"
    about = package.metadata
    told = [about.get("License-Expression"), about.get("License"), *(about.get_all("Classifier") or ())]
    for said in filter(None, told):
        if said == about.get("License-Expression") or said in ACCEPTED:
            return said
        if said in WORDS:
            return WORDS[said]
        if said in BSD:
            return "BSD-3-Clause" if "neither the name" in _text(package) else "BSD-2-Clause"
    return "unknown"


def _text(package: Distribution) -> str:
    """The text of a package's licence, in small letters with one blank between words."""
    found = [file.read_text() for file in package.files or () if re.match("(?i)licen[cs]e", file.name)]
    if not found:
        raise LookupError(f"{package.name} says that its licence is of the BSD family, and ships no text of it.")
    return " ".join(" ".join(found).lower().split())


def files() -> Mapping[str, str]:
    """Licences of what the pages' files are made of."""
    lock = json.loads((build.HERE / "package-lock.json").read_text("utf-8"))["packages"]
    return {name: lock[f"node_modules/{name}"]["license"] for name in sorted(build.SHIPPED)}
