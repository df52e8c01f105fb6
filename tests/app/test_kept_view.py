"""What the store keeps tells nobody of what they do not see: named in what they keep, found before, or asked about."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any, get_args

import pytest
from sqlalchemy import event

from allocator.app.accounts import change_user
from allocator.app.actors import claimed
from allocator.app.approvals import discard_cycle
from allocator.app.audit import log_page
from allocator.app.histories import history_of_case
from allocator.app.placements import place_case
from allocator.app.problems import post_force, post_frontier, post_present, post_whatif
from allocator.app.results import drawn_of, found_frontier, result_document, visible_whatif
from allocator.app.scenarios import change_scenario, find_scenario, keep_scenario, scenarios_for
from allocator.app.staffing import QUESTIONS, planned, post_planning
from allocator.db import histories
from allocator.db.jobs import JobKind
from allocator.domain.force import Case
from allocator.errors import AllocatorError, InputError, NotThere
from allocator.planning.supply import Course
from tests.cycling import BOB, imported, small, with_case

NORTH = {"division": "North", "risk": "low", "level": 0}


@pytest.fixture
def many(store, tmp_path):
    """Data of seven cycles, more than snapshots are at hand."""
    for k in range(7):
        imported(store, small(name=f"force {k}"), tmp_path / f"f{k}")
        if k < 6:
            discard_cycle(store, claimed(BOB))
    return store


def told(ask):
    """What somebody is told, or refused with: without the ids they asked for."""
    try:
        return repr(ask())
    except AllocatorError as error:
        return type(error), str(error), getattr(error, "maybe", None)


ASKED = {
    "history": lambda store, who, name: history_of_case(store, who, name),
    "log": lambda store, who, name: log_page(store, who, offset=0, limit=9, about=name),
}


@pytest.mark.parametrize("asked", ASKED)
@pytest.mark.parametrize("options", [{"divisions": ["North"]}, {"divisions": ["North"], "officer_id": "A"}])
def test_what_is_hidden_takes_as_much_looking_as_what_is_not_there(many, person, monkeypatch, asked, options):
    ask, who = ASKED[asked], person("approver", "Someone", **options)
    loads, statements = [], []
    read = histories.load
    monkeypatch.setattr(histories, "load", lambda connection, name: loads.append(name) or read(connection, name))
    event.listen(many.database.engine, "before_cursor_execute", lambda *of: statements.append(of[2]))
    histories._outline.cache.clear()
    told(lambda: ask(many, who, "c9"))
    assert len(loads) == 7
    loads.clear()
    answers = {}
    for name in ("c9", "c5", "z", "S"):
        statements.clear()
        answers[name] = repr(told(lambda name=name: ask(many, who, name))).replace(name, "?"), len(statements)
    assert not loads
    assert answers["c9"] == answers["c5"] and answers["z"] == answers["S"]


IDS = sorted(name for name, field in Case.model_fields.items() if "^[^;]*$" in repr(field) or name == "case_id")


@pytest.mark.parametrize("column", IDS)
def test_a_new_case_is_refused_for_whom_it_names_as_if_they_were_not_there(store, person, tmp_path, column):
    imported(store, small(), tmp_path / "f")
    north = person("supervisor", divisions=["North"])

    def placed(case_id: str, name: str) -> Any:
        value = [name] if column in ("excluded", "former") else name
        more = {"setting": "premises"} if column == "premises" else {}
        return told(
            lambda: place_case(store, north, case_id, "B", reason="geography", new={**NORTH, column: value, **more})
        )

    hidden, nobody = ("c5", "c7") if column == "case_id" else ("S", "Z")
    one, other = placed("n1", hidden), placed("n2", nobody)
    if column == "former":  # may name officers who have left, so that each is taken
        assert isinstance(one, str) and isinstance(other, str)
        return
    assert repr(one).replace(hidden, "?") == repr(other).replace(nobody, "?")
    assert "meant" not in repr((one, placed("n3", f"{hidden}1")))


def test_a_new_case_has_no_second_id_and_nobody(store, person, tmp_path):
    imported(store, small(), tmp_path / "f")
    whole = person("supervisor")
    for column, value in (("case_id", "n2"), ("officer", "A"), ("since", "2026-01-01"), ("locked", False)):
        with pytest.raises(InputError, match="no such column") as refused:
            place_case(store, whole, "n1", "B", reason="geography", new={**NORTH, column: value})
        assert [problem.column for problem in refused.value.problems] == [column]


NAMING = {
    "officer": {"what": "officer-leaves", "officer": "S"},
    "case": {"what": "case-changes", "case": "c5", "risk": "high"},
    "division": {"what": "cases-arrive", "count": 2, "division": "South", "risk": "low"},
    "new case": {"what": "cases-arrive", "cases": [{"case_id": "NEW-1", "division": "South", "risk": "low"}]},
    "buddy": {"what": "officer-buddy", "officer": "U", "buddy": "S"},
    "excluded": {"what": "case-changes", "case": "c2", "excluded": ["S"]},
    "former": {"what": "case-changes", "case": "c2", "former": ["S"]},
    "comment": {"what": "officer-leaves", "officer": "A", "comment": "like S, c5"},
}


@pytest.mark.parametrize("kind", NAMING)
def test_a_scenario_is_there_for_whoever_sees_all_that_it_names(store, person, tmp_path, kind):
    imported(store, small(), tmp_path / "f")
    ann, nia = person("supervisor", "Ann"), person("supervisor", "Nia", divisions=["North"])
    bob = person("supervisor", "Bob")
    kept = keep_scenario(store, ann, {"change": [NAMING[kind]]}, name="x", shared=True)
    plain = keep_scenario(store, ann, {"change": [{"what": "officer-leaves", "officer": "A"}]}, name="y", shared=True)
    narrowed = narrow(store, ann)
    for who in (nia, *([] if kind in ("former", "comment") else [narrowed])):
        with pytest.raises(NotThere):
            find_scenario(store, who, kept.id)
        assert [one.id for one in scenarios_for(store, who)] == [plain.id]
    assert find_scenario(store, bob, kept.id) == kept


def narrow(store, user):
    return change_user(store, claimed("root"), user.id, version=user.version, divisions=["North"])


OTHERS = {"S": "Z", "c5": "c7", "South": "Zouth"}  # hidden from the North: nobody, and nothing


@pytest.mark.parametrize("kind", sorted({*NAMING} - {"former", "comment"}))
def test_keeping_a_scenario_tells_not_whether_somebody_is_there(store, person, tmp_path, kind):
    imported(store, small(), tmp_path / "f")
    nia = person("supervisor", "Nia", divisions=["North"])
    mine = keep_scenario(store, nia, {"change": [{"what": "officer-leaves", "officer": "A"}]}, name="mine")
    hidden, nobody = NAMING[kind], text_replaced(NAMING[kind], OTHERS)
    for ask in (
        lambda change: keep_scenario(store, nia, {"change": [change]}, name="x"),
        lambda change: change_scenario(store, nia, mine.id, version=1, document={"change": [change]}),
        lambda change: post_whatif(store, nia, [{"name": "x", "change": [change]}]),
    ):
        one, other = told(lambda ask=ask: ask(hidden)), told(lambda ask=ask: ask(nobody))
        assert one[0] is InputError and not any(f"{name} is meant" in one[1] for name in OTHERS)
        assert plain(one, OTHERS) == plain(other, OTHERS.values())


def plain(refused: tuple[Any, ...], names: Any) -> str:
    found = str(refused[1])
    for name in names:
        found = found.replace(f"'{name}'", "?")
    return found


def text_replaced(value: Any, other: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {key: text_replaced(item, other) for key, item in value.items()}
    if isinstance(value, list):
        return [text_replaced(item, other) for item in value]
    return other.get(value, value) if isinstance(value, str) else value


POSTED = {
    "allocate": lambda store, who: post_present(store, who, seed=0, time_limit=None),
    "posted": lambda store, who: post_force(store, who, small(), seed=0, time_limit=None),
    "whatif": lambda store, who: post_whatif(store, who, [{"name": "x", "policy": {"limits": {"cases": 45}}}]),
    "frontier": lambda store, who: post_frontier(store, who, last=1),
    **{
        question: lambda store, who, question=question: post_planning(
            store, who, question, horizon=4, courses=[Course(date(2026, 5, 1), 1)] if question == "train" else []
        )
        for question in QUESTIONS
    },
}
NOTHING_YET = r"no result yet|no such result"
READ = [
    lambda store, job, who: result_document(store, who, job),
    lambda store, job, who: planned(store, who, job),
    lambda store, job, who: drawn_of(store, job, who),
    found_frontier,
    visible_whatif,
]


@pytest.mark.parametrize("kind", POSTED)
def test_what_was_found_is_there_for_whoever_sees_as_much_as_when_they_asked(store, person, tmp_path, kind):
    imported(store, small(), tmp_path / "f")
    ann = person("supervisor", "Ann")
    job = POSTED[kind](store, ann)
    less = (replace(ann, divisions=("North",)), replace(ann, officer_id="A"), replace(ann, role="planner"))
    for read in READ:
        if read is visible_whatif and job.kind != "whatif":
            continue
        for who in less:
            with pytest.raises(NotThere, match="when you saw more"):
                read(store, job, who)
        with pytest.raises(NotThere, match=NOTHING_YET):
            read(store, job, ann)
    older = replace(job, parameters={name: value for name, value in job.parameters.items() if name != "seen"})
    with pytest.raises(NotThere, match="when you saw more"):
        result_document(store, less[0], older)


def test_every_kind_of_job_is_among_them():
    assert {*get_args(JobKind)} == {*POSTED} - {"posted", *QUESTIONS} | {"planning", "propose"}  # which finds a cycle


def test_a_narrow_account_asks_again_and_reads_what_it_finds(store, person, tmp_path):
    imported(store, with_case(small(), "c4", excluded=frozenset({"A"})), tmp_path / "f")
    nia = person("supervisor", "Nia", divisions=["North"], officer_id="A")
    for post in POSTED.values():
        with pytest.raises(NotThere, match=NOTHING_YET):
            result_document(store, nia, post(store, nia))
        with pytest.raises(NotThere, match=NOTHING_YET):
            result_document(store, replace(nia, divisions=("North", "South")), post(store, nia))
