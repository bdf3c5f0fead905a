"""What kind of disk a folder stands on: the ledger's locks hold on local disks only."""

from __future__ import annotations

from pathlib import Path

from workbook.errors import AppError

_NETWORK = frozenset({"nfs", "nfs4", "cifs", "smb3", "smbfs", "fuse", "fuseblk", "fuse.sshfs", "9p"})


def refuse_network(folder: Path, mounts: str = "/proc/mounts") -> None:
    """Refuse a ledger on a network mount (status 4): its locks lie."""
    try:
        lines = Path(mounts).read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return
    best, kind = "", ""
    where = str(folder.resolve()) + "/"
    for line in lines:
        parts = line.split()
        if len(parts) < 3:
            continue
        point = parts[1].replace("\\040", " ").rstrip("/") + "/"
        if where.startswith(point) and len(point) >= len(best):
            best, kind = point, parts[2]
    if kind in _NETWORK or kind.startswith("fuse."):
        raise AppError(f"the ledger must stand on a local disk; {folder} is on {kind}", status=4)
