"""“Read as”: every answer that was read otherwise than it was typed is listed once, with its cell; the others are not."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import pytest
from judging import At, all_judged, filed, told, where

from templates import thai
from templates.dates import read_date
from templates.words import message
from workbook.finding import Finding
from workbook.raw import RawCell

PLAN, REPORT, LIST = "plan", "report9", "respondents"
WORK, TYPE, STAGE = ("general", 0, "work_process"), ("general", 0, "process_type"), ("general", 0, "stage")
START, WEIGHT, LEVEL = ("activities", 0, "start"), ("indicators", 0, "weight"), ("indicators", 0, "level1")
PROGRESS, RESULT, CERTIFIED = ("measures", 0, "progress"), ("indicators", 0, "result"), ("certifier", 0, "certified")
PHONE, MAIL, LONG = ("recorder", 0, "phone"), ("recorder", 0, "email"), ("basics", 0, "approach")


@dataclass(frozen=True)
class Case:
    """One typed answer and what is said of it: the code ("" nothing) and the value that a person is shown."""

    form: str
    at: At
    typed: Any
    code: str = ""
    value: str = ""


def fifty(*more: Any) -> Any:
    return RawCell(more[0], number_format=more[1])


CASES = [
    # figures
    Case(REPORT, PROGRESS, "๒๐", "READ_AS", "20"),
    Case(REPORT, PROGRESS, "ร้อยละ 20", "READ_AS", "20"),
    Case(REPORT, PROGRESS, "20%", "READ_AS", "20"),
    Case(REPORT, PROGRESS, "20 เปอร์เซ็นต์", "READ_AS", "20"),
    Case(REPORT, PROGRESS, "20"),
    Case(REPORT, PROGRESS, " 20.00 "),
    Case(REPORT, PROGRESS, fifty(0.2, "0%")),
    Case(REPORT, PROGRESS, "ยี่สิบ", "THAI_WORD", "20"),
    Case(REPORT, PROGRESS, "ประมาณ 20", "APPROX", "20"),
    Case(REPORT, PROGRESS, 0.5, "MAYBE_FRACTION", "0.5"),
    Case(REPORT, RESULT, fifty(0.75, "0%"), "READ_AS", "75"),
    Case(REPORT, RESULT, fifty(0.75, "0.00"), "RESULT_FRACTION"),
    Case(REPORT, RESULT, "1,200", "RESULT_FAR"),
    Case(REPORT, RESULT, "120 ครั้ง", "READ_AS", "120"),
    Case(REPORT, RESULT, "120", ""),
    Case(REPORT, RESULT, dt.datetime(2026, 2, 1), "EXCEL_DATE_MANGLED"),
    Case(PLAN, WEIGHT, "(50)", "READ_AS", "50"),
    Case(PLAN, WEIGHT, "ร้อยละ ๕๐", "READ_AS", "50"),
    Case(PLAN, LEVEL, "ไม่น้อยกว่า 40", "COMPARATOR", "40"),
    Case(PLAN, LEVEL, "ร้อยละ 40", "READ_AS", "40"),
    # days
    Case(PLAN, START, "30 มิ.ย. 2557"),
    Case(PLAN, START, "30 มิถุนายน 2557"),
    Case(PLAN, START, "30/6/2557"),
    Case(PLAN, START, "30/06/2557"),
    Case(PLAN, START, dt.datetime(2014, 6, 30)),
    Case(PLAN, START, "30/6/57", "READ_AS", "30 มิถุนายน 2557"),
    Case(PLAN, START, "๓๐ มิ.ย. ๒๕๕๗", "READ_AS", "30 มิถุนายน 2557"),
    Case(PLAN, START, "2014-06-30", "READ_AS", "30 มิถุนายน 2557"),
    Case(PLAN, START, "30 มิ.ย. พ.ศ. 2014", "ERA_CONTRADICTS", "30 มิถุนายน 2557"),
    Case(PLAN, START, "30 มิ.ย. ค.ศ. 2557", "ERA_CONTRADICTS", "30 มิถุนายน 2557"),
    Case(PLAN, START, "30 มิ.ย. ค.ศ. 2014", "READ_AS", "30 มิถุนายน 2557"),
    Case(PLAN, START, "30 มิ.ย. พ.ศ. 2557", "READ_AS", "30 มิถุนายน 2557"),
    Case(PLAN, START, "1957-06-30", "BE_2DIGIT_AS_19XX", "30 มิถุนายน 2557"),
    Case(PLAN, START, "วันที่ 1 พ.ค. 57", "READ_AS", "1 พฤษภาคม 2557"),
    Case(PLAN, START, 41791, "READ_AS", "1 มิถุนายน 2557"),
    Case(PLAN, START, dt.datetime(2557, 6, 30), "BE_AS_CE", "30 มิถุนายน 2557"),
    Case(PLAN, START, "สิ้นเดือน มิ.ย. 2557", "VAGUE", "30 มิถุนายน 2557"),
    # choices and ticks
    Case(PLAN, STAGE, "ฉบับสมบูรณ์"),
    Case(PLAN, STAGE, "final", "READ_AS", "ฉบับสมบูรณ์"),
    Case(PLAN, TYPE, 3, "READ_AS", "3. กระบวนงานเกี่ยวกับการกำกับและบังคับใช้กฎหมาย"),
    Case(PLAN, TYPE, "กระบวนงานเกี่ยวกับการกำกับและบังคับใช้กฎหมาย", "READ_AS", "3. กระบวนงานเกี่ยวกับการกำกับและบังคับใช้กฎหมาย"),
    Case(PLAN, CERTIFIED, "ใช่"),
    Case(PLAN, CERTIFIED, "/", "READ_AS", "ใช่"),
    Case(PLAN, CERTIFIED, True, "READ_AS", "ใช่"),
    Case(PLAN, CERTIFIED, RawCell("þ", font="Wingdings"), "READ_AS", "ใช่"),
    # texts
    Case(PLAN, WORK, "  กระบวนงานให้คำปรึกษา  "),
    Case(PLAN, WORK, "กระบวนงาน\u200bให้\u200bคำปรึกษา", "TEXT_CLEANED"),
    Case(PLAN, WORK, "กระบวนงาน\u00a0ให้คำปรึกษา", "TEXT_CLEANED"),
    Case(PLAN, WORK, "กระบวนงานสํารวจ", "TEXT_CLEANED"),
    Case(PLAN, WORK, 12345, "NUMBER_ALONE"),
    Case(PLAN, LONG, "ข้อ 1  ทำ\n\nข้อ 2 ทำ\r\n"),
    Case(PLAN, LONG, "จัดทำแผน... แล้วเวียนแจ้ง"),
    Case(PLAN, LONG, "\ufeff" + "ดำเนินการตามขั้นตอน " * 50, "TEXT_CLEANED"),
    Case(PLAN, LONG, "เเผนงาน", "TEXT_CLEANED"),
    # personal
    Case(PLAN, PHONE, "0 2000 0000 ต่อ 12"),
    Case(PLAN, PHONE, "02-000-0000"),
    Case(PLAN, PHONE, "๐ ๒๐๐๐ ๐๐๐๐", "READ_AS_PERSONAL"),
    Case(PLAN, PHONE, "+66 2000 0000", "READ_AS_PERSONAL"),
    Case(PLAN, PHONE, 20000000, "LEADING_ZERO_LOST"),
    Case(PLAN, MAIL, "Recorder@Example.go.th", "READ_AS_PERSONAL"),
    Case(PLAN, MAIL, " recorder@example.go.th "),
]


@pytest.fixture(scope="module")
def nights() -> list[list[list[Finding]]]:
    """Give the findings of every case, judged together and twice."""
    batch = []
    for case in CASES:
        table, _, field = case.at
        rest = {"basics.approach": ["ทำ"]} if case.form == PLAN and field != "approach" else {}
        batch.append(filed("dept_2557", case.form, {**rest, f"{table}.{field}": _first(case)}))
    return [all_judged(batch) for _ in range(2)]


def _first(case: Case) -> list[Any]:
    from judging import base

    table, _, field = case.at
    return [case.typed, *base("dept_2557", case.form)[f"{table}.{field}"][1:]]


@pytest.mark.parametrize("at", range(len(CASES)), ids=lambda at: f"{CASES[at].at[2]}-{CASES[at].code}-{at}")
def test_what_is_said_of_an_answer(nights: list[list[list[Finding]]], at: int) -> None:
    case = CASES[at]
    for night in nights:
        wanted = [(case.code, where("dept_2557", case.form, case.at))] if case.code else []
        # A reading changes nothing of how likely a figure is.
        found = [item for item in night[at] if item.code != "RESULT_FAR" or case.code == "RESULT_FAR"]
        assert [(code, place) for code, _, place in told(found)] == wanted
        if case.value:
            assert found[0].params["value"] == case.value
            for lang in ("th", "en"):
                text, _ = message(case.code, lang, {**found[0].params, "label": "x", "raw": found[0].raw})
                assert case.value in text


def test_nothing_personal_and_no_long_text_is_repeated(nights: list[list[list[Finding]]]) -> None:
    for found in (item for items in nights[0] for item in items):
        if found.place and found.place.table == "recorder":
            assert found.raw == "" and not found.params.get("value")
        if found.code == "TEXT_CLEANED":
            text, _ = message(found.code, "th", {**found.params, "label": "ช่อง", "raw": found.raw})
            assert len(text) < 200


# --- spellings that no case of the table has --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "text", "value", "codes"),
    [
        ("number", "ดำเนินการแล้ว ร้อยละ 80", "80", ()), ("number", "ครบ ๑๐๐", "100", ()), ("number", "3 วันทำการ", "3", ()),
        ("number", "ภายใน 3 วัน", "3", ("COMPARATOR",)), ("number", "15 ครั้ง/ราย", "15", ()), ("number", "๕๐๐ บาทถ้วน", "500", ()),
        ("number", "ครบถ้วน", None, "BAD_NUMBER"), ("number", "3/5", None, "BAD_NUMBER"), ("number", "1.200,50", None, "BAD_NUMBER"),
        ("number", "8O", None, "BAD_NUMBER"), ("number", "1 200", None, "BAD_NUMBER"), ("number", "80 หรือ 90", None, "BAD_NUMBER"),
        ("number", "5 เท่า", None, "BAD_NUMBER"), ("number", "1E3", None, "BAD_NUMBER"), ("number", "2 แสน", None, "BAD_NUMBER"),
        ("date", "30 มิ.ย.'57", "2014-06-30", ()), ("date", "30 มิถุนายน 2557.", "2014-06-30", ()), ("date", "ไม่เกิน 30 ก.ย. 57", "2014-09-30", ()),
        ("date", "6/30/57", None, "BAD_DATE"), ("date", "1-30 พ.ค. 57", None, "BAD_DATE"), ("date", "ไตรมาส 3", None, "BAD_DATE"),
        ("date", "29/2/2557", None, "BAD_DATE"), ("date", "300657", None, "BAD_DATE"), ("date", "กลางเดือน พ.ค. 57", None, "BAD_DATE"),
        ("phone", "0 2000 0000 กด 1", "0 2000 0000 ext 1", ()), ("phone", "สายตรง 0 2000 0000", "0 2000 0000", ()),
        ("phone", "02 000 0000 ถึง 9", "0 2000 0000-9", ()), ("phone", "02-000-000", None, "BAD_PHONE"), ("phone", "02 000 0000 (สมชาย)", None, "BAD_PHONE"),
        ("tick", "V", True, ()), ("tick", "รับทราบแล้ว", None, "BAD_TICK"), ("tick", "ใช่/ไม่ใช่", None, "BAD_TICK"),
        ("email", "a@example.go.th.", "a@example.go.th", ()), ("email", "a@example.go.th, b@example.go.th", None, "BAD_EMAIL"),
        ("text", "จัดทำแผน... แล้วเวียนแจ้ง", "จัดทำแผน... แล้วเวียนแจ้ง", ()), ("text", "อื่น ๆ…", "อื่น ๆ…", ()), ("text", "ชื่อ.......สกุล......", "ชื่อ สกุล", ()),
        ("text", "ประชุม...๖๔...คน", "ประชุม 64 คน", ()),
    ],
)  # fmt: skip
def test_other_spellings(kind: str, text: str, value: object, codes: Any) -> None:
    readers = {"number": thai.read_number, "phone": thai.read_phone, "tick": thai.read_tick, "email": thai.read_email, "text": thai.read_text}
    read = read_date(text, 2557) if kind == "date" else readers[kind](text)
    shown = read.value if isinstance(read.value, bool | None) else str(read.value)
    assert (shown, read.rejected or read.codes) == (value, codes)
