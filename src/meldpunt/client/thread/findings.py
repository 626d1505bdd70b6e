"""What does not fit together in a report, beside what its log says of itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from meldpunt.client.http.transport import Transport
from meldpunt.client.lines.line import LineHistory
from meldpunt.client.lines.report_lines import ReportLines, has_document
from meldpunt.client.thread.notices import Notice, NoticeKind
from meldpunt.client.thread.status import Arrivals, ClockTerms
from meldpunt.client.thread.thread import BoxKeys, ThreadMessage, VerifiedMessage
from meldpunt.protocol.erasure import LastKnown
from meldpunt.protocol.log import Alarm, Log, ReportKeys
from meldpunt.protocol.oral import verify_oral_note
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.errors import Reason, RefusedError
from meldpunt.protocol.verify.fields import REPORTER, Participant
from meldpunt.protocol.verify.line_document import LineDocument
from meldpunt.wire.reports import ReportStatus

_MAX_DOCUMENTS: Final = 100
"""Documents of other lines that are asked for at most; the rest is told as not known."""


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
    known: LastKnown | None = None
    """What a handler remembers of the reporter's side of this report."""


@dataclass(frozen=True, slots=True, repr=False)
class VerifiedReport:
    """Everything a thread is made of."""

    claim: ReportStatus
    keys: ReportKeys
    log: Log
    served: Mapping[ids.MessageId, VerifiedMessage]
    lines: ReportLines
    birth: LineDocument
    terms: ClockTerms


def count_holds(claim: ReportStatus, log: Log, me: Participant) -> bool:
    """A handler's count is over what that handler may read, so that it tells nothing else."""
    mine = (h for h in log.headers if isinstance(me, str) or log.may_read(me, h.message_id))
    return claim.message_count == sum(1 for _ in mine)


def arrivals(parts: VerifiedReport) -> tuple[Arrivals, tuple[Notice, ...]]:
    """Return the messages in the host's order, or in causal order where the host's cannot be."""
    known: set[ids.MessageId] = set()
    for message, served in parts.served.items():
        if any(m in parts.served and m not in known for m in served.verified.header.seen):
            causal = [parts.served[h.message_id] for h in parts.log.headers]
            notice = Notice(NoticeKind.HOST_ORDER, message=message)
            return [(s.verified, s.received_on) for s in causal], (notice,)
        known.add(message)
    return [(s.verified, s.received_on) for s in parts.served.values()], ()


def missing_report(log: Log) -> tuple[Alarm, ...]:
    """The log itself sees a gap only below a number that is there."""
    own = any(h.header.author == REPORTER for h in log.headers)
    return () if own else (Alarm(Reason.GAP, REPORTER, 0),)


def oral_alarms(messages: tuple[ThreadMessage, ...], document: LineDocument) -> tuple[Alarm, ...]:
    """A report that claims to be oral, or does not, without its handler's signature for it."""
    for message in messages:
        if message.payload is not None:
            try:
                verify_oral_note(message.header, message.payload, document)
            except RefusedError:
                return (Alarm(Reason.ORAL, REPORTER, message.header.n),)
    return ()


async def unknown_documents(
    transport: Transport, parts: VerifiedReport, reader: Reader
) -> tuple[Alarm, ...]:
    """Alarm about documents that a handler never saw: somebody may have been shown another line.

    Those of other lines are fetched and verified: their handlers watch that there is one history.
    """
    if reader.history is None:
        return ()
    headers = [h.header for h in parts.log.headers]
    foreign = {h.document for h in headers if h.document not in reader.history}
    others = [line for line in parts.lines.all if line is not parts.lines.own]
    for document in sorted(foreign) if len(foreign) <= _MAX_DOCUMENTS else ():
        for line in others:
            if await has_document(transport, line, document):
                foreign.discard(document)
                break
    unknown = (h for h in headers if h.document in foreign)
    return tuple(Alarm(Reason.DOCUMENT_UNKNOWN, h.author, h.n) for h in unknown)


def host_claims(parts: VerifiedReport, reader: Reader) -> tuple[Notice, ...]:
    """Return what the host says of a report that its messages do not."""
    found = []
    ended = parts.terms.part.ending is not None
    applying = parts.birth if ended else parts.terms.document
    answering = None if ended else parts.log.handovers.line
    elsewhere = None if answering == parts.lines.birth.document.line_id else answering
    is_named = parts.claim.document == ids.document_hash(applying.to_json())
    if not is_named or parts.claim.answered_by != elsewhere:
        found.append(Notice(NoticeKind.HOST_DOCUMENT))
    if not count_holds(parts.claim, parts.log, reader.me):
        found.append(Notice(NoticeKind.HOST_COUNT))
    return tuple(found)
