"""Scenario files: what ships, what they hold, and what is said about one that is wrong."""

from pathlib import Path

import pytest

from allocator.analysis.scenario import apply_scenario
from allocator.analysis.scenario_files import read_scenario
from allocator.analysis.try_scenarios import apply_scenarios
from allocator.errors import InputError
from allocator.files import read_force, toml
from allocator.files.toml import line_of

SCENARIOS = Path(__file__).parents[2] / "scenarios"
SURREY = SCENARIOS / "surrey-2022"


@pytest.fixture(scope="module")
def surrey():
    return read_force(SURREY)


def written(tmp_path, text, name="test.toml"):
    (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path / name


def problems(path, of=None):
    with pytest.raises(InputError) as error:
        scenario = read_scenario(path)
        apply_scenario(of, scenario)
    return error.value.problems


def change(what, **fields):
    """One change as a file has it."""
    lines = [f"{key} = {value if isinstance(value, int) else repr(value)}" for key, value in fields.items()]
    return "\n".join(["[[change]]", f'what = "{what}"', *lines, ""])


@pytest.mark.parametrize("path", sorted(SCENARIOS.glob("*.toml")), ids=lambda path: path.stem)
def test_every_scenario_that_ships_fits_surrey_and_is_listed(path, surrey):
    scenario = read_scenario(path)
    assert scenario.name and scenario.comment and scenario.says
    assert apply_scenario(surrey, scenario) != surrey or path.stem == "rebalancing"
    assert f"`{path.name}`" in (SCENARIOS / "README.md").read_text(encoding="utf-8")
    assert path.read_text(encoding="utf-8").startswith("# ")


def test_nine_and_more_ship(surrey):
    assert len(list(SCENARIOS.glob("*.toml"))) >= 9
    assert len(apply_scenarios(surrey, [read_scenario(path) for path in SCENARIOS.glob("*.toml")])) >= 9


def test_lines_are_found_whatever_stands_before():
    text = 'a = """\n[[change]]\n"""\n\n[[change]]\nx = [\n  1,\n]\n[[change]]\n  # x = 3\n  "y z" = {k = 1}\n'
    assert line_of(text, ("a",)) == 1
    assert line_of(text, ("change", 0, "x")) == 6
    assert line_of(text, ("change", 1)) == 9
    assert line_of(text, ("change", 1, "y z", "k")) == 11
    assert line_of(text, ("change", 2)) is None
    assert line_of(text.replace("\n", "\r\n"), ("change", 1, "y z", "k")) == 11


def test_lines_of_a_long_file_are_found_by_halving_it(monkeypatch):
    text, tried = "".join(f"k{k} = {k}\n" for k in range(1000)), []
    loads = toml.tomllib.loads
    monkeypatch.setattr(toml.tomllib, "loads", lambda part: tried.append(part) or loads(part))
    assert [line_of(text, (f"k{k}",)) for k in (0, 500, 999)] == [1, 501, 1000]
    assert len(tried) < 40  # 2 ** 10 lines are halved ten times for each of the three


def test_a_scenario_builds_on_others(tmp_path, surrey):
    written(tmp_path, 'name = "one"\n[policy.limits]\ncases = 45\nintake = 7\n', "one.toml")
    two = written(tmp_path, 'name = "two"\nbuilds_on = ["one.toml"]\n[policy.limits]\ncases = 46\n', "two.toml")
    policy = apply_scenario(surrey, read_scenario(two)).policy
    assert (policy.limits.cases, policy.limits.intake) == (46, 7)


def test_what_two_build_on_is_made_once(tmp_path, surrey):
    written(tmp_path, change("officer-joins", officer="Z", division="North"), "joins.toml")
    for name in ("one", "two"):
        written(tmp_path, f'builds_on = ["joins.toml"]\n{change("officer-closes", officer="Z")}', f"{name}.toml")
    both = apply_scenario(
        surrey, read_scenario(written(tmp_path, 'builds_on = ["one.toml", "two.toml"]\n', "both.toml"))
    )
    assert [o.status for o in both.officers if o.officer_id == "Z"] == ["closed"]


def test_problems_of_a_file_and_of_those_it_builds_on_are_told_together(tmp_path):
    written(tmp_path, "colour = 1\n", "one.toml")
    written(tmp_path, "name = 'x\n", "two.toml")
    found = problems(written(tmp_path, 'builds_on = ["one.toml", "two.toml"]\nseed = "x"\n'))
    assert [(problem.file, problem.row) for problem in found] == [("test.toml", 2), ("one.toml", 1), ("two.toml", 1)]


def test_a_circle_is_told(tmp_path):
    written(tmp_path, 'builds_on = ["two.toml"]\n', "one.toml")
    two = written(tmp_path, '# a comment\nbuilds_on = ["one.toml"]\n', "two.toml")
    (problem,) = problems(two)
    assert (problem.file, problem.row, problem.value) == ("one.toml", 1, "two.toml")


def test_everything_wrong_with_a_file_is_told_with_its_line(tmp_path):
    text = """name = 3
colour = "red"
cycle_date = "soon"
builds_on = ["nothing.toml"]
[[change]]
what = "officer-leave"
[[change]]
what = "officer-hours"
officr = "A"
capacity = 130
[[change]]
what = "officer-trains"
[[change]]
what = "cases-arrive"
cases = [
  {case_id = "x", division = "North", risk = "hihg"},
]
[[change]]
what = "risk-rises"
percent = true
"""
    found = problems(written(tmp_path, text))
    assert [(problem.row, problem.column) for problem in found] == [
        (1, "name"),
        (2, "colour"),
        (3, "cycle_date"),
        (4, "builds_on"),
        (6, "what"),
        (7, "officer"),
        (9, "officr"),
        (10, "capacity"),
        (11, "what"),
        (15, "cases.0.risk"),
        (20, "percent"),
    ]
    told = "\n".join(map(str, found))
    for words in (
        "test.toml, line 6, what",
        "Maybe officer-leaves is meant",
        "Maybe officer is meant",
        "Maybe high is",
    ):
        assert words in told


def test_ids_are_named_with_line_and_nearest(tmp_path, surrey):
    text = '[[change]]\nwhat = "officer-leaves"\n\nofficer = "OM-N11"\n[policy.limits]\ncase = 4\n'
    found = problems(written(tmp_path, text), surrey)
    assert [(p.row, p.column, p.value) for p in found] == [(6, "policy.limits.case", None), (4, "officer", "OM-N11")]
    assert found[1].maybe.startswith("OM-") and found[0].maybe == "cases is meant."


ARRIVES = '[[change]]\nwhat = "cases-arrive"\ncases = [{case_id = "x", division = "North", risk = "low"}]\n'


@pytest.mark.parametrize(
    ("first", "second", "row", "words"),
    [
        (
            change("officer-hours", officer="A", capacity=50),
            change("officer-hours", officer="A", capacity=60),
            5,
            "one value for capacity of A; line 1 sets 50",
        ),
        (
            change("officer-leaves", officer="A"),
            change("officer-trains", officer="A"),
            4,
            "no other change of A, who is gone by line 1",
        ),
        (
            change("officer-absent", officer="A"),
            change("officer-closes", officer="A"),
            4,
            "one value for status of A; line 1 sets absent",
        ),
        (
            change("case-changes", case="c", risk="low"),
            change("case-closes", case="c"),
            1,
            "no other change of c, who is gone by line 5",
        ),
        (
            change("premises-closes", premises="P"),
            change("cases-arrive", count=2, setting="premises", premises="P"),
            4,
            "no other change of P, who is gone by line 1",
        ),
        (
            change("officer-joins", officer="Z", division="North"),
            change("officer-leaves", officer="Z"),
            1,
            "no other change of Z, who is gone by line 5",
        ),
        (
            change("officer-joins", officer="Z", division="North", capacity=80),
            change("officer-hours", officer="Z", capacity=60),
            6,
            "one value for capacity of Z; line 1 sets 80",
        ),
        (
            change("premises-opens", premises="P", division="North", expected_arrivals=3),
            change("premises-expects", premises="P", expected_arrivals=5),
            6,
            "one value for expected_arrivals of P; line 1 sets 3",
        ),
        (
            '[[change]]\nwhat = "premises-opens"\npremises = "P"\ndivision = "North"\nofficers = ["A"]\n',
            change("officer-unlinked", officer="A", premises="P"),
            6,
            "one value for link to P of A; line 1 sets true",
        ),
        (
            ARRIVES.replace('"low"', '"low", setting = "premises", premises = "P"'),
            change("premises-closes", premises="P"),
            1,
            "no other change of P, who is gone by line 4",
        ),
        (ARRIVES, change("case-closes", case="x"), 1, "no other change of x, who is gone by line 4"),
        (ARRIVES, change("case-changes", case="x", risk="high"), 4, "one value for risk of x; line 1 sets low"),
    ],
)
def test_a_scenario_that_contradicts_itself(tmp_path, first, second, row, words):
    (problem,) = problems(written(tmp_path, first + second))
    assert (problem.row, problem.expected) == (row, words)


def test_the_same_twice_is_no_contradiction(tmp_path):
    text = '[[change]]\nwhat = "officer-absent"\nofficer = "A"\n' * 2
    assert len(read_scenario(written(tmp_path, text)).says) == 2


def test_one_id_may_name_an_officer_and_a_case(tmp_path):
    text = change("officer-leaves", officer="A") + change("case-changes", case="A", risk="low")
    assert len(read_scenario(written(tmp_path, text)).says) == 2


def test_a_case_may_be_kept_from_an_officer_who_leaves(tmp_path):
    text = change("officer-leaves", officer="A") + ARRIVES.replace('"low"', '"low", excluded = ["A"]')
    assert len(read_scenario(written(tmp_path, text)).says) == 2


@pytest.mark.parametrize(
    ("text", "column", "maybe"),
    [
        (ARRIVES.replace("North", "Nroth"), "cases.0.division", "North is meant."),
        (change("case-changes", case="SY-00001", division="Nroth"), "division", "North is meant."),
        (ARRIVES.replace('"x"', '"SY-00001"'), "cases.0.case_id", None),
        (ARRIVES.replace('"low"', '"low", setting = "premises"'), "cases.0.premises", None),
        (change("officer-joins", officer="a;b", division="North"), "officer", None),
        (change("officer-joins", officer=" ", division="North"), "officer", None),
        (change("officer-skilled", officer="OM-N01", skills=0).replace("= 0", '= ["a;b"]'), "skills.0", None),
        (change("risk-rises", percent=1000), "percent", None),
        ('name = " "\n', "name", None),
    ],
)
def test_values_that_the_force_cannot_have(tmp_path, surrey, text, column, maybe):
    (problem,) = problems(written(tmp_path, text), surrey)
    assert (problem.column, problem.maybe) == (column, maybe)
    assert problem.row is not None and f"{text}\n".splitlines()[problem.row - 1].startswith(column.split(".")[0])


def test_the_line_of_a_case_that_is_a_table_of_its_own(tmp_path, surrey):
    text = '[[change]]\nwhat = "cases-arrive"\n'
    text += "".join(f'[[change.cases]]\ncase_id = "{k}"\ndivision = "{d}"\nrisk = "low"\n' for k, d in ("aN", "bX"))
    text = text.replace('"N"', '"North"')
    (problem,) = problems(written(tmp_path, text), surrey)
    assert (problem.row, problem.column, problem.value) == (9, "cases.1.division", "X")


def test_comments_of_changes_are_told(tmp_path):
    text = change("officer-absent", officer="A", comment="On a course.")
    assert read_scenario(written(tmp_path, text)).says == ("A is absent. On a course.",)


def test_files_that_are_none(tmp_path):
    written(tmp_path, "name = 1\nname = 2\n")
    (problem,) = problems(tmp_path / "test.toml")
    assert problem.row == 2 or "TOML" in problem.expected
    (problem,) = problems(tmp_path / "tast.toml")
    assert problem.maybe == "test.toml is meant."
    (problem,) = problems(tmp_path / "force.csv")
    assert ".toml" in problem.expected
