"""What a season's configuration says of running unattended: the health ping, the backup, the log."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from workbook.errors import AppError

TABLES = ("ping", "backup", "log")
"""The tables of the configuration that are read here."""

_ADDRESS = re.compile(r"https?://[^\s/?#@\\]+(/[^\s#\\]*)?", re.IGNORECASE)


@dataclass(frozen=True)
class Ping:
    """Where a night says that it began, ended well, failed; "" = says nothing. `body`: the end carries the closing line."""

    start: str = ""
    success: str = ""
    fail: str = ""
    body: bool = False
    timeout: float = 5.0


@dataclass(frozen=True)
class LogFile:
    """The log of JSON lines: `file` None = only where `--log` asks for it; rotated at `max_mb`, `keep` older files stay."""

    file: Path | None = None
    max_mb: float = 10.0
    keep: int = 10


@dataclass(frozen=True)
class Operation:
    """How a season is run unattended; `backup` is the folder that every night copies to, None = no copy."""

    ping: Ping = field(default_factory=Ping)
    backup: Path | None = None
    log: LogFile = field(default_factory=LogFile)


def read_operation(root: Path, raw: Mapping[str, Any], where: str) -> Operation:
    """Read the tables [ping], [backup] and [log]; AppError (status 4) with every mistake, addresses are never repeated."""
    mistakes: list[str] = []
    found = Operation(
        ping=_ping(raw.get("ping", {}), mistakes),
        backup=_backup(root, raw.get("backup", {}), mistakes),
        log=_log(root, raw.get("log", {}), mistakes),
    )
    if mistakes:
        raise AppError("\n".join(f"{where}: {text}" for text in mistakes), status=4)
    return found


def _ping(table: Mapping[str, Any], mistakes: list[str]) -> Ping:
    _unknown("ping", table, {"url", "start", "success", "fail", "timeout"}, mistakes)
    addresses: dict[str, Any] = {key: table[key] for key in ("url", "start", "success", "fail") if key in table}
    wrong = [key for key, value in addresses.items() if not (isinstance(value, str) and _ADDRESS.fullmatch(value))]
    mistakes += [f"[ping] {key} is no address like https://monitor.example/ping/name" for key in wrong]
    seconds = _number("ping", table, ("timeout", 5.0, 0.1, 30.0), mistakes)
    if wrong:
        return Ping()
    if "url" not in addresses:
        return Ping(**addresses, timeout=seconds)
    path, mark, query = str(addresses.pop("url")).partition("?")
    path = path.rstrip("/")
    made = {"start": f"{path}/start{mark}{query}", "success": f"{path}{mark}{query}", "fail": f"{path}/fail{mark}{query}"}
    return Ping(**{**made, **addresses}, body=not addresses, timeout=seconds)


def _backup(root: Path, table: Mapping[str, Any], mistakes: list[str]) -> Path | None:
    _unknown("backup", table, {"folder"}, mistakes)
    folder = table.get("folder", "")
    if not isinstance(folder, str):
        mistakes.append("[backup] folder wants a text")
        return None
    return (root / folder).absolute() if folder else None


def _log(root: Path, table: Mapping[str, Any], mistakes: list[str]) -> LogFile:
    _unknown("log", table, {"file", "max_mb", "keep"}, mistakes)
    file = table.get("file", "")
    if not isinstance(file, str):
        mistakes.append("[log] file wants a text")
        file = ""
    size = _number("log", table, ("max_mb", 10.0, 0.01, 10_000.0), mistakes)
    keep = _number("log", table, ("keep", 10.0, 1.0, 1000.0), mistakes)
    return LogFile((root / file).absolute() if file else None, size, int(keep))


def _unknown(name: str, table: Mapping[str, Any], known: set[str], mistakes: list[str]) -> None:
    mistakes += [f"[{name}] unknown key {key!r}" for key in sorted(set(table) - known)]


def _number(name: str, table: Mapping[str, Any], bound: tuple[str, float, float, float], mistakes: list[str]) -> float:
    key, default, least, most = bound
    value = table.get(key, default)
    if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
        mistakes.append(f"[{name}] {key} wants a number from {least:g} to {most:g}")
        return default
    return float(value)
