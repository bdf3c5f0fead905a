"""Cells and areas as Excel names them: rows and columns count from 1."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

MAX_ROW = 1_048_576
MAX_COL = 16_384

_CELL = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})\Z")


class Cell(NamedTuple):
    """One cell: `row` and `col` count from 1."""

    row: int
    col: int

    def a1(self) -> str:
        """Give the address as people see it, `C12`."""
        return f"{column_letters(self.col)}{self.row}"

    def absolute(self) -> str:
        """Give the address with dollars, `$C$12`."""
        return f"${column_letters(self.col)}${self.row}"


@lru_cache(maxsize=1_024)
def column_letters(col: int) -> str:
    """Turn 1 into `A`, 27 into `AA`."""
    letters = ""
    while col:
        col, rest = divmod(col - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def column_number(letters: str) -> int:
    """Turn `A` into 1, `AA` into 27."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number


def parse_cell(text: str) -> Cell | None:
    """Read `C12` or `$C$12`; None when it is no cell of a sheet."""
    match = _CELL.match(text)
    if not match:
        return None
    cell = Cell(int(match.group(2)), column_number(match.group(1)))
    return cell if 1 <= cell.row <= MAX_ROW and 1 <= cell.col <= MAX_COL else None


def parse_area(text: str) -> tuple[Cell, Cell] | None:
    """Read `A1` or `A1:B2` as its two corners; None when it is neither."""
    first, _, last = text.partition(":")
    start, end = parse_cell(first), parse_cell(last or first)
    if start is None or end is None:
        return None
    top, bottom = sorted((start.row, end.row))
    left, right = sorted((start.col, end.col))
    return Cell(top, left), Cell(bottom, right)


def quote_sheet(name: str) -> str:
    """Quote a sheet name for use in a formula or reference."""
    return "'" + name.replace("'", "''") + "'"


def reference(sheet: str, cells: list[Cell]) -> str:
    """Give the reference of cells on one sheet, runs down a column or along a row joined, in the given order."""
    runs: list[tuple[Cell, Cell]] = []
    for cell in cells:
        if runs:
            first, last = runs[-1]
            down = cell.col == last.col == first.col and cell.row == last.row + 1
            along = cell.row == last.row == first.row and cell.col == last.col + 1
            if down or along:
                runs[-1] = (first, cell)
                continue
        runs.append((cell, cell))
    quoted = quote_sheet(sheet)
    parts = []
    for first, last in runs:
        tail = "" if first == last else ":" + last.absolute()
        parts.append(f"{quoted}!{first.absolute()}{tail}")
    return ",".join(parts)


def parse_reference(text: str) -> list[tuple[str, Cell]] | None:
    """Read a defined name's reference as (sheet, cell) in order; None when any part of it is no plain cell.

    Accepts quoted and bare sheet names, and the union signs `,` (Excel) and `~` (LibreOffice). An area of more
    than 100,000 cells is no entry area of ours and gives None.
    """
    cells: list[tuple[str, Cell]] = []
    for part in _split_union(text.lstrip("=")):
        sheet, mark, tail = part.rpartition("!")
        if not mark:
            return None
        sheet = sheet.lstrip("$")
        if sheet.startswith("'") and sheet.endswith("'"):
            sheet = sheet[1:-1].replace("''", "'")
        area = parse_area(tail)
        if area is None:
            return None
        start, end = area
        if (end.row - start.row + 1) * (end.col - start.col + 1) > 100_000:
            return None
        for row in range(start.row, end.row + 1):
            cells.extend((sheet, Cell(row, col)) for col in range(start.col, end.col + 1))
    return cells


def _split_union(text: str) -> list[str]:
    parts, quoted, start = [], False, 0
    for at, sign in enumerate(text):
        if sign == "'":
            quoted = not quoted
        elif sign in ",~" and not quoted:
            parts.append(text[start:at].strip())
            start = at + 1
    parts.append(text[start:].strip())
    return parts
