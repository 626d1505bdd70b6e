"""The order that `seen` gives the messages of a report (section 9.1)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date

from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.fields import Participant, participant_text
from meldpunt.protocol.verify.header import Header

Headers = Mapping[ids.MessageId, Header]
"""The headers of one report by message id."""


def ancestors(start: Iterable[ids.MessageId], headers: Headers) -> set[ids.MessageId]:
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
    newest = {}
    for author, own in by_author(headers).items():
        covered = ancestors((seen for message in own for seen in headers[message].seen), headers)
        newest[author] = [message for message in own if message not in covered]
    return newest


def causal_order(headers: Headers) -> tuple[list[ids.MessageId], list[ids.MessageId]]:
    """Return the messages after all they had seen, ties by day, author and n; then any loop."""
    waiting = dict(headers)
    ordered: list[ids.MessageId] = []
    while waiting:
        ready = [m for m, header in waiting.items() if not any(s in waiting for s in header.seen)]
        if not ready:
            break
        ready.sort(key=lambda message: _tie(message, headers[message]))
        ordered += ready
        for message in ready:
            del waiting[message]
    return ordered, sorted(waiting, key=lambda message: _tie(message, headers[message]))


def _tie(message: ids.MessageId, header: Header) -> tuple[date, str, int, bytes]:
    return header.day or date.min, participant_text(header.author), header.n, message
