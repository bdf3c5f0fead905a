"""Names, numbers, years and codes in running texts as officers type them: joined to a verb, over two lines, counted through."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from rules_of_story import L28
from test_roundtrip import FRAMEWORKS
from test_rules_story import HARMLESS, judged
from test_rules_story import told as cells
from test_story_scores import AGENCIES, told

from templates.rules import RULES, Context

OTHER = "เทศบาลนครขอนแก่น"


@pytest.mark.parametrize("verb", ["ควร", "ต้อง", "ปรับปรุง", "ยัง", "สามารถ", "ไม่", "ได้", "มี", " ควร", "เผยแพร่", "และ", "จัดทำ"])
def test_another_body_is_found_with_a_verb_joined_to_its_name(verb: str) -> None:
    for lead in ("", "ให้", "1. "):
        assert told({"recommendations": f"{lead}{OTHER}{verb}เปิดเผยข้อมูล"}, rule="organisations") == [("ITA07", "recommendations", OTHER)]


def test_the_own_body_with_a_verb_is_no_other() -> None:
    for verb in ("ควรปรับปรุง", "ยังไม่มี", "ปรับปรุง", "ต้อง", "สามารถ"):
        for name in ("องค์การบริหารส่วนตำบลคำไหล", "อบต.คำไหล", "องค์การบริหารส่วนตำบล\nคำไหล"):
            text = {"recommendations": f"{name}{verb}"}
            assert [told(text, rule=rule) for rule in ("organisations", "own_name")] == [[], []]


def test_a_name_may_stand_on_the_next_line_where_it_acts() -> None:
    found = told({"recommendations": "เทศบาลเมือง\nยโสธร ได้มีการดำเนินการ"}, rule="organisations")
    assert found == [("ITA07", "recommendations", "เทศบาลเมืองยโสธร")]
    for text in ("ผู้รับผิดชอบ อบต.\nโรงเรียนบ้านนา", "ของเทศบาลเมือง\nข้อมูลพื้นฐาน", "องค์การบริหารส่วนตำบล\nมาตรการที่ 1", "องค์การบริหารส่วนตำบล\n\nยโสธรได้"):
        assert told({"principle": text}, rule="organisations") == []


@pytest.mark.parametrize(
    ("text", "words"),
    [("ของ อบต.คำไหน", "อบต.คำไหน"), ("อบต.คำไห อบต.คำไหล", "อบต.คำไห"), ("อบต.คำไหน มีมาตรการ", "อบต.คำไหน"), ("องค์การบริหารส่วนตำบลคำใหลได้", "องค์การบริหารส่วนตำบลคำใหล")],
)  # fmt: skip
def test_a_name_is_shown_as_it_was_written(text: str, words: str) -> None:
    assert told({"principle": text}, rule="own_name") == [("ITA21", "principle", words)]


@pytest.mark.parametrize(
    "text",
    ["มีผลการประเมินผ่านเกณฑ์ (๘๕ คะแนนขึ้นไป)\nไม่น้อยกว่าร้อยละ ๘๔", "มีผลการประเมินผ่านเกณฑ์ ไม่น้อยกว่าร้อยละ\n๘๔ ตามที่กำหนด", L28.replace(" ", "\n"),
     "หน่วยงานภาครัฐมีผลการประเมินผ่านเกณฑ์\n(๘๕ คะแนนขึ้นไป) ไม่น้อยกว่าร้อยละ ๘๔ ตามที่กำหนด"],
)  # fmt: skip
def test_a_break_of_the_line_hides_no_share(text: str) -> None:
    ((code, field, words),) = told({"target": text}, rule="dated_share")
    assert (code, field) == ("ITA20", "target") and " ".join(words.split()) == "ร้อยละ ๘๔"


def test_a_year_on_the_line_above_is_the_year_of_the_share_but_items_stand_alone() -> None:
    assert told({"target": "ปีงบประมาณ พ.ศ. 2568 ผ่านเกณฑ์\nไม่น้อยกว่าร้อยละ 84"}, rule="dated_share") == []
    for text in ("เป้าหมายประจำปีงบประมาณ พ.ศ. 2568\n1. คะแนนรวมไม่น้อยกว่า 90\n2. ผู้รับบริการพึงพอใจร้อยละ 85", "- การประเมินตามเป้าหมาย\n- อบรมร้อยละ 80 ของกำลังคน"):
        assert told({"target": text}, rule="dated_share") == []


@pytest.mark.parametrize(
    "text",
    ["ตั้งขึ้นเมื่อปี พ.ศ. 2539", "อบต.คำไหลตั้งขึ้นเป็นนิติบุคคลเมื่อปี 2540", "ประเทศไทยได้คะแนน CPI ปี 2566 จำนวน 35 คะแนน", "โครงการต่อเนื่องตั้งแต่ปี 2563", "ตั้งแต่ปีงบประมาณ พ.ศ. 2562",
     "นับแต่ปี 2560 หน่วยงาน", "ระยะเวลา 3 ปี 65 แห่ง", "ทั้งปี 64 คน", "ปี 68", "คะแนนปี 2563 ปี 2564 และปี 2565"],
)  # fmt: skip
def test_years_of_history_are_left_alone(text: str) -> None:
    assert told({"principle": text}, rule="years_within") == []


@pytest.mark.parametrize("text", ["ปี 2563 และปี 2565", "ตั้งแต่เดือนตุลาคม 2564", "ในปีงบประมาณ พ.ศ. ๒๕๖๕", "ตั้งเป้าปี 2565", "จัดทำคู่มือปี 65 แล้ว"])
def test_years_of_another_report_are_asked_about(text: str) -> None:
    assert [code for code, *_ in told({"principle": text}, rule="years_within")] == ["ITA03"]


NUMBERED: tuple[tuple[Mapping[str, str], list[str]], ...] = (
    ({"principle": "1. หลักการ\n2. เหตุผล", "instruments": "3. เครื่องมือ", "target": "4. เป้าหมาย", "result": "5. ผล", "recommendations": "6. ข้อเสนอแนะ"}, []),
    ({"principle": "1. หลักการ\n2. เหตุผล", "instruments": "3. เครื่องมือ\n4. เกณฑ์", "target": "5. เป้าหมาย"}, []),
    ({"principle": "1. หลักการ\n2. เหตุผล", "instruments": "4. เครื่องมือ"}, ["instruments"]),
    ({"principle": "1. หลักการ\n2. เหตุผล", "instruments": "2. เครื่องมือ"}, ["instruments"]),
    ({"principle": "1. หลักการ\n3. เหตุผล", "instruments": "4. เครื่องมือ"}, ["principle", "instruments"]),
    ({"principle": "1. หลักการ\n2. เหตุผล", "instruments": "เครื่องมือ", "target": "3. เป้าหมาย"}, ["target"]),
)  # fmt: skip


@pytest.mark.parametrize(("texts", "wanted"), NUMBERED)
def test_fields_may_be_counted_through(texts: Mapping[str, str], wanted: list[str]) -> None:
    assert told(texts, rule="numbering") == [("ITA17", field, "") for field in wanted]


def test_codes_that_no_list_has_are_asked_about_where_the_list_is_whole() -> None:
    text = {"recommendations": "ควรเผยแพร่ O43 O48 และ o-50"}
    assert told(text, "ita_2566", "question_codes") == [("ITA09", "recommendations", "O48, o-50")]
    assert told(text, "ita_2568", "question_codes") == [("ITA09", "recommendations", "O43")]
    assert told({"recommendations": "I31 และ E16 CO2 O2 H2O"}, "ita_2566", "question_codes") == []


# --- the tables of measures -------------------------------------------------------------------------------------------

COPIED = {("issues_l4", 0, "monitoring"), ("measures_l5", 0, "measure"), ("measures_l5", 1, "progress_summary"), ("measures_l6", 0, "outcome")}
MEASURES = (
    "จัดเวทีประชาคมร่วมกับ อบต.บ้านเป็ด และเทศบาลนครขอนแก่น",
    "อบรมบุคลากร 120 คน จากกลุ่มเป้าหมาย 130 คน",
    "ประกาศ อบต. ลงวันที่ 1 ตุลาคม 2567",
    "รายงานนายกองค์การบริหารส่วนตำบลทราบทุกไตรมาส",
    "ศึกษาดูงาน ณ เทศบาลเมืองยโสธร",
    "ประชาสัมพันธ์ให้ประชาชนในเขต อบต.คำไหล ทราบ",
    "บุคลากรของ อบต. รับทราบและเข้าใจ",
    "เสนอนายก อบต. พิจารณาลงนาม และแจ้งเวียนบุคลากร อบต. ทราบ",
    "ประชาชนที่มาติดต่อ อบต. สะดวกและรวดเร็วขึ้น จัดประชุมหัวหน้าส่วนราชการ อบต. ครั้งที่ 1/2568",
    "1. แต่งตั้งคณะทำงาน\n2. รายงานผลต่อนายก อบต.\n3. ติดตาม",
)


def test_other_bodies_are_found_in_the_tables_of_measures() -> None:
    found = judged(dict.fromkeys(COPIED, "ประกาศนโยบายของเทศบาลเมืองศรีสะเกษ"))
    assert cells(found) == {("ITA07", *place) for place in COPIED} and len(found) == len(COPIED)


@pytest.mark.parametrize("name", AGENCIES)
def test_harmless_words_in_the_tables_name_no_other_body(name: str) -> None:
    framework = FRAMEWORKS[name]
    context = Context({}, framework.fiscal_year, profile=framework.profile, agency=AGENCIES[name])
    texts = (*HARMLESS, *MEASURES) if name == "ita_2568" else HARMLESS
    tables = [framework.form("measures").table(name) for name in ("issues_l4", "measures_l5", "measures_l6")]
    for table in tables:
        (spec,) = (spec for spec in table.rules if spec.rule == "organisations")
        rows = [dict.fromkeys(spec.fields(), text) for text in texts]
        assert RULES["organisations"].check(table.id, rows, spec, context) == []


def test_the_name_of_another_year_is_found_in_the_cell_of_the_sub_indicator() -> None:
    place = ("measures_l6", 0, "sub_indicator")
    assert cells(judged({place: "9.3 การจัดซื้อจัดจ้าง"}, "ita_2566")) == {("ITA19", *place)}
    for name, text in (("ita_2566", "9.3"), ("ita_2566", "9.3 การบริหารเงินงบประมาณ"), ("ita_2568", "9.3 การจัดซื้อจัดจ้าง"), ("ita_2568", "9.1, 9.2")):
        assert judged({place: text}, name) == []
