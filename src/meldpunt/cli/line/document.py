"""`meldpunt line`: what an office does with its line, and what everybody may see of it."""

import click

from meldpunt.cli.keyfile.contents import LineContent
from meldpunt.cli.keyfile.keystore import KeyFile
from meldpunt.cli.line.commands.document import (
    LineAuditOptions,
    LineCreateKeyOptions,
    LineShowOptions,
)
from meldpunt.cli.line.kept_index import keep_index, read_kept_index
from meldpunt.cli.line.page import pages_findings
from meldpunt.cli.render.audit import audit_json, audit_lines
from meldpunt.cli.render.line import line_json, line_lines
from meldpunt.cli.terminal.output import Output
from meldpunt.cli.terminal.prompts import ask_new_passphrase
from meldpunt.cli.terminal.session import Session
from meldpunt.client import (
    LineAddress,
    LineKeys,
    audit_line,
    fetch_line,
    private_origin,
    utc_today,
)
from meldpunt.protocol.verify.encoding import encode_line_id


def create_key(output: Output, options: LineCreateKeyOptions) -> None:
    """Make the key of a new line."""
    origin = private_origin(options.host)
    keys = LineKeys.create()
    content = LineContent.of(origin, keys)
    passphrase = ask_new_passphrase(options.key_file.passphrase_source)
    with output.progress("Writing the key file"):
        KeyFile.create(options.key_file.path, content.to_json(), passphrase)
    address = str(LineAddress(origin, keys.line_id))
    output.result({"address": address, "lineId": encode_line_id(keys.line_id)}, address)


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
