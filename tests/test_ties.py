"""Ties, missing results and closed gates as the national workbook shows them, against ranks reckoned apart from the program."""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import recompute
from python_calamine import CalamineWorkbook
from test_recompute import AS_OF, CLUSTERS, made_season

from processors import ranking, season
from processors.collect import collect
from processors.store import Ledger
from workbook.write import write

BOARDS = {"dept_2557": "อันดับส่วนราชการ", "prov_2557": "อันดับจังหวัด"}
SHARED = "ร่วม"


@dataclass(frozen=True)
class Shown:
    """What a national workbook shows, and what must stand there."""

    sheets: list[str]
    rows: dict[str, list[list[Any]]]
    own: recompute.Recomputed
    agencies: dict[str, dict[str, str]]


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Shown:
    root = made_season(tmp_path_factory.mktemp("ties") / "season", 234, 11)
    made = season.load(root)
    ledger = Ledger(made.ledger_path)
    try:
        results = collect(made, ledger, AS_OF, {})
    finally:
        ledger.close()
    book = CalamineWorkbook.from_filelike(io.BytesIO(write(ranking.books(results)["national.xlsx"]())))
    rows = {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in BOARDS.values()}
    listed = {row["code"]: row for row in recompute.rows_of(root / "agencies.csv")}
    return Shown(book.sheet_names, rows, recompute.recompute(root, Path(CLUSTERS)), listed)


def listed(shown: Shown, framework: str) -> Iterator[tuple[str, dict[str, Any], list[Any]]]:
    """Give code, cells by head and the whole row of every agency on a ranking sheet, in the order of the page."""
    rows = shown.rows[BOARDS[framework]]
    head = next(row for row in rows if "รหัส" in row)
    at = head.index("รหัส")
    for row in rows:
        if row[at] in shown.agencies:
            cells: dict[str, Any] = {}
            for name, value in zip(head, row, strict=True):
                cells.setdefault(str(name).replace("\n", ""), value)
            yield str(row[at]), cells, row


@pytest.mark.parametrize("framework", BOARDS)
def test_every_agency_stands_on_the_board_once_in_the_order_of_its_rank(shown: Shown, framework: str) -> None:
    codes = [code for code, _, _ in listed(shown, framework)]
    assert Counter(codes) == Counter(code for code, row in shown.agencies.items() if row["framework"] == framework)
    ranks = [own[1] for code in codes if (own := shown.own.ranks[framework, "12", code])[0]]
    assert ranks == sorted(ranks, key=int) and len(ranks) > 30
    ranked = [bool(shown.own.ranks[framework, "12", code][0]) for code in codes]
    assert ranked == sorted(ranked, reverse=True), "an agency without a rank stands among the ranked"


@pytest.mark.parametrize("framework", BOARDS)
def test_rank_score_and_the_word_of_a_shared_rank(shown: Shown, framework: str) -> None:
    ties = 0
    for code, cells, _ in listed(shown, framework):
        score, national, _, _, _, _, shared = shown.own.ranks[framework, "12", code]
        assert (cells["อันดับประเทศ"] or "") == (float(national) if national else ""), code
        assert cells["คะแนนรวม"] == "" if not score else abs(cells["คะแนนรวม"] - float(score)) < 5e-9, code
        assert cells[SHARED] == (SHARED if shared == "true" else ""), code
        ties += shared == "true"
    assert ties >= 4


@pytest.mark.parametrize("framework", BOARDS)
def test_whoever_has_no_rank_has_a_reason(shown: Shown, framework: str) -> None:
    without = 0
    for code, cells, row in listed(shown, framework):
        if shown.own.ranks[framework, "12", code][0]:
            continue
        without += 1
        assert cells["อันดับประเทศ"] == "" and str(row[-1] or cells.get("สถานะและเหตุผล", "")).strip(), code
    assert without >= 4


@pytest.mark.parametrize(("framework", "number"), [("dept_2557", "7"), ("prov_2557", "6")])
def test_a_blank_is_never_a_zero_and_a_closed_gate_is_no_blank(shown: Shown, framework: str, number: str) -> None:
    closed = 0
    for code, cells, row in listed(shown, framework):
        for part in ("1", "2", "3"):
            line = shown.own.scores[framework, "12", code, f"{number}.{part}"]
            cell = cells[f"{number}.{part}"]
            assert cell == "" if line.score == "" else abs(cell - float(line.score)) < 5e-9, (code, part)
            if line.status == "gate_closed" and shown.own.ranks[framework, "12", code][0]:
                closed += 1
                assert cell == 0 and f"{number}.{part}" in str(row[-1]), (code, row[-1])
    assert closed >= 3


def test_sla_and_exempt_stand_apart_from_those_not_evaluated(shown: Shown) -> None:
    for framework in BOARDS:
        without = [code for code, _, _ in listed(shown, framework) if not shown.own.ranks[framework, "12", code][0]]
        number = "7" if framework == "dept_2557" else "6"
        excused = [shown.own.scores[framework, "12", code, number].status in ("sla", "exempt") for code in without]
        # One block each, whichever stands first.
        assert excused in (sorted(excused), sorted(excused, reverse=True)), framework
        assert any(excused) and not all(excused)


def test_the_guide_for_analysts_names_every_sheet_and_column(shown: Shown) -> None:
    text = (Path(__file__).parents[1] / "docs" / "results.md").read_text(encoding="utf-8")
    sheets = text.partition("Sheets of `national.xlsx`")[2].partition("\n\nThe workbook")[0]
    named = {
        name.rstrip("…")
        for line in sheets.splitlines()
        if line.startswith("|")
        for name in re.findall(r"`([^`]+)`", line.split("|")[1])
    }
    assert {name for name in shown.sheets if not any(name.startswith(one) for one in named)} == set()
    statuses = text.partition("| status | means")[2].partition("\n\n")[0]
    told = set(re.findall(r"`([a-z_0-9]+)`", "".join(line.split("|")[1] for line in statuses.splitlines()[2:])))
    assert told == {line.status for line in shown.own.scores.values()}
