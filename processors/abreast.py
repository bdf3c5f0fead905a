"""Independent pieces of work side by side: each process takes the next piece, the caller gets what they made.

The processes are copies of this one (fork), so nothing is handed over but the number of a piece and the bytes that it
made, and only this process touches the disk. Where there is no fork, or little to do, the pieces are made one after the other.
"""

from __future__ import annotations

import os
import pickle
import select
import signal
import struct
import sys
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from workbook.errors import AppError

Work = Sequence[Callable[[], bytes]]
_TASK = struct.Struct(">H")
_HEAD = struct.Struct(">HBQ")
"""Number of the piece, 1 when it was made, bytes that follow."""
_MADE, _FAILED = 1, 0


def made(work: Work, processes: int) -> Iterator[tuple[int, bytes]]:
    """Do all pieces and give (number, what it made) as they are done; the most work should stand first.

    An error of a piece is raised here as it was there; AppError (status 5) when a process was killed.
    """
    processes = min(processes, len(work))
    if processes < 2 or sys.platform != "linux":
        yield from ((at, one()) for at, one in enumerate(work))
        return
    tasks, fill = os.pipe()
    os.write(fill, b"".join(_TASK.pack(at) for at in range(len(work))))
    os.close(fill)
    hands: list[_Hand] = []
    try:
        for _ in range(processes):
            hands.append(_born(work, tasks, hands))
        yield from _gathered(hands, len(work))
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
    with warnings.catch_warnings():
        # Later Pythons warn of threads at a fork; those that may be left here only listen to pipes.
        warnings.simplefilter("ignore", DeprecationWarning)
        pid = os.fork()
    if pid:
        os.close(say)
        return _Hand(pid, answers)
    try:
        for pipe in (answers, *(item.pipe for item in others)):
            os.close(pipe)
        _work(work, tasks, say)
    finally:
        os._exit(0)


def _work(work: Work, tasks: int, say: int) -> None:
    """Take pieces until none is left."""
    while taken := os.read(tasks, _TASK.size):
        (at,) = _TASK.unpack(taken)
        try:
            state, told = _MADE, work[at]()
        except Exception as error:
            state, told = _FAILED, pickle.dumps(error)
        with os.fdopen(os.dup(say), "wb") as pipe:
            pipe.write(_HEAD.pack(at, state, len(told)) + told)


def _gathered(hands: Sequence[_Hand], count: int) -> Iterator[tuple[int, bytes]]:
    by_pipe = {hand.pipe: hand for hand in hands}
    while count:
        ready, _, _ = select.select(list(by_pipe), [], [])
        for pipe in ready:
            hand = by_pipe[pipe]
            part = os.read(pipe, 1 << 20)
            hand.waiting += part
            if not part:
                del by_pipe[pipe]
            for at, content in _whole(hand):
                count -= 1
                yield at, content
        if count and not by_pipe:
            raise AppError("a process that writes results was stopped from outside; the former ones stay, try again", status=5)


def _whole(hand: _Hand) -> Iterator[tuple[int, bytes]]:
    """Give the answers that have come whole."""
    while len(hand.waiting) >= _HEAD.size:
        at, state, size = _HEAD.unpack(hand.waiting[: _HEAD.size])
        if len(hand.waiting) < _HEAD.size + size:
            return
        content = bytes(hand.waiting[_HEAD.size : _HEAD.size + size])
        del hand.waiting[: _HEAD.size + size]
        if state == _FAILED:
            error = pickle.loads(content)
            raise error
        yield at, content
