"""Which reminders are due: per form, stage and agency the newest step before or after the effective deadline."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from processors.addressee import addresses
from processors.compose import TEXTS, Letter, where
from processors.contacts import Recorders, recorders
from processors.due import Wanted, form_words
from processors.mail import Mail
from processors.season import Season
from processors.store import Ledger
from templates.lists import thai_date
from templates.registry import Agency
from templates.spec import Carried, Form, Framework
from templates.stages import stage_label, stages
from templates.words import say
from validation.gates import ACCEPTED, CONFLICT, RETURNED

REMIND = "remind"
STALE_DAYS = 30
"""Days after which a step that was never sent is not sent any more: whoever starts late does not write to everybody."""


@dataclass(frozen=True)
class Step:
    """A step that is due for a form: `days` below 0 before the deadline, above 0 after it."""

    framework: Framework
    form: Form
    stage: str
    deadline: dt.date
    days: int

    def key(self, agency: str) -> str:
        """Give the key of the letter to an agency; another deadline has other steps."""
        return f"{REMIND}:{self.form.full_id}:{self.stage}:{agency}:{self.deadline.isoformat()}:{self.days}"


@dataclass(frozen=True)
class _Known:
    """What the ledger says of (form, agency): stages accepted, the newest try, the issued workbook, who recorded a plan."""

    accepted: frozenset[tuple[str, str, str]]
    tries: Mapping[tuple[str, str], tuple[int, str]]
    issued: Mapping[tuple[str, str], str]


def newest_step(mail: Mail, deadline: dt.date, as_of: dt.date) -> int | None:
    """Give the newest step that is due on a day, None when none is: before the first, or long after the last."""
    passed = (as_of - deadline).days
    due = [step for step in (*(-days for days in mail.remind_before), *mail.remind_after) if step <= passed]
    step = max(due, default=None)
    if step is None or (step <= 0 < passed) or passed - step > STALE_DAYS:
        return None
    return step


def steps(season: Season, ledger: Ledger, as_of: dt.date) -> list[Step]:
    """Give the steps that are due on a day; rounds that are not open yet, or sealed, have none."""
    sealed = ledger.sealed()
    found: dict[tuple[str, dt.date], Step] = {}
    for framework in season.frameworks.values():
        for place in framework.rounds:
            if place.id in sealed or (place.opens is not None and place.opens > as_of):
                continue
            for item in _of_forms(season.mail, framework, place.forms, as_of):
                # Two stages with one deadline are one letter, about the last.
                found[item.form.full_id, item.deadline] = item
    return list(found.values())


def _of_forms(mail: Mail, framework: Framework, form_ids: tuple[str, ...], as_of: dt.date) -> Iterator[Step]:
    for form in (framework.form(form_id) for form_id in form_ids):
        if form.issued_to != "agencies" or form.optional:
            continue
        for stage in stages(form):
            deadline = framework.deadline(form.id, stage)
            step = newest_step(mail, deadline.date, as_of) if deadline else None
            if deadline is not None and step is not None:
                yield Step(framework, form, stage, deadline.date, step)


def reminders(season: Season, ledger: Ledger, as_of: dt.date, now: str) -> tuple[Wanted, frozenset[str]]:
    """Give the reminders that were never queued, and the keys of all that are due today: others that wait are void."""
    wanted, keys = Wanted(now), set()
    due = steps(season, ledger, as_of)
    if not due:
        return wanted, frozenset()
    queued = {str(row[0]) for row in ledger.rows("SELECT key FROM mail WHERE kind=?", REMIND)}
    known = _known(ledger)
    people: Recorders | None = None
    for step in due:
        for agency in (one for one in season.agencies if one.framework == step.framework.id and _awaited(step, one, known)):
            key = step.key(agency.code)
            keys.add(key)
            if key in queued:
                continue
            people = recorders(ledger) if people is None else people
            recipients = addresses([*agency.emails, *people.get((agency.framework, agency.code), [])])
            if recipients:
                wanted.letters.append(Letter(key, REMIND, 0, recipients, _facts(step, agency, known), now))
            else:
                wanted.nobody.append(agency.code)
    return wanted, frozenset(keys)


def _known(ledger: Ledger) -> _Known:
    accepted = ledger.rows(
        "SELECT DISTINCT form, agency, stage FROM returned WHERE verdict='accepted' AND seq NOT IN (SELECT seq FROM forgotten)"
    )
    tries = ledger.rows(
        "SELECT form, agency, seq, verdict FROM returned WHERE seq IN (SELECT max(seq) FROM returned "
        "WHERE known=1 AND verdict<>'duplicate' GROUP BY form, agency)"
    )
    issued = ledger.rows("SELECT form, agency, file FROM issued ORDER BY serial")
    return _Known(
        frozenset((form, agency, stage) for form, agency, stage in accepted),
        {(form, agency): (seq, verdict) for form, agency, seq, verdict in tries},
        {(form, agency): file for form, agency, file in issued},
    )


def _awaited(step: Step, agency: Agency, known: _Known) -> bool:
    """Tell whether an agency is still to file: nothing of this stage or a later one is accepted, and it was given the form.

    Whoever has no form because its plan is missing is reminded too; whoever was just not given it is not.
    """
    order = stages(step.form)
    later = order[order.index(step.stage) :]
    if not agency.due or any((step.form.full_id, agency.code, stage) in known.accepted for stage in later):
        return False
    return (step.form.full_id, agency.code) in known.issued or _missing_plan(step, agency, known) is not None


def _missing_plan(step: Step, agency: Agency, known: _Known) -> Form | None:
    """Give the form that this one carries and of which nothing is accepted in its last stage; None when there is none."""
    carried = {item.source.split(".")[0] for table in step.form.tables for item in table.fields if item.origin == "carried"}
    carried |= {table.rows.form for table in step.form.tables if isinstance(table.rows, Carried)}
    for form in step.framework.forms:
        last = stages(form)[-1]
        if form.id in carried and form.id != step.form.id and (form.full_id, agency.code, last) not in known.accepted:
            return form
    return None


def _facts(step: Step, agency: Agency, known: _Known) -> dict[str, str]:
    who = step.form.full_id, agency.code
    file = known.issued.get(who, "")
    facts = {
        "text": "remind_after" if step.days > 0 else "remind_before",
        "agency": agency.name, "code": agency.code, "form": form_words(step.framework, step.form, step.stage),
        "date": thai_date(step.deadline), "fact_agency": f"{agency.name} ({agency.code})",
        "fact_form": form_words(step.framework, step.form, step.stage, whole=True), "fact_due": thai_date(step.deadline),
        "fact_standing": _standing(step, who, known), "fact_form_file": where(file) if file else "",
    }  # fmt: skip
    plan = None if who in known.issued else _missing_plan(step, agency, known)
    return facts if plan is None else {**facts, **_plan_first(step, plan, known.issued.get((plan.full_id, agency.code), ""))}


def _plan_first(step: Step, plan: Form, file: str) -> dict[str, str]:
    """Ask for the form that this one can't be issued without; `file` is what was issued of it, "" nothing yet."""
    named = say(TEXTS, "plan_named", file=file.rpartition("/")[2]) if file else ""
    words = form_words(step.framework, plan, stages(plan)[-1])
    return {"text": "remind_plan", "plan": words, "plan_file": named, "fact_form_file": where(file) if file else ""}


def _standing(step: Step, who: tuple[str, str], known: _Known) -> str:
    if who not in known.issued:
        return say(TEXTS, "standing_unissued")
    if who not in known.tries:
        return say(TEXTS, "standing_silent")
    seq, verdict = known.tries[who]
    if verdict == RETURNED:
        return say(TEXTS, "standing_returned", seq=f"{seq:06d}", where=where(who[1]))
    if verdict == CONFLICT:
        return say(TEXTS, "standing_conflict")
    if verdict == ACCEPTED and step.stage:
        return say(TEXTS, "standing_accepted", seq=f"{seq:06d}", stage=stage_label(step.form, step.stage))
    return say(TEXTS, "standing_other", seq=f"{seq:06d}", verdict=say("command", f"verdict_{verdict}"))
