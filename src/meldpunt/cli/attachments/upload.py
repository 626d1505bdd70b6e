"""Sending files with a message: cleaned, uploaded piece by piece, and then listed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final, TypeVar

import click

from meldpunt.cli.attachments.cleaning import Outgoing, prepare
from meldpunt.cli.attachments.kept_uploads import KeptUploads
from meldpunt.cli.terminal.options import language_option, proxy_option, read_text
from meldpunt.cli.terminal.output import Output, Refusal
from meldpunt.cli.terminal.plain_text import safe_line
from meldpunt.cli.terminal.session import Session
from meldpunt.client import FileError, Files, SealedFile, Thread, UnreachableError
from meldpunt.protocol.attachment import Attachment, check_name
from meldpunt.protocol.verify.errors import RefusedError

_Function = TypeVar("_Function", bound=Callable[..., Any])

MAX_FILES: Final = 64
"""In one message."""
_TEXT: Final = {"nl": "Zie de bijlagen.", "en": "See the attached files."}
_PATH: Final = click.Path(path_type=Path, dir_okay=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachWishes:
    """The options of `attach`."""

    files: tuple[Path, ...]
    message: BinaryIO | None
    names: tuple[str, ...]
    keep_metadata: bool
    send_uncleaned: bool
    resume: Path | None
    language: str | None
    proxy: str | None

    def text(self, language: str) -> str:
        """Return what to say with the files."""
        if self.message is not None:
            return read_text(self.message)
        return _TEXT.get(language, _TEXT["en"])

    def outgoing(self, output: Output) -> list[Outgoing]:
        """Clean the files and tell what was done.

        Raises:
            click.UsageError: Too many files, names that do not match them, or a name that is none.
            Refusal: As `prepare`.
            FileError: As `prepare`.
        """
        if len(self.files) > MAX_FILES:
            raise click.UsageError(f"At most {MAX_FILES} files go with one message.")
        if self.names and len(self.names) != len(self.files):
            raise click.UsageError("Give one --name for each file, in their order.")
        for name in self.names or tuple(path.name for path in self.files):
            _check(name)
        return prepare(
            output,
            self.files,
            names=self.names,
            keep=self.keep_metadata,
            uncleaned=self.send_uncleaned,
        )


def _check(name: str) -> None:
    try:
        check_name(name)
    except RefusedError:
        raise click.UsageError(
            "A file's name has no slash, no control character and at most 255 bytes: --name gives"
            " another one."
        ) from None


def attach_options(function: _Function) -> _Function:
    """Add FILE…, and how they are sent."""
    options = (
        click.option(
            "--message",
            type=click.File("rb"),
            metavar="TEXTFILE",
            help="What to say with them; - is standard input. One sentence by default.",
        ),
        click.option(
            "--name",
            "names",
            multiple=True,
            help="What a file is called for its readers, once for each in their order; its own name"
            " by default.",
        ),
        click.option(
            "--keep-metadata",
            is_flag=True,
            help="Clean nothing: send the originals, with where, when and by whom they were made.",
        ),
        click.option(
            "--send-uncleaned",
            is_flag=True,
            help="Also send, as they are, files that cannot be cleaned. Others are cleaned.",
        ),
        click.option(
            "--resume",
            type=_PATH,
            metavar="FILE",
            help="Keep in FILE what it takes to go on after a restart, by the same command; it is"
            " sealed under your own key, and removed when all is sent.",
        ),
        language_option,
        proxy_option,
        click.argument("files", nargs=-1, required=True, metavar="FILE...", type=_PATH),
    )
    for option in reversed(options):
        function = option(function)
    return function


def bring(
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
