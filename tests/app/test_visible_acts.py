"""Overrides, placements, histories and views: of what somebody does not see, nothing can be done or told."""

from __future__ import annotations

import pytest

from allocator.app.actors import claimed
from allocator.app.histories import history_of_case, history_of_officer
from allocator.app.overrides import override_case
from allocator.app.placements import place_case
from allocator.app.views import find_view, load_view
from allocator.errors import Conflict, Denied, InputError, NotThere
from tests.cycling import ANN, committed, imported, proposed, small, with_case


def hiding(case_id: str, officer_id: str = "A"):
    return with_case(small(), case_id, excluded=frozenset({officer_id}))


def test_an_override_of_a_hidden_case_or_to_a_hidden_officer_is_of_nothing_there(store, person, tmp_path):
    proposed(store, small(), tmp_path / "f")
    north = person("supervisor", divisions=["North"])
    with pytest.raises(NotThere, match="no case c5"):
        override_case(store, north, "c5", "A", reason="geography")
    with pytest.raises(NotThere, match="no officer S"):
        override_case(store, north, "c2", "S", reason="geography")
    done = override_case(store, north, "c2", "B", reason="geography", cycle_id=1, version=2)
    assert (done.override.officer_id, done.override.by) == ("B", north.name)


def test_nobody_overrides_without_the_right(store, person, tmp_path):
    proposed(store, small(), tmp_path / "f")
    for role in ("viewer", "approver", "planner", "administrator", "service"):
        with pytest.raises(Denied):
            override_case(store, person(role), "c2", "B", reason="geography")


def test_whoever_claims_a_name_overrides_any_case_and_reads_nothing_for_it(store, tmp_path):
    proposed(store, small(), tmp_path / "f")
    override_case(store, claimed(ANN), "c2", "B", reason="geography")
    with store.writing() as writing:
        from allocator.db.log_reading import newest_entries

        acts = [entry.act for entry in newest_entries(writing.connection)]
    assert acts == ["import", "propose", "override"]


def test_a_new_case_is_placed_in_ones_own_divisions_under_an_id_that_hides_nothing(store, person, tmp_path):
    imported(store, hiding("c4"), tmp_path / "f")
    as_officer = person("supervisor", divisions=["North"], officer_id="A")
    new = {"division": "North", "risk": "low", "level": 0}
    with pytest.raises(Denied, match="division that is not yours"):
        place_case(store, as_officer, "c9", "B", reason="geography", new={**new, "division": "South"})
    with pytest.raises(Conflict, match="Case c4 could not be placed"):
        place_case(store, as_officer, "c4", "B", reason="geography", new=new)
    with pytest.raises(NotThere, match="no case c4"):
        place_case(store, as_officer, "c4", "B", reason="geography")
    with pytest.raises(NotThere, match="no officer S"):
        place_case(store, as_officer, "c9", "S", reason="geography", new=new)
    assert place_case(store, as_officer, "c9", "B", reason="geography", new=new).case.officer == "B"


def test_a_history_is_told_to_whoever_sees_the_case_and_tells_of_no_exclusion(store, person, tmp_path):
    committed(store, hiding("c4"), tmp_path / "f")
    everything, barred = person("viewer", "all"), person("viewer", "barred", officer_id="A")
    south = person("viewer", "south", divisions=["South"])
    assert history_of_case(store, everything, "c4").entries
    for who in (barred, south):
        with pytest.raises(NotThere, match="no case c4"):
            history_of_case(store, who, "c4")
    with pytest.raises(NotThere, match="no officer B"):
        history_of_officer(store, south, "B")
    told = history_of_officer(store, barred, "B")
    assert all(entry.facts.get("case_id") != "c4" for entry in told.entries)
    with pytest.raises(Denied):
        history_of_case(store, person("planner"), "c4")


def test_only_whoever_claims_a_name_is_told_what_was_probably_meant(store, person, tmp_path):
    committed(store, small(), tmp_path / "f")
    with pytest.raises(InputError) as told:
        history_of_case(store, person("viewer"), "c44")
    assert told.value.problems[0].maybe is None
    with pytest.raises(InputError) as told:
        history_of_case(store, claimed(ANN), "c44", purpose="audit")
    assert told.value.problems[0].maybe == "c4 is meant."


def test_a_view_holds_what_is_there_for_the_person_and_is_logged(store, person, tmp_path):
    assert find_view(store, claimed(ANN), "home") is None
    with pytest.raises(NotThere, match="no data yet"):
        load_view(store, claimed(ANN), "home")
    imported(store, hiding("c2"), tmp_path / "f")
    south, barred = person("viewer", "south", divisions=["South"]), person("viewer", "barred", officer_id="A")
    assert load_view(store, south, "cases").case_ids == {"c5"}
    assert load_view(store, barred, "cases").case_ids == {"c1", "c3", "c4", "c5"}
    assert load_view(store, person("planner"), "cases").case_ids == set()
    with pytest.raises(NotThere, match="no cycle 7"):
        load_view(store, south, "cycle", cycle_id=7)
    with pytest.raises(NotThere, match="no case c1"):
        load_view(store, south, "case").case("c1")
