"""The work of `meldpunt backup`, `backup-key` and `restore`.

The server is imported when a command runs.
"""

import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import IO, Final

from meldpunt.cli.host import encryption
from meldpunt.cli.host.commands import (
    HostBackupKeyOptions,
    HostBackupOptions,
    HostRestoreOptions,
)
from meldpunt.cli.host.operator import with_server
from meldpunt.cli.keyfile import private_files
from meldpunt.cli.terminal.explanation import refuse
from meldpunt.cli.terminal.output import Output
from meldpunt.cli.terminal.refusal import Refusal

_NAME: Final = re.compile(r"meldpunt-(\d{4}-\d{2}-\d{2})\.age", re.ASCII)
_PARTIAL: Final = ".partial"
_MOST_APART: Final = timedelta(days=7)
"""As for erasing: `meldpunt maintain` then asks for a confirmation."""
_MAX_KEY_FILE: Final = 65536
_SECRETS: Final = {
    "right": "The secrets file belongs to this database.",
    "missing": "WARNING: The secrets file is missing: put the copy of this host in its place.",
    "other": "WARNING: The secrets file belongs to another database, or cannot be read: put the"
    " copy of this host in its place.",
}


@with_server()
def backup(output: Output, options: HostBackupOptions) -> None:
    """Write an encrypted backup."""
    from meldpunt.server import backup as server_backup
    from meldpunt.server import commands

    recipients = [encryption.read_recipient(text) for text in options.recipients]
    if not recipients:
        raise Refusal("recipient", "Say who may open it: --recipient KEY (meldpunt backup-key).")
    settings = commands.read_settings(database_url=options.database_url)
    today = datetime.now(UTC).date()
    target = options.to / f"meldpunt-{today}.age"
    with (
        _new_file(target) as file,
        output.counting("Backup", in_bytes=True) as tell,
        encryption.encrypting(file, recipients) as plain,
    ):
        made = server_backup.write_backup(
            settings, plain, tell, with_attachments=not options.without_attachments
        )
    deleted = 0
    if options.keep is not None:
        deleted = _delete_old(output, options.to, today, made.last_day, options.keep)
    output.result(
        {
            "file": str(target),
            "bytes": target.stat().st_size,
            "parts": made.pieces,
            "missingParts": made.absent,
            "deleted": deleted,
        },
        f"Backup: {target}",
        f"Parts of attachments in it: {made.pieces}.",
        *([f"Older backups deleted: {deleted}."] if deleted else []),
        "The secrets file is not in it: keep one copy elsewhere.",
    )
    if made.absent:
        output.warn(f"Parts of attachments that were not there: {made.absent}.")


def backup_key(output: Output, options: HostBackupKeyOptions) -> None:
    """Make a key that opens backups."""
    identity, public = encryption.make_identity()
    text = f"# Opens backups of a Meldpunt host. Public key: {public}\n{identity}\n"
    with _explained():
        private_files.write_new(options.file, text.encode())
    output.result({"recipient": public}, public)
    output.warn("Keep this file away from the host, and a second copy of it: no file, no backup.")


@with_server()
def restore(output: Output, options: HostRestoreOptions) -> None:
    """Put a backup where the settings say."""
    from meldpunt.server import commands, restoration

    with _explained():
        key_file = private_files.read(options.key_file, max_size=_MAX_KEY_FILE)
    identities = encryption.read_identities(key_file)
    settings = commands.read_settings(database_url=options.database_url)
    with (
        options.file.open("rb") as file,
        output.counting("Restoring", in_bytes=True) as tell,
        encryption.decrypting(file, identities) as plain,
    ):
        restored = restoration.restore_backup(
            settings, plain, tell, with_attachments=not options.without_attachments
        )
    day = None if restored.last_day is None else restored.last_day.isoformat()
    output.result(
        {
            "lines": restored.lines,
            "reports": restored.reports,
            "parts": restored.attachment_parts,
            "missingParts": restored.missing_parts,
            "lastDay": day,
            "secrets": restored.secrets,
            "mustMigrate": restored.is_behind,
        },
        f"Lines: {restored.lines}. Reports: {restored.reports}. Last day: {day or 'none'}.",
        f"Parts of attachments: {restored.attachment_parts}. Missing: {restored.missing_parts}.",
        *(["The backup is of an older release: meldpunt migrate."] if restored.is_behind else []),
        "What came after the backup is gone, and what was withdrawn at once since then is back."
        " Tell the offices of all lines.",
        _SECRETS[restored.secrets],  # last, where nothing scrolls it away
    )


@contextmanager
def _explained() -> Iterator[None]:
    try:
        yield
    except private_files.PrivateFileError as error:
        raise refuse(error) from None


@contextmanager
def _new_file(target: Path) -> Iterator[IO[bytes]]:
    """Give a file that gets its name when it is whole and on the disk.

    Each run has a file of its own, so that two at once never write into one another's.
    """
    if target.exists():
        raise _exists(target)
    try:
        descriptor, name = tempfile.mkstemp(_PARTIAL, f"{target.name}.", target.parent)
        partial = Path(name)
        try:
            with os.fdopen(descriptor, "wb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            target.hardlink_to(partial)
        finally:
            partial.unlink(missing_ok=True)
    except FileExistsError:
        raise _exists(target) from None
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else type(error).__name__
        raise Refusal("backup", f"The backup cannot be written: {reason}.") from None


def _exists(target: Path) -> Refusal:
    return Refusal(
        "exists", f"There is a backup of today already: {target}. Make at most one a day."
    )


def _delete_old(output: Output, folder: Path, today: date, last_day: date | None, keep: int) -> int:
    """Delete the backups of more than `keep` days ago; returns how many.

    A clock alone deletes nothing: the host must have seen about the same day.
    """
    if last_day is None or abs(today - last_day) > _MOST_APART:
        output.warn(
            "The clock is far from the last day that the host saw, so no older backup was deleted."
            " Look at another clock."
        )
        return 0
    old = [path for path in folder.iterdir() if _is_before(path, today - timedelta(days=keep))]
    for path in old:
        path.unlink()
    return len(old)


def _is_before(path: Path, day: date) -> bool:
    found = _NAME.fullmatch(path.name)
    if found is None:
        return False
    try:
        return date.fromisoformat(found[1]) < day
    except ValueError:  # no such day
        return False
