"""Odd answers at random (with a fixed seed): LibreOffice's readiness sheet says of every form what the program judges of it."""

from __future__ import annotations

import random
import shutil
from pathlib import Path
from typing import Any

import filling
import pytest
from filling import Values
from test_libreoffice import convert
from test_ready import DEPT, SAID_DATES, VERDICT, Case, complete, issued, look_at, raw_of, same, values_of

from templates.build import build
from templates.extract import extract
from templates.issued import Issued
from templates.ready_sheet import ready_sheet, sheet_name
from templates.spec import Field
from validation.check import Filed, check
from workbook.finding import ERROR
from workbook.patch import patch
from workbook.write import write

SEED = 2557
FILES = {"plan": 12, "report9": 6, "report12": 5, "sar9": 5, "survey": 5, "review": 5}
NUMBERS = [
    0, 1, 5, 2.5, 7, 99.99, 100.0000001, -1, 0.5, 1e9, True, "๑๐", "ร้อยละ 20", "ร้อยละ๒๐.๕", "20%", "20 %", "1e3", "1,234.5", "1,23", "  ",
    "\u00a0", "\u200b", "20\u200b", "\u00a030", "-", "–", "N/A", "ไม่มี", "สิบ", "abc", "10 ครั้ง", "ประมาณ 20", "1/2", "(20)", "(20", "-5", "5-6",
    "12:30", "....", "1.2.3", "$5", "+5", "๑๐๐", "ระดับ 4", "2 0", "20%%", "1234567890123456", "99.99999999999999",
]  # fmt: skip
TEXTS = ["คำตอบ", "-", "–", "...", "  ", "\u00a0", "\u200b", "ไม่มี", "N/A", "NA", "*", "?", "~", "=1+1", 0, "ไม่ระบุ", "ก" * 300, "คำ\nตอบ", "(-)", "None", True]
CHOICES = ["ใช่", "ไม่ใช่", "yes", "1", "๑", "✓", "x", "มี", "ไม่มี", "-", " ใช่ ", "ใช่\u00a0", True, False, 2, "ฉบับสมบูรณ์", "ปัจจัยที่ 5", "lower", 0.5]
ADDRESSES = ["a@b.go.th", "A@B.GO.TH", "somchai", "a@b", "a b@c.go.th", "-", "ไม่มี", "a@b..th", "ก@ข.th", "<a@b.go.th>", "a@b.c1"]
PHONES = ["0 2000 0000", "๐ ๒๐๐๐ ๐๐๐๐", "02-000-0000 ต่อ 12", "1784", "ไม่มี", "abc", 20000000, "0 2000", "123456789012", "0812345678", "0 2000 0000 ต่อ"]
POOLS: dict[str, list[Any]] = {
    **dict.fromkeys(("number", "whole", "percent", "criterion"), NUMBERS), "date": [*SAID_DATES, *TEXTS, 57, 41820], "email": ADDRESSES, "phone": PHONES,
}  # fmt: skip
ROWS: list[list[Any]] = [
    [0, 0, 1, 0, 2], [5, 4, 3, 2, 1], ["๑", "๒", "๓", "๔", "๕"], ["-", "-", 3, "-", 5], [2, 1, 0, -1, -2], [1, 1, 2, 3, 4], ["ร้อยละ 1", "2%", 3, 4, 5],
    [0.5, 1, 2, 3, 4], [1, 2, None, 4, 5],
]  # fmt: skip


def whole(one: Issued) -> dict[str, list[Any]]:
    """Give a form without a fault, every entry in record order."""
    book = {f"{t.id}.{i.id}": [None] * len(one.layout.blocks[t.id].cells[i.id]) for t in one.form.tables for i in t.entries}
    for name, items in (filling.PLAN if one.form.id == "plan" else {}).items():
        book[name][: len(items)] = items
    for table, records in ({} if one.form.id == "plan" else complete(one)).items():
        for at, record in enumerate(records):
            for name, value in record.items():
                item = one.form.table(table).field(name)
                shown = next((o.label for o in item.options if o.code == ("yes" if value is True else value)), value)
                book[f"{table}.{name}"][at] = float(value) if item.kind in ("number", "percent", "whole", "criterion") else shown
    return {name: items for name, items in book.items() if items}


def odd(dice: random.Random, item: Field) -> Any:
    """Give what somebody may type by mistake or in a style of their own; now and then nothing."""
    labels = [text for option in item.options for text in (option.label, option.code)]
    return None if dice.random() < 0.12 else dice.choice([*CHOICES, *labels] if labels else POOLS.get(item.kind, TEXTS))


def spoilt(dice: random.Random, one: Issued, base: dict[str, list[Any]]) -> Values:
    book = {name: list(items) for name, items in base.items()}
    for _ in range(dice.choice([1, 1, 1, 2, 3, 5])):
        name = dice.choice(list(book))
        used = [at for at, value in enumerate(book[name]) if value is not None]
        at = dice.choice(used) if used and dice.random() < 0.7 else dice.randrange(len(book[name]))
        table, _, field = name.partition(".")
        book[name][at] = odd(dice, one.form.table(table).field(field))
    if "indicators.level1" in book and dice.random() < 0.4:
        at, row = dice.randrange(3), dice.choice(ROWS)
        for level, value in enumerate(row, 1):
            book[f"indicators.level{level}"][at] = value
        book["indicators.direction"][at] = dice.choice(["higher", "lower", book["indicators.direction"][at]])
        book["indicators.name"][at] = book["indicators.name"][0]
    return book


@pytest.mark.filterwarnings("ignore:.*extension is not supported", "ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.slow
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice (soffice) is not installed; it is the judge of this test")
def test_odd_answers_are_judged_alike_by_sheet_and_program(tmp_path: Path) -> None:
    dice, every, paths = random.Random(SEED), [], []
    for name, count in FILES.items():
        one = issued(DEPT.form(name))
        blank, base = write(build(one)), whole(one)
        for _ in range(count):
            every.append(Case(f"{name} {len(every)}", one, spoilt(dice, one, base)))
            paths.append(tmp_path / f"{len(every):03}.xlsx")
            paths[-1].write_bytes(patch(blank, every[-1].values))
    raws = [raw_of(path.read_bytes()) for path in convert(paths, "xlsx", tmp_path / "out")]
    found = [extract(case.one, raw) for case, raw in zip(every, raws, strict=True)]
    cells = check([Filed(case.one, extracted) for case, extracted in zip(every, found, strict=True)])
    wrong: list[str] = []
    for case, raw, extracted, more in zip(every, raws, found, cells, strict=True):
        sheet = raw.sheet(sheet_name())
        assert sheet is not None
        errors = {item.code for item in (*extracted.findings, *more) if item.severity == ERROR}
        said, later = str(sheet.get(VERDICT).value), any(str(cell.value).startswith("○") for cell in sheet.cells.values())
        if said.startswith("✓") and errors and not later or said.startswith("✗") and not errors:
            wrong.append(f"{case.name}: the sheet says {said}, the program {sorted(errors)}")
        wrong += [f"{case.name}: {item.code}" for item in extracted.findings if item.code in ("READY_DIFFERS", "FORMULA_DIFFERS")]
        for cell, ours in values_of(ready_sheet(case.one, look_at(case.one, raw))).items():
            theirs = sheet.get(cell)
            if theirs.error or not same(ours, theirs.value):
                wrong.append(f"{case.name}: {cell.a1()} is {theirs.error or theirs.value!r}, the program says {ours!r}")
    assert wrong == []
