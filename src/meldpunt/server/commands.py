"""What an operator does on the host's own machine (`meldpunt serve`, `migrate`, `invite`…)."""

import asyncio
import os
import resource
import secrets
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from threading import Event
from typing import Any, Final, TypeVar

import uvicorn

from meldpunt.protocol.verify.encoding import encode_base64url
from meldpunt.server.app import open_host
from meldpunt.server.errors import BusyError, DatabaseFailedError
from meldpunt.server.host import Host
from meldpunt.server.secrets import SecretsError, load_or_make_secrets
from meldpunt.server.settings import Settings, SettingsError
from meldpunt.server.store.attachments import has_no_pieces
from meldpunt.server.store.blobs import default_folder, open_blobs
from meldpunt.server.store.blobs.blob_store import NotMountedError
from meldpunt.server.store.database import copy, migration
from meldpunt.server.store.database.copy import DifferenceError, TargetError
from meldpunt.server.store.database.engine import Store
from meldpunt.server.store.database.file_lock import (
    InUseError,
    NoLockError,
    apart_from_hosts,
    serving,
)
from meldpunt.server.store.database.migration import NewerDatabaseError, Schema, SchemaState
from meldpunt.server.store.database.transaction import Transaction
from meldpunt.server.store.database.url import UnknownDatabaseError, open_store, sqlite_file
from meldpunt.server.store.lines import has_lines, insert_invite
from meldpunt.server.usecases import upkeep
from meldpunt.server.usecases.last_day import DayError
from meldpunt.server.usecases.line_limits import UnknownLineError
from meldpunt.server.usecases.lines import invite_hash

Result = TypeVar("Result")
Opened = TypeVar("Opened", Host, Store)

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


class NotMigratedError(Exception):
    """The database does not have this release's schema yet."""


class OneWorkerError(Exception):
    """SQLite is served by one process."""


class NoAnswerError(Exception):
    """The database is not there, or busy for too long."""


class NoFolderError(Exception):
    """A folder that the settings name is not there, or closed to the host."""


class SystemRefusedError(Exception):
    """The operating system does not let the host read or write a file; the message says why."""


class _StoppedError(Exception):
    """Nobody waits for it any more."""


KNOWN_ERRORS: Final = (
    upkeep.AttachmentsLeftError,
    upkeep.BulletinFolderError,
    DatabaseFailedError,
    DayError,
    DifferenceError,
    InUseError,
    NewerDatabaseError,
    NoAnswerError,
    NoFolderError,
    NoLockError,
    NotMigratedError,
    OneWorkerError,
    SecretsError,
    SettingsError,
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


def with_host(settings: Settings, action: Callable[[Host], Awaitable[Result]]) -> Result:
    """Open the host that the settings describe, do something with it, and close it.

    Raises:
        NoAnswerError: The database does not answer.
    """
    _check_secrets(settings)
    return _with(lambda: open_host(settings), action)


def _with_database(url: str, action: Callable[[Store], Awaitable[Result]]) -> Result:
    return _with(lambda: open_store(url), action)


def _with(make: Callable[[], Opened], action: Callable[[Opened], Awaitable[Result]]) -> Result:
    async def run() -> Result:
        opened = make()
        try:
            return await action(opened)
        finally:
            await opened.close()

    with _telling_of_folders():
        try:
            return asyncio.run(run())
        except BusyError:
            raise NoAnswerError("The database does not answer. Is it running, and free?") from None


@contextmanager
def _telling_of_folders() -> Iterator[None]:
    try:
        yield
    except (FileNotFoundError, NotADirectoryError, PermissionError):
        message = (
            "A folder is missing, or closed to the host: make the one of the database, and the one"
            " in which attachments are to lie (MELDPUNT_ATTACHMENTS)."
        )
        raise NoFolderError(message) from None
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else type(error).__name__
        message = f"The operating system refused a file of the host: {reason}."
        raise SystemRefusedError(message) from None


def serve(settings: Settings, *, host: str, port: int, workers: int = 1) -> None:
    """Serve until told to stop; every worker reads the same settings.

    Raises:
        NotMigratedError: Run `migrate` first.
        NewerDatabaseError: This release is too old for the database.
        OneWorkerError: Several workers on SQLite.
        InUseError: Another host serves this SQLite file.
    """
    database_url = settings.database_url.get_secret_value()
    if workers > 1 and sqlite_file(database_url) is not None:
        raise OneWorkerError("SQLite takes one worker. For more, use PostgreSQL.")
    _check_schema(settings)
    _check_secrets(settings)
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
        )


def _allow_files() -> None:
    """Allow as many open files as the system lets an ordinary process have, up to 16,384."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = _FILES if hard == resource.RLIM_INFINITY else min(_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


def _check_schema(settings: Settings) -> None:
    schema = read_schema(settings)
    if schema.state is SchemaState.NEWER:
        raise NewerDatabaseError
    if schema.state is SchemaState.BEHIND:
        message = "The database is of an older release. Make a backup, then: meldpunt migrate"
        raise NotMigratedError(message)
    if schema.state is SchemaState.EMPTY:
        raise NotMigratedError("The database has no tables yet. First: meldpunt migrate")


def _check_secrets(settings: Settings) -> None:
    """Refuse to make new secrets for a database that others belong to: the path may be wrong."""
    if settings.secrets_file.exists() or read_schema(settings).state is SchemaState.EMPTY:
        return
    url = settings.database_url.get_secret_value()
    if _with_database(url, lambda store: store.read(has_lines)):
        raise SecretsError(
            f"There is no secrets file {settings.secrets_file}, but the database has lines. Is"
            " MELDPUNT_SECRETS_FILE right? If the file is lost for ever: meldpunt maintain"
            " --new-secrets. Then every office must publish a document with the new receipt key,"
            " and bulletins say nothing of reports that are there already."
        )


def read_schema(settings: Settings) -> Schema:
    """Return how the database compares with this release; makes nothing, not even a file.

    Raises:
        NoAnswerError: The database is not there.
    """
    url = settings.database_url.get_secret_value()
    file = sqlite_file(url)
    if file is not None and not file.exists():
        return migration.empty_schema()
    return _with_database(url, migration.read_schema)


def _make_folder(settings: Settings, *, is_empty: bool) -> None:
    async def run() -> None:
        blobs = open_blobs(settings)
        await blobs.prepare(is_empty=is_empty)
        await blobs.close()

    with _telling_of_folders():
        try:
            asyncio.run(run())
        except NotMountedError:
            raise NoFolderError(
                "The folder of the attachments is empty, but the database knows attachments there."
                " Is its disk mounted? If they are lost, make a file .meldpunt in it."
            ) from None


def migrate(settings: Settings) -> int:
    """Bring the database to this release's schema; returns how many migrations that took.

    Makes the folder for attachments too.

    Raises:
        NewerDatabaseError: A newer release was here.
        NoFolderError: The folder around the database, or around the attachments, is not there.
        InUseError: A host serves this SQLite file, and there is something to change.
    """
    url = settings.database_url.get_secret_value()
    state, done = read_schema(settings).state, 0
    if state is SchemaState.EMPTY:
        _make_folder(settings, is_empty=True)
    if state is not SchemaState.CURRENT:
        with apart_from_hosts(url):
            done = _with_database(url, migration.migrate)
    if state is not SchemaState.EMPTY:
        is_empty = _with_database(url, lambda store: store.read(has_no_pieces))
        _make_folder(settings, is_empty=is_empty)
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
    _check_schema(settings)

    is_over = Event()

    def tell_who_waits(done: int, every: int) -> None:
        if is_over.is_set():  # no signal reaches a thread: it would go on to the end, and commit
            raise _StoppedError
        tell(done, every)

    def work(source: Transaction) -> dict[str, int]:
        # In the writer's thread, which has no loop of its own: nobody else writes until it is over.
        return _with_database(target_url, lambda to: copy.relocate(source, to, tell_who_waits))

    async def move(store: Store) -> dict[str, int]:
        try:
            return await store.write(work)
        finally:
            is_over.set()

    with serving(source_url):
        rows = _with_database(source_url, move)
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
        new_secrets: Make a secrets file for this database: the old one is lost.

    Raises:
        SecretsError: There is no secrets file, and the database has lines.
        AttachmentsLeftError: The store of attachments does not answer; all else is done.
        NoAnswerError: The database does not answer.
        DayError: An operator must confirm the day, or has confirmed another.
    """
    if new_secrets:
        load_or_make_secrets(settings.secrets_file)
    return with_host(settings, lambda host: upkeep.maintain(host, confirmed=confirmed))
