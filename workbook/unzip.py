"""The members of a zip within limits: its directory read strictly, its content measured by inflating."""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator
from typing import NamedTuple

from workbook.scan import Refusal

MAX_PART = 64 << 20
MAX_TOTAL = 128 << 20
MAX_RATIO = 200
RATIO_FROM = 1 << 20
MAX_PARTS = 2_000
_STEP = 1 << 20
END, LOCAL = b"PK\x05\x06", b"PK\x03\x04"
_END64, _LOCATOR, _ENTRY = b"PK\x06\x06", b"PK\x06\x07", b"PK\x01\x02"
_KEPT = re.compile(
    r"(?:xl/|docProps/|_rels/|META-INF/)(?!media/|embeddings/).*\.(?:xml|rels)\Z|[^/]*\.xml\Z|mimetype\Z"
    r"|xl/(?:workbook|worksheets/[^/]*)\.bin\Z",
    re.S,
)


class Room(NamedTuple):
    """How large what a zip holds may be: one part and all of them in bytes, and a part as a multiple of what is stored."""

    part: int = MAX_PART
    total: int = MAX_TOTAL
    ratio: int = MAX_RATIO


FOREIGN = Room()
OURS = Room(1 << 30, 4 << 30, 10_000)
"""Long tables of ours say the same words thousands of times, and nobody else has written them."""


class Member(NamedTuple):
    """One entry of the zip directory: where its data begins and how long they are as stored."""

    name: str
    method: int
    start: int
    stored: int
    size: int
    crc: int
    offset: int


def contents(data: bytes) -> tuple[list[Member], dict[str, bytes]]:
    """Take a zip apart: its members in order and their content (b"" for what is neither XML nor a sheet); raises Refusal."""
    members = directory(data)
    return members, _inflate(data, members)


def part(data: bytes, member: Member, room: Room = FOREIGN) -> bytes:
    """Give the content of one member, b"" for what is neither XML nor a sheet; raises Refusal when it passes its room."""
    return _inflate_one(data, member, room, bool(_KEPT.match(member.name)))[0]


def beginnings(data: bytes, member: Member, count: int) -> bytes:
    """Give the first bytes of a member that `contents` has inflated whole before."""
    stored = data[member.start : member.start + min(member.stored, 256)]
    return stored[:count] if member.method == 0 else zlib.decompressobj(-15).decompress(stored, count)


def whole(data: bytes, member: Member) -> bytes:
    """Give the content of a member that `contents` has measured, also of those that it gives as b""."""
    return b"".join(_chunks(data, member))


def directory(data: bytes) -> list[Member]:
    """Read the zip directory; every way in which two programs could read it differently is refused."""
    count, size, offset, end = _end_record(data)
    if count > MAX_PARTS:
        raise Refusal("ZIP_BOMB", reason="count", part="", limit=str(MAX_PARTS))
    if offset + size > end:
        raise Refusal("ZIP_BROKEN", reason="directory", part="")
    if offset + size < end:
        raise Refusal("ZIP_JUNK", where="before")
    members: list[Member] = []
    at = offset
    for _ in range(count):
        member, at = _entry(data, at, end)
        members.append(member)
    if at != end:
        raise Refusal("ZIP_BROKEN", reason="directory", part="")
    _check_names(members)
    _check_places(members, offset)
    return [member for member in members if not member.name.endswith("/")]


def _end_record(data: bytes) -> tuple[int, int, int, int]:
    """Find the end record: (entries, size and offset of the directory, where the directory must end)."""
    at = data.rfind(END, max(0, len(data) - 65_557))
    if at < 0 or at + 22 > len(data):
        # A cut transfer loses the end; something long appended hides it.
        if data.rfind(END) >= 0:
            raise Refusal("ZIP_JUNK", where="after")
        raise Refusal("ZIP_BROKEN", reason="cut", part="")
    disk, first, here, count, size, offset, comment = struct.unpack_from("<HHHHIIH", data, at + 4)
    if at + 22 + comment != len(data):
        raise Refusal("ZIP_JUNK", where="after")
    if count != 0xFFFF and size != 0xFFFFFFFF and offset != 0xFFFFFFFF:
        if disk or first or here != count:
            raise Refusal("ZIP_BROKEN", reason="volumes", part="")
        return count, size, offset, at
    if at < 20 or data[at - 20 : at - 16] != _LOCATOR:
        raise Refusal("ZIP_BROKEN", reason="directory", part="")
    where = struct.unpack_from("<Q", data, at - 12)[0]
    if where + 56 != at - 20 or data[where : where + 4] != _END64:
        raise Refusal("ZIP_BROKEN", reason="directory", part="")
    count, size, offset = struct.unpack_from("<QQQ", data, where + 32)
    return count, size, offset, where


def _entry(data: bytes, at: int, end: int) -> tuple[Member, int]:
    """Read one entry of the directory and its local header."""
    if at + 46 > end or data[at : at + 4] != _ENTRY:
        raise Refusal("ZIP_BROKEN", reason="directory", part="")
    flags, method, _, _, crc, stored, size, n, m, k = struct.unpack_from("<HHHHIIIHHH", data, at + 8)
    offset = struct.unpack_from("<I", data, at + 42)[0]
    raw = data[at + 46 : at + 46 + n]
    name = raw.decode("utf-8" if flags & 0x800 or raw.isascii() else "cp437", "replace")
    if flags & 0x2041:
        raise Refusal("FILE_ENCRYPTED")
    if method not in (0, 8):
        raise Refusal("ZIP_BROKEN", reason="method", part=name[:200])
    size, stored, offset = _wide(data[at + 46 + n : at + 46 + n + m], size, stored, offset)
    if data[offset : offset + 4] != LOCAL or offset + 30 > end:
        raise Refusal("ZIP_BROKEN", reason="member", part=name[:200])
    local, extra = struct.unpack_from("<HH", data, offset + 26)
    if data[offset + 30 : offset + 30 + local] != raw:
        raise Refusal("AMBIGUOUS", what="member_name", part=name[:200], sheet="", cell="")
    return Member(name, method, offset + 30 + local + extra, stored, size, crc, offset), at + 46 + n + m + k


def _wide(extra: bytes, size: int, stored: int, offset: int) -> tuple[int, int, int]:
    """Replace the three figures by their 64-bit ones where they say so."""
    at = 0
    figures = [size, stored, offset]
    while at + 4 <= len(extra):
        tag, length = struct.unpack_from("<HH", extra, at)
        if tag == 1:
            wide = iter(struct.unpack_from(f"<{min(length, len(extra) - at - 4) // 8}Q", extra, at + 4))
            figures = [next(wide, figure) if figure == 0xFFFFFFFF else figure for figure in figures]
        at += 4 + length
    return figures[0], figures[1], figures[2]


def _check_names(members: list[Member]) -> None:
    seen: set[str] = set()
    for member in members:
        name = member.name
        if name.startswith("/") or "\\" in name or "\x00" in name or ":" in name[:2] or ".." in name.split("/"):
            raise Refusal("ZIP_NAME", part=name[:200])
        folded = name.casefold()
        if folded in seen:
            raise Refusal("AMBIGUOUS", what="part_twice", part=name[:200], sheet="", cell="")
        seen.add(folded)


def _check_places(members: list[Member], directory: int) -> None:
    """Refuse members that overlap, run into the directory, or leave room before the first."""
    last = 0
    for member in sorted(members, key=lambda member: member.offset):
        if member.offset < last:
            raise Refusal("ZIP_OVERLAP", part=member.name[:200])
        if not last and member.offset:
            raise Refusal("ZIP_JUNK", where="before")
        last = member.start + member.stored
    if last > directory:
        raise Refusal("ZIP_OVERLAP", part="")


def _inflate(data: bytes, members: list[Member]) -> dict[str, bytes]:
    """Inflate every member within the limits; parts that are neither XML nor sheets are measured and given as b""."""
    parts: dict[str, bytes] = {}
    total = 0
    for member in members:
        left = FOREIGN._replace(part=min(MAX_PART, MAX_TOTAL - total))
        parts[member.name], size = _inflate_one(data, member, left, bool(_KEPT.match(member.name)))
        total += size
        if total > MAX_TOTAL:
            raise Refusal("ZIP_BOMB", reason="total", part=member.name[:200], limit=str(MAX_TOTAL))
    return parts


def _inflate_one(data: bytes, member: Member, room: Room, keep: bool) -> tuple[bytes, int]:
    """Inflate one member step by step: (content if kept, true size). The declared size is only compared."""
    chunks: list[bytes] = []
    size = crc = 0
    most = min(room.part, max(RATIO_FROM, member.stored * room.ratio))
    for chunk in _chunks(data, member):
        size += len(chunk)
        crc = zlib.crc32(chunk, crc)
        if size > most:
            reason = "ratio" if most < room.part else "part" if most == MAX_PART else "total"
            limit = str(room.ratio if reason == "ratio" else MAX_PART if reason == "part" else MAX_TOTAL)
            raise Refusal("ZIP_BOMB", reason=reason, part=member.name[:200], limit=limit)
        if keep:
            chunks.append(chunk)
    if size != member.size or crc != member.crc:
        raise Refusal("ZIP_BROKEN", reason="content", part=member.name[:200])
    return b"".join(chunks), size


def _chunks(data: bytes, member: Member) -> Iterator[bytes]:
    """Give the content of a member in pieces of bounded size."""
    stored = memoryview(data)[member.start : member.start + member.stored]
    if member.method == 0:
        yield bytes(stored)
        return
    inflater = zlib.decompressobj(-15)
    rest: bytes | memoryview = stored
    try:
        while not inflater.eof:
            chunk = inflater.decompress(rest, _STEP)
            rest = inflater.unconsumed_tail
            if not chunk and not rest and not inflater.eof:
                raise Refusal("ZIP_BROKEN", reason="content", part=member.name[:200])
            yield chunk
    except zlib.error:
        raise Refusal("ZIP_BROKEN", reason="content", part=member.name[:200]) from None
    if inflater.unused_data:
        raise Refusal("ZIP_BROKEN", reason="content", part=member.name[:200])
