"""The checklist before publishing: recorded in the folder, shown, never enforced."""

from collections.abc import Iterator

from meldpunt.cli.line.line_words import words_in
from meldpunt.cli.terminal.plain_text import safe_line
from meldpunt.client.line_folder.folder import LineFolder
from meldpunt.client.line_folder.preset import OPEN


def checklist_lines(folder: LineFolder, language: str) -> Iterator[str]:
    """Show what is settled and what is not."""
    words = words_in(language)
    if folder.settings.checklist:
        yield words.checklist
    for item, word in folder.settings.checklist.items():
        is_open = word.strip().lower() in ("", OPEN)
        told = words.unsettled if is_open else words.settled
        yield f"  {told.format(item=words.items[item], word=safe_line(word))}"
