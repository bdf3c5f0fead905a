"""Bytes -> `RawBook`: the values by calamine, held against our own scan; the only importer of python_calamine."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from workbook.address import Cell
from workbook.biff import Anatomy, anatomy
from workbook.finding import Finding, about_file
from workbook.gate import admit
from workbook.raw import RawBook, RawCell, RawSheet, RawValue
from workbook.scan import BookScan

_DAY = 86_400
_EPOCH = dt.datetime(1899, 12, 30)
_EPOCH_1904 = dt.datetime(1904, 1, 1)
_BETWEEN = re.compile(rb">\s+<(/?table:)")
_CLOSE = 2e-8
"""Days (about 2 ms): calamine rounds the times of serial numbers to milliseconds."""


def read(data: bytes) -> tuple[RawBook | None, list[Finding]]:
    """Read a workbook: (book, what it carries beside cells) or (None, findings about the file) when it must not or can't be read.

    Never raises on account of the content, but a crafted .xls or .xlsb may still end the process: call it in a
    supervised worker.
    """
    admission, refusals, _ = admit(data)
    if admission is None:
        return None, refusals
    try:
        sheets = _sheets_of(admission.kind, data)
    except Exception as error:
        return None, [about_file("UNREADABLE", reason=str(error)[:200])]
    except BaseException as error:
        # A panic of the Rust side is no Exception, so it would pass every other net.
        if type(error).__name__ != "PanicException":
            raise
        return None, [about_file("UNREADABLE", reason="panic")]
    carried = [about_file(code, part=part) for code, part in admission.foreign]
    if admission.scan is None:
        beside = anatomy(admission.kind, data)
        return RawBook(admission.kind, tuple(_told(_plain_sheet(*sheet), beside.get(sheet[0])) for sheet in sheets)), carried
    book, findings = _joined(admission.kind, admission.scan, sheets)
    return book, findings if book is None else carried


def _sheets_of(kind: str, data: bytes) -> list[tuple[str, bool, list[list[Any]]]]:
    try:
        return _calamine_sheets(data)
    except CalamineError:
        if kind != "ods":
            raise
        return _calamine_sheets(_tightened(data))


def _tightened(data: bytes) -> bytes:
    """Take the line ends between the tags of tables out of an .ods: Gnumeric indents its rows, and calamine stumbles."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(target, "w") as made:
        for name in ("mimetype", "META-INF/manifest.xml", "content.xml"):
            if name in source.namelist():
                made.writestr(name, _BETWEEN.sub(rb"><\1", source.read(name)))
    return target.getvalue()


def _calamine_sheets(data: bytes) -> list[tuple[str, bool, list[list[Any]]]]:
    """Read all worksheets: (name, visible, rows from A1 on)."""
    with CalamineWorkbook.from_filelike(io.BytesIO(data)) as book:
        return [
            (
                meta.name,
                meta.visible == SheetVisibleEnum.Visible,
                book.get_sheet_by_index(index).to_python(skip_empty_area=False),
            )
            for index, meta in enumerate(book.sheets_metadata)
            if meta.typ == SheetTypeEnum.WorkSheet
        ]


def _plain_sheet(name: str, visible: bool, rows: Sequence[Sequence[Any]]) -> RawSheet:
    cells = {
        Cell(row, col): RawCell(value, formats_lost=True)
        for row, values in enumerate(rows, 1)
        for col, value in enumerate(values, 1)
        if value != "" and value is not None
    }
    return RawSheet(name, cells, visible)


def _told(sheet: RawSheet, beside: Anatomy | None) -> RawSheet:
    """Add what the values alone leave out; calamine gives an error as a blank."""
    if beside is None:
        return sheet
    changed = {cell: RawCell(None, error=error, formats_lost=True) for cell, error in beside.errors.items()}
    for cell in beside.numbers:
        value = sheet.get(cell).value
        if isinstance(value, dt.date | dt.time):
            changed[cell] = RawCell(_serial(value), formats_lost=True)
    return replace(
        sheet, cells={**sheet.cells, **changed}, hidden_rows=frozenset(beside.hidden_rows),
        hidden_cols=frozenset(beside.hidden_cols), merged=tuple(beside.merged),
    )  # fmt: skip


def _serial(value: dt.date | dt.time) -> float:
    """Give the number of which calamine made a day or a time; before March 1900 it counts as Excel does."""
    if isinstance(value, dt.time):
        return (value.hour * 3600 + value.minute * 60 + value.second) / _DAY
    moment = value if isinstance(value, dt.datetime) else dt.datetime(value.year, value.month, value.day)
    days = (moment - _EPOCH).total_seconds() / _DAY
    return days - 1 if days < 61 else days


def _joined(
    kind: str, scan: BookScan, sheets: list[tuple[str, bool, list[list[Any]]]]
) -> tuple[RawBook | None, list[Finding]]:
    """Put calamine's values into the scanned sheets; two different lists of sheets are refused."""
    rows = {name: values for name, _, values in sheets}
    # LibreOffice keeps copies of linked files as further tables of content.xml, which are no sheets.
    extra = [name for name, _, _ in sheets if scan.sheet(name) is None and not name.startswith(("'file:", "'http"))]
    missing = [sheet.name for sheet in scan.sheets if sheet.name not in rows]
    if extra or missing:
        name = (extra + missing)[0]
        return None, [about_file("AMBIGUOUS", what="sheets", part="", sheet=name, cell="")]
    disagree: list[tuple[str, Cell]] = []
    joined: list[RawSheet] = []
    epoch = _EPOCH_1904 if "date1904" in scan.flags else _EPOCH
    for sheet in scan.sheets:
        cells, differ = _join(sheet, rows[sheet.name], epoch)
        disagree.extend((sheet.name, cell) for cell in differ)
        joined.append(replace(sheet, cells=cells))
    book = RawBook(
        kind, tuple(joined), scan.names, scan.properties, scan.saved_by, scan.flags, tuple(disagree), scan.saved_at,
        scan.expressions,
    )  # fmt: skip
    return book, []


def _join(
    sheet: RawSheet, rows: Sequence[Sequence[Any]], epoch: dt.datetime
) -> tuple[dict[Cell, RawCell], list[Cell]]:
    """Give the cells with calamine's values and, in order, the cells about which the two readings differ."""
    cells: dict[Cell, RawCell] = {}
    differ: list[Cell] = []
    matched = 0
    for cell, mine in sheet.cells.items():
        row, col = cell
        theirs = rows[row - 1][col - 1] if row <= len(rows) and col <= len(rows[row - 1]) else ""
        if theirs != "":
            matched += 1
        if type(theirs) is type(mine.value) and theirs == mine.value:
            cells[cell] = mine
            continue
        value = theirs if theirs != "" else None
        if isinstance(mine.value, dt.timedelta) and isinstance(theirs, str):
            # calamine gives ODS durations of a day and more as their ISO text.
            value = mine.value if theirs.startswith(("P", "-P")) else theirs
        same = _same(mine.value, value, epoch)
        if not same:
            differ.append(cell)
        # Of texts that differ by blanks only ours is whole: calamine drops the line breaks within cells of an .ods.
        blanks = mine.value == "" if value is None else same and isinstance(mine.value, str) and isinstance(value, str)
        cells[cell] = mine if blanks else _with(mine, value)
    if matched != sum(len(row) - row.count("") for row in rows):
        for cell, unseen in _plain_sheet("", True, rows).cells.items():
            if cell not in cells:
                cells[cell] = unseen
                differ.append(cell)
    return cells, differ


def _with(mine: RawCell, value: RawValue) -> RawCell:
    return RawCell(value, mine.formula, mine.error, mine.number_format, mine.font)


def _same(mine: RawValue, theirs: RawValue, epoch: dt.datetime) -> bool:
    """Say whether two readings of one cell mean the same; blanks around and within text don't count."""
    if theirs is None:
        return mine is None or mine == "" or (isinstance(mine, str) and not mine.strip())
    if isinstance(mine, str) and isinstance(theirs, str):
        return mine.split() == theirs.split() or "".join(mine.split()) == "".join(theirs.split())
    if isinstance(mine, float) and isinstance(theirs, dt.date | dt.time | dt.timedelta):
        return _same_time(mine, theirs, epoch)
    if isinstance(mine, str) and isinstance(theirs, dt.date):
        return theirs.isoformat().removesuffix("T00:00:00") == mine.removesuffix("Z").removesuffix("T00:00:00")
    if type(mine) is not type(theirs) and not (isinstance(mine, dt.date) and isinstance(theirs, dt.date)):
        return False
    return str(mine).removesuffix(" 00:00:00") == str(theirs).removesuffix(" 00:00:00")


def _same_time(serial: float, theirs: dt.date | dt.time | dt.timedelta, epoch: dt.datetime) -> bool:
    """Hold a serial number against the date, time of day or duration that calamine made of it."""
    if isinstance(theirs, dt.timedelta):
        return abs(theirs.total_seconds() / _DAY - serial) < _CLOSE * max(1.0, abs(serial))
    if isinstance(theirs, dt.time):
        seconds = theirs.hour * 3600 + theirs.minute * 60 + theirs.second + theirs.microsecond / 1e6
        return abs(seconds / _DAY - serial) < _CLOSE
    moment = theirs if isinstance(theirs, dt.datetime) else dt.datetime(theirs.year, theirs.month, theirs.day)
    # Excel counts a 29 February 1900 that never was, so the first sixty days may lie one day aside.
    slack = 1.0 + _CLOSE if epoch == _EPOCH and serial < 62 else _CLOSE
    return serial >= 0 and abs((moment - epoch).total_seconds() / _DAY - serial) <= slack
