"""Time the writing of large results: `python bench/results.py table`, `… national SEASON`, `… season SEASON [--processes N]`.

`table` writes one workbook of 8,300 agencies and 80,000 detail rows by this program and the same cells with the same formats
by bare XlsxWriter in constant memory, each in a process of its own, and prints seconds of the processor, memory and their
ratio. `national` does the same with the real national workbook of a season (`bench/many.py` makes a large one). `season` collects
and publishes it stage by stage. Asserts nothing about time.
"""

from __future__ import annotations

import argparse
import gc
import hashlib
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from functools import partial
from pathlib import Path

import xlsxwriter
from many import season_day

from processors import data, publish, ranking, reconcile, season
from processors.collect import collect
from processors.sheets import Column, Frame, Grid, Line, Lines, table_sheet
from processors.store import Ledger
from processors.view import View
from workbook.book import Book, Link, Stream, Styled
from workbook.style import resolve
from workbook.write import write

AGENCIES, DETAILS = 8_300, 80_000
RANKING = (
    Column("อันดับ", 8, "cell+whole+centre"), Column("รหัส", 10, "cell+centre"), Column("หน่วยงาน", 44, "cell+pad"),
    Column("กระทรวง", 30, "cell+pad"), Column("รวม", 12, "cell+four+right"), Column("7.1", 12, "cell+four+right"),
    Column("7.2", 12, "cell+four+right"), Column("7.3", 12, "cell+four+right"), Column("สถานะ", 24, "cell+pad"),
)  # fmt: skip
DETAIL = (
    Column("รหัส", 10, "cell+centre"), Column("หน่วยงาน", 44, "cell+pad"), Column("รอบ", 8, "cell+centre"),
    Column("ลำดับ", 8, "cell+whole+centre"), Column("ชื่อ", 60, "cell+pad"), Column("เป้าหมาย", 12, "cell+two+right"),
    Column("ผล", 12, "cell+two+right"), Column("ร้อยละ", 12, "cell+two+right"), Column("คะแนน", 12, "cell+four+right"),
    Column("ไฟล์", 50, "cell+pad"),
)  # fmt: skip


def agencies() -> Iterator[Line]:
    for at in range(1, AGENCIES + 1):
        score = Decimal(at * 37 % 50_000) / 10_000
        yield Line((at, f"D{at:05d}", f"หน่วยงานที่ {at}", f"กระทรวงที่ {at % 20}", score, score, score, None, "ประเมินแล้ว"))


def details() -> Iterator[Line]:
    for at in range(DETAILS):
        name = f"ร้อยละของเรื่องที่แล้วเสร็จตามเวลาที่กำหนดไว้ในคู่มือ ข้อ {at % 977}"
        code, value = at // 10, Decimal(at % 10_000) / 100
        figures = (value, value, value, None)
        yield Line((f"D{code:05d}", f"หน่วยงานที่ {code}", "12", at % 10, name, *figures, f"D{code:05d}_report12.xlsx"))


def book() -> Book:
    frames = [Frame(name, f"{name} (ข้อมูลสร้างขึ้น)", "bench") for name in ("อันดับ", "รายละเอียด")]
    grids = [Grid(RANKING, Lines(AGENCIES, agencies)), Grid(DETAIL, Lines(DETAILS, details))]
    return Book([table_sheet(frame, grid, 3) for frame, grid in zip(frames, grids, strict=True)], title="bench")


def ours(target: Path, made: Book) -> None:
    target.write_bytes(write(made))


def bare(target: Path, made: Book) -> None:
    """Write the same cells with the same formats, heights and widths, as a careful user of XlsxWriter would."""
    out = xlsxwriter.Workbook(str(target), {"constant_memory": True})
    looks: dict[str, xlsxwriter.format.Format] = {}

    def put(page: xlsxwriter.worksheet.Worksheet, at: tuple[int, int], value: object, style: str) -> None:
        if style not in looks:
            looks[style] = out.add_format(resolve(style))
        page.write(at[0] - 1, at[1] - 1, value.text if isinstance(value, Link) else value, looks[style])

    for sheet in made.sheets:
        page = out.add_worksheet(sheet.name)
        for col, width in sheet.widths.items():
            page.set_column(col - 1, col - 1, width)
        held: dict[int, list[tuple[int, object, str]]] = {}
        for item in sheet.puts:
            held.setdefault(item.cell.row, []).append((item.cell.col, item.value, item.style))
        for merge in sheet.merges:
            held.setdefault(merge.first.row, []).append((merge.first.col, merge.value, merge.style))
        for row in sorted(held):
            page.set_row(row - 1, sheet.heights.get(row))
            for col, value, style in held[row]:
                put(page, (row, col), value, style)
        if sheet.stream is not None:
            _bare_stream(page, sheet.stream, put)
        page.set_landscape()
        page.set_paper(9)
    out.close()


def _bare_stream(page: xlsxwriter.worksheet.Worksheet, stream: Stream, put: Callable[..., None]) -> None:
    for row, (height, suffix, values) in enumerate(stream.rows(), stream.first):
        page.set_row(row - 1, height)
        for col, value in enumerate(values, 1):
            if stream.sparse and value in (None, ""):
                continue
            own = "+".join(part for part in (stream.styles[col - 1], suffix) if part)
            if isinstance(value, Styled):
                own, value = "+".join(part for part in (own, value.style) if part), value.value
            put(page, (row, col), value, own)


WAYS: dict[str, Callable[[Path, Book], None]] = {"ours": ours, "bare": bare}


def one(way: str, target: Path) -> None:
    """Write once, in this process, and say what it took."""
    WAYS[way](target, book())
    used = resource.getrusage(resource.RUSAGE_SELF)
    print(json.dumps({"seconds": used.ru_utime + used.ru_stime, "mb": used.ru_maxrss / 1024, "size": target.stat().st_size}))


def table(times: int) -> None:
    """Compare both ways; the best of some runs counts, since other programs run beside."""
    best: dict[str, dict[str, float]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for way in ("bare", "ours") * times:
            command = [sys.executable, __file__, "one", way, str(Path(folder) / f"{way}.xlsx")]
            told = json.loads(subprocess.run(command, capture_output=True, check=True, text=True).stdout)
            best[way] = min(best.get(way, told), told, key=lambda item: item["seconds"])
    start = time.process_time()
    cells = sum(len(line.values) for made in (agencies, details) for line in made())
    making = time.process_time() - start
    for way, told in best.items():
        print(f"{way}: {told['seconds']:.2f} s, {told['mb']:.0f} MB, {told['size'] / 1e6:.1f} MB on the disk")
    ratio = best["ours"]["seconds"] / best["bare"]["seconds"]
    print(f"{cells} cells, of which {making:.2f} s is making their values; ours / bare = {ratio:.2f}")


def national(root: Path, times: int) -> None:
    """Write the national workbook of a season both ways, each in a child of this process that holds the season.

    Memory is no figure here, since the children share the season: `table` gives it.
    """
    whole = season.load(root)
    ledger = Ledger(whole.ledger_path)
    results = collect(whole, ledger, season_day(ledger), ledger.entries())
    ledger.close()
    gc.collect()
    gc.freeze()
    start = time.process_time()
    made = ranking.books(results)["national.xlsx"]()
    print(f"{len(results.agencies)} agencies, {len(made.sheets)} sheets; building the pages: {time.process_time() - start:.1f} s")
    best: dict[str, tuple[float, int]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for way in ("bare", "ours") * times:
            found = _child(way, Path(folder) / f"{way}.xlsx", made)
            best[way] = min(best.get(way, found), found)
    for way, (seconds, size) in best.items():
        print(f"{way}: {seconds:.2f} s, {size / 1e6:.1f} MB on the disk")
    print(f"ours / bare = {best['ours'][0] / best['bare'][0]:.2f}")


def _child(way: str, target: Path, made: Book) -> tuple[float, int]:
    """Give seconds of the processor of a process that writes once, and bytes written."""
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    child = os.fork()
    if not child:
        WAYS[way](target, made)
        os._exit(0)
    os.waitpid(child, 0)
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime - spent.ru_utime - spent.ru_stime, target.stat().st_size


def stages(root: Path, processes: int) -> None:
    """Collect and write a publication stage by stage, as `publish.contents` does."""
    whole = season.load(root)
    ledger = Ledger(whole.ledger_path)
    clock = Clock()
    results = collect(whole, ledger, season_day(ledger), ledger.entries())
    gc.freeze()
    clock.say(f"collect ({len(results.agencies)} agencies, {len(results.answers)} answers)")
    with tempfile.TemporaryDirectory(dir=root) as scratch:
        folder = Path(scratch)
        facts = publish._all_written(folder, data.table_files(results), processes)
        clock.say(f"tables ({sum(fact.size for fact in facts.values()) / 1e6:.0f} MB)")
        files: dict[str, bytes | Path] = {name: folder / name for name in facts}
        proved = replace(results, balance=reconcile.counted_again(results.balance, files, data.FOLDER))
        clock.say("rows counted again")
        view = View(proved).reckoned()
        gc.freeze()
        clock.say("what all workbooks ask for")
        books = {name: partial(publish._book, make, proved.as_of) for name, make in ranking.books(proved, view).items()}
        made = publish._all_written(folder, books, processes)
        clock.say(f"{len(made)} workbooks ({sum(fact.size for fact in made.values()) / 1e6:.0f} MB), each looked through")
        digests = sorted((name, fact.sha256) for name, fact in {**facts, **made}.items())
    print(f"digest of all digests: {hashlib.sha256(json.dumps(digests).encode()).hexdigest()[:16]}")
    ledger.close()


class Clock:
    """Says what each stage took: by the wall, by the processors, and the most memory of a process so far."""

    def __init__(self) -> None:
        self.wall, self.used = time.monotonic(), self.processors()

    def processors(self) -> float:
        kinds = (resource.getrusage(kind) for kind in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
        return sum(item.ru_utime + item.ru_stime for item in kinds)

    def say(self, what: str) -> None:
        wall, used = time.monotonic(), self.processors()
        peaks = [resource.getrusage(kind).ru_maxrss / 1024 for kind in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
        took = f"{wall - self.wall:.1f} s, {used - self.used:.1f} s of processors"
        print(f"{what}: {took}, peak {peaks[0]:.0f} MB (a child {peaks[1]:.0f} MB)", flush=True)
        self.wall, self.used = wall, used


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    ways = parser.add_subparsers(dest="way", required=True)
    ways.add_parser("table").add_argument("--times", type=int, default=3)
    single = ways.add_parser("one")
    single.add_argument("kind", choices=("ours", "bare"))
    single.add_argument("target", type=Path)
    real = ways.add_parser("national")
    real.add_argument("folder", type=Path)
    real.add_argument("--times", type=int, default=1)
    large = ways.add_parser("season")
    large.add_argument("folder", type=Path)
    large.add_argument("--processes", type=int, default=2)
    given = parser.parse_args()
    if given.way == "table":
        table(given.times)
    elif given.way == "one":
        one(given.kind, given.target)
    elif given.way == "national":
        national(given.folder, given.times)
    else:
        stages(given.folder, given.processes)


if __name__ == "__main__":
    main()
