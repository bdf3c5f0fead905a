"""The face of the rule about five criteria: which way a row goes, in formulas and with the rule itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from itertools import combinations

from templates.ready_cells import EMPTY, MARK, NONE, UNREAD
from templates.ready_lines import FAULT, FINE, OPEN, UNTOLD, WARN, Check, by_record, statuses
from templates.ready_rows import Column, Held, Rows, States
from templates.rules import RULES, Context, Value
from templates.spec import RuleSpec
from templates.words import say
from workbook.finding import ERROR

_DOUBTS = ("PLACEHOLDER_ZERO", "TARGET_UNMEASURABLE")


def criteria(rows: Rows, spec: RuleSpec) -> Check:
    """Give the line of the rule `criteria`."""
    levels = _Levels(rows, spec)
    title = say("pages", "ready_criteria", target=rows.table.field(spec.text("target")).label)
    return by_record(rows, statuses(rows, levels.formula, levels.value), title, spec.fields()[0])


@dataclass
class _Levels:
    """The helper columns of one rule: numbers of the levels, pairs against each way with and without zeros, direction."""

    rows: Rows
    spec: RuleSpec

    def __post_init__(self) -> None:
        self.numbers = [self.rows.number(name) for name in self.spec.fields()]
        self.target = self.spec.fields().index(self.spec.text("target"))
        direction = self.spec.text("direction")
        self.ways = self.rows.code(direction) if direction in self.rows.states else None
        self.turns = [self.turn(sign, zero) for zero in (True, False) for sign in (">=", "<=")]

    def turn(self, sign: str, zero: bool) -> Column:
        """Add the column that counts the pairs against one way, blanks (and zeros, if not `zero`) left out."""
        records = self.rows.records
        formulas = [f"={_pairs([level.at(at) for level in self.numbers], sign, zero)}" for at in records]
        return self.rows.column(formulas, [_turns([level.values[at] for level in self.numbers], sign, zero) for at in records])

    @cached_property
    def awaited(self) -> list[States]:
        """Give the states without which nothing is said yet."""
        required = [name for name in self.spec.fields() if self.rows.table.field(name).required]
        return [self.rows.states[name] for name in dict.fromkeys((*required, self.spec.text("target")))]

    def formula(self, at: int) -> str:
        """Decide one row as `rules.RULES["criteria"]` does."""
        cells = [level.at(at) for level in self.numbers]
        aim = self.rows.states[self.spec.text("target")].at(at)
        unread = ",".join(f'{cell}="{UNREAD}"' for cell in cells)
        missing = ",".join(f"{state.at(at)}={EMPTY}" for state in self.awaited)
        fine = f"IF(OR({','.join(self.doubts(at, cells))}),{WARN},{FINE})"
        decided = f"IF(OR({','.join(self.breaches(at, cells))}),{_fault(cells)},{fine})"
        said = f"OR({aim}={MARK},{aim}={NONE})"
        return f"IF(OR({unread}),{UNTOLD},IF({said},{FAULT},IF(OR({missing}),{OPEN},{decided})))"

    def breaches(self, at: int, cells: Sequence[str]) -> list[str]:
        """List what breaks the rule: no way, a dropped target, one anchor, a target of nothing, the other way."""
        aim, (up, down, up0, down0) = cells[self.target], [turn.at(at) for turn in self.turns]
        dropped = f"AND({up}>0,{down}>0)"
        zeros = "+".join(f"({cell}=0)" for cell in cells)
        count = f"COUNT({','.join(cells)})-IF({dropped},{zeros},0)"
        rising = f"IF({dropped},{up0},{up})=0"
        found = [f"AND({dropped},{up0}>0,{down0}>0)", f"AND({dropped},{aim}=0)", f"{count}<2", f"AND({rising},{aim}<=0)"]
        if self.ways:
            way = self.ways.at(at)
            found += [f'AND({way}="higher",NOT({rising}))', f'AND({way}="lower",{rising})']
        return found

    def doubts(self, at: int, cells: Sequence[str]) -> list[str]:
        """List what the rule only warns of: zeros that stand for no criterion, a falling target of nothing."""
        up, down = (turn.at(at) for turn in self.turns[:2])
        return [f"AND({up}>0,{down}>0)", f"{cells[self.target]}<=0"]

    def value(self, at: int) -> int:
        """Compute what `formula` gives, by asking the rule itself."""
        values = [level.values[at] for level in self.numbers]
        if UNREAD in values:
            return UNTOLD
        if self.rows.states[self.spec.text("target")].values[at] in (MARK, NONE):
            return FAULT
        if any(state.values[at] == EMPTY for state in self.awaited):
            return OPEN
        levels = dict(zip(self.spec.fields(), values, strict=True))
        row: dict[str, Value] = {name: value if isinstance(value, Decimal) else None for name, value in levels.items()}
        row[self.spec.text("direction")] = str(self.ways.values[at]) if self.ways else None
        breaches = RULES[self.spec.rule].check(self.rows.table.id, [row], self.spec, Context({}, 0))
        if not any(breach.severity == ERROR for breach in breaches):
            return WARN if any(breach.code in _DOUBTS for breach in breaches) else FINE
        numbers = [value for value in values if isinstance(value, Decimal)]
        return UNTOLD if any(0 < value < 1 for value in numbers) and max(numbers) > 1 else FAULT


def _fault(cells: Sequence[str]) -> str:
    """Call it a fault, unless a percentage typed as a fraction beside plain numbers could explain it."""
    small = "+".join(f"(COUNT({cell})*({cell}>0)*({cell}<1))" for cell in cells)
    return f"IF(AND({small}>0,MAX({','.join(cells)})>1),{UNTOLD},{FAULT})"


def _pairs(cells: Sequence[str], sign: str, zero: bool) -> str:
    kept = "" if zero else "*({0}<>0)*({1}<>0)"
    pair = "(COUNT({0},{1})=2)*({0}" + sign + "{1})" + kept
    return "+".join(pair.format(a, b) for a, b in combinations(cells, 2))


def _turns(values: Sequence[Held], sign: str, zero: bool) -> int:
    numbers = [value for value in values if isinstance(value, Decimal) and (zero or value != 0)]
    return sum(1 for a, b in combinations(numbers, 2) if (a >= b if sign == ">=" else a <= b))
