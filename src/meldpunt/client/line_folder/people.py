"""Handlers in a line's folder: who does what, and what one person must not do."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from meldpunt.client.line_folder.fault_kinds import FaultKind
from meldpunt.client.line_folder.faults import Fault
from meldpunt.client.line_folder.folder import LineFolder
from meldpunt.client.line_folder.line_settings import PlannedHandler
from meldpunt.client.lines.names import plain_name
from meldpunt.client.lines.plan import JUDGES
from meldpunt.protocol.verify.line_document import Function, ListedHandler


def with_duties(
    handlers: tuple[ListedHandler, ...], planned: Iterable[PlannedHandler]
) -> tuple[ListedHandler, ...]:
    """Return listed handlers with function, languages and whether they are external.

    The folder has the last word: whom it does not name has none of these. Whoever has left keeps
    what they had.
    """
    by_name = {plain_name(each.name): each for each in planned}
    return tuple(_with_duty(handler, by_name) for handler in handlers)


def _with_duty(handler: ListedHandler, by_name: Mapping[str, PlannedHandler]) -> ListedHandler:
    found = by_name.get(plain_name(handler.name))
    if handler.until is not None:
        return handler
    names = ("function", "languages", "external")
    duty: dict[str, Any] = {name: getattr(found, name, None) for name in names}
    return ListedHandler.model_validate(dict(handler) | duty)


def check_people(folder: LineFolder, handlers: tuple[ListedHandler, ...]) -> Iterator[Fault]:
    """Yield what stops publishing with these people, and what an office should know.

    Args:
        folder: The folder.
        handlers: Everybody who will read new reports, with their functions.
    """
    yield from _twice(folder, handlers)
    line = folder.line
    names = {plain_name(handler.name) for handler in handlers}
    for number, planned in enumerate(folder.settings.handlers):
        if plain_name(planned.name) not in names:
            place = line.place("handlers", number, "name")
            yield Fault.at(place, FaultKind.HANDLER_UNLISTED, name=planned.name)
    held = {handler.function for handler in handlers}
    for number, function in enumerate(folder.settings.functions):
        if function not in held:
            place = line.place("functions", number)
            yield Fault.at(place, FaultKind.FUNCTION_NOBODY, name=function.value)
    told = held | set(folder.settings.functions)
    for number, kind in enumerate(folder.form.found.kinds if folder.form.found else ()):
        if kind.functions and told.isdisjoint(kind.functions):
            place = folder.form.place("kinds", number, "functions")
            wanted = ", ".join(each.value for each in kind.functions)
            yield Fault.at(place, FaultKind.FUNCTION_NOBODY, name=wanted)
    yield from _few(folder, len(handlers))


def _twice(folder: LineFolder, handlers: tuple[ListedHandler, ...]) -> Iterator[Fault]:
    """Yield people who stand twice, and those who would advise and judge."""
    first: dict[str, int] = {}
    functions: dict[str, set[Function]] = {}
    for handler in handlers:
        if handler.function is not None:
            functions.setdefault(plain_name(handler.name), set()).add(handler.function)
    for number, planned in enumerate(folder.settings.handlers):
        place, key = folder.line.place("handlers", number, "name"), plain_name(planned.name)
        held = functions.setdefault(key, set())
        held |= set() if planned.function is None else {planned.function}
        if Function.ADVISER in held and (judges := held & JUDGES):
            other = ", ".join(sorted(judges))
            yield Fault.at(place, FaultKind.FUNCTION_CLASH, name=planned.name, other=other)
        elif key in first:
            yield Fault.at(place, FaultKind.HANDLER_TWICE, name=planned.name, line=first[key])
        first.setdefault(key, place.line)


def _few(folder: LineFolder, count: int) -> Iterator[Fault]:
    readers = folder.settings.reader_count
    if 0 < count <= readers:
        place = folder.line.place("readerCount")
        kind = FaultKind.FEW_HANDLERS if count == readers else FaultKind.TOO_FEW_HANDLERS
        yield Fault.at(place, kind, count=count, readers=readers)
