"""Closing a round: one sealed folder with final inputs, forms, rules, criteria, outputs and digests; never replaced.

The folder is made beside, named in one step and then remembered in the ledger with the digest of its SHA256SUMS. A run that
is killed leaves nothing, or the whole folder that the next call takes over.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from processors import marks, trees
from processors.detach import Live, detached
from processors.disk import put, sync_folder
from processors.forget import holds_people
from processors.frozen import SUMS, digest
from processors.guard import checked
from processors.publish import collect, publish_at
from processors.results import Results
from processors.ruleset import rules_version
from processors.sealed import Change, by_file, changes, differing_rows
from processors.season import CONFIG, Season
from processors.standing import counted
from processors.store import Ledger, Return
from templates.docs import dictionary
from templates.lists import thai_date
from templates.spec import Form
from templates.stages import stages
from templates.words import say
from validation.gates import DEFERRED
from workbook.errors import AppError

CLOSED, README, INPUTS = "closed", "README.md", "inputs"
_TEXTS = "operation"
_SHOWN = 10
"""Figures that one comparison names; the rest is counted."""


@dataclass(frozen=True)
class Sealing:
    """What closing did: `fresh` when the round was sealed now, else how the present results differ from the sealed."""

    folder: Path
    fresh: bool
    differences: tuple[str, ...] = ()
    figures: tuple[Change, ...] = ()
    sealed: Sealed | None = None

    def lines(self, lang: str) -> list[str]:
        """Give the first figures that differ, old and new, one line each, and how many more there are."""
        told = [say(_TEXTS, "seal_figure", lang, **vars(item)) for item in self.figures[:_SHOWN]]
        more = len(self.figures) - _SHOWN
        return [*told, say(_TEXTS, "seal_more", lang, count=more)] if more > 0 else told


@dataclass(frozen=True)
class Sealed:
    """What a fresh seal holds, and what may still have come: agencies without a return that counts, files that wait.

    `closes` is the last effective deadline of the round, None when no source states one.
    """

    inputs: int
    silent: int
    waiting: int
    closes: dt.date | None
    day: dt.date

    def line(self, lang: str) -> str:
        """Say what is sealed."""
        return say(_TEXTS, "seal_holds", lang, inputs=self.inputs, silent=self.silent, closes=self._until(lang))

    def early(self, lang: str) -> list[str]:
        """Say why the round may have been closed too early, one sentence each; [] when nothing says so."""
        reasons = [say(_TEXTS, "seal_open", lang, closes=self._until(lang))] if self.closes and self.day <= self.closes else []
        reasons += [say(_TEXTS, "seal_silent", lang, count=self.silent)] if self.silent else []
        reasons += [say(_TEXTS, "seal_waiting", lang, count=self.waiting)] if self.waiting else []
        return [say(_TEXTS, "seal_early", lang), *reasons] if reasons else []

    def _until(self, lang: str) -> str:
        if self.closes is None:
            return say(_TEXTS, "seal_no_date", lang)
        return thai_date(self.closes) if lang == "th" else self.closes.isoformat()


def close(season: Season, ledger: Ledger, round_id: str, as_of: dt.date) -> Sealing:
    """Seal a round, or compare with its seal when it has one. Raises AppError for an unknown round."""
    forms = [form for form in season.forms() if form.round == round_id]
    if not forms:
        known = sorted({form.round for form in season.forms()})
        raise AppError(f"there is no round {round_id!r}; known: {', '.join(known)}")
    folder = season.root / CLOSED / round_id
    if round_id in ledger.sealed():
        return _compare(season, folder, round_id, forms)
    marks.take(season, ledger, as_of)
    results = collect(season, ledger, as_of, ledger.entries(), round_id=round_id)
    try:
        if folder.exists():
            _take_over(folder)
        else:
            publish_at(season, ledger, results)
            _make(season, ledger, folder, (round_id, as_of, forms))
        trees.lock(folder)
        ledger.seal(round_id, str(folder), as_of.isoformat(), digest(folder / SUMS))
    except OSError as error:
        raise AppError(f"{folder}: {error.strerror or error}; repeat the command", status=4) from error
    return Sealing(folder, True, sealed=_sealed(season, results, forms, len(_inputs(ledger, forms))))


def _sealed(season: Season, results: Results, forms: Sequence[Form], inputs: int) -> Sealed:
    names = {form.full_id for form in forms}
    silent = {code for item in results.balance.expected if item.form in names for code in item.silent_codes}
    stated = [season.frameworks[form.framework].deadline(form.id, stage) for form in forms for stage in stages(form)]
    closes = max((item.date for item in stated if item), default=None)
    return Sealed(inputs, len(silent), results.balance.verdicts.get(DEFERRED, 0), closes, results.as_of)


def _inputs(ledger: Ledger, forms: Sequence[Form]) -> list[Return]:
    """Give the returns of a round that count; lists of persons stay out of seals: a seal is for ever, such a list is not."""
    names = {form.full_id for form in forms if not holds_people(form)}
    return [item for key, item in sorted(counted(ledger).returns.items()) if key[0] in names]


def _take_over(folder: Path) -> None:
    """Keep a folder that a killed run made whole, or that a restored ledger doesn't know of; a seal is never replaced."""
    if not trees.drift(folder).whole:
        raise AppError(f"{folder} is there, but it isn't a whole seal; look at it and move it elsewhere", status=4)


def _make(season: Season, ledger: Ledger, folder: Path, what: tuple[str, dt.date, Sequence[Form]]) -> None:
    """Write the seal beside its place and name it in one step."""
    round_id, as_of, forms = what
    fresh = folder.with_name(f".{round_id}.new")
    trees.remove(fresh)
    items = _inputs(ledger, forms)
    for item in items:
        source = season.archive / item.sha256[:2] / item.sha256
        if trees.copy(source, fresh / INPUTS / _input_name(item)) != item.sha256:
            raise AppError(f"{source} is not what was received; see `cleanreport verify`", status=4)
    for name, source in (("frameworks", season.root / "frameworks"), ("results", season.results)):
        for file in trees.names(source):
            trees.copy(source / file, fresh / name / file)
    for form in forms:
        put(fresh / "forms" / f"{form.full_id.replace('/', '_')}.md", dictionary(form).encode("utf-8"))
    for name in ("agencies.csv", "waivers.csv"):
        trees.copy(season.root / name, fresh / name)
    # Addresses and passwords of servers are no rules, and a seal is handed on.
    config = detached((season.root / CONFIG).read_text(encoding="utf-8"), Live.DROPPED)
    put(fresh / CONFIG, config.encode("utf-8"))
    put(fresh / "inputs.csv", checked(_table(items), "inputs.csv"))
    facts = {"round": round_id, "season": season.id, "year": season.fiscal_year, "day": as_of.isoformat(), "count": len(items)}
    text = say(_TEXTS, "seal_readme", "th", **facts, rules=rules_version(season))
    put(fresh / README, text.encode("utf-8"))
    put(fresh / SUMS, trees.sums(trees.digests(fresh)))
    trees.sync(fresh)
    os.rename(fresh, folder)
    sync_folder(folder.parent)


def _input_name(item: Return) -> str:
    name = "_".join(part for part in (item.agency, item.form.replace("/", "-"), item.stage, item.serial) if part)
    suffix = Path(os.fsdecode(item.path)).suffix[:6]
    return name + (suffix if suffix.isascii() and suffix[1:].isalnum() else "")


def _table(items: Sequence[Return]) -> bytes:
    """Write which return of the ledger each input is."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(("file", "number", "agency", "form", "stage", "serial", "received", "sha256"))
    for item in items:
        facts = (item.agency, item.form, item.stage, item.serial, item.received, item.sha256)
        writer.writerow((f"{INPUTS}/{_input_name(item)}", item.seq, *facts))
    return out.getvalue().encode("utf-8-sig")


def _compare(season: Season, folder: Path, round_id: str, forms: Sequence[Form]) -> Sealing:
    found = changes(folder / "results", season.results, round_id, [form.full_id for form in forms])
    return Sealing(folder, False, tuple(f"{name} ({count})" for name, count in by_file(found).items()), tuple(found))


def from_sealed(season: Season, ledger: Ledger) -> dict[str, tuple[str, ...]]:
    """Give the sealed rounds whose figures differ in the present results: `scores.csv (3)` = three rows differ."""
    found = {}
    for item in sorted(ledger.sealed()):
        rows = differing_rows(season.root / CLOSED / item / "results", season.results, item)
        if rows:
            found[item] = tuple(f"{name} ({count})" for name, count in sorted(rows.items()))
    return found
