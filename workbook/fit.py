"""How high a row must be for its text: Thai wraps without spaces, and LibreOffice fits no height by itself."""

from __future__ import annotations

from math import ceil

from workbook.style import LINE_HEIGHT, SIZE

_MARKS = frozenset({0x0E31, *range(0x0E34, 0x0E3B), *range(0x0E47, 0x0E4F)})
MAX_HEIGHT = 409.0
"""Excel's own limit of a row, in points."""


def lines(text: str, width: float, size: float = SIZE) -> int:
    """Count the lines that a text takes in a column of `width` characters.

    Marks above and below take no width. Measured rule: 1.1 x base characters / (0.75 x width) at 16 pt.
    """
    room = max(1.0, 0.75 * width * SIZE / size)
    total = 0
    for part in text.split("\n"):
        base = sum(1 for sign in part if ord(sign) not in _MARKS)
        total += max(1, ceil(1.1 * base / room))
    return total


def height(pairs: list[tuple[str, float]], least: int = 1, size: float = SIZE) -> float:
    """Give the height in points that the highest of (text, width) pairs needs, within Excel's limit."""
    most = max([least, *(lines(text, width, size) for text, width in pairs)])
    return min(MAX_HEIGHT, most * LINE_HEIGHT * size / SIZE)
