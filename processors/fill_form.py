"""`fill`: a list of figures into the issued workbook of a form whose rows are the agencies, as people would copy them."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from processors.disk import put, trouble
from processors.issue import place
from processors.list_report import NOT_TAKEN, Told, report_csv, shown
from processors.season import Season
from processors.standing import issued_of
from processors.store import IssuedRow, Ledger
from processors.table_file import Line, identity, read_table
from processors.whose import Nobody, Whose
from templates.kinds import KINDS, Number
from templates.registry import Agency
from templates.spec import Field, Form, Listed, Table
from templates.thai import key
from workbook.errors import AppError
from workbook.patch import Value, patch

NO_ROW = "no_row"
_PLAIN = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,10})?\Z")
_LONGEST = 32_767
"""Signs that Excel keeps in one cell."""
_CODE, _NAME = "code", "name"


@dataclass(frozen=True)
class Filled:
    """What was filled in: agencies with a row of all those in the form, cells, headings not used, and the report."""

    path: Path
    report: Path
    agencies: int
    filled: int
    cells: int
    unused: tuple[str, ...]
    told: tuple[Told, ...]

    def count(self, about: str) -> int:
        """Count the report's lines of a kind."""
        return sum(1 for item in self.told if item.about == about)

    @property
    def status(self) -> int:
        """Give the exit status: 3 when a row found no agency or an agency no row."""
        return 3 if self.told else 0


@dataclass
class _Sheet:
    """One table of the form at work: its codes in record order, and the values by field."""

    table: Table
    rows: Mapping[str, int]
    values: dict[str, list[Value]]


def fill_form(season: Season, ledger: Ledger, form: Form, source: Path, *, target: Path | None = None) -> Filled:
    """Write the newest issued workbook of a form with the values of a list filled in; it is for people to look at and hand in.

    Raises AppError (2) when the form has no rows of agencies, was not issued, or the list can't be used.
    """
    row = _issued(season, ledger, form)
    form = issued_of(season, row).form
    data = _bytes(season, row)
    path = _target(season, row, target)
    sheets = [_sheet(table, row) for table in _tables(form)]
    columns = _columns([item.table for item in sheets])
    found = read_table(source, lambda heading: columns.get(key(heading), identity(heading)), (_CODE, _NAME))
    listed = [item for item in season.agencies if item.framework == form.framework and item.code in sheets[0].rows]
    taken, told = _matched(found.lines, listed)
    told += [one for code, line in taken.items() for one in _enter(sheets, code, line)]
    told += [
        Told(NO_ROW, "", f"{item.code} {item.name}", NO_ROW, {}) for item in listed if item.code not in taken
    ]
    values = {f"{item.table.id}.{name}": cells for item in sheets for name, cells in item.values.items()}
    place(path, patch(data, values))
    report = path.with_name(f"{path.stem}_report.csv")
    _put(report, report_csv(told))
    cells = sum(1 for item in values.values() for value in item if value is not None)
    return Filled(path, report, len(sheets[0].rows), len(taken), cells, _unused(found.unused, found.columns), tuple(told))


def _tables(form: Form) -> list[Table]:
    return [table for table in form.tables if isinstance(table.rows, Listed) and table.rows.rows is None]


def _issued(season: Season, ledger: Ledger, form: Form) -> IssuedRow:
    """Give the one issued workbook of a form whose rows are the agencies."""
    if not _tables(form):
        raise AppError(f"{form.full_id} has no table with a row for every agency; people fill it themselves")
    newest = ledger.newest_issued()
    rows = [newest[item.code, form.full_id] for item in season.recipients(form) if (item.code, form.full_id) in newest]
    if not rows:
        raise AppError(f"{form.full_id} was not issued yet: cleanreport issue {form.full_id}")
    if len(rows) > 1:
        raise AppError(f"{form.full_id} was issued to {len(rows)} offices; only a form for one office can be filled from a list")
    return rows[0]


def _bytes(season: Season, row: IssuedRow) -> bytes:
    path = season.outbox / row.file
    try:
        data = path.read_bytes()
    except OSError as error:
        raise AppError(f"{path}: {error.strerror or error}; cleanreport issue {row.form} writes it again") from error
    if hashlib.sha256(data).hexdigest() != row.sha256:
        raise AppError(f"{path}: is not as it was issued; cleanreport issue {row.form} writes it again")
    return data


def _target(season: Season, row: IssuedRow, wanted: Path | None) -> Path:
    """Choose where the workbook goes: beside the issued one unless stated; never over it, never into the inbox."""
    issued = season.outbox / row.file
    path = wanted.absolute() if wanted else issued.with_name(f"{issued.stem}_filled.xlsx")
    if path.suffix.lower() != ".xlsx" or path.is_dir():
        raise AppError(f"--to {path}: give the name of an .xlsx file")
    if path.resolve() == issued.resolve():
        raise AppError(f"--to {path}: that is the workbook as it was issued; give another name")
    if path.resolve().is_relative_to(season.inbox.resolve()):
        raise AppError(f"--to {path}: the inbox is for what people hand in; look at the workbook first, then put it there")
    return path


def _sheet(table: Table, row: IssuedRow) -> _Sheet:
    codes = [str(record[_key_field(table).id]) for record in row.snapshot[table.id]]
    return _Sheet(table, {code: at for at, code in enumerate(codes)}, {})


def _key_field(table: Table) -> Field:
    assert isinstance(table.rows, Listed)
    wanted = table.rows.key
    return next(item for item in table.fields if item.origin == "listed" and (item.source or item.id) == wanted)


def _columns(tables: Sequence[Table]) -> dict[str, str]:
    """Give the headings that mean a field: its id or label, of a further table with the table's id, sheet or title before it."""
    found: dict[str, str] = {}
    for table in tables:
        for item in table.entries:
            words = (item.id, item.label, *item.was)
            for name in (*words, *(f"{where}.{word}" for where in (table.id, table.sheet) for word in words)):
                found.setdefault(key(name), f"{table.id}.{item.id}")
        own = _key_field(table)
        found |= {key(own.id): _CODE, key(own.label): _CODE}
        found |= {key(item.label): _NAME for item in table.fields if item.origin == "listed" and item.id == _NAME}
    return found


def _matched(lines: Sequence[Line], listed: Sequence[Agency]) -> tuple[dict[str, Line], list[Told]]:
    whose = Whose(listed)
    taken: dict[str, Line] = {}
    told = []
    for line in lines:
        found = whose.find(line.cells)
        if isinstance(found, Nobody):
            told.append(Told(NOT_TAKEN, str(line.number), shown(line), found.why, found.params))
        elif found.code in taken:
            why = {"line": str(taken[found.code].number)}
            told.append(Told(NOT_TAKEN, str(line.number), shown(line), "same_agency", why))
        else:
            taken[found.code] = line
    return taken, told


def _enter(sheets: Sequence[_Sheet], code: str, line: Line) -> list[Told]:
    """Type the values of one row; a text that no cell can hold is left out and told."""
    long = []
    for sheet in sheets:
        for item in sheet.table.entries:
            name = f"{sheet.table.id}.{item.id}"
            text = line.cells.get(name, "")
            if len(text) > _LONGEST:
                long.append(name)
            elif text and code in sheet.rows:
                column = sheet.values.setdefault(item.id, [None] * len(sheet.rows))
                column[sheet.rows[code]] = _typed(text, item)
    return [Told(NOT_TAKEN, str(line.number), shown(line), "too_long", {"columns": ", ".join(long)})] if long else []


def _typed(text: str, item: Field) -> Value:
    """Give what a person who types this gets: a number in a cell for numbers, else the text as it stands."""
    return Decimal(text) if isinstance(KINDS[item.kind], Number) and _PLAIN.match(text) else text


def _unused(unused: tuple[str, ...], columns: tuple[str, ...]) -> tuple[str, ...]:
    return (*unused, *(name for name in columns if name == "emails"))


def _put(path: Path, data: bytes) -> None:
    try:
        put(path, data)
    except OSError as error:
        raise trouble(path, error, "the workbook stands, its report does not; try again") from error
