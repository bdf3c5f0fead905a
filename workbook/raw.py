"""A workbook as it came back: plain values at their true addresses, before anybody knows which form it is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from workbook.address import Cell

RawValue = str | int | float | bool | dt.datetime | dt.date | dt.time | dt.timedelta | None


@dataclass(frozen=True)
class RawCell:
    """One cell that is not blank, or carries a formula.

    `value`: text, number (float or int), bool, date/datetime/time, or None when blank. Numbers stored in a date
    format arrive as datetimes.
    `formula`: the cell holds a formula (its cached value is in `value`, None when it was never calculated).
    `error`: the Excel error text such as `#DIV/0!` (then `value` is None), else "".
    `number_format`: the format code, "" when unknown (.xls, .xlsb) or General.
    `font`: the font's name, "" when unknown. `formats_lost`: the kind of file does not tell formats (.xls, .xlsb).
    """

    value: RawValue
    formula: bool = False
    error: str = ""
    number_format: str = ""
    font: str = ""
    formats_lost: bool = False


@dataclass(frozen=True)
class RawSheet:
    """One sheet: `cells` holds only cells that are not blank (or carry a formula or error).

    `visible` is False for hidden and very hidden sheets. `hidden_rows` and `hidden_cols` are true numbers. `lists` are
    the areas (first and last cell) that offer a list to choose from, None when the kind of file does not tell.
    `merged`: areas of merged cells; people see only what stands in the first cell of each.
    `formulas`: the texts of formulas as stored, each with its cell, those of validations and conditional formats with the
    first cell of their area.
    """

    name: str
    cells: Mapping[Cell, RawCell]
    visible: bool = True
    hidden_rows: frozenset[int] = frozenset()
    lists: tuple[tuple[Cell, Cell], ...] | None = None
    hidden_cols: frozenset[int] = frozenset()
    merged: tuple[tuple[Cell, Cell], ...] = ()
    formulas: tuple[tuple[Cell, str], ...] = ()

    def offers(self, cell: Cell) -> bool:
        """Tell whether a cell offers a list to choose from, True also when the file does not tell."""
        if self.lists is None:
            return True
        return any(a.row <= cell.row <= b.row and a.col <= cell.col <= b.col for a, b in self.lists)

    def unseen(self, cell: Cell) -> bool:
        """Tell whether people can't see a cell: its row, its column or the whole sheet is hidden."""
        return not self.visible or cell.row in self.hidden_rows or cell.col in self.hidden_cols

    def over(self, cell: Cell) -> Cell | None:
        """Give the first cell of the merged area that covers a cell, None when nothing else lies over it."""
        for first, last in self.merged:
            if first.row <= cell.row <= last.row and first.col <= cell.col <= last.col:
                return None if first == cell else first
        return None

    def get(self, cell: Cell) -> RawCell:
        """Give the cell, blank when nothing stands there."""
        return self.cells.get(cell, _BLANK)


_BLANK = RawCell(None)


@dataclass(frozen=True)
class RawBook:
    """A whole workbook.

    `kind`: `xlsx`, `xlsm`, `xls`, `xlsb` or `ods`. `names`: workbook-level defined names -> reference text as
    stored (sheet names as stored). `properties`: custom document properties. `saved_by`: the program that saved
    it, "" when unknown, `saved_at` when by its own clock (ISO 8601, "" unknown; anybody can set
    it). `flags`: anatomy worth knowing: `macros`, `external_links`, `date1904`.
    `expressions`: what every defined name stands for, those of single sheets too, as (name, text).
    `disagree`: (sheet, cell) where two independent readings of the same cell differ.
    """

    kind: str
    sheets: tuple[RawSheet, ...]
    names: Mapping[str, str] = field(default_factory=dict)
    properties: Mapping[str, str] = field(default_factory=dict)
    saved_by: str = ""
    flags: frozenset[str] = frozenset()
    disagree: tuple[tuple[str, Cell], ...] = ()
    saved_at: str = ""
    expressions: tuple[tuple[str, str], ...] = ()

    def sheet(self, name: str) -> RawSheet | None:
        """Give the sheet of that name, None when there is none."""
        return next((sheet for sheet in self.sheets if sheet.name == name), None)
