"""The workbook that goes with a letter: one of our own making, as it was when the letter was queued, of a bearable size."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from processors.compose import TEXTS, Enclosed, Letter, where
from processors.season import Season
from templates.words import say

_MEGA = 2**20
_UNBOUNDED = 2**30


def digest_of(path: Path) -> str:
    """Give the SHA-256 of a workbook that a letter is to bring, "" when it can't be read."""
    data = _read(path, _UNBOUNDED)
    return hashlib.sha256(data).hexdigest() if data else ""


def enclosed(season: Season, item: Letter) -> Enclosed:
    """Read the correction workbook of a letter; one that was changed since, is gone or too large stays where it is."""
    path, digest = item.facts.get("enclose", ""), item.facts.get("digest", "")
    if not path:
        return Enclosed()
    most = int(season.mail.max_attachment_mb * _MEGA)
    data = _read(season.outbox / path, most) if digest else b""
    if len(data) > most:
        return left_out(item)
    if not data or hashlib.sha256(data).hexdigest() != digest:
        return Enclosed(note=say(TEXTS, "not_attached", where=where(path)))
    return Enclosed(path.rpartition("/")[2], data, say(TEXTS, "attached", where=where(path)))


def left_out(item: Letter) -> Enclosed:
    """Say where the workbook stands that is too large to go with a letter."""
    return Enclosed(note=say(TEXTS, "too_large", where=where(item.facts["enclose"])))


def _read(path: Path, most: int) -> bytes:
    """Read a file up to one byte more than is wanted; a link, or what is gone, gives nothing."""
    try:
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
        with os.fdopen(handle, "rb") as inlet:
            return inlet.read(most + 1)
    except OSError:
        return b""
