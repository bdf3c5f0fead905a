"""Dates, months, periods and fiscal years are read as the case table says, and as the rules behind it say."""

from __future__ import annotations

import math
import time
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_thai import DATE_KINDS, HOSTILE, THAI_TEXT, cases, context, outcome, wanted

from templates import thai
from templates.dates import read_date, read_fiscal_year, read_month, read_period
from templates.reading import Raw, Read

YEAR = 2557
MONTHS = [
    "มกราคม", "กุมภาพันธ์", "มีนาคม", "เมษายน", "พฤษภาคม", "มิถุนายน", "กรกฎาคม", "สิงหาคม", "กันยายน", "ตุลาคม", "พฤศจิกายน", "ธันวาคม",
]  # fmt: skip
SHORT = ["ม.ค.", "ก.พ.", "มี.ค.", "เม.ย.", "พ.ค.", "มิ.ย.", "ก.ค.", "ส.ค.", "ก.ย.", "ต.ค.", "พ.ย.", "ธ.ค."]
WORDS = [*MONTHS, *SHORT, "-", "/", " ", "1", "30", "57", "2557", "ไตรมาส", "รอบ", "สิ้นเดือน", "พ.ศ.", ":"]
CELLS = st.one_of(
    st.text(max_size=250), THAI_TEXT, st.floats(), st.integers(), st.booleans(), st.none(), st.dates(), st.datetimes()
)


def read_case(kind: str, text: str) -> Read:
    cell, look = context(text)
    year = int(look.get("FY", YEAR))
    if kind == "date_cell" and cell.startswith("datetime"):
        return read_date(datetime(*map(int, cell[9:-1].split(","))), year)  # type: ignore[arg-type]
    if kind == "date_cell":
        return read_date(int(text.split()[0]), year, date1904=True)
    if kind == "fiscal_year":
        return read_fiscal_year(cell)
    return {"date": read_date, "month": read_month, "period": read_period}[kind](cell, year)


@pytest.mark.parametrize(("kind", "text", "expected"), cases(DATE_KINDS))
def test_case(kind: str, text: str, expected: str) -> None:
    assert outcome(read_case(kind, text)) == wanted(expected)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("วันจันทร์ที่ 30 มิถุนายน พ.ศ. 2557", "2014-06-30"), ("30 มิ.ย. 2557 เวลา 16.30 น.", "2014-06-30"),
        ("2014-06-30T00:00:00", "2014-06-30"), ("2014-06-30 00:00:00", "2014-06-30"), ("30/6/57 8:30", "2014-06-30"),
        ("30 06 2557", "2014-06-30"), ("30มิย57", "2014-06-30"), ("30-มิ.ย.-57", "2014-06-30"),
        ("30.06.57", "2014-06-30"),
        ("30 มิ . ย . 57", "2014-06-30"), ("30 June 2014", "2014-06-30"), ("June 30, 2014", "2014-06-30"),
        ("1 มกราคม ค.ศ. 2014", "2014-01-01"), ("5 กรกฏาคม 2557", "2014-07-05"), ("29/2/2559", "2016-02-29"),
        ("29 ก.พ. 59", "2016-02-29"), ("30/06/2014", "2014-06-30"), ("1/1/43", "2000-01-01"),
        ("30-Jun-57", "2014-06-30 ?BE_2DIGIT_AS_19XX"), ("30/6/14", "2014-06-30 ?CE_2DIGIT"),
        ("สิ้นเดือน ก.พ. 2559", "2016-02-29 ?VAGUE"), ("ภายในเดือนกันยายน 2557", "2014-09-30 ?VAGUE"),
        ("สิ้นปีงบประมาณ 2557", "2014-09-30 ?VAGUE"), ("30/6", "!NO_YEAR"), ("31 มิ.ย.", "!BAD_DATE"),
        ("ต้นเดือน ก.ย. 57", "!BAD_DATE"), ("ปลาย ก.ย. 57", "!BAD_DATE"), ("30 ม.ย. 57", "!BAD_DATE"),
        ("กันยายน 2557", "!BAD_DATE"),
        ("30", "!BAD_DATE"), ("2557", "!BAD_DATE"), ("29/2/2557", "!BAD_DATE"), ("0/6/2557", "!BAD_DATE"),
        ("30/6/3557", "!BAD_DATE"),
        ("30 มิ.ย. 57 - 31 ก.ค. 57", "!BAD_DATE"), ("ก่อนวันที่ 30 มิ.ย. 57", "!BAD_DATE"), ("6/30/2557", "!BAD_DATE"),
        ("-", ""), ("ไม่มี", "?STATED_NONE"), ("#REF!", "!EXCEL_ERROR"), ("1" * 300, "!BAD_DATE"),
    ],
)  # fmt: skip
def test_typed_date(raw: str, expected: str) -> None:
    assert outcome(read_date(raw, YEAR)) == wanted(expected)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (date(2014, 6, 30), "2014-06-30"), (datetime(2014, 6, 30, 23, 59), "2014-06-30"), (41820, "2014-06-30"),
        (41820.75, "2014-06-30"), (Decimal(41820), "2014-06-30"), (datetime(2557, 6, 30), "2014-06-30 ?BE_AS_CE"),
        (240147, "2014-06-30 ?BE_AS_CE"), (20271, "2012-07-01 ?BE_2DIGIT_AS_19XX"), (date(1980, 1, 1), "1980-01-01"),
        (datetime(1960, 2, 29), "!BAD_DATE"), (datetime(2560, 2, 29), "!BAD_DATE"), (2557, "!BAD_DATE"),
        (57, "!BAD_DATE"),
        (30062557, "!BAD_DATE"), (True, "!BAD_DATE"), (timedelta(1), "!BAD_DATE"), (math.nan, "!BAD_DATE"),
        (math.inf, "!BAD_DATE"), (-5, "!BAD_DATE"), (1e300, "!BAD_DATE"), (Decimal("1e999999"), "!BAD_DATE"),
        (None, ""),
    ],
)  # fmt: skip
def test_date_cell(raw: Raw, expected: str) -> None:
    assert outcome(read_date(raw, YEAR)) == wanted(expected)


def test_the_fiscal_year_settles_two_digits() -> None:
    assert read_date("1/2/68", 2568).value == date(2025, 2, 1)
    assert read_date("1/2/25", 2568) == Read(date(2025, 2, 1), ("CE_2DIGIT",))
    assert read_date(datetime(1968, 2, 1), 2568) == Read(date(2025, 2, 1), ("BE_2DIGIT_AS_19XX",))
    assert read_date(datetime(1968, 2, 1), 2557) == Read(date(1968, 2, 1))


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("เดือนมกราคม พ.ศ. 2557", "2014-01"), ("01/2557", "2014-01"), ("2557-01", "2014-01"), ("มค57", "2014-01"),
        ("Jan-14", "2014-01 ?CE_2DIGIT"), ("มกราคม", "2014-01 ?NO_YEAR"), ("ธ.ค.", "2013-12 ?NO_YEAR"),
        (datetime(1957, 1, 1), "2014-01 ?BE_2DIGIT_AS_19XX"), (date(2014, 1, 1), "2014-01"),
        ("13/2557", "!BAD_MONTH"),
        ("x", "!BAD_MONTH"), (None, ""), ("-", ""),
    ],
)  # fmt: skip
def test_month(raw: Raw, expected: str) -> None:
    assert outcome(read_month(raw, YEAR)) == wanted(expected)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("ต.ค.56-มิ.ย.57", "2013-10-01/2014-06-30"), ("1 ต.ค. 56 ถึง 30 มิ.ย. 57", "2013-10-01/2014-06-30"),
        ("1-10-2556 - 30-6-2557", "2013-10-01/2014-06-30"), ("01/10/2556-30/06/2557", "2013-10-01/2014-06-30"),
        ("ระหว่างวันที่ 1 ตุลาคม 2556 ถึงวันที่ 30 มิถุนายน 2557", "2013-10-01/2014-06-30"),
        ("ธันวาคม - มกราคม 2557", "2013-12-01/2014-01-31"), ("ต.ค. - ก.ย. 2557", "2013-10-01/2014-09-30"),
        ("ตุลาคม 2556 - มิถุนายน", "2013-10-01/2014-06-30 ?NO_YEAR"),
        ("15 ก.ย. - 15 ต.ค.", "2014-09-15/2014-10-15 ?NO_YEAR"),
        ("กันยายน 2565", "2022-09-01/2022-09-30"), ("30 มิ.ย. 2557", "2014-06-30/2014-06-30"),
        ("ก.พ. 2559", "2016-02-01/2016-02-29"),
        ("ไตรมาส 1", "2013-10-01/2013-12-31"), ("ไตรมาสที่ 3 และไตรมาสที่ 4", "2014-04-01/2014-09-30"),
        ("Q2/57", "2014-01-01/2014-03-31"), ("ไตรมาส 4 ปีงบประมาณ 2566", "2023-07-01/2023-09-30"),
        ("รอบ 9 เดือน", "2013-10-01/2014-06-30"), ("รอบ 12 เดือน ปีงบประมาณ 2568", "2024-10-01/2025-09-30"),
        ("ตลอดปีงบประมาณ", "2013-10-01/2014-09-30"), ("ไตรมาส 5", "!BAD_PERIOD"), ("ไตรมาส 4 - 1", "!BAD_PERIOD"),
        ("30 ก.ย. - 1 ก.ย. 57", "!BAD_PERIOD"), ("1 - 31 มิ.ย. 57", "!BAD_PERIOD"), ("เดี๋ยวแจ้ง", "!BAD_PERIOD"),
        (datetime(2014, 6, 1), "!EXCEL_DATE_MANGLED"), (None, ""), ("-", ""), ("#N/A", "!EXCEL_ERROR"),
    ],
)  # fmt: skip
def test_period(raw: Raw, expected: str) -> None:
    assert outcome(read_period(raw, YEAR)) == wanted(expected)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("ประจำปีงบประมาณ พ.ศ. ๒๕๕๗", "2557"), ("พ.ศ. 2557", "2557"), ("FY57", "2557"), ("FY14", "2557 ?CE_2DIGIT"),
        (2557.0, "2557"), (2014, "2557"), (1957, "!OUT_OF_RANGE"), ("2556/2557", "!BAD_YEAR"), ("25570", "!BAD_YEAR"),
        (True, "!BAD_YEAR"), (date(2014, 1, 1), "!BAD_YEAR"), (math.inf, "!BAD_YEAR"), (None, ""), ("-", ""),
    ],
)  # fmt: skip
def test_fiscal_year(raw: Raw, expected: str) -> None:
    assert outcome(read_fiscal_year(raw)) == wanted(expected)


@settings(deadline=None)
@given(st.dates(date(1998, 1, 1), date(2030, 12, 31)))
def test_every_day_reads_back_from_every_writing(day: date) -> None:
    year = day.year + 543
    writings = [
        f"{day.day} {MONTHS[day.month - 1]} {year}",
        f"{day.day} {SHORT[day.month - 1]} พ.ศ. {year}",
        f"วันที่ {day.day} เดือน {MONTHS[day.month - 1]} พ.ศ. {year}",
        f"{day.day}{SHORT[day.month - 1].replace('.', '')}{year}",
        f"{day.day:02}/{day.month:02}/{year}",
        f"{year}-{day.month:02}-{day.day:02}",
        day.isoformat(),
    ]
    for writing in writings:
        assert read_date(writing, YEAR) == Read(day)
        assert read_date(thai.thai_digits(writing), YEAR) == Read(day)
    near = f"{day.day} {SHORT[day.month - 1]} {year % 100:02}"
    assert read_date(near, year).value == day
    assert read_date((day - date(1899, 12, 30)).days, YEAR).value == day
    assert read_date((day - date(1904, 1, 1)).days, YEAR, date1904=True).value == day


@settings(deadline=None)
@given(CELLS)
def test_no_reader_raises(raw: Raw) -> None:
    for read in (read_date(raw, YEAR), read_month(raw, YEAR), read_period(raw, YEAR), read_fiscal_year(raw)):
        assert read.rejected is None or read.value is None


@settings(deadline=None)
@given(st.lists(st.sampled_from(WORDS)))
def test_no_order_of_date_words_raises(words: list[str]) -> None:
    for read in (read_date("".join(words), YEAR), read_month(" ".join(words), YEAR), read_period("".join(words), YEAR)):
        assert read.rejected is None or read.value is None


@pytest.mark.parametrize("unit", [*HOSTILE, "1-", "1 : ", "ม.", "m"])
def test_hostile_text_costs_little(unit: str) -> None:
    start = time.perf_counter()
    for text in ((unit * 32767)[:32767], (unit * 200)[:199]):
        for reader in (read_date, read_month, read_period):
            reader(text, YEAR)
    assert time.perf_counter() - start < 4
