"""Formulas of a returned workbook that can reach outside it: programs, addresses, other files; each is said with its cell.

Nothing is ever calculated here, but people open the files. A link made with a click on an e-mail address is no formula
and is left alone; so are our own links from the readiness sheet, which lead to a cell of the same workbook.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from templates.derive import Draft
from templates.registry import records
from templates.words import severity
from workbook.address import Cell
from workbook.finding import Finding, Place, about_file, at_cell
from workbook.raw import RawBook

MOST = 500
"""Cells of one file that are said."""
_CALL = re.compile(r"(?<![A-Za-z0-9_.])([A-Za-z_][A-Za-z0-9_.]{0,99})\s{0,99}\(\s{0,99}(\"#\")?")
_PREFIX = re.compile(r"(?:_xlfn\.|_xlws\.|_xludf\.|com\.microsoft\.|org\.openoffice\.)+", re.I)
_SCHEME = re.compile(r"\b(?:file|mailto|javascript|vnd\.sun\.star\.[a-z]{1,20}):", re.I)
_OTHER_BOOK = re.compile(r"\[[^\[\]]{1,300}\][^\s!'\"\[\]+*/(),;&=<>^-]{0,99}!")
_ARRAY = re.compile(r"\{[^{}]*\}")
_OPEN = ("of:", "oooc:")
LINK = "HYPERLINK"


@cache
def live_functions() -> frozenset[str]:
    """Give the names of the functions that reach outside, from `registry/live_functions.csv`."""
    return frozenset(row["function"] for row in records("live_functions"))


def reach(formula: str) -> str:
    """Name what lets a formula reach outside its workbook, "" nothing: a function, `|` (DDE), `[ ]` (other file), `://`.

    Formulas may be as long and as odd as somebody likes, so texts and quoted names are told apart by splitting alone.
    """
    if "://" in formula or "\\\\" in formula or _SCHEME.search(formula):
        return "://"
    bare = "".join(_text(piece) if at % 2 else piece for at, piece in enumerate(formula.split('"')))
    pieces = bare.split("'")
    if any("[" in name for name in pieces[1::2]):
        return "[ ]"
    code = "''".join(pieces[::2])
    if "|" in _ARRAY.sub("", code):
        return "|"
    if not formula.startswith(_OPEN) and _OTHER_BOOK.search(code):
        return "[ ]"
    return next((name for match in _CALL.finditer(code) if (name := _called(match))), "")


def _text(content: str) -> str:
    """Keep of a text only whether it begins as the address of a place within the workbook."""
    return '"#"' if content.startswith("#") else '""'


def _called(match: re.Match[str]) -> str:
    """Give the name of a called function that reaches outside, else ""."""
    name = _PREFIX.sub("", match.group(1)).upper()
    inside = name == LINK and match.group(2)
    # An add-in of Excel is a program library, whatever its function is called.
    return name if name.startswith("_XLL.") or (name in live_functions() and not inside) else ""


def live(raw: RawBook, draft: Draft) -> list[Finding]:
    """Find the formulas that reach outside, in cells, rules and names of the workbook, at most `MOST`."""
    labels = {(place.sheet, place.cell): place for place in draft.places.values()}
    found: list[Finding] = []
    for sheet in raw.sheets:
        told: set[Cell] = set()
        for cell, formula in sheet.formulas:
            what = reach(formula)
            if what and cell not in told:
                told.add(cell)
                found.append(_at(labels, (sheet.name, cell), what))
    names = ((name, reach(text)) for name, text in raw.expressions)
    found += [about_file("LIVE_NAME", name=name[:60], what=what) for name, what in names if what]
    return found[:MOST]


def _at(labels: Mapping[tuple[str, Cell], Place], where: tuple[str, Cell], what: str) -> Finding:
    """Say one cell; the formula itself is not repeated, since it may hold anything."""
    place = labels.get(where, Place(*where, label=where[0]))
    return at_cell("LIVE_FORMULA", severity("LIVE_FORMULA"), place, what=what)
