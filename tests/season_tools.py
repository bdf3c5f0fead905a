"""A small real season for the tests: made, issued, filled and run through the command, as people and programs do it."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import filling
from filling import Values, fill

from processors import cli

AGENCIES = ("D01021", "D01002", "P50", "P51", "P10")


@dataclass
class Outcome:
    """What one call of the command gave."""

    status: int
    out: str
    err: str

    @property
    def last(self) -> str:
        return self.out.strip().splitlines()[-1]

    def json(self) -> Any:
        return json.loads(self.out)


def command(*arguments: str) -> Outcome:
    """Run the command in this process."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        status = cli.run(list(arguments))
    return Outcome(status, out.getvalue(), err.getvalue())


class Trial:
    """A season folder with few agencies and no waiting between the two looks."""

    def __init__(
        self,
        root: Path,
        year: str = "2557",
        frameworks: tuple[str, ...] = ("dept_2557", "prov_2557"),
        agencies: tuple[str, ...] = (),
    ) -> None:
        self.root = root
        chosen = [part for name in frameworks for part in ("--framework", name)]
        made = command("init", str(root), "--year", year, *chosen)
        assert made.status == 0, made.err
        path = root / "agencies.csv"
        lines = path.read_text(encoding="utf-8-sig").splitlines()
        kept = [line for line in lines[1:] if line.split(",")[0] in (agencies or AGENCIES)]
        path.write_text("\n".join([lines[0], *kept]) + "\n", encoding="utf-8-sig")
        config = root / "season.toml"
        config.write_text(config.read_text(encoding="utf-8").replace("settle_seconds = 2", "settle_seconds = 0.05"))

    def run(self, *arguments: str, day: str = "2014-05-20") -> Outcome:
        """Run a command on this season on a given day."""
        return command(*arguments, "--season", str(self.root), "--as-of", day, "--lang", "en")

    def issued(self, agency: str, form: str) -> Path:
        """Give the newest issued workbook."""
        return sorted((self.root / "outbox" / agency).glob(f"2???_{agency}_{form}_????.xlsx"))[-1]

    def drop(self, agency: str, form: str, values: Values, name: str = "") -> Path:
        """Fill the newest issued workbook and put it into the inbox."""
        target = self.root / "inbox" / (name or f"{agency}_{form}.xlsx")
        return fill(self.issued(agency, form), target, values)

    def file(self, agency: str, form: str, values: Values, day: str) -> Outcome:
        """Issue, fill, drop and take in one return."""
        assert self.run("issue", form, "--agency", agency, day=day).status == 0
        self.drop(agency, form, values)
        return self.run("nightly", day=day)

    def data(self) -> str:
        """Everything that the published data say, Parquet unpacked."""
        from pyarrow import parquet

        said = []
        for path in sorted((self.root / "results" / "data").iterdir()):
            packed = path.suffix == ".parquet"
            said.append(str(parquet.read_table(path).to_pydict()) if packed else path.read_text(encoding="utf-8"))
        return "".join(said)

    def table(self, name: str) -> list[dict[str, str]]:
        """Read one of the published CSVs."""
        with (self.root / "results" / "data" / f"{name}.csv").open(encoding="utf-8-sig", newline="") as lines:
            return list(csv.DictReader(lines))

    def verdict(self, path: Path, day: str = "2014-05-20") -> dict[str, Any]:
        """Give the JSON verdict on a file."""
        return self.run("check", str(path), "--json", day=day).json()[0]

    def digests(self, *leave: str) -> dict[str, str]:
        """Give the SHA-256 of every file of the season, run times and locks aside."""
        return {
            path.relative_to(self.root).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(self.root.rglob("*"))
            if path.is_file() and path.name not in (".lock", *leave)
        }


def reviewed(book: Path, target: Path, *, met: str = "ใช่", score: object = 1) -> Path:
    """Fill a review: every criterion met, every factor with one score."""
    import openpyxl

    names = openpyxl.load_workbook(book)
    count = {name: len(filling.cells_of(names, name)) for name in ("basics.met", "factors.score")}
    return fill(book, target, {"basics.met": [met] * count["basics.met"], "factors.score": [score] * count["factors.score"]})
