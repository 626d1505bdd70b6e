"""Verify each header under its author's key, also across a succession (section 9.2).

A succession is the last valid message of the key that it replaces. An earlier message of that key
is valid only if it is an ancestor of the succession. So whoever still knows the old code can add
nothing.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.ed25519 import check_public_key
from meldpunt.protocol.verify.errors import Reason, RefusedError
from meldpunt.protocol.verify.fields import REPORTER, Participant
from meldpunt.protocol.verify.line_document import Directory
from meldpunt.protocol.verify.log import causality
from meldpunt.protocol.verify.log.header import (
    Header,
    Tag,
    VerifiedHeader,
    parse_header,
    verify_header,
)

Served = tuple[bytes, bytes]
"""Header bytes and signature."""
_OTHER_KEY: Final = frozenset({Reason.SIGNATURE, Reason.SUCCESSION})
"""Reasons that a message signed by another of the reporter's keys gives."""


@dataclass(frozen=True, slots=True)
class ReportKeys:
    """A reporter's public keys: either they hash to the report id, or they succeed such keys."""

    report: ids.ReportId
    signing_key: bytes
    box_key: bytes


def verify_report_keys(
    *, signing_key: bytes, box_key: bytes, report: ids.ReportId | None = None
) -> ReportKeys:
    """Check a reporter's keys, and that they are those of a report already known.

    Raises:
        RefusedError: PUBLIC_KEY; REPORT_KEYS when they do not hash to `report`.
    """
    check_public_key(signing_key)
    found = ids.report_id(signing_key=signing_key, box_key=box_key)
    if report is not None and found != report:
        raise RefusedError(Reason.REPORT_KEYS)
    return ReportKeys(found, signing_key, box_key)


@dataclass(frozen=True, slots=True)
class Members:
    """The messages of a report."""

    verified: Mapping[ids.MessageId, VerifiedHeader]
    replaced: tuple[Header, ...]
    """Left out: later messages of the replaced key, and every further succession."""
    keys: ReportKeys
    """The reporter's keys in force."""


def verify_members(served: Iterable[Served], *, keys: ReportKeys, document: Directory) -> Members:
    """Verify every header of a report.

    Args:
        served: In any order.
        keys: The keys that hash to the report id.
        document: The newest documents of its lines. They list departed handlers too.

    Raises:
        RefusedError: As `verify_member`, of the first header that no key of its author signed.
    """
    members = list(served)
    headers = {ids.message_id(data): parse_header(data) for data, _ in members}
    succession = _succession(members, headers, keys=keys, document=document)
    if succession is None:
        found = (verify_member(d, s, keys=keys, document=document) for d, s in members)
        return Members({h.message_id: h for h in found}, (), keys)
    current = _successors(keys, succession.header)
    before = causality.ancestors(succession.header.seen, headers)
    verified = {succession.message_id: succession}
    replaced: dict[ids.MessageId, Header] = {}
    for data, signature in members:
        message = ids.message_id(data)
        header = headers[message]
        if message == succession.message_id:
            continue
        later = header.author == REPORTER and message not in before
        signers = (current, keys) if later else (keys,)
        member, signer = _verify_under(data, signature, signers, document)
        if header.tag is Tag.SUCCESSION or signer is not signers[0]:
            replaced[message] = header
        else:
            verified[message] = member
    return Members(verified, tuple(replaced.values()), current)


def verify_member(
    data: bytes, signature: bytes, *, keys: ReportKeys, document: Directory
) -> VerifiedHeader:
    """Verify that a header belongs to this report and was signed by the author it names.

    Raises:
        RefusedError: A header reason, OTHER_LINE, OTHER_REPORT, AUTHOR_UNKNOWN; SIGNATURE, or for a
            succession PUBLIC_KEY and SUCCESSION.
    """
    header = parse_header(data)
    if header.line_id != document.line_id:
        raise RefusedError(Reason.OTHER_LINE)
    if header.report_id != keys.report:
        raise RefusedError(Reason.OTHER_REPORT)
    return verify_header(data, signature, _author_key(header.author, keys, document))


def _author_key(author: Participant, keys: ReportKeys, document: Directory) -> bytes:
    if isinstance(author, str):
        return keys.signing_key
    handler = document.handler(author)
    if handler is None:
        raise RefusedError(Reason.AUTHOR_UNKNOWN)
    return handler.signing_key


def _verify_under(
    data: bytes, signature: bytes, signers: tuple[ReportKeys, ...], document: Directory
) -> tuple[VerifiedHeader, ReportKeys]:
    """Verify a header under the first keys that fit. A refusal is that of the last ones."""
    *firsts, last = signers
    for keys in firsts:
        try:
            return verify_member(data, signature, keys=keys, document=document), keys
        except RefusedError as error:
            if error.reason not in _OTHER_KEY:
                raise
    return verify_member(data, signature, keys=last, document=document), last


def _succession(
    members: Iterable[Served],
    headers: causality.Headers,
    *,
    keys: ReportKeys,
    document: Directory,
) -> VerifiedHeader | None:
    """Return the valid succession: the first one signed by the report's first key.

    Nobody can tell which of two concurrent ones is the reporter's. One is shown, and clients seal
    nothing.
    """
    found: dict[ids.MessageId, VerifiedHeader] = {}
    for data, signature in members:
        message = ids.message_id(data)
        if headers[message].tag is not Tag.SUCCESSION:
            continue
        try:
            found[message] = verify_member(data, signature, keys=keys, document=document)
        except RefusedError as error:
            if error.reason is not Reason.SUCCESSION:
                raise
    first = (
        verified
        for verified in found.values()
        if found.keys().isdisjoint(causality.ancestors(verified.header.seen, headers))
    )
    return min(first, key=lambda verified: (verified.header.n, verified.message_id), default=None)


def _successors(keys: ReportKeys, header: Header) -> ReportKeys:
    if header.successor is None:
        raise RefusedError(Reason.SUCCESSION)
    return ReportKeys(keys.report, header.successor.signing_key, header.successor.box_key)
