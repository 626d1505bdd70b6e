"""`meldpunt line publish`: sign the next document from a line's folder."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import click

from meldpunt.cli.line.checklist import checklist_lines
from meldpunt.cli.line.commands.folder import LinePublishOptions, PublishingOptions
from meldpunt.cli.line.entries import read_entry
from meldpunt.cli.line.line_words import words_in
from meldpunt.cli.line.sole_readers import check_sole_readers
from meldpunt.cli.render.line import line_json, line_lines
from meldpunt.cli.render.reminders import remind_office
from meldpunt.cli.speech.spoken import spoken_language
from meldpunt.cli.terminal.key_files import LineFile
from meldpunt.cli.terminal.output import Output
from meldpunt.cli.terminal.plain_text import safe_line
from meldpunt.cli.terminal.prompts import ask_consent, read_line
from meldpunt.cli.terminal.refusal import Refusal
from meldpunt.cli.terminal.selection import find_handlers
from meldpunt.cli.terminal.session import Session
from meldpunt.cli.terminal.texts import check_standard_input
from meldpunt.client import HandlerEntry, LinePlan, utc_today
from meldpunt.client.line_folder.faults import Fault, LineFolderError
from meldpunt.client.line_folder.folder import LineFolder, read_folder
from meldpunt.client.line_folder.people import with_duties
from meldpunt.client.line_folder.plan import plan_of_folder, read_entries
from meldpunt.client.line_folder.publishing import check_publishing
from meldpunt.client.owner import first_box_key_ahead
from meldpunt.protocol.line import VerifiedLine
from meldpunt.protocol.verify import ids


def publish(output: Output, options: LinePublishOptions) -> None:
    """Sign the line's next document, and publish it."""
    language = spoken_language(options.language)
    asked = options.publishing
    check_standard_input(None, options.key_file.passphrase_source, asked.invite_source)
    folder = open_folder(options.folder, language)
    added = tuple(map(read_entry, asked.added))
    file = LineFile.open(options.key_file)
    publish_folder(output, file, folder, added, asked, language)


def open_folder(path: Path, language: str) -> LineFolder:
    """Read a line's folder.

    Raises:
        Refusal: It cannot be read; every fault is told in the office's language.
    """
    try:
        return read_folder(path)
    except LineFolderError as error:
        raise refusal_of(error.faults, language) from None


def refusal_of(faults: Iterable[Fault], language: str) -> Refusal:
    """Return the refusal that tells faults."""
    told = [fault.told(language) for fault in faults]
    return Refusal("line-folder", "\n".join([words_in(language).faults, *map(safe_line, told)]))


def publish_folder(
    output: Output,
    file: LineFile,
    folder: LineFolder,
    added: tuple[HandlerEntry, ...],
    options: PublishingOptions,
    language: str,
) -> None:
    """Sign the line's next document, publish it, and show it.

    Raises:
        Refusal: Something in the folder stops it; every fault is told.
    """
    invite = None if options.invite_source is None else read_line(options.invite_source)
    with Session(output, file.content.origin, options.proxy) as session:
        owner = file.owner(session.transport)
        current = session.run("Fetching the line", owner.line())
        wanted = _plan(folder, options, current, owner.keys.line_id, added, language)
        check_plan(output, folder, wanted, language)
        if current is not None and options.removed:
            leaving = find_handlers(current, options.removed)
            check_sole_readers(output, session, file, current, leaving, yes=options.yes)
        published = session.run("Publishing", owner.publish(wanted, invite=invite))
    file.save_pin(published)
    remind_office(output, published, owner, utc_today())
    address = str(file.content.address)
    output.result(
        line_json(published, address),
        *line_lines(published, address),
        *checklist_lines(folder, language),
        *([] if current is None else [words_in(language).posters]),
    )


def check_plan(output: Output, folder: LineFolder, wanted: LinePlan, language: str) -> None:
    """Tell warnings, and refuse to publish with a fault.

    Raises:
        Refusal: Something stops publishing.
    """
    active = tuple(h for h in wanted.handlers if h.is_active(utc_today()))
    found = check_publishing(folder, active)
    for fault in found:
        if fault.is_warning:
            output.warn(safe_line(fault.told(language)))
    stopping = [fault for fault in found if not fault.is_warning]
    if stopping:
        raise refusal_of(stopping, language)


def _plan(
    folder: LineFolder,
    options: PublishingOptions,
    current: VerifiedLine | None,
    line_id: ids.LineId,
    added: tuple[HandlerEntry, ...],
    language: str,
) -> LinePlan:
    try:
        entries = (*read_entries(folder), *added)
        found = plan_of_folder(folder, () if current is None else current.document.handlers)
    except LineFolderError as error:
        raise refusal_of(error.faults, language) from None
    if any(entry.line_id != line_id for entry in entries):
        raise click.UsageError("A handler's entry was made for another line.")
    today = utc_today()
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
    found = replace(found, handlers=with_duties(found.handlers, folder.settings.handlers))
    if not found.handlers:
        raise Refusal(
            "no-handler", "A line needs a handler: add --handler FILE, or handlers in line.yaml."
        )
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
