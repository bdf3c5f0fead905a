"""The table [mail] of a season: the server that letters go through, who the centre is, when reminders are due."""

from __future__ import annotations

import ipaddress
import os
import stat
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from processors.addressee import address
from workbook.errors import AppError

TLS, STARTTLS, NONE = "tls", "starttls", "none"
_PORTS = {TLS: 465, STARTTLS: 587, NONE: 25}
_KINDS: dict[str, tuple[type, ...]] = {
    "enabled": (bool,), "from": (str,), "server": (str,), "port": (int,), "security": (str,), "user": (str,),
    "password_file": (str,), "ca_file": (str,), "timeout_seconds": (int, float), "night_seconds": (int, float),
    "centre": (list,), "remind_before": (list,), "remind_after": (list,), "max_attachment_mb": (int, float),
}  # fmt: skip
_TEXTS, _NUMBERS = ("from", "server", "security", "user"), ("timeout_seconds", "night_seconds", "max_attachment_mb")
_HIGHEST_PORT = 65535
_OTHERS = stat.S_IRWXG | stat.S_IRWXO

EXAMPLE = """\

[mail]
# Letters: receipts, correction workbooks, reminders, a summary for the centre. Without a server they are written
# as .eml files to outbox/_mail. `enabled = false` writes none.
# from = "reports@example.go.th"
# server = "mail.example.go.th"
# port = 587
# security = "starttls"              # starttls | tls | none (no password over none, except to this computer itself)
# user = "reports"
# password_file = "mail.password"    # beside this file, mode 0600, one line
# centre = ["centre@example.go.th"]  # who gets the nightly summary
# remind_before = [14, 3]            # days before a deadline
# remind_after = [1, 7]              # days after it
# max_attachment_mb = 10
"""
"""What `init` writes into a new season's configuration."""


@dataclass(frozen=True)
class Mail:
    """How letters leave. `server` "" = they are written as files; `port` 0 is never met after reading.

    `remind_before`, `remind_after`: days, a step each. `night_seconds`: all the time that sending may take in one night.
    """

    enabled: bool = True
    sender: str = ""
    server: str = ""
    port: int = 0
    security: str = STARTTLS
    user: str = ""
    password_file: Path | None = None
    ca_file: Path | None = None
    timeout_seconds: float = 20.0
    night_seconds: float = 300.0
    centre: tuple[str, ...] = ()
    remind_before: tuple[int, ...] = (14, 3)
    remind_after: tuple[int, ...] = (1, 7)
    max_attachment_mb: float = 10.0


def read_mail(raw: Mapping[str, Any], root: Path, where: str) -> Mail:
    """Read the table; AppError (status 4) with every mistake at once. Paths in it are relative to the season."""
    mistakes = [f"unknown key {key!r}" for key in sorted(set(raw) - set(_KINDS))]
    known = {key: value for key, value in raw.items() if key in _KINDS}
    wrong = {key for key, value in known.items() if not _is_kind(key, value)}
    mistakes += [f"{key} is {known[key]!r}" for key in sorted(wrong)]
    sound = {key: value for key, value in known.items() if key not in wrong}
    mistakes += _value_mistakes(sound) + _server_mistakes(sound, root, wrong)
    if mistakes:
        raise AppError("\n".join(f"{where} {text}" for text in mistakes), status=4)
    security = str(sound.get("security", STARTTLS))
    return Mail(
        enabled=sound.get("enabled", True),
        sender=address(sound.get("from", "")),
        server=sound.get("server", "").strip(),
        port=sound.get("port", _PORTS[security]),
        security=security,
        user=sound.get("user", ""),
        password_file=_path(sound, "password_file", root),
        ca_file=_path(sound, "ca_file", root),
        centre=tuple(address(text) for text in sound.get("centre", ())),
        remind_before=tuple(sound.get("remind_before", Mail.remind_before)),
        remind_after=tuple(sound.get("remind_after", Mail.remind_after)),
        **{key: float(sound[key]) for key in _NUMBERS if key in sound},
    )


def _is_kind(key: str, value: object) -> bool:
    if isinstance(value, bool):
        return _KINDS[key] == (bool,)
    return isinstance(value, _KINDS[key])


def _value_mistakes(raw: Mapping[str, Any]) -> list[str]:
    """Name what is wrong with single values; addresses are not repeated, whatever they are."""
    found = [f"{key} holds a line end" for key in _TEXTS if any(not sign.isprintable() for sign in raw.get(key, ""))]
    if raw.get("from") and not address(raw["from"]):
        found.append("from is not one e-mail address")
    if not all(address(text) for text in raw.get("centre", ())):
        found.append("centre wants a list of e-mail addresses")
    if not 0 < raw.get("port", 1) <= _HIGHEST_PORT:
        found.append(f"port is {raw['port']}, wants 1 to {_HIGHEST_PORT}")
    if raw.get("security", STARTTLS) not in _PORTS:
        found.append(f"security is {raw['security']!r}, wants {', '.join(sorted(_PORTS))}")
    found += [f"{key} must be above 0" for key in _NUMBERS if raw.get(key, 1) <= 0]
    found += [f"{key} wants a list of whole days" for key in ("remind_before", "remind_after") if not _days(raw.get(key, ()))]
    if 0 in raw.get("remind_after", ()):
        found.append("remind_after begins with 1, the day after the deadline")
    return found


def _days(values: Sequence[object]) -> bool:
    return all(isinstance(day, int) and not isinstance(day, bool) and day >= 0 for day in values)


def _server_mistakes(raw: Mapping[str, Any], root: Path, wrong: set[str]) -> list[str]:
    """Name what is wrong with the way to the server; keys whose own value is wrong are left alone."""
    found = []
    server = raw.get("server", "").strip()
    if server and not raw.get("from") and "from" not in wrong:
        found.append("from is missing: a server wants to know who sends")
    for one, other in (("user", "password_file"), ("password_file", "user")):
        if raw.get(one) and not raw.get(other) and other not in wrong:
            found.append(f"{one} wants {other} too")
    if raw.get("user") and raw.get("security") == NONE and not _is_here(server):
        found.append("security is 'none': no password goes over a connection that anybody can read")
    if raw.get("password_file"):
        found += _secret_mistakes(root / raw["password_file"])
    if raw.get("ca_file") and not (root / raw["ca_file"]).is_file():
        found.append(f"ca_file: {raw['ca_file']} is missing")
    return found


def _secret_mistakes(path: Path) -> list[str]:
    try:
        mode = path.stat().st_mode
    except OSError as error:
        return [f"password_file: {path.name}: {error.strerror}"]
    if not stat.S_ISREG(mode):
        return [f"password_file: {path.name} is no file"]
    # Where the system has no such rights (Windows) every file says that others may read it.
    shut = os.name == "nt" or not stat.S_IMODE(mode) & _OTHERS
    return [] if shut else [f"password_file: others may read {path.name}; chmod 600 it"]


def _is_here(server: str) -> bool:
    """Tell whether a server is this computer itself."""
    try:
        return ipaddress.ip_address(server).is_loopback
    except ValueError:
        return server.lower() == "localhost"


def _path(raw: Mapping[str, Any], key: str, root: Path) -> Path | None:
    return root / raw[key] if raw.get(key) else None
