"""Templates are made of components, and the styles are those of what the templates hold."""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path

import pytest

from allocator.http.web.assets import build

WEB = Path(build.HERE).parent
TEMPLATES = WEB / "templates"
COMPONENTS = sorted((TEMPLATES / "components").glob("*.html"))
PAGES = sorted(TEMPLATES.glob("*.html"))
REPORTS = sorted((WEB.parents[1] / "reporting" / "templates").glob("*.html"))
STYLES = sorted((build.HERE / "styles").glob("*.scss"))
SCRIPTS = [build.HERE / name for name in build.SCRIPTS if name.endswith(".js")]
MADE_BY_COMPONENTS = (
    r"<(label|input|select|textarea|button|form|fieldset|table|thead|tbody|tr|td|th|figure|details)\b"
    r"|moj-badge|govuk-tag|govuk-inset-text|govuk-warning-text|app-filter|app-buttons|import govuk"
)


def read(*paths):
    return {path.relative_to(WEB).as_posix(): path.read_text("utf-8") for path in paths}


def code(text):
    """A template or style without its comments."""
    return re.sub(r"\{#.*?#\}|/\*.*?\*/|(?m:^[ \t]*//[^\n]*$)", "", text, flags=re.S)


def imported():
    """Components of the design system that templates import."""
    texts = "".join(read(*PAGES, *COMPONENTS).values())
    return set(re.findall(r"govuk_frontend_jinja/components/([\w-]+)/", texts))


def classes_used():
    """Every class of a template, script or module, and what those begin with whose end is put together."""
    texts = read(*PAGES, *COMPONENTS, *SCRIPTS, *WEB.glob("*.py"), *(WEB / "routes").glob("*.py")).values()
    words = {word for text in texts for word in re.findall(r"(?:app|govuk|moj)-[\w!-]+", code(text))}
    return {word for word in words if not word.endswith("-")}, {word for word in words if word.endswith("-")}


def classes_styled(*paths):
    return {
        name for path in paths for name in re.findall(r"\.((?:app|govuk|moj)-[\w-]+)", code(path.read_text("utf-8")))
    }


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_a_page_writes_no_component_by_hand(path):
    if path.name != "base.html":  # what stands around every page has components that no page has
        found = re.search(MADE_BY_COMPONENTS, code(path.read_text("utf-8")))
        assert found is None, f"{path.name}: {found[0]}"


@pytest.mark.parametrize("path", COMPONENTS, ids=lambda path: path.stem)
def test_a_component_says_its_parameters(path):
    text = path.read_text("utf-8")
    said = re.match(r"\{#\n(.*?)\n#\}", text, re.S)
    assert said, f"{path.name} does not begin with a comment"
    for name, parameters in re.findall(r"\{% macro ([a-z]\w*)\((.*?)\) %\}", text):
        line = re.search(rf"(?m)^{name}\((.*?)\)", said[1])
        assert line, f"{path.name}: {name} is not explained"
        given = [
            one.partition("=")[0].strip() for one in re.sub(r"\{\}|\[\]", "", parameters).split(",") if one.strip()
        ]
        told = [one.strip() for one in line[1].split(",") if one.strip()]
        assert "..." in told or told == given, f"{path.name}: {name} takes {given}, the comment says {told}"


def test_every_component_is_used():
    texts = read(*PAGES, *COMPONENTS)
    for path in COMPONENTS:
        name = f"components/{path.name}"
        assert any(f'"{name}"' in text for text in texts.values()), f"no template has {name}"
        for macro in re.findall(r"\{% macro ([a-z]\w*)\(", path.read_text("utf-8")):
            own = (
                path.read_text("utf-8").count(f"{macro}(") > code(path.read_text("utf-8")).count(f"macro {macro}(") + 1
            )
            imports = [i for text in texts.values() for i in re.findall(rf'"{name}" import ([^%]*)', text)]
            used = any(re.search(rf"(^|, ){macro}\b", one) for one in imports)
            assert used or own, f"no template uses {macro} of {name}"


def test_no_line_is_longer_than_120_characters():
    reports = {path.name: path.read_text("utf-8") for path in REPORTS}
    assert reports
    for name, text in {**read(*PAGES, *COMPONENTS, *STYLES, *SCRIPTS), **reports}.items():
        long = [number for number, line in enumerate(text.splitlines(), 1) if len(line) > 120]
        assert not long, f"{name}, lines {long}"


def test_nothing_is_imported_that_a_template_does_not_use():
    for name, text in read(*PAGES, *COMPONENTS).items():
        for given in re.findall(r"\{% from \S+ import ([^%]*?)(?: with context)? %\}", text):
            for one in given.split(", "):
                word = one.split(" as ")[-1].strip()
                assert len(re.findall(rf"\b{word}\b", code(text))) > 1, f"{name}: {word}"


def test_every_style_is_of_something_that_a_page_holds():
    whole, beginnings = classes_used()
    styled = classes_styled(*STYLES)
    # And what components of the design system write by themselves.
    given = files("govuk_frontend_jinja").joinpath("templates/components")
    macros = (given.joinpath(name, "macro.html").read_text("utf-8") for name in imported())
    own = {word for text in macros for word in re.findall(r"govuk-[\w-]+", text)}
    unused = {one for one in styled - whole - own if not any(one.startswith(begin) for begin in beginnings)}
    assert unused == set()


def test_every_class_of_ours_has_a_style():
    whole, _ = classes_used()
    assert {one for one in whole if one.startswith("app-")} - classes_styled(*STYLES) == set()


def test_the_styles_of_the_design_systems_are_those_of_the_components_in_use():
    styles = (build.HERE / "app.scss").read_text("utf-8")
    styled = set(re.findall(r"govuk/components/([\w-]+)", styles))
    texts = "".join(read(*PAGES, *COMPONENTS).values())
    # Parts of a field, and what the frame of every page holds.
    parts = {"fieldset", "hint", "label", "skip-link"}
    written = {name for name in styled if f"govuk-{name}" in texts}
    assert styled == imported() | parts | {"table", "inset-text"} and {"table", "inset-text"} <= written
    assert set(re.findall(r"moj/components/([\w-]+)/", styles)) == {
        name for name in ("badge", "sub-navigation", "timeline", "page-header-actions") if f"moj-{name}" in texts
    }


def test_every_file_of_styles_is_built():
    styles = (build.HERE / "app.scss").read_text("utf-8")
    assert {f"styles/_{name}.scss" for name in re.findall(r'@use "styles/(\w+)"', styles)} == set(build.STYLES)
