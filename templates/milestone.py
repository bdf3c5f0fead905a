"""Results by level: when the words for a level say the same as its number; what is ambiguous is refused, never guessed."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from templates import thai
from templates.kinds import KINDS
from templates.layout import Json
from templates.levels import anchors, shown
from templates.spec import Field, RuleSpec, Table
from templates.thai import Read
from workbook.raw import RawCell

RULE = "on_levels"
"""The rule that says which answer is a result by level, and where its criteria stand."""
CRITERIA = "criteria"
"""The rule that says which fields are the five criteria, and which of them is the target."""
_MOST = 99


def read_level_word(table: Table, item: Field, record: Mapping[str, Json], cell: RawCell) -> tuple[Read, dict[str, str]] | None:
    """Read "level 4" as 4 where each criterion is its own level, so that level and value are one number (domain B7).

    Elsewhere it is refused, with the criteria for the message. None when the cell is no level in words, or the
    table has no such answer.
    """
    spec = level_rule(table, item)
    if spec is None or not isinstance(cell.value, str):
        return None
    read = thai.read_level(cell.value, 0, _MOST)
    if not isinstance(read.value, Decimal):
        return None
    levels = [_number(table, record, name) for name in spec.fields()]
    found = anchors(levels) or {}
    if found and all(level == value for level, value in found.items()):
        return Read(read.value, (*read.codes, "READ_AS")), {}
    return Read(rejected="LEVEL_NOT_VALUE"), {"values": shown(levels)}


def level_rule(table: Table, item: Field) -> RuleSpec | None:
    """Give the rule that makes an answer a result by level, None when there is none."""
    return next((spec for spec in table.rules if spec.rule == RULE and spec.text("field") == item.id), None)


def unused_in_words(table: Table, item: Field, cell: RawCell) -> bool:
    """Tell whether words, no dash, say that a level has no criterion; of the target and the last level a rule says more."""
    spec = next((spec for spec in table.rules if spec.rule == CRITERIA and item.id in spec.fields()), None)
    words = isinstance(cell.value, str) and bool(thai.key(cell.value))
    return spec is not None and words and item.id not in (spec.text("target"), spec.fields()[-1])


def _number(table: Table, record: Mapping[str, Json], name: str) -> Decimal | None:
    value = KINDS[table.field(name).kind].load(record.get(name))
    return value if isinstance(value, Decimal) else None
