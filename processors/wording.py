"""The words of results: statuses, reasons, verdicts, places and days as the people of the public sector read them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal

from processors.board import Row
from processors.outcome import EXEMPT, SubScore, Why
from processors.rank import Standing
from processors.results import Results
from templates.lists import thai_date
from templates.registry import group_name, province_name, records
from templates.spec import Framework
from templates.words import say, texts
from workbook.book import CellValue

FILE = "results"


def t(key: str, **params: object) -> str:
    """Give a Thai sentence of the result texts."""
    return say(FILE, key, "th", **params)


def known(key: str) -> bool:
    """Tell whether the result texts have a sentence."""
    return key in texts(FILE)["th"]


def kinds() -> dict[str, str]:
    """Give the word for what is ranked, by what it is ranked within (`AgencyKind.group`); "" for any other."""
    return {"ministry": t("kind_ministry"), "cluster": t("kind_cluster"), "province": t("kind_province"), "": t("kind_other")}


def group_word(within: str) -> str:
    """Give the word for what agencies are ranked within (`AgencyKind.group`)."""
    return t(f"group_{within}") if known(f"group_{within}") else t("group_other")


def status_text(status: str) -> str:
    """Say a status of the scores."""
    return t(f"status_{status}")


def why_text(why: Why) -> str:
    """Say the reason of a score with its values."""
    params = dict(why.params)
    code = why.code
    if "level" in params:
        params["level_text"] = level_text(int(params["level"]))
    if code == "excused":
        return status_text(params.get("status", EXEMPT))
    if params.get("level") == "0" and known(f"why_{code}_none"):
        code = f"{code}_none"
    if params.get("late") == "0" and known(f"why_{code}_in_time"):
        code = f"{code}_in_time"
    if code == "total_scored" and Decimal(params.get("deduction") or 0) != 0:
        code = "total_deducted"
    return t(f"why_{code}", **params)


def level_text(level: int) -> str:
    """Say a level; 0 is below level 1."""
    return t("level_n", level=level) if level else t("level_none")


def level_of(sub: SubScore) -> CellValue:
    """Give a level for a cell: a number, the words for below level 1, or a blank where none was judged."""
    return sub.level or (t("level_none") if sub.level == 0 else None)


def reason(row: Row) -> str:
    """Say why an agency is outside the rank; for the ranked what is below level 1 or behind a closed gate."""
    total = row.score.total
    if total.why.code == "excused":
        own = row.agency.exempt_reason if total.status == EXEMPT else ""
        return f"{status_text(total.status)}: {own}" if own else status_text(total.status)
    if row.ranked:
        told = [sub for sub in row.score.subs if sub.status != total.status]
        return ", ".join(f"{sub.indicator} {status_text(sub.status)}" for sub in told)
    gaps = [f"{sub.indicator} {_gap(sub)}" for sub in row.score.subs if sub.indicator in row.gaps]
    return t("outside", gaps=", ".join(gaps) or status_text(total.status))


def _gap(sub: SubScore) -> str:
    """Say in few words what a sub-indicator lacks: its status, or that of the plan only an earlier stage was accepted."""
    if sub.why.code == "plan_not_final":
        return t("gap_plan_not_final", **sub.why.params)
    return status_text(sub.status)


def standing_cells(standing: Standing) -> tuple[CellValue, ...]:
    """Give rank, the word for a shared rank, and the number ranked; an unranked agency has blanks."""
    if standing.rank is None:
        return None, None, None
    return standing.rank, t("shared") if standing.shared else None, standing.of


def standing_text(standing: Standing) -> str:
    """Say a place: rank, shared or not, and out of how many."""
    if standing.rank is None:
        return t("unranked")
    return t("standing_shared" if standing.shared else "standing", rank=standing.rank, of=standing.of)


def verdict_text(verdict: str) -> str:
    """Say a verdict of the contract."""
    return t(f"verdict_{verdict}")


def flags_text(flags: tuple[str, ...]) -> str:
    """Say the flags of a return; one without words stays as it is."""
    return ", ".join(t(f"flag_{flag}") if known(f"flag_{flag}") else flag for flag in flags)


def day_text(day: dt.date) -> str:
    """Write a day in full: the Thai month, the year of the Buddhist era."""
    return thai_date(day)


def group_text(framework: Framework, code: str) -> str:
    """Give the name of a ministry, cluster or province."""
    name = group_name(code, framework.fiscal_year)
    return province_name(code) or name if name == code else name


def recipient_name(code: str, framework: Framework, names: Mapping[tuple[str, str], str]) -> str:
    """Give the name of whom a form was issued to: an agency of the framework, a group, or another department."""
    found = names.get((framework.id, code))
    if found:
        return found
    name = group_name(code, framework.fiscal_year)
    if name != code:
        return name
    return next((row["name_th"] for row in records("departments") if row["code"] == code), code)


def alert(results: Results) -> str:
    """Give the warning of simulated data, "" for real ones."""
    return t("simulated") if results.simulated else ""
