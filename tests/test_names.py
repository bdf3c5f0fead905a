"""Names are read as codes of the registry as the case table says; a likeness is always reported, never another name."""

from __future__ import annotations

import csv
import random
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_thai import NAME_KINDS, THAI_TEXT, cases, context, outcome, wanted

from templates import thai
from templates.names import Index, index, propose, read_department, read_lao, read_ministry, read_province
from templates.reading import Raw, Read

REGISTRY = Path(__file__).parents[1] / "templates" / "registry"


def table(name: str) -> list[dict[str, str]]:
    with (REGISTRY / f"{name}.csv").open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


ALIASES = table("aliases")
PROVINCES = index("province", table("provinces"), ALIASES)
MINISTRIES = index("ministry", table("ministries"), ALIASES)
DEPARTMENTS = index("department", table("departments"), ALIASES)
EVERY = [(PROVINCES, read_province), (MINISTRIES, read_ministry), (DEPARTMENTS, read_department)]
COVER = "องค์การบริหารส่วนตำบลคำไหล อำเภอศรีเมืองใหม่ จังหวัดอุบลราชธานี"  # seed 004: whose report names the others


def read_case(kind: str, text: str, cover: str) -> Read:
    cell, look = context(text)
    if kind == "province":
        return read_province(cell, PROVINCES)
    if kind == "ministry":
        return read_ministry(cell, MINISTRIES, fiscal_year=int(look["FY"]) if look else None)
    if kind == "department":
        return read_department(cell, DEPARTMENTS, ministry=look.get("ministry", ""))
    return read_lao(cell, ALIASES, PROVINCES, cover)


@pytest.mark.parametrize(("kind", "text", "expected"), cases(NAME_KINDS))
def test_case(kind: str, text: str, expected: str) -> None:
    cover = COVER if "MISMATCH" in expected or "FOREIGN" in expected else ""
    assert outcome(read_case(kind, text, cover)) == wanted(expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("อ.เมือง จ.นนทบุรี 11000", "12"), ("จังหวัดกรุงเทพฯ", "10 ?BKK_NOT_PROVINCE"), ("เพชรฯ", "!AMBIGUOUS"),
        ("นครฯ", "!AMBIGUOUS"),
        ("ระนองง", "!AMBIGUOUS"), ("รนอง", "!AMBIGUOUS"), ("ระย่อง", "!AMBIGUOUS"), ("ลบบุรี", "!AMBIGUOUS"),
        ("จ.ระยอง", "21"),
        ("เชียงไหม่", "50 ?FUZZY"), ("ยโสทร", "35 ?FUZZY"), ("พระนครศรีอยุทธยา", "14 ?FUZZY"), ("อยุธยา", "14"),
        ("แปดริ้ว", "24"),
        ("(โคราช)", "30"), ("นคร ปฐม", "73"), ("Chiang Mai", "50"), ("CMI", "50"), ("๕๐", "50"),
        ("99", "!UNKNOWN_NAME"),
        ("สมุทร", "!AMBIGUOUS"), ("ดาวอังคาร", "!UNKNOWN_NAME"), ("กลุ่มจังหวัดภาคเหนือตอนบน 2", "!CLUSTER_NOT_PROVINCE"),
        ("-", ""), ("#N/A", "!EXCEL_ERROR"), ("ก" * 1000, "!UNKNOWN_NAME"),
    ],
)  # fmt: skip
def test_province(text: str, expected: str) -> None:
    assert outcome(read_province(text, PROVINCES)) == wanted(expected)


def test_a_code_may_come_as_a_number() -> None:
    for raw in (10, 10.0):
        assert read_province(raw, PROVINCES) == Read("10")
    assert read_province(None, PROVINCES) == Read()


@pytest.mark.parametrize(
    ("text", "year", "expected"),
    [
        ("ก.มหาดไทย", None, "MOI"), ("มท.", None, "MOI"), ("ก.ค.", None, "MOF"), ("กระทรวงเเรงงาน", None, "MOL"),
        ("กระทรวงวิทย์", None, "MOST"),
        ("กระทรวงพลังาน", None, "MOEN ?FUZZY"), ("กระทรวงการท่องเทียวและกีฬา", None, "MOTS ?FUZZY"),
        ("กระทรวง", None, "!AMBIGUOUS"),
        ("กระทรวงป่าไม้", None, "!UNKNOWN_NAME"), ("MICT", 2560, "MICT ?NOT_VALID_IN_FY"), ("อว.", 2562, "MHESI"),
        ("MICT", 2559, "MICT"),
    ],
)  # fmt: skip
def test_ministry(text: str, year: int | None, expected: str) -> None:
    assert outcome(read_ministry(text, MINISTRIES, fiscal_year=year)) == wanted(expected)


@pytest.mark.parametrize(
    ("text", "ministry", "expected"),
    [
        ("กพร.", "", "!AMBIGUOUS"), ("กพร.", "OPM", "D01021"), ("กพร.", "MIND", "D22005"),
        ("ก.พ.ร.", "", "D01021"), ("ก.พ.", "", "D01011"),
        ("สนง. ก.พ.ร.", "", "D01021"), ("ทช.", "", "!AMBIGUOUS"), ("ทช.", "MNRE", "D09004"),
        ("สป.", "OPM", "D01001"), ("ปปง", "", "D25008"),
        ("สำนักงานปลัดกระทรวง", "MOF", "D03002"), ("สำนักงานปลัดกระทรวงพลังาน", "", "D12002 ?FUZZY"),
        ("กรมส่งเสริมฯ", "", "!AMBIGUOUS"),
        ("กรมทรัพยากรนำ", "", "D09006 ?FUZZY"), ("กรมราชฑัณฑ์", "", "D16007 ?FUZZY"),
        ("กรมสรรพากร", "MOI", "D03007 ?MINISTRY_MISMATCH"),
        ("สำนักงานเลขาธิการนายกรัฐมนตรี", "", "D01004 ?FUZZY"), ("D15002", "", "D15002"),
        ("กรมที่ดิน (ส่วนกลาง)", "", "D15005"),
        ("กรมการค้า", "", "!AMBIGUOUS"), ("กรมการบิน", "", "D08005 ?FUZZY"), ("กรมดาวอังคาร", "", "!UNKNOWN_NAME"),
        ("สำนักงาน", "", "!AMBIGUOUS"),
    ],
)  # fmt: skip
def test_department(text: str, ministry: str, expected: str) -> None:
    assert outcome(read_department(text, DEPARTMENTS, ministry=ministry)) == wanted(expected)


def test_a_likeness_never_overrules_the_code_of_the_file() -> None:
    assert read_department("กรมสรรพกร", DEPARTMENTS, known="D03006") == Read(rejected="CODE_DISAGREES")
    assert read_department("กรมสรรพกร", DEPARTMENTS, known="D03007") == Read("D03007", ("FUZZY",))
    assert read_department("กรมสรรพากร", DEPARTMENTS, known="D03006") == Read("D03007")


def test_departments_end() -> None:
    assert read_department("สศช.", DEPARTMENTS, fiscal_year=2565).codes == ("NOT_VALID_IN_FY",)
    assert read_department("สศช.", DEPARTMENTS, fiscal_year=2557) == Read("D01012")


@pytest.mark.parametrize(
    ("text", "cover", "expected"),
    [
        (COVER, COVER, "อบต.|คำไหล|34"), ("อบต คำไหล", COVER, "อบต.|คำไหล|"), ("อ.บ.ต.คำไหล", "", "อบต.|คำไหล|"),
        ("อบจ.อุบลราชธานี", "", "อบจ.|อุบลราชธานี|34"), ("เทศบาลนครนครราชสีมา", "", "ทน.|นครราชสีมา|30"),
        ("ทต.ยโสธร", "", "ทต.|ยโสธร|"),
        ("เทศบาลตำบลบางระจัน อ.ค่ายบางระจัน จ.สิงห์บุรี", "", "ทต.|บางระจัน|17"), ("กทม.", "", "กทม.|กรุงเทพมหานคร|10"),
        ("เมืองพัทยา", "", "เมืองพัทยา|เมืองพัทยา|"), ("อบต.ดำไหล", COVER, "อบต.|ดำไหล| ?NAME_MISMATCH"),
        ("ทต.คำไหล", COVER, "ทต.|คำไหล| ?FOREIGN_ORG"),
        ("อบต.คำไหล จ.ยโสธร", COVER, "อบต.|คำไหล|35 ?FOREIGN_ORG"), ("อบต.", "", "!UNKNOWN_ORG"),
        ("ทนงศักดิ์", "", "!UNKNOWN_ORG"),
        ("เทศบาลยโสธร", "", "!UNKNOWN_ORG"), ("-", "", ""),
    ],
)  # fmt: skip
def test_lao(text: str, cover: str, expected: str) -> None:
    assert outcome(read_lao(text, ALIASES, PROVINCES, cover)) == wanted(expected)


@pytest.mark.parametrize(("names", "reader"), EVERY)
def test_every_name_and_code_is_itself(names: Index, reader: Callable[[str, Index], Read]) -> None:
    for code, entry in names.entries.items():
        assert reader(entry.name, names) == Read(code)
        assert reader(code, names) == Read(code)


@pytest.mark.parametrize(("names", "reader"), EVERY)
def test_one_wrong_letter_is_reported_and_never_another_name(names: Index, reader: Callable[[str, Index], Read]) -> None:
    chance = random.Random(2557)
    right = tried = 0
    for code, entry in names.entries.items():
        for _ in range(6):
            at = chance.randrange(len(entry.name))
            letter = chance.choice("กขคงจชซดตถทนบปผพมยรลวสหอะาิีุู่้์")
            wrong = entry.name[:at] + chance.choice(["", letter, letter + entry.name[at]]) + entry.name[at + 1 :]
            if thai.key(wrong) in names.keys:
                continue
            read = reader(wrong, names)
            assert read.value in (None, code), (entry.name, wrong)
            assert read.value is None or "FUZZY" in read.codes
            tried, right = tried + 1, right + (read.value == code)
    assert right > tried * 0.6


def test_ranong_and_rayong_are_never_guessed() -> None:
    letters = "กขคงจชซดตถทนบปผพมยรลวสหอะาิีุู"
    for name in ("ระนอง", "ระยอง"):
        for at in range(len(name) + 1):
            for letter in ("", *letters):
                for wrong in (name[:at] + letter + name[at:], name[:at] + letter + name[at + 1 :]):
                    if wrong not in ("ระนอง", "ระยอง"):
                        assert read_province(wrong, PROVINCES).value not in ("21", "85"), wrong


def test_proposals_come_best_first() -> None:
    assert [code for code, _ in propose("ชลบรี", PROVINCES)][:2] == ["20", "16"]


def test_aliases_point_into_the_registry() -> None:
    known = {"province": PROVINCES, "ministry": MINISTRIES, "department": DEPARTMENTS}
    for row in ALIASES:
        if row["kind"] in known:
            assert row["code"] in known[row["kind"]].entries, row
    for kind in ("province", "ministry"):
        spellings = [thai.key(row["alias"]) for row in ALIASES if row["kind"] == kind]
        assert len(spellings) == len(set(spellings))


@settings(deadline=None)
@given(st.one_of(st.text(max_size=250), THAI_TEXT, st.floats(), st.integers(), st.booleans(), st.none()))
def test_no_reader_raises(raw: Raw) -> None:
    reads = (
        read_province(raw, PROVINCES), read_ministry(raw, MINISTRIES), read_department(raw, DEPARTMENTS),
        read_lao(raw, ALIASES, PROVINCES, COVER), read_lao(COVER, ALIASES, PROVINCES, str(raw)),
    )  # fmt: skip
    assert all(read.rejected is None or read.value is None for read in reads)
