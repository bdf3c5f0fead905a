"""A real client: LibreOffice opens, calculates and saves what the program makes; verdicts stay the same."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import client
import filling
import openpyxl
import pytest
from season_tools import Trial, reviewed

SOFFICE = shutil.which("soffice")
pytestmark = [
    # openpyxl says so of every file with LibreOffice's own extensions, and then leaves the file open.
    pytest.mark.filterwarnings("ignore:.*extension is not supported", "ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.slow,
    pytest.mark.skipif(client.skips(), reason=client.missing()),
]


def convert(paths: list[Path], kind: str, target: Path) -> list[Path]:
    """Open files in LibreOffice, calculate, and save them as another kind."""
    assert SOFFICE is not None, client.missing()
    profile = f"-env:UserInstallation={(target.parent / 'profile').as_uri()}"
    command = [SOFFICE, "--headless", profile, "--convert-to", kind, "--outdir", str(target), *map(str, paths)]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    made = [target / f"{path.stem}.{kind}" for path in paths]
    assert all(path.stat().st_size for path in made)
    return made


def errors(path: Path) -> list[str]:
    book = openpyxl.load_workbook(path, data_only=True)
    return [
        f"{sheet.title}!{cell.coordinate} {cell.value}"
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "e" or (isinstance(cell.value, str) and cell.value.startswith("#"))
    ]


def test_results_open_without_an_error_value(year: Trial, tmp_path: Path) -> None:
    results = year.root / "results"
    books = [results / "national.xlsx", results / "status.xlsx", results / "ministries/OPM.xlsx", results / "provinces/50.xlsx"]
    for path in convert(books, "xlsx", tmp_path / "out"):
        assert errors(path) == []


def test_formulas_of_a_plan_calculate_as_the_program_does(year: Trial, tmp_path: Path) -> None:
    path = filling.fill(year.issued("D01021", "plan"), tmp_path / "plan.xlsx", filling.PLAN)
    (made,) = convert([path], "xlsx", tmp_path / "out")
    assert errors(made) == []
    book = openpyxl.load_workbook(made, data_only=True)
    factors = [cell.value for cell in filling.cells_of(book, "measures.factor")]
    verdict = year.verdict(path)
    assert factors == [row["factor"] for row in verdict["answers"]["measures"]]
    weights = filling.cells_of(book, "indicators.weight")
    # The Thai digits of one weight are text; the total of the sheet reads them as the program does.
    assert weights[-1].offset(1, 0).value == 100
    assert verdict["verdict"] == "accepted"


@pytest.mark.parametrize("kind", ["xlsx", "ods", "xls"])
def test_a_save_by_libreoffice_changes_no_verdict(year: Trial, tmp_path: Path, kind: str) -> None:
    plan = filling.fill(year.issued("D01021", "plan"), tmp_path / "plan.xlsx", filling.PLAN)
    report = filling.fill(year.issued("D01021", "report12"), tmp_path / "report12.xlsx", filling.REPORT12)
    review = reviewed(year.issued("OPM", "review"), tmp_path / "review.xlsx", score=0.5)
    for before, after in zip((plan, report, review), convert([plan, report, review], kind, tmp_path / "out"), strict=True):
        first, second = year.verdict(before, "2014-10-10"), year.verdict(after, "2014-10-10")
        assert second["verdict"] == first["verdict"] == "accepted", second["findings"]
        assert second["answers"] == first["answers"]
        assert {item["code"] for item in second["findings"]} - {item["code"] for item in first["findings"]} <= {"NO_NAMES", "PASSPORT_LOST"}


def test_tampering_is_found_after_a_save_by_libreoffice(year: Trial, tmp_path: Path) -> None:
    path = filling.fill(year.issued("D01021", "report12"), tmp_path / "report12.xlsx", filling.REPORT12)
    book = openpyxl.load_workbook(path)
    cell = filling.cells_of(book, "indicators.level5")[1]
    cell.value = 95
    book.save(path)
    for kind in ("xlsx", "ods", "xls"):
        (made,) = convert([path], kind, tmp_path / kind)
        found = [item for item in year.verdict(made, "2014-10-10")["findings"] if item["severity"] == "error"]
        assert [(item["code"], item["cell"], item["raw"]) for item in found] == [("LOCKED_CHANGED", cell.coordinate, "95")]
