"""What stands beside an entry: its data validation, input message and refusal, all from the field's own spec."""

from __future__ import annotations

from templates.kinds import KINDS
from templates.layout import Block, Layout
from templates.levels import plain
from templates.lists import list_name
from templates.spec import Field
from templates.words import say
from workbook.book import Rule


def prompt_rule(block: Block, item: Field, layout: Layout) -> Rule:
    """Give the validation of a field over all its cells.

    Numbers are only warned about in the sheet: a typed Thai number or a percentage with its word is text to
    Excel and must pass; the program reads and judges it.
    """
    kind = KINDS[item.kind].look.rule
    error = "error_list" if kind == "list" else "error_number"
    return Rule(
        cells=block.cells[item.id],
        kind=kind,
        source=list_name(layout, block.table.id, item) if kind == "list" else "",
        low=None if item.low is None else float(item.low),
        high=None if item.high is None else float(item.high),
        hard=kind == "list",
        prompt_title=item.label[:32],
        prompt=prompt(item),
        error_title=say("pages", "error_title"),
        error=say("pages", error),
    )


def prompt(item: Field) -> str:
    """Give the input message: help, range, unit, example; at most 255 characters, whole sentences only."""
    parts = [item.help, _range(item)]
    if item.unit:
        parts.append(say("pages", "prompt_unit", unit=item.unit))
    if item.example:
        parts.append(say("pages", "prompt_example", example=item.example))
    text = ""
    for part in parts:
        joined = f"{text}\n{part}" if text and part else text or part
        if len(joined) <= 255:
            text = joined
    return text


def _range(item: Field) -> str:
    if item.kind in ("choice", "yes_no"):
        return say("pages", "prompt_list")
    if item.kind in ("email", "phone", "date"):
        return say("pages", f"prompt_{item.kind}")
    if item.kind not in ("number", "whole", "percent", "criterion"):
        return "" if item.help else say("pages", "prompt_text")
    if item.low is not None and item.high is not None:
        return say("pages", "prompt_between", low=plain(item.low), high=plain(item.high))
    if item.low is not None:
        return say("pages", "prompt_least", low=plain(item.low))
    if item.high is not None:
        return say("pages", "prompt_most", high=plain(item.high))
    return say("pages", "prompt_number")
