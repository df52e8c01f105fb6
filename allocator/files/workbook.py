"""An .xlsx workbook, as rows of text."""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from xml.etree import ElementTree
from xml.parsers import expat

from allocator.errors import InputError, Problem, Problems
from allocator.files.sheet import FailedCell, Sheet, Source, by_name, require_shape, require_size

Content = int | float | str | bool | time | date | datetime | timedelta


def read_workbook(path: Path, tables: Iterable[str]) -> Source:
    """Read the tables of a workbook, each a sheet of its name."""
    labels = {table: f"{path.name}, sheet {table}" for table in tables}
    source = Source(path.with_suffix(".toml"), labels, "a sheet of this name")
    try:
        _fill(source, path.read_bytes())
    except OSError as error:
        _refuse(source, Problem(path.name, f"a file that can be read ({error.strerror})"))
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # the reader is not written in Python: its panics are no Exceptions
        protected = isinstance(error, _Encrypted)
        advice = (
            "it has a password, or the old .xls format: save it as .xlsx without a password."
            if protected
            else "it is damaged: open it in a spreadsheet program and save it again."
        )
        _refuse(source, Problem(path.name, "an .xlsx workbook that can be opened", maybe=advice))
    return source


class _Encrypted(Exception):
    """The file is in the container of encrypted workbooks, which the old .xls format uses too."""


def _refuse(source: Source, problem: Problem) -> None:
    source.problems = Problems([problem])
    source.sheets = dict.fromkeys(source.labels)


def _fill(source: Source, data: bytes) -> None:
    from python_calamine import CalamineWorkbook

    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise _Encrypted
    with CalamineWorkbook.from_filelike(io.BytesIO(data)) as book, zipfile.ZipFile(io.BytesIO(data)) as parts:
        shared = _shared_lengths(parts)
        source.others = [name for name in book.sheet_names if name.casefold() not in source.labels]
        for table, label in source.labels.items():
            try:
                name = by_name(book.sheet_names, table, label)
                if name is None:
                    continue
                xml = _part(parts, name)
                require_size(label, xml.count(b"<row") + xml.count(b":row"), count_cells(xml))
                _require_texts(label, xml, shared)
                found = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
                rows = [[cell if isinstance(cell, str) else _text(cell) for cell in row] for row in found]
                for row, column, fault in _faults(xml):
                    rows += [[] for _ in range(row + 1 - len(rows))]
                    rows[row] += [""] * (column + 1 - len(rows[row]))
                    rows[row][column] = fault
                require_shape(label, rows)
            except InputError as error:
                source.problems += error.problems
                source.sheets[table] = None
                continue
            source.sheets[table] = Sheet(label, rows)


# A text that many cells hold stands once in the file; the reader makes it anew for each of them.
MOST_TEXT = 32_767  # characters, as in spreadsheet programs
MOST_TEXTS = 2**26  # characters of all cells of a sheet


def _shared_lengths(parts: zipfile.ZipFile) -> list[int]:
    """Characters of each text that cells may share."""
    names = [name for name in parts.namelist() if name.replace("\\", "/").lower() == "xl/sharedstrings.xml"]
    lengths: list[int] = []

    def begin(name: str, given: dict[str, str]) -> None:
        if name.rpartition(":")[2] == "si":
            lengths.append(0)

    def add(text: str) -> None:
        if lengths:
            lengths[-1] += len(text)

    for name in names:
        parser = expat.ParserCreate()
        parser.StartElementHandler, parser.CharacterDataHandler = begin, add
        parser.Parse(parts.read(name), True)
    return lengths


def _require_texts(label: str, xml: bytes, shared: list[int]) -> None:
    """Refuse a sheet whose cells share texts that are longer than any, or all too long.

    Raises
    ------
    InputError
    """
    longest = max(shared, default=0)
    if longest > MOST_TEXT:
        expected = f"texts of at most {MOST_TEXT:,} characters"
        raise InputError([Problem(label, expected, value=f"one of {longest:,} characters")])

    def characters(values: Iterable[str | bytes]) -> int:
        counted = ((int(value), count) for value, count in Counter(values).items() if value.strip().isdigit())
        return sum(count * shared[place] for place, count in counted if place < len(shared))

    values = _VALUE.findall(xml)
    if len(values) == xml.count(b"<v") + xml.count(b":v") and characters(values) <= MOST_TEXTS:
        return  # as nearly always, even were each number one of a text
    total = characters(_shared_places(xml))
    if total > MOST_TEXTS:
        expected = f"at most {MOST_TEXTS:,} characters in all cells"
        raise InputError([Problem(label, expected, value=f"{total:,} characters")])


_VALUE = re.compile(rb"<v>([^<&+]*)</v>")


def _shared_places(xml: bytes) -> list[str]:
    """Which of the shared texts the cells of a sheet hold."""
    places: list[str] = []
    held: list[str] = []
    shares = False

    def begin(name: str, given: dict[str, str]) -> None:
        nonlocal shares
        held.clear()
        if name.rpartition(":")[2] == "c":
            shares = given.get("t") == "s"

    def end(name: str) -> None:
        if shares and name.rpartition(":")[2] == "v":
            places.append("".join(held).lstrip("+"))

    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = begin, end, held.append
    parser.Parse(xml, True)
    return places


def count_cells(xml: bytes) -> int:
    """How many cells a sheet has up to its last row and last column that hold anything, at most.

    Raises
    ------
    ExpatError
        When the XML is not sound.
    """
    return _Extent(xml).cells if any(far.search(xml) for far in _FAR) else NEAR_CELLS


# A cell beyond the first 52 columns and 99,999 rows, or one that does not say in the usual way where it is: most sheets
# have none.
NEAR_CELLS = 52 * 99_999
# Two patterns: each begins with letters, so that a search is quick.
_FAR = re.compile(rb"""<c(?! r="A?[A-Z][1-9][0-9]{0,4}"[ />])[\s/>]"""), re.compile(rb""":c[\s/>]""")


class _Extent:
    """Last row and column of a sheet that hold anything, wherever the reader may take a cell to be."""

    def __init__(self, xml: bytes) -> None:
        self._last_row = self._last_column = self._row = self._column = self._rows = self._count = 0
        parser = expat.ParserCreate()
        parser.StartElementHandler = self._begin
        parser.Parse(xml, True)

    @property
    def cells(self) -> int:
        """Cells of the rectangle."""
        return self._last_row * self._last_column

    def _begin(self, name: str, given: dict[str, str]) -> None:
        match name.rpartition(":")[2]:
            case "row":
                self._rows += 1
                self._row = int(given.get("r") or max(self._row + 1, self._rows))
                self._column = self._count = 0
            case "c":
                self._count += 1
                letters, digits = _PLACE.fullmatch(given.get("r", "")).groups()  # type: ignore[union-attr]
                self._column = _column(letters) + 1 if letters else max(self._column + 1, self._count)
                self._row = int(digits) if digits else self._row
                if given.get("t") == "e":
                    self._hold()
            case "v" | "is" | "f":
                self._hold()

    def _hold(self) -> None:
        self._last_row = max(self._last_row, self._row)
        self._last_column = max(self._last_column, self._column)


_PLACE = re.compile(r"([A-Za-z]{0,7})([0-9]{0,10})")


def _text(content: Content) -> str:
    """Write a cell as a person reads it: whole numbers as digits, dates as ISO dates."""
    if isinstance(content, bool):
        return "TRUE" if content else "FALSE"
    if isinstance(content, float) and content.is_integer():
        return str(int(content))
    if isinstance(content, datetime):
        return content.date().isoformat()
    return content.isoformat() if isinstance(content, date | time) else str(content)


def _part(parts: zipfile.ZipFile, sheet: str) -> bytes:
    """Find the XML of a sheet: its name leads to a relation, the relation to a part."""
    where = {name.replace("\\", "/").lower(): name for name in parts.namelist()}
    if len(where) != len(parts.namelist()):
        raise ValueError("two parts of one name")

    def elements(part: str, kind: str) -> Iterator[dict[str, str]]:
        for element in ElementTree.fromstring(parts.read(where[part])).iter():
            if _kind(element) == kind:
                yield {key.rpartition("}")[2]: value for key, value in element.attrib.items()}

    (relation,) = [e["id"] for e in elements("xl/workbook.xml", "sheet") if e["name"] == sheet]
    relations = elements("xl/_rels/workbook.xml.rels", "Relationship")
    (target,) = [e["Target"].lower() for e in relations if e["Id"] == relation]
    return parts.read(where[target[1:] if target.startswith("/") else f"xl/{target}"])


def _faults(xml: bytes) -> Iterator[tuple[int, int, FailedCell]]:
    """Find the failed and the never calculated formulas of a sheet: its reader shows both as empty cells.

    Yields
    ------
    (row, column, fault)
        Row and column counted from 0.
    """
    # A pattern takes its time over the XML of a large sheet; most have none of the letters that it needs.
    if not any(letters in xml for letters in _NEEDED) or not _SUSPECT.search(xml):
        return
    row = column = -1
    for event, element in ElementTree.iterparse(io.BytesIO(xml), ("start", "end")):
        kind = _kind(element)
        if kind == "row" and event == "start":
            row, column = int(element.get("r") or row + 2) - 1, -1
        elif kind == "row":
            element.clear()
        elif kind == "c" and event == "end":
            place = element.get("r")
            column = column + 1 if place is None else _column(place)
            held = {_kind(child): child.text or "" for child in element}
            if element.get("t") == "e":
                yield row, column, FailedCell(held.get("v", ""), "the formula in the spreadsheet failed.")
            elif "f" in held and not held.get("v") and element.get("t") != "str":
                advice = "the formula was never calculated: open the workbook in a spreadsheet program, save it."
                yield row, column, FailedCell(f"={held['f']}", advice)


_NEEDED = (b'"e"', b"'e'", b"<f", b":f")
_SUSPECT = re.compile(rb"""\st\s*=\s*["']e["']|<(?:\w+:)?f[\s>/]""")


def _kind(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2]


def _column(place: str) -> int:
    number = 0
    for letter in place.rstrip("0123456789"):
        number = 26 * number + ord(letter.upper()) - ord("A") + 1
    return number - 1
