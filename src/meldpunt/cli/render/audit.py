"""Show an audit: JSON for programs, lines of text for people."""

from collections.abc import Iterator
from typing import Any, Final

from meldpunt.cli.terminal import words
from meldpunt.cli.terminal.plain_text import safe_line
from meldpunt.client import Audit, Check, Finding, Level, LineAddress, WrongField
from meldpunt.protocol.line import VerifiedLine
from meldpunt.protocol.verify.encoding import encode_base64url, encode_line_id

FINE: Final = {
    Check.LINE: "Keys, newest document and box keys hold, from the line's id up.",
    Check.KEYS: "The line has its first key.",
    Check.HISTORY: "Every document holds, back to number 1, and names the one before.",
    Check.DATES: "The document is good until {day}.",
    Check.PEOPLE: "Nobody disappeared from the list of handlers, or came back.",
    Check.TEXTS: "Every text is the one that the documents name.",
    Check.BOX_KEYS: "{handler} can be written to; the key of today lasts until {day}.",
    Check.ORIGINS: "The host is where the document says.",
    Check.RECEIPT_KEY: "The host's receipt key is the one in the document.",
    Check.BULLETINS: "The host signed the index of its bulletins; no day and no month is left out.",
    Check.BULLETIN_DAYS: "The bulletins reach up to {day}.",
    Check.BULLETIN_FILES: "Every bulletin is the one that the index names. Months and years hold"
    " exactly their days.",
    Check.BULLETIN_HISTORY: "The index of bulletins continues the one that you kept.",
    Check.PAGE_RELEASE: "The page's manifest is this release's, or one that the office signed.",
    Check.PAGE_SIGNED: "The office signed this build of the page, in document {document}.",
    Check.PAGE_FILE: "Every file of the page is the one of the manifest, with its policy.",
    Check.PAGE_LINE: "The page is for this line.",
}
NOTE: Final = {
    Check.KEYS: "The line's key was replaced; it has had {document} keys.",
    Check.DATES: "Document {document} expires, or the one before it was long expired: {day}.",
    Check.PEOPLE: "In document {document} the name or role of {handler} is another than before.",
    Check.BOX_KEYS: "{handler} has no key today, and cannot be written to.",
    Check.ORIGINS: "The host lists other origins than the document.",
    Check.BULLETINS: "The host publishes no bulletins: whoever looks for news names a report.",
    Check.BULLETIN_DAYS: "The last bulletin is that of {day}: nothing is known of later days.",
    Check.BULLETIN_HISTORY: "The index of bulletins that you kept is of a key that no document of"
    " this line names. Is it another line's file? To begin anew: --new-bulletin-index",
    Check.PAGE_SIGNED: "Document {document} does not list a build of the page: the office can sign"
    " which files it serves.",
    Check.PAGE_TRANSPORT: "The page's server does not send Strict-Transport-Security: somebody on"
    " the way could lead a browser to another page.",
    Check.PAGE_LINE: "Browsers may keep {file}: its server should send Cache-Control: no-store.",
    Check.BULLETIN_MOVE: "The index of bulletins that you kept is of an earlier host or key of the"
    " line. It is put aside, and a new one begins.",
}
ALARM: Final = {
    Check.LINE: "What the host serves is not this line, or older than what was known.",
    Check.HISTORY: "Document {document} is missing, or does not fit.",
    Check.DATES: "Document {document} is out of date ({day}), or dated before the one it follows:"
    " the office is late, or the host withholds a newer one.",
    Check.PEOPLE: "In document {document} {handler} is gone, changed, or back after leaving.",
    Check.TEXTS: "A text of document {document} is missing, or another.",
    Check.BOX_KEYS: "{handler} has no key today, and neither has anybody else.",
    Check.ORIGINS: "The document does not name this host's address.",
    Check.RECEIPT_KEY: "The host's receipt key is another than the document's: its proofs of"
    " receipt do not hold.",
    Check.BULLETINS: "The index of bulletins is gone, or does not hold.",
    Check.BULLETIN_FILES: "The bulletin {file} is missing, or not the one that the index names.",
    Check.BULLETIN_HISTORY: "The host signed two indexes of bulletins that contradict each other,"
    " from {file} on. Both are evidence: keep them.",
    Check.PAGE_RELEASE: "{file} is neither this release's nor one that the office signed. The files"
    " are compared with this release.",
    Check.PAGE_SIGNED: "The office did not sign the build of the page that is served (document"
    " {document}).",
    Check.PAGE_FILE: "{file} is missing, or not the file of the release: the page may send what"
    " people type to somebody else.",
    Check.PAGE_POLICY: "{file} comes with another Content-Security-Policy, or with none: other"
    " scripts and other hosts may be allowed.",
    Check.PAGE_HEADER: "{file} does not come with the header fields of a page: {fields}.",
    Check.PAGE_LINE: "{file} does not name this line: what people write goes to somebody else.",
}
_WORDS: Final = {Level.FINE: FINE, Level.NOTE: NOTE, Level.ALARM: ALARM}
_MARKS: Final = {Level.FINE: "ok", Level.NOTE: "Note", Level.ALARM: "ALARM"}


def audit_json(audit: Audit, address: LineAddress) -> dict[str, Any]:
    """Return an audit for programs."""
    found: dict[str, Any] = {
        "lineId": encode_line_id(address.line_id),
        "alarms": len(audit.alarms),
        "findings": [_finding_json(finding) for finding in audit.findings],
    }
    if audit.line is not None:
        found["document"] = audit.line.document.number
        found["hash"] = encode_base64url(audit.line.document_hash)
        found["keys"] = [encode_base64url(key) for key in audit.line.keys]
    return found


def _finding_json(finding: Finding) -> dict[str, Any]:
    found: dict[str, Any] = {"level": finding.level.value, "check": finding.check.value}
    if finding.document is not None:
        found["document"] = finding.document
    if finding.handler is not None:
        found["handler"] = encode_base64url(finding.handler)
    if finding.day is not None:
        found["day"] = finding.day.isoformat()
    if finding.file is not None:
        found["file"] = finding.file
    if finding.fields:
        found["fields"] = [{"name": f.name, "expected": f.expected} for f in finding.fields]
    if finding.reason is not None:
        found["reason"] = finding.reason.value
    return found


def page_json(findings: list[Finding]) -> dict[str, Any]:
    """Return the audit of a page for programs."""
    return {
        "alarms": len(_alarms(findings)),
        "findings": [_finding_json(each) for each in findings],
    }


def page_lines(findings: list[Finding]) -> Iterator[str]:
    """Show the audit of a page."""
    for finding in findings:
        yield f"{_MARKS[finding.level] + ':':<6} {_told(finding, None)}"
    count = len(_alarms(findings))
    yield f"Alarms: {count}." if count else "Nothing is wrong."


def _alarms(findings: list[Finding]) -> list[Finding]:
    return [finding for finding in findings if finding.level is Level.ALARM]


def audit_lines(audit: Audit, address: LineAddress) -> Iterator[str]:
    """Show an audit."""
    yield f"Line {encode_line_id(address.line_id)}"
    if audit.line is not None:
        for name in audit.line.document.names:
            yield f"{safe_line(name.text)} [{name.language}]"
        newest = LineAddress(address.origin, address.line_id, audit.line.pin)
        yield f"Document {audit.line.document.number}; to compare and to keep: {newest}"
    for finding in audit.findings:
        yield f"{_MARKS[finding.level] + ':':<6} {_told(finding, audit.line)}"
    count = len(audit.alarms)
    yield f"Alarms: {count}." if count else "Nothing is wrong."


def _told(finding: Finding, line: VerifiedLine | None) -> str:
    handler = "somebody" if line is None else words.name_of(finding.handler, line)
    text = _WORDS[finding.level][finding.check].format(
        document=finding.document,
        handler=handler,
        day=finding.day,
        file=finding.file,
        fields="; ".join(map(_field, finding.fields)),
    )
    return text if finding.reason is None else f"{text} [{finding.reason.value}]"


def _field(field: WrongField) -> str:
    if field.expected is None:
        return f"it must not send {field.name}"
    return f"it must send {field.name}: {field.expected}"
