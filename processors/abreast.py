"""Independent pieces of work side by side: each process takes the next piece, the caller gets what they made.

The processes are copies of this one (fork), so nothing is handed over but the number of a piece and the bytes that it
made. Where there is no fork, or little to do, the pieces are made one after the other; so is the piece of a process that was
stopped from outside. The processes end with this one, however it ends.
"""

from __future__ import annotations

import ctypes
import os
import pickle
import select
import signal
import struct
import sys
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

Work = Sequence[Callable[[], bytes]]
_TASK = struct.Struct(">H")
_HEAD = struct.Struct(">HBQ")
"""Number of the piece, 1 when it was made, bytes that follow."""
_MADE, _FAILED = 1, 0
_MOST = 4_096
"""Pieces whose numbers surely find room in a pipe that nobody reads yet."""
_PR_SET_PDEATHSIG = 1


def made(work: Work, processes: int) -> Iterator[tuple[int, bytes]]:
    """Do all pieces and give (number, what it made) as they are done; the most work should stand first.

    An error of a piece is raised here as it was there.
    """
    processes = min(processes, len(work))
    if processes < 2 or len(work) > _MOST or sys.platform != "linux":
        yield from ((at, one()) for at, one in enumerate(work))
        return
    tasks, fill = os.pipe()
    os.write(fill, b"".join(_TASK.pack(at) for at in range(len(work))))
    os.close(fill)
    hands: list[_Hand] = []
    try:
        for _ in range(processes):
            hands.append(_born(work, tasks, hands))
        done = set()
        for at, content in _gathered(hands, len(work)):
            done.add(at)
            yield at, content
        # What was lost with a process, or ended in an error that can't be handed over, is done once more by this one.
        yield from ((at, one()) for at, one in enumerate(work) if at not in done)
    finally:
        os.close(tasks)
        for hand in hands:
            hand.end()


@dataclass
class _Hand:
    """One process, the pipe that it answers on, and the bytes of an answer that is not whole yet."""

    pid: int
    pipe: int
    waiting: bytearray = field(default_factory=bytearray)

    def end(self) -> None:
        """Stop the process, which has nothing left to do that anybody waits for."""
        os.close(self.pipe)
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)


def _born(work: Work, tasks: int, others: Sequence[_Hand]) -> _Hand:
    answers, say = os.pipe()
    parent = os.getpid()
    with warnings.catch_warnings():
        # Later Pythons warn of threads at a fork; those that may be left here only listen to pipes.
        warnings.simplefilter("ignore", DeprecationWarning)
        pid = os.fork()
    if pid:
        os.close(say)
        return _Hand(pid, answers)
    try:
        _end_with(parent)
        for pipe in (answers, *(item.pipe for item in others)):
            os.close(pipe)
        _work(work, tasks, say)
    finally:
        os._exit(0)


def _end_with(parent: int) -> None:
    """Let the system end this process when its parent ends: otherwise it would hold the lock of the season on."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(0)


def _work(work: Work, tasks: int, say: int) -> None:
    """Take pieces until none is left."""
    while taken := os.read(tasks, _TASK.size):
        (at,) = _TASK.unpack(taken)
        try:
            state, told = _MADE, work[at]()
        except Exception as error:
            state, told = _FAILED, _handed(error)
        with os.fdopen(os.dup(say), "wb") as pipe:
            pipe.write(_HEAD.pack(at, state, len(told)) + told)


def _handed(error: Exception) -> bytes:
    """Give an error as bytes, b"" for one that can't be made again from them."""
    try:
        told = pickle.dumps(error)
        pickle.loads(told)
    except Exception:
        return b""
    return told


def _gathered(hands: Sequence[_Hand], count: int) -> Iterator[tuple[int, bytes]]:
    """Give what was made until all is there or nobody is left to make it."""
    by_pipe = {hand.pipe: hand for hand in hands}
    while count and by_pipe:
        ready, _, _ = select.select(list(by_pipe), [], [])
        for pipe in ready:
            hand = by_pipe[pipe]
            part = os.read(pipe, 1 << 20)
            hand.waiting += part
            if not part:
                del by_pipe[pipe]
            told = list(_whole(hand))
            count -= len(told)
            yield from ((at, content) for at, content in told if content is not None)


def _whole(hand: _Hand) -> Iterator[tuple[int, bytes | None]]:
    """Give the answers that have come whole; None for a piece whose error could not be handed over."""
    while len(hand.waiting) >= _HEAD.size:
        at, state, size = _HEAD.unpack(hand.waiting[: _HEAD.size])
        if len(hand.waiting) < _HEAD.size + size:
            return
        content = bytes(hand.waiting[_HEAD.size : _HEAD.size + size])
        del hand.waiting[: _HEAD.size + size]
        if state == _FAILED and content:
            error = pickle.loads(content)
            raise error
        yield at, content if state == _MADE else None
