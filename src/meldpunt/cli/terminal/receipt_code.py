"""Show a new receipt code, only once, and warn the person before anything is sent."""

from collections.abc import Coroutine, Iterable, Iterator
from typing import Any, Protocol, TypeVar

import click

from meldpunt.cli.speech.phrases import ENGLISH, Phrases
from meldpunt.cli.speech.said import said
from meldpunt.cli.terminal import words
from meldpunt.cli.terminal.options import NewCodeOptions
from meldpunt.cli.terminal.output import Output
from meldpunt.cli.terminal.plain_text import safe_line
from meldpunt.cli.terminal.prompts import confirm_receipt, terminal
from meldpunt.cli.terminal.refusal import Refusal
from meldpunt.cli.terminal.session import Session
from meldpunt.client import ClientError, fetch_other_lines
from meldpunt.protocol.line import VerifiedLine
from meldpunt.protocol.verify.errors import Reason, RefusedError
from meldpunt.protocol.verify.fields import Participant, participant_text

_Result = TypeVar("_Result")


class Coded(Protocol):
    """Something sealed under a new receipt code: a report, or a takeover."""

    @property
    def receipt(self) -> str:
        """The code; show it to nobody but the person."""

    def confirms(self, typed: str) -> bool:
        """Say whether somebody has typed the code."""


def check_new_code(options: NewCodeOptions) -> None:
    """Refuse to send under a code that nobody would know.

    Raises:
        click.UsageError: The options would neither show the code nor ask for it.
    """
    if options.no_confirm and not options.show_receipt:
        raise click.UsageError("--no-confirm needs --show-receipt: else nobody has the code.")


def give_code(
    output: Output,
    made: Coded,
    readers: Iterable[Participant],
    options: NewCodeOptions,
    phrases: Phrases = ENGLISH,
) -> None:
    """Let the person keep a new receipt code before anything is sent under it.

    Raises:
        click.UsageError: Nobody would know the code.
        click.Abort: The person gave up.
    """
    with terminal() as found:
        if found is None and not options.no_confirm:
            raise click.UsageError(said().no_terminal_for_code)
        if options.show_receipt:
            # Write and flush the code, or refuse: if the code is lost, the report is lost too.
            told = {"receipt": made.receipt, "readers": [participant_text(r) for r in readers]}
            output.result(told, said().code.format(code=made.receipt))
        if found is not None and not options.no_confirm:
            confirm_receipt(found, made.receipt, made.confirms, phrases)


def seal(
    session: Session, line: VerifiedLine, doing: str, work: Coroutine[Any, Any, _Result]
) -> _Result:
    """Seal something. If nobody could read it, say so and name other ways to report.

    Raises:
        Refusal: No reader would be left.
        RefusedError: As the work.
    """
    try:
        return session.run(doing, work)
    except RefusedError as error:
        if error.reason is not Reason.NO_READER:
            raise
        lines = (said().nobody, *words.contact_lines(line), *elsewhere(session, line))
        raise Refusal(Reason.NO_READER.value, "\n".join(lines)) from None


def elsewhere(session: Session, line: VerifiedLine) -> Iterator[str]:
    """Name the other lines that an office offers, if nobody on this line can read the report."""
    try:
        found = session.run("Looking for other lines", fetch_other_lines(session.transport, line))
    except (ClientError, RefusedError):
        return
    for other in found:
        yield said().other_line.format(name=safe_line(other.name), address=other.address)
