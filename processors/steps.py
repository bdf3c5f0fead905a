"""The box of actions on the first sheet: what stops others first, then what clears most cells."""

from __future__ import annotations

from collections.abc import Sequence

from processors.letter import Letter
from processors.remarks import Answer, Remark, words
from templates.words import say
from workbook.book import CellValue, Link
from workbook.fit import height

ACTIONS = 3
_LABELS = 3
"""Labels that one action names."""
_BLOCKING = frozenset({"SHEET_TWICE", "SHIFTED"})
"""Codes of faults behind which others may stand."""


def actions(letter: Letter, answer: Answer, errors: Sequence[Remark]) -> None:
    """Lead with the actions to begin with; few errors, or such as are of one cell each, need none.

    `errors` in the order of their numbers. One action is one remedy over all its cells, on all sheets.
    """
    grouped: dict[tuple[str, str], list[tuple[int, Remark]]] = {}
    for number, item in enumerate(errors, 1):
        grouped.setdefault((item.code, item.fix), []).append((number, item))
    members = [*grouped.values()]
    if len(errors) <= ACTIONS or not any(_cells(group) > 1 or _blocks(answer, group) for group in members):
        return
    ranked = sorted(members, key=lambda group: (not _blocks(answer, group), -_cells(group)))
    letter.section(words("actions"), "notice")
    for number, group in enumerate(ranked[:ACTIONS], 1):
        first = next((item.places[0] for _, item in group if item.places), None)
        link: CellValue = words("whole_file")
        if first is not None:
            link = Link(words("action_at", cell=first.cell.a1()), sheet=first.sheet, cell=first.cell)
        _action(letter, (number, link, words("action_cells", count=_cells(group)), _text(answer, group)))
    letter.gap()


def _cells(group: Sequence[tuple[int, Remark]]) -> int:
    return sum(len(item.findings) for _, item in group)


def _blocks(answer: Answer, group: Sequence[tuple[int, Remark]]) -> bool:
    """Tell whether other checks wait for these cells: they choose what stands elsewhere, or the table is not where it was."""
    picks = [item.pick for table in answer.issued.form.tables for item in table.fields if item.pick]
    choosers = {(pick.table, pick.field) for pick in picks}
    places = [place for _, item in group for place in item.places]
    return group[0][1].code in _BLOCKING or any((place.table, place.field) in choosers for place in places)


def _text(answer: Answer, group: Sequence[tuple[int, Remark]]) -> str:
    sheets = dict.fromkeys(place.sheet for _, item in group for place in item.places[:1])
    labels = [*dict.fromkeys(_label(answer, item) for _, item in group if item.label)]
    parts = [words("action_numbers", numbers=", ".join(str(number) for number, _ in group))]
    parts += [words("action_sheets", sheets=", ".join(sheets))] if sheets else []
    parts += [group[0][1].fix]
    more = say("pages", "and_more") if len(labels) > _LABELS else ""
    parts += [words("action_labels", labels=", ".join(labels[:_LABELS]) + more)] if labels else []
    return " · ".join(parts)


def _label(answer: Answer, remark: Remark) -> str:
    """Give the label of a line without its record's number."""
    place = remark.findings[0].place
    blocks = answer.issued.layout.blocks
    if place is None or place.table is None or place.table not in blocks or place.field is None:
        return remark.label
    return blocks[place.table].table.field(place.field).label


def _action(letter: Letter, values: tuple[int, CellValue, str, str]) -> None:
    number, link, count, text = values
    rest = sum(width for col, width in letter.widths.items() if col > 3)
    letter.spread((1, 1), number, "cell+centre+bold")
    letter.spread((2, 2), link, "cell+pad+link" if isinstance(link, Link) else "cell+pad")
    letter.spread((3, 3), count, "cell+pad+bold")
    letter.spread((4, max(letter.widths)), text, "cell+pad")
    letter.heights[letter.row] = height([(text, letter.inner(rest))])
    letter.row += 1
