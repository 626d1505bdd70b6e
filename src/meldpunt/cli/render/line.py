"""Show a line: JSON for programs, lines of text for people."""

from collections.abc import Iterator
from typing import Any

from meldpunt.cli.speech.line_speech import line_speech, term_text
from meldpunt.cli.terminal import words
from meldpunt.cli.terminal.plain_text import safe_line
from meldpunt.protocol.line import VerifiedLine
from meldpunt.protocol.verify.clock import Clock
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


def clock_line(clock: Clock, sentence: str) -> str:
    """Say what a clock promises, in a sentence of `LineSpeech`."""
    told = line_speech()
    return sentence.format(
        name=safe_line(clock.name),
        answer=told.answers[clock.met_by],
        term=term_text(clock.term),
        moment=told.moments[clock.starts_at],
    )


def line_lines(line: VerifiedLine, address: str) -> Iterator[str]:
    """Show a line."""
    document, told = line.document, line_speech()
    for name in document.names:
        yield f"{safe_line(name.text)} [{name.language}]"
    yield told.address.format(address=address)
    yield told.document.format(
        number=document.number, signed_on=document.signed_on, expires_on=document.expires_on
    )
    yield told.read_by.format(count=document.reader_count)
    for handler in document.handlers:
        has_key = "" if handler.id in line.box_keys else told.no_key
        yield told.handler.format(
            id=encode_base64url(handler.id),
            who=words.name_of(handler.id, line),
            day=handler.from_,
            rest=told.left.format(day=handler.until) if handler.until else has_key,
        )
    yield from (clock_line(clock, told.clock) for clock in document.clocks)
    yield told.erased.format(
        retention=term_text(document.retention), maximum=term_text(document.maximum_term)
    )
    yield from words.contact_lines(line)
