"""An analyst's marks of doubt: typed into the published workbook, read back by the next run, carried on, and never lost silently."""

from __future__ import annotations

import datetime as dt
import io
import itertools
import json
import os
import random
import shutil
import struct
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import openpyxl
import pytest
from client import Office, missing, skips
from season_tools import Outcome, Trial

from processors import marks
from processors.season import Season, load
from processors.store import Ledger
from workbook.errors import AppError

DAY, NEXT, LATER = "2014-05-20", "2014-05-21", "2014-05-22"
ONE = ("dept_2557", "9", "D01021", "7.1")
TWO = ("dept_2557", "9", "D01002", "7")
DOUBT = "ขอตรวจหลักฐานอีกครั้ง"


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Trial:
    trial = Trial(tmp_path_factory.mktemp("marks") / "season", frameworks=("dept_2557",), agencies=("D01021", "D01002"))
    assert trial.run("nightly", day=DAY).status == 0
    return trial


@pytest.fixture
def season(whole: Trial, tmp_path: Path) -> Trial:
    shutil.copytree(whole.root, tmp_path / "season", symlinks=True)
    copied = Trial.__new__(Trial)
    copied.root = tmp_path / "season"
    return copied


def book(season: Trial) -> Path:
    return season.root / "results" / marks.BOOK


def column(page: openpyxl.worksheet.worksheet.Worksheet, head: str) -> int:
    return next(cell.column for cell in page[1] if cell.value == head)


def typed(path: Path, words: dict[marks.MarkKey, object]) -> None:
    """Type marks as an analyst does: open, find the row, write into the last column, save."""
    opened = openpyxl.load_workbook(path)
    page = opened[marks.sheet()]
    at = [column(page, name) for name in marks.KEY]
    for row in page.iter_rows(min_row=2):
        key = tuple(str(row[place - 1].value) for place in at)
        if key in words:
            row[column(page, marks.column()) - 1].value = words[key]
    opened.save(path)


def shown(season: Trial) -> dict[tuple[str, ...], str]:
    """Give the marks of the workbook that is published now."""
    page = openpyxl.load_workbook(book(season), read_only=True)[marks.sheet()]
    rows = list(page.iter_rows(values_only=True))
    heads = [str(name) for name in rows[0]]
    lines = [dict(zip(heads, row, strict=False)) for row in rows[1:]]
    return {tuple(str(line[name]) for name in marks.KEY): str(line[marks.column()]) for line in lines if line.get(marks.column())}


def known(season: Trial) -> dict[marks.MarkKey, marks.Mark]:
    ledger = Ledger(season.root / "ledger.db")
    try:
        return marks.marks(ledger)
    finally:
        ledger.close()


def taken(season: Trial, day: str = NEXT) -> bool:
    """Take the marks alone, without a publication."""
    ledger = Ledger(season.root / "ledger.db")
    try:
        return marks.take(loaded(season), ledger, dt.date.fromisoformat(day))
    finally:
        ledger.close()


def loaded(season: Trial) -> Season:
    return load(season.root)


def kept(season: Trial) -> list[Path]:
    return sorted((season.root / marks.KEPT).glob("*"))


# --- the way of a mark ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("command", "day"), [("nightly", DAY), ("nightly", NEXT), ("publish", NEXT)])
def test_a_mark_is_read_by_the_next_run_and_carried_on(season: Trial, command: str, day: str) -> None:
    typed(book(season), {ONE: f"  {DOUBT}\nบรรทัดสอง ", TWO: 5})
    assert season.run(command, day=day).status == 0
    assert shown(season) == {ONE: f"{DOUBT}\nบรรทัดสอง", TWO: "5"}
    told = known(season)
    assert told[ONE].day.isoformat() == day and set(told) == {ONE, TWO}
    # Carried on without anybody doing anything, and then a night with nothing to do changes nothing.
    assert season.run("nightly", day=LATER).status == 0
    before = season.digests()
    assert season.run("nightly", day=LATER).status == 0
    assert season.digests() == before and shown(season) == {ONE: f"{DOUBT}\nบรรทัดสอง", TWO: "5"}
    assert known(season)[ONE].day.isoformat() == day


def test_a_mark_is_changed_and_taken_away(season: Trial) -> None:
    typed(book(season), {ONE: DOUBT, TWO: "x"})
    assert season.run("nightly", day=NEXT).status == 0
    typed(book(season), {ONE: None, TWO: "y"})
    assert season.run("nightly", day=LATER).status == 0
    assert shown(season) == {TWO: "y"} and set(known(season)) == {TWO}
    assert known(season)[TWO].day.isoformat() == LATER


def test_a_workbook_saved_without_a_mark_changes_nothing_but_is_written_again(season: Trial) -> None:
    typed(book(season), {})
    before = book(season).read_bytes()
    assert not taken(season)
    assert season.run("nightly", day=DAY).status == 0
    assert book(season).read_bytes() != before and shown(season) == {} and kept(season) == []


@pytest.mark.slow
@pytest.mark.skipif(skips(), reason=missing())
def test_libreoffice_saves_marks_that_are_read(season: Trial, tmp_path: Path) -> None:
    rows = list(openpyxl.load_workbook(book(season))[marks.sheet()].iter_rows(values_only=True))
    heads = [str(name) for name in rows[0]]
    at = next(no for no, row in enumerate(rows, 1) if tuple(str(row[heads.index(name)]) for name in marks.KEY) == ONE)
    cell = openpyxl.utils.get_column_letter(heads.index(marks.column()) + 1) + str(at)
    with Office(tmp_path) as office:
        office.do(book(season), [{"do": "type_at", "sheet": marks.sheet(), "cell": cell, "value": DOUBT}], [tmp_path / "saved.xlsx"])
    shutil.copy(tmp_path / "saved.xlsx", book(season))
    assert taken(season) and {key: mark.words for key, mark in known(season).items()} == {ONE: DOUBT}
    assert season.run("publish", day=NEXT).status == 0 and shown(season) == {ONE: DOUBT}


@pytest.mark.slow
def test_an_older_copy_brings_nothing_back_and_takes_nothing_away(season: Trial, tmp_path: Path) -> None:
    empty, marked = tmp_path / "empty.xlsx", tmp_path / "marked.xlsx"
    shutil.copy(book(season), empty)
    typed(book(season), {ONE: DOUBT})
    assert season.run("publish", day=DAY).status == 0
    shutil.copy(book(season), marked)
    typed(book(season), {ONE: "อื่น"})
    assert season.run("publish", day=NEXT).status == 0

    # From before the first mark: saved again with one of its own. Its blank takes the newer mark of the other row away for nobody.
    typed(empty, {TWO: "z"})
    shutil.copy(empty, book(season))
    assert season.run("publish", day=NEXT).status == 0
    assert shown(season) == {ONE: "อื่น", TWO: "z"}

    # With the former words: they were not typed now, so the newer words stay. Then the mark is taken away …
    typed(marked, {})
    shutil.copy(marked, book(season))
    assert not taken(season)
    assert season.run("publish", day=NEXT).status == 0 and shown(season)[ONE] == "อื่น"
    typed(book(season), {ONE: None, TWO: None})
    assert season.run("publish", day=NEXT).status == 0 and shown(season) == {}
    # … and the older copy does not bring it back; new words in it do count.
    shutil.copy(marked, book(season))
    assert not taken(season)
    typed(marked, {ONE: "ใหม่"})
    shutil.copy(marked, book(season))
    assert taken(season) and {key: mark.words for key, mark in known(season).items()} == {ONE: "ใหม่"}


def test_sorted_copied_and_deleted_rows(season: Trial) -> None:
    typed(book(season), {ONE: DOUBT, TWO: "คง"})
    assert season.run("publish", day=DAY).status == 0
    opened = openpyxl.load_workbook(book(season))
    page = opened[marks.sheet()]
    rows = [[cell.value for cell in row] for row in page.iter_rows(min_row=2)]
    last = column(page, marks.column()) - 1
    rows.sort(key=lambda row: str(row[8]), reverse=True)
    own = next(row for row in rows if row[last] == "คง")
    rows.remove(own)
    rows.append([*next(row for row in rows if row[last] == DOUBT)[:-1], None])
    page.delete_rows(2, page.max_row)
    for row in rows:
        page.append(row)
    opened.save(book(season))
    # A deleted row is no opinion about it, and the blank copy of a marked row does not hide the mark.
    assert not taken(season)
    assert set(known(season)) == {ONE, TWO}


def test_rows_of_nobody_are_no_marks(season: Trial) -> None:
    opened = openpyxl.load_workbook(book(season))
    page = opened[marks.sheet()]
    for at, name in enumerate(("dept_2557", "9", "D99999", "7.1"), 1):
        page.cell(page.max_row + (at == 1), column(page, marks.KEY[at - 1]), name)
    page.cell(page.max_row, column(page, marks.column()), "ไม่มีหน่วยงานนี้")
    opened.save(book(season))
    assert not taken(season)


ODD: tuple[tuple[object, str], ...] = (
    ("=1+1", ""), ("'quoted", "'quoted"), ("a_xD800_b", "ab"), ("a_x0007_b", "ab"), ("_x0041_", "A"), ("\t \n", ""), (True, "1"),
    ("ก" * 3000, "ก" * marks.MAX_WORDS), ("a\r\nb", "a\nb"), ("<&>\"'", "<&>\"'"), (5, "5"), (" x ", "x"),
)  # fmt: skip


def test_odd_words_are_kept_as_they_can_be_written_again(season: Trial) -> None:
    rows = [(*ONE[:1], round_id, agency, name) for round_id in ("9", "12") for agency in ("D01021", "D01002") for name in ("7.1", "7.2", "7.3", "7")]
    keys = [key for key in rows if key in all_keys(season)][: len(ODD)]
    typed(book(season), {key: words for key, (words, _) in zip(keys, ODD, strict=False)})
    wanted = {key: read for key, (_, read) in zip(keys, ODD, strict=False) if read}
    assert len(wanted) >= 6 and taken(season)
    assert {key: mark.words for key, mark in known(season).items()} == wanted
    assert season.run("publish", day=NEXT).status == 0
    assert shown(season) == wanted
    # Nothing of it changes by being read once more.
    typed(book(season), {})
    assert not taken(season)


def all_keys(season: Trial) -> set[tuple[str, ...]]:
    return {(row["framework"], row["round"], row["agency"], row["indicator"]) for row in season.table("scores")}


def test_csvs_stay_as_the_contract_says(season: Trial) -> None:
    before = (season.root / "results/data/scores.csv").read_bytes()
    typed(book(season), {ONE: DOUBT})
    assert season.run("publish", day=DAY).status == 0
    assert (season.root / "results/data/scores.csv").read_bytes() == before
    mentions = [path for path in (season.root / "results").rglob("*") if path.suffix in (".csv", ".json") and DOUBT.encode() in path.read_bytes()]
    assert mentions == []


# --- what can't be read -------------------------------------------------------------------------------------------------


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-300])


def bomb(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        for name in ("[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels"):
            out.writestr(name, b" " * (1 << 25))


def entities(path: Path) -> None:
    rewritten(path, "xl/workbook.xml", lambda text: text.replace(b"?>", b'?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">]>', 1))


def rewritten(path: Path, part: str, change: Callable[[bytes], bytes]) -> None:
    with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for item in old.namelist():
            content = old.read(item)
            new.writestr(item, change(content) if item == part else content)


def without_sheet(path: Path) -> None:
    opened = openpyxl.load_workbook(path)
    del opened[marks.sheet()]
    opened.save(path)


def other_head(path: Path) -> None:
    opened = openpyxl.load_workbook(path)
    page = opened[marks.sheet()]
    page.cell(1, column(page, marks.column())).value = "อื่น"
    opened.save(path)


def row_above(path: Path) -> None:
    opened = openpyxl.load_workbook(path)
    opened[marks.sheet()].insert_rows(1)
    opened[marks.sheet()].cell(1, 1).value = "title"
    opened.save(path)


BROKEN: dict[str, Callable[[Path], object]] = {
    "cut": cut,
    "empty": lambda path: path.write_bytes(b""),
    "text": lambda path: path.write_text("not a workbook"),
    "junk behind": lambda path: path.write_bytes(path.read_bytes() + b"junk"),
    "bomb": bomb,
    "entities": entities,
    "no sheet": without_sheet,
    "no column": other_head,
    "row above": row_above,
    "old format": lambda path: path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 2000),
}


@pytest.fixture(scope="module")
def marked(whole: Trial, tmp_path_factory: pytest.TempPathFactory) -> Trial:
    """A season with a published mark."""
    shutil.copytree(whole.root, tmp_path_factory.mktemp("marked") / "season", symlinks=True, dirs_exist_ok=True)
    copied = Trial.__new__(Trial)
    copied.root = next(iter(tmp_path_factory.getbasetemp().glob("marked*/season")))
    typed(book(copied), {ONE: DOUBT})
    assert copied.run("publish", day=DAY).status == 0
    return copied


@pytest.mark.parametrize("name", BROKEN)
def test_what_can_not_be_read_is_kept_and_said_and_costs_no_mark(marked: Trial, name: str) -> None:
    whole = book(marked).read_bytes()
    try:
        BROKEN[name](book(marked))
        spoiled = book(marked).read_bytes()
        # Asked twice, it is kept once.
        for _ in range(2 if name == "cut" else 1):
            with pytest.raises(AppError, match="can't be read") as said:
                taken(marked)
            assert said.value.status == 3 and str(marked.root / marks.KEPT) in str(said.value)
        (copy,) = kept(marked)
        assert copy.read_bytes() == spoiled and known(marked)[ONE].words == DOUBT
    finally:
        shutil.rmtree(marked.root / marks.KEPT, ignore_errors=True)
        book(marked).write_bytes(whole)


@pytest.mark.parametrize(("command", "day"), [("nightly", NEXT), ("publish", DAY)])
def test_a_run_publishes_all_the_same_and_asks_for_people_once(season: Trial, command: str, day: str) -> None:
    cut(book(season))
    done = season.run(command, day=day)
    assert done.status == 3 and "edited" in done.out + done.err and len(kept(season)) == 1
    assert shown(season) == {}
    again = season.run(command, day=day)
    assert again.status == 0 and len(kept(season)) == 1


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
@pytest.mark.parametrize("kind", ["pipe", "folder", "link", "large", "gone"])
def test_what_is_no_file_holds_nothing_up(season: Trial, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    path = book(season)
    content = path.read_bytes()
    path.unlink()
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    elif kind == "link":
        path.symlink_to("nowhere")
    elif kind == "large":
        path.write_bytes(content + b"\0")
        monkeypatch.setattr(marks, "MAX_BYTES", len(content))
    expected = 0 if kind in ("gone", "link") else 3
    assert season.run("nightly", day=NEXT).status == expected
    assert path.is_file() and shown(season) == {}


def test_run_json_that_is_spoiled_is_no_bug(season: Trial) -> None:
    for text in ("[]", "{}", '{"digests": 5}', '{"digests": {}}', "\udcff"):
        (season.root / "results/run.json").write_bytes(text.encode("utf-8", "surrogateescape"))
        assert marks.published(loaded(season)) == "" and not taken(season)


def test_a_workbook_on_its_way_in_is_looked_at_again(season: Trial, monkeypatch: pytest.MonkeyPatch) -> None:
    typed(book(season), {ONE: DOUBT})
    content = book(season).read_bytes()
    book(season).write_bytes(content[: len(content) // 2])
    # The other program goes on writing while this one waits.
    monkeypatch.setattr(marks.time, "sleep", lambda seconds: book(season).write_bytes(content))
    assert taken(season) and set(known(season)) == {ONE} and kept(season) == []


@pytest.mark.slow
def test_random_damage_is_bounded(marked: Trial) -> None:
    """Whatever bytes stand there: a verdict, no crash, the known mark stays."""
    whole = book(marked).read_bytes()
    chance = random.Random(2557)
    one = loaded(marked)
    for _ in range(6):
        spoiled = bytearray(whole)
        for _ in range(chance.randint(1, 40)):
            struct.pack_into("B", spoiled, chance.randrange(len(spoiled)), chance.randrange(256))
        found = marks.read(one, bytes(spoiled))
        assert isinstance(found, marks.Read | str)
        if isinstance(found, marks.Read):
            assert all(len(words) <= marks.MAX_WORDS for words, _ in found.rows.values())


# --- verify, backup, close ----------------------------------------------------------------------------------------------


def doubts(done: Outcome) -> dict[str, str]:
    return {item["file"]: item["code"] for item in done.json()["doubts"] if item["level"] != "info"}


@pytest.mark.slow
def test_marks_survive_verify_backup_and_close(season: Trial, tmp_path: Path) -> None:
    typed(book(season), {ONE: DOUBT})
    # Saved with a mark and not read yet: said, and no fault.
    early = season.run("verify", "--json", day=DAY)
    assert early.status == 0 and doubts(early) == {"results/national.xlsx": "result_marked"}
    # Closing reads it first, so that the seal and everything after hold it.
    assert season.run("close", "9", day=DAY).status == 0
    assert shown(season) == {ONE: DOUBT}
    sealed = openpyxl.load_workbook(season.root / "closed/9/results" / marks.BOOK, read_only=True)[marks.sheet()]
    assert any(DOUBT in map(str, row) for row in sealed.iter_rows(values_only=True))
    assert season.run("verify", day=DAY).status == 0
    cut(book(season))
    assert season.run("publish", day=DAY).status == 3

    copy = Trial.__new__(Trial)
    copy.root = tmp_path / "copy"
    assert season.run("backup", str(copy.root), day=DAY).status == 0
    assert {key: mark.words for key, mark in known(copy).items()} == {ONE: DOUBT}
    assert [path.name for path in kept(copy)] == [path.name for path in kept(season)]
    assert season.run("verify", str(copy.root), day=DAY).status == 0


def test_a_changed_workbook_that_can_not_be_read_stays_a_fault(marked: Trial) -> None:
    whole = book(marked).read_bytes()
    try:
        cut(book(marked))
        found = marked.run("verify", "--json", day=DAY)
        assert found.status == 3 and doubts(found) == {"results/national.xlsx": "result_changed"}
    finally:
        book(marked).write_bytes(whole)


def test_marks_taken_and_not_yet_published_are_no_fault_of_the_figures(season: Trial) -> None:
    """A run killed between the marks and the publication: the results are of before, and the next run writes them again."""
    original = book(season).read_bytes()
    typed(book(season), {ONE: DOUBT})
    assert taken(season)
    book(season).write_bytes(original)
    assert season.run("verify", day=DAY).status == 0
    told = json.loads((season.root / "results/run.json").read_text(encoding="utf-8"))["origin"]["ledger"]
    assert season.run("publish", day=DAY).status == 0 and shown(season) == {ONE: DOUBT}
    assert json.loads((season.root / "results/run.json").read_text(encoding="utf-8"))["origin"]["ledger"] != told


# --- the merge itself -----------------------------------------------------------------------------------------------------


def merges() -> Iterator[tuple[str, str, str | None, str | None]]:
    """Words in the workbook, standing now, that it was written with (None: nobody knows) -> what follows (None: nothing)."""
    yield from (("a", "", "", "a"), ("a", "a", "", None), ("a", "b", "a", None), ("a", "b", "b", "a"), ("a", "", "a", None))
    yield from (("", "a", "a", ""), ("", "a", "", None), ("", "a", "b", None), ("", "", "a", None), ("c", "b", "a", "c"))
    yield from (("a", "", None, "a"), ("a", "b", None, "a"), ("", "b", None, None), ("b", "b", None, None))


@pytest.mark.parametrize(("told", "now", "base", "follows"), list(merges()))
def test_the_merge(told: str, now: str, base: str | None, follows: str | None) -> None:
    standing = {ONE: now} if now else {}
    written = None if base is None else ({ONE: base} if base else {})
    assert marks.changes({ONE: (told, "")}, standing, written) == ({} if follows is None else {ONE: follows})


def test_an_older_copy_is_compared_with_the_words_that_it_was_written_with() -> None:
    steps: list[marks.Words] = [{}, {ONE: "a"}, {ONE: "b", TWO: "c"}, {TWO: "c"}, {ONE: "a", TWO: "c"}]
    known = {id(words): marks.digest({key: marks.Mark(text, "", dt.date(2014, 5, 20)) for key, text in words.items()}) for words in steps}
    history: list[list[object]] = []
    for before, after in itertools.pairwise(steps):
        changed = [key for key in (ONE, TWO) if before.get(key) != after.get(key)]
        history.append([known[id(before)], [[*key, before.get(key)] for key in changed]])
    for words in steps:
        assert marks.seen(known[id(words)], steps[-1], history) == words
    assert marks.seen("", steps[-1], history) is None and marks.seen(known[id(steps[0])], steps[-1], history[1:]) is None
