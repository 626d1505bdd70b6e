"""Which messages of a reporter no handler has opened yet (section 8).

A handler has opened a message when one of their own messages names it in `seen`, directly or
through others. Nothing else shows it: a handler who only reads leaves no trace on the host.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.fields import REPORTER, Participant
from meldpunt.protocol.verify.log import causality


@dataclass(frozen=True, slots=True)
class ArrivedMessage:
    """The part of a message that decides whether erasure waits."""

    author: Participant
    seen: tuple[ids.MessageId, ...]
    day: date
    """The host's day of arrival."""


Arrived = Mapping[ids.MessageId, ArrivedMessage]
"""The messages of one report by id."""


def is_unopened(arrived: Arrived, term_end: date) -> bool:
    """Say whether a report's term ends before handlers have opened what the reporter wrote.

    If a handler opens it on that day or later, nothing changes. The extra time stays, so that
    somebody can still read the answer. So everybody gets the same result on every later day.

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
