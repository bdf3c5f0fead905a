"""How much the XML parts of a workbook hold, counted before anything is parsed: what would grow in memory is refused first."""

from __future__ import annotations

import codecs
import re
from collections.abc import Mapping
from xml.parsers import expat

from workbook.scan import MAX_DEPTH, Refusal, new_parser, parse, refuse_doctype

MAX_TAGS = 500_000
"""Tags of all parts together: a form has 13,000. With the next their trees stay below some 200 MB and two seconds."""
MAX_SIGNS = 1_000_000
"""Signs of equality, one for each attribute at least, of all parts together."""
MAX_ROOMS = 320_000
"""Rows and cells of all sheets, which don't count above up to here: a row for each of 8,300 agencies makes 290,000 of them."""
MAX_INNER = 1_200_000
"""Tags of rows, cells and what stands in them: with so many the trees stay below some 400 MB and six seconds."""
MAX_RUN = 1 << 20
"""Bytes from one tag to the next, attributes and text together: a cell holds 32,767 signs at most."""
_STEP = 1 << 20
_ENCODING = re.compile(rb"(?:\xef\xbb\xbf)?<\?xml[^>]{0,150}?encoding\s*=\s*[\"']([^\"']*)")
_TREES = re.compile(r"xl/worksheets/[^/]*\Z|xl/(?:workbook|sharedStrings|styles)\.xml\Z|content\.xml\Z")
_SHEETS = re.compile(r"xl/worksheets/[^/]*\Z")
_OPEN, _INNER = (b"<row ", b"<c "), (b"<v>", b"</v>", b"</c>", b"</row>", b"<is>", b"</is>", b"<t>", b"<t ", b"</t>")
_OWN = 3
"""Attributes that a cell needs: address, style, type."""
_PLAIN = (b"utf-8", b"utf8", b"us-ascii", b"ascii")


def check(parts: Mapping[str, bytes]) -> None:
    """Refuse what is no plain UTF-8 XML and what holds more than a form could; raises Refusal with the part."""
    tags = signs = rooms = inner = 0
    for name, part in parts.items():
        if not part or name.endswith(".bin"):
            continue
        _check_text(name, part)
        _check_runs(name, part)
        opened, within = _cells(name, part)
        rooms, inner = rooms + opened, inner + opened + within
        tags += part.count(b"<") - opened - within
        signs += max(part.count(b"=") - _OWN * opened, 0)
        if rooms > MAX_ROOMS or inner > MAX_INNER or tags > MAX_TAGS or signs > MAX_SIGNS:
            raise _too_much(name, part)
        _check_depth(name, part)


def _cells(name: str, part: bytes) -> tuple[int, int]:
    """Count the tags that open rows and cells of a sheet, and those of what stands in them."""
    if not _SHEETS.match(name):
        return 0, 0
    return sum(map(part.count, _OPEN)), sum(map(part.count, _INNER))


def _check_depth(name: str, part: bytes) -> None:
    """Refuse deep nesting; parts that are made a tree are looked at there."""
    if part.count(b"</") > MAX_DEPTH and not _TREES.match(name):
        parser = new_parser()
        _Depth(parser, name)
        _quietly(parser, part)


class _Depth:
    """Count how deep the elements of a part stand within each other."""

    def __init__(self, parser: expat.XMLParserType, part: str) -> None:
        self.depth = 0
        self.part = part
        parser.StartElementHandler = self.start
        parser.EndElementHandler = self.end

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """Go one level down."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise Refusal("XML_DEEP", part=self.part[:200])

    def end(self, name: str) -> None:
        """Go one level up."""
        self.depth -= 1


def _quietly(parser: expat.XMLParserType, part: bytes) -> None:
    """Parse; what is broken in a part that nobody reads is no matter."""
    try:
        parser.Parse(part, True)
    except expat.ExpatError:
        return


def _too_much(name: str, part: bytes) -> Refusal:
    """Say too many cells where it is mostly cells, else which part holds too much."""
    cells = part.count(b"<c ") + part.count(b"<c/") + part.count(b"<row") + part.count(b":table-cell")
    if cells * 4 > part.count(b"<"):
        return Refusal("TOO_MANY_CELLS", part=name[:200], sheet="")
    return Refusal("XML_MUCH", part=name[:200])


def _check_text(name: str, part: bytes) -> None:
    """Refuse a part that is not UTF-8 or has a DOCTYPE."""
    head = part[:200]
    encoding = _ENCODING.match(head)
    said = encoding.group(1).lower() if encoding else b"utf-8"
    if said not in _PLAIN or b"\x00" in head or not _is_utf8(part):
        raise Refusal("XML_ENCODING", part=name[:200])
    if b"<!DOCTYPE" in part:
        # Only as text within CDATA or a comment is it harmless, so expat decides.
        parser = new_parser()
        refuse_doctype(parser, name[:200])
        parse(parser, part, name[:200])


def _is_utf8(part: bytes) -> bool:
    """Decode step by step: the text of a large part at once would take up to four times its size."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for at in range(0, len(part), _STEP):
            decoder.decode(part[at : at + _STEP])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _check_runs(name: str, part: bytes) -> None:
    """Refuse a tag whose attributes, or a text, go on and on; looks only at every last tag within reach of the one before."""
    at = 0
    while len(part) - at > MAX_RUN:
        following = part.rfind(b"<", at + 1, at + 1 + MAX_RUN)
        if following < 0:
            raise Refusal("XML_MUCH", part=name[:200])
        at = following
