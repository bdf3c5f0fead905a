"""The numbered items of a text: what stands behind `1.`, `2)` and so on, one after the other."""

from __future__ import annotations

import re
from dataclasses import dataclass

from templates import thai

_MARK = re.compile(r"(?<!\S)([0-9]{1,2})[.)](?![0-9])\s*")


@dataclass(frozen=True)
class Item:
    """One item: its number, 0 for what stands before the first one, and its text without the number."""

    number: int
    text: str


def items(text: str) -> tuple[Item, ...]:
    """Part a cleaned text into its numbered items; a text without any is one item of number 0.

    The first number is any that the text begins with, or a 1; each further one follows on the one before.
    """
    plain = thai.digits(text)
    parts: list[Item] = []
    start, number = 0, 0
    for mark in _MARK.finditer(plain):
        found = int(mark[1])
        begins = not parts and number == 0 and (mark.start() == 0 or found == 1)
        if not begins and (number == 0 or found != number + 1):
            continue
        parts.append(Item(number, plain[start : mark.start()].strip()))
        start, number = mark.end(), found
    parts.append(Item(number, plain[start:].strip()))
    return tuple(item for item in parts if item.text or item.number)
