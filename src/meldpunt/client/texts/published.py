"""Fetch the texts that a line document names, and read them (openapi/texts.md).

A text of a form that this version cannot read is none: a person is then asked for a plain text, and
is shown the clocks.
"""

from collections.abc import Callable
from typing import TypeVar

from meldpunt.client.http.transport import Transport
from meldpunt.client.lines.line import fetch_text
from meldpunt.protocol.line import VerifiedLine
from meldpunt.protocol.texts.desk import Desk, read_desk
from meldpunt.protocol.texts.form import Form, read_form
from meldpunt.protocol.texts.guide import Guide, read_guide
from meldpunt.protocol.texts.procedure import Procedure, read_procedure
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.errors import RefusedError
from meldpunt.protocol.verify.line_document import LineDocument

_Read = TypeVar("_Read")


async def fetch_form(
    transport: Transport, line: VerifiedLine, form: ids.Hash | None = None
) -> Form | None:
    """Return a form of a line: the one of its newest document, or another one by its hash.

    Raises:
        RefusedError: TEXT_HASH.
        ClientError: As `Transport.call`; NOT_FOUND if no document of this line ever named it.
    """
    return await _fetch(transport, line, form or line.document.form, read_form)


async def fetch_guide(transport: Transport, line: VerifiedLine) -> Guide | None:
    """Return the guide of a line. It needs no key and no code.

    Raises:
        RefusedError, ClientError: As `fetch_form`.
    """
    return await _fetch(transport, line, line.document.guide, read_guide)


async def fetch_procedure(
    transport: Transport, line: VerifiedLine, document: LineDocument | None = None
) -> Procedure | None:
    """Return the procedure of a line, or the one that an earlier document of it names.

    Raises:
        RefusedError, ClientError: As `fetch_form`.
    """
    named = (document or line.document).procedure
    return await _fetch(transport, line, named, read_procedure)


async def fetch_desk(
    transport: Transport, line: VerifiedLine, document: LineDocument | None = None
) -> Desk | None:
    """Return the desk of a line, or that of an earlier document: the first of its further texts.

    Raises:
        RefusedError, ClientError: As `fetch_form`.
    """
    further = (document or line.document).texts
    return await _fetch(transport, line, further[0], read_desk) if further else None


async def _fetch(
    transport: Transport, line: VerifiedLine, text: ids.Hash, read: Callable[[bytes], _Read]
) -> _Read | None:
    data = await fetch_text(transport, line, text)
    try:
        return read(data)
    except RefusedError:
        return None
