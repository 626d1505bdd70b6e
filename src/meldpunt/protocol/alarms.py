"""Alarms: what is wrong with a log. The log stays readable (section 9.2)."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from meldpunt.protocol.membership import Members
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.errors import Reason
from meldpunt.protocol.verify.fields import REPORTER, Participant
from meldpunt.protocol.verify.line_document import Directory
from meldpunt.protocol.verify.log import causality, graph
from meldpunt.protocol.verify.log.handover import Handovers
from meldpunt.protocol.verify.log.header import Header


@dataclass(frozen=True, slots=True)
class Alarm:
    """Something that an honest host and honest clients do not cause."""

    reason: Reason
    author: Participant | None
    """The author of the message that it concerns, if known."""
    n: int | None = None


def find_alarms(
    members: Members,
    headers: causality.Headers,
    access: graph.Access,
    dropped: frozenset[ids.MessageId],
    uninvited: Collection[ids.MessageId],
    document: Directory,
) -> tuple[Alarm, ...]:
    """Return every alarm that the headers of a report raise.

    Args:
        members: The messages of the report, and those left out.
        headers: The headers of the messages.
        access: Who may read what.
        dropped: Messages of handlers who had seen that the reporter dropped them.
        uninvited: Messages of the reporter that break the own-newest-readers rule.
        document: The newest documents of its lines.
    """
    ordered, looping = causality.causal_order(headers)
    return (
        *_succession_alarms(members),
        *_count_alarms(headers),
        *_seen_alarms(headers, ordered),
        *_reader_alarms(headers, ordered, access, dropped),
        *(_alarm(Reason.LEFT_OUT, headers[m]) for m in ordered if m in uninvited),
        *(_alarm(Reason.HANDOVER, headers[m]) for m in sorted(access.handovers.void)),
        *(_alarm(Reason.HANDOVER, headers[m]) for m in _misdirected(access.handovers, document)),
        *(_alarm(Reason.UNKNOWN_SEEN, headers[m]) for m in looping),
        *(_alarm(Reason.UNCONFIRMED, headers[m]) for m in sorted(access.unconfirmed)),
    )


def left_out_alarms(
    headers: causality.Headers, left_out: Mapping[ids.MessageId, Collection[ids.HandlerId]]
) -> Iterable[Alarm]:
    """Return an alarm for every message that lets in one whom the reporter left out.

    That is every admission of such a one; and every message of the reporter that names one whom the
    reporter had left out before: somebody else may have found the receipt code.

    Args:
        headers: The headers of the messages.
        left_out: Whom each of the reporter's payloads names in `leftOut`.
    """
    everybody = {handler for named in left_out.values() for handler in named}
    for message in causality.causal_order(headers)[0] if everybody else ():
        header = headers[message]
        if header.admits in everybody or (
            header.author == REPORTER
            and not _left_out_before(header, headers, left_out).isdisjoint(header.readers)
        ):
            yield _alarm(Reason.LEFT_OUT, header)


def _left_out_before(
    header: Header,
    headers: causality.Headers,
    left_out: Mapping[ids.MessageId, Collection[ids.HandlerId]],
) -> set[ids.HandlerId]:
    known = causality.ancestors(header.seen, headers)
    return {handler for m, named in left_out.items() if m in known for handler in named}


def _alarm(reason: Reason, header: Header) -> Alarm:
    return Alarm(reason, header.author, header.n)


def _succession_alarms(members: Members) -> Iterable[Alarm]:
    return (_alarm(Reason.SUCCEEDED, header) for header in members.replaced)


def _count_alarms(headers: causality.Headers) -> Iterable[Alarm]:
    """Check that each author counts 0, 1, 2…: a missing number is a gap, a double one a fork.

    A run of missing numbers is one alarm, because an author may claim any number.
    """
    for author, own in causality.by_author(headers).items():
        counts = Counter(headers[message].n for message in own)
        expected = 0
        for n in sorted(counts):
            if n > expected:
                yield Alarm(Reason.GAP, author, expected)
            if counts[n] > 1:
                yield Alarm(Reason.FORK, author, n)
            expected = n + 1


def _seen_alarms(headers: causality.Headers, ordered: Iterable[ids.MessageId]) -> Iterable[Alarm]:
    for message in ordered:
        if any(seen not in headers for seen in headers[message].seen):
            yield _alarm(Reason.UNKNOWN_SEEN, headers[message])


def _misdirected(found: Handovers, document: Directory) -> Iterable[ids.MessageId]:
    """Return consents with a reader who is no handler of the asked line."""
    for message, handover in found.consents.items():
        own = next((d for d in document.documents if d.line_id == handover.line_id), None)
        if own is not None and not {h.id for h in own.handlers}.issuperset(handover.readers):
            yield message


def _reader_alarms(
    headers: causality.Headers,
    ordered: Iterable[ids.MessageId],
    access: graph.Access,
    dropped: frozenset[ids.MessageId],
) -> Iterable[Alarm]:
    """Check that each author may write, and that each reader may read.

    An unconfirmed message is judged as if it were confirmed: it may lack nothing else.
    """
    claimed = access.let_in.union(access.claimed.values())
    for message in ordered:
        header = headers[message]
        is_open = message in access.unconfirmed
        let_in = claimed if is_open else access.let_in
        counting = access.claimed if is_open else access.admissions
        admits_in_vain = header.admits is not None and message not in counting
        if header.author not in let_in or message in dropped:
            yield _alarm(Reason.NOT_A_READER, header)
        elif admits_in_vain or not let_in.issuperset(header.readers):
            yield _alarm(Reason.READER_NOT_ALLOWED, header)
