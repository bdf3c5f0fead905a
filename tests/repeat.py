"""Reckons the printed steps of a score again, from their text alone: no formula of the program is used here."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction

_SIGNS = str.maketrans({"÷": "/", "×": "*", "−": "-"})
_NUMBER = r"-?\d+(?:\.\d+)?"
AT_LEAST, AT_MOST, LEAST_OF = "ไม่น้อยกว่า", "ไม่เกิน", "ค่าน้อยที่สุดของ"
_PARTS: dict[type, Callable[[Fraction, Fraction], Fraction]] = {
    ast.Add: lambda a, b: a + b,
    ast.Sub: lambda a, b: a - b,
    ast.Mult: lambda a, b: a * b,
    ast.Div: lambda a, b: a / b,
}


def reckon(text: str) -> Fraction:
    """Reckon an expression with bounds in words, as a person with a calculator would."""
    text = text.strip()
    if text.startswith(LEAST_OF):
        return min(reckon(part) for part in text.removeprefix(LEAST_OF).split(","))
    if not text.startswith("("):
        for word, pick in ((AT_MOST, min), (AT_LEAST, max)):
            head, found, bound = text.rpartition(word)
            if found:
                return pick(reckon(head), reckon(bound))
    inner = re.fullmatch(rf"\((.+) {AT_LEAST} 0\) (.+)", text)
    if inner:
        return reckon(f"{max(_plain(inner[1]), Fraction(0))} {inner[2]}".replace("/", "÷"))
    bounded = re.fullmatch(rf"(.+) {AT_LEAST} 0", text)
    return max(_plain(bounded[1]), Fraction(0)) if bounded else _plain(text)


def _plain(text: str) -> Fraction:
    return _value(ast.parse(text.strip().translate(_SIGNS), mode="eval").body, text.translate(_SIGNS).strip())


def _value(node: ast.expr, source: str) -> Fraction:
    if isinstance(node, ast.BinOp):
        return _PARTS[type(node.op)](_value(node.left, source), _value(node.right, source))
    if isinstance(node, ast.UnaryOp):
        return -_value(node.operand, source)
    assert isinstance(node, ast.Constant), source
    return Fraction(ast.get_source_segment(source, node) or "")


def rounded(value: Fraction, decimals: int) -> Decimal:
    """Round half up, away from zero."""
    scaled = abs(value) * 10**decimals
    whole = int(scaled + Fraction(1, 2))
    return (Decimal(whole) if value >= 0 else -Decimal(whole)).scaleb(-decimals)


def numbers(text: str) -> list[Decimal]:
    """Give the numbers of a text in their order."""
    return [Decimal(item) for item in re.findall(_NUMBER, text)]


def repeated(worked: str) -> tuple[Fraction, Decimal] | None:
    """Give what a printed sum comes to and what is printed behind its sign of equality; None where it is no sum."""
    head, sign, tail = worked.rpartition(" = ")
    if not sign:
        return None
    if re.match(r"[\u0e00-\u0e7f]", head) and not head.startswith(LEAST_OF):
        # A case told in words ends with what it gives.
        return Fraction(tail), Decimal(tail)
    return reckon(head), Decimal(tail)


def terms(worked: str) -> list[tuple[Decimal, Fraction]]:
    """Give the (weight, value) pairs of a weighted sum that stands in brackets before it is divided."""
    depth, parts, end = 0, [""], 0
    for end, sign in enumerate(worked):
        depth += (sign == "(") - (sign == ")")
        if depth == 0:
            break
        if depth == 1 and worked[end : end + 3] == " + ":
            parts.append("")
        parts[-1] += sign
    cut = [part.removeprefix("(" if at == 0 else " + ").partition(" × ") for at, part in enumerate(parts)]
    return [(Decimal(weight), reckon(value)) for weight, _, value in cut]
