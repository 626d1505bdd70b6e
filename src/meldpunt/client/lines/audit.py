"""The audit of a line from outside: fetch and check everything public about it.

Anybody can do it: a supervisor, a works council, a reporter with doubts. A host could show two
people two different lines. Only a comparison of their results can reveal that, so the audit prints
what to compare.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from typing import Final, TypeVar

from meldpunt.client.http.address import LineAddress, parse_origin
from meldpunt.client.http.api import LineApi
from meldpunt.client.http.errors import AddressError, ProblemError
from meldpunt.client.http.transport import Transport
from meldpunt.client.lines.bulletin_audit import audit_bulletins
from meldpunt.client.lines.findings import Check, Finding, Level
from meldpunt.client.lines.line import fetch_document, fetch_text
from meldpunt.client.lines.reminders import ReminderKind, line_reminders
from meldpunt.protocol.line import VerifiedLine, verify_line
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.errors import Reason, RefusedError
from meldpunt.protocol.verify.line_document import GRACE, LineDocument, is_kept
from meldpunt.wire.bulletins import ServedBulletins
from meldpunt.wire.problems import ProblemType

_MAX_DOCUMENTS: Final = 1000

_Found = TypeVar("_Found")


@dataclass(slots=True)
class Audit:
    """What an audit found."""

    line: VerifiedLine | None = None
    documents: list[LineDocument] = field(default_factory=list)
    """The valid documents, from the newest back to the first one that fails a check."""
    findings: list[Finding] = field(default_factory=list)
    bulletins: ServedBulletins | None = None
    """The signed index of bulletins, to keep for the next audit; None if it fails a check."""

    @property
    def alarms(self) -> tuple[Finding, ...]:
        """The findings that do not happen with an honest office and host."""
        return tuple(found for found in self.findings if found.level is Level.ALARM)


async def audit_line(
    transport: Transport,
    address: LineAddress,
    today: date,
    *,
    kept_bulletins: ServedBulletins | None = None,
) -> Audit:
    """Check a whole line from outside.

    If the host does not show something, or shows something that fails a check, that is a finding.

    Args:
        transport: The way to the host.
        address: The line, and the pin if somebody has one.
        today: The device's day.
        kept_bulletins: The index of bulletins of an earlier audit; the host may only add to it.

    Raises:
        ClientError: As `Transport.call`, if the host does not answer at all.
    """
    audit = Audit()
    audit.line = await _line(transport, address, today, audit.findings)
    if audit.line is None:
        return audit
    audit.documents = [found async for found in _history(transport, audit.line, audit.findings)]
    audit.findings += _dates(audit.line, audit.documents, today)
    audit.findings += _people(audit.documents)
    audit.findings += await _texts(transport, audit.line, audit.documents)
    audit.findings += _box_keys(audit.line, today)
    audit.findings += await _host(transport, address, audit.line.document)
    receipt_key = audit.line.document.receipt_key
    earlier = {document.receipt_key for document in audit.documents} - {receipt_key}
    found = await audit_bulletins(
        transport, receipt_key, today, kept=kept_bulletins, earlier_keys=earlier
    )
    audit.findings += found.findings
    audit.bulletins = found.index
    return audit


async def _line(
    transport: Transport, address: LineAddress, today: date, findings: list[Finding]
) -> VerifiedLine | None:
    served = await LineApi(transport).line(address.line_id)
    try:
        line = verify_line(served, address.line_id, today=today, pin=address.pin)
    except RefusedError as error:
        findings.append(Finding(Level.ALARM, Check.LINE, reason=error.reason))
        return None
    findings.append(Finding(Level.FINE, Check.LINE, document=line.document.number))
    rotated = Level.NOTE if len(line.keys) > 1 else Level.FINE
    findings.append(Finding(rotated, Check.KEYS, document=len(line.keys)))
    return line


async def _history(
    transport: Transport, line: VerifiedLine, findings: list[Finding]
) -> AsyncIterator[LineDocument]:
    """Fetch the documents back to number 1. Stop at the first one that fails a check."""
    document = line.document
    yield document
    for _ in range(_MAX_DOCUMENTS):
        if document.previous is None:
            findings.append(Finding(Level.FINE, Check.HISTORY, document=line.document.number))
            return
        number, key_number = document.number - 1, document.key_number
        reason, found = await _try(fetch_document, transport, line, document.previous)
        if found is None:
            findings.append(Finding(Level.ALARM, Check.HISTORY, document=number, reason=reason))
            return
        if found.number != number:
            reason = Reason.DOCUMENT_PREVIOUS
        elif found.key_number > key_number:
            reason = Reason.KEY_NUMBER
        if reason is not None:
            findings.append(Finding(Level.ALARM, Check.HISTORY, document=number, reason=reason))
            return
        document = found
        yield document


async def _try(
    fetch: Callable[[Transport, VerifiedLine, ids.Hash], Awaitable[_Found]],
    transport: Transport,
    line: VerifiedLine,
    name: ids.Hash,
) -> tuple[Reason | None, _Found | None]:
    """Return the object that a hash names, or the reason why it fails or is missing."""
    try:
        return None, await fetch(transport, line, name)
    except RefusedError as error:
        return error.reason, None
    except ProblemError as error:
        if error.kind is not ProblemType.NOT_FOUND:
            raise
        return None, None


def _dates(line: VerifiedLine, documents: list[LineDocument], today: date) -> list[Finding]:
    found = []
    for newer, older in pairwise(documents):
        if newer.signed_on < older.signed_on:
            found.append(Finding(Level.ALARM, Check.DATES, newer.number, day=newer.signed_on))
        elif newer.signed_on > older.expires_on + GRACE:
            found.append(Finding(Level.NOTE, Check.DATES, newer.number, day=older.expires_on))
    for reminder in line_reminders(line, today):
        ending = reminder.kind is ReminderKind.DOCUMENT_ENDING
        level = Level.NOTE if ending else Level.ALARM
        found.append(Finding(level, Check.DATES, line.document.number, day=reminder.day))
    fine = Finding(Level.FINE, Check.DATES, line.document.number, day=line.document.expires_on)
    return found or [fine]


def _people(documents: list[LineDocument]) -> list[Finding]:
    found = []
    for newer, older in pairwise(documents):
        for handler in older.handlers:
            now = newer.handler(handler.id)
            if not is_kept(handler, newer):
                found.append(Finding(Level.ALARM, Check.PEOPLE, newer.number, handler.id))
            elif now is not None and (now.name, now.role) != (handler.name, handler.role):
                found.append(Finding(Level.NOTE, Check.PEOPLE, newer.number, handler.id))
    return found or [Finding(Level.FINE, Check.PEOPLE)]


async def _texts(
    transport: Transport, line: VerifiedLine, documents: list[LineDocument]
) -> list[Finding]:
    found = []
    known: set[ids.Hash] = set()
    for document in documents:
        for name in sorted(document.text_hashes() - known):
            known.add(name)
            reason, text = await _try(fetch_text, transport, line, name)
            if text is None:
                missing = Finding(Level.ALARM, Check.TEXTS, document.number, reason=reason)
                found.append(missing)
    return found or [Finding(Level.FINE, Check.TEXTS)]


def _box_keys(line: VerifiedLine, today: date) -> list[Finding]:
    found = []
    # One handler without a key may be new. If nobody has a key, that is an alarm.
    lacking = Level.NOTE if line.box_keys else Level.ALARM
    for handler in line.document.active_handlers(today):
        statement = line.box_keys.get(handler.id)
        if statement is None:
            found.append(Finding(lacking, Check.BOX_KEYS, handler=handler.id))
        else:
            fine = Finding(Level.FINE, Check.BOX_KEYS, handler=handler.id, day=statement.not_after)
            found.append(fine)
    return found


async def _host(
    transport: Transport, address: LineAddress, document: LineDocument
) -> list[Finding]:
    host = await LineApi(transport).host()
    key = Level.FINE if host.receipt_key == document.receipt_key else Level.ALARM
    named = {_origin(origin) for origin in document.origins}
    served = {_origin(origin) for origin in host.origins}
    if _origin(address.origin) not in named:
        origins = Level.ALARM
    else:
        origins = Level.FINE if named == served else Level.NOTE
    return [Finding(key, Check.RECEIPT_KEY), Finding(origins, Check.ORIGINS)]


def _origin(text: str) -> str:
    try:
        return parse_origin(text)
    except AddressError:
        return text
