"""The sheet of what changed: each answer that differs from the attempt before and from the return that counts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from processors.compare import MOVED, Change
from processors.headline import EMPTY
from processors.letter import LONGEST, WIDTH, Letter
from processors.memory import Attempt
from processors.remarks import Answer, words
from templates.lists import thai_date
from templates.words import say
from validation.gates import ACCEPTED
from workbook.book import CellValue, Link, Sheet

_WIDTHS = {1: 5.0, 2: 30.0, 3: 32.0, 4: 31.0, 5: 31.0, 6: 12.0}
assert sum(_WIDTHS.values()) == WIDTH
_TAB = "#2B6CB0"


def changes_sheet(answer: Answer, *, links: bool) -> Sheet | None:
    """Build the sheet, None when nothing changed or nothing stood there before; `links` where the form's sheets are beside it."""
    memory = answer.memory
    first = memory.before is not None and any(item.code == EMPTY for item in memory.before.findings)
    changed = () if first else memory.changed
    if not changed and not memory.changed_counting:
        return None
    letter = Letter(_WIDTHS)
    letter.title(words("changes_title"))
    if changed and memory.before is not None:
        both = memory.before.verdict == ACCEPTED and memory.counting is None
        title = words("changes_both" if both else "changes_before", **_facts(memory.before, changed))
        _block(letter, changed, title, links)
    if memory.changed_counting and memory.counting is not None:
        letter.gap()
        facts = _facts(memory.counting, memory.changed_counting)
        _block(letter, memory.changed_counting, words("changes_counting", **facts), links)
    return letter.sheet(say("pages", "changes_sheet"), _TAB, words("page"))


def _facts(attempt: Attempt, changed: Sequence[Change]) -> dict[str, object]:
    return {"seq": f"{attempt.seq:06d}", "date": thai_date(dt.date.fromisoformat(attempt.day)), "count": len(changed)}


def _block(letter: Letter, changed: Sequence[Change], title: str, links: bool) -> None:
    letter.section(title)
    letter.heads([words(key) for key in ("head_no", "changes_where", "head_label", "changes_was", "changes_now", "changes_kind")])
    for number, item in enumerate(changed, 1):
        where = f"{item.place.sheet}!{item.place.cell.a1()}"
        place: CellValue = Link(where, sheet=item.place.sheet, cell=item.place.cell) if links else where
        values = [number, place, item.place.label, *_shown(item), words(f"kind_{item.kind}")]
        letter.cells(values, {1: "cell+centre", 4: "cell+pad+text", 5: "cell+pad+text"})


def _shown(item: Change) -> tuple[str, str]:
    """Give what stood there before and now: nothing of a person, a long text cut with its length."""
    if item.kind == MOVED:
        return words("moved_row", n=item.before), words("moved_row", n=item.after)
    if item.personal:
        texts = [words("withheld") if text else words("blank") for text in (item.before, item.after)]
    else:
        texts = [short(text) for text in (item.before, item.after)]
    return texts[0], texts[1]


def short(text: str) -> str:
    """Cut a text that no row could show, and say how long it is; a blank is called so."""
    if not text:
        return words("blank")
    tail = words("cut", length=len(text))
    return text if len(text) <= LONGEST else text[: LONGEST - len(tail)] + tail
