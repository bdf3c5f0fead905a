"""The part of a score card that shows the review of the plan: what was met, the scores of key factors, the comments."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from itertools import zip_longest

from processors.dossier import Dossier
from processors.evidence import REVIEW, Evidence, receipt_no
from processors.explain import words
from processors.sheets import Block, Column, Grid, Heading, Line, Para
from templates.criteria import PLAN_QUALITY
from templates.levels import plain
from workbook.book import CellValue, Styled

_CENTRE = "cell+general+centre"


Linked = Callable[[Evidence | None], CellValue | Styled]
Marked = Callable[[CellValue, str], CellValue]


def review_blocks(item: Dossier, cell: Linked, mark: Marked) -> list[Block]:
    """Give every basic criterion beside a key factor as it was judged, with its cell and what the reviewer says of both."""
    case = next(one for one in item.cases if one.item.role == PLAN_QUALITY)
    full, where = plain(case.policy.factor_rubric[-1]), words("col_cell")
    columns = (
        Column(words("col_criterion")), Column(words("col_judged"), style=_CENTRE), Column(where, style=_CENTRE),
        Column(words("col_factor"), span=5), Column(words("col_judged_of", full=full), style=_CENTRE),
        Column(where, style=_CENTRE), Column(words("col_comments")),
    )  # fmt: skip
    basics, factors = (item.basis.records(REVIEW, table) for table in ("basics", "factors"))
    lines, nothing = [], dict[str, Evidence]()
    for at, (basic, factor) in enumerate(zip_longest(basics, factors, fillvalue=nothing), 1):
        met = mark(_judged(basic.get("met")), words("not_judged")) if basic else None
        score = mark(_judged(factor.get("score")), words("not_judged")) if factor else None
        name = f"{at}. {_name(basic)}" if basic else None
        other = f"{at}. {_name(factor)}" if factor else None
        comments = "\n".join(_comment("criterion", basic) + _comment("factor", factor))
        lines.append(Line((name, met, cell(basic.get("met")), other, score, cell(factor.get("score")), comments or None)))
    judged = [record[name] for name, records in (("met", basics), ("score", factors)) for record in records if name in record]
    return [Heading(words("card_review", indicator=case.sub.indicator)), *place_lines(judged), Grid(columns, tuple(lines))]


def _comment(key: str, record: Mapping[str, Evidence]) -> list[str]:
    """Give the comment on a criterion or factor with its place; nothing where there is none."""
    found = record.get("comment")
    if found is None or not found.answer.value:
        return []
    return [words(f"comment_{key}", text=found.answer.value, sheet=found.answer.sheet, cell=found.answer.cell)]


def place_lines(items: Iterable[Evidence]) -> list[Block]:
    """Say which returns answers stand in, with file and sheets."""
    sheets: dict[int, dict[str, None]] = {}
    filed = {}
    for item in items:
        filed[item.filed.seq] = item.filed
        sheets.setdefault(item.filed.seq, {})[item.answer.sheet] = None
    told = [
        words("place_table", seq=receipt_no(seq), serial=one.serial, file=one.file, sheet=", ".join(sheets[seq]))
        for seq, one in filed.items()
    ]
    return [Para(" · ".join(told), "note+wrap")] if told else []


def _name(record: Mapping[str, Evidence]) -> str:
    return next((record[key].answer.value for key in ("criterion", "factor") if key in record), "")


def _judged(found: Evidence | None) -> CellValue:
    """Give a key factor's score as a number, a criterion as met or not, None for a blank."""
    value = found.answer.value if found else ""
    if value in ("true", "false"):
        return words(f"met_{value}")
    return float(value) if value else None
