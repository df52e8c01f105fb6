"""The reports that open from disk: every chart with its table, no network, nothing that an id could smuggle in."""

import itertools
import re
from xml.etree import ElementTree

from allocator.analysis.changes import CHANGES
from allocator.analysis.frontier import frontier
from allocator.analysis.scenario import Scenario
from allocator.analysis.try_scenarios import try_scenarios
from allocator.reporting.frontier import frontier_files
from allocator.reporting.renderers.charts import bars_chart, frontier_chart, spread_chart
from allocator.reporting.scenarios import whatif_page
from tests.inline import InlinePool
from tests.tiny import current, force, new, officer

EVIL = "<script>alert(1)</script>"
FORCE = force(
    [officer("A", division=EVIL), officer(EVIL, division=EVIL)],
    [current(f"c{k}", "A", division=EVIL) for k in range(3)] + [new(EVIL, division=EVIL, needs=frozenset({"x"}))],
    limits={"cases": 2},
)


def report():
    leaves = Scenario.of(EVIL, CHANGES["officer-leaves"](officer=EVIL), comment=EVIL)
    return whatif_page(try_scenarios(FORCE, [leaves], pool=InlinePool()), 1).decode()


def test_a_report_is_text_whatever_the_ids():
    html = report()
    assert "<script" not in html.lower()
    assert html.count("&lt;script&gt;") > 5


def test_a_report_asks_nothing_of_the_network():
    addresses = set(re.findall(r"""(?:src|href|url)\s*[=(]\s*["']?([^"')\s>]+)""", report()))
    assert not {address for address in addresses if not address.startswith("#")}


def test_every_chart_is_followed_by_its_table():
    html = report()
    assert html.count("<figure") == html.count("<svg") == 4
    for after in html.split("</figure>")[1:]:
        assert after.split("<figure")[0].count("<table>") == 1
    assert html.count("<caption>") == html.count("<table>") == 5


def test_headings_are_in_order_and_the_language_is_told():
    html = report()
    levels = [int(level) for level in re.findall(r"<h(\d)", html)]
    assert levels[0] == 1 and all(later - earlier <= 1 for earlier, later in itertools.pairwise(levels))
    assert '<html lang="en-GB">' in html


def test_charts_are_whole_svg_and_the_same_each_time():
    for draw in (
        lambda: spread_chart([(EVIL, [("A", 90), (EVIL, 110)])]),
        lambda: bars_chart(EVIL, EVIL, [("one", {EVIL: 3, "b": 0}), (EVIL, {EVIL: 1})]),
        lambda: frontier_chart([(0, 0, 2, 30, 0), (1, 0, 0, 20, 12)], 1),
        lambda: frontier_chart([(0, 0, 0, 0, 0)], None),
    ):
        svg = draw()
        assert ElementTree.fromstring(svg).tag.endswith("svg")
        assert "<script" not in svg and svg == draw()


def test_the_files_of_a_frontier():
    files = frontier_files(frontier(FORCE, pool=InlinePool()))
    assert set(files) == {"frontier.csv", "frontier.json", "frontier.svg", "frontier.html"}
    html = files["frontier.html"].decode()
    assert html.count("<figure") == html.count("<table>") == 1 and "knee" in html
