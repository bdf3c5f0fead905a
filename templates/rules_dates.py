"""Rules about days: their order and the fiscal year that they belong to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from templates.breach import Breach, Context, Row
from templates.spec import RuleSpec


def not_after(table: str, rows: Sequence[Row], spec: RuleSpec, context: Context) -> list[Breach]:
    """Find what ends before it begins; the same day is allowed."""
    first, last = spec.text("first"), spec.text("last")
    breaches = []
    for at, row in enumerate(rows):
        start, end = row.get(first), row.get(last)
        if isinstance(start, dt.date) and isinstance(end, dt.date) and start > end:
            params = {"first_field": first, "start": start.isoformat(), "end": end.isoformat()}
            breaches.append(Breach(at, last, "DATE_ORDER", params))
    return breaches


def fiscal_year_bounds(fiscal_year: int) -> tuple[dt.date, dt.date]:
    """Give the first and last day of a fiscal year of the Buddhist era: 1 October of the year before to 30 September."""
    return dt.date(fiscal_year - 544, 10, 1), dt.date(fiscal_year - 543, 9, 30)


def within_year(table: str, rows: Sequence[Row], spec: RuleSpec, context: Context) -> list[Breach]:
    """Domain K4, V7: warn about a date outside the fiscal year."""
    column = spec.text("field")
    first, last = fiscal_year_bounds(context.fiscal_year)
    breaches = []
    for at, row in enumerate(rows):
        day = row.get(column)
        if isinstance(day, dt.date) and not first <= day <= last:
            params = {"date": day.isoformat(), "year": str(context.fiscal_year)}
            breaches.append(Breach(at, column, "OUTSIDE_YEAR", params, "warning"))
    return breaches
