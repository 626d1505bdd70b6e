"""Referral: a handler suggests another line, and the reporter alone decides (section 9.9).

The two lines exchange nothing. The reporter's device makes a new report from the summary. The other
line's handlers learn of the first line only because the reporter's message names it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from meldpunt.client.http.address import LineAddress
from meldpunt.client.http.errors import AddressError
from meldpunt.client.thread.message import ThreadMessage
from meldpunt.client.thread.thread import Thread
from meldpunt.protocol.line import VerifiedLine
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.encoding import encode_line_id
from meldpunt.protocol.verify.fields import REPORTER, Participant
from meldpunt.protocol.verify.log.header import Tag

_PROPOSAL: Final = {
    "nl": "Ik stel voor dat u zich ook tot een ander meldpunt wendt. De samenvatting is wat daar"
    " aankomt, als u dat wilt; u kunt haar wijzigen. Zonder u gaat er niets heen.",
    "en": "I suggest that you turn to another line as well. The summary is what would arrive there,"
    " if you want that; you can change it. Nothing goes there without you.",
}
_DONE: Final = {
    "nl": "Ik heb dit ook bij het andere meldpunt gemeld.",
    "en": "I have reported this to the other line as well.",
}


@dataclass(frozen=True, slots=True, repr=False)
class Referral:
    """A handler's suggestion. Its address is unverified until the line is fetched and verified."""

    address: LineAddress
    summary: str
    by: Participant
    message_id: ids.MessageId


def proposal_text(language: str) -> str:
    """Return the sentence that goes with a suggestion."""
    return _PROPOSAL.get(language, _PROPOSAL["en"])


def done_text(language: str) -> str:
    """Return the sentence by which a reporter says that they followed a suggestion."""
    return _DONE.get(language, _DONE["en"])


def proposal_content(address: LineAddress, summary: str) -> dict[str, Any]:
    """Return the content fields of a suggestion.

    Args:
        address: The other line's address, with a pin of the document that the handler saw.
        summary: What the other line would read: only what the reporter may want to say there.
    """
    return {"referral": {"line": str(address), "summary": summary}}


def origin_content(line: VerifiedLine) -> dict[str, Any]:
    """Return the content fields of a report that follows a suggestion: they name the first line."""
    name = line.document.names[0].text
    return {"referral": {"from": {"lineId": encode_line_id(line.document.line_id), "name": name}}}


def done_content(line: ids.LineId) -> dict[str, Any]:
    """Return the content fields of a message that says on which line the new report is made."""
    return {"referral": {"done": encode_line_id(line)}}


def referral_of(message: ThreadMessage) -> Referral | None:
    """Return the suggestion in a handler's message, or None if there is no usable one."""
    header, fields = message.header, _fields(message)
    if header.author == REPORTER or header.tag is not Tag.MESSAGE:
        return None
    line, summary = fields.get("line"), fields.get("summary")
    if not isinstance(line, str) or not isinstance(summary, str) or not summary.strip():
        return None
    try:
        address = LineAddress.parse(line)
    except AddressError:
        return None
    return Referral(address, summary, header.author, message.message_id)


def list_referrals(thread: Thread) -> tuple[Referral, ...]:
    """Return every suggestion in the valid messages of a report, the newest last."""

    def found() -> Iterator[Referral]:
        for message in thread.messages:
            referral = referral_of(message)
            if referral is not None and message.confirmed:
                yield referral

    return tuple(found())


def referred_from(message: ThreadMessage) -> tuple[str, str] | None:
    """Return id and name of the line from which the reporter says a report comes (unverified)."""
    header, origin = message.header, _fields(message).get("from")
    if header.author != REPORTER or header.tag is not Tag.REPORT or not isinstance(origin, dict):
        return None
    line, name = origin.get("lineId"), origin.get("name")
    if not isinstance(line, str) or not isinstance(name, str):
        return None
    return line, name


def _fields(message: ThreadMessage) -> dict[str, Any]:
    found = {} if message.payload is None else message.payload.content.get("referral")
    return found if isinstance(found, dict) else {}
