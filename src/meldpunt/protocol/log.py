"""The log of a report: who said what, who may read on, and what the host is hiding (section 9).

A host can withhold and reorder. Numbers, signatures and `seen` make everything but the withholding
of the newest messages visible; alarms say what, and blame nobody.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from meldpunt.protocol.verify import graph, ids
from meldpunt.protocol.verify.ed25519 import check_public_key
from meldpunt.protocol.verify.errors import Reason, RefusedError
from meldpunt.protocol.verify.fields import REPORTER, Participant
from meldpunt.protocol.verify.header import Header, Tag, VerifiedHeader, parse_header, verify_header
from meldpunt.protocol.verify.line_document import LineDocument


@dataclass(frozen=True, slots=True)
class ReportKeys:
    """A reporter's public keys, checked to hash to the report id."""

    report: ids.ReportId
    signing_key: bytes
    box_key: bytes


def verify_report_keys(
    *, signing_key: bytes, box_key: bytes, report: ids.ReportId | None = None
) -> ReportKeys:
    """Check a reporter's keys, and that they are those of a report already known.

    Raises:
        RefusedError: PUBLIC_KEY; REPORT_KEYS when they do not hash to `report`.
    """
    check_public_key(signing_key)
    found = ids.report_id(signing_key=signing_key, box_key=box_key)
    if report is not None and found != report:
        raise RefusedError(Reason.REPORT_KEYS)
    return ReportKeys(found, signing_key, box_key)


@dataclass(frozen=True, slots=True)
class Alarm:
    """Something a person should be told; the log stays readable."""

    reason: Reason
    author: Participant | None
    """Whose messages it concerns, where known."""
    n: int | None = None


@dataclass(frozen=True, slots=True)
class Log:
    """The verified headers of a report in causal order, and what was wrong."""

    headers: tuple[VerifiedHeader, ...]
    alarms: tuple[Alarm, ...]
    unconfirmed: frozenset[ids.MessageId]
    """Messages of departed handlers that nobody accepted has seen."""
    keys: ReportKeys
    """The reporter's keys in force: after a succession, the new ones."""

    @property
    def _graph(self) -> dict[ids.MessageId, Header]:
        return {verified.message_id: verified.header for verified in self.headers}

    def seen(self) -> tuple[ids.MessageId, ...]:
        """Return the `seen` of the next message: every author's newest, all branches of a fork.

        Unconfirmed messages stay out: naming one here would confirm it for everybody.
        """
        counting = {m: h for m, h in self._graph.items() if m not in self.unconfirmed}
        return tuple(sorted(m for newest in graph.tips(counting).values() for m in newest))

    def next_n(self, author: Participant) -> int:
        """Return the author's next count."""
        return max(
            (h.header.n + 1 for h in self.headers if h.header.author == author),
            default=0,
        )

    def readers(self, document: LineDocument, today: date) -> frozenset[ids.HandlerId]:
        """Return to whom the reporter may seal: the own-newest-readers rule.

        The readers of the reporter's own newest message, on a fork those of every branch, less the
        departed. Handlers' messages never change this set.
        """
        return graph.chosen_readers(self._graph) & _active(document, today)

    def admitted(self, document: LineDocument, today: date) -> frozenset[ids.HandlerId]:
        """Return whom handlers let in since the reporter last wrote: the reporter may add them."""
        return graph.pending_admissions(self._graph) & _active(document, today)

    def may_read(self, handler: ids.HandlerId, message: ids.MessageId) -> bool:
        """Say whether a handler may read a message: named as a reader, or admitted later."""
        return graph.may_read(handler, message, self._graph)

    def may_be_admitted(self, handler: ids.HandlerId) -> bool:
        """Say whether a handler is new to this report, and was not dropped from it."""
        return graph.may_be_admitted(handler, self._graph)

    def check_readers(
        self, readers: Iterable[Participant], document: LineDocument, today: date
    ) -> None:
        """Refuse to seal a later message to anybody whom the reporter may have left out.

        Args:
            readers: Whom the message is for; `reporter` always passes.
            document: The newest line document.
            today: The device's day.

        Raises:
            RefusedError: GAP when one of the reporter's own messages is missing, UNKNOWN_SEEN
                when any message is: what the host hides may have left a handler out;
                READER_NOT_ALLOWED for one outside `readers()` and `admitted()`.
        """
        for alarm in self.alarms:
            hides_own = alarm.reason is Reason.GAP and alarm.author == REPORTER
            if hides_own or alarm.reason is Reason.UNKNOWN_SEEN:
                raise RefusedError(alarm.reason)
        allowed = self.readers(document, today) | self.admitted(document, today)
        if not allowed >= {r for r in readers if r != REPORTER}:
            raise RefusedError(Reason.READER_NOT_ALLOWED)


def verify_log(
    served: Iterable[tuple[bytes, bytes]], *, keys: ReportKeys, document: LineDocument
) -> Log:
    """Verify every header of a report.

    Args:
        served: Header bytes and signature of each message, in any order.
        keys: The reporter's keys.
        document: The newest line document; it lists departed handlers too.

    Raises:
        RefusedError: A reason of the first header that does not hold (OTHER_LINE, OTHER_REPORT,
            AUTHOR_UNKNOWN, SIGNATURE…): an honest host refused it on arrival.
    """
    members = list(served)
    succession = _succession(members, keys=keys, document=document)
    current = keys if succession is None else _successor_keys(keys, succession)
    verified, replaced = _verify_members(members, keys, current, succession, document)
    headers = {message: v.header for message, v in verified.items()}
    ordered, looping = graph.causal_order(headers)
    departed = frozenset(handler.id for handler in document.handlers if handler.until is not None)
    unconfirmed = _unconfirmed(headers, departed)
    alarms = [
        *(_alarm(Reason.SUCCEEDED, header) for header in replaced),
        *_count_alarms(headers),
        *_seen_alarms(headers, ordered),
        *_reader_alarms(headers, ordered),
        *(_alarm(Reason.UNKNOWN_SEEN, headers[m]) for m in looping),
        *(_alarm(Reason.UNCONFIRMED, headers[m]) for m in sorted(unconfirmed)),
    ]
    placed = tuple(verified[message] for message in (*ordered, *looping))
    return Log(placed, tuple(alarms), unconfirmed, current)


def _active(document: LineDocument, today: date) -> frozenset[ids.HandlerId]:
    return frozenset(handler.id for handler in document.active_handlers(today))


def verify_member(
    data: bytes, signature: bytes, *, keys: ReportKeys, document: LineDocument
) -> VerifiedHeader:
    """Verify that a header belongs to this report and was signed by the author it names.

    Raises:
        RefusedError: A header reason, OTHER_LINE, OTHER_REPORT, AUTHOR_UNKNOWN, SIGNATURE.
    """
    header = parse_header(data)
    if header.line_id != document.line_id:
        raise RefusedError(Reason.OTHER_LINE)
    if header.report_id != keys.report:
        raise RefusedError(Reason.OTHER_REPORT)
    return verify_header(data, signature, _author_key(header.author, keys, document))


def _author_key(author: Participant, keys: ReportKeys, document: LineDocument) -> bytes:
    if isinstance(author, str):
        return keys.signing_key
    handler = document.handler(author)
    if handler is None:
        raise RefusedError(Reason.AUTHOR_UNKNOWN)
    return handler.signing_key


def _succession(
    members: Iterable[tuple[bytes, bytes]], *, keys: ReportKeys, document: LineDocument
) -> VerifiedHeader | None:
    """Return the succession that counts: the first one that the report's first key signed."""
    found = []
    for data, signature in members:
        if parse_header(data).tag is not Tag.SUCCESSION:
            continue
        try:
            found.append(verify_member(data, signature, keys=keys, document=document))
        except RefusedError as error:
            if error.reason is not Reason.SIGNATURE:
                raise
    return min(found, key=lambda verified: (verified.header.n, verified.message_id), default=None)


def _successor_keys(keys: ReportKeys, succession: VerifiedHeader) -> ReportKeys:
    successor = succession.header.successor
    if successor is None:
        raise RefusedError(Reason.SUCCESSION)
    return ReportKeys(keys.report, successor.signing_key, successor.box_key)


def _verify_members(
    members: Iterable[tuple[bytes, bytes]],
    keys: ReportKeys,
    current: ReportKeys,
    succession: VerifiedHeader | None,
    document: LineDocument,
) -> tuple[dict[ids.MessageId, VerifiedHeader], list[Header]]:
    """Verify every header; one that a replaced key signed later is left out, and told."""
    verified: dict[ids.MessageId, VerifiedHeader] = {}
    replaced: list[Header] = []
    for data, signature in members:
        header = parse_header(data)
        last_n = None if succession is None else succession.header.n
        is_later = header.author == REPORTER and last_n is not None and header.n > last_n
        try:
            signer = current if is_later else keys
            message = verify_member(data, signature, keys=signer, document=document)
        except RefusedError as error:
            if not is_later or error.reason is not Reason.SIGNATURE:
                raise
            verify_member(data, signature, keys=keys, document=document)
            replaced.append(header)
            continue
        if header.tag is Tag.SUCCESSION and message != succession:
            replaced.append(header)
            continue
        verified[message.message_id] = message
    return verified, replaced


def _alarm(reason: Reason, header: Header) -> Alarm:
    return Alarm(reason, header.author, header.n)


def _count_alarms(headers: graph.Headers) -> Iterable[Alarm]:
    """Every author counts 0, 1, 2…: a missing number was removed, a double one is a fork."""
    for author, own in graph.by_author(headers).items():
        counts = [headers[message].n for message in own]
        for n in range(max(counts) + 1):
            if counts.count(n) == 0:
                yield Alarm(Reason.GAP, author, n)
            elif counts.count(n) > 1:
                yield Alarm(Reason.FORK, author, n)


def _seen_alarms(headers: graph.Headers, ordered: Iterable[ids.MessageId]) -> Iterable[Alarm]:
    for message in ordered:
        if any(seen not in headers for seen in headers[message].seen):
            yield _alarm(Reason.UNKNOWN_SEEN, headers[message])


def _reader_alarms(headers: graph.Headers, ordered: Iterable[ids.MessageId]) -> Iterable[Alarm]:
    """A handler writes, and shows, only where they were let in, whatever a host lets pass."""
    allowed = graph.let_in(headers)
    for message in ordered:
        header = headers[message]
        if header.author not in allowed:
            yield _alarm(Reason.NOT_A_READER, header)
        elif not allowed.issuperset(header.readers):
            yield _alarm(Reason.READER_NOT_ALLOWED, header)


def _unconfirmed(
    headers: graph.Headers, departed: frozenset[ids.HandlerId]
) -> frozenset[ids.MessageId]:
    """Return the departed's messages that no accepted message has among its ancestors.

    Neither another departed handler nor one whom the reporter left out can confirm anything.
    """
    trusted = graph.let_in(headers) - departed
    seen = (m for h in headers.values() if h.author in trusted for m in h.seen)
    confirmed = graph.ancestors(seen, headers)
    return frozenset(
        message
        for message, header in headers.items()
        if header.author in departed and message not in confirmed
    )
