"""A publication as other programs find it: formats, description, index, and the processes that write it side by side."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import openpyxl
import pandas
import pytest
from results_maker import made_results

from processors import abreast, data, guard, publish
from processors.abreast import made
from processors.outcome import STATUSES
from processors.results import AnswerRow, Results
from processors.tidy import FLAG, NUMBER, PERCENT, SCORE, TABLES, WHOLE, Table
from validation.schema import REQUIRED, Failure, failures
from workbook.errors import AppError
from workbook.live import LiveError

NAMES = [item.name for item in TABLES]
ODD = ("=1+1", "-", "+66", "@x", "\tt", "a\rb", 'say "x", y', "สอง\nบรรทัด", "null", "NA", "007", "1e5", "½", "half \ud800", "'", "-3.5")


@cache
def results() -> Results:
    """The made results with answers that are hard to write."""
    made_here = made_results()
    code = made_here.agencies[0].code
    odd = [AnswerRow(code, "dept_2557/plan", "basics", at + 1, "rationale", text, text, f"{text[:3]}.xlsx", "1", "B2") for at, text in enumerate(ODD)]
    return replace(made_here, answers=(*made_here.answers, *odd))


@cache
def files() -> dict[str, bytes]:
    return data.data_files(results())


def text_table(name: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(files()[f"data/{name}.csv"].decode("utf-8-sig"), newline="")))


def plain(value: Any, kind: str) -> str:
    """Say a typed value as the CSV says it."""
    if value is None or value is pandas.NA or value != value:
        return ""
    if kind == FLAG:
        return str(bool(value)).lower()
    if kind == WHOLE:
        return str(int(value))
    if kind in (SCORE, PERCENT):
        return f"{Decimal(repr(float(value))):.{4 if kind == SCORE else 2}f}"
    if kind == NUMBER:
        return f"{Decimal(str(value)).normalize():f}"
    return data.harmless(str(value))


def csv_text(text: str, kind: str) -> str:
    return f"{Decimal(text).normalize():f}" if kind == NUMBER and text else text


def rows_of(frame: pandas.DataFrame, table: Table) -> list[list[str]]:
    return [[plain(value, column.kind) for value, column in zip(row, table.columns, strict=True)] for row in frame.itertuples(index=False, name=None)]


# --- formats ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("table", TABLES, ids=NAMES)
def test_json_and_parquet_equal_the_csv_row_for_row(table: Table) -> None:
    heads, *lines = text_table(table.name)
    assert heads == [column.name for column in table.columns] and (lines or table.name == "findings")
    wanted = [[csv_text(text, column.kind) for text, column in zip(line, table.columns, strict=True)] for line in lines]
    told = io.StringIO(files()[f"data/{table.name}.json"].decode("utf-8"))
    as_json = pandas.read_json(told, orient="split", dtype=False, precise_float=True)
    assert list(as_json.columns) == heads and rows_of(as_json, table) == wanted
    as_parquet = pandas.read_parquet(io.BytesIO(files()[f"data/{table.name}.parquet"]), dtype_backend="numpy_nullable")
    assert list(as_parquet.columns) == heads and rows_of(as_parquet, table) == wanted


def test_missing_is_null_and_never_an_empty_text() -> None:
    for name in NAMES:
        assert not any("" in row for row in json.loads(files()[f"data/{name}.json"])["data"])
        frame = pandas.read_parquet(io.BytesIO(files()[f"data/{name}.parquet"]))
        assert not (frame == "").to_numpy().any()


@pytest.mark.parametrize("table", TABLES, ids=NAMES)
def test_parquet_is_typed(table: Table) -> None:
    import pyarrow.parquet

    schema = pyarrow.parquet.read_schema(io.BytesIO(files()[f"data/{table.name}.parquet"]))
    kinds = {WHOLE: "int64", FLAG: "bool", NUMBER: "double", SCORE: "double", PERCENT: "double"}
    assert {field.name: str(field.type) for field in schema} == {column.name: kinds.get(column.kind, "string") for column in table.columns}


@pytest.mark.parametrize("table", TABLES, ids=NAMES)
def test_pieces_make_the_same_file_as_one(table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = {name: content for name, content in files().items() if name.startswith(f"data/{table.name}.")}
    monkeypatch.setattr("processors.other_formats._ROWS", 2)
    makers = {name: make for name, make in data.table_files(results()).items() if name in whole}
    for name, make in makers.items():
        pieces = list(make())
        if name.endswith(".parquet"):
            assert pandas.read_parquet(io.BytesIO(b"".join(pieces))).equals(pandas.read_parquet(io.BytesIO(whole[name])))
        else:
            assert b"".join(pieces) == whole[name]
            assert len(pieces) >= (len(table.records(results())) + 1) // 2


def test_tables_without_rows_are_whole() -> None:
    empty = replace(results(), scored=(), answers=(), findings=())
    made_here = data.data_files(empty)
    for name in NAMES:
        assert len(made_here[f"data/{name}.csv"].splitlines()) == 1
        assert json.loads(made_here[f"data/{name}.json"])["data"] == []
        assert len(pandas.read_parquet(io.BytesIO(made_here[f"data/{name}.parquet"]))) == 0


def test_without_the_extra_there_is_no_parquet_and_the_rest_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(data, "has_parquet", lambda: False)
    without = data.data_files(results())
    assert not [name for name in without if name.endswith("parquet")]
    sums = "data/SHA256SUMS"
    assert {name: content for name, content in without.items() if name != sums} == {
        name: content for name, content in files().items() if not name.endswith("parquet") and name != sums
    }


def test_guard_sees_a_formula_in_any_piece() -> None:
    pieces = [b"\xef\xbb\xbfa,b\r\n1,x\r\n", b"2,-5\r\n3,'=x\r\n", b'4,"=1+1"\r\n']
    assert list(guard.watched(pieces[:2], "data/x.csv")) == pieces[:2]
    with pytest.raises(LiveError, match="row 5, column 2"):
        list(guard.watched(pieces, "data/x.csv"))


# --- description --------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A whole publication, written by two processes."""
    target = tmp_path_factory.mktemp("publication") / "results"
    target.mkdir()
    digests, proved = publish.contents(results(), target, 2)
    run = data.run_json(proved, publish.versions(), {}, digests)
    (target / publish.RUN).write_bytes(data.json_bytes(run))
    return target


@pytest.mark.filterwarnings("ignore")
def test_the_data_package_is_valid_and_really_read_by_frictionless(folder: Path) -> None:
    import frictionless

    package = frictionless.Package(str(folder / "data" / data.PACKAGE))
    report = package.validate()
    assert report.valid, report.flatten(["rowNumber", "fieldName", "note"])[:5]
    for table in TABLES:
        rows = package.get_resource(table.name).read_rows()
        assert len(rows) == len(table.records(results()))
        kinds = {WHOLE: int, FLAG: bool, NUMBER: Decimal, SCORE: Decimal, PERCENT: Decimal}
        for row, record in zip(rows, table.records(results()), strict=True):
            for column, value in zip(table.columns, record, strict=True):
                cell = row[column.name]
                assert (cell is None) == (value in (None, "")), (table.name, column.name)
                assert cell is None or isinstance(cell, kinds.get(column.kind, str))
    blank = [row for row in package.get_resource("scores").read_rows() if row["score"] is None]
    assert blank and {row["status"] for row in blank} <= set(STATUSES)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    ("table", "spoil", "code"),
    [
        ("scores", lambda line: line.replace("evaluated", "fine"), "constraint-error"),
        ("scores", lambda line: line.replace(",9,", ",,"), "constraint-error"),
        ("ranks", lambda line: line.replace("true", "maybe").replace("false", "maybe"), "type-error"),
        ("progress", lambda line: line.replace(",1,", ",one,"), "type-error"),
    ],
)
def test_the_description_can_fail(folder: Path, tmp_path: Path, table: str, spoil: Callable[[str], str], code: str) -> None:
    import frictionless

    for name in (data.PACKAGE, *(f"{name}.csv" for name in NAMES)):
        (tmp_path / name).write_bytes((folder / "data" / name).read_bytes())
    described = json.loads((tmp_path / data.PACKAGE).read_text(encoding="utf-8"))
    described["resources"] = [{key: value for key, value in one.items() if key not in ("hash", "bytes")} for one in described["resources"]]
    (tmp_path / data.PACKAGE).write_text(json.dumps(described), encoding="utf-8")
    path = tmp_path / f"{table}.csv"
    path.write_text(spoil(path.read_text(encoding="utf-8-sig")), encoding="utf-8-sig")
    found = frictionless.Package(str(tmp_path / data.PACKAGE)).validate()
    assert code in {item[0] for item in found.flatten(["type"])}


# --- index --------------------------------------------------------------------------------------------------------------


def present(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_every_link_of_the_index_leads_to_a_file_and_every_other_file_is_named_and_described(folder: Path) -> None:
    page = openpyxl.load_workbook(folder / publish.INDEX).worksheets[0]
    rows = [(row[0].hyperlink.target, row) for row in page.iter_rows() if row[0].hyperlink and row[0].hyperlink.target]
    links = [unquote(link) for link, _ in rows]
    assert len(links) == len(set(links)) and set(links) == present(folder) - {publish.INDEX}
    said = {str(cell.value) for row in page.iter_rows() for cell in row if cell.value is not None}
    assert {name for name in present(folder) if "/" not in name} - {publish.INDEX} <= said
    about = {link: str(row[3].value or "") for link, row in rows if not link.startswith(("ministries/", "provinces/"))}
    assert all(re.search("[\u0e01-\u0e4e]{4}", text) for text in about.values()), about


def linked(path: Path) -> list[tuple[str, str, str]]:
    """Give cell, target and place of every link that leaves a workbook, as its parts say them."""
    found = []
    for page in openpyxl.load_workbook(path):
        for row in page.iter_rows():
            found += [(f"{page.title}!{cell.coordinate}", cell.hyperlink.target, cell.hyperlink.location or "") for cell in row if cell.hyperlink and cell.hyperlink.target]
    return found


def test_every_link_between_files_is_a_path_that_any_program_follows(folder: Path) -> None:
    """Relative, with slashes, to a file of this publication; where it names a place, to a sheet that is there."""
    books = {path: openpyxl.load_workbook(path, read_only=True).sheetnames for path in folder.rglob("*.xlsx")}
    for path in books:
        links = linked(path)
        assert links or path.name == "status.xlsx"
        for cell, target, place in links:
            there = path.parent / unquote(target)
            assert "\\" not in target and there.is_file(), (path.name, cell, target)
            if place:
                sheet, _, _ = place.rpartition("!")
                assert sheet.strip("'").replace("''", "'") in books[there.resolve()], (path.name, cell, place)


def test_workbooks_say_the_day_of_the_publication(folder: Path) -> None:
    for path in folder.rglob("*.xlsx"):
        about = openpyxl.load_workbook(path, read_only=True).properties
        assert about.created.date() == about.modified.date() == results().as_of, path


def test_the_files_are_those_that_run_json_names(folder: Path) -> None:
    run = json.loads((folder / publish.RUN).read_text(encoding="utf-8"))
    assert set(run["digests"]) == present(folder) - {publish.RUN}
    for name, digest in run["digests"].items():
        assert data.sha256((folder / name).read_bytes()) == digest


def test_the_same_bytes_by_one_process_and_by_two(folder: Path, tmp_path: Path) -> None:
    alone, _ = publish.contents(results(), tmp_path, 1)
    run = json.loads((folder / publish.RUN).read_text(encoding="utf-8"))
    assert alone == run["digests"]


# --- side by side -------------------------------------------------------------------------------------------------------


def piece(at: int) -> bytes:
    return f"{at} ".encode() * (at * 20_000)


def work(count: int = 6) -> list[Callable[[], bytes]]:
    return [lambda at=at: piece(at) for at in reversed(range(count))]  # type: ignore[misc]


def done(tasks: list[Callable[[], bytes]], processes: int) -> list[bytes]:
    found = dict(made(tasks, processes))
    return [found[at] for at in range(len(tasks))]


@pytest.mark.parametrize("processes", [0, 1, 2, 3, 50])
def test_every_piece_is_made_once_whatever_the_number_of_processes(processes: int) -> None:
    assert done(work(), processes) == [piece(at) for at in reversed(range(6))]
    assert done([], processes) == []


def test_without_fork_the_pieces_are_made_one_after_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.setattr(os, "fork", None)
    assert done(work(), 2) == [piece(at) for at in reversed(range(6))]


linux = pytest.mark.skipif(sys.platform != "linux", reason="processes side by side need fork")


def killed(here: int) -> Callable[[], bytes]:
    """Give a piece that its process does not survive; this one makes it."""

    def one() -> bytes:
        if os.getpid() != here:
            os.kill(os.getpid(), signal.SIGKILL)
        return b"made at last"

    return one


@linux
@pytest.mark.parametrize("places", [(0,), (2,), (0, 1), (0, 1, 2, 3, 4, 5)])
def test_the_piece_of_a_killed_process_is_made_by_this_one(places: tuple[int, ...]) -> None:
    tasks = work()
    for at in places:
        tasks[at] = killed(os.getpid())
    wanted = [b"made at last" if at in places else piece(5 - at) for at in range(6)]
    assert done(tasks, 2) == wanted
    assert children() == []


def children() -> list[str]:
    return Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()


class Stubborn(Exception):
    """Can't be made again from what was handed over."""

    def __init__(self, one: int, two: int) -> None:
        super().__init__("stubborn")


def fails(error: Exception) -> Callable[[], bytes]:
    def one() -> bytes:
        raise error

    return one


@linux
@pytest.mark.parametrize("error", [AppError("no room", status=5), LiveError("x"), OSError(28, "No space left"), Stubborn(1, 2), ValueError(piece)])
def test_an_error_of_a_piece_is_raised_as_it_was(error: Exception) -> None:
    for processes in (1, 2):
        with pytest.raises(type(error)) as found:
            done([*work(3), fails(error), *work(3)], processes)
        assert str(found.value) == str(error) and getattr(found.value, "status", 0) == getattr(error, "status", 0)
        assert children() == []


PROGRAM = """
import os, sys, time
sys.path[:0] = {path!r}
from processors.abreast import made
def slow():
    os.write(1, b"%d\\n" % os.getpid())
    time.sleep(60)
    return b""
os.write(1, b"%d\\n" % os.getpid())
list(made([slow] * 4, 2))
"""


def gone(pid: int) -> bool:
    """Tell whether a process has ended; one that nobody has asked after yet counts as ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


@linux
@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_the_processes_end_with_the_one_that_asked(sign: signal.Signals) -> None:
    """Ctrl-C, a stopped service, or a kill: nobody is left behind holding the lock of the season."""
    root = str(Path(abreast.__file__).parents[1])
    program = subprocess.Popen([sys.executable, "-c", PROGRAM.format(path=[root])], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert program.stdout is not None
    pids = [int(program.stdout.readline()) for _ in range(3)]
    program.send_signal(sign)
    assert program.wait(20) != 0
    program.stdout.close()
    until = time.monotonic() + 10
    while not all(gone(pid) for pid in pids):
        assert time.monotonic() < until, "a process was left behind"
        time.sleep(0.05)


# --- pandas with and without the extra ----------------------------------------------------------------------------------


VALIDATED = """
import sys, json
sys.path[:0] = {path!r}
if {without}:
    sys.modules["pyarrow"] = None
from templates.load import SHIPPED, load_framework
from validation.schema import BAD, STATED, failures, rule_column
form = load_framework(SHIPPED / "dept_2557").form("plan")
told = []
texts = ["a", "", "ก" * 40_000, "half \\ud800", "\\x00", "=1", None, BAD, STATED]
for table in form.tables:
    rules = {{rule_column(at): at % 2 == 0 for at in range(len(table.rules))}}
    rows = [{{**{{one.id: text for one in table.entries}}, **rules}} for text in texts]
    told += [[table.id, one.row, one.column, one.check] for one in failures(table, rows)]
print(json.dumps(told), "pyarrow" in sys.modules and sys.modules["pyarrow"] is not None)
"""


def test_validation_is_the_same_with_and_without_pyarrow() -> None:
    """pandas keeps texts otherwise where it finds pyarrow, and pyarrow takes no half of a pair of surrogates."""
    root = str(Path(abreast.__file__).parents[1])
    told = []
    for without in (False, True):
        program = VALIDATED.format(path=[root], without=without)
        ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
        assert ran.returncode == 0, ran.stderr[-2000:]
        found, _, there = ran.stdout.rpartition(" ")
        told.append(json.loads(found))
        assert (there.strip() == "True") != without
    assert told[0] == told[1] and any(item[3] == REQUIRED for item in told[0])


def test_failures_are_plain_values() -> None:
    from templates.load import SHIPPED, load_framework

    table = load_framework(SHIPPED / "dept_2557").form("plan").table("basics")
    rows = [{one.id: None for one in table.entries} | {f"rule:{at}": True for at in range(len(table.rules))}]
    found = failures(table, rows)
    assert found and all(isinstance(item, Failure) and type(item.row) is int and type(item.column) is str and type(item.check) is str for item in found)
