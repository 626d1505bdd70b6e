"""`meldpunt line`: what an office does with its line, and what everybody may see of it."""

import click

from meldpunt.cli.keyfile.contents import LineContent
from meldpunt.cli.keyfile.keystore import KeyFile
from meldpunt.cli.line.commands.document import (
    LineAuditOptions,
    LineCreateOptions,
    LinePlanOptions,
    LinePublishOptions,
    LineShowOptions,
)
from meldpunt.cli.line.kept_index import keep_index, read_kept_index
from meldpunt.cli.line.page import pages_findings
from meldpunt.cli.line.plan_file import EXAMPLE, read_entry, read_plan
from meldpunt.cli.line.sole_readers import check_sole_readers
from meldpunt.cli.render.audit import audit_json, audit_lines
from meldpunt.cli.render.line import line_json, line_lines
from meldpunt.cli.render.reminders import remind_office
from meldpunt.cli.terminal.key_files import LineFile
from meldpunt.cli.terminal.output import Output
from meldpunt.cli.terminal.plain_text import safe_line
from meldpunt.cli.terminal.prompts import ask_consent, ask_new_passphrase, read_line
from meldpunt.cli.terminal.refusal import Refusal
from meldpunt.cli.terminal.selection import find_handlers
from meldpunt.cli.terminal.session import Session
from meldpunt.cli.terminal.texts import check_standard_input
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
from meldpunt.client.owner import first_box_key_ahead
from meldpunt.protocol.line import VerifiedLine
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.encoding import encode_line_id


def create(output: Output, options: LineCreateOptions) -> None:
    """Make the key of a new line."""
    origin = private_origin(options.host)
    keys = LineKeys.create()
    content = LineContent.of(origin, keys)
    passphrase = ask_new_passphrase(options.key_file.passphrase_source)
    with output.progress("Writing the key file"):
        KeyFile.create(options.key_file.path, content.to_json(), passphrase)
    address = str(LineAddress(origin, keys.line_id))
    output.result({"address": address, "lineId": encode_line_id(keys.line_id)}, address)


def plan(output: Output, options: LinePlanOptions) -> None:
    """Print a plan to start from."""
    del options
    output.result({"plan": EXAMPLE, "presets": list(PRESETS)}, EXAMPLE.rstrip())


def publish(output: Output, options: LinePublishOptions) -> None:
    """Sign the line's next document, and publish it."""
    check_standard_input(None, options.key_file.passphrase_source, options.invite_source)
    entries = tuple(read_entry(name) for name in options.added)
    file = LineFile.open(options.key_file)
    invite = None if options.invite_source is None else read_line(options.invite_source)
    with Session(output, file.content.origin, options.proxy) as session:
        owner = file.owner(session.transport)
        current = session.run("Fetching the line", owner.line())
        wanted = _plan(options, current, owner.keys.line_id, entries)
        if current is not None and options.removed:
            leaving = find_handlers(current, options.removed)
            check_sole_readers(output, session, file, current, leaving, yes=options.yes)
        published = session.run("Publishing", owner.publish(wanted, invite=invite))
    file.save_pin(published)
    remind_office(output, published, owner, utc_today())
    address = str(file.content.address)
    output.result(line_json(published, address), *line_lines(published, address))


def _plan(
    options: LinePublishOptions,
    current: VerifiedLine | None,
    line_id: ids.LineId,
    entries: tuple[HandlerEntry, ...],
) -> LinePlan:
    if any(entry.line_id != line_id for entry in entries):
        raise click.UsageError("A handler's entry was made for another line.")
    today = utc_today()
    found = read_plan(options.plan_path, () if current is None else current.document.handlers)
    if current is None and (options.removed or options.first_box_keys):
        raise click.UsageError(
            "There is no document yet that lists anybody to --remove, or with a --first-box-key."
        )
    for handler in find_handlers(current, options.removed) if current is not None else ():
        found = found.without_handler(handler, day=today)
    found = found.with_handlers(*entries, day=today)
    if current is not None:
        for name, number in options.first_box_keys:
            (handler,) = find_handlers(current, (name,))
            _check_first_box_key(current, handler, name, number, yes=options.yes)
            found = found.with_first_box_key(handler, number)
    if not found.handlers:
        raise Refusal("no-handler", "A line needs a handler: add --handler FILE.")
    return found


def _check_first_box_key(
    current: VerifiedLine, handler: ids.HandlerId, name: str, number: int, *, yes: bool
) -> None:
    """Ask before a first box key above the one that the host serves is published.

    Raises:
        click.UsageError: There is nobody to ask.
        click.Abort: The person said no.
    """
    ahead = first_box_key_ahead(current, handler, number)
    if ahead is not None:
        ask_consent(
            f"The host serves no key of {safe_line(name)} from {number} on: the highest number is"
            f" {number - ahead}. Below {number} no key will count, and that cannot be undone. Did"
            " the handler's program print this number? [y/N] ",
            yes=yes,
            otherwise=f"The host serves no key of this handler from {number} on. Check the number,"
            " and let the handler run: meldpunt handler publish-keys. If it is right, and the host"
            " withholds the key, add --yes. Nothing was published.",
        )


def show(output: Output, options: LineShowOptions) -> None:
    """Show what a line promises and who reads."""
    with Session(output, options.address.origin, options.proxy) as session:
        work = fetch_line(
            session.transport, options.address.line_id, utc_today(), options.address.pin
        )
        found = session.run("Fetching the line", work)
        origin = session.transport.origin
    newest = str(LineAddress(origin, options.address.line_id, found.pin))
    output.result(line_json(found, newest), *line_lines(found, newest))


def audit(output: Output, options: LineAuditOptions) -> None:
    """Check a whole line from outside."""
    if options.anew and options.kept_index is None:
        raise click.UsageError("--new-bulletin-index goes with --bulletin-index FILE.")
    with Session(output, options.address.origin, options.proxy) as session:
        kept = None
        if options.kept_index is not None and not options.anew:
            kept = read_kept_index(options.kept_index)
        work = audit_line(session.transport, options.address, utc_today(), kept_bulletins=kept)
        found = session.run("Checking the line", work)
        if options.pages and found.line is not None:
            pages = pages_findings(options.pages, session.transport, options.address, options.proxy)
            found.findings += session.run("Checking the page", pages)
    if options.kept_index is not None:
        aside = keep_index(options.kept_index, found, anew=options.anew)
        if aside is not None:
            output.warn(f"The other index of bulletins is kept in {aside}.")
    output.result(audit_json(found, options.address), *audit_lines(found, options.address))
    if found.alarms:
        raise click.exceptions.Exit(1)
