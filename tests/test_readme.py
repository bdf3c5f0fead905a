"""README says what is true: its two lines, and the help that the command prints."""

from __future__ import annotations

import re
from pathlib import Path

from season_tools import command

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
SETUP = 'python3 -m venv .venv && .venv/bin/pip install -q -e ".[test]" -c constraints.txt && .venv/bin/'


def test_the_two_lines_stand_on_the_first_screen() -> None:
    first = README.splitlines()[:25]
    assert SETUP + "cleanreport demo" in first and SETUP + "pytest" in first


def test_the_help_is_what_the_command_prints() -> None:
    printed = command("--help").out.rstrip()
    assert f"```\n{printed}\n```" in README


def test_constraints_pin_everything_and_name_no_host() -> None:
    lines = (Path(__file__).parents[1] / "constraints.txt").read_text(encoding="utf-8").splitlines()
    assert lines and all(re.fullmatch(r"[a-z0-9-]+==[0-9][0-9a-z.]*", line) for line in lines)


def test_constraints_are_what_is_installed() -> None:
    """Every distribution that the program and its tests need is pinned to a version that installs together."""
    from importlib.metadata import PackageNotFoundError, requires, version

    text = (Path(__file__).parents[1] / "constraints.txt").read_text(encoding="utf-8")
    pinned = dict(line.split("==") for line in text.splitlines())
    seen: set[str] = set()
    waiting = ["cleanreport"]
    while waiting:
        name = waiting.pop()
        for line in requires(name) or []:
            needed, _, condition = line.partition(";")
            wanted = re.split(r"[^A-Za-z0-9._-]", needed.strip())[0].lower().replace("_", "-").replace(".", "-")
            if wanted in {*seen, "cleanreport"} or ("extra ==" in condition and name != "cleanreport"):
                continue
            try:
                found = version(wanted)
            except PackageNotFoundError:
                continue  # for another system or Python
            seen.add(wanted)
            waiting.append(wanted)
            assert pinned.get(wanted) == found, f"{wanted} {found}"
    assert len(seen) > 20
