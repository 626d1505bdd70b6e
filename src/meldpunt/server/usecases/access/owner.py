"""Who owns a line: the office, known by the line key in force."""

from collections.abc import Mapping
from itertools import chain

from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.key_chain import verify_key_chain
from meldpunt.protocol.verify.line_document import LineDocument
from meldpunt.server.errors import NotFoundError
from meldpunt.server.store import lines
from meldpunt.server.store.database.transaction import Transaction
from meldpunt.server.store.stored_values import stored_rotations


def check_owner(
    tx: Transaction, caller: bytes, line: ids.LineId, *, lock: bool = False
) -> lines.LineRow:
    """Return a line whose key in force the caller has.

    Raises:
        NotFoundError: The host has no such line, or the caller is not its line key in force.
    """
    row = lines.find_line(tx, line, lock=lock)
    if row is None:
        raise NotFoundError
    keys = verify_key_chain(line, row.first_key, stored_rotations(row.rotations))
    if caller != keys[-1]:
        raise NotFoundError
    return row


def list_handlers(documents: Mapping[ids.Hash, LineDocument]) -> list[ids.HandlerId]:
    """Return the ids of all handlers whom a document of the line ever named, sorted."""
    named = chain.from_iterable(document.handlers for document in documents.values())
    return sorted({handler.id for handler in named})
