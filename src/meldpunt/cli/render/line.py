"""Show a line: JSON for programs, lines of text for people."""

from collections.abc import Iterator
from typing import Any

from meldpunt.cli.terminal import words
from meldpunt.cli.terminal.plain_text import safe_line
from meldpunt.protocol.line import VerifiedLine
from meldpunt.protocol.verify.encoding import encode_base64url, encode_line_id


def line_json(line: VerifiedLine, address: str) -> dict[str, Any]:
    """Return a line for programs."""
    document = line.document
    return {
        "address": address,
        "lineId": encode_line_id(document.line_id),
        "freshness": line.freshness.value,
        "document": document.model_dump(mode="json", by_alias=True, exclude_none=True),
        "withKey": [encode_base64url(handler) for handler in sorted(line.box_keys)],
    }


def line_lines(line: VerifiedLine, address: str) -> Iterator[str]:
    """Show a line."""
    document = line.document
    for name in document.names:
        yield f"{safe_line(name.text)} [{name.language}]"
    yield f"Address: {address}"
    yield f"Document {document.number} of {document.signed_on}, until {document.expires_on}"
    yield f"A report is read by {document.reader_count} of:"
    for handler in document.handlers:
        has_key = "" if handler.id in line.box_keys else ", no key at the moment"
        left = f", left {handler.until}" if handler.until else has_key
        who = words.name_of(handler.id, line)
        yield f"  {encode_base64url(handler.id)}  {who}, from {handler.from_}{left}"
    for clock in document.clocks:
        called = safe_line(clock.name)
        yield f"Clock {called}: {clock.met_by} within {clock.term} of {clock.starts_at}"
    yield f"Erased {document.retention} after closing, {document.maximum_term} at the latest"
    yield from words.contact_lines(line)
