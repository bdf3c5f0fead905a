"""An issued xlsx of ours -> the same file with cells set: changed parts are re-emitted, the rest copied as stored."""

from __future__ import annotations

import datetime as dt
import math
import re
import struct
import zlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from workbook import package, unzip
from workbook.address import Cell, column_letters, column_number, parse_reference
from workbook.book import Formula

Value = str | int | float | Decimal | bool | dt.date | Formula | None

_MAIN = "xl/workbook.xml"
_CHAIN = "xl/calcChain.xml"
_LONGEST = 32_767
"""Signs that Excel keeps in one cell."""
_LEVEL = 1
"""A form is issued thousands of times, and the lowest level costs a third of the time for a tenth of the size."""
_STAMP = (0, 0x21)
"""Time and date of every member: midnight of 1 January 1980, so that the same input gives the same bytes."""
_ROW = re.compile(r'<row r="([0-9]+)"[^>]*?(?:/>|>.*?</row>)', re.S)
_CELL = re.compile(r'<c r="([A-Z]+)[0-9]+"((?: [a-z]+="[^"]*")*)(?:/>|>.*?</c>)', re.S)
_STYLE = re.compile(r' s="[0-9]+"')
_CACHED = re.compile(r'(<c r="[A-Z]+[0-9]+"(?: s="[0-9]+")?)(?: t="[a-z]+")?(><f(?: [^>]*)?>[^<]*</f>)<v>[^<]*</v></c>')
_UNSAFE = re.compile(r"[\x00-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")


@dataclass(frozen=True)
class _Page:
    """One sheet's XML: what stands before the rows, the rows by number, and what follows.

    `stale`: the sheet holds formulas, whose stored values were true before other cells were set; in `rows` they are gone.
    """

    part: str
    head: str
    rows: Mapping[int, str]
    tail: str
    stale: bool = False


@dataclass(frozen=True)
class _Master:
    """An issued file taken apart once; `pages` by sheet name, `names` in record order."""

    members: tuple[unzip.Member, ...]
    parts: Mapping[str, bytes]
    pages: Mapping[str, _Page]
    names: Mapping[str, Sequence[tuple[str, Cell]]]


def patch(data: bytes, values: Mapping[str, Sequence[Value]]) -> bytes:
    """Set the cells of defined names in a file that XlsxWriter wrote.

    Values stand in record order; a shorter sequence leaves the remaining cells as they are, None blanks a cell.
    Raises KeyError for an unknown name, ValueError for too many values, for a number that is not finite and for a
    text too long for a cell: all mistakes of ours.
    """
    names = _master(data).names
    cells: dict[tuple[str, Cell], Value] = {}
    for name, sequence in values.items():
        places = names[name]
        if len(sequence) > len(places):
            raise ValueError(f"{name}: {len(sequence)} values for {len(places)} cells")
        cells.update(zip(places, sequence, strict=False))
    return set_cells(data, cells)


def set_cells(data: bytes, cells: Mapping[tuple[str, Cell], Value]) -> bytes:
    """Set any cells, keeping their formats; a `Formula` is written with its value.

    The stored values of all other formulas are taken out: whoever reads the file before a program has calculated it
    finds none instead of a wrong one.

    Raises KeyError for an unknown sheet, else as `patch`.
    """
    master = _master(data)
    wanted: dict[str, dict[int, dict[int, Value]]] = defaultdict(lambda: defaultdict(dict))
    for (sheet, cell), value in cells.items():
        wanted[sheet][cell.row][cell.col] = value
    changed: dict[str, bytes | None] = {page.part: _page(page, {}) for page in master.pages.values() if page.stale and wanted}
    for sheet, rows in wanted.items():
        changed[master.pages[sheet].part] = _page(master.pages[sheet], rows)
    changed.update(_recalculating(master))
    return _emit(data, master.members, changed)


@lru_cache(maxsize=4)
def _master(data: bytes) -> _Master:
    members, parts = unzip.contents(data)
    pages = {name: _taken_apart(part, parts[part].decode()) for name, part in package.sheet_parts(parts).items()}
    names = {name: parse_reference(text) or () for name, text in package.defined_names(parts).items()}
    return _Master(tuple(members), parts, pages, names)


def _taken_apart(part: str, text: str) -> _Page:
    fresh = _CACHED.sub(r"\1\2</c>", text)
    stale = fresh != text
    text = fresh
    rows = {int(match.group(1)): match.group(0) for match in _ROW.finditer(text)}
    empty = text.find("<sheetData/>")
    if empty >= 0:
        return _Page(part, text[:empty] + "<sheetData>", {}, "</sheetData>" + text[empty + 12 :])
    start = text.index("<sheetData>") + 11
    return _Page(part, text[:start], rows, text[text.index("</sheetData>") :], stale)


def _page(page: _Page, wanted: Mapping[int, Mapping[int, Value]]) -> bytes:
    """Write a sheet with the wanted cells set."""
    rows = dict(page.rows)
    for number, values in wanted.items():
        rows[number] = _row(rows.get(number, ""), number, values)
    body = "".join(rows[number] for number in sorted(rows))
    return (page.head + body + page.tail).encode()


def _row(xml: str, number: int, values: Mapping[int, Value]) -> str:
    """Write one row with cells set; a row or cell that was not there is added in its place."""
    head = re.match(r'<row r="[0-9]+"[^>]*?(?=/?>)', xml)
    old = {column_number(match.group(1)): match for match in _CELL.finditer(xml)}
    cells = {col: match.group(0) for col, match in old.items()}
    for col, value in values.items():
        style = _STYLE.search(old[col].group(2)) if col in old else None
        cells[col] = _cell(f"{column_letters(col)}{number}", style.group(0) if style else "", value)
    opening = head.group(0) if head else f'<row r="{number}"'
    if values.keys() - old.keys():
        # `spans` is a hint for the loader and would be false now.
        opening = re.sub(r' spans="[^"]*"', "", opening)
    return opening + ">" + "".join(cells[col] for col in sorted(cells)) + "</row>"


def _cell(address: str, style: str, value: Value) -> str:
    opening = f'<c r="{address}"{style}'
    if value is None or value == "":
        return opening + "/>"
    if isinstance(value, Formula):
        kind, shown = _cached(value.value)
        return f"{opening}{kind}><f>{_escaped(value.text.removeprefix('='))}</f><v>{shown}</v></c>"
    if isinstance(value, str):
        return f'{opening} t="inlineStr"><is><t xml:space="preserve">{_escaped(value)}</t></is></c>'
    kind = ' t="b"' if isinstance(value, bool) else ""
    return f"{opening}{kind}><v>{_number(value)}</v></c>"


def _cached(value: str | int | float | Decimal | bool) -> tuple[str, str]:
    """Give the type attribute and the text of a formula's value; "" stands for never calculated."""
    if isinstance(value, str):
        return (' t="e"' if value.startswith("#") else ' t="str"' if value else ""), _escaped(value)
    return (' t="b"' if isinstance(value, bool) else ""), _number(value)


def _number(value: int | float | Decimal | bool | dt.date) -> str:
    """Write a number, a truth value or a date as the serial number of its day."""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, dt.datetime):
        return repr((value.replace(tzinfo=None) - dt.datetime(1899, 12, 30)) / dt.timedelta(days=1))
    if isinstance(value, dt.date):
        return str((value - dt.date(1899, 12, 30)).days)
    if not math.isfinite(value):
        raise ValueError(f"no finite number: {value}")
    return repr(value) if isinstance(value, float) else str(value)


def _escaped(text: str) -> str:
    if len(text) > _LONGEST:
        raise ValueError(f"text of {len(text)} signs for one cell")
    plain = _UNSAFE.sub(lambda match: f"_x{ord(match.group(0)):04X}_", text)
    return plain.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _recalculating(master: _Master) -> dict[str, bytes | None]:
    """Give the parts that make every program calculate anew on opening; a part that goes away is None."""
    changed: dict[str, bytes | None] = {}
    book = master.parts[_MAIN].decode()
    if 'fullCalcOnLoad="1"' not in book:
        book = re.sub(r' fullCalcOnLoad="[^"]*"', "", book)
        again = book.replace("<calcPr", '<calcPr fullCalcOnLoad="1"', 1)
        changed[_MAIN] = again.encode()
    if _CHAIN in master.parts:
        # The chain lists the formula cells; a wrong one makes Excel repair the file, none at all is fine.
        changed[_CHAIN] = None
        for part, pattern in (
            ("[Content_Types].xml", r'<Override [^>]*PartName="/xl/calcChain\.xml"[^>]*/>'),
            ("xl/_rels/workbook.xml.rels", r'<Relationship [^>]*Target="/?(?:xl/)?calcChain\.xml"[^>]*/>'),
        ):
            changed[part] = re.sub(pattern, "", master.parts[part].decode()).encode()
    return changed


def _emit(data: bytes, members: Sequence[unzip.Member], changed: Mapping[str, bytes | None]) -> bytes:
    """Write the zip: members in their order, unchanged ones with their stored bytes."""
    body, directory = bytearray(), bytearray()
    count = 0
    for member in members:
        content = changed.get(member.name, b"")
        if content is None:
            continue
        stored: bytes = data[member.start : member.start + member.stored]
        figures = (member.method, *_STAMP, member.crc, member.stored, member.size)
        if member.name in changed:
            packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, -15)
            stored = packer.compress(content) + packer.flush()
            figures = (8, *_STAMP, zlib.crc32(content), len(stored), len(content))
        name = member.name.encode()
        shared = struct.pack("<HHHHHIIIHH", 20, 0 if name.isascii() else 0x800, *figures, len(name), 0)
        directory += b"PK\x01\x02" + struct.pack("<H", 20) + shared
        directory += struct.pack("<HHHII", 0, 0, 0, 0, len(body)) + name
        body += b"PK\x03\x04" + shared + name + stored
        count += 1
    end = struct.pack("<HHHHIIH", 0, 0, count, count, len(directory), len(body), 0)
    return bytes(body + directory + b"PK\x05\x06" + end)
