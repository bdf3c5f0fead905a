"""The two real reports as data (tests/data/reports), and how an officer types them into the issued workbook."""

from __future__ import annotations

import csv
import io
import tomllib
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
from filling import Values, cells_of
from season_tools import Trial

DATA = Path(__file__).parent / "data" / "reports"
NAMES = ("ita_2566", "ita_2568")
TABLES = ("narrative", "measures_l6", "issues_l4", "measures_l5")
DAY = "2025-10-15"
CENTRE, DEPARTMENT, PROVINCE, LOCAL = "D01021", "D25004", "P34", "L340001"
FRAMEWORKS = (*NAMES, "dept_2557")

Record = dict[str, str]
Report = dict[str, list[Record]]
Place = tuple[str, str]
"""Sheet and cell."""


@cache
def _read(name: str) -> Mapping[str, Any]:
    return tomllib.loads((DATA / f"{name}.toml").read_text(encoding="utf-8"))


def agency_of(name: str) -> str:
    """Give the agency whose report it is."""
    return str(_read(name)["agency"])


def report(name: str) -> Report:
    """Give the records of each table of a report, fresh to be changed."""
    kept = _read(name)
    return {
        table: [dict(row) for row in (kept[table] if isinstance(kept[table], list) else [kept[table]])]
        for table in TABLES
        if table in kept
    }


def typed(records: Mapping[str, Sequence[Record]]) -> Values:
    """Give what is typed behind each defined name, in record order."""
    return {
        f"{table}.{field}": [row.get(field) for row in rows]
        for table, rows in records.items()
        for field in dict.fromkeys(field for row in rows for field in row)
    }


MADE = "คะแนนสมมติสำหรับการทดสอบ ไม่ใช่ผลจริง"
INDICATORS = tuple(f"i{n}" for n in range(1, 11))


def _made(grade: str, stated: Mapping[str, float], *indicators: float, more: str = "") -> dict[str, object]:
    figures = dict(zip(INDICATORS, indicators, strict=True)) if indicators else {}
    return {**figures, **stated, "grade": grade or None, "recommendation": f"{MADE} {more}".strip()}


SCORES: dict[str, dict[str, dict[str, object]]] = {
    "ita_2566": {
        DEPARTMENT: _made(
            "ผ่านดี", {"iit": 90, "eit": 90, "oit": 96.75, "total": 92.7}, 95, 90, 92, 88, 85, 93, 90, 87, 93.5, 100,
            more="ควรเพิ่มช่องทางการสื่อสาร",
        )
    },
    "ita_2568": {
        LOCAL: _made(
            "ผ่าน", {"iit": 90, "eit": 82.1, "oit": 91.25, "total": 88.13}, 92, 88, 86, 94, 90, 86.3, 84, 76, 95, 87.5,
            more="ควรเปิดโอกาสให้บุคคลภายนอกมีส่วนร่วม",
        ),
        CENTRE: _made("", {"iit": 96, "eit": 94, "oit": 97.03}),
        PROVINCE: _made("", {"iit": 70, "eit": 70, "oit": 70}),
    },
}  # fmt: skip
"""Made scores, which say so. Only the total of the local body is of its report (seed 004 L83); its instruments are made so that
they give that total (0.30 × 90.00 + 0.30 × 82.10 + 0.40 × 91.25 = 88.13), the two indicators 93.50 and 100 are of domain C2."""


def season_of_three(root: Path) -> Trial:
    """Make a season of three frameworks with agencies of every kind, before anything is issued."""
    trial = Trial(root, "2568", FRAMEWORKS, (CENTRE, DEPARTMENT, PROVINCE))
    path = trial.root / "agencies.csv"
    with path.open(encoding="utf-8-sig", newline="") as lines:
        rows = list(csv.DictReader(lines))
    local = {"code": LOCAL, "name_th": "องค์การบริหารส่วนตำบลคำไหล", "framework": "ita_2568", "province": "34", "sla": "0"}
    local |= {"kind": "local", "type": "อบต.", "district": "ศรีเมืองใหม่"}
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, rows[0], restval="")
    writer.writeheader()
    writer.writerows([*rows, local])
    path.write_text(out.getvalue(), encoding="utf-8-sig")
    return trial


def issue(trial: Trial, form: str, agency: str) -> Path:
    """Issue one form to one agency and give the workbook: two frameworks of a season may have a form of one name."""
    folder = trial.root / "outbox" / agency
    before = set(folder.glob("*.xlsx")) if folder.is_dir() else set()
    assert trial.run("issue", form, "--agency", agency, day=DAY).status == 0
    (made,) = set(folder.glob("*.xlsx")) - before
    return made


def scores_of(name: str, book: Path) -> Values:
    """Give the made scores in the order of the rows of the centre's form; the recommendation stands in a table of its own."""
    codes = [cell.value for cell in cells_of(openpyxl.load_workbook(book), "scores.agency")]
    told = SCORES[name]
    fields = dict.fromkeys(field for row in told.values() for field in row)
    tables = {"recommendation": "recommendations"}
    return {f"{tables.get(field, 'scores')}.{field}": [told.get(str(code), {}).get(field) for code in codes] for field in fields}


def place_of(book: Path, titles: Mapping[str, str]) -> Callable[[str, int, str], Place]:
    """Give a function that finds where a field of a record stands on the issued workbook; field "" = the title of its table."""
    opened = openpyxl.load_workbook(book)
    pages = {name.partition(".")[0]: cells_of(opened, name)[0].parent for name in opened.defined_names if "." in name}

    def find(table: str, record: int, field: str) -> Place:
        if field:
            cell = cells_of(opened, f"{table}.{field}")[record - 1]
        else:
            (cell,) = (cell for row in pages[table].iter_rows() for cell in row if cell.value == titles[table])
        return cell.parent.title, cell.coordinate

    return find
