"""Bringing a database to the schema of this release (migrations/)."""

from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

import meldpunt
from meldpunt.server.store.engine import Store
from meldpunt.server.store.transaction import Transaction

_IN_WHEEL: Final = Path(meldpunt.__file__).parent / "migrations"
_IN_CHECKOUT: Final = Path(meldpunt.__file__).parents[2] / "migrations"


def _config() -> Config:
    config = Config()
    folder = _IN_WHEEL if _IN_WHEEL.is_dir() else _IN_CHECKOUT
    config.set_main_option("script_location", str(folder).replace("%", "%%"))
    return config


async def migrate(store: Store) -> None:
    """Apply every migration that is missing, all in one transaction."""

    def work(tx: Transaction) -> None:
        config = _config()
        config.attributes["connection"] = tx
        command.upgrade(config, "head")

    await store.write(work)


async def is_current(store: Store) -> bool:
    """Say whether the database has the schema of this release."""
    head = ScriptDirectory.from_config(_config()).get_current_head()

    def work(tx: Transaction) -> bool:
        return MigrationContext.configure(tx).get_current_revision() == head

    return await store.read(work)
