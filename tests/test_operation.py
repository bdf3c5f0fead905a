"""What runs unattended: configuration, log, health ping, and the files that start a night on Linux and Windows."""

from __future__ import annotations

import json
import os
import re
import resource
import shlex
import shutil
import subprocess
import sys
import threading
import time
import tomllib
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from season_tools import Trial, command

from processors import ping, terminal
from processors.lock import one_run
from processors.operation import LogFile, Operation, Ping, read_operation
from processors.season import Season, load
from workbook.errors import AppError

DOCS = Path(__file__).parents[1] / "docs" / "operation"
SERVICE, TIMER, CRON, TASK = (DOCS / f"cleanreport.{kind}" for kind in ("service", "timer", "cron", "xml"))
REQUIRED = os.environ.get("CLEANREPORT_CLIENT") == "required"


@pytest.fixture(scope="module")
def trial(tmp_path_factory: pytest.TempPathFactory) -> Trial:
    return Trial(tmp_path_factory.mktemp("operation") / "season")


# -- configuration -------------------------------------------------------------------------------------------------------


def test_the_tables_are_read(tmp_path: Path) -> None:
    raw = tomllib.loads('[ping]\nurl = "https://m.example/p/id/?a=1"\n[backup]\nfolder = "../b"\n[log]\nfile = "n.jsonl"\nmax_mb = 1\nkeep = 2')
    found = read_operation(tmp_path, raw, "season.toml")
    assert found.ping == Ping("https://m.example/p/id/start?a=1", "https://m.example/p/id?a=1", "https://m.example/p/id/fail?a=1", True)
    assert (found.backup, found.log) == (tmp_path / ".." / "b", LogFile(tmp_path / "n.jsonl", 1.0, 2))
    apart = read_operation(tmp_path, {"ping": {"success": "http://m/ok", "timeout": 2}}, "x")
    assert apart.ping == Ping("", "http://m/ok", "", False, 2.0)
    assert read_operation(tmp_path, {}, "x") == Operation()


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({"ping": {"url": "file:///etc/passwd"}}, "[ping] url is no address"),
        ({"ping": {"url": "https://user:secret@m/x"}}, "[ping] url is no address"),
        ({"ping": {"start": "https://m/a b"}}, "[ping] start is no address"),
        ({"ping": {"urls": "x"}}, "[ping] unknown key 'urls'"),
        ({"ping": {"timeout": 600}}, "[ping] timeout wants a number from 0.1 to 30"),
        ({"backup": {"folder": 3}}, "[backup] folder wants a text"),
        ({"log": {"keep": 0}}, "[log] keep wants a number from 1 to 1000"),
        ({"log": {"max_mb": True}}, "[log] max_mb wants a number"),
    ],
)
def test_mistakes_are_named_without_the_address(tmp_path: Path, table: dict[str, Any], said: str) -> None:
    with pytest.raises(AppError) as caught:
        read_operation(tmp_path, table, "season.toml")
    assert caught.value.status == 4 and said in str(caught.value)
    assert "secret" not in str(caught.value) and "passwd" not in str(caught.value)


# -- the log -------------------------------------------------------------------------------------------------------------


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_every_line_names_the_run_and_what_ended_it(trial: Trial, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "log.jsonl"
    monkeypatch.delenv("SOURCE_DATE_EPOCH")  # trials have one id
    assert trial.run("verify", "--log", str(path)).status == 0
    assert trial.run("issue", "nothing", "--log", str(path)).status == 2
    assert command("--log", str(path), "status", "--season", str(tmp_path)).status == 4
    assert command("--log", str(path), "status", "--nothing").status == 2
    monkeypatch.setenv("CLEANREPORT_RUN", "night-7")
    assert command("--log", str(path), "status", "--season", str(tmp_path)).status == 4
    found = lines(path)
    assert [(item["event"], item["status"]) for item in found] == [("verified", 0), ("failed", 2), ("failed", 4), ("failed", 2), ("failed", 4)]
    assert [item["level"] for item in found] == ["info", *["error"] * 4]
    assert len({item["run"] for item in found}) == 5 and found[-1]["run"] == "night-7"
    assert all(item["pid"] == os.getpid() and re.match(r"\d{4}-\d\d-\d\dT.*[+-]\d\d:\d\d$", item["time"]) for item in found)
    assert all(item["sentence"].strip() for item in found[1:])
    for stated in ("", "a b", "x" * 65, "ก"):
        monkeypatch.setenv("CLEANREPORT_RUN", stated)
        terminal.new_run()
        assert re.fullmatch(r"\d{8}T\d{6}Z-[0-9a-f]{8}", terminal.run_id()) and terminal.run_id() == terminal.run_id()
    terminal.new_run()


def test_the_log_is_rotated_by_the_seasons_bounds(trial: Trial, tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    terminal.start_log(path)
    terminal.bound_log(LogFile(None, 0.01, 3))
    try:
        for number in range(900):
            terminal.log("event", number=number)
    finally:
        terminal.stop_log()
    names = sorted(item.name for item in tmp_path.iterdir())
    assert names == ["log.jsonl", "log.jsonl.1", "log.jsonl.2", "log.jsonl.3"]
    assert all(item.stat().st_size <= 0.01 * 1024 * 1024 for item in tmp_path.iterdir())
    assert lines(path)[-1]["number"] == 899


def test_a_name_that_is_no_text_makes_no_broken_line(tmp_path: Path) -> None:
    terminal.start_log(tmp_path / "log.jsonl")
    terminal.log("file", file=os.fsdecode(b"a\xff\n.xlsx"), odd=Path("x"))
    terminal.stop_log()
    assert lines(tmp_path / "log.jsonl")[0]["odd"] == "x"


@pytest.mark.skipif(sys.platform != "linux", reason="/dev/full and limits of files are those of Linux")
def test_a_log_that_cannot_be_written_stops_nothing(trial: Trial, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    full = trial.run("verify", "--log", "/dev/full")
    assert full.status == 0 and full.err.count("the log /dev/full can't be written") == 1
    assert "Traceback" not in full.err
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    terminal.start_log(tmp_path / "log.jsonl")
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (2000, before[1]))
        for number in range(100):
            terminal.log("event", number=number)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        terminal.stop_log()
    assert capsys.readouterr().err.count("can't be written") == 1


def test_the_log_of_the_configuration_is_written_and_never_needed(trial: Trial, tmp_path: Path) -> None:
    config = trial.root / "season.toml"
    text = config.read_text(encoding="utf-8")
    try:
        config.write_text(f'{text}\n[log]\nfile = "{tmp_path.as_posix()}/new/log.jsonl"\n', encoding="utf-8")
        assert trial.run("nightly", "--dry-run").status == 0
        assert [item["event"] for item in lines(tmp_path / "new" / "log.jsonl")] == ["night"]
        (tmp_path / "file").write_text("")
        config.write_text(f'{text}\n[log]\nfile = "{tmp_path.as_posix()}/file/log.jsonl"\n', encoding="utf-8")
        blocked = trial.run("nightly", "--dry-run")
        assert blocked.status == 0 and "log.jsonl" in blocked.err
    finally:
        config.write_text(text, encoding="utf-8")


# -- the health ping -----------------------------------------------------------------------------------------------------


@contextmanager
def monitor(status: int = 200, wait: float = 0.0, headers: dict[str, str] | None = None) -> Iterator[tuple[str, list[tuple[str, str, str]]]]:
    """Run a real monitor on the loopback; gives its address and what it was asked."""
    asked: list[tuple[str, str, str]] = []

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode("utf-8")
            asked.append((self.command, self.path, body))
            time.sleep(wait)
            self.send_response(status)
            for name, value in (headers or {}).items():
                self.send_header(name, value)
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_GET = do_POST = answer  # noqa: N815

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.handle_error = lambda *args: None  # type: ignore[method-assign]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}", asked
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def with_ping(trial: Trial, **settings: object) -> Season:
    """Give the season as it is loaded with a [ping] table."""
    config = trial.root / "season.toml"
    text = config.read_text(encoding="utf-8")
    try:
        table = "\n".join(f"{key} = {json.dumps(value)}" for key, value in settings.items())
        config.write_text(f"{text}\n[ping]\n{table}\n", encoding="utf-8")
        return load(trial.root)
    finally:
        config.write_text(text, encoding="utf-8")


def pinged(season: Season, path: Path, status: int = 0, line: str = "received 1") -> tuple[list[dict[str, Any]], float, float]:
    """Ping as a night does; gives the log and how long beginning and end took."""
    terminal.start_log(path)
    try:
        begun = time.monotonic()
        ping.start(season)
        between = time.monotonic()
        ping.end(season, status, line)
        return lines(path), between - begun, time.monotonic() - between
    finally:
        terminal.stop_log()


@pytest.mark.parametrize(("status", "end"), [(0, ""), (3, ""), (1, "/fail"), (2, "/fail"), (4, "/fail"), (5, "/fail"), (11, "/fail")])
def test_a_night_says_that_it_began_and_how_it_ended(trial: Trial, tmp_path: Path, status: int, end: str) -> None:
    with monitor() as (address, asked):
        told, _, _ = pinged(with_ping(trial, url=f"{address}/ping/secret"), tmp_path / "log", status, "รับ 1")
    assert sorted(asked) == sorted([("GET", "/ping/secret/start", ""), ("POST", f"/ping/secret{end}", f"รับ 1\nstatus {status}")])
    assert {(item["kind"], item["ok"]) for item in told} == {("start", True), ("fail" if end else "success", True)}
    assert "secret" not in (tmp_path / "log").read_text(encoding="utf-8")


def test_addresses_may_be_given_apart_or_not_at_all(trial: Trial, tmp_path: Path) -> None:
    with monitor() as (address, asked):
        pinged(with_ping(trial, fail=f"{address}/down"), tmp_path / "a", 0)
        assert asked == []
        pinged(with_ping(trial, fail=f"{address}/down"), tmp_path / "b", 4)
        assert asked == [("GET", "/down", "")]
    assert pinged(load(trial.root), tmp_path / "c")[0] == []


def test_a_monitor_in_trouble_is_one_line_of_the_log(trial: Trial, tmp_path: Path) -> None:
    with monitor(500) as (address, _):
        told, _, _ = pinged(with_ping(trial, success=f"{address}/x-secret"), tmp_path / "500")
        assert [(item["ok"], item["reason"]) for item in told] == [(False, "HTTP 500")]
    told, _, _ = pinged(with_ping(trial, success=f"{address}/x-secret"), tmp_path / "down")
    assert [(item["ok"], item["reason"]) for item in told] == [(False, "ConnectionRefusedError")]
    with monitor(302, headers={"Location": f"file://{tmp_path}/500"}) as (address, asked):
        told, _, _ = pinged(with_ping(trial, success=f"{address}/x-secret"), tmp_path / "moved")
        assert [(item["ok"], item["reason"]) for item in told] == [(False, "HTTP 302")] and len(asked) == 1
    told, _, _ = pinged(with_ping(trial, success="https://nobody.invalid/x-secret"), tmp_path / "name")
    assert [item["ok"] for item in told] == [False]
    assert not [path for path in tmp_path.iterdir() if "secret" in path.read_text(encoding="utf-8")]


def test_a_monitor_that_never_answers_holds_nothing_up(trial: Trial, tmp_path: Path) -> None:
    """Neither the beginning nor, beyond its bound in all, the end."""
    with monitor(wait=1.5) as (address, _):
        told, begun, ended = pinged(with_ping(trial, url=address + "/p", timeout=0.4), tmp_path / "slow")
        assert begun < 0.2 and ended < 0.9
        assert {(item["kind"], item["ok"]) for item in told} == {("start", False), ("success", False)}


# -- what starts a night -------------------------------------------------------------------------------------------------


def cleanreport_lines() -> list[str]:
    """Give every call of the command that the operator's page and the samples show."""
    text = (DOCS / "README.md").read_text(encoding="utf-8")
    found = re.findall(r"^cleanreport .*$", text, re.MULTILINE) + re.findall(r"`(cleanreport [^`]+)`", text)
    samples = [SERVICE.read_text("utf-8"), CRON.read_text("utf-8")]
    found += [f"cleanreport {rest.rstrip(chr(39))}" for sample in samples for rest in re.findall(r"bin/cleanreport (.*)$", sample, re.MULTILINE)]
    task = ET.fromstring(TASK.read_bytes().decode("utf-16").partition("?>")[2])
    return [*found, "cleanreport " + next(item.text or "" for item in task.iter() if item.tag.endswith("}Arguments"))]


def test_every_command_of_the_operators_page_is_one() -> None:
    """Parsed by the command itself up to its help: an option or command that isn't there is status 2."""
    found = cleanreport_lines()
    assert len(found) > 25
    for line in sorted(set(found)):
        words = [word for word in shlex.split(line.replace("\\", "/"))[1:] if not word.endswith(".jsonl") and word != "--log"]
        assert command(*words, "--help").status == 0, line
    assert command("nightly", "--nothing", "--help").status == 2 and command("nothing", "--help").status == 2


def test_a_night_at_two_reckons_with_the_day_before() -> None:
    """A file of a closing day's afternoon is judged after midnight and is in time."""
    calls = [line for line in cleanreport_lines() if "--log" in line]
    assert len(calls) == 3 and all(line.endswith(" nightly --as-of yesterday") for line in calls)


def test_nobody_is_told_to_mark_a_folder_when_the_share_is_away() -> None:
    chapter = re.search(r"^### 1\. .*?(?=^### 2\. )", (DOCS / "README.md").read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    assert chapter and "Don't mark anything now" in chapter[0]
    assert not [code for code in re.findall(r"^```\n(.*?)^```$", chapter[0], re.DOTALL | re.MULTILINE) if "share mark" in code]


def test_a_marker_of_another_season_is_not_taken_away_without_a_word(trial: Trial, tmp_path: Path) -> None:
    marker = tmp_path / ".cleanreport-share"
    assert trial.run("share", "mark", str(tmp_path)).status == 0
    own = marker.read_text(encoding="utf-8")
    assert trial.run("share", "mark", str(tmp_path)).status == 0 and marker.read_text(encoding="utf-8") == own
    marker.write_text("2556-0000\n", encoding="utf-8")
    refused = trial.run("share", "mark", str(tmp_path))
    assert refused.status == 4 and "another season ('2556-0000')" in refused.err and "--replace" in refused.err
    assert marker.read_text(encoding="utf-8") == "2556-0000\n"
    assert trial.run("share", "mark", str(tmp_path), "--replace").status == 0 and marker.read_text(encoding="utf-8") == own
    assert [item.name for item in tmp_path.iterdir()] == [marker.name]


@pytest.mark.skipif(os.name == "nt", reason="links want a privilege on Windows")
def test_a_marker_that_is_a_link_is_refused_and_not_followed(trial: Trial, tmp_path: Path) -> None:
    (tmp_path / "inbox").mkdir()
    (tmp_path / "precious").write_text("kept")
    for aim in ("precious", "not there"):
        (tmp_path / "inbox" / ".cleanreport-share").symlink_to(tmp_path / aim)
        for words in ((), ("--replace",)):
            assert trial.run("share", "mark", str(tmp_path / "inbox"), *words).status == 4
        (tmp_path / "inbox" / ".cleanreport-share").unlink()
    assert (tmp_path / "precious").read_text() == "kept" and not (tmp_path / "not there").exists()


def test_who_holds_the_lock_since_when_is_said(trial: Trial) -> None:
    note = trial.root / ".lock.by"
    note.write_text("process 4711 since 2014-08-31T02:00:00+07:00\n", encoding="ascii")  # of a run that died
    with one_run(load(trial.root)):
        refused = trial.run("publish")
        assert refused.status == 11 and "4711" not in refused.err
        assert re.search(rf"another run holds the lock of this season \(process {os.getpid()}, since 20\d\d-[0-9T:+-]+\)", refused.err)
        note.write_text("nonsense \x1b[31m", encoding="ascii")
        assert trial.run("publish").err.strip() == "another run holds the lock of this season"
    assert not note.exists()
    with one_run(load(trial.root)):
        assert note.exists()


def test_the_operators_page_is_complete() -> None:
    text = (DOCS / "README.md").read_text(encoding="utf-8")
    assert len(re.findall(r"^### \d+\. ", text, re.MULTILINE)) >= 10
    for name in re.findall(r"\]\(([^)#]+)\)", text):
        assert (DOCS / name).exists(), name
    stated = "\n".join(re.findall(r"^```toml\n(.*?)^```$", text, re.DOTALL | re.MULTILINE))
    read = tomllib.loads(stated)
    assert read_operation(Path("/s"), read, "page").backup == Path("/mnt/backup/season")


def unit(path: Path) -> list[tuple[str, str, str]]:
    """Read a unit strictly: sections, then key=value."""
    section, found = "", []
    for line in path.read_text(encoding="ascii").splitlines():
        if line.startswith("["):
            section = line.strip("[]")
        elif line and not line.startswith("#"):
            key, mark, value = line.partition("=")
            assert mark and section and re.fullmatch(r"[A-Z][A-Za-z]+", key), line
            found.append((section, key, value))
    return found


def test_the_service_is_shut_off_and_knows_the_statuses() -> None:
    values = {key: value for _, key, value in unit(SERVICE)}
    wanted = {
        "Type": "oneshot", "ProtectSystem": "strict", "NoNewPrivileges": "yes", "PrivateTmp": "yes", "SuccessExitStatus": "3",
        "RestartPreventExitStatus": "1 2 4 11", "Restart": "on-failure", "UMask": "0027", "CapabilityBoundingSet": "",
    }  # fmt: skip
    assert wanted.items() <= values.items()
    assert {"ReadWritePaths", "MemoryMax", "TimeoutStartSec", "RestrictAddressFamilies", "SystemCallFilter"} <= values.keys()
    assert "#OnFailure=" in SERVICE.read_text() and "#PrivateNetwork=yes" in SERVICE.read_text()
    timer = {key: value for _, key, value in unit(TIMER)}
    assert timer["Unit"] == SERVICE.name and timer["Persistent"] == "true"


@pytest.mark.skipif(shutil.which("systemd-analyze") is None and not REQUIRED, reason="systemd-analyze is not installed")
def test_systemd_takes_the_units_and_counts_them_little_exposed(tmp_path: Path) -> None:
    for path in (SERVICE, TIMER):
        shutil.copy(path, tmp_path)
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *(str(tmp_path / path.name) for path in (SERVICE, TIMER))],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, [line for line in done.stderr.splitlines() if "cleanreport" in line]) == (0, [])
    calendar = next(value for _, key, value in unit(TIMER) if key == "OnCalendar")
    assert subprocess.run(["systemd-analyze", "calendar", calendar], capture_output=True, check=False).returncode == 0
    told = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--no-pager", str(tmp_path / SERVICE.name)], capture_output=True, text=True, check=False
    )
    exposure = re.search(r"Overall exposure level for cleanreport.service: ([0-9.]+)", told.stdout)
    assert exposure and float(exposure.group(1)) < 2.0, told.stdout + told.stderr
    broken = (tmp_path / SERVICE.name).read_text().replace("Type=oneshot", "Type=oneshot\nRestartForceExitStatus=5")
    (tmp_path / SERVICE.name).write_text(broken)
    refused = subprocess.run(["systemd-analyze", "verify", "--man=no", str(tmp_path / SERVICE.name)], capture_output=True, check=False)
    assert refused.returncode != 0


FIELD = r"(\*|[0-9]{1,2})"


def test_the_cron_file_is_one_of_the_system() -> None:
    text = CRON.read_bytes()
    assert text.endswith(b"\n") and b"\r" not in text and b"%" not in text and text.isascii()
    kept = [line for line in text.decode().splitlines() if line and not line.startswith("#")]
    entries = [line for line in kept if not re.fullmatch(r"[A-Z]+=\S+", line)]
    assert len(entries) == 1 and {line.partition("=")[0] for line in kept if line not in entries} == {"SHELL", "PATH", "MAILTO"}
    match = re.fullmatch(rf"{FIELD} {FIELD} {FIELD} {FIELD} {FIELD} ([a-z_][a-z0-9_-]*) umask 0027; (/.+)", entries[0])
    assert match
    bounds = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 7))
    assert all(value == "*" or low <= int(value) <= high for value, (low, high) in zip(match.groups()[:5], bounds, strict=True))
    assert match.group(6) == "cleanreport" and match.group(7).endswith(" nightly --as-of yesterday")


SPACE = "{http://schemas.microsoft.com/windows/2004/02/mit/task}"
SEQUENCES = {"CalendarTrigger": ["Enabled", "StartBoundary", "EndBoundary", "Repetition", "ExecutionTimeLimit", "RandomDelay", "ScheduleByDay"]}
"""Children whose order the schema of the Task Scheduler, version 1.2, fixes; those below may stand in any order, each once."""

ALLOWED = {
    "Task": ["RegistrationInfo", "Triggers", "Settings", "Data", "Principals", "Actions"],
    "RegistrationInfo": ["Date", "Description", "Author", "Version", "URI", "SecurityDescriptor", "Source", "Documentation"],
    "Triggers": ["CalendarTrigger"],
    "ScheduleByDay": ["DaysInterval"],
    "Principals": ["Principal"],
    "Principal": ["UserId", "LogonType", "GroupId", "DisplayName", "RunLevel"],
    "Settings": [
        "AllowStartOnDemand", "RestartOnFailure", "MultipleInstancesPolicy", "DisallowStartIfOnBatteries", "StopIfGoingOnBatteries",
        "AllowHardTerminate", "StartWhenAvailable", "NetworkProfileName", "RunOnlyIfNetworkAvailable", "WakeToRun", "Enabled", "Hidden",
        "DeleteExpiredTaskAfter", "IdleSettings", "NetworkSettings", "ExecutionTimeLimit", "Priority", "RunOnlyIfIdle",
    ],
    "Actions": ["Exec"],
    "Exec": ["Command", "Arguments", "WorkingDirectory"],
}  # fmt: skip
VALUES = {
    "Date|StartBoundary": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", "RandomDelay|ExecutionTimeLimit": r"P(T\d+[HM]|\d+D)", "Priority|DaysInterval": r"\d+",
    "RunLevel": "LeastPrivilege|HighestAvailable", "MultipleInstancesPolicy": "Parallel|Queue|IgnoreNew|StopExisting",
    "Enabled|Hidden|WakeToRun|StartWhenAvailable|RunOnlyIfIdle|AllowHardTerminate|AllowStartOnDemand": "true|false",
    "DisallowStartIfOnBatteries|StopIfGoingOnBatteries|RunOnlyIfNetworkAvailable": "true|false", "UserId": r"S-1-5-\d+",
    "Author|Description|URI|Command|Arguments|WorkingDirectory": r"\S.*",
}  # fmt: skip


def test_the_task_is_one_of_the_task_scheduler() -> None:
    data = TASK.read_bytes()
    assert data.startswith(b"\xff\xfe")  # schtasks takes the encoding that the declaration names, and only with its mark
    text = data.decode("utf-16")
    assert text.startswith('<?xml version="1.0" encoding="UTF-16"?>\r\n') and text.count("\n") == text.count("\r\n")
    task = ET.fromstring(data)
    assert task.tag == f"{SPACE}Task" and task.get("version") == "1.2"
    for item in task.iter():
        name = item.tag.removeprefix(SPACE)
        children = [child.tag.removeprefix(SPACE) for child in item]
        assert len(children) == len(set(children)), name
        if name in SEQUENCES:
            assert children == [one for one in SEQUENCES[name] if one in children]
        elif name in ALLOWED:
            assert set(children) <= set(ALLOWED[name]), name
        else:
            assert not children, name
            (pattern,) = [value for names, value in VALUES.items() if name in names.split("|")]
            assert re.fullmatch(pattern, item.text or ""), (name, item.text)
    principal, actions = (next(task.iter(SPACE + name)) for name in ("Principal", "Actions"))
    assert principal.get("id") == actions.get("Context")
