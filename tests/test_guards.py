"""Entries that prevent mistakes: messages, lists, checks while typing and marks, judged by a real client where formulas act."""

from __future__ import annotations

import csv
import datetime as dt
import itertools
import re
import shutil
import subprocess
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import filling
import openpyxl
import pytest
from openpyxl.formula.translate import Translator
from season_tools import Trial
from test_roundtrip import FORMS, issued
from test_thai import CASES

from templates import thai
from templates.build import Filling, build
from templates.dates import read_date, thai_date
from templates.extract import extract
from templates.guards import highlights
from templates.kinds import KINDS, Hint
from templates.levels import plain
from templates.lists import DATE_MARKS, DIGITS, MONTHS, list_name
from templates.prompts import CHECKS, MAX_FORMULA, MAX_TEXT, MAX_TITLE, expected, prompt, prompt_rule, prompt_title
from templates.rules import RULES, Context
from templates.spec import Field, Form, Option, RuleSpec
from templates.totals import is_total_words, total_formula
from templates.words import say
from workbook.address import Cell
from workbook.raw import RawCell
from workbook.read import read
from workbook.write import write

SOFFICE = shutil.which("soffice")
client = pytest.mark.skipif(SOFFICE is None, reason="LibreOffice (soffice) is not installed; it is the real client of these tests")
ENTRIES = [(form, table, item) for form in FORMS for table in form.tables for item in table.entries]
PLANS = [form for form in FORMS if form.id == "plan"]
HELPER_COL = 60


def name(case: object) -> str | None:
    return case.full_id if isinstance(case, Form) else case.id if hasattr(case, "id") else None


def calculated(paths: list[Path], kind: str, target: Path) -> list[Path]:
    """Open files in LibreOffice, calculate, and save them as another kind."""
    assert SOFFICE is not None
    profile = f"-env:UserInstallation={(target.parent / 'profile').as_uri()}"
    command = [SOFFICE, "--headless", profile, "--convert-to", kind, "--outdir", str(target), *map(str, paths)]
    subprocess.run(command, check=True, capture_output=True, timeout=600)
    return [target / f"{path.stem}.{kind}" for path in paths]


# --- messages --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("form", "table", "item"), ENTRIES, ids=name)
def test_every_entry_says_what_may_stand_there(form: Form, table: Any, item: Field) -> None:
    text = prompt(item)
    assert 0 < len(text) <= MAX_TEXT and item.help in text, "the help is cut: shorten it in the form"
    if item.unit:
        assert say("pages", "prompt_unit", unit=item.unit) in text
    # An address and a number to call have their example in the words of their kind.
    assert item.example or item.kind in ("email", "phone"), "an example is missing"
    if item.example:
        assert say("pages", "prompt_example", example=item.example) in text
    for bound in (item.low, item.high):
        assert bound is None or re.search(rf"(?<![0-9]){plain(bound)}(?![0-9])", expected(item))
    assert expected(item) in text
    rule = prompt_rule(issued(form).layout.blocks[table.id], item, issued(form).layout)
    # Forms with Thai figures say the same in Thai figures.
    assert thai.digits(rule.prompt) == thai.digits(text) and len(rule.error) <= MAX_TEXT
    assert thai.digits(rule.prompt_title) == thai.digits(prompt_title(item.label))
    if item.kind in ("text", "long_text", "code") and item.max_length is None:
        assert (rule.kind, rule.error, rule.error_title) == ("any", "", "")
    assert (rule.kind == "list") is bool(item.options)
    # What is only offered neither refuses nor warns.
    assert rule.hard is bool(item.choices) and rule.alert is (item.kind != "suggested")


@pytest.mark.parametrize(("form", "table", "item"), [case for case in ENTRIES if case[2].example], ids=name)
def test_every_example_is_an_answer_that_the_program_takes(form: Form, table: Any, item: Field) -> None:
    found = KINDS[item.kind].read(RawCell(item.example), item, Hint(issued(form).form_year))
    assert found.rejected is None and found.value is not None


@pytest.mark.parametrize(
    ("label", "title"),
    [
        ("น้ำหนัก", "น้ำหนัก"),
        ("6. แนวทางการแก้ไขปัญหา อุปสรรค", "6. แนวทางการแก้ไขปัญหา อุปสรรค"),
        ("(4) แนวทางแก้ไขปัญหาหรือความเสี่ยง", "แนวทางแก้ไขปัญหาหรือความเสี่ยง"),
        ("ความโปร่งใสในการปฏิบัติราชการ (ร้อยละ)", "ความโปร่งใสในการปฏิบัติราชการ"),
        ("1.1 ความเป็นมา : หลักการและเหตุผล", "หลักการและเหตุผล"),
        ("ดำเนินการครบถ้วนภายในระยะเวลาที่กำหนดในแผน", "ดำเนินการครบถ้วนภายในระยะเวลา…"),
        ("โปรดทำเครื่องหมายเพื่อรับรองว่าหัวหน้าส่วนราชการได้รับทราบข้อมูลโครงการตามที่ได้บันทึกแล้ว", "โปรดทำเครื่องหมายเพื่อรับรอง…"),
        ("ผลผลิต/ผลลัพธ์ที่ได้จากการดำเนินงานตามมาตรการ (บรรยาย)", "ผลผลิต/ผลลัพธ์ที่ได้…"),
        ("7.1 ภาคผนวก : หลักฐานอ้างอิงประกอบการดำเนินการตามตัวชี้วัดความสำเร็จ", "หลักฐานอ้างอิง…"),
        ("อบรมเจ้าหน้าที่ผู้ให้บริการประชาชนทุกกลุ่มเป้าหมาย", "อบรมเจ้าหน้าที่ผู้ให้บริการประ…"),
    ],
)
def test_titles_end_where_a_word_ends(label: str, title: str) -> None:
    assert prompt_title(label) == title and len(title) <= MAX_TITLE


@pytest.mark.parametrize("sign", ["ก้", "เก็", "กำ", "แก่"])
def test_titles_never_part_a_mark_from_its_consonant(sign: str) -> None:
    for lead in range(4):
        title = prompt_title("ก" * lead + sign * 40).removesuffix("…")
        rest = ("ก" * lead + sign * 40).removeprefix(title)
        assert len(title) > MAX_TITLE - 5
        assert title[-1] not in "เแโใไ" and not re.match("[\u0e30-\u0e3a\u0e47-\u0e4e]", rest)


def test_a_help_that_is_too_long_never_costs_range_unit_or_example() -> None:
    item = Field("x", "ช่อง", "percent", help="ข้อความ " * 60, low=Decimal(0), high=Decimal(100), unit="ร้อยละ", example="20")
    text = prompt(item)
    assert len(text) <= MAX_TEXT and text.endswith("ตัวเลข 0 ถึง 100\nหน่วย: ร้อยละ\nตัวอย่าง: 20") and "ข้อความ…\n" in text


def test_a_long_text_is_warned_about_and_says_the_limit() -> None:
    form = PLANS[0]
    block = issued(form).layout.blocks["general"]
    rule = prompt_rule(block, replace(form.table("general").field("work_process"), max_length=100), issued(form).layout)
    assert (rule.kind, rule.high, rule.hard) == ("length", 100, False) and "ไม่เกิน 100 ตัวอักษร" in rule.prompt


def test_the_spellings_of_a_date_that_the_message_names_are_one_day() -> None:
    named = re.findall(r"[0-9]{1,2}(?: \S+ |/[0-9]+/)[0-9]{4}", say("pages", "prompt_date"))
    assert len(named) == 3 and {read_date(text, 2557).value for text in named} == {dt.date(2014, 6, 30)}


@pytest.mark.parametrize("form", FORMS, ids=name)
def test_help_and_rule_state_the_same_total(form: Form) -> None:
    for table in form.tables:
        for spec in table.rules:
            if spec.rule == "sums_to":
                assert f"เท่ากับ {spec.text('total')}" in table.field(spec.text("field")).help
                assert f"เท่ากับ {spec.text('total')}" in table.note


# --- lists -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", FORMS, ids=name)
def test_every_list_is_complete(form: Form, tmp_path: Path) -> None:
    one = issued(form)
    path = tmp_path / "form.xlsx"
    path.write_bytes(write(build(one)))
    book = openpyxl.load_workbook(path)
    seen = 0
    for table in form.tables:
        sheet = book[table.sheet]
        for item in table.entries:
            if KINDS[item.kind].look.rule not in ("list", "offer"):
                continue
            wanted = [option.label for option in item.options]
            listed = list_name(one.layout, table.id, item)
            assert [cell.value for cell in filling.cells_of(book, listed)] == wanted
            cells = {cell.a1() for cell in one.layout.blocks[table.id].cells[item.id]}
            rules = [rule for rule in sheet.data_validations.dataValidation if rule.type == "list" and rule.formula1 == listed]
            assert cells <= {f"{cell}" for rule in rules for cell in expanded(rule)}
            refusing = [bool(rule.showErrorMessage) for rule in rules if rule.errorStyle in (None, "stop")]
            assert all(refusing) if item.choices else not any(rule.showErrorMessage for rule in rules)
            seen += bool(cells)
    assert seen or not any(item.options for table in form.tables for item in table.entries)


def expanded(rule: Any) -> list[str]:
    return [
        openpyxl.utils.get_column_letter(col) + str(row)
        for area in rule.sqref.ranges
        for row in range(area.min_row, area.max_row + 1)
        for col in range(area.min_col, area.max_col + 1)
    ]


def test_ticks_are_a_list_of_two_words() -> None:
    ticks = [item for _, _, item in ENTRIES if item.kind == "yes_no"]
    assert ticks and all([option.label for option in item.options] == ["ใช่", "ไม่ใช่"] for item in ticks)


# --- what Excel can hold ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", FORMS, ids=name)
def test_formulas_keep_to_what_excel_takes(form: Form) -> None:
    """A check longer than 255 characters damages the file; conditional formats hold no other sheet and no {1,2}."""
    layout = issued(form).layout
    for block in layout.blocks.values():
        for item in block.table.entries:
            if block.cells[item.id]:
                assert len(str(prompt_rule(block, item, layout).source)) <= MAX_FORMULA
        for mark in highlights(layout, block):
            assert "!" not in mark.formula and "{" not in mark.formula and len(mark.formula) < 1_000
            entries = {cell for item in block.table.entries for cell in block.cells[item.id]}
            assert mark.first in entries or mark.first.row == block.total_row
    assert len(total_formula([Cell(8, 4), Cell(2007, 4)], typed=True)) < 8_192


def test_a_mark_has_a_second_sign_beside_its_colour() -> None:
    from templates.guards import ALERT, GOOD
    from workbook.style import resolve

    assert resolve(ALERT)["bold"] and resolve(GOOD)["bold"]


# --- checks while typing ---------------------------------------------------------------------------------------------


def case_rows(kind: str) -> list[tuple[str, str]]:
    with CASES.open(encoding="utf-8", newline="") as lines:
        return [(row["input"], row["expected"]) for row in csv.DictReader(lines) if row["kind"] == kind]


GRADED = Field("x", "ช่อง", "percent", low=Decimal(0), high=Decimal(100))
TYPED: list[tuple[str, object, bool]] = [
    *(("date", text, True) for text, wanted in case_rows("date") if not wanted.startswith("!") and "VAGUE" not in wanted),
    *(("phone", text, True) for text, wanted in case_rows("phone") if not wanted.startswith("!")),
    *(("email", text, not wanted.startswith("!")) for text, wanted in case_rows("email")),
    *(("date", text, False) for text in ("เดือนหน้า", "ปี 2557", "30", "ก่อนสิ้นปี", "2557")),
    ("date", dt.datetime(2014, 6, 30), True), ("date", dt.datetime(2557, 6, 30), True), ("date", 2557, False),
    ("phone", "๐ ๒๐๐๐ ๐๐๐๐ ต่อ ๑๐๐", True), ("phone", 20000099, True), ("phone", "1784", True), ("phone", "ไม่ทราบ", False),
    ("phone", "0 2000", False), ("email", "a b@example.go.th", False), ("email", "a@b@example.go.th", False),
    ("email", "example.go.th", False), ("email", "a@example", False),
    *(("number", raw, True) for raw in (0, 100, 80.5, "๘๐", "ร้อยละ 80", "80%", "-", "(๔๐)", "ขั้นตอนที่ ๕")),
    *(("number", raw, False) for raw in (-1, 100.01, "มาก", "ครบถ้วน")),
    ("whole", 3, True), ("whole", 2.5, False), ("whole", "๓", True),
]  # fmt: skip


@pytest.fixture(scope="module")
def typed_verdicts(tmp_path_factory: pytest.TempPathFactory) -> dict[int, bool]:
    """Give what each check says of each typed cell, calculated by LibreOffice with the lists of a real form."""
    folder = tmp_path_factory.mktemp("typed")
    path = folder / "typed.xlsx"
    path.write_bytes(write(build(issued(PLANS[0]))))
    book = openpyxl.load_workbook(path)
    sheet = book.create_sheet("typed")
    for row, (kind, raw, _) in enumerate(TYPED, 1):
        sheet.cell(row, 1).value = raw  # type: ignore[assignment]
        item = replace(GRADED, kind=kind) if kind in ("number", "whole") else Field("x", "ช่อง", kind)
        sheet.cell(row, 2).value = CHECKS[kind](f"A{row}", item)
    book.save(path)
    (made,) = calculated([path], "xlsx", folder / "out")
    values = openpyxl.load_workbook(made, data_only=True)["typed"]
    return {row: values.cell(row + 1, 2).value for row in range(len(TYPED))}  # type: ignore[misc]


@client
@pytest.mark.slow
@pytest.mark.parametrize(("at", "case"), list(enumerate(TYPED)), ids=lambda case: f"{case[0]}-{case[1]}" if isinstance(case, tuple) else None)
def test_what_is_warned_about(typed_verdicts: dict[int, bool], at: int, case: tuple[str, object, bool]) -> None:
    assert typed_verdicts[at] is case[2]


def test_lists_of_words_hold_every_figure_and_month(tmp_path: Path) -> None:
    path = tmp_path / "form.xlsx"
    path.write_bytes(write(build(issued(PLANS[0]))))
    book = openpyxl.load_workbook(path)
    words = {key: [cell.value for cell in filling.cells_of(book, key)] for key in (DIGITS, MONTHS, DATE_MARKS)}
    assert "".join(words[DIGITS]) == "0123456789" + thai.THAI_DIGITS
    assert {month.replace(".", "") for month in say("pages", "months").split()} <= set(words[MONTHS])
    assert len(words[MONTHS]) >= 36 and words[DATE_MARKS] == ["/", "-", "."]


# --- marks while filling ---------------------------------------------------------------------------------------------


def with_marks(path: Path) -> list[tuple[str, str, str]]:
    """Write every conditional format as a formula into a far column of its row; gives (sheet, cell, helper)."""
    book = openpyxl.load_workbook(path)
    written = []
    ours = {table.sheet for form in PLANS for table in form.tables}
    for sheet in (book[title] for title in book.sheetnames if title in ours):
        used: dict[int, int] = {}
        for area in sheet.conditional_formatting:
            (first,) = area.sqref.ranges
            origin = first.coord.split(":")[0]
            for rule, row, col in itertools.product(area.rules, *(range(*ends) for ends in _ends(first))):
                if rule.type != "expression" or not (rule.dxf.font and rule.dxf.font.b and rule.dxf.fill.bgColor.rgb == "FFFDE9C8"):
                    continue
                cell = f"{openpyxl.utils.get_column_letter(col)}{row}"
                at = used[row] = used.get(row, HELPER_COL) + 1
                formula = Translator("=" + rule.formula[0], origin=origin).translate_formula(cell)
                sheet.cell(row, at).value = formula
                written.append((sheet.title, cell, sheet.cell(row, at).coordinate))
    book.save(path)
    return written


def _ends(area: Any) -> tuple[tuple[int, int], tuple[int, int]]:
    return (area.min_row, area.max_row + 1), (area.min_col, area.max_col + 1)


WRONG: filling.Values = {
    **filling.PLAN,
    "general.process_type": ["1. กระบวนงานเกี่ยวกับการให้บริการประชาชนและบริการสาธารณะ"],
    "activities.activity": ["อบรม", "ประชุม", "ติดตาม"],
    "activities.factor": ["ปัจจัยที่ 4", "ปัจจัยที่ 5", "5"],
    "indicators.name": ["ก", "ข", "ค", "ข", "จ", "ฉ"],
    "indicators.weight": [50, "๑๐", 101, "ร้อยละ ๑๐", "(10)", "-"],
    "indicators.direction": ["ยิ่งมากยิ่งดี", "ยิ่งมากยิ่งดี", "ยิ่งน้อยยิ่งดี", "ยิ่งน้อยยิ่งดี", "ยิ่งมากยิ่งดี", None],
    "indicators.level1": [40, 10, 10, 1, "ร้อยละ 60", 1],
    "indicators.level2": [50, 8, 8, "-", 50, 3],
    "indicators.level3": [60, 6, 6, 3, 40, 2],
    "indicators.level4": [55, 4, None, 0, 30, 4],
    "indicators.level5": [80, 2, 2, 5, 20, 5],
    "certifier.certified": ["ไม่ใช่"],
    "certifier.name": [filling.PLAN["recorder.name"][0]],
}
PROVINCE: filling.Values = {
    "general.service": ["งานจดทะเบียนสิทธิและนิติกรรม"],
    "general.process_type": ["1. กระบวนงานเกี่ยวกับการให้บริการประชาชนและบริการสาธารณะ"],
    "indicators.weight": [50, 40],
}
AGREED: filling.Values = {"general.service": ["งานประกันสังคม"], "general.process_type": ["1"], "indicators.weight": [50, "มาก"]}


@pytest.fixture(scope="module")
def marked(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[set[tuple[str, str]], openpyxl.Workbook]]:
    """Give per filled plan the cells that are marked, and the calculated workbook."""
    folder = tmp_path_factory.mktemp("marked")
    forms = {form.framework: form for form in PLANS}
    cases = {"right": ("dept_2557", filling.PLAN), "wrong": ("dept_2557", WRONG), "blank": ("dept_2557", {}),
             "province": ("prov_2557", PROVINCE), "agreed": ("prov_2557", AGREED)}  # fmt: skip
    written = {}
    for case, (framework, values) in cases.items():
        (folder / f"{case}.in.xlsx").write_bytes(write(build(issued(forms[framework]))))
        filling.fill(folder / f"{case}.in.xlsx", folder / f"{case}.xlsx", values)
        written[case] = with_marks(folder / f"{case}.xlsx")
    made = calculated([folder / f"{case}.xlsx" for case in cases], "xlsx", folder / "out")
    found = {}
    for case, path in zip(cases, made, strict=True):
        book = openpyxl.load_workbook(path, data_only=True)
        values_of = {(sheet, cell): book[sheet][helper].value for sheet, cell, helper in written[case]}
        assert all(isinstance(value, bool) for value in values_of.values()), values_of
        hits = {(sheet, cell) for sheet, cell, helper in written[case] if book[sheet][helper].value}
        found[case] = (hits, book)
    return found


def places(book: openpyxl.Workbook, hits: set[tuple[str, str]]) -> dict[str, list[int]]:
    """Give marked cells by defined name: the records from 0."""
    found: dict[str, list[int]] = {}
    for key in book.defined_names:
        if not re.match(r"(list|pick|check|ready|_)", key):
            at = [n for n, cell in enumerate(filling.cells_of(book, key)) if (cell.parent.title, cell.coordinate) in hits]
            found |= {key: at} if at else {}
    return found


@client
@pytest.mark.slow
@pytest.mark.parametrize("case", ["right", "blank"])
def test_what_is_right_is_not_marked(marked: Any, case: str) -> None:
    hits, _ = marked[case]
    assert hits == set()


@client
@pytest.mark.slow
def test_what_breaks_a_rule_is_marked(marked: Any) -> None:
    hits, book = marked["wrong"]
    levels = [0, 1, 3]  # turns, falls against its direction, rises against it; not: gaps, texts, no direction
    assert places(book, hits) == {
        "activities.factor": [1],
        "measures.additional_measure": [4], "measures.current_measure": [4],
        "indicators.name": [1, 3], "indicators.weight": [2],
        **{f"indicators.level{n}": levels for n in range(1, 6)},
        "certifier.certified": [0], "certifier.name": [0],
    }  # fmt: skip


@client
@pytest.mark.slow
def test_totals_read_what_people_type_and_say_how_much_is_missing(marked: Any) -> None:
    def said(case: str) -> tuple[Any, Any]:
        _, book = marked[case]
        weight = filling.cells_of(book, "indicators.weight")[-1].offset(1, 0)
        return weight.value, weight.offset(0, 1).value

    assert said("right") == (100, "ครบ 100")
    assert said("wrong") == (181, "เกิน 81")
    assert said("province") == (90, "ขาด 10")
    assert said("agreed") == (50, say("pages", "sum_unread"))
    assert said("blank") == (0, None) or said("blank") == (0, "")


@client
@pytest.mark.slow
def test_a_province_sees_the_type_of_its_service(marked: Any) -> None:
    hits, book = marked["province"]
    (shown,) = filling.cells_of(book, "general.service_type")
    assert shown.value.startswith("2. ") and shown.protection.locked
    assert places(book, hits)["general.process_type"] == [0]
    hits, book = marked["agreed"]
    assert filling.cells_of(book, "general.service_type")[0].value.startswith("1. ")
    assert "general.process_type" not in places(book, hits)


LEVELS = [f"level{n}" for n in range(1, 6)]


@client
@pytest.mark.slow
def test_criteria_are_marked_as_the_program_judges_them(tmp_path: Path) -> None:
    """All rows of five among a blank, 0 and three numbers, in both directions: 6,250 rows."""
    form = PLANS[0]
    layout = issued(form).layout
    block = layout.blocks["indicators"]
    first = block.cells["level1"][0]
    formulas = [mark.formula for mark in highlights(layout, block) if mark.first == first]
    assert len(formulas) == 2
    (spec,) = [spec for spec in form.table("indicators").rules if spec.rule == "criteria"]
    labels = {option.code: option.label for option in form.table("indicators").field("direction").options}
    cases = [(way, row) for way in labels for row in itertools.product(["-", 0, 1, 2, 3], repeat=5)]
    book = openpyxl.Workbook()
    sheet = book.active
    direction = block.cells["direction"][0]
    for at, (way, row) in enumerate(cases):
        line = first.row + at
        sheet.cell(line, direction.col).value = labels[way]
        for step, value in enumerate(row):
            sheet.cell(line, first.col + step).value = value
        for step, formula in enumerate(formulas):
            moved = Translator(formula, origin=first.a1()).translate_formula(first._replace(row=line).a1())
            sheet.cell(line, HELPER_COL + step).value = moved
    book.save(tmp_path / "criteria.xlsx")
    (made,) = calculated([tmp_path / "criteria.xlsx"], "xlsx", tmp_path / "out")
    values = openpyxl.load_workbook(made, data_only=True).active
    for at, (way, row) in enumerate(cases):
        line = first.row + at
        marked_here = any(values.cell(line, HELPER_COL + step).value for step in range(len(formulas)))
        numbers = [value for value in row if value not in ("-", 0)]
        if len(numbers) >= 2:
            assert marked_here is wrong(spec, way, row), (way, row)
        else:
            assert not marked_here, (way, row)


def wrong(spec: RuleSpec, way: str, row: tuple[Any, ...]) -> bool:
    """Tell whether the program finds the row out of order or against its direction, whatever its target is."""
    values = {level: None if value == "-" else Decimal(value) for level, value in zip(LEVELS, row, strict=True)}
    numbers = [level for level, value in values.items() if value]
    found = RULES["criteria"].check("t", [{**values, "direction": way}], replace_target(spec, numbers[0]), Context({}, 2557))
    return any(item.code in ("NOT_MONOTONE", "DIRECTION_WRONG") for item in found)


def replace_target(spec: RuleSpec, target: str) -> RuleSpec:
    return RuleSpec(spec.rule, {**spec.settings, "target": target})


# --- the rule behind the dropdown of factors -------------------------------------------------------------------------


def test_a_factor_that_the_type_does_not_have_is_returned(trial: Trial) -> None:
    values = {**filling.PLAN, "general.process_type": ["1. กระบวนงานเกี่ยวกับการให้บริการประชาชนและบริการสาธารณะ"],
              "activities.factor": ["ปัจจัยที่ 5"],
              "measures.current_measure": ["ก"] * 4, "measures.additional_measure": ["ก"] * 4}  # fmt: skip
    assert trial.run("issue", "plan", "--agency", "D01021").status == 0
    verdict = trial.verdict(trial.drop("D01021", "plan", values))
    errors = [item for item in verdict["findings"] if item["severity"] == "error"]
    cell = filling.cells_of(openpyxl.load_workbook(trial.issued("D01021", "plan")), "activities.factor")[0].coordinate
    assert [(item["code"], item["cell"]) for item in errors] == [("FACTOR_BEYOND_TYPE", cell)]
    assert verdict["verdict"] == "returned"
    good = {**values, "activities.factor": ["ปัจจัยที่ 4"]}
    assert trial.verdict(trial.drop("D01021", "plan", good))["verdict"] == "accepted"


# --- dates -----------------------------------------------------------------------------------------------------------


DAY = Field("x", "วัน", "date")


def test_an_accepted_date_is_shown_as_people_write_it_and_a_locked_one_stays_a_date() -> None:
    day = dt.date(2014, 6, 30)
    assert KINDS["date"].show(day, DAY) == "30 มิ.ย. 2557" and KINDS["date"].style(DAY) == "text"
    locked = replace(DAY, origin="carried")
    assert KINDS["date"].show(day, locked) == day and KINDS["date"].style(locked) == "date"


def test_every_day_of_a_year_comes_back_as_it_was_shown() -> None:
    for at in range(366):
        day = dt.date(2013, 10, 1) + dt.timedelta(at)
        assert read_date(thai_date(day), 2557).value == day


def test_date_entries_are_text_cells_and_take_true_dates(tmp_path: Path) -> None:
    one = issued(PLANS[0])
    path = tmp_path / "plan.xlsx"
    path.write_bytes(write(build(one, Filling({"activities": [{"start": "2014-05-01", "end": "2014-06-30"}]}))))
    book = openpyxl.load_workbook(path)
    starts = filling.cells_of(book, "activities.start")
    assert starts[0].value == "1 พ.ค. 2557" and {cell.number_format for cell in starts} == {"@"}
    starts[0].value = dt.datetime(2014, 6, 1)
    starts[1].value, starts[1].number_format = 41791, "@"
    starts[2].value = "๑/๖/๒๕๕๗"
    book.save(path)
    raw, _ = read(path.read_bytes())
    assert raw is not None
    found = extract(one, raw).answers["activities"]
    assert [row["start"] for row in found] == ["2014-06-01"] * 3 and found[0]["end"] == "2014-06-30"


@client
@pytest.mark.slow
@pytest.mark.parametrize("kind", ["xlsx", "xls", "ods"])
def test_dates_that_look_like_other_days_survive_a_save(tmp_path: Path, kind: str) -> None:
    one = issued(PLANS[0])
    path = tmp_path / "plan.xlsx"
    path.write_bytes(write(build(one)))
    typed = ["5/1/2557", "30 มิ.ย. 2557", "๑ ต.ค. ๒๕๕๖", "1-2-57"]
    filling.fill(path, tmp_path / "filled.xlsx", {"activities.start": typed})
    (made,) = calculated([tmp_path / "filled.xlsx"], kind, tmp_path / "out")
    raw, findings = read(made.read_bytes())
    assert raw is not None, findings
    rows = extract(one, raw).answers["activities"]
    assert [row["start"] for row in rows] == ["2014-01-05", "2014-06-30", "2013-10-01", "2014-02-01"]


# --- words beside totals ---------------------------------------------------------------------------------------------


def test_words_beside_a_total_are_no_stray(trial: Trial) -> None:
    assert trial.run("issue", "plan", "--agency", "D01021").status == 0
    path = trial.drop("D01021", "plan", filling.PLAN)
    book = openpyxl.load_workbook(path)
    words = filling.cells_of(book, "indicators.weight")[-1].offset(1, 1)
    assert words.value.startswith("=IF(COUNTA(")
    for pasted, codes in (("ขาด 10", set()), ("ครบ 100", set()), ("หมายเหตุ", {"OUTSIDE_TABLE"})):
        words.value = pasted
        book.save(path)
        assert {item["code"] for item in trial.verdict(path)["findings"]} & {"OUTSIDE_TABLE", "NOT_READ"} == codes


def test_words_beside_a_total_are_true_at_once() -> None:
    answers = {"indicators": [{"weight": "50"}, {"weight": "40.5"}]}
    for raws, wanted in (({}, "ขาด 9.5"), ({("indicators", 2, "weight"): "มาก"}, say("pages", "sum_unread"))):
        one = issued(PLANS[0])
        sheets = {sheet.name: sheet for sheet in build(one, Filling(answers, raws)).sheets}
        block = one.layout.blocks["indicators"]
        assert block.total_row is not None
        at = Cell(block.total_row, block.cells["direction"][0].col)
        (put,) = [put for put in sheets[block.table.sheet].puts if put.cell == at]
        assert put.value.value == wanted  # type: ignore[union-attr]


@pytest.mark.parametrize(("text", "ours"), [("ครบ 100", True), ("ขาด 66.7", True), ("ขาด ก", False), ("", False)])
def test_words_of_ours(text: str, ours: bool) -> None:
    assert is_total_words(text) is ours


def test_options_with_quotes_stay_strings() -> None:
    from templates.totals import quoted

    assert quoted('ก "ข"') == '"ก ""ข"""' and Option("a", "b").label == "b"
