"""A whole season from nothing, run to the end: forms issued, filled and dropped into the inbox, night after night."""

from __future__ import annotations

import csv
import datetime as dt
import os
import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from processors import nightly, season
from processors.disk import put
from processors.faults import Plot, name_of, spoil
from processors.filler import Cells, return_cells, review_cells, survey_cells
from processors.issue import issue
from processors.lock import one_run
from processors.night import Night
from processors.scenario import Act, Fault, Scenario, load_scenario
from processors.season import CONFIG, Season
from processors.store import IssuedRow, Ledger
from processors.stories import Story, printed, story_of
from templates.load import read_csv, read_toml
from templates.registry import AGENCY_COLUMNS
from templates.words import say
from workbook.errors import AppError
from workbook.patch import patch

Progress = Callable[[str, int, int], None]
LATE, EARLY, PLAN = "late_", "early", "plan"
BOOKS = ("national.xlsx", "status.xlsx")


@dataclass(frozen=True)
class Planted:
    """One planted fault and what became of it: the verdict and the codes that the program found."""

    fault: Fault
    path: str
    verdict: str
    codes: frozenset[str]

    @property
    def right(self) -> bool:
        """Tell whether the program said what it must say."""
        return self.verdict == self.fault.verdict and (not self.fault.code or self.fault.code in self.codes)


@dataclass(frozen=True)
class Past:
    """One night: its day, closing line, exit status, whether it balances, and seconds by stage."""

    day: dt.date
    line: str
    status: int
    balances: bool
    seconds: Mapping[str, float]


@dataclass(frozen=True)
class DemoReport:
    """What the demonstration did. `printed`: (kind, number, as printed, as computed) of the worked example."""

    root: Path
    agency: str
    nights: tuple[Past, ...]
    books: tuple[Path, ...]
    printed: tuple[tuple[str, int, str, str], ...]
    planted: tuple[Planted, ...]

    @property
    def agrees(self) -> bool:
        """Tell whether every printed figure of the worked example comes out."""
        return bool(self.printed) and all(wanted == found for _, _, wanted, found in self.printed)

    @property
    def balances(self) -> bool:
        """Tell whether every night added up."""
        return all(night.balances for night in self.nights)

    def lines(self, lang: str) -> list[str]:
        """Give the report as sentences."""
        word = {True: say("demo", "yes", lang), False: say("demo", "no", lang)}
        right = sum(item.right for item in self.planted)
        found = " ".join(value for kind, _, _, value in self.printed if kind == "indicator")
        lines = [say("demo", "head", lang, root=self.root)]
        for night in self.nights:
            gaps = {"day": night.day.isoformat(), "status": night.status, "seconds": f"{sum(night.seconds.values()):.1f}"}
            lines.append(say("demo", "night", lang, line=night.line, **gaps))
        lines.append(say("demo", "printed", lang, agency=self.agency, found=found, agrees=word[self.agrees]))
        lines.append(say("demo", "faults", lang, count=len(self.planted), right=right))
        for item in self.planted:
            if not item.right:
                wanted = f"{item.fault.verdict} {item.fault.code}".strip()
                gaps = {"id": item.fault.id, "found": f"{item.verdict} {' '.join(sorted(item.codes))}".strip()}
                lines.append(say("demo", "fault_wrong", lang, wanted=wanted, **gaps))
        lines.append(say("demo", "balance", lang, balances=word[self.balances]))
        return lines + [say("demo", "book", lang, path=path) for path in self.books]


def run_demo(root: Path, progress: Progress | None = None, *, only: frozenset[str] = frozenset()) -> DemoReport:
    """Make the demonstration season in `root` and run all its nights; `only` keeps these agencies ("" = all).

    A former demonstration there is removed; AppError (status 2) when the folder holds anything else.
    """
    scenario = load_scenario()
    _clear(root)
    made = _season(root, scenario, only)
    with one_run(made):
        ledger = Ledger(made.ledger_path)
        try:
            return _Play(made, ledger, scenario, progress or (lambda stage, done, total: None)).run()
        finally:
            ledger.close()


def _clear(root: Path) -> None:
    """Remove a former demonstration; whatever else stands there is somebody's."""
    if not root.exists() or (root.is_dir() and not any(root.iterdir())):
        return
    config = root / CONFIG
    if not config.is_file() or read_toml(config).get("simulated") is not True:
        raise AppError(f"{root} holds something else than a demonstration season; give an empty folder")
    # The configuration goes last: a removal that was cut short can be taken up again.
    for path in sorted(root.iterdir(), key=lambda item: item.name == CONFIG):
        shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()


def _season(root: Path, scenario: Scenario, only: frozenset[str]) -> Season:
    """Make the season with the fixed id and secret of the demonstration, so that every run gives the same bytes."""
    setting = scenario.setting
    made = season.init(root, int(setting["fiscal_year"]), [str(item) for item in setting["frameworks"]], simulated=True)
    (root / "secret.key").write_text(f"{setting['secret']}\n", encoding="ascii")
    season.mark_share(made.inbox, str(setting["id"]), replace=True)
    config = (root / CONFIG).read_text(encoding="utf-8").replace(made.id, str(setting["id"]))
    limits = f"settle_seconds = {setting['settle_seconds']}"
    (root / CONFIG).write_text(config.replace("settle_seconds = 2", limits), encoding="utf-8")
    if only:
        rows = [row for row in read_csv(root / "agencies.csv") if row["code"] in only]
        with (root / "agencies.csv").open("w", encoding="utf-8-sig", newline="") as out:
            writer = csv.DictWriter(out, AGENCY_COLUMNS)
            writer.writeheader()
            writer.writerows(rows)
    return season.load(root)


@dataclass
class _Play:
    """The season while it is played."""

    season: Season
    ledger: Ledger
    scenario: Scenario
    tell: Progress
    stories: dict[str, Story] = field(default_factory=dict)
    planted: list[Planted] = field(default_factory=list)

    def run(self) -> DemoReport:
        """Play all nights in their order."""
        for agency in self.season.agencies:
            self.stories[agency.code] = story_of(self.scenario, self.season.frameworks[agency.framework], agency)
        nights = tuple(self.night(act) for act in self.scenario.acts)
        return DemoReport(
            root=self.season.root,
            agency=str(self.scenario.worked["agency"]),
            nights=nights,
            books=tuple(self.books()),
            printed=_check_printed(self.season, self.scenario),
            planted=tuple(self.planted),
        )

    def books(self) -> Iterator[Path]:
        """Give the workbooks worth opening first: the nation, the board, a ministry, a province, a returned twin."""
        results = self.season.results
        ministry = [item.group for item in self.season.agencies if item.code == self.scenario.worked["agency"]]
        province = [item.province for item in self.season.agencies if item.province and item.due]
        paths = [results / name for name in BOOKS]
        paths += [results / "ministries" / f"{code}.xlsx" for code in ministry]
        paths += [results / "provinces" / f"{code}.xlsx" for code in province[:1]]
        paths += sorted(self.season.outbox.glob("*/fix_*.xlsx"))[:1]
        return (path for path in paths if path.is_file())

    def night(self, act: Act) -> Past:
        """Issue, fill, drop and run one night."""
        seconds: dict[str, float] = {}
        start = time.perf_counter()
        for form in act.forms:
            issue(
                self.season, self.ledger, self.season.forms(form), frozenset(),
                step=lambda done, total: self.tell("issue", done, total), day=act.day.isoformat(),
            )  # fmt: skip
        seconds["issue"] = time.perf_counter() - start
        start = time.perf_counter()
        faults = self.fill(act)
        seconds["fill"] = time.perf_counter() - start
        night = nightly.logged(self.season, self.ledger, act.day, run_id=f"demo-{act.day}", progress=self.tell)
        self.look(night, faults)
        balances = night.balance is not None and night.balance.balances
        return Past(act.day, night.line(), night.status, balances, {**seconds, **night.seconds})

    def fill(self, act: Act) -> list[tuple[Fault, bytes]]:
        """Drop the returns of one night and its planted faults; gives the faults with their paths on the share."""
        faults = [item for item in self.scenario.faults if item.day == act.day and item.agency in self.stories]
        replaced = {(item.agency, item.form) for item in faults if item.instead}
        jobs = [(row, group) for group in act.files for row in self.due(group)]
        for done, (row, group) in enumerate(jobs, 1):
            cells = self.cells(row, last=group != EARLY)
            # A review of nobody is not sent: its only agency is not judged yet.
            typed = any(value is not None for column in cells.values() for value in column)
            if typed and (row.agency, _form_id(row)) not in replaced:
                data = (self.season.outbox / row.file).read_bytes()
                self.drop(row, self.name(row, group), patch(data, cells))
            self.tell("fill", done, len(jobs))
        return [(fault, self.plant(fault)) for fault in faults]

    def due(self, group: str) -> Iterator[IssuedRow]:
        """Give the issued workbooks that come back in a group: early plans, a form in time, or the late ones."""
        wanted = PLAN if group == EARLY else group.removeprefix(LATE)
        for (code, _), row in sorted(self.ledger.newest_issued().items()):
            if _form_id(row) != wanted or (code, wanted) in self.scenario.absent:
                continue
            story = self.stories.get(code)
            if group == EARLY:
                comes = story is not None and story.early
            else:
                final = wanted != PLAN or code not in self.scenario.final_missing
                late = story is not None and wanted in story.late
                comes = final and late == group.startswith(LATE)
            if comes:
                yield row

    def cells(self, row: IssuedRow, *, last: bool = True) -> Cells:
        """Give what is typed into an issued workbook."""
        framework_id, _, form_id = row.form.partition("/")
        form = self.season.frameworks[framework_id].form(form_id)
        if form.issued_to == "groups":
            return review_cells(row, self.stories, self.scenario)
        if form.issued_to == "opdc":
            return survey_cells(row, self.stories, self.scenario)
        return return_cells(form, self.stories[row.agency], self.scenario, last=last)

    def name(self, row: IssuedRow, group: str) -> str:
        """Name a return the way its agency names files."""
        patterns = self.scenario.setting["files"]
        dice = self.scenario.dice("name", row.file)
        pattern = patterns["early"] if group == EARLY else dice.choice(patterns["names"])
        return str(pattern).replace("{stem}", Path(row.file).stem)

    def drop(self, row: IssuedRow, name: str, data: bytes) -> bytes:
        """Lay a file into the inbox, in a folder of the agency's group; gives its path on the share."""
        framework, _, _ = row.form.partition("/")
        agency = self.season.by_code.get((framework, row.agency))
        path = Path(agency.group if agency else row.agency, name)
        put(self.season.inbox / path, data)
        return os.fsencode(path)

    def plant(self, fault: Fault) -> bytes:
        """Make one planted file."""
        found = (row for (code, _), row in self.ledger.newest_issued().items() if code == fault.agency)
        row = next(row for row in found if _form_id(row) == fault.form)
        stem = Path(row.file).stem
        twins = sorted((self.season.outbox / fault.agency).glob(f"fix_*_{stem}.xlsx"))
        data = (self.season.outbox / row.file).read_bytes()
        plot = Plot(self.season, row, data, self.cells(row), twins[-1] if twins else None)
        return self.drop(row, name_of(fault, stem, self.scenario), spoil(fault, plot))

    def look(self, night: Night, faults: list[tuple[Fault, bytes]]) -> None:
        """Compare what the night said about the planted files with what it must say."""
        entries = self.ledger.entries()
        codes = {item.returned.path: frozenset(one.code for one in item.findings) for item in night.judged}
        for fault, path in faults:
            self.planted.append(Planted(fault, os.fsdecode(path), entries[path].verdict, codes.get(path, frozenset())))


def _form_id(row: IssuedRow) -> str:
    return row.form.partition("/")[2]


def _check_printed(season_now: Season, scenario: Scenario) -> tuple[tuple[str, int, str, str], ...]:
    """Compare the worked example's printed figures with the published ones; none when it is not in the season."""
    code, round_id = str(scenario.worked["agency"]), str(scenario.worked["printed"]["round"])
    agency = next((item for item in season_now.agencies if item.code == code), None)
    if agency is None:
        return ()
    rows = read_csv(season_now.results / "data" / "progress.csv")
    found = {
        (row["kind"], int(row["no"])): row["progress_pct"] for row in rows if row["agency"] == code and row["round"] == round_id
    }
    wanted = printed(scenario, season_now.frameworks[agency.framework])
    return tuple((kind, at, value, found.get((kind, at), "")) for kind, at, value in wanted)
