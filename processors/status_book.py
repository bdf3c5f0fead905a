"""The board of the night as a workbook: does it balance, where stands every form, who is late or silent."""

from __future__ import annotations

from collections.abc import Sequence

from processors.filing import filing_grid, filings, missing
from processors.results import Balance, Results
from processors.sheets import Block, Column, Frame, Grid, Heading, Line, Para, block_sheet, sheet_name, table_sheet
from processors.wording import alert, day_text, recipient_name, t, verdict_text
from templates.spec import Form
from workbook.address import Cell
from workbook.book import Book, CellValue, Link, Sheet

COUNT = "cell+whole+centre"
_WIDTHS = (64, 12, 12, 12, 12, 12, 12, 18, 56)


def status(results: Results) -> Book:
    """Give the late-and-silent board: reconciliation first, then one filterable row per recipient and form."""
    items = filings(results)
    as_of = t("as_of", date=day_text(results.as_of))
    names = [sheet_name(t(f"sheet_{key}")) for key in ("reconciliation", "attention", "filings", "missing")]

    def frame(at: int, title: str) -> Frame:
        return Frame(names[at], t(title, year=results.fiscal_year), as_of, names[0] if at else "", alert(results))

    late = missing(items)
    return Book(
        sheets=(
            _reconciliation(frame(0, "reconciliation_title"), results, names),
            table_sheet(frame(1, "attention_title"), attention_grid(results), 1),
            table_sheet(frame(2, "filings_title"), filing_grid(items), 3),
            table_sheet(frame(3, "missing_title"), filing_grid(late, serials=False), 3),
        ),
        title=t("status_book_title", year=results.fiscal_year),
        subject=as_of,
    )


def _reconciliation(frame: Frame, results: Results, names: Sequence[str]) -> Sheet:
    balance = results.balance
    total = sum(balance.verdicts.values())
    state = (
        t("balances") if balance.balances else t("balances_not"),
        "good+bold" if balance.balances else "missing+bold",
    )
    blocks: list[Block] = [Para(*state), Heading(t("found_heading")), found_grid(balance)]
    blocks.append(Para(found_line(balance), "wrap" if balance.found == total else "missing+wrap"))
    blocks += [Heading(t("expected_heading")), expected_grid(results), Para(t("expected_note"), "note")]
    links = tuple(Line((Link(name, sheet=name, cell=Cell(1, 1)),)) for name in names[1:])
    blocks += [Heading(t("contents")), Grid((Column("", style="link"),), links, heads=False)]
    return block_sheet(frame, blocks, _WIDTHS)


def found_grid(balance: Balance) -> Grid:
    """Give the ten verdicts with their counts, their sum, and the number found."""
    columns = (Column(t("col_verdict")), Column(t("col_files"), style=COUNT))
    total = sum(balance.verdicts.values())
    lines = [Line((verdict_text(name), count)) for name, count in balance.verdicts.items()]
    lines.append(Line((t("sum_of_verdicts"), total), "total"))
    lines.append(Line((t("found"), balance.found), "total"))
    lines.append(Line((t("difference"), balance.found - total), "good" if total == balance.found else "missing"))
    return Grid(columns, tuple(lines))


def attention_grid(results: Results) -> Grid:
    """Give the files that people must look at: what each is, whose, what is wrong and what to do."""
    columns = (
        Column(t("col_file"), 40), Column(t("col_verdict"), 20), Column(t("col_recipient"), 40), Column(t("col_form"), 46),
        Column(t("col_found"), 60), Column(t("col_remedy"), 56), Column(t("col_day"), 15, "cell+date+centre"),
    )  # fmt: skip
    lines = []
    for item in results.attention:
        form = _forms(results).get(item.form)
        values = (
            item.file, verdict_text(item.verdict), _whose(results, item.agency, item.form) or None,
            form.title if form else None, item.message, item.fix, item.received,
        )  # fmt: skip
        lines.append(Line(values))
    return Grid(columns, tuple(lines))


def _whose(results: Results, code: str, form: str) -> str:
    """Name an agency or group with its code, "" when nobody knows whose a file is."""
    names = {(item.framework, item.code): item.name for item in results.agencies}
    frameworks = [item for item in results.frameworks if form.startswith(f"{item.id}/")] or results.frameworks
    if not code or not frameworks:
        return code
    named = (recipient_name(code, item, names) for item in frameworks)
    return t("recipient_coded", name=next((name for name in named if name != code), code), code=code)


def _forms(results: Results) -> dict[str, Form]:
    return {form.full_id: form for item in results.frameworks for form in item.forms}


def expected_grid(results: Results) -> Grid:
    """Give per form who was expected and what came, with the difference that must be 0; forms go by their titles."""
    forms = _forms(results)
    titles = {item.id: item.title for item in results.frameworks}
    heads = ("expected", "filed", "late", "silent", "exempt", "difference")
    columns = (
        Column(t("col_form")), *(Column(t(f"col_{head}"), style=COUNT) for head in heads), Column(t("col_balances")),
        Column(t("col_framework_title")),
    )  # fmt: skip
    lines = []
    for item in results.balance.expected:
        form = forms.get(item.form)
        parts: tuple[CellValue, ...] = (item.expected, item.filed, item.late, item.silent, item.exempt)
        difference = item.expected - item.filed - item.late - item.silent - item.exempt
        word = t("balance_yes") if item.balances else t("balance_no")
        tail = (difference, word, titles.get(item.form.partition("/")[0]))
        lines.append(Line((form.title if form else item.form, *parts, *tail), "" if item.balances else "missing"))
    return Grid(columns, tuple(lines))


def found_line(balance: Balance) -> str:
    """Say in one sentence whether found = the sum of the verdicts, with every count that is not 0."""
    parts = [f"{verdict_text(name)} {count:,}" for name, count in balance.verdicts.items() if count]
    total = sum(balance.verdicts.values())
    key = "found_balances" if total == balance.found else "found_balances_not"
    return t(key, found=f"{balance.found:,}", parts=" + ".join(parts) or "0", total=f"{total:,}")


def expected_line(results: Results) -> str:
    """Say in one sentence whether expected = filed + late + silent + exempt for every form."""
    forms = _forms(results)
    wrong = [item.form for item in results.balance.expected if not item.balances]
    if wrong:
        return t("expected_balances_not", forms=", ".join(forms[name].title if name in forms else name for name in wrong))
    return t("expected_balances", forms=len(results.balance.expected))
