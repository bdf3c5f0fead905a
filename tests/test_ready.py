"""The readiness sheet: every required answer counts, formulas say what the program says, and a difference is told."""

from __future__ import annotations

import datetime as dt
import io
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import filling
import openpyxl
import pytest
from filling import Values
from hypothesis import given
from hypothesis import strategies as st
from test_libreoffice import convert
from test_roundtrip import FORMS, FRAMEWORKS
from test_roundtrip import issued as issued_three

from templates import thai
from templates.build import Filling, build
from templates.dates import read_date
from templates.extract import Extracted, extract
from templates.figures import derived_labels
from templates.issued import Issued
from templates.layout import FIRST_ROW, READY_COUNT_COL, READY_SIGN_COL, READY_TITLE_COL, READY_WHAT_COL
from templates.ready_cells import EMPTY, MARK, NONE, THERE, UNREAD, need, number_of, seen_in, serial
from templates.ready_checks import FACES, faces
from templates.ready_days import read_day
from templates.ready_rows import asked_by
from templates.ready_sheet import ready_sheet, sheet_name
from templates.rules import RULES
from templates.spec import Field, Form, Many
from templates.words import severity
from validation.check import Filed, check
from workbook.address import Cell
from workbook.book import Book, Formula, Sheet
from workbook.finding import ERROR
from workbook.patch import patch, set_cells
from workbook.raw import RawBook
from workbook.read import read
from workbook.write import write

VERDICT = Cell(FIRST_ROW, READY_TITLE_COL)
READY, NOT_READY, WAITS = "✓ พร้อมส่ง", "✗ ยังไม่พร้อมส่ง", "○ กรอกครบแล้ว"
MATTERS = {
    "REQUIRED", "NONE_FOR_NUMBER", "MARK_FOR_TEXT", "NEEDED_WHEN", "NEEDED_WHEN_IS", "TOO_FEW_ROWS", "SUM_WRONG",
    "NOT_MONOTONE", "TARGET_MISSING", "TOO_FEW_ANCHORS", "DIRECTION_WRONG", "TARGET_ZERO", "SHARE_TOO_LOW", "DATE_ORDER", "MUST_BE", "NOT_ALLOWED_HERE", "GROUP_INCOMPLETE",
    "TYPE_DISAGREES", "EMPTY_FORM", "FACTOR_BEYOND_TYPE", "TOO_HIGH", "TOO_LOW", "NO_MEASURES",
}  # fmt: skip
"""The errors that the sheet can know of."""
DEPT, PROV = FRAMEWORKS["dept_2557"], FRAMEWORKS["prov_2557"]


def issued(form: Form) -> Issued:
    """Issue a form with three carried records; a review has two agencies with two rows each."""
    one = issued_three(form)
    if form.id != "review":
        return one
    snapshot = {
        table: tuple({**records[at % 3], "agency": f"D0000{at % 4 // 2}"} for at in range(4)) for table, records in one.snapshot.items()
    }
    return Issued(one.framework, form, one.passport, one.recipient, snapshot)


def ready_of(book: Book) -> Sheet:
    return next(sheet for sheet in book.sheets if sheet.name == sheet_name())


def values_of(sheet: Sheet) -> dict[Cell, Any]:
    """Give what the sheet's formulas say, merged cells too."""
    found = {put.cell: put.value for put in (*sheet.puts, *(_First(item.first, item.value) for item in sheet.merges))}
    return {cell: value.value for cell, value in found.items() if isinstance(value, Formula)}


@dataclass
class _First:
    cell: Cell
    value: Any


def row_of(sheet: Sheet, title: str) -> int:
    titles = ((put.cell.row, thai.digits(str(put.value))) for put in sheet.puts if put.cell.col == READY_TITLE_COL)
    return next(row for row, text in titles if text.startswith(thai.digits(title)))


def line_of(sheet: Sheet, title: str) -> tuple[str, str, str]:
    """Give sign, figure and place of the line whose title begins so, in Arabic figures."""
    row, values = row_of(sheet, title), values_of(sheet)
    sign, count, what = (thai.digits(str(values[Cell(row, col)])) for col in (READY_SIGN_COL, READY_COUNT_COL, READY_WHAT_COL))
    return sign, count, what


# --- every required answer counts ------------------------------------------------------------------------------------


def answer(item: Field) -> Any:
    if item.options:
        yes = next((option.code for option in item.options if option.code == "yes"), "")
        return True if yes else item.options[0].code
    number = "10" if item.high is None or item.high >= 10 else str(item.high)
    return {"date": "2014-05-01", "email": "a@example.go.th", "phone": "0 2000 0000"}.get(
        item.kind, number if item.kind in ("number", "whole", "percent", "criterion") else "คำตอบ"
    )


def complete(one: Issued) -> dict[str, list[dict[str, Any]]]:
    """Answer every required question, of a growing table in as many records as it asks for and one more."""
    found = {}
    for table in one.form.tables:
        block = one.layout.blocks[table.id]
        count = min(block.records, table.rows.least + 1) if isinstance(table.rows, Many) else block.records
        asked = {name for spec in table.rules for name in asked_by(spec)} if form_id(one).startswith(("sar", "report")) else set()
        found[table.id] = [
            {item.id: answer(item) for item in table.entries if item.required or item.id in asked} for _ in range(count)
        ]
    return found


def form_id(one: Issued) -> str:
    return one.form.id


def verdict(one: Issued, answers: Any) -> str:
    return str(values_of(ready_of(build(one, Filling(answers))))[VERDICT])


def missing(text: str) -> int:
    found = re.search(r"ขาด ([0-9]+) ช่อง", thai.digits(text))
    return int(found[1]) if found else 0


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.full_id)
def test_every_required_answer_counts(form: Form) -> None:
    one = issued(form)
    answers = complete(one)
    assert missing(verdict(one, answers)) == 0
    blanked = 0
    for table in form.tables:
        for record in range(len(answers[table.id])):
            for item in (item for item in table.entries if item.required):
                if len(answers[table.id][record]) == 1 and isinstance(table.rows, Many):
                    continue  # without its only answer the record is not begun any more
                less = {**answers, table.id: [dict(row) for row in answers[table.id]]}
                del less[table.id][record][item.id]
                sheet = ready_of(build(one, Filling(less)))
                assert missing(str(values_of(sheet)[VERDICT])) == 1, (table.id, record, item.id)
                sign, _, what = line_of(sheet, table.title)
                assert sign == "✗ ขาด 1 ช่อง" and what.startswith(thai.digits(item.label))
                blanked += 1
    assert blanked or not any(item.required for table in form.tables for item in table.entries)


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.full_id)
def test_a_fresh_form_is_not_ready_and_points_at_its_first_gap(form: Form) -> None:
    one = issued(form)
    sheet = ready_of(build(one))
    assert str(values_of(sheet)[VERDICT]).startswith(NOT_READY)
    for table in form.tables:
        least = table.rows.least if isinstance(table.rows, Many) else one.layout.blocks[table.id].records
        required = [item for item in table.entries if item.required]
        if table.entries and required and least:
            sign, count, what = line_of(sheet, table.title)
            assert (sign, count) == (f"✗ ขาด {least * len(required)} ช่อง", f"0 / {least * len(required)}")
            assert what.startswith(thai.digits(required[0].label))
            row = row_of(sheet, table.title)
            cell = one.layout.blocks[table.id].cells[required[0].id][0]
            link = next(put.value for put in sheet.puts if put.cell.row == row and "HYPERLINK" in str(getattr(put.value, "text", "")))
            assert isinstance(link, Formula) and link.value == f"{table.sheet}!{cell.a1()}"


# --- the rules' faces -------------------------------------------------------------------------------------------------


def test_every_rule_that_can_be_broken_has_a_face_or_asks_or_only_warns() -> None:
    asking = {"needed_when", "complete_group"}
    beyond = {"kept"}  # compares with what was accepted before, of which no sheet knows
    for name, rule in RULES.items():
        if name not in FACES and name not in asking | beyond:
            assert not any(severity(code) == ERROR for code in rule.codes), name
    assert all(asked_by(spec) for form in FORMS for table in form.tables for spec in table.rules if spec.rule in asking)
    used = {spec.rule for form in FORMS for table in form.tables for spec in faces(table)}
    assert used == set(FACES)


PLAN = DEPT.form("plan")


def plan_answers() -> dict[str, list[dict[str, Any]]]:
    """Give the worked example as kept answers."""
    one = issued(PLAN)
    raw, _ = read(filled(one, filling.PLAN))
    assert raw is not None
    return {table: [dict(record) for record in records] for table, records in extract(one, raw).answers.items()}


def filled(one: Issued, values: Values, book: Book | None = None) -> bytes:
    return patch(write(book or build(one)), {name: list(items) for name, items in values.items()})


@pytest.fixture(scope="module")
def answers() -> dict[str, list[dict[str, Any]]]:
    return plan_answers()


def changed(answers: dict[str, list[dict[str, Any]]], table: str, record: int, **values: Any) -> Sheet:
    rows = [dict(row) for row in answers[table]]
    rows[record].update(values)
    return ready_of(build(issued(PLAN), Filling({**answers, table: rows})))


def test_the_worked_example_is_ready(answers: dict[str, list[dict[str, Any]]]) -> None:
    sheet = ready_of(build(issued(PLAN), Filling(answers)))
    assert values_of(sheet)[VERDICT] == READY
    assert line_of(sheet, "ตรวจสอบตนเองตามเกณฑ์พื้นฐาน")[:2] == ("✓ ถูกต้อง", "5 / 5")
    assert line_of(sheet, "“มาตรการเพิ่มเติม”")[:2] == ("✓ ถูกต้อง", "5 / 4")
    assert line_of(sheet, "ผลรวมของ “น้ำหนัก”")[:2] == ("✓ ถูกต้อง", "100 / 100")


def test_faults_are_named_with_their_place(answers: dict[str, list[dict[str, Any]]]) -> None:
    weights = changed(answers, "indicators", 0, weight="40")
    assert line_of(weights, "ผลรวมของ “น้ำหนัก”")[:2] == ("✗ ต้องแก้", "90 / 100")
    assert values_of(weights)[VERDICT] == "✗ ยังไม่พร้อมส่ง: ขาด 0 ช่อง ต้องแก้ 1 ข้อ"
    turned = line_of(changed(answers, "indicators", 2, level2="9"), "เกณฑ์การให้คะแนน")
    assert turned == ("✗ ต้องแก้", "1 รายการ", "เกณฑ์การให้คะแนน ระดับ 1 (ลำดับที่ 3)")
    late = line_of(changed(answers, "activities", 0, start="2014-10-01"), "“วันเริ่มต้น” ไม่หลัง")
    assert late == ("✗ ต้องแก้", "1 รายการ", "วันสิ้นสุด (ลำดับที่ 1)")
    assert line_of(changed(answers, "certifier", 0, certified=False), "“โปรดทำเครื่องหมาย")[0] == "✗ ต้องแก้"


def test_what_the_program_only_warns_of_is_no_fault_and_is_not_fine(answers: dict[str, list[dict[str, Any]]]) -> None:
    """The worked example itself has zeros for blanks (`0 0 1 0 2`); a date may lie outside the year."""
    zeros = line_of(ready_of(build(issued(PLAN), Filling(answers))), "เกณฑ์การให้คะแนน")
    assert zeros == ("! ควรตรวจ", "1 รายการ", "เกณฑ์การให้คะแนน ระดับ 1 (ลำดับที่ 4)")
    falling = {f"level{at}": str(3 - at) for at in range(1, 6)}
    nothing = changed(answers, "indicators", 3, direction="lower", **falling)
    assert line_of(nothing, "เกณฑ์การให้คะแนน")[0] == "! ควรตรวจ" and values_of(nothing)[VERDICT] == READY
    clean = changed(answers, "indicators", 3, **{f"level{at}": str(at) for at in range(1, 6)})
    assert line_of(clean, "เกณฑ์การให้คะแนน") == ("✓ ถูกต้อง", "", "")
    late = changed(answers, "activities", 0, end="2014-10-01")
    assert line_of(late, "“วันสิ้นสุด” อยู่ในปี") == ("! ควรตรวจ", "1 รายการ", "วันสิ้นสุด (ลำดับที่ 1)")
    assert values_of(late)[VERDICT] == READY and line_of(late, "“วันเริ่มต้น” อยู่ในปี")[0] == "✓ ถูกต้อง"
    both = changed(answers, "indicators", 0, level2="9")
    assert line_of(both, "เกณฑ์การให้คะแนน")[1:] == ("1 รายการ", "เกณฑ์การให้คะแนน ระดับ 1 (ลำดับที่ 1)")


def test_seventy_per_cent_of_the_factors_rounded_up(answers: dict[str, list[dict[str, Any]]]) -> None:
    """Domain B3: 70 % of 5 factors are 4, of 4 factors 3, of 3 factors 3 (2.1 rounded up)."""
    for process, count, least in (("3", 5, 4), ("1", 5, 4), ("2", 4, 3)):
        general = [{**answers["general"][0], "process_type": process}]
        labels = len([row for row in answers["measures"] if row]) and count
        for have in (least - 1, least):
            measures = [{"additional_measure": "มาตรการ"} if at < have else {} for at in range(labels)]
            sheet = ready_of(build(issued(PLAN), Filling({**answers, "general": general, "measures": measures})))
            sign, figure, place = line_of(sheet, "“มาตรการเพิ่มเติม”")
            real = int(figure.split(" / ")[1])
            assert real == least or process != "3"
            assert sign == ("✓ ถูกต้อง" if have >= real else "✗ ต้องแก้")
            assert bool(place) is (have < real)


@pytest.mark.parametrize(
    ("kind", "text", "state", "counts"),
    [
        ("text", "คำตอบ", THERE, True), ("text", None, MARK, False), ("text", "  ", MARK, False), ("text", "-", MARK, False),
        ("text", " – … ", MARK, False), ("text", "ไม่มี", NONE, True), ("text", "N/A", MARK, False), ("text", "*", THERE, True),
        ("text", "?", THERE, True), ("text", "~", MARK, False), ("text", "ยังไม่ระบุ", MARK, False), ("number", "ไม่มี", NONE, False),
        ("number", 0, THERE, True), ("number", "-", MARK, False), ("criterion", "-", MARK, True), ("criterion", "", EMPTY, False),
        ("criterion", "  ", EMPTY, False), ("criterion", 0, THERE, True), ("percent", "ร้อยละ ๑๐", THERE, True),
        ("text", "๑", THERE, True), ("text", "ก" * 300, THERE, True), ("text", "\u00a0", MARK, False), ("text", True, THERE, True),
    ],
)  # fmt: skip
def test_what_counts_as_filled(kind: str, text: Any, state: int, counts: bool) -> None:
    item = Field("x", "x", kind)
    assert seen_in(text, item).state == state
    assert (state >= need(item)) is counts


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("๑๐", "10"), ("ร้อยละ ๑๐", "10"), ("10%", "10"), ("10 เปอร์เซ็นต์", "10"), ("1,234.5", "1234.5"), (" 7 ", "7"), ("\u00a07", "7"), ("-3", None), (-3, "-3"),
        ("10 ครั้ง", None), ("1/2", None), ("1e3", None), ("10:30", None), ("สิบ", None), (12.5, "12.5"), ("1-2", None), (".5", ".5"), ("1,23", None), ("1 2", None), ("%", None), ("", ""), ("-", ""), ("1.2.3", None), (True, None),
    ],
)  # fmt: skip
def test_numbers_as_the_formulas_read_them(text: Any, number: str | None) -> None:
    found = number_of(seen_in(text, Field("x", "x", "number")))
    assert found == (UNREAD if number is None else Decimal(number) if number else "")


SAID_DATES = {
    "30/6/2557": True, "30-6-2557": True, "30.6.2557": True, "30/06/57": True, "2014-06-30": True, "๓๐/๖/๒๕๕๗": True, "30 มิถุนายน 57": True,
    "วันที่ 30 มิถุนายน พ.ศ. 2557": True, "30 มิ.ย. 2557": True, "30 มิย 57": True, "30มิ.ย.57": True, "30 / 6 / 2557": True, "30 6 2557": True,
    "30–มิ.ย.–2557": True, "2557-06-30": True, "30/6/2014": True, "วันที่ 30 เดือน มิถุนายน พ.ศ.2557": True, "\u00a030/6/2557 ": True,
    "30//6/2557": False, "6/30/2557": False, "30/6": False, "มิ.ย. 2557": False, "30/6/14": False, "2014-06/30": False, "2014 06 30": False,
    "030/6/2557": False, "30/506/2557": False, "5 6 มิ.ย.": False, "2014 มิ.ย. 30": False, "30/6/557": False, "30/6/2557.": False, "วันที่": False,
    "30 มิ.ย. 2557 10:00": False, "สิ้นเดือน มิ.ย. 2557": False, "31 มิ.ย. 2557": False, "29/2/2557": False, "0/6/2557": False,
}  # fmt: skip
"""Typed dates, and whether the sheet reads them itself."""


@pytest.mark.parametrize("text", SAID_DATES)
def test_dates_as_the_formulas_read_them(text: str) -> None:
    """What the sheet reads is what the program reads without doubt."""
    found, ours = read_day(seen_in(text, Field("x", "x", "date")), 2557), read_date(text, 2557)
    assert found == (serial(dt.date(2014, 6, 30)) if SAID_DATES[text] else UNREAD)
    assert not SAID_DATES[text] or (ours.value == dt.date(2014, 6, 30) and not ours.codes)


@pytest.mark.parametrize("day", [dt.date(2014, 6, 30), dt.date(2557, 6, 30), dt.date(1957, 6, 30), dt.date(2560, 2, 29), dt.date(1900, 1, 5), 57, 41820])
def test_true_dates_as_the_formulas_read_them(day: Any) -> None:
    found, ours = read_day(seen_in(day, Field("x", "x", "date")), 2557), read_date(day, 2557).value
    assert found == (serial(ours) if isinstance(ours, dt.date) else UNREAD)


FIGURES = st.sampled_from([*"0123456789๐๓๕", "30", "06", "57", "2557", "2014", *"/-. ,", "/", "-", "มิ.ย.", "ก.พ", "พค", "พ.ศ.", "วันที่", "\u2013", "506"])


@given(st.lists(FIGURES, min_size=3, max_size=7).map("".join))
def test_no_date_is_read_otherwise_than_by_the_program(text: str) -> None:
    found, ours = read_day(seen_in(text, Field("x", "x", "date")), 2557), read_date(text, 2557)
    assert not isinstance(found, Decimal) or (isinstance(ours.value, dt.date) and serial(ours.value) == found and not ours.codes)


# --- what comes back --------------------------------------------------------------------------------------------------


def raw_of(data: bytes) -> RawBook:
    raw, findings = read(data)
    assert raw is not None and findings == []
    return raw


def codes(found: Extracted) -> list[tuple[str, str]]:
    about = {"READY_DIFFERS", "NOT_READ", "SHEET_TWICE", "FORMULA_UNCALCULATED"}
    return [(item.code, item.place.cell.a1() if item.place else "") for item in found.findings if item.code in about]


def test_the_answers_that_we_seat_agree_with_the_sheet(answers: dict[str, list[dict[str, Any]]]) -> None:
    one = issued(PLAN)
    for some in ({}, answers, {**answers, "basics": [{}]}):
        assert codes(extract(one, raw_of(write(build(one, Filling(some)))))) == []


def test_a_stale_readiness_is_told_at_its_cells(answers: dict[str, list[dict[str, Any]]]) -> None:
    """A program that sets cells and keeps the stored values of formulas leaves the readiness of the empty form."""
    one = issued(PLAN)
    fresh, full = build(one), build(one, Filling(answers))
    sheets = [ready_of(fresh) if sheet.name == sheet_name() else sheet for sheet in full.sheets]
    found = extract(one, raw_of(write(replace(full, sheets=sheets))))
    told = [item for item in found.findings if item.code == "READY_DIFFERS"]
    assert all(item.severity == "warning" and item.place and item.place.sheet == sheet_name() for item in told)
    assert VERDICT in [item.place.cell for item in told if item.place]
    first = next(item for item in told if item.place and item.place.cell == VERDICT)
    assert first.raw.startswith(NOT_READY) and first.params["before"] == READY


def test_what_is_set_from_outside_leaves_nothing_stale() -> None:
    one = issued(PLAN)
    assert codes(extract(one, raw_of(filled(one, filling.PLAN)))) == []


def test_a_readiness_typed_over_is_not_read() -> None:
    one = issued(PLAN)
    data = set_cells(filled(one, filling.PLAN), {(sheet_name(), VERDICT): READY})
    assert codes(extract(one, raw_of(data))) == [("NOT_READ", "")]


def test_a_deleted_sheet_is_no_finding() -> None:
    one = issued(PLAN)
    book = openpyxl.load_workbook(io.BytesIO(filled(one, filling.PLAN)))
    del book[sheet_name()]
    out = io.BytesIO()
    book.save(out)
    assert codes(extract(one, raw_of(out.getvalue()))) == []


def test_what_only_the_program_reads_is_no_difference(answers: dict[str, list[dict[str, Any]]]) -> None:
    """A weight in words: the sheet leaves it to the program, the program reads it; both are right."""
    one = issued(PLAN)
    seated = {("indicators", 0, "weight"): "ห้าสิบ"}
    book = build(one, Filling(answers, seated))
    assert line_of(ready_of(book), "ผลรวมของ “น้ำหนัก”")[0] == "○ ระบบจะตรวจ"
    assert values_of(ready_of(book))[VERDICT] == f"{WAITS} รอระบบตรวจ 2 ข้อ"
    assert codes(extract(one, raw_of(write(book)))) == []


# --- formulas -----------------------------------------------------------------------------------------------------------

ALLOWED = {
    "AND", "CHOOSE", "CLEAN", "COLUMN", "COUNT", "COUNTIF", "COUNTIFS", "DATE", "DAY", "FIND", "HYPERLINK", "IF", "IFERROR", "INDEX", "INT",
    "ABS", "ISBLANK", "ISERROR", "ISNUMBER", "LEFT", "LEN", "MATCH", "MAX", "MID", "MOD", "NOT", "OR", "RIGHT", "ROUND", "ROUNDUP", "ROW", "SUBSTITUTE",
    "SUM", "SUMPRODUCT", "TEXT", "TRIM", "VALUE", "YEAR", "LOOKUP", "LOWER", "ISLOGICAL", "MONTH", "ISTEXT", "REPLACE", "REPT",
}  # fmt: skip
"""Excel 2007 has them all, and so have LibreOffice and Google Sheets."""


def formulas(sheet: Sheet) -> Iterator[str]:
    for value in [put.value for put in sheet.puts] + [merge.value for merge in sheet.merges]:
        if isinstance(value, Formula):
            yield value.text


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.full_id)
def test_formulas_use_only_what_every_program_calculates(form: Form) -> None:
    sheet = ready_of(build(issued(form)))
    used: set[str] = set()
    for text in formulas(sheet):
        plain = re.sub(r'"[^"]*"', '""', re.sub(r"'[^']*'!", "", text))
        used |= set(re.findall(r"[A-Z][A-Z0-9.]*(?=\()", plain))
        assert len(text) <= 8_000 and max(map(len, re.findall(r'"([^"]*)"', text)), default=0) <= 255
        depth = deepest = 0
        for sign in plain:
            depth += (sign == "(") - (sign == ")")
            deepest = max(deepest, depth)
        assert deepest <= 60
        assert not re.search(r"\b[a-z_]+\.[a-z_]+\b", plain), "a defined name"
    assert used <= ALLOWED, used - ALLOWED


def test_the_sheet_is_the_last_that_people_see_and_prints_without_its_helpers() -> None:
    for form in FORMS:
        book = build(issued(form))
        visible = [sheet.name for sheet in book.sheets if sheet.visibility == "visible"]
        assert visible[-1] == sheet_name()
        sheet = ready_of(book)
        assert sheet.protect and sheet.print_area is not None
        last = sheet.print_area[1].row
        beyond = {put.cell.row for put in sheet.puts if put.cell.row > last}
        assert beyond and all(sheet.heights[row] == 0 for row in beyond)


# --- LibreOffice is the judge -------------------------------------------------------------------------------------------


@dataclass
class Case:
    """One filled form. `told`: the sheet can know of everything that is wrong with it."""

    name: str
    one: Issued
    values: Values
    told: bool = True


def plan_with(**columns: list[Any]) -> Values:
    return {**filling.PLAN, **{name.replace("__", "."): items for name, items in columns.items()}}


def levels(*rows: list[Any]) -> Values:
    """Give the worked example with other criteria in its first rows."""
    found = dict(filling.PLAN)
    for at in range(5):
        found[f"indicators.level{at + 1}"] = [*(row[at] for row in rows), *filling.PLAN[f"indicators.level{at + 1}"][len(rows) :]]
    return found


def cases() -> list[Case]:
    plan, found = issued(PLAN), []

    def add(name: str, values: Values, *, told: bool = True) -> None:
        found.append(Case(name, plan, values, told))

    add("empty", {})
    add("complete", filling.PLAN)
    for name in filling.PLAN:
        if name not in ("measures.current_measure", "indicators.scale", "measures.additional_measure"):
            add(f"without {name}", {**filling.PLAN, name: [None, *filling.PLAN[name][1:]]})
    for mark in (" ", "-", "–", "…", "....", "( )", "N/A", "ไม่ระบุ", "ไม่มี", "*", "?", "~*", "=", "ก" * 300, "\u00a0", "\n", 0, True):
        add(f"mark {mark!r:.8}", plan_with(basics__success=[mark], indicators__unit=[mark] * 6, recorder__position=[mark]))
    add("all none", plan_with(risks__step=["ไม่มี"], risks__risk=["ไม่มี"], risks__cause=["ไม่มี"], risks__effect=["ไม่มี"]))
    add("second row half", plan_with(risks__risk=["เรียกรับสิ่งตอบแทน", "อื่น"]))
    for at, weights in enumerate(([40, 10, 10, 10, 10, 10], ["๕๐", "ร้อยละ ๑๐", "10%", "10 เปอร์เซ็นต์", "10.0", 10], [99, 1], [33.4, 33.3, 33.3])):
        add(f"weights {at}", plan_with(indicators__weight=weights + [None] * (6 - len(weights))))
    for mark in ("-", "ไม่มี", "\u200b", "ร้อยละ"):
        add(f"weight {mark}", plan_with(indicators__weight=[mark, 10, 10, 10, 10, 10]), told=mark != "ร้อยละ")
    add("weights with commas", plan_with(indicators__weight=["5,0", 10, 10, 10, 10, 10]), told=False)
    add("weights 90 in words", plan_with(indicators__weight=["๔๐", "ร้อยละ ๑๐", 10, 10, 10, 10]))
    add("fractions", plan_with(indicators__weight=[0.5, 0.1, 0.1, 0.1, 0.1, 0.1]), told=False)
    add("spelled", plan_with(indicators__weight=["ห้าสิบ", 10, 10, 10, 10, 10]))
    add("spelled wrong", plan_with(indicators__weight=["สี่สิบ", 10, 10, 10, 10, 10]), told=False)
    rows: list[list[Any]] = [
        [1, 2, 3, 4, 5], [5, 4, 3, 2, 1], [1, 3, 2, 4, 5], [0, 0, 1, 0, 2], ["-", "-", 1, "-", 2], [1, 2, "-", 4, 5], ["-", "-", 3, "-", "-"],
        [1, 1, 2, 3, 4], [0, 1, 2, 3, 4], [0, 0, 0, 0, 0], ["๑", "๒", "๓", "๔", "๕"], ["ร้อยละ 10", "20%", "30", 40, 50], [-5, -4, -3, -2, -1],
        [2, 0, 1, 0, 3], [1, 0, 0, 0, 5], [10, 20, 30, "-", 25], ["", 2, 3, 4, 5], [" ", 2, 3, 4, 5], ["-", 2, 3, 4, 5], [1, 2, "ไม่มี", 4, 5],
    ]  # fmt: skip
    for row in rows:
        add(f"levels {row}", levels([None if value == "" else value for value in row]))
    add("levels in words", levels(["ระดับ 1", "ระดับ 2", "ระดับ 3", "ระดับ 4", "ระดับ 5"]))
    add("levels in words wrong", levels(["ระดับ 1", "ระดับ 4", "ระดับ 3", "ระดับ 4", "ระดับ 5"]), told=False)
    add("lower", {**levels([5, 4, 3, 2, 1]), "indicators.direction": ["ยิ่งน้อยยิ่งดี", *["higher"] * 5]})
    add("lower but rising", plan_with(indicators__direction=["lower"] * 6))
    add("lower to nothing", {**levels([5, 4, 0, -1, -2]), "indicators.direction": ["lower", *["higher"] * 5]})
    for have in range(6):
        add(f"{have} measures", plan_with(measures__additional_measure=["มาตรการ"] * have + [None] * (5 - have)))
    add("measures said none", plan_with(measures__additional_measure=["ไม่มี", "-", "มาตรการ", "มาตรการ", "มาตรการ"]))
    add("day said none", plan_with(activities__start=["ไม่มี"]))
    add("sixths", plan_with(indicators__weight=[100 / 6] * 6))
    for option in PLAN.table("general").field("process_type").options:
        for have in (2, 3, 4, 5):
            values = plan_with(general__process_type=[option.label], measures__additional_measure=["x1"] * have + [None] * (5 - have))
            add(f"type {option.code} with {have}", {**values, "measures.current_measure": ["x2"] + [None] * 4})
    for kind in ("1", "2", "3"):
        add(f"factor of type {kind}", plan_with(general__process_type=[kind], activities__factor=["ปัจจัยที่ 5"]))
    for said in ("ไม่ใช่", "ใช่", "yes", "no", " ใช่ ", "-", True):
        add(f"certified {said}", plan_with(certifier__certified=[said]))
    for weights in ([110, -10, 0, 0, 0, 0], ["๑๑๐", "-10", 0, 0, 0, 0], ["ร้อยละ 101", -1, 0, 0, 0, 0]):
        add(f"weights out of bounds {weights[0]}", plan_with(indicators__weight=weights))
    for name, said in (("general.stage", "ร่าง"), ("indicators.direction", "มาก"), ("recorder.email", "somchai"), ("certifier.email", "a@b.go.th, c@d.go.th"),
                       ("recorder.phone", "ไม่ทราบ"), ("recorder.phone", "123456789012"), ("recorder.email", "ก@ข.th"), ("recorder.phone", "0 2000 0000 ต่อ"), ("recorder.fax", "abc"), ("recorder.phone", 1)):  # fmt: skip
        rest = filling.PLAN.get(name, [None])[1:]
        add(f"{name} {said}", {**filling.PLAN, name: [said, *rest]}, told=False)
    add("certified by a cross", plan_with(certifier__certified=["ไม่"]), told=False)
    for at, (start, end) in enumerate(
        ((dt.date(2014, 5, 1), dt.date(2014, 4, 1)), (dt.date(2014, 4, 1), dt.date(2014, 5, 1)), ("1 มิ.ย. 2557", "1 พ.ค. 2557"),
         ("๑ มกราคม ๒๕๕๗", dt.date(2014, 1, 1)), ("30 กันยายน 2557", "1 ต.ค. 2556"), ("1  พ.ค.  2557", "2 พ.ค. 2557"))
    ):  # fmt: skip
        add(f"dates {at}", plan_with(activities__start=[start], activities__end=[end]))
    for text, told in SAID_DATES.items():
        for start, end in ((text, "29/6/2557"), ("1 ก.ค. 2557", text), ("1/1/2557", text)):
            add(f"date {text} {start}", plan_with(activities__start=[start], activities__end=[end]), told=told)
    return found + other_cases()


def other_cases() -> list[Case]:
    found = []
    for framework in FRAMEWORKS.values():
        for form in framework.forms:
            one = issued(form)
            book = {f"{table.id}.{item.id}": [None] * len(one.layout.blocks[table.id].cells[item.id])
                    for table in form.tables for item in table.entries}  # fmt: skip
            for table, records in complete(one).items():
                for at, record in enumerate(records):
                    for name, value in record.items():
                        item = form.table(table).field(name)
                        shown = next((o.label for o in item.options if o.code == ("yes" if value is True else value)), value)
                        book[f"{table}.{name}"][at] = float(value) if item.kind in ("number", "percent", "whole", "criterion") else shown
            found += [Case(f"{form.full_id} empty", one, {}), Case(f"{form.full_id} whole", one, book)]
            for name, items in book.items():
                table, _, item_id = name.partition(".")
                if form.table(table).field(item_id).required and form.full_id in ("dept_2557/report12", "prov_2557/sar9") and items:
                    found.append(Case(f"{form.full_id} without {name}", one, {**book, name: [*items[:-1], None] if items[-1] else [None]}))
    report, review, survey = (issued(DEPT.form(name)) for name in ("report9", "review", "survey"))
    three = {name: items[:3] for name, items in filling.REPORT.items()}
    base = {**three, "measures.in_time": [None] * 3}
    for said in (100, "100", "๑๐๐", "ร้อยละ 100", 99.99, "100.00", 0, None):
        found.append(Case(f"report {said}", report, {**base, "measures.progress": [said, 20, 30]}))
    for said in (None, "ไม่มี", "-", "\u200b", "none", "ดำเนินการ"):
        found.append(Case(f"report summary {said}", report, {**base, "measures.summary": [said, "ดำเนินการ", "ดำเนินการ"]}))
    for said in ("ระดับ 4", "มาก", "1,23", "20\u200b"):
        found.append(Case(f"report result {said}", report, {**base, "indicators.result": [said, 20, 30]}, said == "20\u200b"))
    found.append(Case("report in time", report, {**base, "measures.progress": [100, 1, 2], "measures.in_time": ["ใช่", None, None]}))
    for met in ([None] * 4, ["ใช่", None, None, None], ["ใช่", "ไม่ใช่", None, None], [None, "-", None, "ใช่"], ["ใช่"] * 4):
        found.append(Case(f"review {met}", review, {"basics.met": met, "factors.score": [None, None, "1 สอดคล้อง", 0.5]}))
    report_on = issued(FRAMEWORKS["ita_2568"].form("measures"))
    found.append(Case("measures without a row", report_on, {"narrative.target": ["ผ่านเกณฑ์ ปีงบประมาณ พ.ศ. 2568"]}))
    found.append(Case("survey one", survey, {"survey.transparency_pct": [None, 72.5, None]}))
    plan = issued(PROV.form("plan"))
    for service, kind, told in (("งานบริการผู้ป่วยนอก", "1", True), ("งานบริการผู้ป่วยนอก", "2", True), ("อื่น", "2", False)):
        found.append(Case(f"service {kind}", plan, {**filling.PLAN, "general.service": [service], "general.process_type": [kind],
                          "general.evidence_basis": ["สถิติข้อร้องเรียน"], "general.justification": ["เหตุผล"]}, told))  # fmt: skip
    return found


def typed(every: list[Case], folder: Path) -> list[Path]:
    """Fill the forms through their names; no stored value stands in them, so whoever opens them must calculate."""
    folder.mkdir()
    blank = {name: write(build(one)) for name, one in {case.one.form.full_id: case.one for case in every}.items()}
    paths = [folder / f"{at:03}.xlsx" for at in range(len(every))]
    for case, path in zip(every, paths, strict=True):
        path.write_bytes(patch(blank[case.one.form.full_id], case.values))
    return paths


def look_at(one: Issued, raw: RawBook, answers: Any = None) -> Any:
    """See what the formulas see; where nobody has calculated yet, `answers` tell which labels the factor formulas show."""

    def look(table: str, record: int, item: Field) -> Any:
        if answers is not None and item.pick is not None:
            return seen_in(dict(enumerate(derived_labels(answers, item))).get(record), item)
        sheet = raw.sheet(one.form.table(table).sheet)
        assert sheet is not None
        return seen_in(sheet.get(one.layout.blocks[table].cells[item.id][record]).value, item)

    return look


def same(ours: Any, theirs: Any) -> bool:
    if isinstance(ours, str) or isinstance(theirs, str):
        return (ours or "") == (theirs or "")
    return abs(float(ours or 0) - float(theirs or 0)) < 1e-9


def judged(every: list[Case], raws: list[RawBook]) -> list[tuple[set[str], Extracted]]:
    """Give the errors that the sheet can know of, as `check --json` lists them, and what was read."""
    read_all = [extract(case.one, raw) for case, raw in zip(every, raws, strict=True)]
    cells = check([Filed(case.one, extracted) for case, extracted in zip(every, read_all, strict=True)])
    return [
        ({item.code for item in (*extracted.findings, *found) if item.severity == ERROR} & MATTERS, extracted)
        for extracted, found in zip(read_all, cells, strict=True)
    ]


def misjudged(said: str, case: Case, errors: set[str]) -> bool:
    """Tell whether the first line is wrong: ready means no error, not ready an error; only ○ leaves it open, where it may."""
    if said.startswith(WAITS):
        return case.told and bool(errors)
    return bool(errors) is (said == READY)


@pytest.mark.slow
def test_the_twin_says_what_the_program_judges() -> None:
    """All cases: ready exactly when none of the errors is there, or, where the sheet can't know, it says so."""
    every, wrong, seen = cases(), [], set()
    assert len(every) > 200 and {case.one.form.full_id for case in every} == {form.full_id for form in FORMS}
    blank = {name: write(build(one)) for name, one in {case.one.form.full_id: case.one for case in every}.items()}
    raws = [raw_of(patch(blank[case.one.form.full_id], case.values)) for case in every]
    for case, raw, (errors, extracted) in zip(every, raws, judged(every, raws), strict=True):
        sheet = ready_sheet(case.one, look_at(case.one, raw, extracted.answers))
        said = str(values_of(sheet)[VERDICT])
        if misjudged(said, case, errors):
            wrong.append(f"{case.name}: the sheet says {said}, the program {sorted(errors)}")
        assert case.told or any("○" in str(value) for value in values_of(sheet).values()), case.name
        assert codes(extracted) == [], case.name
        seen |= errors
    assert wrong == []
    assert seen == MATTERS


def for_libreoffice() -> list[Case]:
    """Choose the cases for a slow judge: single blanks now and then, criteria and dates many to a form; every cell is compared."""
    every = cases()
    rows = [case.values for case in every if case.name.startswith("levels ")]
    packed = []
    for start in range(0, len(rows), 10):
        some = rows[start : start + 10]
        values = {f"indicators.level{level}": [row[f"indicators.level{level}"][0] for row in some] for level in range(1, 6)}
        same = {name: [filling.PLAN[name][0]] * len(some) for name in ("indicators.name", "indicators.unit", "indicators.direction")}
        packed.append(Case(f"levels from {start}", issued(PLAN), {**filling.PLAN, **same, **values}, told=False))
    for start in range(0, len(SAID_DATES), 20):
        days = list(SAID_DATES)[start : start + 20]
        values = {f"activities.{name}": [filling.PLAN[f"activities.{name}"][0]] * len(days) for name in ("activity", "factor", "responsible", "output")}
        ends = [*days[1:], "29/6/2557"]
        packed.append(Case(f"dates from {start}", issued(PLAN), {**filling.PLAN, **values, "activities.start": days, "activities.end": ends}, told=False))
    single = [case for case in every if "without" in case.name]
    others = [case for case in every if "without" not in case.name and not case.name.startswith(("levels ", "date "))]
    return [*others, *single[::9], *packed]


@pytest.mark.filterwarnings("ignore:.*extension is not supported", "ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.slow
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice (soffice) is not installed; it is the judge of this test")
def test_libreoffice_calculates_what_the_program_judges(tmp_path: Path) -> None:
    every, wrong = for_libreoffice(), []
    paths = typed(every, tmp_path / "typed")
    half = len(paths) // 2
    made = [*convert(paths[:half], "xlsx", tmp_path / "out"), *convert(paths[half:], "xlsx", tmp_path / "out")]
    raws = [raw_of(path.read_bytes()) for path in made]
    for case, raw, (errors, extracted) in zip(every, raws, judged(every, raws), strict=True):
        sheet = raw.sheet(sheet_name())
        assert sheet is not None
        for cell, ours in values_of(ready_sheet(case.one, look_at(case.one, raw))).items():
            found = sheet.get(cell)
            if found.error or not same(ours, found.value):
                wrong.append(f"{case.name}: {cell.a1()} is {found.error or found.value!r}, the program says {ours!r}")
        if misjudged(str(sheet.get(VERDICT).value), case, errors):
            wrong.append(f"{case.name}: the sheet says {sheet.get(VERDICT).value}, the program {sorted(errors)}")
        wrong += [f"{case.name}: {item.code}" for item in extracted.findings if item.code == "READY_DIFFERS"]
    assert wrong == []


@pytest.mark.filterwarnings("ignore:.*extension is not supported", "ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice (soffice) is not installed; it is the judge of this test")
def test_an_error_value_where_an_answer_is_asked_is_no_answer(tmp_path: Path) -> None:
    blank = tmp_path / "blank.xlsx"
    blank.write_bytes(write(build(issued(PLAN))))
    places = {"basics.rationale": ["#N/A"], "activities.responsible": ["#REF!"], "indicators.name": ["#VALUE!", *filling.PLAN["indicators.name"][1:]]}
    for at, (name, values) in enumerate(places.items()):
        filling.fill(blank, tmp_path / f"{at}.xlsx", {**filling.PLAN, name: values})
    made = convert([tmp_path / f"{at}.xlsx" for at in range(len(places))], "xlsx", tmp_path / "out")
    for (table, _, field), path in zip((name.partition(".") for name in places), made, strict=True):
        raw = raw_of(path.read_bytes())
        sheet = raw.sheet(sheet_name())
        assert sheet is not None and str(sheet.get(VERDICT).value).startswith(f"{NOT_READY}: ขาด 1 ช่อง")
        found = extract(issued(PLAN), raw)
        assert [item.code for item in found.findings if item.severity == ERROR] == ["EXCEL_ERROR"]
        assert (table, 0, field) in found.bad and "READY_DIFFERS" not in codes(found)


def test_an_enlarged_table_counts_in_full() -> None:
    tables = tuple(replace(table, rows=Many(40, 12)) if table.id == "risks" else table for table in PLAN.tables)
    one = issued(replace(PLAN, tables=tables))
    assert line_of(ready_of(build(one)), "2. ข้อมูลการดำเนินงาน : ปัญหาหรือความเสี่ยง")[1] == "0 / 48"
    answers = {"risks": [{}] * 39 + [{"step": "คำตอบ"}]}
    sign, count, what = line_of(ready_of(build(one, Filling(answers))), "2. ข้อมูลการดำเนินงาน : ปัญหาหรือความเสี่ยง")
    assert (sign, count, what) == ("✗ ขาด 47 ช่อง", "1 / 48", "ขั้นตอนของกระบวนงาน (ลำดับที่ 1)")
