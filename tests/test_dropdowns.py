"""A pasted cell has lost its list: the value is checked all the same, and the cell is named."""

from __future__ import annotations

import zipfile
from pathlib import Path

import filling
import openpyxl
import pytest
from season_tools import Trial
from test_guards import SOFFICE, calculated

from workbook.address import Cell
from workbook.ods import scan
from workbook.read import read

KEPT = "general.process_type"


def without_list(source: Path, target: Path, name: str, value: str | None = None) -> str:
    """Take the list away from a field's cells as pasting does, and paste a value; gives the first cell."""
    book = openpyxl.load_workbook(source)
    cells = filling.cells_of(book, name)
    sheet = cells[0].parent
    rules = sheet.data_validations
    mine = {cell.coordinate for cell in cells}
    rules.dataValidation = [rule for rule in rules.dataValidation if not mine & set(str(rule.sqref).split(":"))]
    if value is not None:
        cells[0].value = value
    book.save(target)
    return str(cells[0].coordinate)


def found(verdict: dict[str, list[dict[str, str]]], code: str) -> list[tuple[str, str]]:
    return [(item["cell"], item["severity"]) for item in verdict["findings"] if item["code"] == code]


def test_a_right_value_pasted_over_a_list_is_accepted_and_said(year: Trial, tmp_path: Path) -> None:
    plan = filling.fill(year.issued("D01021", "plan"), tmp_path / "plan.xlsx", filling.PLAN)
    cell = without_list(plan, tmp_path / "pasted.xlsx", KEPT)
    before, after = year.verdict(plan), year.verdict(tmp_path / "pasted.xlsx")
    assert before["verdict"] == after["verdict"] == "accepted"
    assert found(before, "DROPDOWN_LOST") == []
    assert found(after, "DROPDOWN_LOST") == [(cell, "info")]
    assert after["answers"] == before["answers"]


def test_a_wrong_value_pasted_over_a_list_goes_back_with_its_cell(year: Trial, tmp_path: Path) -> None:
    plan = filling.fill(year.issued("D01021", "plan"), tmp_path / "plan.xlsx", filling.PLAN)
    cell = without_list(plan, tmp_path / "pasted.xlsx", KEPT, "ประเภทอื่น")
    verdict = year.verdict(tmp_path / "pasted.xlsx")
    assert verdict["verdict"] == "returned"
    assert found(verdict, "BAD_CHOICE") == [(cell, "error")]
    assert found(verdict, "DROPDOWN_LOST") == [(cell, "info")]


@pytest.mark.parametrize("where", ["main", "x14"])
def test_lists_are_seen_in_both_places_where_excel_keeps_them(tmp_path: Path, where: str) -> None:
    book = openpyxl.Workbook()
    book.active["C5"] = 1
    plain = tmp_path / "plain.xlsx"
    book.save(plain)
    inner = '<dataValidation type="list" sqref="B2:C3 C5"><formula1>"a,b"</formula1></dataValidation>'
    extension = (
        '<extLst><ext xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main" '
        'xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main" uri="{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}">'
        '<x14:dataValidations count="1"><x14:dataValidation type="list"><x14:formula1><xm:f>Z!$A$1</xm:f></x14:formula1>'
        "<xm:sqref>B2:C3 C5</xm:sqref></x14:dataValidation></x14:dataValidations></ext></extLst>"
    )
    part = f'<dataValidations count="1">{inner}</dataValidations>' if where == "main" else extension
    target = tmp_path / "made.xlsx"
    with zipfile.ZipFile(plain) as source, zipfile.ZipFile(target, "w") as made:
        for name in source.namelist():
            data = source.read(name)
            if name == "xl/worksheets/sheet1.xml":
                text = data.decode()
                assert "<pageMargins" in text
                if where == "main":
                    text = text.replace("<pageMargins", part + "<pageMargins")
                else:
                    text = text.replace("</worksheet>", part + "</worksheet>")
                data = text.encode()
            made.writestr(name, data)
    raw, findings = read(target.read_bytes())
    assert raw is not None, findings
    sheet = raw.sheets[0]
    assert sheet.offers(Cell(3, 3)) and sheet.offers(Cell(5, 3))
    assert not sheet.offers(Cell(4, 3)) and not sheet.offers(Cell(1, 1))


def test_a_deleted_sheet_of_lists_is_said_and_changes_nothing(year: Trial, tmp_path: Path) -> None:
    """Google Sheets drops very hidden sheets; the values are checked against our own lists."""
    plan = filling.fill(year.issued("D01021", "plan"), tmp_path / "plan.xlsx", filling.PLAN)
    book = openpyxl.load_workbook(plan)
    del book["_lists"]
    book.save(tmp_path / "gone.xlsx")
    before, after = year.verdict(plan), year.verdict(tmp_path / "gone.xlsx")
    assert [item["severity"] for item in after["findings"] if item["code"] == "LISTS_GONE"] == ["info"]
    assert not any(item["code"] == "LISTS_GONE" for item in before["findings"])
    assert (after["verdict"], after["flags"], after["answers"]) == (before["verdict"], before["flags"], before["answers"])


def test_a_form_without_choices_misses_no_lists(year: Trial, tmp_path: Path) -> None:
    assert year.run("issue", "dept_2557/respondents", "--agency", "D01021").status == 0
    path = filling.fill(year.issued("D01021", "respondents"), tmp_path / "people.xlsx", {"respondents.name": ["ก"], "respondents.phone": ["ไม่มี"]})
    book = openpyxl.load_workbook(path)
    del book["_lists"]
    book.save(path)
    assert not any(item["code"] == "LISTS_GONE" for item in year.verdict(path)["findings"])


# --- OpenDocument ----------------------------------------------------------------------------------------------------


@pytest.mark.skipif(SOFFICE is None, reason="LibreOffice (soffice) is not installed; it saves the files of this test")
@pytest.mark.slow
def test_a_lost_list_is_seen_in_ods_too(year: Trial, tmp_path: Path) -> None:
    plan = filling.fill(year.issued("D01021", "plan"), tmp_path / "plan.xlsx", filling.PLAN)
    cell = without_list(plan, tmp_path / "pasted.xlsx", KEPT)
    whole, pasted = calculated([plan, tmp_path / "pasted.xlsx"], "ods", tmp_path / "out")
    before, after = year.verdict(whole), year.verdict(pasted)
    assert before["verdict"] == after["verdict"] == "accepted"
    assert found(before, "DROPDOWN_LOST") == []
    assert found(after, "DROPDOWN_LOST") == [(cell, "info")]
    assert after["answers"] == before["answers"]


def test_lists_of_ods_cells_are_gathered_by_area() -> None:
    """Cells and rows repeat; cells below each other with one list are one area, whatever stands in them."""
    listed = "<table:table-cell table:content-validation-name='list'{}/>"
    other = "<table:table-cell table:content-validation-name='number'/>"
    rows = [
        "<table:table-row table:number-rows-repeated='3'>{}{}</table:table-row>".format(other, listed.format("")),
        "<table:table-row>{}{}</table:table-row>".format(other, listed.format("")),
        "<table:table-row>{}</table:table-row>".format(listed.format(" table:number-columns-repeated='2'")),
    ]
    spaces = "".join(f" xmlns:{name}='urn:oasis:names:tc:opendocument:xmlns:{name}:1.0'" for name in ("office", "table"))
    rules = "".join(
        f"<table:content-validation table:name='{name}' table:condition='of:{condition}'/>"
        for name, condition in (("list", "cell-content-is-in-list(x)"), ("number", "cell-content-is-decimal-number()"))
    )
    body = f"<table:content-validations>{rules}</table:content-validations><table:table table:name='a'>{''.join(rows)}</table:table>"
    content = f"<office:document-content{spaces}><office:body><office:spreadsheet>{body}</office:spreadsheet></office:body></office:document-content>"
    (sheet,) = scan({"content.xml": content.encode()}).sheets
    assert sheet.lists == ((Cell(1, 2), Cell(4, 2)), (Cell(5, 1), Cell(5, 2)))
