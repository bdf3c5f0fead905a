"""Make a large season from a small one and time its publication: `python bench/many.py DEMO TARGET [--agencies 8300]`.

DEMO is a season that ran to its end (`cleanreport demo`). TARGET becomes a season of so many departments: those of DEMO, then
copies of them under further codes with results of their own, spread over the same ministries. The copies are made in the
ledger, without workbooks: what is timed begins behind the reading. Prints seconds, memory and files; asserts nothing about time.
"""

from __future__ import annotations

import argparse
import csv
import datetime as dt
import hashlib
import json
import random
import resource
import shutil
import sqlite3
import time
from collections.abc import Iterable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from processors import season
from processors.collect import collect
from processors.disk import put
from processors.publish import publish
from processors.store import Ledger

FRAMEWORK, PLAN = "dept_2557", "dept_2557/plan"
COPIED = ("plan", "report9", "report12")
MANY = ("review", "survey")
"""Forms of one workbook over many agencies: the copies become further rows of it."""
SEED = 20570


def agencies(target: Path, count: int) -> dict[str, str]:
    """Add copies of the departments that filed everything; gives code of the copy -> code of its pattern."""
    path = target / "agencies.csv"
    with path.open(encoding="utf-8-sig", newline="") as lines:
        reader = csv.DictReader(lines)
        rows, columns = list(reader), list(reader.fieldnames or [])
    ledger = sqlite3.connect(target / "ledger.db")
    sql = "SELECT agency FROM returned WHERE form = ? AND verdict = 'accepted' AND stage = 'final'"
    whole = {code for (code,) in ledger.execute(sql, (PLAN,))}
    ledger.close()
    patterns = [row for row in rows if row["framework"] == FRAMEWORK and row["code"] in whole]
    copies = [
        {**patterns[at % len(patterns)], "code": f"D9{at:04d}", "name_th": f"{patterns[at % len(patterns)]['name_th']} {at}"}
        for at in range(count - len(rows))
    ]
    text = [",".join(columns), *(",".join(f'"{row[name]}"' for name in columns) for row in (*rows, *copies))]
    put(path, ("\ufeff" + "\n".join(text) + "\n").encode())
    return {copy["code"]: patterns[at % len(patterns)]["code"] for at, copy in enumerate(copies)}


def varied(extracted: dict[str, Any], chance: random.Random) -> None:
    """Give a copy results of its own: every result and progress is moved by up to a fifth, in answers and cells alike."""
    for table, position, name, *rest in extracted["cells"]:
        if name not in ("result", "progress") or table not in ("indicators", "measures"):
            continue
        record = extracted["answers"][table][position]
        if record.get(name) is None or (name == "progress" and record[name] == "100" and chance.random() < 0.97):
            continue
        moved = Decimal(record[name]) * Decimal(round(chance.uniform(0.8, 1.2), 2))
        record[name] = str(min(moved, Decimal(100)) if name == "progress" else moved.quantize(Decimal("0.01")))
        rest[1] = record[name]
    for cell in extracted["cells"]:
        if cell[2] in ("result", "progress") and cell[0] in ("indicators", "measures"):
            cell[4] = extracted["answers"][cell[0]][cell[1]][cell[2]]


def copy_returns(db: sqlite3.Connection, copies: Mapping[str, str]) -> None:
    """Copy what the patterns filed, as returns of the copies."""
    chance = random.Random(SEED)
    by_pattern: dict[str, list[dict[str, Any]]] = {}
    for row in rows_of(db, "returned"):
        if row["verdict"] == "accepted" and row["form"].partition("/")[0] == FRAMEWORK:
            by_pattern.setdefault(row["agency"], []).append(row)
    for code, pattern in copies.items():
        for row in by_pattern.get(pattern, ()):
            if row["form"].partition("/")[2] not in COPIED:
                continue
            extracted = json.loads(row["extracted"])
            varied(extracted, chance)
            path = f"copies/{code}_{row['form'].partition('/')[2]}_{row['stage']}.xlsx".encode()
            sha256 = hashlib.sha256(path).hexdigest()
            entry = {"path": path, "size": 1, "mtime_ns": 1, "inode": 1, "sha256": sha256, "verdict": "accepted"}
            told = json.dumps(extracted, ensure_ascii=False)
            fresh = {**row, "path": path, "sha256": sha256, "agency": code, "extracted": told}
            del fresh["seq"]
            insert(db, "returned", fresh)
            insert(db, "entry", entry)


def widen(db: sqlite3.Connection, copies: Mapping[str, str]) -> None:
    """Add rows of the copies to reviews and surveys; every row of the pattern comes again under the code of its copy."""
    chance = random.Random(SEED)
    by_pattern: dict[str, list[str]] = {}
    for code, pattern in copies.items():
        by_pattern.setdefault(pattern, []).append(code)
    for row in rows_of(db, "returned"):
        framework, _, form = row["form"].partition("/")
        if row["verdict"] != "accepted" or framework != FRAMEWORK or form not in MANY:
            continue
        extracted = json.loads(row["extracted"])
        for table, records in extracted["answers"].items():
            cells: dict[int, list[list[Any]]] = {}
            for cell in extracted["cells"]:
                if cell[0] == table:
                    cells.setdefault(cell[1], []).append(cell)
            for position, record in enumerate(list(records)):
                for code in by_pattern.get(str(record.get("agency")), ()):
                    fresh = {**record, "agency": code}
                    if "transparency_pct" in fresh:
                        fresh["transparency_pct"] = f"{chance.uniform(62, 90):.2f}"
                    extracted["cells"] += again(cells.get(position, ()), fresh, len(records))
                    records.append(fresh)
        db.execute("UPDATE returned SET extracted = ? WHERE seq = ?", (json.dumps(extracted, ensure_ascii=False), row["seq"]))


def again(cells: Iterable[list[Any]], record: Mapping[str, Any], position: int) -> list[list[Any]]:
    """Give the cells of a record anew, for another record further down."""
    made = []
    for table, _, name, place, raw, *rest in cells:
        spot = [place[0], place[1] + position, *place[2:5], position, *place[6:]]
        made.append([table, position, name, spot, record[name] if name in ("agency", "transparency_pct") else raw, *rest])
    return made


def rows_of(db: sqlite3.Connection, table: str) -> list[dict[str, Any]]:
    found = db.execute(f"SELECT * FROM {table}")
    names = [item[0] for item in found.description]
    return [dict(zip(names, row, strict=True)) for row in found]


def insert(db: sqlite3.Connection, table: str, row: Mapping[str, Any]) -> None:
    db.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({', '.join('?' for _ in row)})", tuple(row.values()))


def make(demo: Path, target: Path, count: int) -> None:
    """Make the large season."""
    left = ("archive", "outbox", "inbox", "results", "closed")
    shutil.copytree(demo, target, ignore=shutil.ignore_patterns(*left))
    for name in left[:4]:
        (target / name).mkdir(exist_ok=True)
    copies = agencies(target, count)
    db = sqlite3.connect(target / "ledger.db")
    with db:
        copy_returns(db, copies)
        widen(db, copies)
        db.execute("UPDATE meta SET value = (SELECT count(*) FROM entry) WHERE key = 'last_found'")
    db.close()


def main() -> None:
    """Make the season when it is not there, then collect and publish, and say what each took."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("demo", type=Path)
    parser.add_argument("target", type=Path)
    parser.add_argument("--agencies", type=int, default=8300)
    given = parser.parse_args()
    if not given.target.exists():
        start = time.monotonic()
        make(given.demo, given.target, given.agencies)
        print(f"made in {time.monotonic() - start:.1f} s")
    whole = season.load(given.target)
    ledger = Ledger(whole.ledger_path)
    start = time.monotonic()
    results = collect(whole, ledger, season_day(ledger), ledger.entries())
    middle = time.monotonic()
    files = publish(whole, results, {})
    ended = time.monotonic()
    ledger.close()
    sizes = sum((whole.results / name).stat().st_size for name in files)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"agencies {len(results.agencies)}, answers {len(results.answers)}, files {len(files)}, {sizes / 1e6:.0f} MB")
    print(f"collect {middle - start:.1f} s, publish {ended - middle:.1f} s, most memory {peak:.0f} MB in the first process")


def season_day(ledger: Ledger) -> dt.date:
    """Give the day after the last reception: everything that was filed counts."""
    ((last,),) = ledger.rows("SELECT max(received) FROM returned")
    return dt.date.fromisoformat(str(last)) + dt.timedelta(days=1)


if __name__ == "__main__":
    main()
