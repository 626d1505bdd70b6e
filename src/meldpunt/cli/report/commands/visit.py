"""`meldpunt report send`, `status`, `reply` and the like."""

from pathlib import Path
from typing import IO, TYPE_CHECKING

from meldpunt.cli.terminal.command import command
from meldpunt.cli.terminal.declaration import (
    Options,
    argument,
    embedded,
    flag,
    option,
    optional_argument,
    repeated,
)
from meldpunt.cli.terminal.options import (
    EXAMPLE_LINE,
    NewCodeOptions,
    ReaderOptions,
    address_argument,
    language_option,
    proxy_option,
    receipt_option,
    shown_in_option,
    text_argument,
    unsent_option,
)
from meldpunt.cli.terminal.parameter_types import ADDRESS, EXISTING_FILE, FILE, TEXT

if TYPE_CHECKING:
    from meldpunt.client.http.address import LineAddress


def keep_proof_option() -> Path | None:
    """Declare `--keep-proof`."""
    return option(
        "--keep-proof",
        FILE,
        "Keep a file that shows a judge or an authority later what you wrote and when. Whoever"
        " finds the file can read it. Nothing is kept unless you ask.",
        metavar="FILE",
    )


def next_readers() -> ReaderOptions:
    """Declare `--reader` and `--leave-out` for a report that has readers already."""
    return embedded(
        ReaderOptions,
        readers="Let only this handler read on, by id or full name; once for each. Choose among"
        " those who read now and those whom a handler let in. If all have left, choose anybody.",
        left_out="A handler who must not read on. The others see it.",
    )


@command(
    work="report.submission:send",
    example=f"meldpunt report send {EXAMPLE_LINE} report.txt",
)
class ReportSendOptions(Options):
    """Send a report to the line at ADDRESS: its questions are asked, or FILE is a text.

    Without FILE the program asks the line's form, question by question. You can skip what is not
    required, go back and change the language, and you see everything before it is sealed. FILE
    holds a plain text, - is standard input. A program gives --answers: a file of JSON or YAML with
    `kind`, `answers` by the ids of the questions, and perhaps `story: given`.

    First you see who would read it, by name and role. Then the receipt code is shown, alone, and
    you type it back: it is the only way to the answer. Only then is the report sent.
    With --json --show-receipt the first line of output holds the code,
    the second one the result.
    """

    address: "LineAddress" = address_argument()
    choice: ReaderOptions = embedded(
        ReaderOptions,
        readers="A handler who is to read it, by id or full name; once for each. By default the lot"
        " draws.",
        left_out="A handler who must never read it. The readers see whom you leave out.",
    )
    code: NewCodeOptions = embedded(NewCodeOptions)
    kept_path: Path | None = keep_proof_option()
    answers: Path | None = option(
        "--answers", EXISTING_FILE, "Answers to the line's form, in a file.", metavar="FILE"
    )
    proxy: str | None = proxy_option()
    file: IO[bytes] | None = optional_argument("[FILE]", TEXT)


@command(work="report.visit:make_ones_own", example=f"meldpunt report take-over {EXAMPLE_LINE}")
class ReportTakeOverOptions(Options):
    """Make a report yours that a handler wrote down for you.

    You get a code that only you know. It is shown alone, and you type it back. From then on the old
    code opens nothing, and the handler can neither read nor write as you. You can choose who reads
    on: the handler who wrote it down need not be among them.
    """

    address: "LineAddress" = address_argument()
    receipt_source: str | None = receipt_option()
    choice: ReaderOptions = next_readers()
    code: NewCodeOptions = embedded(NewCodeOptions)
    unsent: Path | None = unsent_option()
    proxy: str | None = proxy_option()


@command(work="report.visit:status", example=f"meldpunt report status {EXAMPLE_LINE}")
class ReportStatusOptions(Options):
    """Say where a report stands, and when an answer is due.

    --calendar writes the next day to look again as an appointment for a calendar. Its title says
    nothing, and it holds neither a code nor an address.
    """

    address: "LineAddress" = address_argument()
    receipt_source: str | None = receipt_option()
    language: str | None = shown_in_option()
    calendar: Path | None = option(
        "--calendar", FILE, "Write the next day to look again (.ics).", metavar="FILE"
    )
    proxy: str | None = proxy_option()


@command(work="report.visit:read", example=f"meldpunt report read {EXAMPLE_LINE}")
class ReportReadOptions(Options):
    """Show what the handlers wrote, and where each step stands."""

    address: "LineAddress" = address_argument()
    receipt_source: str | None = receipt_option()
    language: str | None = shown_in_option()
    proxy: str | None = proxy_option()


@command(work="report.visit:reply", example=f"meldpunt report reply {EXAMPLE_LINE} answer.txt")
class ReportReplyOptions(Options):
    """Write to the handlers; FILE holds the text, - is standard input."""

    address: "LineAddress" = address_argument()
    receipt_source: str | None = receipt_option()
    choice: ReaderOptions = next_readers()
    kept_path: Path | None = keep_proof_option()
    unsent: Path | None = unsent_option()
    proxy: str | None = proxy_option()
    file: IO[bytes] = text_argument()


@command(work="report.visit:resend", example=f"meldpunt report resend {EXAMPLE_LINE} kept")
class ReportResendOptions(Options):
    """Send a message again whose answer did not come; FILE is where --unsent kept it.

    It is the same message. If it has arrived already, nothing changes.
    """

    address: "LineAddress" = address_argument()
    receipt_source: str | None = receipt_option()
    proxy: str | None = proxy_option()
    kept: Path = argument("FILE", FILE)


@command(work="report.visit:reopen", example=f"meldpunt report reopen {EXAMPLE_LINE} reason.txt")
class ReportReopenOptions(Options):
    """Have a closed report taken up again; FILE says why, - is standard input."""

    address: "LineAddress" = address_argument()
    receipt_source: str | None = receipt_option()
    language: str | None = language_option()
    unsent: Path | None = unsent_option()
    proxy: str | None = proxy_option()
    file: IO[bytes] = text_argument()


@command(work="report.visit:withdraw", example=f"meldpunt report withdraw {EXAMPLE_LINE}")
class ReportWithdrawOptions(Options):
    """Take a report back, so that it is erased."""

    address: "LineAddress" = address_argument()
    receipt_source: str | None = receipt_option()
    now: bool = flag(
        "--now",
        "Erase at once. Otherwise there is a cooling-off time, in which any message undoes it.",
    )
    language: str | None = language_option()
    unsent: Path | None = unsent_option()
    proxy: str | None = proxy_option()


@command(work="report.proof:proof", example=f"meldpunt report proof {EXAMPLE_LINE} proof.json")
class ReportProofOptions(Options):
    """Keep what shows later, to a judge or an authority, what was reported and when.

    FILE gets the signed header of every message, the host's signature for its day, and what the
    handlers wrote to you. If FILE exists already, what it can show is kept. It holds your own words
    only if you kept a proof when you sent them, because your code does not open them. It holds
    neither the code nor a key of yours. But whoever finds it can read it.
    """

    address: "LineAddress" = address_argument()
    receipt_source: str | None = receipt_option()
    language: str | None = shown_in_option()
    proxy: str | None = proxy_option()
    kept_path: Path = argument("FILE", FILE)


@command(work="report.proof:verify", example="meldpunt report verify proof.json")
class ReportVerifyOptions(Options):
    """Check a proof of report, without a host, and print it for whoever should see it.

    Everything is checked, from the line's id up. If the file does not hold a message's text, it
    says so, and shows only that message's existence, author and day.
    """

    address: "LineAddress | None" = option(
        "--line", ADDRESS, "Address of the line that it must be about, from a source of your own."
    )
    files: tuple[Path, ...] = repeated(
        "--file",
        FILE,
        "Also check that this is a file that one of the messages brought.",
        metavar="SENT",
    )
    language: str | None = shown_in_option()
    path: Path = argument("FILE", FILE)
