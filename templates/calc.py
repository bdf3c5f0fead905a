"""Figures that a page calculates and the program calculates again: a closed list, each one formula and one value."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from templates.policy import Policy
from templates.spec import RuleSpec

Value = str | Decimal | None


@dataclass(frozen=True)
class Scene:
    """What one figure may look at, in its own record (record 1 of a table with one record).

    `ref` gives the cell of `table.field` as a formula names it; `look` gives its value now (None = blank).
    """

    ref: Callable[[str], str]
    look: Callable[[str], object]
    settings: RuleSpec
    policy: Policy


@dataclass(frozen=True)
class Calc:
    """One figure of the closed list: the settings that name fields, its formula (with `=`), its value."""

    names: tuple[str, ...]
    formula: Callable[[Scene], str]
    value: Callable[[Scene], Value]


def used(spec: RuleSpec) -> tuple[str, ...]:
    """List the `table.field` names that a figure looks at."""
    calc = CALCS.get(spec.rule)
    names: list[str] = []
    for key in calc.names if calc else ():
        names += spec.fields(key) or ((spec.text(key),) if spec.text(key) else ())
    return tuple(names)


def _same_formula(scene: Scene) -> str:
    ref = scene.ref(scene.settings.text("of"))
    return f'=IF({ref}="","",{ref})'


def _same(scene: Scene) -> Value:
    value = scene.look(scene.settings.text("of"))
    return value if isinstance(value, str | Decimal) else None


def _difference_formula(scene: Scene) -> str:
    of, minus = scene.ref(scene.settings.text("of")), scene.ref(scene.settings.text("minus"))
    return f'=IF(AND(ISNUMBER({of}),ISNUMBER({minus})),ROUND({of}-{minus},4),"")'


def _difference(scene: Scene) -> Value:
    of, minus = scene.look(scene.settings.text("of")), scene.look(scene.settings.text("minus"))
    return of - minus if isinstance(of, Decimal) and isinstance(minus, Decimal) else None


def _weighted_formula(scene: Scene) -> str:
    score, weight = scene.ref(scene.settings.text("score")), scene.ref(scene.settings.text("weight"))
    return f'=IF(AND(ISNUMBER({score}),ISNUMBER({weight})),ROUND({score}*{weight}/100,4),"")'


def _weighted(scene: Scene) -> Value:
    """Domain B9: 5 x 1.5 / 100 = 0.0750 (seed 002 L99), four decimals half up."""
    score, weight = scene.look(scene.settings.text("score")), scene.look(scene.settings.text("weight"))
    if not isinstance(score, Decimal) or not isinstance(weight, Decimal):
        return None
    return (score * weight / 100).quantize(Decimal("0.0001"), rounding=ROUND_HALF_UP)


CALCS: dict[str, Calc] = {
    "same": Calc(("of",), _same_formula, _same),
    "difference": Calc(("of", "minus"), _difference_formula, _difference),
    "weighted": Calc(("score", "weight"), _weighted_formula, _weighted),
}
