"""The review form shows what the agencies wrote: nobody opens a plan beside it."""

from __future__ import annotations

import shutil
from pathlib import Path

import filling
import openpyxl
import pytest
from season_tools import Trial, reviewed
from test_roundtrip import FORMS
from test_roundtrip import issued as carried

from templates.build import build
from templates.layout import GRID_WIDTH
from templates.load import SHIPPED, load_framework
from templates.spec import Form
from workbook.errors import SpecError

FIELDS = ("rationale", "objective", "risk_analysis", "approach", "success")
TEXTS = [filling.PLAN[f"basics.{name}"][0] for name in FIELDS]


@pytest.fixture(scope="module")
def issued(tmp_path_factory: pytest.TempPathFactory) -> tuple[Trial, openpyxl.Workbook]:
    """Give a season with one accepted plan, and the review of its ministry."""
    trial = Trial(tmp_path_factory.mktemp("review") / "season")
    assert trial.file("D01021", "plan", filling.PLAN, "2014-05-20").status == 0
    assert trial.run("issue", "review", "--agency", "OPM").status == 0
    return trial, openpyxl.load_workbook(trial.issued("OPM", "review"))


def column(book: openpyxl.Workbook, name: str) -> list[object]:
    return [cell.value for cell in filling.cells_of(book, name)]


def test_every_criterion_stands_beside_its_text(issued: tuple[Trial, openpyxl.Workbook]) -> None:
    trial, book = issued
    assert column(book, "basics.plan_text") == TEXTS
    assert len(set(column(book, "basics.criterion"))) == 5
    assert all(cell.protection.locked for cell in filling.cells_of(book, "basics.plan_text"))


def test_every_factor_stands_beside_its_measures(issued: tuple[Trial, openpyxl.Workbook]) -> None:
    _, book = issued
    assert column(book, "factors.current_measure") == filling.PLAN["measures.current_measure"]
    assert column(book, "factors.measure") == filling.PLAN["measures.additional_measure"]


def test_a_changed_text_of_the_plan_is_found(issued: tuple[Trial, openpyxl.Workbook], tmp_path: Path) -> None:
    trial, _ = issued
    path = reviewed(trial.issued("OPM", "review"), tmp_path / "review.xlsx")
    assert trial.verdict(path)["verdict"] == "accepted"
    book = openpyxl.load_workbook(path)
    cell = filling.cells_of(book, "basics.plan_text")[2]
    cell.value = "ข้อความอื่น"
    book.save(path)
    verdict = trial.verdict(path)
    assert [(item["code"], item["cell"]) for item in verdict["findings"] if item["severity"] == "error"] == [("LOCKED_CHANGED", cell.coordinate)]


@pytest.mark.parametrize("framework", ["dept_2557", "prov_2557"])
def test_the_sheets_fit_one_page_width(framework: str) -> None:
    for table in load_framework(SHIPPED / framework).form("review").tables:
        assert 8 + sum(item.width for item in table.fields) <= GRID_WIDTH


def test_a_criterion_that_names_no_answer_of_the_plan_is_a_mistake(tmp_path: Path) -> None:
    folder = tmp_path / "dept_2557"
    shutil.copytree(SHIPPED / "dept_2557", folder)
    path = folder / "basic_criteria.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(",approach,", ",aproach,"), encoding="utf-8")
    with pytest.raises(SpecError, match=r"basics\.plan_text: the list names the unknown answer basics\.aproach"):
        load_framework(folder)


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.full_id)
def test_the_first_sheet_speaks_of_stars_where_there_are_any(form: Form) -> None:
    sheets = build(carried(form)).sheets
    shown = [item.value for sheet in sheets[1:] for item in (*sheet.puts, *sheet.merges)]
    starred = any(isinstance(text, str) and text.endswith("*") and not text.startswith("*") for text in shown)
    told = [item.value for item in (*sheets[0].puts, *sheets[0].merges) if "*" in str(item.value).replace("**", "")]
    assert len(told) == (2 if starred else 0)
    assert starred is (form.id not in ("review", "survey", "ita_result"))
