"""The returned twin in the hands of a person: its first sheet leads to every cell, LibreOffice mends them, the file is accepted."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import client
import filling
import openpyxl
import pytest
from season_tools import Trial

pytestmark = [pytest.mark.slow, pytest.mark.skipif(client.skips(), reason=client.missing())]
WRONG: filling.Values = {
    "general.work_process": [None],
    "general.process_type": ["3. กระบวนงานเกี่ยวกับการกำกับและบังคับใช้กฎหมาย"],
    "activities.start": ["ต้นปีหน้า"],
    "indicators.weight": [50, "มาก", 10, 10, 10, 10],
    "indicators.direction": ["ยิ่งมากยิ่งดี", "พอดี", "พอดี", "ยิ่งมากยิ่งดี", "ยิ่งมากยิ่งดี", "ยิ่งมากยิ่งดี"],
    "indicators.level3": ["-", 80, 3, 1, 3, 3],
    "recorder.email": ["recorder.example.go.th"],
    "certifier.certified": ["ไม่ใช่"],
}
"""Eight kinds of faults over nine cells."""
CELLS = {
    "general.work_process:1", "activities.start:1", "indicators.weight:2", "indicators.direction:2", "indicators.direction:3",
    "indicators.level3:1", "recorder.email:1", "certifier.certified:1",
}  # fmt: skip


def places(book: Any) -> dict[tuple[str, str], tuple[str, int]]:
    """Give the defined name and record of every entry cell."""
    found = {}
    for name in filling.PLAN:
        for at, cell in enumerate(filling.cells_of(book, name)):
            found[cell.parent.title, cell.coordinate] = (name, at)
    return found


def links(book: Any) -> set[tuple[str, str]]:
    """Give every cell that the first sheet leads to."""
    found = set()
    for row in book.worksheets[0].iter_rows():
        for cell in row:
            if cell.hyperlink is not None and cell.hyperlink.location:
                sheet, _, address = cell.hyperlink.location.rpartition("!")
                found.add((sheet.strip("'").replace("''", "'"), address.replace("$", "").partition(":")[0]))
    return found


def test_a_twin_mended_in_libreoffice_is_accepted(tmp_path: Path) -> None:
    """Only cells that the first sheet names are typed into, with what the good plan says there."""
    season = Trial(tmp_path / "season")
    night = season.file("D01021", "plan", {**filling.PLAN, **WRONG}, "2014-05-20")
    assert night.status == 3
    (twin,) = (season.root / "outbox" / "D01021").glob("fix_*.xlsx")
    book = openpyxl.load_workbook(twin)
    at = places(book)
    led = {at[place] for place in links(book) if place in at}
    marked = {at[sheet, cell] for sheet, cell in errors(season)}
    assert {f"{name}:{record + 1}" for name, record in marked} == CELLS
    # A line of several cells leads to the first of them and names the others.
    assert marked - led == {("indicators.direction", 2)}
    named = " ".join(str(cell.value) for row in book.worksheets[0].iter_rows() for cell in row if cell.value)
    places_of = {spot: place for place, spot in at.items()}
    assert places_of["indicators.direction", 2][1] in named
    steps = []
    for name, record in sorted(marked):
        sheet, cell = places_of[name, record]
        steps.append({"do": "type_at", "sheet": sheet, "cell": cell, "value": str(filling.PLAN[name][record])})
    with client.Office(tmp_path) as office:
        office.do(twin, steps, [season.root / "inbox" / "again.xlsx"])
    night = season.run("nightly", day="2014-05-21")
    assert night.status == 0 and "accepted 1" in night.last, night.out
    kept = season.run("check", str(season.root / "inbox" / "again.xlsx"), "--json", day="2014-05-21").json()[0]
    assert kept["answers"]["indicators"][1]["weight"] == "10" and kept["answers"]["general"][0]["work_process"]


def errors(season: Trial) -> set[tuple[str, str]]:
    """Give the cells of all errors of the file in the inbox."""
    (path,) = (season.root / "inbox").glob("*.xlsx")
    verdict = season.verdict(path)
    return {(item["sheet"], item["cell"]) for item in verdict["findings"] if item["severity"] == "error"}
