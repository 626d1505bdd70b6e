"""Opens the host, or its database alone, for an operator's command, and tells what is wrong."""

import asyncio
import os
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from meldpunt.server.app import open_host
from meldpunt.server.errors import BusyError
from meldpunt.server.host import Host
from meldpunt.server.secrets import SecretsError, load_or_make_secrets
from meldpunt.server.settings import Settings
from meldpunt.server.store.blobs import BlobStore
from meldpunt.server.store.database import migration
from meldpunt.server.store.database.engine import Store
from meldpunt.server.store.database.migration import NewerDatabaseError, Schema, SchemaState
from meldpunt.server.store.database.url import open_store, sqlite_file
from meldpunt.server.store.lines import has_lines
from meldpunt.server.usecases.identity import check_identity, take_secrets

Result = TypeVar("Result")
Opened = TypeVar("Opened", Host, Store, BlobStore)


class NotMigratedError(Exception):
    """The database does not have this release's schema yet."""


class NoAnswerError(Exception):
    """The database is not there, or busy for too long."""


class NoFolderError(Exception):
    """A folder that the settings name is not there, or closed to the host."""


class SystemRefusedError(Exception):
    """The operating system does not let the host read or write a file; the message says why."""


def with_host(settings: Settings, action: Callable[[Host], Awaitable[Result]]) -> Result:
    """Open the host that the settings describe, do something with it, and close it.

    Raises:
        NotMigratedError: Run `migrate` first.
        NewerDatabaseError: This release is too old for the database.
        SecretsError: The secrets file is missing, or not the one of the database.
        OtherDatabaseError: The attachments are those of another database.
        NoAnswerError: The database does not answer.
    """
    check_schema(settings)
    check_secrets(settings)

    async def checked(host: Host) -> Result:
        await check_identity(host)
        return await action(host)

    return with_opened(lambda: open_host(settings), checked)


def with_database(url: str, action: Callable[[Store], Awaitable[Result]]) -> Result:
    """Open a database, do something with it, and close it.

    Raises:
        NoAnswerError: The database does not answer.
    """
    return with_opened(lambda: open_store(url), action)


def with_opened(
    make: Callable[[], Opened], action: Callable[[Opened], Awaitable[Result]]
) -> Result:
    """Do the same with what `make` opens, without looking at it first."""

    async def run() -> Result:
        opened = make()
        try:
            return await action(opened)
        finally:
            await opened.close()

    with telling_of_folders():
        try:
            return asyncio.run(run())
        except BusyError:
            message = (
                "The database does not answer. Is MELDPUNT_DATABASE_URL right, and the database"
                " running and free?"
            )
            raise NoAnswerError(message) from None


@contextmanager
def telling_of_folders() -> Iterator[None]:
    """Tell what the operating system refuses, in words for an operator."""
    try:
        yield
    except BrokenPipeError:
        raise  # whoever reads the stream of a backup has stopped, and says why
    except (FileExistsError, FileNotFoundError, NotADirectoryError, PermissionError):
        message = (
            "A folder is missing, closed to the host, or no folder: make the one of the database,"
            " and the one in which attachments are to lie (MELDPUNT_ATTACHMENTS)."
        )
        raise NoFolderError(message) from None
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else type(error).__name__
        message = f"The operating system refused a file of the host: {reason}."
        raise SystemRefusedError(message) from None


def check_schema(settings: Settings) -> None:
    """Check that the database has this release's schema.

    Raises:
        NotMigratedError: Run `migrate` first.
        NewerDatabaseError: This release is too old for the database.
        NoAnswerError: The database does not answer.
    """
    schema = read_schema(settings)
    if schema.state is SchemaState.NEWER:
        raise NewerDatabaseError
    if schema.state is SchemaState.BEHIND:
        message = "The database is of an older release. Make a backup, then: meldpunt migrate"
        raise NotMigratedError(message)
    if schema.state is SchemaState.EMPTY:
        raise NotMigratedError("The database has no tables yet. First: meldpunt migrate")


def check_secrets(settings: Settings) -> None:
    """Refuse to make new secrets for a database that others belong to: the path may be wrong."""
    if _is_there(settings.secrets_file) or read_schema(settings).state is SchemaState.EMPTY:
        return
    url = settings.database_url.get_secret_value()
    if with_database(url, lambda store: store.read(has_lines)):
        raise SecretsError(
            f"There is no secrets file {settings.secrets_file}, but the database has lines. Is"
            " MELDPUNT_SECRETS_FILE right? If the file is lost for ever: meldpunt maintain"
            " --new-secrets. Then every office must publish a document with the new receipt key,"
            " and bulletins say nothing of reports that are there already."
        )


def read_schema(settings: Settings) -> Schema:
    """Return how the database compares with this release; makes nothing, not even a file.

    Raises:
        NoFolderError: The folder around the database is not there.
        NoAnswerError: The database is not there.
    """
    url = settings.database_url.get_secret_value()
    file = sqlite_file(url)
    if file is not None and not _is_there(file):
        with telling_of_folders():
            file.parent.stat()
        return migration.empty_schema()
    return with_database(url, migration.read_schema)


def _is_there(path: Path) -> bool:
    """Say whether there is a file; in a folder that is closed to the host, opening it says why."""
    try:
        return path.exists()
    except PermissionError:
        return True


def replace_secrets(settings: Settings) -> None:
    """Take the secrets file as the one of this database, or make one: the old one is lost.

    Raises:
        SecretsError: There is a file, and it is no secrets file.
        NotMigratedError: Run `migrate` first.
        NoAnswerError: The database does not answer.
    """
    check_schema(settings)
    load_or_make_secrets(settings.secrets_file)
    with_opened(lambda: open_host(settings), take_secrets)
