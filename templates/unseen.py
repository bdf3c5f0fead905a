"""Entries that people see otherwise than the file holds them: merged away, hidden, under a format that shows something else."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache

from templates import thai
from templates.breach import Value
from workbook.address import Cell
from workbook.raw import RawCell, RawSheet

_LITERAL = re.compile(r'"([^"]*)"|\\(.)')
_TOKEN = re.compile(r'"([^"]*)"|\\(.)|\[\$([^\]-]*)[^\]]*\]|\[[^\]]*\]|_.|\*.|(.)')
"""One piece of a format code: quoted text, an escaped sign, the text of a currency, what draws nothing, any other sign."""
_POWER = re.compile(r"[Ee][+-](?=[0#?])")
_SCALED = re.compile(r"[0#?],+(?![0#?,])")
_SHOWS = re.compile(r"[0#?@]|general|[ymdhs]|b{2,4}", re.IGNORECASE)


def covered(sheet: RawSheet, cell: Cell) -> Cell | None:
    """Give the cell that people see in place of one that was merged away; None when it is blank or nothing was merged.

    Whatever stands in that other cell, nobody can tell whether it is meant for this one too.
    """
    over = sheet.over(cell)
    seen = sheet.get(over) if over is not None else None
    return over if seen is not None and (seen.value is not None or seen.formula or seen.error) else None


def unseen_codes(sheet: RawSheet, cell: Cell, value: Value) -> tuple[str, ...]:
    """Give what makes a read value other than what people see: `HIDDEN_ANSWER`, `SHOWN_OTHERWISE`; a blank has neither."""
    if value is None:
        return ()
    hidden = ("HIDDEN_ANSWER",) if sheet.visible and sheet.unseen(cell) else ()
    return hidden + (("SHOWN_OTHERWISE",) if _otherwise(sheet.get(cell)) else ())


def _otherwise(cell: RawCell) -> bool:
    """Tell whether a number format shows other figures than the number's own, or nothing at all."""
    code = cell.number_format
    number = isinstance(cell.value, int | float | Decimal) and not isinstance(cell.value, bool)
    if not code or not (number or isinstance(cell.value, str)):
        return False
    sections = _sections(code)
    if isinstance(cell.value, str):
        return len(sections) > 3 and "@" not in sections[3]
    value = Decimal(str(cell.value))
    own = value < 0 and len(sections) > 1
    shown = sections[1] if own else sections[2] if value == 0 and len(sections) > 2 else sections[0]
    around = _around(shown)
    if around is None:
        return not _SHOWS.search(_LITERAL.sub("", shown))
    before, within, after = (text.strip() for text in around)
    touching = before[-1:].isdecimal() or before[-1:] in (".", ",") or after[:1].isdecimal()
    if within or touching or _SCALED.search(_LITERAL.sub("", shown)) or ("(" in before and ")" in after and not own):
        return True
    if not before and not after:
        return False
    read = thai.read_number(f"{before}{abs(value).normalize():f}{after}").value
    return isinstance(read, Decimal) and abs(read) != abs(value) or (isinstance(read, Decimal) and read < 0 and not own)


@lru_cache(maxsize=256)
def _around(section: str) -> tuple[str, str, str] | None:
    """Give what a format writes before, within and after the figures of a number; None where it shows no figures."""
    parts, waiting, seen = ["", "", ""], "", False
    for token in _TOKEN.finditer(_POWER.sub("", section)):
        quoted, escaped, money, plain = token.groups()
        if plain is not None and plain in "0#?":
            parts[1] += waiting if seen else ""
            parts[0] += "" if seen else waiting
            waiting, seen = "", True
        elif plain is None or plain not in ".,%Ee@":
            waiting += quoted or escaped or money or plain or ""
    return (parts[0], parts[1], waiting) if seen else None


@lru_cache(maxsize=256)
def _sections(code: str) -> tuple[str, ...]:
    """Part a format code at its semicolons, those in quotes aside."""
    parts, quoted = [""], False
    for at, sign in enumerate(code):
        if sign == '"' and (at == 0 or code[at - 1] != "\\"):
            quoted = not quoted
        if sign == ";" and not quoted:
            parts.append("")
        else:
            parts[-1] += sign
    return tuple(parts)
