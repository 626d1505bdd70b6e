"""The office's commands for an open line, such as `meldpunt line renew`."""

from collections.abc import Callable

import click

from meldpunt.cli.line.commands.document import (
    LineAddHandlerOptions,
    LineRemoveHandlerOptions,
    LineRenewOptions,
    LineRotateKeyOptions,
)
from meldpunt.cli.line.entries import read_entry
from meldpunt.cli.line.sole_readers import check_sole_readers
from meldpunt.cli.render.line import line_json, line_lines
from meldpunt.cli.render.reminders import remind_office
from meldpunt.cli.terminal.key_files import LineFile
from meldpunt.cli.terminal.output import Output
from meldpunt.cli.terminal.refusal import Refusal
from meldpunt.cli.terminal.selection import find_handlers
from meldpunt.cli.terminal.session import Session
from meldpunt.client import LineOwner, LinePlan, utc_today
from meldpunt.protocol.line import VerifiedLine
from meldpunt.protocol.verify.line_document import Function


def renew(output: Output, options: LineRenewOptions) -> None:
    """Publish the line's document again."""
    file = LineFile.open(options.key_file)
    with Session(output, file.content.origin, options.proxy) as session:
        owner = file.owner(session.transport)
        published = session.run("Renewing", owner.renew(force=options.force))
    _show(output, file, owner, published)


def rotate_key(output: Output, options: LineRotateKeyOptions) -> None:
    """Replace the line key by a new one."""
    file = LineFile.open(options.key_file)
    with Session(output, file.content.origin, options.proxy) as session:
        owner = file.owner(session.transport)
        work = owner.rotate(file.save_keys, begun=file.content.successor)
        published = session.run("Replacing the key", work)
    _show(output, file, owner, published)


def add_handler(output: Output, options: LineAddHandlerOptions) -> None:
    """Let handlers join."""
    new = tuple(read_entry(name) for name in options.entries)
    file = LineFile.open(options.key_file)
    line_id = file.content.keys.line_id
    if any(entry.line_id != line_id for entry in new):
        raise click.UsageError("A handler's entry was made for another line.")

    def join(_session: Session, plan: LinePlan, _current: VerifiedLine) -> LinePlan:
        joined = plan.with_handlers(*new, day=utc_today())
        if options.function is None:
            return joined
        return joined.with_function([entry.id for entry in new], Function(options.function))

    _change(output, file, options.proxy, join)


def remove_handler(output: Output, options: LineRemoveHandlerOptions) -> None:
    """Let handlers go."""
    file = LineFile.open(options.key_file)

    def leave(session: Session, plan: LinePlan, current: VerifiedLine) -> LinePlan:
        leaving = find_handlers(current, options.names)
        for handler in leaving:
            plan = plan.without_handler(handler, day=utc_today())
        if not any(handler.until is None for handler in plan.handlers):
            raise Refusal(
                "no-handler", "Nobody would be left to read. First add somebody: line add-handler."
            )
        check_sole_readers(output, session, file, current, leaving, yes=options.yes)
        return plan

    _change(output, file, options.proxy, leave)


def _change(
    output: Output,
    file: LineFile,
    proxy: str | None,
    change: Callable[[Session, LinePlan, VerifiedLine], LinePlan],
) -> None:
    """Publish the present plan with one change."""
    with Session(output, file.content.origin, proxy) as session:
        owner = file.owner(session.transport)
        current = session.run("Fetching the line", owner.line())
        if current is None:
            raise Refusal("unsent", "Nothing is published of this line yet.")
        plan = session.run("Fetching its texts", owner.plan(current))
        changed = change(session, plan, current)
        published = session.run("Publishing", owner.publish(changed))
    _show(output, file, owner, published)


def _show(output: Output, file: LineFile, owner: LineOwner, published: VerifiedLine) -> None:
    file.save_pin(published)
    address = str(file.content.address)
    remind_office(output, published, owner, utc_today())
    output.result(line_json(published, address), *line_lines(published, address))
