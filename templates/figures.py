"""Figures of a form at their places: the formula that the page shows and the value that the program computes itself."""

from __future__ import annotations

from templates.calc import CALCS, Scene, Value
from templates.issued import Issued
from templates.kinds import KINDS
from templates.layout import Json
from templates.prefill import Answers
from templates.spec import Field, One, Table
from workbook.address import quote_sheet
from workbook.book import Formula


def figure(issued: Issued, answers: Answers, at: tuple[Table, int, Field]) -> Formula:
    """Give the formula of one figure with the value that it has for these answers ("" = blank).

    `answers` hold records by their row on the page; locked values are those that were issued.
    """
    item = at[2]
    assert item.calc is not None
    shown = KINDS[item.kind].show(figure_value(issued, answers, at), item)
    value = "" if shown is None or not isinstance(shown, str | int | float) and not hasattr(shown, "as_tuple") else shown
    return Formula(CALCS[item.calc.rule].formula(_scene(issued, answers, at)), value)  # type: ignore[arg-type]


def figure_value(issued: Issued, answers: Answers, at: tuple[Table, int, Field]) -> Value:
    """Compute one figure, None where something that it needs is blank."""
    item = at[2]
    assert item.calc is not None
    return CALCS[item.calc.rule].value(_scene(issued, answers, at))


def _scene(issued: Issued, answers: Answers, at: tuple[Table, int, Field]) -> Scene:
    home, record, item = at
    assert item.calc is not None

    def target(name: str) -> tuple[Table, int, Field]:
        table_id, _, field_id = name.partition(".")
        table = issued.form.table(table_id)
        return table, 0 if isinstance(table.rows, One) else record, table.field(field_id)

    def ref(name: str) -> str:
        table, row, wanted = target(name)
        cell = issued.layout.blocks[table.id].cells[wanted.id][row]
        sheet = "" if table.sheet == home.sheet else quote_sheet(table.sheet) + "!"
        return f"{sheet}{cell.absolute()}"

    def look(name: str) -> object:
        table, row, wanted = target(name)
        if wanted.calc is not None:
            return figure_value(issued, answers, (table, row, wanted))
        source = issued.snapshot if wanted.locked else answers
        return KINDS[wanted.kind].load(_kept(source.get(table.id, ()), row, wanted.id))

    def column(name: str) -> str:
        table, _, wanted = target(name)
        cells = issued.layout.blocks[table.id].cells[wanted.id]
        sheet = "" if table.sheet == home.sheet else quote_sheet(table.sheet) + "!"
        return f"{sheet}{cells[0].absolute()}:{cells[-1].absolute()}"

    return Scene(
        ref, look, item.calc, issued.framework.policy, column,
        picked=lambda name: derived_labels(answers, target(name)[2]), options=lambda name: target(name)[2].options,
    )  # fmt: skip


def derived_labels(answers: Answers, item: Field) -> tuple[str, ...]:
    """Give the labels that a picking formula shows for the chosen value, in record order."""
    assert item.pick is not None
    records = answers.get(item.pick.table, ())
    chosen = records[0].get(item.pick.field) if records else None
    return item.pick.labels(chosen if isinstance(chosen, str) else None)


def _kept(records: object, row: int, field_id: str) -> Json:
    assert isinstance(records, list | tuple)
    return records[row].get(field_id) if row < len(records) else None
