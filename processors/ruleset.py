"""The version of the rules that judged a file: one short digest over everything that a verdict depends on but the file."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

from processors.detach import rules_of
from processors.editions import KEPT
from processors.season import CONFIG, Season
from templates.words import texts

SHORT = 12
"""Signs of the digest that receipts show: enough to tell any two versions of a season apart."""


def rules_version(season: Season) -> str:
    """Give a short digest over the frameworks in force, configuration, agencies, exceptions, messages and the program."""
    digest = hashlib.sha256(version("cleanreport").encode("utf-8"))
    digest.update(repr(sorted(texts("messages").items())).encode("utf-8"))
    for path in rule_files(season):
        data = path.read_bytes() if path.is_file() else b""
        if path.name == CONFIG:
            # Where folders and servers stand is no rule: a copy of the season judges by the same version.
            data = rules_of(data.decode("utf-8")).encode("utf-8")
        name = path.relative_to(season.root).as_posix()
        digest.update(f"\n{name} {len(data)}\n".encode("utf-8", "surrogateescape") + data)
    return digest.hexdigest()[:SHORT]


def rule_files(season: Season) -> Iterator[Path]:
    """Give the season's files that verdicts and scores depend on, in a fixed order; kept editions of forms never change."""
    yield from (season.root / name for name in (CONFIG, "agencies.csv", "waivers.csv"))
    for name in sorted(season.frameworks):
        folder = season.root / "frameworks" / name
        kept = folder / KEPT
        yield from sorted(path for path in folder.rglob("*") if path.is_file() and not path.is_relative_to(kept))
