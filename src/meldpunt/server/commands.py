"""What an operator does on the host's own machine (`meldpunt serve`, `migrate`, `invite`…)."""

import asyncio
import os
import resource
import secrets
from dataclasses import dataclass
from datetime import date
from threading import Event
from typing import Any, Final

import uvicorn

from meldpunt.protocol.verify.encoding import encode_base64url
from meldpunt.server.backup_archive import BackupError
from meldpunt.server.errors import DatabaseFailedError, StorageFullError
from meldpunt.server.host import Host
from meldpunt.server.opening import (
    NoAnswerError,
    NoFolderError,
    NotMigratedError,
    SystemRefusedError,
    check_schema,
    read_schema,
    replace_secrets,
    telling_of_folders,
    with_database,
    with_host,
)
from meldpunt.server.secrets import SecretsError
from meldpunt.server.settings import Settings, SettingsError
from meldpunt.server.store.blobs import default_folder, open_blobs
from meldpunt.server.store.blobs.blob_store import NotMountedError, OtherDatabaseError
from meldpunt.server.store.database import copy, migration
from meldpunt.server.store.database.copy import DifferenceError, TargetError
from meldpunt.server.store.database.engine import Store
from meldpunt.server.store.database.file_lock import (
    InUseError,
    NoLockError,
    apart_from_hosts,
    serving,
)
from meldpunt.server.store.database.migration import (
    NewerDatabaseError,
    OldServerError,
    SchemaState,
)
from meldpunt.server.store.database.transaction import Transaction
from meldpunt.server.store.database.url import UnknownDatabaseError, sqlite_file
from meldpunt.server.store.lines import insert_invite
from meldpunt.server.usecases import upkeep
from meldpunt.server.usecases.identity import NoAttachmentsError, claim_attachments
from meldpunt.server.usecases.last_day import DayError
from meldpunt.server.usecases.line_limits import UnknownLineError
from meldpunt.server.usecases.lines import invite_hash

_INVITE_SIZE: Final = 20
_FILES: Final = 16_384
"""Open files that a host asks for: a connection takes one, a part of an attachment two."""
_CONNECTION: Final = "meldpunt.server.http.connection.limited:LimitedConnection"
# Names and states only: uvicorn's own access log would hold addresses and paths.
_LOGGING: Final[dict[str, Any]] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(levelname)s %(name)s: %(message)s"}},
    "handlers": {"err": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"level": "WARNING", "handlers": ["err"]},
    "loggers": {"meldpunt": {"level": "INFO"}, "uvicorn.error": {"level": "INFO"}},
}


class OneWorkerError(Exception):
    """SQLite is served by one process."""


class _StoppedError(Exception):
    """Nobody waits for it any more."""


KNOWN_ERRORS: Final = (
    upkeep.AttachmentsLeftError,
    upkeep.BulletinFolderError,
    BackupError,
    DatabaseFailedError,
    DayError,
    DifferenceError,
    InUseError,
    NewerDatabaseError,
    NoAnswerError,
    NoAttachmentsError,
    NoFolderError,
    NoLockError,
    NotMigratedError,
    NotMountedError,
    OldServerError,
    OneWorkerError,
    OtherDatabaseError,
    SecretsError,
    SettingsError,
    StorageFullError,
    SystemRefusedError,
    TargetError,
    UnknownDatabaseError,
    UnknownLineError,
)
"""What an operator can do something about; their messages say what."""


def read_settings(**overrides: object) -> Settings:
    """Read the environment, and what the command line adds.

    Raises:
        SettingsError: A setting is unknown or unusable.
    """
    return Settings.from_environment(os.environ, **overrides)


def serve(settings: Settings, *, host: str, port: int, workers: int = 1) -> None:
    """Serve until told to stop; every worker reads the same settings.

    Raises:
        NotMigratedError: Run `migrate` first.
        NewerDatabaseError: This release is too old for the database.
        OneWorkerError: Several workers on SQLite.
        SecretsError: The secrets file is missing, or not the one of the database.
        OtherDatabaseError: The attachments are those of another database.
        InUseError: Another host serves this SQLite file.
    """
    database_url = settings.database_url.get_secret_value()
    if workers > 1 and sqlite_file(database_url) is not None:
        raise OneWorkerError("SQLite takes one worker. For more, use PostgreSQL.")
    with_host(settings, _nothing)
    os.environ |= settings.to_environment()  # each worker reads all of them from its own
    _allow_files()
    with serving(database_url):
        uvicorn.run(
            "meldpunt.server.app:create_app_from_environment",
            factory=True,
            host=host,
            port=port,
            workers=workers,
            access_log=False,
            proxy_headers=False,
            server_header=False,
            date_header=False,
            http=_CONNECTION,
            ws="none",
            log_config=_LOGGING,
            timeout_graceful_shutdown=10,
            timeout_worker_healthcheck=30,  # one that waits for a busy machine is well
        )


async def _nothing(_host: Host) -> None:
    """Do nothing with a host that could be opened."""


def _allow_files() -> None:
    """Allow as many open files as the system lets an ordinary process have, up to 16,384."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = _FILES if hard == resource.RLIM_INFINITY else min(_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


def _make_place(settings: Settings) -> None:
    async def run() -> None:
        blobs = open_blobs(settings)
        await blobs.make_place()
        await blobs.close()

    with telling_of_folders():
        asyncio.run(run())


def _claim_attachments(settings: Settings) -> None:
    async def claim(store: Store) -> None:
        blobs = open_blobs(settings)
        try:
            await claim_attachments(store, blobs)
        finally:
            await blobs.close()

    with_database(settings.database_url.get_secret_value(), claim)


def migrate(settings: Settings) -> int:
    """Bring the database to this release's schema; returns how many migrations that took.

    Makes the folder for attachments too, and marks it as that of this database.

    Raises:
        NewerDatabaseError: A newer release was here.
        NoFolderError: The folder around the database, or around the attachments, is not there.
        InUseError: A host serves this SQLite file, and there is something to change.
        OtherDatabaseError: The attachments are those of another database.
        NotMountedError: The database knows attachments, and their place has none of them.
    """
    url = settings.database_url.get_secret_value()
    state, done = read_schema(settings).state, 0
    if state is SchemaState.EMPTY:
        _make_place(settings)
    if state is not SchemaState.CURRENT:
        with apart_from_hosts(url):
            done = with_database(url, migration.migrate)
    _claim_attachments(settings)
    return done


@dataclass(frozen=True, slots=True)
class Moved:
    """A database that is somewhere else now."""

    rows: dict[str, int]
    """By table; each was read back and compared."""
    attachments: str
    """Where they stay: a value of `MELDPUNT_ATTACHMENTS`."""


def move_database(settings: Settings, target_url: str, tell: copy.Tell) -> Moved:
    """Take everything from a SQLite file to an empty PostgreSQL; the file stays as it is.

    Raises:
        TargetError: The new database is no PostgreSQL, or not empty.
        DifferenceError: Reading it back gave something else; nothing was kept.
        InUseError: A host serves the file.
        NotMigratedError: The file is not of this release.
        NoAnswerError: One of the two does not answer.
    """
    source_url = settings.database_url.get_secret_value()
    if sqlite_file(source_url) is None or sqlite_file(target_url) is not None:
        raise TargetError("This moves a SQLite file to PostgreSQL, and nothing else.")
    check_schema(settings)

    is_over = Event()

    def tell_who_waits(done: int, every: int) -> None:
        if is_over.is_set():  # no signal reaches a thread: it would go on to the end, and commit
            raise _StoppedError
        tell(done, every)

    def work(source: Transaction) -> dict[str, int]:
        # In the writer's thread, which has no loop of its own: nobody else writes until it is over.
        return with_database(target_url, lambda to: copy.relocate(source, to, tell_who_waits))

    async def move(store: Store) -> dict[str, int]:
        try:
            return await store.write(work)
        finally:
            is_over.set()

    with serving(source_url):
        rows = with_database(source_url, move)
    return Moved(rows, settings.attachments or str(default_folder(settings).resolve()))


def create_invite(settings: Settings) -> str:
    """Return a new invite (27 characters), good for one line."""
    invite = encode_base64url(secrets.token_bytes(_INVITE_SIZE))

    async def action(host: Host) -> None:
        await host.store.write(lambda tx: insert_invite(tx, invite_hash(invite)))

    with_host(settings, action)
    return invite


def maintain(
    settings: Settings, *, confirmed: date | None = None, new_secrets: bool = False
) -> int:
    """Erase what is due and rewrite the database's files; returns how many reports were erased.

    Args:
        settings: Of the host.
        confirmed: A day that the operator has compared with another clock.
        new_secrets: Take the secrets file as the one of this database, or make one.

    Raises:
        SecretsError: The secrets file is missing, or not the one of the database.
        AttachmentsLeftError: The store of attachments does not answer; all else is done.
        NoAnswerError: The database does not answer.
        DayError: An operator must confirm the day, or has confirmed another.
    """
    if new_secrets:
        replace_secrets(settings)
    return with_host(settings, lambda host: upkeep.maintain(host, confirmed=confirmed))
