"""Ministries, departments, provinces, clusters as frozen records, and the agencies of a season."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from templates.records import read_csv
from templates.spec import AgencyKind, Framework, Record

_REGISTRY = Path(__file__).parent / "registry"
FURTHER_COLUMNS = ("kind", "type", "district")
"""What `agencies.csv` may state beside: the kind of agency (of the framework's), the type of a local body, its district."""
DEPARTMENT, PROVINCE, LOCAL = "department", "province", "local"
"""The kinds of agencies that can be told by code and name."""
BY_MINISTRY, BY_CLUSTER, BY_PROVINCE = "ministry", "cluster", "province"
"""What agencies are ranked within (`AgencyKind.group`)."""
AGENCY_COLUMNS = ("code", "name_th", "framework", "ministry", "province", "emails", "sla", "exempt_reason")
TRUE_WORDS = frozenset({"1", "true", "yes", "y", "x"})
FALSE_WORDS = frozenset({"", "0", "false", "no", "n"})


@dataclass(frozen=True)
class Agency:
    """Who must file one framework's forms. Codes: `D01021`, `P50`; ministry `OPM`; province TIS code, "" = none.

    `group` is the code of what it is ranked within, `within` says of what kind that is (ministry, cluster or province).
    `kind` is one of the framework's kinds, `type` the type of a local body. `sla`: judged elsewhere; `exempt_reason` "" =
    must file.
    """

    code: str
    name: str
    full_name: str
    framework: str
    ministry: str
    province: str
    cluster: str
    region: str
    group: str
    emails: tuple[str, ...] = ()
    sla: bool = False
    exempt_reason: str = ""
    kind: str = ""
    within: str = ""
    type: str = ""
    district: str = ""

    @property
    def due(self) -> bool:
        """Tell whether returns are expected of it."""
        return not self.sla and not self.exempt_reason


@cache
def records(name: str) -> tuple[Record, ...]:
    """Read one registry CSV that comes with the program."""
    return read_csv(_REGISTRY / f"{name}.csv")


@cache
def ministries() -> Mapping[str, Record]:
    """Give the ministries by code."""
    return {row["code"]: row for row in records("ministries")}


def sorts_only(code: str) -> bool:
    """Tell whether a code stands among the ministries for the sake of order only: its agencies belong to no ministry."""
    return bool(ministries().get(code, {}).get("sorts_only"))


@cache
def provinces() -> Mapping[str, Record]:
    """Give the provinces by TIS code."""
    return {row["code"]: row for row in records("provinces")}


@cache
def clusters(fiscal_year: int) -> Mapping[str, Record]:
    """Give the provincial clusters of a fiscal year by code; the newest known where the year has none of its own."""
    years = sorted({int(row["fiscal_year"]) for row in records("clusters")})
    wanted = max([year for year in years if year <= fiscal_year] or years[:1])
    return {row["code"]: row for row in records("clusters") if int(row["fiscal_year"]) == wanted}


def cluster_of(province: str, fiscal_year: int) -> str:
    """Give the cluster code of a province, "" when it has none."""
    for code, row in clusters(fiscal_year).items():
        if province in row["members"].split():
            return code
    return ""


def group_name(code: str, fiscal_year: int) -> str:
    """Give the Thai name of a ministry, cluster or province code, the code itself when it is unknown."""
    row = ministries().get(code) or clusters(fiscal_year).get(code) or provinces().get(code)
    return row.get("full_name_th") or row["name_th"] if row else code


def province_name(code: str) -> str:
    """Give the Thai name of a province, "" when there is none."""
    row = provinces().get(code)
    return row["name_th"] if row else ""


def due_list(framework: Framework) -> tuple[dict[str, str], ...]:
    """Give the rows of `agencies.csv` for a framework from the registries that its kinds of agencies name.

    Agencies and ministries that did not exist in its fiscal year are left out; a ministry's successor takes its place.
    """
    return tuple(
        _due(framework, kind, record)
        for kind in framework.kinds
        if kind.registry
        for record in records(kind.registry)
        if _in_year(record, framework.fiscal_year)
    )


def _due(framework: Framework, kind: AgencyKind, record: Record) -> dict[str, str]:
    exempt = bool(kind.exempt_when) and all(record.get(key) == value for key, value in kind.exempt_when.items())
    is_province = "iso3166_2" in record
    return {
        "code": f"P{record['code']}" if is_province else record["code"],
        "name_th": record.get("full_name_th") or record["name_th"],
        "framework": framework.id,
        "ministry": kind.ministry or ministry_in(record.get("ministry_code", ""), framework.fiscal_year),
        "province": record["code"] if is_province else "",
        "emails": "",
        "sla": "0",
        "exempt_reason": kind.exempt_reason if exempt else "",
        **({"kind": kind.id} if len(framework.kinds) > 1 else {}),
    }


def _in_year(record: Record, fiscal_year: int) -> bool:
    last = record.get("valid_to_fy", "")
    return not last or fiscal_year <= int(last)


def ministry_in(code: str, fiscal_year: int) -> str:
    """Give the ministry that has the agencies of a ministry in a fiscal year: itself, or who came after it."""
    row = ministries().get(code)
    while row and not _in_year(row, fiscal_year) and row.get("successor_code"):
        code = row["successor_code"]
        row = ministries().get(code)
    return code


def agency_mistakes(row: Record, framework: Framework) -> list[str]:
    """Name what is wrong in one row of a season's `agencies.csv`; nothing is wrong with a good one."""
    found = []
    if not row["code"].strip():
        found.append("the code is missing")
    if row["ministry"].strip() not in (*ministries(), ""):
        found.append(f"there is no ministry {row['ministry']!r}")
    if row["province"].strip() not in (*provinces(), ""):
        found.append(f"there is no province {row['province']!r}")
    if row["sla"].strip().lower() not in TRUE_WORDS | FALSE_WORDS:
        found.append(f"sla is {row['sla']!r}, wants 1 or 0")
    stated = (row.get("kind") or "").strip()
    if stated and len(framework.kinds) > 1 and stated not in {item.id for item in framework.kinds}:
        found.append(f"there is no kind of agency {stated!r} in {framework.id}")
    return found


def agency_from(row: Record, framework: Framework) -> Agency:
    """Read one row of a season's `agencies.csv`."""
    code, name, province = row["code"].strip(), row["name_th"].strip(), row.get("province", "").strip()
    cluster = cluster_of(province, framework.fiscal_year) if province else ""
    ministry = row.get("ministry", "").strip()
    known = provinces().get(province)
    stated, kind_of = local_type(name), (row.get("kind") or "").strip()
    kind = framework.kind(kind_of or _kind_told(code, stated))
    return Agency(
        code=code,
        name=name,
        full_name=name,
        framework=framework.id,
        ministry=ministry,
        province=province,
        cluster=cluster,
        region=known["region"] if known else "",
        group={BY_CLUSTER: cluster, BY_PROVINCE: province}.get(kind.group, ministry),
        emails=tuple(part for part in row.get("emails", "").replace(";", " ").replace(",", " ").split() if part),
        sla=row.get("sla", "").strip().lower() in TRUE_WORDS,
        exempt_reason=row.get("exempt_reason", "").strip(),
        kind=kind.id,
        within=kind.group,
        type=(row.get("type") or "").strip() or stated,
        district=(row.get("district") or "").strip(),
    )


def _kind_told(code: str, local: str) -> str:
    """Tell the kind of an agency by its name and code, where its row does not state it."""
    return PROVINCE if code[:1] == "P" and code[1:] in provinces() else LOCAL if local else DEPARTMENT


@cache
def _local_types() -> tuple[tuple[str, str], ...]:
    rows = [(row["alias"], row["code"]) for row in records("aliases") if row["kind"] == "lao_type"]
    return tuple(sorted(rows, key=lambda row: -len(row[0])))


def local_type(name: str) -> str:
    """Give the type of local body that a name begins with, as the alias table codes it; "" for any other name."""
    return next((code for alias, code in _local_types() if name.startswith(alias)), "")
