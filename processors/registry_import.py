"""A list of local bodies into the season's `agencies.csv`: known ones updated, new ones given a code, nothing removed."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from processors.agency_list import AGENCIES
from processors.disk import put, trouble
from processors.list_report import NOT_TAKEN, Told, report_csv, shown
from processors.registry_match import Known, Taken, match
from processors.season import Season
from processors.store import Ledger
from processors.table_file import Line, Table, identity, read_table
from templates import registry
from templates.load import read_csv
from templates.local_names import LIVE, PROVINCE_LIKE, Body, read_body
from templates.registry import AGENCY_COLUMNS, FURTHER_COLUMNS, LOCAL
from templates.thai import read_email
from workbook.errors import AppError

REPORT = "registry_report.csv"
TAKEN, ABSENT = "taken", "absent"
"""What a line of the report may be about beside rows left out: a row that is in with a remark, a body that the file lacks."""
BAD_EMAIL, FORMULA = "bad_email", "formula"
_HEAD, _DIGITS = "L", 4
"""A new body's code: a letter, the TIS code of its province, and a number of so many digits."""

Fields = dict[str, str]


@dataclass(frozen=True)
class Outcome:
    """What an import did, or would do: rows of the file, bodies new, changed and as before, headings not used, and the report."""

    frameworks: tuple[str, ...]
    rows: int
    new: int
    changed: int
    same: int
    unused: tuple[str, ...]
    told: tuple[Told, ...]
    report: Path | None

    def count(self, about: str) -> int:
        """Count the report's lines of a kind."""
        return sum(1 for item in self.told if item.about == about)

    @property
    def status(self) -> int:
        """Give the exit status: 3 when rows were left out."""
        return 3 if self.count(NOT_TAKEN) else 0


def import_registry(season: Season, ledger: Ledger, path: Path, framework: str = "", *, keep: bool = True) -> Outcome:
    """Take a list of local bodies into the season; without `keep` nothing is written.

    Raises AppError (2) when the file can't be used or no framework has local bodies, 4 or 5 when the disk fails.
    """
    chosen = _frameworks(season, framework)
    table = read_table(path, identity, ("name",))
    target = season.root / AGENCIES
    columns, rows = _agency_rows(target)
    known = _known(rows, season, chosen)
    others = {item.code for item in season.agencies} - {item.code for item in known}
    taken, doubts = match(table.lines, known, others | _groups())
    codes = _codes(taken, {*others, *(item.code for item in known), *_issued(ledger)})
    told = [Told(NOT_TAKEN, str(item.line.number), shown(item.line), item.why, item.params) for item in doubts]
    told += [one for item in taken for one in _remarks(item)]
    told += _absent([item for item in known if any((name, item.code) in season.by_code for name in chosen)], codes)
    new, changed = _applied(rows, codes, chosen)
    if keep:
        if new or changed:
            _write(target, _csv(columns, rows))
        _write(season.root / REPORT, report_csv(told))
    same = len(codes) - new - changed
    report = season.root / REPORT if keep else None
    return Outcome(chosen, len(table.lines), new, changed, same, _left(table), tuple(told), report)


def _frameworks(season: Season, name: str) -> tuple[str, ...]:
    having = tuple(item.id for item in season.frameworks.values() if any(kind.id == LOCAL for kind in item.kinds))
    if name and name not in having:
        raise AppError(f"--framework {name}: it has no local bodies in this season; those that have: {', '.join(having) or '-'}")
    if not having:
        raise AppError("no framework of this season has agencies of the kind local")
    return (name,) if name else having


def _agency_rows(path: Path) -> tuple[tuple[str, ...], list[Fields]]:
    """Read `agencies.csv` as it stands, columns of its owner's own included."""
    rows = [dict(row) for row in read_csv(path)]
    columns = dict.fromkeys(rows[0] if rows else AGENCY_COLUMNS) | dict.fromkeys(FURTHER_COLUMNS)
    return tuple(columns), rows


def _known(rows: Sequence[Fields], season: Season, chosen: Collection[str]) -> list[Known]:
    """Give the local bodies of the season, each code once, those of the chosen frameworks first."""
    found: dict[str, Known] = {}
    for row in sorted(rows, key=lambda row: row["framework"].strip() not in chosen):
        agency = season.by_code.get((row["framework"].strip(), row["code"].strip()))
        if agency is None or agency.kind != LOCAL or agency.code in found:
            continue
        body = read_body({"type": agency.type, "name": agency.name, "district": agency.district, "province": agency.province})
        if isinstance(body, Body):
            found[agency.code] = Known(agency.code, body)
    return list(found.values())


def _groups() -> set[str]:
    """Give the codes of ministries, clusters and provinces, which no agency may have."""
    return {*registry.ministries(), *registry.provinces(), *(row["code"] for row in registry.records("clusters"))}


def _issued(ledger: Ledger) -> set[str]:
    """Give every code that a workbook was issued to: whoever is gone from the list leaves no code to others."""
    return {agency for agency, _ in ledger.newest_issued()}


def _codes(taken: Sequence[Taken], used: Collection[str]) -> list[tuple[str, Taken]]:
    """Give every body its code: its own, the file's, or the next of its province."""
    used = {*used, *(item.code for item in taken if item.code)}
    last: dict[str, int] = {}
    for code in used:
        head, number = code[:-_DIGITS], code[-_DIGITS:]
        if head[:1] == _HEAD and head[1:] in registry.provinces() and number.isdigit():
            last[head[1:]] = max(int(number), last.get(head[1:], 0))
    found = []
    for item in taken:
        code = item.code
        if not code:
            last[item.body.province] = last.get(item.body.province, 0) + 1
            code = f"{_HEAD}{item.body.province}{last[item.body.province]:0{_DIGITS}d}"
        found.append((code, item))
    return found


def _applied(rows: list[Fields], codes: Sequence[tuple[str, Taken]], chosen: Sequence[str]) -> tuple[int, int]:
    """Lay the bodies over the rows of `agencies.csv`; gives how many are new and how many were changed."""
    present = {(row["framework"].strip(), row["code"].strip()): row for row in rows}
    new = changed = 0
    for code, item in codes:
        fresh = _stated(item)
        added = altered = False
        for framework in chosen:
            row = present.get((framework, code))
            if row is None:
                rows.append(_row(code, item.body, framework) | fresh)
                added = True
            elif any(row.get(name, "").strip() != value for name, value in fresh.items()):
                row.update(fresh)
                altered = True
        new, changed = new + added, changed + (altered and not added)
    return new, changed


def _stated(item: Taken) -> Fields:
    """Give what the file states and a known body takes over: district and e-mail addresses."""
    emails = [address for address, good in _emails(item.line) if good]
    found = {"district": item.body.district, "emails": " ".join(emails)}
    return {name: value for name, value in found.items() if value}


def _row(code: str, body: Body, framework: str) -> Fields:
    # Local bodies stand under no ministry's departments.
    return {
        "code": code, "name_th": body.full_name, "framework": framework, "ministry": "", "province": body.province,
        "emails": "", "sla": "0", "exempt_reason": "", "kind": LOCAL, "type": body.type, "district": body.district,
    }  # fmt: skip


def _emails(line: Line) -> list[tuple[str, bool]]:
    parts = line.cells.get("emails", "").replace(";", " ").replace(",", " ").split()
    return [(str(read.value or part), bool(read.value)) for part in parts if part != "-" for read in (read_email(part),)]


def _remarks(item: Taken) -> list[Told]:
    """Say what people should look at in a row that is in."""
    found: list[tuple[str, dict[str, str]]] = []
    if item.body.province_told:
        found.append((PROVINCE_LIKE, {"text": item.body.province_told, "province": registry.province_name(item.body.province)}))
    if any(not good for _, good in _emails(item.line)):
        found.append((BAD_EMAIL, {}))
    if any(text.startswith(tuple(LIVE)) and len(text) > 1 for text in item.line.cells.values()):
        found.append((FORMULA, {}))
    return [Told(TAKEN, str(item.line.number), shown(item.line), why, params) for why, params in found]


def _absent(known: Sequence[Known], codes: Sequence[tuple[str, Taken]]) -> list[Told]:
    """Name the bodies of the season that the file does not name."""
    met = {code for code, _ in codes}
    left = [item for item in known if item.code not in met]
    return [Told(ABSENT, "", f"{item.code} {item.body.full_name} {_place(item.body)}".strip(), "absent", {}) for item in left]


def _place(body: Body) -> str:
    return " ".join(part for part in (body.district, registry.province_name(body.province)) if part)


def _left(table: Table) -> tuple[str, ...]:
    more = tuple(name for name in table.columns if name == "ministry")
    return (*table.unused, *more)


def _csv(columns: Sequence[str], rows: Sequence[Fields]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, columns, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _write(path: Path, data: bytes) -> None:
    try:
        put(path, data)
    except OSError as error:
        raise trouble(path, error, "nothing was taken in, try again") from error
