"""Reading gives true values at true places, and every second reading that differs is reported."""

from __future__ import annotations

import datetime as dt
import io
import shutil
import subprocess
import time
import zipfile
from pathlib import Path

import binary_excel
import client
import openpyxl
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from workbook.address import Cell, parse_reference
from workbook.biff import anatomy
from workbook.odstext import excel_reference
from workbook.raw import RawBook
from workbook.read import read

SHEET = "xl/worksheets/sheet1.xml"
THAI = "".join(chr(code) for code in (0xE41, 0xE1C, 0xE48, 0xE19, 0x20, 0xE17, 0xE35))
"""A Thai sheet name with a blank, as forms have it."""
DATE = "[$-107041E]d mmm yyyy"
SOFFICE = shutil.which("soffice")
needs_office = pytest.mark.skipif(SOFFICE is None, reason="soffice (LibreOffice) is not installed")


def must_read(data: bytes) -> RawBook:
    book, findings = read(data)
    assert findings == []
    assert book is not None
    return book


def make_form() -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    date, share = book.add_format({"num_format": DATE}), book.add_format({"num_format": "0.00%"})
    sarabun = book.add_format({"font_name": "TH Sarabun New"})
    sheet, lists, deep = book.add_worksheet(THAI), book.add_worksheet("lists"), book.add_worksheet("deep")
    lists.hide()
    deep.very_hidden()
    lists.write_string(0, 0, "option")
    sheet.write_string(1, 1, " two  blanks\nline <&> ", sarabun)
    sheet.write_number(2, 1, 0.8, share)
    sheet.write_datetime(3, 1, dt.datetime(2014, 6, 30), date)
    moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
    sheet.write_datetime(4, 1, dt.datetime(2014, 6, 30, 13, 45, 10), moment)
    sheet.write_boolean(5, 1, True)
    sheet.write_number(6, 1, 0)
    sheet.write_string(7, 1, "007")
    sheet.write_blank(8, 1, None, date)
    sheet.write_number(9, 1, 1.5, book.add_format({"num_format": "[h]:mm"}))
    sheet.write_formula(10, 1, "=1+1", None, 2)
    sheet.write_formula(11, 1, "=1/0", None, "#DIV/0!")
    sheet.write_formula(12, 1, "=B7+1", None, "")
    sheet.write_string(13, 1, "hidden answer")
    sheet.set_row(13, None, None, {"hidden": True})
    sheet.write_rich_string(14, 1, "a", sarabun, "b ", "c")
    sheet.write_number(19, 3, 45.25)
    book.define_name("one", f"='{THAI}'!$B$2")
    book.define_name("many", f"='{THAI}'!$B$3,'{THAI}'!$B$5:$B$7")
    book.define_name(f"'{THAI}'!inner", f"='{THAI}'!$A$1")
    book.set_custom_property("cleanreport.form", "plan")
    book.set_custom_property("cleanreport.serial", 12, "number")
    book.close()
    return out.getvalue()


FORM = make_form()


def with_cells(rows: bytes, **more: bytes) -> bytes:
    """Put other rows into a one-sheet file with one date format (style 1)."""
    base = io.BytesIO()
    book = xlsxwriter.Workbook(base, {"in_memory": True})
    book.add_worksheet("S").write_datetime(0, 0, dt.datetime(2020, 1, 1), book.add_format({"num_format": DATE}))
    book.close()
    out = io.BytesIO()
    with zipfile.ZipFile(base) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            content = source.read(name)
            if name == SHEET:
                head, tail = content.split(b"<sheetData>")[0], content.split(b"</sheetData>")[1]
                content = head + b"<sheetData>" + rows + b"</sheetData>" + tail
            target.writestr(name, more.get(name.rpartition("/")[2].partition(".")[0], content))
    return out.getvalue()


def make_ods(rows: str, manifest: bool = True) -> bytes:
    """Make an OpenDocument file of one sheet by hand."""
    oasis = "urn:oasis:names:tc:opendocument:xmlns"
    spaces = " ".join(f'xmlns:{name}="{oasis}:{name}:1.0"' for name in ("office", "table", "text"))
    content = (
        f'<office:document-content {spaces}><office:body><office:spreadsheet><table:table table:name="S">{rows}'
        "</table:table></office:spreadsheet></office:body></office:document-content>"
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        target.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        target.writestr("content.xml", content)
        if manifest:
            target.writestr("META-INF/manifest.xml", f'<m:manifest xmlns:m="{oasis}:manifest:1.0"/>')
    return out.getvalue()


def value(book: RawBook, address: str, sheet: str = THAI) -> object:
    area = parse_reference(f"'{sheet}'!{address}")
    found = book.sheet(sheet)
    assert area is not None and found is not None
    return found.get(area[0][1]).value


def test_values_stand_at_their_true_places() -> None:
    book = must_read(FORM)
    assert book.kind == "xlsx"
    assert [sheet.name for sheet in book.sheets] == [THAI, "lists", "deep"]
    assert [sheet.visible for sheet in book.sheets] == [True, False, False]
    assert value(book, "B2") == " two  blanks\nline <&> "
    assert value(book, "B3") == 0.8
    assert value(book, "B4") == dt.date(2014, 6, 30)
    assert value(book, "B5") == dt.datetime(2014, 6, 30, 13, 45, 10)
    assert value(book, "B6") is True
    assert value(book, "B7") == 0
    assert value(book, "B8") == "007"
    assert value(book, "B10") == dt.timedelta(days=1, hours=12)
    assert value(book, "B15") == "ab c"
    assert value(book, "D20") == 45.25
    assert value(book, "C3") is None
    assert book.disagree == ()


def test_blank_cells_are_not_kept() -> None:
    sheet = must_read(FORM).sheet(THAI)
    assert sheet is not None
    assert Cell(9, 2) not in sheet.cells
    assert all(isinstance(cell, Cell) for cell in sheet.cells)


def test_formulas_errors_and_what_was_never_calculated() -> None:
    sheet = must_read(FORM).sheet(THAI)
    assert sheet is not None
    done, broken, never = (sheet.get(Cell(row, 2)) for row in (11, 12, 13))
    assert (done.value, done.formula, done.error) == (2, True, "")
    assert (broken.value, broken.formula, broken.error) == (None, True, "#DIV/0!")
    assert (never.value, never.formula, never.error) == (None, True, "")


def test_formula_that_gives_empty_text_was_calculated() -> None:
    book = must_read(with_cells(b'<row r="1"><c r="A1" t="str"><f>""</f><v></v></c></row>'))
    assert book.sheets[0].get(Cell(1, 1)).value == ""
    assert book.disagree == ()


def test_formats_fonts_and_hidden_rows() -> None:
    sheet = must_read(FORM).sheet(THAI)
    assert sheet is not None
    assert sheet.get(Cell(4, 2)).number_format == DATE
    assert sheet.get(Cell(3, 2)).number_format == "0.00%"
    assert sheet.get(Cell(7, 2)).number_format == ""
    assert sheet.get(Cell(2, 2)).font == "TH Sarabun New"
    assert sheet.get(Cell(7, 2)).font == "Calibri"
    assert sheet.hidden_rows == {14}


def test_names_properties_and_program() -> None:
    book = must_read(FORM)
    assert set(book.names) == {"one", "many"}
    assert parse_reference(book.names["many"]) == [(THAI, Cell(row, 2)) for row in (3, 5, 6, 7)]
    assert book.properties == {"cleanreport.form": "plan", "cleanreport.serial": "12"}
    assert book.saved_by == "Microsoft Excel 12.0000"
    assert book.flags == frozenset()


def test_files_of_openpyxl() -> None:
    source = openpyxl.Workbook()
    page = source.active
    page.title = THAI
    page["C4"], page["C5"], page["C6"], page["C7"] = "x", 3, "=C5*2", dt.datetime(2020, 2, 29)
    out = io.BytesIO()
    source.save(out)
    book = must_read(out.getvalue())
    assert value(book, "C4") == "x"
    assert value(book, "C5") == 3
    assert value(book, "C7") == dt.date(2020, 2, 29)
    assert book.sheets[0].get(Cell(6, 3)) == book.sheets[0].cells[Cell(6, 3)]
    assert (book.sheets[0].get(Cell(6, 3)).value, book.sheets[0].get(Cell(6, 3)).formula) == (None, True)
    assert book.disagree == ()


def test_cells_and_rows_without_addresses() -> None:
    book = must_read(with_cells(b"<row><c><v>1</v></c><c/><c><v>3</v></c></row><row/><row><c><v>9</v></c></row>"))
    assert {cell.a1(): raw.value for cell, raw in book.sheets[0].cells.items()} == {"A1": 1, "C1": 3, "A3": 9}
    assert book.disagree == ()


def test_1904_dates() -> None:
    out = io.BytesIO()
    source = xlsxwriter.Workbook(out, {"in_memory": True, "date_1904": True})
    source.add_worksheet("S").write_datetime(0, 0, dt.datetime(2014, 6, 30), source.add_format({"num_format": DATE}))
    source.close()
    book = must_read(out.getvalue())
    assert value(book, "A1", "S") == dt.date(2014, 6, 30)
    assert book.flags == {"date1904"}
    assert book.disagree == ()


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        # calamine drops CDATA and what follows a comment, and takes every date before 1900 for midnight.
        (b"<c r='A1'><v><![CDATA[5]]></v></c>", 5.0),
        (b"<c r='A1'><v>5<!-- x -->6</v></c>", 5.0),
        (b"<c r='A1' s='1'><v>-5</v></c>", dt.time(0, 0)),
    ],
)
def test_readings_that_differ_are_reported(cell: bytes, shown: object) -> None:
    book = must_read(with_cells(b'<row r="1">' + cell + b"</row>"))
    assert book.disagree == (("S", Cell(1, 1)),)
    assert book.sheets[0].get(Cell(1, 1)).value in (shown, None)


def test_inline_text_and_escapes() -> None:
    rows = (
        b'<row r="1"><c r="A1" t="inlineStr"><is><t xml:space="preserve"> x </t></is></c>'
        b'<c r="B1" t="inlineStr"><is><r><t>a</t></r><r><t>b</t></r><rPh sb="0" eb="1"><t>zz</t></rPh></is></c>'
        b'<c r="C1" t="str"><v>a_x000D_b</v></c><c r="D1" t="d"><v>2024-01-02T03:04:05</v></c></row>'
    )
    book = must_read(with_cells(rows))
    cells = {cell.a1(): raw.value for cell, raw in book.sheets[0].cells.items()}
    assert cells == {"A1": " x ", "B1": "ab", "C1": "a\rb", "D1": dt.datetime(2024, 1, 2, 3, 4, 5)}
    assert book.disagree == ()


def test_macros_and_external_links_are_flags() -> None:
    out = io.BytesIO(FORM)
    with zipfile.ZipFile(out, "a") as target:
        target.writestr("xl/vbaProject.bin", b"\x00")
        target.writestr("xl/externalLinks/externalLink1.xml", b"<a/>")
    assert must_read(out.getvalue()).flags == {"macros", "external_links"}


def test_nothing_is_read_of_what_the_gate_refuses() -> None:
    book, findings = read(b"%PDF-1.7")
    assert book is None
    assert [finding.code for finding in findings] == ["FILE_TYPE"]


def test_what_calamine_cannot_open_is_unreadable() -> None:
    # calamine wants the manifest of an OpenDocument file, the gate doesn't.
    book, findings = read(make_ods("<table:table-row/>", manifest=False))
    assert book is None
    assert [finding.code for finding in findings] == ["UNREADABLE"]


def test_the_same_bytes_give_the_same_book() -> None:
    assert read(FORM) == read(FORM)


def test_reading_a_form_is_quick() -> None:
    must_read(FORM)
    begin = time.process_time()
    for _ in range(20):
        must_read(FORM)
    assert (time.process_time() - begin) / 20 < 0.05


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.one_of(
            st.text(st.characters(blacklist_categories=["Cs"], min_codepoint=32, max_codepoint=0xFFFD), max_size=30),
            st.floats(allow_nan=False, allow_infinity=False, width=32),
            st.booleans(),
            st.integers(-(10**14), 10**14),
        ),
        min_size=1,
        max_size=20,
    )
)
def test_what_is_written_is_read(values: list[str | float | bool | int]) -> None:
    out = io.BytesIO()
    source = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet = source.add_worksheet("S")
    for row, item in enumerate(values):
        if isinstance(item, bool):
            sheet.write_boolean(row, 2, item)
        elif isinstance(item, str):
            sheet.write_string(row, 2, item)
        else:
            sheet.write_number(row, 2, item)
    source.close()
    book = must_read(out.getvalue())
    assert book.disagree == ()
    for row, item in enumerate(values, 1):
        read_back = book.sheets[0].get(Cell(row, 3)).value
        assert read_back == (None if item == "" else pytest.approx(item) if isinstance(item, float) else item)


@pytest.mark.parametrize(
    ("stored", "wanted"),
    [
        ("$'A b'.$A$1", "'A b'!$A$1"),
        ("$'A b'.$A$1:.$A$5", "'A b'!$A$1:$A$5"),
        ("$'A b'.$A$1:$'A b'.$A$5", "'A b'!$A$1:$A$5"),
        ("$S.$A$1:.$A$5", "S!$A$1:$A$5"),
        ("[$'A b'.$A$1];[$'A b'.$A$3:.$A$5]", "'A b'!$A$1,'A b'!$A$3:$A$5"),
        ("of:=[$S.$A$1]~[$S.$A$3]", "S!$A$1,S!$A$3"),
        ("$'it''s; ~ok'.$A$1", "'it''s; ~ok'!$A$1"),
        ("of:=SUM([.A1])", "of:=SUM([.A1])"),
        ("$A.$A$1:$B.$A$5", "$A.$A$1:$B.$A$5"),
    ],
)
def test_references_of_opendocument(stored: str, wanted: str) -> None:
    assert excel_reference(stored) == wanted


@pytest.fixture(scope="module")
def converted(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Give the form as LibreOffice saves it in its own format, as old Excel and as xlsx."""
    folder = tmp_path_factory.mktemp("office")
    (folder / "form.xlsx").write_bytes(FORM)
    result = {}
    for kind in ("ods", "xls", "xlsx"):
        target = folder / kind
        call = [str(SOFFICE), f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless"]
        call += ["--convert-to", kind, "--outdir", str(target), str(folder / "form.xlsx")]
        subprocess.run(call, check=True, capture_output=True, timeout=180)
        result[kind] = (target / f"form.{kind}").read_bytes()
    return result


@needs_office
@pytest.mark.slow
@pytest.mark.parametrize("kind", ["ods", "xls", "xlsx"])
def test_values_survive_a_save_in_libreoffice(converted: dict[str, bytes], kind: str) -> None:
    book, ours = must_read(converted[kind]), must_read(FORM)
    assert book.kind == kind
    assert book.disagree == ()
    assert [sheet.visible for sheet in book.sheets] == [True, False, False]
    for row in (2, 3, 4, 5, 7, 8, 10, 11, 14, 15):
        assert value(book, f"B{row}") == value(ours, f"B{row}"), row
    assert value(book, "B6") in (True, 1.0)
    assert value(book, "D20") == 45.25


@needs_office
@pytest.mark.slow
@pytest.mark.parametrize("kind", ["ods", "xlsx"])
def test_anatomy_survives_a_save_in_libreoffice(converted: dict[str, bytes], kind: str) -> None:
    book = must_read(converted[kind])
    assert parse_reference(book.names["one"]) == [(THAI, Cell(2, 2))]
    assert parse_reference(book.names["many"]) == [(THAI, Cell(row, 2)) for row in (3, 5, 6, 7)]
    assert "inner" not in book.names
    assert book.properties["cleanreport.form"] == "plan"
    assert book.saved_by.startswith("LibreOffice")
    assert book.sheets[0].hidden_rows == {14}
    assert book.sheets[0].get(Cell(11, 2)).formula


@needs_office
@pytest.mark.slow
def test_errors_of_opendocument_are_errors(converted: dict[str, bytes]) -> None:
    ours = must_read(converted["ods"]).sheets[0].get(Cell(12, 2))
    assert (ours.value, ours.error) == (None, "#DIV/0!")
    assert must_read(converted["ods"]).sheets[0].get(Cell(3, 2)).number_format == "0%"


def test_opendocument_by_hand() -> None:
    cell = "<table:table-cell office:value-type="
    row, end = "<table:table-row table:number-rows-repeated=", "</table:table-cell>"
    twice = '"float" office:value="7" table:number-columns-repeated="2"/></table:table-row>'
    rows = (
        f'{row}"2"><table:table-cell/>{cell}{twice}'
        f'{row}"1">{cell}"string"><text:p>a<text:s text:c="3"/>b</text:p><text:p>c</text:p>{end}'
        f'{cell}"time" office:time-value="PT36H30M00S"/>'
        f'{cell}"string" office:string-value="" table:formula="of:=1/0"><text:p>#DIV/0!</text:p>{end}'
        '<table:table-cell table:formula="of:=1+1"/></table:table-row>'
        f'{row}"1048573"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
    )
    book = must_read(make_ods(rows))
    cells = {at.a1(): raw for at, raw in book.sheets[0].cells.items()}
    assert {at: raw.value for at, raw in cells.items() if raw.value is not None} == {
        "B1": 7, "C1": 7, "B2": 7, "C2": 7, "A3": "a   b\nc", "B3": dt.timedelta(hours=36, minutes=30),
    }  # fmt: skip
    assert (cells["C3"].error, cells["C3"].formula) == ("#DIV/0!", True)
    assert (cells["D3"].value, cells["D3"].formula) == (None, True)
    assert book.disagree == ()


def test_no_path_of_a_machine_is_needed(tmp_path: Path) -> None:
    # Bytes go in; nothing is written beside them.
    must_read(FORM)
    assert list(tmp_path.iterdir()) == []


def test_what_old_excel_leaves_out_of_its_values(tmp_path: Path) -> None:
    """Errors, merged areas, hidden rows and columns of an .xls that LibreOffice saved."""
    if client.skips():
        pytest.skip(client.missing())
    book = openpyxl.Workbook()
    sheet = book.active
    sheet["A1"], sheet["B2"], sheet["C3"], sheet["D4"], sheet["E5"], sheet["A7"] = "ชื่อ", "=1/0", "#N/A", 5, 7, "ผสาน"
    sheet["C3"].data_type = "e"
    sheet.row_dimensions[4].hidden = sheet.column_dimensions["E"].hidden = True
    sheet.merge_cells("A7:B8")
    book.create_sheet("two")["A1"] = '=VALUE("q")'
    book.save(tmp_path / "a.xlsx")
    with client.Office(tmp_path) as office:
        office.do(tmp_path / "a.xlsx", [], [tmp_path / "a.xls"])
    found, refusals = read((tmp_path / "a.xls").read_bytes())
    assert found is not None and refusals == []
    first, second = found.sheets
    assert {cell.a1(): (held.value, held.error) for cell, held in first.cells.items()} == {
        "A1": ("ชื่อ", ""), "B2": (None, "#DIV/0!"), "C3": (None, "#N/A"), "D4": (5, ""), "E5": (7, ""), "A7": ("ผสาน", ""),
    }  # fmt: skip
    assert (first.hidden_rows, first.hidden_cols, first.merged) == ({4}, {5}, ((Cell(7, 1), Cell(8, 2)),))
    assert second.get(Cell(1, 1)).error == "#VALUE!"


def test_errors_of_binary_excel(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active["A1"], book.active["B2"], book.active["B3"] = "ชื่อ", "#DIV/0!", 2.5
    found, _ = read(binary_excel.save(book, tmp_path / "a.xlsb").read_bytes())
    assert found is not None and found.kind == "xlsb"
    assert {cell.a1(): (held.value, held.error) for cell, held in found.sheets[0].cells.items()} == {
        "A1": ("ชื่อ", ""), "B2": (None, "#DIV/0!"), "B3": (2.5, ""),
    }  # fmt: skip


@pytest.mark.parametrize("kind", ["xls", "xlsb"])
def test_broken_records_say_nothing(kind: str) -> None:
    for data in (b"", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), b"PK\x03\x04", bytes(range(256)) * 8):
        assert anatomy(kind, data) == {}


def test_when_a_file_was_saved_is_what_it_says_itself(tmp_path: Path) -> None:
    """A file that nobody saved since it was made says nothing; one that a program saved says when."""
    issued, _ = read(FORM)
    assert issued is not None and issued.saved_at == ""
    book = openpyxl.load_workbook(io.BytesIO(FORM))
    book.properties.created = dt.datetime(2020, 2, 29)
    book.save(tmp_path / "saved.xlsx")
    saved, _ = read((tmp_path / "saved.xlsx").read_bytes())
    assert saved is not None and dt.datetime.fromisoformat(saved.saved_at).year >= 2024


def test_a_line_break_within_a_cell_of_opendocument_stays() -> None:
    """Gnumeric writes lines of a cell as `text:line-break`, which calamine drops."""
    cell = '<table:table-cell office:value-type="string"><text:p>one<text:line-break/>two</text:p></table:table-cell>'
    book = must_read(make_ods(f"<table:table-row>{cell}</table:table-row>"))
    assert book.sheets[0].get(Cell(1, 1)).value == "one\ntwo" and book.disagree == ()


def test_a_general_format_of_old_excel_is_no_date(tmp_path: Path) -> None:
    """calamine takes the D in `[$-D00041E]General` for a day."""
    if shutil.which("ssconvert") is None:
        pytest.skip("Gnumeric (ssconvert) is not installed; it keeps the format in an .xls")
    out = io.BytesIO()
    made = xlsxwriter.Workbook(out, {"in_memory": True})
    look = made.add_format({"num_format": "[$-D00041E]General"})
    day = made.add_format({"num_format": "d mmm yyyy"})
    sheet = made.add_worksheet("S")
    for row, value in enumerate((4, 1.5, 100)):
        sheet.write_number(row, 0, value, look)
    sheet.write_number(4, 0, 41820, day)
    made.close()
    (tmp_path / "a.xlsx").write_bytes(out.getvalue())
    subprocess.run(["ssconvert", "-T", "Gnumeric_Excel:excel_biff8", tmp_path / "a.xlsx", tmp_path / "a.xls"], check=True, capture_output=True)
    book = must_read((tmp_path / "a.xls").read_bytes())
    values = [book.sheets[0].get(Cell(row, 1)).value for row in (1, 2, 3, 5)]
    assert values[:3] == [4, 1.5, 100] and values[3] == dt.date(2014, 6, 30)
