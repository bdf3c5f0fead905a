"""The five criteria of an indicator as one row of numbers: which count, which way they go, where they turn."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal


def plain(number: Decimal) -> str:
    """Show a number without exponent and trailing zeros."""
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def anchors(levels: Sequence[Decimal | None]) -> dict[int, Decimal] | None:
    """Read a criteria row as its anchors level -> value; None when it is not strictly monotone.

    Domain B7: a value that breaks strict monotonicity is a placeholder when it is 0 or blank; 0 in a row that
    is monotone as it stands counts.
    """
    whole = {at + 1: value for at, value in enumerate(levels) if value is not None}
    if _monotone(list(whole.values())):
        return whole
    without_zero = {level: value for level, value in whole.items() if value != 0}
    return without_zero if _monotone(list(without_zero.values())) else None


def _monotone(values: Sequence[Decimal]) -> bool:
    pairs = list(zip(values, values[1:], strict=False))
    return all(a < b for a, b in pairs) or all(a > b for a, b in pairs)


def first_turn(levels: Sequence[Decimal | None]) -> int:
    """Give the position of the first level that does not go on as the row began."""
    known = [(at, value) for at, value in enumerate(levels) if value is not None]
    rising = known[0][1] < known[-1][1]
    pairs = zip(known, known[1:], strict=False)
    return next((at for (_, a), (at, b) in pairs if a == b or (a < b) is not rising), known[0][0])


def shown(levels: Sequence[Decimal | None]) -> str:
    """Show a criteria row on one line, a dash where a level has no value."""
    return " ".join("-" if value is None else plain(value) for value in levels)
