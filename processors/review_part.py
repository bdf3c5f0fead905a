"""The part of a score card that shows the review of the plan: what was met, the scores of key factors, the comments."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import zip_longest

from processors.dossier import Dossier
from processors.evidence import REVIEW, Evidence
from processors.explain import words
from processors.sheets import Block, Column, Grid, Heading, Line, Para
from templates.criteria import PLAN_QUALITY
from workbook.book import CellValue, Styled

_CENTRE = "cell+general+centre"


Linked = Callable[[Evidence | None], CellValue | Styled]
Marked = Callable[[CellValue, str], CellValue]


def review_blocks(item: Dossier, cell: Linked, mark: Marked) -> list[Block]:
    """Give every basic criterion beside a key factor as it was judged, with its cell; below them the reviewer's comments."""
    case = next(one for one in item.cases if one.item.role == PLAN_QUALITY)
    seq, serial, where = (words(f"col_{name}") for name in ("seq", "serial", "cell"))
    columns = (
        Column(words("col_criterion")), *(Column(head, style=_CENTRE) for head in (words("col_judged"), where, seq, serial)),
        *(Column(head, style=_CENTRE) for head in (words("col_judged"), words("col_full"), seq, serial, where)),
        Column(words("col_factor")),
    )  # fmt: skip
    basics, factors = (item.basis.records(REVIEW, table) for table in ("basics", "factors"))
    full = case.policy.factor_rubric[-1]
    lines, nothing = [], dict[str, Evidence]()
    for at, (basic, factor) in enumerate(zip_longest(basics, factors, fillvalue=nothing), 1):
        left, right = _place(basic.get("met"), cell), _place(factor.get("score"), cell)
        met = mark(_judged(basic.get("met")), words("not_judged")) if basic else None
        score = mark(_judged(factor.get("score")), words("not_judged")) if factor else None
        name = f"{at}. {_name(basic)}" if basic else None
        other = f"{at}. {_name(factor)}" if factor else None
        lines.append(Line((name, met, left[2], *left[:2], score, full if factor else None, *right, other)))
    judged = [record[name] for name, records in (("met", basics), ("score", factors)) for record in records if name in record]
    head: list[Block] = [Heading(words("card_review", indicator=case.sub.indicator)), *place_lines(judged)]
    comments = [*_comments("criterion", basics), *_comments("factor", factors)]
    return [*head, Grid(columns, tuple(lines)), *comments]


def _place(found: Evidence | None, cell: Linked) -> tuple[CellValue | Styled, ...]:
    return (found.filed.seq, found.filed.serial, cell(found)) if found else (None, None, None)


def _comments(key: str, records: Sequence[Mapping[str, Evidence]]) -> list[Block]:
    """Give the comments of a table with their places."""
    told: list[Block] = []
    for no, record in enumerate(records, 1):
        comment = record.get("comment")
        if comment is not None and comment.answer.value:
            place = words("place", seq=comment.filed.seq, sheet=comment.answer.sheet, cell=comment.answer.cell)
            told.append(Para(words(f"comment_{key}", no=no, text=comment.answer.value, place=place), "note+wrap"))
    return told


def place_lines(items: Iterable[Evidence]) -> list[Block]:
    """Say which returns answers stand in, with file and sheets."""
    sheets: dict[int, dict[str, None]] = {}
    filed = {}
    for item in items:
        filed[item.filed.seq] = item.filed
        sheets.setdefault(item.filed.seq, {})[item.answer.sheet] = None
    told = [
        words("place_table", seq=seq, serial=one.serial, file=one.file, sheet=", ".join(sheets[seq]))
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
