"""Find handlers by id or full name, and the readers that the options select."""

import difflib
from collections.abc import Iterable
from typing import TypedDict

import click

from meldpunt.cli.speech.said import said
from meldpunt.cli.terminal.options import ReaderOptions
from meldpunt.cli.terminal.plain_text import safe_line
from meldpunt.cli.terminal.texts import spoken_on
from meldpunt.cli.terminal.words import Lines
from meldpunt.client import ReportLines
from meldpunt.client.lines.names import plain_name
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.encoding import decode_base64url
from meldpunt.protocol.verify.errors import RefusedError
from meldpunt.protocol.verify.line_document import ListedHandler


class Selection(TypedDict):
    """The selected readers, as `Reporter` and `Visit` take them."""

    language: str
    readers: tuple[ids.HandlerId, ...] | None
    left_out: tuple[ids.HandlerId, ...]


def select(options: ReaderOptions, lines: Lines) -> Selection:
    """Return the handlers that options select on these lines; `readers` is None if none is named.

    Raises:
        click.UsageError: As `find_handlers`.
    """
    own = lines.own if isinstance(lines, ReportLines) else lines
    return Selection(
        language=spoken_on(own, options.language),
        readers=find_handlers(lines, options.readers) if options.readers else None,
        left_out=find_handlers(lines, options.left_out),
    )


def find_handlers(lines: Lines, named: tuple[str, ...]) -> tuple[ids.HandlerId, ...]:
    """Return handlers by their id or their full name.

    Raises:
        click.UsageError: No handler has this id or name, or more than one has.
    """
    known = lines if isinstance(lines, ReportLines) else ReportLines.one(lines)
    return tuple(_find_handler(known, name) for name in named)


def _find_handler(lines: ReportLines, name: str) -> ids.HandlerId:
    handlers = lines.documents.handlers
    found = [h.id for h in handlers if name == h.name or _is_id(name, h.id)]
    if not found:
        found = [h.id for h in handlers if plain_name(name) == plain_name(h.name)]
    if len(found) > 1:
        raise click.UsageError(said().two_handlers)
    if not found:
        raise click.UsageError(f"{said().unknown_handler}{_nearest(name, handlers)}")
    return found[0]


def _nearest(name: str, handlers: Iterable[ListedHandler]) -> str:
    names = {plain_name(handler.name): handler.name for handler in handlers}
    near = difflib.get_close_matches(plain_name(name), names, n=1)
    return said().meant.format(name=safe_line(names[near[0]])) if near else ""


def _is_id(text: str, handler: ids.HandlerId) -> bool:
    try:
        return decode_base64url(text) == handler
    except RefusedError:
        return False
