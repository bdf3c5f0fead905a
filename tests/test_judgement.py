"""The rules V1 to V15 and V17 of the domain notes: a case of each that trips exactly it, at its cell, in both frameworks."""

from __future__ import annotations

import time
from typing import Any

import pytest
from judging import At, all_judged, base, blank, filed, judged, told, where

from templates.words import severity
from workbook.finding import Finding

BOTH = ("dept_2557", "prov_2557")
DEPT, PROV = BOTH[:1], BOTH[1:]
LONG = "จัดประชุมชี้แจงขั้นตอนการให้บริการแก่เจ้าหน้าที่ทุกคน"
BEFORE9 = {"report9": {
    "measures": [{"factor": f"ปัจจัย {n}", "progress": str(value)} for n, value in enumerate((20, 30, 50, 20, 40), 1)],
    "indicators": [{"name": f"ตัวชี้วัดที่ {n}", "result": str(value)} for n, value in enumerate((20, 0, 0, 1, 2, 9), 1)],
}}  # fmt: skip
Case = tuple[str, tuple[str, ...], str, dict[str, list[Any]], list[tuple[str, At]]]

CASES: list[Case] = [
    # V1 required
    ("V1", BOTH, "plan", {"basics.approach": [None]}, [("REQUIRED", ("basics", 0, "approach"))]),
    ("V1", BOTH, "plan", {"basics.approach": ["-"]}, [("MARK_FOR_TEXT", ("basics", 0, "approach"))]),
    ("V1", BOTH, "report9", {"indicators.result": [20, "ไม่มี", 0, 2, 2, 2]}, [("NONE_FOR_NUMBER", ("indicators", 1, "result"))]),
    ("V1", BOTH, "report9", {"measures.summary": [None, "ก", "ข", "ค", "ง"]}, [("NEEDED_WHEN", ("measures", 0, "summary"))]),
    # V2 weights
    ("V2", BOTH, "plan", {"indicators.weight": [50, 10, 10, 10, 10, 5]}, [("SUM_WRONG", ("indicators", 5, "weight"))]),
    # V3 criteria
    ("V3", BOTH, "plan", {"indicators.level4": [55, 90, 4, "-", 4, 4]}, [("NOT_MONOTONE", ("indicators", 0, "level4"))]),
    ("V3", BOTH, "plan", {"indicators.direction": ["ยิ่งน้อยยิ่งดี"] + ["ยิ่งมากยิ่งดี"] * 5}, [("DIRECTION_WRONG", ("indicators", 0, "level1"))]),
    ("V3", BOTH, "plan", {"indicators.level3": [60, 80, "-", 1, 3, 3]}, [("TARGET_MISSING", ("indicators", 2, "level3"))]),
    ("V3", BOTH, "plan", {"indicators.level1": [40, 60, 1, 0, 1, 1], "indicators.level2": [50, 70, 2, 0, 2, 2], "indicators.level4": [70, 90, 4, 0, 4, 4]},
     [("PLACEHOLDER_ZERO", ("indicators", 3, "level1"))]),
    ("V3", BOTH, "plan", {"indicators.level4": ["ไม่มี", 90, 4, "-", "ไม่ระบุ", 4]}, [("LEVEL_NOT_USED", ("indicators", n, "level4")) for n in (0, 4)]),
    ("V3", BOTH, "plan", {"indicators.level5": ["ไม่มี", "-", 5, 2, 5, 5]}, [("LAST_LEVEL_UNUSED", ("indicators", n, "level5")) for n in (0, 1)]),
    ("V3", BOTH, "plan", {"indicators.level3": ["ไม่มี", 80, 3, 1, 3, 3]}, [("TARGET_MISSING", ("indicators", 0, "level3"))]),
    # V4 factors
    ("V4", DEPT, "plan", {"measures.additional_measure": ["ถามตอบ", "ปรับปรุง", "ประชุม", None, None]}, [("SHARE_TOO_LOW", ("measures", 3, "additional_measure"))]),
    ("V4", PROV, "plan", {"measures.additional_measure": ["ถามตอบ", "ปรับปรุง", None, None]}, [("SHARE_TOO_LOW", ("measures", 2, "additional_measure"))]),
    ("V4", PROV, "plan", {"measures.additional_measure": ["ถามตอบ", "ปรับปรุง", "ประชุม", "อบรม", "ห้า"]}, [("NOT_ALLOWED_HERE", ("measures", 4, "additional_measure"))]),
    ("V4", DEPT, "plan", {"measures.additional_measure": ["ถามตอบ", "ปรับปรุง", "ประชุม", "ไม่มีมาตรการเพิ่มเติม", "-"]},
     [("SAYS_NONE", ("measures", 3, "additional_measure")), ("SHARE_TOO_LOW", ("measures", 3, "additional_measure"))]),
    # V5 every measure and indicator
    ("V5", BOTH, "report9", {"measures.progress": [20, 30, None, 20, 40]}, [("REQUIRED", ("measures", 2, "progress"))]),
    ("V5", BOTH, "report9", {"indicators.result": [20, 0, 0, 2, 2, None]}, [("REQUIRED", ("indicators", 5, "result"))]),
    ("V5", BOTH, "plan", {f"risks.{name}": [None] for name in ("step", "risk", "cause", "effect")}, [("TOO_FEW_ROWS", ("risks", 0, "step"))]),
    # V6 progress
    ("V6", BOTH, "report9", {"measures.progress": [20, 130, 50, 20, 40]}, [("TOO_HIGH", ("measures", 1, "progress"))]),
    ("V6", BOTH, "report12", {"measures.progress": [100, 100, 40, 100, 100]}, [("PROGRESS_FELL", ("measures", 2, "progress"))]),
    ("V6", BOTH, "report12", {"indicators.result": [10, 80, 3, 1, 3, 3]}, [("PROGRESS_FELL", ("indicators", 0, "result"))]),
    ("V6", BOTH, "report12", {"measures.progress": [20, 30, 50, 20, 40], "measures.in_time": [None] * 5}, [("NOT_MOVED", ("measures", 0, "progress"))]),
    # V7 days
    ("V7", BOTH, "plan", {"activities.end": ["30 เม.ย. 2557"]}, [("DATE_ORDER", ("activities", 0, "end"))]),
    ("V7", BOTH, "plan", {"activities.start": ["30 ก.ย. 2556"]}, [("OUTSIDE_YEAR", ("activities", 0, "start"))]),
    ("V7", BOTH, "plan", {"activities.end": ["1 ต.ค. 2557"]}, [("OUTSIDE_YEAR", ("activities", 0, "end"))]),
    # V8 registry and frozen plan
    ("V8", BOTH, "plan", {"general.agency": ["กรมอื่น"]}, [("LOCKED_CHANGED", ("general", 0, "agency"))]),
    ("V8", BOTH, "plan", {"general.ministry": ["กระทรวงอื่น"]}, [("LOCKED_CHANGED", ("general", 0, "ministry"))]),
    ("V8", BOTH, "report9", {"general.work_process": ["กระบวนงานอื่น"]}, [("LOCKED_CHANGED", ("general", 0, "work_process"))]),
    ("V8", BOTH, "report9", {"general.process_type": ["2. อื่น"]}, [("LOCKED_CHANGED", ("general", 0, "process_type"))]),
    # V9 certifier
    ("V9", BOTH, "plan", {"certifier.certified": ["ไม่ใช่"]}, [("MUST_BE", ("certifier", 0, "certified"))]),
    ("V9", BOTH, "plan", {"certifier.certified": [None]}, [("REQUIRED", ("certifier", 0, "certified"))]),
    ("V9", BOTH, "plan", {"certifier.name": [None]}, [("REQUIRED", ("certifier", 0, "name"))]),
    ("V9", BOTH, "report9", {"certifier.email": ["ไม่มีอีเมล"]}, [("BAD_EMAIL", ("certifier", 0, "email"))]),
    ("V9", BOTH, "plan", {"certifier.name": ["ดร. สมชาย  ใจดี"]}, [("SAME_PERSON", ("certifier", 0, "name"))]),
    ("V9", BOTH, "report12", {"certifier.name": ["สมชายใจดี"]}, [("SAME_PERSON", ("certifier", 0, "name"))]),
    ("V9", BOTH, "report9", {"certifier.email": ["reporter@example.go.th"]}, [("SAME_EMAIL", ("certifier", 0, "email"))]),
    # V10 evidence, list of persons
    ("V10", BOTH, "report9", {"evidence.title": [None], "evidence.reference": ["ว 1/2557"]}, [("REQUIRED", ("evidence", 0, "title"))]),
    ("V10", BOTH, "report9", {"evidence.indicator": ["ตัวชี้วัดที่ 7"]}, [("NO_SUCH_ROW", ("evidence", 0, "indicator"))]),
    # V13 text in the wrong field, copies, restated
    ("V13", BOTH, "report9", {"measures.output": ["ไม่มีปัญหาอุปสรรค", "ก", "ข", "ค", "ง"]}, [("WRONG_FIELD", ("measures", 0, "output"))]),
    ("V13", BOTH, "report12", {"measures.summary": ["ก", "ไม่พบปัญหาหรืออุปสรรคใด ๆ", "ข", "ค", "ง"]}, [("WRONG_FIELD", ("measures", 1, "summary"))]),
    ("V13", BOTH, "report9", {"measures.output": ["ก", "80%", "ข", "ค", "ง"]}, [("NUMBER_ALONE", ("measures", 1, "output"))]),
    ("V13", BOTH, "plan", {"basics.success": ["100"]}, [("NUMBER_ALONE", ("basics", 0, "success"))]),
    ("V13", BOTH, "report9", {"measures.summary": ["ก", "ข", "ค", "ง", "จัดเวทีแลกเปลี่ยนเรียนรู้"]}, [("RESTATED", ("measures", 4, "summary"))]),
    ("V13", BOTH, "report9", {"measures.output": ["ถามตอบ", "ก", "ข", "ค", "ง"]}, [("RESTATED", ("measures", 0, "output"))]),
    ("V13", BOTH, "plan", {"measures.additional_measure": ["ประชุม ทีม", "ปรับปรุงระบบ", "ประชุมทางไกล", "อบรม"]}, [("RESTATED", ("measures", 0, "additional_measure"))]),
    ("V13", BOTH, "plan", {"basics.rationale": [LONG], "basics.objective": [" " + LONG]}, [("COPIED_TEXT", ("basics", 0, "objective"))]),
    ("V13", BOTH, "report9", {"measures.summary": [LONG, "ก", "ข", LONG, "ค"]}, [("COPIED_TEXT", ("measures", 3, "summary"))]),
    ("V13", BOTH, "report12", {"measures.summary": [LONG, "ก", "ข", "ค", "ง"], "obstacles.obstacles": [LONG]}, [("COPIED_TEXT", ("obstacles", 0, "obstacles"))]),
    ("V13", BOTH, "plan", {"basics.objective": ["เหตุผลของแผน"]}, [("COPIED_TEXT", ("basics", 0, "objective"))]),
    ("V13", BOTH, "plan", {"measures.additional_measure": ["อบรม"] * 4}, [("COPIED_TEXT", ("measures", n, "additional_measure")) for n in (1, 2, 3)]),
    ("V13", BOTH, "plan", {f"risks.{name}": [f"{name} เดียวกัน"] * 3 for name in ("step", "risk", "cause", "effect")}, [("DUPLICATE_ROW", ("risks", n, "step")) for n in (1, 2)]),
    ("V13", BOTH, "plan", {"general.work_process": ["80"]}, [("NUMBER_ALONE", ("general", 0, "work_process"))]),
    ("V13", BOTH, "plan", {"activities.responsible": ["0 2000 0000 ต่อ 12"]}, [("NOT_WORDS", ("activities", 0, "responsible"))]),
    ("V13", BOTH, "report9", {"certifier.position": ["someone@example.go.th"]}, [("NOT_WORDS", ("certifier", 0, "position"))]),
    ("V13", BOTH, "plan", {"recorder.name": ["0 2000 0000"]}, [("NOT_A_NAME", ("recorder", 0, "name"))]),
    ("V13", BOTH, "report9", {"certifier.name": ["certifier@example.go.th"]}, [("NOT_A_NAME", ("certifier", 0, "name"))]),
    # V14 the service and what speaks for it
    ("V14", PROV, "plan", {"general.service": ["งานบริการอื่น"]}, [("BAD_CHOICE", ("general", 0, "service"))]),
    ("V14", PROV, "plan", {"general.evidence_basis": [None]}, [("REQUIRED", ("general", 0, "evidence_basis"))]),
    ("V14", PROV, "plan", {"general.justification": ["มี"]}, [("TOO_SHORT", ("general", 0, "justification"))]),
    ("V14", PROV, "plan", {"general.process_type": ["2. กระบวนงานเกี่ยวกับการออกใบอนุญาต อนุมัติ และใบรับรอง"]}, [("TYPE_DISAGREES", ("general", 0, "process_type"))]),
    # V15 number of indicators
    ("V15", BOTH, "plan", {"basics.success": ["กำหนดไว้ จำนวน 5 ตัวชี้วัด"]}, [("COUNT_DIFFERS", ("basics", 0, "success"))]),
    ("V15", BOTH, "plan", {"indicators.name": [*(f"ตัวชี้วัดที่ {n}" for n in range(1, 6)), None]}, [("REQUIRED", ("indicators", 5, "name"))]),
    # V17 copies out of PDF, years and organisations of others
    ("V17", BOTH, "plan", {"basics.approach": ["ด าเนินงานตามแผน"]}, [("SPLIT_SARA_AM", ("basics", 0, "approach"))]),
    ("V17", BOTH, "plan", {"basics.approach": ["เพื่อลดต1นทุนในเบื้องต1น"]}, [("PDF_GLYPH", ("basics", 0, "approach"))]),
    ("V17", BOTH, "plan", {"basics.approach": ["ลด ต1นทุน"]}, [("PDF_GLYPH", ("basics", 0, "approach"))]),
    ("V17", BOTH, "plan", {"basics.rationale": ["ตามแผนปีงบประมาณ พ.ศ. 2550"]}, [("YEAR_ELSEWHERE", ("basics", 0, "rationale"))]),
    ("V17", BOTH, "report9", {"obstacles.obstacles": ["งบประมาณประจำปี ๒๕๕๐ ล่าช้า"]}, [("YEAR_ELSEWHERE", ("obstacles", 0, "obstacles"))]),
    ("V17", BOTH, "plan", {"basics.rationale": ["กรมธนารักษ์มีภารกิจดูแลที่ราชพัสดุ"]}, [("FOREIGN_NAME", ("basics", 0, "rationale"))]),
    ("V17", BOTH, "report12", {"measures.summary": ["จังหวัดนนทบุรีได้จัดอบรม", "ก", "ข", "ค", "ง"]}, [("FOREIGN_NAME", ("measures", 0, "summary"))]),
    # figures that come in by a back door
    ("plausible", BOTH, "report9", {"indicators.result": [0.8, 0, 0, 2, 2, 2]}, [("RESULT_FRACTION", ("indicators", 0, "result"))]),
    ("plausible", BOTH, "report9", {"indicators.result": [20, 0, 46054, 2, 2, 2]}, [("RESULT_FAR", ("indicators", 2, "result"))]),
]  # fmt: skip
QUIET: list[tuple[tuple[str, ...], str, dict[str, list[Any]]]] = [
    (BOTH, "plan", {"basics.rationale": ["ตามพระราชบัญญัติข้อมูลข่าวสารของราชการ พ.ศ. 2540 และมติคณะรัฐมนตรี 24 เมษายน 2555"]}),
    (BOTH, "plan", {"basics.rationale": ["ข้อร้องเรียนลดจากปีงบประมาณ 2553 ถึงปีงบประมาณ 2556"]}),
    (BOTH, "plan", {"basics.rationale": ["ปีงบประมาณ พ.ศ. 2556 และ 2558"]}),
    (BOTH, "plan", {"basics.rationale": ["ปฏิบัติตามหลักเกณฑ์ที่กรมบัญชีกลางกำหนด และสำนักงาน ก.พ.ร. ได้แจ้งเวียน"]}),
    (BOTH, "plan", {"basics.rationale": ["ประสานกรมการปกครองได้ผลดี"], "activities.responsible": ["กรมการปกครอง"]}),
    (DEPT, "plan", {"basics.rationale": ["สำนักงานคณะกรรมการพัฒนาระบบราชการมีภารกิจพัฒนาระบบราชการ"]}),
    (PROV, "plan", {"basics.rationale": ["จังหวัดเชียงใหม่มีประชาชนมาก\nกระทรวงมหาดไทยได้กำหนดนโยบาย"]}),
    (BOTH, "report9", {"measures.output": ["ไม่มี", "40 คน", "ดำเนินการแล้ว ไม่มีปัญหาอุปสรรค", "ประชุม", "คู่มือ"]}),
    (BOTH, "report9", {"obstacles.obstacles": ["ไม่มีปัญหาอุปสรรค"], "evidence.indicator": ["๑-๖"]}),
    (BOTH, "report12", {"indicators.result": [60, 80, 3, 1, 3, 4]}),  # less is better: a fall from 9 to 4 is progress
    (BOTH, "report9", {"certifier.email": ["b@example.go.th"], "certifier.name": ["นายสมชาย ใจงาม"]}),
    (BOTH, "plan", {"basics.success": ["กำหนดไว้ ๖ ตัวชี้วัด รวม 6 ตัวชี้วัด"]}),
    (BOTH, "plan", {"indicators.level4": [70, "...", "–", "-", 4, 4]}),
    (BOTH, "plan", {f"risks.{name}": ["รับคำขอ", "รับคำขอ"] for name in ("step", "risk", "cause")} | {"risks.effect": ["ล่าช้า", "ไม่เป็นธรรม"]}),
    (BOTH, "plan", {"activities.responsible": ["กอง 1 โทร 0 2000 0000"], "certifier.position": ["รองอธิบดี (ติดต่อ a@example.go.th)"]}),
    (BOTH, "plan", {"basics.approach": ["อบรม2รุ่น จำนวน5คน ภายใน3วัน รอบ9เดือน กับ2องค์กร ระดับ3ของแผน ชั้น2นี้ มี3อย่าง"]}),
    (BOTH, "report9", {"evidence.reference": ["0 2000 0000"], "evidence.indicator": ["1, 2"]}),
]  # fmt: skip


RUNS = [(framework, form, values) for _, frameworks, form, values, _ in CASES for framework in frameworks]


@pytest.fixture(scope="module")
def nights() -> list[list[list[Finding]]]:
    """Give the findings of all cases, which are judged together as in a night, twice in one process."""
    batch = [filed(*run, BEFORE9) for run in RUNS]
    return [all_judged(batch) for _ in range(2)]


@pytest.mark.parametrize(("framework", "form"), [(name, form) for name in BOTH for form in ("plan", "report9", "report12")])
def test_the_base_of_all_cases_has_nothing_to_be_said(framework: str, form: str) -> None:
    assert told(judged(framework, form, {}, BEFORE9)) == []


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case[0]}-{case[4][0][0]}-{case[2]}")
def test_a_case_trips_exactly_its_rule(nights: list[list[list[Finding]]], case: Case) -> None:
    _, frameworks, form, values, wanted = case
    for framework in frameworks:
        places = sorted((code, severity(code), where(framework, form, at)) for code, at in wanted)
        for night in nights:
            assert sorted(told(night[RUNS.index((framework, form, values))])) == places, framework


def test_honest_texts_are_not_asked_about() -> None:
    runs = [(framework, form, values) for frameworks, form, values in QUIET for framework in frameworks]
    for run, found in zip(runs, all_judged([filed(*run, BEFORE9) for run in runs]), strict=True):
        assert [item for item in told(found) if item[0] != "READ_AS"] == [], run


def test_every_rule_of_the_list_has_a_case() -> None:
    # V11 (a changed final plan) and V12 (late) need a season: test_season; V16 is for the other frameworks.
    assert {case[0] for case in CASES} >= {f"V{n}" for n in (*range(1, 11), 13, 14, 15, 17)}


def test_the_list_of_persons_wants_a_name_and_a_number() -> None:
    """V10: four columns, and no fifth."""
    for framework in BOTH:
        issued, _ = blank(framework, "respondents")
        (table,) = issued.form.tables
        assert [item.id for item in table.entries] == ["name", "address", "phone", "email"]
        assert all(item.personal for item in table.entries)


def test_a_name_is_never_repeated() -> None:
    for values in ({"recorder.name": ["a@example.go.th"]}, {"certifier.email": ["RECORDER@example.go.th"]}):
        for finding in judged("dept_2557", "plan", values):
            assert finding.raw == "" and "example" not in " ".join(finding.params.values())


HOSTILE = ["1" * 32_000, "- \n" * 10_000, "กรม" * 10_000, "ปีงบประมาณ " * 3_000, "ไม่มี" + "มาตรการเพิ่มเติม" * 11, "จำนวน 1 " * 4_000, "นาย" * 9_000]


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: text[:6])
def test_a_hostile_text_costs_no_time_and_stops_nothing(text: str) -> None:
    values = {"basics.success": [text], "measures.additional_measure": [text, "ข", "ค", "ง"], "recorder.name": [text]}
    started = time.process_time()
    assert judged("dept_2557", "plan", values) is not None
    assert judged("dept_2557", "report9", {"evidence.indicator": [text], "measures.summary": [text] * 5}) is not None
    assert time.process_time() - started < 5


def test_base_answers_are_those_of_the_worked_example() -> None:
    assert base("dept_2557", "report9")["indicators.result"] == [20, 0, 0, 2, 2, 2]
