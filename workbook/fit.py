"""How high a row must be for its text, and where lines end: Thai wraps without spaces, LibreOffice fits no height by itself."""

from __future__ import annotations

import re
from functools import lru_cache
from math import ceil

from workbook.style import LINE_HEIGHT, RULER, SIZE, SMALLER, UNIT

_MARKS = frozenset({0x0E31, *range(0x0E34, 0x0E3B), *range(0x0E47, 0x0E4F)})
MAX_HEIGHT = 409.0
"""Excel's own limit of a row, in points."""
_STEP = 1.06
"""How much higher than the first every further line is in the highest of the fonts that stand in for ours."""
_FOOT = 1.5
"""Points below the last line, so that vowels below it keep off the border."""
_UNIT = 1.03 * UNIT
"""Points that one unit of a column takes: between those of Excel and those of LibreOffice, which draws columns wider."""
_EDGES = 3.0
"""Points that the edges of a cell take."""
_LOSS = 1.5
"""What stays empty at the end of a line that ends within a run of Thai, in sizes of the font; in narrow columns less."""
_RUN = 3.0
"""A shorter run of Thai, or one with less room behind what stands before it, is not broken, in sizes of the font."""
_BOLD = 1.06
"""How much wider bold text is at most, as programs draw it."""
_THAI = range(0x0E00, 0x0E80)
_LETTER, _FIGURE, _OTHER = 0.595, 0.545, 0.85
_WIDTHS: dict[float, tuple[str, tuple[int, ...]]] = {
    0.25: ("'.,:;·ijlI|!", ()),
    0.33: (' \u00a0()-[]frt"', (0x0E40, 0x0E42, 0x0E43, 0x0E44, 0x0E45)),
    0.42: ("/Js", ()),
    0.48: ("Tkczxvy", (0x0E07, 0x0E23, 0x0E32, 0x0E33)),
    0.68: ("OQUDGNH", (0x0E11, 0x0E17, 0x0E1E, 0x0E1F, 0x0E29, 0x0E2C, *range(0x0E50, 0x0E5A))),
    0.76: ("…", ()),
    0.82: ("", (0x0E0C, 0x0E0D, 0x0E13, 0x0E12)),
    0.9: ("%mwMW@", ()),
}
"""Widths of signs in sizes of the font, as measured in the widest font that stands in for ours; the rest is like its kind."""
_WIDTH = {code: width for width, (signs, codes) in _WIDTHS.items() for code in (*map(ord, signs), *codes)}
_JOINT = re.compile(r"(?<=/)(?=[^\s\d/])| (?![\d*:/\u0e46–-])")
"""Where a line of a title may end: at a space or behind a stroke, but not before a number or a sign."""
_COUNTED = re.compile(r"(?<![\d.,/])(\d{1,2}) (?=[\u0e01-\u0e2e\u0e40-\u0e44])")
_SPAN = re.compile(r"(?<=\d) ([-\u2013]) (?=\d)")


def lines(text: str, width: float, size: float = SIZE, *, bold: bool = False) -> int:
    """Count the lines that a text takes in a column of `width` units: marks above and below take no width."""
    return sum(_wrapped(part, _room(width, size, bold)) for part in text.split("\n"))


def bound(text: str) -> str:
    """Keep a short number with the noun behind it, and the two ends of a span, on one line."""
    return _SPAN.sub("\u00a0\\1\u00a0", _COUNTED.sub("\\1\u00a0", text))


def broken(text: str, width: float, size: float = SIZE) -> str:
    """Break the lines of a bold title where a phrase ends, so that no program has to break it within a word.

    A phrase that fits no line of its own stays as it is: only a dictionary knows where its words end.
    """
    room = _room(width, size, bold=True)
    made: list[str] = []
    line, gap, at = "", "", 0
    for joint in [*_JOINT.finditer(bound(text)), None]:
        phrase = text[at : joint.start() if joint else len(text)]
        longer = line + gap + phrase
        before, alone, together = _wrapped(line, room), _wrapped(phrase, room), _wrapped(longer, room)
        # Nobody knows where a phrase ends that was wrapped: what fits a line begins one behind it.
        new_line = before + alone <= together or (before > 1 and alone == 1)
        # A number at the beginning stays with what it counts.
        if new_line and (_measure(line) > room / 4 or line.endswith(":")):
            made.append(line)
            longer = phrase
        line, gap = longer, joint.group() if joint else ""
        at = joint.end() if joint else at
    return "\n".join([*made, line])


def _room(width: float, size: float, bold: bool) -> float:
    """Give the room of a line in sizes of the font."""
    return max(1.0, (width * _UNIT - _EDGES) / size / (_BOLD if bold else 1))


class _Signs(dict[str, float]):
    """The width of every sign, reckoned when it is first met; marks above and below have none."""

    def __missing__(self, sign: str) -> float:
        width = 0.0 if ord(sign) in _MARKS else _WIDTH.get(ord(sign)) or _kind(sign)
        self[sign] = width
        return width


_SIGNS = _Signs()


def _measure(text: str) -> float:
    return sum(map(_SIGNS.__getitem__, text))


def _kind(sign: str) -> float:
    if sign.isascii() and sign.isdigit():
        return _FIGURE
    return _LETTER if sign.isascii() or ord(sign) in _THAI else _OTHER


@lru_cache(maxsize=8_192)
def _wrapped(text: str, room: float) -> int:
    """Count lines: words end them, and a run of Thai goes on in the line that it begins in, broken between its words.

    The labels of a form are the same for all its recipients, so counts are kept.
    """
    count, used, gap, loss = 1, 0.0, _measure(" "), min(_LOSS, room / 3)
    for word in text.split(" "):
        need = _measure(word)
        if used + need <= room:
            used += need + gap
            continue
        count += used > 0
        if used and min(need, room - used) > _RUN and any(ord(sign) in _THAI for sign in word):
            need -= room - used - loss
        more = max(0, ceil((need - room) / (room - loss)))
        count += more
        used = need - more * (room - loss) + gap
    return count


def height(pairs: list[tuple[str, float]], least: int = 1, size: float = SIZE, *, bold: bool = False) -> float:
    """Give the height in points that the highest of (text, width) pairs needs, within Excel's limit."""
    most = max([least, *(lines(text, width, size, bold=bold) for text, width in pairs)])
    return min(MAX_HEIGHT, high(most, size))


def fitting(text: str, width: float) -> int:
    """Choose the size of a text: the usual one, or for one that would not fit the highest row the largest that does."""
    sizes = (SIZE, *SMALLER)
    return next((size for size in sizes if high(lines(text, width, size), size) <= MAX_HEIGHT), sizes[-1])


def high(count: int, size: float = SIZE) -> float:
    """Give the height in points of a number of lines."""
    return (1 + (count - 1) * _STEP) * LINE_HEIGHT * size / SIZE + _FOOT


def ruled(width: float) -> float:
    """Give the width that Excel is told for a column of a ruled book: `UNIT` points a unit, in figures of the ruler's font."""
    _, _, figure, edges = RULER
    return (width * UNIT / _POINTS - edges) / figure


_POINTS = 0.75
"""Points of a pixel."""
