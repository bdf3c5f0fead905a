"""Proof that a workbook of ours holds nothing that acts or reaches outside: every part, relation, formula and link is on a list.

Pure: finished bytes in, LiveError or nothing out. What is not on a list is refused, whatever it is: a new part of a page
is added here when a page begins to use it.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from functools import lru_cache

from workbook import unzip
from workbook.errors import AppError
from workbook.scan import MAIN, Item, Refusal, items, new_parser, parse, refuse_doctype

_NAMES = (
    "ABS AND AVERAGE CELL CHOOSE CLEAN COLUMN COUNT COUNTA COUNTBLANK COUNTIF COUNTIFS DATE DAY EXACT FIND HYPERLINK "
    "IF IFERROR INDEX INT ISBLANK ISERROR ISLOGICAL ISNUMBER ISTEXT LEFT LEN LOOKUP LOWER MATCH MAX MID MIN MOD MONTH "
    "NOT OR RANK REPLACE REPT RIGHT ROUND ROUNDDOWN ROUNDUP ROW SEARCH SUBSTITUTE SUM SUMIF SUMIFS SUMPRODUCT TEXT "
    "TRIM VALUE YEAR"
)
FUNCTIONS = frozenset(_NAMES.split())
"""Functions that our formulas use; none of them leaves the workbook. HYPERLINK only to a place within it, by `#`."""
RELATIONS = frozenset({
    "officeDocument", "core-properties", "extended-properties", "custom-properties", "worksheet", "theme", "styles",
    "sharedStrings", "hyperlink", "chart", "drawing", "vmlDrawing", "comments",
})  # fmt: skip
"""What the parts of a workbook of ours are to each other."""
PARTS = re.compile(
    r"\[Content_Types\]\.xml|(?:_rels/|xl/_rels/workbook\.xml|xl/(?:worksheets|drawings)/_rels/[a-z]+[0-9]+\.xml)\.rels"
    r"|docProps/(?:core|app|custom)\.xml|xl/(?:workbook|sharedStrings|styles)\.xml|xl/theme/theme1\.xml"
    r"|xl/(?:worksheets/sheet|charts/chart|drawings/drawing|comments)[0-9]+\.xml|xl/drawings/vmlDrawing[0-9]+\.vml"
)
_TYPES = re.compile(
    r"application/(?:xml|vnd\.openxmlformats-[a-z.+-]*|vnd\.openxmlformats-officedocument\.[A-Za-z.+-]*)\Z"
)
_CELL, _VALUE = f"{MAIN} c", f"{MAIN} v"
_VALUES = frozenset({"n", "s", "b", "inlineStr"})
_FORMULAS = frozenset({"f", "formula", "formula1", "formula2"})
_TEXT = re.compile(r'"((?:[^"]|"")*)"')
_QUOTED = re.compile(r"'(?:[^'\[\]|]|'')*'")
_CALL = re.compile(r"([A-Za-z_][A-Za-z0-9_.]*)\s*\(\s*(\"#\")?")
_SHEET = r"(?:'(?:[^'\[\]|]|'')*'|[^\W0-9][\w.]*)"
_CORNER = r"\$?[A-Z]{0,3}\$?[0-9]{0,7}"
_REFERENCE = re.compile(rf"{_SHEET}!{_CORNER}(?::{_CORNER})?(?:,{_SHEET}!{_CORNER}(?::{_CORNER})?)*\Z")
_HEX = re.compile("%([0-9A-Fa-f]{2})")
_DRAWN = re.compile(rb"FmlaMacro|FmlaLink|href|javascript|imagedata|ObjectType=\"(?!Note\")", re.I)


_FIRST = ("[Content_Types].xml", "xl/_rels/workbook.xml.rels", "xl/workbook.xml")


class LiveError(AppError):
    """An output of ours holds something that could run: a bug of ours, so nothing is published."""

    status = 1


def check(data: bytes, name: str) -> None:
    """Raise LiveError, naming file, sheet or part, and cell, for whatever is not known to be dead.

    `name`: the path below the folder that is published as a whole; links to other files may not climb out of that folder.
    """
    try:
        members = unzip.directory(data)
        for member in members:
            if not PARTS.fullmatch(member.name):
                raise _error(name, member.name, "part")
        # One part at a time: the sheets of a large season take hundreds of megabytes together.
        first = {item.name: unzip.part(data, item, unzip.OURS) for item in members if item.name in _FIRST}
        _check_types(name, first)
        sheets = _sheet_names(first)
        for member in members:
            part, content = member.name, unzip.part(data, member, unzip.OURS)
            if part.endswith(".rels"):
                _check_relations(name, part, content)
            elif part.endswith(".vml"):
                _check_drawn(name, part, unzip.whole(data, member))
            else:
                _Part(name, sheets.get(part, part)).read(content, part)
    except Refusal as refusal:
        raise _error(name, refusal.finding.params.get("part", ""), refusal.finding.code) from refusal


@lru_cache(maxsize=16_384)
def reach(formula: str) -> str:
    """Name what is not known to be dead in a formula of ours, "" for nothing; the same formulas stand in many files."""
    bare = _TEXT.sub(lambda match: '"#"' if match.group(1).startswith("#") else '""', formula)
    if "://" in formula or "\\\\" in formula:
        return "://"
    found = re.search(r"[|\[\]@]", _QUOTED.sub("", bare))
    if found:
        return found.group()
    for match in _CALL.finditer(_QUOTED.sub("", bare)):
        called = match.group(1)
        if called not in FUNCTIONS or (called == "HYPERLINK" and not match.group(2)):
            return called
    return ""


def _error(name: str, where: str, what: str) -> LiveError:
    return LiveError(f"{name}: {where}: {what}: live content in an output of ours; nothing is published")


def _check_types(name: str, parts: Mapping[str, bytes]) -> None:
    for item in _items(parts, "[Content_Types].xml", ("Default", "Override")):
        said = item.attributes.get("ContentType", "")
        if not _TYPES.match(said):
            raise _error(name, "[Content_Types].xml", said)


def _sheet_names(parts: Mapping[str, bytes]) -> dict[str, str]:
    """Give the name of the sheet of each sheet part."""
    relations = _items(parts, "xl/_rels/workbook.xml.rels", ("Relationship",))
    targets = {item.attributes.get("Id", ""): "xl/" + item.attributes.get("Target", "") for item in relations}
    listed = _items(parts, "xl/workbook.xml", ("sheet",))
    return {targets.get(item.attributes.get("id", ""), ""): item.attributes.get("name", "") for item in listed}


def _items(parts: Mapping[str, bytes], part: str, wanted: tuple[str, ...]) -> list[Item]:
    if part not in parts:
        raise Refusal("XLSX_PART_MISSING", part=part)
    return items(parts[part], part, wanted)


def _check_relations(name: str, part: str, content: bytes) -> None:
    for item in items(content, part, ("Relationship",)):
        kind, target = item.attributes.get("Type", "").rpartition("/")[2], item.attributes.get("Target", "")
        if kind not in RELATIONS:
            raise _error(name, part, kind)
        outside = item.attributes.get("TargetMode") == "External"
        if outside != (kind == "hyperlink") or (outside and not _within(name, target)):
            raise _error(name, part, target)


def _within(name: str, target: str) -> bool:
    """Tell whether a link leads to a neighbour within the folder that is published."""
    path = _HEX.sub(lambda match: chr(int(match.group(1), 16)), target).partition("#")[0].replace("\\", "/")
    joined = posixpath.normpath(posixpath.join(posixpath.dirname(name), path))
    return bool(path) and ":" not in path and not path.startswith("/") and not joined.startswith("..")


def _check_drawn(name: str, part: str, content: bytes) -> None:
    """Hold the drawing of notes to notes: no macro, picture, link or control."""
    found = _DRAWN.search(content)
    if found:
        raise _error(name, part, found.group().decode("ascii"))


class _Part:
    """One pass over a part: its formulas, its cells that only a formula may make text, its names and links."""

    def __init__(self, file: str, sheet: str) -> None:
        self.file = file
        self.sheet = sheet
        self.cell = self.lacks = self.opened = ""
        self.said: list[str] = []

    def read(self, content: bytes, part: str) -> None:
        """Parse the part."""
        self.parser = new_parser()
        refuse_doctype(self.parser, part)
        self.parser.StartElementHandler = self.start
        parse(self.parser, content, part)
        self.settle()

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Take the start of an element; most are cells and values."""
        if name == _CELL:
            if self.lacks:
                self.settle()
            self.cell = attributes.get("r", "")
            kind = attributes.get("t", "n")
            self.lacks = "" if kind in _VALUES else kind
        elif name != _VALUE:
            self.other(name.rpartition(" ")[2], attributes)

    def other(self, name: str, attributes: dict[str, str]) -> None:
        """Take the start of a formula, a name or a link."""
        if name in _FORMULAS:
            if name == "f" and "t" in attributes:
                raise self.error(f"formula of kind {attributes['t']}")
            self.open(name)
        elif name == "definedName":
            if attributes.keys() & {"function", "vbProcedure", "xlm", "macro"}:
                raise self.error(attributes.get("name", ""))
            self.open(name)
        elif name == "hyperlink" and "location" in attributes and not _REFERENCE.match(attributes["location"]):
            raise self.error(attributes["location"])

    def open(self, name: str) -> None:
        """Listen to the text of an element until its end."""
        self.opened, self.lacks = name, ""
        self.parser.CharacterDataHandler = self.said.append
        self.parser.EndElementHandler = self.end

    def end(self, name: str) -> None:
        """Judge what a formula or name says."""
        text = "".join(self.said)
        self.said.clear()
        self.parser.CharacterDataHandler = self.parser.EndElementHandler = None
        what = reach(text) if self.opened in _FORMULAS else "" if _REFERENCE.match(text) else text[:60]
        if what:
            raise self.error(what)

    def settle(self) -> None:
        """Refuse a cell that only a formula may make what it is, and that had none."""
        if self.lacks:
            raise self.error(f"cell of kind {self.lacks} without a formula")

    def error(self, what: str) -> LiveError:
        """Build the error for the place at hand."""
        return _error(self.file, f"{self.sheet}!{self.cell}" if self.cell else self.sheet, what)
