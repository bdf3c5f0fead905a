"""Files of ours that are whole or absent: written beside, synchronised, then named."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable
from pathlib import Path

from workbook.errors import AppError

_PASSES = (errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.ESTALE, errno.EAGAIN, errno.EBUSY, errno.ETXTBSY, errno.ETIMEDOUT)
"""Trouble that goes away by itself or by making room; other trouble needs people at the configuration."""


def trouble(where: Path, error: OSError, then: str) -> AppError:
    """Say what a disk of ours did wrong and what that means: status 5 when trying again can help, else 4."""
    reason = error.strerror or str(error)
    return AppError(f"{where}: {reason}; {then}", status=5 if error.errno in _PASSES else 4)


def put(path: Path, data: bytes) -> None:
    """Write a file whole or not at all, its folder made when needed; OSError is the caller's to explain."""
    pour(path, (data,))


def pour(path: Path, chunks: Iterable[bytes]) -> None:
    """Write what comes in pieces as `put` does: so a file of any length is written without being held."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.part")
    try:
        with temporary.open("wb") as out:
            for chunk in chunks:
                out.write(chunk)
            out.flush()
            os.fsync(out.fileno())
        os.replace(temporary, path)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Synchronise a folder's entries; where the system can't open folders there is nothing to do."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
