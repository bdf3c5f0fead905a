"""Findings and verdicts as people and programs see them: sentences, JSON; personal content is withheld."""

from __future__ import annotations

from typing import Any

from processors.judge import Judged
from templates.spec import Field, Form
from templates.words import message, say
from validation.trials import ON_TRIAL
from workbook.finding import ERROR, INFO, WARNING, Finding

SEVERITIES = (ERROR, WARNING, INFO)
WITHHELD_PARAMS = ("raw", "value", "before", "after")


def field_of(finding: Finding, form: Form | None) -> Field | None:
    """Give the field that a finding is about, None when it is about none."""
    place = finding.place
    if form is None or place is None or place.table is None or place.field is None or not form.has(place.table):
        return None
    return next((item for item in form.table(place.table).fields if item.id == place.field), None)


def _private(finding: Finding, form: Form | None) -> bool:
    """Tell whether a finding is about a personal answer; where the form has no such field nobody can say that it isn't."""
    place = finding.place
    if form is None or place is None or place.table is None or place.field is None:
        return False
    item = field_of(finding, form)
    return item is None or item.personal


def message_of(finding: Finding, form: Form | None, lang: str) -> tuple[str, str]:
    """Give (what is wrong, how to put it right); about personal answers never what was typed."""
    params = {**finding.params, "raw": finding.raw, "label": finding.place.label if finding.place else ""}
    params.update({key: say("command", "blank", lang) for key in ("before", "after") if params.get(key) == ""})
    if _private(finding, form):
        withheld = say("pages", "withheld")
        params.update({key: withheld for key in WITHHELD_PARAMS if key in params})
    what, fix = message(finding.code, lang, params)
    return (f"{what} {say('command', ON_TRIAL, lang)}" if ON_TRIAL in finding.params else what), fix


def finding_json(finding: Finding, form: Form | None, lang: str) -> dict[str, Any]:
    """Give one finding as the contract's JSON."""
    what, fix = message_of(finding, form, lang)
    place = finding.place
    return {
        "code": finding.code,
        "severity": finding.severity,
        "sheet": place.sheet if place else finding.params.get("sheet") or None,
        "cell": place.cell.a1() if place else finding.params.get("cell") or None,
        "label": place.label if place else None,
        "raw": finding.raw,
        "message": what,
        "fix": fix,
    }


def verdict_json(judged: Judged, file: str, lang: str) -> dict[str, Any]:
    """Give one verdict as the contract's JSON."""
    returned = judged.returned
    form = judged.issued.form if judged.issued else None
    return {
        "file": file,
        "sha256": returned.sha256,
        "form": returned.form or None,
        "issue": returned.issue or None,
        "agency": returned.agency or None,
        "serial": returned.serial or None,
        "saved_by": returned.saved_by or None,
        "verdict": returned.verdict,
        "flags": list(returned.flags),
        "findings": [finding_json(item, form, lang) for item in judged.findings],
        "answers": judged.extracted.answers if judged.extracted else {},
    }


def verdict_lines(judged: Judged, file: str, lang: str) -> list[str]:
    """Give one verdict as lines of text, errors first: one line for one fault over many cells, then the totals in cells."""
    returned = judged.returned
    flags = f" ({', '.join(returned.flags)})" if returned.flags else ""
    lines = [f"{file}: {say('command', 'verdict_' + returned.verdict, lang)} [{returned.verdict}]{flags}"]
    form = judged.issued.form if judged.issued else None
    grouped: dict[tuple[str, str, str, str], list[str]] = {}
    for finding in sorted(judged.findings, key=lambda item: SEVERITIES.index(item.severity)):
        what, fix = message_of(finding, form, lang)
        place = finding.place
        cell = f"{place.sheet}!{place.cell.a1()}" if place else ""
        grouped.setdefault((finding.severity, finding.code, what, fix), []).append(cell)
    for (severity, code, what, fix), cells in grouped.items():
        where = ", ".join(cell for cell in cells if cell)
        told = say("command", f"severity_{severity}", lang)
        lines.append(f"  {told}: {where + ': ' if where else ''}{what} {fix} [{code}]".rstrip())
    if judged.findings:
        counts = {name: sum(1 for item in judged.findings if item.severity == name) for name in SEVERITIES}
        lines.append(say("command", "check_total", lang, **counts))
    return lines
