"""`meldpunt line export | import | leave`: an office takes its line to another host."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

import click

from meldpunt.cli.line.office import line
from meldpunt.cli.render.shapes import line_json, line_lines
from meldpunt.cli.terminal.key_files import LineFile
from meldpunt.cli.terminal.options import (
    address_argument,
    check_standard_input,
    command,
    key_file_options,
    proxy_option,
)
from meldpunt.cli.terminal.output import Output, Refusal
from meldpunt.cli.terminal.prompts import SecretSource, read_line
from meldpunt.cli.terminal.session import Session
from meldpunt.client import (
    LineAddress,
    LineTransfer,
    Transport,
    check_export,
    private_origin,
    utc_today,
)
from meldpunt.protocol.line import VerifiedLine

__all__ = ["line"]


@command(
    line,
    "export",
    example="meldpunt line export --key-file line.key --to https://new.example"
    " \\\n    https://old.example/v1/lines/… line.export",
)
@key_file_options
@click.option(
    "--to",
    "new",
    metavar="URL",
    help="The host to move to. The line's next document names it first, and the old host takes"
    " nothing more: what is in the file is then everything. Without it the file is a copy.",
)
@proxy_option
@address_argument
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False))
def export(
    output: Output,
    path: Path,
    passphrase_source: str | None,
    new: str | None,
    proxy: str | None,
    address: LineAddress,
    file: Path,
) -> None:
    """Write everything that a host holds of the line to FILE.

    That is documents, texts, public keys and ciphertext, and the days: what the host can read, and
    no more. Interrupted, the same command goes on where it stopped.
    """
    origin = None if new is None else private_origin(new)
    keys = LineFile(path, passphrase_source)
    mover = _mover(keys, address.line_id)
    with Session(output, address.origin, proxy) as session, _using(file):
        if origin is not None:
            announced = _announce(mover, session.transport, Transport(origin, proxy=proxy))
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
        f"  meldpunt line import --key-file {path} --url {origin} --invite-fd - {file}",
    )


@command(
    line,
    "import",
    example="meldpunt line import --key-file line.key --url https://new.example --invite-fd -"
    " \\\n    line.export < invite",
)
@key_file_options
@click.option("--url", required=True, metavar="URL", help="Origin of the line's new host.")
@click.option(
    "--invite-fd",
    "invite_source",
    type=SecretSource(),
    help="Where to read the new host's invite: a file descriptor, or - for standard input.",
)
@proxy_option
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path, exists=True))
def import_(
    output: Output,
    path: Path,
    passphrase_source: str | None,
    url: str,
    invite_source: str | None,
    proxy: str | None,
    file: Path,
) -> None:
    """Bring an exported line to another host, where it lives from then on.

    The whole file is checked before anything is sent, and the host checks every record. Reporters
    go on with the codes they have. Interrupted, the same command goes on where it stopped.
    """
    check_standard_input(None, passphrase_source, invite_source)
    origin = private_origin(url)
    keys = LineFile(path, passphrase_source)
    invite = None if invite_source is None else read_line(invite_source)
    mover = _mover(keys, keys.content.keys.line_id)
    with Session(output, origin, proxy) as session, _using(file):
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
        f"  meldpunt line leave --key-file {path} ADDRESS-ON-THE-OLD-HOST",
    )


@command(
    line,
    "leave",
    example="meldpunt line leave --key-file line.key https://old.example/v1/lines/…",
)
@key_file_options
@proxy_option
@address_argument
def leave(
    output: Output,
    path: Path,
    passphrase_source: str | None,
    proxy: str | None,
    address: LineAddress,
) -> None:
    """Have the host that the line has left erase its reports.

    The host refuses while the line lives there. Its documents stay, so that people with the old
    address find the new one.
    """
    mover = _mover(LineFile(path, passphrase_source), address.line_id)
    with Session(output, address.origin, proxy) as session:
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
