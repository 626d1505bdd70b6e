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
"""The newcomer of each admission, by the message id of the admission, in causal order."""


def chosen_readers(headers: causality.Headers) -> frozenset[ids.HandlerId]:
    """Return the handlers whom the reporter's newest message names.

    On a fork these are the handlers that every branch names. Handlers of a line that handed the
    report over, or did not accept it, are left out.
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
    """Handlers admitted since the reporter last wrote. The reporter's next message decides."""
    let_in: frozenset[Participant]
    """The reporter, every handler named in a reporter message, and everyone added by a valid
    admission."""
    unconfirmed: frozenset[ids.MessageId]
    """Messages of departed handlers that no active participant has seen, and their descendants."""
    admissions: Admissions
    """The valid ones."""
    claimed: Admissions
    """Valid admissions, plus those that only miss confirmation."""
    opened: Mapping[ids.HandlerId, frozenset[ids.MessageId]]
    """The messages that an admission opens to each newcomer."""
    settled: frozenset[ids.HandlerId]
    """Handlers whom the reporter has named as readers, or could have named: they were admitted
    before the reporter last wrote."""
    admitted_by: frozenset[tuple[Participant, ids.HandlerId]]
    """Author and newcomer of each valid admission. A second one by the same author is void."""
    named: Mapping[ids.MessageId, tuple[Participant, ...]]
    """The readers of every message."""
    handovers: Handovers
    """The reporter's consents to a handover, and the answers to them."""

    def may_read(self, handler: ids.HandlerId, message: ids.MessageId) -> bool:
        """Say whether a handler may read a message: named as a reader, or opened to them."""
        opened = (self.opened, self.handovers.opened)
        return handler in self.named.get(message, ()) or any(
            message in found.get(handler, ()) for found in opened
        )

    def may_be_admitted(self, handler: ids.HandlerId) -> bool:
        """Say whether a handler is new to the report: neither a reader now nor dropped before."""
        return handler not in self.settled

    def with_newcomers(self, barred: frozenset[ids.HandlerId]) -> frozenset[ids.HandlerId]:
        """Return handlers, and whom they let in: those who wait and whom nobody else admitted."""
        found = barred
        while found:
            others = {newcomer for author, newcomer in self.admitted_by if author not in found}
            more = found | (self.pending - others)
            if more == found:
                break
            found = more
        return found

    def may_admit(self, author: ids.HandlerId, newcomer: ids.HandlerId) -> bool:
        """Say whether an admission would be valid, if its author has seen all of this."""
        reads_on = author in self.chosen - self.handovers.asked_readers or author in self.pending
        return (
            reads_on
            and self.may_be_admitted(newcomer)
            and (author, newcomer) not in self.admitted_by
        )


def access(headers: causality.Headers, departed: frozenset[ids.HandlerId] = frozenset()) -> Access:
    """Work out who may read what.

    An admission by a departed handler needs confirmation by a participant who is active without
    it. Else a stolen key and its newcomer could confirm each other.

    Args:
        headers: Every header of a report, verified.
        departed: Handlers who have left. The host passes none: it checked them before they left.
    """
    found = handovers(headers)
    chosen = _chosen(headers, found)
    confirmed, admissions = _confirm(headers, found, departed, doubted=departed)
    if departed.issuperset(chosen - found.asked_readers | _pending(headers, admissions, found)):
        # Nobody can confirm any more. A handler who left may still have handed the report over.
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
    """Return what active participants have seen, and the admissions that are valid because of it.

    Args:
        headers: Every header of a report.
        found: Its handovers. Handlers of a line that has not accepted confirm nothing.
        departed: Handlers who have left. They confirm nothing.
        doubted: Those of them whose admissions need confirmation.
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
    """Return the unconfirmed messages: those in `unseen`, and their descendants.

    Naming a descendant in `seen` would confirm its ancestors. Valid admissions and acceptances are
    never unconfirmed.
    """
    found = unseen - counting
    for message in causality.causal_order(headers)[0] if found else ():
        if message not in counting and not found.isdisjoint(headers[message].seen):
            found.add(message)
    return frozenset(found)


def _named(headers: causality.Headers) -> frozenset[ids.HandlerId]:
    """Return every handler whom a message of the reporter names as a reader."""
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
    """Return the valid admissions, judged by what their authors had seen.

    The author was a reader or waited for the reporter's decision, and the newcomer was new. A
    message that the author had not seen cannot make the admission void; nor does the admission
    open it.
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
    """Return the newcomers on whom the reporter has not decided, admitted by current readers.

    A handler who was dropped admits nobody, even if they claim not to have known.
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
    """Return what admissions open: the earlier messages that their author may read."""
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
    """Return who may write: the reporter's newest readers, and newcomers who wait for a decision.

    Args:
        headers: The part of a report that somebody had seen.
        admissions: The valid admissions among them.
    """
    found = handovers(headers)
    return _chosen(headers, found) | _pending(headers, admissions, found)


def may_read(handler: ids.HandlerId, message: ids.MessageId, headers: causality.Headers) -> bool:
    """As `Access.may_read`."""
    return access(headers).may_read(handler, message)


def may_admit(author: ids.HandlerId, newcomer: ids.HandlerId, headers: causality.Headers) -> bool:
    """As `Access.may_admit`."""
    return access(headers).may_admit(author, newcomer)


def may_be_admitted(handler: ids.HandlerId, headers: causality.Headers) -> bool:
    """As `Access.may_be_admitted`."""
    return access(headers).may_be_admitted(handler)
