"""Write, check and show a proof of report, for `meldpunt report proof` and `verify`."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from meldpunt.cli.keyfile import private_files
from meldpunt.cli.render.files import attachment_json, attachment_text
from meldpunt.cli.speech.proof_words import ENGLISH, ProofWords, proof_words
from meldpunt.cli.terminal import words
from meldpunt.cli.terminal.output import Output
from meldpunt.cli.terminal.plain_text import framed, safe_line
from meldpunt.cli.terminal.refusal import Refusal
from meldpunt.client import KeptProof, LineAddress, Thread
from meldpunt.protocol.report_proof import (
    MAX_PROOF_SIZE,
    Shown,
    VerifiedProof,
    verify_report_proof,
)
from meldpunt.protocol.verify.encoding import encode_base64url, encode_line_id
from meldpunt.protocol.verify.fields import Participant, participant_text
from meldpunt.protocol.verify.line_document import Lines


def read_earlier(path: Path) -> bytes | None:
    """Return an earlier proof, or None if there is no such file.

    Raises:
        PrivateFileError: It cannot be read.
    """
    return private_files.read_earlier(path, max_size=MAX_PROOF_SIZE)


def keep(
    output: Output, path: Path, kept: KeptProof, thread: Thread | None = None, *, final: bool = True
) -> None:
    """Write a proof, and raise an alarm if the host hides messages that it showed before.

    Args:
        output: Shows the alarm.
        path: The file to write.
        kept: The proof.
        thread: The report as the host shows it, if there is one.
        final: False before sending: a file in case the device stops during sending.

    Raises:
        PrivateFileError: The file cannot be written.
        Refusal: The host hides messages that it showed before. The file keeps them.
    """
    said = proof_words()
    private_files.replace(path, kept.data)
    if thread is not None and kept.is_withheld_in(thread):
        raise Refusal("withheld", said.withheld.format(count=len(kept.missing), path=path))
    if final:
        output.warn(said.kept.format(path=path))


def verified_json(found: VerifiedProof) -> dict[str, Any]:
    """Return a checked proof for programs."""
    return {
        "lineId": encode_line_id(found.line_id),
        "reportId": encode_base64url(found.report_id),
        "names": {text.language: text.text for text in found.newest.names},
        "otherLines": [
            {"lineId": encode_line_id(document.line_id), "name": document.names[0].text}
            for document in found.lines.others
        ],
        "messages": [_message_json(shown, found.lines) for shown in found.shown],
        "alarms": [alarm.reason.value for alarm in found.log.alarms],
        **({} if found.is_pinned is None else {"pinned": found.is_pinned}),
    }


def _message_json(shown: Shown, lines: Lines) -> dict[str, Any]:
    header = shown.verified.header
    told: dict[str, Any] = {
        "messageId": encode_base64url(shown.verified.message_id),
        "author": participant_text(header.author),
        "name": _name(header.author, lines, ENGLISH),
        "n": header.n,
        "tag": header.tag.value,
        "readers": [participant_text(reader) for reader in header.readers],
    }
    line = lines.of(header.author)
    if line is not None:
        told["authorLine"] = encode_line_id(line.line_id)
    if header.day is not None:
        told["day"] = header.day.isoformat()
    if shown.received_on is not None:
        told["receivedOn"] = shown.received_on.isoformat()
    if shown.payload is not None:
        told["language"] = shown.payload.language
        told["content"] = shown.payload.content
        told["attachments"] = [attachment_json(a) for a in shown.payload.attachments or ()]
    return told


def _name(participant: Participant, lines: Lines, said: ProofWords) -> str:
    if isinstance(participant, str):
        return said.reporter
    document, found = lines.of(participant), lines.handler(participant)
    if document is None or found is None:
        return said.unknown
    line = f", {document.names[0].text}" if lines.others else ""
    return safe_line(f"{found.name} ({found.role}{line})")


def verified_lines(found: VerifiedProof) -> Iterator[str]:
    """Show a checked proof to a third person."""
    said = proof_words()
    indent = " " * len(said.line)
    yield said.holds
    yield ""
    yield from said.about
    yield ""
    for text in found.newest.names:
        yield f"{said.line}{safe_line(text.text)} [{text.language}]"
    yield f"{indent}{encode_line_id(found.line_id)}"
    for document in found.lines.others:
        yield f"{said.asked}{safe_line(document.names[0].text)}{said.to_take_up}"
        yield f"{indent}{encode_line_id(document.line_id)}"
    if found.is_pinned:
        yield f"{indent}{said.is_pinned}"
    yield f"{said.report}{encode_base64url(found.report_id)}"
    for alarm in found.log.alarms:
        number = "" if alarm.n is None else said.number.format(n=alarm.n)
        author = "" if alarm.author is None else _name(alarm.author, found.lines, said)
        yield f"{said.incomplete}{author}{number} [{alarm.reason.value}]"
    for shown in found.shown:
        yield from _message_lines(shown, found.lines, said)


def _message_lines(shown: Shown, lines: Lines, said: ProofWords) -> Iterator[str]:
    header = shown.verified.header
    yield ""
    yield said.wrote.format(tag=words.tag(header.tag), name=_name(header.author, lines, said))
    line = lines.of(header.author)
    if line is not None:
        yield f"    {said.author_line}: {encode_line_id(line.line_id)}"
    yield f"    {said.readers}: {', '.join(_name(each, lines, said) for each in header.readers)}"
    if header.day is not None:
        yield f"    {said.dated.format(day=header.day)}"
    if shown.received_on is None:
        yield f"    {said.not_received}"
    else:
        yield f"    {said.received.format(day=shown.received_on)}"
    yield f"    {said.message}: {encode_base64url(shown.verified.message_id)}"
    yield ""
    if shown.payload is None:
        yield said.no_text
    else:
        yield from framed(shown.payload.text)
        for attachment in shown.payload.attachments or ():
            yield f"    {said.file}: {attachment_text(attachment)}"
            yield f"          {said.digest} {encode_base64url(attachment.digest)}"


def read_and_verify(path: Path, address: LineAddress | None) -> VerifiedProof:
    """Read and check a proof.

    Raises:
        RefusedError: As `verify_report_proof`.
        PrivateFileError: The file cannot be read.
    """
    data = private_files.read(path, max_size=MAX_PROOF_SIZE)
    if address is None:
        return verify_report_proof(data)
    return verify_report_proof(data, line=address.line_id, pin=address.pin)
