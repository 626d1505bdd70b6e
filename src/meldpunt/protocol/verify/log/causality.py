"""The order that `seen` gives the messages of a report (section 9.1)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Protocol

from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.fields import Participant, participant_text
from meldpunt.protocol.verify.log.header import Header

Headers = Mapping[ids.MessageId, Header]
"""The headers of one report by message id."""


class _Seeing(Protocol):
    """A message as far as its ancestors are asked for."""

    @property
    def seen(self) -> tuple[ids.MessageId, ...]: ...


def ancestors(
    start: Iterable[ids.MessageId], headers: Mapping[ids.MessageId, _Seeing]
) -> set[ids.MessageId]:
    """Return messages and everything their authors had seen, as far as it is known by id."""
    found: set[ids.MessageId] = set()
    waiting = list(start)
    while waiting:
        message = waiting.pop()
        if message not in found:
            found.add(message)
            waiting.extend(headers[message].seen if message in headers else ())
    return found


def by_author(headers: Headers) -> dict[Participant, list[ids.MessageId]]:
    """Return the messages of every author."""
    found: dict[Participant, list[ids.MessageId]] = defaultdict(list)
    for message, header in headers.items():
        found[header.author].append(message)
    return found


def tips(headers: Headers) -> dict[Participant, list[ids.MessageId]]:
    """Return each author's messages that no other message of that author builds on."""
    return {author: _newest(own, headers) for author, own in by_author(headers).items()}


def newest_of(author: Participant, headers: Headers) -> list[ids.MessageId]:
    """Return one author's messages that no other message of that author builds on."""
    own = [message for message, header in headers.items() if header.author == author]
    return _newest(own, headers)


def _newest(own: list[ids.MessageId], headers: Headers) -> list[ids.MessageId]:
    covered = ancestors((seen for message in own for seen in headers[message].seen), headers)
    return [message for message in own if message not in covered]


def causal_order(headers: Headers) -> tuple[list[ids.MessageId], list[ids.MessageId]]:
    """Return the messages after all they had seen, ties by day, author and n; then any loop.

    Messages go in rounds: each in the first that comes after the rounds of all it names.
    """
    waits_for = {m: sum(s in headers for s in header.seen) for m, header in headers.items()}
    followers: dict[ids.MessageId, list[ids.MessageId]] = defaultdict(list)
    for message, header in headers.items():
        for seen in header.seen:
            followers[seen].append(message)
    ordered: list[ids.MessageId] = []
    ready = [message for message, count in waits_for.items() if count == 0]
    while ready:
        ready.sort(key=lambda message: _tie(message, headers[message]))
        ordered += ready
        following = [later for message in ready for later in followers[message]]
        for message in following:
            waits_for[message] -= 1
        ready = [m for m in dict.fromkeys(following) if waits_for[m] == 0]
    looping = headers.keys() - set(ordered)
    return ordered, sorted(looping, key=lambda message: _tie(message, headers[message]))


def _tie(message: ids.MessageId, header: Header) -> tuple[date, str, int, bytes]:
    return header.day or date.min, participant_text(header.author), header.n, message
