"""Proofs of report: files that show later what somebody reported, and when.

With a proof of report, anybody who knows the line id can check a report without the host. The file
holds the line's keys and documents, and the reporter's public keys. For each message it holds the
signed header and the host's proof of receipt. It also holds each content key that the reporter has.
The file holds neither the receipt code nor any private key, so it opens nothing else. For its form
and the checks, see openapi/files.md section 1.

The maker of the file may lie. So everything in it must follow from the id of the line on which the
report was made. Only that line's documents say which receipt keys the host has.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Annotated, ClassVar, Final, Literal

from pydantic import Field

from meldpunt.protocol.body import open_body
from meldpunt.protocol.line import Pin
from meldpunt.protocol.log import Log, verify_log, verify_report_keys
from meldpunt.protocol.payload import Payload, check_attachments, parse_payload
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.errors import Reason, RefusedError
from meldpunt.protocol.verify.fields import (
    BoxPublicKey,
    Bytes,
    Day,
    Key32,
    Model,
    SignatureField,
    SignedModel,
    Version,
)
from meldpunt.protocol.verify.key_chain import Rotation, verify_key_chain
from meldpunt.protocol.verify.line_document import LineDocument, Lines, verify_line_document
from meldpunt.protocol.verify.log.header import VerifiedHeader, parse_header
from meldpunt.protocol.verify.proof import is_proven

MAX_PROOF_SIZE: Final = 64 << 20
"""Size of the largest file, in bytes."""


class ProvenDocument(Model):
    """A line document that messages in the file name."""

    document: Bytes
    signature: SignatureField


class ProvenMessage(Model):
    """A message, as far as the reporter can show it."""

    header: Bytes
    signature: SignatureField
    received_on: Day | None = None
    proof: SignatureField | None = None
    """The host's proof of receipt for that day. The file has both fields or neither."""
    body: Bytes | None = None
    content_key: Key32 | None = None
    """Opens this body and nothing else."""

    @property
    def message_id(self) -> ids.MessageId:
        """The message's 32-byte name."""
        return ids.message_id(self.header)

    def is_proven_by(self, receipt_keys: Collection[bytes]) -> bool:
        """Say whether the host signed a proof of receipt for it, with one of these keys."""
        day, proof = self.received_on, self.proof
        if day is None or proof is None:
            return False
        return is_proven(self.message_id, day, proof, receipt_keys)


class ProvenLine(Model):
    """A line whose handlers are participants."""

    first_key: Key32
    rotations: Annotated[tuple[Rotation, ...], Field(max_length=64)] = ()
    documents: Annotated[tuple[ProvenDocument, ...], Field(min_length=1, max_length=1000)]


class ReportProof(SignedModel):
    """The whole file."""

    MAX_SIZE: ClassVar[int] = MAX_PROOF_SIZE

    format: Literal["meldpunt-report-proof"]
    version: Version
    first_key: Key32
    """The first line key of the line on which the report was made."""
    rotations: Annotated[tuple[Rotation, ...], Field(max_length=64)] = ()
    documents: Annotated[tuple[ProvenDocument, ...], Field(min_length=1, max_length=1000)]
    other_lines: Annotated[tuple[ProvenLine, ...], Field(min_length=1, max_length=8)] | None = None
    """The lines to which the reporter consented to hand the report, in the order of their ids.

    The host signed a proof of receipt for each of these consents.
    """
    signing_key: Key32
    """With `box_key`: the first keys of the reporter. The report id is their hash."""
    box_key: BoxPublicKey
    messages: Annotated[tuple[ProvenMessage, ...], Field(min_length=1, max_length=10_000)]

    @property
    def line_id(self) -> ids.LineId:
        """The line that the file says it is about."""
        return ids.line_id(self.first_key)

    @property
    def report_id(self) -> ids.ReportId:
        """The report that the file says it is about."""
        return ids.report_id(signing_key=self.signing_key, box_key=self.box_key)


@dataclass(frozen=True, slots=True)
class Shown:
    """A message whose author is certain."""

    verified: VerifiedHeader
    received_on: date | None
    """The day in the host's proof of receipt; None if the file has no proof of receipt."""
    payload: Payload | None
    """What it says; None if the file shows only that the message exists."""


@dataclass(frozen=True, slots=True)
class VerifiedProof:
    """A proof of report that passed every check."""

    line_id: ids.LineId
    report_id: ids.ReportId
    lines: Lines
    """For every line, the newest document in the file. These documents name the handlers."""
    log: Log
    """The log. Its alarms say what the file leaves out."""
    shown: tuple[Shown, ...]
    """All messages in causal order."""
    is_pinned: bool | None = None
    """Whether the file's documents join the pin, one after the other; None without a pin."""

    @property
    def newest(self) -> LineDocument:
        """The newest document, in the file, of the line on which the report was made."""
        return self.lines.birth_line


def verify_report_proof(
    data: bytes, *, line: ids.LineId | None = None, pin: Pin | None = None
) -> VerifiedProof:
    """Check a proof of report from the line id up, without a host.

    Args:
        data: The file.
        line: The line that the file must be about, if the caller knows it from elsewhere.
        pin: A document of that line, if the caller knows one. Whoever has stolen the line key can
            make documents, but none that lead to this one.

    Raises:
        RefusedError: A JSON reason, FIELDS, OTHER_LINE, a reason of the key chain or a document,
            DOCUMENT_FORK, DOCUMENT_PREVIOUS, KEY_NUMBER for documents that do not follow each
            other, or the pin, ORDER for other lines out of order or a message twice, a reason of
            the log, DOCUMENT_UNKNOWN for a message that names a document outside the file,
            OTHER_LINE for a line that no proven consent names, PROOF, BODY_HASH, and the reasons of
            a body.
    """
    proof = ReportProof.from_signed(data)
    line_id = proof.line_id
    if line is not None and line != line_id:
        raise RefusedError(Reason.OTHER_LINE)
    birth, *others = _documents(proof)
    is_pinned = None if pin is None else _joins(birth, pin)
    lines = Lines(_newest(birth), tuple(map(_newest, others)))
    keys = verify_report_keys(signing_key=proof.signing_key, box_key=proof.box_key)
    members = {message.message_id: message for message in proof.messages}
    if len(members) != len(proof.messages):
        raise RefusedError(Reason.ORDER)
    pairs = ((message.header, message.signature) for message in proof.messages)
    log = verify_log(pairs, keys=keys, document=lines)
    known = {digest for documents in (birth, *others) for digest in documents}
    if any(verified.header.document not in known for verified in log.headers):
        raise RefusedError(Reason.DOCUMENT_UNKNOWN)
    receipt_keys = {document.receipt_key for document in birth.values()}
    asked = proven_lines((members[v.message_id] for v in log.headers), receipt_keys)
    if not asked.issuperset(document.line_id for document in lines.others):
        raise RefusedError(Reason.OTHER_LINE)
    shown = tuple(_show(v, members[v.message_id], receipt_keys) for v in log.headers)
    return VerifiedProof(line_id, keys.report, lines, log, shown, is_pinned)


def proven_lines(
    messages: Iterable[ProvenMessage], receipt_keys: Collection[bytes]
) -> set[ids.LineId]:
    """Return the lines in all consents that have a valid proof of receipt.

    A reporter can write a consent to a line that they made up. The host accepts a consent only to
    a line that it carries. So the host's signature shows that the line exists.

    Args:
        messages: Messages whose headers are verified.
        receipt_keys: All receipt keys in the documents of the line on which the report was made.
    """
    proven = (message for message in messages if message.is_proven_by(receipt_keys))
    handovers = (parse_header(message.header).handover for message in proven)
    return {handover.line_id for handover in handovers if handover is not None}


_Documents = dict[ids.Hash, LineDocument]


def _newest(documents: _Documents) -> LineDocument:
    return max(documents.values(), key=lambda document: document.number)


def _documents(proof: ReportProof) -> list[_Documents]:
    """Verify the documents of every line, first of the line on which the report was made."""
    birth = ProvenLine(
        first_key=proof.first_key, rotations=proof.rotations, documents=proof.documents
    )
    others = proof.other_lines or ()
    named = [ids.line_id(line.first_key) for line in others]
    if named != sorted(set(named) - {proof.line_id}):
        raise RefusedError(Reason.ORDER)
    return [_documents_of(line) for line in (birth, *others)]


def _documents_of(line: ProvenLine) -> _Documents:
    line_id = ids.line_id(line.first_key)
    chain = verify_key_chain(line_id, line.first_key, line.rotations)
    found = {
        ids.document_hash(signed.document): verify_line_document(
            signed.document, signed.signature, line_id, chain
        )
        for signed in line.documents
    }
    if len({document.number for document in found.values()}) != len(found):
        raise RefusedError(Reason.DOCUMENT_FORK)
    _check_succession(found)
    return found


def _check_succession(documents: _Documents) -> None:
    """Refuse documents that do not follow each other.

    A document may not carry a lower key number than an earlier one. It must name the document
    before it, if the file has that one. So somebody who still holds a replaced key cannot add a
    later document with a receipt key of their own.
    """
    ordered = sorted(documents.items(), key=lambda item: item[1].number)
    for (digest, older), (_, newer) in pairwise(ordered):
        if newer.key_number < older.key_number:
            raise RefusedError(Reason.KEY_NUMBER)
        if newer.number == older.number + 1 and newer.previous != digest:
            raise RefusedError(Reason.DOCUMENT_PREVIOUS)


def _joins(documents: _Documents, pin: Pin) -> bool:
    """Say whether documents lead to a pinned one step by step. Refuse documents that contradict it.

    It does not hold if the file lacks a document in between, or all documents up to the pin.
    """
    ordered = sorted(documents.items(), key=lambda item: item[1].number)
    for digest, document in ordered:
        if document.number == pin.number and digest != pin.document:
            raise RefusedError(Reason.DOCUMENT_FORK)
        if document.number == pin.number + 1 and document.previous != pin.document:
            raise RefusedError(Reason.DOCUMENT_PREVIOUS)
    first, last = ordered[0][1].number, ordered[-1][1].number
    return first <= pin.number + 1 and pin.number <= last == first + len(ordered) - 1


def _show(
    verified: VerifiedHeader, message: ProvenMessage, receipt_keys: Collection[bytes]
) -> Shown:
    if (message.received_on is None) != (message.proof is None):
        raise RefusedError(Reason.FIELDS)
    if message.proof is not None and not message.is_proven_by(receipt_keys):
        raise RefusedError(Reason.PROOF)
    return Shown(verified, message.received_on, _payload(verified, message))


def _payload(verified: VerifiedHeader, message: ProvenMessage) -> Payload | None:
    if message.body is None:
        if message.content_key is not None:
            raise RefusedError(Reason.FIELDS)
        return None
    if ids.body_hash(message.body) != verified.header.body:
        raise RefusedError(Reason.BODY_HASH)
    if message.content_key is None:
        return None
    payload = parse_payload(open_body(message.body, content_key=message.content_key))
    check_attachments(verified.header, payload)
    return payload
