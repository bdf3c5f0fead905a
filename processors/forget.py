"""Deletes lists of persons from archive, outbox, seals and ledger, and keeps the trace that it did.

The decision is stored first, then files go, then the ledger's answers, then the file of the ledger is rewritten: after a
crash at any point the decision stands, nothing counts or comes back in, and the next call or night goes through with it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from processors.disk import sync_folder
from processors.frozen import digest
from processors.judge import shown
from processors.season import Season
from processors.store import Forgotten, Ledger, Return
from processors.trees import lock, release
from templates.spec import Form
from templates.words import say
from validation.gates import NOT_OURS, UNREADABLE
from workbook.errors import AppError

ASKED, EXPIRED = "asked", "expired"
UNKNOWN = (UNREADABLE, NOT_OURS)
"""Verdicts of files that nobody could place: what stands in them is unknown, so people may have them deleted."""

_NAMED = 10
"""Files that one line names."""


@dataclass(frozen=True)
class Wanted:
    """What to forget: lists of one agency, of one form ("" = all lists), one content, or all past retention."""

    agency: str = ""
    form: str = ""
    content: str = ""
    expired: bool = False

    @property
    def why(self) -> str:
        """Give the reason that the trace keeps."""
        return EXPIRED if self.expired else ASKED


def holds_people(form: Form) -> bool:
    """Tell whether a form asks for nothing but personal data: only such a list may go without touching a score."""
    entries = [item for table in form.tables for item in table.entries]
    return bool(entries) and all(item.personal for item in entries)


def lists_of_people(season: Season) -> tuple[str, ...]:
    """Name the forms of a season that ask for nothing but personal data."""
    return tuple(form.full_id for form in season.forms() if holds_people(form))


def expired(season: Season, ledger: Ledger, as_of: dt.date) -> list[Return]:
    """Give the lists whose retention has passed; none where the season states no end or has no such form."""
    forms, last = lists_of_people(season), season.privacy.last_day(as_of)
    return ledger.kept(forms, until=last.isoformat()) if forms and last else []


def choose(season: Season, ledger: Ledger, as_of: dt.date, wanted: Wanted) -> list[Return]:
    """Give the returns to forget, every name under which their content came; AppError for what must stay."""
    if wanted.content:
        found = _of_content(season, ledger, wanted.content)
    elif wanted.expired:
        if not season.privacy.keep_days:
            raise AppError("season.toml states no [privacy] keep_days, so nothing expires")
        found = expired(season, ledger, as_of)
    else:
        forms = _forms(season, wanted.form)
        found = ledger.kept(forms, wanted.agency)
        if not found and wanted.agency not in season.recipient_codes():
            raise AppError(f"no agency of this season has the code {wanted.agency}")
    gone = {item.seq for item in ledger.forgotten()}
    every = {one.seq: one for item in found for one in ledger.of_content(item.sha256)}
    return [item for seq, item in sorted(every.items()) if seq not in gone]


def _forms(season: Season, name: str) -> tuple[str, ...]:
    lists = lists_of_people(season)
    if not name:
        return lists
    named = {form.full_id for form in season.forms(name)}
    if not named <= set(lists):
        kept = ", ".join(sorted(named - set(lists)))
        raise AppError(f"{kept} asks for more than personal data, and its answers are what scores rest on: it is kept")
    return tuple(sorted(named))


def _of_content(season: Season, ledger: Ledger, sha256: str) -> list[Return]:
    found = ledger.of_content(sha256)
    if not found:
        raise AppError(f"nothing with the digest {sha256} was received")
    lists = lists_of_people(season)
    kept = [item for item in found if item.form not in lists and item.verdict not in UNKNOWN]
    if kept:
        raise AppError(f"{sha256} is a return of {kept[0].form}: it is kept")
    return found


def files_of(season: Season, item: Return | Forgotten) -> list[Path]:
    """Give the files of ours that hold a return's content now: archived copy, correction workbook, copies in seals."""
    held = [season.archive / item.sha256[:2] / item.sha256]
    if item.agency:
        held += sorted((season.outbox / item.agency).glob(f"fix_{item.seq:06d}_*.xlsx"))
    names = f"{item.agency}_*" if item.agency else "*"
    sealed = sorted((season.root / "closed").glob(f"*/inputs/{names}"))
    held += [path for path in sealed if digest(path) == item.sha256]
    return [path for path in held if path.is_file()]


def forget(season: Season, ledger: Ledger, as_of: dt.date, wanted: Wanted) -> list[Forgotten]:
    """Forget returns: decide, then finish; gives what is forgotten now, earlier decisions that a crash left included."""
    decide(season, ledger, as_of, wanted)
    return finish(season, ledger)


def decide(season: Season, ledger: Ledger, as_of: dt.date, wanted: Wanted) -> None:
    """Store the decision: from now on these returns neither count nor come in again."""
    items = choose(season, ledger, as_of, wanted)
    ledger.decide(traces(season, as_of, items, wanted.why))
    if items:
        # Findings at cells leave the published data with the next publication.
        ledger.set_meta("published", "")


def traces(season: Season, as_of: dt.date, items: Iterable[Return], why: str) -> list[Forgotten]:
    """Give the traces that forgetting would leave: which files go, and how many records."""
    day = as_of.isoformat()
    return [
        Forgotten(item.seq, item.sha256, item.form, item.agency, day, why, (*_names(season, item), _records(item)), done=True)
        for item in items
    ]


def _names(season: Season, item: Return) -> list[str]:
    found = []
    for path in files_of(season, item):
        ours = path.is_relative_to(season.root)
        found.append(path.relative_to(season.root if ours else season.outbox.parent).as_posix())
    return found


def _records(item: Return) -> str:
    return f"records: {sum(len(records) for records in item.extracted.get('answers', {}).values())}"


def finish(season: Season, ledger: Ledger) -> list[Forgotten]:
    """Go through with every decision that is not done yet; AppError (status 4) when a file can't be deleted."""
    waiting = [item for item in ledger.forgotten() if not item.done]
    if not waiting:
        return []
    if not season.outbox.is_dir():
        raise AppError(f"{season.outbox} isn't there; what is to be forgotten is deleted when it is", status=4)
    for item in waiting:
        for path in files_of(season, item):
            _delete(path, season.root / "closed")
    seqs = {item.seq for item in waiting}
    rows = {one.seq: one for item in waiting for one in ledger.of_content(item.sha256) if one.seq in seqs}
    ledger.blank({seq: _left(one) for seq, one in rows.items()})
    return [replace(item, done=True) for item in waiting]


def _delete(path: Path, closed: Path) -> None:
    release([path.parent] if path.is_relative_to(closed) else [])
    try:
        path.unlink(missing_ok=True)
        sync_folder(path.parent)
        if path.is_relative_to(closed):
            lock(path.parent)
    except OSError as error:
        raise AppError(f"{path}: {error.strerror or error}; `cleanreport forget` goes on from here", status=4) from error


def _left(item: Return) -> list[object]:
    """Keep the findings about the file as a whole: those at cells and sheets name what the agency typed."""
    return [packed for packed in item.findings if packed[2] is None and "sheet" not in packed[4]]


def in_inbox(ledger: Ledger, contents: Iterable[str]) -> list[bytes]:
    """Name the entries of the share that still hold forgotten content: they are others' files, people delete them."""
    wanted = set(contents)
    return sorted(path for path, entry in ledger.entries().items() if entry.sha256 in wanted)


def unplaced(ledger: Ledger) -> list[Return]:
    """Give what is kept of files that nobody could place: no agency stands in them, so `--agency` doesn't reach them."""
    gone = {item.seq for item in ledger.forgotten()}
    found = (item for item in ledger.of_verdicts(UNKNOWN) if item.seq not in gone and item.sha256)
    return list({item.sha256: item for item in found}.values())


def unplaced_lines(kept: Sequence[Return], lang: str) -> list[str]:
    """Say that such files are kept, which, and how each is forgotten."""
    if not kept:
        return []
    files = ", ".join(f"{shown(item.path)} {item.sha256}" for item in kept[:_NAMED]) + (" …" if len(kept) > _NAMED else "")
    return [say("command", "forget_unplaced", lang, count=len(kept), files=files)]


def lines(gone: Iterable[Forgotten], left: Iterable[bytes], lang: str) -> list[str]:
    """Say what was forgotten, one line each, and which files of the share still hold it."""
    told = []
    for item in gone:
        state = "" if item.done else say("command", "forget_waiting", lang)
        facts = {"seq": f"{item.seq:06d}", "removed": ", ".join(item.removed), "day": item.day, "sha256": item.sha256}
        facts |= {"agency": item.agency or "–", "form": item.form or "–", "why": say("command", f"forget_{item.why}", lang)}
        told.append(say("command", "forget_line", lang, **facts) + state)
    names = [shown(path) for path in left]
    return told + ([say("command", "forget_inbox", lang, files=", ".join(names))] if names else [])
