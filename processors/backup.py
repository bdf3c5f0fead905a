"""Makes a consistent copy of a season, also while a night runs: a folder that is a season itself, proved after it was made.

A backup is made whole beside the former one and takes its place in one step, so a run that is killed at any moment leaves
the former. What the former holds already is linked, not copied again. Content that was forgotten is not in the new one.
"""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from processors import trees
from processors.detach import FOLDERS, OUTWARD, detached
from processors.disk import put, sync_folder
from processors.frozen import SUMS, digest
from processors.lock import LOCK, held
from processors.operation import Operation
from processors.publish import RUN, recover, switch
from processors.season import CONFIG, LEDGER, Season, load
from processors.store import Ledger
from processors.terminal import log
from processors.verify import Proof, prove
from workbook.errors import AppError

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_PLAIN = ("agencies.csv", "waivers.csv")
_SECRET = "secret.key"
_TREES = ("frameworks", "closed", "edited")
RESULTS = FOLDERS["results"]
_SPOILED = ("archive_changed", "archive_missing", "archive_unreadable")
_TURNS = 3


@dataclass
class Copy:
    """What a backup did: files copied anew and files that the former backup held already; `proof` of the new one."""

    folder: Path
    copied: int = 0
    kept: int = 0
    proof: Proof | None = None
    digests: dict[str, str] = field(default_factory=dict)
    linked: set[str] = field(default_factory=set)


def backup(season: Season, ledger: Ledger, target: Path, *, results: bool = True) -> Copy:
    """Copy a season to a folder and prove the copy (`results` False leaves out the computation of its figures).

    What the former backup holds damaged is copied once more. Raises AppError: 2 for a folder that is the season's own or
    somebody else's, 5 when the disk is full or fails, 11 when another backup goes there just now.
    """
    target = target.absolute()
    _refuse_own(season, target)
    with held(target.with_name(f"{LOCK}.{target.name}"), f"another backup to {target} is being made"):
        made = _made(season, ledger, target, frozenset())
        made.proof = prove(target, results=results)
        spoiled = frozenset(Path(item.file).name for item in made.proof.doubts if item.code in _SPOILED)
        if spoiled & made.linked:
            made = _made(season, ledger, target, spoiled)
            made.proof = prove(target, results=results)
        return made


def _made(season: Season, ledger: Ledger, target: Path, spoiled: frozenset[str]) -> Copy:
    """Make the new backup beside the former one and let it take its place."""
    made = Copy(target)
    fresh = target.with_name(f".{target.name}.new")
    try:
        recover(target)
        _refuse_other(target, season)
        trees.remove(fresh)
        fresh.mkdir(mode=0o700)
        _write(season, ledger, (target, fresh, spoiled), made)
        _refuse_reaching_out(fresh)
        trees.sync(fresh)
        switch(fresh, target)
        sync_folder(target.parent)
    except OSError as error:
        trees.remove(fresh)
        full = "the disk of the backup is full" if error.errno in _FULL else error.strerror or str(error)
        raise AppError(f"{target}: {full}; the former backup stays as it was", status=5) from error
    except AppError:
        trees.remove(fresh)
        raise
    return made


def after_night(season: Season, ledger: Ledger) -> Copy | None:
    """Make the backup that the season's configuration asks for and prove it; None when it asks for none.

    The figures are computed again from the copy when it holds another publication than the one proved last.
    """
    target = season.operation.backup
    if target is None:
        return None
    published = ledger.meta("published")
    made = backup(season, ledger, target, results=not published or ledger.meta("backup_proved") != published)
    assert made.proof is not None
    if made.proof.status == 0:
        ledger.set_meta("backup_proved", published)
    log("backup", copied=made.copied, kept=made.kept, status=made.proof.status)
    return made


def _refuse_own(season: Season, target: Path) -> None:
    """Refuse a target that is the season or lies in what the season itself writes or reads, or holds it."""
    own = [season.root / name for name in (*_TREES, "archive")] + [season.inbox, season.outbox, season.results]
    if os.path.ismount(target):
        raise AppError(f"{target} is a disk of its own; give a folder on it, like {target / 'season'}")
    real = target.resolve()
    inside = [path for path in own if real.is_relative_to(path.resolve())]
    if real == season.root.resolve() or inside or season.root.resolve().is_relative_to(real):
        raise AppError(f"{target} belongs to the season itself; a backup goes to another folder, best on another disk")
    if any(path.resolve().is_relative_to(real) for path in own):
        raise AppError(f"{target} holds folders of the season; a backup goes to a folder of its own")


def _refuse_other(target: Path, season: Season) -> None:
    """Refuse a folder that holds something else than a former backup of this season: it would be replaced."""
    if not target.exists():
        return
    if not target.is_dir():
        raise AppError(f"{target} is no folder")
    ours = (target / LEDGER).is_file() and (target / SUMS).is_file()
    ours = ours and f'"{season.id}"' in (target / CONFIG).read_text(encoding="utf-8")
    if any(target.iterdir()) and not ours:
        raise AppError(f"{target} holds something else than a backup of this season; give an empty or a new folder")


_Where = tuple[Path, Path, frozenset[str]]
"""The former backup, the new one, and the contents that the former holds damaged."""


def _write(season: Season, ledger: Ledger, where: _Where, made: Copy) -> None:
    """Write everything, SHA256SUMS last.

    The results come before the ledger, so it holds all that they show; archive, forms and seals come after it, so they hold
    all that it names: each is written in the opposite order by a night that may run meanwhile.
    """
    former, fresh, _ = where
    _results(season, where, made)
    with tempfile.TemporaryDirectory(prefix="cleanreport-") as scratch:
        # SQLite writes its copy on a local disk; the backup may stand on any other.
        local = Path(scratch) / LEDGER
        ledger.copy_to(local)
        made.digests[LEDGER] = trees.copy(local, fresh / LEDGER, 0o600)
        copy = Ledger(local)
        try:
            _archive(season, copy, where, made)
        finally:
            copy.close()
    config = detached((season.root / CONFIG).read_text(encoding="utf-8"))
    put(fresh / CONFIG, config.encode("utf-8"))
    for name in _PLAIN:
        trees.copy(season.root / name, fresh / name)
    trees.copy(season.root / _SECRET, fresh / _SECRET, 0o600)
    for name in _TREES:
        _tree(season.root / name, fresh / name, former / name, made)
    rest = trees.digests(fresh, {*made.digests, SUMS})
    put(fresh / SUMS, trees.sums({**rest, **made.digests}))


def _archive(season: Season, copy: Ledger, where: _Where, made: Copy) -> None:
    """Bring every content that the copied ledger holds and that was not forgotten; a damaged copy is never taken."""
    former, fresh, spoiled = where
    for sha256 in _contents(copy):
        name = f"archive/{sha256[:2]}/{sha256}"
        if sha256 not in spoiled and _linked(former / name, fresh / name):
            made.kept += 1
            made.linked.add(sha256)
        elif not _copied(season.archive / sha256[:2] / sha256, fresh / name, sha256):
            continue  # `verify` names what the archive lacks; the rest is to be saved all the same
        else:
            made.copied += 1
        made.digests[name] = sha256


def _contents(ledger: Ledger) -> Iterator[str]:
    sql = "SELECT DISTINCT sha256 FROM returned WHERE sha256<>'' AND seq NOT IN (SELECT seq FROM forgotten) ORDER BY sha256"
    return (str(row[0]) for row in ledger.rows(sql))


def _copied(source: Path, target: Path, sha256: str) -> bool:
    """Copy an archived file; False when it is gone or not what its name says."""
    try:
        if trees.copy(source, target) == sha256:
            return True
    except FileNotFoundError:
        pass
    target.unlink(missing_ok=True)
    return False


def _tree(source: Path, target: Path, former: Path, made: Copy) -> None:
    """Bring a folder of the season; what is just being written there (names with a dot) comes with the next backup."""
    for name in trees.names(source) if source.is_dir() else ():
        if any(part.startswith(".") for part in name.split("/")):
            continue
        wanted = digest(source / name)
        if trees.file_digest(former / name) == wanted and _linked(former / name, target / name):
            made.kept += 1
        else:
            trees.copy(source / name, target / name)
            made.copied += 1


def _linked(held: Path, target: Path) -> bool:
    """Link a file of the former backup into the new one; False where it is gone or the disk knows no links."""
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(held, target)
    except OSError as error:
        if error.errno in _FULL:
            raise
        return False
    return True


def _results(season: Season, where: _Where, made: Copy) -> None:
    """Copy the publication whole: when another one is switched in meanwhile, that one is copied instead."""
    former, fresh, _ = where
    for turn in range(_TURNS):
        before = _run(season)
        try:
            _tree(season.results, fresh / RESULTS, former / RESULTS, made)
            if _run(season) == before:
                return
        except FileNotFoundError:
            if turn == _TURNS - 1:
                raise
        trees.remove(fresh / RESULTS)


def _run(season: Season) -> bytes:
    try:
        return (season.results / RUN).read_bytes()
    except FileNotFoundError:
        return b""


def _refuse_reaching_out(fresh: Path) -> None:
    """Make sure that what is run on the copy touches nothing of the live season."""
    copy = load(fresh)
    own = all(path.is_relative_to(fresh) for path in (copy.inbox, copy.outbox, copy.results))
    if not own or copy.operation != Operation():
        names = ", ".join(f"[{name}]" for name in ("folders", *OUTWARD))
        raise AppError(f"{CONFIG}: write {names} as plain tables, else no copy can be detached from the live season")
