"""How OpenDocument writes references, times and its properties."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping

from workbook.scan import items

_N = "([0-9]{1,6})"
_TIME = re.compile(rf"(-?)P(?:{_N}D)?T?(?:{_N}H)?(?:{_N}M)?(?:{_N}(?:[.,]([0-9]{{1,12}}))?S)?\Z")
_SHEET = r"\$?('(?:[^']|'')*'|[^'.:;~\[\]$]+)"
_CELL = r"(\$?[A-Za-z]{1,3}\$?[0-9]{1,7})"
_AREA = re.compile(rf"\[?{_SHEET}\.{_CELL}(?::(?:{_SHEET})?\.?{_CELL})?\]?\Z")


def excel_reference(text: str) -> str:
    """Turn `$'A b'.$A$1:.$A$5` and unions by `;` or `~` into `'A b'!$A$1:$A$5,…`; other expressions stay as stored."""
    areas: list[str] = []
    for part in _split(text.removeprefix("of:").removeprefix("=")):
        match = _AREA.match(part)
        if match is None or match.group(3) not in (None, match.group(1)):
            return text
        sheet, first, _, last = match.groups()
        areas.append(f"{sheet}!{first}" + (f":{last}" if last else ""))
    return ",".join(areas)


def _split(text: str) -> list[str]:
    parts, quoted, start = [], False, 0
    for at, sign in enumerate(text):
        if sign == "'":
            quoted = not quoted
        elif sign in ";~" and not quoted:
            parts.append(text[start:at].strip())
            start = at + 1
    return [*parts, text[start:].strip()]


def read_meta(parts: Mapping[str, bytes]) -> tuple[dict[str, str], dict[str, str]]:
    """Read (custom properties, generator and date of saving); of a property given twice the first counts."""
    found: dict[str, str] = {}
    said: dict[str, str] = {}
    data = parts.get("meta.xml")
    for path, attributes, text in items(data, "meta.xml", ("user-defined", "generator", "date")) if data else ():
        name = path.rpartition("/")[2]
        if name == "user-defined":
            found.setdefault(attributes.get("name", ""), text)
        else:
            said[name] = text.strip()
    return found, said


def duration(text: str) -> dt.time | dt.timedelta | None:
    """Read `PT06H30M00S` as a time of day, longer or negative ones as a duration."""
    match = _TIME.match(text)
    if not match:
        return None
    days, hours, minutes, seconds = (int(group or 0) for group in match.groups()[1:5])
    micro = int((match.group(6) or "0")[:6].ljust(6, "0"))
    span = dt.timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds, microseconds=micro)
    if match.group(1):
        return -span
    return (dt.datetime.min + span).time() if span < dt.timedelta(days=1) else span


def moment(text: str) -> dt.date | dt.datetime | None:
    """Read an ISO date or date and time; None for anything else."""
    try:
        return dt.datetime.fromisoformat(text) if "T" in text else dt.date.fromisoformat(text)
    except ValueError:
        return None
