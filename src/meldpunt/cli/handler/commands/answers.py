"""`meldpunt handler acknowledge` and the like: what a handler can say in a report."""

from datetime import date
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final

from meldpunt.cli.terminal.command import command
from meldpunt.cli.terminal.declaration import Options, argument, embedded, flag, required
from meldpunt.cli.terminal.options import (
    EXAMPLE_ENTRY,
    EXAMPLE_LINE,
    KeyFileOptions,
    entry_argument,
    language_option,
    proxy_option,
    text_argument,
    unsent_option,
)
from meldpunt.cli.terminal.parameter_types import ADDRESS, DAY, FILE, LINE

if TYPE_CHECKING:
    from meldpunt.client.http.address import LineAddress
    from meldpunt.protocol.verify import ids

_EXAMPLE: Final = f"meldpunt handler {{}} --key-file jansen.key {EXAMPLE_ENTRY} text.txt"


class AnswerOptions(Options):
    """The options that every answer has."""

    key_file: KeyFileOptions = embedded(KeyFileOptions)
    language: str | None = language_option()
    unsent: Path | None = unsent_option()
    proxy: str | None = proxy_option()
    entry: "ids.EntryId" = entry_argument()
    file: IO[bytes] = text_argument()


@command(
    work="handler.thread:resend",
    example=_EXAMPLE.format("resend").replace("text.txt", "kept"),
    takes_entry=True,
)
class HandlerResendOptions(Options):
    """Send a message again whose answer did not come; FILE is where --unsent kept it.

    It is the same message. If it has arrived already, nothing changes.
    """

    key_file: KeyFileOptions = embedded(KeyFileOptions)
    proxy: str | None = proxy_option()
    entry: "ids.EntryId" = entry_argument()
    kept: Path = argument("FILE", FILE)


@command(
    work="handler.answers:acknowledge",
    example=_EXAMPLE.format("acknowledge"),
    takes_entry=True,
)
class HandlerAcknowledgeOptions(AnswerOptions):
    """Tell the reporter that the report arrived.

    FILE holds the text, - is standard input.
    """


@command(
    work="handler.answers:feedback",
    example=_EXAMPLE.format("feedback"),
    takes_entry=True,
)
class HandlerFeedbackOptions(AnswerOptions):
    """Tell the reporter what was done with the report.

    FILE holds the text, - is standard input.
    """


@command(work="handler.answers:close", example=_EXAMPLE.format("close"), takes_entry=True)
class HandlerCloseOptions(AnswerOptions):
    """Close a report; feedback comes first.

    FILE holds the text, - is standard input.
    """


@command(work="handler.answers:reopen", example=_EXAMPLE.format("reopen"), takes_entry=True)
class HandlerReopenOptions(AnswerOptions):
    """Take a closed report up again.

    FILE holds the text, - is standard input.
    """


@command(work="handler.answers:reply", example=_EXAMPLE.format("reply"), takes_entry=True)
class HandlerReplyOptions(AnswerOptions):
    """Write to the reporter and the other readers.

    FILE holds the text, - is standard input.
    """

    note: bool = flag(
        "--note",
        "Only for the other readers. The reporter sees that there is a note, but not its text.",
    )


@command(
    work="handler.answers:pause",
    example="meldpunt handler pause --key-file jansen.key --until 2026-05-01"
    f" {EXAMPLE_ENTRY} why.txt",
    takes_entry=True,
)
class HandlerPauseOptions(AnswerOptions):
    """Pause the clocks of a report, for a reason that the reporter reads.

    FILE holds the reason, - is standard input.
    """

    until: date = required("--until", DAY, "Last day of the pause.")


@command(
    work="handler.referral:refer",
    example=f"meldpunt handler refer --key-file jansen.key {EXAMPLE_ENTRY} \\\n"
    "    --to https://other.example/v1/lines/… summary.txt",
    takes_entry=True,
)
class HandlerReferOptions(AnswerOptions):
    """Suggest another line to the reporter; FILE holds a summary of the report for it.

    The reporter reads the summary, may change it, and decides whether to send it
    (meldpunt report refer). This command sends nothing to the other line.
    """

    target: "LineAddress" = required("--to", ADDRESS, "Address of the other line.")


@command(
    work="handler.answers:propose",
    example=f"meldpunt handler propose --key-file jansen.key {EXAMPLE_ENTRY} \\\n"
    f"    --to {EXAMPLE_LINE} why.txt",
    takes_entry=True,
)
class HandlerProposeOptions(AnswerOptions):
    """Propose to the reporter to hand the report itself to another line of this host.

    FILE tells the reporter why. Only the reporter can hand the report over (meldpunt report
    hand-over). Your line keeps it until the other line accepts it. For a line on another host, see
    meldpunt handler refer.
    """

    target: "LineAddress | ids.LineId" = required(
        "--to", LINE, "Address or id of the line, on the same host as this report."
    )


@command(work="handler.answers:accept", example=_EXAMPLE.format("accept"), takes_entry=True)
class HandlerAcceptOptions(AnswerOptions):
    """Take up a report that its reporter hands to your line; FILE is for them to read.

    From then on your line answers it, under its own terms, and the first line reads no more. You
    sign that you have received every message that comes with it. So all of them must open here.
    """


@command(work="handler.answers:refuse", example=_EXAMPLE.format("refuse"), takes_entry=True)
class HandlerRefuseOptions(AnswerOptions):
    """Leave a report with the line that has it; FILE tells the reporter why.

    Your line then reads no more of it.
    """
