"""Asking the questions: rows are kept as they come, wrong names are answered with advice."""

import csv

import pytest

from benchmarks import run
from benchmarks.questions import NAMES, Question, question
from benchmarks.rows import COLUMNS, read_rows, row


def told(count, end=None):
    """A question that yields so many rows, and then ends as told."""

    def ask(quick):
        for number in range(count):
            yield row(force="made up", run=number, seconds=1.0)
        if end is not None:
            raise end

    return Question("made-up", "How long?", ask)


def test_unknown_questions_are_named_with_advice(capsys):
    assert run.main(["grwoth"]) == 2
    said = capsys.readouterr().err
    assert "'grwoth'" in said and "Maybe: growth" in said
    assert all(name in said for name in NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_every_question_has_a_sentence_and_a_page(name):
    asked = question(name)
    assert asked.says.endswith("?") and callable(asked.ask)
    assert (run.HERE / name / "README.md").exists()


def test_rows_are_kept_when_a_question_is_answered(tmp_path):
    assert run.answered(told(2), tmp_path, quick=True)
    assert len(read_rows(tmp_path / "results.csv")) == 2
    assert not (tmp_path / "results.partial.csv").exists()


def test_a_question_that_fails_keeps_its_rows_and_the_results_before(tmp_path, capsys):
    run.answered(told(3), tmp_path, quick=True)
    assert not run.answered(told(1, RuntimeError("no engine")), tmp_path, quick=True)
    assert "no engine" in capsys.readouterr().err
    assert len(read_rows(tmp_path / "results.partial.csv")) == 1
    assert len(read_rows(tmp_path / "results.csv")) == 3


def test_ctrl_c_keeps_the_rows_so_far(tmp_path):
    with pytest.raises(KeyboardInterrupt):
        run.answered(told(2, KeyboardInterrupt()), tmp_path, quick=True)
    assert len(read_rows(tmp_path / "results.partial.csv")) == 2


def test_what_takes_hours_goes_on_from_the_rows_of_this_machine_and_these_versions(tmp_path):
    asked = []

    def resume(quick, kept):
        asked.append([cells["run"] for cells in kept])
        for number in range(3):
            if number not in asked[-1]:
                yield row(force="made up", run=number, seconds=1.0)
            if number == 1 and not kept:
                raise KeyboardInterrupt

    long = Question("made-up", "How long?", lambda quick: resume(quick, ()), resume)
    with pytest.raises(KeyboardInterrupt):
        run.answered(long, tmp_path, quick=True)
    with (tmp_path / "results.partial.csv").open("a") as file:
        other = row({"highs": "9.9"}, run=7) | {"machine": "another"}
        csv.DictWriter(file, COLUMNS).writerow(other)
    assert run.answered(long, tmp_path, quick=True, resume=True)
    assert asked == [[], [0, 1]]
    assert [cells["run"] for cells in read_rows(tmp_path / "results.csv")] == [0, 1, 2]
    with pytest.raises(KeyboardInterrupt):  # from the start, unless it is asked for
        run.answered(long, tmp_path, quick=True)
    assert asked[2:] == [[]]


def test_rows_know_their_columns():
    with pytest.raises(KeyError, match="speed"):
        row(speed=1)
