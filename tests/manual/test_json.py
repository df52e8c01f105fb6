"""What ``--json`` prints is what its schema says, key by key; every command that takes it has one."""

from __future__ import annotations

import json

import click
import pytest
from jsonschema import Draft202012Validator, FormatChecker

from allocator.cli import allocator, main
from allocator.domain.force import Premises
from allocator.files import write_force
from allocator.reporting.json_shapes import DOCUMENTS, schema_of, words
from tests.cycling import small, with_case
from tests.tiny import current, force, new, officer


def crowded():
    """A force in which something is excess, unplaced, moved, barred, awaited and known to a former officer."""
    site = Premises(premises_id="P", division="North", expected_arrivals=1)
    officers = [
        officer("A", premises=frozenset({"P"})),
        officer("B", capacity=50),
        officer("U", mosovo="awaiting"),
        officer("L", status="leaving"),
    ]
    cases = [
        *(current(f"a{k}", "A", risk="high") for k in range(4)),
        current("b1", "B"),
        current("l1", "L", former=frozenset({"B"})),
        new("n1", risk="very_high", level=2),
        new("n2", needs=frozenset({"rare"})),
        new("n3", setting="premises", premises="P"),
    ]
    return force(officers, cases, [site], limits={"cases": 3, "small_caseload": 0, "intake": 1})


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A folder with two forces, a scenario, two plans, and a store that was led through a cycle."""
    folder = tmp_path_factory.mktemp("json")
    write_force(crowded(), folder / "crowded")
    write_force(small(), folder / "small")
    write_force(with_case(small(), "c1", risk="high"), folder / "newer")
    absent = (o.model_copy(update={"status": "absent"}) if o.officer_id == "A" else o for o in crowded().officers)
    write_force(crowded().replace(officers=tuple(absent)), folder / "away")
    (folder / "limit.toml").write_text('name = "Fewer"\n[policy.limits]\ncases = 2\n')
    (folder / "courses.csv").write_text("date,places\n2026-05-05,1\n")
    (folder / "reductions.csv").write_text("officer,percent,reason,from,to\nB,40,phased return,2026-03-01,2026-05-01\n")
    return folder


@pytest.fixture
def printed(place, monkeypatch, capfdbinary):
    """What a command prints, run in the folder."""
    monkeypatch.chdir(place)

    def run(text):
        with pytest.raises(SystemExit) as end:
            main(text.split())
        streams = capfdbinary.readouterr()
        assert end.value.code == 0, streams.err.decode()
        return streams.out

    return run


PLANS = ["allocate crowded --out first --quiet", "allocate crowded --max-moves 0 --out second --quiet"]
ASKED = {
    "allocate": ["allocate crowded", "allocate small"],
    "check": ["check crowded", "check crowded --plan first/plan.csv"],
    "recommend": ["recommend crowded --case n1", "recommend crowded --case n3 --replan", "recommend crowded --case a1"],
    "why": [f"why crowded --case {case}" for case in ("a1", "l1", "n1", "n2", "n3")]
    + ["why crowded --case a0 --plan second/plan.csv"],
    "why-not": ["why-not crowded --case n1 --officer U", "why-not crowded --case n1 --officer B"],
    "whatif": ["whatif crowded limit.toml"],
    "frontier": ["frontier crowded --moves 0..2"],
    "diagnose": ["diagnose crowded", "diagnose small"],
    "cover": ["cover away", "cover crowded", "cover away --insist a0=B"],
    "why-cover": ["why-cover away --case a0"],
    "compare": ["compare first/plan.csv second/plan.csv --force crowded"],
    "buddies": ["buddies crowded"],
    "courses": ["courses crowded --places 1"],
    "forecast": ["forecast small --horizon 2 --futures 2"],
    "size": ["size small --horizon 3 --futures 2 --sensitivity"],
    "train": ["train crowded --courses courses.csv --horizon 3 --futures 2"],
}
# A cycle: what is only done, and what is asked with --json.
WALK = [
    "db upgrade",
    "reductions import reductions.csv --as Ann",
    "cycle import small --as Ann --json",
    "reductions show --as Ann --json",
    "cycle show --as Ann --json",
    "cycle propose --as Ann --json",
    "cycle override c1 B --reason continuity --as Ann --json",
    "cycle show --as Ann --json",
    "cycle import newer --as Ann --json",
    "cycle show --as Ann --json",
    "cycle propose --keep --as Ann --json",
    "cycle submit --as Ann",
    "cycle approve --as Bob",
    "cycle commit --as Bob",
    "cycle history --case c1 --as Bob --purpose supervision --json",
    "cycle history --officer A --as Bob --purpose supervision --json",
    "report --month 2026-03 --as Bob --json",
    "cycle rollover --as Ann --json",
    "cycle list --json",
    "audit show --as Bob --json",
]


def validated(command, document):
    Draft202012Validator(schema_of(command), format_checker=FormatChecker()).validate(json.loads(document))


@pytest.mark.parametrize("command", ASKED)
def test_answers(printed, place, command):
    if not (place / "first").exists():
        for text in PLANS:
            printed(text)
    for text in ASKED[command]:
        validated(command, printed(f"{text} --json"))


def test_a_cycle(printed, place, monkeypatch):
    monkeypatch.setenv("ALLOCATOR_HOME", str(place / "home"))
    told = set()
    for text in WALK:
        document = printed(text)
        if text.endswith("--json"):
            (command,) = (c for c in DOCUMENTS if text.startswith(f"{c} "))
            validated(command, document)
            told.add(command)
    assert told | set(ASKED) == set(DOCUMENTS)


def test_every_command_with_json_has_a_schema():
    def walk(group, before):
        for name in group.list_commands(None):
            command, path = group.get_command(None, name), [*before, name]
            if isinstance(command, click.Group):
                yield from walk(command, path)
            elif any("--json" in param.opts for param in command.params):
                yield " ".join(path)

    assert set(walk(allocator, [])) == set(DOCUMENTS)


def test_a_key_that_no_schema_has_is_refused(printed):
    document = json.loads(printed("check small --json"))
    document["new"] = 1
    assert not Draft202012Validator(schema_of("check")).is_valid(document)
    del document["new"], document["goals"]
    assert not Draft202012Validator(schema_of("check")).is_valid(document)


def test_every_key_has_its_words_and_every_word_is_of_a_key():
    shapes = [shape for c in DOCUMENTS for shape in (schema_of(c), *schema_of(c).get("$defs", {}).values())]
    assert {key for shape in shapes for key in shape.get("properties", {})} == set(words())
