"""The files of the demonstration that go wrong on purpose: spoilt returns, and files that are no forms at all."""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from processors.filler import Cells, put_right, spoilt
from processors.scenario import Fault, Scenario
from processors.season import Season
from processors.standing import issued_of
from processors.store import IssuedRow
from templates.build import build
from templates.passport import Passport, sign
from workbook.address import Cell
from workbook.book import Book, Put, Sheet
from workbook.errors import AppError
from workbook.patch import patch
from workbook.sniff import OLE
from workbook.write import write

_SECTOR = 512
_FREE, _END, _TABLE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
_LOCK_SIZE = 165
"""Bytes of the small file that Excel lays beside an open workbook."""


@dataclass(frozen=True)
class Plot:
    """What a fault is made from: the issued workbook, the right answers, and the agency's returned twin if there is one."""

    season: Season
    row: IssuedRow
    data: bytes
    cells: Cells
    twin: Path | None


def spoil(fault: Fault, plot: Plot) -> bytes:
    """Give the bytes of a planted file."""
    return _MAKERS[fault.kind](fault, plot)


def name_of(fault: Fault, stem: str, scenario: Scenario) -> str:
    """Name a planted file; the name says nothing to the program, save for lock files and attachments."""
    if fault.kind == "lock_file":
        return f"~${stem}.xlsx"
    if fault.kind == "attachment":
        return f"{stem}.pdf"
    patterns = scenario.setting["files"]
    if fault.kind in ("corrected", "copy"):
        return str(patterns[fault.kind]).replace("{stem}", stem)
    if fault.kind == "edited":
        return f"{stem}.xlsx" if fault.instead else str(patterns["spoilt"]).replace("{stem}", stem)
    return f"{stem}_{fault.id}.xlsx"


def _edited(fault: Fault, plot: Plot) -> bytes:
    return patch(plot.data, spoilt(plot.cells, fault, plot.row))


def _corrected(fault: Fault, plot: Plot) -> bytes:
    """Send the twin back as its agency would: only the marked cells are typed again."""
    if plot.twin is None:
        raise AppError(f"demo: {fault.id}: {fault.agency} got no correction workbook", status=1)
    return patch(plot.twin.read_bytes(), put_right(plot.cells, fault))


def _copy(fault: Fault, plot: Plot) -> bytes:
    return patch(plot.data, plot.cells)


def _untouched(fault: Fault, plot: Plot) -> bytes:
    return plot.data


def _other_season(fault: Fault, plot: Plot) -> bytes:
    """Fill a workbook that another season issued: of the year before, or of this year with another secret."""
    issued = issued_of(plot.season, plot.row)
    year = plot.season.fiscal_year - (fault.kind == "other_year")
    mine = issued.passport
    passport = sign(Passport(str(year), mine.form, mine.issue, mine.agency, mine.serial), fault.id.encode())
    return patch(write(build(replace(issued, passport=passport))), plot.cells)


def _foreign(fault: Fault, plot: Plot) -> bytes:
    return write(Book([Sheet("Sheet1", [Put(Cell(1, 1), fault.text)])]))


def _empty(fault: Fault, plot: Plot) -> bytes:
    return b""


def _pdf(fault: Fault, plot: Plot) -> bytes:
    return b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"


def _encrypted(fault: Fault, plot: Plot) -> bytes:
    """Give the outer shell of a workbook with a password: a compound file whose directory names an encrypted package."""
    header = OLE + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(10)
    header += struct.pack("<IIIIIIII", 1, 1, 0, 4096, _END, 0, _END, 0)
    header += struct.pack("<I", 0) + struct.pack("<I", _FREE) * 108
    table = struct.pack("<II", _TABLE, _END) + struct.pack("<I", _FREE) * (_SECTOR // 4 - 2)
    entries = b"".join(_entry(name, kind) for name, kind in (("Root Entry", 5), ("EncryptionInfo", 2), ("EncryptedPackage", 2)))
    return header + table + entries.ljust(_SECTOR, b"\0")


def _entry(name: str, kind: int) -> bytes:
    text = name.encode("utf-16-le") + b"\0\0"
    links = struct.pack("<III", _FREE, _FREE, _FREE)
    return text.ljust(64, b"\0") + struct.pack("<HBB", len(text), kind, 1) + links + bytes(36) + struct.pack("<IQ", _END, 0)


def _lock_file(fault: Fault, plot: Plot) -> bytes:
    return b"\x04demo".ljust(_LOCK_SIZE, b" ")


_MAKERS: dict[str, Callable[[Fault, Plot], bytes]] = {
    "edited": _edited, "corrected": _corrected, "copy": _copy, "early": _copy, "untouched": _untouched,
    "other_year": _other_season, "other_secret": _other_season, "foreign": _foreign, "empty": _empty, "pdf": _pdf,
    "encrypted": _encrypted, "lock_file": _lock_file, "attachment": _pdf,
}  # fmt: skip
