"""Figures that a page calculates and the program calculates again: a closed list, each one formula and one value."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from templates.policy import Policy
from templates.spec import Option, RuleSpec
from templates.success import (
    Cells,
    SuccessIndicator,
    by_levels,
    criteria_anchors,
    indicator_level,
    indicator_progress,
    level_formula,
    progress_formula,
    round_half_up,
)
from templates.typed import number_formula, quoted
from templates.words import say

Value = str | Decimal | None


@dataclass(frozen=True)
class Scene:
    """What one figure may look at, in its own record (record 1 of a table with one record).

    `ref` gives the cell of `table.field` as a formula names it; `look` gives its value now (None = blank). `column`
    gives the cells of a field in all records, `picked` the labels that a picking field shows there now, `options` the
    answers that a field offers.
    """

    ref: Callable[[str], str]
    look: Callable[[str], object]
    settings: RuleSpec
    policy: Policy
    column: Callable[[str], str] = str
    picked: Callable[[str], tuple[str, ...]] = lambda name: ()
    options: Callable[[str], tuple[Option, ...]] = lambda name: ()


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
    return f'=IF(ISNUMBER({minus}),IFERROR(ROUND({number_formula(of)}-{minus},4),""),"")'


def _difference(scene: Scene) -> Value:
    of, minus = scene.look(scene.settings.text("of")), scene.look(scene.settings.text("minus"))
    if not isinstance(of, Decimal) or not isinstance(minus, Decimal):
        return None
    return (of - minus).quantize(Decimal("0.0001"), rounding=ROUND_HALF_UP)


def _weighted_formula(scene: Scene) -> str:
    score, weight = scene.ref(scene.settings.text("score")), scene.ref(scene.settings.text("weight"))
    return f'=IF(ISNUMBER({weight}),IFERROR(ROUND({number_formula(score)}*{weight}/100,4),""),"")'


def _weighted(scene: Scene) -> Value:
    """Domain B9: 5 x 1.5 / 100 = 0.0750 (seed 002 L99), four decimals half up."""
    score, weight = scene.look(scene.settings.text("score")), scene.look(scene.settings.text("weight"))
    if not isinstance(score, Decimal) or not isinstance(weight, Decimal):
        return None
    return (score * weight / 100).quantize(Decimal("0.0001"), rounding=ROUND_HALF_UP)


def _typed_formula(scene: Scene) -> str:
    return "=" + number_formula(scene.ref(scene.settings.text("of")), say("pages", "computed_later"))


def _indicator(scene: Scene) -> SuccessIndicator:
    values = [scene.look(name) for name in scene.settings.fields("levels")]
    return by_levels([value if isinstance(value, Decimal) else None for value in values])


def _cells(scene: Scene) -> Cells:
    refs = tuple(scene.ref(name) for name in scene.settings.fields("levels"))
    return Cells(scene.ref(scene.settings.text("result")), refs)


def _result(scene: Scene) -> Decimal | None:
    value = scene.look(scene.settings.text("result"))
    return value if isinstance(value, Decimal) else None


def _share_formula(scene: Scene) -> str:
    return progress_formula(_indicator(scene), _cells(scene), scene.policy)


def _share(scene: Scene) -> Value:
    """Domain B2: 20 of 60 = 33.33, 2 of 1 = 200.00 (seed 000 L276-282), uncapped."""
    value = indicator_progress(_indicator(scene), _result(scene), scene.policy)
    return None if value is None else round_half_up(value, scene.policy.percent_decimals)


def _level_formula(scene: Scene) -> str:
    indicator = _indicator(scene)
    return level_formula(indicator, _cells(scene), _below(indicator))


def _level(scene: Scene) -> Value:
    """Domain B7, the whole level: "5", or words below the first level that has a criterion."""
    indicator = _indicator(scene)
    level = indicator_level(indicator, _result(scene))
    return None if level is None else str(level) if level else _below(indicator)


def _below(indicator: SuccessIndicator) -> str:
    known = criteria_anchors(indicator)
    return say("pages", "below_level", level=known[0][0]) if known else ""


def _named_formula(scene: Scene) -> str:
    """Find the chosen option by its label or code; its number is the record of the label that is shown."""
    ref, options = scene.ref(scene.settings.text("of")), scene.options(scene.settings.text("of"))
    labels = ",".join(quoted(option.label) for option in options)
    codes = ",".join(quoted(option.code) for option in options)
    found = f"IFERROR(MATCH(TRIM({ref}),{{{labels}}},0),MATCH(TRIM({ref}),{{{codes}}},0))"
    return f'=IFERROR(INDEX({scene.column(scene.settings.text("among"))},{found})&"","")'


def _named(scene: Scene) -> Value:
    """Give the label that the chosen number stands for, so that nobody has to look it up on another page."""
    of = scene.settings.text("of")
    codes, labels = [option.code for option in scene.options(of)], scene.picked(scene.settings.text("among"))
    at = codes.index(str(chosen)) if (chosen := scene.look(of)) in codes else len(labels)
    return labels[at] or None if at < len(labels) else None


def says_nothing(raw: str) -> bool:
    """Tell whether a figure's cell makes no statement: not calculated, or a text that only the program can read."""
    return raw in ("", say("pages", "computed_later"))


CALCS: dict[str, Calc] = {
    "same": Calc(("of",), _same_formula, _same),
    "difference": Calc(("of", "minus"), _difference_formula, _difference),
    "weighted": Calc(("score", "weight"), _weighted_formula, _weighted),
    "named": Calc(("of", "among"), _named_formula, _named),
    "typed": Calc(("of",), _typed_formula, _same),
    "share_of_target": Calc(("result", "levels"), _share_formula, _share),
    "level_reached": Calc(("result", "levels"), _level_formula, _level),
}
