"""Rules on trial: for one round their errors are warnings that say so; afterwards they bite by themselves."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from templates.words import has_message
from validation.waivers import NEVER
from workbook.finding import ERROR, WARNING, Finding

ON_TRIAL = "on_trial"
"""The parameter of a finding that is only a warning because its rule is on trial; its value is the reason."""
_KEYS = {"code", "round", "form", "reason"}


@dataclass(frozen=True)
class Trial:
    """One code that only warns in the forms of one round; `form` (short or full id) narrows it to one form."""

    code: str
    round: str
    reason: str
    form: str = ""

    def covers(self, form: str, round_id: str) -> bool:
        """Tell whether it holds for a form (full id) of a round."""
        return self.round == round_id and self.form in ("", form, form.partition("/")[2])


def read_trials(raw: Any, rounds: Mapping[str, Collection[str]]) -> tuple[tuple[Trial, ...], list[str]]:
    """Read `[[trial]]` of the configuration; `rounds` has the forms (full ids) of each round. Gives every mistake too."""
    if not isinstance(raw, list) or not all(isinstance(item, dict) for item in raw):
        return (), ["[[trial]] wants tables"]
    found, mistakes = [], []
    for number, item in enumerate(raw, 1):
        where = f"[[trial]] {number}"
        wrong = [f"{where}: unknown key {key!r}" for key in sorted(set(item) - _KEYS)]
        wrong += [f"{where}: {key!r} is missing" for key in ("code", "round", "reason") if not str(item.get(key, "")).strip()]
        trial = Trial(*(str(item.get(key, "")).strip() for key in ("code", "round", "reason", "form")))
        wrong += [] if wrong else _mistakes(trial, where, rounds)
        mistakes += wrong
        found.append(trial)
    return tuple(found), mistakes


def _mistakes(trial: Trial, where: str, rounds: Mapping[str, Collection[str]]) -> list[str]:
    if not has_message(trial.code):
        return [f"{where}: there is no code {trial.code!r}"]
    if trial.code in NEVER:
        return [f"{where}: {trial.code} can't be on trial: it is about the file as a whole"]
    if trial.round not in rounds:
        return [f"{where}: there is no round {trial.round!r}; known: {', '.join(sorted(rounds))}"]
    if not any(trial.covers(form, trial.round) for form in rounds[trial.round]):
        known = ", ".join(sorted(rounds[trial.round]))
        return [f"{where}: round {trial.round} has no form {trial.form!r}; known: {known}"]
    return []


def soften(findings: Sequence[Finding], form: str, round_id: str, trials: Sequence[Trial]) -> list[Finding]:
    """Turn errors about cells whose code is on trial in this form and round into warnings that say so.

    What is wrong with the file as a whole (another issue, two passports) is no rule and never softened.
    """
    mine = {item.code: item.reason for item in trials if item.covers(form, round_id)}
    return [
        replace(item, severity=WARNING, params={**item.params, ON_TRIAL: mine[item.code]})
        if item.severity == ERROR and item.place is not None and item.code in mine
        else item
        for item in findings
    ]
