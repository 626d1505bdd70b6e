"""The order that `seen` gives the messages of a report, and who was let in when (section 9).

Host and clients ask the same questions of the same headers, so the answers are here once.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date

from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.fields import REPORTER, Participant, participant_text
from meldpunt.protocol.verify.header import Header, Tag

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


def chosen_readers(headers: Headers) -> frozenset[ids.HandlerId]:
    """Return the handlers whom the reporter's own newest message names: on a fork, every branch."""
    own = [headers[message].readers for message in tips(headers).get(REPORTER, ())]
    sets = [frozenset(r for r in readers if not isinstance(r, str)) for readers in own]
    return frozenset.intersection(*sets) if sets else frozenset()


def let_in(headers: Headers) -> set[Participant]:
    """Return the reporter, whom any message of theirs lets read, and whom those admitted."""
    found: set[Participant] = {REPORTER}
    for header in headers.values():
        if header.author == REPORTER:
            found.update(header.readers)
    ordered, _ = causal_order(headers)
    for message in ordered:
        header = headers[message]
        if header.author in found and header.admits is not None:
            found.add(header.admits)
    return found


def pending_admissions(headers: Headers) -> frozenset[ids.HandlerId]:
    """Return handlers who were admitted since the reporter last wrote.

    The reporter's next message decides: one whom it does not name as a reader is out again.
    """
    decided = ancestors(tips(headers).get(REPORTER, ()), headers)
    return frozenset(
        header.admits
        for message, header in headers.items()
        if header.admits is not None and message not in decided
    )


def opened_by_admission(handler: ids.HandlerId, headers: Headers) -> set[ids.MessageId]:
    """Return the messages that a handler may read because they were admitted after them."""
    admissions = (m for m, header in headers.items() if header.admits == handler)
    return ancestors(admissions, headers)


def may_read(handler: ids.HandlerId, message: ids.MessageId, headers: Headers) -> bool:
    """Say whether a handler may read a message: named as a reader, or admitted later."""
    if message in headers and handler in headers[message].readers:
        return True
    return message in opened_by_admission(handler, headers)


def may_be_admitted(handler: ids.HandlerId, headers: Headers) -> bool:
    """Say whether a handler is new to a report: not a reader now, and not dropped before."""
    return not any(
        handler in header.readers or (header.tag is Tag.ADMIT and header.admits == handler)
        for header in headers.values()
    )
