"""The XML of an xlsx as its own cells say: with gate, read, ods and patch the only importer of expat."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from xml.etree import ElementTree
from xml.etree.ElementTree import Element
from xml.parsers import expat

from workbook.finding import Finding, about_file
from workbook.raw import RawSheet

MAX_CELLS = 1_000_000
"""Cells of a whole workbook, blank ones included: a form has a few thousand."""
MAX_DEPTH = 200
"""Elements within each other: no workbook needs more than some twenty."""
MAX_BOX = 2_000_000
"""Rows times columns of the smallest box around what a sheet holds: a reader lays out the whole box."""
MAX_BOXES = 4_000_000
"""The same for all sheets of a workbook together."""

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/"
_T, _R, _SI = (f"{{{MAIN}}}{name}" for name in ("t", "r", "si"))
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?\Z")
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
TRUE = frozenset({"1", "true", "on"})


class Refusal(Exception):
    """Carry the one finding for which a file is refused out of a scan; caught in gate."""

    def __init__(self, code: str, **params: str) -> None:
        super().__init__(code)
        self.finding: Finding = about_file(code, **params)


class Item(NamedTuple):
    """One element of a small part: its own and its parents' local names (`fonts/font/name`), attributes, text."""

    path: str
    attributes: Mapping[str, str]
    text: str


class Style(NamedTuple):
    """What a cell format says: number format code ("" for General) and font name."""

    number_format: str
    font: str


@dataclass(frozen=True)
class BookScan:
    """A second, independent reading of a workbook: the same meanings as in `RawBook`."""

    sheets: tuple[RawSheet, ...]
    names: Mapping[str, str] = field(default_factory=dict)
    properties: Mapping[str, str] = field(default_factory=dict)
    saved_by: str = ""
    flags: frozenset[str] = frozenset()
    saved_at: str = ""
    expressions: tuple[tuple[str, str], ...] = ()

    def sheet(self, name: str) -> RawSheet | None:
        """Give the sheet of that name, None when there is none."""
        return next((sheet for sheet in self.sheets if sheet.name == name), None)


def parse(parser: expat.XMLParserType, data: bytes, part: str) -> None:
    """Run a prepared parser over a part; broken XML becomes the refusal XML_BROKEN with part and line."""
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise Refusal("XML_BROKEN", part=part, line=str(error.lineno)) from None


def new_parser() -> expat.XMLParserType:
    """Make a parser that joins text, separates namespaces by a space and refuses every DOCTYPE."""
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.buffer_size = 65_536
    return parser


def refuse_doctype(parser: expat.XMLParserType, part: str) -> None:
    """Make the parser refuse a DOCTYPE, with which entities grow without bound."""

    def doctype(*_: Any) -> None:
        raise Refusal("XML_DOCTYPE", part=part)

    parser.StartDoctypeDeclHandler = doctype


def tree(data: bytes, part: str) -> Element:
    """Parse a part into its tree; raises Refusal for broken or Strict XML, a DOCTYPE and deep nesting.

    How much a tree may hold is counted before, in `bulk`.
    """
    if b"<!DOCTYPE" in data:
        # Only as text within CDATA or a comment is it harmless, so expat decides.
        parser = new_parser()
        refuse_doctype(parser, part)
        parse(parser, data, part)
    try:
        root = ElementTree.fromstring(data)
    except (LookupError, ValueError):
        raise Refusal("XML_ENCODING", part=part) from None
    except ElementTree.ParseError as error:
        raise Refusal("XML_BROKEN", part=part, line=str(error.position[0])) from None
    # Readers for the usual namespaces take Strict Open XML for an empty workbook.
    if root.tag.startswith("{" + STRICT):
        raise Refusal("XLSX_STRICT", part=part)
    if _too_deep(root):
        raise Refusal("XML_DEEP", part=part)
    return root


def _too_deep(root: Element) -> bool:
    """Tell whether elements stand deeper within each other than in any workbook."""
    level = [root]
    for _ in range(MAX_DEPTH):
        level = [inner for element in level for inner in element]
        if not level:
            return False
    return True


def local(name: str) -> str:
    """Give a tag's or attribute's name without its namespace."""
    return name.rpartition("}")[2]


def items(data: bytes, part: str, wanted: Collection[str]) -> list[Item]:
    """List the elements of a part whose local name is wanted, in document order; raises Refusal as `tree`."""
    found: list[Item] = []
    stack = [("", tree(data, part))]
    while stack:
        above, element = stack.pop()
        path = f"{above}/{local(element.tag)}"
        if path.rpartition("/")[2] in wanted:
            plain = {local(key): value for key, value in element.attrib.items()}
            found.append(Item("/".join(path.split("/")[-3:]), plain, element.text or ""))
        stack.extend((path[-200:], inner) for inner in reversed(element))
    return found


def number(text: str) -> float | None:
    """Read a number as XML writes it; None for anything else, infinity, `1_000` and foreign digits included."""
    if not _NUMBER.match(text.strip(" \t\r\n")):
        return None
    value = float(text)
    return value if math.isfinite(value) else None


def unescape(text: str) -> str:
    """Undo `_x000D_`, the way in which Excel stores signs that XML can't."""
    return _ESCAPE.sub(lambda match: chr(int(match.group(1), 16)), text) if "_x" in text else text


def shared_strings(data: bytes, part: str) -> list[str]:
    """Read the shared strings; a count that the part has no room for is refused, since readers reserve by it."""
    root = tree(data, part)
    _believable(root.attrib, len(data))
    found = [item for item in root if item.tag == _SI]
    if any(len(item) > 1 and two_texts(item) for item in found):
        raise Refusal("AMBIGUOUS", what="two_values", part=part, sheet="", cell="")
    return [string_of(item) for item in found]


def two_texts(item: Element) -> bool:
    """Tell whether a string item, or one run of it, has two texts: some readers join them, others take one."""
    return any(sum(inner.tag == _T for inner in one) > 1 for one in (item, *item.iterfind(_R)))


def string_of(item: Element) -> str:
    """Join the text runs of a string item; reading aids (`rPh`) are no part of it."""
    if len(item) == 1 and item[0].tag == _T:
        return unescape(item[0].text or "")
    runs = (inner if inner.tag == _T else inner.find(_T) for inner in item if inner.tag in (_T, _R))
    return unescape("".join(run.text or "" for run in runs if run is not None))


def _believable(attributes: Mapping[str, str], size: int) -> None:
    unique = attributes.get("uniqueCount", "0")
    # The shortest string is `<si/>`, five bytes.
    if not unique.isascii() or not unique.isdigit() or int(unique[:12]) > size // 5:
        raise Refusal("STRINGS_FALSE", count=unique[:20])
