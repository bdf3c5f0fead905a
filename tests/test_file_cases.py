"""Every code about a file as a whole has a case: the file, its verdict and exactly one finding, judged twice in one process."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import filling
import openpyxl
import pytest
from season_tools import Trial
from test_gate import (
    SHEET,
    bomb,
    changed,
    make_ole,
    make_xlsx,
    parts_of,
    with_cell,
    with_rows,
    zipped,
)

from workbook.gate import MAX_FILE

STRICT = b"http://purl.oclc.org/ooxml/spreadsheetml/main"
MAIN = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
A1 = b'<c r="A1"><v>1</v></c>'


def without(name: str) -> bytes:
    parts = parts_of(make_xlsx())
    del parts[name]
    return zipped(parts)


def no_sheets() -> bytes:
    parts = parts_of(make_xlsx())
    head, _, rest = parts["xl/workbook.xml"].partition(b"<sheets>")
    parts["xl/workbook.xml"] = head + b"<sheets>" + b"</sheets>" + rest.partition(b"</sheets>")[2]
    return zipped(parts)


def doctype() -> bytes:
    parts = parts_of(make_xlsx())
    parts[SHEET] = parts[SHEET].replace(b"?>", b'?><!DOCTYPE x [<!ENTITY a "b">]>', 1)
    return zipped(parts)


def utf16() -> bytes:
    parts = parts_of(make_xlsx())
    parts[SHEET] = parts[SHEET].decode().replace("UTF-8", "UTF-16").encode("utf-16")
    return zipped(parts)


def overlapping() -> bytes:
    data = bytearray(zipped({"a.xml": b"<a/>", "b.xml": b"<a/>"}))
    first = data.find(b"PK\x01\x02")
    data[first + 20 : first + 24] = (60).to_bytes(4, "little")
    return bytes(data)


def circle() -> bytes:
    """An old Excel file whose directory leads back to itself."""
    data = bytearray(make_ole(["Workbook"], bytes(5000)))
    data[512 + 4 : 512 + 8] = (1).to_bytes(4, "little")
    return bytes(data)


def crowded() -> bytes:
    cells = b"".join(b'<row r="%d"><c r="A%d"><v>1</v></c><c r="B%d"/></row>' % (n, n, n) for n in range(1, 400_001))
    parts = parts_of(make_xlsx())
    parts[SHEET] = b'<worksheet xmlns="' + MAIN + b'"><sheetData>' + cells + b"</sheetData></worksheet>"
    return zipped(parts, zipfile.ZIP_STORED)


FILES: dict[str, tuple[Callable[[], bytes], str | None, str | None]] = {
    "FILE_EMPTY": (lambda: b"", None, None),
    "FILE_TYPE": (lambda: b"%PDF-1.7\n1 0 obj\n", None, None),
    "FILE_ENCRYPTED": (lambda: make_ole(["EncryptionInfo", "EncryptedPackage"]), None, None),
    "FILE_TOO_LARGE": (lambda: b"PK\x03\x04" + bytes(MAX_FILE), None, None),
    "ZIP_BROKEN": (lambda: make_xlsx()[:1000], None, None),
    "ZIP_JUNK": (lambda: make_xlsx() + b"junk", None, None),
    "ZIP_NAME": (lambda: zipped({**parts_of(make_xlsx()), "../../etc/x.xml": b"<a/>"}), None, None),
    "ZIP_OVERLAP": (overlapping, None, None),
    "ZIP_BOMB": (lambda: bomb(SHEET, 300 << 20), None, None),
    "XML_BROKEN": (lambda: changed(SHEET, b"</sheetData>", b""), None, None),
    "XML_DOCTYPE": (doctype, None, None),
    "XML_ENCODING": (utf16, None, None),
    "XML_MUCH": (lambda: changed("xl/styles.xml", b"</cellXfs>", b"<xf/>" * 100_000 + b"</cellXfs>"), None, None),
    "XML_DEEP": (lambda: changed(SHEET, b"<sheetData>", b"<d>" * 300 + b"</d>" * 300 + b"<sheetData>"), None, None),
    "OLE_BROKEN": (circle, None, None),
    "XLSX_STRICT": (lambda: changed("xl/workbook.xml", MAIN, STRICT), None, None),
    "XLSX_NO_SHEETS": (no_sheets, None, None),
    "XLSX_PART_MISSING": (lambda: without("xl/workbook.xml"), None, None),
    "STRINGS_FALSE": (lambda: changed("xl/sharedStrings.xml", b'uniqueCount="1"', b'uniqueCount="4294967295"'), None, None),
    "DIMENSION_FALSE": (lambda: changed(SHEET, b'ref="A1:A2"', b'ref="A1:XFD1048576"'), "Sheet1", None),
    "CELL_FAR": (lambda: with_rows(b'<row r="1">' + A1 + b'</row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'),
                 "Sheet1", "XFD1048576"),
    "CELL_BROKEN": (lambda: with_cell(b'<c r="A1"><v>inf</v></c>'), "Sheet1", "A1"),
    "TOO_MANY_CELLS": (crowded, None, None),
    "AMBIGUOUS": (lambda: with_rows(b'<row r="1">' + A1 + A1 + b"</row>"), "Sheet1", "A1"),
}  # fmt: skip
"""code -> the file, and the sheet and cell that its finding names."""


@pytest.fixture(scope="module")
def season(tmp_path_factory: pytest.TempPathFactory) -> Trial:
    trial = Trial(tmp_path_factory.mktemp("files") / "season")
    assert trial.run("issue", "plan").status == 0
    return trial


@pytest.fixture(scope="module")
def judged(season: Trial, tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, dict[str, Any]]]:
    """Give the verdicts of two calls of `check` over all files: code -> verdict."""
    folder = tmp_path_factory.mktemp("made")
    for code, (make, _, _) in FILES.items():
        (folder / f"{code}.xlsx").write_bytes(make())
    paths = [str(folder / f"{code}.xlsx") for code in FILES]
    return [dict(zip(FILES, season.run("check", *paths, "--json").json(), strict=True)) for _ in range(2)]


@pytest.mark.parametrize("code", FILES)
def test_a_file_that_must_not_be_read(judged: list[dict[str, dict[str, Any]]], code: str) -> None:
    _, sheet, cell = FILES[code]
    for verdicts in judged:
        found = [(item["code"], item["severity"], item["sheet"], item["cell"]) for item in verdicts[code]["findings"]]
        assert (verdicts[code]["verdict"], found) == ("unreadable", [(code, "error", sheet, cell)])
        assert verdicts[code]["findings"][0]["message"] and verdicts[code]["findings"][0]["fix"]


def only(season: Trial, path: Path, day: str = "2014-05-20") -> list[tuple[str, str]]:
    """Give (verdict, the one code), after looking twice."""
    first, second = season.verdict(path, day), season.verdict(path, day)
    assert first == second
    return [(first["verdict"], item["code"]) for item in first["findings"]]


def edited(path: Path, target: Path, part: str, old: bytes, new: bytes) -> Path:
    target.write_bytes(changed(part, old, new, path.read_bytes()))
    return target


def test_what_no_reader_opens(season: Trial, tmp_path: Path) -> None:
    path = tmp_path / "old.xls"
    begin = (0x809).to_bytes(2, "little") + (16).to_bytes(2, "little") + b"\x00\x06\x05\x00" + bytes(14)
    path.write_bytes(make_ole(["Workbook"], begin.ljust(4096, b"\xff")))
    assert only(season, path) == [("unreadable", "UNREADABLE")]


def test_no_passport(season: Trial, tmp_path: Path) -> None:
    path = tmp_path / "foreign.xlsx"
    path.write_bytes(make_xlsx())
    assert only(season, path) == [("not_ours", "NO_PASSPORT")]


def test_passports_of_others(season: Trial, tmp_path: Path) -> None:
    """Another season of the year, another year, an agency that left the registry, a serial and a form nobody knows."""
    for name, year, code, verdict in (("twin", "2557", "DIGEST_WRONG", "not_ours"), ("next", "2558", "OTHER_SEASON", "wrong_round")):
        other = Trial(tmp_path / name, year)
        other.run("issue", "plan", "--agency", "D01021")
        assert only(season, other.issued("D01021", "plan")) == [(verdict, code)]
        if name == "twin":
            shutil.copy(season.root / "secret.key", other.root / "secret.key")
            newer = Trial(tmp_path / "again", year)
            shutil.copy(season.root / "secret.key", newer.root / "secret.key")
            newer.run("issue", "plan", "--agency", "P10")
            assert only(other, newer.issued("P10", "plan")) == [("returned", "UNKNOWN_SERIAL")]
            kept = [line for line in (other.root / "agencies.csv").read_text(encoding="utf-8-sig").splitlines() if "P10" not in line]
            (other.root / "agencies.csv").write_text("\n".join(kept) + "\n", encoding="utf-8-sig")
            assert only(other, newer.issued("P10", "plan")) == [("not_ours", "UNKNOWN_AGENCY")]


def test_a_form_that_the_season_has_not(season: Trial, tmp_path: Path) -> None:
    other = Trial(tmp_path / "fewer")
    shutil.copy(season.root / "secret.key", other.root / "secret.key")
    path = season.issued("D01021", "plan")
    framework = other.root / "frameworks" / "dept_2557"
    shutil.rmtree(framework / "forms" / "respondents")
    text = (framework / "framework.toml").read_text(encoding="utf-8")
    (framework / "framework.toml").write_text(text.replace(', "respondents"', "").replace('"respondents", ', ""), encoding="utf-8")
    season.run("issue", "respondents", "--agency", "D01021")
    assert only(other, season.issued("D01021", "respondents")) == [("not_ours", "UNKNOWN_FORM")]
    assert path.exists()


def test_rounds_that_are_not_open(tmp_path: Path) -> None:
    """Before it opens, and after it was sealed."""
    trial = Trial(tmp_path / "season")
    trial.file("D01021", "plan", filling.PLAN, "2014-05-20")
    trial.run("issue", "report12", "--agency", "D01021")
    path = trial.issued("D01021", "report12")
    assert only(trial, path, "2014-06-01") == [("wrong_round", "ROUND_NOT_OPEN")]
    assert trial.run("close", "12", day="2014-11-01").status == 0
    assert only(trial, path, "2014-11-02") == [("wrong_round", "ROUND_CLOSED")]


def test_a_reader_that_has_no_room_or_no_time(tmp_path: Path) -> None:
    trial = Trial(tmp_path / "small")
    trial.run("issue", "plan", "--agency", "D01021")
    path, config = trial.issued("D01021", "plan"), trial.root / "season.toml"
    text = config.read_text(encoding="utf-8")
    for setting, code in (("file_memory_mb = 16", "READER_DIED"), ("file_seconds = 0.001", "READER_TIMEOUT")):
        config.write_text(text.replace("[limits]\n", f"[limits]\n{setting}\n"), encoding="utf-8")
        assert only(trial, path) == [("unreadable", code)]


def test_anatomy_and_identity(season: Trial, tmp_path: Path) -> None:
    """What is said of a good return's file beside its answers: macros, links, dates, lost identity."""
    filled = filling.fill(season.issued("D01021", "plan"), tmp_path / "filled.xlsx", filling.PLAN)
    good = codes(season.verdict(filled))

    def with_part(name: str, data: bytes) -> Path:
        target = tmp_path / "part.xlsx"
        with zipfile.ZipFile(filled) as source:
            target.write_bytes(zipped({**{one: source.read(one) for one in source.namelist()}, name: data}))
        return target

    assert codes(season.verdict(with_part("xl/vbaProject.bin", b"\xd0\xcf"))) - good == {("MACROS", "info")}
    link = b'<externalLink xmlns="' + MAIN + b'"/>'
    assert codes(season.verdict(with_part("xl/externalLinks/externalLink1.xml", link))) - good == {("EXTERNAL_LINKS", "error")}
    flipped = edited(filled, tmp_path / "1904.xlsx", "xl/workbook.xml", b"<workbookPr", b'<workbookPr date1904="1"')
    assert codes(season.verdict(flipped)) - good == {("DATES_1904", "warning")}
    book = openpyxl.load_workbook(filled)
    del book["_lists"]
    book.save(tmp_path / "lists.xlsx")
    assert ("LISTS_GONE", "info") in codes(season.verdict(tmp_path / "lists.xlsx"))
    book = openpyxl.load_workbook(filled)
    del book["_passport"]
    book.save(tmp_path / "lost.xlsx")
    assert codes(season.verdict(tmp_path / "lost.xlsx")) - good == {("PASSPORT_LOST", "info")}
    other = season.issued("D01002", "plan")
    book, theirs = openpyxl.load_workbook(filled), openpyxl.load_workbook(other)
    book["_passport"]["A1"].value = theirs["_passport"]["A1"].value
    book.save(tmp_path / "two.xlsx")
    assert ("PASSPORT_DISAGREES", "error") in codes(season.verdict(tmp_path / "two.xlsx"))


def test_a_cell_that_two_readers_read_differently(season: Trial, tmp_path: Path) -> None:
    """A comment within a value: one reader takes 50, the other 5."""
    filled = filling.fill(season.issued("D01021", "plan"), tmp_path / "filled.xlsx", filling.PLAN)
    book = openpyxl.load_workbook(filled)
    cell = filling.cells_of(book, "indicators.weight")[0]
    with zipfile.ZipFile(filled) as source:
        parts = {name: source.read(name) for name in source.namelist()}
    name = f"xl/worksheets/sheet{book.sheetnames.index(cell.parent.title) + 1}.xml"
    before, _, after = parts[name].partition(f'<c r="{cell.coordinate}"'.encode())
    parts[name] = before + f'<c r="{cell.coordinate}"'.encode() + after.replace(b"<v>50</v>", b"<v>5<!-- x -->0</v>", 1)
    path = tmp_path / "two.xlsx"
    path.write_bytes(zipped(parts))
    for _ in range(2):
        found = [(item["code"], item["sheet"], item["cell"]) for item in season.verdict(path)["findings"] if item["severity"] == "error"]
        assert ("READINGS_DIFFER", cell.parent.title, cell.coordinate) in found


def codes(verdict: dict[str, Any]) -> set[tuple[str, str]]:
    return {(item["code"], item["severity"]) for item in verdict["findings"]}
