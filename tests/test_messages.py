"""Sentences about wrong answers: each names what is wrong, where, why and what to type, and no help text says otherwise."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import filling
import openpyxl
import pytest
from season_tools import Trial, command
from test_roundtrip import FRAMEWORKS

from templates.words import fill

ROOT = Path(__file__).parents[1]
MESSAGES = tomllib.loads((ROOT / "templates" / "texts" / "messages.toml").read_text(encoding="utf-8"))
REPORT9 = FRAMEWORKS["dept_2557"].form("report9")


@pytest.fixture(scope="module")
def season(tmp_path_factory: pytest.TempPathFactory) -> Trial:
    """Give a season with a frozen plan and an issued report."""
    trial = Trial(tmp_path_factory.mktemp("messages") / "season")
    assert trial.file("D01021", "plan", filling.PLAN, "2014-05-20").status == 0
    assert trial.run("issue", "report9", day="2014-07-10").status == 0
    return trial


def told(season: Trial, tmp_path: Path, form: str, values: filling.Values) -> tuple[list[dict[str, Any]], openpyxl.Workbook]:
    """Fill a form and give the findings in Thai, and the filled workbook."""
    path = filling.fill(season.issued("D01021", form), tmp_path / f"{form}.xlsx", values)
    said = command("check", str(path), "--json", "--season", str(season.root), "--as-of", "2014-07-20")
    return said.json()[0]["findings"], openpyxl.load_workbook(path)


def of(found: list[dict[str, Any]], code: str) -> list[tuple[str, str, str]]:
    return [(item["cell"], item["message"], item["fix"]) for item in found if item["code"] == code]


def place(book: openpyxl.Workbook, name: str, record: int = 0) -> str:
    return str(filling.cells_of(book, name)[record].coordinate)


@pytest.mark.parametrize("typed", ["ไม่มี", "-", "N/A", "ยังไม่มีข้อมูล"])
def test_none_where_a_number_is_needed_asks_for_nought_as_the_help_does(season: Trial, tmp_path: Path, typed: str) -> None:
    values = {**filling.REPORT, "indicators.result": [20, typed, 0, 2, 2, 2]}
    found, book = told(season, tmp_path, "report9", values)
    ((cell, message, fix),) = of(found, "NONE_FOR_NUMBER")
    assert cell == place(book, "indicators.result", 1) and typed in message and "กรอก 0" in fix
    assert not of(found, "REQUIRED") and not of(found, "NONE_MAY_BE_ZERO")
    for table, field in (("indicators", "result"), ("measures", "progress")):
        assert "ให้ใส่ 0" in REPORT9.table(table).field(field).help


def test_a_dash_where_a_text_is_needed_is_no_answer(season: Trial, tmp_path: Path) -> None:
    values = {**filling.PLAN, "basics.approach": ["-"], "basics.success": [None], "recorder.name": ["-"]}
    found, book = told(season, tmp_path, "plan", values)
    ((cell, message, fix),) = of(found, "MARK_FOR_TEXT")
    assert cell == place(book, "basics.approach") and "“-”" in message
    assert "ไม่มี" not in fix  # nobody is led to state that a basic part of the plan is not there
    blanks = {place(book, "basics.success"), place(book, "recorder.name")}  # nothing that was typed about a person is shown
    assert {item[0] for item in of(found, "REQUIRED")} == blanks
    accepted, _ = told(season, tmp_path, "plan", {**filling.PLAN, "basics.approach": ["ไม่มี"]})
    assert not [item for item in accepted if item["code"] in ("MARK_FOR_TEXT", "REQUIRED")]


def test_optional_figures_say_that_they_may_stay_blank() -> None:
    """What is not required is taken as no data; its sentence and its help both say blank."""
    assert "เว้นว่าง" in MESSAGES["NONE_MAY_BE_ZERO"]["fix_th"]
    for framework in FRAMEWORKS.values():
        for form in framework.forms:
            for item in (field for table in form.tables for field in table.entries if field.kind in ("number", "whole", "percent")):
                assert item.required or "ให้เว้นว่าง" in item.help, (form.full_id, item.id)


def test_what_is_needed_says_why(season: Trial, tmp_path: Path) -> None:
    values = {**filling.REPORT, "measures.progress": [20, 30, 100, 20, 0], "measures.summary": ["ก", None, "ข", "ค"]}
    found, book = told(season, tmp_path, "report9", values)
    ((cell, message, _),) = of(found, "NEEDED_WHEN")
    assert cell == place(book, "measures.summary", 1) and message.endswith("เมื่อ “ความก้าวหน้า (ร้อยละ)” มากกว่า 0")
    ((cell, message, _),) = of(found, "NEEDED_WHEN_IS")
    assert cell == place(book, "measures.in_time", 2) and message.endswith("เมื่อ “ความก้าวหน้า (ร้อยละ)” เท่ากับ 100")


def test_a_locked_cell_says_where_its_value_is_back(season: Trial, tmp_path: Path) -> None:
    found, book = told(season, tmp_path, "report9", {**filling.REPORT, "indicators.weight": [60], "indicators.scale": [None]})
    ((cell, message, fix),) = of(found, "LOCKED_CHANGED")
    assert cell == place(book, "indicators.weight") and "“50”" in message and "“60”" in message
    assert "ไฟล์แก้ไข" in fix and "สิ่งที่ต้องแก้ไข" in fix and "ไฟล์ที่ส่งคืน" not in fix


def test_a_blank_is_called_blank(season: Trial, tmp_path: Path) -> None:
    path = filling.fill(season.issued("D01021", "report9"), tmp_path / "report9.xlsx", filling.REPORT)
    book = openpyxl.load_workbook(path)
    filling.cells_of(book, "indicators.weight")[0].value = None
    book.save(path)
    said = command("check", str(path), "--json", "--season", str(season.root), "--as-of", "2014-07-20").json()[0]["findings"]
    ((_, message, _),) = of(said, "LOCKED_CHANGED")
    assert "“50” เป็น “(ว่าง)”" in message


def test_dates_name_the_year_and_the_other_day(season: Trial, tmp_path: Path) -> None:
    values = {**filling.PLAN, "activities.start": ["1 ต.ค. 2557"], "activities.end": ["30 ก.ย. 2557"]}
    found, book = told(season, tmp_path, "plan", values)
    ((cell, message, _),) = of(found, "DATE_ORDER")
    assert cell == place(book, "activities.end") and "“วันเริ่มต้น”" in message
    ((cell, message, _),) = of(found, "OUTSIDE_YEAR")
    assert cell == place(book, "activities.start") and "1 ต.ค. 2557" in message and "พ.ศ. 2557" in message


def test_missing_items_name_their_table(season: Trial, tmp_path: Path) -> None:
    none = {name: items if not name.startswith("risks.") else [None] for name, items in filling.PLAN.items()}
    found, _ = told(season, tmp_path, "plan", none)
    ((_, message, _),) = of(found, "TOO_FEW_ROWS")
    assert FRAMEWORKS["dept_2557"].form("plan").table("risks").title in message


WRONG: dict[str, filling.Values] = {
    "plan": {**filling.PLAN, "general.work_process": ["-"], "general.process_type": ["9"], "risks.step": [None], "activities.factor": ["9"],
             "activities.start": ["1 ต.ค. 2557"], "indicators.weight": [50, "ไม่มี", "สิบ", "10-20", "เพิ่มขึ้น 10", "ประมาณ 10"],
             "indicators.level1": ["สูง", 90, 9, 0, None, "ไม่น้อยกว่า 1"], "indicators.level3": [60, 80, 3, 1, "-", 3],
             "certifier.certified": ["ไม่ใช่"], "certifier.name": [filling.PLAN["recorder.name"][0]], "recorder.email": ["x"]},
    "report9": {**filling.REPORT, "measures.progress": ["ไม่มี", 0.5, 120, "มาก", 100], "measures.summary": [None] * 5,
                "indicators.result": ["ระดับ 4", "ไม่มี", 0, "-", -1, "2-3"], "indicators.weight": [60]},
}  # fmt: skip


@pytest.mark.parametrize("form", WRONG)
def test_no_sentence_has_a_hole(season: Trial, tmp_path: Path, form: str) -> None:
    found, _ = told(season, tmp_path, form, WRONG[form])
    assert len({item["code"] for item in found}) >= 6
    for item in found:
        for text in (item["message"], item["fix"]):
            assert "“”" not in text and "{" not in text and "  " not in text and "()" not in text, item


def test_gaps_of_sentences_are_known() -> None:
    """Every gap of a remedy is one of the file's own list, so that a wrong name can't print a hole."""
    head = (ROOT / "templates" / "texts" / "messages.toml").read_text(encoding="utf-8").split("\n\n")[0]
    known = set(re.findall(r"\{(\w+)\}", head))
    used = {gap for entry in MESSAGES.values() for text in entry.values() for gap in re.findall(r"\{(\w+)\}", text)}
    assert used == known
    assert fill("{a}{b}", {"a": "1"}) == "1"
