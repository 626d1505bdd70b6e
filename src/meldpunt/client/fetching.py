"""Fetching a report: the host's answers in, a verified thread out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, Protocol

from meldpunt.client.erasure import erased_alarms, erased_standing, false_erasure, is_erased
from meldpunt.client.errors import AnswerError
from meldpunt.client.line import LineHistory, fetch_document
from meldpunt.client.notices import Notice, NoticeKind
from meldpunt.client.standing import Arrivals, check_claims, standing
from meldpunt.client.thread import (
    Access,
    BoxKeys,
    Served,
    Thread,
    ThreadMessage,
    left_out_of,
    line_notices,
    open_messages,
)
from meldpunt.client.transport import Transport
from meldpunt.protocol.line import VerifiedLine
from meldpunt.protocol.log import (
    Alarm,
    Log,
    ReportKeys,
    verify_log,
    verify_report_keys,
)
from meldpunt.protocol.oral import verify_oral_note
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.errors import Reason, RefusedError
from meldpunt.protocol.verify.fields import REPORTER, Participant
from meldpunt.protocol.verify.line_document import LineDocument
from meldpunt.wire.reports import MessagesPage, ReportStatus, ServedMessage

_MAX_MESSAGES: Final = 10_000


class Source(Protocol):
    """Where one participant reads one report."""

    async def status(self) -> ReportStatus:
        """Return where the report stands."""

    async def messages(self, after: int) -> MessagesPage:
        """Return the messages after a cursor."""


@dataclass(frozen=True, slots=True, repr=False)
class Reader:
    """Who reads, and what they know."""

    me: Participant
    box_keys: BoxKeys
    keys: ReportKeys | None = None
    """The reporter's own; a handler gets them from the host and checks them by the entry."""
    entry: ids.EntryId | None = None
    """The report's name in a handler's inbox."""
    history: LineHistory | None = None
    """A handler's: a message that names a document outside it raises an alarm."""


@dataclass(frozen=True, slots=True, repr=False)
class _Snapshot:
    claim: ReportStatus
    messages: tuple[ServedMessage, ...]


@dataclass(frozen=True, slots=True, repr=False)
class _Verified:
    """Everything a thread is made of."""

    claim: ReportStatus
    keys: ReportKeys
    log: Log
    served: Mapping[ids.MessageId, Served]
    line: VerifiedLine
    birth: LineDocument


async def fetch_thread(
    source: Source, transport: Transport, line: VerifiedLine, reader: Reader, today: date
) -> Thread:
    """Fetch a report, verify it and open what the reader may read.

    What does not fit together (an unknown `seen`, another count) is fetched once more before it is
    told: a message may have come in between two answers.

    Raises:
        RefusedError: OTHER_LINE, REPORT_KEYS, OTHER_REPORT; GAP for a report of no message; as
            `verify_log` and `verify_line_document`.
        ClientError: As `Transport.call`.
    """
    snapshot = await _fetch(source)
    parts = await _gather(snapshot, transport, line, reader)
    if not is_erased(parts.claim, parts.served, parts.birth, today) and _looks_torn(parts, reader):
        parts = await _gather(await _fetch(source), transport, line, reader)
    if is_erased(parts.claim, parts.served, parts.birth, today):
        return _erased_thread(parts, reader)
    if not parts.served:
        raise RefusedError(Reason.GAP)
    return _assemble(parts, reader, today)


async def _gather(
    snapshot: _Snapshot, transport: Transport, line: VerifiedLine, reader: Reader
) -> _Verified:
    keys = _report_keys(snapshot.claim, line, reader)
    pairs = ((message.header, message.signature) for message in snapshot.messages)
    log = verify_log(pairs, keys=keys, document=line.document)
    if reader.keys is not None and log.keys.signing_key != reader.keys.signing_key:
        raise RefusedError(Reason.REPORT_KEYS)  # replaced by keys that are not this person's
    named = (
        h.header.document for h in log.headers if h.header.n == 0 and h.header.author == REPORTER
    )
    birth = await fetch_document(transport, line, next(named, snapshot.claim.document))
    served = _served(snapshot.messages, log)
    return _Verified(snapshot.claim, log.keys, log, served, line, birth)


async def _fetch(source: Source) -> _Snapshot:
    claim = await source.status()
    found: list[ServedMessage] = []
    after = 0
    while True:
        page = await source.messages(after)
        found += page.messages
        if not page.more:
            return _Snapshot(claim, tuple(found))
        if page.cursor <= after or len(found) > _MAX_MESSAGES:
            raise AnswerError
        after = page.cursor


def _report_keys(claim: ReportStatus, line: VerifiedLine, reader: Reader) -> ReportKeys:
    if claim.line_id != line.document.line_id:
        raise RefusedError(Reason.OTHER_LINE)
    if claim.birth_keys is None:
        return _own_keys(reader)
    keys = verify_report_keys(
        signing_key=claim.birth_keys.signing_key, box_key=claim.birth_keys.box_key
    )
    if isinstance(reader.me, str) or ids.inbox_entry(reader.me, keys.report) == reader.entry:
        return keys
    raise RefusedError(Reason.OTHER_REPORT)


def _own_keys(reader: Reader) -> ReportKeys:
    if reader.keys is None:
        raise RefusedError(Reason.REPORT_KEYS)
    return reader.keys


def _looks_torn(parts: _Verified, reader: Reader) -> bool:
    if parts.claim.erased:
        return True
    unknown = any(alarm.reason is Reason.UNKNOWN_SEEN for alarm in parts.log.alarms)
    return unknown or not _count_holds(parts.claim, parts.log, reader)


def _count_holds(claim: ReportStatus, log: Log, reader: Reader) -> bool:
    """A handler's count is over what that handler may read, so that it tells nothing else."""
    me = reader.me
    mine = (h for h in log.headers if isinstance(me, str) or log.may_read(me, h.message_id))
    return claim.message_count == sum(1 for _ in mine)


def _served(messages: tuple[ServedMessage, ...], log: Log) -> dict[ids.MessageId, Served]:
    """Put each verified header together with what came beside it, in the host's order."""
    verified = {h.message_id: h for h in log.headers}
    found = {}
    for message in messages:
        header = verified.get(ids.message_id(message.header))
        if header is None:  # signed by a replaced key: it is told, and counts for nothing
            continue
        found[header.message_id] = Served(
            verified=header,
            received_on=message.received_on,
            body=message.body,
            wraps=message.wraps,
            wrapped_for=message.wrapped_for,
            proof=message.proof,
        )
    return found


def _assemble(parts: _Verified, reader: Reader, today: date) -> Thread:
    arrivals, order = _arrivals(parts)
    log, birth = parts.log, parts.birth
    messages = open_messages(log, parts.served, me=reader.me, box_keys=reader.box_keys)
    return Thread(
        me=reader.me,
        line=parts.line,
        birth=birth,
        keys=parts.keys,
        claim=parts.claim,
        standing=standing(arrivals, ignored=log.void, birth=birth, today=today),
        log=log,
        messages=messages,
        alarms=(
            *_missing_report(log),
            *false_erasure(parts.claim),
            *log.alarms,
            *_unknown_documents(log, reader),
            *_oral_alarms(messages, parts.line.document),
            *log.left_out_alarms(left_out_of(messages)),
        ),
        notices=(
            *line_notices(parts.line),
            *order,
            *_claims(parts, reader),
            *check_claims(parts.claim, arrivals, birth=birth, today=today),
        ),
        entry=reader.entry,
    )


def _arrivals(parts: _Verified) -> tuple[Arrivals, tuple[Notice, ...]]:
    """Return the messages in the host's order, or in causal order where the host's cannot be."""
    known: set[ids.MessageId] = set()
    for message, served in parts.served.items():
        if any(m in parts.served and m not in known for m in served.verified.header.seen):
            causal = [parts.served[h.message_id] for h in parts.log.headers]
            notice = Notice(NoticeKind.HOST_ORDER, message=message)
            return [(s.verified, s.received_on) for s in causal], (notice,)
        known.add(message)
    return [(s.verified, s.received_on) for s in parts.served.values()], ()


def _missing_report(log: Log) -> tuple[Alarm, ...]:
    """The log itself sees a gap only below a number that is there."""
    own = any(h.header.author == REPORTER for h in log.headers)
    return () if own else (Alarm(Reason.GAP, REPORTER, 0),)


def _oral_alarms(messages: tuple[ThreadMessage, ...], document: LineDocument) -> tuple[Alarm, ...]:
    """A report that claims to be oral, or does not, without its handler's signature for it."""
    for message in messages:
        if message.payload is not None:
            try:
                verify_oral_note(message.header, message.payload, document)
            except RefusedError:
                return (Alarm(Reason.ORAL, REPORTER, message.header.n),)
    return ()


def _unknown_documents(log: Log, reader: Reader) -> tuple[Alarm, ...]:
    """A document that a handler never saw: somebody may have been shown another line."""
    if reader.history is None:
        return ()
    return tuple(
        Alarm(Reason.DOCUMENT_UNKNOWN, h.header.author, h.header.n)
        for h in log.headers
        if h.header.document not in reader.history
    )


def _claims(parts: _Verified, reader: Reader) -> tuple[Notice, ...]:
    found = []
    if parts.claim.document != ids.document_hash(parts.birth.to_json()):
        found.append(Notice(NoticeKind.HOST_DOCUMENT))
    if not _count_holds(parts.claim, parts.log, reader):
        found.append(Notice(NoticeKind.HOST_COUNT))
    return tuple(found)


def _erased_thread(parts: _Verified, reader: Reader) -> Thread:
    """Return what a withdrawal leaves: its header, which shows that it was not lost."""
    messages = tuple(
        ThreadMessage(s.verified, s.received_on, Access.ERASED, proof=s.proof)
        for s in parts.served.values()
    )
    return Thread(
        me=reader.me,
        line=parts.line,
        birth=parts.birth,
        keys=parts.keys,
        claim=parts.claim,
        standing=erased_standing(parts.claim, parts.served),
        log=parts.log,
        messages=messages,
        alarms=erased_alarms(parts.log),
        notices=(),
        entry=reader.entry,
        erased=True,
    )
