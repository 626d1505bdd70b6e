"""Who may read what of a report, and who was let in when (sections 9.3 to 9.5).

Host and clients ask the same questions of the same headers, so the answers are here once.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.fields import REPORTER, Participant
from meldpunt.protocol.verify.log import causality
from meldpunt.protocol.verify.log.handover import Handovers, handovers

Admissions = Mapping[ids.MessageId, ids.HandlerId]
"""Whom admissions let in, by the message that does it, in causal order."""


def chosen_readers(headers: causality.Headers) -> frozenset[ids.HandlerId]:
    """Return the handlers whom the reporter's own newest message names: on a fork, every branch.

    Less those of a line that has handed the report over, or that did not take it.
    """
    return _chosen(headers, handovers(headers))


def _chosen(headers: causality.Headers, found: Handovers) -> frozenset[ids.HandlerId]:
    own = [headers[message].readers for message in causality.newest_of(REPORTER, headers)]
    sets = [frozenset(r for r in readers if not isinstance(r, str)) for readers in own]
    chosen = frozenset.intersection(*sets) if sets else frozenset()
    return chosen - found.excluded


@dataclass(frozen=True, slots=True)
class Access:
    """Who may read what of a report, and whose messages count (sections 9.3 to 9.5)."""

    chosen: frozenset[ids.HandlerId]
    """The readers of the reporter's own newest message."""
    pending: frozenset[ids.HandlerId]
    """Handlers who were admitted since the reporter last wrote: the next message decides."""
    let_in: frozenset[Participant]
    """The reporter, whom any message of theirs lets read, and whom admissions that count let in."""
    unconfirmed: frozenset[ids.MessageId]
    """Messages of departed handlers that nobody who counts has seen, and what follows them."""
    admissions: Admissions
    """Those that count."""
    claimed: Admissions
    """Those that count, or lack nothing but that somebody who counts has seen them."""
    opened: Mapping[ids.HandlerId, frozenset[ids.MessageId]]
    """What each of those admitted may read because of it."""
    settled: frozenset[ids.HandlerId]
    """Handlers on whom the reporter has had a say: as readers, or admitted before they wrote."""
    admitted_by: frozenset[tuple[Participant, ids.HandlerId]]
    """Authors of the admissions that count, with whom they let in: once is enough."""
    named: Mapping[ids.MessageId, tuple[Participant, ...]]
    """The readers of every message."""
    handovers: Handovers
    """To which lines the reporter handed the report, and what they answered."""

    def may_read(self, handler: ids.HandlerId, message: ids.MessageId) -> bool:
        """Say whether a handler may read a message: named as a reader, or let in later."""
        opened = (self.opened, self.handovers.opened)
        return handler in self.named.get(message, ()) or any(
            message in found.get(handler, ()) for found in opened
        )

    def may_be_admitted(self, handler: ids.HandlerId) -> bool:
        """Say whether a handler is new to a report: not a reader now, and not dropped before."""
        return handler not in self.settled

    def may_admit(self, author: ids.HandlerId, newcomer: ids.HandlerId) -> bool:
        """Say whether an admission by somebody who has seen all of this would count."""
        reads_on = author in self.chosen - self.handovers.asked_readers or author in self.pending
        return (
            reads_on
            and self.may_be_admitted(newcomer)
            and (author, newcomer) not in self.admitted_by
        )


def access(headers: causality.Headers, departed: frozenset[ids.HandlerId] = frozenset()) -> Access:
    """Work out who may read what.

    An admission by a departed handler needs somebody who counts without it to have seen it: else
    their stolen key and the newcomer could vouch for each other.

    Args:
        headers: Every header of a report, verified.
        departed: Handlers who have left. The host names none: it heard them before they left.
    """
    found = handovers(headers)
    chosen = _chosen(headers, found)
    confirmed, admissions = _confirm(headers, found, departed, doubted=departed)
    if departed.issuperset(chosen - found.asked_readers | _pending(headers, admissions, found)):
        # Nobody is left to confirm: one who has gone may still have handed the report over.
        confirmed, admissions = _confirm(headers, found, departed, doubted=frozenset())
    unseen = {m for m, h in headers.items() if h.author in departed and m not in confirmed}
    doubtless = _confirm(headers, found, departed, doubted=frozenset())[1] if unseen else admissions
    return Access(
        chosen=chosen,
        pending=_pending(headers, admissions, found),
        let_in=frozenset({REPORTER, *_named(headers), *admissions.values()}),
        unconfirmed=_unconfirmed(headers, unseen, {*admissions, *found.acceptances}),
        admissions=admissions,
        claimed=doubtless,
        opened=_opened(headers, admissions, found),
        settled=_settled(headers, admissions),
        admitted_by=_admitted_by(headers, admissions),
        named={message: header.readers for message, header in headers.items()},
        handovers=found,
    )


def _confirm(
    headers: causality.Headers,
    found: Handovers,
    departed: frozenset[ids.HandlerId],
    *,
    doubted: frozenset[ids.HandlerId],
) -> tuple[set[ids.MessageId], Admissions]:
    """Return what those who count have seen, and the admissions that count by it.

    Args:
        headers: Every header of a report.
        found: Its handovers; a line that is only asked confirms nothing.
        departed: Handlers who have left; they confirm nothing.
        doubted: Those of them whose admissions need to be seen by somebody who counts.
    """
    chosen = _chosen(headers, found) - found.asked_readers
    trusted: set[Participant] = {REPORTER, *(chosen - departed)}
    while True:
        confirmed = _seen_by(trusted, headers)
        admissions = _admissions(headers, found.void, doubted, confirmed)
        more = _pending(headers, admissions, found) - departed
        if more <= trusted:
            return confirmed, admissions
        trusted |= more


def _unconfirmed(
    headers: causality.Headers, unseen: set[ids.MessageId], counting: set[ids.MessageId]
) -> frozenset[ids.MessageId]:
    """Return messages that nobody who counts has seen, and those with one among their ancestors.

    To name one that follows would confirm what it follows. Admissions and acceptances that count
    are none of them.
    """
    found = unseen - counting
    for message in causality.causal_order(headers)[0] if found else ():
        if message not in counting and not found.isdisjoint(headers[message].seen):
            found.add(message)
    return frozenset(found)


def _named(headers: causality.Headers) -> frozenset[ids.HandlerId]:
    """Return everybody whom any message of the reporter lets read."""
    own = (header.readers for header in headers.values() if header.author == REPORTER)
    return frozenset(r for readers in own for r in readers if not isinstance(r, str))


def _seen_by(authors: Collection[Participant], headers: causality.Headers) -> set[ids.MessageId]:
    return causality.ancestors(
        (m for header in headers.values() if header.author in authors for m in header.seen), headers
    )


def _admissions(
    headers: causality.Headers,
    void: frozenset[ids.MessageId],
    doubted: frozenset[ids.HandlerId],
    confirmed: set[ids.MessageId],
) -> Admissions:
    """Return the admissions that count, as their authors saw the report when they wrote them.

    The author could read on and the newcomer was new, or waited for the reporter's word. What the
    author claims not to have seen is not counted against them; it isn't opened either.
    """
    found: dict[ids.MessageId, ids.HandlerId] = {}
    if all(header.admits is None for header in headers.values()):
        return found
    ordered, _ = causality.causal_order(headers)
    for message in ordered:
        header = headers[message]
        if header.admits is None or (header.author in doubted and message not in confirmed):
            continue
        if message in void:
            continue
        if (header.author, header.admits) in _admitted_by(headers, found):
            continue
        known = {m: headers[m] for m in causality.ancestors(header.seen, headers) if m in headers}
        before = {m: newcomer for m, newcomer in found.items() if m in known}
        may_write = reading_on(known, before)
        if header.author in may_write and header.admits not in _settled(known, before):
            found[message] = header.admits
    return found


def _admitted_by(
    headers: causality.Headers, admissions: Admissions
) -> frozenset[tuple[Participant, ids.HandlerId]]:
    return frozenset((headers[m].author, newcomer) for m, newcomer in admissions.items())


def _settled(headers: causality.Headers, admissions: Admissions) -> frozenset[ids.HandlerId]:
    decided = causality.ancestors(causality.newest_of(REPORTER, headers), headers)
    return _named(headers) | {newcomer for m, newcomer in admissions.items() if m in decided}


def _pending(
    headers: causality.Headers, admissions: Admissions, handed: Handovers
) -> frozenset[ids.HandlerId]:
    """Return the admitted on whom the reporter has had no say, by those who may read on now.

    One who was dropped lets nobody in, even if they claim not to have known.
    """
    found: set[ids.HandlerId] = set()
    if not admissions:
        return frozenset()
    chosen, settled = _chosen(headers, handed), _settled(headers, admissions) | handed.excluded
    for message, newcomer in admissions.items():
        if newcomer not in settled and headers[message].author in chosen | found:
            found.add(newcomer)
    return frozenset(found)


def _opened(
    headers: causality.Headers, admissions: Admissions, handed: Handovers
) -> Mapping[ids.HandlerId, frozenset[ids.MessageId]]:
    """Return what admissions open: of all that precedes them, what their author may read too."""
    found: dict[ids.HandlerId, frozenset[ids.MessageId]] = {}
    for message, newcomer in admissions.items():
        author = headers[message].author
        preceding = causality.ancestors(headers[message].seen, headers)
        readable = {m for m in preceding if m in headers and author in headers[m].readers}
        if not isinstance(author, str):
            readable |= preceding & handed.opened.get(author, frozenset())
            readable |= preceding & found.get(author, frozenset())
        found[newcomer] = found.get(newcomer, frozenset()) | readable | {message}
    return found


def reading_on(headers: causality.Headers, admissions: Admissions) -> frozenset[ids.HandlerId]:
    """Return who may write: the reporter's newest choice, and who waits for the next.

    Args:
        headers: Some headers of a report: what somebody has seen.
        admissions: Those among them that count.
    """
    found = handovers(headers)
    return _chosen(headers, found) | _pending(headers, admissions, found)


def may_read(handler: ids.HandlerId, message: ids.MessageId, headers: causality.Headers) -> bool:
    """Say whether a handler may read a message: named as a reader, or admitted later."""
    return access(headers).may_read(handler, message)


def may_admit(author: ids.HandlerId, newcomer: ids.HandlerId, headers: causality.Headers) -> bool:
    """Say whether an admission by somebody who has seen all of this would count."""
    return access(headers).may_admit(author, newcomer)


def may_be_admitted(handler: ids.HandlerId, headers: causality.Headers) -> bool:
    """Say whether a handler is new to a report: not a reader now, and not dropped before."""
    return access(headers).may_be_admitted(handler)
