"""A force that is written and read again is the same force."""

import zipfile
from datetime import date, timedelta
from pathlib import Path
from typing import Any, TypeVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allocator.domain.force import Case, Force, Officer, Premises
from allocator.domain.policy import RISKS, Points, Policy
from allocator.errors import InputError, Problem
from allocator.files.digest import digest
from allocator.files.reading import read_force, read_with_notices
from allocator.files.writing import write_force

EXAMPLES = Path(__file__).parent.parent / "data" / "examples"

# Letters of every kind that files could stumble over, inside and, where no blank, at the ends.
LETTERS = st.characters(codec="utf-8", exclude_characters="\0\ufffe\uffff")
texts = st.one_of(
    st.text(LETTERS, min_size=1, max_size=6).filter(lambda text: not text.startswith("#")),  # as "#N/A", refused
    st.sampled_from(
        [
            "=1+1",
            '"',
            "a,b",
            "x\ny",
            "x\r\ny",
            "x\ry",
            "007",
            "1.0",
            "TRUE",
            "2024-01-08",
            "_x0041_",
            "'",
            "+a",
        ]
    ),
).filter(lambda text: text.strip(" \u200b\u2060\ufeff") == text == text.strip())
ids = texts.filter(lambda text: ";" not in text)
tags = st.frozensets(ids, max_size=3)
Row = TypeVar("Row", Officer, Case, Premises)
DAY = date(2025, 3, 31)
past = st.integers(0, 20_000).map(lambda days: DAY - timedelta(days))


def column(schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    """All that a column may hold, by its schema."""
    match schema:
        case {"anyOf": kinds}:
            return st.one_of([column(kind) for kind in kinds])
        case {"enum": values}:
            return st.sampled_from(values)
        case {"type": "null"}:
            return st.none()
        case {"type": "boolean"}:
            return st.booleans()
        case {"type": "integer"}:
            return st.integers(schema["minimum"], schema["maximum"])
        case {"type": "string", "format": "date"}:
            return st.dates()
        case {"type": "string"}:
            return ids if "pattern" in schema else texts
        case {"type": "array"}:
            return tags
    raise AssertionError(f"no such column is drawn yet: {schema}")


def drawn(draw: st.DrawFn, model: type[Row], **known: st.SearchStrategy[Any]) -> Row:
    """A row whose every column is drawn: by what is said of it, or by its schema."""
    columns = model.model_json_schema()["properties"]
    return model(**{name: draw(known[name] if name in known else column(columns[name])) for name in model.model_fields})


@st.composite
def forces(draw: st.DrawFn) -> Force:
    premises_ids = draw(st.lists(ids, max_size=3, unique=True))
    officer_ids = draw(st.lists(ids, max_size=4, unique=True))
    some_premises = st.frozensets(st.sampled_from(premises_ids)) if premises_ids else st.just(frozenset())
    some_officers = st.frozensets(st.sampled_from(officer_ids)) if officer_ids else st.just(frozenset())
    one_officer = st.sampled_from([None, *officer_ids])
    officers = [
        drawn(draw, Officer, officer_id=st.just(name), premises=some_premises, buddy=one_officer)
        for name in officer_ids
    ]
    cases = []
    for name in draw(st.lists(ids, max_size=4, unique=True)):
        officer = draw(one_officer)
        at = draw(st.sampled_from([None, *premises_ids]))
        cases.append(
            drawn(
                draw,
                Case,
                case_id=st.just(name),
                setting=st.just("premises") if at else st.sampled_from(["community", "custody"]),
                premises=st.just(at),
                officer=st.just(officer),
                since=past if officer else st.none(),
                locked=st.booleans() if officer else st.just(False),
                excluded=some_officers,
                covered_by=one_officer,
                former=st.builds(frozenset.__or__, some_officers, tags),
            )
        )
    return Force(
        officers=tuple(officers),
        cases=tuple(cases),
        premises=tuple(drawn(draw, Premises, premises_id=st.just(p)) for p in premises_ids),
        policy=Policy().merge(draw(policies)),
        cycle_date=DAY,
        name=draw(st.text(st.characters(codec="utf-8"), max_size=6)),
    )


policies: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {},
    optional={
        "limits": st.fixed_dictionaries(
            {},
            optional={
                "cases": st.integers(0, 60),
                "high_risk": st.lists(st.sampled_from(RISKS), unique=True),
                "freeze_over_limit": st.booleans(),
            },
        ),
        "training": st.fixed_dictionaries(
            {},
            optional={
                "levels": st.lists(st.integers(0, 3)),
                "risks": st.lists(st.sampled_from(RISKS), unique=True),
            },
        ),
        "divisions": st.fixed_dictionaries({}, optional={"skills": st.lists(ids, max_size=3)}),
        "points": st.fixed_dictionaries(
            {},
            optional={
                "risk": st.dictionaries(st.sampled_from(RISKS), st.integers(0, 9)),
                "level": st.dictionaries(st.sampled_from("0123"), st.integers(0, 9)),
            },
        ),
        "relationship": st.fixed_dictionaries(
            {"max_moves": st.none() | st.integers(0, 3)}, optional={"former": st.integers(0, 60)}
        ),
    },
)


@pytest.mark.parametrize("name", ["written", "written.xlsx"])
def test_a_force_comes_back_as_it_went(name: str, tmp_path: Path) -> None:
    path = tmp_path / name

    @settings(max_examples=150, deadline=None)
    @given(forces())
    def comes_back(force: Force) -> None:
        write_force(force, path)
        reading = read_with_notices(path)
        assert reading.force == force
        assert reading.notices == () or "Capacity is 1 percent" in reading.notices[0].text
        assert reading.digest == digest(force)

    comes_back()


@pytest.mark.parametrize("name", ["budget", "corners", "cross", "edges", "former", "no-moves", "rebalance"])
def test_real_forces_come_back(name: str, tmp_path: Path) -> None:
    reading = read_with_notices(EXAMPLES / name)
    assert reading.notices == ()
    for path in (tmp_path / "folder", tmp_path / "book.xlsx"):
        write_force(reading.force, path)
        assert read_force(path) == reading.force


def test_only_what_differs_from_the_defaults_is_set(tmp_path: Path) -> None:
    policy = Policy().merge({"limits": {"cases": 40, "intake": 10}, "points": {"risk": {"low": 3}}})
    write_force(Force(officers=(), cases=(), policy=policy, cycle_date=DAY, name='a "b"'), tmp_path)
    assert (tmp_path / "force.toml").read_text() == (
        'name = "a \\"b\\""\ncycle_date = 2025-03-31\n\n'
        "[policy.limits]\ncases = 40\n\n[policy.points]\nrisk = { low = 3 }\n"
    )


def test_levels_without_points_come_back_as_levels_of_no_points(tmp_path: Path) -> None:
    policy = Policy(points=Points(level={"1": 2}))
    write_force(Force(officers=(), cases=(), policy=policy), tmp_path)
    assert read_force(tmp_path).policy.points.level == {"1": 2, "2": 0, "3": 0}


def test_texts_that_no_cell_can_hold_are_refused(tmp_path: Path) -> None:
    officer = Officer(officer_id="\u200bOM1", division="#N/A", mosovo="none", skills=frozenset({"a\0b"}))
    many = frozenset(f"{k:03}" + "s" * 197 for k in range(200))
    long = Officer(officer_id="O1", division="North", mosovo="none", skills=many)
    force = Force(officers=(officer, long), cases=())
    expected = [
        Problem("officers", "no blanks around it", 2, "officer_id", "\u200bOM1"),
        Problem("officers", "a text that no failed formula shows", 2, "division", "#N/A"),
        Problem("officers", "no characters that files cannot hold", 2, "skills", "a\0b"),
        Problem("officers", "no more than 32,767 letters in a cell", 3, "skills", ";".join(sorted(many))[:100]),
    ]
    with pytest.raises(InputError) as refused:
        write_force(force, tmp_path / "force.xlsx")
    assert list(refused.value.problems) == expected
    with pytest.raises(InputError) as refused:
        write_force(force, tmp_path / "force")
    assert list(refused.value.problems) == expected[:3]
    assert list(tmp_path.iterdir()) == []


def test_the_same_force_gives_the_same_bytes(tmp_path: Path) -> None:
    force = read_force(EXAMPLES / "cross")
    for name in ("a.xlsx", "b.xlsx"):
        write_force(force, tmp_path / name)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_no_text_of_a_workbook_is_a_formula(tmp_path: Path) -> None:
    officer = Officer(officer_id="=1+1", division="http://example.org", mosovo="none")
    write_force(Force(officers=(officer,), cases=()), tmp_path / "force.xlsx")
    with zipfile.ZipFile(tmp_path / "force.xlsx") as parts:
        sheet = parts.read("xl/worksheets/sheet1.xml")
    assert b"<f>" not in sheet
    assert b"hyperlink" not in sheet
