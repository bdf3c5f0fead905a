"""The commands of those who keep the program running: proofs, copies."""

from __future__ import annotations

import click

COMMANDS: tuple[click.Command, ...] = ()
"""What this module adds to the command."""
