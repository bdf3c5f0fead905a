"""What an agency still has to send or sent late, in words: a form, or the later stage of one whose earlier stage was accepted."""

from __future__ import annotations

from collections.abc import Iterable

from processors.explain import words
from processors.filing import LATE, NOT_PASSED, ON_TIME, SILENT, Filing, form_name, state_text
from processors.wording import day_text, t, verdict_text
from templates.stages import form_text, stage_label


def lacking(items: Iterable[Filing]) -> list[Filing]:
    """Keep what is late, returned or silent, and what lacks a later stage."""
    return [item for item in items if item.state in (LATE, NOT_PASSED, SILENT) or item.owed is not None]


def lacking_form(item: Filing) -> str:
    """Name the form with the stage that must still come, else with the one that came."""
    return form_text(item.form, item.owed) if _partly(item) and item.owed else form_name(item)


def lacking_state(item: Filing) -> str:
    """Say where it stands; of a later stage that it has not come, whatever became of the earlier one."""
    return t("state_silent") if _partly(item) else state_text(item)


def lacking_told(item: Filing) -> str:
    """Say where it stands; of what came late also that no score is less for it: only what is missing deducts."""
    told = lacking_state(item)
    return f"{told} ({words('no_effect')})" if item.state == LATE and not _partly(item) else told


def lacking_detail(item: Filing) -> str:
    """Say what came last and when; of a later stage that only the earlier one was accepted."""
    if item.filed is None:
        return t("nothing_received")
    told = t("last_verdict", verdict=verdict_text(item.filed.verdict))
    if _partly(item):
        told = words("only_stage", stage=stage_label(item.form, item.filed.stage))
    return f"{told} · {t('received_on', date=day_text(item.filed.received))}"


def _partly(item: Filing) -> bool:
    """Tell whether an earlier stage was accepted and a later one is owed."""
    return item.owed is not None and item.filed is not None and item.state in (ON_TIME, LATE)
