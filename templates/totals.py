"""Totals of a page: the sum of a column as people typed it, and beside it words that say whether it is the prescribed one."""

from __future__ import annotations

import re
import string
from collections.abc import Mapping, Sequence
from decimal import Decimal

from templates.layout import Block
from templates.levels import plain
from templates.spec import Field, RuleSpec, Table
from templates.typed import bare, figures, quoted
from templates.words import say
from workbook.address import Cell
from workbook.book import CellValue, Formula


def words_under(table: Table) -> list[tuple[str, RuleSpec]]:
    """List the fields in whose column words stand beside a prescribed total, with the rule that prescribes it."""
    pairs = zip(table.fields, table.fields[1:], strict=False)
    prescribed = {spec.text("field"): spec for spec in table.rules if spec.rule == "sums_to"}
    return [
        (beside.id, prescribed[item.id])
        for item, beside in pairs
        if item.id in table.total and item.id in prescribed and beside.id not in table.total
    ]


def total_formula(cells: Sequence[Cell], *, typed: bool) -> str:
    """Give the sum of a column; where people type also of what they typed as text: Thai figures, percent words, parentheses."""
    area = f"{cells[0].a1()}:{cells[-1].a1()}"
    return f"=IFERROR(SUM({area})+{_texts_sum(area)},SUM({area}))" if typed else f"=SUM({area})"


def _texts_sum(area: str) -> str:
    """Add up the texts of an area; an error where one of them is no number by itself. A lone dash is a blank, and so a 0.

    Official papers print weights in parentheses: those go, too. No commas: what must make up a hundred has none.
    """
    text = f"REPT({area},--ISTEXT({area}))"
    for sign in "()":
        text = f'SUBSTITUTE({text},"{sign}","")'
    return figures(f'"0"&SUBSTITUTE(SUBSTITUTE("|"&{bare(text)}&"|","|-|",""),"|","")', grouped=False)


def total_words(block: Block, item: Field, values: Mapping[str, Sequence[CellValue]]) -> Formula | None:
    """Give the words in a field's column of the total row: whether the sum beside is the prescribed one, and by how much not."""
    spec = dict(words_under(block.table)).get(item.id)
    if spec is None or block.total_row is None or not block.records:
        return None
    name, wanted = spec.text("field"), Decimal(spec.text("total"))
    cells = block.cells[name]
    area, total = f"{cells[0].a1()}:{cells[-1].a1()}", Cell(block.total_row, cells[0].col).a1()
    gap = f"ROUND({plain(wanted)}-{total},6)"
    right, short, over = (
        _joined(say("pages", f"sum_{key}", gap="{gap}", total=plain(wanted)), gap=by)
        for key, by in (("right", gap), ("short", gap), ("over", f"-{gap}"))
    )
    told = f"IF({gap}=0,{right},IF({gap}>0,{short},{over}))"
    unread = quoted(say("pages", "sum_unread"))
    formula = f'=IF(COUNTA({area})=0,"",IF(ISERROR({_texts_sum(area)}),{unread},{told}))'
    return Formula(formula, _words_now(values[name], wanted))


def _words_now(values: Sequence[CellValue], wanted: Decimal) -> str:
    """Say what the words say at first; a text among the values is one that could not be read."""
    typed = [value for value in values if value not in (None, "")]
    if not typed or any(not isinstance(value, Decimal) for value in typed):
        return say("pages", "sum_unread") if typed else ""
    total = sum((value for value in typed if isinstance(value, Decimal)), Decimal(0))
    key = "right" if total == wanted else "short" if total < wanted else "over"
    return say("pages", f"sum_{key}", gap=plain(abs(wanted - total)), total=plain(wanted))


def is_total_words(text: str) -> bool:
    """Tell whether a text is what `total_words` may say: pasted as a value it is no harm."""
    sentences = [say("pages", f"sum_{key}", gap="0", total="0") for key in ("right", "short", "over", "unread")]
    shapes = [re.sub("[0-9]+", lambda _: "[0-9.]+", re.escape(sentence)) for sentence in sentences]
    return any(re.fullmatch(shape, text.strip()) for shape in shapes)


def _joined(sentence: str, **gaps: str) -> str:
    """Give a sentence with gaps as a formula that joins its texts and the expressions of the gaps."""
    parts = []
    for text, gap, _, _ in string.Formatter().parse(sentence):
        parts += [quoted(text)] if text else []
        parts += [gaps[gap]] if gap else []
    return "&".join(parts)
