"""The first sheet of the status board: whether everything adds up, and with which numbers it does not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from processors import reconcile
from processors.results import Balance, Results, RowCount
from processors.sheets import Block, Column, Grid, Heading, Line, Para
from processors.wording import kinds, t, verdict_text
from templates.spec import Form
from workbook.book import CellValue

COUNT = "cell+whole+centre"


def balance_blocks(results: Results) -> list[Block]:
    """Give the reconciliation: one line that says whether it balances, what does not, then every equation with its numbers."""
    balance = results.balance
    good = balance.balances
    blocks: list[Block] = [Para(t("balances") if good else t("balances_not"), "good+bold" if good else "wrong+bold")]
    blocks += [Para(text, "missing+wrap") for text in reconcile.sentences(balance, "th", form_names(results))]
    blocks += [Heading(t("found_heading")), Para(found_line(balance), "wrap" if balance.files_balance else "missing+wrap")]
    blocks += [found_grid(balance), Heading(t("expected_heading")), expected_grid(results), Para(t("expected_note"), "note")]
    rows = rows_grid(results)
    blocks += [Heading(t("rows_heading")), rows, Para(t("rows_note"), "note")] if rows.lines else []
    return blocks


def forms_of(results: Results) -> dict[str, Form]:
    """Give the forms of a publication by their full ids."""
    return {form.full_id: form for item in results.frameworks for form in item.forms}


def form_names(results: Results) -> dict[str, str]:
    """Name what a reconciliation counts apart: forms by their titles, frameworks and rounds by theirs.

    Where two frameworks give forms the same title, the word for their agencies tells them apart.
    """
    words, kind = kinds(), Counter(one.group for one in results.frameworks)
    many = Counter(form.title for form in forms_of(results).values())
    names: dict[str, str] = {}
    for one in results.frameworks:
        who = words.get(one.group, one.title) if kind[one.group] == 1 else one.title
        names |= {form.full_id: f"{form.title} ({who})" if many[form.title] > 1 else form.title for form in one.forms}
        names |= {f"{one.id} {item.id}": f"{item.title} ({who})" for item in one.rounds}
    return names


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
    titles = {item.id: item.title for item in results.frameworks}
    heads = ("expected", "filed", "late", "silent", "exempt", "difference")
    columns = (
        Column(t("col_form")), *(Column(t(f"col_{head}"), style=COUNT) for head in heads), Column(t("col_balances")),
        Column(t("col_framework_title")),
    )  # fmt: skip
    lines = []
    for item in sorted(results.balance.expected, key=lambda item: order.get(item.form, len(order))):
        parts: tuple[CellValue, ...] = (item.expected, item.filed, item.late, item.silent, item.exempt)
        difference = item.expected - item.filed - item.late - item.silent - item.exempt
        tail = (difference, _word(item.balances), titles.get(item.form.partition("/")[0]))
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
    tables = list(dict.fromkeys(item.table for item in counted))
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
    return t("expected_balances", forms=len(results.balance.expected))


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
    read, withheld = (sum(values) for values in zip(*((item.read, item.withheld) for item in counted), strict=True))
    return t("rows_balance", read=f"{read:,}", withheld=f"{withheld:,}")
