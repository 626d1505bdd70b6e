"""Brings a database to the schema of this release (migrations/)."""

from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import func, select

import meldpunt
from meldpunt.server.store.database.engine import Store
from meldpunt.server.store.database.transaction import Transaction

_IN_WHEEL: Final = Path(meldpunt.__file__).parent / "migrations"
_IN_CHECKOUT: Final = Path(meldpunt.__file__).parents[2] / "migrations"
_LOCK: Final = 0x6D656C6470756E74
"""Number of PostgreSQL's advisory lock for migrations: any number that nobody else uses."""
OLDEST_POSTGRESQL: Final = 15
"""The oldest version that the tests run; docs/operations/storage.md names it."""


class SchemaState(Enum):
    """How a database compares with this release."""

    EMPTY = "empty"
    BEHIND = "behind"
    CURRENT = "current"
    NEWER = "newer"


@dataclass(frozen=True, slots=True)
class Schema:
    """The state of the tables in a database."""

    state: SchemaState
    missing: int
    """How many migrations of this release are not applied yet."""


class NewerDatabaseError(Exception):
    """A newer release has migrated this database."""

    def __str__(self) -> str:
        """Say what to do."""
        return "A newer release has migrated this database: install that one."


class OldServerError(Exception):
    """The PostgreSQL server is older than every version that the tests run."""

    def __init__(self, version: int) -> None:
        super().__init__(
            f"This PostgreSQL server is of version {version}, and this release is tested from"
            f" version {OLDEST_POSTGRESQL} on: upgrade the server first (pg_upgrade)."
        )


def _config() -> Config:
    config = Config()
    folder = _IN_WHEEL if _IN_WHEEL.is_dir() else _IN_CHECKOUT
    config.set_main_option("script_location", str(folder).replace("%", "%%"))
    return config


def list_revisions() -> list[str]:
    """Return the numbers of all migrations of this release, from the first to the newest."""
    scripts = ScriptDirectory.from_config(_config()).walk_revisions()
    return [script.revision for script in scripts][::-1]


def empty_schema() -> Schema:
    """Return the schema of an empty database."""
    return Schema(SchemaState.EMPTY, len(list_revisions()))


async def read_schema(store: Store) -> Schema:
    """Return how the database compares with this release.

    Raises:
        OldServerError: The server is too old.
    """
    return await store.read(find_schema)


async def migrate(store: Store, to: str = "head") -> int:
    """Apply all missing migrations in one transaction; returns how many.

    If several processes do this, the first applies the migrations. The others wait, and then have
    nothing to apply.

    Raises:
        NewerDatabaseError: A newer release has migrated this database.
    """

    def work(tx: Transaction) -> int:
        lock(tx)
        return upgrade(tx, to)

    return await store.rebuild(work)


def lock(tx: Transaction) -> None:
    """Let only one transaction change the schema. SQLite has only one writer in any case."""
    if tx.dialect.name == "postgresql":
        tx.execute(select(func.pg_advisory_xact_lock(_LOCK)))


def upgrade(tx: Transaction, to: str = "head") -> int:
    """Apply all missing migrations in a transaction that holds the lock; returns how many.

    Raises:
        NewerDatabaseError: A newer release has migrated this database.
    """
    before = find_schema(tx)
    if before.state is SchemaState.NEWER:
        raise NewerDatabaseError
    config = _config()
    config.attributes["connection"] = tx
    command.upgrade(config, to)
    return before.missing - find_schema(tx).missing


def find_schema(tx: Transaction) -> Schema:
    """Do the same as `read_schema`, in a transaction."""
    _check_server(tx)
    revision = MigrationContext.configure(tx).get_current_revision()
    if revision is None:
        return empty_schema()
    known = list_revisions()
    if revision not in known:
        return Schema(SchemaState.NEWER, 0)
    missing = len(known) - 1 - known.index(revision)
    return Schema(SchemaState.BEHIND if missing else SchemaState.CURRENT, missing)


def _check_server(tx: Transaction) -> None:
    if tx.dialect.name != "postgresql":
        return
    version = int((tx.dialect.server_version_info or (0,))[0])
    if version < OLDEST_POSTGRESQL:
        raise OldServerError(version)
