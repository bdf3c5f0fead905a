"""Judging one form without a season: what is typed is put into the cells of a blank form as it was read, then extracted and checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

import filling
from test_roundtrip import FRAMEWORKS

from templates.build import build
from templates.extract import extract
from templates.issued import Issued
from templates.passport import Passport, sign
from validation.check import Filed, check
from workbook.finding import Finding
from workbook.raw import RawBook, RawCell
from workbook.read import read
from workbook.write import write

Typed = Mapping[str, Sequence[Any]]
At = tuple[str, int, str]
PROVINCE = {
    "general.service": ["งานบริการผู้ป่วยนอก"],
    "general.process_type": ["1. กระบวนงานเกี่ยวกับการให้บริการประชาชนและบริการสาธารณะ"],
    "general.evidence_basis": ["สถิติข้อร้องเรียน"],
    "general.justification": ["สถิติเรื่องร้องเรียนสูงสุดในหกงานบริการ"],
    "measures.current_measure": ["ประชุมทีม", None, "คู่มือ", None],
    "measures.additional_measure": ["ถามตอบ", "ปรับปรุงระบบ", "ประชุมทางไกล", "อบรม"],
}
PLAN: Typed = {
    **filling.PLAN,
    "activities.start": ["1 พ.ค. 2557"],
    "indicators.weight": [50, 10, 10, 10, 10, 10],
    "indicators.level1": [40, 60, 1, "-", 1, 1],
    "indicators.level2": [50, 70, 2, "-", 2, 2],
    "indicators.level4": [70, 90, 4, "-", 4, 4],
    "certifier.name": ["นางสาวสมหญิง รักงาน"],
    "recorder.name": ["นายสมชาย ใจดี"],
}
"""The worked example typed without a remark to be made."""
REPORT: Typed = {
    **filling.REPORT,
    "measures.progress": [20, 30, 50, 20, 40],
    "reporter.name": ["นายสมชาย ใจดี"],
    "certifier.name": ["นางสาวสมหญิง รักงาน"],
}
REPORT12: Typed = {
    **filling.REPORT12,
    "measures.summary": [f"ดำเนินการแล้ว {n} จังหวัด" for n in range(1, 6)],
    "reporter.name": ["นายสมชาย ใจดี"],
    "certifier.name": ["นางสาวสมหญิง รักงาน"],
}
MEASURES = ["ถามตอบ", "ปรับปรุงระบบ", "ประชุมทางไกล", "อบรม", "จัดเวทีแลกเปลี่ยนเรียนรู้ระหว่างหน่วยงาน"]
LEVELS = [(40, 50, 60, 70, 80), (60, 70, 80, 90, 100), (1, 2, 3, 4, 5), (None, None, 1, None, 2), (1, 2, 3, 4, 5), (10, 8, 6, 4, 2)]
AGENCIES = {"dept_2557": ("D01021", "สำนักงานคณะกรรมการพัฒนาระบบราชการ"), "prov_2557": ("P50", "จังหวัดเชียงใหม่")}


def base(framework: str, form: str) -> Typed:
    """Give answers to which nothing is to be said."""
    if form == "plan":
        return {**PLAN, **(PROVINCE if framework == "prov_2557" else {})}
    return REPORT12 if form == "report12" else REPORT


@cache
def blank(framework: str, form: str, agency: str = "") -> tuple[Issued, RawBook]:
    """Give an issued form, with the worked plan carried where it carries one, and what is read of it."""
    one = FRAMEWORKS[framework]
    code, name = AGENCIES[framework]
    passport = sign(Passport("2557", f"{framework}/{form}", one.form(form).version, agency or code, "0001"), b"secret")
    snapshot = {}
    for table in one.form(form).tables:
        rows = _carried(table.id) if table.rows.__class__.__name__ == "Carried" else [{}]
        locked = [item for item in table.fields if item.locked and item.origin != "formula"]
        snapshot[table.id] = tuple({item.id: row.get(item.id) for item in locked} for row in rows)
    issued = Issued(one, one.form(form), passport, name, snapshot)
    raw, _ = read(write(build(issued)))
    assert raw is not None
    return issued, raw


def _carried(table: str) -> list[dict[str, Any]]:
    if table in ("indicators", "indicator_status"):
        weights = ["50", "10", "10", "10", "10", "10"]
        levels = [{f"level{n}": None if value is None else str(value) for n, value in enumerate(row, 1)} for row in LEVELS]
        return [
            {"name": f"ตัวชี้วัดที่ {n}", "weight": weight, "scale": "number", "target": row["level3"], **row}
            for n, (weight, row) in enumerate(zip(weights, levels, strict=True), 1)
        ]
    if table == "plan_risks":
        return [{"step": "ให้คำปรึกษา", "risk": "เรียกรับสิ่งตอบแทน"}]
    return [{"factor": f"ปัจจัย {n}", "measure": text, "additional_measure": text} for n, text in enumerate(MEASURES, 1)]


def typed_into(framework: str, form: str, values: Typed) -> tuple[Issued, RawBook]:
    """Put values (plain, or RawCell) into the entries of a blank form; None leaves a cell blank."""
    issued, raw = blank(framework, form)
    sheets = {sheet.name: dict(sheet.cells) for sheet in raw.sheets}
    for name, items in values.items():
        table, _, field = name.partition(".")
        block = issued.layout.blocks[table]
        for cell, value in zip(block.cells[field], items, strict=False):
            sheets[block.table.sheet].pop(cell, None)
            if value is not None:
                sheets[block.table.sheet][cell] = value if isinstance(value, RawCell) else RawCell(value)
    return issued, replace(raw, sheets=tuple(replace(sheet, cells=sheets[sheet.name]) for sheet in raw.sheets))


SIDE = ("READY_DIFFERS", "FORMULA_DIFFERS", "NO_NAMES")
"""Formulas of a form that no program has opened hold no values; what is said of that is no matter here."""


def filed(framework: str, form: str, values: Typed, earlier: Mapping[str, Any] | None = None) -> Filed:
    """Give a form that is filled like the base but for some values, as it is read."""
    issued, raw = typed_into(framework, form, {**base(framework, form), **values})
    return Filed(issued, extract(issued, raw), earlier or {})


def all_judged(batch: Sequence[Filed]) -> list[list[Finding]]:
    """Give all findings of each of many forms, which are checked together as in a night."""
    found = [[*one.extracted.findings, *cells] for one, cells in zip(batch, check(batch), strict=True)]
    return [[item for item in items if item.code not in SIDE] for items in found]


def judged(framework: str, form: str, values: Typed, earlier: Mapping[str, Any] | None = None) -> list[Finding]:
    """Give all findings of one form."""
    return all_judged([filed(framework, form, values, earlier)])[0]


def where(framework: str, form: str, at: At) -> tuple[str, str]:
    """Give sheet and cell of a field of a form."""
    place = blank(framework, form)[0].layout.place(*at)
    return place.sheet, place.cell.a1()


def told(found: Sequence[Finding]) -> list[tuple[str, str, tuple[str, str]]]:
    """Give code, severity and place of findings about cells, and of those about the file."""
    return [(item.code, item.severity, (item.place.sheet, item.place.cell.a1()) if item.place else ("", "")) for item in found]
