"""How a sheet meets the paper: A4, upright or across, and where its pages may end without cutting what belongs together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from templates.layout import Block
from templates.spec import One
from workbook.style import LINE_HEIGHT, UNIT

_LONG, _SHORT = 841.9, 595.3
_SIDES, _ENDS = 86.4, 108.0
"""A4 and its margins (both together), in points; the margins are those that `workbook.write` sets."""
_SAFE = 0.98
"""Programs round rows up by a little."""
_SHORT_PAGE = 0.4
"""A last page filled less than this is filled up from the others."""
_SQUEEZE, _SMALLEST = 1.25, 0.6
"""A sheet up to this many pages high is printed on one, where its 16 points then still print as 9.6 or more."""
UPRIGHT = 104.0
"""Sheets up to this width in characters are printed upright."""
_LIST = 0.25
"""A numbered list of sentences is cut above this share of a page: it is read on without its heading."""
_WHOLE = 0.5
"""Up to this share of a page a table is not cut whose lines can be read without its heading, or with the heading repeated."""
_TALL = 3 * LINE_HEIGHT
"""A line of a table may stand alone on a page where it is as high as this."""


@dataclass(frozen=True)
class Pages:
    """How a sheet is cut: the row of the heading that is repeated (None = no heading), and the rows that end a page."""

    head: int | None
    ends: tuple[int, ...]


@dataclass(frozen=True)
class Part:
    """What should stay on one page: the rows at which its lines begin. It is cut at them if it is higher than `whole` pages.

    Lines of a part that need not stay whole at all (0) may stand alone on a page.
    """

    rows: tuple[int, ...]
    whole: float = 1.0


def landscape(widths: Mapping[int, float]) -> bool:
    """Tell whether a sheet is too wide to be printed upright."""
    return sum(widths.values()) > UPRIGHT


def room(widths: Mapping[int, float]) -> float:
    """Give the height of rows, in points, that one page takes of a sheet printed one page wide."""
    return _SAFE * ((_SHORT if landscape(widths) else _LONG) - _ENDS) / _scale(widths)


def _scale(widths: Mapping[int, float]) -> float:
    wide = _LONG if landscape(widths) else _SHORT
    return min(1.0, (wide - _SIDES) / (sum(widths.values()) * UNIT))


def squeezed(heights: Mapping[int, float], widths: Mapping[int, float]) -> bool:
    """Tell whether a sheet that is a little higher than a page is better printed smaller, on one page."""
    full = room(widths)
    return full < sum(heights.values()) <= full * min(_SQUEEZE, _scale(widths) / _SMALLEST)


def paged(blocks: Sequence[Block], below: Sequence[Part], heights: Mapping[int, float], full: float) -> Pages:
    """Choose the heading to be repeated, and cut a sheet with tables from top to bottom and other parts below them.

    Programs repeat the rows of one heading, on every page below it: no page may begin within another grid, or under a
    heading that is not its own. Where that can't be had, the fewest pages suffer: those of a grid that is higher than a
    page and followed by others, whose next page then has no heading.
    """
    grids = [block for block in reversed(blocks) if block.head_row]
    found = []
    for repeated in (*grids, None):
        head = repeated.head_row if repeated else None
        ends = breaks([*parts(blocks, repeated), *below], heights, full, head=head)
        found.append((_astray(blocks, repeated, ends), len(ends), Pages(head, ends)))
    return min(found, key=lambda item: item[:2])[2]


def _astray(blocks: Sequence[Block], repeated: Block | None, ends: Sequence[int]) -> int:
    """Count the pages that begin within a grid without its heading, or below a heading that is not theirs."""
    count = 0
    for start in (end + 1 for end in ends):
        own = next((block for block in blocks if block.head_row and block.head_row < start <= block.last_row), None)
        under = repeated if repeated and repeated.head_row and repeated.head_row < start else None
        lost = own is not None and len(own.table.fields) > 1
        count += own is not under and (lost or under is not None)
    return count


def parts(blocks: Sequence[Block], repeated: Block | None = None) -> list[Part]:
    """Give the parts of the tables of a sheet from top to bottom; a title stays with what it heads."""
    found: list[Part] = []
    for block in blocks:
        start = block.title.row
        if block.head_row:
            whole = _LIST if len(block.table.fields) == 1 else _WHOLE if block is repeated else 1.0
            found.append(Part((start, *(key.row for key in block.keys[1:])), whole))
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


def breaks(found: Sequence[Part], heights: Mapping[int, float], full: float, *, head: int | None = None) -> tuple[int, ...]:
    """Give the rows after which a new page begins: few pages, the last one not almost empty, the first ones full.

    `heights` of all rows from 1 on; `full` is what one page takes; the row `head` is repeated on every page below it.
    The first part begins with the sheet.
    """
    last = max(heights)
    starts = sorted({row for part in found for row in part.rows})
    pieces: list[tuple[int, float]] = []
    for part in found:
        end = next((row for row in starts if row > part.rows[-1]), last + 1)
        high = _between(heights, part.rows[0] if pieces else 1, end)
        rows = part.rows[:1] if high <= full * part.whole else part.rows
        rows = _joined(rows, end, (heights, full)) if part.whole else rows
        pieces += [(row, _between(heights, row, after)) for row, after in zip(rows, (*rows[1:], end), strict=True)]
    if pieces:
        pieces[0] = (1, _between(heights, 1, pieces[0][0]) + pieces[0][1])
    return _cut(pieces, full, (head, heights[head]) if head else (last, 0.0))


def _joined(rows: tuple[int, ...], end: int, page: tuple[Mapping[int, float], float]) -> tuple[int, ...]:
    """Leave no first and no last line of a table alone on a page, unless two of them fill half of it."""
    heights, full = page
    kept = list(rows)
    if len(kept) > 3 and heights[kept[-1]] < _TALL and _between(heights, kept[-2], end) <= full / 2:
        kept.pop()
    if len(kept) > 3 and heights[kept[1] - 1] < _TALL and _between(heights, kept[0], kept[2]) <= full / 2:
        kept.pop(1)
    return tuple(kept)


def _between(heights: Mapping[int, float], first: int, end: int) -> float:
    return sum(heights[row] for row in range(first, end))


def _cut(pieces: Sequence[tuple[int, float]], full: float, again: tuple[int, float]) -> tuple[int, ...]:
    """Put pieces (first row, height) on pages; from the last one back, the best that can follow each is known.

    The best is (pages, whether the last is short, the rows that end a page with their signs changed: later is better).
    """
    head, repeated = again
    best: dict[int, tuple[int, bool, tuple[int, ...]]] = {}
    for first in range(len(pieces) - 1, -1, -1):
        over = repeated if pieces[first][0] > head else 0.0
        taken = over
        found: list[tuple[int, bool, tuple[int, ...]]] = []
        for at in range(first, len(pieces)):
            taken += pieces[at][1]
            if taken > full and at > first:
                break
            if at + 1 == len(pieces):
                found.append((1, taken - over < full * _SHORT_PAGE, ()))
                continue
            pages, short, ends = best[at + 1]
            found.append((pages + 1, short, (1 - pieces[at + 1][0], *ends)))
        best[first] = min(found)
    return tuple(-row for row in best[0][2]) if best else ()
