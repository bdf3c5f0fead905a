"""Rule -> the options of a data validation as Excel keeps it: kind, bounds, input message, refusal, cells."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from workbook.address import Cell, reference
from workbook.book import Rule


def constraint(rule: Rule) -> dict[str, Any]:
    """Give the options of one validation over all cells of a rule; texts are cut at Excel's limits."""
    options = _RULES[rule.kind](rule)
    options.update(
        input_title=rule.prompt_title[:32], input_message=rule.prompt[:255],
        error_title=rule.error_title[:32], error_message=rule.error[:255],
        error_type="stop" if rule.hard else "warning", show_error=rule.alert,
    )  # fmt: skip
    if len(rule.cells) > 1:
        options["multi_range"] = " ".join(_runs(list(rule.cells)))
    return options


def _runs(cells: list[Cell]) -> list[str]:
    return [part.rpartition("!")[2].replace("$", "") for part in reference("x", cells).split(",")]


def _bounds(rule: Rule, validate: str) -> dict[str, Any]:
    low, high = rule.low, rule.high
    if low is not None and high is not None:
        return {"validate": validate, "criteria": "between", "minimum": low, "maximum": high}
    if low is not None:
        return {"validate": validate, "criteria": ">=", "value": low}
    if high is not None:
        return {"validate": validate, "criteria": "<=", "value": high}
    return {"validate": "any"}


def _list(rule: Rule) -> dict[str, Any]:
    source = rule.source if isinstance(rule.source, str) else list(rule.source)
    return {"validate": "list", "source": f"={source}" if isinstance(source, str) else source}


_RULES: dict[str, Callable[[Rule], dict[str, Any]]] = {
    "list": _list,
    "decimal": lambda rule: _bounds(rule, "decimal"),
    "whole": lambda rule: _bounds(rule, "integer"),
    "date": lambda rule: _bounds(rule, "date"),
    "length": lambda rule: _bounds(rule, "length"),
    "custom": lambda rule: {"validate": "custom", "value": rule.source},
    "any": lambda rule: {"validate": "any"},
}
