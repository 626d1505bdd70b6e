"""Consents of a reporter and the answers to them, as each author saw them (section 9.7).

A *view* is a bit set of the consents and answers that an author had seen. One integer holds it, so
that a question about every message of a long report stays cheap.
"""

from collections.abc import Collection, Iterable
from datetime import date
from typing import Final

from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.fields import REPORTER
from meldpunt.protocol.verify.log import causality
from meldpunt.protocol.verify.log.header import Handover, Header, Tag

View = int
"""A bit set of the reporter's messages and of the answers that an author had seen."""


class ConsentHistory:
    """The consents and answers of one report, and which of them are valid in a view."""

    def __init__(self, headers: causality.Headers) -> None:
        """Read the verified headers of a report, or the part that somebody had seen."""
        self.headers: Final = headers
        self.ordered: Final = causality.causal_order(headers)[0]
        self._bits: Final = _bits(headers, self.ordered)
        self.seen_by_all: Final[View] = sum(self._bits.values())
        self._words_of_all: Final[View] = sum(
            bit for message, bit in self._bits.items() if headers[message].author == REPORTER
        )
        self.before: Final = self._views()
        self.consents: Final[dict[ids.MessageId, Handover]] = {}
        """Consents that ask another line than the one that answers."""
        self.in_vain: Final[set[ids.MessageId]] = set()
        """Void consents: they ask the line that answers already."""
        self.answers: Final[dict[ids.MessageId, ids.MessageId]] = {}
        """Valid answers, judged by what their authors had seen, with the consent of each."""
        self._taken_back_by: Final[dict[ids.MessageId, View]] = {}
        self._followed_by: Final[dict[ids.MessageId, View]] = {}
        self._chosen: Final[dict[View, frozenset[ids.HandlerId]]] = {}
        self._accepted: Final[dict[View, tuple[ids.MessageId, ...]]] = {}
        self._pending: Final[dict[View, ids.MessageId | None]] = {}
        for message in self.ordered:
            self._read(message, headers[message])

    def accepted(self, view: View) -> tuple[ids.MessageId, ...]:
        """Return the accepted consents, each after the one before."""
        if view not in self._accepted:
            found = (self.answers[m] for m in self.answers if self._is_in_force(m, view))
            self._accepted[view] = tuple(dict.fromkeys(found))
        return self._accepted[view]

    def acceptances(self, consent: ids.MessageId, view: View) -> tuple[ids.MessageId, ...]:
        """Return the messages that accepted a consent: several, if handlers wrote at once."""
        answers = (m for m, answered in self.answers.items() if answered == consent)
        return tuple(m for m in answers if self._is_in_force(m, view))

    def undone(self, view: View) -> frozenset[ids.MessageId]:
        """Return acceptances of a consent that the reporter revoked without having seen them."""
        seen = (m for m in self.answers if view & self._bits[m] and self._accepts(m))
        return frozenset(m for m in seen if not self._is_in_force(m, view))

    def pending(self, view: View) -> ids.MessageId | None:
        """Return the waiting consent: neither revoked nor answered."""
        if view not in self._pending:
            waiting = (c for c in self.consents if self._waits(c, view))
            self._pending[view] = next(waiting, None)
        return self._pending[view]

    def ended(self, named: Collection[ids.HandlerId], view: View) -> frozenset[ids.HandlerId]:
        """Return the handlers who may not read later messages.

        An acceptance ends the access of every handler named in a message whose author had not seen
        it. Two groups keep access: the readers of the accepted consent, and handlers whom the
        reporter names after seeing the acceptance. Readers of a consent without effect lose access
        until the report is handed over again.

        Args:
            named: Handlers named in messages that do not follow the acceptance.
            view: The view to judge by.
        """
        accepted, pending = self.accepted(view), self.pending(view)
        last, waiting = accepted[-1:], () if pending is None else (pending,)
        came_to_nothing = (
            consent
            for consent in self.consents
            if view & self._bits[consent]
            and consent not in (*accepted, *waiting)
            and not any(self.follows(m, (consent,)) for m in last)
        )
        out = set(self.readers(came_to_nothing))
        if last:
            in_force = self.acceptances(last[0], view)
            knowing = (m for m in self._words(view) if self.follows(m, in_force))
            out.update(set(named).difference(r for m in knowing for r in handlers(self.headers[m])))
        return frozenset(out) - self.readers((*last, *waiting))

    def chosen(self, view: View) -> frozenset[ids.HandlerId]:
        """Return the handlers to whom the reporter writes, judged by a view.

        The result equals `graph.chosen_readers` of the same headers, for less work.
        """
        if view not in self._chosen:
            newest = self._newest(view)
            sets = [frozenset(handlers(self.headers[m])) for m in newest]
            in_force = [a for c in self.accepted(view)[-1:] for a in self.acceptances(c, view)]
            unaware = [m for m in newest if not self.follows(m, in_force)]
            named = frozenset(r for m in unaware for r in handlers(self.headers[m]))
            both = frozenset.intersection(*sets) if sets else frozenset()
            self._chosen[view] = both - self.ended(named, view)
        return self._chosen[view]

    def is_forked(self, view: View) -> bool:
        """Say whether a view has two newest messages of the reporter, side by side."""
        return len(self._newest(view)) > 1

    def _newest(self, view: View) -> list[ids.MessageId]:
        words = self._words(view)
        covered = 0
        for message in words:
            covered |= self.before[message]
        return [m for m in words if not covered & self._bits[m]]

    def lapsed(self, view: View, day: date) -> frozenset[ids.HandlerId]:
        """Return the readers of the waiting consent, if its last day is over."""
        pending = self.pending(view)
        over = pending is not None and day > self.consents[pending].until
        return self.readers((pending,)) if pending is not None and over else frozenset()

    def readers(self, consents: Iterable[ids.MessageId]) -> frozenset[ids.HandlerId]:
        """Return the readers of consents."""
        return frozenset(r for consent in consents for r in self.consents[consent].readers)

    def has_words(self, view: View) -> bool:
        """Say whether a view holds a message of the reporter."""
        return bool(view & self._words_of_all)

    def _words(self, view: View) -> list[ids.MessageId]:
        """Return the messages of the reporter in a view."""
        mine = view & self._words_of_all
        return [message for message, bit in self._bits.items() if mine & bit]

    def follows(self, message: ids.MessageId, events: Iterable[ids.MessageId]) -> bool:
        """Say whether one of `events` is an ancestor of a message."""
        view = self.before.get(message, 0)
        return any(view & self._bits[event] for event in events)

    def _views(self) -> dict[ids.MessageId, View]:
        found: dict[ids.MessageId, View] = {}
        for message in self.ordered:
            view = 0
            for seen in self.headers[message].seen:
                view |= found.get(seen, 0) | self._bits.get(seen, 0)
            found[message] = view
        return found

    def _read(self, message: ids.MessageId, header: Header) -> None:
        if header.handover is not None:
            if self._is_idle(header, header.handover, self.before[message]):
                self.in_vain.add(message)
            else:
                self.consents[message] = header.handover
                self._taken_back_by[message] = self._words_against(message, header.handover)
                self._forget()
        elif message in self._bits and header.consent is not None and self._is_in_place(message):
            self.answers[message] = header.consent
            self._followed_by[message] = sum(
                bit for m, bit in self._bits.items() if self.before[m] & self._bits[message]
            )
            self._forget()

    def _is_idle(self, header: Header, handover: Handover, view: View) -> bool:
        """Say whether a consent is void: for the answering line, or in a consultation (9.8)."""
        accepted = self.accepted(view)
        answering = self.consents[accepted[-1]].line_id if accepted else header.line_id
        origins = {self.headers[message].origin for message in self._words(view)}
        return handover.line_id == answering or "consultation" in origins

    def _forget(self) -> None:
        """Clear results that lack the message just read."""
        self._accepted.clear()
        self._pending.clear()

    def _words_against(self, consent: ids.MessageId, handover: Handover) -> View:
        """Return the reporter's messages that revoke a consent."""
        precede = self.before[consent] | self._bits[consent]
        found: View = 0
        for message, bit in self._bits.items():
            header = self.headers[message]
            if header.author != REPORTER or precede & bit:
                continue
            ends = header.tag is Tag.WITHDRAWAL or header.handover is not None
            if ends or set(handover.readers).isdisjoint(header.readers):
                found |= bit
        return found

    def _is_in_place(self, answer: ids.MessageId) -> bool:
        header = self.headers[answer]
        pending = self.pending(self.before[answer])
        if pending is None or header.consent != pending or header.day is None:
            return False
        asked = self.consents[pending]
        return header.author in asked.readers and header.day <= asked.until

    def _accepts(self, answer: ids.MessageId) -> bool:
        return self.headers[answer].tag is Tag.ACCEPTANCE

    def _is_in_force(self, answer: ids.MessageId, view: View) -> bool:
        """Say whether an answer is an acceptance that the reporter has not revoked."""
        against = self._taken_back_by[self.answers[answer]] & ~self._followed_by[answer]
        return self._accepts(answer) and bool(view & self._bits[answer]) and not view & against

    def _waits(self, consent: ids.MessageId, view: View) -> bool:
        answers = (m for m, answered in self.answers.items() if answered == consent)
        return (
            bool(view & self._bits[consent])
            and not view & self._taken_back_by[consent]
            and not any(view & self._bits[m] for m in answers)
        )


def handlers(header: Header) -> Iterable[ids.HandlerId]:
    """Return the readers of a message but the reporter."""
    return (reader for reader in header.readers if not isinstance(reader, str))


def _bits(
    headers: causality.Headers, ordered: Iterable[ids.MessageId]
) -> dict[ids.MessageId, View]:
    asked = {r for h in headers.values() if h.handover is not None for r in h.handover.readers}
    told = (m for m in ordered if _tells(headers[m], asked))
    return {message: 1 << place for place, message in enumerate(told)}


def _tells(header: Header, asked: Collection[ids.HandlerId]) -> bool:
    return header.author == REPORTER or (header.consent is not None and header.author in asked)
