"""System calls of a child pass by here before the kernel does them: each can be counted, failed, or be the child's last.

Linux's own way for that (seccomp user notification; `man 2 seccomp`, `man 2 seccomp_unotify`), by ctypes: only calls that
change the disk are stopped, where strace, once attached, stops every one. For x86-64; elsewhere `missing` says so.
"""

from __future__ import annotations

import ctypes
import errno
import fcntl
import os
import platform
import select
import signal
import struct
import sys
import time
from dataclasses import dataclass, field

CALLS = {
    1: "write", 18: "pwrite64", 74: "fsync", 75: "fdatasync", 77: "ftruncate", 82: "rename", 83: "mkdir", 84: "rmdir", 85: "creat",
    86: "link", 87: "unlink", 88: "symlink", 90: "chmod", 91: "fchmod", 257: "openat", 263: "unlinkat", 316: "renameat2",
}  # fmt: skip
"""Calls that change the disk, by their numbers on x86-64; of `openat` those that make a file."""
OPENAT, CREATE = 257, os.O_CREAT
SECCOMP, NEW_LISTENER, NO_NEW_PRIVS = 317, 1 << 3, 38
ALLOW, NOTIFY = 0x7FFF0000, 0x7FC00000
NUMBER, FLAGS = 0, 32
"""Where the filter finds a call's number and the low half of its third argument."""
LOAD, EQUAL, ANY_BIT, RETURN = 0x20, 0x15, 0x45, 0x06
RECEIVE, SEND = 0xC0502100, 0xC0182101
NOTICE, ANSWER = struct.Struct("=QIIiIQ6Q"), struct.Struct("=Qqii")
GO_ON = 1


def missing() -> str:
    """Say why calls can't be caught here, "" when they can."""
    return "" if sys.platform == "linux" and platform.machine() == "x86_64" else "only Linux on x86-64 is known here"


def skips() -> bool:
    """Tell whether the tests are skipped: never where CLEANREPORT_CLIENT=required, there they fail."""
    return bool(missing()) and os.environ.get("CLEANREPORT_CLIENT") != "required"


class _Program(ctypes.Structure):
    _fields_ = (("count", ctypes.c_ushort), ("filter", ctypes.c_char_p))


def _filter() -> bytes:
    """Build the filter: notify of the calls of CALLS, of openat only when it may create."""
    plain = [number for number in CALLS if number != OPENAT]
    step = struct.Struct("=HBBI")
    end = len(plain) + 3  # after the comparisons: load flags, test them, allow
    lines = [step.pack(LOAD, 0, 0, NUMBER)]
    lines += [step.pack(EQUAL, end - at, 0, number) for at, number in enumerate(plain)]
    lines += [step.pack(EQUAL, 0, 2, OPENAT), step.pack(LOAD, 0, 0, FLAGS), step.pack(ANY_BIT, 1, 0, CREATE)]
    return b"".join([*lines, step.pack(RETURN, 0, 0, ALLOW), step.pack(RETURN, 0, 0, NOTIFY)])


def install() -> int:
    """Put the filter on this process and all that it starts; gives the descriptor on which notices come."""
    libc = ctypes.CDLL(None, use_errno=True)
    code = _filter()
    program = _Program(len(code) // 8, code)
    if libc.prctl(NO_NEW_PRIVS, 1, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "no_new_privs")
    listener = int(libc.syscall(SECCOMP, 1, NEW_LISTENER, ctypes.byref(program)))
    if listener < 0:
        raise OSError(ctypes.get_errno(), "seccomp")
    return listener


@dataclass
class Plan:
    """What is to happen at the how manieth call of one name: an error, or the end when there is none; nothing without a name."""

    call: str = ""
    when: int = 0
    error: str = ""
    seen: list[str] = field(default_factory=list)
    """Every call of the watched thread, in its order."""


def watch(listener: int | None, pid: int, plan: Plan, seconds: float = 0) -> None:
    """Answer notices until the process is gone; kill it after so many seconds when that is not 0."""
    until = time.monotonic() + seconds if seconds else None
    ended = os.pidfd_open(pid)
    poll = select.poll()
    poll.register(ended, select.POLLIN)
    if listener is not None:
        poll.register(listener, select.POLLIN)
    while True:
        ready = dict(poll.poll(None if until is None else max(until - time.monotonic(), 0) * 1000))
        if ended in ready:
            break
        if listener in ready:
            _answer(listener, pid, plan)
        elif not ready:
            os.kill(pid, signal.SIGKILL)
    os.close(ended)
    if listener is not None:
        os.close(listener)


def _answer(listener: int, pid: int, plan: Plan) -> None:
    """Take one notice and say what becomes of the call: it goes on, it fails, or its process is killed before it."""
    buffer = bytearray(NOTICE.size)
    try:
        fcntl.ioctl(listener, RECEIVE, buffer)
    except OSError as error:
        if error.errno in (errno.ENOENT, errno.EINTR):
            return
        raise
    key, caller, _, number, *_ = NOTICE.unpack(buffer)
    answer = ANSWER.pack(key, 0, 0, GO_ON)
    if caller == pid:
        name = CALLS[number]
        plan.seen.append(name)
        if name == plan.call and plan.seen.count(name) == plan.when:
            if not plan.error:
                os.kill(pid, signal.SIGKILL)
                return
            answer = ANSWER.pack(key, 0, -getattr(errno, plan.error), 0)
    try:
        fcntl.ioctl(listener, SEND, answer)
    except OSError as error:
        if error.errno != errno.ENOENT:  # its caller is gone
            raise
