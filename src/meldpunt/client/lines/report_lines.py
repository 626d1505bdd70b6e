"""The lines of a report: the line it was made on, and those that its reporter asked to take it up.

The client verifies each line from its id, which a signed header names. They are all on one host. If
a line has moved away, the client uses it as this host still shows it, and follows it nowhere.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from meldpunt.client.http.api import LineApi
from meldpunt.client.http.errors import ProblemError
from meldpunt.client.http.transport import Transport
from meldpunt.client.lines.line import fetch_document
from meldpunt.protocol.line import Freshness, Pin, VerifiedLine, verify_line
from meldpunt.protocol.message import Recipient
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.errors import Reason, RefusedError
from meldpunt.protocol.verify.fields import Participant
from meldpunt.protocol.verify.line_document import LineDocument, Lines
from meldpunt.protocol.verify.log.header import parse_header
from meldpunt.wire.problems import ProblemType

MAX_OTHER_LINES: Final = 8
"""The most lines that a reporter can ask, one after the other. The host counts them too."""
_HANDOVER: Final = b'"handover":'
"""These bytes are in the header of every consent: signed JSON has only one form."""


@dataclass(frozen=True, slots=True, repr=False)
class ReportLines:
    """The verified lines whose handlers take part in a report."""

    own: VerifiedLine
    """The reader's line: a handler's own, or, for a reporter, the line that answers the report."""
    birth_line: VerifiedLine
    """The line that the report was made on."""
    others: tuple[VerifiedLine, ...] = ()
    """The lines that were asked to take the report up, in the order of their ids."""

    @classmethod
    def one(cls, line: VerifiedLine) -> "ReportLines":
        """Return the lines of a report that no other line was asked to take up."""
        return cls(own=line, birth_line=line)

    @property
    def all(self) -> tuple[VerifiedLine, ...]:
        """Every line. The line that the report was made on comes first."""
        return (self.birth_line, *self.others)

    @property
    def documents(self) -> Lines:
        """The newest document of every line."""
        return Lines(self.birth_line.document, tuple(line.document for line in self.others))

    def find(self, line: ids.LineId | None) -> VerifiedLine | None:
        """Return the line of that id, or None."""
        return next((found for found in self.all if found.document.line_id == line), None)

    def of(self, handler: Participant) -> VerifiedLine | None:
        """Return the line that lists a handler, departed ones included, or None."""
        return next(
            (line for line in self.all if any(h.id == handler for h in line.document.handlers)),
            None,
        )

    def recipient(self, handler: ids.HandlerId) -> Recipient | None:
        """Return the box key to wrap to for a handler, or None if they have no key.

        It is also None if the document of their line is past its grace.
        """
        line = self.of(handler)
        if line is None or line.freshness is Freshness.PAST_GRACE:
            return None
        return line.recipient(handler)

    def read_by(self, line: VerifiedLine) -> "ReportLines":
        """Return the same lines for a reader of one of them."""
        return replace(self, own=line)

    def without_line(self, line: VerifiedLine) -> "ReportLines":
        """Return the lines without one that nothing signed leads to."""
        return replace(self, others=tuple(found for found in self.others if found is not line))

    def with_line(self, line: VerifiedLine) -> "ReportLines":
        """Return the lines with one more line, or a newer version of one."""
        known = {found.document.line_id: found for found in self.others}
        if line.document.line_id != self.birth_line.document.line_id:
            known[line.document.line_id] = line
        return replace(self, others=tuple(known[found] for found in sorted(known)))


async def fetch_line_here(
    transport: Transport, line: ids.LineId, today: date, pin: Pin | None = None
) -> VerifiedLine:
    """Fetch a line as this host shows it and verify it, even if it has moved to another host.

    Raises:
        RefusedError: As `verify_line`.
        ClientError: As `Transport.call`; NOT_FOUND for a line that was never here.
    """
    return verify_line(await LineApi(transport).line(line), line, today=today, pin=pin)


async def fetch_report_lines(
    transport: Transport,
    own: VerifiedLine,
    birth: ids.LineId,
    asked: Iterable[ids.LineId],
    today: date,
) -> ReportLines:
    """Fetch the other lines of a report, from the host that the report is on.

    Leave out a line that was asked and is not on the host any more. Then only the messages of its
    handlers are refused.

    Args:
        transport: The way to the host.
        own: The reader's line, verified already.
        birth: The line that the report was made on.
        asked: The lines that the report's consents name, not verified yet.
        today: The device's day.

    Raises:
        RefusedError: HANDOVER for more lines than a report can have; as `verify_line`.
        ClientError: As `Transport.call`.
    """
    others = sorted(set(asked) - {birth})
    if len(others) > MAX_OTHER_LINES:
        raise RefusedError(Reason.HANDOVER)
    known = {own.document.line_id: own}
    if birth not in known:
        known[birth] = await fetch_line_here(transport, birth, today)
    for line in others:
        if line not in known:
            found = await _find_line(transport, line, today)
            known |= {} if found is None else {line: found}
    return ReportLines(own, known[birth], tuple(known[line] for line in others if line in known))


async def _find_line(transport: Transport, line: ids.LineId, today: date) -> VerifiedLine | None:
    try:
        return await fetch_line_here(transport, line, today)
    except ProblemError as error:
        if error.kind is ProblemType.NOT_FOUND:
            return None
        raise


def asked_lines(headers: Iterable[bytes]) -> set[ids.LineId]:
    """Return the lines that consents name, from headers that are not verified yet.

    Raises:
        RefusedError: As `parse_header`.
    """
    found = (parse_header(data).handover for data in headers if _HANDOVER in data)
    return {handover.line_id for handover in found if handover is not None}


async def find_document(
    transport: Transport, line: VerifiedLine, document: ids.Hash
) -> LineDocument | None:
    """Fetch a document of a line by its hash and verify it; None if the line has no such document.

    Raises:
        ClientError: As `Transport.call`.
    """
    try:
        return await fetch_document(transport, line, document)
    except RefusedError:
        return None
    except ProblemError as error:
        if error.kind is ProblemType.NOT_FOUND:
            return None
        raise
