"""The process that reads the marks of doubt out of an edited workbook, inside limits: `python -m processors.marker FILE MB`.

Prints one JSON document: {"knew": digest of the marks that it was written with, "rows": [[framework, round, agency, indicator,
words, score as printed], …]} of every row of the table, or {"refused": code}.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from processors.marks import KEY, KNEW, SCORE, column, sheet
from processors.worker import limit
from workbook.column import properties, table
from workbook.scan import Refusal


def main() -> None:
    """Read, print, end."""
    limit(int(sys.argv[2]))
    data = Path(sys.argv[1]).read_bytes()
    try:
        wanted = (*KEY, column(), SCORE)
        rows = [[row.get(name, "") for name in wanted] for row in table(data, sheet())]
        told: dict[str, object] = {"knew": properties(data).get(KNEW, ""), "rows": rows}
    except Refusal as refusal:
        told = {"refused": refusal.finding.code}
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    main()
