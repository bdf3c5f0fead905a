"""Do in LibreOffice what people do to a workbook: type, paste, unprotect, insert, delete, save. Run by /usr/bin/python3.

    /usr/bin/python3 uno_fill.py PROFILE [LOCALE] < jobs

PROFILE is the folder of LibreOffice's own settings (made when missing), LOCALE such as `th-TH` decides how typed text is
recognised. Each line of the input is a job, each line of the output its result, both JSON:

    {"input": path, "steps": [{"do": "type", "name": "indicators.weight", "values": [50, null, "๑๐"]}, …], "outputs": [[path, "ods"], …]}
    {"steps": [result, …], "error": ""}

One LibreOffice serves all jobs; when it dies, the job says so and the next one starts another. Typing goes through the
dispatcher (`GoToCell`, `EnterString`), so the sheet's protection and the recognition of numbers and dates act as they do under
a person's hands; the rules of a dropdown do not: LibreOffice asks them in its input line only, which needs a window. Without a
window the message about a protected cell ends LibreOffice the second time it is shown, so a job may be refused once.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import uno
from com.sun.star.beans import PropertyValue

FILTERS = {"xlsx": "Calc MS Excel 2007 XML", "xls": "MS Excel 97", "ods": "calc8"}
# Pasting over what is there asks first; these people always say yes.
SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema">
<item oor:path="/org.openoffice.Setup/L10N"><prop oor:name="ooSetupSystemLocale" oor:op="fuse"><value>{locale}</value></prop></item>
<item oor:path="/org.openoffice.Office.Calc/Input"><prop oor:name="ReplaceCellsWarning" oor:op="fuse"><value>false</value></prop></item>
</oor:items>
"""
START = 60
"""Seconds that LibreOffice may take to answer; a first start makes its profile."""
LIMIT = 120
"""Seconds that one job may take: a question that nobody sees would keep LibreOffice waiting for ever."""
_PART = re.compile(r"\$?('(?:[^']|'')*'|[^.;~'()]+)\.(\$?[A-Z]+\$?[0-9]+(?::(?:\$?(?:'(?:[^']|'')*'|[^.;~':]+)\.)?\$?[A-Z]+\$?[0-9]+)?)")
_CELL = re.compile(r"\$?([A-Z]+)\$?([0-9]+)")
Step = dict[str, Any]


def setting(name: str, value: object) -> Any:
    item = PropertyValue()
    item.Name, item.Value = name, value
    return item


class Office:
    """One LibreOffice without a window, reached through a pipe; started when it is needed."""

    def __init__(self, profile: Path, locale: str) -> None:
        self.profile = profile
        self.process: subprocess.Popen[bytes] | None = None
        self.desktop: Any = None
        self.dispatcher: Any = None
        self.starts = 0
        settings = profile / "user" / "registrymodifications.xcu"
        if not settings.exists():
            settings.parent.mkdir(parents=True, exist_ok=True)
            settings.write_text(SETTINGS.format(locale=locale), encoding="utf-8")

    def start(self) -> None:
        profile = f"-env:UserInstallation={self.profile.resolve().as_uri()}"
        if not self.starts:
            # A first start ends and begins again after it has made its profile, so it is no one to talk to.
            command = ["soffice", "--headless", "--terminate_after_init", profile]
            subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=START)
        # A new name each time: the bridge to a dead office stays behind under its own.
        self.starts += 1
        pipe = f"conformance{os.getpid()}n{self.starts}"
        self.process = subprocess.Popen(
            ["soffice", "--headless", "--norestore", "--nologo", "--nodefault", "--nolockcheck",
             profile, f"--accept=pipe,name={pipe};urp;"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        local = uno.getComponentContext()
        resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
        limit = time.monotonic() + START
        while True:
            try:
                context = resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
                break
            except Exception:
                if self.process.poll() is not None or time.monotonic() > limit:
                    raise
                time.sleep(0.1)
        make = context.ServiceManager.createInstanceWithContext
        self.desktop = make("com.sun.star.frame.Desktop", context)
        self.dispatcher = make("com.sun.star.frame.DispatchHelper", context)

    def stop(self) -> None:
        if self.process is None:
            return
        with contextlib.suppress(Exception):
            self.desktop.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.kill()
        self.process = None

    def kill(self) -> None:
        """End the process group: `soffice` itself only waits for the program that does the work."""
        assert self.process is not None
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def job(self, job: dict[str, Any]) -> dict[str, Any]:
        """Do one job; whatever goes wrong is the result's error."""
        done: list[Any] = []
        watch: threading.Timer | None = None
        try:
            if self.process is None or self.process.poll() is not None:
                self.start()
            watch = threading.Timer(LIMIT, self.kill)
            watch.start()
            document = Document(self, Path(job["input"]))
            try:
                done.extend(document.do(step) for step in job.get("steps", ()))
                for path, kind in job.get("outputs", ()):
                    document.save(Path(path), kind)
            finally:
                document.close()
        except Exception as error:
            if self.process is not None and type(error).__name__.endswith(("DisposedException", "RuntimeException")):
                self.kill()
                self.process = None
            return {"steps": done, "error": f"{type(error).__name__}: {error}"}
        finally:
            if watch is not None:
                watch.cancel()
        return {"steps": done, "error": ""}


class Document:
    """One open workbook with its view."""

    def __init__(self, office: Office, path: Path) -> None:
        self.office = office
        url = uno.systemPathToFileUrl(str(path.resolve()))
        self.document = office.desktop.loadComponentFromURL(url, "_blank", 0, (setting("Hidden", True),))
        if self.document is None:
            raise ValueError(f"LibreOffice did not open {path.name}")
        self.view = self.document.getCurrentController()
        # The first command wakes the toolbars, which the packages without windows do not have: LibreOffice would end soon after.
        self.view.Frame.LayoutManager.setVisible(False)

    def close(self) -> None:
        self.document.close(True)

    def save(self, path: Path, kind: str) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        options = (setting("FilterName", FILTERS[kind]),)
        self.document.storeToURL(uno.systemPathToFileUrl(str(path.resolve())), options)

    def do(self, step: Step) -> Any:
        arguments = {key: value for key, value in step.items() if key != "do"}
        return getattr(self, "do_" + step["do"])(**arguments)

    # What people do.

    def do_type(self, name: str, values: list[Any]) -> list[list[str]]:
        """Type into the cells of a defined name in record order, null = leave; gives (sheet, cell, what is seen there now)."""
        cells = self.cells(name)
        if len(values) > len(cells):
            raise ValueError(f"{name} has {len(cells)} cells, not {len(values)}")
        typed = []
        for (sheet, address), value in zip(cells, values, strict=False):
            if value is not None:
                self.enter(sheet, address, str(value))
                typed.append([sheet, address, self.cell(sheet, address).String])
        return typed

    def do_type_at(self, sheet: str, cell: str, value: Any) -> dict[str, Any]:
        """Type into one cell; gives what is seen there before and after, and whether it is locked on a protected sheet."""
        there = self.cell(sheet, cell)
        before = there.String
        locked = self.sheet(sheet).isProtected() and there.CellProtection.IsLocked
        self.enter(sheet, cell, str(value))
        return {"before": before, "after": there.String, "locked": locked}

    def do_paste(self, source: list[str], target: list[str]) -> str:
        """Copy an area and paste all of it over another; gives what is seen there now."""
        self.go(*source)
        self.dispatch("Copy")
        self.go(*target)
        self.dispatch("Paste")
        return str(self.cell(target[0], target[1].partition(":")[0]).String)

    def do_unprotect(self, sheet: str) -> bool:
        """Lift the protection as a person without a password does; says whether it is off."""
        self.sheet(sheet).unprotect("")
        return not self.sheet(sheet).isProtected()

    def do_insert_row(self, sheet: str, row: int) -> None:
        self.go(sheet, f"A{row}")
        self.dispatch("InsertRowsBefore")

    def do_delete_row(self, sheet: str, row: int) -> None:
        self.go(sheet, f"A{row}")
        self.dispatch("DeleteRows")

    def do_delete_sheet(self, sheet: str) -> list[str]:
        """Show and delete a sheet; gives the sheets that are left."""
        self.sheet(sheet).IsVisible = True
        self.document.Sheets.removeByName(sheet)
        return list(self.document.Sheets.ElementNames)

    def do_recalculate(self) -> None:
        self.document.calculateAll()

    # What is there.

    def do_read(self, name: str) -> list[list[Any]]:
        """Give the cells of a defined name: sheet, cell, what is seen, number or null, formula or ""."""
        return [self.look(*place) for place in self.cells(name)]

    def do_read_at(self, sheet: str, cell: str) -> list[Any]:
        return self.look(sheet, cell)

    def do_read_all(self, places: list[list[str]]) -> list[list[Any]]:
        return [self.look(*place) for place in places]

    def do_facts(self, places: list[list[str]] | None = None) -> dict[str, Any]:
        """Give what the workbook carries: sheets, names, and lock, rule and format of some cells.

        The cells are those given, else the first and last of each name that a form is filled by.
        """
        names = {name: self.cells(name) for name in self.document.NamedRanges.ElementNames}
        if places is None:
            own = [cells for name, cells in names.items() if "." in name]
            places = [list(place) for cells in own for place in [*cells[:1], *cells[1:][-1:]]]
        properties = self.document.DocumentProperties.UserDefinedProperties.PropertyValues
        return {
            "sheets": {sheet.Name: self.about_sheet(sheet) for sheet in self.document.Sheets},
            "names": names,
            "cells": {f"{sheet}!{cell}": self.about(sheet, cell) for sheet, cell in places},
            "properties": {item.Name: str(item.Value) for item in properties},
            "structure": self.document.isProtected(),
        }

    # How.

    def about_sheet(self, sheet: Any) -> dict[str, Any]:
        self.view.setActiveSheet(sheet)
        return {
            "visible": sheet.IsVisible, "protected": sheet.isProtected(), "frozen": self.view.hasFrozenPanes(),
            "notes": sheet.Annotations.Count, "conditions": len(sheet.ConditionalFormats.getConditionalFormats()),
            "widths": [sheet.Columns.getByIndex(at).Width for at in range(4)], "header": sheet.TitleRows.EndRow if sheet.PrintTitleRows else -1,
        }  # fmt: skip

    def about(self, sheet: str, address: str) -> dict[str, Any]:
        cell = self.cell(sheet, address)
        rule = cell.Validation
        return {
            "locked": cell.CellProtection.IsLocked, "rule": rule.Type.value, "source": rule.getFormula1(),
            "bound": rule.getFormula2(), "title": rule.InputTitle, "prompt": rule.InputMessage, "error": rule.ErrorMessage,
            "alert": rule.ErrorAlertStyle.value, "format": self.document.NumberFormats.getByKey(cell.NumberFormat).FormatString,
            "font": cell.CharFontName, "colour": cell.CellBackColor, "formula": bool(cell.getError() == 0 and cell.Type.value == "FORMULA"),
        }  # fmt: skip

    def look(self, sheet: str, address: str) -> list[Any]:
        cell = self.cell(sheet, address)
        formula = cell.Type.value == "FORMULA"
        number = cell.Type.value == "VALUE" or formula and cell.FormulaResultType2 == 1
        return [sheet, address, cell.String, cell.Value if number else None, cell.Formula if formula else ""]

    def sheet(self, name: str) -> Any:
        return self.document.Sheets.getByName(name)

    def cell(self, sheet: str, address: str) -> Any:
        return self.sheet(sheet).getCellRangeByName(address)

    def cells(self, name: str) -> list[tuple[str, str]]:
        """Give the cells of a defined name in order; a union has one part per run of cells."""
        content = self.document.NamedRanges.getByName(name).Content
        found = []
        for sheet, area in _PART.findall(content):
            sheet = sheet[1:-1].replace("''", "'") if sheet.startswith("'") else sheet
            ends = _CELL.findall(re.sub(r":.*\.", ":", area))
            (left, top), (right, bottom) = ((number(column), int(row)) for column, row in (ends[0], ends[-1]))
            found += [(sheet, f"{letters(col)}{row}") for row in range(top, bottom + 1) for col in range(left, right + 1)]
        return found

    def enter(self, sheet: str, address: str, text: str) -> None:
        self.go(sheet, address)
        self.dispatch("EnterString", StringName=text)

    def go(self, sheet: str, address: str) -> None:
        self.view.setActiveSheet(self.sheet(sheet))
        self.dispatch("GoToCell", ToPoint=address)

    def dispatch(self, command: str, **arguments: object) -> None:
        items = tuple(setting(name, value) for name, value in arguments.items())
        self.office.dispatcher.executeDispatch(self.view.Frame, f".uno:{command}", "", 0, items)


def letters(col: int) -> str:
    """Give the letters of a column counted from 0."""
    return letters(col // 26 - 1) + chr(65 + col % 26) if col > 25 else chr(65 + col)


def number(column: str) -> int:
    """Give the number of a column counted from 0."""
    found = 0
    for letter in column:
        found = found * 26 + ord(letter) - 64
    return found - 1


def main() -> None:
    office = Office(Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else "th-TH")
    try:
        for line in sys.stdin:
            print(json.dumps(office.job(json.loads(line)), ensure_ascii=True), flush=True)
    finally:
        office.stop()


if __name__ == "__main__":
    main()
