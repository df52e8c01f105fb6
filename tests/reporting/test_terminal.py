"""What terminals show: any width, any encoding, and whatever an id may hold."""

import io
import re

import pytest

from allocator.analysis.explain import explain
from allocator.cli.progress import picture
from allocator.cli.showing import rest_of_plan
from allocator.domain.result import Progress
from allocator.reporting.plan import MANY_CASES, MANY_NOTES, MANY_OFFICERS, plan_report
from allocator.reporting.renderers.terminal import PlainConsole, output, print_report
from tests.results import goals, result
from tests.tiny import current, force, new, officer, plan


def shown(of_plan, width=80, out=None, **changes):
    console = PlainConsole(file=io.StringIO(), width=width, markup=False, emoji=False, highlight=False)
    print_report(console, plan_report(explain(result(of_plan, **changes), "d"), rest_of_plan(out)))
    return console.file.getvalue()


def test_ids_are_text_whatever_they_hold():
    # Markup, an emoji code, a colour of the terminal, and its end.
    ids = ["[red]a[/]", ":smile:", "x\x1b[31my", "t\x1b[0m!"]
    f = force([officer("[b]A"), officer("B\x1b[2J")], [current(i, "[b]A") for i in ids])
    text = shown(plan(f, **dict.fromkeys(ids, "B\x1b[2J")))
    assert "\x1b" not in text
    for id in ("[red]a[/]", ":smile:", "x?[31my", "t?[0m!", "[b]A", "B?[2J"):
        assert id in text


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252"])
def test_any_terminal(encoding, monkeypatch):
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding=encoding, errors="replace")
    monkeypatch.setattr("sys.stdout", stream)
    f = force([officer("Zoë"), officer("B")], [current("c1", "Zoë")])
    print_report(output(), plan_report(explain(result(plan(f, c1="B")), "d"), "elsewhere"))
    stream.flush()
    text = raw.getvalue().decode(encoding)
    assert " -> B " in text
    assert ("Zo? -> B" if encoding == "ascii" else "Zoë -> B") in text


def test_the_arrow_of_a_modern_terminal(monkeypatch):
    monkeypatch.setattr("sys.stdout", io.TextIOWrapper(io.BytesIO(), encoding="utf-8"))
    assert output().safe("A → B █") == "A → B █"


@pytest.mark.parametrize("width", [80, 140])
def test_no_line_is_wider_than_the_terminal(width):
    f = force(
        [officer("OM-North-0001"), officer("OM-North-0002")],
        [current(f"CASE-{i:06}", "OM-North-0001", risk="high") for i in range(12)],
        limits={"cases": 5},
    )
    text = shown(plan(f, **{f"CASE-{i:06}": "OM-North-0002" for i in range(6)}), width)
    assert max(map(len, text.splitlines())) <= width


def test_no_capacity_is_never_a_percentage():
    f = force([officer("A", capacity=0), officer("B")], [current("c1", "A"), current("c2", "B")])
    (row,) = [line for line in shown(plan(f)).splitlines() if line.startswith("A ")]
    assert "no capacity" in row
    assert "case-limit +1" in row


def test_a_large_force_is_told_by_what_changed():
    ids = [f"O{k:03}" for k in range(MANY_OFFICERS + 1)]
    f = force([officer(i) for i in ids], [new("c1")])
    text = shown(plan(f, c1="O007"))
    assert f"Officers ({MANY_OFFICERS + 1})" in text
    rows = re.findall(r"^O\d{3} ", text, re.M)
    assert rows == ["O007 "]
    assert "--json, or in plan.xlsx with --out DIR" in text.replace("\n", " ")


@pytest.mark.parametrize("count", [MANY_CASES, MANY_CASES + 1])
def test_many_moves_are_counted_and_few_are_listed(count):
    ids = [f"c{k:03}" for k in range(count)]
    f = force([officer("A", status="leaving"), officer("B")], [current(i, "A") for i in ids])
    text = shown(plan(f, **dict.fromkeys(ids, "B")))
    listed = len(re.findall(r"^c\d{3}  A → B", text, re.M))
    summed = re.search(r"^A +(\d+)  staying +B (\d+)", text, re.M)
    if count == MANY_CASES:
        assert (listed, summed) == (count, None)
    else:
        assert (listed, summed.groups()) == (0, (str(count), str(count)))
        assert "Every move with its reason: " in text


def test_many_notes_of_a_rule_are_cut_short_and_counted():
    da = frozenset({"da"})
    cases = [current(f"c{k}", "A", risk="high", needs=da) for k in range(MANY_NOTES + 2)]
    text = shown(plan(force([officer("A", skills=da)], cases)))
    assert f"Note: category-3 ({MANY_NOTES + 2})" in text
    assert "and 2 more: " in text


def test_the_reader_is_sent_to_the_workbook_that_was_written(tmp_path):
    ids = [f"c{k:03}" for k in range(MANY_CASES + 1)]
    f = force([officer("A")], [new(i) for i in ids])
    text = shown(plan(f, **dict.fromkeys(ids, "A")), 400, tmp_path)
    assert f"Every new case with its officer: {tmp_path / 'plan.xlsx'}." in text


def test_excess_is_called_least_only_when_proved():
    f = force([officer("A")], [current("c1", "A"), current("c2", "A")], limits={"cases": 1})
    assert "(1 in all, and no plan has less)" in shown(plan(f))
    assert "(1 in all)" in shown(plan(f), goals=goals((0, 0), (1, 0), (0, 0), (9, 0)))


def test_one_moment_of_a_run():
    console = PlainConsole(file=io.StringIO(), width=80)
    console.print(picture(Progress("excess", 1, 3, goals((0, 0), (1200, 7), (36, 0), (9, 0)), 2.34)))
    text = console.file.getvalue()
    assert "Working on excess: 1 of 3 parts done, 2.3 s" in text
    assert re.search(r"excess +1,200 +at least 7", text)
    assert re.search(r"unplaced +0 +proved", text)


def test_divisions_head_their_officers_in_common_columns():
    long = "Dover, Ashford, Folkestone and the Isle of Sheppey"
    f = force(
        [officer("A", division=long), officer("OM-2", division="B")],
        [current("c1", "A", division=long), new("c2", division="B")],
    )
    lines = shown(plan(f, c2="OM-2")).splitlines()
    rows = [line for line in lines if line.startswith(("officer  ", "A  ", "OM-2  ")) and "c2" not in line]
    assert [lines.index(line) for line in ("B", long)] == sorted(lines.index(line) for line in ("B", long))
    # "cases of limit" ends where the figures below it end.
    assert [re.search(r"cases of limit|of 50", row).end() for row in rows] == [len("officer  cases of limit")] * 3
