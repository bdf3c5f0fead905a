"""Every kind and every limit shows all its faces: what passes, what fails, how it is kept, shown and checked in Excel."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from templates.kinds import KINDS, Hint, breaks_limit
from templates.spec import KINDS as SPEC_KINDS
from templates.spec import Field, Option
from workbook.raw import RawCell

HINT = Hint(2557)
STAGES = (Option("preliminary", "เบื้องต้น"), Option("final", "ฉบับสมบูรณ์"))
TYPES = (Option("1", "1. การให้บริการ"), Option("3", "3. การบังคับใช้กฎหมาย"))
RUBRIC = (Option("0", "0 – ไม่มี"), Option("0.5", "0.5 – บางส่วน"), Option("1", "1 – ครบ"))
YES_NO = (Option("yes", "ใช่"), Option("no", "ไม่ใช่"))


def field(kind: str, **settings: Any) -> Field:
    return Field("x", "ช่อง", kind, **settings)


PASS: dict[str, list[tuple[Field, object, object]]] = {
    "text": [(field("text"), " แผน\u200bงาน ", "แผนงาน"), (field("text"), 12.0, "12"), (field("text"), "-", None)],
    "long_text": [(field("long_text"), "บรรทัด 1\r\nบรรทัด 2", "บรรทัด 1\nบรรทัด 2")],
    "code": [(field("code"), "O33", "O33")],
    "number": [
        (field("number"), "๑.๕", Decimal("1.5")), (field("number"), 33.300000000000004, Decimal("33.3")),
        (field("number"), 0, Decimal(0)), (field("number"), "-", None), (field("number"), "5 ครั้ง", Decimal(5)),
    ],
    "whole": [(field("whole"), "๔๐๐", Decimal(400)), (field("whole"), 3.0, Decimal(3))],
    "percent": [(field("percent"), "ร้อยละ ๘๐", Decimal(80)), (field("percent"), "80%", Decimal(80)), (field("percent"), 80, Decimal(80))],
    "criterion": [
        (field("criterion"), 60, Decimal(60)), (field("criterion"), "ร้อยละ 60", Decimal(60)),
        (field("criterion"), "ขั้นตอนที่ ๕", Decimal(5)), (field("criterion"), "-", None),
    ],
    "date": [
        (field("date"), "30 มิ.ย. 57", dt.date(2014, 6, 30)), (field("date"), dt.datetime(2014, 6, 30), dt.date(2014, 6, 30)),
        (field("date"), "๓๐/๐๖/๒๕๕๗", dt.date(2014, 6, 30)),
    ],
    "choice": [
        (field("choice", options=STAGES), "ฉบับ สมบูรณ์", "final"), (field("choice", options=STAGES), "final", "final"),
        (field("choice", options=TYPES), 3, "3"), (field("choice", options=TYPES), "การบังคับใช้กฎหมาย", "3"),
        (field("choice", options=RUBRIC), "๐.๕", "0.5"), (field("choice", options=RUBRIC), 1.0, "1"),
        (field("choice", options=STAGES), "", None),
    ],
    "suggested": [
        (field("suggested", options=TYPES), "การบังคับใช้กฎหมาย", "3"), (field("suggested", options=TYPES), 3, "3"),
        (field("suggested", options=TYPES), " อย่างอื่น 1, 2", "อย่างอื่น 1, 2"), (field("suggested", options=TYPES), "-", None),
    ],
    "yes_no": [
        (field("yes_no", options=YES_NO), "ใช่", True), (field("yes_no", options=YES_NO), "no", False),
        (field("yes_no", options=YES_NO), "✓", True), (field("yes_no", options=YES_NO), True, True),
        (field("yes_no", options=YES_NO), None, None),
    ],
    "email": [(field("email"), " CleanInitiative@OPDC.go.th ", "cleaninitiative@opdc.go.th")],
    "phone": [(field("phone"), "02-0000099", "0 2000 0099")],
}  # fmt: skip
FAIL: dict[str, list[tuple[Field, object, str]]] = {
    "number": [(field("number"), "มาก", "BAD_NUMBER"), (field("number"), dt.datetime(2014, 3, 2), "EXCEL_DATE_MANGLED")],
    "whole": [(field("whole"), 2.5, "BAD_NUMBER")],
    "percent": [(field("percent"), "ครบถ้วน", "BAD_NUMBER"), (field("percent"), "80-90", "RANGE")],
    "criterion": [(field("criterion"), "ดี", "BAD_NUMBER")],
    "date": [(field("date"), "31 มิ.ย. 57", "BAD_DATE"), (field("date"), True, "BAD_DATE")],
    "choice": [(field("choice", options=STAGES), "สุดท้าย", "BAD_CHOICE"), (field("choice", options=TYPES), 2, "BAD_CHOICE")],
    "yes_no": [(field("yes_no", options=YES_NO), "อาจจะ", "BAD_TICK")],
    "email": [(field("email"), "a@b,go.th", "BAD_EMAIL")],
    "phone": [(field("phone"), "ไม่ทราบ", "BAD_PHONE")],
}
NEVER_REFUSED = {"text", "long_text", "code", "suggested"}


def test_every_kind_has_examples_that_pass_and_fail() -> None:
    assert set(KINDS) == set(SPEC_KINDS) == set(PASS) == set(FAIL) | NEVER_REFUSED


@pytest.mark.parametrize(("item", "raw", "value"), [case for cases in PASS.values() for case in cases])
def test_what_passes(item: Field, raw: Any, value: object) -> None:
    kind = KINDS[item.kind]
    found = kind.read(RawCell(raw), item, HINT)
    assert (found.value, found.rejected) == (value, None)
    kept = kind.dump(found.value)  # type: ignore[arg-type]
    assert kept is None or isinstance(kept, str | bool)
    assert kind.load(kept) == value
    shown = kind.show(found.value, item)  # type: ignore[arg-type]
    again = kind.read(RawCell(float(shown) if isinstance(shown, Decimal) else shown), item, HINT)  # type: ignore[arg-type]
    assert again.value == value


@pytest.mark.parametrize(("item", "raw", "code"), [case for cases in FAIL.values() for case in cases])
def test_what_fails(item: Field, raw: Any, code: str) -> None:
    found = KINDS[item.kind].read(RawCell(raw), item, HINT)
    assert (found.value, found.rejected) == (None, code)


def test_a_percent_format_counts_a_hundredfold() -> None:
    item = field("percent")
    assert KINDS["percent"].read(RawCell(0.8, number_format="0%"), item, HINT).value == Decimal(80)
    assert KINDS["percent"].read(RawCell(0.8), item, HINT).codes == ("MAYBE_FRACTION",)


@pytest.mark.parametrize(
    ("item", "value", "code"),
    [
        (field("percent", low=Decimal(0), high=Decimal(100)), Decimal(0), None),
        (field("percent", low=Decimal(0), high=Decimal(100)), Decimal(100), None),
        (field("percent", low=Decimal(0), high=Decimal(100)), Decimal("100.01"), "TOO_HIGH"),
        (field("percent", low=Decimal(0), high=Decimal(100)), Decimal("-0.01"), "TOO_LOW"),
        (field("text", max_length=3), "กขค", None),
        (field("text", max_length=3), "กขคง", "TOO_LONG"),
        (field("text", max_length=3), None, None),
    ],
)
def test_limits(item: Field, value: Any, code: str | None) -> None:
    broken = breaks_limit(item, value)
    assert (broken[0] if broken else None) == code


def test_a_file_without_formats_never_has_its_percentages_guessed() -> None:
    """In .xls 0.8 and 1 may each be a hundredfold: refused; 80 and typed text are plain."""
    item = field("percent")
    for raw in (0.8, 1.0):
        found = KINDS["percent"].read(RawCell(raw, formats_lost=True), item, HINT)
        assert (found.value, found.rejected) == (None, "PERCENT_UNKNOWN")
    for raw, value in ((80.0, Decimal(80)), ("0.8%", Decimal("0.8")), (0.0, Decimal(0))):
        assert KINDS["percent"].read(RawCell(raw, formats_lost=True), item, HINT).value == value
    assert KINDS["percent"].read(RawCell(1.0), item, HINT).codes == ("MAYBE_FRACTION",)


def test_a_weight_printed_in_parentheses_is_no_minus() -> None:
    assert KINDS["number"].read(RawCell("(๔๐)"), field("number"), HINT).value == Decimal(40)
