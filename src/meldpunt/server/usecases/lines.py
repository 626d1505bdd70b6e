"""An office publishes its line, its handlers publish box keys, and anybody reads the line."""

import json
from datetime import date
from typing import Final

from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.box_key import BoxKeyStatement, SignedBoxKey, verify_box_key
from meldpunt.protocol.verify.days import TOLERANCE
from meldpunt.protocol.verify.errors import Reason, RefusedError
from meldpunt.protocol.verify.hashing import labelled_hash
from meldpunt.protocol.verify.key_chain import Rotation, verify_key_chain
from meldpunt.protocol.verify.line_document import (
    LineDocument,
    check_handlers_kept,
    verify_line_document,
)
from meldpunt.protocol.verify.served import ServedLine
from meldpunt.protocol.verify.sizes import TEXT_SIZE
from meldpunt.server.errors import (
    ConflictError,
    InviteInvalidError,
    NotFoundError,
    SignatureRequiredError,
    TooManyKeysError,
)
from meldpunt.server.host import Host
from meldpunt.server.store import lines
from meldpunt.server.store.database.transaction import Transaction
from meldpunt.server.store.stored_values import stored_document, stored_rotations
from meldpunt.server.store.transfer import lock_line
from meldpunt.server.usecases.access.location import check_open, is_elsewhere
from meldpunt.server.usecases.access.participants import find_callers
from meldpunt.wire.lines import BoxKeysPut, DocumentAnswer, LinePut, TextAnswer

MAX_BOX_KEYS: Final = 128
"""Most box keys of one handler that have not ended. A year needs 8 of them."""


def invite_hash(invite: str) -> bytes:
    """Return the hash of an invite (32 bytes). The host stores the hash, never the invite."""
    return labelled_hash(32, "mp1/invite", invite.encode())


async def read_line(host: Host, line: ids.LineId) -> ServedLine:
    """Return a line: key chain, newest document, current box keys.

    Raises:
        NotFoundError: The host has no such line.
    """
    served = await host.store.read(lambda tx: _served(tx, line, host.clock.today()))
    if served is None:
        raise NotFoundError
    return served


def _served(tx: Transaction, line: ids.LineId, today: date) -> ServedLine | None:
    row = lines.find_line(tx, line)
    document = None if row is None else lines.find_document(tx, row.document_hash)
    if row is None or document is None:
        return None
    return ServedLine(
        first_key=row.first_key,
        rotations=stored_rotations(row.rotations),
        document=document.document,
        signature=document.signature,
        box_keys=tuple(lines.list_current_box_keys(tx, line, today)),
        moved=row.moved or None,
    )


async def read_document(host: Host, line: ids.LineId, document_hash: ids.Hash) -> DocumentAnswer:
    """Return one version of a line's document.

    Raises:
        NotFoundError: The line has no such document.
    """
    row = await host.store.read(lambda tx: lines.find_document(tx, document_hash))
    if row is None or row.line_id != line:
        raise NotFoundError
    return DocumentAnswer(document=row.document, signature=row.signature)


async def read_text(host: Host, line: ids.LineId, text_hash: ids.Hash) -> TextAnswer:
    """Return a text that a document of the line names.

    Raises:
        NotFoundError: The line has no such text.
    """
    text = await host.store.read(lambda tx: lines.find_text(tx, line, text_hash))
    if text is None:
        raise NotFoundError
    return TextAnswer(text=text)


async def publish_line(
    host: Host, caller: bytes, line: ids.LineId, put: LinePut
) -> tuple[ServedLine, bool]:
    """Publish a line's first or next document. Return the line, and whether it is new.

    Publishing the same document again succeeds.

    Raises:
        SignatureRequiredError: The caller is not the line key in force.
        RefusedError: The request breaks a rule of the protocol.
        InviteInvalidError: The document is the line's first, and the invite is missing or invalid.
        ConflictError: The document is not the next one, or the line is arriving by a transfer.
    """
    keys = verify_key_chain(line, put.first_key, put.rotations)
    if caller != keys[-1]:
        raise SignatureRequiredError
    document = verify_line_document(put.document, put.signature, line, keys)
    if document.key_number != len(keys) - 1:
        raise RefusedError(Reason.KEY_NUMBER)
    today = host.clock.today()
    if document.signed_on > today + TOLERANCE or document.expires_on < today - TOLERANCE:
        raise RefusedError(Reason.DOCUMENT_DATES)
    if any(len(text) > TEXT_SIZE for text in put.texts):
        raise RefusedError(Reason.TOO_LONG)

    def work(tx: Transaction) -> tuple[ServedLine, bool]:
        is_new = _publish(tx, line, put, document, moved=is_elsewhere(host, document))
        served = _served(tx, line, today)
        if served is None:
            raise NotFoundError
        return served, is_new

    return await host.store.write(work)


def _publish(
    tx: Transaction, line: ids.LineId, put: LinePut, document: LineDocument, *, moved: bool
) -> bool:
    lock_line(tx, line)
    current = lines.find_line(tx, line, lock=True)
    document_hash = ids.document_hash(put.document)
    if current is not None and current.document_hash == document_hash:
        return False
    _check_next(tx, current, document, put)
    row = lines.LineRow(
        line, put.first_key, write_rotations(put.rotations), document_hash, document.number, moved
    )
    if current is None:
        if put.invite is None or not lines.use_invite(tx, invite_hash(put.invite), line):
            raise InviteInvalidError
        if lines.list_document_hashes(tx, line):  # the line is arriving from another host
            raise ConflictError
        lines.insert_line(tx, row)
    elif not lines.update_line(tx, row, expected_number=current.number):
        raise ConflictError
    named = document.text_hashes()
    lines.insert_texts(tx, line, [t for t in put.texts if ids.text_hash(t) in named])
    if not named.issubset(lines.list_text_hashes(tx, line)):
        raise RefusedError(Reason.TEXT_HASH)
    stored = lines.DocumentRow(line, put.document, put.signature)
    lines.insert_document(tx, document, document_hash, stored)
    lines.replace_handlers(tx, document)
    return current is None


def _check_next(
    tx: Transaction, current: lines.LineRow | None, document: LineDocument, put: LinePut
) -> None:
    if current is None:
        if document.number != 1:
            raise RefusedError(Reason.DOCUMENT_PREVIOUS)
        return
    if document.number != current.number + 1:
        raise ConflictError
    if document.previous != current.document_hash:
        raise RefusedError(Reason.DOCUMENT_PREVIOUS)
    known = stored_rotations(current.rotations)
    if put.rotations[: len(known)] != known:
        raise RefusedError(Reason.ROTATION)
    # A handler who left stays listed, with `until`: clients must still verify their old messages.
    before = lines.find_document(tx, current.document_hash)
    if before is not None:
        check_handlers_kept(document, stored_document(before.document, current.line_id))


async def publish_box_keys(host: Host, caller: bytes, line: ids.LineId, put: BoxKeysPut) -> None:
    """Publish box keys of the calling handler before their days. Sending them again succeeds.

    Raises:
        NotFoundError: The caller is no handler of this line.
        RefusedError: A key breaks a rule of the protocol; BOX_KEY_DATES for a new key that has
            ended.
        ConflictError: The handler has another key with that number.
        TooManyKeysError: More than `MAX_BOX_KEYS` keys of the handler have not ended.
        MovedError: The line is on another host.
    """
    own = ids.handler_id(line, caller)
    if own not in await find_callers(host, caller):
        raise NotFoundError
    row = await host.store.read(lambda tx: lines.find_line(tx, line))
    document = None if row is None else await host.documents.find(row.document_hash)
    if document is None:
        raise NotFoundError
    verified = [(verify_box_key(signed, document), signed) for signed in put.box_keys]
    if any(statement.handler_id != own for statement, _ in verified):
        raise RefusedError(Reason.BOX_KEY_OTHER_HANDLER)
    today = host.clock.today()

    def work(tx: Transaction) -> None:
        check_open(tx, line)
        for statement, signed in verified:
            _insert_box_key(tx, statement, signed, today)
        check_key_count(tx, own, today)

    await host.store.write(work)


def check_key_count(tx: Transaction, handler: ids.HandlerId, today: date) -> None:
    """Limit the box keys of a handler that have not ended.

    Raises:
        TooManyKeysError: There are more than `MAX_BOX_KEYS`.
    """
    if lines.count_box_keys(tx, handler, today) > MAX_BOX_KEYS:
        raise TooManyKeysError


def _insert_box_key(
    tx: Transaction, statement: BoxKeyStatement, signed: SignedBoxKey, today: date
) -> None:
    known = lines.find_box_key(tx, statement.handler_id, statement.number)
    if known is None:
        if statement.not_after < today - TOLERANCE:
            raise RefusedError(Reason.BOX_KEY_DATES)
        lines.insert_box_key(tx, statement, signed)
    elif known != signed.statement:
        raise ConflictError


def write_rotations(rotations: tuple[Rotation, ...]) -> bytes:
    """Return the rotations of a key chain in the form of the database."""
    return json.dumps([rotation.to_json().decode() for rotation in rotations]).encode()
