"""An OpenDocument spreadsheet as its own content says: cells, names, visibility and properties by one pass of expat."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from workbook.address import MAX_COL, MAX_ROW, Cell
from workbook.dropdowns import MOST, Offers
from workbook.odstext import duration, excel_reference, moment, read_meta
from workbook.raw import RawCell, RawSheet, RawValue
from workbook.scan import MAX_BOX, MAX_BOXES, MAX_DEPTH, BookScan, Refusal, new_parser, number, parse, refuse_doctype

_NS = "urn:oasis:names:tc:opendocument:xmlns:"
_TABLE, _OFFICE, _TEXT, _STYLE = (f"{_NS}{name}:1.0 " for name in ("table", "office", "text", "style"))
_CALC_TYPE = "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0 value-type"
MOST_SIGNS = 32_767
"""Signs that one cell holds."""
_LINKED = ("'file:", "'http")


@dataclass
class _Table:
    """One sheet while it is read; `row` and `col` are the last ones taken."""

    name: str
    style: str
    cells: dict[Cell, RawCell] = field(default_factory=dict)
    hidden: set[int] = field(default_factory=set)
    hidden_cols: set[int] = field(default_factory=set)
    merged: list[tuple[Cell, Cell]] = field(default_factory=list)
    formulas: list[tuple[Cell, str]] = field(default_factory=list)
    column: int = 0
    offers: Offers = field(default_factory=Offers)
    row: int = 0
    col: int = 0
    repeat: int = 1
    box: int = 0


def scan(parts: Mapping[str, bytes]) -> BookScan:
    """Read content and properties; raises Refusal for what is missing, broken, or repeats beyond a sheet."""
    if not parts.get("content.xml"):
        raise Refusal("XLSX_PART_MISSING", part="content.xml", sheet="")
    state = _Content()
    parser = new_parser()
    refuse_doctype(parser, "content.xml")
    parser.StartElementHandler = state.start
    parser.EndElementHandler = state.end
    parser.CharacterDataHandler = state.text
    parse(parser, parts["content.xml"], "content.xml")
    own = [table for table in state.tables if not table.name.startswith(_LINKED)]
    if not own:
        raise Refusal("XLSX_NO_SHEETS", part="content.xml")
    names = [table.name.casefold() for table in own]
    if len(set(names)) < len(names):
        raise Refusal("AMBIGUOUS", what="sheet_twice", part="content.xml", sheet="", cell="")
    flags = state.flags | ({"external_links"} if len(own) < len(state.tables) else set())
    if any(re.match(r"Basic/(?!.*script-l[bc]\.xml\Z)|Scripts/", name) for name in parts):
        flags.add("macros")
    properties, said = read_meta(parts)
    sheets = tuple(
        RawSheet(
            table.name, table.cells, table.style not in state.unseen, frozenset(table.hidden), tuple(table.offers.areas),
            frozenset(table.hidden_cols), tuple(table.merged), tuple(table.formulas),
        )
        for table in own
    )
    return BookScan(sheets, state.names, properties, said.get("generator", ""), frozenset(flags), said.get("date", "")[:40])


def encrypted(parts: Mapping[str, bytes]) -> bool:
    """Say whether the manifest speaks of a password."""
    manifest = parts.get("META-INF/manifest.xml", b"")
    return b"encryption-data" in manifest or "encrypted-package" in parts


class _Content:
    """Hold the state of the pass over content.xml; expat calls `start`, `text` and `end`."""

    def __init__(self) -> None:
        self.tables: list[_Table] = []
        self.names: dict[str, str] = {}
        self.unseen: set[str] = set()
        self.lists: set[str] = set()
        self.flags: set[str] = set()
        self.depth = self.table_depth = self.quiet = self.boxes = self.spaces = 0
        self.style = ""
        self.attributes: dict[str, str] | None = None
        self.texts: list[str] = []
        self.paragraphs = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Take the start of an element."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise Refusal("XML_DEEP", part="content.xml")
        if self.quiet:
            self.quiet += 1
        elif name.startswith(_TABLE):
            self.open_table_part(name[len(_TABLE) :], attributes)
        elif name.startswith(_TEXT) and self.attributes is not None:
            self.open_text(name[len(_TEXT) :], attributes)
        elif name == _OFFICE + "annotation" or name.endswith(":drawing:1.0 frame"):
            self.quiet = 1
        elif name == _STYLE + "style":
            self.style = attributes.get(_STYLE + "name", "")
        elif name == _STYLE + "table-properties" and attributes.get(_TABLE + "display") == "false":
            self.unseen.add(self.style)

    def end(self, name: str) -> None:
        """Take the end of an element."""
        self.depth -= 1
        if self.quiet:
            self.quiet -= 1
        elif name in (_TABLE + "table-cell", _TABLE + "covered-table-cell"):
            self.close_cell()
        elif name == _TABLE + "table-row":
            self.close_row()
        elif name == _TABLE + "table":
            self.table_depth -= 1

    def text(self, data: str) -> None:
        """Take text; only paragraphs of a cell hold any."""
        if self.paragraphs and self.attributes is not None and not self.quiet:
            self.texts.append(data)

    def open_table_part(self, name: str, attributes: dict[str, str]) -> None:
        """Begin a sheet, row or cell, or note a name or a setting."""
        if name in ("table-cell", "covered-table-cell"):
            if self.attributes is not None or not self.table_depth:
                raise self.ambiguous("element")
            self.attributes, self.paragraphs, self.spaces = attributes, 0, 0
            self.texts.clear()
        elif name == "table-row":
            table = self.tables[-1] if self.table_depth else self.unplaced()
            table.col, table.repeat = 0, self.repeats(attributes, "number-rows-repeated", MAX_ROW - table.row)
            if attributes.get(_TABLE + "visibility") in ("collapse", "filter") and table.repeat < 100_000:
                table.hidden.update(range(table.row + 1, table.row + table.repeat + 1))
        elif name == "table-column" and self.table_depth:
            self.note_column(attributes)
        elif name == "table":
            self.table_depth += 1
            if self.table_depth > 1 or self.depth != 4:
                raise self.ambiguous("two_tables")
            self.tables.append(_Table(attributes.get(_TABLE + "name", ""), attributes.get(_TABLE + "style-name", "")))
        elif name in ("named-range", "named-expression") and not self.table_depth:
            self.note_name(attributes)
        elif name == "content-validation" and "cell-content-is-in-list(" in attributes.get(_TABLE + "condition", ""):
            self.lists.add(attributes.get(_TABLE + "name", ""))
        elif name == "null-date" and attributes.get(_TABLE + "date-value", "").startswith("1904"):
            self.flags.add("date1904")

    def note_column(self, attributes: dict[str, str]) -> None:
        """Count a column description as often as it is repeated; note hidden ones."""
        table = self.tables[-1]
        count = self.repeats(attributes, "number-columns-repeated", MAX_COL - table.column)
        if attributes.get(_TABLE + "visibility") in ("collapse", "filter") and count < 1_000:
            table.hidden_cols.update(range(table.column + 1, table.column + count + 1))
        table.column += count

    def note_name(self, attributes: dict[str, str]) -> None:
        """Keep a name of the whole workbook with its reference as Excel writes it."""
        name = attributes.get(_TABLE + "name", "")
        if name.casefold() in {known.casefold() for known in self.names}:
            raise self.ambiguous("name_twice")
        address = attributes.get(_TABLE + "cell-range-address") or attributes.get(_TABLE + "expression", "")
        self.names[name] = excel_reference(address)

    def open_text(self, name: str, attributes: dict[str, str]) -> None:
        """Begin a paragraph of a cell, or put the blanks that XML would lose."""
        if name in ("p", "h"):
            self.paragraphs += 1
            if self.paragraphs > 1:
                self.texts.append("\n")
        elif name == "s":
            self.texts.append(" " * self.blanks(attributes.get(_TEXT + "c", "1")))
        elif name in ("tab", "line-break"):
            self.texts.append("\t" if name == "tab" else "\n")

    def blanks(self, text: str) -> int:
        """Read how many blanks stand for one; more than a cell holds is refused, since a reader makes them all."""
        count = int(number(text) or 1) if len(text) < 10 else MOST_SIGNS + 1
        self.spaces += count
        if self.spaces > MOST_SIGNS:
            raise Refusal("XML_MUCH", part="content.xml")
        return max(0, count)

    def ambiguous(self, what: str) -> Refusal:
        """Build the refusal for a place that two readers read differently."""
        table = self.tables[-1] if self.tables else _Table("", "")
        place = Cell(table.row + 1, table.col + 1).a1()
        return Refusal("AMBIGUOUS", what=what, part="content.xml", sheet=table.name, cell=place)

    def unplaced(self) -> _Table:
        """Refuse a row outside every sheet."""
        raise self.ambiguous("element")

    def repeats(self, attributes: dict[str, str], name: str, room: int) -> int:
        """Read how often a row or cell is repeated; more than a sheet has room for is refused."""
        text = attributes.get(_TABLE + name, "1")
        count = int(text[:12]) if text.isascii() and text.isdigit() else 0
        if not 1 <= count <= room:
            table = self.tables[-1]
            raise Refusal("CELL_FAR", sheet=table.name, cell=Cell(table.row + 1, table.col + 1).a1())
        return count

    def close_row(self) -> None:
        """Count the row as often as it is repeated."""
        self.tables[-1].row += self.tables[-1].repeat

    def close_cell(self) -> None:
        """Keep a cell, as often as it is repeated, when it holds something."""
        attributes, self.attributes = self.attributes or {}, None
        table = self.tables[-1]
        times = self.repeats(attributes, "number-columns-repeated", MAX_COL - table.col)
        cell = self.read_cell(attributes)
        if cell.formula:
            table.formulas.append((Cell(table.row + 1, table.col + 1), attributes[_TABLE + "formula"]))
        bottom, right = table.row + table.repeat, table.col + times
        if attributes.get(_TABLE + "content-validation-name") in self.lists:
            table.offers.add(Cell(table.row + 1, table.col + 1), Cell(bottom, right))
        # calamine lays out cells with a type even when they hold nothing.
        if cell.error or cell.formula or cell.value is not None:
            self.boxes += max(0, bottom * right - table.box)
            table.box = max(table.box, bottom * right)
            if table.box > MAX_BOX or self.boxes > MAX_BOXES:
                raise Refusal("CELL_FAR", sheet=table.name, cell=Cell(bottom, right).a1())
        self.note_merged(attributes, Cell(table.row + 1, table.col + 1))
        if cell.value not in (None, "") or cell.formula or cell.error:
            for row in range(table.row + 1, bottom + 1):
                for col in range(table.col + 1, right + 1):
                    table.cells[Cell(row, col)] = cell
        table.col += times

    def note_merged(self, attributes: dict[str, str], first: Cell) -> None:
        """Keep the area of a merged cell."""
        spans = [attributes.get(_TABLE + f"number-{way}-spanned", "1") for way in ("rows", "columns")]
        rows, cols = (int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 1 for text in spans)
        merged = self.tables[-1].merged
        if rows * cols > 1 and len(merged) < MOST:
            merged.append((first, Cell(first.row + rows - 1, first.col + cols - 1)))

    def read_cell(self, attributes: dict[str, str]) -> RawCell:
        """Read the value, formula and error of the cell in hand."""
        text = "".join(self.texts)
        formula = _TABLE + "formula" in attributes
        if attributes.get(_CALC_TYPE) == "error" or (formula and re.match(r"#[A-Z]|Err:[0-9]", text)):
            return RawCell(None, formula, text or "#VALUE!")
        kind = attributes.get(_OFFICE + "value-type", "string" if text else "")
        value: RawValue = None
        if kind in ("float", "percentage", "currency"):
            value = number(attributes.get(_OFFICE + "value", ""))
        elif kind == "date":
            value = moment(attributes.get(_OFFICE + "date-value", ""))
        elif kind == "time":
            value = duration(attributes.get(_OFFICE + "time-value", ""))
        elif kind == "boolean":
            value = {"true": True, "false": False}.get(attributes.get(_OFFICE + "boolean-value", ""))
        elif kind == "string":
            value = attributes.get(_OFFICE + "string-value", text)
        if value is None and kind:
            table = self.tables[-1]
            place = Cell(table.row + 1, table.col + 1).a1()
            raise Refusal("CELL_BROKEN", sheet=table.name, cell=place, raw=text[:60])
        return RawCell(value, formula, "", "0%" if kind == "percentage" else "")
