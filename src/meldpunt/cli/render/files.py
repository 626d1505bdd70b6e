"""Show the files of a report: JSON for programs, lines of text for people."""

from collections.abc import Iterator
from typing import Any, Final

from meldpunt.cli.speech.report_words import report_words
from meldpunt.cli.terminal import words
from meldpunt.cli.terminal.plain_text import safe_line
from meldpunt.client import Thread, listed_files
from meldpunt.protocol.attachment import Attachment
from meldpunt.protocol.verify.encoding import encode_base64url
from meldpunt.protocol.verify.fields import participant_text

_UNITS: Final = ("bytes", "KiB", "MiB", "GiB", "TiB")
_STEP: Final = 1024


def size_text(size: int) -> str:
    """Return a size for people, such as `3.1 MiB`."""
    value, unit = float(size), 0
    while value >= _STEP and unit < len(_UNITS) - 1:
        value, unit = value / _STEP, unit + 1
    return f"{size} bytes" if unit == 0 else f"{value:.1f} {_UNITS[unit]}"


def attachment_json(attachment: Attachment) -> dict[str, Any]:
    """Return what a message says about a file, without its key, for programs."""
    return {
        "name": attachment.name,
        "mediaType": attachment.media_type,
        "size": attachment.size,
        "digest": encode_base64url(attachment.digest),
    }


def attachment_text(attachment: Attachment) -> str:
    """Show a file: name, type and size."""
    name, kind = safe_line(attachment.name), attachment.media_type
    return f"{name} ({kind}, {size_text(attachment.size)})"


def files_json(thread: Thread) -> list[dict[str, Any]]:
    """Return every file of a report that this reader can open."""
    return [
        {
            "number": number,
            "messageId": encode_base64url(found.message.message_id),
            "author": participant_text(found.message.header.author),
            "readers": [participant_text(reader) for reader in found.message.header.readers],
            **attachment_json(found.attachment),
        }
        for number, found in enumerate(listed_files(thread), 1)
    ]


def files_lines(thread: Thread) -> Iterator[str]:
    """Show every file of a report, with who sent it and who can read it."""
    count = 0
    for count, found in enumerate(listed_files(thread), 1):
        header = found.message.header
        readers = ", ".join(words.name_of(reader, thread.lines) for reader in header.readers)
        yield f"{count:>3}  {attachment_text(found.attachment)}"
        author = words.name_of(header.author, thread.lines)
        yield report_words().from_and_for.format(author=author, readers=readers)
    if not count:
        yield report_words().no_files
