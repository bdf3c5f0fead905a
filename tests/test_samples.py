"""Files that other programs saved are read as they are, also where those programs are not installed."""

from __future__ import annotations

from pathlib import Path

import pytest

from templates.passport import find_passports
from workbook.address import Cell
from workbook.read import read

SAMPLES = Path(__file__).parent / "data" / "samples"


@pytest.mark.parametrize(("kind", "places", "value"), [("xlsx", 3, "survey.transparency_pct"), ("xls", 2, ""), ("ods", 3, "survey.transparency_pct")])
def test_a_file_saved_by_gnumeric(kind: str, places: int, value: str) -> None:
    raw, findings = read((SAMPLES / f"gnumeric_survey.{kind}").read_bytes())
    assert raw is not None and not findings and raw.kind == kind
    # Of formulas that Gnumeric could not calculate two readers see different things; no answer stands there.
    assert not [cell for name, cell in raw.disagree if name == "ผลการสำรวจ"]
    found = find_passports(raw)
    assert len(found) == places and {(item.form, item.agency) for item in found} == {("dept_2557/survey", "D01021")}
    assert not value or value in raw.names
    sheet = raw.sheet("ผลการสำรวจ")
    assert sheet is not None
    rows = {content.value: cell.row for cell, content in sheet.cells.items() if content.value in ("D01002", "D01021")}
    assert {code: sheet.get(Cell(row, 4)).value for code, row in rows.items()} == {"D01002": 400, "D01021": 120}
    assert {code: sheet.get(Cell(row, 5)).value for code, row in rows.items()} == {"D01002": 72.5, "D01021": "๘๐"}
