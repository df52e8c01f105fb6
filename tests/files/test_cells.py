"""Cells as people type them: what is unambiguous is accepted, the rest is refused with advice."""

from datetime import date
from typing import Any

import pytest

from allocator.domain.force import Case, Officer
from allocator.files.cells import Unread, read_cell
from allocator.files.columns import columns

COLUMNS = {**{c.name: c for c in columns(Officer)}, **{c.name: c for c in columns(Case)}}


@pytest.mark.parametrize(
    ("column", "typed", "value"),
    [
        ("case_id", " C1 ", "C1"),
        ("case_id", "\u00a0C1\u00a0\u200b", "C1"),
        ("case_id", "\ufeffC1\t", "C1"),
        ("case_id", "O'Neill & Søn, 1", "O'Neill & Søn, 1"),
        ("case_id", "007", "007"),
        ("capacity", "80", 80),
        ("capacity", "80%", 80),
        ("capacity", "80.0", 80),
        ("capacity", "0", 0),
        ("capacity", "0.0", 0),
        ("capacity", "", 100),
        ("level", "3", 3),
        ("points", "0", 0),
        ("points", "21.0", 21),
        ("points", " ", None),
        ("risk", "Very High", "very_high"),
        ("risk", "VERY-HIGH ", "very_high"),
        ("risk", "very  high", "very_high"),
        ("setting", "Custody", "custody"),
        ("setting", "", "community"),
        ("mosovo", "NONE", "none"),
        ("locked", "Y", True),
        ("locked", "yes", True),
        ("locked", "YES", True),
        ("locked", "TRUE", True),
        ("locked", "n", False),
        ("locked", "No", False),
        ("locked", "", False),
        ("needs", "da; iom ;;da", frozenset({"da", "iom"})),
        ("needs", " ; ", frozenset()),
        ("needs", "DA", frozenset({"DA"})),
        ("since", "2025-03-04", date(2025, 3, 4)),
        ("since", "2025-03-04 00:00:00", date(2025, 3, 4)),
        ("since", "2025-03-04T09:30", date(2025, 3, 4)),
        ("since", "04/03/2025", date(2025, 3, 4)),
        ("since", "4/3/2025", date(2025, 3, 4)),
        ("since", "4.3.2025", date(2025, 3, 4)),
        ("since", "04-03-2025", date(2025, 3, 4)),
        ("since", "04/03/2025 00:00", date(2025, 3, 4)),
        ("since", "4 Mar 2025", date(2025, 3, 4)),
        ("since", "4-MAR-2025", date(2025, 3, 4)),
        ("since", "4 march 2025", date(2025, 3, 4)),
        ("since", "29 Sept 2024", date(2024, 9, 29)),
        ("since", "29/02/2024", date(2024, 2, 29)),
        ("since", "", None),
        ("former", "OM1;OM9; OM1;", frozenset({"OM1", "OM9"})),
        ("former", "", frozenset()),
        ("forums", "marac ; MATAC", frozenset({"marac", "MATAC"})),
        ("visit_due", "4/3/2025", date(2025, 3, 4)),
        ("visit_due", "2031-03-04", date(2031, 3, 4)),
        ("review_due", "4 Mar 2025", date(2025, 3, 4)),
        ("review_due", "", None),
    ],
)
def test_what_is_unambiguous_is_accepted(column: str, typed: str, value: Any) -> None:
    assert read_cell(COLUMNS[column], typed) == value
    assert type(read_cell(COLUMNS[column], typed)) is type(value)


PERCENT = "a whole percent from 0 to 100"
FAILED = "a formula failed in the spreadsheet that this comes from."
DATE = "a date such as 2025-03-31 or 31/03/2025"


@pytest.mark.parametrize(
    ("column", "typed", "expected", "maybe"),
    [
        ("case_id", "", "an id of at most 200 characters, without ;", None),
        ("case_id", "C1;C2", "an id of at most 200 characters, without ;", None),
        (
            "division",
            "#N/A",
            "a text of at most 200 characters",
            "a formula failed in the spreadsheet that this comes from.",
        ),
        ("capacity", "0.8", PERCENT, "80 is meant."),
        ("capacity", "0,8", PERCENT, "80 is meant."),
        ("capacity", ".05", PERCENT, "5 is meant."),
        ("capacity", "1.0", PERCENT, "100 is meant."),
        ("capacity", "101", PERCENT, None),
        ("capacity", "-1", PERCENT, None),
        ("capacity", "full", PERCENT, None),
        ("capacity", "8e1", PERCENT, None),
        ("level", "4", "a whole number from 0 to 3", None),
        ("level", "2%", "a whole number from 0 to 3", None),
        ("category", "1.5", "a whole number from 0 to 4", None),
        ("category", "٣", "a whole number from 0 to 4", None),
        ("points", "1,200", "a whole number from 0 to 1,000,000", "1200 is meant."),
        ("points", "9" * 5000, "a whole number from 0 to 1,000,000", None),
        ("risk", "", "low, medium, high or very_high", None),
        ("risk", "hihg", "low, medium, high or very_high", "high is meant."),
        ("risk", "unknown", "low, medium, high or very_high", None),
        ("locked", "1", "yes or no", None),
        ("locked", "x", "yes or no", None),
        ("since", "03/25/2024", DATE, "2024-03-25 is meant: days come before months."),
        ("since", "30/02/2024", DATE, None),
        ("since", "04/03/25", DATE, "the year lacks two of its four digits."),
        ("since", "4 Mar 25", DATE, "the year lacks two of its four digits."),
        ("since", "20240304", DATE, "2024-03-04 is meant."),
        (
            "since",
            "45355",
            DATE,
            "the spreadsheet holds a date as a plain number here: format the column as a date.",
        ),
        ("since", "2024-13-01", DATE, None),
        ("since", "4 Mai 2024", DATE, None),
        ("since", "4/3-2024", DATE, None),
        ("since", "March", DATE, None),
        ("visit_due", "03/25/2024", DATE, "2024-03-25 is meant: days come before months."),
        ("visit_due", "overdue", DATE, None),
        ("review_due", "04/03/25", DATE, "the year lacks two of its four digits."),
        (
            "review_due",
            "45355",
            DATE,
            "the spreadsheet holds a date as a plain number here: format the column as a date.",
        ),
        (
            "former",
            "#REF!",
            "at most 1,000 items separated by ;, each of at most 200 characters",
            "a formula failed in the spreadsheet that this comes from.",
        ),
    ],
)
def test_what_is_not_is_refused(column: str, typed: str, expected: str, maybe: str | None) -> None:
    assert read_cell(COLUMNS[column], typed) == Unread(expected, maybe)
