"""Every edition of a form that a season ever issued: the files it was made from, kept under their digest, loaded by it.

A workbook is read by what it was issued with, whatever the form says by now. `issued/<digest>/` in a framework's folder
holds a copy of those files, written whole before the first workbook of that edition leaves, and never changed.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from processors.disk import put, sync_folder
from templates.load import load_framework
from templates.spec import Form, Framework
from workbook.errors import AppError, SpecError

KEPT = "issued"
"""The folder of kept editions inside a framework's folder."""
_SPEC = "form.toml"


def spec_files(folder: Path, form_id: str) -> list[Path]:
    """Give all files that a form is made from: those of the framework and its own."""
    return [*sorted(path for path in folder.glob("*.*") if path.is_file()), folder / "forms" / form_id / _SPEC]


def spec_digest(folder: Path, form_id: str) -> str:
    """Give the digest of all files that a form is made from."""
    return hashlib.sha256(b"".join(path.read_bytes() for path in spec_files(folder, form_id))).hexdigest()


class Editions:
    """The forms of a season in every edition, each loaded once; `folders` and `frameworks` are the present ones by id."""

    def __init__(self, folders: Mapping[str, Path], frameworks: Mapping[str, Framework]) -> None:
        self.folders = folders
        self.frameworks = frameworks
        self._present: dict[tuple[str, str], str] = {}
        self._loaded: dict[tuple[str, str, str], Framework | None] = {}

    def present(self, form: Form) -> str:
        """Give the digest of a form as it stands now."""
        key = (form.framework, form.id)
        if key not in self._present:
            self._present[key] = spec_digest(self.folders[form.framework], form.id)
        return self._present[key]

    def keep(self, form: Form) -> str:
        """Keep a form as it stands now, once; gives its digest. A crash leaves the whole copy or none."""
        folder, spec = self.folders[form.framework], self.present(form)
        target = folder / KEPT / spec
        if self._stands(target, form.id, spec):
            return spec
        fresh = target.with_name(f".{spec}.new")
        try:
            shutil.rmtree(fresh, ignore_errors=True)
            for path in spec_files(folder, form.id):
                put(fresh / path.relative_to(folder), path.read_bytes())
            for inner in [fresh, *(item for item in fresh.rglob("*") if item.is_dir())]:
                sync_folder(inner)
            shutil.rmtree(target, ignore_errors=True)
            os.rename(fresh, target)
            sync_folder(target.parent)
        except OSError as error:
            raise AppError(f"{target}: {error.strerror or error}", status=4) from error
        return spec

    def framework(self, name: tuple[str, str], issue: str, spec: str) -> Framework | None:
        """Give the present framework with one form (framework id, form id) as an edition has it.

        An edition is known by its digest. A season that an earlier version of the program made has no copy: there the
        present form serves when it is the same issue. None when nobody can tell any more what was asked.
        """
        framework_id, form_id = name
        present = self.frameworks[framework_id]
        form = present.form(form_id)
        if spec == self.present(form):
            return present
        kept = self.kept(name, spec)
        return kept or (present if form.version == issue else None)

    def kept(self, name: tuple[str, str], spec: str) -> Framework | None:
        """Give the present framework with one form as it was kept under a digest, None when there is no such copy."""
        key = (*name, spec)
        if key not in self._loaded:
            self._loaded[key] = self._load(name, spec)
        return self._loaded[key]

    def _load(self, name: tuple[str, str], spec: str) -> Framework | None:
        framework_id, form_id = name
        folder = self.folders[framework_id] / KEPT / spec
        if not spec or not self._stands(folder, form_id, spec):
            return None
        try:
            form = replace(load_framework(folder, only=form_id).form(form_id), spec=spec)
        except (SpecError, KeyError):
            return None
        present = self.frameworks[framework_id]
        return replace(present, forms=tuple(form if item.id == form_id else item for item in present.forms))

    @staticmethod
    def _stands(folder: Path, form_id: str, spec: str) -> bool:
        """Tell whether a copy is there and is what its name says: an edited copy is none."""
        try:
            return spec_digest(folder, form_id) == spec
        except OSError:
            return False
