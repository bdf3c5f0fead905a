"""How many records a workbook has room for: what the form states, what was asked for, what the agency's newest has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from templates.layout import Snapshot
from templates.loadform import MAX_RECORDS
from templates.spec import Form, Many, Table
from templates.words import say
from workbook.errors import AppError


def grows(table: Table) -> bool:
    """Tell whether a table takes more records: a growing one whose rows don't stand for a fixed list."""
    return isinstance(table.rows, Many) and not any(item.pick for item in table.fields)


def asked_rows(asked: Sequence[str], forms: Sequence[Form], lang: str = "th") -> dict[str, int]:
    """Read `table=N` of one call for forms; AppError for a table that none has or that doesn't grow, or a bad number."""
    wanted: dict[str, int] = {}
    for text in asked:
        name, equals, number = text.partition("=")
        if not equals or not (number.isascii() and number.isdecimal()):
            raise AppError(say("command", "rows_form", lang, asked=text))
        size = int(number)
        _refuse((name, size), forms, lang)
        wanted[name] = max(size, wanted.get(name, 0))
    return wanted


def _refuse(asked: tuple[str, int], forms: Sequence[Form], lang: str) -> None:
    name, size = asked
    having = [form.table(name) for form in forms if form.has(name)]
    growing = [table for table in having if grows(table)]
    least = max((table.rows.count for table in growing if isinstance(table.rows, Many)), default=0)
    gaps = {"name": name, "size": size, "least": least, "most": MAX_RECORDS}
    if not having:
        known = sorted({table.id for form in forms for table in form.tables if grows(table)})
        raise AppError(say("command", "rows_unknown", lang, known=", ".join(known) or "–", **gaps))
    if not growing:
        raise AppError(say("command", "rows_fixed", lang, **gaps))
    if not least <= size <= MAX_RECORDS:
        raise AppError(say("command", "rows_range", lang, **gaps))


def with_room(form: Form, taken: Snapshot, asked: Mapping[str, int], before: Snapshot) -> Snapshot:
    """Make room in a workbook that is to be issued: empty records stand for the rows beyond those of the form.

    A workbook never gets fewer rows than the newest one (`before`, its snapshot) that its recipient has.
    """
    room = dict(taken)
    for table in form.tables:
        if grows(table) and isinstance(table.rows, Many):
            size = max(asked.get(table.id, 0), len(before.get(table.id, ())))
            room[table.id] = ({},) * size if size > table.rows.count else taken[table.id]
    return room
