"""The first sheet of an issued workbook: who fills what, by when, how it comes back, what signs and words mean; the passport."""

from __future__ import annotations

from templates import lists, paper
from templates.draft import GAP, Draft
from templates.frame import NOTICE, agency_line
from templates.issued import Issued, footer
from templates.layout import CODE_ROW, INTRO_COL, INTRO_WIDTH, Layout, intro_widths
from templates.paper import Part
from templates.words import say
from templates.worked import worked_fields, worked_rows
from workbook.address import Cell
from workbook.book import CellValue, Link, Put, Sheet
from workbook.fit import bound, broken, height
from workbook.style import NOTE_SIZE, TAB_INTRO, resolve

_LEGEND = (("entry", "entry+closed"), ("locked", "locked"), ("wrong", "wrong"))
_QUESTION = (("warn", "warn"),)
"""The colour of questions, which only a file that comes back shows."""
_STEPS = ("check", "fill", "tall", "ready", "save", "send", "answer")
_PAIR = 27.0
"""Characters that the left one of two texts side by side takes at least."""


def intro(issued: Issued, layout: Layout, *, returned: bool = False) -> Sheet:
    """Build the first sheet: who fills what, by when, how it comes back, what colours and words mean, and the passport line.

    `returned`: of a file that comes back to be mended.
    """
    page = _Intro(issued, layout)
    page.top()
    page.facts()
    ready = say("pages", "ready_sheet")
    starred = page.starred("step_starred")
    told = [name for name in _STEPS if layout.is_watched or name != "ready"]
    steps = [issued.digits(say("pages", f"step_{name}", n=n, ready=ready, starred=starred)) for n, name in enumerate(told, 1)]
    page.section("steps", [(bound(step), "wrap") for step in steps])
    page.legend(returned=returned)
    links = [lists.sheet_link(layout, name) for name in layout.sheets]
    if layout.is_watched:
        links.append(Link(f"{ready}: {say('pages', 'ready_title')}", sheet=ready))
    page.section("contents", [(link, "link+wrap+small") for link in links])
    page.worked()
    page.glossary()
    page.gap()
    issue = issued.digits(say("pages", "issue", issue=issued.form.version))
    page.rows([(issue, "small+muted"), (issued.passport.line(), "foot")])
    return page.sheet()


class _Intro:
    """The first sheet on its way: lines over all columns, and lines of two texts side by side."""

    def __init__(self, issued: Issued, layout: Layout) -> None:
        self.issued = issued
        self.layout = layout
        self.draft = Draft(intro_widths(tuple(item.width for item in worked_fields(issued.form))))
        self.row = CODE_ROW
        self.parts: list[Part] = []
        self.middle = next(
            col for col in sorted(self.draft.widths) if self.draft.wide(self.draft.first_col, col) >= _PAIR
        )  # fmt: skip

    def rows(self, lines: list[tuple[CellValue, str]]) -> None:
        """Write texts over all columns, each as high as it needs."""
        draft = self.draft
        for value, style in lines:
            draft.across((self.row, draft.first_col, draft.last_col), value, style)
            self.fit([(_text(value), draft.wide(draft.first_col, draft.last_col))], style)

    def pair(self, left: tuple[str, str], right: tuple[str, str]) -> None:
        """Write two texts with their styles side by side."""
        draft, middle = self.draft, self.middle
        draft.across((self.row, draft.first_col, middle), *left)
        draft.across((self.row, middle + 1, draft.last_col), *right)
        texts = [(left[0], draft.wide(draft.first_col, middle)), (right[0], draft.wide(middle + 1, draft.last_col))]
        self.fit(texts, right[1])

    def fit(self, texts: list[tuple[str, float]], style: str) -> None:
        """Give the row its height and go on to the next."""
        look = resolve(style)
        self.draft.heights[self.row] = height(texts, size=float(look["font_size"]), bold=look.get("bold", False))
        self.row += 1

    def gap(self) -> None:
        """Leave a row empty."""
        self.draft.heights[self.row] = GAP
        self.row += 1

    def section(self, title: str, lines: list[tuple[CellValue, str]]) -> None:
        """Write a heading with its lines below; the heading stays with them."""
        self.gap()
        self.parts.append(Part((self.row,)))
        self.rows([(say("pages", title), "section"), *lines])

    def loosen(self, first: int) -> None:
        """Let a page end anywhere in the last section from a row on: its lines can stand without each other."""
        start = self.parts.pop().rows
        self.parts.append(Part((*start, *range(first, self.row)), 0.0))

    def top(self) -> None:
        """Write what the form is, for whom and for which year."""
        form, issued = self.issued.form, self.issued
        self.parts.append(Part((self.row,)))
        year = issued.digits(say("pages", "fiscal_year", year=issued.form_year))
        agency = (agency_line(issued), "bold+centre+wrap")
        title = broken(form.title, INTRO_WIDTH, float(resolve("title")["font_size"]))
        self.rows([(form.form_code, "code"), (title, "title+wrap"), agency, (year, "bold+centre")])
        self.gap()
        self.rows([(bound(text), "wrap") for text in form.intro if not text.startswith(NOTICE)])
        self.rows([(text, "notice") for text in form.intro if text.startswith(NOTICE)])

    def facts(self) -> None:
        """Say in a few lines who fills the form, by when, and how it comes back."""
        issued = self.issued
        due = [issued.digits(line) for line in lists.deadline_lines(issued.framework, issued.form)]
        roles = say("pages", "and").join(role for _, role in issued.form.signatures)
        key = "signed" if roles else issued.form.issued_to
        who = say("pages", f"fact_who_{key}", name=issued.recipient, roles=roles)
        self.section("facts", [])
        self.pair((say("pages", "fact_who"), "label"), (who, "cell"))
        none = say("pages", "deadline_optional" if issued.form.optional else "deadline_none")
        self.pair((say("pages", "fact_when"), "label"), ("\n".join(due) or none, "cell+bold"))
        self.pair((say("pages", "fact_back"), "label"), (say("pages", "fact_back_how"), "cell"))

    def starred(self, key: str) -> str:
        """Speak of stars only where entries have them."""
        return say("pages", key) if any(item.required for table in self.issued.form.tables for item in table.fields) else ""

    def legend(self, *, returned: bool) -> None:
        """Say what the colours mean, each with the sign or word that says the same without colour."""
        self.section("legend", [])
        for key, style in (*_LEGEND, *(_QUESTION if returned else ())):
            meaning = say("pages", f"legend_{key}", starred=self.starred("legend_starred"))
            self.pair((say("pages", f"sign_{key}"), f"cell+{style}+centre+middle"), (meaning, "cell"))

    def worked(self) -> None:
        """Draw the worked example: the headings of a table, one filled row and what it means."""
        rows = worked_rows(self.issued)
        if rows is None:
            return
        self.section("worked", [(say("pages", "worked_lead", title=rows.title), "wrap+small")])
        for values, style in ((rows.heads, "head+small"), (rows.values, "locked+centre+small")):
            cols = sorted(self.draft.widths)
            wide = self.draft.widths
            pairs = [(broken(text, wide[col], NOTE_SIZE), wide[col]) for col, text in zip(cols, values, strict=True)]
            self.draft.puts += [Put(Cell(self.row, col), text, style) for col, (text, _) in zip(cols, pairs, strict=True)]
            self.fit(pairs, style)
        self.rows([(text, "wrap+small") for text in rows.meaning])

    def glossary(self) -> None:
        """Explain the words of the form, where it has such a list."""
        if not self.issued.form.glossary:
            return
        self.section("glossary", [])
        start = self.row
        for term, meaning in self.issued.form.glossary:
            self.pair((term, "label+small"), (meaning, "cell+small"))
        self.loosen(start + 1)

    def sheet(self) -> Sheet:
        """Give the finished sheet."""
        draft = self.draft
        draft.close()
        area = (Cell(CODE_ROW, INTRO_COL), Cell(draft.last_row, draft.last_col))
        full = paper.room(draft.widths)
        whole = paper.squeezed(draft.heights, draft.widths)
        ends = () if whole else paper.breaks(self.parts, draft.heights, full)
        return Sheet(
            say("pages", "intro_sheet"), draft.puts, draft.widths, draft.heights, merges=draft.merges, protect=True,
            print_area=area, page_breaks=ends, one_page=whole, footer=footer(self.issued), tab=TAB_INTRO, cursor=area[0],
        )  # fmt: skip


def _text(value: CellValue) -> str:
    return value if isinstance(value, str) else getattr(value, "text", "")
