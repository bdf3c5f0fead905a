"""What commands show of a night and of the standing, as JSON values and lines."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection
from dataclasses import asdict
from pathlib import Path
from typing import Any

from processors.attention import named
from processors.board_sheet import certified_of
from processors.filing import Filing, filings, first_deadline, other_dates
from processors.judge import shown
from processors.night import Night
from processors.night_log import status_means
from processors.nights import NightRow, last
from processors.publish import collect
from processors.reconcile import sentences
from processors.remarks import TEXTS
from processors.report import verdict_json
from processors.results import Results
from processors.season import Season
from processors.store import Ledger
from processors.tries import Try
from templates.lists import thai_date
from templates.spec import Form
from templates.stages import stage_label
from templates.words import say
from validation.gates import NOT_OURS, UNREADABLE
from workbook.errors import AppError

_BOARD = "results"
_NIGHTS = 3
"""Nights that the lines tell of; the JSON tells of more."""


def night_json(night: Night, lang: str) -> dict[str, Any]:
    """Give a night as JSON values: counts, the verdict on every new entry, what was written."""
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
        "balances": night.balances,
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


def status_json(
    season: Season, ledger: Ledger, as_of: dt.date, only: tuple[str, str], *, lang: str = "en"
) -> dict[str, Any]:
    """Give the standing of every agency and form, and the last nights; `only` = (ministry, province), "" for all."""
    ministry, province = only
    if ministry and ministry not in {item.ministry for item in season.agencies}:
        raise AppError(f"no agency of this season is under the ministry {ministry!r}")
    if province and province not in {item.province for item in season.agencies}:
        raise AppError(f"no agency of this season is in the province {province!r}")
    results = collect(season, ledger, as_of, ledger.entries())
    standing = {(item.code, item.form.full_id): item for item in filings(results)}
    agencies = []
    for agency in results.agencies:
        if ministry not in ("", agency.ministry) or province not in ("", agency.province):
            continue
        forms = {}
        for form in season.forms():
            if form.framework == agency.framework and form.issued_to == "agencies":
                forms[form.id] = _form_state(results, standing.get((agency.code, form.full_id)), (agency.code, form))
        agencies.append(
            {
                "agency": agency.code, "name": agency.name, "framework": agency.framework,
                "ministry": agency.ministry, "province": agency.province, "group": agency.group, "sla": agency.sla,
                "exempt_reason": agency.exempt_reason, "forms": forms,
                "waived": sum(1 for item in results.waivers if item.agency == agency.code and item.holds),
            }
        )  # fmt: skip
    return {
        "as_of": as_of.isoformat(),
        "found": results.balance.found,
        "verdicts": dict(results.balance.verdicts),
        "balances": results.balance.balances,
        "mistakes": sentences(results.balance, lang),
        "forms": _forms_json(season, results, {(item.agency, item.form) for item in results.filed}),
        "agencies": agencies,
        "unidentified": sum(count for name, count in results.balance.verdicts.items() if name in (UNREADABLE, NOT_OURS)),
        "waivers": _waivers_json(results, {str(item["agency"]) for item in agencies} if ministry or province else None),
        "last_nights": [_night_json(item) for item in last(ledger)],
    }


def _night_json(night: NightRow) -> dict[str, Any]:
    return {**asdict(night), "as_of": night.as_of.isoformat(), "counts": dict(night.counts)}


def _forms_json(season: Season, results: Results, filed: Collection[tuple[str, str]]) -> list[dict[str, Any]]:
    """Give per form who was expected and what came; `silent` have nothing accepted, `not_passed` of them sent something."""
    closes = {form.full_id: first_deadline(season.frameworks[form.framework], form) for form in season.forms()}
    return [
        {
            "form": item.form, "expected": item.expected, "filed": item.filed, "late": item.late, "silent": item.silent,
            "not_passed": sum(1 for code in item.silent_codes if (code, item.form) in filed), "exempt": item.exempt,
            "closes": day.isoformat() if (day := closes[item.form]) else None,
        }
        for item in results.balance.expected
    ]  # fmt: skip


def _waivers_json(results: Results, codes: Collection[str] | None) -> list[dict[str, Any]]:
    """Give the exceptions of some agencies (None = all), with how often each was needed and whether it still holds."""
    return [
        {**asdict(item), "expires": item.expires.isoformat() if item.expires else None}
        for item in results.waivers
        if codes is None or item.agency in codes
    ]


def _form_state(results: Results, item: Filing | None, whose: tuple[str, Form]) -> dict[str, Any]:
    code, form = whose
    key = code, form.full_id
    filed = item.filed if item else None
    found = results.tries.get(key)
    series = found.returned if found else None
    return {
        "issued": results.issued.get(key),
        "verdict": filed.verdict if filed else None,
        "stage": filed.stage if filed else None,
        "stage_label": stage_label(form, filed.stage) if filed and filed.stage else None,
        "owed_stage": item.owed or None if item else None,
        "owed_label": stage_label(form, item.owed) if item and item.owed else None,
        "serial": filed.serial if filed else None,
        "received": filed.received.isoformat() if filed else None,
        "days_late": filed.days_late if filed else 0,
        "flags": list(filed.flags) if filed else [],
        "file": filed.file if filed else None,
        "state": item.state if item else None,
        "closes": item.closes.isoformat() if item and item.closes else None,
        "other_dates": _other_dates(item) if item else [],
        "overdue_days": item.overdue if item else 0,
        "returned_since": series.since.isoformat() if series else None,
        "returned_times": series.times if series else 0,
        "certified": certified_of(item) if item else None,
        "last_try": _last_try(found),
    }


def _other_dates(item: Filing) -> list[dict[str, Any]]:
    """Give the dates that sources state and that do not bind, each with its source."""
    found = other_dates(item.framework, item.form, item.stage)
    return [{"date": one.date.isoformat(), "source": one.source, "note": one.note} for one in found]


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
    """Give the standing as lines: what does not add up, one per form, one per agency, exceptions, the last nights."""
    lines = [*standing["mistakes"], *(_form_line(item, lang) for item in standing["forms"])]
    listed = Counter(item["agency"] for item in standing["agencies"])
    for agency in standing["agencies"]:
        shown_states = [(form, state) for form, state in agency["forms"].items() if state["verdict"] or state["overdue_days"]]
        states = [_state_text(form, state, lang) for form, state in shown_states]
        # Who is listed by several frameworks has a line for each.
        which = f" ({agency['framework']})" if listed[agency["agency"]] > 1 else ""
        lines.append(f"{agency['agency']} {agency['name']}{which}: {'; '.join(states) or '–'}")
    for item in standing["waivers"]:
        lines.append(say("command", "status_waiver" if item["holds"] else "status_waiver_over", lang, **item))
    if standing["unidentified"]:
        lines.append(say("command", "status_unknown", lang, count=standing["unidentified"]))
    for night in standing["last_nights"][:_NIGHTS]:
        means = status_means(night["status"], lang)
        lines.append(say(_BOARD, "status_night", lang, date=_moment(night["as_of"], lang), means=means, found=night["found"]))
    return lines


def _form_line(item: dict[str, Any], lang: str) -> str:
    line = say("command", "status_head", lang, **item)
    return line + (say("command", "status_closes", lang, date=_moment(item["closes"], lang)) if item["closes"] else "")


def _moment(iso: str, lang: str) -> str:
    """Say a day, or a moment to the minute, in Thai by the Buddhist era; in English as it is kept."""
    day, _, time = iso[:16].partition("T")
    shown = thai_date(dt.date.fromisoformat(day)) if lang == "th" else day
    return f"{shown} {time}".strip()


def _state_text(form: str, state: dict[str, Any], lang: str) -> str:
    form = f"{form} ({state['stage_label']})" if state["stage_label"] else form
    if state["verdict"] is None:
        return say(_BOARD, "status_silent", lang, form=form) + _board_text(state, lang)
    late = f" {say('command', 'days_late', lang, days=state['days_late'])}" if state["days_late"] else ""
    if state["owed_label"] and state["owed_stage"] != state["stage"]:
        late += say(_BOARD, "status_owed", lang, stage=state["owed_label"])
    verdict = say("command", "verdict_" + state["verdict"], lang)
    return f"{form}: {verdict}{late}{_board_text(state, lang)}{_last_text(state['last_try'], lang)}"


def _board_text(state: dict[str, Any], lang: str) -> str:
    """Say since when it is returned, by how long it is overdue, and where its certifier has said no."""
    text = say(_BOARD, "status_overdue", lang, days=state["overdue_days"]) if state["overdue_days"] else ""
    if state["returned_since"]:
        gaps = {"date": _moment(state["returned_since"], lang), "times": state["returned_times"]}
        text += say(_BOARD, "status_returned", lang, **gaps)
    return text + (say(_BOARD, "status_uncertified", lang) if state["certified"] is False else "")


def _last_text(found: dict[str, Any] | None, lang: str) -> str:
    """Say the last try in brackets: its verdict, number, moment, what is left to mend, whether it looks older."""
    if found is None:
        return ""
    when = _moment(str(found["received_at"] or found["received"]), lang)
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
