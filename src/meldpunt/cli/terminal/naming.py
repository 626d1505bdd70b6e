"""Handlers and lines as people name them: by name, by id, by address."""

import click

from meldpunt.cli.terminal import words
from meldpunt.client import AddressError, LineAddress, ReportLines
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.encoding import decode_base64url, decode_line_id
from meldpunt.protocol.verify.errors import RefusedError


class LineType(click.ParamType[LineAddress | ids.LineId, str]):
    """A line: its address, or its id where the host is known."""

    name = "LINE"

    def convert(
        self, value: str, param: click.Parameter | None, ctx: click.Context | None
    ) -> LineAddress | ids.LineId:
        """Read an address or an id."""
        try:
            return ids.LineId(decode_line_id(value))
        except RefusedError:
            pass
        try:
            return LineAddress.parse(value)
        except AddressError as error:
            return self.fail(str(error), param, ctx)


def find_handlers(lines: words.Lines, named: tuple[str, ...]) -> tuple[ids.HandlerId, ...]:
    """Return handlers by their id or their full name.

    Raises:
        click.UsageError: Nobody is called so, or more than one is.
    """
    known = lines if isinstance(lines, ReportLines) else ReportLines.one(lines)
    return tuple(_find_handler(known, name) for name in named)


def _find_handler(lines: ReportLines, name: str) -> ids.HandlerId:
    handlers = lines.documents.handlers
    found = [h.id for h in handlers if name == h.name or _is_id(name, h.id)]
    if len(found) != 1:
        raise click.UsageError(
            "A handler named is not on this line, or two have that name:"
            " meldpunt line show lists them with their ids."
        )
    return found[0]


def _is_id(text: str, handler: ids.HandlerId) -> bool:
    try:
        return decode_base64url(text) == handler
    except RefusedError:
        return False
