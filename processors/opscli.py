"""The commands of those who keep the program running: proofs, copies."""

from __future__ import annotations

from pathlib import Path

import click

from processors.terminal import Settings, log, print_json, tell, with_settings


@click.command()
@click.argument("folder", required=False, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print the proof as JSON.")
@with_settings
def verify(settings: Settings, folder: Path | None, as_json: bool) -> int:
    """Prove archive, ledger and results against each other; with FOLDER a backup or a sealed round alone."""
    from processors.verify import prove

    proof = prove(folder.absolute() if folder else settings.root())
    log("verified", kind=proof.kind, status=proof.status, doubts=[item.code for item in proof.doubts if item.needs_people])
    if as_json:
        print_json(proof.json(settings.lang))
    else:
        tell("\n".join(proof.lines(settings.lang)))
    return proof.status


@click.command()
@click.argument("target", required=False, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print what was copied, and its proof, as JSON.")
@with_settings
def backup(settings: Settings, target: Path | None, as_json: bool) -> int:
    """Copy the season to a folder, also while a night runs, and prove the copy (default: [backup] folder)."""
    from processors.backup import backup as copy
    from workbook.errors import AppError

    season = settings.load()
    chosen = target.absolute() if target else season.operation.backup
    if chosen is None:
        raise AppError("backup: where to? Give TARGET, or write [backup] folder into season.toml")
    with settings.ledger(season) as ledger:
        made = copy(season, ledger, chosen)
    assert made.proof is not None
    log("backup", copied=made.copied, kept=made.kept, status=made.proof.status)
    if as_json:
        print_json({"copied": made.copied, "kept": made.kept, **made.proof.json(settings.lang)})
        return made.proof.status
    tell("\n".join(made.proof.lines(settings.lang)))
    from templates.words import say

    tell(say("operation", "backup_done", settings.lang, folder=made.folder, copied=made.copied, kept=made.kept))
    return made.proof.status


COMMANDS: tuple[click.Command, ...] = (verify, backup)
"""What this module adds to the command."""
