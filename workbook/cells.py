"""The cells of one worksheet part of an xlsx, refusing what two readers would read differently."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from workbook.address import MAX_COL, MAX_ROW, Cell, column_number, parse_area
from workbook.dropdowns import dropdowns, rule_formulas
from workbook.raw import RawCell, RawSheet, RawValue
from workbook.scan import MAIN, MAX_BOX, MAX_BOXES, MAX_CELLS, TRUE, Refusal, Style, number, string_of, tree, two_texts, unescape
from workbook.shape import hidden_columns, merged_areas

_SHEET, _DATA, _ROW, _C, _V, _F, _IS = (
    f"{{{MAIN}}}{name}" for name in ("worksheet", "sheetData", "row", "c", "v", "f", "is")
)
_SUSPECT = frozenset({"sheetData", "row", "c", "v", "f", "is", "AlternateContent"})
_ERRORS = frozenset(
    ("#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!", "#GETTING_DATA", "#SPILL!", "#CALC!")
)
_PLAIN = Style("", "")
UNSEEN_HEIGHT = 4
"""Points: in a row that is lower nobody reads anything."""


@dataclass(frozen=True)
class Context:
    """What the cells of a sheet point to: shared strings, styles by index as written; its own name and part."""

    sheet: str
    part: str
    strings: list[str]
    styles: Mapping[str, Style]

    def ambiguous(self, what: str, cell: str = "") -> Refusal:
        """Build the refusal for a place that two readers read differently."""
        return Refusal("AMBIGUOUS", what=what, part=self.part, sheet=self.sheet, cell=cell)

    def broken(self, cell: str, raw: str) -> Refusal:
        """Build the refusal for a cell whose XML says nothing that a reader may guess at."""
        return Refusal("CELL_BROKEN", sheet=self.sheet, cell=cell[:20], raw=raw[:60])


@dataclass
class _Grid:
    """What the rows read so far have given; `bottom` and `right` bound all cells that are more than a format."""

    cells: dict[Cell, RawCell] = field(default_factory=dict)
    formulas: list[tuple[Cell, str]] = field(default_factory=list)
    hidden: set[int] = field(default_factory=set)
    rows: set[int] = field(default_factory=set)
    columns: dict[str, int] = field(default_factory=dict)
    bottom: int = 1
    right: int = 1
    widest: int = 1
    spent: int = 0


@dataclass(frozen=True)
class Room:
    """How much a workbook may still hold: `cells` as elements, `box` as cells that a reader lays out."""

    cells: int = MAX_CELLS
    box: int = MAX_BOXES


def scan_sheet(data: bytes, context: Context, room: Room) -> tuple[RawSheet, Room]:
    """Read one worksheet part into a sheet (always visible here) and the room that is left after it.

    Raises Refusal for broken or ambiguous XML, for a cell far outside and when the room doesn't suffice.
    """
    root = tree(data, context.part)
    if root.tag != _SHEET:
        raise Refusal("XML_BROKEN", part=context.part, line="1")
    grid = _Grid()
    row = 0
    for element in _table(root, context):
        if element.tag == _ROW:
            row = _open_row(element, row, grid, context)
            _read_row(element, row, grid, context)
            if grid.spent > room.cells:
                raise Refusal("TOO_MANY_CELLS", sheet=context.sheet, part=context.part)
        else:
            _refuse_suspect(element, context)
    box = _check_extent(root, grid, context, room.box)
    sheet = RawSheet(
        context.sheet, grid.cells, hidden_rows=frozenset(grid.hidden), lists=dropdowns(root),
        hidden_cols=hidden_columns(root), merged=merged_areas(root), formulas=(*grid.formulas, *rule_formulas(root)),
    )  # fmt: skip
    return sheet, Room(room.cells - grid.spent, room.box - box)


def _table(root: Element, context: Context) -> Element:
    """Find the one table of cells; a second one, or one wrapped into something, is ambiguous."""
    tables = root.findall(_DATA)
    if len(tables) > 1:
        raise context.ambiguous("two_tables")
    for element in root:
        # Only the element of this name in the true namespace is the table; some readers go by the local name.
        if element.tag != _DATA and any(inner.tag.endswith("}sheetData") for inner in element.iter()):
            raise context.ambiguous("two_tables")
    return tables[0] if tables else Element(_DATA)


def _refuse_suspect(element: Element, context: Context, cell: str = "") -> None:
    """Refuse an unknown element that is, or wraps, what some reader takes for a row, cell or value."""
    for inner in element.iter():
        if inner.tag.rpartition("}")[2] in _SUSPECT:
            raise context.ambiguous("element", cell)


def _open_row(element: Element, last: int, grid: _Grid, context: Context) -> int:
    """Give the row's number; without one it follows the last row."""
    digits = element.attrib.get("r")
    row = last + 1 if digits is None else _plain(digits)
    if not 1 <= row <= MAX_ROW:
        raise context.broken(digits or "", digits or "")
    if row in grid.rows:
        raise context.ambiguous("row_twice", Cell(row, 1).a1())
    grid.rows.add(row)
    high = number(element.attrib.get("ht", ""))
    if element.attrib.get("hidden") in TRUE or (high is not None and high < UNSEEN_HEIGHT):
        grid.hidden.add(row)
    return row


def _read_row(element: Element, row: int, grid: _Grid, context: Context) -> None:
    """Read the cells of a row; they stand from left to right or else are checked for one given twice."""
    col = last = 0
    digits = str(row)
    seen: set[int] = set()
    for item in element:
        if item.tag != _C:
            _refuse_suspect(item, context, Cell(row, 1).a1())
            continue
        address = item.attrib.get("r")
        if address is None:
            col += 1
        else:
            letters = address.rstrip("0123456789")
            col = grid.columns.get(letters) or _column(letters, grid, context)
            if address[len(letters) :] != digits:
                raise context.ambiguous("row_of_cell", address[:20])
        if col in seen:
            raise context.ambiguous("cell_twice", Cell(row, col).a1())
        seen.add(col)
        if len(item) or "t" in item.attrib or item.text:
            _read_cell(item, tuple.__new__(Cell, (row, col)), grid, context)
            last = col if col > last else last
    grid.spent += len(seen)
    grid.widest = max(grid.widest, col, *seen)
    if last:
        grid.bottom, grid.right = max(grid.bottom, row), max(grid.right, last)


def _column(letters: str, grid: _Grid, context: Context) -> int:
    """Turn the letters of an address into a column and remember them."""
    plain = letters.isascii() and letters.isalpha() and len(letters) <= 3
    col = column_number(letters) if plain else 0
    if not 1 <= col <= MAX_COL:
        raise context.broken(letters, letters)
    grid.columns[letters] = col
    return col


def _read_cell(item: Element, cell: Cell, grid: _Grid, context: Context) -> None:
    """Keep a cell that holds something."""
    text: str | None = None
    inline: Element | None = None
    formula = False
    for inner in item:
        if inner.tag == _V:
            if text is not None or len(inner):
                raise context.ambiguous("two_values", cell.a1())
            text = inner.text or ""
        elif inner.tag == _F:
            formula = True
            grid.formulas.append((cell, inner.text or ""))
        elif inner.tag == _IS and inline is None:
            inline = inner
        else:
            _refuse_suspect(inner, context, cell.a1())
    kind = item.attrib.get("t", "n")
    if (text if kind == "inlineStr" else inline) is not None:
        raise context.ambiguous("two_values", cell.a1())
    error = ""
    value: RawValue = None
    if kind == "e":
        error = text or "#VALUE!"
        if error not in _ERRORS:
            raise context.broken(cell.a1(), error)
    elif inline is not None:
        if two_texts(inline):
            raise context.ambiguous("two_values", cell.a1())
        value = string_of(inline)
    else:
        value = _value(kind, text, cell, context)
    if formula or error or (value is not None and value != ""):
        style = context.styles.get(item.attrib.get("s", "0"), _PLAIN)
        grid.cells[cell] = RawCell(value, formula, error, style.number_format, style.font)


def _value(kind: str, text: str | None, cell: Cell, context: Context) -> RawValue:
    """Read what the cell's XML says: text, number or truth; dates are still numbers (or ISO text)."""
    if text is None or (text == "" and kind != "str"):
        return None
    if kind == "s":
        index = _plain(text)
        if 0 <= index < len(context.strings):
            return context.strings[index]
    elif kind == "n":
        read = number(text)
        if read is not None:
            return read
    elif kind in ("str", "d"):
        return unescape(text)
    elif kind == "b" and text in ("0", "1", "true", "false"):
        return text in TRUE
    raise context.broken(cell.a1(), text)


def _plain(text: str) -> int:
    """Read a whole number of up to nine plain digits, else -1."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1


def _check_extent(root: Element, grid: _Grid, context: Context, room: int) -> int:
    """Give the box around what the sheet holds; refuse what makes a reader lay out far more than that."""
    box = grid.bottom * grid.right
    if box > min(MAX_BOX, room):
        raise Refusal("CELL_FAR", sheet=context.sheet, cell=Cell(grid.bottom, grid.right).a1())
    dimension = root.find(f"{{{MAIN}}}dimension")
    claim = "" if dimension is None else dimension.attrib.get("ref", "")
    area = parse_area(claim)
    # Blank formatted cells may truly stand there (whole columns coloured); a large claim beyond them is a lie.
    far = area[1] if area is not None else Cell(1, 1)
    if far.row * far.col > MAX_BOX and (far.row > max(grid.rows, default=1) or far.col > grid.widest):
        raise Refusal("DIMENSION_FALSE", sheet=context.sheet, ref=claim[:60])
    return box
