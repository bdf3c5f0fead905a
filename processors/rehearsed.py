"""What `rehearse` shows: one JSON document, or lines: who would newly fail or pass, and each new code with its agencies."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from processors.rehearse import Change, Rehearsal, file_of
from processors.report import finding_json, message_of
from processors.season import Season
from templates.words import say
from workbook.finding import Finding

_MOST = 20
"""Names in one line of text; the JSON has all."""


def rehearsal_json(season: Season, seen: Rehearsal, lang: str) -> dict[str, Any]:
    """Give a rehearsal as JSON values; of persons' data only where it stands."""
    names = _names(season)
    return {
        "read": seen.read,
        "left_out": {"forgotten": seen.forgotten, "missing": seen.missing, "other_verdicts": seen.other},
        "newly_fail": [_return_json(item, names, lang) for item in seen.changes if item.fails],
        "newly_pass": [_return_json(item, names, lang) for item in seen.changes if item.passes],
        "codes": [
            {
                "code": code, "severity": severity, "agencies": sorted({one.returned.agency for one, _ in found}),
                "findings": [_finding_json(one, finding, lang) for one, finding in found],
            }
            for (code, severity), found in _by_code(seen.changes).items()
        ],
        "status": seen.status,
    }  # fmt: skip


def _names(season: Season) -> dict[tuple[str, str], str]:
    return {(form.full_id, item.code): item.name for form in season.forms() for item in season.recipients(form)}


def _return_json(item: Change, names: dict[tuple[str, str], str], lang: str) -> dict[str, Any]:
    returned = item.returned
    return {
        "agency": returned.agency, "name": names.get((returned.form, returned.agency), returned.agency),
        "form": returned.form, "issue": returned.issue, "serial": returned.serial, "stage": returned.stage,
        "file": file_of(item), "seq": returned.seq, "received": returned.received,
        "was": returned.verdict, "would_be": item.verdict,
        "findings": [finding_json(one, item.form, lang) for one in item.fresh],
    }  # fmt: skip


def _finding_json(item: Change, finding: Finding, lang: str) -> dict[str, Any]:
    told = finding_json(finding, item.form, lang)
    return {"agency": item.returned.agency, "form": item.returned.form, "seq": item.returned.seq, **told}


def _by_code(changes: Sequence[Change]) -> dict[tuple[str, str], list[tuple[Change, Finding]]]:
    """Gather new findings by code and severity, errors first, then those that most agencies get."""
    found: dict[tuple[str, str], list[tuple[Change, Finding]]] = {}
    for item in changes:
        for finding in item.fresh:
            found.setdefault((finding.code, finding.severity), []).append((item, finding))
    agencies = {key: len({one.returned.agency for one, _ in items}) for key, items in found.items()}
    return {key: found[key] for key in sorted(found, key=lambda key: (key[1] != "error", -agencies[key], key))}


def rehearsal_lines(season: Season, seen: Rehearsal, lang: str) -> list[str]:
    """Give a rehearsal as lines of text."""
    names = _names(season)
    left = {"forgotten": seen.forgotten, "missing": seen.missing, "other": seen.other}
    lines = [say("command", "rehearse_head", lang, read=seen.read, **left)]
    for key, items in (
        ("rehearse_fail", [item for item in seen.changes if item.fails]),
        ("rehearse_pass", [item for item in seen.changes if item.passes]),
    ):
        if items:
            lines.append(say("command", key, lang, count=len(items), agencies=len({one.returned.agency for one in items})))
            lines += [line for item in items for line in _return_lines(item, names, lang)]
    if not any(item.fails or item.passes for item in seen.changes):
        lines.append(say("command", "rehearse_same", lang))
    codes = _by_code(seen.changes)
    lines += [say("command", "rehearse_codes", lang)] if codes else []
    for (code, severity), found in codes.items():
        agencies = sorted({one.returned.agency for one, _ in found})
        told = ", ".join(agencies[:_MOST]) + (" …" if len(agencies) > _MOST else "")
        weight = say("command", f"severity_{severity}", lang)
        gaps = {"code": code, "severity": weight, "agencies": len(agencies), "cells": len(found), "names": told}
        lines.append(say("command", "rehearse_code", lang, **gaps))
    return lines


def _return_lines(item: Change, names: dict[tuple[str, str], str], lang: str) -> list[str]:
    returned = item.returned
    name = names.get((returned.form, returned.agency), returned.agency)
    whose = {"agency": returned.agency, "name": name, "form": returned.form, "file": file_of(item), "seq": returned.seq}
    lines = [say("command", "rehearse_file", lang, **whose)]
    for finding in item.fresh if item.fails else ():
        place = finding.place
        where = f"{place.sheet}!{place.cell.a1()}" if place else say("command", "whole_file", lang)
        gaps = {"where": where, "message": message_of(finding, item.form, lang)[0], "code": finding.code}
        lines.append(say("command", "rehearse_cell", lang, **gaps))
    return lines
