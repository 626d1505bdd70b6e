"""`meldpunt line export | import | leave`: an office takes its line to another host."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

import click

from meldpunt.cli.line.commands.transfer import (
    LineExportOptions,
    LineImportOptions,
    LineLeaveOptions,
)
from meldpunt.cli.render.comparison import comparison_json, comparison_lines
from meldpunt.cli.render.line import line_json, line_lines
from meldpunt.cli.terminal.key_files import LineFile
from meldpunt.cli.terminal.output import Output
from meldpunt.cli.terminal.prompts import ask_consent, read_line
from meldpunt.cli.terminal.refusal import Refusal
from meldpunt.cli.terminal.session import Session
from meldpunt.cli.terminal.texts import check_standard_input
from meldpunt.client import (
    LineTransfer,
    ProblemError,
    Transport,
    check_export,
    fetch_line,
    private_origin,
    utc_today,
)
from meldpunt.client.transfer.comparison import HostComparison, compare_hosts
from meldpunt.client.transfer.held_reports import ReportProgress
from meldpunt.protocol.line import VerifiedLine
from meldpunt.wire.problems import ProblemType


def export(output: Output, options: LineExportOptions) -> None:
    """Write everything that a host holds of the line to a file."""
    origin = None if options.new is None else private_origin(options.new)
    file = options.file
    keys = LineFile.open(options.key_file)
    mover = _mover(keys, options.address.line_id)
    with Session(output, options.address.origin, options.proxy) as session, _using(file):
        if origin is not None:
            announced = _announce(mover, session.transport, Transport(origin, proxy=options.proxy))
            keys.save_pin(session.run("Publishing where the line will live", announced))
        with output.counting("Exporting") as told:
            exported = session.run_openly(mover.export(session.transport, file, told))
    result = {
        "pages": exported.pages,
        "readOnly": origin is not None,
        "staying": exported.staying,
        "changed": exported.has_changed,
    }
    if exported.has_changed:
        output.warn(
            "The line changed during the export: a new document was published, or much arrived."
            " The file holds what came up to its place in the file. Export again to have all of it."
        )
    if exported.staying:
        output.warn(
            f"{exported.staying} reports are not in it: their reporters asked another line on this"
            " host to take them. They stay there, where both lines can go on with them."
        )
    if origin is None:
        output.result(result, f"Copied to {file}. The line lives where it was, and takes more.")
        return
    output.result(
        result,
        f"All of the line is in {file}. Its host takes nothing more for it. Now import it:",
        f"  meldpunt line import --key-file {options.key_file.path} --url {origin}"
        f" --invite-fd - {file}",
    )


def import_(output: Output, options: LineImportOptions) -> None:
    """Bring an exported line to another host."""
    check_standard_input(None, options.key_file.passphrase_source, options.invite_source)
    origin = private_origin(options.url)
    file = options.file
    keys = LineFile.open(options.key_file)
    invite = None if options.invite_source is None else read_line(options.invite_source)
    mover = _mover(keys, keys.content.keys.line_id)
    with Session(output, origin, options.proxy) as session, _using(file):
        with output.progress("Checking the file"):
            checked = check_export(file, keys.content.keys)
        with output.counting("Importing") as told:
            work = mover.import_file(session.transport, checked, told, invite=invite)
            found = session.run_openly(work)
    keys.save_move(origin, found)
    address = str(keys.content.address)
    output.result(
        line_json(found, address),
        *line_lines(found, address),
        "The line lives here now. When all is well, let the old host erase its reports:",
        f"  meldpunt line leave --key-file {options.key_file.path} ADDRESS-ON-THE-OLD-HOST",
    )


def leave(output: Output, options: LineLeaveOptions) -> None:
    """Make the old host erase the line's reports, after the new host has all of them."""
    file = LineFile.open(options.key_file)
    mover = _mover(file, options.address.line_id)
    here = options.address.origin
    with Session(output, here, options.proxy) as session:
        new = Transport(file.content.origin, proxy=options.proxy)
        with output.counting("Comparing the two hosts") as told:
            found = session.run_openly(_compare(file, session.transport, new, told))
        output.warn(*comparison_lines(found, here))
        _check_whole(found, options)
        ask_consent(
            f"Erase {found.reports} reports on {here}? [y/N] ",
            yes=options.yes,
            otherwise="There is no terminal to ask on whether to erase. Nothing was erased."
            " A program adds --yes.",
        )
        session.run("Erasing", _erase(mover, session.transport, found))
    output.result({"erased": True, **comparison_json(found)}, "The reports are erased there.")


async def _compare(
    file: LineFile, old: Transport, new: Transport, progress: ReportProgress
) -> HostComparison:
    """Find where the line lives, and compare what both hosts hold.

    Raises:
        Refusal: It lives on the old host.
        RefusedError: As `fetch_line`.
        ClientError: As `compare_hosts`.
    """
    keys, pin = file.content.keys, file.content.pin
    async with new:
        line = await fetch_line(new, keys.line_id, utc_today(), pin)
        if old.origin == new.origin or old.origin in line.document.origins:
            raise Refusal(
                "lives-here", "The line lives on this host. Nothing was erased: move it first."
            )
        if new.origin not in line.document.origins:
            raise Refusal(
                "other-host",
                "The line's document does not name the host of this key file. Nothing was erased.",
            )
        return await compare_hosts(old, new, keys, progress)


async def _erase(mover: LineTransfer, old: Transport, found: HostComparison) -> None:
    """Let the old host erase what was compared.

    Raises:
        Refusal: It holds something else by now.
        ClientError: As `LineTransfer.leave`.
    """
    try:
        await mover.leave(old, found)
    except ProblemError as error:
        if error.kind is not ProblemType.CONFLICT:
            raise
        raise Refusal(
            "changed",
            "Since the comparison, what the old host holds has changed: a report came back from"
            " another line there, or its term was over. Run this again: it compares again.",
        ) from None


def _check_whole(found: HostComparison, options: LineLeaveOptions) -> None:
    """Refuse to erase what the new host does not have.

    Raises:
        Refusal: Reports are missing there, and the person did not say how many.
    """
    if found.missing != (options.missing or 0):
        raise Refusal(
            "not-arrived",
            f"Reports that are not whole on the new host: {found.missing}. Nothing was erased."
            " Import the line's file again (meldpunt line import). To lose them for good, add"
            f" --missing {found.missing}",
        )


async def _announce(mover: LineTransfer, old: Transport, new: Transport) -> VerifiedLine:
    async with new:
        return await mover.announce(old, new)


def _mover(file: LineFile, line_id: bytes) -> LineTransfer:
    if file.content.keys.line_id != line_id:
        raise click.UsageError("This key file is another line's.")
    return LineTransfer(file.content.keys, utc_today(), file.content.pin)


@contextlib.contextmanager
def _using(file: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise Refusal("file", f"Cannot use {file}: {error.strerror}.") from None
