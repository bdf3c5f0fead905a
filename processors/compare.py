"""Two attempts at one form, cell by cell: which answers changed, came, went or moved to another row; a pure comparison."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from templates.extract import Extracted
from templates.issued import Issued
from templates.layout import Json
from templates.spec import Carried, Field, Listed, Many, Table
from workbook.finding import Place

CHANGED, ADDED, REMOVED, MOVED = "changed", "added", "removed", "moved"


@dataclass(frozen=True)
class Change:
    """One answer that differs: its place in the form, what was typed before and now ("" blank).

    A `moved` record has its numbers (from 1) in `before` and `after`, and the place of its first entry.
    """

    kind: str
    place: Place
    before: str
    after: str
    personal: bool


def changes(issued: Issued, before: Extracted, now: Extracted) -> tuple[Change, ...]:
    """Compare the entries of two attempts in the order of the form.

    Records belong together by their row key (listed and carried rows), else by equal content, else by their number. A
    table that one of them lost is left out: nobody can say what was meant.
    """
    found: list[Change] = []
    for table in issued.form.tables:
        if table.id in before.answers and table.id in now.answers and table.entries:
            for old, new in _pairs(table, before, now):
                found += _of_record(_Both(issued, table, before, now), old, new)
    return tuple(found)


@dataclass(frozen=True)
class _Both:
    issued: Issued
    table: Table
    before: Extracted
    now: Extracted

    def place(self, extracted: Extracted, at: int, item: Field) -> Place:
        """Give where the form puts a field; records beyond its room (an older, longer one) stand where they stood."""
        record, block = extracted.positions[self.table.id][at], self.issued.layout.blocks[self.table.id]
        if record < block.records:
            return self.issued.layout.place(self.table.id, record, item.id)
        return extracted.places[self.table.id, at, item.id]


def _pairs(table: Table, before: Extracted, now: Extracted) -> Iterator[tuple[int | None, int | None]]:
    """Join the records of two attempts: pairs in the order of the present one, then those that went."""
    old, new = _keys(table, before), _keys(table, now)
    if isinstance(table.rows, Many):
        old, new = _by_content(table, (before, old), (now, new))
    known = {key: at for at, key in enumerate(old)}
    for at, key in enumerate(new):
        yield known.pop(key, None), at
    for at in known.values():
        yield at, None


def _keys(table: Table, extracted: Extracted) -> list[object]:
    """Name every record by its row key where all have one of their own, else by its number on the page."""
    numbers: list[object] = list(extracted.positions[table.id])
    if not isinstance(table.rows, Listed | Carried):
        return numbers
    key = table.rows.key
    named: list[object] = [record.get(key) for record in extracted.answers[table.id]]
    return named if None not in named and len(set(named)) == len(named) else numbers


def _by_content(
    table: Table, before: tuple[Extracted, list[object]], now: tuple[Extracted, list[object]]
) -> tuple[list[object], list[object]]:
    """Rename records whose entries are equal in both and stand once in each, so that a moved one is no change of every cell."""
    contents = [[_content(table, extracted, at) for at in range(len(keys))] for extracted, keys in (before, now)]
    alone = [{item for item in side if side.count(item) == 1} for side in contents]
    same = alone[0] & alone[1]
    renamed: list[list[object]] = []
    for side, (_, keys) in zip(contents, (before, now), strict=True):
        renamed.append([item if item in same else key for item, key in zip(side, keys, strict=True)])
    return renamed[0], renamed[1]


def _content(table: Table, extracted: Extracted, at: int) -> tuple[object, ...]:
    return tuple(_value(extracted, (table.id, at, item.id)) for item in table.entries)


def _value(extracted: Extracted, key: tuple[str, int, str]) -> object:
    """Give what counts of a cell: what was read, what was typed where that could not be read, or a stated blank."""
    table, at, name = key
    if key in extracted.bad:
        return "typed", extracted.raws.get(key, "")
    kept: Json = extracted.answers[table][at].get(name)
    return ("stated",) if kept is None and key in extracted.stated else kept


def _of_record(both: _Both, old: int | None, new: int | None) -> list[Change]:
    table, found = both.table, []
    for item in table.entries:
        before = _value(both.before, (table.id, old, item.id)) if old is not None else None
        after = _value(both.now, (table.id, new, item.id)) if new is not None else None
        if before == after:
            continue
        shown = _typed(both.before, (table.id, old, item.id)), _typed(both.now, (table.id, new, item.id))
        place = both.place(both.now, new, item) if new is not None else both.place(both.before, old or 0, item)
        kind = ADDED if before is None else REMOVED if after is None else CHANGED
        found.append(Change(kind, place, *shown, item.personal))
    return found or _moved(both, old, new)


def _typed(extracted: Extracted, key: tuple[str, int | None, str]) -> str:
    table, at, name = key
    return "" if at is None else extracted.raws.get((table, at, name), "")


def _moved(both: _Both, old: int | None, new: int | None) -> list[Change]:
    """Say that a record of a growing table stands on another row now."""
    if old is None or new is None or not isinstance(both.table.rows, Many):
        return []
    rows = both.before.positions[both.table.id][old], both.now.positions[both.table.id][new]
    if rows[0] == rows[1]:
        return []
    place = both.place(both.now, new, both.table.entries[0])
    return [Change(MOVED, place, str(rows[0] + 1), str(rows[1] + 1), personal=False)]


def same_answers(first: Mapping[str, Sequence[Mapping[str, Json]]], second: Mapping[str, Sequence[Mapping[str, Json]]]) -> bool:
    """Tell whether two returns answer alike; fields that only one issue of the form has count when they are answered."""
    return _stripped(first) == _stripped(second)


def _stripped(answers: Mapping[str, Sequence[Mapping[str, Json]]]) -> dict[str, list[dict[str, Json]]]:
    tables: dict[str, list[dict[str, Json]]] = {
        table: [{name: value for name, value in record.items() if value is not None} for record in records]
        for table, records in answers.items()
    }
    return {table: records for table, records in tables.items() if any(records)}
