"""What stops an office from publishing, besides the shape of its texts."""

import re
from collections.abc import Iterator
from typing import Any, Final

from meldpunt.client.line_folder.fault_kinds import FaultKind
from meldpunt.client.line_folder.faults import Fault
from meldpunt.client.line_folder.folder import LineFolder
from meldpunt.client.line_folder.people import check_people
from meldpunt.client.line_folder.shaping import Path
from meldpunt.protocol.verify.clock import MetBy
from meldpunt.protocol.verify.days import Term
from meldpunt.protocol.verify.line_document import Function, ListedHandler

_EXAMPLES: Final = re.compile(
    r"\b0[0-9]{1,2}[ -]?1?23[ -]?45[ -]?67(?:[ -]?8)?\b"
    r"|[\w.+-]*@(?:[\w-]+\.)?example\b[\w.]*|https?://(?:[\w-]+\.)*example\b[\w.]*"
)
"""Numbers and addresses that stand in examples, and reach nobody."""
_DECISION: Final = Term(6, "W")


def check_publishing(folder: LineFolder, handlers: tuple[ListedHandler, ...]) -> tuple[Fault, ...]:
    """Return everything that stops publishing a folder, and every warning.

    Args:
        folder: The folder.
        handlers: Everybody who will read new reports, with their functions.
    """
    found = {
        *folder.faults,
        *_examples(folder),
        *_outside(folder),
        *_decision(folder, handlers),
        *check_people(folder, handlers),
    }
    return tuple(sorted(found))


def _examples(folder: LineFolder) -> Iterator[Fault]:
    files = (folder.line, folder.form, folder.guide, folder.procedure, folder.desk)
    for shaped in (each for each in files if each is not None):
        for path, text in _texts(shaped.value, ()):
            for match in _EXAMPLES.finditer(text):
                yield Fault.at(shaped.place(*path), FaultKind.EXAMPLE, name=match[0])


def _texts(value: object, path: Path) -> Iterator[tuple[Path, str]]:
    if isinstance(value, str):
        yield path, value
        return
    inner: Any = value.items() if isinstance(value, dict) else ()
    inner = enumerate(value) if isinstance(value, list) else inner
    for step, part in inner:
        yield from _texts(part, (*path, step))


def _outside(folder: LineFolder) -> Iterator[Fault]:
    outside = folder.procedure.value.get("outside", {})
    if not any(way in outside for way in ("telephone", "email", "address")):
        yield Fault.at(folder.procedure.place("outside"), FaultKind.OUTSIDE_UNREACHABLE)


def _decision(folder: LineFolder, handlers: tuple[ListedHandler, ...]) -> Iterator[Fault]:
    """Warn of a committee's clock where nobody decides."""
    functions = {*folder.settings.functions, *(handler.function for handler in handlers)}
    if Function.CONTACT not in functions or Function.DECIDER in functions:
        return
    for number, clock in enumerate(folder.settings.clocks):
        is_decision = clock.name.startswith("decision") and clock.met_by is MetBy.FEEDBACK
        if is_decision and clock.term == _DECISION:
            place = folder.line.place("clocks", number, "term")
            yield Fault.at(place, FaultKind.DECISION_OF_CONTACT)
