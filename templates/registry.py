"""Ministries, departments, provinces, clusters as frozen records, and the agencies of a season."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from templates.load import read_csv
from templates.spec import Framework, Record

_REGISTRY = Path(__file__).parent / "registry"
AGENCY_COLUMNS = ("code", "name_th", "framework", "ministry", "province", "emails", "sla", "exempt_reason")
TRUE_WORDS = frozenset({"1", "true", "yes", "y", "x"})
FALSE_WORDS = frozenset({"", "0", "false", "no", "n"})


@dataclass(frozen=True)
class Agency:
    """Who must file one framework's forms. Codes: `D01021`, `P50`; ministry `OPM`; province TIS code, "" = none.

    `group` is the code of what it is ranked within (ministry or cluster). `sla`: judged elsewhere; `exempt_reason`
    "" = must file.
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
    """Give the Thai name of a ministry or cluster code, the code itself when it is unknown."""
    row = ministries().get(code) or clusters(fiscal_year).get(code)
    return row["name_th"] if row else code


def province_name(code: str) -> str:
    """Give the Thai name of a province, "" when there is none."""
    row = provinces().get(code)
    return row["name_th"] if row else ""


def due_list(framework: Framework) -> tuple[dict[str, str], ...]:
    """Give the rows of `agencies.csv` for a framework from the registry that it names."""
    rows = []
    for record in records(framework.registry):
        exempt = bool(framework.exempt_when) and all(
            record.get(key) == value for key, value in framework.exempt_when.items()
        )
        is_province = "iso3166_2" in record
        rows.append(
            {
                "code": f"P{record['code']}" if is_province else record["code"],
                "name_th": record.get("full_name_th") or record["name_th"],
                "framework": framework.id,
                "ministry": framework.ministry or record.get("ministry_code", ""),
                "province": record["code"] if is_province else "",
                "emails": "",
                "sla": "0",
                "exempt_reason": framework.exempt_reason if exempt else "",
            }
        )
    return tuple(rows)


def agency_mistakes(row: Record) -> list[str]:
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
    return found


def agency_from(row: Record, framework: Framework) -> Agency:
    """Read one row of a season's `agencies.csv`."""
    province = row.get("province", "").strip()
    cluster = cluster_of(province, framework.fiscal_year) if province else ""
    ministry = row.get("ministry", "").strip()
    known = provinces().get(province)
    return Agency(
        code=row["code"].strip(),
        name=row["name_th"].strip(),
        full_name=row["name_th"].strip(),
        framework=framework.id,
        ministry=ministry,
        province=province,
        cluster=cluster,
        region=known["region"] if known else "",
        group=cluster if framework.group == "cluster" else ministry,
        emails=tuple(part for part in row.get("emails", "").replace(";", " ").replace(",", " ").split() if part),
        sla=row.get("sla", "").strip().lower() in TRUE_WORDS,
        exempt_reason=row.get("exempt_reason", "").strip(),
    )
