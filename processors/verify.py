"""Proves archive, ledger, results, answers and seals against each other: nothing is changed, and no lock is needed.

The ledger is copied as it stands at one moment and everything is asked of that copy, so a night may run meanwhile. A backup
and a sealed folder are proved alone, years later, too.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from processors import proofs, proofs_results, proofs_seals, trees
from processors.doubts import INFO, Doubt, doubt
from processors.frozen import SUMS, digest
from processors.season import CONFIG, LEDGER, Season, load
from processors.store import Ledger, snapshot
from templates.words import say
from workbook.errors import AppError, SpecError

SEASON, BACKUP, SEAL = "season", "backup", "seal"
_NAMED = 20
"""Doubts of one kind that the lines name; the rest is counted (JSON names all)."""


@dataclass
class Proof:
    """What was proved of a folder: `counts` by what was looked at, `doubts` everything that is not as it should be."""

    folder: Path
    kind: str
    counts: Counter[str] = field(default_factory=Counter)
    doubts: list[Doubt] = field(default_factory=list)
    unusable: bool = False

    @property
    def status(self) -> int:
        """Give the exit status: 4 nothing can be proved, 3 people are needed, 0 all proved (warnings are said only)."""
        if self.unusable:
            return 4
        return 3 if any(item.needs_people for item in self.doubts) else 0

    def json(self, lang: str) -> dict[str, Any]:
        """Give the proof as JSON values."""
        return {
            "folder": str(self.folder), "kind": self.kind, "status": self.status, "counts": dict(self.counts),
            "doubts": [item.json(lang) for item in self.doubts],
        }  # fmt: skip

    def lines(self, lang: str) -> list[str]:
        """Give the proof as lines: what is wrong first, each with its file and remedy, then what was looked at."""
        told: Counter[str] = Counter()
        found = []
        for item in self.doubts:
            told[item.code] += 1
            if told[item.code] <= _NAMED:
                found.append(item.line(lang))
        for code, count in told.items():
            if count > _NAMED:
                found.append(say("operation", "verify_more", lang, code=code, count=count - _NAMED))
        counts = [say("operation", f"count_{name}", lang, count=count) for name, count in self.counts.items()]
        closing = {0: "verify_proved", 3: "verify_people", 4: "verify_unusable"}[self.status]
        return [*found, *counts, say("operation", closing, lang, folder=self.folder)]


def prove(folder: Path, *, results: bool = True) -> Proof:
    """Prove a season, a backup or a sealed folder; AppError (status 4) when it is none of them.

    `results` False leaves out the computation of the published figures from the ledger, the longest part.
    """
    if (folder / LEDGER).is_file():
        proof = Proof(folder, BACKUP if (folder / SUMS).is_file() else SEASON)
        with tempfile.TemporaryDirectory(prefix="cleanreport-") as scratch:
            _prove_season(proof, Path(scratch) / LEDGER, results)
    elif (folder / SUMS).is_file():
        proof = Proof(folder, SEAL)
        proof.doubts += proofs_seals.alone(folder, proof.counts)
        proof.doubts.append(doubt("seal_digest", INFO, SUMS, digest=digest(folder / SUMS)))
    elif (folder / CONFIG).is_file():
        raise AppError(f"{folder / LEDGER} is missing; put the backup of the ledger back", status=4)
    else:
        raise AppError(f"{folder} is no season, no backup and no sealed round", status=4)
    proof.doubts.sort(key=lambda item: (item.rank, item.code, item.file))
    return proof


def _prove_season(proof: Proof, copy: Path, results: bool) -> None:
    """Prove all that a season folder holds, by a copy of its ledger."""
    if proof.kind == BACKUP:
        # Nobody writes a backup: its ledger is read as a file, wherever it stands.
        trees.copy(proof.folder / LEDGER, copy, 0o600)
        proof.doubts += proofs.manifest(proof.folder, proof.counts)
    else:
        snapshot(proof.folder / LEDGER, copy)
    ledger = Ledger(copy)
    try:
        damage = list(proofs.ledger_whole(ledger))
        proof.doubts += damage
        if damage:
            proof.unusable = True
            return
        proof.doubts += _parts(proof, ledger, results)
    finally:
        ledger.close()


def _parts(proof: Proof, ledger: Ledger, results: bool) -> Iterator[Doubt]:
    yield from proofs.archive(proof.folder, ledger, proof.counts)
    yield from proofs.share(ledger, proof.counts)
    yield from proofs.secret(proof.folder)
    yield from proofs_seals.seals(proof.folder, ledger, proof.counts)
    try:
        season: Season = load(proof.folder)
    except SpecError as error:
        # The rules can't be read as they were; what doesn't rest on them is proved all the same.
        for text in error.mistakes:
            yield doubt("rules_changed", "error", text.partition(":")[0], reason=text)
        return
    yield from proofs.outbox(season, ledger, proof.counts)
    yield from proofs_results.results(season, ledger, proof.counts, compute=results)
