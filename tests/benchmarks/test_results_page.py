"""The page of results, generated from rows that are made up."""

import math

import pytest

from benchmarks.page import wins
from benchmarks.page.figures import against_best, behind, exponent, gap, ratio, where
from benchmarks.page.targets import targets
from benchmarks.peers.protocol import GOALS
from benchmarks.proof.ask import WITH_GROUPED, WITH_TEXTBOOK
from benchmarks.report import main
from benchmarks.rows import read_rows, row, write_rows


def race(peer, seconds, regime="ordinary", run=1, step=WITH_GROUPED, fairness=100, bound=100, **cells):
    """A run whose goals are proved at a tenth, two tenths, half and all of its seconds; None: fairness is not."""
    limit = 60.0
    proofs = [(seconds or limit) * share for share in (0.1, 0.2, 0.5, 1)]
    told = {
        "force": "county",
        "regime": regime,
        "seed": 0,
        "peer": peer,
        "run": run,
        "step": step,
        "limit": limit,
        "seconds": seconds or limit,
        "proved": seconds is not None,
        "peak_mb": 100.0,
        **{f"proof_{goal}": proof for goal, proof in zip(GOALS, proofs, strict=True)},
        **{f"value_{goal}": value for goal, value in zip(GOALS, (0, 2, 30, fairness), strict=True)},
        **{f"bound_{goal}": value for goal, value in zip(GOALS, (0, 2, 30, bound), strict=True)},
    }
    return row(**(told | ({} if seconds else {"proof_fairness": None}) | cells))


@pytest.fixture
def results():
    """Ours is faster than the textbook model; with a fifth high risk twice as fast as (e), thrice as slow as (f)."""
    return {
        "proof": [
            race("ours", 1.0, step=WITH_TEXTBOOK),
            race("cpsat_textbook", None, step=WITH_TEXTBOOK, fairness=120),
            race("highs_textbook", 20.0, step=WITH_TEXTBOOK),
            race("ours", 3.0, "fifth"),
            race("highs_grouped", 6.0, "fifth"),
            race("cpsat_grouped", 1.0, "fifth"),
        ],
        "quality": [
            race("ours", 1.0, step="after 1 s", size=1.0),
            race("most_room", None, step="after 1 s", size=1.0, fairness=90),
        ],
        "memory": [race("ours", 1.0, step="peak memory"), race("most_room", None, step="peak memory", peak_mb=30.0)],
        "large": [row(force="nation as one force", officers=2100, cases=95000, step="read .csv", run=1, seconds=3.5)],
        "resolve": [
            race("ours", 0.9, step="a case ends", note="with a standby"),
            race("ours", 0.3, step="a case ends", note="with a standby", run=2),
            race("ours", 0.2, step="a case ends", note="with a standby", run=3),
            race("ours", 4.0, step="a case ends", note="without"),
        ],
        "growth": [race("ours", t, step="divisions of one size", size=s) for s, t in ((1.0, 1.0), (10.0, 20.0))],
        "national": [
            race("ours", 90.0, step="files in to plans out", force="national", size=43.0, peak_mb=2500.0),
            race("ours", 2.0, step="one force of it", force="kent", cases=2600),
        ],
    }


def test_targets_say_what_is_missed(results):
    found = {target.key: target for target in targets(results)}
    reached = {key: target.reached for key, target in found.items()}
    assert reached == {
        "against-cpsat_textbook": True,  # not proved at 60 s: at least 60 times ours
        "against-highs_textbook": False,  # 20 times, 25 asked for
        "regimes-early": True,
        "regimes-fairness": True,
        "regimes-peers": False,  # 3 times as long as (f)
        "national-time": True,
        "national-memory": False,  # 2500 MiB
        "resolve": True,  # the median of 0.9, 0.3 and 0.2 s
        "read": False,
        "growth": False,  # log10(20) = 1.30
    }
    assert found["against-cpsat_textbook"].figure.startswith("≥ 60 times")
    assert found["regimes-peers"].figure.startswith("3 times (fifth)")
    assert found["growth"].figure == "1.30"


def test_a_target_with_unproved_goals_is_missed(results):
    rows = [race("ours", None, "fifth", fairness=101), race("cpsat_grouped", 1.0, "fifth")]
    found = {target.key: target for target in targets({"proof": rows})}
    assert not found["regimes-fairness"].reached and "1%" in found["regimes-fairness"].figure
    assert not found["regimes-peers"].reached and "not proved" in found["regimes-peers"].figure


def test_a_peer_without_an_answer_is_no_faster_run_of_ours():
    silent = race("cpsat_textbook", None, step=WITH_TEXTBOOK, note="no answer") | {"seconds": None}
    (target,) = targets({"proof": [race("ours", 1.0, step=WITH_TEXTBOOK), silent]})
    assert not target.reached and target.figure == "no answer"


def test_wins_are_found_in_the_rows(results):
    lines = list(wins.table(results).rows)
    measures = [(measure, peer) for _, measure, peer, *_ in lines]
    assert ("all four goals proved", "(f) CP-SAT, our model") in measures
    assert ("fairness after 1 s", "(a) most room") in measures
    assert ("peak memory", "(a) most room") in measures
    assert not any("(e)" in peer or "textbook" in peer for _, peer in measures)
    assert wins.table({"proof": results["proof"][:3]}).says == "None in these runs."


def test_the_page_is_written_with_its_charts(results, tmp_path, capsys):
    pytest.importorskip("vl_convert")
    for name, rows in results.items():
        write_rows(tmp_path / name / "results.csv", rows)
    assert main(["--results", str(tmp_path)]) == 0
    page = (tmp_path / "RESULTS.md").read_text(encoding="utf-8")
    target = next(line for line in page.splitlines() if line.startswith("| 95,000 cases as one force: read .csv"))
    assert "3.5 s" in target and "**missed**" in target
    assert "## Where a peer wins" in page
    drawn = sorted(path.name for path in (tmp_path / "charts").iterdir())
    assert all(f"charts/{name}" in page for name in drawn) and len(drawn) == 7
    assert all((tmp_path / "charts" / name).read_text().startswith("<svg") for name in drawn)


def test_without_results_there_is_no_page(tmp_path, capsys):
    assert main(["--results", str(tmp_path)]) == 2
    assert "Maybe: python -m benchmarks.run" in capsys.readouterr().err


def test_rows_come_back_as_they_went(results, tmp_path):
    write_rows(tmp_path / "results.csv", results["proof"])
    again = read_rows(tmp_path / "results.csv")
    assert [r["proof_fairness"] for r in again] == [1.0, None, 20.0, 3.0, 6.0, 1.0]
    assert [r["proved"] for r in again] == [True, False, True, True, True, True]


def test_figures():
    assert gap(race("ours", None, fairness=103)) == pytest.approx(0.03)
    assert gap(race("ours", None, value_excess=3)) == math.inf  # its bound says nothing while excess is not proved
    assert behind((0, 2, 30, 100), (0, 2, 20, 110)) == ("disruption", 10, 20)
    assert behind((0, 2, 30, 100), (0, 2, 30, 100)) is None
    assert exponent({1: 3.0, 2: 6.0, 4: 12.0}) == pytest.approx(1)
    ours = [race("ours", seconds, run=k) for k, seconds in enumerate((1.0, 2.0, 4.0), 1)]
    theirs = [race("cpsat_grouped", seconds, run=k) for k, seconds in enumerate((3.0, 4.0, 20.0), 1)]
    assert ratio(ours, theirs) == (3.0, False)  # of 3, 2 and 5
    assert against_best([*ours, *theirs], "ours", ("cpsat_grouped",)) == pytest.approx(1 / 3)
    assert math.isnan(against_best(ours, "ours", ("cpsat_grouped",)))
    assert where(ours, run=2) == [ours[1]]
