"""Which database this is, and to which secrets file it belongs. It is one row."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, select, update

from meldpunt.server.store.blobs.blob_store import DatabaseId
from meldpunt.server.store.insertion import Insert
from meldpunt.server.store.tables import identity

_ONLY_ROW: Final = 1
_INSERT: Final = Insert(identity, keep=True)
_FIND: Final = select(identity.c.database_id, identity.c.receipt_key)


@dataclass(frozen=True, slots=True)
class Identity:
    """What a database knows of itself."""

    database_id: DatabaseId
    receipt_key: bytes | None
    """Public key of the secrets file (32 bytes). None before a host opens the database."""


def find_identity(tx: Connection) -> Identity | None:
    """Return what the database knows of itself, or None before `migrate` has asked."""
    row = tx.execute(_FIND).one_or_none()
    return None if row is None else Identity(DatabaseId(row[0]), row[1])


def begin_identity(tx: Connection, database_id: DatabaseId) -> None:
    """Give the database an id, unless it has one."""
    _INSERT.add(tx, [{"id": _ONLY_ROW, "database_id": database_id}])


def begin_receipt_key(tx: Connection, receipt_key: bytes) -> None:
    """Keep the key of the first secrets file; a later one changes nothing."""
    unknown = identity.c.receipt_key.is_(None)
    tx.execute(update(identity).where(unknown).values(receipt_key=receipt_key))


def replace_receipt_key(tx: Connection, receipt_key: bytes) -> None:
    """Keep the key of a secrets file that the operator chose."""
    tx.execute(update(identity).values(receipt_key=receipt_key))
