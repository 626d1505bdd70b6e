"""What a host holds of each report of a line, as its export tells the office.

Two hosts are compared by it before the old one erases, and an office learns which reports nobody
else reads. Kept are digests and public headers, one report at a time.
"""

import hashlib
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Final

from meldpunt.client.http.transport import Transport
from meldpunt.client.keys.line_keys import LineKeys
from meldpunt.client.transfer.export_pages import ExportPages
from meldpunt.client.transfer.record_check import RecordCheck
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.errors import Reason, RefusedError
from meldpunt.protocol.verify.log.graph import access
from meldpunt.protocol.verify.log.header import Tag, parse_header, verify_header
from meldpunt.wire.reports import ReporterPublicKeys
from meldpunt.wire.transfer import MovedMessage, MovedReport, Record

ReportProgress = Callable[[int, int | None], None]
"""Called with the number of reports looked at, and None: the number of all is unknown."""

_DIGEST: Final = 16
"""Bytes of a digest. Nobody can make two messages of one digest that both are signed."""


@dataclass(slots=True)
class HeldReport:
    """One report as a host holds it."""

    report: ids.ReportId
    keys: ReporterPublicKeys
    signed: dict[ids.MessageId, tuple[bytes, bytes]] = field(default_factory=dict)
    """Header and signature of each message."""
    facts: set[bytes] = field(default_factory=set)
    """A digest of each message with its body, of whether somebody can open it, and of each file."""
    is_gone: bool = False
    """The report is erased, and the rest of it shows that its reporter signed a withdrawal."""

    def readers(self, departed: frozenset[ids.HandlerId]) -> frozenset[ids.HandlerId]:
        """Return the readers of the next message, without the handlers who have left.

        Raises:
            RefusedError: A header breaks a rule.
        """
        headers = {message: parse_header(data) for message, (data, _) in self.signed.items()}
        found = access(headers, departed)
        return (found.chosen | found.pending) - departed

    def forget_headers(self) -> None:
        """Keep only what a comparison needs."""
        self.signed.clear()

    def is_withdrawn(self) -> bool:
        """Say whether the reporter signed a withdrawal. A host cannot make that signature."""
        try:
            signers = self._signers()
        except RefusedError:
            return False
        return any(
            self._withdraws(*found, key) for found in self.signed.values() for key in signers
        )

    def _signers(self) -> list[bytes]:
        """Return the reporter's signing keys: the first key, and its successor."""
        first = self.keys.signing_key
        if ids.report_id(signing_key=first, box_key=self.keys.box_key) != self.report:
            raise RefusedError(Reason.REPORT_KEYS)
        found = [first]
        for data, signature in self.signed.values():
            if parse_header(data).successor is not None:
                header = verify_header(data, signature, first).header
                found += [header.successor.signing_key] if header.successor else []
        return found

    def _withdraws(self, data: bytes, signature: bytes, key: bytes) -> bool:
        try:
            header = verify_header(data, signature, key).header
        except RefusedError:
            return False
        return header.tag is Tag.WITHDRAWAL and header.report_id == self.report


class _Reading:
    """A report of which some records have been read."""

    def __init__(self, moved: MovedReport) -> None:
        self._held = HeldReport(moved.first.report, moved.keys)
        self._files: defaultdict[ids.AttachmentId, hashlib._Hash] = defaultdict(hashlib.sha256)
        self._message(moved.first)

    def add(self, record: Record) -> None:
        if record.message is not None:
            self._message(record.message)
        elif record.wraps is not None:
            self._held.facts.add(_digest(b"sealed", record.wraps.message))
        elif record.part is not None:
            self._files[record.part.attachment].update(record.part.data)

    def _message(self, moved: MovedMessage) -> None:
        self._held.signed[ids.message_id(moved.header)] = (moved.header, moved.signature)
        self._held.facts.add(_digest(moved.header, moved.signature, moved.body or b""))

    def end(self, *, is_erased: bool) -> HeldReport:
        self._held.is_gone = is_erased and self._held.is_withdrawn()
        for file, found in self._files.items():
            self._held.facts.add(_digest(b"file", file, found.digest()))
        return self._held


def _digest(*parts: bytes) -> bytes:
    found = hashlib.sha256()
    for part in parts:
        found.update(len(part).to_bytes(8, "big") + part)
    return found.digest()[:_DIGEST]


class HeldReports:
    """Every report that a host holds of a line, one after the other.

    Args:
        transport: The way to the host.
        keys: The line's keys.

    Raises:
        AnswerError: As `RecordCheck.add`.
        ClientError: As `Transport.call`; NOT_FOUND if the key is not the line key in force.
    """

    def __init__(self, transport: Transport, keys: LineKeys) -> None:
        self._transport = transport
        self._keys = keys
        self.staying = 0
        """The number of reports that the host leaves out, known at the end.

        Their reporters asked another line to take them up."""

    async def __aiter__(self) -> AsyncIterator[HeldReport]:
        reading: _Reading | None = None
        async for record in self._records():
            if record.report is not None:
                reading = _Reading(record.report)
            elif reading is not None and record.end is not None:
                yield reading.end(is_erased=record.end.remains is not None)
                reading = None
            elif reading is not None:
                reading.add(record)

    async def _records(self) -> AsyncIterator[Record]:
        pages = ExportPages(self._transport, self._keys, RecordCheck(self._keys))
        async with aclosing(pages.fetch()) as fetched:
            async for page in fetched:
                for record in page.records:
                    yield record
                self.staying = page.staying or 0


async def count_read_by_alone(
    reports: HeldReports,
    leaving: frozenset[ids.HandlerId],
    departed: frozenset[ids.HandlerId],
    progress: ReportProgress,
) -> int:
    """Count the reports that only these handlers of the line read.

    Args:
        reports: The reports of the line.
        leaving: The handlers.
        departed: The handlers who have left before.
        progress: Called with the number of reports looked at.

    Raises:
        RefusedError: A header breaks a rule.
        ClientError: As `HeldReports`.
    """
    found = looked = 0
    async for held in reports:
        readers = held.readers(departed)
        found += not held.is_gone and bool(readers) and readers <= leaving
        progress(looked := looked + 1, None)
    return found
