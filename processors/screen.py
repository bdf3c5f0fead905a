"""What commands show of a night and of the standing, as JSON values and lines."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from processors.attention import named
from processors.judge import shown
from processors.nightly import Night
from processors.publish import collect
from processors.remarks import TEXTS
from processors.report import verdict_json
from processors.results import Filed, Results
from processors.season import Season
from processors.store import Ledger
from processors.tries import Try
from templates.words import say
from workbook.errors import AppError


def night_json(night: Night, lang: str) -> dict[str, Any]:
    """Give a night as JSON values: counts, the verdict on every new entry, what was written."""
    balance = night.balance
    files = []
    for item in night.judged:
        verdict = verdict_json(item, shown(item.returned.path), lang)
        # Answers may be personal and are many; `check --json` shows those of one file.
        verdict.pop("answers")
        files.append(verdict)
    return {
        "received": night.found,
        "new": sum(night.new.values()),
        "verdicts": {name: count for name, count in sorted(night.new.items()) if count},
        "unchanged": night.unchanged,
        "status": night.status,
        "balances": balance.balances if balance else None,
        "files": files,
        "answered": [str(path) for path in night.answers],
        "published": night.published,
        "seconds": night.seconds,
        "summary": night.line(),
    }


def night_facts(season: Season, night: Night) -> list[dict[str, Any]]:
    """Give each new file for the log: its verdict, codes, and whose it is; never what stands in it."""
    known = named(season, [item.returned for item in night.judged])
    return [
        {
            "file": shown(item.returned.path),
            "verdict": item.returned.verdict,
            "codes": list(dict.fromkeys(one.code for one in item.findings)),
            "agency": known_as.agency or None,
            "form": known_as.form or None,
        }
        for item, known_as in zip(night.judged, known, strict=True)
    ]


def status_json(season: Season, ledger: Ledger, as_of: dt.date, only: tuple[str, str]) -> dict[str, Any]:
    """Give the standing of every agency and form; `only` = (ministry, province), "" for all."""
    ministry, province = only
    if ministry and ministry not in {item.ministry for item in season.agencies}:
        raise AppError(f"no agency of this season is under the ministry {ministry!r}")
    if province and province not in {item.province for item in season.agencies}:
        raise AppError(f"no agency of this season is in the province {province!r}")
    results = collect(season, ledger, as_of, ledger.entries())
    filed = {(item.agency, item.form): item for item in results.filed}
    agencies = []
    for agency in results.agencies:
        if ministry not in ("", agency.ministry) or province not in ("", agency.province):
            continue
        forms = {}
        for form in season.forms():
            if form.framework == agency.framework and form.issued_to == "agencies":
                forms[form.id] = _form_state(results, filed, (agency.code, form.full_id))
        agencies.append(
            {
                "agency": agency.code, "name": agency.name, "framework": agency.framework,
                "ministry": agency.ministry, "province": agency.province, "group": agency.group, "sla": agency.sla,
                "exempt_reason": agency.exempt_reason, "forms": forms,
            }
        )  # fmt: skip
    expected = [
        {
            "form": item.form, "expected": item.expected, "filed": item.filed, "late": item.late,
            "silent": item.silent, "exempt": item.exempt,
        }
        for item in results.balance.expected
    ]  # fmt: skip
    return {
        "as_of": as_of.isoformat(),
        "found": results.balance.found,
        "verdicts": dict(results.balance.verdicts),
        "balances": results.balance.balances,
        "forms": expected,
        "agencies": agencies,
        "waivers": _waivers_json(results, {str(item["agency"]) for item in agencies} if ministry or province else None),
    }


def _waivers_json(results: Results, codes: Collection[str] | None) -> list[dict[str, Any]]:
    """Give the exceptions of some agencies (None = all), with how often each was needed and whether it still holds."""
    return [
        {**asdict(item), "expires": item.expires.isoformat() if item.expires else None}
        for item in results.waivers
        if codes is None or item.agency in codes
    ]


def _form_state(results: Results, known: Mapping[tuple[str, str], Filed], key: tuple[str, str]) -> dict[str, Any]:
    filed = known.get(key)
    return {
        "issued": results.issued.get(key),
        "verdict": filed.verdict if filed else None,
        "stage": filed.stage if filed else None,
        "serial": filed.serial if filed else None,
        "received": filed.received.isoformat() if filed else None,
        "days_late": filed.days_late if filed else 0,
        "flags": list(filed.flags) if filed else [],
        "file": filed.file if filed else None,
        "last_try": _last_try(results.tries.get(key)),
    }


def _last_try(found: Try | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {
        "seq": found.seq,
        "verdict": found.verdict,
        "received": found.received.isoformat(),
        "received_at": found.received_at or None,
        "errors": found.errors,
        "older": found.older,
    }


def status_lines(standing: dict[str, Any], lang: str) -> list[str]:
    """Give the standing as lines: one per form, then who was returned or is silent."""
    lines = [say("command", "status_head", lang, **item) for item in standing["forms"]]
    for agency in standing["agencies"]:
        states = [_state_text(form, state, lang) for form, state in agency["forms"].items() if state["verdict"]]
        lines.append(f"{agency['agency']} {agency['name']}: {'; '.join(states) or '–'}")
    for item in standing["waivers"]:
        lines.append(say("command", "status_waiver" if item["holds"] else "status_waiver_over", lang, **item))
    return lines


def _state_text(form: str, state: dict[str, Any], lang: str) -> str:
    late = f" {say('command', 'days_late', lang, days=state['days_late'])}" if state["days_late"] else ""
    return f"{form}: {say('command', 'verdict_' + state['verdict'], lang)}{late}{_last_text(state['last_try'], lang)}"


def _last_text(found: dict[str, Any] | None, lang: str) -> str:
    """Say the last try in brackets: its verdict, number, moment, what is left to mend, whether it looks older."""
    if found is None:
        return ""
    when = str(found["received_at"] or found["received"])[:16].replace("T", " ")
    verdict = say("command", "verdict_" + found["verdict"], lang)
    errors = say(TEXTS, "last_errors", lang, errors=found["errors"]) if found["errors"] else ""
    older = say(TEXTS, "last_older", lang) if found["older"] else ""
    return " [" + say(TEXTS, "last_try", lang, verdict=verdict, seq=f"{found['seq']:06d}", when=when) + errors + older + "]"


def deep_lines(path: Path, lang: str) -> list[str]:
    """Give the second look at a file as lines: per sheet its state and counts, then every formula."""
    from workbook.inspect import inspect

    try:
        found = inspect(path.read_bytes())
    except (OSError, ValueError) as error:
        return [say("command", "deep_failed", lang, reason=error)]
    lines = [
        say(
            "command", "deep_sheet", lang, sheet=sheet.name, state=sheet.state, protected="✓" if sheet.protected else "–",
            unlocked=sheet.unlocked, validations=sheet.validations, notes=sheet.notes, formulas=len(sheet.formulas),
        )
        for sheet in found.sheets
    ]  # fmt: skip
    return lines + [f"  {text}" for text in found.formulas]
