"""The process that reads one file at a time inside limits; whatever kills it condemns only that file.

Speaks length-prefixed JSON on its standard pipes: a job comes in, what the file says goes out, the parent answers with
the issued workbook to read by (or stops), the extracted answers go out. No pandas and no openpyxl here.
"""

from __future__ import annotations

import json
import os
import struct
import sys
from pathlib import Path
from typing import Any, BinaryIO

from processors.confined import limit, limit_cpu
from processors.editions import Editions
from processors.wire import Plain, pack_extracted, pack_finding
from templates.extract import extract
from templates.issued import Issued
from templates.load import load_framework
from templates.passport import Passport, find_passports
from templates.words import severity
from workbook.finding import about_file
from workbook.gate import MAX_FILE
from workbook.read import read

HEADER = struct.Struct(">I")
LARGEST = 128 * 1024 * 1024
"""Bytes of one message; more is garbage on the pipe."""


def send(pipe: BinaryIO, message: Plain) -> None:
    """Write one message."""
    # Thai text takes half the bytes so; a lone surrogate passes as `json.loads` reads it.
    body = json.dumps(message, ensure_ascii=False).encode("utf-8", "surrogatepass")
    pipe.write(HEADER.pack(len(body)) + body)
    pipe.flush()


def receive(pipe: BinaryIO) -> Plain | None:
    """Read one message; None when the other side closed the pipe."""
    head = pipe.read(HEADER.size)
    if len(head) < HEADER.size:
        return None
    (size,) = HEADER.unpack(head)
    if size > LARGEST:
        raise ValueError("message too large")
    message = json.loads(pipe.read(size))
    if not isinstance(message, dict):
        raise ValueError("message is no object")
    return message


def serve(inlet: BinaryIO, outlet: BinaryIO, editions: Editions) -> None:
    """Read files until the parent closes the pipe."""
    while (job := receive(inlet)) is not None:
        limit_cpu(int(job["cpu"]))
        try:
            data = _content(os.fsdecode(bytes.fromhex(job["path"])))
        except OSError as error:
            # Our own disk: nothing of it is the file's fault.
            send(outlet, {"trouble": error.strerror or str(error)})
            continue
        raw, refusals = read(data)
        del data
        if raw is None:
            send(outlet, {"refused": [pack_finding(item) for item in refusals]})
            continue
        passports = find_passports(raw)
        send(
            outlet,
            {
                "passports": [item.line() for item in passports],
                "saved_by": raw.saved_by[:200],
                "saved_at": raw.saved_at[:40],
                "kind": raw.kind,
                "findings": [pack_finding(item) for item in (*refusals, *_anatomy(raw.flags))],
            },
        )
        answer = receive(inlet)
        if answer is None:
            return
        if "issued" not in answer:
            continue
        limit_cpu(int(answer["cpu"]))
        send(outlet, {"extracted": pack_extracted(extract(unpack_issued(answer["issued"], editions), raw))})


def _content(path: str) -> bytes:
    """Read a file up to one byte beyond what the gate lets in: that byte tells it that there is more."""
    with open(path, "rb") as file:
        return file.read(MAX_FILE + 1)


def _anatomy(flags: frozenset[str]) -> list[Any]:
    codes = {"macros": "MACROS", "external_links": "EXTERNAL_LINKS", "date1904": "DATES_1904"}
    return [about_file(codes[flag], severity(codes[flag])) for flag in sorted(flags) if flag in codes]


def pack_issued(issued: Issued) -> Plain:
    """Give an issued workbook as JSON values; the form itself is known to both sides, an earlier edition by its digest."""
    passport = issued.passport
    return {
        "passport": [passport.season, passport.form, passport.issue, passport.agency, passport.serial, passport.digest],
        "recipient": issued.recipient,
        "spec": issued.form.spec,
        "snapshot": {table: [dict(record) for record in records] for table, records in issued.snapshot.items()},
    }


def unpack_issued(plain: Plain, editions: Editions) -> Issued:
    """Read what `pack_issued` gave."""
    passport = Passport(*plain["passport"])
    framework_id, _, form_id = passport.form.partition("/")
    spec = plain["spec"]
    framework = editions.kept((framework_id, form_id), spec) if spec else editions.frameworks[framework_id]
    if framework is None:
        raise ValueError(f"no edition {spec}")
    snapshot = {table: tuple(records) for table, records in plain["snapshot"].items()}
    return Issued(framework, framework.form(form_id), passport, plain["recipient"], snapshot)


def main() -> None:
    """Run a worker: memory limit in MB, then the framework folders."""
    folders = [Path(folder) for folder in sys.argv[2:]]
    frameworks = {folder.name: load_framework(folder) for folder in folders}
    editions = Editions({folder.name: folder for folder in folders}, frameworks)
    limit(int(sys.argv[1]))
    # Whatever a library prints must not stand on the pipe between two messages.
    outlet = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    serve(sys.stdin.buffer, outlet, editions)


if __name__ == "__main__":
    main()
