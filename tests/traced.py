"""Runs the night under strace, which lets its system calls fail; no mocks, the kernel says so."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

FIXED = "1400544000"
"""The clock of every trial, so that receipts of two runs are alike."""


def missing() -> str:
    """Say why nothing can be traced here, "" when it can."""
    if shutil.which("strace") is None:
        return "strace is not installed; it is what lets these calls fail"
    done = subprocess.run(["strace", "-qq", "-o", os.devnull, "true"], capture_output=True, text=True)
    return f"strace can't trace here: {done.stderr.strip()}" if done.returncode else ""


def skips() -> bool:
    """Tell whether the tests are skipped: never where CLEANREPORT_CLIENT=required, there they fail."""
    return bool(missing()) and os.environ.get("CLEANREPORT_CLIENT") != "required"


@dataclass(frozen=True)
class Ended:
    """How a run ended: its exit status (negative: the signal), what it printed, what it said on stderr."""

    status: int
    out: str
    err: str


def environment() -> dict[str, str]:
    return {**os.environ, "SOURCE_DATE_EPOCH": FIXED, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONHASHSEED": "0", "TZ": "UTC"}


def night(root: Path, day: str, trace: Sequence[str] = ()) -> Ended:
    """Run a night, under strace with these options when there are any."""
    command = [sys.executable, "-m", "processors.cli", "nightly", "--season", str(root), "--as-of", day, "--lang", "en"]
    prefix = ["strace", "-qq", *trace] if trace else []
    done = subprocess.run([*prefix, *command], capture_output=True, text=True, env=environment(), timeout=300, check=False)
    return Ended(done.returncode, done.stdout, done.stderr)


def fail_path(path: Path, call: str, error: str, *, children: bool = False) -> list[str]:
    """Give the options that let every call of one kind fail that touches one path."""
    return [
        *(["-f"] if children else []), "-o", os.devnull, "-P", str(path), "-e", f"trace={call}", "-e", f"inject={call}:error={error}",
    ]  # fmt: skip


def killed(ended: Ended) -> bool:
    """Tell whether a run was killed."""
    return ended.status in (-signal.SIGKILL, 128 + signal.SIGKILL)
