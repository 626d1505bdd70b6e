"""Whether clocks can be kept, check-ins come in time, and colours can be read."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Final

from meldpunt.client.line_folder.fault_kinds import FaultKind
from meldpunt.client.line_folder.faults import Fault
from meldpunt.client.line_folder.line_settings import LineSettings
from meldpunt.client.line_folder.shaping import Shaped
from meldpunt.client.line_folder.yaml_reader import Mapped, Node, Written
from meldpunt.protocol.texts.theme import READABLE, VISIBLE, Theme, contrast
from meldpunt.protocol.verify.clock import MetBy, Moment
from meldpunt.protocol.verify.days import Term

_ANY_DAY: Final = date(2001, 1, 1)
_NEVER_DUE: Final = frozenset(
    {
        (Moment.ACKNOWLEDGED, MetBy.ACKNOWLEDGEMENT),
        *((Moment.CLOSED, met) for met in MetBy if met is not MetBy.RECEIPT),
    }
)
"""Acknowledging starts what it meets; and no report is closed before its feedback."""
_UNITS: Final = {
    **dict.fromkeys(("dag", "dagen", "day", "days"), "D"),
    **dict.fromkeys(("week", "weken", "weeks"), "W"),
    **dict.fromkeys(("maand", "maanden", "month", "months"), "M"),
    **dict.fromkeys(("jaar", "jaren", "year", "years"), "Y"),
}
_TERM_IN_WORDS: Final = re.compile(rf"([0-9]{{1,4}})\s+({'|'.join(_UNITS)})")
_FIXED: Final = frozenset(((Moment.RECEIVED, MetBy.RECEIPT), (Moment.REOPENED, MetBy.FEEDBACK)))


def is_longer(one: Term, other: Term) -> bool:
    """Say whether a term is longer than another."""
    return one.after(_ANY_DAY) > other.after(_ANY_DAY)


def check_clock_values(line: Shaped[LineSettings]) -> Iterator[Fault]:
    """Yield clocks that no report can meet. The shape itself gives no reason."""
    clocks = line.value.get("clocks")
    for number, clock in enumerate(clocks if isinstance(clocks, list) else ()):
        pair = (clock.get("startsAt"), clock.get("metBy"))
        is_fixed = Moment.REOPENED in pair or MetBy.RECEIPT in pair
        if is_fixed and (pair not in _FIXED or "startsNoLaterThan" in clock):
            yield Fault.at(line.place("clocks", number, "startsAt"), FaultKind.CLOCK_IMPOSSIBLE)
        elif pair in _NEVER_DUE:
            yield Fault.at(line.place("clocks", number, "startsAt"), FaultKind.CLOCK_BACKWARDS)


def check_line(line: Shaped[LineSettings]) -> Iterator[Fault]:
    """Yield languages and clocks that stand twice, and terms that reach past the erasure."""
    if line.found is None:
        return
    found = line.found
    for number, language in enumerate(found.languages):
        if language in found.languages[:number]:
            place = line.place("languages", number)
            yield Fault.at(place, FaultKind.LANGUAGE_TWICE, language=language)
    names: dict[str, int] = {}
    for number, clock in enumerate(found.clocks):
        place = line.place("clocks", number, "name")
        if clock.name in names:
            yield Fault.at(place, FaultKind.ID_TWICE, name=clock.name, line=names[clock.name])
        names.setdefault(clock.name, place.line)
        if is_longer(clock.term, found.maximum_term):
            place = line.place("clocks", number, "term")
            yield Fault.at(place, FaultKind.CLOCK_PAST_MAXIMUM, most=found.maximum_term)
        if clock.unverified is not None:
            place = line.place("clocks", number, "unverified")
            yield Fault.at(place, FaultKind.CLOCK_UNVERIFIED, name=clock.name)
    for number, check_in in enumerate(found.check_ins):
        most = found.retention if check_in.starts_at is Moment.CLOSED else found.maximum_term
        if is_longer(check_in.term, most):
            place = line.place("checkIns", number, "term")
            yield Fault.at(place, FaultKind.CHECK_IN_PAST, most=most)


def check_story_term(line: Shaped[LineSettings]) -> Iterator[Fault]:
    """Yield a term for taking a story down that ends when its report is erased already."""
    found = line.found
    if found is None or found.story_term is None:
        return
    if is_longer(found.story_term.term, found.retention):
        place = line.place("storyTerm", "term")
        yield Fault.at(place, FaultKind.STORY_TERM_PAST, most=found.retention)


def check_kept(values: Node | None, line: Shaped[LineSettings]) -> Iterator[Fault]:
    """Yield words for how long a report is kept that say another term than the line has."""
    if line.found is None or not isinstance(values, Mapped):
        return
    terms = {
        "kept": ("retention", line.found.retention),
        "kept-at-most": ("maximumTerm", line.found.maximum_term),
    }
    for value, (member, term) in terms.items():
        for said in _texts_of(values.members.get(value)):
            told = _term_in_words(said.text)
            if told is not None and told != term:
                yield Fault.at(
                    said.place, FaultKind.KEPT_IN_WORDS, name=said.text, other=member, most=term
                )


def _texts_of(node: Node | None) -> Iterator[Written]:
    if isinstance(node, Written):
        yield node
    elif isinstance(node, Mapped):
        for member in node.members.values():
            yield from _texts_of(member)


def _term_in_words(text: str) -> Term | None:
    found = _TERM_IN_WORDS.fullmatch(text.strip().lower())
    return None if found is None else Term(int(found[1]), _UNITS[found[2]])


def check_theme(theme: Shaped[Theme]) -> Iterator[Fault]:
    """Yield pairs of colours in which words cannot be read."""
    if theme.found is None:
        return
    for name, colours in (("light", theme.found.light), ("dark", theme.found.dark)):
        if colours is None:
            continue
        pairs = (
            ("text", colours.text, "background", colours.background, READABLE),
            ("accentText", colours.accent_text, "accent", colours.accent, READABLE),
            ("accent", colours.accent, "background", colours.background, VISIBLE),
        )
        for above, one, below, other, least in pairs:
            found = contrast(one, other)
            if found < least:
                yield Fault.at(
                    theme.place(name, above),
                    FaultKind.CONTRAST,
                    pair=f"{above} / {below}",
                    found=f"{found:.2f}",
                    least=least,
                )
