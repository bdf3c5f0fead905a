"""Thai cells are read as the case table says, by rules that hold for other cells of the same kinds too."""

from __future__ import annotations

import csv
import math
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from templates import reading, thai
from templates.reading import Read, read_criteria

CASES = Path(__file__).parent / "data" / "thai_cases.csv"
TEXT_KINDS = ("text", "blank", "number", "percent", "percent_cell", "level", "weight", "criteria_row", "checkbox",
              "checkbox_cell", "phone", "email")  # fmt: skip
DATE_KINDS = ("date", "date_cell", "month", "period", "fiscal_year")
NAME_KINDS = ("province", "ministry", "department", "lao")
Outcome = tuple[str | None, tuple[str, ...], str | None]


def rows() -> list[dict[str, str]]:
    """Give the rows of the case table."""
    with CASES.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def cases(kinds: Iterable[str]) -> list[Any]:
    """Give the rows of some kinds as pytest parameters: kind, input, expected."""
    return [
        pytest.param(row["kind"], row["input"], row["expected"], id=f"{row['kind']}-{number}")
        for number, row in enumerate(rows(), 2)
        if row["kind"] in kinds
    ]


def wanted(expected: str) -> Outcome:
    """Read the notation of the table: `value`, `value ?WARNING`, `!REFUSED`."""
    if expected.startswith("!"):
        return None, (), expected[1:]
    value, mark, code = expected.rpartition("?")
    if not mark:
        return expected or None, (), None
    return value.rstrip(" ") or None, (code,), None


def outcome(read: Read) -> Outcome:
    """Write what was read in the notation of the table."""
    value = read.value
    shown = str(value).lower() if isinstance(value, bool) else None if value is None else str(value)
    return shown, read.codes, read.rejected


def context(text: str) -> tuple[str, dict[str, str]]:
    """Part the text of a cell from its context, `80 [number_format=0%]`."""
    match = re.fullmatch(r"(.*) \[(?:(FY)|(\w+)(?:=(.*))?)(\d*)\]", text, re.DOTALL)
    if not match:
        return text, {}
    return match[1], {"FY": match[5]} if match[2] else {match[3]: (match[4] or "") + match[5]}


READERS: dict[str, Callable[..., Read]] = {
    "text": thai.read_text, "blank": thai.read_text, "number": thai.read_number, "percent": thai.read_percent,
    "level": thai.read_level, "weight": thai.read_weight, "checkbox": thai.read_tick, "phone": thai.read_phone,
    "email": thai.read_email, "checkbox_cell": thai.read_tick,
}  # fmt: skip


def read_case(kind: str, text: str) -> Read:
    if kind == "criteria_row":
        return read_criteria([number(thai.read_number(cell)) for cell in text.split("|")])
    if kind == "percent_cell":
        cell, look = context(text)
        return thai.read_percent(float(cell), number_format=look["number_format"])
    cell, look = context(text)
    return READERS[kind](cell, **look)


def number(read: Read) -> Decimal | None:
    assert read.rejected is None and isinstance(read.value, Decimal | None)
    return read.value


def test_every_row_of_the_table_is_tried() -> None:
    kinds = [row["kind"] for row in rows()]
    assert len(kinds) == 239
    assert set(kinds) == {*TEXT_KINDS, *DATE_KINDS, *NAME_KINDS}


@pytest.mark.parametrize(("kind", "text", "expected"), cases(TEXT_KINDS))
def test_case(kind: str, text: str, expected: str) -> None:
    read = read_case(kind, text)
    if (kind, thai.key(text)) == ("blank", thai.key("ไม่มี")):
        assert read == Read(codes=("STATED_NONE",))
    else:
        assert outcome(read) == wanted(expected)


def test_context_is_parted_from_the_cell() -> None:
    assert context("80 [number_format=0%]") == ("80", {"number_format": "0%"})
    assert context("R [font=Wingdings 2]") == ("R", {"font": "Wingdings 2"})
    assert context("ไตรมาส 3 - 4 [FY2566]") == ("ไตรมาส 3 - 4", {"FY": "2566"})


@pytest.mark.parametrize(
    ("dirty", "clean"),
    [
        ("ก\u200bข\u200cค\u200dง\u2060จ\u200eฉ\u200fช", "กขคงจฉช"),
        ("\u202eกข\u202c", "กข"),
        ("ก\u2007ข\u202fค\tง", "ก ข ค ง"),
        ("ท\uf70aี ก\uf710น", "ที่ กัน"),
        ("ป\uf711า", "ปำ"),
        ("สำาหรับ", "สำหรับ"),
        ("คํ่า ค่ํา คำ่", "ค่ำ ค่ำ ค่ำ"),
        ("เเละเเผน", "และแผน"),
        ("ผู้้้", "ผู้"),
        ("๓.๑ ข้อ ๗", "๓.๑ ข้อ ๗"),
        ("รวม......๑๒......คน", "รวม 12 คน"),
        ("ชื่อ____นายดำ____", "ชื่อ นายดำ"),
        ("พ.ศ. 2557 ก.พ.ร.", "พ.ศ. 2557 ก.พ.ร."),
        ("ก_x000D_ข\r\nค\rง", "ก\nข\nค\nง"),
        ("ก\x00\x07ข", "กข"),
        ("（１）　２％", "(1) 2%"),
    ],
)
def test_clean(dirty: str, clean: str) -> None:
    assert thai.clean(dirty) == clean


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("น ้าท่วม", ("SPLIT_SARA_AM",)),
        ("ด ำเนินการ", ("SPLIT_SARA_AM",)),
        ("จะต1องดำเนินการ", ("PDF_GLYPH",)),
        ("ด1านหน้า", ("PDF_GLYPH",)),
        ("ที่ได+", ("PDF_GLYPH",)),
        ("กำรปฏิบัติงาน", ("PDF_GLYPH",)),
        ("กำราบ", ()),
        ("รอบ9เดือน ข้อ1การ ใน2เดือน ม.1 A+ +/- 5", ()),
        ("ดำเนินการ กำหนด จำนวน", ()),
    ],
)
def test_damage_is_named_and_left(text: str, codes: tuple[str, ...]) -> None:
    assert thai.read_text(text) == Read(text, codes)


@pytest.mark.parametrize("text", ["N/A", "n.a.", "--", "- -", "___", "(....)", "\u200b", "( - )", "ไม่ระบุ", "-ไม่มีข้อมูล-"])
def test_blank(text: str) -> None:
    for reader in (thai.read_text, thai.read_number, thai.read_percent, thai.read_level, thai.read_phone, thai.read_email):
        assert reader(text) == Read()


@pytest.mark.parametrize("text", ["0", "๐", "มี", "ไม่มีผู้ร้องเรียน", "✓", "/", "ก", "นา"])
def test_not_blank(text: str) -> None:
    assert thai.read_text(text).value == text


@pytest.mark.parametrize("text", ["#NULL!", "#NUM!", "#N/A", "#SPILL!", "#ref!", "Err:502"])
def test_excel_errors_are_never_blank(text: str) -> None:
    for reader in (*READERS.values(), thai.read_level):
        assert reader(text).rejected == "EXCEL_ERROR"


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("จำนวน ๓ เรื่อง", "3"), ("1,234,567 บาท", "1234567"), ("500.-", "500"), ("5 ครั้งต่อปี", "5"), ("−๕", "-5"),
        ("+5", "5"), ("-0", "0"), ("หนึ่งร้อยยี่สิบเอ็ด", "121 ?THAI_WORD"), ("สองล้านห้าแสน", "2500000 ?THAI_WORD"),
        ("แปดสิบจุดห้า", "80.5 ?THAI_WORD"), ("ห้าครั้ง", "5 ?THAI_WORD"), ("สูงขึ้น 7", "7 ?DIRECTION_WORD"),
        ("เกือบ 80", "80 ?APPROX"), ("≥ 80", "80 ?COMPARATOR"), ("อย่างน้อย 3 เรื่อง", "3 ?COMPARATOR"),
        ("ร้อยละ ๘๐", "80"), ("จำนวน....๕....เรื่อง", "5"), ("จำนวน....เรื่อง", ""), ("จำนวน - เรื่อง", ""),
        ("12,34", "!BAD_NUMBER"), ("8O", "!BAD_NUMBER"), ("5 ล้านบาท", "!BAD_NUMBER"), ("1e5", "!BAD_NUMBER"),
        ("1.2.3", "!BAD_NUMBER"), ("- 5", "!BAD_NUMBER"), ("(5)", "!BAD_NUMBER"), ("ครั้ง", "!BAD_NUMBER"),
        ("สิบร้อย", "!BAD_NUMBER"), ("เอ็ด", "!BAD_NUMBER"), ("٣", "!BAD_NUMBER"), ("½", "!BAD_NUMBER"),
        ("5 หรือ 6", "!BAD_NUMBER"), ("80 ถึง 90", "!RANGE"), ("5–10 ครั้ง", "!RANGE"), ("Mar-02", "!EXCEL_DATE_MANGLED"),
        ("2-มี.ค.", "!EXCEL_DATE_MANGLED"), ("2014-03-02", "!EXCEL_DATE_MANGLED"), (True, "!BAD_NUMBER"),
        (33.300000000000004, "33.3"), (0.1 + 0.2, "0.3"), (1e22, "1" + "0" * 22), (-0.0, "0"), (7, "7"),
        (Decimal("1.50"), "1.50"), (math.inf, "!BAD_NUMBER"), (math.nan, "!BAD_NUMBER"), (1e300, "!BAD_NUMBER"),
        (Decimal("1e999999999"), "!BAD_NUMBER"), (Decimal("0e-999999999"), "!BAD_NUMBER"),
        (Decimal("NaN"), "!BAD_NUMBER"),
        (10**50, "!BAD_NUMBER"), ("9" * 41, "!BAD_NUMBER"), ("ล้าน" * 40, "!BAD_NUMBER"), (None, ""),
        (date(2014, 3, 2), "!EXCEL_DATE_MANGLED"), (timedelta(1), "!EXCEL_DATE_MANGLED"),
    ],
)  # fmt: skip
def test_number(raw: thai.Raw, expected: str) -> None:
    assert outcome(thai.read_number(raw)) == wanted(expected)


@pytest.mark.parametrize(
    ("raw", "number_format", "expected"),
    [
        ("%80", "", "80"), ("ร้อยละ 0.8", "", "0.8"), ("0.8%", "0%", "0.8"), ("80", "0%", "80"), (0.8, "0.00%", "80"),
        (0.8, '0.0"%"', "0.8 ?MAYBE_FRACTION"), (0.8, r"0.0\%", "0.8 ?MAYBE_FRACTION"), (1, "0%", "100"),
        (0, "0%", "0"),
        (0.333333333333333315, "0.00%", "33.3333333333333"), ("80-90%", "", "!RANGE"),
        ("ร้อยละ 80 ถึงร้อยละ 90", "", "!RANGE"),
        ("ร้อยละ....", "", ""), ("ร้อยละ", "", "!BAD_NUMBER"), ("ร้อยละห้าสิบ", "", "50 ?THAI_WORD"),
        ("แล้วเสร็จ", "", "!BAD_NUMBER"),
        ("(๕)", "", "5"), ("น้ำหนัก ๑.๕", "", "1.5"), ("ไม่มี", "", "?NONE_MAY_BE_ZERO"), (100.5, "", "100.5 ?OVER_100"),
    ],
)  # fmt: skip
def test_percent_and_weight(raw: thai.Raw, number_format: str, expected: str) -> None:
    assert outcome(thai.read_percent(raw, number_format)) == wanted(expected)
    assert outcome(thai.read_weight(raw, number_format)) == wanted(expected)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("ระดับที่ ๔", "4"), ("อยู่ในระดับ 4", "4"), ("ระดับห้า", "5 ?THAI_WORD"), ("5 คะแนน", "5"), ("Lv.2", "2"),
        ("level 6", "!OUT_OF_RANGE"), ("ยังไม่แล้วเสร็จในขั้นตอนที่ 5", "!BAD_NUMBER"), ("1-3", "!RANGE"), (5.0, "5"),
        ("-", ""),
    ],
)  # fmt: skip
def test_level(raw: thai.Raw, expected: str) -> None:
    assert outcome(thai.read_level(raw)) == wanted(expected)


def test_level_zero_only_where_it_is_allowed() -> None:
    assert thai.read_level("0", lowest=0) == Read(Decimal(0))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0|1|2|3|4", "0,1,2,3,4"), ("4|3|2|1|0", "4,3,2,1,0 ?LOWER_BETTER"), ("1|2|2|3|4", "!NOT_MONOTONE"),
        ("60|70|-|90|100", "!MISSING_LEVEL"), ("-|-|-|-|-", "!MISSING_LEVEL"), ("-|70|80|90|100", "-,70,80,90,100"),
    ],
)  # fmt: skip
def test_criteria(text: str, expected: str) -> None:
    assert outcome(read_case("criteria_row", text)) == wanted(expected)


@pytest.mark.parametrize(
    ("raw", "font", "expected"),
    [
        ("[x]", "", "true"), ("( ✓ )", "", "true"), ("✔\ufe0f", "", "true"), ("//", "", "true"), ("TRUE", "", "true"),
        ("☐", "", "false"), ("□", "", "false"), ("[ ]", "", "false"), ("ไม่ใช่", "", "false"), ("ไม่มี", "", "false"),
        ("n/a", "", "false"), ("o", "", "false ?AMBIGUOUS"), ("๐", "", "false ?AMBIGUOUS"), ("??", "", "!BAD_TICK"),
        ("R", "Arial", "!BAD_TICK"), (True, "", "true"), (0, "", "false"), (2, "", "!BAD_TICK"), (None, "", "false"),
        ("þ", "Wingdings", "true"), ("ü", "wingdings", "true"), ("o", "Wingdings", "false"),
        ("P", "Wingdings 2", "true"),
        ("a", "Webdings", "true"), ("c", "Webdings", "false"), ("\uf0fe", "", "true"),
        ("\uf0a8", "Wingdings", "false"),
        ("\uf052", "Wingdings 2", "true"), ("\uf0a3", "", "false"), (date(2014, 1, 1), "", "!BAD_TICK"),
    ],
)  # fmt: skip
def test_tick(raw: thai.Raw, font: str, expected: str) -> None:
    assert outcome(thai.read_tick(raw, font=font)) == wanted(expected)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("โทร. ๐ ๒๐๐๐ ๐๐๙๙", "0 2000 0099"), ("+66 2 000 0099", "0 2000 0099"), ("(02) 000-0099", "0 2000 0099"),
        ("053-112222", "0 5311 2222"), ("081-234-5678", "08 1234 5678"),
        (812345678, "08 1234 5678 ?LEADING_ZERO_LOST"),
        (20000099.0, "0 2000 0099 ?LEADING_ZERO_LOST"), ("1111", "1111"), ("0 2141 1234-5", "0 2141 1234-5"),
        ("0 2000 0099 #12", "0 2000 0099 ext 12"), ("02-0000099 ต่อ 12, 13", "0 2000 0099 ext 12, 13"),
        ("0 2000 0099 หรือ 08 1234 5678", "0 2000 0099, 08 1234 5678"), ("02 000 00", "!BAD_PHONE"),
        ("abc", "!BAD_PHONE"),
        ("9" * 500, "!BAD_PHONE"), ("0 2000 0099 ต่อ ก", "!BAD_PHONE"), ("ไม่มี", "?STATED_NONE"), (None, ""),
    ],
)  # fmt: skip
def test_phone(raw: thai.Raw, expected: str) -> None:
    assert outcome(thai.read_phone(raw)) == wanted(expected)


@pytest.mark.parametrize(
    "text", ["a b@c.th", "a@b", "a@b..th", "a@b.th, c@d.th", "ก@b.th", "a@-b.th", "a.@b.th", "a" * 300 + "@b.th"]
)
def test_bad_email(text: str) -> None:
    assert thai.read_email(text).rejected == "BAD_EMAIL"


@pytest.mark.parametrize("text", ["saraban_m@moph.mail.go.th", "a___b@c.th", "<a@b.th>", "mailto:A@B.TH", "a\u200b@b.th"])
def test_good_email(text: str) -> None:
    assert re.fullmatch(r"[a-z_]+@[a-z.]+", str(thai.read_email(text).value))


def test_key_meets_other_spellings() -> None:
    assert thai.key("สํานักงาน ก.พ.ร.") == thai.key("สำนักงานกพร")
    assert thai.key("กรมอุทยานฯ") == thai.key("กรมอุทยาน")
    assert thai.key("ข้อ ๑ (ก)") == thai.key("ข้อ 1ก")
    assert thai.key("ระนอง") != thai.key("ระยอง")
    assert thai.key("ปลาทู") != thai.key("ปลาที")


def test_numbers_and_dates_in_text_cells() -> None:
    assert thai.read_text(5.0) == Read("5")
    assert thai.read_text(date(2014, 6, 30)) == Read("2014-06-30")
    assert thai.read_text(None) == Read()


THAI_TEXT = st.text(st.sampled_from("กขดนมผอาำเแใไะัิีึืฺุู็่้๊๋์ํ๎ๆฯ๐๕๙ \u200b\xa0\n\r\t._…-x0D1"), max_size=60)


@settings(deadline=None)
@given(st.one_of(st.text(max_size=60), THAI_TEXT))
def test_cleaning_twice_changes_nothing(text: str) -> None:
    once = thai.clean(text)
    assert thai.clean(once) == once
    assert not re.search(r"  |^ | $|[\u200b\xa0\r\t\x00]", once, re.MULTILINE)


@settings(deadline=None)
@given(st.text(st.characters(codec="utf-8", exclude_characters=thai.THAI_DIGITS + "０１２３４５６７８９"), max_size=40))
def test_digits_round_trip(text: str) -> None:
    assert thai.digits(thai.thai_digits(text)) == text


@settings(deadline=None)
@given(st.decimals(-(10**9), 10**9, places=4, allow_nan=False))
def test_a_number_in_thai_digits_reads_back(value: Decimal) -> None:
    for shown in (format(value, "f"), format(value, ",f"), f"จำนวน {value:f} ครั้ง", f" {value:f}\u200b"):
        assert thai.read_number(thai.thai_digits(shown)) == Read(value)


@settings(deadline=None)
@given(st.integers(0, 10**12))
def test_number_words_read_back(value: int) -> None:
    read = thai.read_number(spell(value))
    assert read == Read(Decimal(value), ("THAI_WORD",))


def spell(value: int) -> str:
    """Spell a whole number the official way; written apart from the reader, digit by digit."""
    ones = ["", *("หนึ่ง", "สอง", "สาม", "สี่", "ห้า", "หก", "เจ็ด", "แปด", "เก้า")]
    if value >= 10**6:
        return spell(value // 10**6) + "ล้าน" + (spell(value % 10**6) if value % 10**6 else "")
    words = ""
    for place, name in ((10**5, "แสน"), (10**4, "หมื่น"), (1000, "พัน"), (100, "ร้อย")):
        words += ones[value // place % 10] + name if value // place % 10 else ""
    ten, one = value // 10 % 10, value % 10
    words += {0: "", 1: "สิบ", 2: "ยี่สิบ"}.get(ten, ones[ten] + "สิบ")
    words += "เอ็ด" if one == 1 and words else ones[one]
    return words or "ศูนย์"


@settings(deadline=None)
@given(st.floats())
def test_floats_are_exact_decimals_or_refused(value: float) -> None:
    read = thai.read_number(value)
    if read.rejected:
        assert not math.isfinite(value) or not 1e-26 < abs(value) < 1e39
    else:
        assert isinstance(read.value, Decimal)
        assert "E" not in str(read.value) or abs(read.value) < Decimal("1e-6")
        assert math.isclose(float(read.value), value, rel_tol=1e-14)


@settings(deadline=None)
@given(st.one_of(st.text(max_size=250), THAI_TEXT, st.floats(), st.integers(), st.booleans(), st.none(), st.decimals()))
def test_no_reader_raises(raw: thai.Raw) -> None:
    for reader in READERS.values():
        read = reader(raw)
        assert isinstance(read, Read) and (read.rejected is None or read.value is None)


HOSTILE = ("\u0e49", "ก", ".", "…1", "\u0e4d\u0e32", "เ", " ", "๐", "_x000D_", "1,", "-", "ร้อยละ", "สิบ", "a.", "@", "(", "x")


@pytest.mark.parametrize("unit", HOSTILE)
def test_hostile_text_costs_little(unit: str) -> None:
    text = (unit * 32767)[:32767]
    start = time.perf_counter()
    for reader in (*READERS.values(), thai.read_level):
        for raw in (text, "ก" + text, text + "!", "a@" + text):
            reader(raw)
    assert time.perf_counter() - start < 8


def test_the_worker_loads_nothing_heavy() -> None:
    code = "import sys, templates.thai, templates.dates, templates.names; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=CASES.parents[2])
    assert not {"pandas", "numpy", "rapidfuzz", "pandera", "openpyxl", "sqlite3"} & set(done.stdout.split())


def test_one_read_is_defined() -> None:
    assert thai.Read is reading.Read
