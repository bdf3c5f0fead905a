"""Answers of one issue of a form in another: matched by table and field, by what a field was called before, by row key."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from templates.derive import Key
from templates.extract import Extracted
from templates.issued import Issued
from templates.kinds import KINDS, Hint
from templates.layout import Json
from templates.spec import Carried, Field, Form, Listed, Many, Table
from templates.words import severity
from workbook.finding import Finding, Place, at_cell
from workbook.raw import RawCell


@dataclass(frozen=True)
class Left:
    """One answer that the other issue has no cell for: where it stood, what was typed ("" when personal)."""

    place: Place
    raw: str
    personal: bool


@dataclass(frozen=True)
class Seated:
    """Answers as if they had been read from a workbook of the other issue, and those that found no place.

    Places of what was moved are those in the file that was sent; what was not asked there stands at its own place.
    `unread`: what the new questions can't read of it.
    """

    extracted: Extracted
    left: tuple[Left, ...]
    unread: tuple[Finding, ...]


def seat(old: Issued, extracted: Extracted, new: Issued) -> Seated:
    """Move what was read from a workbook of one issue into a workbook of another; nothing is guessed, nothing is lost.

    A field takes the answer of the same table and field, else of a name in its `was` (`field`, `table.field`, or an old
    label). Rows go by their key. An answer of another kind is read anew; what can't be read is shown as it was typed.
    """
    move = _Move(old, extracted, new)
    for table in new.form.tables:
        move.table(table)
    told = {(item.code, item.place.sheet, item.place.cell) for item in extracted.findings if item.place}
    fresh = [item for item in move.unread if item.place and (item.code, item.place.sheet, item.place.cell) not in told]
    moved = Extracted(
        move.answers, move.positions, move.places, move.raws, frozenset(move.bad), frozenset(move.stated),
        (*extracted.findings, *fresh),
    )  # fmt: skip
    return Seated(moved, tuple(_left(old.form, extracted, move.used)), tuple(move.unread))


def room_needed(extracted: Extracted, form: Form) -> dict[str, int]:
    """Give the growing tables of a form that have fewer rows than were filled, with the number needed."""
    filled = {table: max(at, default=-1) + 1 for table, at in extracted.positions.items()}
    return {
        table.id: filled[table.id]
        for table in form.tables
        if isinstance(table.rows, Many) and filled.get(table.id, 0) > table.rows.count
    }


@dataclass
class _Move:
    """One move at work. `used`: the keys of the old answers that found a place."""

    old: Issued
    extracted: Extracted
    new: Issued
    answers: dict[str, list[Mapping[str, Json]]] = field(default_factory=dict)
    positions: dict[str, tuple[int, ...]] = field(default_factory=dict)
    places: dict[Key, Place] = field(default_factory=dict)
    raws: dict[Key, str] = field(default_factory=dict)
    bad: set[Key] = field(default_factory=set)
    stated: set[Key] = field(default_factory=set)
    used: set[Key] = field(default_factory=set)
    unread: list[Finding] = field(default_factory=list)

    def table(self, table: Table) -> None:
        """Fill one table of the new workbook; records of a growing table that hold nothing are left out."""
        sources = {item.id: found for item in table.fields if (found := source_of(self.old.form, table, item))}
        rows = {name: self.rows(table, name) for name in {name for name, _ in sources.values()}}
        kept: list[Mapping[str, Json]] = []
        positions = []
        for record in range(self.new.layout.blocks[table.id].records):
            whence = {
                item: (name, rows[name][record], one) for item, (name, one) in sources.items() if record in rows[name]
            }
            if isinstance(table.rows, Many) and not whence:
                continue
            kept.append({item.id: self.value(table, (record, len(kept)), item, whence.get(item.id)) for item in table.fields})
            positions.append(record)
        self.answers[table.id] = kept
        self.positions[table.id] = tuple(positions)

    def rows(self, table: Table, name: str) -> dict[int, int]:
        """Give, by record of the new table, the kept record of an old table (its number among those kept)."""
        before = self.extracted.answers.get(name, ())
        stood = self.extracted.positions.get(name, ())
        if isinstance(table.rows, Listed | Carried) and name == table.id:
            fresh = self.new.snapshot.get(table.id, ())
            for keys in _row_keys(table, self.old.form.table(name)):
                known = [tuple(record.get(key) for key in keys) for record in before]
                wanted = [tuple(record.get(key) for key in keys) for record in fresh]
                if len(set(known)) == len(known) and len(set(wanted)) == len(wanted):
                    return {at: known.index(key) for at, key in enumerate(wanted) if key in known}
        return {position: at for at, position in enumerate(stood)}

    def value(self, table: Table, at: tuple[int, int], item: Field, whence: tuple[str, int, Field] | None) -> Json:
        """Give what stands in one field, and remember where it came from."""
        record, position = at
        key = (table.id, position, item.id)
        self.places[key] = self.new.layout.place(table.id, record, item.id)
        self.raws[key] = ""
        fresh = self.new.snapshot.get(table.id, ())
        issued = fresh[record].get(item.id) if record < len(fresh) else None
        if whence is None:
            return issued if item.locked else None
        name, index, before = whence
        former = (name, index, before.id)
        self.places[key] = replace(self.extracted.places[former], table=table.id, record=record, field=item.id)
        self.raws[key] = self.extracted.raws.get(former, "")
        value = self.extracted.answers[name][index].get(before.id)
        if item.locked:
            return value if item.origin == "formula" else issued
        self.used.add(former)
        return self._entry(key, former, (before, item), value)

    def _entry(self, key: Key, former: Key, fields: tuple[Field, Field], value: Json) -> Json:
        if former in self.extracted.stated:
            self.stated.add(key)
        taken = None if value is None else _converted(*fields, value)
        if former not in self.extracted.bad and (value is None or taken is not None):
            return taken
        return self._anew(key, fields[1])

    def _anew(self, key: Key, item: Field) -> Json:
        """Read what was typed as the new field does: it is of another kind, or could not be read before."""
        raw = self.raws[key]
        read = KINDS[item.kind].read(RawCell(raw), item, Hint(self.new.form_year))
        if read.rejected is None and read.value is not None:
            return KINDS[item.kind].dump(read.value)
        self.bad.add(key)
        code = read.rejected if read.rejected and not item.choices else KINDS[item.kind].reject
        shown = "" if item.personal else raw
        options = " / ".join(option.label for option in item.choices)
        self.unread.append(at_cell(code, severity(code), self.places[key], shown, options=options))
        return None


def source_of(old: Form, table: Table, item: Field) -> tuple[str, Field] | None:
    """Find the question of an older issue that a field goes on from: (table, field), None when it is new."""
    for name in (item.id, *item.was):
        home, dot, inner = name.partition(".")
        wanted, field_id = (home, inner) if dot and old.has(home) else (table.id, name)
        if not old.has(wanted):
            continue
        found = next((one for one in old.table(wanted).fields if field_id in (one.id, one.label)), None)
        if found is not None and found.locked == item.locked:
            return wanted, found
    return None


def _row_keys(new: Table, old: Table) -> Iterator[Sequence[str]]:
    """Give the ways to tell rows apart, best first: the table's key, then all its locked fields that both issues have."""
    asked = {item.id for item in old.fields}
    key = new.rows.key if isinstance(new.rows, Listed | Carried) else ""
    if key in asked:
        yield (key,)
    yield tuple(item.id for item in new.fields if item.locked and item.origin != "formula" and item.id in asked)


def _converted(before: Field, item: Field, value: Json) -> Json:
    """Give an answer as the new field keeps it, None when it can't hold it."""
    if before.kind != item.kind:
        return None
    if item.kind != "choice":
        return value
    label = next((option.label for option in before.options if option.code == value), "")
    codes = [option.code for option in item.options]
    return value if value in codes else next((one.code for one in item.options if one.label == label), None)


def _left(old: Form, extracted: Extracted, used: set[Key]) -> Iterator[Left]:
    """Give the old answers that found no place, in the order of the old form."""
    for table, at, item in _entries(old, extracted):
        key = (table.id, at, item.id)
        holds = extracted.answers[table.id][at].get(item.id) is not None or key in extracted.bad
        if holds and key not in used:
            yield Left(extracted.places[key], "" if item.personal else extracted.raws.get(key, ""), item.personal)


def _entries(form: Form, extracted: Extracted) -> Iterator[tuple[Table, int, Field]]:
    """Give every entry of every kept record, in the order of the form."""
    for table in form.tables:
        for at in range(len(extracted.answers.get(table.id, ()))):
            yield from ((table, at, item) for item in table.entries)


def blanks(issued: Issued, extracted: Extracted) -> Iterator[Place]:
    """Give the places of required fields that hold nothing, for a filler who is to complete a workbook."""
    for table, at, item in _entries(issued.form, extracted):
        key = (table.id, at, item.id)
        empty = extracted.answers[table.id][at].get(item.id) is None
        if item.required and empty and key not in extracted.bad and key not in extracted.stated:
            yield issued.layout.place(table.id, extracted.positions[table.id][at], item.id)
