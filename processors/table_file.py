"""Lists that people made, as CSV or workbook -> rows of text under columns that the caller knows."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path

from templates import registry, thai
from templates.reading import plain
from workbook.errors import AppError
from workbook.raw import RawSheet, RawValue
from workbook.read import read

_HEADS_WITHIN = 20
"""The heading is looked for so far down: above it titles may stand."""
_CODINGS = ("utf-8-sig", "cp874")
_LARGEST = 64 << 20
_ZIP, _OLE, _WIDE = b"PK", b"\xd0\xcf\x11\xe0", (b"\xff\xfe", b"\xfe\xff")

Namer = Callable[[str], str]
"""Gives the column that a heading means, "" for none."""


@dataclass(frozen=True)
class Line:
    """One row of a list: where it stands, and what stands in its known columns."""

    number: int
    cells: Mapping[str, str]


@dataclass(frozen=True)
class Table:
    """A list: its rows, the columns that were known, and the headings that were not."""

    lines: tuple[Line, ...]
    columns: tuple[str, ...]
    unused: tuple[str, ...]


def identity(heading: str) -> str:
    """Give which column about an agency a heading means, by the table of aliases; "" for none."""
    return _identities().get(thai.key(heading), "")


@cache
def _identities() -> Mapping[str, str]:
    return {thai.key(row["alias"]): row["column"] for row in registry.records("import_columns")}


def read_table(path: Path, namer: Namer, wanted: Sequence[str]) -> Table:
    """Read a list whose heading has one of the columns `wanted` and one more; AppError (2) when the file is none."""
    try:
        size = path.stat().st_size
        data = path.read_bytes() if size <= _LARGEST else b""
    except OSError as error:
        raise AppError(f"{path}: {error.strerror or error}") from error
    if size > _LARGEST:
        raise AppError(f"{path}: larger than {_LARGEST >> 20} MB; this is no list")
    pages = _pages(path, data) if data.startswith((_ZIP, _OLE)) else [_csv_rows(path, data)]
    for rows in pages:
        found = _table(path, rows, namer, wanted)
        if found is not None:
            return found
    known = ", ".join(row["alias"] for row in registry.records("import_columns") if row["column"] in wanted)
    raise AppError(f"{path}: no heading with a column {' or '.join(wanted)} and one more is there; it may be called {known}")


def _table(path: Path, rows: list[tuple[int, list[str]]], namer: Namer, wanted: Sequence[str]) -> Table | None:
    for at, (_, heads) in enumerate(rows[:_HEADS_WITHIN]):
        names = [namer(head) if head.strip() else "" for head in heads]
        known = [name for name in names if name]
        if set(known).isdisjoint(wanted) or len(set(known)) < 2:
            continue
        twice = sorted({name for name in known if known.count(name) > 1})
        if twice:
            raise AppError(f"{path}: two columns mean {', '.join(twice)}; leave one of each")
        unused = tuple(head.strip() for head, name in zip(heads, names, strict=True) if head.strip() and not name)
        return Table(tuple(_lines(rows[at + 1 :], names)), tuple(known), unused)
    return None


def _lines(rows: list[tuple[int, list[str]]], names: list[str]) -> Iterator[Line]:
    for number, values in rows:
        cells = {name: value.strip() for name, value in zip(names, values, strict=False) if name}
        if any(cells.values()):
            yield Line(number, cells)


def _csv_rows(path: Path, data: bytes) -> list[tuple[int, list[str]]]:
    text = _decoded(path, data)
    mark = max(",;\t", key="".join(text.splitlines()[:_HEADS_WITHIN]).count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark)
    rows, first = [], 1
    try:
        for row in reader:
            rows.append((first, row))
            first = reader.line_num + 1
    except csv.Error as error:
        raise AppError(f"{path}: line {first}: {error}") from error
    return rows


def _decoded(path: Path, data: bytes) -> str:
    """Decode a CSV: UTF-8, what Thai Windows writes, or the wide text that Excel calls Unicode."""
    codings = ("utf-16",) if data.startswith(_WIDE) else _CODINGS
    for coding in codings:
        try:
            text = data.decode(coding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise AppError(f"{path}: neither a CSV in UTF-8 or Thai Windows coding nor a workbook")


def _pages(path: Path, data: bytes) -> list[list[tuple[int, list[str]]]]:
    book, findings = read(data)
    if book is None:
        told = ", ".join(item.code for item in findings)
        raise AppError(f"{path}: the workbook can't be read ({told}); save it again as .xlsx or CSV")
    return [_sheet_rows(sheet) for sheet in book.sheets if sheet.visible]


def _sheet_rows(sheet: RawSheet) -> list[tuple[int, list[str]]]:
    width = max((cell.col for cell in sheet.cells), default=0)
    rows: dict[int, list[str]] = {}
    for cell, raw in sheet.cells.items():
        rows.setdefault(cell.row, [""] * width)[cell.col - 1] = _text(raw.value)
    return sorted(rows.items())


def _text(value: RawValue) -> str:
    if value is None or isinstance(value, str):
        return value or ""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return value.isoformat() if isinstance(value, dt.date | dt.time) else str(value)
    number = plain(value)
    return "" if number is None else f"{number:f}"
