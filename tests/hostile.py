"""Crafted files that want to take the program down or in; made here from a good, filled form and never stored.

Each maker takes the parts of the form (name -> content) and gives the bytes of the file.
"""

from __future__ import annotations

import io
import random
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterable

from test_gate import bomb, make_ods, make_ole, zipped

Parts = dict[str, bytes]
Maker = Callable[[Parts], bytes]

MAIN = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
BOOK, STRINGS, STYLES = "xl/workbook.xml", "xl/sharedStrings.xml", "xl/styles.xml"
SHEET = "xl/worksheets/sheet2.xml"
CUSTOM, CORE, APP = "docProps/custom.xml", "docProps/core.xml", "docProps/app.xml"
RELS, TYPES = "xl/_rels/workbook.xml.rels", "[Content_Types].xml"
MANY = 1_000_000


def packed(parts: Parts, *, thin: bool = True) -> bytes:
    """Zip, with large parts packed so thinly that the ratio of the packing gives nothing away; equal parts are packed once."""
    body, directory = bytearray(), bytearray()
    done: dict[int, bytes] = {}
    for name, content in parts.items():
        big = thin and len(content) > 1 << 20
        packer = zlib.compressobj(1, zlib.DEFLATED, -15, 8, zlib.Z_HUFFMAN_ONLY if big else zlib.Z_DEFAULT_STRATEGY)
        stored = done[id(content)] if id(content) in done else packer.compress(content) + packer.flush()
        done[id(content)] = stored
        raw = name.encode()
        figures = (20, 0x800, 8, 0, 0x21, zlib.crc32(content), len(stored), len(content), len(raw), 0)
        head = struct.pack("<HHHHHIIIHH", *figures)
        directory += b"PK\x01\x02" + struct.pack("<H", 20) + head + struct.pack("<HHHII", 0, 0, 0, 0, len(body)) + raw
        body += b"PK\x03\x04" + head + raw + stored
    count = len(parts)
    return bytes(body + directory + b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, count, count, len(directory), len(body), 0))


def set_in(parts: Parts, name: str, old: bytes, new: bytes) -> Parts:
    """Replace once in one part."""
    assert old in parts[name], (name, old)
    return {**parts, name: parts[name].replace(old, new, 1)}


def after(name: str, mark: bytes, content: bytes | Callable[[], bytes]) -> Maker:
    """Put something after a mark of a part."""

    def make(parts: Parts) -> bytes:
        more = content() if callable(content) else content
        return packed(set_in(parts, name, mark, mark + more))

    return make


def before(name: str, mark: bytes, content: bytes | Callable[[], bytes]) -> Maker:
    """Put something before a mark of a part."""

    def make(parts: Parts) -> bytes:
        more = content() if callable(content) else content
        return packed(set_in(parts, name, mark, more + mark))

    return make


def root_end(data: bytes) -> int:
    """Find where the start tag of the root ends."""
    found = re.search(rb"<[A-Za-z][^>]*?(/?)>", data)
    assert found
    return found.end() - 1 - len(found.group(1))


def inside(name: str, content: Callable[[], bytes]) -> Maker:
    """Put something as the first thing within the root of a part."""

    def make(parts: Parts) -> bytes:
        at = root_end(parts[name]) + 1
        return packed({**parts, name: parts[name][:at] + content() + parts[name][at:]})

    return make


# 1. The zip


def many_members(parts: Parts) -> bytes:
    """Forty members of 60 MB, each below the limit of a part."""
    source = random.Random(1)
    part = b"".join(source.randbytes(512) + bytes(60 << 10) for _ in range(1000))
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    stored, crc = packer.compress(part) + packer.flush(), zlib.crc32(part)
    body, directory = bytearray(), bytearray()
    for at in range(40):
        raw = f"xl/media/{at}.bin".encode()
        head = struct.pack("<HHHHHIIIHH", 20, 0, 8, 0, 0x21, crc, len(stored), len(part), len(raw), 0)
        directory += b"PK\x01\x02" + struct.pack("<H", 20) + head + struct.pack("<HHHII", 0, 0, 0, 0, len(body)) + raw
        body += b"PK\x03\x04" + head + raw + stored
    return bytes(body + directory + b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, 40, 40, len(directory), len(body), 0))


def quoted_overlap(parts: Parts) -> bytes:
    """Many members that share one kernel: each local header is quoted by a stored block of the one before."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    size = 20 << 20
    kernel = packer.compress(bytes(size)) + packer.flush()
    count, places = 200, []
    crc = zlib.crc32(bytes(size))
    head = tail = b""
    for at in reversed(range(count)):
        raw = f"{at}.xml".encode()
        if tail:
            data, inflated = struct.pack("<BHH", 0, len(head), len(head) ^ 0xFFFF) + head + tail, size + 1
        else:
            data, inflated = kernel, size
        head = b"PK\x03\x04" + struct.pack("<HHHHHIIIHH", 20, 0, 8, 0, 0x21, crc, len(data), inflated, len(raw), 0) + raw
        tail = data
        places.append((raw, len(data), inflated))
    body = head + tail
    directory, offset = b"", 0
    for raw, stored, inflated in reversed(places):
        head = struct.pack("<HHHHHIIIHH", 20, 0, 8, 0, 0x21, crc, stored, inflated, len(raw), 0)
        directory += b"PK\x01\x02" + struct.pack("<H", 20) + head + struct.pack("<HHHII", 0, 0, 0, 0, offset) + raw
        offset += 30 + len(raw) + 5
    return body + directory + b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, count, count, len(directory), len(body), 0)


def lying_size(parts: Parts) -> bytes:
    """The directory states other sizes than the members have."""
    data = bytearray(packed(parts))
    at = data.find(b"PK\x01\x02")
    data[at + 24 : at + 28] = struct.pack("<I", 7)
    return bytes(data)


def nested(levels: int) -> bytes:
    """A zip in a zip in a zip, all the way down to a bomb."""
    data = bomb("xl/worksheets/sheet1.xml", 300 << 20)
    for at in range(levels):
        data = zipped({f"{at}.zip": data}, zipfile.ZIP_STORED)
    return data


def with_parts(**more: bytes) -> Maker:
    """Add parts, named with `__` for a slash and `_dot_` for a dot."""
    named = {name.replace("__", "/").replace("_dot_", "."): content for name, content in more.items()}
    return lambda parts: packed({**parts, **named})


def named(name: str) -> Maker:
    return lambda parts: packed({**parts, name: b"<a/>"})


# 2. XML that grows, and XML that is much


def laughs(levels: int = 12) -> bytes:
    lines = b"".join(b'<!ENTITY l%d "%s">' % (at, b"&l%d;" % (at - 1) * 10) for at in range(1, levels))
    return b'<!DOCTYPE x [<!ENTITY l0 "ha">' + lines + b"]>"


def quadratic() -> bytes:
    return b'<!DOCTYPE x [<!ENTITY q "' + b"a" * 100_000 + b'">]>'


PARAMETER = b'<!DOCTYPE x [<!ENTITY % p SYSTEM "file:///etc/passwd"> %p;]>'


def doctype(name: str, text: bytes, *, encoding: str = "utf-8") -> Maker:
    """Put a DOCTYPE before the root of a part, in another encoding if wanted."""

    def make(parts: Parts) -> bytes:
        data = parts.get(name, b"<x/>")
        at = data.index(b"<", data.find(b"?>") + 2) if b"?>" in data else 0
        data = data[:at] + text + data[at:]
        if encoding != "utf-8":
            data = data.decode().replace("UTF-8", encoding.upper()).encode(encoding)
        return packed({**parts, name: data})

    return make


def times(item: bytes, count: int = MANY) -> Callable[[], bytes]:
    return lambda: item * count


def numbered(item: bytes, count: int = MANY) -> Callable[[], bytes]:
    return lambda: b"".join(item % at for at in range(1, count + 1))


def deep(count: int = 100_000) -> Callable[[], bytes]:
    return lambda: b"<d>" * count + b"</d>" * count


def attributes(count: int = MANY) -> Callable[[], bytes]:
    return lambda: b"<d " + b" ".join(b'a%d=""' % at for at in range(count)) + b"/>"


def long_attribute() -> bytes:
    return b'<d a="' + b"x" * (10 << 20) + b'"/>'


def long_string() -> bytes:
    return b"<si><t>" + b"x" * (60 << 20) + b"</t></si>"


def wide_string() -> bytes:
    """Much text with one sign beyond the basic plane, which makes every sign of it four bytes wide."""
    return b"<si><t>" + b"x" * (50 << 20) + "\N{GRINNING FACE}".encode() + b"</t></si>"


def styles(item: bytes, count: int = 100_000) -> Callable[[], bytes]:
    return lambda: item * count


# 3. Cells


def million_sheets(cell: Callable[[int, int], bytes], sheets: int, rows: int, width: int) -> Maker:
    """Replace the cells of many sheets."""

    def make(parts: Parts) -> bytes:
        content = b"".join(
            b'<row r="%d">' % row + b"".join(cell(row, col) for col in range(width)) + b"</row>" for row in range(1, rows + 1)
        )
        page = b'<worksheet xmlns="' + MAIN + b'"><sheetData>' + content + b"</sheetData></worksheet>"
        found = sorted(name for name in parts if name.startswith("xl/worksheets/sheet"))
        new = dict(parts)
        listed, relations = b"", b""
        for at in range(sheets):
            name = found[at] if at < len(found) else f"xl/worksheets/more{at}.xml"
            new[name] = page
            if at >= len(found):
                listed += b'<sheet name="m%d" sheetId="%d" r:id="m%d"/>' % (at, 900 + at, at)
                relations += (
                    b'<Relationship Id="m%d" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"'
                    b' Target="worksheets/more%d.xml"/>' % (at, at)
                )
        new = set_in(new, BOOK, b"</sheets>", listed + b"</sheets>")
        new = set_in(new, RELS, b"</Relationships>", relations + b"</Relationships>")
        return packed(new, thin=False)

    return make


def rich(row: int, col: int) -> bytes:
    return b'<c r="%c%d" s="1"><v>%d</v></c>' % (65 + col, row, row)


def minimal(row: int, col: int) -> bytes:
    return b"<c/>"


def first_row(cells: bytes) -> Maker:
    """Put cells of our own at the top of the table of a sheet, in a row far below the form."""
    return before(SHEET, b"</sheetData>", cells)


FAR = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'


def false_count(parts: Parts) -> bytes:
    return packed({**parts, STRINGS: re.sub(rb'uniqueCount="[0-9]+"', b'uniqueCount="4294967295"', parts[STRINGS])})


def dimension(parts: Parts) -> bytes:
    return packed({**parts, SHEET: re.sub(rb'<dimension ref="[^"]*"', b'<dimension ref="A1:XFD1048576"', parts[SHEET])})


# 4. OpenDocument


def ods(rows: str, prolog: str = "") -> Maker:
    return lambda parts: make_ods(rows, prolog)


def ods_part(name: str, content: bytes) -> Maker:
    """Give an .ods of one cell with another part of ours."""

    def make(_: Parts) -> bytes:
        with zipfile.ZipFile(io.BytesIO(make_ods(ODS_CELL))) as source:
            parts = {one: source.read(one) for one in source.namelist()}
        return packed({**parts, name: content})

    return make


ODS_CELL = '<table:table-row><table:table-cell office:value-type="float" office:value="1"/></table:table-row>'
ODS_BOX = (
    '<table:table-row table:number-rows-repeated="1048576"><table:table-cell table:number-columns-repeated="16384"'
    ' office:value-type="float" office:value="1"/></table:table-row>'
)


def ods_rows(row: str, count: int) -> Maker:
    return lambda parts: packed_ods(row * count)


def packed_ods(rows: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(make_ods(rows))) as source:
        return packed({one: source.read(one) for one in source.namelist()})


# 5. Old and binary Excel files


def biff(kind: int, body: bytes) -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


GLOBALS = biff(0x809, struct.pack("<HHHHII", 0x600, 5, 0, 0, 0, 0))


def cyclic(_: Parts) -> bytes:
    """An allocation table in which the stream leads back to its own beginning."""
    data = bytearray(make_ole(["Workbook"], GLOBALS + bytes(20_000)))
    data[512 + 4 * 5 : 512 + 4 * 5 + 4] = struct.pack("<I", 2)
    return bytes(data)


def cyclic_directory(_: Parts) -> bytes:
    data = bytearray(make_ole(["Workbook"], GLOBALS + bytes(20_000)))
    data[512 + 4 : 512 + 8] = struct.pack("<I", 1)
    return bytes(data)


def huge_difat(_: Parts) -> bytes:
    data = bytearray(make_ole(["Workbook"], GLOBALS + bytes(20_000)))
    data[44:48] = struct.pack("<I", 0xFFFFFFF)
    data[68:76] = struct.pack("<II", 3, 0xFFFFFFF)
    return bytes(data)


def cyclic_difat(_: Parts) -> bytes:
    """A table of allocation sectors whose next sector is itself."""
    data = bytearray(make_ole(["Workbook"], GLOBALS + struct.pack("<I", 2) * 6000))
    data[68:76] = struct.pack("<II", 3, 0x7FFFFFFF)
    at = (3 + 2) * 512 - 4
    data[at : at + 4] = struct.pack("<I", 3)
    return bytes(data)


def lying_records(_: Parts) -> bytes:
    """Shared strings whose count and lengths have no room in the record, and a sheet that starts nowhere."""
    strings = biff(0xFC, struct.pack("<II", 0xFFFFFFFF, 0xFFFFFFFF) + b"\xff\xff\x08" + b"\xff" * 60)
    sheet = biff(0x85, struct.pack("<IBBBB", 0x7FFFFFFF, 0, 0, 1, 0) + b"S")
    return make_ole(["Workbook"], (GLOBALS + strings + sheet + biff(0x0A, b"")).ljust(8000, b"\0"))


def far_record(_: Parts) -> bytes:
    """Two cells in the corners of a sheet, which a reader lays out whole."""
    sheet_at = len(GLOBALS) + 4 + 9 + 4
    begin = biff(0x809, struct.pack("<HHHHII", 0x600, 0x10, 0, 0, 0, 0))
    cells = b"".join(biff(0x203, struct.pack("<HHHd", row, col, 0, 1.0)) for row, col in ((0, 0), (65535, 65535)))
    sheet = biff(0x85, struct.pack("<IBBBB", sheet_at, 0, 0, 1, 0) + b"S")
    stream = GLOBALS + sheet + biff(0x0A, b"") + begin + cells + biff(0x0A, b"")
    return make_ole(["Workbook"], stream.ljust(8000, b"\0"))


def false_size(_: Parts) -> bytes:
    size = biff(0x200, struct.pack("<IIHHH", 0x80000000, 5, 0, 5, 0))
    return make_ole(["Workbook"], (GLOBALS + biff(0x0A, b"") + GLOBALS + size + biff(0x0A, b"")).ljust(8000, b"\0"))


def many_records(_: Parts) -> bytes:
    """Seven million empty records."""
    return make_ole_long(GLOBALS + biff(0x0A, b"") + biff(0x99, b"") * 1_700_000)


def make_ole_long(stream: bytes) -> bytes:
    """Make a compound file whose allocation table takes many sectors (up to 109)."""
    count = -(-len(stream) // 512)
    tables = -(-(count + 110) // 128)
    first = tables + 1
    table = [0xFFFFFFFD] * tables + [0xFFFFFFFE] + [first + 1 + at for at in range(count - 1)] + [0xFFFFFFFE]
    table += [0xFFFFFFFF] * (tables * 128 - len(table))
    small = make_ole(["Workbook"], b"x" * 5000)
    header = bytearray(small[:512])
    header[44:52] = struct.pack("<II", tables, tables)
    header[76 : 76 + 4 * tables] = struct.pack(f"<{tables}I", *range(tables))
    directory = bytearray(small[1024:1536])
    at = 128 + 116
    directory[at : at + 12] = struct.pack("<IQ", first, len(stream))
    return bytes(header) + struct.pack(f"<{len(table)}I", *table) + bytes(directory) + stream.ljust(count * 512, b"\0")


def xlsb_record(kind: int, body: bytes = b"") -> bytes:
    head = bytes([kind]) if kind < 128 else bytes([kind & 0x7F | 0x80, kind >> 7])
    size, length = len(body), b""
    while True:
        length += bytes([size & 0x7F | (0x80 if size > 0x7F else 0)])
        size >>= 7
        if not size:
            return head + length + body


def xlsb(sheet: Callable[[], bytes], book: bytes = b"", strings: bytes = b"") -> Maker:
    """Make an .xlsb of one sheet."""

    def make(_: Parts) -> bytes:
        types = (
            b'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="bin"'
            b' ContentType="application/vnd.ms-excel.sheet.binary.macroEnabled.main"/></Types>'
        )
        relation = (
            b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1"'
            b' Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/%s" Target="%s"/></Relationships>'
        )
        text = struct.pack("<I", 4) + "rId1".encode("utf-16-le") + struct.pack("<I", 1) + "S".encode("utf-16-le")
        listed = xlsb_record(143) + xlsb_record(156, struct.pack("<II", 0, 1) + text) + xlsb_record(144)
        more = {"xl/sharedStrings.bin": strings} if strings else {}
        return packed(
            {
                "[Content_Types].xml": types,
                "_rels/.rels": relation % (b"officeDocument", b"xl/workbook.bin"),
                "xl/_rels/workbook.bin.rels": relation % (b"worksheet", b"worksheets/sheet1.bin"),
                "xl/workbook.bin": book or xlsb_record(131) + listed + xlsb_record(132),
                "xl/worksheets/sheet1.bin": sheet(),
                **more,
            }
        )

    return make


def xlsb_sheet(*records: bytes, size: tuple[int, int, int, int] = (0, 1, 0, 1)) -> Callable[[], bytes]:
    body = xlsb_record(129) + xlsb_record(148, struct.pack("<IIII", *size)) + xlsb_record(145)
    return lambda: body + b"".join(records) + xlsb_record(146) + xlsb_record(130)


def xlsb_row(row: int) -> bytes:
    return xlsb_record(0, struct.pack("<IIHBBB", row, 0, 300, 0, 0, 0) + struct.pack("<I", 0))


def xlsb_number(col: int) -> bytes:
    return xlsb_record(5, struct.pack("<IId", col, 0, 1.0))


EXTERNAL = b'<externalLink xmlns="%s">%%s</externalLink>' % MAIN
DDE_LINK = EXTERNAL % b'<ddeLink ddeService="cmd" ddeTopic="/c calc"><ddeItems><ddeItem name="A0"/></ddeItems></ddeLink>'
OLE_LINK = EXTERNAL % b'<oleLink progId="Package"/>'
TRUNCATED = b"\x80" * 400


def of_parts(names: Iterable[str], name: str, maker: Callable[[str], Maker]) -> dict[str, Maker]:
    """Give one case for each part."""
    return {f"{name} in {part}": maker(part) for part in names}


PARTS = (BOOK, SHEET, STRINGS, STYLES, CUSTOM, CORE, APP, RELS, "_rels/.rels", TYPES, "xl/theme/theme1.xml")

REFUSED: dict[str, tuple[Maker, frozenset[str]]] = {}
"""name -> (maker, codes of which one must be the refusal)."""


def case(name: str, maker: Maker, *codes: str) -> None:
    assert name not in REFUSED
    REFUSED[name] = (maker, frozenset(codes))


case("bomb of 5 GB", lambda parts: bomb(SHEET, 5 << 30), "ZIP_BOMB")
case("bomb of 5 GB that lies", lambda parts: bomb(SHEET, 5 << 30, 1000), "ZIP_BOMB")
case("bomb in forty members", many_members, "ZIP_BOMB")
case("overlapping bomb", quoted_overlap, "ZIP_OVERLAP", "ZIP_BOMB", "AMBIGUOUS")
case("lying size", lying_size, "ZIP_BROKEN")
case("too many members", lambda parts: packed({**parts, **{f"{at}.bin": b"" for at in range(60_000)}}), "ZIP_BOMB")
case("nested zips", lambda parts: nested(8), "FILE_TYPE")
case("zip of workbooks", lambda parts: zipped({"a.xlsx": zipped(parts), "b.xlsx": zipped(parts)}), "FILE_TYPE")
for climbing in ("../../../etc/cron.d/x.xml", "/etc/passwd", "xl/../../x.xml", "C:\\x.xml", "xl\\..\\x.xml", "//host/x.xml", "xl/\x00.xml"):
    case(f"name {climbing!r}", named(climbing), "ZIP_NAME", "AMBIGUOUS")
for text, kind in ((laughs(), "billion laughs"), (quadratic(), "quadratic blowup"), (PARAMETER, "parameter entity")):
    for part in PARTS:
        case(f"{kind} in {part}", doctype(part, text), "XML_DOCTYPE")
for encoding in ("utf-16", "utf-16-le", "utf-32", "utf-7"):
    case(f"billion laughs in {encoding}", doctype(SHEET, laughs(), encoding=encoding), "XML_ENCODING", "XML_BROKEN", "XML_DOCTYPE")
for part in PARTS:
    case(f"deep nesting in {part}", inside(part, deep()), "XML_DEEP")
    case(f"a million attributes in {part}", inside(part, attributes()), "XML_MUCH")
    case(f"a million elements in {part}", inside(part, times(b"<d/>")), "XML_MUCH")
    case(f"an attribute of 10 MB in {part}", inside(part, long_attribute), "XML_MUCH")
case("a string of 60 MB", before(STRINGS, b"</sst>", long_string), "XML_MUCH")
case("a wide string of 50 MB", before(STRINGS, b"</sst>", wide_string), "XML_MUCH")
case("an inline string of 60 MB", before(SHEET, b"</sheetData>", lambda: b'<row r="9000"><c r="A9000" t="inlineStr"><is><t>' + b"x" * (60 << 20) + b"</t></is></c></row>"), "XML_MUCH")
case("a comment of 60 MB", inside(SHEET, lambda: b"<!--" + b"x" * (60 << 20) + b"-->"), "XML_MUCH")
case("a processing instruction of 60 MB", inside(SHEET, lambda: b"<?x " + b"x" * (60 << 20) + b"?>"), "XML_MUCH")
case("100,000 cell formats", before(STYLES, b"</cellXfs>", styles(b'<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>')), "XML_MUCH")
case("100,000 cell formats in few bytes", before(STYLES, b"</cellXfs>", styles(b"<xf/>")), "XML_MUCH")
case("100,000 fonts", before(STYLES, b"</fonts>", styles(b'<font><name val="x"/></font>')), "XML_MUCH")
case("100,000 fills", before(STYLES, b"</fills>", styles(b"<fill/>")), "XML_MUCH")
case("100,000 conditional styles", before(STYLES, b"</dxfs>", styles(b"<dxf/>")), "XML_MUCH")
case("100,000 number formats", before(STYLES, b"</numFmts>", lambda: b"".join(b'<numFmt numFmtId="%d" formatCode="0"/>' % at for at in range(1000, 101_000))), "XML_MUCH")
case("a number format of 1 MB", before(STYLES, b"</numFmts>", lambda: b'<numFmt numFmtId="999" formatCode="' + b"0" * (1 << 20) + b'"/>'), "XML_MUCH")
case("a million merged areas", before(SHEET, b"</worksheet>", lambda: b"<mergeCells>" + b'<mergeCell ref="A1:B1"/>' * MANY + b"</mergeCells>"), "XML_MUCH")
case("a million validations", before(SHEET, b"</worksheet>", lambda: b"<dataValidations>" + b'<dataValidation sqref="A1"/>' * MANY + b"</dataValidations>"), "XML_MUCH")
case("a validation of a million areas", before(SHEET, b"</worksheet>", lambda: b'<dataValidations><dataValidation type="list" sqref="' + b"A1 " * MANY + b'"/></dataValidations>'), "XML_MUCH")
case("a million conditional formats", before(SHEET, b"</worksheet>", times(b'<conditionalFormatting sqref="A1"/>')), "XML_MUCH")
case("a million links", before(SHEET, b"</worksheet>", lambda: b"<hyperlinks>" + b'<hyperlink ref="A1"/>' * MANY + b"</hyperlinks>"), "XML_MUCH")
case("a million names", before(BOOK, b"</definedNames>", numbered(b'<definedName name="n%d">S!$A$1</definedName>')), "XML_MUCH")
case("a million comments", lambda parts: packed({**parts, "xl/comments1.xml": b'<comments xmlns="' + MAIN + b'"><commentList>' + b'<comment ref="A1"/>' * MANY + b"</commentList></comments>"}), "XML_MUCH")
case("a million relations", before(RELS, b"</Relationships>", numbered(b'<Relationship Id="n%d" Type="x" Target="y"/>', 400_000)), "XML_MUCH")
case("a million properties", before(CUSTOM, b"</Properties>", numbered(b'<property name="n%d"/>')), "XML_MUCH")
case("a million strings", before(STRINGS, b"</sst>", times(b"<si/>")), "XML_MUCH")
case("a false count of strings", false_count, "STRINGS_FALSE")
case("a false dimension", dimension, "DIMENSION_FALSE")
case("a far cell", first_row(FAR), "CELL_FAR")
case("a row that lies", first_row(b'<row r="9000"><c r="A1"><v>1</v></c></row>'), "AMBIGUOUS")
case("a cell that lies", first_row(b'<row r="9000"><c r="XFE9000"><v>1</v></c></row>'), "CELL_BROKEN")
case("a row beyond the sheet", first_row(b'<row r="1048577"><c r="A1048577"><v>1</v></c></row>'), "CELL_BROKEN")
case("20 sheets of 500,000 rich cells", million_sheets(rich, 20, 25_000, 20), "XML_MUCH", "ZIP_BOMB", "TOO_MANY_CELLS")
case("20 sheets of 500,000 minimal cells", million_sheets(minimal, 20, 100, 5_000), "XML_MUCH", "TOO_MANY_CELLS", "ZIP_BOMB")
case("20 sheets of 150,000 cells", million_sheets(rich, 20, 7_500, 20), "TOO_MANY_CELLS", "ZIP_BOMB", "XML_MUCH")
case("ods box", ods(ODS_BOX), "CELL_FAR")
case("ods repeats that hold nothing else", ods(ODS_BOX.replace("16384", "1000").replace("1048576", "2001")), "CELL_FAR")
case("ods with a million rows", ods_rows(ODS_CELL, 400_000), "XML_MUCH", "TOO_MANY_CELLS")
for text, kind in ((laughs(), "billion laughs"), (quadratic(), "quadratic blowup"), (PARAMETER, "parameter entity")):
    case(f"ods {kind} in content.xml", ods(ODS_CELL, text.decode()), "XML_DOCTYPE")
    for part in ("meta.xml", "META-INF/manifest.xml", "styles.xml", "settings.xml"):
        case(f"ods {kind} in {part}", ods_part(part, text + b"<x/>"), "XML_DOCTYPE")
case("ods deep nesting", ods("<x>" * 100_000 + "</x>" * 100_000), "XML_DEEP")
case("ods a million elements in meta.xml", ods_part("meta.xml", b"<x>" + b"<d/>" * MANY + b"</x>"), "XML_MUCH")
case("ods a text of 60 MB", lambda parts: packed_ods(f'<table:table-row><table:table-cell office:value-type="string"><text:p>{"x" * (60 << 20)}</text:p></table:table-cell></table:table-row>'), "XML_MUCH")
case("ods blanks by the million", lambda parts: packed_ods('<table:table-row><table:table-cell office:value-type="string"><text:p>' + '<text:s text:c="32767"/>' * 20_000 + "</text:p></table:table-cell></table:table-row>"), "XML_MUCH")
case("xls cyclic allocation", cyclic, "OLE_BROKEN", "UNREADABLE")
case("xls cyclic directory", cyclic_directory, "OLE_BROKEN", "UNREADABLE")
case("xls huge DIFAT", huge_difat, "OLE_BROKEN", "UNREADABLE")
case("xls cyclic DIFAT", cyclic_difat, "OLE_BROKEN", "UNREADABLE")
case("xls records that lie", lying_records, "OLE_BROKEN", "UNREADABLE", "READER_DIED")
case("xls far cells", far_record, "OLE_BROKEN", "UNREADABLE", "READER_DIED", "CELL_FAR")
case("xls size that ends before it begins", false_size, "DIMENSION_FALSE")
case("xls millions of records", many_records, "OLE_BROKEN", "UNREADABLE", "READER_DIED", "NO_PASSPORT", "TOO_MANY_CELLS")
case("xlsb far cells", xlsb(xlsb_sheet(xlsb_row(0), xlsb_number(0), xlsb_row(1048575), xlsb_number(16383))), "CELL_FAR", "READER_DIED", "UNREADABLE")
case("xlsb false size", xlsb(xlsb_sheet(xlsb_row(0), xlsb_number(0), size=(0, 0xFFFFFFFF, 0, 0xFFFFFFFF))), "CELL_FAR", "DIMENSION_FALSE")
case("xlsb many records", xlsb(lambda: xlsb_sheet(xlsb_row(0), *[xlsb_number(0)] * 1_500_000)()), "TOO_MANY_CELLS", "READER_DIED", "UNREADABLE")
case("xlsb lengths that run on", xlsb(lambda: TRUNCATED), "UNREADABLE", "READER_DIED")
case("xlsb false count of strings", xlsb(xlsb_sheet(), strings=xlsb_record(159, struct.pack("<II", 0xFFFFFFFF, 0xFFFFFFFF))), "READER_DIED", "UNREADABLE", "NO_PASSPORT", "STRINGS_FALSE")


# 6. What can act, put into the good form: the agency is known, so the file goes back to it

ENTRY = re.compile(rb'<c r="(C[0-9]+)"( s="[0-9]+")?(?:/>|[^>]*>.*?</c>)', re.S)


def formula(text: bytes) -> Maker:
    """Put a formula into the first cell of column C of a sheet."""
    return lambda parts: packed({**parts, SHEET: ENTRY.sub(rb'<c r="\1"\2 t="str"><f>' + text + b"</f><v>x</v></c>", parts[SHEET], count=1)})


RETURNED: dict[str, tuple[Maker, frozenset[str]]] = {
    "DDE formula": (formula(b"cmd|'/c calc'!A0"), frozenset({"LIVE_FORMULA"})),
    "HYPERLINK formula": (formula(b'HYPERLINK("http://x.example/?a","y")'), frozenset({"LIVE_FORMULA"})),
    "WEBSERVICE formula": (formula(b'_xlfn.WEBSERVICE("http://x.example/")'), frozenset({"LIVE_FORMULA"})),
    "DDE link": (lambda parts: packed({**parts, "xl/externalLinks/externalLink1.xml": DDE_LINK}), frozenset({"LIVE_PART"})),
    "embedded zip": (lambda parts: packed({**parts, "xl/embeddings/oleObject1.bin": nested(2)}), frozenset({"EMBEDDED"})),
    "embedded workbook": (lambda parts: packed({**parts, "xl/embeddings/Book1.xlsx": packed(parts)}), frozenset({"EMBEDDED"})),
    "zip as a picture": (lambda parts: packed({**parts, "xl/media/image1.png": nested(2)}), frozenset({"EMBEDDED"})),
}
NAMED = (
    "bomb of 5 GB", "nested zips", "billion laughs in xl/worksheets/sheet2.xml", "a false dimension", "100,000 cell formats",
    "DDE formula", "HYPERLINK formula", "name '../../../etc/cron.d/x.xml'", "20 sheets of 500,000 rich cells", "embedded zip",
)  # fmt: skip
"""The cases that every run measures."""
