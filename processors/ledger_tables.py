"""The tables of the ledger: one named function per version, each giving the statements that lead to it."""

from __future__ import annotations


def _create() -> str:
    """Give the tables of the first version."""
    return """
        CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
        CREATE TABLE issued (
            form TEXT NOT NULL, issue TEXT NOT NULL, agency TEXT NOT NULL, serial TEXT NOT NULL, file TEXT NOT NULL,
            sha256 TEXT NOT NULL, snapshot TEXT NOT NULL, spec TEXT NOT NULL, PRIMARY KEY (form, agency, serial)) STRICT;
        CREATE TABLE entry (
            path BLOB PRIMARY KEY, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, inode INTEGER NOT NULL,
            sha256 TEXT NOT NULL, verdict TEXT NOT NULL) STRICT;
        CREATE TABLE returned (
            seq INTEGER PRIMARY KEY AUTOINCREMENT, path BLOB NOT NULL, sha256 TEXT NOT NULL, verdict TEXT NOT NULL,
            form TEXT NOT NULL, issue TEXT NOT NULL, agency TEXT NOT NULL, serial TEXT NOT NULL, stage TEXT NOT NULL,
            flags TEXT NOT NULL, findings TEXT NOT NULL, extracted TEXT NOT NULL, saved_by TEXT NOT NULL,
            received TEXT NOT NULL, days_late INTEGER NOT NULL, answered INTEGER NOT NULL) STRICT;
        CREATE INDEX returned_sha ON returned (sha256);
        CREATE INDEX returned_who ON returned (form, agency, stage, verdict);
        CREATE TABLE sealed (round TEXT PRIMARY KEY, folder TEXT NOT NULL, day TEXT NOT NULL) STRICT;
    """


def _forgotten() -> str:
    """Add the trace of what was forgotten; its rows stay when the answers are gone."""
    return """
        CREATE TABLE forgotten (
            seq INTEGER PRIMARY KEY, sha256 TEXT NOT NULL, form TEXT NOT NULL, agency TEXT NOT NULL, day TEXT NOT NULL,
            why TEXT NOT NULL, removed TEXT NOT NULL, done INTEGER NOT NULL) STRICT;
        CREATE INDEX forgotten_sha ON forgotten (sha256);
    """


def _proof() -> str:
    """Add what a receipt proves: the moment by the clock, the version of the rules, when the file says it was saved."""
    columns = ("received_at TEXT NOT NULL DEFAULT ''", "rules TEXT NOT NULL DEFAULT ''", "saved_at TEXT NOT NULL DEFAULT ''")
    whole = (*columns, "known INTEGER NOT NULL DEFAULT 0")
    return "".join(f"ALTER TABLE returned ADD COLUMN {column};" for column in whole)


def _operation() -> str:
    """Add what running unattended needs: the log of nights, the letters sent, the digest of a seal, the day of issue.

    `night.counts` and `mail.facts` are JSON; `mail.sent` is "" while a letter waits, else the moment it was settled. What
    came before this version asks for no letters any more.
    """
    return """
        CREATE TABLE night (
            run TEXT PRIMARY KEY, as_of TEXT NOT NULL, started TEXT NOT NULL, ended TEXT NOT NULL, status INTEGER NOT NULL,
            found INTEGER NOT NULL, counts TEXT NOT NULL, note TEXT NOT NULL) STRICT;
        CREATE TABLE mail (
            key TEXT PRIMARY KEY, kind TEXT NOT NULL, seq INTEGER NOT NULL, recipients TEXT NOT NULL, facts TEXT NOT NULL,
            queued TEXT NOT NULL, sent TEXT NOT NULL) STRICT;
        ALTER TABLE sealed ADD COLUMN digest TEXT NOT NULL DEFAULT '';
        ALTER TABLE issued ADD COLUMN day TEXT NOT NULL DEFAULT '';
        INSERT INTO meta SELECT 'mail_seq', CAST(coalesce(max(seq),0) AS TEXT) FROM returned;
        INSERT INTO meta SELECT 'mail_told', CAST(coalesce(max(seq),0) AS TEXT) FROM returned;
    """


def _publications() -> str:
    """Add what publications showed, for comparison, and the marks of doubt that analysts left in them; `figures` is JSON."""
    return """
        CREATE TABLE shown (seq INTEGER PRIMARY KEY AUTOINCREMENT, day TEXT NOT NULL, figures TEXT NOT NULL) STRICT;
        CREATE TABLE mark (
            framework TEXT NOT NULL, round TEXT NOT NULL, agency TEXT NOT NULL, indicator TEXT NOT NULL, words TEXT NOT NULL,
            score TEXT NOT NULL, day TEXT NOT NULL, PRIMARY KEY (framework, round, agency, indicator)) STRICT;
    """


MIGRATIONS = (_create, _forgotten, _proof, _operation, _publications)
"""Named functions, one per version; the ledger's `user_version` counts those done."""
