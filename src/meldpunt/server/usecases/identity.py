"""A host is a database, a secrets file and a place for attachments that belong together.

With another host's secrets file, proofs of receipt would not verify, and bulletins would tell
nobody anything. With another database's attachments, all would seem lost, and erasing would leave
them where they are. So a host checks both before it serves.
"""

import secrets
from contextlib import suppress
from typing import Final

from meldpunt.server.errors import BusyError
from meldpunt.server.host import Host
from meldpunt.server.secrets import SecretsError
from meldpunt.server.store.attachments import list_some_pieces
from meldpunt.server.store.blobs import BlobStore, DatabaseId
from meldpunt.server.store.database.engine import Store
from meldpunt.server.store.identity import (
    Identity,
    begin_identity,
    begin_receipt_key,
    find_identity,
    replace_receipt_key,
)
from meldpunt.server.store.lines import list_receipt_documents
from meldpunt.server.store.stored_values import stored_document

_ID_SIZE: Final = 16


class OtherSecretsError(SecretsError):
    """The secrets file is not the one of this database."""

    def __str__(self) -> str:
        """Say what the operator can do."""
        return (
            "The secrets file belongs to another database. Are MELDPUNT_SECRETS_FILE and"
            " MELDPUNT_DATABASE_URL right? Then restore the file of this database. If it is lost"
            " for ever, move this one away and run: meldpunt maintain --new-secrets. That command"
            " also takes a file that is there as the one of this database. Every office must then"
            " publish a document with the new receipt key, and bulletins say nothing of reports"
            " that are there already."
        )


class NoAttachmentsError(Exception):
    """The place of the attachments does not answer."""

    def __str__(self) -> str:
        """Say what is done, and what is not."""
        return (
            "The place of the attachments does not answer, so it has no mark of this database yet."
            " The database is done. Once the place answers: meldpunt migrate"
        )


async def claim_attachments(store: Store, blobs: BlobStore) -> None:
    """Give the database an id, and mark the place of the attachments with it.

    Raises:
        OtherDatabaseError: The place has the mark of another database.
        NotMountedError: The database knows attachments, and the place has none of them.
        NoAttachmentsError: The place does not answer.
        BusyError: The database does not answer.
    """
    found = await _begin(store)
    known = await store.read(list_some_pieces)
    blobs.recognize(found.database_id)
    try:
        await blobs.claim(known)
    except BusyError:
        raise NoAttachmentsError from None


async def check_identity(host: Host) -> None:
    """Check that secrets file and attachments are those of this database.

    A place of attachments that does not answer now is checked at its first use.

    Raises:
        OtherSecretsError: The secrets file is another one.
        OtherDatabaseError: The attachments are those of another database.
        BusyError: The database does not answer.
    """
    found = await _begin(host.store)
    if found.receipt_key is None:
        found = await _begin_receipt_key(host)
    if found.receipt_key != host.secrets.receipt_key:
        raise OtherSecretsError
    host.blobs.recognize(found.database_id)
    with suppress(BusyError):
        await host.blobs.check_owner()


async def take_secrets(host: Host) -> None:
    """Take the secrets file as the one of this database, because the operator says so."""
    await _begin(host.store)
    await host.store.write(lambda tx: replace_receipt_key(tx, host.secrets.receipt_key))


async def _begin(store: Store) -> Identity:
    found = await store.read(find_identity)
    if found is None:
        made = DatabaseId(secrets.token_bytes(_ID_SIZE))
        await store.write(lambda tx: begin_identity(tx, made))
        found = await store.read(find_identity) or Identity(made, None)
    return found


async def _begin_receipt_key(host: Host) -> Identity:
    """Keep the key of the first secrets file.

    A database of an older release may have lines already: then one of them must name the key.

    Raises:
        OtherSecretsError: All lines name other keys.
    """
    key = host.secrets.receipt_key
    rows = await host.store.read(list_receipt_documents)
    named = {stored_document(row.document, row.line_id).receipt_key for row in rows}
    if named and key not in named:
        raise OtherSecretsError
    await host.store.write(lambda tx: begin_receipt_key(tx, key))
    return await _begin(host.store)
