"""The words of results that are judged by a profile: what its agencies are called, its instruments and indicators."""

from __future__ import annotations

from templates.instruments import Profile
from templates.registry import Agency
from templates.spec import Framework
from templates.words import say

_BRIEF = ("ministry", "cluster", "province")


def p(key: str, **params: object) -> str:
    """Give a Thai sentence of the results that are judged by a profile."""
    return say("profiles", key, "th", **params)


def brief_kinds() -> dict[str, str]:
    """Give a short word for what is ranked, by what it is ranked within (`AgencyKind.group`); "" for any other."""
    return {**{name: p(f"brief_{name}") for name in _BRIEF}, "": p("brief_other")}


def agency_name(agency: Agency) -> str:
    """Name an agency; a local body with its district, since many of a province have the same name."""
    return p("with_district", name=agency.name, district=agency.district) if agency.district else agency.name


def short_title(framework: Framework) -> str:
    """Name a framework as on narrow sheets."""
    return framework.short or framework.id


def indicator_name(profile: Profile, no: str) -> str:
    """Give number and name of an indicator; an instrument has only its code."""
    return next((f"{item.no} {item.name}" for item in profile.indicators if item.no == no), no)
