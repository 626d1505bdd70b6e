"""`meldpunt line renew` and the like: what keeps a line going once it is open."""

from collections.abc import Callable
from pathlib import Path

import click

from meldpunt.cli.line.document import line
from meldpunt.cli.line.plan_file import read_entry
from meldpunt.cli.render.reminders import remind_office
from meldpunt.cli.render.shapes import line_json, line_lines
from meldpunt.cli.terminal.key_files import LineFile
from meldpunt.cli.terminal.naming import find_handlers
from meldpunt.cli.terminal.options import command, key_file_options, proxy_option
from meldpunt.cli.terminal.output import Output, Refusal
from meldpunt.cli.terminal.session import Session
from meldpunt.client import LineOwner, LinePlan, utc_today
from meldpunt.protocol.line import VerifiedLine

__all__ = ["line"]

_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


def _show(output: Output, file: LineFile, owner: LineOwner, published: VerifiedLine) -> None:
    file.save_pin(published)
    address = str(file.content.address)
    remind_office(output, published, owner)
    output.result(line_json(published, address), *line_lines(published, address))


@command(line, "renew", example="meldpunt line renew --key-file line.key")
@key_file_options
@click.option("--force", is_flag=True, help="Also when the document has weeks to go.")
@proxy_option
def renew(
    output: Output,
    path: Path,
    passphrase_source: str | None,
    force: bool,  # noqa: FBT001 - click passes by name
    proxy: str | None,
) -> None:
    """Publish the line's document once more, with nothing changed, for another 90 days.

    Due in the last three weeks. An expired document still works for 30 days, with a warning;
    then nobody can report or write, and reporters are shown the contact data only.
    """
    file = LineFile(path, passphrase_source)
    with Session(output, file.content.origin, proxy) as session:
        owner = file.owner(session.transport)
        published = session.run("Renewing", owner.renew(force=force))
    _show(output, file, owner, published)


@command(line, "rotate-key", example="meldpunt line rotate-key --key-file line.key")
@key_file_options
@proxy_option
def rotate_key(
    output: Output, path: Path, passphrase_source: str | None, proxy: str | None
) -> None:
    """Replace the line key by a new one; the line's address stays.

    Both keys sign the change, a new document goes out under the new key, and the old private key
    is destroyed. Interrupted, run it again: it goes on where it was. A key that somebody else got
    hold of is no case for this: they could rotate too. Open a new line then.
    """
    file = LineFile(path, passphrase_source)
    with Session(output, file.content.origin, proxy) as session:
        owner = file.owner(session.transport)
        work = owner.rotate(file.save_keys, begun=file.content.successor)
        published = session.run("Replacing the key", work)
    _show(output, file, owner, published)


def _change(
    output: Output,
    file: LineFile,
    proxy: str | None,
    change: Callable[[LinePlan, VerifiedLine], LinePlan],
) -> None:
    """Publish the plan of now with one change."""
    with Session(output, file.content.origin, proxy) as session:
        owner = file.owner(session.transport)
        current = session.run("Fetching the line", owner.line())
        if current is None:
            raise Refusal("unsent", "Nothing is published of this line yet.")
        plan = session.run("Fetching its texts", owner.plan(current))
        changed = change(plan, current)
        published = session.run("Publishing", owner.publish(changed))
    _show(output, file, owner, published)


@command(line, "add-handler", example="meldpunt line add-handler --key-file line.key jansen.json")
@key_file_options
@proxy_option
@click.argument("entries", metavar="ENTRY...", nargs=-1, required=True, type=_FILE)
def add_handler(
    output: Output,
    entries: tuple[Path, ...],
    path: Path,
    passphrase_source: str | None,
    proxy: str | None,
) -> None:
    """Let handlers join: ENTRY is what meldpunt handler init printed for them.

    They read new reports once they have published keys. In an open report only its own handlers
    can let them in (meldpunt handler admit), for the reporter to see.
    """
    new = tuple(read_entry(name) for name in entries)
    file = LineFile(path, passphrase_source)
    line_id = file.content.keys.line_id
    if any(entry.line_id != line_id for entry in new):
        raise click.UsageError("A handler's entry was made for another line.")
    _change(output, file, proxy, lambda plan, _: plan.with_handlers(*new, day=utc_today()))


@command(
    line, "remove-handler", example="meldpunt line remove-handler --key-file line.key 'A. Jansen'"
)
@key_file_options
@proxy_option
@click.argument("names", metavar="HANDLER...", nargs=-1, required=True)
def remove_handler(
    output: Output,
    names: tuple[str, ...],
    path: Path,
    passphrase_source: str | None,
    proxy: str | None,
) -> None:
    """Let handlers go, by id or full name: they read nothing new from today on.

    Open reports go on with their other readers; where none is left, the reporter is asked to
    choose. What the departed wrote stays, and counts once a colleague or the reporter has seen it.
    """
    file = LineFile(path, passphrase_source)

    def leave(plan: LinePlan, current: VerifiedLine) -> LinePlan:
        for handler in find_handlers(current, names):
            plan = plan.without_handler(handler, day=utc_today())
        if not any(handler.until is None for handler in plan.handlers):
            raise Refusal(
                "no-handler", "Nobody would be left to read. First add somebody: line add-handler."
            )
        return plan

    _change(output, file, proxy, leave)
