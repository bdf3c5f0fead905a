"""Tables that keep and break the rules about rows of measures and about scores (`test_rules` runs them), by domain C2-C6.

The texts of measures are those of the two published reports; what is made up is plain.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from test_roundtrip import FRAMEWORKS

from templates.rules import TITLE, Context, Row

D = Decimal
Case = tuple[str, dict[str, Any], list[Row], Context]
PROFILE = FRAMEWORKS["ita_2568"].profile
assert PROFILE is not None
ITA = Context({}, 2568, {"tolerance": D("0.01")}, profile=PROFILE)
THREE = ["a", "t", "z"]
RECORDED = {"fields": ["r"], "assessment": "own"}


def among(**tables: list[Row]) -> Context:
    return Context(tables, 2568, profile=PROFILE)


SHOWN = Context({"own": [{"total": D("92.85")}]}, 2568, {"tolerance": D("0.01")}, profile=PROFILE)
COVERED = {"numbers": ["n", "s"], "prose": ["i"], "tables": THREE, "code": "ITA10"}
FITS = {"numbers": ["n", "s"], "prose": ["i"], "code": "ITA11"}
PERIODS = {"fields": ["p"], "outside": "ITA05", "bare": "ITA06"}
REPEATED = {"field": "o", "code": "ITA12"}
RESTATED = {"field": "r", "of": "m", "code": "ITA13"}
SHARE = {"fields": ["r"], "code": "ITA14"}
ONE_ROW = {"field": "m", "code": "ITA15"}
UNITS = {"field": "u", "tables": THREE, "code": "ITA16"}
ENDS = {"fields": ["r"], "code": "ITA18"}
WEB = {"field": "e"}
SOME = {"tables": THREE}
GRADED = {"field": "grade", "code": "ITA01", "missing": "ITA02"}

# Seed 004, measures 1, 3, 4, 5, 9, 10 and 12, and their results.
LONG_1 = (
    "๑. จัดทำคู่มือ/แนวทางการปฏิบัติงานหรือการให้บริการที่กำหนดผู้รับผิดชอบขั้นตอนและระยะเวลาให้ชัดเจนและเผยแพร่คู่มือ/แนวทางการดังกล่าวให้"
    "ข้าราชการและเจ้าหน้าที่ทราบและยึดถือปฏิบัติ สร้างระบบการประเมินประสิทธิภาพการให้บริการ"
)
DONE_1 = "ข้าราชการและเจ้าหน้าที่ทราบและยึดถือปฏิบัติสร้างความรู้ความเข้าใจทางการปฏิบัติงานหรือการให้บริการที่กำหนดผู้รับผิดชอบ ขั้นตอนและระยะเวลา ให้ชัดเจน"
LONG_3 = "๓. ส่งเสริมให้ผู้รับบริการและประชาชนทั่วไปมีส่วนร่วมในการแสดงความคิดเห็นหรือให้คำแนะนำในการ พัฒนา และปรับปรุงคุณภาพ และมาตรฐานการให้บริการ"
SAME_3 = "ประชาชนทั่วไปมีส่วนร่วมในการแสดงความคิดเห็นหรือให้คำแนะนำ และปรับปรุงคุณภาพและมาตรฐานการให้บริการ"
LONG_4 = (
    "๔. จัดทำช่องทาง การติดต่อ-สอบถามข้อมูลใหม่ลักษณะ เป็นการสื่อสารสองทาง และช่องทางรับฟังความคิดเห็นของผู้มาติดต่อหรือผู้รับบริการ "
    "และพัฒนาระบบให้บริการประชาชน ผ่านระบบฐานข้อมูล Smart Law ของกรมการปกครอง"
)
SAME_4 = (
    "ประชาชนสามารถติดต่อ-สอบถามข้อมูล ให้มีลักษณะเป็นการสื่อสารสองทาง และช่องทางรับการฟังความคิดเห็นของผู้มาติดต่อหรือผู้รับบริการ"
    "และพัฒนาระบบการให้บริการประชาชนผ่านระบบฐานข้อมูล Smart Law ของกรมการปกครอง"
)
LONG_5 = (
    "๕. พัฒนาระบบสารสนเทศเชิงช่องทางในการประชาสัมพันธ์ให้หลากหลายและมีประสิทธิภาพและรวดเร็ว/ มีประสิทธิภาพ(สะดวก/รวดเร็ว/ตอบสนองในการแก้ไข)"
)
SAME_5 = "มีช่องทางในการประชาสัมพันธ์ให้หลากหลาย และมีประสิทธิภาพ(สะดวก/รวดเร็ว/ ตอบสนองในการแก้ไข)"
LONG_10 = "๑๐. จัดทำมาตรการป้องกันและมีระบบการติดตามตรวจสอบพฤติกรรมการทุจริตอย่างชัดเจนและเปิดเผย รวมทั้งนำผลการประเมิน ITA ไปปรับปรุงการทำงาน"
DONE_10 = "มีการติดตามตรวจสอบพฤติกรรมการทุจริตอย่างชัดเจนและเปิดเผย รวมทั้งนำผลการประเมิน ITA ไปปรับปรุงการทำงาน"
COURSE = "จัดอบรมให้ความรู้ด้านจริยธรรมแก่บุคลากรทุกระดับ"
RISK = (
    "ทำการวิเคราะห์และประเมินความเสี่ยง การทุจริตพร้อมกำหนดมาตรการป้องกัน การทุจริตภายในหน่วยงานพร้อม เผยแพร่ ให้บุคลากรภายในรับทราบและถือเป็น แนวปฏิบัติ"
)
RISK_12 = RISK.replace("รับทราบและถือ", "รับทราบและ ถือ")  # parted otherwise in the report, the same text
LISTS = [
    "- ระบบรายงานผลการอนุมัติโครงการฯ\n- ระบบติดตามความก้าวหน้าโครงการฯ (E - Project)\n- ระบบการประชุมออนไลน์\n- CANVA Application",
    "- ระบบรายงานผลการอนุมัติโครงการฯ\n- ระบบติดตามความก้าวหน้าโครงการฯ (E - Project)\n- ระบบการประชุมออนไลน์",
]
"""Seed 003, indicator 8: two measures led to the same systems."""
MEETING = "ผู้เข้าร่วมประชุมมีจำนวนทั้งหมด ๖๔ คน คิดเป็นร้อยละ ๙๐ ของกลุ่มเป้าหมาย"
ISSUE = "แผนการดำเนินงาน/ การบริหารงบประมาณ แบบวัด IT ตัวชี้วัดที่ ๑ ตัวชี้วัดที่ ๒"


def texts(name: str, *items: str | None) -> list[Row]:
    return [{name: item} for item in items]


def pairs(*items: tuple[str, str]) -> list[Row]:
    return [{"m": measure, "r": result} for measure, result in items]


def scores(**given: str | None) -> Row:
    """Give a row of scores; what is not given is blank."""
    names = ("iit", "eit", "oit", *(f"i{n}" for n in range(1, 11)), "total")
    found = {name: D(value) if (value := given.get(name)) is not None else None for name in names}
    return {**found, "grade": given.get("grade")}


def all_but(*left: str) -> str:
    return ", ".join(str(n) for n in range(1, 11) if str(n) not in left)


FIVE = {"i1": "90", "i2": "91", "i3": "92", "i4": "93", "i5": "94"}
PAO = {"iit": "98.10", "eit": "84.10", "oit": "99.95", "total": "94.64"}
"""Made up so that they give the total of 94.64 that was published with an EIT below 85 and the grade `pass`."""

KEEPS: list[Case] = [
    ("some_rows", SOME, [], among(t=[], z=[{"m": "x"}])),
    ("some_rows", SOME, [], among(a=[], t=[], z=[])),  # said once, at the first
    ("covered", COVERED, [], among(a=[], t=[])),
    ("covered", COVERED, [{"m": "x"}], among(a=[{"m": "y"}], t=[{"m": "x"}])),  # told at the first with rows
    ("covered", COVERED, [{}], among(t=[{"n": "ทั้งหมด"}])),
    ("covered", COVERED, [{}], among(t=[{"n": "IIT ทั้ง 5 ตัวชี้วัด"}, {"n": "ทุก ตัวชี้วัดของ EIT"}, {"n": "9, 10"}])),
    ("name_fits", FITS, texts("n", "การใช้งบประมาน", "ทุกตัวชี้วัด", "ทั้งหมด", "ภาพรวม", "1, 2 และ 10", "ข้อ 5 ปี 2568", "ไม่มี", "ตชว.ที่ ๖", "6-8"), ITA),
    ("recorded", RECORDED, texts("r", "ได้ 92.85 คะแนน", "คะแนนรวม 92.9 คะแนน", "คะแนนรวม 93 คะแนน", "ปี 2567 ได้ 86.00 คะแนน", "IIT 90.10", None), SHOWN),
    ("recorded", RECORDED, texts("r", "ปี 2568 ได้ 91.23 คะแนน ปี 2567 ได้ 86.00 คะแนน", "เพิ่มขึ้นจากปี 2567 ซึ่งได้ 86.00 คะแนน"), SHOWN),
    ("recorded", RECORDED, texts("r", "ได้ 92.85 คะแนน และจะให้ได้ 95 คะแนนในปีต่อไป", "86.00 คะแนน ในปี 2567"), SHOWN),
    ("recorded", RECORDED, texts("r", "ได้ 96.50 คะแนน"), ITA),
    ("recorded", RECORDED, texts("r", "ได้ 96.50 คะแนน"), among(own=[{"total": None}])),
    ("covered", COVERED, [{}], among(t=[{"n": all_but("9"), "s": "9.4"}])),
    ("covered", COVERED, [{}], among(t=[{"n": "ตัวชี้วัดที่ ๑ ตัวชี้วัดที่ ๒"}, {"n": "3 - 9"}, {"n": "10 การป้องกันการทุจริต"}])),
    ("covered", COVERED, [{}], among(t=[{"n": "1 ถึง 5"}, {"i": "คุณภาพ EIT ตัวชี้วัดที่ 6, 7 และ 8"}, {"n": "ทุกตัวชี้วัดของ OIT"}])),
    ("covered", COVERED, [{}], among(t=[{"n": "ทั้ง 10 ตัวชี้วัด"}])),
    ("covered", COVERED, [{}], among(t=[{"n": all_but("4")}], z=[{"n": "การใช้ทรัพย์สินของ ราชการ"}])),  # covered in another table
    ("covered", COVERED, [{}], among(a=[{"n": "1"}], t=[{"n": "2"}])),  # told at the first that names any
    ("covered", COVERED, [{}], Context({"t": [{"n": "1"}]}, 2568)),
    ("covered", COVERED, [{}], Context({"t": [{"n": "1"}, {"n": None}]}, 2568, profile=PROFILE, bad=frozenset({("t", 1, "n")}))),
    ("name_fits", FITS, [{"n": "4 การใช้ทรัพย์สินของราชการ"}, {"n": "8 การปรับปรุงการทำงาน"}, {"n": "5", "s": None}, {"n": "1, 2"}, {"n": None}], ITA),
    ("name_fits", FITS, [{"n": "9", "s": "9.4 การบริหารและการพัฒนาทรัพยากรบุคคล"}, {"n": "9", "s": "9.3 การบริหารเงินงบประมาณ"}, {"s": "10.2"}], ITA),
    ("name_fits", FITS, [{"n": "5 การแก้ปัญหาการทุจริต"}, {"n": "10 การดำเนินการเพื่อป้องกันการทุจริต"}, {"n": "7 เรื่องเสียงตามสาย"}], ITA),
    ("name_fits", FITS, [{"i": ISSUE}, {"i": "การแก้ปัญหาการทุจริต แบบวัด IT ตัวชี้วัดที่ ๕"}, {"i": "ข้อ 5 การใช้ทรัพย์สินของราชการ"}], ITA),
    ("name_fits", FITS, [{"n": "5 การใช้ทรัพย์สินของราชการ"}], Context({}, 2568)),
    ("periods", PERIODS, texts("p", "ไตรมาส 3 - 4", "ไตรมาสที่ ๑", "ปีงบประมาณ พ.ศ.๒๕๖๘", "กันยายน ๒๕๖๘", "ตุลาคม – ธันวาคม ๒๕๖๗", None), ITA),
    ("periods", PERIODS, texts("p", "ต่อเนื่อง", "12 เดือน", "ไตรมาส 1, 2, 3 และ 4", "ไตรมาสที่ 1 ถึงไตรมาสที่ 4", "ไตรมาส 4/2568", "ไตรมาส 2 ปี 2568", "ไตรมาส 1-4 ปี 2568"), ITA),
    ("periods", PERIODS, texts("p", "ต.ค. 67 - ก.ย. 68", "1/10/2567 - 30/9/2568", "รอบ 6 เดือน", "ทุกเดือน", "ตลอดปี", "ภายใน 30 วัน"), ITA),
    ("periods", PERIODS, texts("p", "ปีงบประมาณ 2567 - 2569", "ตุลาคม 2566 - กันยายน 2569", "ตุลาคม –\nธันวาคม 2567", "ต.ค. 2567, เม.ย. 2568", "เริ่ม พ.ย. 2567 เสร็จ ส.ค. 2568"), ITA),
    ("repeated", REPEATED, texts("o", *LISTS), ITA),
    ("repeated", REPEATED, texts("o", "แจ้งเวียนแล้ว", "แจ้งเวียนแล้ว", "อยู่ระหว่างดำเนินการ", "อยู่ระหว่างดำเนินการ", None, None), ITA),
    ("repeated", REPEATED, texts("o", "1. แจ้งเวียนให้บุคลากรภายในได้รับทราบ 2. เผยแพร่", "1. อบรม 2. แจ้งเวียนให้บุคลากรภายในได้รับทราบ"), ITA),
    ("repeated", REPEATED, texts("o", f"๑. {RISK}\n๒. {RISK}"), ITA),  # one record
    ("restated", RESTATED, pairs((LONG_1, DONE_1), (LONG_10, DONE_10)), ITA),
    ("restated", RESTATED, pairs((COURSE, f"{COURSE} 57 คน"), (COURSE, f"{COURSE}แล้ว"), (COURSE, f"ได้{COURSE}"), (COURSE, "จัดอบรม")), ITA),
    ("restated", RESTATED, [{"m": COURSE, "r": None}, {"m": None, "r": COURSE}], ITA),
    ("share_of_people", SHARE, texts("r", "อบรม 45 คน คิดเป็นร้อยละ 90", "64 คน คิดเป็นร้อยละ 90.14", "71 คน มาประชุม 64 คน คิดเป็นร้อยละ 90"), ITA),
    ("share_of_people", SHARE, texts("r", "64 คน จากทั้งหมด 71 คน คิดเป็นร้อยละ 90.14", "64 คน จาก 71 คน (90.1%)", "อบรม 64 คน\nร้อยละ 90 พอใจ"), ITA),
    ("share_of_people", SHARE, texts("r", "ผู้เข้าร่วม 57 คน พึงพอใจร้อยละ 92.5", "อบรม 57 คน ผ่านการทดสอบร้อยละ 80", "ความพึงพอใจของผู้เข้าร่วม 57 คน คิดเป็นร้อยละ 92.5"), ITA),
    ("share_of_people", SHARE, texts("r", "64 คน คิดเป็นร้อยละ 80 ของทั้งหมด 80 คน", "กลุ่มเป้าหมาย 71 คน เข้าร่วม 64 คน คิดเป็นร้อยละ 90", "64/71 คน คิดเป็นร้อยละ 90"), ITA),
    ("share_of_people", SHARE, texts("r", "1,500 คน จากเป้าหมาย 1,250 คน คิดเป็นร้อยละ 120", "120 คน (ร้อยละ 120 ของเป้าหมาย 100 คน)", "64 คน คิดเป็นร้อยละ 0"), ITA),
    ("share_of_people", SHARE, texts("r", "ผู้รับบริการพึงพอใจร้อยละ 93.20", "64 คน", "โครงการ 64 เรื่อง ร้อยละ 90", None), ITA),
    ("one_a_row", ONE_ROW, texts("m", "๖. จัดทำ", "๗. อบรม", "๘. ประกาศ"), ITA),
    ("one_a_row", ONE_ROW, texts("m", "1. ประชุมชี้แจง หรือ 2. จัดทำสื่อประชาสัมพันธ์"), ITA),
    ("one_a_row", ONE_ROW, texts("m", "1. ก 2. ข", "1. ค 2. ง", "อบรม 1. ก 2. ข", None), ITA),
    ("one_a_row", ONE_ROW, texts("m", "1. อบรม", "2. ประชุม\n3. ประกาศ", "3. ติดตาม"), ITA),
    ("one_name", UNITS, [{"u": "งานพัสดุ/กองคลัง"}], among(t=[{"u": "งานพัสดุ/กองคลัง"}], z=[{"u": "กอง คลัง"}, {"u": "สำนักปลัด\nกองช่าง"}, {"u": None}])),
    ("one_name", UNITS, [{"u": "กลุ่มกฎหมาย"}], among(t=[{"u": "กลุ่มกฎหมาย"}], z=[{"u": "กองกฎหมาย"}])),  # a group is part of a division
    ("one_name", UNITS, [{"u": "สำนักคลัง"}], among(t=[{"u": "สำนักคลัง"}], z=[{"u": "สำนักคลัง/กองคลัง"}])),  # one within the other
    ("one_name", UNITS, [{"u": "ส่วนราชการที่เกี่ยวข้อง"}], among(t=[{"u": "กองที่เกี่ยวข้อง"}], z=[{"u": "สำนักที่เกี่ยวข้อง, ส่วนกลาง"}, {"u": "กองกลาง"}])),
    ("ends_well", ENDS, texts("r", "เพื่อทราบและถือปฏิบัติตาม", "ดูแลเจ้าหน้าที่", "มีสิ่งของ", "(ร่าง) แล้ว", "1) ก 2) ข", "ติดตาม", "ก", None), ITA),
    ("ends_well", ENDS, texts("r", "สื่อต่าง ๆ เช่น เว็บไซต์ เป็นต้น", "ใช้รถ (ส่วนกลาง)", "ปรึกษาหารือ", "ประกาศ “สุจริต”", "ดำเนินการทุกพื้นที่"), ITA),
    ("ends_well", {**ENDS, "but": ["ดังนี้"]}, texts("r", "มีรายละเอียดดังนี้"), ITA),
    ("addresses", WEB, texts("e", "https://www.example.go.th/ita\nwww.example.go.th", "1. https://example.go.th/a\n\n- http://a.b", "หน้าแรก: https://a.go.th", None), ITA),
    ("adds_up", {}, [scores(**PAO), scores(iit="92.01", **FIVE), scores(total="90"), scores(iit="90", i1="10")], ITA),
    ("adds_up", {}, [scores(iit="50", total="10", eit="50", oit="50")], Context({}, 2568)),
    ("graded", GRADED, [scores(iit="98", eit="96", oit="94.90", total="95.81", grade="ผ่านดี"), scores(**PAO, grade="ผ่าน")], ITA),
    ("graded", GRADED, [scores(total="60", grade="ต้องปรับปรุงโดยด่วน"), scores(grade="ผ่าน"), scores()], ITA),
    ("graded", GRADED, [scores(**{f"i{n}": "96" for n in range(1, 11)}, grade="ผ่านดีเยี่ยม")], ITA),  # the instruments follow
    ("graded", {**GRADED, "back": 3}, [scores(total="88.13", grade="A")], ITA),
    ("graded", {**GRADED, "missing": ""}, [scores(total="88.13", grade="ผ่าน"), scores(total="88.13", grade="ผ่านดี")], ITA),
]  # fmt: skip

BREAKS: list[tuple[str, dict[str, Any], list[Row], Context, list[tuple[int, str, str]]]] = [
    ("some_rows", SOME, [], among(t=[], z=[]), [(TITLE, "", "NO_MEASURES")]),
    ("covered", COVERED, [{}], among(t=[{"n": all_but("3")}, {"m": "x"}]), [(TITLE, "", "ITA10")]),
    ("covered", COVERED, [{}], among(a=[{"m": "x"}], t=[{"i": ISSUE}]), [(TITLE, "", "ITA10")]),
    ("covered", COVERED, [{"m": "x"}], among(a=[], t=[{"m": "x"}], z=[{"m": "y"}]), [(TITLE, "", "ITA10")]),  # none is named
    ("name_fits", FITS, texts("n", "11", "๐", "IIT", "ITA", "1, 11", "งานบุคคล", "9.6"), ITA, [(n, "n", "UNKNOWN_INDICATOR") for n in range(7)]),
    ("name_fits", FITS, [{"n": "9", "s": "9.6"}], ITA, [(0, "s", "UNKNOWN_INDICATOR")]),
    ("recorded", RECORDED, texts("r", "ได้ 96.50 คะแนน", "ปีงบประมาณ พ.ศ. 2568 ได้ ๘๕.๑๐ คะแนน", "คะแนนรวม 92 คะแนน"), SHOWN, [(n, "r", "RESULT_DIFFERS") for n in range(3)]),
    ("periods", PERIODS, texts("p", "ไตรมาส 5", "ไตรมาส ๓ - ๕", "ไตรมาสที่ 0", "ไตรมาส 1\nไตรมาส 6", "ไตรมาส 12"), ITA, [(n, "p", "PERIOD_UNREAD") for n in range(5)]),
    ("share_of_people", SHARE, texts("r", "64 คน คิดเป็นร้อยละ 90 ของทั้งหมด 80 คน", "กลุ่มเป้าหมาย 80 คน เข้าร่วม 64 คน คิดเป็นร้อยละ 90"), ITA, [(n, "r", "ITA14") for n in range(2)]),
    ("share_of_people", SHARE, texts("r", "ทั้งหมด...๖๔...คน\nคิดเป็นร้อยละ...๙๐...ของกลุ่มเป้าหมาย", "64\nคน คิดเป็นร้อยละ\n90"), ITA, [(n, "r", "ITA14") for n in range(2)]),
    ("share_of_people", SHARE, texts("r", "จากผู้บริหาร 5 คน รวมผู้เข้าร่วม 64 คน คิดเป็นร้อยละ 90 ของกลุ่มเป้าหมาย และกองคลัง 30 คน"), ITA, [(0, "r", "ITA14")]),
    ("share_of_people", SHARE, texts("r", "30 คน คิดเป็นร้อยละ 150", "ผู้ร่วม 1,500 คน คิดเป็นร้อยละ 120"), ITA, [(n, "r", "SHARE_OVER") for n in range(2)]),
    ("covered", COVERED, [{}], among(t=[{"n": all_but("4")}], z=[{"n": "5 การใช้ทรัพย์สินของราชการ"}]), [(TITLE, "", "ITA10")]),
    ("name_fits", FITS, [{"n": "1"}, {"n": "5 การใช้ทรัพย์สินของราชการ"}], ITA, [(1, "n", "ITA11")]),
    ("name_fits", FITS, [{"n": "ตัวชี้วัดที่ ๕ การใช้ทรัพย์สิน ของราชการ"}, {"n": "3 การใช้งบประมาณ"}], ITA, [(0, "n", "ITA11"), (1, "n", "ITA11")]),
    ("name_fits", FITS, [{"n": "5 การใช้ทรัพย์สินราชการ"}], ITA, [(0, "n", "ITA11")]),
    ("name_fits", FITS, [{"n": "9", "s": "9.5 การจัดซื้อจัดจ้าง"}, {"n": "8", "s": "9.4"}], ITA, [(0, "s", "ITA11"), (1, "s", "ITA11")]),
    ("name_fits", FITS, [{"i": "แก้ไข ตัวชี้วัดที่ ๕ การใช้ทรัพย์สินของราชการ ในส่วนของรถยนต์"}], ITA, [(0, "i", "ITA11")]),
    ("periods", PERIODS, texts("p", "กันยายน ๒๕๖๕", "ปีงบประมาณ พ.ศ.๒๕๖๗\nปีงบประมาณ พ.ศ.๒๕๖๘", "ธันวาคม 2568"), ITA, [(n, "p", "ITA05") for n in range(3)]),
    ("periods", PERIODS, texts("p", "ตุลาคม – ธันวาคม", "ภายใน 30 ก.ย.", "เดือนตุลาคม และเมษายน"), ITA, [(n, "p", "ITA06") for n in range(3)]),
    ("periods", PERIODS, texts("p", "มีนาคม 2566\nเมษายน"), ITA, [(0, "p", "ITA05"), (0, "p", "ITA06")]),
    ("periods", PERIODS, texts("p", "ตามแผน", "ไตรมาส 4/2567"), ITA, [(0, "p", "PERIOD_UNREAD"), (1, "p", "ITA05")]),
    ("repeated", REPEATED, texts("o", RISK, "อบรม", RISK_12, f"๑. {RISK}\n๒. อบรม"), ITA, [(0, "o", "ITA12"), (2, "o", "ITA12"), (3, "o", "ITA12")]),
    ("repeated", REPEATED, texts("o", "1. ประชาชนได้รับบริการที่รวดเร็ว", "ประชาชน ได้รับบริการที่รวดเร็ว"), ITA, [(0, "o", "ITA12"), (1, "o", "ITA12")]),
    ("restated", RESTATED, pairs((LONG_3, SAME_3), (LONG_4, SAME_4), (LONG_5, SAME_5), ("อบรม", "อบรม")), ITA, [(n, "r", "ITA13") for n in range(4)]),
    ("share_of_people", SHARE, texts("r", MEETING, "อบรม ๖๔ คน (๙๐.๕%)", "64 คน จาก 71 คน คิดเป็นร้อยละ 95"), ITA, [(n, "r", "ITA14") for n in range(3)]),
    ("one_a_row", ONE_ROW, texts("m", "๖. จัดให้มี", "๗. ประชาสัมพันธ์\n\n๘. จัดทำรายงานผล", "๙. อบรม"), ITA, [(1, "m", "ITA15")]),
    ("one_a_row", ONE_ROW, texts("m", "1. ก 2. ข", "3. ค 4. ง", "5. จ"), ITA, [(0, "m", "ITA15"), (1, "m", "ITA15")]),
    ("one_name", UNITS, [{"u": "สำนักคลัง"}, {"u": "สำนัก คลัง"}], among(t=[{"u": "สำนักคลัง"}, {"u": "สำนัก คลัง"}], z=[{"u": "งานพัสดุ/กองคลัง"}]), [(0, "u", "ITA16")]),
    ("one_name", UNITS, [{"u": "กองช่าง"}, {"u": "กองคลัง"}], among(a=[{"u": "สำนักคลัง"}], t=[{"u": "กองช่าง"}, {"u": "กองคลัง"}]), [(1, "u", "ITA16")]),
    ("ends_well", ENDS, texts("r", "การ ยืมโต๊ะ เก้าอี้ เป็น ต้น รายละเอียดตาม", "อบรม และ", "ผลที่ได้ ดังนี้ :", "ประกาศใช้ (ตามคำสั่ง", "แจ้ง ที่", "เพื่อ..."), ITA,
     [(n, "r", "ITA18") for n in range(6)]),
    ("addresses", WEB, texts("e", "ดูในเว็บไซต์", "https://a.go.th\nhttp//b", "example.go.th/ita"), ITA, [(n, "e", "BAD_ADDRESS") for n in range(3)]),
    ("adds_up", {}, [scores(**{**PAO, "total": "94.66"}), scores(iit="92.02", **FIVE)], ITA, [(0, "total", "TOTAL_DIFFERS"), (1, "iit", "MEAN_DIFFERS")]),
    ("graded", GRADED, [scores(**PAO, grade="ผ่านดี"), scores(grade="E"), scores(total="88.13", grade="ต้องปรับปรุง")], ITA,
     [(0, "grade", "ITA01"), (1, "grade", "ITA01"), (2, "grade", "ITA01"), (2, "iit", "ITA02")]),
    ("graded", GRADED, [scores(total="88.13"), scores(iit="90", i1="90"), scores(**FIVE)], ITA, [(0, "iit", "ITA02"), (1, "eit", "ITA02"), (2, "eit", "ITA02")]),
    ("graded", {**GRADED, "back": 3}, [scores(total="88.13", grade="E"), scores(total="88.13", grade="ผ่าน")], ITA, [(0, "grade", "ITA01"), (1, "grade", "ITA01")]),
]  # fmt: skip
