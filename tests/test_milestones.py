"""Results of indicators that are measured by levels: words for a level, values beside the levels, and what is not guessed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import filling
import openpyxl
import pytest
from openpyxl.formula.translate import Translator
from season_tools import Trial
from test_guards import SOFFICE, calculated

MILESTONE = "ระดับขั้นของความสำเร็จ (Milestone)"
PLAN = {**filling.PLAN, "indicators.scale": ["ตัวเลข", "ตัวเลข", MILESTONE, None, MILESTONE, MILESTONE],
        "indicators.level1": [40, 60, "ระดับ 1", 0, 2, 1], "indicators.level2": [50, 70, "ขั้นตอนที่ ๒", 0, 4, 2],
        "indicators.level3": [60, 80, "ระดับ 3", 1, 6, 3], "indicators.level4": [70, 90, 4, 0, 8, 4],
        "indicators.level5": [80, 100, 5, 2, 10, 5]}  # fmt: skip
"""Indicators 3 and 6 have the levels themselves as criteria, 5 is a milestone of ten steps, 1 and 2 are percentages."""
RIGHT = [20, 0, 0, 2, 2, 0]


@pytest.fixture(scope="module")
def season(tmp_path_factory: pytest.TempPathFactory) -> Trial:
    """Give a season whose one agency has a plan with milestones and may report."""
    trial = Trial(tmp_path_factory.mktemp("milestones") / "season")
    assert trial.file("D01021", "plan", PLAN, "2014-05-20").status == 0
    assert trial.run("issue", "report9", day="2014-07-10").status == 0
    return trial


def verdict(season: Trial, tmp_path: Path, results: list[Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """Give the verdict on a report with these results, and the cells of the results by indicator number."""
    plain = {"measures.progress": [20, 30, 50, 20, 40]}  # typed as they are read, so that nothing is said of them
    values = {**filling.REPORT, **plain, "indicators.result": results}
    path = filling.fill(season.issued("D01021", "report9"), tmp_path / "report.xlsx", values)
    cells = filling.cells_of(openpyxl.load_workbook(path), "indicators.result")
    return season.verdict(path, "2014-07-20"), {str(n): cell.coordinate for n, cell in enumerate(cells, 1)}


def about(found: dict[str, Any], *codes: str) -> list[tuple[str, str, str]]:
    return [(item["code"], item["severity"], item["cell"]) for item in found["findings"] if item["code"] in codes]


@pytest.mark.parametrize("said", ["ระดับ 4", "ขั้นตอนที่ 4", "ขั้นที่ ๔", "ระดับคะแนน ๔", "แล้วเสร็จในขั้นตอนที่ ๔", "ดำเนินการถึงระดับ 4"])
def test_a_level_in_words_is_the_result_of_a_milestone(season: Trial, tmp_path: Path, said: str) -> None:
    """Seed 000 L244 lets an officer state the level."""
    found, cells = verdict(season, tmp_path, [*RIGHT[:2], said, *RIGHT[3:]])
    assert found["verdict"] == "accepted"
    assert found["answers"]["indicators"][2]["result"] == "4"
    assert about(found, "READ_AS", "NOT_A_LEVEL", "BAD_NUMBER") == [("READ_AS", "info", cells["3"])]
    (told,) = [item["message"] for item in found["findings"] if item["code"] == "READ_AS"]
    assert said in told and "read as 4" in told
    assert found["answers"]["indicators"][2]["scale"] == "milestone"


@pytest.mark.parametrize(("at", "criteria"), [(1, "40 50 60 70 80"), (5, "2 4 6 8 10")])
def test_a_level_is_never_guessed_where_criteria_are_other_values(season: Trial, tmp_path: Path, at: int, criteria: str) -> None:
    results = [*RIGHT]
    results[at - 1] = "ระดับ 4"
    found, cells = verdict(season, tmp_path, results)
    assert found["verdict"] == "returned"
    wrong = [item for item in found["findings"] if item["severity"] == "error"]
    assert [(item["code"], item["cell"], item["raw"]) for item in wrong] == [("LEVEL_NOT_VALUE", cells[str(at)], "ระดับ 4")]
    assert criteria in wrong[0]["message"] and criteria in wrong[0]["fix"]
    assert found["answers"]["indicators"][at - 1]["result"] is None


def test_words_that_are_no_level_stay_unreadable(season: Trial, tmp_path: Path) -> None:
    found, cells = verdict(season, tmp_path, [*RIGHT[:2], "ดีมาก", *RIGHT[3:]])
    assert about(found, "BAD_NUMBER", "LEVEL_NOT_VALUE") == [("BAD_NUMBER", "error", cells["3"])]


@pytest.mark.parametrize(("value", "warned"), [(2.5, True), (7, True), ("ระดับ 7", True), (0, False), ("๕", False), ("ระดับ 0", False)])
def test_a_result_beside_the_levels_of_a_milestone_is_a_warning(season: Trial, tmp_path: Path, value: Any, warned: bool) -> None:
    found, cells = verdict(season, tmp_path, [*RIGHT[:2], value, *RIGHT[3:]])
    assert found["verdict"] == "accepted"
    assert about(found, "NOT_A_LEVEL") == ([("NOT_A_LEVEL", "warning", cells["3"])] if warned else [])


def test_numbers_of_other_indicators_are_measured_freely(season: Trial, tmp_path: Path) -> None:
    """Seed 000 L218: an indicator without a stated scale counts as a number."""
    found, _ = verdict(season, tmp_path, [45.5, 99, 4, 1.5, 10, 5])
    assert found["verdict"] == "accepted" and about(found, "NOT_A_LEVEL", "READ_AS") == []


def test_the_twin_shows_the_level_that_was_read(trial: Trial) -> None:
    """A file that goes back for another fault holds the number and says how the words were read."""
    assert trial.file("D01021", "plan", PLAN, "2014-05-20").status == 0
    wrong = {**filling.REPORT, "indicators.result": ["ระดับ 4", 0, "ระดับ 4", 2, 2, 0]}
    assert trial.file("D01021", "report9", wrong, "2014-07-20").status == 3
    (twin,) = (trial.root / "outbox" / "D01021").glob("fix_*.xlsx")
    book = openpyxl.load_workbook(twin)
    results = [cell.value for cell in filling.cells_of(book, "indicators.result")]
    assert results[0] == "ระดับ 4" and results[2] == 4
    lines = ["|".join(str(cell.value) for cell in row if cell.value) for row in book.worksheets[0].iter_rows()]
    assert any("ระบบอ่านเป็น 4" in line for line in lines) and any("40 50 60 70 80" in line for line in lines)


def test_a_changed_scale_of_a_frozen_plan_is_found(season: Trial, tmp_path: Path) -> None:
    """Reports carry the scale, so it is frozen with the final plan (domain V11)."""
    path = filling.fill(season.issued("D01021", "plan"), tmp_path / "plan.xlsx", {**PLAN, "indicators.scale": ["ตัวเลข"] * 3 + [None] + ["ตัวเลข"] * 2})
    cells = filling.cells_of(openpyxl.load_workbook(path), "indicators.scale")
    found = season.verdict(path, "2014-07-20")
    assert about(found, "PLAN_FROZEN") == [("PLAN_FROZEN", "error", cells[at].coordinate) for at in (2, 4, 5)]


@pytest.mark.skipif(SOFFICE is None, reason="LibreOffice (soffice) is not installed; it is the real client of this test")
@pytest.mark.slow
def test_the_page_marks_what_is_none_of_the_levels(season: Trial, tmp_path: Path) -> None:
    path = filling.fill(season.issued("D01021", "report9"), tmp_path / "report.xlsx", {**filling.REPORT, "indicators.result": [45.5, 99, 2.5, 1.5, 0, "ระดับ 4"]})
    book = openpyxl.load_workbook(path)
    cells = filling.cells_of(book, "indicators.result")
    sheet = cells[0].parent
    (rule,) = [rule for area in sheet.conditional_formatting for rule in area.rules if "COUNTIF" in rule.formula[0]]
    for cell in cells:
        sheet.cell(cell.row, 60).value = Translator("=" + rule.formula[0], origin=cells[0].coordinate).translate_formula(cell.coordinate)
    book.save(path)
    (made,) = calculated([path], "xlsx", tmp_path / "out")
    shown = openpyxl.load_workbook(made, data_only=True)[sheet.title]
    assert [shown.cell(cell.row, 60).value for cell in cells] == [False, False, True, False, False, False]
