"""`meldpunt handler inbox`, `read`, `admit` and `oral`, and files of a report."""

from pathlib import Path
from typing import IO, TYPE_CHECKING, Final

import click

from meldpunt.cli.attachments.options import AttachOptions, SaveOptions
from meldpunt.cli.terminal.command import command
from meldpunt.cli.terminal.declaration import Options, argument, embedded, flag, option
from meldpunt.cli.terminal.options import (
    EXAMPLE_ENTRY,
    KeyFileOptions,
    NewCodeOptions,
    ReaderOptions,
    entry_argument,
    language_option,
    proxy_option,
    text_argument,
    unsent_option,
)
from meldpunt.cli.terminal.parameter_types import ADDRESS, LANGUAGE

if TYPE_CHECKING:
    from meldpunt.client.http.address import LineAddress
    from meldpunt.protocol.verify import ids

STATES: Final = (
    *("received", "acknowledged", "feedback-given"),
    *("closed", "withdrawn", "handed-over"),
)
"""The values of `State`, without loading it."""

_KEY_FILE: Final = "--key-file jansen.key"


@command(work="handler.inbox:inbox", example=f"meldpunt handler inbox {_KEY_FILE} --limit 20")
class HandlerInboxOptions(Options):
    """List the reports to read, urgent ones first, then what is due; closed ones follow.

    Reports that nobody has answered are read for that: only their readers can know that somebody
    is not safe, or worse off because they reported. Without a filter, it also names reports that
    you read before and that the host does not list now.
    """

    key_file: KeyFileOptions = embedded(KeyFileOptions)
    state: str | None = option("--state", click.Choice(STATES), "Only reports in this state.")
    overdue: bool = flag("--overdue", "Only reports with a term that has passed.")
    unanswered: bool = flag(
        "--unanswered", "Only reports with a message that no handler has answered."
    )
    limit: int | None = option(
        "--limit",
        click.IntRange(min=1),
        "At most so many reports; what is due first comes first.",
        metavar="NUMBER",
    )
    proxy: str | None = proxy_option()


@command(
    work="handler.thread:read",
    example=f"meldpunt handler read {_KEY_FILE} {EXAMPLE_ENTRY}",
    takes_entry=True,
)
class HandlerReadOptions(Options):
    """Read a report of the inbox.

    If a colleague may read a message but lacked a key, your client passes the message on to them.
    """

    key_file: KeyFileOptions = embedded(KeyFileOptions)
    language: str | None = option(
        "--language",
        LANGUAGE,
        "Language of the line's own words, such as its steps; the line's first by default.",
    )
    asker: "LineAddress | None" = option(
        "--asker",
        ADDRESS,
        "Address of the line that asks in a consultation, from a source of your own. No client"
        " connects to another host without it.",
    )
    proxy: str | None = proxy_option()
    entry: "ids.EntryId" = entry_argument()


@command(
    work="handler.known_alarms:mark_known",
    example=f"meldpunt handler mark-known {_KEY_FILE} {EXAMPLE_ENTRY}",
    takes_entry=True,
)
class HandlerMarkKnownOptions(Options):
    """Mark the alarms of a report as known, after you have looked into them.

    A message that somebody wrote with a found receipt code stays, and so would its alarm. A known
    alarm is still shown, but no more as an alarm. It keeps its effect: nothing is sealed to
    somebody whom the reporter left out. A new message raises a new alarm.
    """

    key_file: KeyFileOptions = embedded(KeyFileOptions)
    yes: bool = flag("--yes", "Mark them without asking; for programs.")
    proxy: str | None = proxy_option()
    entry: "ids.EntryId" = entry_argument()


@command(
    work="handler.admission:admit",
    example=f"meldpunt handler admit {_KEY_FILE} {EXAMPLE_ENTRY} 'B. Smit' why.txt",
    takes_entry=True,
)
class HandlerAdmitOptions(Options):
    """Let a colleague into a report, by id or full name; FILE tells the reporter why.

    The colleague can read at once what came before. The reporter sees this. The reporter's next
    message decides whether the colleague reads on. Nobody whom the reporter left out can be let in.
    """

    key_file: KeyFileOptions = embedded(KeyFileOptions)
    language: str | None = language_option()
    unsent: Path | None = unsent_option()
    proxy: str | None = proxy_option()
    entry: "ids.EntryId" = entry_argument()
    newcomer: str = argument("HANDLER", click.STRING)
    file: IO[bytes] = text_argument()


@command(work="handler.oral_report:oral", example=f"meldpunt handler oral {_KEY_FILE} call.txt")
class HandlerOralOptions(Options):
    """Write a report down for somebody who tells it; FILE holds what they said.

    The receipt code is shown once, for the caller, and you type it back. At the first visit the
    caller replaces it by a new code. From then on you can neither read nor write as the caller.
    Readers see that you wrote it down, with your signature.
    """

    key_file: KeyFileOptions = embedded(KeyFileOptions)
    choice: ReaderOptions = embedded(
        ReaderOptions,
        readers="A handler whom the caller wants to read it, by id or full name; once for each."
        " By default the lot draws.",
        left_out="A handler whom the caller leaves out, now and later. The readers see it.",
    )
    code: NewCodeOptions = embedded(NewCodeOptions)
    proxy: str | None = proxy_option()
    file: IO[bytes] = text_argument()


@command(
    work="handler.files:attach",
    example=f"meldpunt handler attach {_KEY_FILE} {EXAMPLE_ENTRY} letter.pdf",
    takes_entry=True,
)
class HandlerAttachOptions(Options):
    """Send files to the reporter and the other readers, encrypted, with a message.

    Pictures and PDF documents are cleaned first: place, time, device and names are removed. Other
    types are sent only if you say so. After a failure the upload continues.
    """

    key_file: KeyFileOptions = embedded(KeyFileOptions)
    note: bool = flag(
        "--note",
        "Only for the other readers. The reporter sees that there are files, but not which.",
    )
    entry: "ids.EntryId" = entry_argument()
    attached: AttachOptions = embedded(AttachOptions)


@command(
    work="handler.files:files",
    example=f"meldpunt handler files {_KEY_FILE} {EXAMPLE_ENTRY}",
    takes_entry=True,
)
class HandlerFilesOptions(Options):
    """List the files of a report that you can read."""

    key_file: KeyFileOptions = embedded(KeyFileOptions)
    proxy: str | None = proxy_option()
    entry: "ids.EntryId" = entry_argument()


@command(
    work="handler.files:save_files",
    example=f"meldpunt handler save {_KEY_FILE} {EXAMPLE_ENTRY} 1",
    takes_entry=True,
)
class HandlerSaveOptions(Options):
    """Save files of a report, by their numbers; all by default.

    A file is checked whole before it is opened. No existing file is overwritten. After an
    interruption, run the same command again: the download continues.
    """

    key_file: KeyFileOptions = embedded(KeyFileOptions)
    entry: "ids.EntryId" = entry_argument()
    saved: SaveOptions = embedded(SaveOptions)
