"""The comparison of two result files names what got slower; the files are made up."""

import csv
import json

import pytest

from benchmarks.compare import main
from benchmarks.rows import row, write_rows


def results(path, *times, **cells):
    """A results.csv with a run for each time."""
    told = {"force": "county", "regime": "ordinary", "seed": 0, "peer": "ours", "limit": 60.0, "step": "alone"} | cells
    write_rows(path / "results.csv", [row(**told, run=k, seconds=t) for k, t in enumerate(times, 1)])
    return str(path / "results.csv")


def micro(path, **medians):
    """A file as pytest-benchmark writes it, as far as it is read."""
    found = [{"fullname": name, "stats": {"median": t, "rounds": 9}} for name, t in medians.items()]
    path.write_text(json.dumps({"machine_info": {"node": "here"}, "benchmarks": found}))
    return str(path)


def test_slower_by_the_median_is_named_with_its_runs(tmp_path, capsys):
    old = results(tmp_path / "old", 1.0, 1.0, 9.0)  # median 1
    new = results(tmp_path / "new", 1.5, 1.5, 0.1, 1.6)  # median 1.5
    assert main([old, new]) == 1
    said = capsys.readouterr().out
    assert "Slower by more than 1.2 times: 1" in said
    assert "1.50 times" in said and "county" in said and "medians of 3 and 4" in said


def test_a_file_from_before_a_column_came_is_compared(tmp_path, capsys):
    old, new = results(tmp_path / "old", 1.0), results(tmp_path / "new", 2.0)
    with open(old, newline="") as file:
        rows = list(csv.DictReader(file))
    with open(old, "w", newline="") as file:
        writer = csv.DictWriter(file, [column for column in rows[0] if column != "on_paper"], extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
    assert main([old, new]) == 1
    assert "2.00 times" in capsys.readouterr().out


def test_faster_is_named_and_no_failure(tmp_path, capsys):
    assert main([results(tmp_path / "old", 3.0), results(tmp_path / "new", 1.0)]) == 0
    assert "Faster by more than 1.2 times: 1" in capsys.readouterr().out


def test_the_threshold_decides(tmp_path):
    old, new = results(tmp_path / "old", 1.0), results(tmp_path / "new", 1.5)
    assert main([old, new, "--threshold", "2"]) == 0
    assert main([old, new, "--threshold", "1.4"]) == 1


def test_a_goal_no_longer_proved_took_its_limit(tmp_path, capsys):
    proofs = {"proof_unplaced": 0.1, "proof_excess": 0.2, "proof_disruption": 0.3}
    old = results(tmp_path / "old", 1.0, **proofs, proof_fairness=1.0)
    new = results(tmp_path / "new", 1.0, **proofs)
    assert main([old, new]) == 1
    said = capsys.readouterr().out
    assert "fairness proved" in said and "60.00 times" in said


def test_micro_benchmarks_are_compared_by_name(tmp_path, capsys):
    old, new = micro(tmp_path / "old.json", a=1.0, b=1.0), micro(tmp_path / "new.json", b=2.0, c=1.0)
    assert main([old, new]) == 1
    said = capsys.readouterr().out
    assert "2.00 times" in said and "Only in the old file: 1." in said and "Only in the new file: 1." in said


@pytest.mark.parametrize("threshold", ["1", "0.5", "nan"])
def test_a_threshold_that_is_none_is_refused(tmp_path, capsys, threshold):
    old = results(tmp_path / "old", 1.0)
    assert main([old, old, "--threshold", threshold]) == 2
    assert "--threshold" in capsys.readouterr().err


def test_files_that_cannot_be_compared_are_named(tmp_path, capsys):
    old, other = results(tmp_path / "old", 1.0), results(tmp_path / "other", 1.0, force="metropolitan")
    stray = tmp_path / "stray.csv"
    stray.write_text("a,b\n1,2\n")
    broken = tmp_path / "broken.json"
    broken.write_text("{}")
    for pair, expected in (
        ((old, str(tmp_path / "none.csv")), "none.csv: a results.csv or a benchmark JSON expected"),
        ((old, micro(tmp_path / "new.json", a=1.0)), "Different kinds of files"),
        ((old, other), "Nothing in common"),
        ((old, str(stray)), "stray.csv: expected a results.csv"),
        ((old, str(broken)), "broken.json: expected"),
        ((old, str(tmp_path)), "expected"),
    ):
        assert main(list(pair)) == 2
        assert expected in capsys.readouterr().err


def population(path, *proofs, profile="mixed", **cells):
    """A results.csv with a force for each time to its last proof; None: not proved. Seeds are 0, 1, ..."""
    rows = []
    for seed, seconds in enumerate(proofs):
        told = {"force": profile, "regime": "cross" if seed % 2 else "ordinary", "seed": seed, "peer": "ours"}
        told |= {"limit": 60.0, "step": "population", "run": 1, "proved": seconds is not None, "seconds": 0.1}
        early = {"proof_unplaced": 0.01, "proof_excess": 0.1, "proof_disruption": 0.2}
        rows.append(row(**(told | early | {"proof_fairness": seconds} | cells)))
    write_rows(path / "results.csv", rows)
    return str(path / "results.csv")


def test_the_quantile_of_a_population_that_got_slower_is_named(tmp_path, capsys):
    # Of ten: the median is the fifth, p90 the ninth, p99 and most the tenth; the order of seeds does not matter.
    old = population(tmp_path / "old", 1, 1, 1, 1, 1, 1, 1, 1, 3.2, 9)
    new = population(tmp_path / "new", 9, 1, 1, 1, 1, 1, 1, 1, 4.9, 1)
    assert main([old, new]) == 1
    said = capsys.readouterr().out
    assert "population · mixed · ours: fairness proved, p90 3.2 s to 4.9 s  (10 forces)" in said
    assert "Slower by more than 1.2 times: 1" in said and "Faster by more than 1.2 times: nothing" in said
    assert "Compared: 12." in said  # four quantiles of three goals


def test_a_force_no_longer_proved_moves_a_population_to_its_limit(tmp_path, capsys):
    old, new = population(tmp_path / "old", 1, 2, 3), population(tmp_path / "new", 1, 2, None)
    assert main([old, new]) == 1
    said = capsys.readouterr().out
    assert "most 3 s to 60 s" in said and "p99 3 s to 60 s" in said and "median 2" not in said
    assert main([new, old]) == 0


def test_a_force_without_an_answer_took_its_limit(tmp_path, capsys):
    gone = {"proof_unplaced": None, "proof_excess": None, "proof_disruption": None, "note": "no answer"}
    old = population(tmp_path / "old", 1, 2)
    assert main([old, population(tmp_path / "new", None, None, seconds=None, **gone)]) == 1
    assert "excess proved, median 0.1 s to 60 s" in capsys.readouterr().out


def test_populations_are_compared_over_the_forces_in_both(tmp_path, capsys):
    old, new = population(tmp_path / "old", 1, 2, 30), population(tmp_path / "new", 1, 2)
    assert main([old, new]) == 0
    assert "Faster by more than 1.2 times: nothing" in (said := capsys.readouterr().out)
    assert "Only in the old file: 3." in said  # one force, three goals
    assert main([old, population(tmp_path / "other", 1, 2, profile="mixed-large")]) == 2
    assert "Nothing in common" in capsys.readouterr().err
