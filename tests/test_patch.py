"""Setting values in an issued file: only what was meant changes, and every reader sees it."""

from __future__ import annotations

import datetime as dt
import io
import re
import struct
import time
import zipfile
from dataclasses import replace
from decimal import Decimal

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from workbook.address import Cell
from workbook.book import Formula
from workbook.patch import patch, set_cells
from workbook.raw import RawBook
from workbook.read import read

THAI = "".join(chr(code) for code in (0xE41, 0xE1C, 0xE48, 0xE19))


def make_issued() -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    book.set_properties({"created": dt.datetime(2020, 1, 1)})
    entry = book.add_format({"bg_color": "#FFF9DB", "locked": False})
    date = book.add_format({"num_format": "yyyy-mm-dd"})
    sheet, other, empty = book.add_worksheet(THAI), book.add_worksheet("other"), book.add_worksheet("empty")
    sheet.write_string(0, 0, "label")
    for row in range(1, 6):
        sheet.write_blank(row, 1, None, entry)
    sheet.write_blank(6, 1, None, date)
    sheet.write_number(7, 1, 5)
    sheet.write_formula(8, 1, "=SUM(B2:B8)", None, 5)
    sheet.set_row(2, 40)
    sheet.data_validation(1, 1, 5, 1, {"validate": "decimal", "criteria": ">=", "value": 0})
    other.write_string(0, 0, "untouched")
    empty.set_column(0, 0, 30)
    book.define_name("rows", f"='{THAI}'!$B$2:$B$6")
    book.define_name("day", f"='{THAI}'!$B$7")
    book.define_name("split", f"='{THAI}'!$B$8,'{THAI}'!$B$2")
    book.close()
    return out.getvalue()


ISSUED = make_issued()


def must_read(data: bytes) -> RawBook:
    book, findings = read(data)
    assert findings == []
    assert book is not None
    assert book.disagree == ()
    return book


def column(data: bytes, count: int = 9) -> list[object]:
    return [must_read(data).sheets[0].get(Cell(row, 2)).value for row in range(2, count + 2)][: count - 1]


def test_values_stand_in_record_order() -> None:
    patched = patch(ISSUED, {"rows": ["a", 1, 2.5, Decimal("3.10"), True], "day": [dt.date(2014, 6, 30)]})
    assert column(patched, 8) == ["a", 1, 2.5, 3.1, True, dt.date(2014, 6, 30), 5]


def test_order_of_a_split_name_is_the_order_of_its_reference() -> None:
    values = column(patch(ISSUED, {"split": ["last", "first"]}), 8)
    assert (values[0], values[6]) == ("first", "last")


def test_shorter_sequence_leaves_the_rest_and_none_blanks() -> None:
    first = patch(ISSUED, {"rows": [1, 2, 3, 4, 5]})
    assert column(patch(first, {"rows": [None, 9]}), 6) == [None, 9, 3, 4, 5]


def test_mistakes_of_ours_raise() -> None:
    with pytest.raises(KeyError):
        patch(ISSUED, {"nobody": [1]})
    with pytest.raises(KeyError):
        set_cells(ISSUED, {("nowhere", Cell(1, 1)): 1})
    with pytest.raises(ValueError, match="6 values for 5"):
        patch(ISSUED, {"rows": [1] * 6})
    with pytest.raises(ValueError, match="finite"):
        patch(ISSUED, {"rows": [float("nan")]})
    with pytest.raises(ValueError, match="finite"):
        patch(ISSUED, {"rows": [Decimal("Infinity")]})
    with pytest.raises(ValueError, match="signs"):
        patch(ISSUED, {"rows": ["x" * 32_768]})


def parts_of(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as source:
        assert source.testzip() is None
        return {name: source.read(name) for name in source.namelist()}


def test_only_the_part_that_differs_changes() -> None:
    before, after = parts_of(ISSUED), parts_of(patch(ISSUED, {"rows": ["x"]}))
    assert list(before) == list(after)
    assert [name for name in before if before[name] != after[name]] == ["xl/worksheets/sheet1.xml"]


def test_unchanged_members_keep_their_stored_bytes() -> None:
    def stored(data: bytes) -> dict[str, bytes]:
        found = {}
        with zipfile.ZipFile(io.BytesIO(data)) as source:
            for info in source.infolist():
                at = info.header_offset
                start = at + 30 + sum(struct.unpack_from("<HH", data, at + 26))
                found[info.filename] = data[start : start + info.compress_size]
                assert info.date_time == (1980, 1, 1, 0, 0, 0)
        return found

    before, after = stored(ISSUED), stored(patch(ISSUED, {"rows": ["x"]}))
    assert [name for name in before if before[name] != after[name]] == ["xl/worksheets/sheet1.xml"]


def test_same_input_same_bytes() -> None:
    assert patch(ISSUED, {"rows": ["x"]}) == patch(bytes(bytearray(ISSUED)), {"rows": ["x"]})


def test_formats_rules_and_heights_stay() -> None:
    sheet = parts_of(patch(ISSUED, {"rows": ["x", 5]}))["xl/worksheets/sheet1.xml"].decode()
    before = parts_of(ISSUED)["xl/worksheets/sheet1.xml"].decode()
    style = re.search(r'<c r="B2"( s="\d+")', before)
    assert style is not None
    assert f'<c r="B2"{style.group(1)} t="inlineStr">' in sheet
    assert f'<c r="B3"{style.group(1)}><v>5</v></c>' in sheet
    assert before.partition("</sheetData>")[2] == sheet.partition("</sheetData>")[2]
    assert '<row r="3" spans="1:2" ht="39.75"' in before
    assert '<row r="3" spans="1:2" ht="39.75"' in sheet


def test_formulas_are_calculated_anew() -> None:
    chained = parts_of(ISSUED)
    book = chained["xl/workbook.xml"].replace(b' fullCalcOnLoad="1"', b"")
    chained["xl/workbook.xml"] = book
    chained["xl/calcChain.xml"] = b"<calcChain/>"
    types = b'<Override PartName="/xl/calcChain.xml" ContentType="x"/></Types>'
    chained["[Content_Types].xml"] = chained["[Content_Types].xml"].replace(b"</Types>", types)
    link = b'<Relationship Id="rId99" Type="http://x/calcChain" Target="calcChain.xml"/></Relationships>'
    name = "xl/_rels/workbook.xml.rels"
    chained[name] = chained[name].replace(b"</Relationships>", link)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for part, content in chained.items():
            target.writestr(part, content)
    after = parts_of(patch(out.getvalue(), {"rows": [1]}))
    assert b'fullCalcOnLoad="1"' in after["xl/workbook.xml"]
    assert not any(b"calcChain" in part for part in after.values())
    assert "xl/calcChain.xml" not in after


def test_stored_values_of_formulas_are_taken_out_of_every_sheet() -> None:
    """What a formula showed before other cells were set is not what it would show now."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    book.add_worksheet("first")
    second = book.add_worksheet("second")
    bold = book.add_format({"bold": True})
    for row, value in enumerate((5, "five", True, ""), 1):
        second.write_formula(row, 0, '=IF(first!A1="<","a","b")', bold if row > 2 else None, value)
    second.write_number(6, 0, 7)
    second.write_string(7, 0, "text")
    book.define_name("one", "=first!$A$1")
    book.close()
    before, after = must_read(out.getvalue()).sheets[1], must_read(patch(out.getvalue(), {"one": [1]})).sheets[1]
    assert [before.get(Cell(row, 1)).value for row in range(2, 6)] == [5, "five", True, None]
    assert [after.get(Cell(row, 1)) for row in range(2, 6)] == [replace(before.get(Cell(2, 1)), value=None)] * 4
    assert [after.get(Cell(row, 1)).value for row in (7, 8)] == [7, "text"]
    page = openpyxl.load_workbook(io.BytesIO(patch(out.getvalue(), {"one": [1]})))["second"]
    assert page["A2"].value == '=IF(first!A1="<","a","b")' and page["A4"].font.bold


def test_setting_nothing_changes_no_sheet() -> None:
    before, after = parts_of(ISSUED), parts_of(patch(ISSUED, {}))
    assert [name for name in before if before[name] != after[name]] == []


def test_any_cell_can_be_set() -> None:
    cells = {
        (THAI, Cell(1, 1)): "other label",
        (THAI, Cell(3, 27)): 4,
        (THAI, Cell(11, 1)): "in a row that was not there",
        (THAI, Cell(40, 2)): False,
        ("empty", Cell(2, 3)): dt.datetime(2020, 1, 1, 12),
        (THAI, Cell(9, 2)): 17,
    }
    book = must_read(set_cells(ISSUED, cells))
    sheet = book.sheets[0]
    assert sheet.get(Cell(1, 1)).value == "other label"
    assert sheet.get(Cell(3, 27)).value == 4
    assert sheet.get(Cell(11, 1)).value == "in a row that was not there"
    assert sheet.get(Cell(40, 2)).value is False
    assert book.sheets[2].get(Cell(2, 3)).value == 43831.5
    assert (sheet.get(Cell(9, 2)).value, sheet.get(Cell(9, 2)).formula) == (17, False)
    assert book.sheets[1].get(Cell(1, 1)).value == "untouched"


def test_formulas_and_errors_can_be_set() -> None:
    cells = {
        (THAI, Cell(2, 2)): Formula("=1/0", "#DIV/0!"),
        (THAI, Cell(3, 2)): Formula("=1+1", 2),
        (THAI, Cell(4, 2)): Formula("=1+1"),
        (THAI, Cell(5, 2)): Formula('="<"', "<"),
    }
    sheet = must_read(set_cells(ISSUED, cells)).sheets[0]
    assert [sheet.get(Cell(row, 2)).formula for row in range(2, 6)] == [True] * 4
    assert [sheet.get(Cell(row, 2)).value for row in range(2, 6)] == [None, 2, None, "<"]
    assert sheet.get(Cell(2, 2)).error == "#DIV/0!"


def test_other_readers_see_the_same() -> None:
    data = patch(ISSUED, {"rows": ["=1+1", "<b>&amp;", " x ", "l1\nl2"]})
    page = openpyxl.load_workbook(io.BytesIO(data))[THAI]
    assert [page.cell(row, 2).value for row in range(2, 6)] == ["=1+1", "<b>&amp;", " x ", "l1\nl2"]
    assert page["B2"].data_type == "s"


@settings(max_examples=100, deadline=None)
@given(st.lists(st.text(st.characters(blacklist_categories=["Cs"]), max_size=40), max_size=5))
def test_every_text_comes_back(texts: list[str]) -> None:
    book = must_read(patch(ISSUED, {"rows": texts}))
    for row, text in enumerate(texts, 2):
        assert book.sheets[0].get(Cell(row, 2)).value == (text or None)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.one_of(st.floats(allow_nan=False, allow_infinity=False), st.integers(-(2**53), 2**53)), max_size=5))
def test_every_number_comes_back(numbers: list[float | int]) -> None:
    book = must_read(patch(ISSUED, {"rows": numbers}))
    assert [book.sheets[0].get(Cell(row, 2)).value for row in range(2, 2 + len(numbers))] == numbers


def test_patching_is_quick() -> None:
    patch(ISSUED, {"rows": [0]})
    begin = time.process_time()
    for number in range(50):
        patch(ISSUED, {"rows": [number, "text"]})
    assert (time.process_time() - begin) / 50 < 0.01
