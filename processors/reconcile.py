"""Everything adds up, each equation counted by two routes: files and verdicts, agencies and forms, rows and bytes."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, replace
from operator import itemgetter
from pathlib import Path
from typing import Any, TextIO

from processors.assess import roles, rounds_shown
from processors.results import Balance, Expected, RowCount
from processors.season import Season
from processors.standing import Counted, outdone
from processors.store import Entry, Ledger
from templates.spec import Form
from templates.words import say
from validation.gates import DEFERRED, VERDICTS

ANSWERS, SCORES, RANKS = "answers", "scores", "ranks"
_PARTS = {ANSWERS: ("form",), SCORES: ("framework", "round"), RANKS: ("framework", "round")}
"""The tables whose rows are counted again, and the columns by which."""
_TEXTS = "results"


def balance(season: Season, counted: Counted, entries: Mapping[bytes, Entry], as_of: dt.date, *, found: int) -> Balance:
    """Reconcile a night: `entries` are the present entries of the share with their verdicts, `found` how many were seen."""
    verdicts = Counter(entry.verdict for entry in entries.values())
    came: dict[str, set[str]] = {}
    for form, agency, _ in counted.returns:
        came.setdefault(form, set()).add(agency)
    expected = tuple(
        _expected(season, form, counted, came.get(form.full_id, set()))
        for form in season.forms()
        if form.issued_to == "agencies" and not form.optional and _begun(season, form, came, as_of)
    )
    return Balance(found, _whole(verdicts), expected)


def _whole(counts: Mapping[str, int]) -> dict[str, int]:
    return {name: counts.get(name, 0) for name in VERDICTS}


def _begun(season: Season, form: Form, came: Mapping[str, set[str]], as_of: dt.date) -> bool:
    opens = season.frameworks[form.framework].round_of(form.id).opens
    return opens is None or opens <= as_of or form.full_id in came


def _expected(season: Season, form: Form, counted: Counted, came: set[str]) -> Expected:
    """Count one form: who is expected, silent and exempt from the list of agencies, who filed from the ledger's returns."""
    mine = {item.code: item for item in season.agencies if item.framework == form.framework}
    exempt = {code for code, agency in mine.items() if not agency.due}
    best = [counted.best(form, code) for code in sorted(came - exempt)]
    late = sum(1 for item in best if item is not None and item.days_late > 0)
    silent = tuple(code for code in mine if code not in exempt and code not in came)
    strangers = tuple(sorted(came - set(mine)))
    return Expected(form.full_id, len(mine), len(best) - late, late, len(silent), len(exempt), silent, strangers)


def kept(ledger: Ledger, present: Mapping[bytes, Entry]) -> dict[str, int]:
    """Count present entries by the verdict of the newest return that the ledger keeps of each; those that wait have none."""
    newest = {bytes(row[0]): str(row[1]) for row in ledger.rows("SELECT path, verdict, max(seq) FROM returned GROUP BY path")}
    told = (DEFERRED if item.verdict == DEFERRED else newest.get(path, "") for path, item in present.items())
    return _whole(Counter(told))


def sources(
    season: Season, ledger: Ledger, as_of: dt.date, shown: tuple[Counted, Mapping[str, int]]
) -> tuple[RowCount, ...]:
    """Count what the published tables must hold: cells of the stored returns that count, agencies x rounds x sub-indicators.

    The ledger itself counts the cells; nothing that makes the tables is asked. `shown`: the returns that count, and by
    form how many personal cells were withheld.
    """
    now, withheld = shown
    found = [RowCount(ANSWERS, form, cells, withheld.get(form, 0)) for form, cells in sorted(_cells(season, ledger).items())]
    for framework in season.frameworks.values():
        agencies = sum(1 for item in season.agencies if item.framework == framework.id)
        if not framework.scores or not roles(framework).reports or not agencies:
            continue
        for round_id in rounds_shown(framework, now, as_of):
            part = f"{framework.id} {round_id}"
            # One row per sub-indicator, or instrument and indicator, and one for the total.
            found.append(RowCount(SCORES, part, agencies * (len(framework.scored_by) + 1)))
            found.append(RowCount(RANKS, part, agencies))
    return tuple(found)


def _cells(season: Season, ledger: Ledger) -> dict[str, int]:
    former = json.dumps(sorted(outdone(ledger, season.forms())))
    sql = (
        "SELECT form, sum(coalesce(json_array_length(extracted, '$.cells'), 0)) FROM returned WHERE seq IN "
        "(SELECT max(seq) FROM returned WHERE verdict='accepted' AND seq NOT IN (SELECT seq FROM forgotten) "
        "GROUP BY form, agency, stage) AND seq NOT IN (SELECT value FROM json_each(?)) GROUP BY form"
    )
    return {str(form): int(cells) for form, cells in ledger.rows(sql, former)}


def _opened(content: bytes | Path) -> TextIO:
    if isinstance(content, Path):
        return content.open(encoding="utf-8-sig", newline="")
    return io.StringIO(content.decode("utf-8-sig"), newline="")


def counted_again(balance: Balance, files: Mapping[str, bytes | Path], folder: str) -> Balance:
    """Fill in how many rows the written tables hold; a part that nobody expected is there with nothing read."""
    written: Counter[tuple[str, str]] = Counter()
    for table, columns in _PARTS.items():
        with _opened(files[f"{folder}/{table}.csv"]) as text:
            lines = csv.reader(text)
            heads = next(lines)
            part = itemgetter(*(heads.index(name) for name in columns))
            found = Counter(map(part, lines))
        # One column gives its text, several a tuple.
        written.update({(table, key if isinstance(key, str) else " ".join(key)): count for key, count in found.items()})
    known = {(item.table, item.part) for item in balance.rows}
    surplus = [RowCount(*key, 0) for key in sorted(written) if key not in known]
    rows = [replace(item, written=written[item.table, item.part]) for item in (*balance.rows, *surplus)]
    return replace(balance, rows=tuple(rows))


def sentences(balance: Balance, lang: str, names: Mapping[str, str] | None = None) -> list[str]:
    """Name everything that does not add up, with both numbers; nothing when all is well. `names` are titles of forms."""
    named = names or {}
    found = []
    total = sum(balance.verdicts.values())
    if balance.found != total:
        found.append(say(_TEXTS, "wrong_found", lang, found=balance.found, total=total))
    for verdict, count in balance.verdicts.items():
        held = count if balance.kept is None else balance.kept.get(verdict, 0)
        if held != count:
            word = say(_TEXTS, f"verdict_{verdict}", lang)
            found.append(say(_TEXTS, "wrong_kept", lang, verdict=word, count=count, held=held))
    for item in balance.expected:
        if not item.balances:
            parts = item.filed + item.late + item.silent + item.exempt
            who = say(_TEXTS, "wrong_strangers", lang, codes=", ".join(item.strangers)) if item.strangers else ""
            form = named.get(item.form, item.form)
            found.append(say(_TEXTS, "wrong_expected", lang, form=form, expected=item.expected, parts=parts) + who)
    for row in balance.rows:
        if not row.balances:
            gaps = {"part": named.get(row.part, row.part), "read": row.read, "withheld": row.withheld}
            found.append(say(_TEXTS, f"wrong_{row.table}", lang, written=row.written, **gaps))
    return found


def line(balance: Balance, lang: str) -> str:
    """Give the reconciliation in one line, for the end of a night."""
    answers = [item for item in balance.rows if item.table == ANSWERS]
    gaps = {
        "found": balance.found, "verdicts": sum(balance.verdicts.values()), "forms": len(balance.expected),
        "read": sum(item.read for item in answers), "written": sum(item.written or 0 for item in answers),
        "withheld": sum(item.withheld for item in answers),
    }  # fmt: skip
    return say(_TEXTS, "line_balances" if balance.balances else "line_balances_not", lang, **gaps)


def to_json(balance: Balance) -> dict[str, Any]:
    """Give a reconciliation as JSON values, with what does not add up in words."""
    return {
        "balances": balance.balances,
        "found": balance.found,
        "verdicts": dict(balance.verdicts),
        "kept": None if balance.kept is None else dict(balance.kept),
        "expected": [asdict(item) for item in balance.expected],
        "rows": [asdict(item) for item in balance.rows],
        "mistakes": sentences(balance, "en"),
    }


def from_json(told: Mapping[str, Any]) -> Balance:
    """Read what `to_json` gave; malformed input raises KeyError or TypeError."""
    expected = [
        Expected(**{**item, "silent_codes": tuple(item["silent_codes"]), "strangers": tuple(item["strangers"])})
        for item in told["expected"]
    ]
    rows = tuple(RowCount(**item) for item in told["rows"])
    return Balance(int(told["found"]), dict(told["verdicts"]), tuple(expected), told["kept"], rows)
