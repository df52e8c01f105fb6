"""``allocator forecast``, ``size``, ``train`` and ``batch``: what they print, what they write, how they end."""

import json

import pytest
from python_calamine import CalamineWorkbook

from allocator.batch import allocate_all
from allocator.errors import AllocatorError
from allocator.files import write_force
from allocator.planning.outcomes import probability_of
from allocator.reporting.planning import chance_words
from allocator.reporting.renderers.charts import fan_chart, lines_chart, tornado_chart
from tests.cycling import small

FEW = ("--horizon", "3", "--futures", "3", "--workers", "1")


@pytest.fixture
def folder(tmp_path):
    write_force(small(), tmp_path / "force")
    return tmp_path / "force"


def test_a_forecast_is_printed_and_written_whole(run, folder, tmp_path):
    out = tmp_path / "out"
    done = run("forecast", folder, *FEW, "--out", out)
    assert (done.code, done.err) == (0, "")
    assert "3 futures of 3 cycles" in done.out and "every plan proved" in done.out.replace("\n", " ")
    document = json.loads((out / "forecast.json").read_text())
    assert document["futures"] == 3 and set(document["divisions"]) == {"whole force", "North", "South"}
    assert len(document["divisions"]["North"]["excess"]) == 5
    html = (out / "forecast.html").read_text()
    assert html.count("<svg") == 7 and "ours: nothing published was found" in html and "NPCC" in html
    sheets = CalamineWorkbook.from_path(str(out / "forecast.xlsx")).sheet_names
    assert sheets[0] == "Summary" and sheets[-1] == "Assumptions"
    assert len((out / "futures.jsonl").read_text().splitlines()) == 3
    again = run("forecast", folder, *FEW, "--out", out)
    assert again.code == 2 and "Maybe give --resume" in again.err
    assert run("forecast", folder, *FEW, "--out", out, "--resume").out == done.out


def test_a_sizing_with_the_next_officer_and_the_tornado(run, folder, tmp_path):
    done = run("size", folder, *FEW, "--confidence", "80", "--sensitivity", "--out", tmp_path / "out")
    assert done.code == 0, done.err
    said = " ".join(done.out.split())
    assert "Target: in 80% of futures" in said and "North: " in said and "What matters most is" in said
    document = json.loads((tmp_path / "out" / "size.json").read_text())
    assert {one["division"] for one in document["divisions"]} == {"North", "South"}
    assert document["sensitivity"]["futures"] == 3
    assert any(one["next"] for one in document["divisions"])


def test_training(run, folder, tmp_path):
    (tmp_path / "courses.csv").write_text("date,places\n2026-04-20,1\n")
    done = run("train", folder, "--courses", tmp_path / "courses.csv", *FEW, "--json")
    document = json.loads(done.out)
    assert [one["officer_id"] for one in document["sent"]] == ["U"]


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("size", "--within", "nothing"), 2, "expected limits or excess<=N"),
        (("size", "--confidence", "100"), 2, "--confidence"),
        (("size", "--confidence", "nan"), 2, "--confidence"),
        (("batch", "--out", "plans", "--time-limit", "nan"), 2, "--time-limit"),
        (("forecast", "--resume"), 2, "--resume: given without --out"),
        (("forecast", "--history", "nowhere"), 2, "--history: given without --as"),
        (("forecast", "--cluster", "tcp://127.0.0.1:1", "--horizon", "2"), 1, "is refused"),
    ],
)
def test_what_cannot_be_is_told(run, folder, words, code, says):
    done = run(words[0], folder, *words[1:])
    assert done.code == code and says in done.err and "Traceback" not in done.err


def test_a_batch_goes_on_when_a_force_is_wrong(run, folder, tmp_path):
    for name in ("one", "two", "wrong"):
        write_force(small(), tmp_path / "all" / name)
    (tmp_path / "all" / "wrong" / "cases.csv").write_text("case_id\nc1\n")
    done = run("batch", tmp_path / "all", folder, "--out", tmp_path / "plans", "--workers", "2")
    assert done.code == 1 and "3 of 4 forces planned" in done.out
    assert done.err.startswith("wrong: ") and "division" in done.err
    plans = sorted(path.parent.name for path in (tmp_path / "plans").glob("*/plan.csv"))
    assert plans == ["force", "one", "two"]
    alone = run("allocate", folder, "--out", tmp_path / "alone")
    assert alone.code == 0
    assert (tmp_path / "alone" / "plan.csv").read_bytes() == (tmp_path / "plans" / "force" / "plan.csv").read_bytes()
    assert "1 of 1 forces" in run("batch", folder, folder / ".", "--out", tmp_path / "again").out
    (tmp_path / "empty").mkdir()
    empty = run("batch", folder, tmp_path / "empty", "--out", tmp_path / "again")
    assert empty.code == 1 and empty.err.startswith("empty: ")
    write_force(small(), tmp_path / "more" / "force")
    twice = run("batch", folder, tmp_path / "more", "--out", tmp_path / "plans")
    assert twice.code == 1 and "More than one force is called force" in twice.err


def test_a_batch_whose_workers_are_gone_for_good_tells_what_was_not_planned(folder):
    class Gone:
        def each(self, work, tasks):
            yield 0, work(tasks[0])
            raise AllocatorError("Workers ended without a word.")

    first, second = allocate_all([folder, folder], Gone())
    assert first.result.proven and second.result is None and second.error == "Workers ended without a word."


def test_charts_are_drawn_and_probabilities_worded():
    bands = [[float(k + b) for k in range(3)] for b in range(5)]
    assert "dashed" in fan_chart("Loads", "%", [("North", bands)], 100.0)
    assert "<svg" in lines_chart("Chances", "%", [("North", [1.0, 2.0]), ("South", [3.0, 4.0])])
    assert "growth" in tornado_chart("What matters", "excess", 2.0, [("growth", "3%", 1.0, "8%", 5.0)])
    assert chance_words(probability_of([True] * 19 + [False])) == "95% (75% to 99.9%)"
