"""The health ping: a monitor hears that a night began, ended well or failed; the only module that asks the web for anything.

A ping never holds a night up and never fails it: it runs in a thread of its own, bounded in time, and what goes wrong is
one line of the log. Addresses hold secrets, so no line names one.
"""

from __future__ import annotations

import threading
import time
import urllib.error
import urllib.request

from processors.season import Season
from processors.terminal import log

WELL = (0, 3)
"""Exit statuses of a night that came to its end; that people are needed is said by its closing line."""

_LONGEST = 2000
_MOST = 1024
_running: list[threading.Thread] = []


def start(season: Season) -> None:
    """Say that a night begins; comes back at once."""
    settings = season.operation.ping
    _send("start", settings.start, b"", settings.timeout)


def end(season: Season, status: int, line: str) -> None:
    """Say how a night ended, with its closing line where the monitor takes one; waits for its pings `timeout` in all."""
    settings = season.operation.ping
    well = status in WELL
    body = f"{line}\nstatus {status}"[:_LONGEST].encode("utf-8", "replace") if settings.body else b""
    _send("success" if well else "fail", settings.success if well else settings.fail, body, settings.timeout)
    last = time.monotonic() + settings.timeout
    for thread in _running:
        thread.join(max(0.0, last - time.monotonic()))
        if thread.is_alive():
            log("ping", kind=thread.name, ok=False, reason="no answer in time")
    _running.clear()


def _send(kind: str, address: str, body: bytes, timeout: float) -> None:
    """Ask for an address in a thread that ends with the program, wherever it hangs."""
    if address:
        thread = threading.Thread(target=_ask, args=(kind, address, body, timeout), name=kind, daemon=True)
        try:
            thread.start()
        except RuntimeError:
            log("ping", kind=kind, ok=False, reason="no thread")
            return
        _running.append(thread)


def _ask(kind: str, address: str, body: bytes, timeout: float) -> None:
    reason = ""
    try:
        with _opener().open(urllib.request.Request(address, data=body or None), timeout=timeout) as answer:
            answer.read(_MOST)
    except urllib.error.HTTPError as error:
        reason = f"HTTP {error.code}"
        error.close()
    except Exception as error:  # whatever it is, the night is more important
        inner = getattr(error, "reason", error)
        reason = type(inner if isinstance(inner, BaseException) else error).__name__
    log("ping", kind=kind, ok=not reason, **({"reason": reason} if reason else {}))


def _opener() -> urllib.request.OpenerDirector:
    """Give what asks by http and https only and follows no redirection: an answer never chooses what is opened."""
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler(),
        urllib.request.HTTPHandler(),
        urllib.request.HTTPSHandler(),
        urllib.request.HTTPDefaultErrorHandler(),
        urllib.request.HTTPErrorProcessor(),
        urllib.request.UnknownHandler(),
    ):
        opener.add_handler(handler)
    opener.addheaders = [("User-Agent", "cleanreport")]
    return opener
