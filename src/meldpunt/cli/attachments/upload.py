"""Send files with a message: clean them, upload them piece by piece, then list them."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import click

from meldpunt.cli.attachments.cleaning import Outgoing, prepare
from meldpunt.cli.attachments.kept_uploads import KeptUploads
from meldpunt.cli.attachments.options import AttachOptions
from meldpunt.cli.speech.look_words import look_words
from meldpunt.cli.terminal.explanation import explain
from meldpunt.cli.terminal.output import Output
from meldpunt.cli.terminal.plain_text import safe_line
from meldpunt.cli.terminal.refusal import Refusal
from meldpunt.cli.terminal.session import Session
from meldpunt.cli.terminal.texts import read_text
from meldpunt.client import Files, NewFile, SealedFile, Thread, UnreachableError
from meldpunt.protocol.attachment import Attachment, check_name
from meldpunt.protocol.verify.errors import RefusedError

MAX_FILES: Final = 64
"""The most files of one message."""
_TEXT: Final = {"nl": "Zie de bijlagen.", "en": "See the attached files."}


def message_text(options: AttachOptions, language: str) -> str:
    """Return the text of the message that lists the files."""
    if options.message is not None:
        return read_text(options.message)
    return _TEXT.get(language, _TEXT["en"])


def prepare_files(output: Output, options: AttachOptions) -> list[Outgoing]:
    """Clean the files, and say what was removed.

    Raises:
        click.UsageError: There are too many files, the number of names differs, or a name is not
            allowed.
        Refusal: As `prepare`.
        FileError: As `prepare`.
    """
    if len(options.files) > MAX_FILES:
        raise click.UsageError(f"At most {MAX_FILES} files go with one message.")
    if options.names and len(options.names) != len(options.files):
        raise click.UsageError("Give one --name for each file, in their order.")
    for name in options.names or tuple(path.name for path in options.files):
        _check(name)
    return prepare(
        output,
        options.files,
        names=options.names,
        keep=options.keep_metadata,
        uncleaned=options.send_uncleaned,
    )


def _check(name: str) -> None:
    try:
        check_name(name)
    except RefusedError:
        raise click.UsageError(
            "A file's name has no slash, no control character and at most 255 bytes: --name gives"
            " another one."
        ) from None


@dataclass(frozen=True, slots=True, repr=False)
class Uploads:
    """The files of one message, encrypted once and not sent yet."""

    files: Files
    sealed: Sequence[SealedFile]
    kept: KeptUploads
    """The kept uploads, to remove when the message is sent."""

    @property
    def listed(self) -> list[Attachment]:
        """The attachments that the message will list."""
        return [each.attachment for each in self.sealed]

    def send(self, output: Output, session: Session) -> None:
        """Upload every file. First announce all of them to the host, then send the bytes.

        Raises:
            Refusal: The host did not answer.
            ClientError: As the SDK.
        """
        try:
            for each in self.sealed:
                session.run("Asking for room", self.files.begin(each))
            for each in self.sealed:
                self._upload(output, session, each)
        except UnreachableError as error:
            told = look_words()
            again = told.goes_on if self.kept.is_on_disk else told.begin_again
            text = told.no_file_shown.format(error=explain(error)[1], again=again)
            raise Refusal("unreachable", text) from None

    def _upload(self, output: Output, session: Session, each: SealedFile) -> None:
        doing = f"Sending {safe_line(each.attachment.name)}"
        with output.counting(doing, in_bytes=True) as progress:
            session.insist(lambda: self.files.upload(each, progress))


def seal_files(
    session: Session, files: Files, outgoing: Sequence[Outgoing], resume: Path | None
) -> Uploads:
    """Encrypt files in the order given, and continue begun uploads.

    Raises:
        Refusal: The kept file is not of this report, or everything was sent before.
        ClientError: As the SDK.
    """
    kept = KeptUploads(resume, files.seed)
    _check_unsent(files.thread, kept)
    begun = [kept.take(name=e.name, media_type=e.media_type, size=e.source.size) for e in outgoing]
    new = [NewFile(each.source, each.name, each.media_type) for each in outgoing]
    sealed = session.run("Encrypting", files.seal(new, begun))
    for old in kept.untaken:
        session.run("Taking back", files.discard(old.id))
    kept.save(each.attachment for each in sealed)
    return Uploads(files, sealed, kept)


def _check_unsent(thread: Thread, kept: KeptUploads) -> None:
    """Refuse if a message already lists the files: the host's answer to it was lost."""
    begun = {attachment.id for attachment in kept.begun}
    headers = (verified.header for verified in thread.log.headers)
    if any(begun & set(header.attachments or ()) for header in headers):
        kept.remove()
        raise Refusal("sent-already", look_words().sent_before)
