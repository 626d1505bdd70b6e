"""Which messages of a reporter no handler has opened yet (section 8).

A handler has opened a message when one of their own messages names it in `seen`, directly or
through others. Nothing else tells: who reads and does not answer leaves no trace on the host.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.fields import REPORTER, Participant
from meldpunt.protocol.verify.log import causality


@dataclass(frozen=True, slots=True)
class ArrivedMessage:
    """Of one message, what decides whether erasure waits."""

    author: Participant
    seen: tuple[ids.MessageId, ...]
    day: date
    """The host's day of arrival."""


Arrived = Mapping[ids.MessageId, ArrivedMessage]
"""The messages of one report by id."""


def is_unopened(arrived: Arrived, term_end: date) -> bool:
    """Say whether a report's term ends before handlers have opened what the reporter wrote.

    A handler who opens it on that day or later changes nothing: the grace that began stays, so that
    the answer is read too. So everybody gets the same result on every later day.

    Args:
        arrived: Every message of the report.
        term_end: The day on which the report would be erased.
    """
    opened = causality.ancestors(
        (
            seen
            for message in arrived.values()
            if message.author != REPORTER and message.day < term_end
            for seen in message.seen
        ),
        arrived,
    )
    return any(
        message.author == REPORTER and message.day <= term_end and message_id not in opened
        for message_id, message in arrived.items()
    )
