"""Scores, grades and instruments in running texts belong together: one year, one clause (ITA01, ITA02); each field of a narrative."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import pytest
from rules_of_story import DEPARTMENT, LOCAL
from test_roundtrip import FRAMEWORKS

from templates.rules import RULES, Context
from templates.scores_said import told_of

I3 = " IIT 90.10 EIT 88.20 OIT 94.35"
AGENCIES = {"ita_2566": DEPARTMENT, "ita_2568": LOCAL}


def told(texts: Mapping[str, str], name: str = "ita_2568", rule: str = "grade_fits") -> list[tuple[str, str, str]]:
    """Give (code, field, words) of what one rule of the narrative says of its texts."""
    framework = FRAMEWORKS[name]
    table = framework.form("measures").table("narrative")
    row = {item.id: texts.get(item.id) for item in table.fields}
    context = Context({"narrative": [row]}, framework.fiscal_year, profile=framework.profile, agency=AGENCIES[name])
    found = [breach for spec in table.rules if spec.rule == rule for breach in RULES[rule].check("narrative", [row], spec, context)]
    return [(breach.code, breach.field or "", breach.params.get("words", "")) for breach in found]


RIGHT = (
    "ปีงบประมาณ พ.ศ. 2567 ได้ 95.50 คะแนน ระดับผ่านดีเยี่ยม\nปีงบประมาณ พ.ศ. 2568 ได้ 91.23 คะแนน ระดับผ่านดี" + I3,
    "ปีงบประมาณ พ.ศ. 2568 ได้ 91.23 คะแนน ระดับผ่านดี" + I3 + " ปีงบประมาณ พ.ศ. 2567 ได้ 86.00 คะแนน ระดับผ่าน",
    "เปรียบเทียบผลคะแนน ปี 2567 ได้ 80.00 (ต้องปรับปรุง) ปี 2568 ได้ 91.23 (ผ่านดี)" + I3,
    "ปีงบประมาณ พ.ศ. 2567 คะแนน 80.00 ระดับต้องปรับปรุง ปีงบประมาณ พ.ศ. 2568 คะแนน 91.23 ระดับผ่านดี" + I3,
    "ปีงบประมาณ พ.ศ. 2568 คะแนน 91.23 ระดับผ่านดี" + I3 + "\nปีงบประมาณ พ.ศ. 2567 คะแนน 86.00 ระดับผ่าน IIT 84.00 EIT 86.00 OIT 87.50",
    "เพิ่มขึ้นจากปี 2567 ซึ่งได้ 86.00 คะแนน (ระดับผ่าน) เป็น 91.23 คะแนน (ระดับผ่านดี) ในปี 2568" + I3,
    "ได้ 91.23 คะแนน ระดับผ่านดี" + I3 + " ตัวชี้วัดที่ 8 ได้ 78.45 คะแนน อยู่ในระดับต้องปรับปรุง",
    "EIT ได้ 84.20 คะแนน ระดับต้องปรับปรุง คะแนนรวม 91.23 ระดับผ่าน IIT 97 OIT 95",
    "คะแนนรวม 91.23 ระดับผ่าน โดย EIT ได้ 84.20 คะแนน ระดับต้องปรับปรุง IIT 97 OIT 95",
    "ปี 2568 ได้ 91.23 คะแนน ระดับผ่านดี เพิ่มขึ้นจากปี 2567 ซึ่งได้ 86.00 คะแนน ระดับผ่าน" + I3,
    "ผลการประเมิน ITA ของหน่วยงานในปีงบประมาณ พ.ศ. 2568 ได้คะแนน 91.23 คะแนน อยู่ในระดับผ่านดี (Good)"
    " โดยมีคะแนน IIT = 90.10 คะแนน ระดับผ่านดี EIT = 88.20 คะแนน ระดับผ่านดี และ OIT = 94.35 คะแนน ระดับผ่านดี",
    "ปี 2566 86.50 คะแนน ผ่านดี ปี 2567 88.00 คะแนน ผ่านดี ปี 2568 91.23 คะแนน ผ่านดี IIT 90.10 EIT 88.20 OIT 94.35",
    "ปีงบประมาณ 2567 คะแนน IIT 84.00 EIT 86.00 OIT 87.50 รวม 86.00 ระดับผ่าน ปีงบประมาณ 2568 คะแนน IIT 90.10 EIT 88.20 OIT 94.35 รวม 91.23 ระดับผ่านดี",
    "คะแนนรวม 91.23 (ผ่านดี) จำแนกเป็น IIT 90.10 (ผ่านดี) EIT 88.20 (ผ่านดี) OIT 94.35 (ผ่านดี)",
    "IIT 98.00 ระดับผ่านดีเยี่ยม EIT 84.20 ระดับต้องปรับปรุง OIT 99.95 ระดับผ่านดีเยี่ยม ภาพรวม 94.64 ระดับผ่าน",
    "เมื่อเปรียบเทียบกับปี 2567 ซึ่งได้ 93.10 คะแนน ระดับผ่านดี พบว่าปี 2568 ได้ 94.64 คะแนน ระดับผ่าน (IIT 98.00 EIT 84.20 OIT 99.95)",
    "ค่าเป้าหมาย 85 คะแนน ผลการประเมิน 88.13 คะแนน ระดับผ่านดี IIT 90.00 EIT 86.10 OIT 88.25",
    "หน่วยงานได้คะแนน 88.13 คะแนน ต่ำกว่าค่าเฉลี่ยของจังหวัด 91.50 คะแนน IIT 90.00 EIT 86.10 OIT 88.25 ระดับผ่านดี",
    "จังหวัดอุบลราชธานีได้ 93.00 คะแนน ระดับผ่านดี หน่วยงานได้ 88.13 คะแนน ระดับผ่าน IIT 90.00 EIT 82.10 OIT 91.25",
    # Scores that stand in the text are found.
    "คะแนนรวม 88.13 ผ่านเกณฑ์ โดย IIT 90.00, EIT 86.10, OIT 88.25 ระดับผ่านดี",
    "ได้ 94.64 คะแนน ระดับผ่าน เนื่องจาก EIT ต่ำกว่า 85 คะแนน (IIT = 98.00, EIT = 84.20, OIT = 99.95)",
    "แบบวัดการรับรู้ของผู้มีส่วนได้ส่วนเสียภายใน 90.10 คะแนน แบบวัดการรับรู้ของผู้มีส่วนได้ส่วนเสียภายนอก 88.20 คะแนน "
    "แบบวัดการเปิดเผยข้อมูลสาธารณะ 94.35 คะแนน คะแนนรวม 91.23 ระดับผ่านดี",
    "แบบตรวจการเปิดเผยข้อมูลสาธารณะ 94.35 คะแนน IIT 90.10 EIT 88.20 รวม 91.23 คะแนน ระดับผ่านดี",
    "แบบตรวจการเปิดเผยสาธารณะ 94.35 คะแนน IIT 90.10 EIT 88.20 รวม 91.23 คะแนน ระดับผ่านดี",
    "ได้ 91.23 คะแนน ระดับผ่านดี\nIIT (30%) 90.10\nEIT (30%) 88.20\nOIT (40%) 94.35",
    # Aims.
    "ตั้งเป้าหมายปีงบประมาณ พ.ศ. 2568 ได้ 90.00 คะแนน", "ปี 2568 เป้าหมาย 95 คะแนน ระดับผ่านดีเยี่ยม",
    "ปีงบประมาณ พ.ศ. 2569 ตั้งเป้า 95 คะแนน (ผ่านดีเยี่ยม)",
)  # fmt: skip


@pytest.mark.parametrize("text", RIGHT)
def test_what_is_right_is_left_alone(text: str) -> None:
    assert told({"result": text}) == []


def test_an_earlier_year_may_have_letters() -> None:
    for words in ("คะแนนย้อนหลัง ปี 2565 ได้ 90.77 (A) ปี 2566", "เปรียบเทียบผลคะแนน: ปี 2565 = 90.77 (A), ปี 2566"):
        assert told({"result": f"{words} ได้ 91.23 (ผ่านดี){I3}"}, "ita_2566") == []
    wrong = told({"result": f"คะแนนย้อนหลัง ปี 2565 ได้ 90.77 (AA) ปี 2566 ได้ 91.23 (ผ่านดี){I3}"}, "ita_2566")
    assert wrong == [("ITA01", "result", "90.77 (AA)")]


def test_other_fields_lend_their_instruments_to_their_year_only() -> None:
    now = "ได้ 94.64 คะแนน ระดับผ่าน (IIT 98.00 EIT 84.20 OIT 99.95)"
    assert told({"result": now, "recommendations": "ในปี 2567 ได้ 93.10 คะแนน ระดับผ่านดี"}) == []
    assert told({"result": "ปี 2568 ได้ 91.23 คะแนน ระดับผ่าน", "instruments": I3.strip()})[0][:2] == ("ITA01", "result")


@pytest.mark.parametrize("text", ["90 คะแนน", "๘๕ คะแนน", "ระดับผ่านดี", "ปี 2569 ให้ได้ระดับผ่านดีเยี่ยม", "…2569 ตั้งเป้า 95 คะแนน (ผ่านดีเยี่ยม)"])
def test_a_target_needs_no_instruments(text: str) -> None:
    assert told({"target": text}) == []
    assert told({"target": text, "result": "ปี 2568 ได้ 91.23 คะแนน ระดับผ่านดี" + I3}) == []


@pytest.mark.parametrize(
    ("text", "words"),
    [("ได้ 91.23 คะแนน (ระดับผ่านดีเยี่ยม)" + I3, "91.23 คะแนน (ระดับผ่านดีเยี่ยม)"), ("ได้ 92.85 คะแนน ผลการประเมิน ผ่านดีเยี่ยม" + I3, "92.85 คะแนน ผลการประเมิน ผ่านดีเยี่ยม"),
     ("ปี 2567 ได้ 80.00 คะแนน ระดับผ่าน ปี 2568 ได้ 91.23 คะแนน ระดับผ่านดี" + I3, "80.00 คะแนน ระดับผ่าน"),
     ("ปี 2567 ได้ 86.00 คะแนน ระดับผ่าน ปี 2568 ได้ 91.23 คะแนน ระดับผ่าน" + I3, "91.23 คะแนน ระดับผ่าน"),
     ("เพิ่มขึ้นจากปี 2567 ซึ่งได้ 86.00 คะแนน เป็น 91.23 คะแนน (ระดับ E) ในปี 2568" + I3, "91.23 คะแนน (ระดับ E)"),
     ("บรรลุเป้าหมายที่กำหนดไว้ โดยได้ 91.23 คะแนน ระดับ E" + I3, "91.23 คะแนน ระดับ E")],
)  # fmt: skip
def test_what_is_wrong_is_quoted_as_it_was_written(text: str, words: str) -> None:
    assert told({"result": text}) == [("ITA01", "result", words)]


def test_instruments_that_are_missing_are_asked_for() -> None:
    for text in ("คะแนนรวม 88.13 คะแนน ระดับผ่านดี", "ได้คะแนน 88.13 คะแนน ผ่านเกณฑ์ร้อยละ 85", "IIT EIT และ OIT รวม 88.13 คะแนน"):
        assert told({"result": text}) == [("ITA02", "result", "IIT, EIT, OIT")]
    assert told({"result": "คะแนนรวม 88.13 คะแนน IIT 90.00 EIT ไม่น้อยกว่า 85 OIT 88.25"}) == [("ITA02", "result", "EIT")]


def test_no_grade_is_taken_from_words_that_only_begin_like_it() -> None:
    profile = FRAMEWORKS["ita_2568"].profile
    assert profile is not None
    for text in ("มีผลการประเมินผ่านเกณฑ์", "หน่วยงานที่มีผลการประเมินผ่าน ร้อยละ 84", "ผลการประเมิน A"):
        assert told_of(text, profile).grades == ()
    scores = told_of("ปี 2567 IIT 84.00 ปี 2568 IIT 90.10", profile).instruments
    assert scores == {(2567, "IIT"): {Decimal("84.00")}, (2568, "IIT"): {Decimal("90.10")}}
