"""From a line's folder to the plan that its office signs."""

from collections.abc import Callable
from typing import Any, TypeVar

from meldpunt.client.files.regular_file import open_regular
from meldpunt.client.http.address import LineAddress
from meldpunt.client.line_folder.fault_kinds import FaultKind
from meldpunt.client.line_folder.faults import Fault, LineFolderError, TextPlace
from meldpunt.client.line_folder.folder import LineFolder
from meldpunt.client.line_folder.people import with_duties
from meldpunt.client.line_folder.shaping import Shaped
from meldpunt.client.lines.other_lines import OtherLine
from meldpunt.client.lines.plan import HandlerEntry, LinePlan
from meldpunt.client.lines.presets import Preset
from meldpunt.client.lines.texts import Texts
from meldpunt.protocol.texts.page_manifest import read_page_manifest
from meldpunt.protocol.texts.shapes import LineText
from meldpunt.protocol.verify import strict_json
from meldpunt.protocol.verify.clock import Clock
from meldpunt.protocol.verify.errors import RefusedError
from meldpunt.protocol.verify.line_document import ListedHandler, Text
from meldpunt.protocol.verify.sizes import TEXT_SIZE

_Read = TypeVar("_Read")
_ENTRY_SIZE = 4096


def plan_of_folder(folder: LineFolder, handlers: tuple[ListedHandler, ...]) -> LinePlan:
    """Return the plan of a folder.

    Args:
        folder: A folder that can be read.
        handlers: Everybody who ever handled reports of the line.

    Raises:
        LineFolderError: A further text cannot be read.
    """
    said = folder.settings
    return LinePlan(
        languages=said.languages,
        names=_by_language(said.names),
        contact=_by_language(said.contact),
        handlers=with_duties(handlers, said.handlers),
        preset=Preset(tuple(map(_clock, said.clocks)), said.retention, said.maximum_term),
        texts=_texts(folder),
        other_lines=tuple(
            OtherLine(LineAddress.parse(each.address), each.name) for each in said.other_lines
        ),
        check_ins=said.check_ins,
        reader_count=said.reader_count,
        withdrawal_term=said.withdrawal_term,
        unopened_term=said.unopened_term,
    )


def read_entries(folder: LineFolder) -> tuple[HandlerEntry, ...]:
    """Return the public entries of handlers that the folder names.

    Raises:
        LineFolderError: One cannot be read.
    """
    found = []
    for number, handler in enumerate(folder.settings.handlers):
        if handler.entry is not None:
            place = folder.line.place("handlers", number, "entry")
            found.append(
                _read(folder, handler.entry, place, FaultKind.ENTRY_FILE, read_handler_entry)
            )
    return tuple(found)


def read_handler_entry(data: bytes) -> HandlerEntry:
    """Read what `meldpunt handler init` printed.

    Raises:
        RefusedError: It is something else.
    """
    return HandlerEntry.from_value(strict_json.parse(data, max_size=_ENTRY_SIZE))


def _clock(sourced: Clock) -> Clock:
    own = {name: getattr(sourced, name) for name in Clock.model_fields}
    return Clock.model_validate(own)


def _by_language(texts: tuple[Text, ...]) -> dict[str, str]:
    return {text.language: text.text for text in texts}


def _texts(folder: LineFolder) -> Texts:
    said, line = folder.settings, folder.line
    pages = (
        _read(folder, name, line.place("pages", n), FaultKind.PAGE_MANIFEST, _manifest)
        for n, name in enumerate(said.pages)
    )
    further = (
        _read(folder, name, line.place("texts", n), FaultKind.TEXT_FILE, bytes)
        for n, name in enumerate(said.texts)
    )
    return Texts(
        form=_signed(folder.form),
        guide=_signed(folder.guide),
        procedure=_signed(folder.procedure),
        theme=None if folder.theme is None else _signed(folder.theme),
        pages=tuple(pages),
        desk=None if folder.desk is None else _signed(folder.desk),
        further=tuple(further),
    )


def _signed(shaped: Shaped[Any]) -> bytes:
    found: LineText | None = shaped.found
    if found is None:
        raise LineFolderError(shaped.faults)
    return found.to_json()


def _manifest(data: bytes) -> bytes:
    page = strict_json.dump(strict_json.parse(data, max_size=TEXT_SIZE))
    read_page_manifest(page)
    return page


def _read(
    folder: LineFolder,
    name: str,
    place: TextPlace,
    kind: FaultKind,
    read: Callable[[bytes], _Read],
) -> _Read:
    try:
        with open_regular(folder.path / name) as file:
            data = file.read(TEXT_SIZE + 1)
        if len(data) <= TEXT_SIZE:
            return read(data)
    except (OSError, RefusedError):
        pass
    raise LineFolderError([Fault.at(place, kind, name=name)])
