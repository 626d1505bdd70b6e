"""`meldpunt line create` and `edit`: write a line's folder, look at it, and publish it."""

from pathlib import Path

import click

from meldpunt.cli.keyfile import private_files
from meldpunt.cli.line.checklist import checklist_lines
from meldpunt.cli.line.commands.folder import LineCreateOptions, LineEditOptions
from meldpunt.cli.line.entries import read_entry
from meldpunt.cli.line.line_words import words_in
from meldpunt.cli.line.preview import preview_lines, preview_of
from meldpunt.cli.line.preview_page import preview_page
from meldpunt.cli.line.publishing import open_folder, publish_folder, refusal_of
from meldpunt.cli.speech.spoken import spoken_language
from meldpunt.cli.terminal.key_files import LineFile
from meldpunt.cli.terminal.output import Output
from meldpunt.cli.terminal.plain_text import safe_line
from meldpunt.cli.terminal.prompts import ask_consent
from meldpunt.cli.terminal.refusal import Refusal
from meldpunt.cli.terminal.texts import check_standard_input
from meldpunt.client import HandlerEntry, utc_today
from meldpunt.client.line_folder.faults import Fault, LineFolderError
from meldpunt.client.line_folder.folder import LineFolder
from meldpunt.client.line_folder.people import with_duties
from meldpunt.client.line_folder.plan import read_entries
from meldpunt.client.line_folder.preset import read_preset
from meldpunt.client.line_folder.publishing import check_publishing
from meldpunt.client.line_folder.writer import write_yaml


def create(output: Output, options: LineCreateOptions) -> None:
    """Write a line into a new folder."""
    language = spoken_language(options.language)
    write_preset(options.preset_name, options.folder, options.address_form, language)
    words = words_in(language)
    output.result(
        {"folder": str(options.folder), "preset": options.preset_name},
        words.written.format(folder=options.folder),
        words.next.format(folder=options.folder),
    )


def write_preset(name: str, folder: Path, address_form: str, language: str) -> None:
    """Write a preset into a folder, which must be new or empty.

    Raises:
        Refusal: The folder holds something, or cannot be written.
    """
    words = words_in(language)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            told = f"{folder} holds something already. Nothing was written."
            raise Refusal("folder-exists", told)
        for file, node in read_preset(name, address_form).items():
            comments = words.comments if file == "line.yaml" else {}
            text = write_yaml(node, comments, words.headings[file])
            with (folder / file).open("x", encoding="utf-8") as new:
                new.write(text)
    except OSError as error:
        raise Refusal("folder", f"{folder} cannot be written: {error.strerror}.") from None


def edit(output: Output, options: LineEditOptions) -> None:
    """Check a line's folder, show it, and publish it."""
    language = spoken_language(options.language)
    words = words_in(language)
    asked = options.publishing
    check_standard_input(None, options.passphrase_source, asked.invite_source)
    folder = open_folder(options.folder, language)
    added = tuple(map(read_entry, asked.added))
    page = write_page(folder, options.page, language)
    faults = _faults(folder, added, language)
    if not output.as_json:
        shown = preview_lines(preview_of(folder, language))
        for line in (*shown, "", *checklist_lines(folder, language)):
            output.line(line)
        output.line(words.page.format(page=page))
    if options.key_path is None:
        _tell(output, folder, faults, page, language)
        return
    if not output.as_json:
        ask_consent(
            words.ask, yes=asked.yes, otherwise="There is no terminal to ask on: add --yes."
        )
    file = LineFile(options.key_path, options.passphrase_source)
    publish_folder(output, file, folder, added, asked, language)


def write_page(folder: LineFolder, page: Path | None, language: str) -> Path:
    """Write the page that shows a folder; returns where it is.

    Raises:
        Refusal: It cannot be written.
    """
    path = page or folder.path / "preview.html"
    try:
        private_files.replace(path, preview_page(folder, language).encode())
    except private_files.PrivateFileError as error:
        raise Refusal("folder", str(error)) from None
    return path


def _faults(
    folder: LineFolder, added: tuple[HandlerEntry, ...], language: str
) -> tuple[Fault, ...]:
    """Return what would stop publishing, as far as it can be known without the host."""
    try:
        entries = (*read_entries(folder), *added)
    except LineFolderError as error:
        raise refusal_of(error.faults, language) from None
    today = utc_today()
    listed = tuple(entry.starting(today) for entry in entries)
    return check_publishing(folder, with_duties(listed, folder.settings.handlers))


def _tell(
    output: Output, folder: LineFolder, faults: tuple[Fault, ...], page: Path, language: str
) -> None:
    """Say what is to do before publishing, and how to publish.

    Raises:
        click.exceptions.Exit: Something stops publishing: status 1.
    """
    words = words_in(language)
    stopping = [safe_line(f.told(language)) for f in faults if not f.is_warning]
    warnings = [safe_line(f.told(language)) for f in faults if f.is_warning]
    output.result(
        {"faults": stopping, "warnings": warnings, "page": str(page)},
        *(["", words.warnings, *warnings] if warnings else []),
        "",
        *([words.not_ready, *stopping] if stopping else [words.ready]),
        words.how.format(folder=folder.path),
    )
    if stopping:
        raise click.exceptions.Exit(1)
