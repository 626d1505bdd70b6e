"""Add the missing wraps of a message, for those who may read it and cannot read it yet."""

from datetime import date
from typing import Final

from meldpunt.client.messages.draft import is_usable
from meldpunt.client.thread.message import ThreadMessage
from meldpunt.client.thread.retention import check_term
from meldpunt.client.thread.thread import Thread
from meldpunt.protocol.message import Recipient, wrap_for
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.errors import Reason, RefusedError
from meldpunt.protocol.verify.fields import REPORTER
from meldpunt.protocol.verify.sealed import Wrap

_IN_DOUBT: Final = frozenset(
    {
        Reason.GAP,
        Reason.UNKNOWN_SEEN,
        Reason.SUCCEEDED,
        Reason.NOT_A_READER,
        Reason.READER_NOT_ALLOWED,
        Reason.LEFT_OUT,
    }
)
"""With one of these alarms, nothing of the report is passed on."""


def check_admissible(thread: Thread, newcomer: ids.HandlerId, today: date) -> None:
    """Refuse to admit a handler whom the reporter does not want.

    Raises:
        RefusedError: LEFT_OUT, READER_NOT_ALLOWED, WRAP_READER; as `Handler.admit`.
    """
    check_term(thread, today)
    if isinstance(thread.me, str):
        raise RefusedError(Reason.TAG_NOT_ALLOWED)
    thread.log.check_admission(
        thread.me,
        newcomer,
        document=thread.lines.documents,
        today=today,
        left_out=thread.left_out,
    )
    own = (m for m in thread.messages if m.header.author == REPORTER)
    if any(m.payload is None for m in own):
        raise RefusedError(Reason.WRAP_READER)


def reporter_of(thread: Thread) -> Recipient:
    """Return the reporter's box key, to wrap to. After a succession it is the new key."""
    key = thread.keys.box_key
    return Recipient(ids.reporter_key_id(thread.keys.report, key), key)


def passed_on_to(thread: Thread, today: date) -> frozenset[ids.HandlerId]:
    """Return the handlers to whom messages may be passed on: those who may read the next message.

    A handler whom the reporter has dropped gets nothing more, even if older messages name them.
    Nobody gets anything while an alarm puts the reporter's choice in doubt, known or not.
    """
    alarms = (*thread.alarms, *thread.known_alarms)
    if thread.erased or any(alarm.reason in _IN_DOUBT for alarm in alarms):
        return frozenset()
    return thread.readers(today) | thread.admitted(today)


def missing_wraps(thread: Thread, message: ThreadMessage, today: date) -> tuple[Wrap, ...]:
    """Return the wraps that a message's readers lack.

    A reader lacks one if their key ran out, if they lost a device, or if they are a newcomer.
    Skip a key to which nothing can be sealed: the other readers must still get their wraps.
    """
    readers = passed_on_to(thread, today)
    if message.opened is None or not readers:
        return ()
    left_out, content_key = thread.left_out, message.opened.content_key
    may_read = (h for h in readers if thread.log.may_read(h, message.message_id, left_out))
    found = [thread.lines.recipient(handler) for handler in may_read]
    if REPORTER in message.header.readers:
        found.append(reporter_of(thread))  # after a succession, the new key
    return tuple(
        wrap_for(message.header, message.message_id, content_key=content_key, recipient=recipient)
        for recipient in found
        if recipient is not None
        and recipient.key_id not in message.verified.wrapped_for
        and is_usable(recipient)
    )
