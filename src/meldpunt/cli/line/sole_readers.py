"""Warn an office before handlers leave who are the only readers of some reports."""

from meldpunt.cli.terminal.key_files import LineFile
from meldpunt.cli.terminal.output import Output
from meldpunt.cli.terminal.prompts import ask_consent
from meldpunt.cli.terminal.session import Session
from meldpunt.client import ClientError, utc_today
from meldpunt.client.transfer.held_reports import HeldReports, count_read_by_alone
from meldpunt.protocol.line import VerifiedLine
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.errors import RefusedError


def check_sole_readers(
    output: Output,
    session: Session,
    file: LineFile,
    line: VerifiedLine,
    leaving: tuple[ids.HandlerId, ...],
    *,
    yes: bool,
) -> None:
    """Warn of reports that only these handlers read, and ask a person whether to continue.

    With JSON or without a terminal, continue without asking. It may be urgent that a handler
    leaves, and the reporter can still choose other readers.

    Raises:
        click.Abort: The person said no; nothing was published.
    """
    count = _count(output, session, file, line, frozenset(leaving))
    if count == 0:
        return
    told = "Some reports may be" if count is None else f"Reports: {count}. They are"
    output.warn(
        f"{told} read by nobody else of this line. After this, nobody here reads what is written"
        " in them, until their reporters choose others. Before they leave, let them bring a"
        " colleague in: meldpunt handler admit",
    )
    if not output.as_json:
        ask_consent("Let them go all the same? [y/N] ", yes=yes, otherwise=None)


def _count(
    output: Output,
    session: Session,
    file: LineFile,
    line: VerifiedLine,
    leaving: frozenset[ids.HandlerId],
) -> int | None:
    """Return how many reports only these handlers read, or None if it is unknown."""
    today = utc_today()
    handlers = line.document.handlers
    departed = frozenset(h.id for h in handlers if h.until is not None and h.until <= today)
    reports = HeldReports(session.transport, file.content.keys)
    try:
        with output.counting("Looking for reports that nobody else reads") as told:
            work = count_read_by_alone(reports, leaving, departed, told)
            return session.run_openly(work)
    except (ClientError, RefusedError):
        output.warn("It could not be found out which reports only these handlers read.")
        return None
