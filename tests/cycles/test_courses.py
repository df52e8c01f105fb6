"""Course places: ranked by what each cures, each effect the difference of two solved forces."""

from __future__ import annotations

from dataclasses import replace

import pytest

from allocator.cycles.courses import rank_course_places
from allocator.reporting.courses import courses_document, courses_end, cure_sentences, place_sentence
from allocator.solver.allocate import allocate
from tests.cycling import with_officer
from tests.inline import InlinePool
from tests.tiny import current, force, new, officer


def needy():
    """North has two level 2 cases that nobody trained may take, South one; E waits there, and N does not wait."""
    return force(
        [
            officer("E", mosovo="awaiting", division="South"),
            officer("N", mosovo="none"),
            officer("W", mosovo="awaiting"),
        ],
        [
            new("c1", level=2),
            new("c2", level=2),
            new("c3", level=2, division="South"),
            current("c4", "N"),
        ],
        training={"buddy_required": False},
    )


def test_places_go_where_they_cure_most_one_after_another():
    ranked = rank_course_places(needy(), 3, pool=InlinePool())
    assert [place.chosen.officer for place in ranked.places] == ["W", "E", "N"]
    first, second, third = (place.chosen for place in ranked.places)
    # Nobody else may have c1 and c2, two low-risk cases of weight 1; with W trained N and W are alike save the queue.
    assert first.placed == ("c1", "c2") and first.effect[0] == -2 and first.cures
    assert second.placed == ("c3",) and second.effect[0] == -1
    assert third.placed == () and third.effect[0] == 0
    assert [one.officer for one in ranked.places[0].others] == ["N", "E"]
    assert not ranked.stopped and courses_end(ranked) is None


def test_every_effect_is_that_of_the_solved_force():
    of = needy()
    (place,) = rank_course_places(of, 1, pool=InlinePool()).places
    for one in (place.chosen, *place.others):
        trained = with_officer(of, one.officer, mosovo="trained")
        before, after = (allocate(f, pool=InlinePool()).goals for f in (of, trained))
        assert one.effect == tuple(b.value - a.value for a, b in zip(before, after, strict=True))
        assert one.proven


def test_a_place_that_cures_nothing_is_told_as_such():
    of = force([officer("A"), officer("W", mosovo="awaiting", buddy="A")], [current("c1", "A")])
    ranked = rank_course_places(of, 2, pool=InlinePool())
    (place,) = ranked.places
    assert place.chosen.effect == (0, 0, 0, 0) and not place.chosen.cures
    told = "Place 1: W of North (awaits the course). The plan would be no better for it."
    assert place_sentence(1, place.chosen) == told
    assert courses_end(ranked) == "No other untrained officer can take a place."


def test_sentences_and_json_say_what_is_cured():
    ranked = rank_course_places(needy(), 1, pool=InlinePool())
    told = list(cure_sentences(ranked.places[0].chosen))
    assert told[0] == "2 cases with nobody would have an officer: c1, c2."
    document = courses_document(ranked)
    assert document["places"][0]["placed"] == ["c1", "c2"] and len(document["places"][0]["others"]) == 2


def test_ctrl_c_between_solves_keeps_the_places_ranked_so_far():
    def interrupt(done, count):
        assert count == 3 + 2 + 1
        if done == 4:  # the first of the second round
            raise KeyboardInterrupt

    ranked = rank_course_places(needy(), 3, pool=InlinePool(), progress=interrupt)
    assert [place.chosen.officer for place in ranked.places] == ["W"]
    assert ranked.stopped and courses_end(ranked) == "Stopped: later places are not ranked."


@pytest.mark.parametrize(("whole", "kept"), [(0, []), (2, []), (3, []), (4, ["W"]), (5, ["W"])])
def test_a_solve_that_is_stopped_ends_the_ranking(monkeypatch, whole, kept):
    # Solves: the force as it stands, then three of the first round, then two of the second.
    left = iter([None] * whole)
    monkeypatch.setattr(
        "allocator.solver.allocate.allocate",
        lambda of, **told: replace(allocate(of, **told), stopped=next(left, "interrupted")),
    )
    ranked = rank_course_places(needy(), 3, pool=InlinePool())
    assert [place.chosen.officer for place in ranked.places] == kept and ranked.stopped
    assert ranked.base.force == needy()


def test_each_place_is_ranked_on_top_of_those_before():
    of = needy()
    for place in rank_course_places(of, 3, pool=InlinePool()).places:
        before = allocate(of, pool=InlinePool()).goals
        tried = {}
        for one in (place.chosen, *place.others):
            after = allocate(with_officer(of, one.officer, mosovo="trained"), pool=InlinePool()).goals
            tried[one.officer] = tuple(b.value - a.value for a, b in zip(before, after, strict=True))
            assert one.effect == tried[one.officer]
        assert tried[place.chosen.officer] == min(tried.values())
        of = with_officer(of, place.chosen.officer, mosovo="trained")


@pytest.mark.parametrize("fields", [{"status": "absent"}, {"status": "leaving"}, {"capacity": 0}])
def test_who_takes_no_place(fields):
    of = force([officer("A"), officer("X", mosovo="awaiting", **fields)], [])
    assert rank_course_places(of, 1, pool=InlinePool()).places == ()


def test_a_place_there_must_be():
    with pytest.raises(ValueError, match="places: 0 found"):
        rank_course_places(needy(), 0)
