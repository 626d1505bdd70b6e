"""Passing a message on to those who may read it and cannot yet, and nobody else."""

from datetime import date

from meldpunt.client.terms import check_term
from meldpunt.client.thread import Thread, ThreadMessage
from meldpunt.protocol.message import Recipient, wrap_for
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.errors import Reason, RefusedError
from meldpunt.protocol.verify.fields import REPORTER
from meldpunt.protocol.verify.sealed import Wrap


def check_admissible(thread: Thread, newcomer: ids.HandlerId, today: date) -> None:
    """Refuse to let in somebody whom the reporter does not want.

    Raises:
        RefusedError: LEFT_OUT, READER_NOT_ALLOWED, WRAP_READER; as `Handler.admit`.
    """
    check_term(thread, today)
    if isinstance(thread.me, str):
        raise RefusedError(Reason.TAG_NOT_ALLOWED)
    thread.log.check_admission(
        thread.me,
        newcomer,
        document=thread.line.document,
        today=today,
        left_out=thread.left_out,
    )
    own = (m for m in thread.messages if m.header.author == REPORTER)
    if any(m.payload is None for m in own):
        raise RefusedError(Reason.WRAP_READER)


def reporter_of(thread: Thread) -> Recipient:
    """Return where to wrap for the reporter: after a succession the key is a new one."""
    key = thread.keys.box_key
    return Recipient(ids.reporter_key_id(thread.keys.report, key), key)


def missing_wraps(thread: Thread, message: ThreadMessage) -> tuple[Wrap, ...]:
    """Return the wraps that a message's readers lack: run-out, lost device and newcomer alike."""
    if message.opened is None:
        return ()
    today_readers = thread.line.document.handlers
    handlers = (
        h.id
        for h in today_readers
        if thread.log.may_read(h.id, message.message_id, thread.left_out)
    )
    found = [thread.line.recipient(handler) for handler in handlers]
    if REPORTER in message.header.readers:
        found.append(reporter_of(thread))  # after a succession the key is a new one
    return tuple(
        wrap_for(
            message.header,
            message.message_id,
            content_key=message.opened.content_key,
            recipient=recipient,
        )
        for recipient in found
        if recipient is not None and recipient.key_id not in message.wrapped_for
    )
