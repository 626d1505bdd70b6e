"""Lines: their documents, texts, handlers, box keys and invites."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.box_key import BoxKeyStatement, SignedBoxKey
from meldpunt.protocol.verify.line_document import LineDocument
from meldpunt.server.store.insertion import Insert
from meldpunt.server.store.lookup import Lookup
from meldpunt.server.store.tables import box_keys, handlers, invites, line_documents, lines, texts


@dataclass(frozen=True, slots=True)
class LineRow:
    """What the host knows of a line."""

    line_id: ids.LineId
    first_key: bytes
    rotations: bytes
    document_hash: ids.Hash
    number: int
    moved: bool = False
    """The newest document names another host, so that this host accepts nothing new."""


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """A line document as it was published."""

    line_id: ids.LineId
    document: bytes
    signature: bytes


@dataclass(frozen=True, slots=True)
class HandlerRow:
    """A handler, found by signing key."""

    handler_id: ids.HandlerId
    line_id: ids.LineId
    until: date | None


_LINE: Final = select(
    lines.c.line_id,
    lines.c.first_key,
    lines.c.rotations,
    lines.c.document_hash,
    lines.c.number,
    lines.c.moved,
).where(lines.c.line_id == bindparam("line"))
_LINE_LOCKED: Final = _LINE.with_for_update()
_DOCUMENT: Final = select(
    line_documents.c.line_id, line_documents.c.document, line_documents.c.signature
).where(line_documents.c.document_hash == bindparam("hash"))
_HANDLERS: Final = Lookup(
    select(handlers.c.handler_id, handlers.c.line_id, handlers.c.until).where(
        handlers.c.signing_key == bindparam("key")
    )
)
_BOX_KEYS_OF: Final = select(box_keys.c.key_id, box_keys.c.handler_id).where(
    box_keys.c.key_id.in_(bindparam("keys", expanding=True)),
)


def has_lines(tx: Connection) -> bool:
    """Say whether the database has a line."""
    return tx.execute(select(lines.c.line_id).limit(1)).first() is not None


def count_lines(tx: Connection) -> int:
    """Return how many lines there are."""
    return tx.execute(select(func.count()).select_from(lines)).scalar_one()


def list_receipt_documents(tx: Connection) -> list[DocumentRow]:
    """Return the newest document of each line that is here: each names a receipt key."""
    newest = line_documents.c.document_hash == lines.c.document_hash
    columns = (line_documents.c.line_id, line_documents.c.document, line_documents.c.signature)
    statement = select(*columns).join(lines, newest).where(lines.c.moved.is_(False))
    return [DocumentRow(*row) for row in tx.execute(statement)]


def find_line(tx: Connection, line: ids.LineId, *, lock: bool = False) -> LineRow | None:
    """Return a line, or None; a lock makes `list_closed` wait in other transactions."""
    row = tx.execute(_LINE_LOCKED if lock else _LINE, {"line": line}).one_or_none()
    return None if row is None else LineRow(*row)


def find_document(tx: Connection, document_hash: ids.Hash) -> DocumentRow | None:
    """Return a document by its hash, or None."""
    row = tx.execute(_DOCUMENT, {"hash": document_hash}).one_or_none()
    return None if row is None else DocumentRow(*row)


def list_document_hashes(tx: Connection, line: ids.LineId) -> list[ids.Hash]:
    """Return the hashes of all documents of a line, ordered by number."""
    statement = (
        select(line_documents.c.document_hash)
        .where(line_documents.c.line_id == line)
        .order_by(line_documents.c.number)
    )
    return [ids.Hash(document_hash) for document_hash in tx.execute(statement).scalars()]


def find_text(tx: Connection, line: ids.LineId, text_hash: ids.Hash) -> bytes | None:
    """Return a text of a line by its hash, or None."""
    statement = select(texts.c.text).where(texts.c.line_id == line, texts.c.text_hash == text_hash)
    return tx.execute(statement).scalar_one_or_none()


def list_handlers(tx: Connection, signing_key: bytes) -> list[HandlerRow]:
    """Return the handlers who sign with a key, one for each line. They may have left."""
    return [HandlerRow(*_HANDLERS.typed(row)) for row in _HANDLERS.rows(tx, key=signing_key)]


def list_current_box_keys(tx: Connection, line: ids.LineId, day: date) -> list[SignedBoxKey]:
    """Return the newest box key, on a day, of each handler.

    This leaves out handlers who are not active on that day by the newest document. Clients refuse a
    line with the box key of somebody whom its document does not name.
    """
    statement = (
        select(box_keys.c.handler_id, box_keys.c.statement, box_keys.c.signature)
        .join(handlers, handlers.c.handler_id == box_keys.c.handler_id)
        .where(
            handlers.c.until.is_(None) | (handlers.c.until > day),
            box_keys.c.line_id == line,
            box_keys.c.not_before <= day,
            box_keys.c.not_after >= day,
        )
        .order_by(box_keys.c.handler_id, box_keys.c.number)
    )
    newest = {row.handler_id: row for row in tx.execute(statement)}
    return [
        SignedBoxKey(statement=row.statement, signature=row.signature) for row in newest.values()
    ]


def find_box_key_owners(
    tx: Connection, keys: Iterable[ids.KeyId]
) -> dict[ids.KeyId, ids.HandlerId]:
    """Return which handler published each key, without the unknown keys."""
    rows = tx.execute(_BOX_KEYS_OF, {"keys": list(keys)})
    return {ids.KeyId(row.key_id): ids.HandlerId(row.handler_id) for row in rows}


def find_box_key(tx: Connection, handler: ids.HandlerId, number: int) -> bytes | None:
    """Return the statement of a handler's box key with this number, or None."""
    statement = select(box_keys.c.statement).where(
        box_keys.c.handler_id == handler, box_keys.c.number == number
    )
    return tx.execute(statement).scalar_one_or_none()


def count_box_keys(tx: Connection, handler: ids.HandlerId, today: date) -> int:
    """Return how many box keys of a handler have not ended."""
    statement = select(func.count()).where(
        box_keys.c.handler_id == handler, box_keys.c.not_after >= today
    )
    return tx.execute(statement).scalar_one()


def insert_box_key(tx: Connection, statement: BoxKeyStatement, signed: SignedBoxKey) -> None:
    """Add a box key."""
    tx.execute(
        insert(box_keys).values(
            key_id=statement.key_id,
            line_id=statement.line_id,
            handler_id=statement.handler_id,
            number=statement.number,
            not_before=statement.not_before,
            not_after=statement.not_after,
            statement=signed.statement,
            signature=signed.signature,
        )
    )


def insert_line(tx: Connection, row: LineRow) -> None:
    """Add a line."""
    tx.execute(
        insert(lines).values(
            line_id=row.line_id,
            first_key=row.first_key,
            rotations=row.rotations,
            document_hash=row.document_hash,
            number=row.number,
            moved=row.moved,
        )
    )


def update_line(tx: Connection, row: LineRow, *, expected_number: int) -> bool:
    """Give a line its next document; False if another document was published first."""
    result = tx.execute(
        update(lines)
        .where(lines.c.line_id == row.line_id, lines.c.number == expected_number)
        .values(
            rotations=row.rotations,
            document_hash=row.document_hash,
            number=row.number,
            moved=row.moved,
        )
    )
    return result.rowcount == 1


def insert_document(
    tx: Connection, document: LineDocument, document_hash: ids.Hash, row: DocumentRow
) -> None:
    """Add a document."""
    tx.execute(
        insert(line_documents).values(
            document_hash=document_hash,
            line_id=row.line_id,
            number=document.number,
            document=row.document,
            signature=row.signature,
        )
    )


def insert_texts(tx: Connection, line: ids.LineId, added: Sequence[bytes]) -> None:
    """Add the texts that the line does not have yet."""
    known = list_text_hashes(tx, line)
    rows = {ids.text_hash(text): text for text in added}
    new = [
        {"line_id": line, "text_hash": text_hash, "text": text}
        for text_hash, text in rows.items()
        if text_hash not in known
    ]
    if new:
        tx.execute(insert(texts), new)


def list_text_hashes(tx: Connection, line: ids.LineId) -> set[ids.Hash]:
    """Return the hashes of all texts of a line."""
    return set(tx.execute(select(texts.c.text_hash).where(texts.c.line_id == line)).scalars())


def replace_handlers(tx: Connection, document: LineDocument) -> None:
    """Replace the handlers of a line by the handlers in its newest document."""
    tx.execute(delete(handlers).where(handlers.c.line_id == document.line_id))
    tx.execute(
        insert(handlers),
        [
            {
                "handler_id": handler.id,
                "line_id": document.line_id,
                "signing_key": handler.signing_key,
                "until": handler.until,
            }
            for handler in document.handlers
        ],
    )


def find_line_of(tx: Connection, handler: ids.HandlerId) -> ids.LineId | None:
    """Return the line that lists a handler, or None."""
    statement = select(handlers.c.line_id).where(handlers.c.handler_id == handler)
    return tx.execute(statement).scalar_one_or_none()


_INSERT_INVITE: Final = Insert(invites, keep=True)


def insert_invite(tx: Connection, invite_hash: bytes) -> None:
    """Add an unused invite; keep it if it exists, because the answer to its commit can get lost.

    Invites are random. So no two offices get the same invite.
    """
    _INSERT_INVITE.add(tx, [{"invite_hash": invite_hash}])


def use_invite(tx: Connection, invite_hash: bytes, line: ids.LineId) -> bool:
    """Bind an invite to a line; False if it is unknown or bound to another line."""
    result = tx.execute(
        update(invites)
        .where(
            invites.c.invite_hash == invite_hash,
            invites.c.line_id.is_(None) | (invites.c.line_id == line),
        )
        .values(line_id=line)
    )
    return result.rowcount == 1


def list_box_key_ids(tx: Connection, handler: ids.HandlerId) -> list[ids.KeyId]:
    """Return the ids of all box keys that a handler has published."""
    statement = select(box_keys.c.key_id).where(box_keys.c.handler_id == handler)
    return [ids.KeyId(key) for key in tx.execute(statement).scalars()]


def check_tables(tx: Connection) -> None:
    """Fail if the database or a table is missing."""
    tx.execute(select(lines.c.number).limit(1)).first()
