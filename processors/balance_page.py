"""The first sheet of the status board: whether everything adds up, and with which numbers it does not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from processors import reconcile
from processors.filing import Filing, deadlines_text
from processors.results import Balance, Results, RowCount
from processors.sheets import Block, Column, Grid, Heading, Line, Para
from processors.wording import kinds, t, verdict_text
from templates.spec import Form
from templates.stages import form_text
from workbook.book import CellValue

COUNT = "cell+whole+centre"


def balance_blocks(results: Results, items: Sequence[Filing] = ()) -> list[Block]:
    """Give the reconciliation: one line that says whether it balances, what does not, then every equation with its numbers.

    `items`: the filings, of which those are counted that only an earlier stage was accepted of.
    """
    balance = results.balance
    good = balance.balances
    blocks: list[Block] = [Para(t("balances") if good else t("balances_not"), "good+bold" if good else "wrong+bold")]
    blocks += [Para(text, "missing+wrap") for text in reconcile.sentences(balance, "th", form_names(results))]
    blocks += [Heading(t("found_heading")), Para(found_line(balance), "wrap" if balance.files_balance else "missing+wrap")]
    blocks += [found_grid(balance), Heading(t("expected_heading")), expected_grid(results), *_only_earlier(items)]
    blocks.append(Para(t("expected_note"), "note"))
    rows = rows_grid(results)
    blocks += [Heading(t("rows_heading")), rows, Para(t("rows_note"), "note")] if rows.lines else []
    return blocks


def _only_earlier(items: Sequence[Filing]) -> list[Block]:
    """Say by form and stage how many of those that have filed still owe the stage after it."""
    partly = [item for item in items if item.partly]
    count = Counter((item.form.full_id, item.owed or "") for item in partly)
    owed = {(item.form.full_id, item.owed or ""): form_text(item.form, item.owed or "") for item in partly}
    return [Para(t("expected_partly", form=owed[key], count=number)) for key, number in count.items()]


def forms_of(results: Results) -> dict[str, Form]:
    """Give the forms of a publication by their full ids."""
    return {form.full_id: form for item in results.frameworks for form in item.forms}


def form_names(results: Results) -> dict[str, str]:
    """Name what a reconciliation counts apart: forms by their titles, frameworks and rounds by theirs.

    Where two frameworks give forms the same title, the word for their agencies tells them apart.
    """
    whose = framework_names(results)
    many = Counter(form.title for form in forms_of(results).values())
    names: dict[str, str] = {}
    for one in results.frameworks:
        who = whose[one.id]
        names |= {form.full_id: f"{form.title} ({who})" if many[form.title] > 1 else form.title for form in one.forms}
        names |= {f"{one.id} {item.id}": f"{item.title} ({who})" for item in one.rounds}
    return names


def framework_names(results: Results) -> dict[str, str]:
    """Name each framework by the word for its agencies; by its title where others have the same word."""
    words, groups = kinds(), {one.id: tuple(kind.group for kind in one.kinds) for one in results.frameworks}
    many = Counter(groups.values())
    own = {name: words.get(group[0], "") for name, group in groups.items() if len(group) == 1 and many[group] == 1}
    return {one.id: own.get(one.id) or one.title for one in results.frameworks}


def _order(results: Results) -> dict[str, int]:
    """Number the forms and rounds of a publication as they follow upon each other within their frameworks."""
    keys: list[str] = []
    for one in results.frameworks:
        for item in one.rounds:
            keys += [f"{one.id}/{form}" for form in item.forms]
            keys.append(f"{one.id} {item.id}")
    return {key: at for at, key in enumerate(keys)}


def found_grid(balance: Balance) -> Grid:
    """Give the ten verdicts with their counts on the share and in the ledger, their sum, and the number found."""
    columns = (Column(t("col_verdict")), Column(t("col_files"), style=COUNT), Column(t("col_kept"), style=COUNT))
    total = sum(balance.verdicts.values())
    kept: Mapping[str, int] = balance.verdicts if balance.kept is None else balance.kept
    lines = [
        Line((verdict_text(name), count, kept.get(name, 0)), "" if count == kept.get(name, 0) else "missing")
        for name, count in balance.verdicts.items()
    ]
    lines.append(Line((t("sum_of_verdicts"), total, sum(kept.values())), "total"))
    lines.append(Line((t("found"), balance.found, balance.found), "total"))
    differences = (balance.found - total, balance.found - sum(kept.values()))
    lines.append(Line((t("difference"), *differences), "missing" if any(differences) else "good"))
    return Grid(columns, tuple(lines))


def expected_grid(results: Results) -> Grid:
    """Give per form who was expected and what came, with the difference that must be 0; forms go by their titles."""
    names, order = form_names(results), _order(results)
    days = {form.full_id: deadlines_text(one, form) for one in results.frameworks for form in one.forms}
    heads = ("expected", "filed", "late", "silent", "exempt", "difference")
    columns = (
        Column(t("col_form")), *(Column(t(f"col_{head}"), style=COUNT) for head in heads), Column(t("col_balances")),
        Column(t("col_closes"), style="cell+centre"),
    )  # fmt: skip
    lines = []
    for item in sorted(results.balance.expected, key=lambda item: order.get(item.form, len(order))):
        parts: tuple[CellValue, ...] = (item.expected, item.filed, item.late, item.silent, item.exempt)
        difference = item.expected - item.filed - item.late - item.silent - item.exempt
        tail = (difference, _word(item.balances), days.get(item.form))
        lines.append(Line((names.get(item.form, item.form), *parts, *tail), "" if item.balances else "missing"))
    return Grid(columns, tuple(lines))


def rows_grid(results: Results) -> Grid:
    """Give per table and part how many rows were read at the source, written and withheld, with the difference."""
    names, order = form_names(results), _order(results)
    columns = (
        Column(t("col_table")), Column(t("col_read"), style=COUNT), Column(t("col_written"), style=COUNT),
        Column(t("col_withheld"), style=COUNT), Column(t("col_difference"), style=COUNT), Column(t("col_balances")),
    )  # fmt: skip
    counted = [item for item in results.balance.rows if item.written is not None]
    tables = _in_order(counted)
    counted.sort(key=lambda item: (tables.index(item.table), order.get(item.part, len(order))))
    return Grid(columns, tuple(_row(item, names.get(item.part, item.part)) for item in counted))


def _row(item: RowCount, name: str) -> Line:
    written = item.written or 0
    values = (t(f"rows_{item.table}", part=name), item.read, written, item.withheld, item.read - written - item.withheld)
    return Line((*values, _word(item.balances)), "" if item.balances else "missing")


def _word(balances: bool) -> str:
    return t("balance_yes") if balances else t("balance_no")


def found_line(balance: Balance) -> str:
    """Say in one sentence whether found = the sum of the verdicts, with every count that is not 0."""
    parts = [f"{verdict_text(name)} {count:,}" for name, count in balance.verdicts.items() if count]
    total = sum(balance.verdicts.values())
    key = "found_balances" if total == balance.found else "found_balances_not"
    return t(key, found=f"{balance.found:,}", parts=" + ".join(parts) or "0", total=f"{total:,}")


def expected_line(results: Results) -> str:
    """Say in one sentence whether expected = filed + late + silent + exempt for every form."""
    names = form_names(results)
    wrong = [item.form for item in results.balance.expected if not item.balances]
    if wrong:
        return t("expected_balances_not", forms=", ".join(names.get(name, name) for name in wrong))
    parts = ("expected", "filed", "late", "silent", "exempt")
    sums = {name: f"{sum(getattr(item, name) for item in results.balance.expected):,}" for name in parts}
    return t("expected_balances", forms=len(results.balance.expected), **sums)


def rows_line(results: Results) -> str:
    """Say in one sentence whether the rows read are the rows written; "" before anything is written."""
    counted = [item for item in results.balance.rows if item.written is not None]
    wrong = [item for item in counted if not item.balances]
    if not counted:
        return ""
    names = form_names(results)
    if wrong:
        parts = (t(f"rows_{item.table}", part=names.get(item.part, item.part)) for item in wrong)
        return t("rows_balance_not", parts=", ".join(parts))
    told = [_rows_sum(table, [item for item in counted if item.table == table]) for table in _in_order(counted)]
    return t("rows_balance", parts=" · ".join(told))


def _in_order(counted: Sequence[RowCount]) -> list[str]:
    return list(dict.fromkeys(item.table for item in counted))


def _rows_sum(table: str, counted: Sequence[RowCount]) -> str:
    """Write the equation of one table over all its parts; what nothing was withheld of needs no sum."""
    read, written, withheld = (
        f"{sum(values):,}" for values in zip(*((item.read, item.written or 0, item.withheld) for item in counted), strict=True)
    )
    known = {"read": read, "written": written, "withheld": withheld}
    return t("rows_sum_withheld" if any(item.withheld for item in counted) else "rows_sum", name=t(f"rows_of_{table}"), **known)
