"""The log of a report: who said what, who may read on, and what the host is hiding (section 9).

A host can withhold and reorder. Numbers, signatures and `seen` make everything but the withholding
of the newest messages visible; alarms say what, and blame nobody.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.ed25519 import check_public_key
from meldpunt.protocol.verify.errors import Reason, RefusedError
from meldpunt.protocol.verify.fields import REPORTER, Participant, participant_text
from meldpunt.protocol.verify.header import VerifiedHeader, parse_header, verify_header
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

    def seen(self) -> tuple[ids.MessageId, ...]:
        """Return the `seen` of the next message: every author's newest, all branches of a fork.

        Unconfirmed messages stay out: naming one here would confirm it for everybody.
        """
        counting = [h for h in self.headers if h.message_id not in self.unconfirmed]
        return tuple(sorted(tip.message_id for tip in _tips(counting)))

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
        own = [tip for tip in _tips(self.headers) if tip.header.author == REPORTER]
        chosen = [frozenset(r for r in tip.header.readers if r != REPORTER) for tip in own]
        active = frozenset(handler.id for handler in document.active_handlers(today))
        return active.intersection(*chosen) if chosen else frozenset()

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
                READER_NOT_ALLOWED for one outside `readers()`.
        """
        for alarm in self.alarms:
            hides_own = alarm.reason is Reason.GAP and alarm.author == REPORTER
            if hides_own or alarm.reason is Reason.UNKNOWN_SEEN:
                raise RefusedError(alarm.reason)
        if not self.readers(document, today) >= {r for r in readers if r != REPORTER}:
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
    verified = {}
    for data, signature in served:
        message = verify_member(data, signature, keys=keys, document=document)
        verified[message.message_id] = message
    ordered, looping = _causal_order(verified)
    departed = frozenset(handler.id for handler in document.handlers if handler.until is not None)
    unconfirmed = _unconfirmed(verified, departed)
    alarms = [
        *_count_alarms(ordered),
        *_seen_alarms(ordered, verified),
        *_reader_alarms(ordered),
        *(Alarm(Reason.UNKNOWN_SEEN, h.header.author, h.header.n) for h in looping),
        *(
            Alarm(Reason.UNCONFIRMED, verified[m].header.author, verified[m].header.n)
            for m in sorted(unconfirmed)
        ),
    ]
    return Log((*ordered, *looping), tuple(alarms), unconfirmed)


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


def _causal_order(
    verified: Mapping[ids.MessageId, VerifiedHeader],
) -> tuple[list[VerifiedHeader], list[VerifiedHeader]]:
    """Return the messages after all they had seen, ties by day, author and n; then any loop."""
    waiting = dict(verified)
    ordered: list[VerifiedHeader] = []
    while waiting:
        ready = [h for h in waiting.values() if not any(m in waiting for m in h.header.seen)]
        if not ready:
            break
        for header in sorted(ready, key=_tie):
            ordered.append(header)
            del waiting[header.message_id]
    return ordered, sorted(waiting.values(), key=_tie)


def _tie(verified: VerifiedHeader) -> tuple[date, str, int, bytes]:
    header = verified.header
    day = header.day or date.min
    return day, participant_text(header.author), header.n, verified.message_id


def _by_author(
    headers: Iterable[VerifiedHeader],
) -> dict[Participant, list[VerifiedHeader]]:
    found: dict[Participant, list[VerifiedHeader]] = defaultdict(list)
    for header in headers:
        found[header.header.author].append(header)
    return found


def _count_alarms(headers: Iterable[VerifiedHeader]) -> Iterable[Alarm]:
    """Every author counts 0, 1, 2…: a missing number was removed, a double one is a fork."""
    for author, own in _by_author(headers).items():
        counts = [header.header.n for header in own]
        for n in range(max(counts) + 1):
            if counts.count(n) == 0:
                yield Alarm(Reason.GAP, author, n)
            elif counts.count(n) > 1:
                yield Alarm(Reason.FORK, author, n)


def _seen_alarms(
    headers: Iterable[VerifiedHeader], known: Mapping[ids.MessageId, VerifiedHeader]
) -> Iterable[Alarm]:
    for header in headers:
        if any(message not in known for message in header.header.seen):
            yield Alarm(Reason.UNKNOWN_SEEN, header.header.author, header.header.n)


def _let_in(headers: Iterable[VerifiedHeader]) -> set[Participant]:
    """Return the reporter, and whom any of the reporter's messages lets read."""
    own = (h.header.readers for h in headers if h.header.author == REPORTER)
    return {REPORTER, *(reader for readers in own for reader in readers)}


def _reader_alarms(headers: list[VerifiedHeader]) -> Iterable[Alarm]:
    """A handler writes, and shows, only where the reporter let them, whatever a host lets pass."""
    allowed = _let_in(headers)
    for header in headers:
        if header.header.author not in allowed:
            yield Alarm(Reason.NOT_A_READER, header.header.author, header.header.n)
        elif not allowed.issuperset(header.header.readers):
            yield Alarm(Reason.READER_NOT_ALLOWED, header.header.author, header.header.n)


def _ancestors(
    start: Iterable[ids.MessageId],
    parents: Callable[[ids.MessageId], Iterable[ids.MessageId]],
) -> set[ids.MessageId]:
    found: set[ids.MessageId] = set()
    waiting = list(start)
    while waiting:
        message = waiting.pop()
        if message not in found:
            found.add(message)
            waiting.extend(parents(message))
    return found


def _tips(headers: Iterable[VerifiedHeader]) -> list[VerifiedHeader]:
    """Return each author's messages that no other message of that author builds on."""
    known = {header.message_id: header for header in headers}

    def parents(message: ids.MessageId) -> Iterable[ids.MessageId]:
        return known[message].header.seen if message in known else ()

    tips: list[VerifiedHeader] = []
    for own in _by_author(known.values()).values():
        covered = _ancestors((message for h in own for message in h.header.seen), parents)
        tips.extend(header for header in own if header.message_id not in covered)
    return tips


def _unconfirmed(
    verified: Mapping[ids.MessageId, VerifiedHeader], departed: frozenset[ids.HandlerId]
) -> frozenset[ids.MessageId]:
    """Return the departed's messages that no accepted message has among its ancestors.

    Neither another departed handler nor one whom the reporter left out can confirm anything.
    """
    trusted = _let_in(verified.values()) - departed
    accepted = [h for h in verified.values() if h.header.author in trusted]

    def parents(message: ids.MessageId) -> Iterable[ids.MessageId]:
        return verified[message].header.seen if message in verified else ()

    confirmed = _ancestors((m for h in accepted for m in h.header.seen), parents)
    return frozenset(
        h.message_id
        for h in verified.values()
        if h.header.author in departed and h.message_id not in confirmed
    )
