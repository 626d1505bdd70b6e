"""`meldpunt line`: what an office does with its line, and what everybody may see of it."""

from pathlib import Path

import click

from meldpunt.cli.keyfile.contents import LineContent
from meldpunt.cli.keyfile.keystore import KeyFile
from meldpunt.cli.line.plan_file import EXAMPLE, read_entry, read_plan
from meldpunt.cli.render.audit import audit_json, audit_lines
from meldpunt.cli.render.reminders import remind_office
from meldpunt.cli.render.shapes import line_json, line_lines
from meldpunt.cli.terminal.key_files import LineFile
from meldpunt.cli.terminal.naming import find_handlers
from meldpunt.cli.terminal.options import (
    address_argument,
    check_standard_input,
    command,
    key_file_options,
    proxy_option,
)
from meldpunt.cli.terminal.output import Output, Refusal
from meldpunt.cli.terminal.prompts import SecretSource, ask_passphrase, read_line
from meldpunt.cli.terminal.session import Session
from meldpunt.client import (
    PRESETS,
    HandlerEntry,
    LineAddress,
    LineKeys,
    LinePlan,
    audit_line,
    fetch_line,
    private_origin,
    utc_today,
)
from meldpunt.protocol.line import VerifiedLine
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.encoding import encode_line_id

_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.group()
def line() -> None:
    """Open a line and publish what it promises."""


@command(
    line, "create", example="meldpunt line create --host https://report.example --key-file line.key"
)
@click.option("--host", required=True, metavar="URL", help="Origin of the host.")
@key_file_options
def create(output: Output, host: str, path: Path, passphrase_source: str | None) -> None:
    """Make the key of a new line, and with it the line's address.

    Nothing is published yet: give the address to the handlers, who make their keys for it, then
    publish. Whoever has the key file and its passphrase appoints handlers.
    """
    origin = private_origin(host)
    keys = LineKeys.create()
    content = LineContent.of(origin, keys)
    passphrase = ask_passphrase(passphrase_source, new=True)
    with output.progress("Writing the key file"):
        KeyFile.create(path, content.to_json(), passphrase)
    address = str(LineAddress(origin, keys.line_id))
    output.result({"address": address, "lineId": encode_line_id(keys.line_id)}, address)


@command(line, "plan", example="meldpunt line plan > plan.toml")
def plan(output: Output) -> None:
    """Print a plan to start from, for `meldpunt line publish`."""
    output.result({"plan": EXAMPLE, "presets": list(PRESETS)}, EXAMPLE.rstrip())


@command(
    line,
    "publish",
    example="meldpunt line publish --key-file line.key --handler jansen.json"
    " \\\n    --handler smit.json --invite-fd - plan.toml < invite",
)
@key_file_options
@click.option(
    "--handler",
    "added",
    multiple=True,
    type=_FILE,
    help="Public entry of a handler to add, as handler init printed it; once for each. Those of"
    " the document before stay.",
)
@click.option(
    "--remove",
    "removed",
    multiple=True,
    metavar="HANDLER",
    help="A handler who leaves today, by id or full name.",
)
@click.option(
    "--invite-fd",
    "invite_source",
    type=SecretSource(),
    help="Where to read the operator's invite: a file descriptor, or - for standard input."
    " Needed once, for the line's first document.",
)
@proxy_option
@click.argument("plan_path", metavar="PLAN", type=_FILE)
def publish(
    output: Output,
    plan_path: Path,
    path: Path,
    passphrase_source: str | None,
    added: tuple[Path, ...],
    removed: tuple[str, ...],
    invite_source: str | None,
    proxy: str | None,
) -> None:
    """Sign the line's next document from a plan (meldpunt line plan), and publish it.

    A document is good for 90 days: renew it before they are over (meldpunt line renew).
    """
    check_standard_input(None, passphrase_source, invite_source)
    entries = tuple(read_entry(name) for name in added)
    file = LineFile(path, passphrase_source)
    invite = None if invite_source is None else read_line(invite_source)
    with Session(output, file.content.origin, proxy) as session:
        owner = file.owner(session.transport)
        current = session.run("Fetching the line", owner.line())
        wanted = _plan(plan_path, current, owner.keys.line_id, entries, removed)
        published = session.run("Publishing", owner.publish(wanted, invite=invite))
    file.save_pin(published)
    remind_office(output, published, owner)
    address = str(file.content.address)
    output.result(line_json(published, address), *line_lines(published, address))


def _plan(
    path: Path,
    current: VerifiedLine | None,
    line_id: ids.LineId,
    entries: tuple[HandlerEntry, ...],
    removed: tuple[str, ...],
) -> LinePlan:
    if any(entry.line_id != line_id for entry in entries):
        raise click.UsageError("A handler's entry was made for another line.")
    today = utc_today()
    found = read_plan(path, () if current is None else current.document.handlers)
    if removed and current is None:
        raise click.UsageError("There is no document yet that lists anybody to --remove.")
    for handler in find_handlers(current, removed) if current is not None else ():
        found = found.without_handler(handler, day=today)
    found = found.with_handlers(*entries, day=today)
    if not found.handlers:
        raise Refusal("no-handler", "A line needs a handler: add --handler FILE.")
    return found


@command(line, "show", example="meldpunt line show https://report.example/v1/lines/…")
@proxy_option
@address_argument
def show(output: Output, address: LineAddress, proxy: str | None) -> None:
    """Fetch a line, verify it, and show what it promises and who reads."""
    with Session(output, address.origin, proxy) as session:
        work = fetch_line(session.transport, address.line_id, utc_today(), address.pin)
        found = session.run("Fetching the line", work)
        origin = session.transport.origin
    newest = str(LineAddress(origin, address.line_id, found.pin))
    output.result(line_json(found, newest), *line_lines(found, newest))


@command(line, "audit", example="meldpunt line audit https://report.example/v1/lines/…")
@proxy_option
@address_argument
def audit(output: Output, address: LineAddress, proxy: str | None) -> None:
    """Check a whole line from outside, and print what was found.

    The key chain, every document back to number 1, the texts they name, the handlers and until
    when their keys last, dates, origins and the host's receipt key. Anybody can run it; exit
    status 1 on any alarm. A host can show two people two lines: compare the hash of the newest
    document with what others found, and keep the address with it.
    """
    with Session(output, address.origin, proxy) as session:
        work = audit_line(session.transport, address, utc_today())
        found = session.run("Checking the line", work)
    output.result(audit_json(found, address), *audit_lines(found, address))
    if found.alarms:
        raise click.exceptions.Exit(1)
