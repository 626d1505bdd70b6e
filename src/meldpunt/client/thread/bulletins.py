"""Compare the messages that a visit finds with the bulletins fetched before it."""

from dataclasses import replace

from meldpunt.client.lines.bulletins import Bulletins
from meldpunt.client.thread.notices import Notice, NoticeKind
from meldpunt.client.thread.thread import Thread
from meldpunt.protocol.verify.fields import REPORTER


def compare_bulletins(thread: Thread, bulletins: Bulletins, key: bytes) -> Thread:
    """Return the thread with a notice for each message that a bulletin left out.

    Args:
        thread: As the reporter fetched it.
        bulletins: Fetched before the visit.
        key: The report's bulletin key, 16 bytes.
    """
    since = thread.report.claim.bulletin_since
    if since is None:
        return thread
    told = set(bulletins.news(key))
    left_out = tuple(
        Notice(NoticeKind.BULLETIN_WITHHELD, message=message.message_id)
        for message in thread.messages
        if message.header.author != REPORTER
        and REPORTER in message.header.readers
        and since <= message.received_on
        and bulletins.has(message.received_on)
        and message.received_on not in told
    )
    return replace(thread, notices=(*thread.notices, *left_out)) if left_out else thread
