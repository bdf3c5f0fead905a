"""Forks nights from one process that has the program's modules loaded: hundreds of them without starting Python again.

A child waits until strace is attached to it; then it goes the same way as `python -m processors.cli nightly`.
"""

from __future__ import annotations

import importlib
import json
import os
import pkgutil
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

PACKAGES = ("workbook", "templates", "validation", "processors")
LAZY = ("pandas", "pandera.pandas", "pandera.backends.pandas.builtin_checks", "openpyxl", "xlsxwriter")
"""Loaded by a night when it needs them; nothing on the disk changes by it."""


class Mother:
    """The forking process, seen from the tests; not for two threads at once."""

    def __init__(self, environment: dict[str, str]) -> None:
        command = [sys.executable, "-B", str(Path(__file__).resolve())]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment)

    def run(self, arguments: Sequence[str], folder: Path, trace: Sequence[str] = (), after: float = 0) -> tuple[int, str, str]:
        """Run the program once, what it prints in two files of a folder; killed after so many seconds when that is not 0.

        Gives the exit status (negative: the signal), what it printed, what it said on stderr.
        """
        assert self.process.stdin is not None and self.process.stdout is not None
        told = {"arguments": list(arguments), "folder": str(folder), "trace": list(trace), "after": after}
        self.process.stdin.write(json.dumps(told) + "\n")
        self.process.stdin.flush()
        status = int(self.process.stdout.readline())
        out, err = ((folder / name).read_text(encoding="utf-8", errors="replace") for name in ("out", "err"))
        return status, out, err

    def end(self) -> None:
        self.process.communicate()


def load() -> None:
    """Load all that a night may need."""
    for name in LAZY:
        importlib.import_module(name)
    for package in PACKAGES:
        for module in pkgutil.iter_modules(importlib.import_module(package).__path__, f"{package}."):
            importlib.import_module(module.name)


def attached(pid: int, trace: Sequence[str]) -> subprocess.Popen[str]:
    """Attach strace to a process; returns when it watches."""
    strace = subprocess.Popen(["strace", *trace, "-p", str(pid)], stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True)
    assert strace.stderr is not None
    said = strace.stderr.readline()
    if "attached" not in said:
        raise RuntimeError(said)
    return strace


def child(order: dict[str, Any], gate: int) -> None:
    """Wait at the gate, then go on as the program."""
    for name, target in (("out", 1), ("err", 2)):
        opened = os.open(Path(order["folder"]) / name, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
        os.dup2(opened, target)
        os.close(opened)
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.close(null)
    os.read(gate, 1)
    os.close(gate)
    from processors.cli import run

    raise SystemExit(run(order["arguments"]))


def born(order: dict[str, Any]) -> int:
    """Fork, trace and wait for one night; gives its status. Never returns in the child: that leaves by SystemExit."""
    gate, key = os.pipe()
    pid = os.fork()
    if not pid:
        os.close(key)
        child(order, gate)
    os.close(gate)
    strace = attached(pid, order["trace"]) if order["trace"] else None
    os.write(key, b".")
    os.close(key)
    if order["after"]:
        end = time.monotonic() + order["after"]
        while time.monotonic() < end and os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
            time.sleep(0.002)
        os.kill(pid, signal.SIGKILL)
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    if strace is not None:
        strace.communicate()
    return status


def serve() -> None:
    """Fork one night for each line of the standard input."""
    load()
    for line in sys.stdin:
        print(born(json.loads(line)), flush=True)


if __name__ == "__main__":
    serve()
