"""Whether bytes may be parsed at all: size, type, zip directory and parts; standard library only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from workbook import bulk, extent, ods, ole, package, sniff, unzip
from workbook.finding import Finding
from workbook.foreign import foreign
from workbook.scan import BookScan, Refusal, items

MAX_FILE = 32 << 20
_SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml."
_KINDS = (
    (_SPREADSHEET + "sheet.main+xml", "xlsx"),
    (_SPREADSHEET + "template.main+xml", "xlsx"),
    ("application/vnd.ms-excel.sheet.macroEnabled.main+xml", "xlsm"),
    ("application/vnd.ms-excel.template.macroEnabled.main+xml", "xlsm"),
    ("application/vnd.ms-excel.addin.macroEnabled.main+xml", "xlsm"),
    ("application/vnd.ms-excel.sheet.binary.macroEnabled.main", "xlsb"),
    ("wordprocessingml", "DOCX"),
    ("presentationml", "PPTX"),
)
_ODS = b"application/vnd.oasis.opendocument.spreadsheet"


@dataclass(frozen=True)
class Admission:
    """What passed: the kind and, for xlsx, xlsm and ods, the scan (None for xls and xlsb).

    `foreign`: what a zipped one carries beside cells, as (code of the finding, part).
    """

    kind: str
    scan: BookScan | None
    foreign: tuple[tuple[str, str], ...] = ()


def examine(data: bytes) -> tuple[str, list[Finding]]:
    """Say what a file is and why it must not be parsed.

    Gives the kind (`xlsx`, `xlsm`, `xls`, `xlsb`, `ods`, "" when it is none of them) and the refusals, an empty
    list when it may be read. Never raises on account of the content.
    """
    admission, refusals, kind = admit(data)
    return (admission.kind if admission else kind), refusals


def admit(data: bytes) -> tuple[Admission | None, list[Finding], str]:
    """Examine and keep what the examination has read: (admission or None, refusals, kind as far as known)."""
    kind = ""
    try:
        kind, members, parts = _open(data)
        scan: BookScan | None = None
        if kind in ("xlsx", "xlsm"):
            scan = package.scan(parts)
        elif kind == "ods":
            scan = ods.scan(parts)
        return Admission(kind, scan, foreign(data, members, parts)), [], kind
    except Refusal as refusal:
        return None, [refusal.finding], kind


def _open(data: bytes) -> tuple[str, Sequence[unzip.Member], dict[str, bytes]]:
    """Name the kind and give the members and the inflated XML parts by member name (empty for xls)."""
    if not data:
        raise Refusal("FILE_EMPTY")
    if len(data) > MAX_FILE:
        raise Refusal("FILE_TOO_LARGE", size=str(len(data)), limit=str(MAX_FILE))
    if data.startswith(sniff.OLE):
        kind = sniff.ole_type(data)
        if kind == "ENCRYPTED":
            raise Refusal("FILE_ENCRYPTED")
        if kind != "XLS":
            raise Refusal("FILE_TYPE", type=kind)
        ole.check(data)
        extent.check_xls(ole.workbook_stream(data))
        return "xls", (), {}
    if not data.startswith((unzip.LOCAL, unzip.END)):
        name = sniff.name_of(data)
        # A whole zip behind something nameless is a zip with junk before it.
        if name in ("UNKNOWN", "ZEROS", "TEXT") and unzip.LOCAL in data and unzip.END in data[-65_557:]:
            raise Refusal("ZIP_JUNK", where="before")
        raise Refusal("FILE_TYPE", type=name)
    members, parts = unzip.contents(data)
    if "mimetype" in parts and ods.encrypted(parts):
        raise Refusal("FILE_ENCRYPTED")
    bulk.check(parts)
    kind = _kind(parts)
    # calamine tries the kinds in turn by these names, whatever the content types say.
    if kind in ("xlsb", "ods") and ("xl/workbook.xml" in parts or (kind == "ods" and "xl/workbook.bin" in parts)):
        raise Refusal("AMBIGUOUS", what="kind", part="xl/workbook.xml", sheet="", cell="")
    if kind == "xlsb":
        extent.check_xlsb(parts)
    return kind, members, parts


def _kind(parts: Mapping[str, bytes]) -> str:
    """Tell the kind of office file by its content types or its mimetype."""
    mime = parts.get("mimetype", b"").strip()
    types = parts.get("[Content_Types].xml", b"")
    if mime and types:
        raise Refusal("AMBIGUOUS", what="kind", part="mimetype", sheet="", cell="")
    if mime.startswith(b"application/vnd.oasis.opendocument."):
        if mime in (_ODS, _ODS + b"-template"):
            return "ods"
        raise Refusal("FILE_TYPE", type="ODF")
    if types:
        found = items(types, "[Content_Types].xml", ("Override", "Default"))
        declared = {element.attributes.get("ContentType", "") for element in found}
        kind = next((kind for mark, kind in _KINDS if any(mark in one for one in declared)), "ZIP")
        if kind.isupper():
            raise Refusal("FILE_TYPE", type=kind)
        return kind
    raise Refusal("FILE_TYPE", type="ZIP")
