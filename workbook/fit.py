"""How high a row must be for its text: Thai wraps without spaces, and LibreOffice fits no height by itself."""

from __future__ import annotations

from math import ceil

from workbook.style import LINE_HEIGHT, RULER, SIZE, UNIT

_MARKS = frozenset({0x0E31, *range(0x0E34, 0x0E3B), *range(0x0E47, 0x0E4F)})
MAX_HEIGHT = 409.0
"""Excel's own limit of a row, in points."""
_STEP = 1.06
"""How much higher than the first every further line is in the highest of the fonts that stand in for ours."""
_EDGES = 0.7
_WORD = 0.9
"""Share of a line that is filled where words follow each other without spaces."""


def lines(text: str, width: float, size: float = SIZE) -> int:
    """Count the lines that a text takes in a column of `width` characters.

    Marks above and below take no width. Measured with the widest of the fonts that stand in for ours: a character takes
    5/4 of a column's unit. Some programs begin a new line at a space before they break words written without one.
    """
    room = max(1.0, (0.8 * width - _EDGES) * SIZE / size)
    return sum(_wrapped(part, room) for part in text.split("\n"))


def _wrapped(text: str, room: float) -> int:
    count, used = 1, 0.0
    for word in text.split(" "):
        need = sum(1 for sign in word if ord(sign) not in _MARKS)
        if used + need <= room:
            used += need + 1
            continue
        count += used > 0
        more = 0 if need <= room else ceil(need / (_WORD * room)) - 1
        count += more
        used = need - more * _WORD * room + 1
    return count


def height(pairs: list[tuple[str, float]], least: int = 1, size: float = SIZE) -> float:
    """Give the height in points that the highest of (text, width) pairs needs, within Excel's limit."""
    most = max([least, *(lines(text, width, size) for text, width in pairs)])
    return min(MAX_HEIGHT, (1 + (most - 1) * _STEP) * LINE_HEIGHT * size / SIZE)


def ruled(width: float) -> float:
    """Give the width that Excel is told for a column of a ruled book: `UNIT` points a unit, in figures of the ruler's font."""
    _, _, figure, edges = RULER
    return (width * UNIT / _POINTS - edges) / figure


_POINTS = 0.75
"""Points of a pixel."""
