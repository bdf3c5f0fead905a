"""How a sheet meets the paper: A4, upright or across, and where its pages may end without cutting what belongs together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from templates.layout import Block
from templates.spec import One
from workbook.style import UNIT

_LONG, _SHORT = 841.9, 595.3
_SIDES, _ENDS = 86.4, 108.0
"""A4 and its margins (both together), in points; the margins are those that `workbook.write` sets."""
_SAFE = 0.98
"""Programs round rows up by a little."""
_SHORT_PAGE = 0.2
"""A last page filled less than this is filled up from the others."""
_SQUEEZE = 1.25
"""A sheet up to this many pages high is printed on one: 16 points then still print as 9 or more."""
UPRIGHT = 104.0
"""Sheets up to this width in characters are printed upright."""
_WHOLE = 0.5
"""A table up to this share of a page is not cut; a card is not cut unless it is higher than a page."""


@dataclass(frozen=True)
class Part:
    """What should stay on one page: the rows at which its lines begin. It is cut at them if it is higher than `whole` pages."""

    rows: tuple[int, ...]
    whole: float = 1.0


def landscape(widths: Mapping[int, float]) -> bool:
    """Tell whether a sheet is too wide to be printed upright."""
    return sum(widths.values()) > UPRIGHT


def room(widths: Mapping[int, float]) -> float:
    """Give the height of rows, in points, that one page takes of a sheet printed one page wide."""
    wide, high = (_LONG, _SHORT) if landscape(widths) else (_SHORT, _LONG)
    scale = min(1.0, (wide - _SIDES) / (sum(widths.values()) * UNIT))
    return _SAFE * (high - _ENDS) / scale


def squeezed(heights: Mapping[int, float], full: float) -> bool:
    """Tell whether a sheet that is a little higher than a page is better printed smaller, on one page."""
    return full < sum(heights.values()) <= full * _SQUEEZE


def parts(blocks: Sequence[Block]) -> list[Part]:
    """Give the parts of the tables of a sheet from top to bottom; a title stays with what it heads."""
    found: list[Part] = []
    for block in blocks:
        start = block.title.row
        if block.head_row:
            found.append(Part((start, *(key.row for key in block.keys[1:])), _WHOLE))
        elif isinstance(block.table.rows, One):
            rows = [cell.row for (_, _), cell in sorted(block.labels.items(), key=lambda item: item[1].row)]
            found.append(Part((start, *rows[1:]), _WHOLE))
        else:
            found += _cards(block)
    return found


def _cards(block: Block) -> list[Part]:
    cards = []
    for record, key in enumerate(block.keys):
        rows = sorted(cell.row for (at, _), cell in block.labels.items() if at == record)
        cards.append(Part((key.row if record else block.title.row, *rows[1:])))
    return cards


def breaks(found: Sequence[Part], heights: Mapping[int, float], full: float, repeated: float = 0.0) -> tuple[int, ...]:
    """Give the rows after which a new page begins: as few pages as can be, and no last page that is almost empty.

    `heights` of all rows from 1 on; `full` is what one page takes; `repeated` is taken again by the heading of every
    page but the first. The first part begins with the sheet.
    """
    last = max(heights)
    starts = sorted({row for part in found for row in part.rows})
    pieces: list[tuple[int, float]] = []
    for part in found:
        end = next((row for row in starts if row > part.rows[-1]), last + 1)
        high = _between(heights, part.rows[0], end)
        rows = _joined(part.rows, end, (heights, full)) if high > full * part.whole else part.rows[:1]
        pieces += [(row, _between(heights, row, after)) for row, after in zip(rows, (*rows[1:], end), strict=True)]
    if pieces:
        pieces[0] = (1, _between(heights, 1, pieces[0][0]) + pieces[0][1])
    filled = [_fill(pieces, full * share / _STEPS, repeated) for share in range(_STEPS, 0, -1)]
    fewest = [ends for ends in filled if len(ends) == len(filled[0])]
    good = (ends for ends in fewest if not ends or _between(heights, ends[-1] + 1, last + 1) >= full * _SHORT_PAGE)
    return next(good, fewest[-1])


def _joined(rows: tuple[int, ...], end: int, page: tuple[Mapping[int, float], float]) -> tuple[int, ...]:
    """Leave no first and no last line of a table alone on a page, unless two of them fill half of it."""
    heights, full = page
    kept = list(rows)
    if len(kept) > 3 and _between(heights, kept[-2], end) <= full / 2:
        kept.pop()
    if len(kept) > 3 and _between(heights, kept[0], kept[2]) <= full / 2:
        kept.pop(1)
    return tuple(kept)


_STEPS = 40


def _between(heights: Mapping[int, float], first: int, end: int) -> float:
    return sum(heights[row] for row in range(first, end))


def _fill(pieces: Sequence[tuple[int, float]], full: float, repeated: float) -> tuple[int, ...]:
    ends: list[int] = []
    taken = 0.0
    for row, high in pieces:
        if taken and taken + high > full:
            ends.append(row - 1)
            taken = repeated
        taken += high
    return tuple(ends)
