"""One check of the readiness sheet as a line: what it asks, how it stands, where to look; and how lines sum up records."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from templates.ready_rows import Column, Held, Rows
from templates.typed import quoted
from templates.words import say

FAULT, FINE, UNTOLD, OPEN, WARN = range(5)
"""What a check says: to mend, in order, only the program can tell, not filled far enough to tell, better looked at again.

A warning keeps nobody from sending the form: the program accepts it with the same warning.
"""
_WORST = (FAULT, UNTOLD, WARN, FINE)
Pair = tuple[str, Held]
"""A formula (with `=`) and its value."""


@dataclass(frozen=True)
class Check:
    """One line: what is asked, its state, a short figure, the record (from 1; 0 = none) and field to look at.

    `counts`: a fault keeps the form from being ready; else it only repeats what is missing.
    """

    rows: Rows
    title: str
    state: Pair
    short: Pair
    record: Pair
    field: str
    counts: bool = True


def by_record(rows: Rows, status: Column, title: str, field: str) -> Check:
    """Sum up a column that has one state a record."""
    area, faults = status.area, status.values.count(FAULT)
    state = next((item for item in _WORST if item in status.values), OPEN)
    formula = str(OPEN)
    for item in reversed(_WORST):
        formula = f"IF(COUNTIF({area},{item})>0,{item},{formula})"
    several, shown = len(status.values) > 1, FAULT if faults else WARN
    counted = f"COUNTIF({area},IF(COUNTIF({area},{FAULT})>0,{FAULT},{WARN}))"
    count = status.values.count(shown)
    short = (f'=IF({counted}>0,{joined("ready_rows", n=counted)},"")', say("pages", "ready_rows", n=count) if count else "")
    first = f"IFERROR(MATCH({FAULT},{area},0),IFERROR(MATCH({WARN},{area},0),0))"
    record = (f"={first}", status.values.index(shown) + 1 if count else 0)
    return Check(rows, title, (f"={formula}", state), short if several else ("", ""), record, field)


def joined(key: str, **refs: str) -> str:
    """Write a sentence of the page texts as a formula (without `=`) whose gaps are filled by formulas."""
    marks = {name: f"\x00{at}\x00" for at, name in enumerate(refs)}
    parts = say("pages", key, **marks).split("\x00")
    return "&".join(list(refs.values())[int(part)] if at % 2 else quoted(part) for at, part in enumerate(parts) if part)


def statuses(rows: Rows, formula: Callable[[int], str], value: Callable[[int], int]) -> Column:
    """Add one state a record; records that are not begun say nothing."""
    records, begun = rows.records, rows.begun
    if begun is None:
        return rows.column([f"={formula(at)}" for at in records], [value(at) for at in records])
    formulas = [f"=IF({begun.at(at)}=0,{OPEN},{formula(at)})" for at in records]
    return rows.column(formulas, [value(at) if begun.values[at] else OPEN for at in records])


