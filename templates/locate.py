"""Where the fields of a form stand in a returned workbook: what is seen and the defined names check each other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from templates import thai
from templates.anchors import anchor
from templates.issued import Issued, label_of, record_title
from templates.layout import NOWHERE, Block, Layout, label_cell
from templates.seen import Anchored, text_of
from templates.spec import Many
from templates.words import say, severity
from workbook.address import Cell, parse_reference
from workbook.finding import ERROR, Finding, Place, about_file, at_cell
from workbook.raw import RawBook, RawSheet

Spot = tuple[str, Cell]
Named = Mapping[str, tuple[Spot, ...] | None]
NAMELESS_KINDS = ("xls", "xlsb")
_MOST_MOVED = 12
"""Cells that a sentence about moved ones names."""


@dataclass(frozen=True)
class Spots:
    """(table, field) -> sheet and cell of each record (`NOWHERE` = gone); `tables` are those that were found.

    `heads`: table -> row of its headings, 0 for tables of labels.
    """

    cells: Mapping[tuple[str, str], tuple[Spot, ...]]
    tables: frozenset[str]
    heads: Mapping[str, int]


def find(issued: Issued, raw: RawBook) -> tuple[Spots, list[Finding]]:
    """Find every field of every table; a table that can't be found is a finding and left out.

    The defined names and what is seen (headings, labels, row numbers, locked content) must agree. Where they do not,
    what is seen counts, since that is where the agency typed; names count where headings or numbers are gone;
    position is the last resort.
    """
    layout = issued.layout
    cells: dict[tuple[str, str], tuple[Spot, ...]] = {}
    heads: dict[str, int] = {}
    renamed: dict[str, str] = {}
    findings: list[Finding] = []
    if raw.kind in NAMELESS_KINDS:
        findings.append(about_file("NO_NAMES", severity("NO_NAMES"), kind=f".{raw.kind}"))
    for table_id, block in layout.blocks.items():
        named = _by_names(block, raw)
        sheet = _sheet_of(block, raw, named)
        if sheet is not None and sheet.name != block.table.sheet:
            renamed[block.table.sheet] = sheet.name
        if sheet is None:
            findings.append(about_file("SHEET_MISSING", ERROR, sheet=block.table.sheet, label=block.table.title))
            continue
        others = [other for other in layout.on(block.table.sheet) if other is not block]
        titles = [record_title(issued, block.table, at) for at in range(0 if block.head_row else block.records)]
        seen = anchor(block, sheet, issued.snapshot.get(table_id, ()), others=others, titles=titles)
        spots = _settle(block, sheet, seen, named)
        if spots is None:
            findings.append(_lost(layout, table_id, sheet))
            continue
        heads[table_id] = seen.head if seen else block.head_row or 0
        for field_id, items in spots.items():
            cells[table_id, field_id] = items
        findings += _remarks(layout, table_id, (sheet, seen), (spots, named))
    findings += [
        about_file("SHEET_RENAMED", severity("SHEET_RENAMED"), sheet=after, before=before, after=after)
        for before, after in renamed.items()
    ]
    return Spots(cells, frozenset(heads), heads), findings


def _by_names(block: Block, raw: RawBook) -> Named:
    known = {sheet.name for sheet in raw.sheets if sheet.visible}
    found: dict[str, tuple[Spot, ...] | None] = {}
    for item in block.table.fields:
        text = raw.names.get(f"{block.table.id}.{item.id}")
        spots = parse_reference(text) if text else None
        whole = spots and len(spots) == block.records and all(sheet in known for sheet, _ in spots)
        found[item.id] = tuple(spots) if spots and whole else None
    return found


def _sheet_of(block: Block, raw: RawBook, named: Named) -> RawSheet | None:
    """Give the sheet of a table: by its name, by where its names point, by its title on any visible sheet."""
    sheet = raw.sheet(block.table.sheet)
    if sheet is not None:
        return sheet
    pointed = {spots[0][0] for spots in named.values() if spots}
    if len(pointed) == 1:
        return raw.sheet(pointed.pop())
    title = thai.key(block.table.title)
    # The first and the last sheet of a form name its tables too.
    aside = {say("pages", name) for name in ("intro_sheet", "faults_sheet", "changes_sheet", "ready_sheet")}
    pages = [item for item in raw.sheets if item.visible and item.name not in aside]
    titled = [item for item in pages if any(text_of(cell) == title for cell in item.cells.values())]
    return titled[0] if len(titled) == 1 else None


def _settle(block: Block, sheet: RawSheet, seen: Anchored | None, named: Named) -> dict[str, tuple[Spot, ...]] | None:
    """Choose where the fields stand; None when neither sight, names nor position can be trusted."""
    if seen is not None:
        found = {name: tuple((sheet.name, cell) for cell in cells) for name, cells in seen.cells.items()}
        return _named_lines(found, named, sheet.name) if block.records == 1 and not block.head_row else found
    if all(named.values()) and _in_rows(block, named):
        return {name: spots for name, spots in named.items() if spots}
    if not block.records or text_of(sheet.get(block.title)) == thai.key(block.table.title):
        return {name: tuple((sheet.name, cell) for cell in cells) for name, cells in block.cells.items()}
    return None


def _named_lines(found: dict[str, tuple[Spot, ...]], named: Named, sheet: str) -> dict[str, tuple[Spot, ...]]:
    """Put lines whose labels can't be placed where their names say, unless another line stands there."""
    taken = {cell.row for spots in found.values() for _, cell in spots}
    placed = {}
    for name, spots in found.items():
        said = named.get(name) or spots
        placed[name] = tuple(
            other if spot[1] == NOWHERE and other[0] == sheet and other[1].row not in taken else spot
            for spot, other in zip(spots, said, strict=True)
        )
    return placed


def _in_rows(block: Block, named: Named) -> bool:
    """Tell whether names make sense by themselves: one sheet, records going down, the fields of a row in one row."""
    every = [spots for spots in named.values() if spots]
    if len({sheet for spots in every for sheet, _ in spots}) > 1:
        return False
    down = all(a.row < b.row for spots in every for (_, a), (_, b) in zip(spots, spots[1:], strict=False))
    level = not block.head_row or all(len({cell.row for _, cell in row}) == 1 for row in zip(*every, strict=True))
    return down and level


def _lost(layout: Layout, table_id: str, sheet: RawSheet) -> Finding:
    block = layout.blocks[table_id]
    place = Place(sheet.name, block.title, block.table.title, table_id)
    return at_cell("TABLE_MISSING", ERROR, place, sheet=sheet.name, label=block.table.title)


def _remarks(
    layout: Layout, table_id: str, page: tuple[RawSheet, Anchored | None], where: tuple[Mapping[str, tuple[Spot, ...]], Named]
) -> list[Finding]:
    """Say what was repaired: a table that moved, names that point elsewhere, rows that are gone, a hidden sheet."""
    sheet, seen = page
    spots, named = where
    block = layout.blocks[table_id]
    title = Place(sheet.name, block.title, block.table.title, table_id)
    found = []
    moved = _moved(block, spots)
    if moved:
        before, after = (", ".join(cell.a1() for cell in cells[:_MOST_MOVED]) for cells in zip(*moved, strict=True))
        found.append(at_cell("NAME_MOVED", severity("NAME_MOVED"), title, before=before, after=after))
    if any(spots[name] != items for name, items in named.items() if items and name in spots):
        found.append(at_cell("NAME_WRONG", severity("NAME_WRONG"), title))
    found += _gone(layout, block, seen, title)
    found += _labels_changed(block, sheet, (spots, seen))
    if not sheet.visible:
        found.append(at_cell("HIDDEN_ANSWER", severity("HIDDEN_ANSWER"), title))
    return found


def _moved(block: Block, spots: Mapping[str, tuple[Spot, ...]]) -> list[tuple[Cell, Cell]]:
    """Give where entries stood as issued and where they stand now: those of one field, the one of which most moved."""
    moves = [
        [(home, cell) for home, (_, cell) in zip(block.cells[name], items, strict=True) if cell not in (home, NOWHERE)]
        for name, items in spots.items()
    ]
    if block.head_row:
        return max(moves, key=len, default=[])
    return sorted(move for field in moves for move in field)


def _gone(layout: Layout, block: Block, seen: Anchored | None, title: Place) -> list[Finding]:
    """Name the rows, or the lines beside labels, that are no longer on the page."""
    if seen is None:
        return []
    deleted = [at for at in seen.missing if all(cells[at] == NOWHERE for cells in seen.cells.values())]
    if not block.head_row:
        lines = [
            (name, at)
            for name, cells in seen.cells.items()
            for at, cell in enumerate(cells)
            if cell == NOWHERE and (at not in deleted or block.records == 1)
        ]
        places = [layout.place(block.table.id, at, name) for name, at in lines]
        told = [at_cell("LINE_MISSING", severity("LINE_MISSING"), replace(place, sheet=title.sheet)) for place in places]
    else:
        told, deleted = [], [] if isinstance(block.table.rows, Many) else list(seen.missing)
    if deleted and (block.head_row or block.records > 1):
        numbers = ", ".join(str(at + 1) for at in deleted)
        told.append(at_cell("ROW_MISSING", severity("ROW_MISSING"), title, rows=numbers))
    return told


def _labels_changed(
    block: Block, sheet: RawSheet, where: tuple[Mapping[str, tuple[Spot, ...]], Anchored | None]
) -> list[Finding]:
    """Compare the labels beside or above the entries with those of the form; labels are locked like all that we print."""
    spots, seen = where
    head = seen.head if seen else block.head_row or 0
    found = []
    for item in block.table.fields:
        cells = [cell for _, cell in spots[item.id] if cell != NOWHERE]
        shown = [Cell(head, cells[0].col)] if head and cells else [] if head else [label_cell(block, cell) for cell in cells]
        allowed = {thai.key(item.label), thai.key(label_of(item))}
        for cell in shown:
            text = text_of(sheet.get(cell))
            if text not in allowed:
                place = Place(sheet.name, cell, item.label, block.table.id)
                # Over the headings of persons' data people type such data.
                hidden = any(field.personal for field in block.table.fields)
                after = say("pages", "withheld") if hidden else str(sheet.get(cell).value or "")
                raw, params = "" if hidden else after, {"before": item.label, "after": after}
                found.append(at_cell("LOCKED_CHANGED", severity("LOCKED_CHANGED"), place, raw, **params))
    return found
