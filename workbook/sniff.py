"""What the bytes of a file really are, whatever its name says, and whether an old Excel file has a password."""

from __future__ import annotations

import re

from workbook import ole

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MAGIC = (
    (b"%PDF", "PDF"),
    (b"{\\rtf", "RTF"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF8", "GIF"),
    (b"BM", "BMP"),
    (b"II*\x00", "TIFF"),
    (b"MM\x00*", "TIFF"),
    (b"RIFF", "WEBP"),
    (b"Rar!", "RAR"),
    (b"7z\xbc\xaf", "7Z"),
    (b"\x1f\x8b", "GZIP"),
    (b"\x09\x00\x04\x00", "XLS_OLD"),
    (b"\x09\x02\x06\x00", "XLS_OLD"),
    (b"\x09\x04\x06\x00", "XLS_OLD"),
    (b"\x09\x08", "XLS_OLD"),
    (b"MZ", "EXE"),
    (b"SQLite format 3", "SQLITE"),
)
_ENTRIES = (
    ("EncryptedPackage", "ENCRYPTED"),
    ("EncryptionInfo", "ENCRYPTED"),
    ("WordDocument", "DOC"),
    ("PowerPoint Document", "PPT"),
    ("Workbook", "XLS"),
    ("Book", "XLS"),
    ("__properties_version1.0", "MSG"),
)
_FILEPASS = 0x2F


def name_of(data: bytes) -> str:
    """Name the type of bytes that are neither a zip nor OLE: `PDF`, `HTML`, `CSV`, `TEXT`, `ZEROS`, `UNKNOWN` …"""
    for magic, name in _MAGIC:
        if data.startswith(magic):
            return name
    head = data[:4096]
    if not head.strip(b"\x00"):
        return "ZEROS"
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith(b"<?xml"):
        if b"urn:schemas-microsoft-com:office:spreadsheet" in start:
            return "XML2003"
        return "HTML" if b"<html" in start else "XML"
    if re.match(rb"<(?:!doctype html|html|head|body|table|meta|style)", start):
        return "HTML"
    return _text_type(head)


def _text_type(head: bytes) -> str:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = head[: len(head) // 2 * 2].decode("utf-16", "replace")
    else:
        # Control characters other than tab, line ends and page break don't occur in text of any 8-bit code.
        if re.search(rb"[\x00-\x08\x0e-\x1f]", head):
            return "UNKNOWN"
        text = head.decode("latin-1")
    first = next((line for line in text.splitlines() if line.strip()), "")
    return "CSV" if any(mark in first for mark in ",;\t") else "TEXT"


def ole_type(data: bytes) -> str:
    """Name what an OLE file holds: `XLS`, `ENCRYPTED` (a password is set), `DOC`, `PPT`, `MSG` or `OLE`."""
    entries = ole.directory(data)
    for name, kind in _ENTRIES:
        if name in entries:
            return "ENCRYPTED" if kind == "XLS" and _locked(data, entries, name) else kind
    return "OLE"


def _locked(data: bytes, entries: dict[str, tuple[int, int]], name: str) -> bool:
    """Look for the FILEPASS record among the first records of the workbook stream."""
    stream = ole.stream(data, entries, name, 4096)
    at = 0
    while at + 4 <= min(len(stream), 2048):
        record = int.from_bytes(stream[at : at + 2], "little")
        if record == _FILEPASS:
            return True
        at += 4 + int.from_bytes(stream[at + 2 : at + 4], "little")
    return False
