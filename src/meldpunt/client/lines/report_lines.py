"""The lines of a report: the one it was made on, and those that its reporter asked to take it.

Each is verified from its id, which a signed header names. They are all on one host: a line that has
moved away is taken as this host still shows it, and nobody is followed anywhere.
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
from meldpunt.protocol.verify.line_document import Lines
from meldpunt.protocol.verify.log.header import parse_header
from meldpunt.wire.problems import ProblemType

MAX_OTHER_LINES: Final = 8
"""Lines that a reporter can ask, one after the other; the host counts them too."""
_HANDOVER: Final = b'"handover":'
"""Stands in the header of every consent: signed JSON has one form."""


@dataclass(frozen=True, slots=True, repr=False)
class ReportLines:
    """The verified lines whose handlers take part in a report."""

    own: VerifiedLine
    """The reader's: a handler's own; for a reporter the one that answers the report."""
    birth_line: VerifiedLine
    """The one that the report was made on."""
    others: tuple[VerifiedLine, ...] = ()
    """Those that were asked to take it, in the order of their ids."""

    @classmethod
    def one(cls, line: VerifiedLine) -> "ReportLines":
        """Return the lines of a report that nobody else was asked to take."""
        return cls(own=line, birth_line=line)

    @property
    def all(self) -> tuple[VerifiedLine, ...]:
        """Every line, the one that the report was made on first."""
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
        """Return where to wrap for a handler, or None while their key is missing.

        Nor is anything sealed to a line whose document is long out of date.
        """
        line = self.of(handler)
        if line is None or line.freshness is Freshness.PAST_GRACE:
            return None
        return line.recipient(handler)

    def read_by(self, line: VerifiedLine) -> "ReportLines":
        """Return the same lines for a reader of one of them."""
        return replace(self, own=line)

    def with_line(self, line: VerifiedLine) -> "ReportLines":
        """Return the lines with one more, or a newer version of one."""
        known = {found.document.line_id: found for found in self.others}
        if line.document.line_id != self.birth_line.document.line_id:
            known[line.document.line_id] = line
        return replace(self, others=tuple(known[found] for found in sorted(known)))


async def fetch_line_here(
    transport: Transport, line: ids.LineId, today: date, pin: Pin | None = None
) -> VerifiedLine:
    """Fetch a line as this host shows it and verify it, wherever it lives by now.

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

    One that was asked and is not there any more is left out: what its handlers wrote is refused,
    and nothing else.

    Args:
        transport: The way to the host.
        own: The reader's line, verified already.
        birth: The line that the report was made on.
        asked: The lines that its consents name; not verified yet.
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
    """Return the lines that consents name, in headers that nobody has verified yet.

    Raises:
        RefusedError: As `parse_header`.
    """
    found = (parse_header(data).handover for data in headers if _HANDOVER in data)
    return {handover.line_id for handover in found if handover is not None}


async def has_document(transport: Transport, line: VerifiedLine, document: ids.Hash) -> bool:
    """Say whether a document is one of a line's: fetched by its hash, and verified.

    Raises:
        ClientError: As `Transport.call`.
    """
    try:
        await fetch_document(transport, line, document)
    except RefusedError:
        return False
    except ProblemError as error:
        if error.kind is ProblemType.NOT_FOUND:
            return False
        raise
    return True
