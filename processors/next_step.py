"""What happens next to a filing: who acts, and one short sentence of what to do."""

from __future__ import annotations

from processors.filing import AWAITED, EXCUSED, LATE, NOT_DUE, NOT_PASSED, ON_TIME, OPTIONAL, SILENT, Filing, short_name
from processors.wording import day_text, t
from templates.stages import stage_label, stages
from validation.gates import CONFLICT, RETURNED, WRONG_ROUND

AGENCY, CENTRE, ASSESSOR, NOBODY = "agency", "centre", "assessor", "nobody"
_SETTLED = {EXCUSED: "none", OPTIONAL: "optional", NOT_DUE: "wait"}


def who_acts(item: Filing) -> str:
    """Name who acts next: the agency, the centre, the assessor, or nobody."""
    return t(f"who_{_step(item)[0]}")


def next_text(item: Filing) -> str:
    """Say in one short sentence what is to be done next, and that the centre calls where it does."""
    _, key, gaps = _step(item)
    text = t(f"next_{key}", **gaps)
    return f"{text} · {t('next_call')}" if called(item) and key != "overdue" else text


def called(item: Filing) -> bool:
    """Tell whether the centre calls for it: it is overdue, and the agency holds or can get the form."""
    return item.overdue > 0 and _step(item)[1] != "issue"


def _step(item: Filing) -> tuple[str, str, dict[str, object]]:
    if item.state in _SETTLED:
        return NOBODY, _SETTLED[item.state], {}
    if item.state == AWAITED:
        return ASSESSOR if item.serial else CENTRE, "awaited" if item.serial else "issue", {}
    if item.state == SILENT:
        return _outstanding(item)
    if item.state == NOT_PASSED:
        return _mend(item)
    assert item.state in (ON_TIME, LATE)
    if item.last is not None and item.last.returned is not None:
        return AGENCY, "kept", {"errors": item.last.errors}
    return (NOBODY, "done", {}) if item.owed is None else _outstanding(item)


def _outstanding(item: Filing) -> tuple[str, str, dict[str, object]]:
    if item.waits is not None:
        # Only the last stage of the earlier form lets this one be issued.
        last = stage_label(item.waits, stages(item.waits)[-1])
        return AGENCY, "first", {"form": f"{short_name(item.framework, item.waits)} {last}".strip()}
    if not item.serial:
        return CENTRE, "issue", {}
    stage = stage_label(item.form, item.owed) if item.owed and item.state != SILENT else ""
    gaps: dict[str, object] = {"stage": stage, "days": item.overdue, "date": day_text(item.closes) if item.closes else ""}
    if item.overdue:
        return CENTRE, "overdue", gaps
    return AGENCY, "send_by" if item.closes else "send", gaps


def _mend(item: Filing) -> tuple[str, str, dict[str, object]]:
    errors = item.last.errors if item.last else 0
    verdict = item.last.verdict if item.last else item.filed.verdict if item.filed else ""
    if verdict == RETURNED:
        return AGENCY, "mend" if errors else "mend_plain", {"errors": errors}
    return AGENCY, verdict if verdict in (CONFLICT, WRONG_ROUND) else "see_receipt", {}
