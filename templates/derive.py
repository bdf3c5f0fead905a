"""What follows from answers: picked labels and figures, computed by the program and compared with what the page shows."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal

from templates import thai
from templates.calc import says_nothing
from templates.figures import derived_labels, figure_value
from templates.issued import Issued
from templates.kinds import KINDS
from templates.layout import NOWHERE, Json
from templates.spec import Field, Table
from templates.words import severity
from workbook.finding import ERROR, Finding, Place, at_cell
from workbook.raw import RawCell

Key = tuple[str, int, str]
"""(table, position among the records kept, field)."""


@dataclass
class Draft:
    """What was read so far; the parts of `Extracted`, still growing."""

    answers: dict[str, list[dict[str, Json]]] = field(default_factory=dict)
    positions: dict[str, tuple[int, ...]] = field(default_factory=dict)
    places: dict[Key, Place] = field(default_factory=dict)
    raws: dict[Key, str] = field(default_factory=dict)
    bad: set[Key] = field(default_factory=set)
    stated: set[Key] = field(default_factory=set)
    typed_over: set[Key] = field(default_factory=set)
    findings: list[Finding] = field(default_factory=list)
    formats_lost: bool = False


def derive(issued: Issued, draft: Draft) -> None:
    """Fill picked labels and figures from the answers: the program never takes them from the sheet's formulas."""
    for table in issued.form.tables:
        for item in table.fields:
            if item.calc is not None and table.id in draft.answers:
                _recompute(issued, table, item, draft)
            if item.pick is None or table.id not in draft.answers:
                continue
            labels = derived_labels(draft.answers, item)
            _overwritten(table, item, labels, draft)
            kept = draft.answers[table.id]
            for position, record in zip(draft.positions[table.id], kept, strict=True):
                record[item.id] = labels[position] if position < len(labels) else None


def _recompute(issued: Issued, table: Table, item: Field, draft: Draft) -> None:
    """Compute a figure from the answers; a page that says otherwise is a warning, a figure typed over an error."""
    kind = KINDS[item.kind]
    for at, position in enumerate(draft.positions[table.id]):
        value = figure_value(issued, draft.answers, (table, at, item))
        draft.answers[table.id][at][item.id] = kind.dump(value)
        raw, place = draft.raws[table.id, at, item.id], draft.places[table.id, at, item.id]
        typed = (table.id, position, item.id) in draft.typed_over
        shown = kind.show(value, item)
        # An .xls holds 0 for a formula whose value is text.
        lost = draft.formats_lost and raw == "0" and not isinstance(shown, Decimal)
        if lost or says_nothing(raw) or place.cell == NOWHERE or _agrees(raw, shown):
            continue
        code = "LOCKED_CHANGED" if typed else "FORMULA_DIFFERS"
        params = {"before": plain_text(shown), "after": raw}
        draft.findings.append(at_cell(code, severity(code), place, raw, **params))


def _agrees(raw: str, shown: object) -> bool:
    """Compare what a page shows with the figure computed, numbers as far as double precision goes."""
    number = thai.read_number(raw)
    if isinstance(shown, Decimal) and isinstance(number.value, Decimal):
        return abs(number.value - shown) <= Decimal("0.000001") * max(Decimal(1), abs(shown))
    return thai.key(raw) == thai.key(plain_text(shown))


def _overwritten(table: Table, item: Field, labels: tuple[str, ...], draft: Draft) -> None:
    """Say where a picking formula was overwritten by another text; the program picks by itself whatever stands there."""
    for at, position in enumerate(draft.positions[table.id]):
        raw = draft.raws[table.id, at, item.id] if (table.id, position, item.id) in draft.typed_over else ""
        label = labels[position] if position < len(labels) else ""
        if raw and thai.key(raw) != thai.key(label):
            place = draft.places[table.id, at, item.id]
            draft.findings.append(at_cell("LOCKED_CHANGED", ERROR, place, raw, before=label, after=raw))


def raw_text(cell: RawCell) -> str:
    """Give what stands in a cell as text, numbers as people see them at 15 digits."""
    if cell.error:
        return cell.error
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return format(value, ".15g")
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat(" ")
    return str(value)


def plain_text(shown: object) -> str:
    """Give a shown value as text, "" for a blank."""
    return "" if shown is None else str(shown)
