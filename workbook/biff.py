"""What the values of an old or binary Excel file leave out: error values, merged areas, hidden rows and columns.

calamine gives an error as a blank; here the records are walked once more ([MS-XLS] 2.4, [MS-XLSB] 2.4). What can't be
walked gives nothing: these kinds of files are read as well as they can be.
"""

from __future__ import annotations

import posixpath
import re
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice

from workbook.address import Cell
from workbook.extent import wide_records
from workbook.ole import workbook_stream
from workbook.scan import Refusal
from workbook.unzip import contents

_ERRORS = {0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A"}
_BOF, _EOF, _SHEET, _FORMULA, _BOOLERR, _ROW, _COLUMN, _MERGED = 0x809, 0x0A, 0x85, 0x06, 0x205, 0x208, 0x7D, 0xE5
_FORMAT, _LOOK, _NUMBER, _RK, _RKS = 0x41E, 0xE0, 0x203, 0x27E, 0xBD
_BIFF8 = 0x600
_MOST = 2_000_000
"""Records that are walked at most."""
_B_ROW, _B_ERROR, _B_FORMULA_ERROR, _B_SHEET = 0, 3, 11, 156
_RELATION = re.compile(rb'Id="([^"]+)"[^>]*Target="([^"]+)"|Target="([^"]+)"[^>]*Id="([^"]+)"')


@dataclass
class Anatomy:
    """What one sheet has beside its values."""

    errors: dict[Cell, str] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_cols: set[int] = field(default_factory=set)
    merged: list[tuple[Cell, Cell]] = field(default_factory=list)
    numbers: set[Cell] = field(default_factory=set)
    """Cells with a format like `[$-D00041E]General`, which calamine takes for a date."""


def anatomy(kind: str, data: bytes) -> Mapping[str, Anatomy]:
    """Give the anatomy of each sheet by its name; of an .xlsb only the errors."""
    try:
        return dict(_of_xls(workbook_stream(data)) if kind == "xls" else _of_xlsb(data))
    except (struct.error, IndexError, KeyError, UnicodeDecodeError, Refusal):
        return {}


def _records(stream: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    for _ in range(_MOST):
        if at + 4 > len(stream):
            return
        kind, size = struct.unpack_from("<HH", stream, at)
        yield kind, stream[at + 4 : at + 4 + size]
        at += 4 + size


def _of_xls(stream: bytes) -> Iterator[tuple[str, Anatomy]]:
    general, looks, listed = {0}, list[int](), list[tuple[str, int]]()
    for kind, body in _records(stream, 0):
        if kind == _BOF and struct.unpack_from("<H", body)[0] != _BIFF8:
            return
        if kind == _EOF:
            break
        if kind == _FORMAT:
            number, size, flags = struct.unpack_from("<HHB", body)
            if "general" in _narrow_text(body[5:], size, flags & 1).casefold():
                general.add(number)
        elif kind == _LOOK:
            looks.append(struct.unpack_from("<HH", body)[1])
        elif kind == _SHEET:
            listed.append((_narrow_text(body[8:], body[6], body[7] & 1), struct.unpack_from("<I", body)[0]))
    plain = frozenset(at for at, look in enumerate(looks) if look in general)
    for name, start in listed:
        yield name, _xls_sheet(stream, start, plain)


def _narrow_text(data: bytes, size: int, wide: int) -> str:
    return data[: size * (1 + wide)].decode("utf-16-le" if wide else "latin-1")


def _xls_sheet(stream: bytes, start: int, plain: frozenset[int]) -> Anatomy:
    found = Anatomy()
    depth = 0
    for kind, body in _records(stream, start):
        # Charts stand within a sheet with a beginning and end of their own.
        depth += (kind == _BOF) - (kind == _EOF)
        if depth == 0:
            break
        if depth == 1:
            _take(found, kind, body)
            found.numbers.update(cell for cell, look in _looks(kind, body) if look in plain)
    return found


def _looks(kind: int, body: bytes) -> Iterator[tuple[Cell, int]]:
    """Give the cells of a record that hold numbers, each with the number of its look."""
    if kind in (_NUMBER, _RK, _FORMULA):
        row, col, look = struct.unpack_from("<HHH", body)
        yield Cell(row + 1, col + 1), look
    elif kind == _RKS:
        row, first = struct.unpack_from("<HH", body)
        for at in range((len(body) - 6) // 6):
            yield Cell(row + 1, first + at + 1), struct.unpack_from("<H", body, 4 + 6 * at)[0]


def _take(found: Anatomy, kind: int, body: bytes) -> None:
    if kind in (_FORMULA, _BOOLERR):
        row, col = struct.unpack_from("<HH", body)
        error = body[12:14] == b"\xff\xff" and body[6] == 2 if kind == _FORMULA else body[7] == 1
        if error:
            found.errors[Cell(row + 1, col + 1)] = _ERRORS.get(body[8] if kind == _FORMULA else body[6], "#VALUE!")
    elif kind == _ROW and body[12] & 0x20:
        found.hidden_rows.add(struct.unpack_from("<H", body)[0] + 1)
    elif kind == _COLUMN and body[8] & 1:
        first, last = struct.unpack_from("<HH", body)
        found.hidden_cols.update(range(first + 1, min(last, 255) + 2))
    elif kind == _MERGED:
        (count,) = struct.unpack_from("<H", body)
        for at in range(count):
            top, bottom, left, right = struct.unpack_from("<HHHH", body, 2 + 8 * at)
            found.merged.append((Cell(top + 1, left + 1), Cell(bottom + 1, right + 1)))


def _of_xlsb(data: bytes) -> Iterator[tuple[str, Anatomy]]:
    _, parts = contents(data)
    targets: dict[str, str] = {}
    for one, to, to_too, one_too in _RELATION.findall(parts["xl/_rels/workbook.bin.rels"]):
        target = posixpath.join("/xl", (to or to_too).decode())
        targets[(one or one_too).decode()] = posixpath.normpath(target).lstrip("/")
    for kind, body in _wide_records(parts["xl/workbook.bin"]):
        if kind == _B_SHEET:
            relation, rest = _wide_text(body, 8)
            name, _ = _wide_text(body, rest)
            yield name, _xlsb_sheet(parts[targets[relation]])


def _wide_text(body: bytes, at: int) -> tuple[str, int]:
    (count,) = struct.unpack_from("<I", body, at)
    end = at + 4 + 2 * count
    return body[at + 4 : end].decode("utf-16-le"), end


def _xlsb_sheet(data: bytes) -> Anatomy:
    found = Anatomy()
    row = 0
    for kind, body in _wide_records(data):
        if kind == _B_ROW:
            row = struct.unpack_from("<I", body)[0] + 1
        elif kind in (_B_ERROR, _B_FORMULA_ERROR):
            found.errors[Cell(row, struct.unpack_from("<I", body)[0] + 1)] = _ERRORS.get(body[8], "#VALUE!")
    return found


def _wide_records(data: bytes) -> Iterator[tuple[int, bytes]]:
    return ((kind, data[at : at + size]) for kind, at, size in islice(wide_records(data), _MOST))
