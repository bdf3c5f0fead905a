"""What people and programs do to a form: found again by what is seen, never paired wrongly, nothing dropped unsaid."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import filling
import openpyxl
import pytest
from openpyxl.workbook.defined_name import DefinedName
from season_tools import Trial


@pytest.fixture(scope="module")
def season(tmp_path_factory: pytest.TempPathFactory) -> Trial:
    """Give a season with a frozen plan, an issued report and a survey."""
    trial = Trial(tmp_path_factory.mktemp("damage") / "season")
    trial.file("D01021", "plan", filling.PLAN, "2014-05-20")
    for form in ("report9", "survey"):
        trial.run("issue", form)
    trial.run("issue", "plan")
    return trial


def damaged(season: Trial, tmp_path: Path, form: str, values: filling.Values, change: Any) -> dict[str, Any]:
    """Fill a form, damage it, and give the verdict."""
    path = tmp_path / f"{form}.xlsx"
    book = filling.typed(season.issued("D01021", form), values)
    change(book)
    book.save(path)
    return season.verdict(path, "2014-08-20")


def codes(verdict: dict[str, Any], severity: str = "error") -> list[str]:
    return [item["code"] for item in verdict["findings"] if item["severity"] == severity]


def swap_rows(sheet: Any, a: int, b: int) -> None:
    for col in range(1, sheet.max_column + 1):
        one, two = sheet.cell(a, col), sheet.cell(b, col)
        one.value, two.value = two.value, one.value


def rows_of(book: Any, name: str) -> tuple[Any, list[int]]:
    cells = filling.cells_of(book, name)
    return cells[0].parent, [cell.row for cell in cells]


def test_sorted_rows_keep_their_answers(season: Trial, tmp_path: Path) -> None:
    """Whole rows change places, names stay: what is seen counts."""

    def change(book: Any) -> None:
        sheet, rows = rows_of(book, "indicators.result")
        swap_rows(sheet, rows[0], rows[3])

    verdict = damaged(season, tmp_path, "report9", filling.REPORT, change)
    assert (verdict["verdict"], codes(verdict)) == ("accepted", [])
    assert "repaired" in verdict["flags"]
    assert [row["result"] for row in verdict["answers"]["indicators"]] == ["20", "0", "0", "2", "2", "2"]


def test_rows_sorted_without_their_numbers_are_paired_by_content(season: Trial, tmp_path: Path) -> None:
    def change(book: Any) -> None:
        sheet, rows = rows_of(book, "indicators.result")
        swap_rows(sheet, rows[0], rows[3])
        sheet.cell(rows[0], 1).value, sheet.cell(rows[3], 1).value = 1, 4

    verdict = damaged(season, tmp_path, "report9", filling.REPORT, change)
    assert (verdict["verdict"], codes(verdict)) == ("accepted", [])
    assert [row["result"] for row in verdict["answers"]["indicators"]] == ["20", "0", "0", "2", "2", "2"]


def test_a_deleted_row_is_named_and_no_answer_moves_up(season: Trial, tmp_path: Path) -> None:
    def change(book: Any) -> None:
        sheet, rows = rows_of(book, "indicators.result")
        sheet.delete_rows(rows[1])

    verdict = damaged(season, tmp_path, "report9", {**filling.REPORT, "indicators.result": [20, 7, 3, 2, 1, 5]}, change)
    assert verdict["verdict"] == "returned" and codes(verdict) == ["ROW_MISSING"]
    assert [row["result"] for row in verdict["answers"]["indicators"]] == ["20", None, "3", "2", "1", "5"]


def test_names_that_point_to_a_hidden_sheet_are_not_believed(season: Trial, tmp_path: Path) -> None:
    def change(book: Any) -> None:
        hidden = book.create_sheet("x")
        hidden.sheet_state = "veryHidden"
        for row in range(1, 6):
            hidden.cell(row, 1).value = 100
        book.defined_names["measures.progress"] = DefinedName("measures.progress", attr_text="x!$A$1:$A$5")

    verdict = damaged(season, tmp_path, "report9", filling.REPORT, change)
    assert [row["progress"] for row in verdict["answers"]["measures"]] == ["20", "30", "50", "20", "40"]


def test_names_that_point_beside_the_table_are_said(season: Trial, tmp_path: Path) -> None:
    def change(book: Any) -> None:
        sheet, rows = rows_of(book, "indicators.result")
        area = f"'{sheet.title}'!$Z$8:$Z$13"
        for row in range(8, 14):
            sheet.cell(row, 26).value = 99
        book.defined_names["indicators.result"] = DefinedName("indicators.result", attr_text=area)

    verdict = damaged(season, tmp_path, "report9", filling.REPORT, change)
    assert "NAME_WRONG" in codes(verdict, "warning")
    assert [row["result"] for row in verdict["answers"]["indicators"]] == ["20", "0", "0", "2", "2", "2"]


@pytest.mark.parametrize("names", [True, False])
def test_a_row_inserted_above_a_growing_table(season: Trial, tmp_path: Path, names: bool) -> None:
    def change(book: Any) -> None:
        sheet, rows = rows_of(book, "risks.step")
        sheet.insert_rows(2)
        if not names:
            for name in [name for name in book.defined_names if name.startswith("risks.")]:
                del book.defined_names[name]

    verdict = damaged(season, tmp_path, "plan", filling.PLAN, change)
    assert (verdict["verdict"], codes(verdict)) == ("accepted", [])
    assert [row["step"] for row in verdict["answers"]["risks"]] == ["ให้คำปรึกษา"]


def test_a_renamed_sheet_is_found_by_its_title(season: Trial, tmp_path: Path) -> None:
    def change(book: Any) -> None:
        book["ปัญหาหรือความเสี่ยง"].title = "Sheet7"
        for name in list(book.defined_names):
            del book.defined_names[name]

    verdict = damaged(season, tmp_path, "plan", filling.PLAN, change)
    assert (verdict["verdict"], codes(verdict)) == ("accepted", [])
    assert verdict["answers"]["risks"][0]["risk"] == "เรียกรับสิ่งตอบแทน"


def test_a_deleted_sheet(season: Trial, tmp_path: Path) -> None:
    def change(book: Any) -> None:
        del book["ปัญหาหรือความเสี่ยง"]

    verdict = damaged(season, tmp_path, "plan", filling.PLAN, change)
    assert verdict["verdict"] == "returned" and codes(verdict) == ["SHEET_MISSING"]


def test_an_eleventh_indicator_in_the_total_row_is_not_lost(season: Trial, tmp_path: Path) -> None:
    def change(book: Any) -> None:
        sheet, rows = rows_of(book, "indicators.name")
        sheet.cell(rows[-1] + 1, 2).value = "ตัวชี้วัดที่ 11"
        sheet.cell(rows[-1] + 1, 4).value = 10

    verdict = damaged(season, tmp_path, "plan", filling.PLAN, change)
    assert verdict["verdict"] == "returned"
    assert [(item["code"], item["cell"], item["raw"]) for item in verdict["findings"] if item["severity"] == "error"] == [
        ("OUTSIDE_TABLE", "B18", ""), ("OUTSIDE_TABLE", "D18", ""),
    ]  # fmt: skip


def test_what_stands_beside_and_below(season: Trial, tmp_path: Path) -> None:
    def change(book: Any) -> None:
        sheet, rows = rows_of(book, "activities.activity")
        sheet.cell(rows[0], 12).value = "บันทึกของฉัน"
        sheet.cell(rows[-1] + 3, 3).value = "กิจกรรมที่ 21"
        book["เกณฑ์พื้นฐาน"]["B20"] = "(6) เพิ่มเติม"
        book.create_sheet("ร่าง")["A1"] = "ฉบับร่าง"

    verdict = damaged(season, tmp_path, "plan", filling.PLAN, change)
    assert verdict["verdict"] == "returned"
    assert sorted(codes(verdict)) == ["OUTSIDE_TABLE"]
    assert sorted(code for code in codes(verdict, "info") if code != "READ_AS") == ["NOT_READ", "NOT_READ"]
    assert [item["cell"] for item in verdict["findings"] if (item["code"], item["severity"]) == ("NOT_READ", "warning")] == ["B20"]


def test_a_second_copy_of_a_sheet_needs_people(season: Trial, tmp_path: Path) -> None:
    def change(book: Any) -> None:
        book.copy_worksheet(book["ปัญหาหรือความเสี่ยง"])["B8"].value = "อีกแบบหนึ่ง"

    verdict = damaged(season, tmp_path, "plan", filling.PLAN, change)
    assert (verdict["verdict"], codes(verdict)) == ("returned", ["SHEET_TWICE"])
    (said,) = [item["message"] for item in verdict["findings"] if item["code"] == "SHEET_TWICE"]
    assert "ปัญหาหรือความเสี่ยง" in said and "1 cells: B8." in said


def test_a_copy_that_says_the_same_is_no_fault(season: Trial, tmp_path: Path) -> None:
    verdict = damaged(season, tmp_path, "plan", filling.PLAN, lambda book: book.copy_worksheet(book["ปัญหาหรือความเสี่ยง"]))
    assert (verdict["verdict"], codes(verdict)) == ("accepted", [])
    assert codes(verdict, "info").count("NOT_READ") == 1


@pytest.mark.parametrize(("table", "first", "last", "start", "end"), [
    ("indicators", "name", "level5", "B8", "C8:L13"), ("activities", "activity", "output", "B8", "C8:I8"), ("risks", "step", "effect", "B8", "C8:F8"),
])  # fmt: skip
def test_a_block_pasted_aside_is_one_fault(season: Trial, tmp_path: Path, table: str, first: str, last: str, start: str, end: str) -> None:
    def change(book: Any) -> None:
        cells, right = filling.cells_of(book, f"{table}.{first}"), filling.cells_of(book, f"{table}.{last}")[0].column
        for cell in (cell for cell in cells if cell.value is not None):
            values = [cell.parent.cell(cell.row, col).value for col in range(cell.column, right + 1)]
            values = ["ปัจจัย" if str(value).startswith("=") else value for value in values]
            for col, value in enumerate([None, *values], cell.column):
                cell.parent.cell(cell.row, col).value = value

    verdict = damaged(season, tmp_path, "plan", filling.PLAN, change)
    errors = [item for item in verdict["findings"] if item["severity"] == "error"]
    assert [(item["code"], item["cell"]) for item in errors] == [("SHIFTED", start)] and end in errors[0]["fix"]
    assert all(value is None for name, value in verdict["answers"][table][0].items() if name != "factor_name")
    # What stands beside is the block's own.
    assert not {"NOT_READ", "OUTSIDE_TABLE", "LOCKED_CHANGED"} & {item["code"] for item in verdict["findings"]}


def test_columns_that_are_merely_wrong_are_no_block_pasted_aside(season: Trial, tmp_path: Path) -> None:
    values = {**filling.PLAN, **{f"indicators.level{n}": ["สูง"] * 6 for n in range(1, 6)}}

    def change(book: Any) -> None:
        cell = filling.cells_of(book, "indicators.level5")[0]
        cell.parent.cell(cell.row, cell.column + 1).value = "ดูบันทึก"

    verdict = damaged(season, tmp_path, "plan", values, change)
    assert set(codes(verdict)) == {"BAD_NUMBER", "OUTSIDE_TABLE"}
    (said,) = [item for item in verdict["findings"] if item["code"] == "OUTSIDE_TABLE"]
    assert said["cell"] == "L8" and "“ดูบันทึก”" in said["message"]


def test_a_long_text_outside_is_quoted_shortly_and_never_beside_persons(season: Trial, tmp_path: Path) -> None:
    def change(book: Any) -> None:
        sheet, rows = rows_of(book, "risks.step")
        sheet.cell(rows[-1] + 3, 3).value = "ก" * 61
        book["ผู้บันทึกและผู้รับรอง"]["B26"] = "นายลับ ใจดี"

    said = {
        (item["sheet"], item["cell"]): item["message"]
        for item in damaged(season, tmp_path, "plan", filling.PLAN, change)["findings"]
        if item["code"] in ("NOT_READ", "OUTSIDE_TABLE")
    }
    assert "“" + "ก" * 60 + "…”" in said["ปัญหาหรือความเสี่ยง", "C20"]
    assert "ลับ" not in said["ผู้บันทึกและผู้รับรอง", "B26"] and "“”" not in said["ผู้บันทึกและผู้รับรอง", "B26"]


def test_a_target_that_is_no_number_never_freezes(season: Trial, tmp_path: Path) -> None:
    verdict = damaged(season, tmp_path, "plan", {**filling.PLAN, "indicators.level3": ["-", 80, 3, 1, 3, 3]}, lambda book: None)
    found = [(item["code"], item["cell"]) for item in verdict["findings"] if item["severity"] == "error"]
    assert ("TARGET_MISSING", "I8") in found


def test_percent_formats(season: Trial, tmp_path: Path) -> None:
    def change(book: Any) -> None:
        for name, values in (("measures.progress", [0.2, 0.3, 0.5, 0.2, 1]),):
            for cell, value in zip(filling.cells_of(book, name), values, strict=True):
                cell.value, cell.number_format = value, "0%"
        filling.cells_of(book, "measures.in_time")[4].value = "ใช่"

    verdict = damaged(season, tmp_path, "report9", filling.REPORT, change)
    assert [row["progress"] for row in verdict["answers"]["measures"]] == ["20", "30", "50", "20", "100"]


def test_a_weight_under_a_percent_format_counts_as_it_is_seen(season: Trial, tmp_path: Path) -> None:
    def change(book: Any) -> None:
        cell = filling.cells_of(book, "indicators.weight")[0]
        cell.value, cell.number_format = 0.5, "0%"

    verdict = damaged(season, tmp_path, "plan", filling.PLAN, change)
    assert (codes(verdict), verdict["answers"]["indicators"][0]["weight"]) == ([], "50")


def test_criteria_under_a_percent_format_count_as_they_are_seen(season: Trial, tmp_path: Path) -> None:
    """`40%` typed into a cell of numbers: one criterion, or all of them, and none may become a fraction."""
    def change(book: Any) -> None:
        for level, value in enumerate((0.4, 0.5, 0.6, 0.7, 0.8), 1):
            cell = filling.cells_of(book, f"indicators.level{level}")[0]
            cell.value, cell.number_format = value, "0.00%"
        cell = filling.cells_of(book, "indicators.level1")[1]
        cell.value, cell.number_format = 0.6, "0%"

    verdict = damaged(season, tmp_path, "plan", filling.PLAN, change)
    kept = [[row[f"level{level}"] for level in range(1, 6)] for row in verdict["answers"]["indicators"][:2]]
    assert (verdict["verdict"], kept) == ("accepted", [["40", "50", "60", "70", "80"], ["60", "70", "80", "90", "100"]])


def test_a_renamed_readiness_sheet_is_no_copy(season: Trial, tmp_path: Path) -> None:
    def change(book: Any) -> None:
        book["พร้อมส่ง"].title = "ตรวจแล้ว"

    verdict = damaged(season, tmp_path, "plan", filling.PLAN, change)
    assert (verdict["verdict"], codes(verdict)) == ("accepted", [])


def test_a_wrong_choice_names_the_answers(season: Trial, tmp_path: Path) -> None:
    verdict = damaged(season, tmp_path, "plan", {**filling.PLAN, "general.stage": ["สุดท้าย"]}, lambda book: None)
    found = next(item for item in verdict["findings"] if item["code"] == "BAD_CHOICE")
    assert "preliminary" not in found["fix"] and "เบื้องต้น / ฉบับสมบูรณ์" in found["fix"]


def test_a_changed_label_is_no_small_thing(season: Trial, tmp_path: Path) -> None:
    def change(book: Any) -> None:
        sheet, rows = rows_of(book, "indicators.level1")
        head = rows[0] - 1
        one, five = sheet.cell(head, 7), sheet.cell(head, 11)
        assert "1" in one.value and "5" in five.value
        one.value = "เกณฑ์อื่น"
        cell = filling.cells_of(book, "certifier.position")[0].offset(0, -1)
        cell.value = "หน่วยงาน"

    verdict = damaged(season, tmp_path, "plan", filling.PLAN, change)
    found = {(item["code"], item["cell"]) for item in verdict["findings"] if item["severity"] == "error"}
    assert found == {("LOCKED_CHANGED", "G7"), ("LOCKED_CHANGED", "A16")}
    assert verdict["verdict"] == "returned"


def test_a_factor_typed_over_its_formula_is_reported_and_not_believed(season: Trial, tmp_path: Path) -> None:
    def change(book: Any) -> None:
        filling.cells_of(book, "measures.factor")[1].value = "ปัจจัยอื่น"

    verdict = damaged(season, tmp_path, "plan", filling.PLAN, change)
    found = [(item["code"], item["cell"]) for item in verdict["findings"] if item["severity"] == "error"]
    assert found == [("LOCKED_CHANGED", "B9")]
    assert verdict["answers"]["measures"][1]["factor"] == "มีฐานข้อมูลประกอบการตัดสินใจ"


def test_progress_below_the_round_before_is_asked_about(season: Trial, tmp_path: Path) -> None:
    season.run("nightly", day="2014-08-20")
    path = season.drop("D01021", "report9", filling.REPORT)
    assert season.run("nightly", day="2014-08-20").status == 0
    season.run("issue", "report12", "--agency", "D01021", day="2014-10-10")
    values = {**filling.REPORT12, "measures.progress": [100, 29, 100, 100, 100], "indicators.result": [60, 80, 3, 2, 3, 3]}
    late = filling.fill(season.issued("D01021", "report12"), tmp_path / "late.xlsx", values)
    verdict = season.verdict(late, "2014-10-10")
    assert verdict["verdict"] == "accepted"
    assert [(item["code"], item["raw"]) for item in verdict["findings"] if item["severity"] == "warning"] == [("PROGRESS_FELL", "29")]
    path.unlink()


def test_a_signature_a_remark_and_a_pasted_total_are_no_faults(season: Trial, tmp_path: Path) -> None:
    def change(book: Any) -> None:
        book["ผู้บันทึกและผู้รับรอง"]["B20"] = "(ลงชื่อ)……………………"
        sheet, rows = rows_of(book, "indicators.weight")
        sheet.cell(rows[-1] + 1, 4).value = 100
        sheet.cell(rows[-1] + 3, 1).value = "หมายเหตุ: ข้อมูล ณ วันที่ 30 มิถุนายน 2557"

    verdict = damaged(season, tmp_path, "plan", filling.PLAN, change)
    assert (verdict["verdict"], codes(verdict)) == ("accepted", [])
    assert [code for code in codes(verdict, "warning") if code != "PLACEHOLDER_ZERO"] == ["NOT_READ", "NOT_READ"]


def found(verdict: dict[str, Any], *wanted: str) -> list[tuple[str, str, str | None, str | None]]:
    """Give (code, severity, sheet, cell) of findings, of all or of those codes."""
    items = [item for item in verdict["findings"] if not wanted or item["code"] in wanted]
    return [(item["code"], item["severity"], item["sheet"], item["cell"]) for item in items]


def test_a_deleted_line_is_named_and_no_answer_moves_up(season: Trial, tmp_path: Path) -> None:
    """The label of the line is what an officer looks for; the lines below keep their answers."""
    place: dict[str, str] = {}

    def change(book: Any) -> None:
        cell = filling.cells_of(book, "general.work_process")[0]
        place.update(sheet=cell.parent.title, cell=cell.coordinate)
        cell.parent.delete_rows(cell.row)

    verdict = damaged(season, tmp_path, "plan", filling.PLAN, change)
    errors = [item for item in verdict["findings"] if item["severity"] == "error"]
    assert [(item["code"], item["sheet"], item["cell"]) for item in errors] == [("LINE_MISSING", place["sheet"], place["cell"])]
    assert "กระบวนงาน" in errors[0]["message"]
    kept = verdict["answers"]["general"][0]
    assert kept["work_process"] is None and kept["process_type"] == "3" and kept["stage"] == "final"


def test_an_entry_merged_away_is_named(season: Trial, tmp_path: Path) -> None:
    def change(book: Any) -> None:
        sheet, rows = rows_of(book, "indicators.result")
        col = filling.cells_of(book, "indicators.result")[0].column
        sheet.merge_cells(start_row=rows[1], end_row=rows[2], start_column=col, end_column=col)
        place.update(sheet=sheet.title, cell=sheet.cell(rows[2], col).coordinate)

    place: dict[str, str] = {}
    verdict = damaged(season, tmp_path, "report9", filling.REPORT, change)
    assert [item for item in found(verdict) if item[1] == "error"] == [("MERGED", "error", place["sheet"], place["cell"])]
    assert verdict["answers"]["indicators"][2]["result"] is None


def test_merging_with_blank_neighbours_is_no_harm(season: Trial, tmp_path: Path) -> None:
    def change(book: Any) -> None:
        cell = filling.cells_of(book, "obstacles.obstacles")[0]
        cell.parent.merge_cells(
            start_row=cell.row, end_row=cell.row, start_column=cell.column, end_column=cell.column + 2
        )

    verdict = damaged(season, tmp_path, "report9", filling.REPORT, change)
    assert verdict["verdict"] == "accepted" and found(verdict, "MERGED") == []


@pytest.mark.parametrize("way", ["row", "column", "sheet"])
def test_hidden_answers_need_people(season: Trial, tmp_path: Path, way: str) -> None:
    place: dict[str, str] = {}

    def change(book: Any) -> None:
        cells = filling.cells_of(book, "indicators.result")
        sheet = cells[0].parent
        place.update(sheet=sheet.title)
        if way == "row":
            sheet.row_dimensions[cells[3].row].hidden = True
        elif way == "column":
            sheet.column_dimensions[cells[0].column_letter].hidden = True
        else:
            sheet.sheet_state = "hidden"
        place["cell"] = cells[3].coordinate

    verdict = damaged(season, tmp_path, "report9", filling.REPORT, change)
    hidden = found(verdict, "HIDDEN_ANSWER")
    assert verdict["verdict"] == "returned"
    assert {item[1:3] for item in hidden} == {("error", place["sheet"])}
    if way != "sheet":
        assert place["cell"] in {item[3] for item in hidden}
        assert len(hidden) == (1 if way == "row" else len(verdict["answers"]["indicators"]))


@pytest.mark.parametrize(
    "code",
    ['"100"', "0,", ";;;", '0"0"', '"-"0', r"\-0", "-0", "[Red]-0", "(0)", "[$1]0", "[$9-41E]0", '0"."00', '"."0', '"1"0', '"0."0', "00-00"],
)
def test_a_format_that_shows_something_else_is_said(season: Trial, tmp_path: Path, code: str) -> None:
    place: dict[str, str] = {}

    def change(book: Any) -> None:
        cell = filling.cells_of(book, "indicators.result")[1]
        cell.value, cell.number_format = 7, code
        place.update(sheet=cell.parent.title, cell=cell.coordinate)

    verdict = damaged(season, tmp_path, "report9", filling.REPORT, change)
    assert found(verdict, "SHOWN_OTHERWISE") == [("SHOWN_OTHERWISE", "error", place["sheet"], place["cell"])]
    assert verdict["verdict"] == "returned"


@pytest.mark.parametrize("code", [
    "0.00", "#,##0", '#,##0.00;[Red]-#,##0.00;"-"', "[$-D00041E]#,##0.00", '0.00" %"', "@", "t0.00", "_-* #,##0.00_-;-* #,##0.00_-",
    "_(* #,##0_);_(* (#,##0);_(* \"-\"_);_(@_)", '"ร้อยละ "0.00', '0" ครั้ง (สะสม)"', "[$฿-41E]#,##0.00", "0.00E+00", "[>=100]0;0.0", "General",
])
def test_honest_formats_are_no_fault(season: Trial, tmp_path: Path, code: str) -> None:
    def change(book: Any) -> None:
        cell = filling.cells_of(book, "indicators.result")[1]
        cell.value, cell.number_format = 7, code

    assert found(damaged(season, tmp_path, "report9", filling.REPORT, change), "SHOWN_OTHERWISE") == []


def test_a_moved_table_says_from_where_to_where(season: Trial, tmp_path: Path) -> None:
    def change(book: Any) -> None:
        sheet, rows = rows_of(book, "indicators.result")
        swap_rows(sheet, rows[0], rows[3])

    verdict = damaged(season, tmp_path, "report9", filling.REPORT, change)
    (moved,) = [item["message"] for item in verdict["findings"] if item["code"] == "NAME_MOVED"]
    cells = [cell.coordinate for cell in filling.cells_of(filling_book(season, "report9"), "indicators.name")]
    assert f"from {cells[0]}, {cells[3]} to {cells[3]}, {cells[0]}" in moved


def filling_book(season: Trial, form: str) -> Any:
    return openpyxl.load_workbook(season.issued("D01021", form))


def test_a_renamed_sheet_is_said_before_and_after(season: Trial, tmp_path: Path) -> None:
    names: dict[str, str] = {}

    def change(book: Any) -> None:
        sheet = filling.cells_of(book, "indicators.result")[0].parent
        names["before"] = sheet.title
        sheet.title = "งานของเรา"

    verdict = damaged(season, tmp_path, "report9", filling.REPORT, change)
    (said,) = [item for item in verdict["findings"] if item["code"] == "SHEET_RENAMED"]
    assert verdict["verdict"] == "accepted" and said["sheet"] == "งานของเรา" and names["before"] in said["message"]
    assert found(verdict, "NAME_MOVED") == []


def test_a_table_that_nothing_names_any_more(season: Trial, tmp_path: Path) -> None:
    """Title, headings and cell names are gone: what stands there can't be told."""

    def change(book: Any) -> None:
        cells = filling.cells_of(book, "indicators.name")
        for row in cells[0].parent.iter_rows(max_row=cells[0].row - 1):
            for cell in row:
                if not isinstance(cell, openpyxl.cell.cell.MergedCell):
                    cell.value = None
        for name in list(book.defined_names):
            if name.startswith("indicators."):
                del book.defined_names[name]

    verdict = damaged(season, tmp_path, "report9", filling.REPORT, change)
    lost = [item for item in found(verdict) if item[1] == "error"]
    assert lost == [("TABLE_MISSING", "error", "ความก้าวหน้าตามตัวชี้วัด", "A5")]
    assert "indicators" not in verdict["answers"]


@pytest.mark.parametrize("names", [True, False])
@pytest.mark.parametrize("gone", [(0,), (1,), (4,), (0, 1), (1, 3)])
def test_a_deleted_card_takes_no_other_with_it(season: Trial, tmp_path: Path, gone: tuple[int, ...], names: bool) -> None:
    """Every card keeps its own answers, known by its locked measure and its title; the deleted ones are named."""

    def change(book: Any) -> None:
        cells = filling.cells_of(book, "measures.factor")
        size = cells[1].row - cells[0].row
        for at in reversed(gone):
            cells[0].parent.delete_rows(cells[at].row - 1, size)
        for name in [] if names else list(book.defined_names):
            del book.defined_names[name]

    verdict = damaged(season, tmp_path, "report9", filling.REPORT, change)
    errors = [item for item in verdict["findings"] if item["severity"] == "error"]
    assert [(item["code"], item["cell"]) for item in errors] == [("ROW_MISSING", "A5")]
    assert ", ".join(str(at + 1) for at in gone) in errors[0]["message"]
    progress = ["20", "30", "50", "20", "40"]
    assert [row["progress"] for row in verdict["answers"]["measures"]] == [None if at in gone else progress[at] for at in range(5)]


def test_cards_in_another_order_keep_their_answers(season: Trial, tmp_path: Path) -> None:
    """The content of two cards changes places, titles stay: the locked measure says whose answers they are."""

    def change(book: Any) -> None:
        names = ("factor", "measure", "progress", "in_time", "summary", "output")
        for name in names:
            one, two = (filling.cells_of(book, f"measures.{name}")[at] for at in (0, 2))
            one.value, two.value = two.value, one.value

    verdict = damaged(season, tmp_path, "report9", filling.REPORT, change)
    assert (verdict["verdict"], codes(verdict)) == ("accepted", [])
    assert [row["progress"] for row in verdict["answers"]["measures"]] == ["20", "30", "50", "20", "40"]


def test_a_line_deleted_within_a_card(season: Trial, tmp_path: Path) -> None:
    place: dict[str, str] = {}

    def change(book: Any) -> None:
        cell = filling.cells_of(book, "measures.summary")[1]
        place["cell"] = cell.coordinate
        cell.parent.delete_rows(cell.row)

    verdict = damaged(season, tmp_path, "report9", filling.REPORT, change)
    assert [(item[0], item[3]) for item in found(verdict) if item[1] == "error"] == [("LINE_MISSING", place["cell"])]
    assert [row["progress"] for row in verdict["answers"]["measures"]] == ["20", "30", "50", "20", "40"]


def test_a_row_too_low_to_be_read_is_hidden(season: Trial, tmp_path: Path) -> None:
    place: dict[str, str] = {}

    def change(book: Any) -> None:
        cell = filling.cells_of(book, "indicators.result")[3]
        place["cell"] = cell.coordinate
        cell.parent.row_dimensions[cell.row].height = 1

    verdict = damaged(season, tmp_path, "report9", filling.REPORT, change)
    assert [(item[0], item[3]) for item in found(verdict) if item[1] == "error"] == [("HIDDEN_ANSWER", place["cell"])]


def test_the_total_row_is_ours_when_the_first_row_is_gone(season: Trial, tmp_path: Path) -> None:
    def change(book: Any) -> None:
        sheet, rows = rows_of(book, "indicators.result")
        sheet.delete_rows(rows[0])

    verdict = damaged(season, tmp_path, "report9", filling.REPORT, change)
    assert codes(verdict) == ["ROW_MISSING"]


def test_where_passports_disagree_the_majority_names_the_agency(season: Trial, tmp_path: Path) -> None:
    """The custom property is another agency's: the file goes back to the agency of sheet and foot line."""
    season.run("issue", "plan", "--agency", "D01002")
    other = openpyxl.load_workbook(season.issued("D01002", "plan")).custom_doc_props

    def change(book: Any) -> None:
        for prop in list(book.custom_doc_props.props):
            theirs = next((item for item in other.props if item.name == prop.name), None)
            if theirs is not None:
                prop.value = theirs.value

    verdict = damaged(season, tmp_path, "plan", filling.PLAN, change)
    assert "PASSPORT_DISAGREES" in codes(verdict) and verdict["agency"] == "D01021"
