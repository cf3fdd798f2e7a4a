"""The database: does it answer, is it up to date, can it be written."""

import os
import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bot.clock import Clock
from bot.doctor.finding import Finding
from storage.audit import Audit, audit
from storage.checkup import LinkedChannel, installed_names, linked_channels, may_write
from storage.engine import Database, StorageBusy
from storage.migrate import UnknownRevision, missing_file
from storage.migrate import check as check_schema

MOUNTS = Path("/proc/self/mounts")
_LEAST_FREE = 100 * 1024 * 1024
_OVER_THE_NETWORK = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "ceph", "lustre", "glusterfs"}
    | {f"fuse.{name}" for name in ("sshfs", "s3fs", "rclone", "glusterfs", "cephfs")}
)

_FILE_MEND = "Correct DATABASE_URL, or give the file and its folder to the user that runs the bot: chown"
_SERVER_MEND = "Start it, or correct DATABASE_URL: host, port, name and password, database"
_MENDS = {
    "malformed": "Stop the bot and take the newest copy; what can still be read of this one: sqlite3 FILE .recover",
    "lock": "Something else holds it: wait, or end that (PostgreSQL names it: SELECT * FROM pg_stat_activity)",
    "startup parameter": "That is a pooler, such as PgBouncer: let DATABASE_URL name the PostgreSQL behind it",
    "too many clients": "Each bot may take 12 connections: raise max_connections, or run fewer bots",
    "permission denied": "Let the role of DATABASE_URL in: GRANT ALL ON ALL TABLES IN SCHEMA public TO …",
}

_OCTAL = re.compile(r"\\(\d{3})")  # a space in a mount point is written as \040


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What was found, and what the database tells for the looks that follow; nothing where it can't be read."""

    findings: Sequence[Finding]
    is_readable: bool = False
    workspaces: Mapping[str, str] = field(default_factory=dict)
    channels: Mapping[str, Sequence[LinkedChannel]] = field(default_factory=dict)
    audit: Audit | None = None


def look_at_database(database: Database, clock: Clock) -> Seen:
    """Look at the database and read what the other looks need of it."""
    path = _file_of(database)
    missing = missing_file(database)
    if missing:
        mend = "It is made at the first start; to make it now: python -m bot db upgrade"
        return Seen(findings=[Finding(f"the database {missing} isn't there yet", mend), *_looks_at_folder(missing)])
    try:
        problem = check_schema(database)
        if problem:
            mend = "To bring it up to date, stop the bot, then: python -m bot db upgrade"
            return Seen(findings=[Finding(problem, mend)])
        return _read(database, clock, path)
    except UnknownRevision as e:
        return Seen(findings=[Finding(e.what, e.mend)])
    except StorageBusy as e:
        reason = str(e).strip().splitlines()[0]
        return Seen(
            findings=[Finding(f"the database doesn't answer: {reason}", _mend_of(reason, is_file=database.is_sqlite))]
        )


def _mend_of(reason: str, *, is_file: bool) -> str:
    """Tell what to do about what a driver says, by the words in it."""
    for words, mend in _MENDS.items():
        if words in reason:
            return mend
    return _FILE_MEND if is_file else _SERVER_MEND


def network_mount(path: Path, mounts: str) -> str | None:
    """Name the kind of file system under a path, if it is one that lies on another machine."""
    nearest, kind = Path("/"), ""
    for _, point, found, *_ in (line.split() for line in mounts.splitlines() if line):
        mount = Path(_OCTAL.sub(lambda sign: chr(int(sign[1], 8)), point))
        if path.is_relative_to(mount) and mount.is_relative_to(nearest):
            nearest, kind = mount, found
    return kind if kind in _OVER_THE_NETWORK else None


def _read(database: Database, clock: Clock, path: str | None) -> Seen:
    with database.reading() as connection:
        names = installed_names(connection)
        channels = {workspace: linked_channels(connection, workspace) for workspace in names}
        writable = may_write(connection)
        books = audit(connection, now=clock.now(), machine_now=clock.machine_now())
    findings = [Finding("the database answers and is up to date")]
    if not writable:
        mend = "Let DATABASE_URL name the primary server and a role that may write: GRANT ALL ON ALL TABLES IN SCHEMA …"
        findings.append(Finding("the database can be read, but not written", mend))
    findings += _looks_at_file(path) if path else []
    return Seen(findings=findings, is_readable=True, workspaces=names, channels=channels, audit=books)


def _looks_at_file(path: str) -> Iterator[Finding]:
    if not os.access(path, os.W_OK):
        mend = "Give it to the user that runs the bot: chown"
        yield Finding(f"the file {path} can't be written by this user", mend)
    if os.stat(path).st_nlink > 1:
        mend = "Remove one of them; to find them: find / -samefile. SQLite loses data if both are used"
        yield Finding(f"the file {path} has a second name, a hard link", mend)
    yield from _looks_at_folder(path)


def _looks_at_folder(path: str) -> Iterator[Finding]:
    folder = Path(path).absolute().parent
    if not os.access(folder, os.W_OK):
        mend = "SQLite keeps files beside its own: give the folder to the user that runs the bot"
        yield Finding(f"the folder {folder} can't be written by this user", mend)
    free = shutil.disk_usage(folder).free
    if free < _LEAST_FREE:
        mend = "Make room, or move the file and correct DATABASE_URL; a full disk stops the bot"
        yield Finding(f"the disk of {folder} has {free // 1024 // 1024} MB left", mend)
    mounts = MOUNTS.read_text(errors="replace") if MOUNTS.exists() else ""
    kind = network_mount(folder.resolve(), mounts)
    if kind:
        mend = "Move the file to a disk of this machine, or use PostgreSQL: SQLite loses data over a network"
        yield Finding(f"{folder} lies on another machine ({kind})", mend)


def _file_of(database: Database) -> str | None:
    return database.url.database if database.is_sqlite else None
