"""Whether a database has the tables that the code expects."""

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect

from meldpunt.server.store.database.transaction import Transaction
from meldpunt.server.store.tables import POSTGRESQL_KEYS, metadata


def differences(tx: Transaction) -> list[object]:
    """Return every way in which the database differs from tables.py."""
    options = {"compare_type": True, "compare_server_default": True}
    return list(compare_metadata(MigrationContext.configure(tx, opts=options), metadata))


def keys(tx: Transaction) -> dict[str, list[str]]:
    """Return the primary keys of all tables: the comparison above does not look at them."""
    seen = inspect(tx)
    return {name: seen.get_pk_constraint(name)["constrained_columns"] for name in metadata.tables}


def expected_keys(tx: Transaction) -> dict[str, list[str]]:
    """Return the primary keys that the code expects there."""
    other = POSTGRESQL_KEYS if tx.dialect.name == "postgresql" else {}
    return {
        name: list(other.get(name) or (column.name for column in table.primary_key))
        for name, table in metadata.tables.items()
    }
