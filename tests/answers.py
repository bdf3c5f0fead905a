"""Answers for any form, made from its own description; the hand-made ones of `filling.py` where they are better."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import filling
import openpyxl

from templates.spec import Field, Form, Listed, Many, Table

BY_HAND = {"plan": filling.PLAN, "report9": filling.REPORT, "report12": filling.REPORT12}
FOUR = {name: items[:4] for name, items in filling.PLAN.items() if name.startswith("measures.")}
BY_FRAMEWORK = {"prov_2557/plan": {**filling.PLAN, **FOUR}}
"""The first process type of the provinces has four key factors."""


def answers(form: Form, book: openpyxl.Workbook) -> dict[str, list[Any]]:
    """Give values for all entries of an issued workbook, by defined name in record order."""
    hand = BY_FRAMEWORK.get(form.full_id, BY_HAND.get(form.id, {}))
    values: dict[str, list[Any]] = {}
    for table in form.tables:
        names = [f"{table.id}.{item.id}" for item in table.entries]
        by_hand = max((len(hand[name]) for name in names if name in hand), default=0)
        for item in table.entries:
            name = f"{table.id}.{item.id}"
            if name not in book.defined_names:
                continue
            room = len(filling.cells_of(book, name))
            count = min(room, by_hand or records(table, room))
            if name in hand and fits(item, hand[name]):
                values[name] = hand[name][:room]
            elif item.required or not by_hand:
                values[name] = [answer(item, record) for record in range(count)]
    return values


def fits(item: Field, values: list[Any]) -> bool:
    """Tell whether hand-made answers are among the options of this framework's form."""
    return not item.options or all(value is None or value in {option.label for option in item.options} for value in values)


def records(table: Table, room: int) -> int:
    """Say how many records to fill: all that stand on the page, two of a growing table."""
    return min(room, max(table.rows.least, 2)) if isinstance(table.rows, Many) else min(room, 20) if isinstance(table.rows, Listed) else room


def answer(item: Field, record: int) -> Any:
    """Give what a person could type into one field."""
    if item.options:
        return item.options[record % len(item.options)].label
    if item.kind in ("number", "whole", "percent", "criterion"):
        return number(item, record)
    plain = {
        "date": "30 มิ.ย. 2557", "yes_no": "ใช่", "email": f"test{record}@example.go.th", "phone": "0 2000 0000", "code": f"{record + 1:04d}",
    }  # fmt: skip
    return plain.get(item.kind, f"{item.label} {item.id} ที่ {record + 1}"[: item.max_length or 200])


def number(item: Field, record: int) -> Any:
    """Give a number inside the field's limits."""
    low = item.low if item.low is not None else Decimal(0)
    high = item.high if item.high is not None else low + 10
    value = low + (high - low) / 2 + (Decimal(record % 3) if high - low >= 10 else Decimal(0))
    if item.kind == "whole":
        return int(value)
    value = round(value, min(item.decimals if item.decimals is not None else 2, 2))
    return int(value) if value == int(value) else float(value)
