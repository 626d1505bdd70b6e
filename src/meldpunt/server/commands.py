"""What an operator does on the host's own machine (`meldpunt serve`, `migrate`, `invite`…)."""

import asyncio
import os
import secrets
from collections.abc import Awaitable, Callable
from typing import Any, Final, TypeVar

import uvicorn

from meldpunt.protocol.verify.encoding import encode_base64url
from meldpunt.server.app import open_host
from meldpunt.server.errors import BusyError
from meldpunt.server.host import Host
from meldpunt.server.secrets import SecretsError
from meldpunt.server.settings import Settings, SettingsError
from meldpunt.server.store import migration
from meldpunt.server.store.lines import insert_invite
from meldpunt.server.store.opening import UnknownDatabaseError
from meldpunt.server.store.serving import InUseError, is_sqlite, serving
from meldpunt.server.usecases import upkeep
from meldpunt.server.usecases.lines import invite_hash

Result = TypeVar("Result")

_INVITE_SIZE: Final = 20
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
    """The database does not have this release's schema."""


class OneWorkerError(Exception):
    """SQLite is served by one process."""


class NoAnswerError(Exception):
    """The database is not there, or busy for too long."""


KNOWN_ERRORS: Final = (
    InUseError,
    NoAnswerError,
    NotMigratedError,
    OneWorkerError,
    SecretsError,
    SettingsError,
    UnknownDatabaseError,
)
"""What an operator can do something about; their messages say what."""


def read_settings(**overrides: object) -> Settings:
    """Read the environment, and what the command line adds.

    Raises:
        SettingsError: A setting is unknown or unusable.
    """
    return Settings.from_environment(os.environ, **overrides)


def _with_host(settings: Settings, action: Callable[[Host], Awaitable[Result]]) -> Result:
    async def run() -> Result:
        host = open_host(settings)
        try:
            return await action(host)
        finally:
            await host.close()

    try:
        return asyncio.run(run())
    except BusyError:
        raise NoAnswerError("The database does not answer. Is it running, and free?") from None


def serve(settings: Settings, *, host: str, port: int, workers: int = 1) -> None:
    """Serve until told to stop; every worker reads the same settings.

    Raises:
        NotMigratedError: Run `migrate` first.
        OneWorkerError: Several workers on SQLite.
        InUseError: Another host serves this SQLite file.
    """
    database_url = settings.database_url.get_secret_value()
    if workers > 1 and is_sqlite(database_url):
        raise OneWorkerError("SQLite takes one worker. For more, use PostgreSQL.")
    if not _with_host(settings, lambda opened: migration.is_current(opened.store)):
        raise NotMigratedError("The database has another schema. First: meldpunt migrate")
    _export(settings)
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
            ws="none",
            log_config=_LOGGING,
            timeout_graceful_shutdown=10,
        )


def _export(settings: Settings) -> None:
    """Hand the settings to the workers, all of them: each reads its own environment."""
    os.environ |= settings.to_environment()


def migrate(settings: Settings) -> None:
    """Bring the database to this release's schema."""
    _with_host(settings, lambda host: migration.migrate(host.store))


def create_invite(settings: Settings) -> str:
    """Return a new invite (27 characters), good for one line."""
    invite = encode_base64url(secrets.token_bytes(_INVITE_SIZE))

    async def action(host: Host) -> None:
        await host.store.write(lambda tx: insert_invite(tx, invite_hash(invite)))

    _with_host(settings, action)
    return invite


def maintain(settings: Settings) -> int:
    """Erase what is due and rewrite the database's files; returns how many reports were erased."""
    return _with_host(settings, upkeep.maintain)
