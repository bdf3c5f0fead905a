"""What a season's owner allows beside the rules, read and checked: exceptions, and rules that only warn for a round."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from templates.load import read_csv
from templates.prefill import Recipient
from templates.spec import Form, Framework
from validation.trials import Trial, read_trials
from validation.waivers import Waiver, read_waivers
from workbook.errors import SpecError


def season_trials(raw: Any, frameworks: Mapping[str, Framework], name: str) -> tuple[Trial, ...]:
    """Read which rules are on trial in which round; SpecError with every mistake of the file of that name."""
    rounds: dict[str, list[str]] = {}
    for framework in frameworks.values():
        for item in framework.rounds:
            rounds.setdefault(item.id, []).extend(f"{framework.id}/{form}" for form in item.forms)
    found, mistakes = read_trials(raw, rounds)
    if mistakes:
        raise SpecError([f"{name}: {text}" for text in mistakes])
    return found


def season_waivers(
    path: Path, forms: Sequence[Form], recipients: Callable[[Form], Sequence[Recipient]]
) -> tuple[Waiver, ...]:
    """Read the exceptions; a season without the file has none. SpecError with every mistake."""
    if not path.is_file():
        return ()
    theirs: dict[str, list[Form]] = {}
    for form in forms:
        for item in recipients(form):
            theirs.setdefault(item.code, []).append(form)
    found, mistakes = read_waivers(read_csv(path), theirs)
    if mistakes:
        raise SpecError(mistakes)
    return found
