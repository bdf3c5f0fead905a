"""The files that people must look at as a sheet: what is wrong with each, and whether its agency has filed since, by its name."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePosixPath

from processors.attention import STORED
from processors.balance_page import forms_of
from processors.results import Attention, Results
from processors.sheets import Column, Grid, Line
from processors.wording import day_text, recipient_name, t, verdict_text
from templates.registry import Agency
from templates.spec import Framework
from validation.gates import ACCEPTED, DEFERRED
from workbook.book import Styled

_SIGNS = re.compile(r"[\W_]+")


@dataclass(frozen=True)
class Hint:
    """What the name of a file tells: the agency, and since when its form is accepted (None = it is not, or no form is named)."""

    agency: Agency
    form: str
    accepted: dt.date | None


@dataclass(frozen=True)
class Names:
    """What names of files are compared with: agencies by code, forms by id, and what was accepted on which day."""

    results: Results

    @cached_property
    def agencies(self) -> Mapping[str, Agency]:
        """Give the agencies by code."""
        return {item.code: item for item in self.results.agencies}

    @cached_property
    def frameworks(self) -> Mapping[str, Framework]:
        """Give the frameworks by id."""
        return {item.id: item for item in self.results.frameworks}

    @cached_property
    def accepted(self) -> Mapping[tuple[str, str], dt.date]:
        """Give the newest day of an accepted return by agency and form."""
        found: dict[tuple[str, str], dt.date] = {}
        for item in (one for one in self.results.filed if one.verdict == ACCEPTED):
            key = item.agency, item.form
            found[key] = max(item.received, found.get(key, item.received))
        return found

    def hint(self, file: str) -> Hint | None:
        """Say what a file's name tells; None unless it names one agency."""
        words = dict.fromkeys(_SIGNS.split(PurePosixPath(file).stem))
        codes = [word for word in words if word in self.agencies]
        if len(codes) != 1:
            return None
        agency = self.agencies[codes[0]]
        framework = self.frameworks.get(agency.framework)
        forms = [form.full_id for form in framework.forms if form.id in words] if framework else []
        form = forms[0] if len(forms) == 1 else ""
        return Hint(agency, form, self.accepted.get((agency.code, form)))


def attention_notes(results: Results) -> tuple[str, ...]:
    """Say how the sheet is ordered, and which files of the reconciliation are not on it, since they are settled."""
    notes = [t("attention_order")] if results.attention else []
    shown = [item.verdict for item in results.attention]
    left = {name: results.balance.verdicts.get(name, 0) - shown.count(name) for name in (*STORED, DEFERRED)}
    parts = [t("attention_left", verdict=verdict_text(name), count=count) for name, count in left.items() if count > 0]
    return (*notes, t("attention_settled", parts=", ".join(parts))) if parts else tuple(notes)


def filed_since(results: Results) -> int:
    """Count the files whose agency, by their name, has an accepted return of the same form since."""
    names = Names(results)
    return sum(1 for item in results.attention if _since(item, names.hint(item.file)))


def _since(item: Attention, hint: Hint | None) -> bool:
    return hint is not None and hint.accepted is not None and hint.accepted >= item.received


def attention_grid(results: Results) -> Grid:
    """Give the files that people must look at; below them those whose agency, by their name, has filed since."""
    columns = (
        Column(t("col_file"), 38), Column(t("col_verdict"), 14), Column(t("col_whose"), 30), Column(t("col_found"), 30),
        Column(t("col_remedy"), 32), Column(t("col_day"), 13, "cell+date+centre"), Column(t("col_named"), 32),
    )  # fmt: skip
    names = Names(results)
    hints = [(item, names.hint(item.file)) for item in results.attention]
    return Grid(columns, tuple(_line(results, *pair) for pair in sorted(hints, key=lambda pair: _since(*pair))))


def _line(results: Results, item: Attention, hint: Hint | None) -> Line:
    form = forms_of(results).get(item.form)
    whose = "\n".join(text for text in (_whose(results, item.agency, item.form), form.title if form else "") if text)
    values = (item.file, verdict_text(item.verdict), whose or None, item.message, item.fix, item.received)
    return Line((*values, Styled(_told(hint), "good" if _since(item, hint) else "")))


def _told(hint: Hint | None) -> str | None:
    """Say what the name of a file tells, None where it names nobody."""
    if hint is None:
        return None
    who = t("recipient_coded", name=hint.agency.name, code=hint.agency.code)
    if hint.accepted is not None:
        return t("named_filed", who=who, date=day_text(hint.accepted))
    return t("named_not_filed", who=who) if hint.form else who


def _whose(results: Results, code: str, form: str) -> str:
    """Name an agency or group with its code, "" when nobody knows whose a file is."""
    names = {(item.framework, item.code): item.name for item in results.agencies}
    frameworks = [item for item in results.frameworks if form.startswith(f"{item.id}/")] or results.frameworks
    if not code or not frameworks:
        return code
    named = (recipient_name(code, item, names) for item in frameworks)
    return t("recipient_coded", name=next((name for name in named if name != code), code), code=code)
