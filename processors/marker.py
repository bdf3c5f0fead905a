"""The process that reads the marks of doubt out of an edited workbook, inside limits: `python -m processors.marker MB < FILE`.

Prints one JSON document: {"knew": digest of the marks that it was written with, "rows": [[framework, round, agency, indicator,
words, score as printed], …]} of every row of the table, or {"refused": code}.
"""

from __future__ import annotations

import json
import sys

from processors.confined import limit
from processors.mark_column import KEY, KNEW, MAX_WORDS, SCORE, column, sheet
from workbook.column import properties, table
from workbook.scan import Refusal

MAX_ROWS = 500_000
"""Rows that are told: the largest season has a tenth of them."""


def main() -> None:
    """Read, print, end."""
    limit(int(sys.argv[1]))
    data = sys.stdin.buffer.read()
    wanted = (*KEY, column(), SCORE)
    try:
        found = table(data, sheet(), wanted)
        if len(found) > MAX_ROWS:
            raise Refusal("TOO_MANY_CELLS")
        # Signs beyond those that are kept are not carried over; a mark is cut again, at its own end, where it is taken.
        rows = [[row.get(name, "")[: 2 * MAX_WORDS] for name in wanted] for row in found]
        told: dict[str, object] = {"knew": properties(data).get(KNEW, ""), "rows": rows}
    except Refusal as refusal:
        told = {"refused": refusal.finding.code}
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    main()
