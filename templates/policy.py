"""The scoring choices of a framework as frozen values: `Policy` from `[scoring]`, and its sub-indicators.

No fact stands here, not even a default: every value comes from the framework's data.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from workbook.errors import SpecError

BY_LEVELS, BY_PROFILE = "levels", "profile"
"""How a framework is judged: by sub-indicators on five levels, or by a profile of instruments and indicators."""
LINEAR_TO_ZERO = "linear_to_zero"
EXCLUDE_AND_REWEIGHT = "exclude_and_reweight"
UNCAPPED = "none"


@dataclass(frozen=True)
class Policy:
    """The choices that the sources leave open, all read from data: those of domain B11, or those of a profile.

    `method` tells which of them apply; the others are blank and never looked at. `achievement_cap` None = uncapped. `floor`
    and `gate_fail_score` are a score or the name of a variant. `factor_rubric` lists the scores one factor may get, rising
    from 0 to its full mark. `tolerance`: how far a stated score may be from the computed one.
    """

    achievement_basis: str
    achievement_cap: Decimal | None
    interp_7_2: str
    interp_indicator: str
    floor: Decimal | str
    gate_fail_score: Decimal | str
    factor_rubric: tuple[Decimal, ...]
    factor_min_share: Decimal
    progress_lower_better: str
    plan_progress_overall: str
    ministry_weights: str
    missed_round_deduction: Decimal
    rounding: str
    score_decimals: int
    percent_decimals: int
    supersede_by: str
    method: str = BY_LEVELS
    instrument_score: str = ""
    total_score: str = ""
    tolerance: Decimal = Decimal(0)


@dataclass(frozen=True)
class SubIndicator:
    """One sub-indicator of a framework: what it measures (`role`), its weight, and the gate before it.

    `gate` is the id of the sub-indicator that must reach `gate_level` first; None = no gate.
    """

    id: str
    role: str
    weight: Decimal
    name: str
    gate: str | None
    gate_level: int


def policy_from(mapping: Mapping[str, object], method: str = BY_LEVELS) -> Policy:
    """Read a `[scoring]` block; every key of its method must be there.

    Raises SpecError with every missing key, unknown key and wrong value at once.
    """
    wanted = method_keys(method)
    mistakes = [f"[scoring] unknown key {key!r}" for key in sorted(set(mapping) - set(wanted))]
    values: dict[str, Any] = dict(_UNUSED)
    for key in wanted:
        if key not in mapping:
            mistakes.append(f"[scoring] {key} is missing")
            continue
        try:
            values[key] = _READERS[key](mapping[key])
        except ValueError as error:
            mistakes.append(f"[scoring] {key}: {mapping[key]!r} {error}")
    if mistakes:
        raise SpecError(mistakes)
    return Policy(**values, method=method)


def method_keys(method: str = "") -> tuple[str, ...]:
    """Give the keys that a method reads; "" gives those of all methods."""
    left_out = {BY_LEVELS: _PROFILE_ONLY, BY_PROFILE: frozenset(_UNUSED)}.get(method, frozenset())
    return tuple(key for key in _READERS if key not in left_out)


def policy_texts(policy: Policy) -> tuple[tuple[str, str], ...]:
    """Give every key and value in force as text, in the order of B11, for printing in a consolidated workbook."""

    def text(value: object) -> str:
        if isinstance(value, tuple):
            return ", ".join(str(item) for item in value)
        return UNCAPPED if value is None else str(value)

    known = asdict(policy)
    return tuple((key, text(known[key])) for key in method_keys(policy.method))


def read_number(raw: object) -> Decimal:
    """Read a number from text or a TOML number by its own digits; ValueError for anything else."""
    # A TOML float prints the digits that stand in the file, so going through text never brings binary rounding in.
    if isinstance(raw, bool) or not isinstance(raw, str | int | float | Decimal):
        raise ValueError("is no number")
    try:
        value = Decimal(str(raw).strip())
    except InvalidOperation:
        raise ValueError("is no number") from None
    if not value.is_finite():
        raise ValueError("is no number")
    return value


def _one_of(*names: str) -> Callable[[object], str]:
    def read(raw: object) -> str:
        if isinstance(raw, str) and raw in names:
            return raw
        raise ValueError(f"is not {'one of ' if names[1:] else ''}{', '.join(names)}")

    return read


def _number_in(low: int, high: int | None = None, *, above: bool = False) -> Callable[[object], Decimal]:
    def read(raw: object) -> Decimal:
        value = read_number(raw)
        if value < low or (above and value == low) or (high is not None and value > high):
            raise ValueError(f"is not {'above' if above else 'from'} {low}{f' to {high}' if high is not None else ''}")
        return value

    return read


def _whole_in(low: int, high: int) -> Callable[[object], int]:
    def read(raw: object) -> int:
        value = _number_in(low, high)(raw)
        if value != value.to_integral_value():
            raise ValueError("is not whole")
        return int(value)

    return read


def _score_or(name: str) -> Callable[[object], Decimal | str]:
    """Read score 0, score 1 or one named variant."""

    def read(raw: object) -> Decimal | str:
        if raw == name:
            return name
        try:
            value = read_number(raw)
        except ValueError:
            raise ValueError(f"is not one of 1.0000, 0.0000, {name}") from None
        if value not in (0, 1):
            raise ValueError(f"is not one of 1.0000, 0.0000, {name}")
        return value

    return read


def _cap(raw: object) -> Decimal | None:
    # A cap below 100 would put the highest level out of reach for everybody.
    return None if raw == UNCAPPED else _number_in(100)(raw)


def _rubric(raw: object) -> tuple[Decimal, ...]:
    if not isinstance(raw, list | tuple):
        raise ValueError("is no list")
    values = tuple(read_number(item) for item in raw)
    if len(values) < 2 or values[0] != 0 or any(low >= high for low, high in zip(values, values[1:], strict=False)):
        raise ValueError("does not rise from 0 to the full mark")
    return values


def _text(raw: object) -> str:
    if not isinstance(raw, str):
        raise ValueError("is no text")
    return raw


_READERS: Mapping[str, Callable[[object], object]] = {
    "achievement_basis": _one_of("target_ratio", "level_score", "scale_60_100"),
    "achievement_cap": _cap,
    "interp_7_2": _one_of("linear", "step"),
    "interp_indicator": _one_of("linear", "step"),
    "floor": _score_or(LINEAR_TO_ZERO),
    "gate_fail_score": _score_or(EXCLUDE_AND_REWEIGHT),
    "factor_rubric": _rubric,
    "factor_min_share": _number_in(0, 1, above=True),
    "progress_lower_better": _one_of("ratio", "level_based"),
    "plan_progress_overall": _one_of("mean", "min", "weights"),
    "ministry_weights": _one_of("equal"),
    "missed_round_deduction": _number_in(0),
    "rounding": _one_of("half_up"),
    "score_decimals": _whole_in(0, 6),
    "percent_decimals": _whole_in(0, 6),
    "supersede_by": _text,
    "instrument_score": _one_of("stated", "mean"),
    "total_score": _one_of("instruments", "stated"),
    "tolerance": _number_in(0, 1),
}
_PROFILE_ONLY = frozenset({"instrument_score", "total_score", "tolerance"})
_UNUSED: Mapping[str, object] = {
    "achievement_basis": "", "achievement_cap": None, "interp_7_2": "", "interp_indicator": "", "floor": "",
    "gate_fail_score": "", "factor_rubric": (), "factor_min_share": Decimal(0), "progress_lower_better": "",
    "plan_progress_overall": "", "ministry_weights": "", "missed_round_deduction": Decimal(0),
}  # fmt: skip
"""What a policy holds in the places of keys that only levels read."""
