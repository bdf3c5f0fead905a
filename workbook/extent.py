"""How far the cells of an old or binary Excel file reach, before a reader lays them all out; the records are only counted."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping

from workbook.address import MAX_COL, MAX_ROW, Cell
from workbook.scan import MAX_BOX, MAX_BOXES, Refusal

MAX_RECORDS = 1_000_000
"""Records of a workbook: a form has some thousands."""
_CELLS = frozenset({0x06, 0xBD, 0xD6, 0xFD, 0x203, 0x204, 0x205, 0x27E})
"""Formula, numbers, rich text, shared text, number, text, truth or error, short number ([MS-XLS] 2.4)."""
_MANY, _BOF, _SHEET, _SIZE = 0xBD, 0x809, 0x85, 0x200
_WIDE_CELLS = frozenset(range(2, 12))
_WIDE_ROW, _WIDE_SIZE = 0, 148


def check_xls(stream: bytes) -> None:
    """Refuse an old Excel file with cells far outside, or with more records than a form could have."""
    room, sheet, names = MAX_BOXES, "", dict[int, str]()
    bottom = right = at = count = 0
    while at + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, at)
        count += 1
        if count > MAX_RECORDS:
            raise Refusal("TOO_MANY_CELLS", part="Workbook", sheet="")
        if kind == _BOF:
            room, bottom, right, sheet = room - bottom * right, 0, 0, names.get(at, "")
        elif kind == _SIZE and size >= 12:
            _check_size(sheet, struct.unpack_from("<IIHH", stream.ljust(at + 16, b"\0"), at + 4))
        elif kind == _SHEET and size >= 8:
            names |= _listed(stream[at + 4 : at + 4 + size])
        elif kind in _CELLS and size >= 6 and at + 10 <= len(stream):
            row, col = struct.unpack_from("<HH", stream, at + 4)
            last = col + (size - 6) // 6 - 1 if kind == _MANY else col
            bottom, right = max(bottom, row + 1), max(right, last + 1)
            _check_box(sheet, (bottom, right), room)
        at += 4 + size


def _check_size(sheet: str, stated: tuple[int, ...]) -> None:
    """Refuse a stated size that ends before it begins or outside every sheet: readers reserve room by it."""
    top, bottom, left, right = stated
    if top > bottom or left > right or bottom > MAX_ROW or right > MAX_COL:
        raise Refusal("DIMENSION_FALSE", sheet=sheet, ref=" ".join(map(str, stated)))


def _listed(body: bytes) -> dict[int, str]:
    """Read where a sheet begins, and its name."""
    text = body[8 : 8 + body[6] * 2].decode("utf-16-le", "replace") if body[7] & 1 else body[8 : 8 + body[6]].decode("latin-1")
    return {int.from_bytes(body[:4], "little"): text} if len(body) >= 8 else {}


def check_xlsb(parts: Mapping[str, bytes]) -> None:
    """Refuse a binary Excel file with cells far outside, or with more records than a form could have."""
    room, count = MAX_BOXES, 0
    for name, part in parts.items():
        if not name.startswith("xl/worksheets/"):
            continue
        row = bottom = right = 0
        for kind, at, size in wide_records(part):
            count += 1
            if count > MAX_RECORDS:
                raise Refusal("TOO_MANY_CELLS", part=name[:200], sheet="")
            if kind == _WIDE_SIZE and size >= 16:
                _check_size(name, struct.unpack_from("<IIII", part.ljust(at + 16, b"\0"), at))
            elif kind == _WIDE_ROW and size >= 4:
                row = int.from_bytes(part[at : at + 4], "little") + 1
            elif kind in _WIDE_CELLS and size >= 4:
                bottom, right = max(bottom, row), max(right, int.from_bytes(part[at : at + 4], "little") + 1)
                _check_box(name, (bottom, right), room)
        room -= bottom * right


def _check_box(sheet: str, corner: tuple[int, int], room: int) -> None:
    row, col = corner
    if row * col > min(MAX_BOX, room) or row > MAX_ROW or col > MAX_COL:
        raise Refusal("CELL_FAR", sheet=sheet, cell=Cell(min(row, MAX_ROW), min(col, MAX_COL)).a1())


def wide_records(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Walk records whose type and length stand in groups of seven bits: (type, where its body begins, size of the body)."""
    at, end = 0, len(data)
    try:
        while at < end:
            kind = data[at]
            at += 1
            if kind & 0x80:
                kind = kind & 0x7F | data[at] << 7
                at += 1
            size, at = _size(data, at)
            yield kind, at, size
            at += size
    except IndexError:
        return


def _size(data: bytes, at: int) -> tuple[int, int]:
    size = 0
    for shift in (0, 7, 14, 21):
        byte = data[at]
        at += 1
        size |= (byte & 0x7F) << shift
        if not byte & 0x80:
            break
    return size, at
