"""Check with a proof of report whether a file on the device is one that was sent."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from meldpunt.cli.render.files import attachment_text
from meldpunt.cli.speech.proof_words import proof_words
from meldpunt.cli.terminal.plain_text import safe_line
from meldpunt.cli.terminal.refusal import Refusal
from meldpunt.client import DiskFile, MemoryFile
from meldpunt.client.files.cleaning import CleaningError, clean
from meldpunt.protocol.attachment import Attachment, AttachmentContext, digest_of
from meldpunt.protocol.report_proof import Shown, VerifiedProof
from meldpunt.protocol.verify.encoding import encode_base64url

_BLOCK: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class ProvenFile:
    """A file on the device that is an attachment in a proof."""

    path: Path
    shown: Shown
    attachment: Attachment

    def to_json(self) -> dict[str, Any]:
        """Return it for programs."""
        message = encode_base64url(self.shown.verified.message_id)
        return {"file": str(self.path), "messageId": message, "name": self.attachment.name}

    @property
    def line(self) -> str:
        """Show it."""
        message = encode_base64url(self.shown.verified.message_id)
        return proof_words().was_sent.format(
            path=safe_line(str(self.path)), message=message, name=attachment_text(self.attachment)
        )


def find_file(found: VerifiedProof, path: Path) -> ProvenFile:
    """Find the message that lists a file, or that lists the result of cleaning it.

    Raises:
        Refusal: The file is not an attachment in the proof.
        FileError: The file cannot be read.
    """
    for source in _sources(path):
        for shown, attachment in _listed(found):
            if attachment.size == source.size and _is_same(source, shown, attachment):
                return ProvenFile(path, shown, attachment)
    raise Refusal("other-file", proof_words().other_file.format(path=path))


def _sources(path: Path) -> Iterator[DiskFile | MemoryFile]:
    yield DiskFile.at(path)
    try:
        yield MemoryFile(clean(path).data)
    except CleaningError:
        return


def _listed(found: VerifiedProof) -> Iterator[tuple[Shown, Attachment]]:
    for shown in found.shown:
        if shown.payload is not None:
            for attachment in shown.payload.attachments or ():
                yield shown, attachment


def _is_same(source: DiskFile | MemoryFile, shown: Shown, attachment: Attachment) -> bool:
    header = shown.verified.header
    place = AttachmentContext(header.line_id, header.report_id, attachment.id)
    with source.open() as file:
        blocks = iter(lambda: file.read(_BLOCK), b"")
        return digest_of(blocks, attachment, place) == attachment.digest
