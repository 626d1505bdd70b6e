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
from meldpunt.cli.render.line import line_json, line_lines
from meldpunt.cli.terminal.key_files import LineFile
from meldpunt.cli.terminal.output import Output
from meldpunt.cli.terminal.prompts import read_line
from meldpunt.cli.terminal.refusal import Refusal
from meldpunt.cli.terminal.session import Session
from meldpunt.cli.terminal.texts import check_standard_input
from meldpunt.client import (
    LineTransfer,
    Transport,
    check_export,
    private_origin,
    utc_today,
)
from meldpunt.protocol.line import VerifiedLine


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
    }
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
    """Have the host that the line has left erase its reports."""
    mover = _mover(LineFile.open(options.key_file), options.address.line_id)
    with Session(output, options.address.origin, options.proxy) as session:
        session.run("Erasing", mover.leave(session.transport))
    output.result({"erased": True}, "The reports are erased there.")


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
