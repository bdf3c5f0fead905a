"""A season's configuration for a copy of the season: nothing in it reaches what the live season uses."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import Enum

OUTWARD = ("mail", "ping", "backup", "log")
"""Tables that name servers, addresses and folders of the live season, secrets among them."""

FOLDERS = {"inbox": "inbox", "outbox": "outbox", "results": "results"}
"""The folders of a copy: its own."""

LIVE, OWN = "#live# ", " #copy#"
"""Marks in the configuration of a copy: begins a line of the live season, ends one that only the copy has."""

_HEADER = re.compile(r"\s*\[\[?\s*([A-Za-z0-9_-]+|\"[^\"]*\"|'[^']*')")
_KEY = re.compile(r"\s*([A-Za-z0-9_-]+|\"[^\"]*\"|'[^']*')\s*[.=]")


class Live(Enum):
    """What becomes of the lines that only the live season may use."""

    COMMENTED = "commented"
    DROPPED = "dropped"


def detached(text: str, live: Live = Live.COMMENTED) -> str:
    """Set the folders of a configuration to its own and take out the outward tables, its other lines as they are.

    Where the copy becomes the season, the former lines are put back by their marks: lines that end in OWN go, LIVE is taken
    away where it begins a line. The season's own remarks stay what they are.
    """
    lines: list[str] = []
    table, inside = "", ""
    for line in text.splitlines():
        if not inside:
            header = _HEADER.match(line)
            table = _plain(header.group(1)) if header else table
        outward = _subject(line, table, inside) in (*OUTWARD, "folders")
        if not outward:
            lines.append(line)
        elif live is Live.COMMENTED and (inside or line.strip()):
            # A text over several lines must come back whole, its blank lines and what looks like a remark included.
            lines.append(line if line.lstrip().startswith("#") and not inside else LIVE + line)
        inside = _still_inside(line, inside)
    return "\n".join([*lines, *_folders(FOLDERS, OWN if live is Live.COMMENTED else "")]) + "\n"


def rules_of(text: str) -> str:
    """Give what a configuration says of the rules alone: the same for a season and its copies."""
    lines = detached(text, Live.DROPPED).splitlines()
    return "\n".join(line for line in lines if line.strip() and not line.lstrip().startswith("#"))


def _folders(folders: Mapping[str, str], mark: str) -> list[str]:
    return ["", f"[folders]{mark}", *(f'{key} = "{value}"{mark}' for key, value in folders.items())]


def _subject(line: str, table: str, inside: str) -> str:
    """Name the table that a line belongs to; above the first header the key itself may be one."""
    if table or inside:
        return table or inside.partition(" ")[2]
    key = _KEY.match(line)
    return _plain(key.group(1)) if key else ""


def _plain(name: str) -> str:
    return name.strip("\"'")


def _still_inside(line: str, inside: str) -> str:
    """Follow texts over several lines: gives the quotes that are open after a line and the key they began with, "" for none."""
    quotes, _, key = inside.partition(" ")
    rest = line
    while True:
        if quotes:
            _, found, rest = rest.partition(quotes)
            if not found:
                return f"{quotes} {key}"
            quotes = ""
            continue
        starts = sorted((at, mark) for mark in ('"""', "'''") if (at := rest.find(mark)) >= 0)
        if not starts or "#" in rest[: starts[0][0]]:
            return ""
        at, quotes = starts[0]
        name = _KEY.match(line)
        key, rest = (_plain(name.group(1)) if name else key), rest[at + 3 :]
