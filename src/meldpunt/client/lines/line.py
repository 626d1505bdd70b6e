"""Fetch and verify a line, its documents, its texts and its history."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Final, TypeVar

from meldpunt.client.http.address import is_onion
from meldpunt.client.http.api import LineApi
from meldpunt.client.http.errors import ProblemError, TransferError
from meldpunt.client.http.transport import Transport
from meldpunt.protocol.line import Pin, VerifiedLine, verify_line
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.errors import Reason, RefusedError
from meldpunt.protocol.verify.line_document import (
    LineDocument,
    check_handlers_kept,
    verify_line_document,
)
from meldpunt.protocol.verify.served import ServedLine
from meldpunt.wire.problems import ProblemType

_MAX_DOCUMENTS: Final = 1000
"""The most documents to fetch back: enough for centuries, with one every three months."""
_MAX_MOVES: Final = 8
"""The most hosts to follow, each named by the one before."""

_Answer = TypeVar("_Answer")


async def fetch_line(
    transport: Transport,
    line_id: ids.LineId,
    today: date,
    pin: Pin | None = None,
    *,
    walk: bool = True,
) -> VerifiedLine:
    """Fetch a line, and verify it against its id and the newest document known before.

    If the line has moved, the transport follows it to its new host, which `moved_to` names.

    Args:
        transport: To the host.
        line_id: From the client's own configuration.
        today: The device's day.
        pin: The newest document known before, if any.
        walk: Fetch every document between the newest and the pin. Only who walks by other means
            (`follow_history`) does without.

    Raises:
        RefusedError: As `verify_line`; DOCUMENT_FORK, DOCUMENT_PREVIOUS if the documents in between
            do not lead back to the pin; as `fetch_document`.
        TransferError: The new host does not have the line yet.
        ClientError: As `Transport.call`.
    """
    served = await LineApi(transport).line(line_id)
    line = verify_line(served, line_id, today=today, pin=pin)
    for _ in range(_MAX_MOVES):
        if not served.moved or not follow(transport, line):
            break
        served = await _served_there(transport, line_id)
        line = verify_line(served, line_id, today=today, pin=line.pin)
        line = replace(line, moved_to=transport.origin)
    if walk and pin is not None:
        await _walk_to(transport, line, pin)
    return line


async def _walk_to(transport: Transport, line: VerifiedLine, pin: Pin) -> None:
    """Check that the newest document leads back to the pinned one, step by step.

    Otherwise a host with a stolen line key could show a line that never had the pinned document.
    """
    document, digest = line.document, line.document_hash
    if document.number > pin.number + _MAX_DOCUMENTS:
        raise RefusedError(Reason.DOCUMENT_PREVIOUS)
    while document.number > pin.number and document.previous is not None:
        number, digest = document.number - 1, document.previous
        if number == pin.number:
            break
        older = await fetch_document(transport, line, digest)
        if older.number != number:
            raise RefusedError(Reason.DOCUMENT_PREVIOUS)
        check_handlers_kept(document, older)
        document = older
    if digest != pin.document:
        raise RefusedError(Reason.DOCUMENT_FORK)


async def _served_there(transport: Transport, line_id: ids.LineId) -> ServedLine:
    try:
        return await LineApi(transport).line(line_id)
    except ProblemError as error:
        if error.kind is ProblemType.NOT_FOUND:
            raise TransferError from None
        raise


def follow(transport: Transport, line: VerifiedLine) -> bool:
    """Switch to the host that a verified document names; return whether it is another host.

    Only the document decides, never the host. From an onion, follow only to another onion.
    """
    origins = line.document.origins
    if transport.origin in origins:
        return False
    onions = [origin for origin in origins if is_onion(origin)]
    clear = [origin for origin in origins if not is_onion(origin)]
    transport.follow((onions if is_onion(transport.origin) and onions else clear + onions)[0])
    return True


async def deliver(
    transport: Transport,
    line_id: ids.LineId,
    today: date,
    send: Callable[[], Awaitable[_Answer]],
) -> _Answer:
    """Send something. If the line has moved since it was fetched, send it to the new host.

    Raises:
        RefusedError, ClientError: As `fetch_line`, and as `send`.
    """
    try:
        return await send()
    except ProblemError as error:
        if error.kind is not ProblemType.MOVED:
            raise
    await fetch_line(transport, line_id, today)
    return await send()


async def fetch_document(
    transport: Transport, line: VerifiedLine, document: ids.Hash
) -> LineDocument:
    """Fetch one version of a line document by its hash and verify it under the line's keys.

    Raises:
        RefusedError: DOCUMENT_UNKNOWN for bytes of another hash; as `verify_line_document`.
        ClientError: As `Transport.call`; NOT_FOUND if the host does not have this document.
    """
    if document == line.document_hash:
        return line.document
    line_id = line.document.line_id
    answer = await LineApi(transport).document(line_id, document)
    if ids.document_hash(answer.document) != document:
        raise RefusedError(Reason.DOCUMENT_UNKNOWN)
    return verify_line_document(answer.document, answer.signature, line_id, line.keys)


async def receipt_keys(transport: Transport, line: VerifiedLine) -> dict[bytes, ids.Hash]:
    """Return every receipt key that the line's documents name, with the oldest such document.

    An earlier host made the proofs of receipt from before a move. Its key is among these keys. The
    office signed every document that names one.

    Raises:
        RefusedError: DOCUMENT_PREVIOUS for a number out of order, or more documents than a line may
            have; as `fetch_document`.
        ClientError: As `Transport.call`.
    """
    document, digest = line.document, line.document_hash
    if document.number > _MAX_DOCUMENTS:
        raise RefusedError(Reason.DOCUMENT_PREVIOUS)
    found = {document.receipt_key: digest}
    while document.previous is not None:
        number, digest = document.number - 1, document.previous
        document = await fetch_document(transport, line, digest)
        if document.number != number:
            raise RefusedError(Reason.DOCUMENT_PREVIOUS)
        found[document.receipt_key] = digest
    return found


async def fetch_text(transport: Transport, line: VerifiedLine, text: ids.Hash) -> bytes:
    """Fetch a text that the document names.

    Raises:
        RefusedError: TEXT_HASH for bytes of another hash.
        ClientError: As `Transport.call`.
    """
    answer = await LineApi(transport).text(line.document.line_id, text)
    if ids.text_hash(answer.text) != text:
        raise RefusedError(Reason.TEXT_HASH)
    return answer.text


@dataclass(frozen=True, slots=True)
class LineHistory:
    """The hashes of a line's documents, from number 1 on. Each document names the one before."""

    documents: tuple[ids.Hash, ...] = ()
    key_number: int = 0
    """Position in the key chain of the key that signed the newest document."""

    @property
    def pin(self) -> Pin | None:
        """The newest accepted document, or None before the first."""
        if not self.documents:
            return None
        return Pin(len(self.documents), self.documents[-1], self.key_number)

    def __contains__(self, document: object) -> bool:
        return document in self.documents

    def merge(self, other: "LineHistory") -> "LineHistory":
        """Return the longer of two histories. It must continue the shorter one.

        Raises:
            RefusedError: DOCUMENT_FORK: the host showed two devices two different lines.
        """
        shorter, longer = sorted((self, other), key=lambda known: len(known.documents))
        if longer.documents[: len(shorter.documents)] != shorter.documents:
            raise RefusedError(Reason.DOCUMENT_FORK)
        return longer


async def follow_history(
    transport: Transport, line: VerifiedLine, known: LineHistory
) -> LineHistory:
    """Fetch the documents from the newest back to the known history, or to number 1.

    A handler who knows every document of the line notices if a reporter saw another one.

    Raises:
        RefusedError: DOCUMENT_BELOW_PIN, DOCUMENT_FORK if the documents do not join the known
            history; DOCUMENT_PREVIOUS for a number out of order, or a handler who disappears or
            comes back; as `fetch_document`.
        ClientError: As `Transport.call`.
    """
    if line.document.number < len(known.documents):
        raise RefusedError(Reason.DOCUMENT_BELOW_PIN)
    if line.document.number > len(known.documents) + _MAX_DOCUMENTS:
        raise RefusedError(Reason.DOCUMENT_PREVIOUS)
    found: list[ids.Hash] = []
    document, digest = line.document, line.document_hash
    while document.number > len(known.documents):
        found.append(digest)
        if document.previous is None:
            break
        number, digest = document.number - 1, document.previous
        if known.documents and number == len(known.documents) and digest != known.documents[-1]:
            break
        older = await fetch_document(transport, line, digest)
        if older.number != number:
            raise RefusedError(Reason.DOCUMENT_PREVIOUS)
        check_handlers_kept(document, older)
        document = older
    if known.documents and digest != known.documents[-1]:
        raise RefusedError(Reason.DOCUMENT_FORK)
    return LineHistory((*known.documents, *reversed(found)), line.document.key_number)
