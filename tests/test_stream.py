"""Rows that are streamed say the same as rows that are held: values, styles, heights and links, whoever reads them."""

from __future__ import annotations

import datetime as dt
import gc
import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
import python_calamine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from workbook.address import Cell
from workbook.book import Book, CellValue, Link, Put, Sheet, Stream, StreamRow, Styled
from workbook.column import table
from workbook.errors import AppError
from workbook.inspect import inspect
from workbook.live import check
from workbook.rows import MAX_TEXT
from workbook.write import MAX_LINKS, write

STYLES = ("cell+pad", "cell+four+right", "cell+centre", "plain", "cell+link", "cell")
OTHER = (Sheet("second", puts=(Put(Cell(1, 1), "there"),)),)
ROWS: tuple[StreamRow, ...] = (
    (18.0, "", ("กรมการปกครอง", Decimal("3.1416"), 7, None, Link("ไป", sheet="second", cell=Cell(3, 2)), True)),
    (36.5, "total", ("สองบรรทัด\nในเซลล์", 0.1, -5, "", Link("แฟ้ม", file="ministries/OPM.xlsx"), False)),
    (18.0, "", ("", None, None, None, Link("บัตร", file="ministries/OPM.xlsx", sheet="บัตร 'ก'", cell=Cell(7, 3), tip="เปิด"), None)),
    (18.25, "", (Styled("แดง", "bold"), Styled(Decimal("2.5"), "centre"), dt.date(2014, 8, 31), "=1+1", Styled(Link("a", sheet="second"), "total"), 0)),
    (409.0, "bold", ("", None, 1e-9, 123456789012345, "http://example.org", "@x")),
    (18.0, "", ("short",)),
    (18.0, "", ()),
)
ODD = (
    "_x0041_", "_x005F_", "a_x000D_b", "_x", "_x00zz_", " before", "after ", "  ", "\n", "a\r\nb", "a\rb", "\ttab", "<b>&amp;\"'</b>", "]]>",
    "bell\x07 and null\x00", "\x1f", "\ufffe\uffff", "half \ud800 pair", "🙂 คนไทย", "กำ ำ ฿", "'", "'=1", "=SUM(A1)", "+66", "1e5", "007", "7.1",
    "x" * MAX_TEXT, "y" * (MAX_TEXT + 5), "\n" * 300, "é" * 20_000, "TRUE", "#N/A", "\u200b", "\xa0",
)  # fmt: skip


def both(rows: Sequence[StreamRow], styles: Sequence[str] = STYLES, first: int = 3) -> tuple[bytes, bytes]:
    """Write the same rows in a stream and cell by cell, below the same heading."""
    head = (Put(Cell(1, 1), "หัวเรื่อง", "heading"), Put(Cell(first - 1, 1), "head", "head"))
    stream = Stream(first, len(rows), tuple(styles), lambda: rows)
    streamed = Sheet("one", puts=head, heights={1: 30}, stream=stream, filter=(Cell(first - 1, 1), Cell(first + len(rows), 6)), freeze=Cell(first, 1))
    puts, heights = list(head), {1: 30.0}
    for row, (height, suffix, values) in enumerate(rows, first):
        heights[row] = height
        for col, item in enumerate(values, 1):
            value, own = (item.value, item.style) if isinstance(item, Styled) else (item, "")
            puts.append(Put(Cell(row, col), value, "+".join(part for part in (styles[col - 1], suffix, own) if part)))
    held = Sheet("one", puts=puts, heights=heights, filter=streamed.filter, freeze=streamed.freeze)
    return write(Book((streamed, *OTHER))), write(Book((held, *OTHER)))


def decoded(value: Any) -> Any:
    """Undo the codes of Excel's for what openpyxl leaves as it stands; other programs undo them in both kinds of text."""
    return value.replace("x005F_", "").replace("_x000D_", "\r") if isinstance(value, str) else value


def looked(data: bytes) -> dict[str, Any]:
    """Everything that openpyxl sees of a sheet."""
    page = openpyxl.load_workbook(io.BytesIO(data))["one"]
    cells = {
        cell.coordinate: (decoded(cell.value), cell.data_type, cell.number_format, repr(cell.font), repr(cell.fill), repr(cell.border), repr(cell.alignment),
                          (cell.hyperlink.target, cell.hyperlink.location) if cell.hyperlink else None)
        for row in page.iter_rows() for cell in row
    }  # fmt: skip
    heights = {row: size.height for row, size in page.row_dimensions.items() if size.height is not None}
    return {"cells": cells, "heights": heights, "box": page.dimensions, "filter": page.auto_filter.ref, "panes": page.freeze_panes}


def calamine(data: bytes) -> list[list[Any]]:
    return python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_name("one").to_python(skip_empty_area=False)


def test_a_stream_holds_what_single_cells_hold() -> None:
    streamed, held = both(ROWS)
    assert calamine(streamed) == calamine(held)
    assert looked(streamed) == looked(held)
    assert streamed == both(ROWS)[0]
    check(streamed, "national.xlsx")


def test_odd_texts() -> None:
    rows = tuple((18.0, "", (text, text[:20])) for text in ODD)
    streamed, held = both(rows)
    assert calamine(streamed) == calamine(held) and looked(streamed) == looked(held)
    # And what our own reader of edited workbooks makes of it is what was meant, but for what XML can't hold.
    read = calamine(streamed)[2:]
    plain = [re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]", "", text)[:MAX_TEXT] for text in ODD]
    assert [row[0].replace("\r\n", "\n") for row in read] == [text.replace("\r\n", "\n") for text in plain]


TEXTS = st.text(st.characters(exclude_categories=()), max_size=40) | st.sampled_from(ODD[:20])
VALUES = st.one_of(
    TEXTS, st.none(), st.booleans(), st.integers(-(2**53), 2**53), st.floats(allow_nan=False, allow_infinity=False, width=32),
    st.decimals(-(10**9), 10**9, places=4), st.dates(dt.date(1901, 1, 1), dt.date(2600, 1, 1)),
)  # fmt: skip


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(st.just(18.0), st.sampled_from(["", "total"]), st.lists(VALUES, max_size=6).map(tuple)), min_size=1, max_size=12))
def test_any_rows(rows: list[StreamRow]) -> None:
    streamed, held = both(rows)
    assert calamine(streamed) == calamine(held) and looked(streamed) == looked(held)


def test_a_long_stream_goes_by_the_disk_and_says_the_same() -> None:
    """From some thousand rows on the parts are put together in files."""
    rows = tuple((18.0, "", (f"หน่วยงาน {at % 97}", Decimal(at) / 7, at)) for at in range(6_000))
    streamed, held = both(rows, STYLES[:3])
    assert calamine(streamed) == calamine(held)
    again = both(rows, STYLES[:3])[0]
    assert streamed == again


def test_blanks_of_a_sparse_stream_are_no_cells() -> None:
    rows = ((18.0, "", ("a", None, "", "d")), (18.0, "", (None, None, None, 0)))
    page = Sheet("one", puts=(Put(Cell(1, 1), "h"),), stream=Stream(2, 2, STYLES[:4], lambda: rows, sparse=True))
    with zipfile.ZipFile(io.BytesIO(write(Book((page,))))) as found:
        text = found.read("xl/worksheets/sheet1.xml").decode()
    assert re.findall('<c r="([A-Z0-9]+)"', text) == ["A1", "A2", "D2", "D3"]


def test_our_own_reader_of_edited_workbooks_reads_a_stream() -> None:
    rows = tuple((18.0, "", (f"k{at}", text)) for at, text in enumerate(ODD[:26]))
    page = Sheet("one", puts=(Put(Cell(1, 1), "key"), Put(Cell(1, 2), "words")), stream=Stream(2, len(rows), STYLES[:2], lambda: rows))
    data = write(Book((page,)))
    found = {row["key"]: row.get("words", "") for row in table(data, "one", ("key", "words"))}
    known = {str(row[0]): str(row[1] or "") for row in calamine(data)[1:]}
    assert {key: text.replace("\r\n", "\n") for key, text in found.items()} == {key: text.replace("\r\n", "\n") for key, text in known.items()}


def test_streams_pass_the_slow_look() -> None:
    """What XlsxWriter did not write itself is looked at like everything of ours."""
    assert inspect(both(ROWS)[0])


def test_a_link_to_another_file_is_a_path_with_slashes_and_a_place_of_its_own() -> None:
    """So Excel, LibreOffice, openpyxl and scripts all follow it: no program but Excel takes a backslash for a path."""
    away = Link("บัตร", file="../ministries/OPM.xlsx", sheet="บัตร 'ก'", cell=Cell(7, 3), tip="เปิด")
    stream = Stream(3, 1, ("cell",), lambda: [(18.0, "", (away,))])
    data = write(Book((Sheet("one", puts=(Put(Cell(1, 1), away), Put(Cell(2, 1), Link("แฟ้ม", file="../national.xlsx"))), stream=stream),)))
    links = [openpyxl.load_workbook(io.BytesIO(data))["one"].cell(row, 1).hyperlink for row in (1, 2, 3)]
    place = "'บัตร ''ก'''!C7"
    assert [(link.target, link.location, link.tooltip) for link in links] == [
        ("../ministries/OPM.xlsx", place, "เปิด"), ("../national.xlsx", None, None), ("../ministries/OPM.xlsx", place, "เปิด"),
    ]  # fmt: skip
    check(data, "provinces/50.xlsx")


# --- limits -------------------------------------------------------------------------------------------------------------


@pytest.fixture
def spoiled() -> Iterator[None]:
    """XlsxWriter leaves its zip open when a row raises; what Python says of that afterwards belongs to the test that raised."""
    yield
    gc.collect()


of_bugs = pytest.mark.usefixtures("spoiled")
quiet = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")


def one(stream: Stream) -> bytes:
    return write(Book((Sheet("one", puts=(Put(Cell(1, 1), "h"),), stream=stream),)))


def rows_of(count: int, value: CellValue = "x") -> Iterator[StreamRow]:
    return ((18.0, "", (value,)) for _ in range(count))


@of_bugs
@quiet
@pytest.mark.parametrize("said", [0, 1, 3])
def test_a_stream_that_counts_wrong_is_a_bug_and_no_workbook(said: int) -> None:
    with pytest.raises(AppError, match="rows") as found:
        one(Stream(2, said, ("cell",), lambda: rows_of(2)))
    assert found.value.status == 1


@of_bugs
@quiet
def test_a_row_wider_than_its_columns_is_a_bug() -> None:
    with pytest.raises(AppError):
        one(Stream(2, 1, ("cell",), lambda: [(18.0, "", ("a", "b"))]))


@of_bugs
@quiet
def test_too_many_rows_are_refused_before_they_are_made() -> None:
    with pytest.raises(AppError, match="too many"):
        one(Stream(2, 1_048_576, ("cell",), lambda: rows_of(1_048_576)))


@of_bugs
@quiet
def test_too_many_links_are_refused() -> None:
    many = MAX_LINKS + 1
    with pytest.raises(AppError, match="links"):
        one(Stream(2, many, ("cell",), lambda: rows_of(many, Link("a", sheet="one"))))


@of_bugs
@quiet
@pytest.mark.parametrize("value", [dt.timedelta(1), b"bytes", object()])
def test_a_value_that_no_cell_holds_is_a_bug(value: Any) -> None:
    with pytest.raises(AppError, match="holds no"):
        one(Stream(2, 1, ("cell",), lambda: rows_of(1, value)))
    with pytest.raises((AppError, TypeError, AttributeError)):
        write(Book((Sheet("one", puts=(Put(Cell(1, 1), value),)),)))


@of_bugs
@quiet
@pytest.mark.parametrize("value", [float("nan"), float("inf"), Decimal("NaN"), Decimal("-Infinity")])
def test_a_number_that_excel_has_not_is_a_bug(value: Any) -> None:
    with pytest.raises(AppError):
        one(Stream(2, 1, ("cell",), lambda: rows_of(1, value)))
