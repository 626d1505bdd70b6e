"""An office imports its line from another host, page by page. The host checks and stores each page.

The same page may come again. Nobody sees half a line: clients can read a report once its end has
arrived, and the line once its last page has arrived. An import never changes what the host has
already.
"""

from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.box_key import BoxKeyStatement, SignedBoxKey, verify_box_key
from meldpunt.protocol.verify.days import TOLERANCE
from meldpunt.protocol.verify.errors import Reason, RefusedError
from meldpunt.protocol.verify.key_chain import verify_key_chain
from meldpunt.protocol.verify.line_document import check_handlers_kept, verify_line_document
from meldpunt.protocol.verify.sizes import TEXT_SIZE
from meldpunt.server.errors import ConflictError, InviteInvalidError, SignatureRequiredError
from meldpunt.server.host import Host
from meldpunt.server.store import lines, transfer
from meldpunt.server.store.blobs.blob_store import PieceName
from meldpunt.server.store.database.transaction import Transaction
from meldpunt.server.store.stored_values import stored_rotations
from meldpunt.server.usecases.access.location import is_elsewhere
from meldpunt.server.usecases.lines import check_key_count, invite_hash, write_rotations
from meldpunt.server.usecases.transfer.attachment_import import (
    discard_others,
    take_part,
    write_parts,
)
from meldpunt.server.usecases.transfer.report_completion import take_end
from meldpunt.server.usecases.transfer.report_import import (
    Arriving,
    take_message,
    take_report,
    take_wraps,
)
from meldpunt.wire.transfer import ImportPut, MovedDocument, Record


async def import_page(host: Host, caller: bytes, line: ids.LineId, put: ImportPut) -> None:
    """Check and store a page of a line that another host exported.

    Raises:
        SignatureRequiredError: The caller is not the line key in force.
        RefusedError: A record breaks a rule of the protocol.
        InviteInvalidError: The line is new here, and the invite is missing or not valid for it.
        TooManyKeysError: A handler has more box keys that have not ended than the host allows.
        ConflictError: The host has a record with other content, or has erased it since.
        StorageFullError: The host has no room for the attachments.
        BusyError: The store of pieces does not answer.
    """
    keys = verify_key_chain(line, put.first_key, put.rotations)
    if caller != keys[-1]:
        raise SignatureRequiredError
    documents = await host.documents.of_line(line)
    pieces = await write_parts(host, line, put.records)

    def work(tx: Transaction) -> set[PieceName]:
        arriving = Arriving(
            host=host,
            tx=tx,
            line=line,
            keys=keys,
            is_open=_begin(tx, line, put),
            documents=dict(documents),
        )
        used = {
            taken
            for record, piece in zip(put.records, pieces, strict=True)
            if (taken := _take(arriving, record, piece)) is not None
        }
        if put.last and not arriving.is_open:
            _open(arriving, put)
        return used

    used: set[PieceName] = set()
    try:
        used = await host.store.write(work)
    finally:
        await discard_others(host, pieces, used)


def _begin(tx: Transaction, line: ids.LineId, put: ImportPut) -> bool:
    """Check that the line may come to this host. Return whether it is open here already."""
    transfer.lock_line(tx, line)
    row = lines.find_line(tx, line, lock=True)
    if row is not None:
        known = stored_rotations(row.rotations)
        if put.rotations[: len(known)] != known:
            raise RefusedError(Reason.ROTATION)
    elif put.invite is None or not lines.use_invite(tx, invite_hash(put.invite), line):
        raise InviteInvalidError
    return row is not None and not row.moved


def _take(arriving: Arriving, record: Record, piece: PieceName | None) -> PieceName | None:
    """Check and store a record. Return its piece if an attachment now uses it, otherwise None."""
    if record.document is not None:
        _take_document(arriving, record.document)
    if record.text is not None:
        _take_text(arriving, record.text)
    if record.box_key is not None:
        _take_box_key(arriving, record.box_key)
    if record.report is not None:
        take_report(arriving, record.report)
    if record.message is not None:
        take_message(arriving, record.message)
    if record.wraps is not None:
        take_wraps(arriving, record.wraps)
    if record.end is not None:
        take_end(arriving, record.end)
    if record.part is not None and piece is not None and take_part(arriving, record.part, piece):
        return piece
    return None


def _take_document(arriving: Arriving, served: MovedDocument) -> None:
    document = verify_line_document(served.document, served.signature, arriving.line, arriving.keys)
    document_hash = ids.document_hash(served.document)
    known = transfer.find_document_of_number(arriving.tx, arriving.line, document.number)
    if known == document_hash:
        return
    if known is not None:
        raise ConflictError
    arriving.check_new()
    if document.signed_on > arriving.host.clock.today() + TOLERANCE:
        raise RefusedError(Reason.DOCUMENT_DATES)
    if document.number != len(arriving.documents) + 1 or document.previous != arriving.newest:
        raise RefusedError(Reason.DOCUMENT_PREVIOUS)
    if arriving.newest is not None:
        check_handlers_kept(document, arriving.documents[arriving.newest])
    row = lines.DocumentRow(arriving.line, served.document, served.signature)
    lines.insert_document(arriving.tx, document, document_hash, row)
    arriving.documents[document_hash] = document


def _take_text(arriving: Arriving, text: bytes) -> None:
    if len(text) > TEXT_SIZE:
        raise RefusedError(Reason.TOO_LONG)
    text_hash = ids.text_hash(text)
    if not any(text_hash in document.text_hashes() for document in arriving.documents.values()):
        raise RefusedError(Reason.TEXT_HASH)
    if lines.find_text(arriving.tx, arriving.line, text_hash) is None:
        arriving.check_new()
        lines.insert_texts(arriving.tx, arriving.line, [text])


def _take_box_key(arriving: Arriving, signed: SignedBoxKey) -> None:
    handler = BoxKeyStatement.from_signed(signed.statement).handler_id
    statement = verify_box_key(signed, arriving.document_naming(handler))
    known = lines.find_box_key(arriving.tx, statement.handler_id, statement.number)
    if known is None:
        arriving.check_new()
        lines.insert_box_key(arriving.tx, statement, signed)
        check_key_count(arriving.tx, handler, arriving.host.clock.today())
    elif known != signed.statement:
        raise ConflictError


def _open(arriving: Arriving, put: ImportPut) -> None:
    """Open the line on this host, with the newest document that arrived.

    Raises:
        RefusedError: DOCUMENT_UNKNOWN if no document arrived; TEXT_HASH if a text is missing.
    """
    tx, newest = arriving.tx, arriving.newest
    if newest is None:
        raise RefusedError(Reason.DOCUMENT_UNKNOWN)
    document = arriving.documents[newest]
    if not document.text_hashes().issubset(lines.list_text_hashes(tx, arriving.line)):
        raise RefusedError(Reason.TEXT_HASH)
    row = lines.LineRow(
        arriving.line,
        put.first_key,
        # A later rotation comes into force with the next document.
        write_rotations(put.rotations[: document.key_number]),
        newest,
        document.number,
        is_elsewhere(arriving.host, document),
    )
    current = lines.find_line(tx, arriving.line)
    if current is None:
        lines.insert_line(tx, row)
    else:
        lines.update_line(tx, row, expected_number=current.number)
    lines.replace_handlers(tx, document)
