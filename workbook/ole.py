"""The compound file that an old Excel file is: its allocation table, directory and streams; chains that run in circles."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence

from workbook.scan import Refusal

_FREE = 0xFFFFFFFA
"""Sector numbers from here on are marks (end of chain, free, table), never sectors."""
_IN_HEADER = 109
"""Sectors of the allocation table that the header itself lists."""
_MOST_ENTRIES = 1 << 20


def check(data: bytes) -> None:
    """Refuse chains that run in circles or share sectors with themselves: readers follow them for ever."""
    numbers = table(data, strict=True)
    _walk(numbers, _u32(data, 48), "directory")
    for name, (first, size) in directory(data).items():
        if size and (size >= 4096 or name == "Root Entry"):
            _walk(numbers, first, name)
    _walk(numbers, _u32(data, 60), "short sectors")


def table(data: bytes, *, strict: bool = False) -> Sequence[int]:
    """Give the allocation table: the next sector of every sector, as far as the file holds it.

    `strict`: raise Refusal when the list of its own sectors runs in a circle or is longer than the file.
    """
    size = sector_size(data)
    listed = [number for number in struct.unpack_from(f"<{_IN_HEADER}I", data.ljust(512, b"\0"), 76) if number < _FREE]
    seen: set[int] = set()
    following = _u32(data, 68)
    while following < _FREE:
        sector = _sector(data, following, size)
        if following in seen or len(sector) < size:
            if strict:
                raise Refusal("OLE_BROKEN", what="allocation table")
            break
        seen.add(following)
        numbers = struct.unpack(f"<{size // 4}I", sector)
        listed += [number for number in numbers[:-1] if number < _FREE]
        following = numbers[-1]
    if strict and (len(set(listed)) < len(listed) or _u32(data, 72) > len(data) // size + 1):
        raise Refusal("OLE_BROKEN", what="allocation table")
    found: list[int] = []
    for number in dict.fromkeys(listed):
        sector = _sector(data, number, size)
        found += struct.unpack(f"<{len(sector) // 4}I", sector[: len(sector) // 4 * 4])
    return found


def directory(data: bytes) -> dict[str, tuple[int, int]]:
    """List the entries of the directory: name -> (first sector, size)."""
    raw = chain(data, table(data), _u32(data, 48), _MOST_ENTRIES)
    entries: dict[str, tuple[int, int]] = {}
    for at in range(0, len(raw) - 127, 128):
        length = int.from_bytes(raw[at + 64 : at + 66], "little")
        if 2 <= length <= 64:
            name = raw[at : at + length - 2].decode("utf-16-le", "replace")
            entries.setdefault(name, (_u32(raw, at + 116), _u32(raw, at + 120)))
    return entries


def workbook_stream(data: bytes) -> bytes:
    """Give the workbook's stream of records out of an OLE file, b"" when there is none."""
    entries = directory(data)
    return next((stream(data, entries, name, len(data)) for name in ("Workbook", "Book") if name in entries), b"")


def stream(data: bytes, entries: Mapping[str, tuple[int, int]], name: str, limit: int) -> bytes:
    """Give a stream up to `limit` bytes; short ones stand together in the stream of the root."""
    first, size = entries[name]
    numbers = table(data)
    if size >= 4096:
        return chain(data, numbers, first, min(size, limit))
    root = entries.get("Root Entry")
    return chain(data, numbers, root[0], 1 << 22)[first * 64 :][:size] if root else b""


def chain(data: bytes, numbers: Sequence[int], first: int, limit: int) -> bytes:
    """Read a chain of sectors up to `limit` bytes; a chain that leads nowhere ends there."""
    size = sector_size(data)
    out = bytearray()
    seen: set[int] = set()
    while first < _FREE and first not in seen and len(out) < limit:
        seen.add(first)
        sector = _sector(data, first, size)
        out += sector
        if not sector or first >= len(numbers):
            break
        first = numbers[first]
    return bytes(out[:limit])


def sector_size(data: bytes) -> int:
    """Give the size of a sector in bytes."""
    return 4096 if data[30:32] == b"\x0c\x00" else 512


def _walk(numbers: Sequence[int], first: int, name: str) -> None:
    seen: set[int] = set()
    while first < len(numbers):
        if first in seen:
            raise Refusal("OLE_BROKEN", what=name[:60])
        seen.add(first)
        first = numbers[first]


def _sector(data: bytes, number: int, size: int) -> bytes:
    return data[(number + 1) * size : (number + 2) * size]


def _u32(data: bytes, at: int) -> int:
    return int.from_bytes(data[at : at + 4], "little")
