"""Where a sheet offers lists to choose from, and the formulas of its rules; pasting takes a cell's list away unsaid."""

from __future__ import annotations

from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from workbook.address import Cell, parse_area

Areas = tuple[tuple[Cell, Cell], ...]

MOST = 2_000
"""Areas of one sheet that are looked at: a form has a few dozen."""


def dropdowns(root: Element) -> Areas:
    """Give the areas of all list validations, those of Excel's 2010 extension (`x14`) too."""
    areas: list[tuple[Cell, Cell]] = []
    for element in root:
        if element.tag.rpartition("}")[2] not in ("dataValidations", "extLst"):
            continue
        for inner in element.iter():
            if inner.tag.rpartition("}")[2] == "dataValidation" and inner.attrib.get("type") == "list":
                areas += [area for text in _where(inner).split() if (area := parse_area(text))]
    return tuple(areas[:MOST])


def rule_formulas(root: Element) -> list[tuple[Cell, str]]:
    """Give the formulas of validations and conditional formats, each with the first cell of its area."""
    found: list[tuple[Cell, str]] = []
    for element in root:
        if element.tag.rpartition("}")[2] not in ("dataValidations", "conditionalFormatting", "extLst"):
            continue
        cell = _first(element)
        for inner in element.iter():
            cell = _first(inner) or cell
            if inner.tag.rpartition("}")[2] in ("formula", "formula1", "formula2", "f") and inner.text:
                found.append((cell or Cell(1, 1), inner.text))
    return found


def _first(element: Element) -> Cell | None:
    area = parse_area(element.attrib.get("sqref", "").split(" ")[0])
    return area[0] if area else None


def _where(element: Element) -> str:
    stated = element.attrib.get("sqref", "")
    return stated or next((inner.text or "" for inner in element if inner.tag.rpartition("}")[2] == "sqref"), "")


@dataclass
class Offers:
    """The areas of one OpenDocument sheet, where every cell names its own validation; cells below each other are one area."""

    areas: list[tuple[Cell, Cell]] = field(default_factory=list)
    ends: dict[tuple[int, int], int] = field(default_factory=dict)

    def add(self, first: Cell, last: Cell) -> None:
        """Take one cell, as often as it is repeated."""
        at = self.ends.get((first.col, last.col))
        if at is not None and self.areas[at][1].row == first.row - 1:
            self.areas[at] = (self.areas[at][0], last)
        elif len(self.areas) < MOST:
            self.ends[first.col, last.col] = len(self.areas)
            self.areas.append((first, last))
