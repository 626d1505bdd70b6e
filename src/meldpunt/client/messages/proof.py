"""Make a proof of report, only if the reporter asks for one.

The reporter's own messages are sealed to handlers, not to the reporter's keys. So the device has
their content keys only at the moment of sending. A reporter who wants to show later what they wrote
must keep a proof at that moment.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from meldpunt.client.http.api import LineApi
from meldpunt.client.http.errors import AnswerError
from meldpunt.client.http.transport import Transport
from meldpunt.client.lines.line import receipt_keys
from meldpunt.client.lines.report_lines import ReportLines, find_document
from meldpunt.client.messages.delivery import Sent
from meldpunt.client.messages.draft import Draft
from meldpunt.client.thread.remembered_report import reporter_number
from meldpunt.client.thread.thread import Thread
from meldpunt.protocol.keys import ReporterKeys
from meldpunt.protocol.line import VerifiedLine
from meldpunt.protocol.log import ReportKeys, verify_log
from meldpunt.protocol.report_proof import (
    ProvenDocument,
    ProvenLine,
    ProvenMessage,
    ReportProof,
    proven_lines,
    verify_report_proof,
)
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.errors import Reason, RefusedError
from meldpunt.protocol.verify.fields import REPORTER
from meldpunt.protocol.verify.log.header import Header, parse_header

_MAX_HISTORY: Final = 900
"""Documents of a line in a proof, besides those that headers name: the form has 1,000."""


@dataclass(frozen=True, slots=True, repr=False)
class KeptProof:
    """A proof of report, with the same check that everybody who gets it can do."""

    proof: ReportProof
    missing: tuple[ids.MessageId, ...] = ()
    """Messages that an earlier proof has and that the host does not show any more."""

    @property
    def data(self) -> bytes:
        """The bytes of the file."""
        return self.proof.to_json()

    def is_withheld_in(self, thread: Thread) -> bool:
        """Say whether the host hides in `thread` a message that the file keeps.

        A withdrawal erases the messages before it. It does not erase what the reporter wrote later.
        """
        shown = [h.header for h in thread.log.headers]
        kept = [parse_header(message.header) for message in self.proof.messages]
        return bool(self.missing) and (
            not thread.erased or reporter_number(kept) > reporter_number(shown)
        )


def prove_draft(draft: Draft, sent: Sent | None = None) -> ProvenMessage:
    """Return the part of a proof for one's own message, before or after the host has answered."""
    return ProvenMessage(
        header=draft.message.header,
        signature=draft.message.signature,
        received_on=None if sent is None else sent.received_on,
        proof=None if sent is None else sent.proof,
        body=draft.message.body,
        content_key=draft.content_key,
    )


def prove_thread(thread: Thread) -> tuple[ProvenMessage, ...]:
    """Return the part of a proof for each message. It opens those that the reporter can read."""
    return tuple(
        ProvenMessage(
            header=m.verified.verified_header.data,
            signature=m.verified.verified_header.signature,
            received_on=m.received_on,
            proof=m.verified.proof,
            body=None if m.payload is None else m.verified.body,
            content_key=None if m.payload is None or m.opened is None else m.opened.content_key,
        )
        for m in thread.messages
    )


async def make_proof(
    transport: Transport,
    lines: ReportLines,
    keys: ReportKeys,
    messages: Iterable[ProvenMessage],
    earlier: bytes | None = None,
) -> KeptProof:
    """Make a proof of report, with everything that is needed to check it.

    Args:
        transport: The way to the host.
        lines: The lines of the report, fetched and verified.
        keys: The first keys of the report, from which its id comes.
        messages: The messages that the host shows now, and drafts.
        earlier: An earlier proof of the same report. The new proof keeps all that it shows.

    Raises:
        RefusedError: OTHER_REPORT for an earlier proof of another report; as
            `verify_report_proof`, for example PROOF if the host's proof is wrong.
        ClientError: As `Transport.call`.
    """
    shown = {message.message_id: message for message in messages}
    line_id = lines.birth_line.document.line_id
    known = _read_earlier(earlier, line_id, keys.report)
    merged = {**known}
    for message in shown.values():
        merged[message.message_id] = _merge(known.get(message.message_id), message)
    proof = await _with_lines(transport, lines, keys, tuple(merged.values()))
    verify_report_proof(proof.to_json(), line=line_id)
    return KeptProof(proof, tuple(sorted(known.keys() - shown.keys())))


def birth_keys(thread: Thread, own: ReporterKeys) -> ReportKeys:
    """Return the first keys of a report, from which its id comes. A takeover replaces them."""
    claimed = thread.report.claim.birth_keys
    if claimed is None:
        return ReportKeys(own.report_id, own.signing.public_key, own.box.public_key)
    return ReportKeys(thread.keys.report, claimed.signing_key, claimed.box_key)


def _read_earlier(
    earlier: bytes | None, line: ids.LineId, report: ids.ReportId
) -> dict[ids.MessageId, ProvenMessage]:
    if earlier is None:
        return {}
    if verify_report_proof(earlier, line=line).report_id != report:
        raise RefusedError(Reason.OTHER_REPORT)
    proof = ReportProof.from_signed(earlier)
    return {message.message_id: message for message in proof.messages}


def _merge(known: ProvenMessage | None, found: ProvenMessage) -> ProvenMessage:
    if known is None:
        return found
    kept = {name: value for name, value in known if value is not None}
    return found.model_copy(update={**{n: v for n, v in kept.items() if getattr(found, n) is None}})


async def _signed_under(
    transport: Transport, birth: VerifiedLine, messages: Iterable[ProvenMessage]
) -> dict[bytes, ids.Hash]:
    """Return each receipt key that signed a proof, with a document of the line that names it."""
    newest = birth.document.receipt_key
    proven = [message for message in messages if message.proof is not None]
    if all(message.is_proven_by({newest}) for message in proven):
        return {newest: birth.document_hash}
    keys = await receipt_keys(transport, birth)
    return {
        key: named
        for key, named in keys.items()
        if any(message.is_proven_by({key}) for message in proven)
    }


async def _with_lines(
    transport: Transport,
    lines: ReportLines,
    keys: ReportKeys,
    messages: tuple[ProvenMessage, ...],
) -> ReportProof:
    receipts = await _signed_under(transport, lines.birth_line, messages)
    pairs = ((message.header, message.signature) for message in messages)
    log = verify_log(pairs, keys=keys, document=lines.documents)
    members = {message.message_id: message for message in messages}
    asked = proven_lines((members[v.message_id] for v in log.headers), receipts.keys())
    named = {lines.birth_line.document.line_id: set(receipts.values())}
    for message in messages:
        header = parse_header(message.header)
        line = await _line_of(transport, lines, header)
        named.setdefault(line.document.line_id, set()).add(header.document)
    named[lines.birth_line.document.line_id] |= await _history(transport, lines.birth_line)
    birth, *others = [
        await _proven_line(transport, line, named.get(line.document.line_id, set()))
        for line in lines.all
        if line is lines.birth_line or line.document.line_id in asked
    ]
    return ReportProof(
        format="meldpunt-report-proof",
        version=1,
        first_key=birth.first_key,
        rotations=birth.rotations,
        documents=birth.documents,
        other_lines=tuple(others) or None,
        signing_key=keys.signing_key,
        box_key=keys.box_key,
        messages=messages,
    )


async def _history(transport: Transport, line: VerifiedLine) -> set[ids.Hash]:
    """Return the documents of a line, from the newest back as far as the host shows them.

    With them whoever knows one document can check that the others lead to it.
    """
    found, document = {line.document_hash}, line.document
    while document.previous is not None and len(found) < _MAX_HISTORY:
        try:
            older = await find_document(transport, line, document.previous)
        except AnswerError:
            break  # a proof without old documents shows as much of the report
        if older is None or older.number != document.number - 1:
            break
        found.add(document.previous)
        document = older
    return found


async def _line_of(transport: Transport, lines: ReportLines, header: Header) -> VerifiedLine:
    """Return the line whose document a header names. A reporter may name any of the lines."""
    possible = lines.all if header.author == REPORTER else (lines.of(header.author),)
    for line in possible if len(lines.all) > 1 else ():
        if line is not None and await find_document(transport, line, header.document):
            return line
    return lines.birth_line


async def _proven_line(
    transport: Transport, line: VerifiedLine, named: set[ids.Hash]
) -> ProvenLine:
    api, line_id = LineApi(transport), line.document.line_id
    served = await api.line(line_id)
    newest = ids.document_hash(served.document)
    answers = [await api.document(line_id, document) for document in sorted(named - {newest})]
    documents = [(served.document, served.signature)]
    documents += [(answer.document, answer.signature) for answer in answers]
    return ProvenLine(
        first_key=served.first_key,
        rotations=served.rotations,
        documents=tuple(ProvenDocument(document=d, signature=s) for d, s in documents),
    )
