"""What is wrong with a returned workbook, as a value with a place; never an exception."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from workbook.address import Cell

ERROR, WARNING, INFO = "error", "warning", "info"


@dataclass(frozen=True)
class Place:
    """Where a finding stands: sheet as the agency sees it, cell, and the label that the agency reads there.

    `table`, `record` (from 0) and `field` name the same place in the form; None where it is no field.
    """

    sheet: str
    cell: Cell
    label: str = ""
    table: str | None = None
    record: int | None = None
    field: str | None = None


@dataclass(frozen=True)
class Finding:
    """One fault, warning or remark.

    `code` has its sentence and remedy in the message texts; `params` fill them. `place` is None only for
    findings about the file as a whole. `raw` is what stood in the cell as text ("" for blank; withheld
    by the printers when the field is personal).
    """

    code: str
    severity: str
    place: Place | None = None
    raw: str = ""
    params: Mapping[str, str] = field(default_factory=dict)


def at_cell(code: str, severity: str, place: Place, raw: str = "", **params: str) -> Finding:
    """Build a finding about a cell; it can't be built without the cell."""
    return Finding(code, severity, place, raw, params)


def about_file(code: str, severity: str = ERROR, **params: str) -> Finding:
    """Build a finding about the file as a whole."""
    return Finding(code, severity, None, "", params)
