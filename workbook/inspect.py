"""A slow, careful second look at one workbook by another library: what is protected, checked, noted, live. Never nightly."""

from __future__ import annotations

import io
from dataclasses import dataclass

import openpyxl


@dataclass(frozen=True)
class SheetFacts:
    """What one sheet carries: counts of cells, and the formulas as (cell, text)."""

    name: str
    state: str
    protected: bool
    unlocked: int
    validations: int
    notes: int
    formulas: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Inspection:
    """What a whole workbook carries; `external` counts links to other workbooks."""

    sheets: tuple[SheetFacts, ...]
    names: tuple[str, ...]
    external: int

    @property
    def formulas(self) -> tuple[str, ...]:
        """Give all formulas as `Sheet!A1 =TEXT`."""
        return tuple(f"{sheet.name}!{cell} {text}" for sheet in self.sheets for cell, text in sheet.formulas)


def inspect(data: bytes) -> Inspection:
    """Look at an .xlsx or .xlsm with openpyxl; raises ValueError when that library can't open it."""
    try:
        book = openpyxl.load_workbook(io.BytesIO(data), keep_links=True)
    except Exception as error:  # openpyxl raises what its parsers raise; to the caller all of it means the same
        raise ValueError(f"{type(error).__name__}: {error}") from error
    sheets = []
    for sheet in book.worksheets:
        cells = [cell for row in sheet.iter_rows() for cell in row]
        sheets.append(
            SheetFacts(
                name=sheet.title,
                state=sheet.sheet_state,
                protected=bool(sheet.protection.sheet),
                unlocked=sum(1 for cell in cells if not cell.protection.locked),
                validations=len(sheet.data_validations.dataValidation),
                notes=sum(1 for cell in cells if cell.comment is not None),
                formulas=tuple((cell.coordinate, str(cell.value)) for cell in cells if cell.data_type == "f"),
            )
        )
    return Inspection(tuple(sheets), tuple(sorted(book.defined_names)), len(book._external_links))
