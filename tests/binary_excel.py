"""Writes what an openpyxl workbook holds as an Excel binary workbook (.xlsb), since no free program saves this kind of file."""

from __future__ import annotations

import struct
import zipfile
from pathlib import Path
from typing import Any

_TYPES = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="bin" ContentType="application/vnd.ms-excel.sheet.binary.macroEnabled.main"/><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>{sheets}</Types>"""
_SHEET_TYPE = '<Override PartName="/xl/worksheets/sheet{n}.bin" ContentType="application/vnd.ms-excel.worksheet"/>'
_RELS = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{items}</Relationships>"""
_REL = '<Relationship Id="rId{n}" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}" Target="{target}"/>'
_BEGIN_BOOK, _END_BOOK, _BEGIN_SHEETS, _END_SHEETS, _SHEET = 131, 132, 143, 144, 156
_BEGIN_SHEET, _END_SHEET, _BEGIN_DATA, _END_DATA, _SIZE, _ROW = 129, 130, 145, 146, 148, 0
_ERROR, _BOOL, _REAL, _TEXT = 3, 4, 5, 6
_ERRORS = {"#DIV/0!": 0x07, "#REF!": 0x17, "#N/A": 0x2A}


def _record(kind: int, body: bytes = b"") -> bytes:
    """One record: its type and length in groups of seven bits, as [MS-XLSB] 2.1.4 says."""
    head = bytes([kind]) if kind < 128 else bytes([kind & 0x7F | 0x80, kind >> 7])
    size, length = len(body), b""
    while True:
        length += bytes([size & 0x7F | (0x80 if size > 0x7F else 0)])
        size >>= 7
        if not size:
            return head + length + body


def _text(text: str) -> bytes:
    wide = text.encode("utf-16-le")
    return struct.pack("<I", len(wide) // 2) + wide


def _cell(col: int, value: Any) -> bytes:
    place = struct.pack("<II", col - 1, 0)
    if isinstance(value, bool):
        return _record(_BOOL, place + bytes([value]))
    if isinstance(value, int | float):
        return _record(_REAL, place + struct.pack("<d", value))
    if value in _ERRORS:
        return _record(_ERROR, place + bytes([_ERRORS[value]]))
    return _record(_TEXT, place + _text(str(value)))


def _sheet(sheet: Any) -> bytes:
    parts = [_record(_BEGIN_SHEET)]
    parts.append(_record(_SIZE, struct.pack("<IIII", 0, sheet.max_row - 1, 0, sheet.max_column - 1)))
    parts.append(_record(_BEGIN_DATA))
    for row in sheet.iter_rows():
        held = [cell for cell in row if cell.value is not None]
        if held:
            parts.append(_record(_ROW, struct.pack("<IIHBBB", held[0].row - 1, 0, 300, 0, 0, 0) + struct.pack("<I", 0)))
            parts += [_cell(cell.column, cell.value) for cell in held]
    return b"".join([*parts, _record(_END_DATA), _record(_END_SHEET)])


def save(book: Any, path: Path) -> Path:
    """Save the values of a workbook (formulas must be values already); hidden sheets stay hidden."""
    names = book.sheetnames
    listed = [
        _record(_SHEET, struct.pack("<II", 0 if book[name].sheet_state == "visible" else 1, n) + _text(f"rId{n}") + _text(name))
        for n, name in enumerate(names, 1)
    ]
    body = [_record(_BEGIN_BOOK), _record(_BEGIN_SHEETS), *listed, _record(_END_SHEETS), _record(_END_BOOK)]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("[Content_Types].xml", _TYPES.format(sheets="".join(_SHEET_TYPE.format(n=n + 1) for n in range(len(names)))))
        made.writestr("_rels/.rels", _RELS.format(items=_REL.format(n=1, kind="officeDocument", target="xl/workbook.bin")))
        rels = "".join(_REL.format(n=n, kind="worksheet", target=f"worksheets/sheet{n}.bin") for n in range(1, len(names) + 1))
        made.writestr("xl/_rels/workbook.bin.rels", _RELS.format(items=rels))
        made.writestr("xl/workbook.bin", b"".join(body))
        for n, name in enumerate(names, 1):
            made.writestr(f"xl/worksheets/sheet{n}.bin", _sheet(book[name]))
    return path
