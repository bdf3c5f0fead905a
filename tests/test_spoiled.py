"""Workbooks spoiled in many ways, as people and programs spoil them: each judged right, and listed in docs/damage.md."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import binary_excel
import client
import filling
import openpyxl
import pytest
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill
from season_tools import Trial

DOCUMENT = Path(__file__).parents[1] / "docs" / "damage.md"
START, END = "<!-- judged -->", "<!-- end -->"
Change = Callable[[Any], None]
Tells = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Spoiled:
    """One way to spoil a workbook and what must come of it.

    `told`: (code, `table.field:n` as issued, or `Sheet!B7` as sent, or "" for the whole file) of every error, and of the
    repairs that matter. `kind` is the kind of file it is saved as; `typed` replaces answers before the change; `reads`:
    what must be read of fields, record by record.
    """

    what: str
    verdict: str
    told: Tells
    why: str
    form: str = "report9"
    change: Change = lambda book: None
    typed: filling.Values | None = None
    kind: str = "xlsx"
    reads: dict[str, list[str | None]] = field(default_factory=dict)


def at(book: Any, place: str) -> Any:
    """Give the cell of `table.field:n`."""
    name, _, n = place.partition(":")
    return filling.cells_of(book, name)[int(n or 1) - 1]


def pasted_block(book: Any) -> None:
    """Paste without lists and formats over a column of choices, as from another workbook."""
    cell = at(book, "indicators.direction")
    rules = cell.parent.data_validations
    rules.dataValidation = [item for item in rules.dataValidation if cell.coordinate not in item.sqref]


def sorted_rows(book: Any) -> None:
    rows = [cell.row for cell in filling.cells_of(book, "indicators.result")]
    sheet = at(book, "indicators.result").parent
    held = [[sheet.cell(row, col).value for col in range(1, sheet.max_column + 1)] for row in rows]
    for row, values in zip(rows, reversed(held), strict=True):
        for col, value in enumerate(values, 1):
            sheet.cell(row, col).value = value


def renamed(book: Any) -> None:
    at(book, "measures.progress").parent.title = "งานฝ่ายเรา"


def merged_away(book: Any) -> None:
    first, last = at(book, "indicators.result:2"), at(book, "indicators.result:3")
    first.parent.merge_cells(f"{first.coordinate}:{last.coordinate}")


def merged_aside(book: Any) -> None:
    cell = at(book, "obstacles.obstacles")
    cell.parent.merge_cells(start_row=cell.row, end_row=cell.row, start_column=cell.column, end_column=cell.column + 1)


def formulas(book: Any) -> None:
    at(book, "indicators.result:2").value = "=20*4"


def errors(book: Any) -> None:
    cell = at(book, "indicators.result:2")
    cell.value, cell.data_type = "#DIV/0!", "e"


def inserted(book: Any) -> None:
    cell = at(book, "indicators.weight")
    cell.parent.insert_rows(cell.row - 1, 2)


def deleted_row(book: Any) -> None:
    cell = at(book, "indicators.result:2")
    cell.parent.delete_rows(cell.row)


def deleted_line(book: Any) -> None:
    cell = at(book, "general.work_process")
    cell.parent.delete_rows(cell.row)


def copied_sheet(book: Any) -> None:
    book.copy_worksheet(at(book, "indicators.result").parent).title = "สำเนา"


def changed_copy(book: Any) -> None:
    copied_sheet(book)
    book["สำเนา"][at(book, "indicators.result:2").coordinate].value = 75


def renumbered(book: Any) -> None:
    cell = at(book, "indicators.result:2")
    cell.parent.cell(cell.row, 1).value = 5


def pasted_aside(book: Any) -> None:
    """Move the indicators one column to the right, as a block is pasted whose first cell was missed."""
    sheet, cells = at(book, "indicators.name").parent, filling.cells_of(book, "indicators.name")
    last = at(book, "indicators.level5").column
    for row in (cell.row for cell in cells):
        values = [sheet.cell(row, col).value for col in range(cells[0].column, last + 1)]
        for col, value in enumerate([None, *values], cells[0].column):
            sheet.cell(row, col).value = value


def changed_target(book: Any) -> None:
    at(book, "indicators.level3:2").value = 10


def hidden_row(book: Any) -> None:
    cell = at(book, "indicators.result:4")
    cell.parent.row_dimensions[cell.row].hidden = True


def scratch(book: Any) -> None:
    cell = at(book, "measures.summary")
    cell.fill, cell.comment = PatternFill("solid", fgColor="FFFF00"), Comment("ถามกองแผน", "กอง")
    cell.parent.column_dimensions[cell.column_letter].width = 12
    book.create_sheet("คำนวณเล่น")["A1"] = 123


def below_the_table(book: Any) -> None:
    cells = filling.cells_of(book, "indicators.name")
    cells[-1].parent.cell(cells[-1].row + 1, cells[-1].column).value = "ตัวชี้วัดที่ 11 ไม่มีที่ให้กรอก"


def no_names(book: Any) -> None:
    for name in list(book.defined_names):
        del book.defined_names[name]


def half_a_passport(book: Any) -> None:
    del book["_passport"]


def false_format(book: Any) -> None:
    cell = at(book, "indicators.result:2")
    cell.value, cell.number_format = 8, '0"0"'


def column_inserted(book: Any) -> None:
    at(book, "indicators.result").parent.insert_cols(1)


def true_date(book: Any) -> None:
    cell = at(book, "activities.start:5")
    cell.value, cell.number_format = date(2014, 6, 30), "dd/mm/yyyy"


FIVE_DATES = {
    "activities.activity": [f"อบรม ครั้งที่ {n}" for n in range(1, 6)],
    "activities.factor": ["ปัจจัยที่ 4"] * 5,
    "activities.start": ["๓๐ มิ.ย. ๒๕๕๗", "30/6/2557", "30 มิถุนายน 57", "2014-06-30", None],
    "activities.end": ["30 ก.ย. 2557"] * 5,
    "activities.responsible": ["สำนักงานเลขาธิการ"] * 5,
    "activities.output": [f"ผู้ผ่านการอบรม {n}0 คน" for n in range(1, 6)],
}

RESULTS: dict[str, list[str | None]] = {"indicators.result": ["20", "0", "0", "2", "2", "2"]}
"""What a report says of its indicators unless a case says otherwise."""

SPOILED = {
    "pasted_block": Spoiled(
        "answers pasted from elsewhere; the lists to choose from are gone", "accepted",
        (("DROPDOWN_LOST", "indicators.direction:1"),),
        "every pasted choice is checked again; it is one of the list's", form="plan", change=pasted_block,
    ),
    "sorted_rows": Spoiled(
        "rows sorted the other way round", "accepted", (("NAME_MOVED", ""),),
        "rows are paired by their number and locked text; no answer changes its owner", change=sorted_rows,
    ),
    "renamed_sheet": Spoiled(
        "a sheet renamed", "accepted", (("SHEET_RENAMED", ""),), "found by the cell names and the table's title", change=renamed,
    ),
    "thai_digits": Spoiled(
        "figures in Thai digits, with words and spaces", "accepted",
        (("READ_AS", "measures.progress:1"), ("READ_AS", "measures.progress:2"), ("READ_AS", "indicators.result:1")),
        "one meaning only; each is listed as it was read",
        typed={"measures.progress": ["๒๐", "ร้อยละ ๓๐", "50 %", " 20 ", "40"], "indicators.result": ["๒๐.๐๐", 0, 0, 2, 2, 2]}, reads={"measures.progress": ["20", "30", "50", "20", "40"]},
    ),
    "five_dates": Spoiled(
        "dates in five styles", "accepted", (("READ_AS", "activities.start:1"), ("READ_AS", "activities.start:3"), ("READ_AS", "activities.start:4")),
        "all five say 30 June 2557", form="plan", typed=FIVE_DATES, change=true_date, reads={"activities.start": ["2014-06-30"] * 5},
    ),
    "merged_away": Spoiled(
        "two result cells merged into one", "returned", (("MERGED", "indicators.result:3"),),
        "nobody can tell whether the figure holds for both rows", change=merged_away, reads={"indicators.result": ["20", "0", None, "2", "2", "2"]},
    ),
    "merged_aside": Spoiled(
        "an answer merged with blank cells beside it", "accepted", (), "nothing is covered", change=merged_aside,
    ),
    "uncalculated": Spoiled(
        "a formula that no program has calculated", "returned", (("FORMULA_UNCALCULATED", "indicators.result:2"),),
        "its value is not in the file, and formulas are not computed for others", change=formulas, reads={"indicators.result": ["20", None, "0", "2", "2", "2"]},
    ),
    "calculated": Spoiled(
        "a formula with its value", "accepted", (), "the value that people see is read", change=formulas, kind="calculated", reads={"indicators.result": ["20", "80", "0", "2", "2", "2"]},
    ),
    "error_value": Spoiled(
        "#DIV/0! in an answer", "returned", (("EXCEL_ERROR", "indicators.result:2"),), "an error is no blank and no nought",
        change=errors, reads={"indicators.result": ["20", None, "0", "2", "2", "2"]},
    ),
    "inserted_rows": Spoiled(
        "two rows inserted above a table", "accepted", (("NAME_MOVED", ""),), "found again by its headings and numbers",
        form="plan", change=inserted, reads={"indicators.weight": ["50", "10", "10", "10", "10", "10"]},
    ),
    "inserted_column": Spoiled(
        "a column inserted at the left", "accepted", (("NAME_MOVED", ""),), "found again by its headings",
        change=column_inserted,
    ),
    "deleted_row": Spoiled(
        "a row of the plan's indicators deleted", "returned", (("ROW_MISSING", ""),),
        "that indicator has no result; the answers below stay with theirs", change=deleted_row, reads={"indicators.result": ["20", None, "0", "2", "2", "2"]},
    ),
    "deleted_line": Spoiled(
        "a question deleted with its answer", "returned", (("LINE_MISSING", "general.work_process:1"),),
        "named by its label; the answers below stay with theirs", form="plan", change=deleted_line,
    ),
    "copied_sheet": Spoiled(
        "a second copy of a sheet, answers alike", "accepted", (("NOT_READ", ""),), "nothing is lost whichever is read",
        change=copied_sheet,
    ),
    "changed_copy": Spoiled(
        "a second copy of a sheet with another answer", "returned", (("SHEET_TWICE", ""),), "nobody can tell which copy holds",
        change=changed_copy,
    ),
    "renumbered": Spoiled(
        "another row number typed over", "accepted", (("ROW_RENUMBERED", "ความก้าวหน้าตามตัวชี้วัด!A9"),),
        "a row is known by its locked text", change=renumbered,
    ),
    "pasted_aside": Spoiled(
        "a block pasted one column too far right", "returned", (("SHIFTED", "indicators.name"),),
        "one fault says what happened, where thirty would hide it; no answer is moved by guessing", form="plan", change=pasted_aside,
    ),
    "changed_target": Spoiled(
        "a locked target lowered", "returned", (("LOCKED_CHANGED", "indicators.level3:2"),),
        "scores come from the accepted plan, whatever stands here", change=changed_target,
    ),
    "hidden_row": Spoiled(
        "an answer in a hidden row", "returned", (("HIDDEN_ANSWER", "indicators.result:4"),),
        "who signed the page did not see it", change=hidden_row,
    ),
    "scratch": Spoiled(
        "colours, notes, narrow columns, a sheet of one's own", "accepted", (("NOT_READ", ""),), "no harm to any answer",
        change=scratch,
    ),
    "below_the_table": Spoiled(
        "an eleventh indicator under a table of ten", "returned", (("OUTSIDE_TABLE", "ตัวชี้วัดและค่าเป้าหมาย!B18"),),
        "it is not part of the table, and dropping it unsaid would be a loss", form="plan", change=below_the_table,
    ),
    "no_names": Spoiled(
        "all cell names gone (some web offices)", "accepted", (), "headings, labels and row numbers suffice", change=no_names,
    ),
    "half_a_passport": Spoiled(
        "the hidden sheet of the file's identity deleted", "accepted", (("PASSPORT_LOST", ""),),
        "two of its three places still name the file", change=half_a_passport,
    ),
    "false_format": Spoiled(
        "a number format that shows 80 for 8", "returned", (("SHOWN_OTHERWISE", "indicators.result:2"),),
        "people signed 80; the file holds 8", change=false_format, reads={"indicators.result": ["20", "8", "0", "2", "2", "2"]},
    ),
    "external_link": Spoiled(
        "a link to another workbook", "returned", (("EXTERNAL_LINKS", ""),), "values may change with a file nobody has",
        kind="linked",
    ),
    "macros": Spoiled("saved with macros (.xlsm)", "accepted", (("MACROS", ""),), "they are never run", kind="xlsm"),
    "xls": Spoiled("saved as .xls by LibreOffice", "accepted", (("NO_NAMES", ""),), "read by row keys, then by position", kind="xls"),
    "ods": Spoiled("saved as .ods by LibreOffice", "accepted", (), "read like an .xlsx", kind="ods"),
    "xlsb": Spoiled("saved as .xlsb", "accepted", (("NO_NAMES", ""),), "read by row keys, then by position", kind="xlsb"),
}  # fmt: skip
OFFICE_KINDS = ("xls", "ods", "calculated")


@pytest.fixture(scope="module")
def season(tmp_path_factory: pytest.TempPathFactory) -> Trial:
    """Give a season with a frozen plan, an issued report, and a further plan workbook of another agency."""
    trial = Trial(tmp_path_factory.mktemp("spoiled") / "season")
    trial.file("D01021", "plan", filling.PLAN, "2014-05-20")
    trial.run("issue", "report9", "--agency", "D01021")
    trial.run("issue", "plan", "--agency", "D01002")
    return trial


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[client.Office | None]:
    if client.skips():
        yield None
        return
    with client.Office(tmp_path_factory.mktemp("office")) as office:
        yield office


def issued(season: Trial, case: Spoiled) -> Path:
    return season.issued("D01002" if case.form == "plan" else "D01021", case.form)


def spoil(season: Trial, case: Spoiled, folder: Path, office: client.Office | None) -> Path:
    """Fill the form and spoil it."""
    values = {**(filling.PLAN if case.form == "plan" else filling.REPORT), **(case.typed or {})}
    path = folder / "report.xlsx"
    book = filling.typed(issued(season, case), values)
    case.change(book)
    if case.kind == "xlsb":
        return binary_excel.save(book, folder / "report.xlsb")
    book.save(path)
    if case.kind == "linked":
        return with_parts(path, folder / "linked.xlsx", {"xl/externalLinks/externalLink1.xml": LINK})
    if case.kind == "xlsm":
        return with_parts(path, folder / "report.xlsm", {"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0"})
    if case.kind in OFFICE_KINDS:
        assert office is not None
        target = folder / ("saved.xlsx" if case.kind == "calculated" else f"report.{case.kind}")
        office.do(path, [], [target])
        return target
    return path


LINK = b'<?xml version="1.0" encoding="UTF-8"?><externalLink xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"/>'


def with_parts(path: Path, target: Path, parts: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        for item in source.infolist():
            made.writestr(item, source.read(item))
        for name, data in parts.items():
            made.writestr(name, data)
    return target


def place_of(season: Trial, case: Spoiled, place: str) -> tuple[str | None, str | None]:
    if "!" in place:
        sheet, _, cell = place.partition("!")
        return sheet, cell
    cell = at(openpyxl.load_workbook(issued(season, case)), place)
    return cell.parent.title, cell.coordinate


@pytest.mark.parametrize("name", SPOILED)
def test_it_is_judged_right_twice(season: Trial, tmp_path: Path, office: client.Office | None, name: str) -> None:
    """The verdict, every error with its cell, the repairs with theirs; the second look in the same process says the same."""
    case = SPOILED[name]
    if case.kind in OFFICE_KINDS and office is None:
        pytest.skip(client.missing())
    path = spoil(season, case, tmp_path, office)
    day = "2014-05-21" if case.form == "plan" else "2014-08-20"
    verdict = season.verdict(path, day)
    assert verdict == season.verdict(path, day)
    found = {(item["code"], item["sheet"], item["cell"]) for item in verdict["findings"]}
    for code, place in case.told:
        if place:
            assert (code, *place_of(season, case, place)) in found
        else:
            assert code in {item[0] for item in found}
    errors = [item["code"] for item in verdict["findings"] if item["severity"] == "error"]
    told = {code for code, _ in case.told}
    assert (verdict["verdict"], set(errors) - told) == (case.verdict, set()), verdict["findings"]
    assert bool(errors) is (case.verdict == "returned")
    for name, wanted in (case.reads or (RESULTS if case.form == "report9" else {})).items():
        table, _, item = name.partition(".")
        assert [record[item] for record in verdict["answers"][table]] == wanted


def table() -> str:
    lines = ["| how the workbook is spoiled | verdict | said | reason |", "|---|---|---|---|"]
    for case in SPOILED.values():
        codes = ", ".join(dict.fromkeys(f"`{code}`" for code, _ in case.told)) or "–"
        lines.append(f"| {case.what} | {case.verdict} | {codes} | {case.why} |")
    return "\n".join(lines)


def test_the_document_lists_them() -> None:
    """DAMAGE_WRITE=1 puts the table into docs/damage.md."""
    text = DOCUMENT.read_text(encoding="utf-8")
    if os.environ.get("DAMAGE_WRITE"):
        before, _, rest = text.partition(START)
        text = f"{before}{START}\n{table()}\n{END}{rest.partition(END)[2]}"
        DOCUMENT.write_text(text, encoding="utf-8")
    assert len(SPOILED) >= 20
    assert table() in text, "docs/damage.md must list what these tests judge (DAMAGE_WRITE=1 writes it)"
