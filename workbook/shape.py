"""What is merged and hidden on a sheet of an xlsx: a person sees one cell where the file has many, or none at all."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from workbook.address import MAX_COL, parse_area
from workbook.dropdowns import Areas
from workbook.scan import MAIN, TRUE

MOST = 5_000
"""Merged areas of one sheet that are looked at."""

_MERGE = f"{{{MAIN}}}mergeCells/{{{MAIN}}}mergeCell"
_COLUMN = f"{{{MAIN}}}cols/{{{MAIN}}}col"


def merged_areas(root: Element) -> Areas:
    """Give the merged areas of a worksheet part, at most `MOST`; what is no area is left out."""
    found = []
    for element in root.iterfind(_MERGE):
        area = parse_area(element.attrib.get("ref", ""))
        if area is not None and area[0] != area[1]:
            found.append(area)
        if len(found) == MOST:
            break
    return tuple(found)


def hidden_columns(root: Element) -> frozenset[int]:
    """Give the numbers of the columns that are hidden or have no width."""
    found: set[int] = set()
    for element in root.iterfind(_COLUMN):
        first, last = (_number(element.attrib.get(name, "")) for name in ("min", "max"))
        unseen = element.attrib.get("hidden") in TRUE or not element.attrib.get("width", "1").strip("0.")
        if unseen and 1 <= first <= last <= MAX_COL:
            found.update(range(first, last + 1))
    return frozenset(found)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 0
