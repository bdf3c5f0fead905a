"""Our own supervisor of worker processes: one file each, limits, a clock; a death condemns only the file in hand.

`multiprocessing.Pool` hangs and `ProcessPoolExecutor` fails innocent files when a worker aborts; this does neither.
"""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, cast

from processors.wire import Plain, unpack_extracted, unpack_finding
from processors.worker import HEADER, LARGEST, pack_issued, send
from templates.extract import Extracted
from templates.issued import Issued
from templates.passport import Passport, parse
from templates.words import severity
from validation.gates import DEFERRED, UNREADABLE, Admission
from workbook.finding import Finding, about_file

SPENT = "signal 24"
"""How a worker ends that has used up its processor time (SIGXCPU): the file is the reason, whatever the machine does."""
CELLS = 10_000
"""Locked cells of an issued workbook for which the limits of one file are enough; a longer list gets them as often again."""
FILES_PER_WORKER = 500
"""A worker is replaced after that many files, so that no leak grows over a night."""


@dataclass(frozen=True)
class Reading:
    """What became of one file: an admission, and the extracted answers when it was read through.

    A file of another issue has both a verdict and answers: they go into a workbook of the present issue.
    """

    admission: Admission
    extracted: Extracted | None = None
    saved_by: str = ""
    kind: str = ""
    saved_at: str = ""


@dataclass(frozen=True)
class Bounds:
    """Limits of one file: seconds by the clock, seconds of processor, megabytes."""

    seconds: float
    cpu_seconds: int
    memory_mb: int


class _Died(Exception):
    """The worker is gone or talks nonsense; `code` says which, `reason` how."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


class _Worker:
    """One worker process and its pipes."""

    def __init__(self, folders: Sequence[Path], bounds: Bounds) -> None:
        command = [sys.executable, "-m", "processors.worker", str(bounds.memory_mb), *map(str, folders)]
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, bufsize=0
        )
        self.bounds = bounds
        self.files = 0
        self.waiting = bytearray()
        self.inlet: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self.listener = threading.Thread(target=self._listen, daemon=True)
        self.listener.start()

    def send(self, message: Plain, until: float) -> None:
        """Send one message until a moment of the monotonic clock; raises _Died when nobody is there or takes it.

        A worker that reads nothing fills its pipe: so it is written in a thread, which the end of the process frees.
        """
        failed: list[Exception] = []

        def write() -> None:
            try:
                send(cast(Any, self.process.stdin), message)
            except (OSError, ValueError) as error:  # nobody there, or the pipe was closed over it
                failed.append(error)

        writer = threading.Thread(target=write, daemon=True)
        writer.start()
        writer.join(max(0.0, until - time.monotonic()))
        if writer.is_alive():
            raise _Died("READER_TIMEOUT", f"{self.bounds.seconds:g}")
        if failed:
            raise self.death() from failed[0]

    def receive(self, until: float) -> Plain:
        """Read one message until a moment of the monotonic clock; raises _Died."""
        (size,) = HEADER.unpack(self._bytes(HEADER.size, until))
        if size > LARGEST:
            raise _Died("READER_DIED", "garbage")
        try:
            message = json.loads(self._bytes(size, until))
        except ValueError as error:
            raise _Died("READER_DIED", "garbage") from error
        if not isinstance(message, dict):
            raise _Died("READER_DIED", "garbage")
        return message

    def _bytes(self, count: int, until: float) -> bytes:
        while len(self.waiting) < count:
            try:
                part = self.inlet.get(timeout=max(0.0, until - time.monotonic()))
            except queue.Empty:
                raise _Died("READER_TIMEOUT", f"{self.bounds.seconds:g}") from None
            if not part:
                raise self.death()
            self.waiting += part
        taken, self.waiting = self.waiting[:count], self.waiting[count:]
        return bytes(taken)

    def _listen(self) -> None:
        """Pass on what the worker says, in a thread of its own: waiting with a clock on a pipe works on every system so."""
        pipe = cast(IO[bytes], self.process.stdout)
        while part := os.read(pipe.fileno(), 1 << 20):
            self.inlet.put(part)
        self.inlet.put(b"")

    def death(self) -> _Died:
        """Say how the process ended."""
        try:
            status = self.process.wait(2)
        except subprocess.TimeoutExpired:
            return _Died("READER_DIED", "silent")
        return _Died("READER_DIED", f"signal {-status}" if status < 0 else f"status {status}")

    def end(self) -> None:
        """End the process."""
        self.process.kill()
        self.process.wait()
        self.listener.join()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe:
                pipe.close()


Admit = Callable[[int, tuple[Passport, ...]], Admission]


class _Batch:
    """The files of one call: jobs in, readings out, one admission at a time."""

    def __init__(self, paths: Sequence[Path], admit: Admit) -> None:
        self.paths = paths
        self.admit = admit
        self.lock = threading.Lock()
        self.stop = threading.Event()
        self.jobs: queue.SimpleQueue[int] = queue.SimpleQueue()
        self.done: queue.SimpleQueue[tuple[int, Reading] | BaseException] = queue.SimpleQueue()
        for at in range(len(paths)):
            self.jobs.put(at)

    def admitted(self, at: int, passports: tuple[Passport, ...]) -> Admission:
        with self.lock:
            return self.admit(at, passports)


class Supervisor:
    """Reads many files in a few workers; results come as they are done, every file exactly once."""

    def __init__(self, folders: Sequence[Path], bounds: Bounds, workers: int) -> None:
        """Take the framework folders that workers load, the limits of one file, and how many work side by side."""
        self.folders = folders
        self.bounds = bounds
        self.workers = max(1, workers)

    def read(self, paths: Sequence[Path], admit: Admit) -> Iterator[tuple[int, Reading]]:
        """Yield (position, reading) for every path. `admit` is called from threads, one call at a time."""
        batch = _Batch(paths, admit)
        threads = [threading.Thread(target=self._work, args=(batch,), daemon=True) for _ in range(min(self.workers, len(paths)))]
        for thread in threads:
            thread.start()
        try:
            for _ in paths:
                item = batch.done.get()
                if isinstance(item, BaseException):
                    raise item
                yield item
        finally:
            batch.stop.set()
            for thread in threads:
                thread.join()

    def _work(self, batch: _Batch) -> None:
        """Work through the jobs in one thread with one worker process at a time."""
        worker: _Worker | None = None
        try:
            while not batch.stop.is_set():
                at = batch.jobs.get_nowait()
                worker, reading = self._next(batch, at, worker)
                batch.done.put((at, reading))
        except queue.Empty:
            pass
        except BaseException as error:  # a bug of ours must reach the parent, not vanish in a thread
            batch.done.put(error)
        finally:
            if worker is not None:
                worker.end()

    def _next(
        self, batch: _Batch, at: int, worker: _Worker | None, *, again: bool = False
    ) -> tuple[_Worker | None, Reading]:
        """Read one file in a worker that is fresh enough; gives the worker to go on with, None when it died."""
        if worker is not None and worker.files >= FILES_PER_WORKER:
            worker.end()
            worker = None
        worker = worker or _Worker(self.folders, self.bounds)
        try:
            return worker, self._one(worker, batch.paths[at], lambda passports: batch.admitted(at, passports))
        except _Died as death:
            worker.end()
            if again or death.reason == SPENT:
                return None, _refused((about_file(death.code, reason=death.reason),))
        # A machine short of memory or time kills the innocent too: only a second death, in a fresh process, condemns.
        return self._next(batch, at, None, again=True)

    def _one(self, worker: _Worker, path: Path, admit: Callable[[tuple[Passport, ...]], Admission]) -> Reading:
        worker.files += 1
        until = time.monotonic() + self.bounds.seconds
        worker.send({"path": os.fsencode(path).hex(), "cpu": self.bounds.cpu_seconds}, until)
        first = worker.receive(until)
        if "trouble" in first:
            return Reading(Admission(None, None, DEFERRED, (about_file("STORE_ERROR", severity("STORE_ERROR")),)))
        if "refused" in first:
            return _refused(_findings(first["refused"]))
        try:
            passports = tuple(item for line in first["passports"] if (item := parse(str(line))) is not None)
            about = (str(first["saved_by"]), str(first["kind"]), str(first["saved_at"]))
            told = _findings(first["findings"])
        except (KeyError, TypeError, ValueError) as error:
            raise _Died("READER_DIED", "garbage") from error
        admission = admit(passports)
        whole = Admission(admission.passport, admission.issued, admission.verdict, (*told, *admission.findings))
        if admission.issued is None:
            worker.send({"stop": True}, until)
            return Reading(whole, None, *about)
        # How much there is to read is what we issued, not what somebody sent.
        times = 1 + _issued_cells(admission.issued) // CELLS
        until += (times - 1) * self.bounds.seconds
        worker.send({"issued": pack_issued(admission.issued), "cpu": times * self.bounds.cpu_seconds}, until)
        try:
            extracted = unpack_extracted(worker.receive(until)["extracted"])
        except (KeyError, TypeError, ValueError, AssertionError) as error:
            raise _Died("READER_DIED", "garbage") from error
        return Reading(whole, extracted, *about)


def _issued_cells(issued: Issued) -> int:
    return sum(len(record) for records in issued.snapshot.values() for record in records)


def _findings(plain: Sequence[Any]) -> tuple[Finding, ...]:
    try:
        return tuple(unpack_finding(item) for item in plain)
    except (KeyError, TypeError, ValueError, AssertionError) as error:
        raise _Died("READER_DIED", "garbage") from error


def _refused(findings: tuple[Finding, ...]) -> Reading:
    return Reading(Admission(None, None, UNREADABLE, findings))
