"""Time one night over faulty returns, stage by stage: `python bench/answers.py [--files 500] [--keep DIR]`.

Makes a season of its own, issues one plan to each of as many agencies, fills and spoils every one in one of ten ways, and
runs the night once, in this process. Prints seconds and milliseconds per file of each stage, how often pandera was called
and for how many tables, and what users' own scripts would need only to read as many files (`pandas.read_excel` sheet by
sheet, measured on a sample). Nothing is asserted about time; the verdicts and the number of answers are.
"""

from __future__ import annotations

import argparse
import csv
import datetime as dt
import os
import resource
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

import filling  # noqa: E402

from processors import nightly, season  # noqa: E402
from processors.disk import put  # noqa: E402
from processors.issue import issue  # noqa: E402
from processors.store import Ledger  # noqa: E402
from validation import schema  # noqa: E402
from workbook.patch import patch  # noqa: E402

DAY = dt.date(2014, 5, 20)
SAMPLE = 10
FAULTS: tuple[filling.Values, ...] = (
    {"indicators.weight": [40, 10, 10, 10, 10, 10]},
    {"indicators.level1": ["มาก", 60, 1, 0, 1, 1]},
    {"certifier.certified": ["ไม่ใช่"]},
    {"certifier.email": ["certifier example.go.th"]},
    {"activities.start": ["ต้นปีหน้า"]},
    {"measures.additional_measure": ["ถามตอบ", "-", "-", "-", "-"]},
    {"general.process_type": ["ไม่แน่ใจ"]},
    {"indicators.level3": ["ประมาณ 60", "x", 3, 1, 3, 3]},
    {"basics.objective": [None], "basics.success": [None], "recorder.email": ["-"]},
    {"activities.end": ["30/2/2557"]},
)
"""Ten ways to get a plan wrong; every one returns the file."""


def make(root: Path, count: int) -> season.Season:
    """Make a season of `count` departments: those of the registry, then copies of them under further codes."""
    season.init(root, 2557, ("dept_2557",))
    path = root / "agencies.csv"
    with path.open(encoding="utf-8-sig", newline="") as lines:
        reader = csv.DictReader(lines)
        rows, columns = [row for row in reader if not row["exempt_reason"] and row["sla"] == "0"], reader.fieldnames or []
    more = ({**rows[at % len(rows)], "code": f"D9{at:04d}"} for at in range(count))
    rows = [*rows, *more][:count]
    with path.open("w", encoding="utf-8-sig", newline="") as lines:
        writer = csv.DictWriter(lines, columns)
        writer.writeheader()
        writer.writerows(rows)
    return season.load(root)


def spoil(made: season.Season, ledger: Ledger) -> list[Path]:
    """Fill every issued plan through its defined names, each with one of the faults, and drop it into the inbox."""
    dropped = []
    for at, row in enumerate(ledger.newest_issued().values()):
        values = {**filling.PLAN, **FAULTS[at % len(FAULTS)]}
        path = made.inbox / f"{row.agency}.xlsx"
        put(path, patch((made.outbox / row.file).read_bytes(), values))
        dropped.append(path)
    return dropped


@contextmanager
def counted_calls() -> Iterator[Counter[str]]:
    """Count the calls of pandera by table."""
    calls: Counter[str] = Counter()
    plain: Callable[..., Any] = schema.schema_of

    def counting(table: Any) -> Any:
        calls[table.id] += 1
        return plain(table)

    schema.schema_of = counting
    try:
        yield calls
    finally:
        schema.schema_of = plain


def own_loop(paths: list[Path]) -> float:
    """Give the seconds per file of the loop that users write: pandas and openpyxl, every sheet."""
    import pandas as pd

    start = time.process_time()
    for path in paths:
        pd.read_excel(path, sheet_name=None, header=None, engine="openpyxl")
    return (time.process_time() - start) / len(paths)


def main() -> None:
    """Run the benchmark and print its table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--files", type=int, default=500)
    parser.add_argument("--keep", type=Path, help="make the season here and leave it")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="cleanreport-bench-") as scratch:
        run(asked.keep or Path(scratch) / "season", asked.files)


def run(root: Path, count: int) -> None:
    """Make, issue, spoil, run one night, print."""
    made = make(root, count)
    with_ledger = Ledger(made.ledger_path)
    start = time.perf_counter()
    issue(made, with_ledger, made.forms("plan"), frozenset())
    issued = time.perf_counter() - start
    paths = spoil(made, with_ledger)
    loop = own_loop(paths[:SAMPLE])
    before = os.times()
    start = time.perf_counter()
    with counted_calls() as calls:
        night = nightly.run(made, with_ledger, DAY)
    wall = time.perf_counter() - start
    used = os.times()
    with_ledger.close()
    assert night.new["returned"] == len(paths) == count, night.line()
    assert len(list(made.outbox.glob("*/fix_*.xlsx"))) == count
    assert set(calls.values()) == {1}, calls
    print(night.line())
    print(f"{'stage':<10}{'seconds':>9}{'ms/file':>9}{'share':>8}")
    for stage, seconds in night.seconds.items():
        print(f"{stage:<10}{seconds:>9.2f}{seconds / count * 1000:>9.2f}{seconds / wall:>8.1%}")
    print(f"{'whole':<10}{wall:>9.2f}{wall / count * 1000:>9.2f}")
    cpu = sum(getattr(used, name) - getattr(before, name) for name in ("user", "system", "children_user", "children_system"))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"processor {cpu:.1f} s, largest memory of this process {peak:.0f} MB, issued in {issued:.1f} s")
    print(f"pandera: {sum(calls.values())} calls for {len(calls)} tables of {count} files")
    judged = sum(night.seconds.get(stage, 0.0) for stage in ("copy", "read", "judge"))
    print(f"reading alone in users' own loop: {loop * 1000:.0f} ms/file = {loop * count / judged:.1f} x (copy + read + judge)")


if __name__ == "__main__":
    main()
