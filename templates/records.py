"""CSV files as records of text: what registry and frameworks are read from; below both, so that rules may ask the registry."""

from __future__ import annotations

import csv
from pathlib import Path

from templates.spec import Record
from workbook.errors import SpecError


def read_csv(path: Path) -> tuple[Record, ...]:
    """Read a UTF-8 CSV (with or without BOM) as records of text; a missing file is a SpecError."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            return tuple({key: (value or "") for key, value in row.items() if key} for row in csv.DictReader(lines))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise SpecError([f"{path.name}: {error}"]) from error
