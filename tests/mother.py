"""Forks nights from one process that has the program's modules loaded: hundreds of them without starting Python again.

A child goes the same way as `python -m processors.cli nightly`; on request its calls that change the disk pass by its mother.
Its readers of files are forked in the same way, from their `main` on what `python -m processors.worker` is.
"""

from __future__ import annotations

import compileall
import gc
import importlib
import json
import os
import pkgutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from notify import Plan, install, watch

PACKAGES = ("workbook", "templates", "validation", "processors")
LAZY = ("pandas", "pandera.pandas", "pandera.backends.pandas.builtin_checks", "openpyxl", "xlsxwriter")
"""Loaded by a night when it needs them; nothing on the disk changes by it."""


class Mother:
    """The forking process, seen from the tests; not for two threads at once."""

    def __init__(self, environment: dict[str, str]) -> None:
        command = [sys.executable, "-B", str(Path(__file__).resolve())]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment)

    def run(self, arguments: Sequence[str], folder: Path, at: Plan | None = None, after: float = 0) -> tuple[int, str, str]:
        """Run the program once, what it prints in two files of a folder.

        `at` says which of its calls fails or is its last one, and gets the names of all; after so many seconds it is killed
        when that is not 0. Gives the exit status (negative: the signal), what it printed, what it said on stderr.
        """
        assert self.process.stdin is not None and self.process.stdout is not None
        plan = None if at is None else (at.call, at.when, at.error)
        order = {"arguments": list(arguments), "folder": str(folder), "plan": plan, "after": after}
        self.process.stdin.write(json.dumps(order) + "\n")
        self.process.stdin.flush()
        status, seen = json.loads(self.process.stdout.readline())
        if at is not None:
            at.seen.extend(seen)
        out, err = ((folder / name).read_text(encoding="utf-8", errors="replace") for name in ("out", "err"))
        return status, out, err

    def end(self) -> None:
        self.process.communicate()


def load() -> None:
    """Load all that a night may need; have the modules compiled for the processes that read files."""
    for name in LAZY:
        importlib.import_module(name)
    for package in PACKAGES:
        compileall.compile_dir(Path(str(importlib.import_module(package).__file__)).parent, quiet=1)
        for module in pkgutil.iter_modules(importlib.import_module(package).__path__, f"{package}."):
            importlib.import_module(module.name)
    gc.freeze()


class Reader:
    """A reader of files, forked instead of started: what the supervisor uses of `subprocess.Popen`."""

    def __init__(self, command: Sequence[str], **_: object) -> None:
        (inlet, tell), (listen, outlet) = os.pipe(), os.pipe()
        self.pid = os.fork()
        if not self.pid:
            self.be(command, inlet, outlet)
        os.close(inlet)
        os.close(outlet)
        self.stdin, self.stdout = os.fdopen(tell, "wb", 0), os.fdopen(listen, "rb", 0)
        self.status: int | None = None

    def be(self, command: Sequence[str], inlet: int, outlet: int) -> None:
        """Go on as the reader; never returns."""
        status = 1
        try:
            os.dup2(inlet, 0)
            os.dup2(outlet, 1)
            os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
            os.closerange(3, 512)
            sys.argv, sys.stdin = list(command[2:]), os.fdopen(0)
            importlib.import_module(command[2]).main()
            status = 0
        finally:
            os._exit(status)

    def wait(self, seconds: float | None = None) -> int:
        """Wait for its end; subprocess.TimeoutExpired after so many seconds."""
        end = time.monotonic() + seconds if seconds is not None else float("inf")
        while self.status is None:
            done, status = os.waitpid(self.pid, os.WNOHANG)
            if done:
                self.status = os.waitstatus_to_exitcode(status)
            elif time.monotonic() > end:
                raise subprocess.TimeoutExpired("reader", seconds or 0)
            else:
                time.sleep(0.001)
        return self.status

    def kill(self) -> None:
        """Kill it; one that has ended stays as it is."""
        if self.status is None:
            os.kill(self.pid, signal.SIGKILL)


def child(order: dict[str, Any], mother: socket.socket) -> None:
    """Hand the notices of its calls to the mother when she wants them, then go on as the program."""
    for name, target in (("out", 1), ("err", 2)):
        opened = os.open(Path(order["folder"]) / name, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
        os.dup2(opened, target)
        os.close(opened)
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.close(null)
    if order["plan"] is not None:
        listener = install()
        socket.send_fds(mother, [b"."], [listener])
        os.close(listener)
    mother.close()
    from processors import supervise
    from processors.cli import run

    gc.disable()
    names = {name: getattr(subprocess, name) for name in ("PIPE", "DEVNULL", "TimeoutExpired")}
    supervise.subprocess = SimpleNamespace(Popen=Reader, **names)  # type: ignore[attr-defined]
    raise SystemExit(run(order["arguments"]))


def born(order: dict[str, Any]) -> tuple[int, list[str]]:
    """Fork, watch and wait for one night; gives its status and its calls. The child leaves by SystemExit."""
    mine, its = socket.socketpair()
    pid = os.fork()
    if not pid:
        mine.close()
        child(order, its)
    its.close()
    listener = socket.recv_fds(mine, 1, 1)[1][0] if order["plan"] is not None else None
    mine.close()
    plan = Plan(*(order["plan"] or ()))
    watch(listener, pid, plan, order["after"])
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), plan.seen


def serve() -> None:
    """Fork one night for each line of the standard input."""
    load()
    for line in sys.stdin:
        print(json.dumps(born(json.loads(line))), flush=True)


if __name__ == "__main__":
    serve()
