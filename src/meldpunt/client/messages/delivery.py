"""Send sealed messages: the same way for reporters and handlers, first and later messages."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date

from meldpunt.client.http.errors import ClientError, MessageNumberTakenError, ProblemError
from meldpunt.client.http.transport import Transport
from meldpunt.client.lines.line import deliver, fetch_line, receipt_keys
from meldpunt.client.messages.draft import Draft
from meldpunt.client.thread.notices import Notice, NoticeKind
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.days import TOLERANCE
from meldpunt.protocol.verify.errors import RefusedError
from meldpunt.protocol.verify.proof import is_proven
from meldpunt.protocol.verify.sealed import SealedMessage
from meldpunt.wire.problems import ProblemType
from meldpunt.wire.reports import Accepted

Put = Callable[[SealedMessage], Awaitable[Accepted]]
"""The request that sends a message: `put_message` of a report or of an inbox entry."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A message that the host has stored durably."""

    message_id: ids.MessageId
    received_on: date
    """The host's day of receipt."""
    notices: tuple[Notice, ...]
    proof: bytes
    """The host's proof of receipt (64 bytes)."""


async def send_message(
    transport: Transport, draft: Draft, put: Put, *, line_id: ids.LineId, today: date
) -> Sent:
    """Send a sealed message. After an `UnreachableError` send the same draft again.

    Args:
        transport: The way to the host.
        draft: The message.
        put: The author's request.
        line_id: The author's line. If it has moved, the message goes to its new host.
        today: The device's day.

    Raises:
        MessageNumberTakenError: The author has sent another message of this number.
        RefusedError, ClientError: As `send_draft`.
    """
    try:
        return await send_draft(transport, draft, put, line_id=line_id, today=today)
    except ProblemError as error:
        if error.kind is ProblemType.CONFLICT:
            raise MessageNumberTakenError from None
        raise


async def send_draft(
    transport: Transport, draft: Draft, put: Put, *, line_id: ids.LineId, today: date
) -> Sent:
    """Send a draft, and check the host's proof of receipt.

    A wrong proof gives a notice, not an error: the host has the message all the same.

    Raises:
        RefusedError, ClientError: As `deliver`.
    """
    accepted = await deliver(transport, line_id, today, lambda: put(draft.message))
    notices = draft.notices
    if not await _is_proven(transport, draft, accepted, today):
        notices += (Notice(NoticeKind.HOST_PROOF, message=draft.message_id),)
    return Sent(draft.message_id, accepted.received_on, notices, accepted.proof)


async def _is_proven(transport: Transport, draft: Draft, accepted: Accepted, today: date) -> bool:
    """Say whether a host of the report's line signed for a message, on a possible day.

    After a move of the line, the new host may receive a message that was sealed before it. A
    message that the old host received keeps the old host's proof.
    """
    day, proof = accepted.received_on, accepted.proof
    if not draft.sealed_on - TOLERANCE <= day <= today + TOLERANCE:
        return False
    if is_proven(draft.message_id, day, proof, {draft.receipt_key}):
        return True
    try:
        line = await fetch_line(transport, draft.line_id, today)
        keys = await receipt_keys(transport, line)
    except (ClientError, RefusedError):
        return False
    return is_proven(draft.message_id, day, proof, keys)
