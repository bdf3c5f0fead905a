"""A season folder: its configuration, frameworks, agencies, secret and folders; made by `init`, loaded by all commands."""

from __future__ import annotations

import os
import secrets
import shutil
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from processors.agency_list import AGENCIES, agencies_csv, read_agencies
from processors.disk import put
from processors.editions import KEPT, Editions
from processors.frozen import refuse_changed
from processors.leniency import season_trials, season_waivers
from processors.limits import SHOWING, Limits, Privacy, Showing, read_bounds
from processors.mail import EXAMPLE, Mail, read_mail
from processors.operation import TABLES as OPERATION
from processors.operation import Operation, read_operation
from processors.store import Ledger
from templates import registry
from templates.load import SHIPPED, load_framework
from templates.policy import method_keys, policy_from
from templates.prefill import Recipient
from templates.registry import Agency
from templates.spec import Form, Framework
from validation.trials import Trial
from validation.waivers import COLUMNS, Waiver
from workbook.errors import AppError, SpecError

CONFIG = "season.toml"
LEDGER = "ledger.db"
MARKER = ".cleanreport-share"
_LISTS = ("trial",)
_TABLES = ("folders", "limits", "privacy", "policy", "results", "mail", *OPERATION)
_KEYS = {"id", "fiscal_year", "frameworks", "simulated", *_TABLES, *_LISTS}


@dataclass(frozen=True)
class Season:
    """One season, loaded and checked. Paths are absolute."""

    root: Path
    id: str
    fiscal_year: int
    frameworks: Mapping[str, Framework]
    inbox: Path
    outbox: Path
    results: Path
    agencies: tuple[Agency, ...]
    secret: bytes
    limits: Limits = field(default_factory=Limits)
    privacy: Privacy = field(default_factory=Privacy)
    showing: Showing = field(default_factory=Showing)
    mail: Mail = field(default_factory=Mail)
    simulated: bool = False
    waivers: tuple[Waiver, ...] = ()
    trials: tuple[Trial, ...] = ()
    operation: Operation = field(default_factory=Operation)

    @property
    def archive(self) -> Path:
        """Give the folder of every received file."""
        return self.root / "archive"

    @property
    def ledger_path(self) -> Path:
        """Give the ledger's file."""
        return self.root / LEDGER

    @cached_property
    def by_code(self) -> dict[tuple[str, str], Agency]:
        """Give agencies by (framework, code)."""
        return {(item.framework, item.code): item for item in self.agencies}

    @cached_property
    def editions(self) -> Editions:
        """Give the forms in every edition that was issued."""
        return Editions({name: self.root / "frameworks" / name for name in self.frameworks}, self.frameworks)

    def forms(self, name: str = "") -> tuple[Form, ...]:
        """Give the forms that a name means: `plan` in every framework, `dept_2557/plan` in one, "" all."""
        found = tuple(
            form
            for framework in self.frameworks.values()
            for form in framework.forms
            if name in ("", form.id, form.full_id)
        )
        if not found:
            known = ", ".join(form.full_id for form in self.forms())
            raise AppError(f"there is no form {name!r}; known: {known}")
        return found

    def recipients(self, form: Form) -> tuple[Recipient, ...]:
        """Give who a form is issued to: agencies, groups with their agencies, or OPDC for all agencies."""
        key = (form.full_id, form.issued_to)
        if key not in self._recipients:
            self._recipients[key] = self._recipients_of(form)
        return self._recipients[key]

    def recipient_name(self, form: Form, code: str) -> str:
        """Give the name of whom a form is issued to; the code itself where it is nobody's any more."""
        key = (form.full_id, form.issued_to)
        if key not in self._names:
            self._names[key] = {item.code: item.name for item in self.recipients(form)}
        return self._names[key].get(code, code)

    @cached_property
    def _recipients(self) -> dict[tuple[str, str], tuple[Recipient, ...]]:
        return {}

    @cached_property
    def _names(self) -> dict[tuple[str, str], dict[str, str]]:
        return {}

    def _recipients_of(self, form: Form) -> tuple[Recipient, ...]:
        framework = self.frameworks[form.framework]
        mine = tuple(item for item in self.agencies if item.framework == framework.id)
        if form.issued_to == "agencies":
            return tuple(Recipient(item.code, item.name, item) for item in mine)
        if form.issued_to == "opdc":
            name = next((row["name_th"] for row in registry.records("departments") if row["code"] == self.centre), "")
            return (Recipient(self.centre, name, None, mine),)
        groups = sorted({item.group for item in mine if item.group})
        return tuple(
            Recipient(
                code, registry.group_name(code, framework.fiscal_year), None,
                tuple(item for item in mine if item.group == code),
            )
            for code in groups
        )  # fmt: skip

    @property
    def centre(self) -> str:
        """Give the code of the office that consolidates (a registry row says so)."""
        return next(row["code"] for row in registry.records("centre"))

    def recipient_codes(self) -> frozenset[str]:
        """Give every code that a workbook of this season may be issued to."""
        return frozenset(item.code for form in self.forms() for item in self.recipients(form))


def load(root: Path) -> Season:
    """Load a season folder; AppError (status 4) when it is none, SpecError with every mistake of its files."""
    path = root / CONFIG
    if not path.is_file():
        raise AppError(f"{root} is no season folder: {CONFIG} is missing (make one with `cleanreport init`)", status=4)
    raw = _config(path)
    folders = raw.get("folders", {})
    frameworks = {}
    unknown = [key for key, value in raw.get("policy", {}).items() if isinstance(value, dict) and key not in raw["frameworks"]]
    if unknown:
        raise AppError(f"{CONFIG}: [policy] names the unknown framework {', '.join(unknown)}", status=4)
    for name in raw["frameworks"]:
        folder = root / "frameworks" / str(name)
        refuse_changed(folder)
        framework = load_framework(folder)
        if framework.id != str(name):
            raise SpecError([f"frameworks/{name}/framework.toml: id is {framework.id!r}, the folder is {name!r}"])
        frameworks[framework.id] = _with_policy(framework, folder, _overrides(raw.get("policy", {}), framework))
    season = Season(
        root=root,
        id=str(raw["id"]),
        fiscal_year=int(raw["fiscal_year"]),
        frameworks=frameworks,
        inbox=_folder(root, folders, "inbox"),
        outbox=_folder(root, folders, "outbox"),
        results=_folder(root, folders, "results"),
        agencies=read_agencies(root / AGENCIES, frameworks),
        secret=_secret(root),
        limits=read_bounds(Limits, raw.get("limits", {}), f"{CONFIG}: [limits]"),
        privacy=read_bounds(Privacy, raw.get("privacy", {}), f"{CONFIG}: [privacy]"),
        showing=read_bounds(Showing, raw.get("results", {}), f"{CONFIG}: [results]"),
        mail=read_mail(raw.get("mail", {}), root, f"{CONFIG}: [mail]"),
        simulated=bool(raw.get("simulated", False)),
        trials=season_trials(raw.get("trial", []), frameworks, CONFIG),
        operation=read_operation(root, raw, CONFIG),
    )
    return replace(season, waivers=season_waivers(root / "waivers.csv", season.forms(), season.recipients))


def _config(path: Path) -> dict[str, Any]:
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise AppError(f"{path.name}: {error}", status=4) from error
    mistakes = [f"{path.name}: unknown key {key!r}" for key in sorted(set(raw) - _KEYS)]
    mistakes += [f"{path.name}: {key!r} wants a table" for key in _TABLES if not isinstance(raw.get(key, {}), dict)]
    mistakes += [f"{path.name}: {key!r} is missing" for key in ("id", "fiscal_year", "frameworks") if key not in raw]
    if mistakes:
        raise AppError("\n".join(mistakes), status=4)
    return raw


def _overrides(policy: Mapping[str, Any], framework: Framework) -> dict[str, Any]:
    """Give the season's policy choices for a framework: those for all that its method knows, then those of its own table."""
    others = set(method_keys()) - set(method_keys(framework.policy.method))
    common = {key: value for key, value in policy.items() if not isinstance(value, Mapping) and key not in others}
    return {**common, **policy.get(framework.id, {})}


def _with_policy(framework: Framework, folder: Path, overrides: Mapping[str, object]) -> Framework:
    """Lay the season's own policy choices over those of the framework."""
    if not overrides:
        return framework
    stated = tomllib.loads((folder / "framework.toml").read_text(encoding="utf-8")).get("scoring", {})
    return replace(framework, policy=policy_from({**stated, **overrides}, framework.policy.method))


def _folder(root: Path, folders: Mapping[str, Any], name: str) -> Path:
    return (root / str(folders.get(name, name))).absolute()


def _secret(root: Path) -> bytes:
    try:
        return bytes.fromhex((root / "secret.key").read_text(encoding="ascii").strip())
    except (OSError, ValueError) as error:
        raise AppError(f"secret.key: {error}", status=4) from error


def init(root: Path, fiscal_year: int, frameworks: Sequence[str], *, simulated: bool = False) -> Season:
    """Make a season folder; a folder that holds a season already is refused (status 2), nothing is overwritten."""
    if (root / CONFIG).exists():
        raise AppError(f"{root} holds a season already")
    sources = {}
    for name in frameworks:
        folder = SHIPPED / name if (SHIPPED / name).is_dir() else Path(name)
        if not (folder / "framework.toml").is_file():
            raise AppError(f"there is no framework {name!r}: neither shipped nor a folder with framework.toml")
        sources[load_framework(folder).id] = folder
    for name in ("frameworks", "archive", "inbox", "outbox", "results"):
        (root / name).mkdir(parents=True, exist_ok=True)
    for framework_id, folder in sources.items():
        # What another season issued is of no use in this one.
        leave = shutil.ignore_patterns(KEPT)
        shutil.copytree(folder, root / "frameworks" / framework_id, dirs_exist_ok=True, ignore=leave)
    season_id = f"{fiscal_year}-{secrets.token_hex(4)}"
    listed = [load_framework(root / "frameworks" / item) for item in sources]
    put(root / AGENCIES, agencies_csv([row for item in listed for row in registry.due_list(item)], listed))
    (root / "waivers.csv").write_text(",".join(COLUMNS) + "\n", encoding="utf-8-sig")
    _write_secret(root / "secret.key")
    mark_share(root / "inbox", season_id, replace=True)
    names = ", ".join(f'"{item}"' for item in sources)
    text = _CONFIG_TEXT.format(id=season_id, year=fiscal_year, names=names, simulated=str(simulated).lower()) + SHOWING + EXAMPLE
    # The configuration comes last: a folder without it is no season yet and `init` may be repeated.
    Ledger(root / LEDGER, create=True).close()
    (root / CONFIG).write_text(text, encoding="utf-8")
    return load(root)


_CONFIG_TEXT = """\
id = "{id}"
fiscal_year = {year}
frameworks = [{names}]
simulated = {simulated}

[folders]
inbox = "inbox"
outbox = "outbox"
results = "results"

[limits]
settle_seconds = 2
min_share_ratio = 0.5

[privacy]
# Days after reception that lists of persons are kept; then `cleanreport forget --expired`. Our own: no source states any.
keep_days = 365
"""


def _write_secret(path: Path) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as out:
        out.write(secrets.token_hex(32) + "\n")


def mark_share(folder: Path, season_id: str, *, replace: bool = False) -> Path:
    """Write the marker that holds the season's id. A link is refused, without `replace` another season's marker, too."""
    path = folder / MARKER
    if not folder.is_dir() or path.is_symlink() or (path.exists() and not path.is_file()):
        raise AppError(f"{folder} is no folder, or its {MARKER} is no plain file", status=4)
    found = path.read_text(encoding="utf-8", errors="replace").strip() if path.exists() else ""
    if found not in ("", season_id) and not replace:
        raise AppError(f"{folder} is marked for another season ({found[:40]!r}); --replace takes it for this one", status=4)
    put(path, f"{season_id}\n".encode())
    return path
