"""One table of a workbook of ours that people have edited: sheet and header are known, everything else is left unread.

Reads .xlsx only, by our own scan, one sheet of many; meant for large workbooks, so it asks for a process with limits around it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from workbook import unzip
from workbook.scan import MAIN, Refusal, items, new_parser, parse, refuse_doctype, shared_strings, unescape

_ROW, _CELL, _VALUE, _TEXT = (f"{MAIN} {name}" for name in ("row", "c", "v", "t"))
_LETTERS = re.compile("[A-Z]+")
_STRINGS = "xl/sharedStrings.xml"


def properties(data: bytes) -> dict[str, str]:
    """Give the custom properties of a workbook; raises Refusal."""
    for member in unzip.directory(data):
        if member.name == "docProps/custom.xml":
            content = unzip.part(data, member, unzip.OURS)
            named = items(content, member.name, ("property", "lpwstr"))
            return {
                before.attributes.get("name", ""): after.text
                for before, after in zip(named, named[1:], strict=False)
                if before.path.endswith("property") and after.path.endswith("lpwstr")
            }
    return {}


def table(data: bytes, sheet: str, wanted: Collection[str] = ()) -> list[dict[str, str]]:
    """Read a table from A1: header -> text of each row, numbers as they are written; blank cells are left out.

    Raises Refusal where the zip or the XML can't be trusted, the sheet is gone, or a `wanted` column is.
    """
    members = {member.name: member for member in unzip.directory(data)}

    def part(name: str) -> bytes:
        if name not in members:
            raise Refusal("XLSX_PART_MISSING", part=name)
        return unzip.part(data, members[name], unzip.OURS)

    relations = items(part("xl/_rels/workbook.xml.rels"), "xl/_rels/workbook.xml.rels", ("Relationship",))
    targets = {item.attributes.get("Id", ""): item.attributes.get("Target", "") for item in relations}
    listed = items(part("xl/workbook.xml"), "xl/workbook.xml", ("sheet",))
    found = next((item.attributes.get("id", "") for item in listed if item.attributes.get("name") == sheet), None)
    if found is None:
        raise Refusal("SHEET_MISSING", sheet=sheet)
    target = targets.get(found, "")
    name = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    strings = shared_strings(part(_STRINGS), _STRINGS) if _STRINGS in members else []
    read = _Table(strings)
    rows = read.read(part(name), name)
    heads = list(read.heads.values())
    for head in wanted:
        if heads.count(head) != 1:
            raise Refusal("TABLE_MISSING", table=head, sheet=sheet)
    return rows


class _Table:
    """One pass over a sheet: rows of header -> text."""

    def __init__(self, strings: list[str]) -> None:
        self.strings = strings
        self.heads: Mapping[str, str] = {}
        self.rows: list[dict[str, str]] = []
        self.cells: dict[str, str] = {}
        self.column = self.kind = ""
        self.said: list[str] = []

    def read(self, content: bytes, part: str) -> list[dict[str, str]]:
        """Parse the sheet."""
        parser = new_parser()
        refuse_doctype(parser, part)
        parser.StartElementHandler = self.start
        parser.EndElementHandler = self.end
        self.parser = parser
        parse(parser, content, part)
        return self.rows

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Take the start of a row, a cell, or what it says."""
        if name == _ROW:
            self.cells = {}
        elif name == _CELL:
            letters = _LETTERS.match(attributes.get("r", ""))
            self.column, self.kind = letters.group() if letters else "", attributes.get("t", "n")
        elif name in (_VALUE, _TEXT):
            self.parser.CharacterDataHandler = self.said.append

    def end(self, name: str) -> None:
        """Take the end: a text is whole, or a row."""
        if name in (_VALUE, _TEXT):
            self.parser.CharacterDataHandler = None
            text = "".join(self.said)
            self.said.clear()
            if self.kind == "s":
                text = self.strings[int(text)] if text.isascii() and text.isdigit() and int(text) < len(self.strings) else ""
            self.cells[self.column] = self.cells.get(self.column, "") + unescape(text)
        elif name == _ROW and self.cells:
            if not self.heads:
                self.heads = dict(self.cells)
            else:
                self.rows.append({self.heads[key]: value for key, value in self.cells.items() if key in self.heads and value})
