"""Sending files with a message: cleaned, uploaded piece by piece, and then listed."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import click

from meldpunt.cli.attachments.cleaning import Outgoing, prepare
from meldpunt.cli.attachments.kept_uploads import KeptUploads
from meldpunt.cli.attachments.options import AttachOptions
from meldpunt.cli.terminal.output import Output
from meldpunt.cli.terminal.plain_text import safe_line
from meldpunt.cli.terminal.refusal import Refusal
from meldpunt.cli.terminal.session import Session
from meldpunt.cli.terminal.texts import read_text
from meldpunt.client import FileError, Files, SealedFile, Thread, UnreachableError
from meldpunt.protocol.attachment import Attachment, check_name
from meldpunt.protocol.verify.errors import RefusedError

MAX_FILES: Final = 64
"""In one message."""
_TEXT: Final = {"nl": "Zie de bijlagen.", "en": "See the attached files."}


def message_text(options: AttachOptions, language: str) -> str:
    """Return what to say with the files."""
    if options.message is not None:
        return read_text(options.message)
    return _TEXT.get(language, _TEXT["en"])


def prepare_files(output: Output, options: AttachOptions) -> list[Outgoing]:
    """Clean the files and tell what was done.

    Raises:
        click.UsageError: Too many files, names that do not match them, or a name that is none.
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


def upload_files(
    output: Output,
    session: Session,
    files: Files,
    outgoing: Sequence[Outgoing],
    resume: Path | None,
) -> tuple[list[Attachment], KeptUploads]:
    """Upload files, and go on with those that were begun before.

    Returns:
        What the message is to list, and what to remove when it is sent.

    Raises:
        Refusal: The host did not answer, the kept file is another's, or all was sent before.
        ClientError: As the SDK.
    """
    kept = KeptUploads(resume, files.seed)
    _check_unsent(files.thread, kept)
    sealed = [_sealed(session, files, each, kept) for each in outgoing]
    kept.save(each.attachment for each in sealed)
    try:
        for each in sealed:
            _upload(output, session, files, each)
    except UnreachableError as error:
        again = "The same command goes on." if resume else "Begin again, with --resume."
        raise Refusal("unreachable", f"{error} Nobody was shown a file yet. {again}") from None
    return [each.attachment for each in sealed], kept


def _check_unsent(thread: Thread, kept: KeptUploads) -> None:
    """Stop where a message lists the files already: its answer got lost, and with it the word."""
    begun = {attachment.id for attachment in kept.begun}
    headers = (verified.header for verified in thread.log.headers)
    if any(begun & set(header.attachments or ()) for header in headers):
        kept.remove()
        raise Refusal("sent-already", "These files were sent before: the host has the message.")


def _sealed(session: Session, files: Files, each: Outgoing, kept: KeptUploads) -> SealedFile:
    begun = kept.take(name=each.name, media_type=each.media_type, size=each.source.size)
    if begun is not None:
        try:
            return session.run("Reading", files.reopen(each.source, begun))
        except FileError:  # another content under that name: it gets another key
            session.run("Taking back", files.discard(begun.id))
    work = files.seal(each.source, name=each.name, media_type=each.media_type)
    return session.run("Encrypting", work)


def _upload(output: Output, session: Session, files: Files, sealed: SealedFile) -> None:
    with output.counting(f"Sending {safe_line(sealed.attachment.name)}", in_bytes=True) as progress:
        session.insist(lambda: files.upload(sealed, progress))
