"""The last look at every file of ours before it is written: workbooks and CSVs that could run something are never published."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator

from workbook.live import LiveError, check

_LIVE = frozenset("=+-@\t\r")
_NUMBER = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?")


def checked(data: bytes, name: str) -> bytes:
    """Give the bytes back when nothing in them can run; raises LiveError (status 1, a bug of ours) with file and cell.

    `name`: the path below the folder that is published, `ministries/MOI.xlsx`; its ending says what is looked at. Files
    that are neither workbooks nor CSVs pass.
    """
    if name.endswith(".xlsx"):
        check(data, name)
    elif name.endswith(".csv"):
        _check_csv(data, name)
    return data


def watched(pieces: Iterable[bytes], name: str) -> Iterator[bytes]:
    """Give the pieces of a file on when nothing in them can run, as `checked`; a piece of a CSV holds whole rows."""
    if name.endswith(".xlsx"):
        yield checked(b"".join(pieces), name)
        return
    rows = 0
    for piece in pieces:
        if name.endswith(".csv"):
            rows += _check_csv(piece, name, rows)
        yield piece


def _check_csv(data: bytes, name: str, before: int = 0) -> int:
    """Look at every cell: what a spreadsheet would take for a formula must begin with an apostrophe or be a number.

    Gives the number of rows; `before` rows stood in earlier pieces.
    """
    number = before
    for number, row in enumerate(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")), before + 1):
        # The first signs of all cells together: most rows have none that matters.
        if _LIVE.isdisjoint([text[:1] for text in row]):
            continue
        for column, text in enumerate(row, 1):
            if text[:1] in _LIVE and text and not _NUMBER.fullmatch(text):
                raise LiveError(f"{name}: row {number}, column {column}: would run as a formula; nothing is published")
    return number - before
