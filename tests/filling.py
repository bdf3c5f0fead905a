"""Answers for the tests, typed into issued workbooks through their defined names by openpyxl, as any client could."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.utils import range_boundaries

Values = dict[str, list[Any]]

PLAN: Values = {
    "general.work_process": ["กระบวนงานการให้คำปรึกษาแนะนำแก่จังหวัด"],
    "general.process_type": ["3. กระบวนงานเกี่ยวกับการกำกับและบังคับใช้กฎหมาย"],
    "general.stage": ["ฉบับสมบูรณ์"],
    "basics.rationale": ["เหตุผลของแผน"],
    "basics.objective": ["วัตถุประสงค์ของแผน"],
    "basics.risk_analysis": ["วิเคราะห์ขั้นตอน"],
    "basics.approach": ["แนวทางแก้ไข"],
    "basics.success": ["ผลลัพธ์ที่คาดหวัง"],
    "risks.step": ["ให้คำปรึกษา"],
    "risks.risk": ["เรียกรับสิ่งตอบแทน"],
    "risks.cause": ["ใช้ดุลยพินิจ"],
    "risks.effect": ["ประชาชนเสียโอกาส"],
    "measures.current_measure": ["ประชุมทีม", None, "คู่มือ", None, "เวียนหนังสือ"],
    "measures.additional_measure": ["ถามตอบ", "ปรับปรุงระบบ", "ประชุมทางไกล", "อบรม", "แลกเปลี่ยนเรียนรู้"],
    "activities.activity": ["อบรม"],
    "activities.factor": ["ปัจจัยที่ 4"],
    "activities.start": ["๑ พ.ค. ๒๕๕๗"],
    "activities.end": ["30 ก.ย. 2557"],
    "activities.responsible": ["สำนักงานเลขาธิการ"],
    "activities.output": ["ผู้ผ่านการอบรม 40 คน"],
    "indicators.name": [f"ตัวชี้วัดที่ {n}" for n in range(1, 7)],
    "indicators.unit": ["ร้อยละ", "ร้อยละ", "ครั้ง", "ครั้ง", "จังหวัด", "สาขา"],
    "indicators.weight": [50, "๑๐", 10, 10, 10, 10],
    "indicators.direction": ["ยิ่งมากยิ่งดี"] * 6,
    "indicators.scale": ["ตัวเลข"] * 6,
    "indicators.level1": [40, 60, 1, 0, 1, 1],
    "indicators.level2": [50, 70, 2, 0, 2, 2],
    "indicators.level3": [60, 80, 3, 1, 3, 3],
    "indicators.level4": [70, 90, 4, 0, 4, 4],
    "indicators.level5": [80, 100, 5, 2, 5, 5],
    "recorder.name": ["ชื่อผู้บันทึกทดสอบ"],
    "recorder.position": ["นักวิเคราะห์"],
    "recorder.email": ["recorder@example.go.th"],
    "recorder.phone": ["0 2000 0000"],
    "certifier.certified": ["ใช่"],
    "certifier.name": ["ชื่อผู้รับรองทดสอบ"],
    "certifier.position": ["เลขาธิการ"],
    "certifier.email": ["certifier@example.go.th"],
}
"""The worked example's indicators: weights 50 and 10 x 5, criteria as printed."""

REPORT: Values = {
    "measures.progress": [20, "ร้อยละ 30", "๕๐", 20, 40],
    "measures.summary": ["ดำเนินการ 1 จังหวัด"] * 5,
    "measures.output": ["ผลผลิต"] * 5,
    "indicators.result": [20, 0, 0, 2, 2, 2],
    "obstacles.obstacles": ["ไม่มี"],
    "obstacles.remedies": ["ไม่มี"],
    "evidence.title": ["คำสั่งแต่งตั้ง"],
    "reporter.name": ["ชื่อผู้รายงานทดสอบ"],
    "reporter.position": ["นักวิเคราะห์"],
    "reporter.email": ["reporter@example.go.th"],
    "reporter.phone": ["0 2000 0000"],
    "certifier.certified": ["ใช่"],
    "certifier.name": ["ชื่อผู้รับรองทดสอบ"],
    "certifier.position": ["เลขาธิการ"],
    "certifier.email": ["certifier@example.go.th"],
}
"""The worked example's nine months: progress 20 30 50 20 40, results as printed."""

CLOSEOUT = ("c1_1", "c1_2", "c2_1", "c2_2", "c3_1", "c3_2", "c4_1", "c4_2", "c4_3", "c5_1", "c5_2", "c6_1")

REPORT12: Values = {
    **REPORT,
    "measures.progress": [100] * 5,
    "measures.in_time": ["ใช่"] * 5,
    "indicators.result": [60, 80, 3, 1, 3, 3],
    **{f"closeout.{name}": ["รายงานปิดโครงการ"] for name in CLOSEOUT},
}
"""Twelve months with every measure done in time and every indicator exactly on its target."""


def cells_of(book: openpyxl.Workbook, name: str) -> list[Any]:
    """Give the cells of a defined name in record order."""
    cells = []
    for sheet, area in book.defined_names[name].destinations:
        left, top, right, bottom = range_boundaries(area)
        for row in book[sheet].iter_rows(min_row=top, max_row=bottom, min_col=left, max_col=right):
            cells.extend(row)
    return cells


def typed(source: Path, values: Values) -> openpyxl.Workbook:
    """Open an issued workbook and type values into it through its defined names."""
    book = openpyxl.load_workbook(source)
    for name, items in values.items():
        cells = cells_of(book, name)
        for cell, value in zip(cells, items, strict=False):
            if value is not None:
                cell.value = value
    return book


def fill(source: Path, target: Path, values: Values) -> Path:
    """Type values into an issued workbook through its defined names and save it elsewhere."""
    book = typed(source, values)
    target.parent.mkdir(parents=True, exist_ok=True)
    book.save(target)
    return target
