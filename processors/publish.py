"""Ledger -> results folder: everything is written beside the former publication and switched in as a whole."""

from __future__ import annotations

import ctypes
import datetime as dt
import hashlib
import os
import platform
import shutil
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from processors import data, ranking
from processors.assess import assess, roles, rounds_shown
from processors.attention import attention, to_look_at
from processors.disk import put, sync_folder
from processors.judge import shown
from processors.reconcile import balance
from processors.report import field_of, message_of
from processors.results import AnswerRow, Filed, FindingRow, Results, WaiverRow
from processors.season import Season
from processors.standing import Counted, counted, form_of
from processors.store import Entry, Ledger, Return
from processors.tries import last_tries
from processors.wire import unpack_finding, unpack_place
from templates.prefill import Answers
from templates.spec import Form
from validation.waivers import EXCUSED, used_by
from workbook.errors import AppError
from workbook.finding import Place
from workbook.write import write

_LIBRARIES = ("cleanreport", "python-calamine", "XlsxWriter", "pandas", "pandera")
_AT_FDCWD, _EXCHANGE = -100, 2


def collect(
    season: Season,
    ledger: Ledger,
    as_of: dt.date,
    present: Mapping[bytes, Entry],
    *,
    round_id: str = "",
    found: int | None = None,
) -> Results:
    """Join everything that a publication shows; `round_id` "" shows each framework's newest round with returns.

    `found`: how many entries the share holds, counted apart from `present`; None takes their number.
    """
    now = counted(ledger)
    tries = {(item.form, item.agency): item for item in ledger.last_tries()}
    forms = {form.full_id: form for form in season.forms()}
    known = [item for item in _standing(now, tries) if item.form in forms]
    looked = to_look_at(season, ledger, as_of, present)
    told = {item.seq for item in known}
    rows = [*known, *(item for item in looked if item.seq not in told)]
    # Each return speaks of the edition of the form that it answered.
    asked = [(item, form_of(season, ledger, item)) for item in rows]
    counting = {item.seq for item in now.returns.values()}
    return Results(
        fiscal_year=season.fiscal_year, as_of=as_of, frameworks=tuple(season.frameworks.values()),
        agencies=season.agencies,
        scored=assess(season, now, as_of),
        filed=tuple(_filed(season, item) for item in known),
        answers=tuple(row for item, form in asked if form and item.seq in counting for row in _answers(item, form)),
        findings=tuple(row for item, form in asked for row in _findings(item, form)),
        balance=balance(season, now, present, as_of, found=len(present) if found is None else found),
        shown_round=_shown_rounds(season, now, as_of, round_id),
        issued={key: row.serial for key, row in ledger.newest_issued().items()},
        simulated=season.simulated,
        attention=attention(looked, forms),
        waivers=_waivers(season, rows, as_of),
        tries=last_tries(tries.values()),
    )  # fmt: skip


def _standing(now: Counted, tries: Mapping[tuple[str, str], Return]) -> list[Return]:
    """Give the returns that count, and of those with none the last try."""
    whose = {(form, agency) for form, agency, _ in now.returns}
    return [*now.returns.values(), *(item for key, item in tries.items() if key not in whose)]


def _shown_rounds(season: Season, now: Counted, as_of: dt.date, wanted: str) -> dict[str, str]:
    rounds = {}
    for framework in season.frameworks.values():
        open_rounds = rounds_shown(framework, now, as_of)
        if wanted and wanted in open_rounds:
            rounds[framework.id] = wanted
        elif open_rounds:
            filed = {form for form, _, _ in now.returns}
            reports = roles(framework).reports
            with_returns = [item for item in open_rounds if reports[item].full_id in filed]
            rounds[framework.id] = (with_returns or list(open_rounds[:1]))[-1]
    return rounds


def _filed(season: Season, item: Return) -> Filed:
    framework_id, _, form_id = item.form.partition("/")
    deadline = season.frameworks[framework_id].deadline(form_id, item.stage)
    return Filed(
        agency=item.agency, form=item.form, stage=item.stage, verdict=item.verdict, flags=item.flags, seq=item.seq,
        file=shown(item.path), serial=item.serial, sha256=item.sha256, received=dt.date.fromisoformat(item.received),
        days_late=item.days_late, closes=deadline.date if deadline else None,
    )  # fmt: skip


def _answers(item: Return, form: Form) -> list[AnswerRow]:
    """Give the answers of a return that counts, one row a cell; personal fields are left out altogether."""
    rows = []
    answers = item.extracted.get("answers", {})
    for table, position, field, place, raw, _, _ in item.extracted.get("cells", ()):
        spec = form.table(table).field(field)
        if spec.personal:
            continue
        record = answers[table][position]
        found = unpack_place(place)
        assert found is not None
        kept = record.get(field)
        value = "" if kept is None else str(kept).lower() if isinstance(kept, bool) else kept
        agency = record.get("agency") if form.issued_to != "agencies" else item.agency
        rows.append(
            AnswerRow(
                str(agency or item.agency), item.form, table, position + 1, field, value, raw, shown(item.path),
                found.sheet, found.cell.a1(),
            )
        )  # fmt: skip
    return rows


def _waivers(season: Season, rows: Sequence[Return], as_of: dt.date) -> tuple[WaiverRow, ...]:
    """Give every exception with the number of findings that it excuses in the returns shown."""
    used: Counter[int | None] = Counter()
    for item in rows:
        excused = (unpack_finding(packed) for packed in item.findings if packed[0] == EXCUSED)
        used.update(used_by(finding, item.agency, season.waivers) for finding in excused)
    return tuple(
        WaiverRow(one.agency, one.code, one.where, one.reason, one.approver, one.expires, used[at], one.holds(as_of))
        for at, one in enumerate(season.waivers)
    )


def _findings(item: Return, form: Form | None) -> list[FindingRow]:
    """Give the findings of a return; without a form nobody can say which cells are personal, so none is shown."""
    rows = []
    answers = item.extracted.get("answers", {})
    for packed in item.findings:
        finding = unpack_finding(packed)
        what, _ = message_of(finding, form, "th")
        place = finding.place
        if form is None and place is not None:
            continue
        spec = field_of(finding, form)
        assert spec is None or not (spec.personal and finding.raw)
        sheet, cell = (place.sheet, place.cell.a1()) if place else (finding.params.get("sheet", ""), "")
        where = (shown(item.path), sheet, cell)
        rows.append(FindingRow(_judged(item, answers, place), item.form, *where, finding.code, finding.severity, what))
    return rows


def _judged(item: Return, answers: Answers, place: Place | None) -> str:
    """Name the agency that a finding concerns: in a workbook over many agencies the one of its row."""
    if place is None or place.table is None or place.record is None:
        return item.agency
    records = answers.get(place.table, ())
    found = records[place.record].get("agency") if place.record < len(records) else None
    return str(found) if found and len(records) > 1 else item.agency


def versions() -> dict[str, str]:
    """Name the versions that made a publication."""
    found = {"python": platform.python_version()}
    for name in _LIBRARIES:
        found[name] = version(name)
    return found


def publish(season: Season, results: Results, durations: Mapping[str, float]) -> list[str]:
    """Write all result files side by side and switch them in as a whole; gives their paths below results/."""
    fresh = season.results.with_name(f".{season.results.name}.new")
    recover(season.results)
    try:
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(parents=True)
        paths = _write_all(results, fresh)
        run = data.run_json(results, versions(), dict(durations), _digests(fresh))
        put(fresh / "run.json", data.json_bytes(run))
        for folder in [fresh, *(item for item in fresh.rglob("*") if item.is_dir())]:
            sync_folder(folder)
        switch(fresh, season.results)
    except OSError as error:
        raise AppError(f"{season.results}: {error.strerror or error}; the former results stay", status=4) from error
    return paths


def _write_all(results: Results, folder: Path) -> list[str]:
    files: dict[str, bytes] = dict(data.data_files(results))
    for name, make in ranking.books(results).items():
        files[name] = write(make())
    for name, content in sorted(files.items()):
        put(folder / name, content)
    return sorted(files)


def _digests(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def switch(fresh: Path, target: Path) -> None:
    """Exchange two folders in one step where the system can, else by two renames that `recover` completes."""
    if target.exists() and _exchange(fresh, target):
        shutil.rmtree(fresh, ignore_errors=True)
        return
    former = target.with_name(f".{target.name}.former")
    shutil.rmtree(former, ignore_errors=True)
    if target.exists():
        os.rename(target, former)
    os.rename(fresh, target)
    shutil.rmtree(former, ignore_errors=True)


def _exchange(fresh: Path, target: Path) -> bool:
    if sys.platform != "linux":
        return False
    try:
        call = ctypes.CDLL(None, use_errno=True).renameat2
    except (OSError, AttributeError):
        return False
    done: int = call(_AT_FDCWD, os.fsencode(fresh), _AT_FDCWD, os.fsencode(target), _EXCHANGE)
    return done == 0


def recover(target: Path) -> None:
    """Put the former publication back when a crash came between two renames."""
    former = target.with_name(f".{target.name}.former")
    if former.exists() and not target.exists():
        os.rename(former, target)


def stands(season: Season) -> bool:
    """Tell whether a whole publication stands: run.json names every file with its digest."""
    import json

    try:
        run: dict[str, Any] = json.loads((season.results / "run.json").read_text(encoding="utf-8"))
        digests: dict[str, str] = run["digests"]
        return all(hashlib.sha256((season.results / name).read_bytes()).hexdigest() == value for name, value in digests.items())
    except (OSError, ValueError, KeyError):
        return False


def publish_at(season: Season, ledger: Ledger, results: Results) -> list[str]:
    """Publish on request; the next night looks again whether it differs."""
    paths = publish(season, results, {})
    ledger.set_meta("published", "")
    return paths
