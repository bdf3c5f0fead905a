"""Where the lines of labels and the cards of a table stand by what people see: their labels, titles and locked content."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from templates import thai
from templates.layout import NOWHERE, Block, Json
from templates.seen import HEAD_SHARE, Anchored, shown_key, text_of
from workbook.address import Cell
from workbook.raw import RawSheet

_Lines = Sequence[tuple[int, str]]


def lines(block: Block, sheet: RawSheet) -> Anchored | None:
    """Find labels in their order, starting behind the table's title; entries stand one column to the right.

    A label that is gone or changed is placed between its neighbours: where they left room its line still stands there,
    where they closed up the line was deleted (NOWHERE). None when most labels are gone.
    """
    found = _behind_title(block, sheet)
    if found is None:
        return None
    labels = sorted(block.labels.items(), key=lambda pair: pair[1].row)
    wanted = [thai.key(block.table.field(field_id).label) for (_, field_id), _ in labels]
    matched = _in_order(wanted, found)
    if len(matched) < HEAD_SHARE * len(wanted):
        return None
    homes = [cell.row for _, cell in labels]
    cells = {}
    for n, ((record, field_id), _) in enumerate(labels):
        cells[field_id] = (_entry(block, (field_id, record), matched.get(n) or _between(n, homes, matched)),)
    return Anchored(0, {item.id: cells[item.id] for item in block.table.fields})


@dataclass
class _Card:
    """One card that stands on the page: the record that its title names (None without one), number of label -> row."""

    titled: int | None = None
    rows: dict[int, int] = field(default_factory=dict)


def cards(
    block: Block, sheet: RawSheet, records: Sequence[Mapping[str, Json]], titles: Sequence[str]
) -> Anchored | None:
    """Find the cards of a table, each by its locked content, else by its title; never by how many stand above it.

    A card that was deleted is NOWHERE with all its fields, a line within one as in `lines`. None when no card is found.
    """
    found = _behind_title(block, sheet)
    if found is None:
        return None
    standing = _parted(block, found, [thai.key(title) for title in titles])
    paired = _paired(block, sheet, records, standing)
    if not paired:
        return None
    cells: dict[str, list[Cell]] = {item.id: [] for item in block.table.fields}
    for record in range(block.records):
        homes = [block.labels[record, item.id].row for item in block.table.fields]
        card = paired.get(record)
        for n, item in enumerate(block.table.fields):
            row = (card.rows.get(n) or _between(n, homes, card.rows)) if card else 0
            cells[item.id].append(_entry(block, (item.id, record), row))
    return Anchored(0, {name: tuple(items) for name, items in cells.items()})


def _behind_title(block: Block, sheet: RawSheet) -> list[tuple[int, str]] | None:
    """Give (row, text) of what stands in the column of the labels behind the table's title; None without the title."""
    found = [(cell.row, text_of(content)) for cell, content in sorted(sheet.cells.items()) if cell.col == block.title.col]
    title = thai.key(block.table.title)
    at = next((n for n, (_, text) in enumerate(found) if text == title), None)
    return None if at is None else found[at + 1 :]


def _entry(block: Block, what: tuple[str, int], row: int) -> Cell:
    field_id, record = what
    return Cell(row, block.cells[field_id][record].col) if row else NOWHERE


def _parted(block: Block, found: _Lines, titles: Sequence[str]) -> list[_Card]:
    """Part the lines into cards: one begins at its title, or where the labels begin anew."""
    labels = [thai.key(item.label) for item in block.table.fields]
    standing: list[_Card] = []
    for row, text in found:
        if text in titles:
            standing.append(_Card(titles.index(text)))
        elif text in labels:
            last = max(standing[-1].rows, default=-1) if standing else len(labels)
            n = next((n for n in range(last + 1, len(labels)) if labels[n] == text), None)
            if n is None:
                standing.append(_Card())
                n = labels.index(text)
            standing[-1].rows[n] = row
    return [card for card in standing if len(card.rows) >= HEAD_SHARE * len(labels)]


def _paired(
    block: Block, sheet: RawSheet, records: Sequence[Mapping[str, Json]], standing: Sequence[_Card]
) -> dict[int, _Card]:
    """Pair cards and records: by locked content that only one record has, then by title, then the one pair that is left."""
    locked = [(n, item) for n, item in enumerate(block.table.fields) if item.locked and item.origin != "formula"]
    paired: dict[int, _Card] = {}
    left = []
    for card in standing:
        seen = {n: text_of(sheet.get(_entry(block, (item.id, 0), card.rows[n]))) for n, item in locked if n in card.rows}
        same = [
            at
            for at, record in enumerate(records)
            if any(seen.values()) and all(shown_key(item, record.get(item.id)) == seen[n] for n, item in locked if n in seen)
        ]
        if len(same) == 1 and same[0] not in paired:
            paired[same[0]] = card
        else:
            left.append(card)
    untitled = []
    for card in left:
        if card.titled is None or card.titled in paired or card.titled >= block.records:
            untitled.append(card)
        else:
            paired[card.titled] = card
    rest = [at for at in range(block.records) if at not in paired]
    return paired | {rest[0]: untitled[0]} if len(rest) == len(untitled) == 1 else paired


def _in_order(wanted: Sequence[str], lines: _Lines) -> dict[int, int]:
    """Match as many labels as possible to lines without crossing: number of the label -> row of its line."""
    straight: dict[int, int] = {}
    rest = iter(lines)
    for n, label in enumerate(wanted):
        row = next((row for row, text in rest if text == label), 0)
        if not row:
            break
        straight[n] = row
    return straight if len(straight) == len(wanted) else _aligned(wanted, lines)


def _aligned(wanted: Sequence[str], lines: _Lines) -> dict[int, int]:
    best = [[0] * (len(lines) + 1) for _ in range(len(wanted) + 1)]
    for n in reversed(range(len(wanted))):
        for at in reversed(range(len(lines))):
            same = best[n + 1][at + 1] + 1 if wanted[n] == lines[at][1] else 0
            best[n][at] = max(same, best[n + 1][at], best[n][at + 1])
    matched: dict[int, int] = {}
    n = at = 0
    while n < len(wanted) and at < len(lines):
        if wanted[n] == lines[at][1] and best[n][at] == best[n + 1][at + 1] + 1:
            matched[n] = lines[at][0]
            n, at = n + 1, at + 1
        elif best[n][at] == best[n + 1][at]:
            n += 1
        else:
            at += 1
    return matched


def _between(n: int, homes: Sequence[int], matched: Mapping[int, int]) -> int:
    """Give the row of a line whose label is not there: where its neighbours left as much room as the form does; else 0."""
    before = max((at for at in matched if at < n), default=None)
    after = min((at for at in matched if at > n), default=None)
    if before is not None:
        row = matched[before] + homes[n] - homes[before]
        return row if after is None or matched[after] - matched[before] >= homes[after] - homes[before] else 0
    return matched[after] - homes[after] + homes[n] if after is not None else 0
