"""The real clients of the tests: LibreOffice driven through UNO as people drive it, and Gnumeric's converter."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Any

FILLER = Path(__file__).with_name("uno_fill.py")
PYTHON = "/usr/bin/python3"
"""The system's own: a virtual environment has no `uno`."""
KINDS = ("xlsx", "xls", "ods")
GNUMERIC = {"xlsx": "Gnumeric_Excel:xlsx2", "xls": "Gnumeric_Excel:excel_biff8", "ods": "Gnumeric_OpenCalc:odf"}


@cache
def missing() -> str:
    """Say why LibreOffice can't be driven here, "" when it can."""
    if shutil.which("soffice") is None:
        return "LibreOffice (soffice) is not installed; it is the real client of these tests"
    if not Path(PYTHON).exists() or subprocess.run([PYTHON, "-c", "import uno"], capture_output=True).returncode:
        return f"{PYTHON} can't import uno (package python3-uno), through which these tests type in LibreOffice"
    return ""


def skips() -> bool:
    """Tell whether the tests are skipped: never where CLEANREPORT_CLIENT=required, there they fail."""
    return bool(missing()) and os.environ.get("CLEANREPORT_CLIENT") != "required"


class Office:
    """One LibreOffice for many jobs, see `uno_fill.py`; `with` ends it."""

    def __init__(self, folder: Path, locale: str = "th-TH") -> None:
        assert not missing(), missing()
        self.folder = folder
        self.errors = (folder / "errors.txt").open("w")
        self.filler = subprocess.Popen(
            [PYTHON, str(FILLER), str(folder / "profile"), locale],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.errors, text=True, encoding="utf-8",
        )  # fmt: skip

    def __enter__(self) -> Office:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        assert self.filler.stdin and self.filler.stdout
        self.filler.stdin.close()
        self.filler.wait(60)
        self.filler.stdout.close()
        self.errors.close()

    def do(self, source: Path, steps: Sequence[dict[str, Any]], outputs: Sequence[Path] = ()) -> list[Any]:
        """Open a file, do the steps, save under each name (its ending is the kind); gives the steps' results."""
        assert self.filler.stdin and self.filler.stdout
        saves = [[str(path), path.suffix[1:]] for path in outputs]
        self.filler.stdin.write(json.dumps({"input": str(source), "steps": list(steps), "outputs": saves}) + "\n")
        self.filler.stdin.flush()
        line = self.filler.stdout.readline()
        assert line, (self.folder / "errors.txt").read_text(encoding="utf-8")
        result = json.loads(line)
        assert not result["error"], (source.name, result["error"], result["steps"])
        return list(result["steps"])

    def facts(
        self, path: Path, like: dict[str, Any] | None = None, read: dict[str, list[list[str]]] | None = None
    ) -> tuple[dict[str, Any], dict[str, list[list[Any]]]]:
        """Give what a file carries, as LibreOffice reads it, and what stands in the cells of `read`.

        `like` = about the same cells as in other facts, names as spelt there: those of an .xls come with underscores for dots.
        """
        places = [list(cell.rpartition("!")[::2]) for cell in like["cells"]] if like else None
        wanted = [place for cells in (read or {}).values() for place in cells]
        steps = [{"do": "facts", "places": places}, {"do": "read_all", "places": wanted}]
        found, looked = self.do(path, steps)
        if like:
            spelt = {name.replace(".", "_"): name for name in like["names"]}
            found["names"] = {spelt.get(name, name): cells for name, cells in found["names"].items()}
            for cell in found["cells"].values():
                cell["source"] = spelt.get(cell["source"], cell["source"])
        rest = iter(looked)
        return found, {name: [next(rest) for _ in cells] for name, cells in (read or {}).items()}


def typing(values: dict[str, list[Any]]) -> list[dict[str, Any]]:
    """Give the steps that type values into defined names."""
    return [{"do": "type", "name": name, "values": items} for name, items in values.items()]


def gnumeric(path: Path, target: Path) -> Path:
    """Open a file in Gnumeric, calculate, and save it as another kind."""
    target.parent.mkdir(parents=True, exist_ok=True)
    command = ["ssconvert", "--recalc", "-T", GNUMERIC[target.suffix[1:]], str(path), str(target)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    return target


def version(*command: str) -> str:
    """Give what a program says about its version, "" when it is not there."""
    if shutil.which(command[0]) is None:
        return ""
    said = subprocess.run(command, capture_output=True, text=True, timeout=60)
    return (said.stdout + said.stderr).strip()
