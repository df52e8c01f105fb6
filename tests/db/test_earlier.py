"""Cycles that were kept under version 1 of the rules: they open, verify and replay, and nothing of them is lost.

``data/earlier/rules-1.tar.gz`` is a backup that the last program of version 1 made. Cycle 1 is committed: the solver
placed c7, of very high risk, with U, who is not trained; people gave c6, which could have stayed at its premises, to V,
who starts over the limit, and c8 to W by exemption. Cycle 2 was committed and undone. Cycle 3 is approved: d1, of very
high risk, goes to U, and by a person's decision d3 to V, as c6 before. Today's rules count c7 and d1 as excess
(``novice``) and bar V from c6 and d3 (``relieved``).
"""

from __future__ import annotations

import io
import json
import tarfile
from pathlib import Path

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import Column, MetaData, Table, inspect, text

from allocator.app.accounts import authenticate
from allocator.app.actors import claimed
from allocator.app.approvals import discard_cycle, return_cycle, submit_cycle
from allocator.app.audit import verify_log
from allocator.app.commits import commit_cycle, undo_cycle
from allocator.app.cycles import all_cycles, show_cycle
from allocator.app.histories import history_of_case, history_of_officer
from allocator.app.imports import import_force, roll_over
from allocator.app.overrides import override_case
from allocator.app.registers import keep_reductions
from allocator.app.replays import replay_cycle
from allocator.app.results import solved
from allocator.cycles.rollover import without_reductions
from allocator.db.backups import _Backup, _insert, _tables, backup, restore
from allocator.db.database import _config
from allocator.db.proposals import find_proposal
from allocator.db.snapshots import load
from allocator.db.store import Store
from allocator.db.tables import overrides
from allocator.domain.result import RULES_VERSION
from allocator.errors import AllocatorError, Conflict, InputError, NotThere
from allocator.reporting.cycles import cycle_document, cycle_report, replayed_report
from allocator.reporting.renderers.terminal import PlainConsole, print_report
from tests.cycling import ANN, BOB, CAT, export, finished, officer_of, planned
from tests.inline import InlinePool

KEPT = Path(__file__).parent.parent / "data" / "earlier" / "rules-1.tar.gz"


@pytest.fixture
def earlier(url, tmp_path):
    """The store of version 1, restored by this program."""
    with Store(tmp_path / "home", url) as made:
        restore(made, KEPT)
        yield made


def shown(store, cycle_id):
    return show_cycle(store, claimed(ANN), purpose="allocation", cycle_id=cycle_id)


def said(report):
    """What is printed, as one line."""
    text = io.StringIO()
    print_report(PlainConsole(file=text, width=200), report)
    return " ".join(text.getvalue().split())


def values(goals):
    return {goal.name: goal.value for goal in goals}


def test_tables_of_the_version_before_are_brought_up_to_date(url, tmp_path):
    """Opening is refused until `db upgrade`; then all is there, and a program of before is kept away."""
    with Store(tmp_path / "home", url) as store:
        store.home.folder.mkdir()
        found = _Backup(KEPT)
        engine = store.database.engine
        with engine.connect() as connection:
            connection.info["writes"] = True
            with connection.begin():
                command.upgrade(_config(connection), "0002")
                there = inspect(connection).get_table_names()
                for table in (one for one in _tables() if one.name in there):
                    of_then = {column["name"] for column in inspect(connection).get_columns(table.name)}
                    columns = (Column(c.name, c.type) for c in table.c if c.name in of_then)
                    _insert(connection, Table(table.name, MetaData(), *columns), found)
            connection.info.pop("writes")
        (store.home.folder / "audit.key").write_text(found.key.hex())
        with pytest.raises(AllocatorError, match="is of an older version"):
            all_cycles(store, claimed("root"))
        store.upgrade()
        assert [one.cycle.state for one in all_cycles(store, claimed("root"))] == ["committed", "undone", "approved"]
        with store.reading() as connection:
            revision = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one()
            assert revision == ScriptDirectory.from_config(_config(connection)).get_current_head()
        problems = verify_log(store, claimed("root")).problems
        assert problems == ("The head of the audit log is not where it should be outside the database.",)


def test_all_that_was_kept_opens_and_verifies(earlier):
    assert verify_log(earlier, claimed("root")).problems == ()
    for cycle_id in (1, 2, 3):
        document = json.loads(json.dumps(cycle_document(shown(earlier, cycle_id))))
        assert document["plan"]["versions"]["rules"] == "1" and len(document["plan"]["cases"]) in (11, 14)
    assert history_of_case(earlier, claimed(ANN), "c6", purpose="supervision").now == "V"
    assert history_of_officer(earlier, claimed(ANN), "U", purpose="supervision").holds == 2
    force = shown(earlier, 1).force
    assert all(not c.former and not c.forums and c.visit_due is None and c.review_due is None for c in force.cases)


def test_goals_of_a_kept_plan_are_those_of_then(earlier):
    """Excess was proved 0 then; V's limit and intake came with what people changed. Today c7 would be counted too."""
    proposal = shown(earlier, 1).proposal
    assert values(proposal.result.goals) == {"unplaced": 0, "excess": 2, "disruption": 108, "fairness": 541}
    assert proposal.checked.goals["excess"] == 3
    assert [finding.case for finding in proposal.checked.broken] == ["c6"]
    untouched = shown(earlier, 2).proposal.result
    assert values(untouched.goals) == {"unplaced": 0, "excess": 0, "disruption": 24, "fairness": 404}
    assert untouched.proven


def test_under_which_rules_a_plan_was_made_is_said(earlier):
    told = said(cycle_report(shown(earlier, 1), ""))
    assert "This plan was made under version 1 of the rules, and today's are version 2" in told and "Newer" not in told
    told = said(cycle_report(shown(earlier, 3), ""))
    assert "Newer rules" in told and "d3" in told and "now barred by relieved" in told
    assert "plans again and keeps what people decided" in told


def test_a_plan_of_earlier_rules_cannot_be_committed_unseen(earlier):
    with pytest.raises(Conflict, match=r"version 1 of the rules, and today's are version 2.*of d3\. Nothing"):
        commit_cycle(earlier, claimed(CAT))
    assert shown(earlier, 3).cycle.state == "approved"
    return_cycle(earlier, claimed(CAT), reason="other")
    for act in (
        lambda: submit_cycle(earlier, claimed(ANN)),
        lambda: override_case(earlier, claimed(BOB), "d2", "A", reason="continuity"),
    ):
        with pytest.raises(Conflict, match="version 1 of the rules"):
            act()
    assert verify_log(earlier, claimed("root")).problems == ()


def test_planning_again_counts_by_todays_rules(earlier):
    return_cycle(earlier, claimed(CAT), reason="other")
    made = planned(earlier)
    assert made.proposal.rules == RULES_VERSION and not made.proposal.checked.broken and shown(earlier, 3).stale is None
    assert officer_of(earlier, "d1") != "U" and made.proposal.overrides == ()
    finished(earlier)
    assert shown(earlier, 3).cycle.state == "committed" and verify_log(earlier, claimed("root")).problems == ()


def test_planning_again_keeps_what_people_decided_and_rules_allow(earlier):
    """d1 with U was the solver's choice, and V is barred from d3 now: neither is kept; c6 stays where it was put."""
    return_cycle(earlier, claimed(CAT), reason="other")
    made = planned(earlier, keep=True)
    assert made.agreed == 0 and made.proposal.overrides == () and officer_of(earlier, "d3") != "V"


def test_a_decision_that_rules_still_allow_is_kept(earlier):
    """The same store, had Bob given d2 to B: an override of version 1 that nothing bars today."""
    with earlier.writing() as writing:
        given = overrides.update().where(overrides.c.case_id == "d3").values(case_id="d2", officer_id="B")
        writing.connection.execute(given)
        writing.log.append(BOB, "override", {})
    return_cycle(earlier, claimed(CAT), reason="other")
    made = planned(earlier, keep=True)
    assert [(o.case_id, o.officer_id) for o in made.proposal.overrides] == [("d2", "B")] and made.agreed == 1
    assert officer_of(earlier, "d2") == "B" and officer_of(earlier, "d1") != "U"


def test_a_replay_says_which_rules_it_went_by(earlier):
    found = replay_cycle(earlier, claimed(ANN), cycle_id=1, pool=InlinePool())
    assert found.versions[-1] == ("rules", "1", RULES_VERSION) and not found.same
    told = said(replayed_report(found))
    assert "rules was 1 then and is 2 now." in told and "c7" in told
    assert replay_cycle(earlier, claimed(ANN), cycle_id=2, pool=InlinePool()).same


def test_a_replay_that_todays_rules_refuse_is_told(earlier, monkeypatch):
    """A plan that had to keep d3 with V."""
    import allocator.app.replays as module

    def insisting(connection, cycle):
        proposal = find_proposal(connection, cycle)
        proposal.insist["d3"] = ["V"]
        return proposal

    monkeypatch.setattr(module, "find_proposal", insisting)
    found = replay_cycle(earlier, claimed(ANN), cycle_id=3, pool=InlinePool())
    assert found.plan is None and not found.same and "d3" in found.refused
    assert "Cycle 3 cannot be planned again as it was." in said(replayed_report(found))


def test_the_export_of_a_committed_cycle_is_known_again_whatever_version_wrote_it(earlier, tmp_path):
    first = shown(earlier, 1)
    discard_cycle(earlier, claimed(ANN))
    with pytest.raises(InputError, match="the same data"):
        import_force(
            earlier, claimed(ANN), export(without_reductions(first.force, first.cycle.exported), tmp_path / "again")
        )


def test_what_did_not_change_is_not_renewed(earlier, tmp_path):
    path = tmp_path / "reductions.csv"
    path.write_text("officer,percent,reason,from,to\nB,50,training,2026-03-01,2026-12-31\n")
    before = shown(earlier, 3).cycle
    assert keep_reductions(earlier, claimed(ANN), path).renewed is None
    assert shown(earlier, 3).cycle == before


def test_the_next_cycle_goes_by_todays_columns_and_settings(earlier, tmp_path):
    discard_cycle(earlier, claimed(ANN))
    opened = roll_over(earlier, claimed(ANN))
    with earlier.reading() as connection:
        force = load(connection, opened.cycle.snapshot_id)
    assert force.policy.training.risks == ("very_high",) and opened.difference is not None
    assert force.case_by_id["c6"].officer == "V"
    planned(earlier)
    finished(earlier)
    assert verify_log(earlier, claimed("root")).problems == ()


def test_undoing_what_was_committed_then(earlier):
    discard_cycle(earlier, claimed(ANN))
    undo_cycle(earlier, claimed(CAT), cycle_id=1)
    assert history_of_case(earlier, claimed(ANN), "c6", purpose="supervision").now == "A"
    assert verify_log(earlier, claimed("root")).problems == ()


def test_a_backup_of_it_all_is_restored(earlier, tmp_path):
    path = tmp_path / "backup.tar.gz"
    count = backup(earlier, path)
    with tarfile.open(path) as packed:
        assert json.load(packed.extractfile("about.json"))["format"] == 2
    with Store(tmp_path / "other") as other:
        assert restore(other, path) == count and verify_log(other, claimed("root")).problems == ()
        assert values(shown(other, 1).proposal.result.goals)["excess"] == 2


def test_what_was_found_then_is_not_there_any_more(earlier):
    user = authenticate(earlier, "Ann", "correct horse battery", "here")
    from allocator.app.problems import own_problems

    (job,), _ = own_problems(earlier, user)
    with pytest.raises(NotThere):
        solved(earlier, user, job.id)
