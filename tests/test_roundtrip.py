"""Build, write, read, extract gives the answers back, for every form of every framework that comes with the program."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from templates import registry
from templates.build import Filling, build
from templates.extract import extract
from templates.issued import Issued
from templates.kinds import KINDS
from templates.load import SHIPPED, load_framework, shipped_frameworks
from templates.passport import Passport, find_passports, sign
from templates.spec import Field, Form, Framework, Many, One, Table
from workbook.address import parse_reference
from workbook.read import read
from workbook.write import write

FRAMEWORKS = {name: load_framework(SHIPPED / name) for name in shipped_frameworks()}
FORMS = [form for framework in FRAMEWORKS.values() for form in framework.forms]
TEXT = st.text("กขคงจดตนบปมรลวสหอเแโ่้าิีุูะ ABCxyz019๐๙()=+-@&<>\"'", max_size=40).map(lambda text: f"กขค{text}")
"""Begins with letters: a text of signs alone would be a blank or a mark, and nearly every draw of a long form held one."""


def kept_text(item: Field) -> st.SearchStrategy[Any]:
    """Give answers that a text keeps as they are typed: what cleaning leaves alone."""
    kind = KINDS[item.kind]

    def stays(text: str) -> bool:
        from templates.kinds import Hint
        from workbook.raw import RawCell

        found = kind.read(RawCell(text), item, Hint(2557))
        return found.value == text and not found.codes

    return TEXT.map(str.strip).filter(stays)


def answer(item: Field) -> st.SearchStrategy[Any]:
    if item.kind in ("number", "percent", "criterion"):
        low, high = (int(item.low) if item.low is not None else 1), (int(item.high) if item.high is not None else 900)
        return st.decimals(max(low, 1), high, places=2).map(lambda value: format(value.normalize(), "f"))
    if item.kind == "whole":
        return st.integers(0, 10_000).map(str)
    if item.kind == "date":
        return st.dates(dt.date(2013, 10, 1), dt.date(2014, 9, 30)).map(dt.date.isoformat)
    if item.kind == "choice":
        return st.sampled_from([option.code for option in item.options])
    if item.kind == "yes_no":
        return st.booleans()
    if item.kind == "email":
        return st.sampled_from(["a@example.go.th", "office.1@example.or.th"])
    if item.kind == "phone":
        return st.sampled_from(["0 2000 0000", "0 2000 0000 ext 12"])
    return kept_text(item)


def locked(table: Table) -> tuple[dict[str, Any], ...]:
    """Give locked values of three records where a table lists or carries."""

    def value(item: Field, at: int) -> Any:
        if item.kind in ("number", "percent", "criterion", "whole"):
            return str(at + 1)
        return item.options[0].code if item.options else f"{item.id} {at + 1}"

    count = 1 if isinstance(table.rows, One) else 0 if isinstance(table.rows, Many) else 3
    return tuple({item.id: value(item, at) for item in table.fields if item.locked} for at in range(count))


def issued(form: Form) -> Issued:
    passport = sign(Passport("2557", form.full_id, form.version, "D01021", "0001"), b"secret")
    return Issued(FRAMEWORKS[form.framework], form, passport, "หน่วยงาน", {table.id: locked(table) for table in form.tables})


@st.composite
def answers_of(draw: st.DrawFn, form: Form) -> dict[str, list[dict[str, Any]]]:
    found = {}
    for table in form.tables:
        records = issued(form).layout.blocks[table.id].records
        filled = draw(st.integers(1, min(3, records))) if isinstance(table.rows, Many) else records
        found[table.id] = [{item.id: draw(answer(item)) for item in table.entries} for _ in range(filled)]
    return found


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.full_id)
@settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_answers_come_back(form: Form, data: st.DataObject) -> None:
    answers = data.draw(answers_of(form))
    one = issued(form)
    book = build(one, Filling(answers))
    content = write(book)
    assert content == write(build(one, Filling(answers)))
    raw, findings = read(content)
    assert raw is not None and findings == []
    assert find_passports(raw) == (one.passport,) * 3
    found = extract(one, raw)
    assert [item.code for item in found.findings if item.code != "MAYBE_FRACTION"] == []
    for table in form.tables:
        entries = [item.id for item in table.entries]
        back = [{name: record[name] for name in entries} for record in found.answers[table.id]]
        wanted = answers[table.id]
        if any(item.pick for item in table.fields):
            back = back[: len(wanted)]
        for record, expected in zip(back, wanted, strict=True):
            assert same(record) == same(expected)


def same(record: dict[str, Any]) -> dict[str, Any]:
    def plain(value: Any) -> Any:
        try:
            return Decimal(value)
        except (ArithmeticError, TypeError, ValueError):
            return value

    return {key: plain(value) for key, value in record.items()}


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.full_id)
def test_the_page_keeps_its_promises(form: Form, tmp_path: Path) -> None:
    """Every entry is unlocked, has an input message, and is named in record order; all else is locked."""
    one = issued(form)
    path = tmp_path / "form.xlsx"
    path.write_bytes(write(build(one)))
    book = openpyxl.load_workbook(path)
    layout = one.layout
    prompts: dict[str, set[str]] = {
        sheet.title: {cell for rule in sheet.data_validations.dataValidation for area in rule.sqref.ranges for row in area.rows
                      for cell in [f"{_letters(col)}{line}" for line, col in row] if rule.prompt}
        for sheet in book
    }  # fmt: skip
    unlocked = {
        (sheet.title, cell.coordinate)
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if not cell.protection.locked
    }
    entries = set()
    for table in form.tables:
        for item in table.fields:
            spots = parse_reference(book.defined_names[f"{table.id}.{item.id}"].value)
            assert spots is not None and [cell for _, cell in spots] == list(layout.blocks[table.id].cells[item.id])
            assert {name for name, _ in spots} == {table.sheet}
            if item.origin == "entry":
                entries |= {(table.sheet, cell.a1()) for _, cell in spots}
                assert all(cell.a1() in prompts[table.sheet] for _, cell in spots), item.id
    assert unlocked == entries
    assert all(book[name].protection.sheet for name in layout.sheets)
    assert [book[name].sheet_state for name in ("_lists", "_passport")] == ["veryHidden", "veryHidden"]
    assert book.worksheets[0].title == "คำชี้แจง" and one.passport.line() in {
        cell.value for (cell, *_) in book.worksheets[0].iter_rows()
    }


def _letters(col: int) -> str:
    return openpyxl.utils.get_column_letter(col)


def test_ids_that_programs_rely_on() -> None:
    """Contract, section 4: tables and fields of each form, whatever else a form has."""
    wanted = {
        "plan": {
            "general": "agency ministry work_process process_type stage", "basics": "rationale objective risk_analysis approach success",
            "risks": "step risk cause effect", "measures": "factor current_measure additional_measure",
            "activities": "activity factor start end responsible output",
            "indicators": "name unit weight direction scale level1 level2 level3 level4 level5",
            "recorder": "name position email phone fax", "certifier": "certified name position email",
        },
        "report9": {
            "measures": "factor measure progress in_time summary output",
            "indicators": "name weight level1 level2 level3 level4 level5 target result", "obstacles": "obstacles remedies",
            "evidence": "indicator title reference", "reporter": "name position email phone fax",
            "certifier": "certified name position email",
        },
        "review": {"basics": "agency criterion met comment", "factors": "agency factor score comment"},
        "survey": {"survey": "agency respondents transparency_pct"},
    }  # fmt: skip
    closeout = "c1_1 c1_2 c2_1 c2_2 c3_1 c3_2 c4_1 c4_2 c4_3 c5_1 c5_2 c6_1 c7_1 c7_2 c7_3"
    wanted["report12"] = {**wanted["report9"], "closeout": closeout}
    scores = " ".join(["agency iit eit oit", *(f"i{number}" for number in range(1, 11)), "total grade"])
    # The field names of domain C5, each in the layouts that have it.
    rows = "indicator_no question_codes responsible evidence_urls"
    assessed = {
        "ita_result": {"scores": scores},
        "measures": {
            "narrative": "principle instruments target result recommendations",
            "measures_l6": f"{rows} sub_indicator measure method period progress_summary outcome",
            "issues_l4": f"{rows} instrument issue method monitoring due_date",
            "measures_l5": f"{rows} measure progress_summary outcome period",
        },
    }
    for framework in FRAMEWORKS.values():
        for form_id, tables in (wanted if framework.sub_indicators else assessed).items():
            form = framework.form(form_id)
            for table_id, fields in tables.items():
                assert set(fields.split()) <= {item.id for item in form.table(table_id).fields}, (framework.id, form_id, table_id)
    general = {item.id for item in FRAMEWORKS["prov_2557"].form("plan").table("general").fields}
    assert {"service", "evidence_basis", "justification"} <= general


def test_who_must_file() -> None:
    """157 departments and 77 provinces of the registry; Bangkok is exempt: 76 are evaluated (seed 000 L220)."""

    def due(framework: Framework) -> list[registry.Agency]:
        return [registry.agency_from(row, framework) for row in registry.due_list(framework)]

    departments, provinces = due(FRAMEWORKS["dept_2557"]), due(FRAMEWORKS["prov_2557"])
    assert (len(departments), len(provinces)) == (157, 77)
    assert [item.code for item in provinces if not item.due] == ["P10"]
    chiangmai = next(item for item in provinces if item.code == "P50")
    assert (chiangmai.name, chiangmai.province, chiangmai.group) == ("จังหวัดเชียงใหม่", "50", "C12")
    opdc = next(item for item in departments if item.code == "D01021")
    assert (opdc.ministry, opdc.group, opdc.province) == ("OPM", "OPM", "")
