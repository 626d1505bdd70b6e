"""Write, check and show a proof of report, for `meldpunt report proof` and `verify`."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from meldpunt.cli.keyfile import private_files
from meldpunt.cli.render.files import attachment_json, attachment_text
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

_ABOUT: Final = (
    "What this shows: the messages below were signed by those they name, and the host signed for",
    "having each on the day given. Nobody could write or change one without their keys. It does",
    "not show who the reporter is, nor that what was reported is true. Lines can share a name:",
    "compare the id of each line with what its office publishes elsewhere.",
)


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
    private_files.replace(path, kept.data)
    if thread is not None and kept.is_withheld_in(thread):
        raise Refusal(
            "withheld",
            f"ALARM: the host does not show {len(kept.missing)} of the messages it showed before."
            f" {path} keeps them, with the host's signature for each. Ask the office another way.",
        )
    if final:
        output.warn(f"{path} keeps what shows this; whoever finds it can read it.")


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
        "name": _name(header.author, lines),
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


def _name(participant: Participant, lines: Lines) -> str:
    if isinstance(participant, str):
        return "the reporter"
    document, found = lines.of(participant), lines.handler(participant)
    if document is None or found is None:
        return "unknown"
    line = f", {document.names[0].text}" if lines.others else ""
    return safe_line(f"{found.name} ({found.role}{line})")


def verified_lines(found: VerifiedProof) -> Iterator[str]:
    """Show a checked proof to a third person."""
    yield "Proof of report: everything in it holds."
    yield ""
    yield from _ABOUT
    yield ""
    for text in found.newest.names:
        yield f"Line:   {safe_line(text.text)} [{text.language}]"
    yield f"        {encode_line_id(found.line_id)}"
    for document in found.lines.others:
        yield f"Asked:  {safe_line(document.names[0].text)}, to take the report up"
        yield f"        {encode_line_id(document.line_id)}"
    if found.is_pinned:
        yield "        Its documents lead to the one that your address pins."
    yield f"Report: {encode_base64url(found.report_id)}"
    for alarm in found.log.alarms:
        number = "" if alarm.n is None else f", message {alarm.n}"
        author = "" if alarm.author is None else _name(alarm.author, found.lines)
        yield f"Incomplete: {author}{number} [{alarm.reason.value}]"
    for shown in found.shown:
        yield from _message_lines(shown, found.lines)


def _message_lines(shown: Shown, lines: Lines) -> Iterator[str]:
    header = shown.verified.header
    yield ""
    yield f"--- {words.tag(header.tag)} of {_name(header.author, lines)}"
    line = lines.of(header.author)
    if line is not None:
        yield f"    line: {encode_line_id(line.line_id)}"
    yield f"    to: {', '.join(_name(reader, lines) for reader in header.readers)}"
    if header.day is not None:
        yield f"    dated by its author: {header.day}"
    if shown.received_on is None:
        yield "    no proof of receipt in this file"
    else:
        yield f"    the host signed for having it on {shown.received_on}"
    yield f"    id: {encode_base64url(shown.verified.message_id)}"
    yield ""
    if shown.payload is None:
        yield "(Existed; what it said is not in this file.)"
    else:
        yield from framed(shown.payload.text)
        for attachment in shown.payload.attachments or ():
            yield f"    file: {attachment_text(attachment)}"
            yield f"          digest {encode_base64url(attachment.digest)}"


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
