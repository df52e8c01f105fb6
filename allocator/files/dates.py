"""Dates as people type them: ISO, or in the British order with the day first."""

from __future__ import annotations

import re
from datetime import date

MONTHS = [
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
]

_TIME = r"(?:[T ]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?"
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})" + _TIME, re.ASCII)
_DAY_FIRST = re.compile(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4})" + _TIME, re.ASCII)
_NAMED = re.compile(r"(\d{1,2})[ -]([a-z]{3,9})\.?[ -](\d{4})" + _TIME, re.ASCII | re.IGNORECASE)


def read_date(text: str) -> date | None:
    """Read a date; a time of day after it is passed over. None for anything else, a year of two digits included.

    Parameters
    ----------
    text : str
        Such as 2025-03-31, 31/03/2025, 31 Mar 2025. Of 03/04/2025 the day is the third, always.
    """
    if found := _ISO.fullmatch(text):
        year, month, day = found.groups()
    elif found := _DAY_FIRST.fullmatch(text):
        day, _, month, year = found.groups()
    elif found := _NAMED.fullmatch(text):
        day, month, year = found[1], _month(found[2]), found[3]
    else:
        return None
    return _date(year, month, day)


def date_advice(text: str) -> str | None:
    """Say what was probably meant by a text that is no date."""
    if found := _DAY_FIRST.fullmatch(text):
        swapped = _date(found[4], found[1], found[3])
        return f"{swapped} is meant: days come before months." if swapped else None
    if re.fullmatch(r"\d{1,2}[/. -](\d{1,2}|[A-Za-z]+)[/. -]\d{2}", text, re.ASCII):
        return "the year lacks two of its four digits."
    if found := re.fullmatch(r"(\d{4})(\d{2})(\d{2})", text, re.ASCII):
        solid = _date(*found.groups())
        return f"{solid} is meant." if solid else None
    if re.fullmatch(r"\d{5}(\.\d+)?", text, re.ASCII):
        return "the spreadsheet holds a date as a plain number here: format the column as a date."
    return None


def _month(name: str) -> str:
    name = name.lower()
    fitting = (n for n, month in enumerate(MONTHS, 1) if name in (month, month[:3]) or (n, name) == (9, "sept"))
    return str(next(fitting, 0))


def _date(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None
