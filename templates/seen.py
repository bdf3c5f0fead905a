"""What the search for tables has in common: a table that was found, and cells as keys that people's spellings share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from templates import thai
from templates.kinds import KINDS
from templates.layout import NOWHERE, Json
from templates.spec import Field
from workbook.address import Cell
from workbook.raw import RawCell

HEAD_SHARE = 0.6
"""Share of a table's headings that must stand in one row to make it the heading row."""


@dataclass(frozen=True)
class Anchored:
    """A table found by what is seen: the heading row (0 for labels), field -> cell per record (NOWHERE = gone)."""

    head: int
    cells: Mapping[str, tuple[Cell, ...]]

    @property
    def missing(self) -> tuple[int, ...]:
        """Give the records that are not on the page."""
        first = next(iter(self.cells.values()), ())
        return tuple(at for at, cell in enumerate(first) if cell == NOWHERE)


def text_of(cell: RawCell) -> str:
    """Give what stands in a cell as a comparison key, numbers as people see them."""
    value = cell.value
    if isinstance(value, float):
        return thai.key(format(value, ".15g"))
    return "" if value is None else thai.key(str(value))


def shown_key(item: Field, kept: Json) -> str:
    """Give a kept value as its cell shows it, as a comparison key; "" for a blank."""
    kind = KINDS[item.kind]
    shown = kind.show(kind.load(kept), item)
    return "" if shown is None else thai.key(format(shown, "f") if hasattr(shown, "as_tuple") else str(shown))
