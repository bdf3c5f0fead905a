"""Rules about running texts, through a form that is filled, read and checked: the exact cell, what is said, and nothing else.

`rules_of_story` shows each rule alone, `test_real_reports` the whole of both reports through a season.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any

import pytest
import reports
from rules_of_story import DEPARTMENT, L28, L46, L83, LOCAL, SHOWN
from test_roundtrip import FRAMEWORKS

from templates.build import Filling, build
from templates.extract import extract
from templates.issued import Issued
from templates.passport import Passport, sign
from templates.registry import Agency
from templates.rules import RULES, Context
from templates.rules_years import outside, years_said
from templates.thai import digits
from templates.words import message
from validation.check import Filed, check
from workbook.finding import Finding
from workbook.raw import RawBook, RawCell
from workbook.read import read
from workbook.write import write

STORY = ("ITA01", "ITA02", "ITA03", "ITA07", "ITA08", "ITA09", "ITA17", "ITA19", "ITA20", "ITA21")
DOUBTS = ("YEAR_ELSEWHERE", "FOREIGN_NAME")
AGENCIES = {"ita_2566": DEPARTMENT, "ita_2568": LOCAL}
FIELDS = ("principle", "instruments", "target", "result", "recommendations")
Typed = Mapping[tuple[str, int, str], str]


@cache
def blank(name: str, agency: Agency, shown: bool = False) -> tuple[Issued, RawBook]:
    """Give an issued form of measures and what is read of it; with `shown` it shows the agency's scores."""
    framework = FRAMEWORKS[name]
    form = framework.form("measures")
    passport = sign(Passport("2568", form.full_id, form.version, agency.code, "0001"), b"secret")
    snapshot = {}
    for table in form.tables:
        locked = [item.id for item in table.fields if item.locked]
        told = {key: str(value) for key, value in SHOWN.items()} if shown else {}
        snapshot[table.id] = ({key: told.get(key) for key in locked},) if locked else ()
    issued = Issued(framework, form, passport, agency.full_name, snapshot, agency)
    raw, _ = read(write(build(issued, Filling({}))))
    assert raw is not None
    return issued, raw


def judged(typed: Typed, name: str = "ita_2568", agency: Agency | None = None, shown: bool = False) -> list[Finding]:
    """Give what rules about texts, and the doubts that hold for any text, say of a form in which some cells are typed."""
    return of_story(check([filed(typed, blank(name, agency or AGENCIES[name], shown))])[0])


def filed(typed: Typed, form: tuple[Issued, RawBook]) -> Filed:
    """Type texts into cells of a blank form."""
    issued, raw = form
    sheets = {sheet.name: dict(sheet.cells) for sheet in raw.sheets}
    for (table, record, field), text in typed.items():
        block = issued.layout.blocks[table]
        sheets[block.table.sheet][block.cells[field][record]] = RawCell(text)
    book = replace(raw, sheets=tuple(replace(sheet, cells=sheets[sheet.name]) for sheet in raw.sheets))
    return Filed(issued, extract(issued, book))


def of_story(found: list[Finding]) -> list[Finding]:
    return [item for item in found if item.code in (*STORY, *DOUBTS)]


def told(found: list[Finding]) -> set[tuple[str, str, int, str]]:
    return {(item.code, *_at(item)) for item in found}


def _at(item: Finding) -> tuple[str, int, str]:
    place = item.place
    assert place is not None and place.table is not None and place.record is not None and place.field is not None
    return place.table, place.record, place.field


def said(item: Finding) -> str:
    """Give sentence and remedy in both languages."""
    place = item.place
    assert place is not None
    params = {"label": place.label, "raw": item.raw, **item.params}
    return " ".join(text for lang in ("th", "en") for text in message(item.code, lang, params))


def one(field: str, text: str) -> Typed:
    return {("narrative", 0, field): text}


L87 = reports.report("ita_2568")["narrative"][0]["recommendations"]
CASES: dict[str, tuple[Typed, list[tuple[str, str, int, str]], tuple[str, ...]]] = {
    "004 L83: a grade that is none, and no instruments": (
        one("result", L83), [("ITA01", "narrative", 0, "result"), ("ITA02", "narrative", 0, "result")],
        ("๘๘.๑๓ คะแนน อยู่ในระดับ E", "2562–2565", "ผ่านดี, ผ่าน", "2568", "IIT, EIT, OIT"),
    ),
    "004 L62: a year outside": (
        one("instruments", "ผู้ติดต่อหน่วยงานภาครัฐในช่วงปีงบประมาณ พ.ศ. ๒๕๖๕ ได้มีโอกาสสะท้อน"), [("ITA03", "narrative", 0, "instruments")],
        ("ปีงบประมาณ พ.ศ. ๒๕๖๕", "2568"),
    ),
    "004 L87: another body, codes of other years, a number without its former": (
        one("recommendations", L87), [(code, "narrative", 0, "recommendations") for code in ("ITA07", "ITA09", "ITA17")],
        ("เทศบาลเมืองยโสธร", "องค์การบริหารส่วนตำบลคำไหล", "E๑๔, O๓๓, O๘, O๓๒", "O33 การเปิดโอกาสให้เกิดการมีส่วนร่วม (2564–2566; 2568: O25)", "รายการของปี พ.ศ. 2568 ที่มี"),
    ),
    "004 L81: another district": (
        one("result", "องค์การบริหารส่วนตำบลคำไหล อำเภอศรีเชียงใหม่ จังหวัดอุบลราชธานี"), [("ITA08", "narrative", 0, "result")],
        ("ศรีเชียงใหม่", "ศรีเมืองใหม่"),
    ),
    "004 L46: the name of another year": (
        one("instruments", L46), [("ITA19", "narrative", 0, "instruments")], ("9.3 การบริหารการเงินงบประมาณ", "9.3 การจัดซื้อจัดจ้าง"),
    ),
    "a list that is not as long as it says": (
        one("instruments", "๕ ตัวชี้วัดย่อย ได้แก่ ข้อมูลพื้นฐาน การบริหารงาน"), [("ITA19", "narrative", 0, "instruments")], ("5 ตัวชี้วัดย่อย", "2 ชื่อ"),
    ),
    "004 L28: a share without a year": (one("target", L28), [("ITA20", "narrative", 0, "target")], ("ร้อยละ ๘๔",)),
    "004 L102: the own name misspelt": (
        {("issues_l4", 2, "monitoring"): "จัดทำเป็นประกาศขอบต.ค่าไหล เรื่อง มาตรการ", ("issues_l4", 2, "issue"): "การทุจริต", ("issues_l4", 2, "method"): "ประกาศ"},
        [("ITA21", "issues_l4", 2, "monitoring")], ("ขอบต.ค่าไหล", "องค์การบริหารส่วนตำบลคำไหล"),
    ),
    "codes of the tables of measures": (
        {(table, 0, "question_codes"): "O๓๓, o-8" for table in ("issues_l4", "measures_l5", "measures_l6")},
        [("ITA09", table, 0, "question_codes") for table in ("issues_l4", "measures_l5", "measures_l6")], ("O๓๓, o-8", "O8 Q&A"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_a_case_trips_exactly_its_codes(name: str) -> None:
    typed, wanted, words = CASES[name]
    for _ in range(2):
        found = judged(typed)
        assert told(found) == set(wanted) and len(found) == len(wanted)
        assert {item.severity for item in found} == {"warning"}
        sentences = "\n".join(map(said, found))
        assert [word for word in words if word not in sentences] == []
        assert not any(hole in sentences for hole in ("“”", "{", "  ", "()")), sentences


def test_every_code_about_texts_has_its_case() -> None:
    assert {code for _, wanted, _ in CASES.values() for code, *_ in wanted} == set(STORY)


def test_in_the_years_of_their_lists_names_and_codes_are_right() -> None:
    assert judged(one("instruments", L46), "ita_2566") == []
    assert judged(one("recommendations", "หัวข้อ E๑๔ (อ้างอิง O๓๓)"), "ita_2566") == []


# --- the same texts, typed otherwise ----------------------------------------------------------------------------------

NARRATIVE = reports.report("ita_2568")["narrative"][0]
WANTED = {"ITA01", "ITA02", "ITA03", "ITA07", "ITA08", "ITA09", "ITA17", "ITA19", "ITA20"}


@pytest.mark.parametrize("change", [digits, lambda text: " ".join(text.split())], ids=["other digits", "run together"])
def test_digits_and_lines_do_not_matter(change: Any) -> None:
    found = judged({("narrative", 0, field): change(text) for field, text in NARRATIVE.items()})
    assert {item.code for item in found} == WANTED


@pytest.mark.parametrize("field", FIELDS)
def test_every_paragraph_may_stand_in_any_field(field: str) -> None:
    for text, wanted in ((L83, {"ITA01", "ITA02"}), (L28, {"ITA20"}), (L46, {"ITA19"}), (L87, {"ITA07", "ITA09", "ITA17"})):
        said_of = wanted - {"ITA02"} if field == "target" else wanted  # an aim needs no scores of instruments
        assert told(judged(one(field, text))) == {(code, "narrative", 0, field) for code in said_of}


def test_without_a_district_in_the_list_the_texts_are_compared() -> None:
    unlisted = replace(LOCAL, district="")
    first = {("narrative", 0, "principle"): "องค์การบริหารส่วนตำบลคำไหล\nอำเภอ ศรีเมืองใหม่ จังหวัดอุบลราชธานี"}
    both = {**first, ("narrative", 0, "result"): "มาตรการขององค์การบริหารส่วนตำบลคำไหล อำเภอศรีเชียงใหม่"}
    assert judged(first, agency=unlisted) == []
    (found,) = judged(both, agency=unlisted)
    assert told([found]) == {("ITA08", "narrative", 0, "result")} and "ที่อื่นในรายงานระบุอำเภอศรีเมืองใหม่" in said(found)


def test_scores_that_the_form_shows_decide_the_grade_and_are_to_be_stated() -> None:
    """One instrument is below 85, so 88.13 can only be the lower of the two grades (domain C3)."""
    found = {item.code: said(item) for item in judged(one("result", "คะแนนรวม 88.13 คะแนน ระดับผ่านดี"), shown=True)}
    assert set(found) == {"ITA01", "ITA02"}
    assert "ที่เป็นไปได้คือ ผ่าน " in found["ITA01"] + " " and "IIT 90.00, EIT 82.10, OIT 91.25" in found["ITA02"]
    whole = "คะแนนรวม 88.13 คะแนน (IIT 90.00 EIT 82.10 OIT 91.25) ระดับผ่าน"
    assert judged(one("result", whole), shown=True) == []


# --- said once, and only there ----------------------------------------------------------------------------------------


def test_nothing_is_said_twice_and_other_cells_keep_their_doubts() -> None:
    text = "กรมปศุสัตว์ได้ดำเนินการในปีงบประมาณ พ.ศ. 2560"
    assert {item.code for item in judged(one("principle", text))} == {"ITA03", "ITA07"}
    cell = ("measures_l5", 0, "responsible")  # no rule of the form judges years or organisations of this one
    assert told(judged({cell: text})) == {(code, *cell) for code in DOUBTS}


HARMLESS = (
    "กรมบัญชีกลางกำหนดให้หน่วยงานของรัฐบันทึกข้อมูลการจัดซื้อจัดจ้างในระบบ e-GP ภายใน 30 วัน",
    "กรมส่งเสริมการปกครองท้องถิ่นได้มีหนังสือแจ้งแนวทางการประเมิน ITA ให้องค์กรปกครองส่วนท้องถิ่นทุกแห่งทราบ",
    "สำนักงาน ป.ป.ช. ได้กำหนดให้มีการประเมิน ITA ตั้งแต่ปีงบประมาณ พ.ศ. 2557 เป็นต้นมา",
    "ตามพระราชบัญญัติข้อมูลข่าวสารของราชการ พ.ศ. 2540 มาตรา 7 และมาตรา 9 หน่วยงานต้องเปิดเผยข้อมูล",
    "ระเบียบกระทรวงการคลังว่าด้วยการจัดซื้อจัดจ้างและการบริหารพัสดุภาครัฐ พ.ศ. 2560 และที่แก้ไขเพิ่มเติม",
    "รัฐธรรมนูญแห่งราชอาณาจักรไทย พุทธศักราช 2560 มาตรา 59 บัญญัติให้รัฐเปิดเผยข้อมูล",
    "แผนแม่บทภายใต้ยุทธศาสตร์ชาติ (พ.ศ. 2561 - 2580) ประเด็นที่ 21 การต่อต้านการทุจริตและประพฤติมิชอบ",
    "แผนปฏิบัติการป้องกันการทุจริต ระยะ 5 ปี (พ.ศ. 2566 - 2570) ของหน่วยงาน",
    "คะแนนของหน่วยงานเพิ่มขึ้นจากปี พ.ศ. 2564 ซึ่งเป็นผลจากการพัฒนาเว็บไซต์",
    "เปรียบเทียบผลคะแนนย้อนหลัง 3 ปี ได้แก่ ปี 2563 ปี 2564 และปี 2565",
    "ดำเนินการตามมติคณะรัฐมนตรี เมื่อวันที่ 8 มิถุนายน 2564 เรื่อง การขับเคลื่อนการป้องกันการทุจริต",
    "ตามหนังสือจังหวัดอุบลราชธานี ที่ อบ 0023.4/ว 1234 ลงวันที่ 9 มีนาคม 2563 เรื่อง การประเมิน ITA",
    "มีผู้เข้าร่วมอบรมไม่น้อยกว่าร้อยละ 80 ของกลุ่มเป้าหมาย จำนวน 64 คน",
    "ผู้รับบริการมีความพึงพอใจร้อยละ 92.50 อยู่ในระดับมากที่สุด",
    "เบิกจ่ายงบประมาณได้ร้อยละ 95 ของงบประมาณที่ได้รับ จำนวน 2,568,000 บาท",
    "ความพึงพอใจต่อการให้บริการมีค่าเฉลี่ย 4.52 คะแนน อยู่ในระดับดีมาก",
    "หน่วยงานจัดประชุมร่วมกับเทศบาลตำบลศรีเมืองใหม่และอบต.นาคำ เพื่อแลกเปลี่ยนเรียนรู้",
    "คณะผู้บริหารศึกษาดูงานด้านความโปร่งใส ณ เทศบาลเมืองยโสธร จังหวัดยโสธร",
    "องค์การบริหารส่วนตำบลมีหน้าที่จัดทำบริการสาธารณะตามพระราชบัญญัติสภาตำบลและองค์การบริหารส่วนตำบล พ.ศ. 2537",
    "มีอาณาเขตติดต่อกับเทศบาลตำบลเอือดใหญ่ และอยู่ใกล้กับอำเภอโขงเจียม",
    "ได้รับการยกฐานะจากสภาตำบลเมื่อวันที่ 23 กุมภาพันธ์ 2540",
    "อบต. ได้จัดทำช่องทางรับฟังความคิดเห็นผ่าน Facebook และ LINE Official Account",
    "การประเมิน ITA ประกอบด้วย 3 เครื่องมือ ได้แก่ IIT EIT และ OIT รวม 10 ตัวชี้วัด",
    "เครื่องมือ IIT มีน้ำหนักร้อยละ 30 EIT ร้อยละ 30 และ OIT ร้อยละ 40",
    "คะแนนรวม 91.15 คะแนน (IIT 90.10 EIT 84.20 OIT 97.15) ระดับผ่าน",
    "เกณฑ์การประเมิน ผ่านดีเยี่ยม 95.00 - 100 คะแนน ผ่านดี 85.00 - 94.99 คะแนน ต้องปรับปรุง 70.00 - 84.99 คะแนน",
    "ตั้งเป้าหมายยกระดับผลการประเมินในปีถัดไปให้อยู่ในระดับผ่านดีเยี่ยม",
    "ตัวชี้วัดที่ 5 การแก้ไขปัญหาการทุจริต ได้ 79.20 คะแนน ต่ำกว่าเกณฑ์ 85 คะแนน",
    "หน่วยงานบริหารการเงินงบประมาณอย่างมีประสิทธิภาพและโปร่งใส และเผยแพร่การจัดซื้อจัดจ้าง",
    "1. เปิดเผยข้อมูล\n2. เปิดโอกาสให้มีส่วนร่วม\n3. ป้องกันการทุจริต",
    "ข้อเสนอแนะ\n1. ควรเพิ่มช่องทาง\n1.1 เว็บไซต์\n1.2 เฟซบุ๊ก\n2. ควรจัดอบรม",
    "จัดอบรม 2 รุ่น รุ่นละ 3 วัน โดยใช้งบประมาณ 2.5 ล้านบาท",
    "ติดตั้งคอมพิวเตอร์ Core i5 และ i7 จำนวน 3 เครื่อง ใช้น้ำมัน E20",
    "ประชาสัมพันธ์ผ่าน No.3 และระบบ E-Service, e-Saraban, e-GP",
    "ดูรายละเอียดที่ https://www.example.go.th/news/2560/o33.pdf หรือโทร. 0 0000 2560",
    "โรงเรียนบ้านคำไหล รพ.สต.คำไหล และกำนันตำบลคำไหล เข้าร่วมกิจกรรม",
    "ปลัด อบต. เป็นประธาน และผู้อำนวยการกองคลังเป็นเลขานุการ",
    "แก้ไขเพิ่มเติมถึง (ฉบับที่ 7) พ.ศ. 2562 และประมวลจริยธรรมพนักงานส่วนท้องถิ่น พ.ศ. 2565",
    "ใช้แนวทาง Open to Transparency คือ เปิดเผยข้อมูล และเปิดโอกาส",
    "พนักงานทุกระดับ ตั้งแต่ระดับปฏิบัติงานถึงระดับชำนาญการ เข้ารับการอบรม",
    "มีประชาชนเข้าใช้บริการ 2565 คน และตอบแบบสำรวจ 2,540 ชุด",
    "ผู้ตอบแบบ EIT ไม่น้อยกว่าร้อยละ 10 ของผู้มาติดต่อ",
    "เทศบาลตำบลและองค์การบริหารส่วนตำบลทั่วประเทศเข้ารับการประเมินกว่า 7,850 แห่ง",
    "พนักงานส่วนตำบล สมาชิกสภา อบต. และผู้นำชุมชนเข้าร่วมโครงการ จำนวน 85 คน",
    "เกณฑ์ผ่านคือ 85 คะแนนขึ้นไป",
    "คะแนนเต็ม 100 คะแนน",
    "คำสั่ง คสช. ที่ 69/2557 เรื่อง มาตรการป้องกันและแก้ไขปัญหาการทุจริต",
    "หนังสือกระทรวงมหาดไทย ด่วนที่สุด ที่ มท 0808.2/ว 2872 ลงวันที่ 30 พฤษภาคม 2565",
    "มาตรฐาน ISO 9001:2015 และ PDPA พ.ศ. 2562",
    "พระราชบัญญัติคุ้มครองข้อมูลส่วนบุคคล พ.ศ. 2562 มีผลบังคับใช้เมื่อวันที่ 1 มิถุนายน 2565",
    "ตัวชี้วัดที่ 6 ได้ 86.30 คะแนน ตัวชี้วัดที่ 7 ได้ 84.00 คะแนน ตัวชี้วัดที่ 8 ได้ 76.00 คะแนน",
    "เครื่องมือ EIT ตัวชี้วัดที่ 8 การปรับปรุงระบบการทำงาน มีคะแนนต่ำที่สุด 76.00 คะแนน",
    "สำนักปลัด อบต. ร่วมกับกองคลัง และหน่วยตรวจสอบภายใน",
    "ระบบ ITAS ของสำนักงาน ป.ป.ช. และระบบ Smart Law ของกรมการปกครอง",
    "เผยแพร่ประกาศ 3 ช่องทาง ได้แก่ 1) เว็บไซต์ 2) เฟซบุ๊ก 3) บอร์ด",
    "มีวัตถุประสงค์ 2 ประการ คือ 1. เพื่อเปิดเผยข้อมูล 2. เพื่อเปิดโอกาส",
    "ผลการประเมินโดยรวมอยู่ในระดับดี",
    "ลำดับที่ 2 ของจังหวัด จาก 239 แห่ง",
    "ปฏิบัติตามประมวลจริยธรรม และ Dos & Don'ts",
    "เทศบาลและองค์การบริหารส่วนตำบลในเขตจังหวัด รวม 239 แห่ง",
)
"""What officers write, and what no rule should ask about in either year."""


def asked(name: str, field: str, text: str) -> set[str]:
    """Give the codes of what the rules of the narrative say of a text in one of its fields."""
    framework = FRAMEWORKS[name]
    table = framework.form("measures").table("narrative")
    row = {item.id: text if item.id == field else None for item in table.fields}
    context = Context({"narrative": [row]}, framework.fiscal_year, profile=framework.profile, agency=AGENCIES[name])
    checks = [(spec, RULES[spec.rule].check) for spec in table.rules]
    return {breach.code for spec, rule in checks for breach in rule("narrative", [row], spec, context)} & set(STORY)


@pytest.mark.parametrize("name", AGENCIES)
def test_harmless_paragraphs_are_left_alone(name: str) -> None:
    assert len(HARMLESS) >= 40
    assert [(text, codes) for text in HARMLESS for field in FIELDS if (codes := asked(name, field, text))] == []
    assert asked("ita_2568", "result", L83) == {"ITA01", "ITA02"}


def test_no_text_takes_long() -> None:
    """A cell holds 32,767 letters at most; what is pasted into it is read in passing."""
    for text in ("๑. ", "88.13 ", "กกกกก.กก", "2560 ", "อ.บ.ต.", "การประเมิน", "ระดับ E 88.13 คะแนน เทศบาลเมืองยโสธร ปี 2560 "):
        began = time.process_time()
        asked("ita_2568", "principle", (text * 32_767)[:32_767])
        assert time.process_time() - began < 5, text


# --- years ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "wanted"),
    [("9 ธันวาคม 2565", [("9 ธันวาคม 2565", 2566, 2566)]), ("ภายในเดือนตุลาคม ๒๕๖๕", [("ตุลาคม ๒๕๖๕", 2566, 2566)]), ("กันยายน 2565", [("กันยายน 2565", 2565, 2565)]),
     ("30/9/65 และ 1/10/65", [("30/9/65", 2565, 2565), ("1/10/65", 2566, 2566)]), ("2022-12-09", [("2022-12-09", 2566, 2566)]), ("July 2022", [("July 2022", 2565, 2565)]),
     ("พ.ศ. ๒๕๖๑-๒๕๘๐", [("พ.ศ. ๒๕๖๑-๒๕๘๐", 2561, 2580)]), ("ปี 2566 ถึงปี 2570", [("ปี 2566 ถึงปี 2570", 2566, 2570)]), ("ปี 2561 - 65", [("ปี 2561 - 65", 2561, 2565)]),
     ("ปีงบ 65", [("ปีงบ 65", 2565, 2565)]), ("ไตรมาส 1/2565", [("ไตรมาส 1/2565", 2565, 2565)]), ("ITA 2022", [("ITA 2022", 2565, 2565)]),
     ("ครั้งที่ 3/2565", []), ("มีนาคม 60 คน", []), ("วันที่ 32/13/2565", []), ("", [])],
)  # fmt: skip
def test_years_that_a_text_speaks_of(text: str, wanted: list[tuple[str, int, int]]) -> None:
    assert [(item.words, item.first, item.last) for item in years_said(text, 2568)] == wanted


def test_a_row_of_years_up_to_the_report_is_a_comparison() -> None:
    assert outside("ปี 2565 2566 และ 2567", 2568, 2567, 2568) == ()
    assert outside("ปี 2565 และ 2567", 2568, 2567, 2568) == ("ปี 2565",)
    assert outside("ปีงบประมาณ พ.ศ.๒๕๖๗ ปีงบประมาณ พ.ศ.๒๕๖๘", 2568, 2568, 2568) == ("ปีงบประมาณ พ.ศ.๒๕๖๗",)
