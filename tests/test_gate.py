"""The gate refuses what must not be parsed, each fault by its own code, quickly and in little memory."""

from __future__ import annotations

import io
import random
import resource
import struct
import subprocess
import sys
import time
import zipfile
import zlib
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from workbook import bulk, unzip
from workbook.finding import ERROR
from workbook.gate import MAX_FILE, examine
from workbook.scan import Refusal

SHEET = "xl/worksheets/sheet1.xml"
MAIN = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT = b"http://purl.oclc.org/ooxml/spreadsheetml/main"


def make_xlsx(sheets: int = 1) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    for index in range(sheets):
        sheet = book.add_worksheet(f"Sheet{index + 1}")
        sheet.write_string(0, 0, "name")
        sheet.write_number(1, 0, 12.5)
    book.close()
    return out.getvalue()


def parts_of(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as source:
        return {name: source.read(name) for name in source.namelist()}


def zipped(parts: dict[str, bytes] | list[tuple[str, bytes]], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as target:
        for name, content in parts.items() if isinstance(parts, dict) else parts:
            target.writestr(name, content)
    return out.getvalue()


def changed(name: str, old: bytes, new: bytes, data: bytes | None = None) -> bytes:
    parts = parts_of(data or make_xlsx())
    assert old in parts[name]
    parts[name] = parts[name].replace(old, new, 1)
    return zipped(parts)


def with_rows(rows: bytes) -> bytes:
    parts = parts_of(make_xlsx())
    head, _, tail = parts[SHEET].partition(b"<sheetData>")
    parts[SHEET] = head + b"<sheetData>" + rows + b"</sheetData>" + tail.partition(b"</sheetData>")[2]
    return zipped(parts)


def with_cell(cell: bytes) -> bytes:
    return with_rows(b'<row r="1">' + cell + b"</row>")


def refused(data: bytes) -> tuple[str, dict[str, str]]:
    """Give the one refusal's code and params."""
    _, findings = examine(data)
    assert len(findings) == 1, findings
    assert findings[0].severity == ERROR
    assert findings[0].place is None
    return findings[0].code, dict(findings[0].params)


def make_ole(names: list[str], stream: bytes = b"") -> bytes:
    """Make a compound file by hand: header, one allocation sector, one directory, one stream in sectors 2 and on."""
    count = max(1, -(-len(stream) // 512)) if stream else 0
    table = [0xFFFFFFFD, 0xFFFFFFFE] + [3 + at for at in range(count - 1)] + ([0xFFFFFFFE] if count else [])
    table += [0xFFFFFFFF] * (128 - len(table))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    header += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    header += struct.pack("<109I", 0, *[0xFFFFFFFF] * 108)
    directory = b""
    for index, name in enumerate(["Root Entry", *names]):
        raw = name.encode("utf-16-le") + b"\x00\x00"
        directory += raw.ljust(64, b"\x00") + struct.pack("<HBB", len(raw), 5 if index == 0 else 2, 1)
        directory += struct.pack("<III", 0xFFFFFFFF, 0xFFFFFFFF, 1 if index == 0 else 0xFFFFFFFF) + bytes(36)
        directory += struct.pack("<IQ", 2 if index == 1 and stream else 0xFFFFFFFE, len(stream) if index == 1 else 0)
    assert len(directory) <= 512
    return header + struct.pack("<128I", *table) + directory.ljust(512, b"\x00") + stream.ljust(count * 512, b"\x00")


def test_healthy_files_pass() -> None:
    assert examine(make_xlsx(3)) == ("xlsx", [])
    out = io.BytesIO()
    book = openpyxl.Workbook()
    book.active["B2"] = "x"
    book.save(out)
    assert examine(out.getvalue()) == ("xlsx", [])


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"%PDF-1.7\n...", "PDF"),
        (b"id,name\n1,a\n", "CSV"),
        (b"\xef\xbb\xbfid;name\n1;a\n", "CSV"),
        ("id\tname\n".encode("utf-16"), "CSV"),
        (b"just words\n", "TEXT"),
        (b"<!DOCTYPE html><html></html>", "HTML"),
        (b"\n<table><tr><td>1</td></tr></table>", "HTML"),
        (b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>', "XML2003"),
        (b"\x89PNG\r\n\x1a\n", "PNG"),
        (b"\xff\xd8\xff\xe0", "JPEG"),
        (b"Rar!\x1a\x07\x00", "RAR"),
        (b"7z\xbc\xaf\x27\x1c", "7Z"),
        (bytes(5000), "ZEROS"),
        (b"\x01\x02\x03\x04", "UNKNOWN"),
        (make_ole(["WordDocument"]), "DOC"),
        (make_ole(["PowerPoint Document"]), "PPT"),
        (make_ole(["Whatever"]), "OLE"),
        (zipped({"a.txt": b"x"}), "ZIP"),
        (zipped({"inner.xlsx": make_xlsx()}), "ZIP"),
        (zipped({"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": b"<a/>"}), "ODF"),
    ],
)
def test_other_types_are_named(data: bytes, name: str) -> None:
    assert refused(data) == ("FILE_TYPE", {"type": name})
    assert examine(data)[0] == ""


def test_word_in_a_zip_is_named() -> None:
    types = b'<Types><Override ContentType="application/vnd.ms-word.wordprocessingml.document.main+xml"/></Types>'
    assert refused(zipped({"[Content_Types].xml": types})) == ("FILE_TYPE", {"type": "DOCX"})


def test_empty_and_too_large() -> None:
    assert refused(b"")[0] == "FILE_EMPTY"
    assert refused(b"PK\x03\x04" + bytes(MAX_FILE))[0] == "FILE_TOO_LARGE"


def test_encrypted_ole_has_a_password() -> None:
    assert refused(make_ole(["EncryptionInfo", "EncryptedPackage"]))[0] == "FILE_ENCRYPTED"


def test_old_excel_passes_without_password_only() -> None:
    begin = struct.pack("<HHHHHHII", 0x809, 16, 0x600, 5, 0, 0, 0, 0)
    assert examine(make_ole(["Workbook"], (begin + bytes(2)).ljust(4096, b"\x00"))) == ("xls", [])
    locked = begin + struct.pack("<HHH", 0x2F, 2, 1)
    assert refused(make_ole(["Workbook"], locked.ljust(4096, b"\x00")))[0] == "FILE_ENCRYPTED"


def test_encrypted_member() -> None:
    data = bytearray(make_xlsx())
    at = data.rfind(b"PK\x01\x02")
    data[at + 8] |= 1
    assert refused(bytes(data))[0] == "FILE_ENCRYPTED"


def test_encrypted_ods() -> None:
    manifest = b'<manifest xmlns="m"><file-entry><encryption-data/></file-entry></manifest>'
    parts = {"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "META-INF/manifest.xml": manifest}
    assert refused(zipped({**parts, "content.xml": b"\xff\x00\x80"}))[0] == "FILE_ENCRYPTED"


def test_cut_and_padded_zips() -> None:
    whole = make_xlsx()
    assert refused(whole[: len(whole) // 2])[0] == "ZIP_BROKEN"
    assert refused(whole + b"junk") == ("ZIP_JUNK", {"where": "after"})
    assert refused(whole + bytes(100_000)) == ("ZIP_JUNK", {"where": "after"})
    assert refused(b"\x00\x01junk" + whole) == ("ZIP_JUNK", {"where": "before"})
    assert refused(b"PK\x03\x04" + whole) == ("ZIP_JUNK", {"where": "before"})


def test_flipped_byte_is_broken() -> None:
    data = bytearray(make_xlsx())
    at = data.find(SHEET.encode()) + len(SHEET) + 40
    data[at] ^= 0x55
    assert refused(bytes(data)) == ("ZIP_BROKEN", {"reason": "content", "part": SHEET})


@pytest.mark.parametrize("name", ["../../etc/x.xml", "/abs.xml", "a/../../b.xml", "xl\\sheet.xml", "C:x.xml"])
def test_climbing_names(name: str) -> None:
    assert refused(zipped({**parts_of(make_xlsx()), name: b"<a/>"})) == ("ZIP_NAME", {"part": name})


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("name", [SHEET, SHEET.upper(), "xl/Worksheets/sheet1.xml"])
def test_part_twice(name: str) -> None:
    parts = [*parts_of(make_xlsx()).items(), (name, b"<a/>")]
    code, params = refused(zipped(parts))
    assert (code, params["what"]) == ("AMBIGUOUS", "part_twice")


def test_local_name_differs_from_directory() -> None:
    data = bytearray(make_xlsx())
    at = data.find(SHEET.encode())
    data[at + len(SHEET) - 5] = ord("2")
    code, params = refused(bytes(data))
    assert (code, params["what"]) == ("AMBIGUOUS", "member_name")


def test_overlapping_members() -> None:
    data = bytearray(zipped({"a.xml": b"<a/>", "b.xml": b"<a/>"}))
    first = data.find(b"PK\x01\x02")
    second = data.find(b"PK\x01\x02", first + 4)
    data[second + 42 : second + 46] = data[first + 42 : first + 46]
    data[second + 46 : second + 51] = b"a.xml"
    code, _ = refused(bytes(data))
    assert code == "AMBIGUOUS"
    data = bytearray(zipped({"a.xml": b"<a/>", "b.xml": b"<a/>"}))
    first = data.find(b"PK\x01\x02")
    data[first + 20 : first + 24] = struct.pack("<I", 60)
    assert refused(bytes(data))[0] == "ZIP_OVERLAP"


def test_too_many_members() -> None:
    code, params = refused(zipped({f"{index}.txt": b"" for index in range(unzip.MAX_PARTS + 1)}))
    assert (code, params["reason"]) == ("ZIP_BOMB", "count")


def bomb(name: str, size: int, declared: int | None = None) -> bytes:
    """Make a zip whose one member inflates to `size` zero bytes: one flushed block of a megabyte, again and again."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = packer.compress(bytes(1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
    stored = block * (size >> 20) + packer.flush()
    crc = 0  # Nobody gets as far as comparing it.
    raw = name.encode()
    figures = (20, 0, 8, 0, 0x21, crc, len(stored), (declared or size) & 0xFFFFFFFF, len(raw), 0)
    local = b"PK\x03\x04" + struct.pack("<HHHHHIIIHH", *figures) + raw + stored
    entry = b"PK\x01\x02" + struct.pack("<HHHHHHIIIHHHHHII", 20, *figures, 0, 0, 0, 0, 0) + raw
    return local + entry + b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, 1, 1, len(entry), len(local), 0)


@pytest.mark.parametrize("declared", [None, 1000])
def test_bomb_whatever_it_declares(declared: int | None) -> None:
    code, params = refused(bomb(SHEET, 300 << 20, declared))
    assert (code, params["part"]) == ("ZIP_BOMB", SHEET)


def test_total_of_many_parts() -> None:
    source = random.Random(1)
    part = b"".join(source.randbytes(1024) + bytes(30 << 10) for _ in range(1000))
    code, params = refused(zipped([(f"xl/media/{index}.bin", part) for index in range(5)]))
    assert (code, params["reason"]) == ("ZIP_BOMB", "total")


@pytest.mark.slow
def test_big_bomb_in_time_and_memory(tmp_path: Path) -> None:
    path = tmp_path / "bomb.xlsx"
    path.write_bytes(bomb(SHEET, 5 << 30))
    assert path.stat().st_size < 11 << 20
    program = (
        "import resource, sys, pathlib\n"
        "resource.setrlimit(resource.RLIMIT_AS, (512 << 20, 512 << 20))\n"
        "from workbook.gate import examine\n"
        "print(examine(pathlib.Path(sys.argv[1]).read_bytes())[1][0].code)\n"
    )
    begin = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", program, str(path)], capture_output=True, text=True, timeout=60, check=True,
        cwd=Path(__file__).parents[1],
    )  # fmt: skip
    assert done.stdout.strip() == "ZIP_BOMB"
    assert time.monotonic() - begin < 5


def test_bomb_made_of_tags() -> None:
    head = b'<worksheet xmlns="' + MAIN + b'"><sheetData>'
    parts = parts_of(make_xlsx())
    rows = b"".join(b'<row r="%d"/>' % row for row in range(1, 1_000_002))
    parts[SHEET] = head + rows + b"</sheetData></worksheet>"
    assert refused(zipped(parts))[0] in ("TOO_MANY_CELLS", "ZIP_BOMB")


def test_deep_nesting_is_refused() -> None:
    parts = parts_of(make_xlsx())
    parts[SHEET] = b'<worksheet xmlns="' + MAIN + b'">' + b"<a>" * 200_000 + b"</a>" * 200_000 + b"</worksheet>"
    assert refused(zipped(parts, zipfile.ZIP_STORED)) == ("XML_DEEP", {"part": SHEET})


@pytest.mark.parametrize(
    "part",
    [SHEET, "xl/workbook.xml", "xl/sharedStrings.xml", "xl/theme/theme1.xml", "_rels/.rels", "[Content_Types].xml"],
)
def test_doctype(part: str) -> None:
    laughs = b"".join(b'<!ENTITY l%d "%s">' % (level, b"&l%d;" % (level - 1) * 10) for level in range(1, 10))
    doctype = b'<!DOCTYPE x [<!ENTITY l0 "ha">' + laughs + b"]>"
    parts = parts_of(make_xlsx())
    start = parts[part].index(b"?>") + 2
    parts[part] = parts[part][:start] + doctype + parts[part][start:]
    assert refused(zipped(parts)) == ("XML_DOCTYPE", {"part": part})


def test_word_doctype_in_a_cell_is_harmless() -> None:
    cell = b'<c r="A1" t="inlineStr"><is><t><![CDATA[<!DOCTYPE]]></t></is></c>'
    assert examine(with_cell(cell)) == ("xlsx", [])


def test_utf16_sheet() -> None:
    parts = parts_of(make_xlsx())
    text = parts[SHEET].decode().replace("UTF-8", "UTF-16")
    parts[SHEET] = text.encode("utf-16")
    assert refused(zipped(parts)) == ("XML_ENCODING", {"part": SHEET})
    parts[SHEET] = text.replace("UTF-16", "windows-874").encode()
    assert refused(zipped(parts)) == ("XML_ENCODING", {"part": SHEET})
    types = changed("[Content_Types].xml", b"UTF-8", b"no-such-code")
    assert refused(types) == ("XML_ENCODING", {"part": "[Content_Types].xml"})


def test_boxes_of_many_sheets_together() -> None:
    parts = parts_of(make_xlsx(5))
    rows = b'<sheetData><row r="1000"><c r="BXX1000"><v>2</v></c></row></sheetData>'
    for name in [name for name in parts if name.startswith("xl/worksheets/sheet")]:
        head, tail = parts[name].split(b"<sheetData>")[0], parts[name].split(b"</sheetData>")[1]
        parts[name] = head + rows + tail
    assert refused(zipped(parts)) == ("CELL_FAR", {"sheet": "Sheet3", "cell": "BXX1000"})


def test_strict_open_xml() -> None:
    assert refused(changed("xl/workbook.xml", MAIN, STRICT)) == ("XLSX_STRICT", {"part": "xl/workbook.xml"})
    assert examine(changed(SHEET, MAIN, STRICT))[0] == "xlsx"
    assert refused(changed(SHEET, MAIN, STRICT)) == ("XLSX_STRICT", {"part": SHEET})


def test_missing_sheet_part() -> None:
    parts = parts_of(make_xlsx(2))
    del parts["xl/worksheets/sheet2.xml"]
    assert refused(zipped(parts)) == ("XLSX_PART_MISSING", {"part": "xl/worksheets/sheet2.xml", "sheet": "Sheet2"})
    parts = parts_of(make_xlsx())
    parts["xl/_rels/workbook.xml.rels"] = parts["xl/_rels/workbook.xml.rels"].replace(b"sheet1.xml", b"nope.xml")
    assert refused(zipped(parts))[0] == "XLSX_PART_MISSING"
    parts = parts_of(make_xlsx())
    del parts["xl/workbook.xml"]
    assert refused(zipped(parts))[0] == "XLSX_PART_MISSING"


def test_no_sheets() -> None:
    parts = parts_of(make_xlsx())
    start, end = parts["xl/workbook.xml"].index(b"<sheets>"), parts["xl/workbook.xml"].index(b"</sheets>")
    parts["xl/workbook.xml"] = parts["xl/workbook.xml"][: start + 8] + parts["xl/workbook.xml"][end:]
    assert refused(zipped(parts))[0] == "XLSX_NO_SHEETS"


def test_broken_xml_names_part_and_line() -> None:
    code, params = refused(changed(SHEET, b"</sheetData>", b""))
    assert (code, params["part"]) == ("XML_BROKEN", SHEET)
    assert params["line"].isdigit()


def test_far_cell() -> None:
    rows = b'<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    begin = time.monotonic()
    assert refused(with_rows(rows)) == ("CELL_FAR", {"sheet": "Sheet1", "cell": "XFD1048576"})
    assert time.monotonic() - begin < 1


def test_far_format_alone_is_harmless() -> None:
    rows = b'<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576" s="0"/></row>'
    assert examine(with_rows(rows)) == ("xlsx", [])


def test_false_dimension() -> None:
    data = changed(SHEET, b'<dimension ref="A1:A2"/>', b'<dimension ref="A1:XFD1048576"/>')
    assert refused(data) == ("DIMENSION_FALSE", {"sheet": "Sheet1", "ref": "A1:XFD1048576"})
    # Many programs write `A1` whatever the sheet holds; neither of our readers believes it.
    assert examine(changed(SHEET, b'ref="A1:A2"', b'ref="A1"')) == ("xlsx", [])


@pytest.mark.parametrize("count", [b"4294967295", b"99999999999999999999", b"-1", b"abc"])
def test_false_count_of_shared_strings(count: bytes) -> None:
    data = changed("xl/sharedStrings.xml", b'uniqueCount="1"', b'uniqueCount="' + count + b'"')
    assert refused(data)[0] == "STRINGS_FALSE"


@pytest.mark.parametrize(
    ("cell", "raw"),
    [
        (b'<c r="A1" t="s"><v>99</v></c>', "99"),
        (b'<c r="A1" t="s"><v>-1</v></c>', "-1"),
        (b'<c r="A1"><v>inf</v></c>', "inf"),
        (b'<c r="A1"><v>NaN</v></c>', "NaN"),
        (b'<c r="A1"><v>1e999</v></c>', "1e999"),
        (b'<c r="A1"><v>1_000</v></c>', "1_000"),
        (b'<c r="A1" t="b"><v>7</v></c>', "7"),
        (b'<c r="A1" t="e"><v>#WAT!</v></c>', "#WAT!"),
        (b'<c r="A1" t="zz"><v>1</v></c>', "1"),
    ],
)
def test_cell_that_says_nothing(cell: bytes, raw: str) -> None:
    assert refused(with_cell(cell)) == ("CELL_BROKEN", {"sheet": "Sheet1", "cell": "A1", "raw": raw})


@pytest.mark.parametrize("address", [b"ZZZZ1", b"XFE1", b"1A", b"$A$1"])
def test_cell_outside_every_sheet(address: bytes) -> None:
    assert refused(with_cell(b'<c r="' + address + b'"><v>1</v></c>'))[0] in ("CELL_BROKEN", "AMBIGUOUS")


A1 = b'<c r="A1"><v>1</v></c>'
ALTERNATE = b'<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"><mc:Choice>'
AMBIGUOUS = [
    (b'<row r="1">' + A1 + A1 + b"</row>", "cell_twice"),
    (b'<row r="1">' + A1 + b'</row><row r="1">' + A1 + b"</row>", "row_twice"),
    (b'<row r="5">' + A1 + b"</row>", "row_of_cell"),
    (b'<row r="1"><c r="A1"><v>1</v><v>2</v></c></row>', "two_values"),
    (b'<row r="1"><c r="A1" t="inlineStr"><v>1</v><is><t>2</t></is></c></row>', "two_values"),
    (b'<row r="1"><c r="A1"><v>1</v><is><t>2</t></is></c></row>', "two_values"),
    (b'<row r="1"><c r="A1" t="inlineStr"><is><t>1</t><t>2</t></is></c></row>', "two_values"),
    (b'<row r="1"><c r="A1" t="inlineStr"><is><r><t>1</t><t>2</t></r></is></c></row>', "two_values"),
    (b'<row r="1">' + A1 + b'</row></sheetData><sheetData><row r="2"><c r="A2"><v>1</v></c></row>', "two_tables"),
    (ALTERNATE + b'<row r="1">' + A1 + b"</row></mc:Choice></mc:AlternateContent>", "element"),
    (b'<row r="1">' + ALTERNATE + A1 + b"</mc:Choice></mc:AlternateContent></row>", "element"),
    (b'<row r="1"><c xmlns="urn:other" r="A1"><v>1</v></c></row>', "element"),
    (b'<row r="1"><c r="A1"><v xmlns="urn:other">1</v></c></row>', "element"),
]


@pytest.mark.parametrize(("rows", "what"), AMBIGUOUS)
def test_ambiguous_cells(rows: bytes, what: str) -> None:
    code, params = refused(with_rows(rows))
    assert (code, params["what"], params["sheet"]) == ("AMBIGUOUS", what, "Sheet1")


def test_a_shared_string_with_two_texts() -> None:
    code, params = refused(changed("xl/sharedStrings.xml", b"</t></si>", b"</t><t>x</t></si>"))
    assert (code, params["what"], params["part"]) == ("AMBIGUOUS", "two_values", "xl/sharedStrings.xml")
    runs = b"<r><t>a</t></r><r><t>b</t></r>"
    assert examine(changed("xl/sharedStrings.xml", b"<si><t>name</t></si>", b"<si>" + runs + b"</si>")) == ("xlsx", [])


def test_table_of_cells_in_another_namespace() -> None:
    data = changed(SHEET, b"<sheetData>", b'<x:sheetData xmlns:x="urn:x"/><sheetData>')
    assert refused(data)[1]["what"] == "two_tables"


def test_relation_twice() -> None:
    data = changed("xl/_rels/workbook.xml.rels", b'Id="rId2"', b'Id="rId1"')
    code, params = refused(data)
    assert (code, params["what"]) == ("AMBIGUOUS", "relation_twice")


def test_two_sheets_of_one_name_or_one_part() -> None:
    assert refused(changed("xl/workbook.xml", b"Sheet2", b"sheet1", make_xlsx(2)))[1]["what"] == "sheet_twice"
    data = changed("xl/_rels/workbook.xml.rels", b"sheet2.xml", b"sheet1.xml", make_xlsx(2))
    assert refused(data)[1]["what"] == "sheet_twice"


def test_main_part_elsewhere() -> None:
    parts = parts_of(make_xlsx())
    parts["xl/other.xml"] = parts["xl/workbook.xml"]
    parts["_rels/.rels"] = parts["_rels/.rels"].replace(b"xl/workbook.xml", b"xl/other.xml")
    parts["xl/_rels/other.xml.rels"] = parts["xl/_rels/workbook.xml.rels"]
    assert refused(zipped(parts))[1]["what"] == "main_part"


def test_two_kinds_at_once() -> None:
    mime = {"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"}
    assert refused(zipped({**mime, **parts_of(make_xlsx())}))[1]["what"] == "kind"
    assert refused(zipped({**mime, "xl/workbook.xml": b"<a/>"}))[1]["what"] == "kind"


ODS = (
    '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>'
    '<table:table table:name="S">{}</table:table></office:spreadsheet></office:body></office:document-content>'
)


def make_ods(rows: str, prolog: str = "") -> bytes:
    content = prolog + ODS.format(rows)
    mime = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = b'<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
    return zipped({"mimetype": mime.encode(), "content.xml": content.encode(), "META-INF/manifest.xml": manifest})


CELL = '<table:table-cell office:value-type="float" office:value="1"{}/>'


@pytest.mark.parametrize(
    "rows",
    [
        "<table:table-row>" + CELL.format(' table:number-columns-repeated="999999999"') + "</table:table-row>",
        '<table:table-row table:number-rows-repeated="1048576">' + CELL.format("") * 2 + "</table:table-row>",
        '<table:table-row table:number-rows-repeated="99999999999999">' + CELL.format("") + "</table:table-row>",
        '<table:table-row table:number-rows-repeated="-5">' + CELL.format("") + "</table:table-row>",
        '<table:table-row table:number-rows-repeated="1048575"/><table:table-row>'
        '<table:table-cell table:number-columns-repeated="16383"/>' + CELL.format("") + "</table:table-row>",
    ],
)
def test_ods_repeats_that_lie(rows: str) -> None:
    assert refused(make_ods(rows))[0] == "CELL_FAR"


def test_ods_faults() -> None:
    row = "<table:table-row>" + CELL.format("") + "</table:table-row>"
    assert examine(make_ods(row)) == ("ods", [])
    assert refused(make_ods(row, "<!DOCTYPE x>")) == ("XML_DOCTYPE", {"part": "content.xml"})
    assert refused(make_ods(row.replace('value="1"', 'value="inf"')))[0] == "CELL_BROKEN"
    mime = {"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"}
    assert refused(zipped(mime)) == ("XLSX_PART_MISSING", {"part": "content.xml", "sheet": ""})
    assert refused(zipped({**mime, "content.xml": ODS.format(row).encode("utf-16")}))[0] == "XML_ENCODING"
    assert refused(make_ods(row + "</table:table><table:table table:name='s'>"))[1]["what"] == "sheet_twice"


def test_macros_and_links_are_no_reason_to_refuse() -> None:
    parts = parts_of(make_xlsx())
    parts["xl/vbaProject.bin"] = b"\x00macro"
    parts["xl/externalLinks/externalLink1.xml"] = b"<a/>"
    assert examine(zipped(parts)) == ("xlsx", [])


def test_examine_never_raises_on_mutants() -> None:
    whole = make_xlsx()
    for at in range(0, len(whole), 7):
        mutant = bytearray(whole)
        mutant[at] ^= 0xFF
        _, findings = examine(bytes(mutant))
        assert all(finding.code.isupper() for finding in findings)


def test_memory_of_these_tests_stays_bounded() -> None:
    # The bombs above would have needed gigabytes.
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss < 2 << 20


@pytest.mark.parametrize(("cells", "passes"), [(290_000, True), (330_000, False)])
def test_a_sheet_may_hold_a_row_for_every_agency_of_the_country_and_not_much_more(cells: int, passes: bool) -> None:
    row = b'<row r="1">' + b'<c r="A1" s="4" t="s"><v>12</v></c>' * 29 + b"</row>"
    part = b"<worksheet><sheetData>" + row * (cells // 30) + b"</sheetData></worksheet>"
    if passes:
        bulk.check({SHEET: part})
    else:
        with pytest.raises(Refusal):
            bulk.check({SHEET: part})


def test_what_is_no_cell_does_not_count_as_one() -> None:
    """Only rows and cells of sheets have room of their own: tags of other names or parts stay at the old limit."""
    with pytest.raises(Refusal):
        bulk.check({SHEET: b"<worksheet>" + b"<q/>" * 500_001 + b"</worksheet>"})
    with pytest.raises(Refusal):
        bulk.check({"xl/other.xml": b"<a>" + b"<c />" * 500_001 + b"</a>"})
