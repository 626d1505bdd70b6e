"""What is said of a line: who reads, what it promises, when it erases; in Dutch and in English."""

from dataclasses import dataclass
from typing import Final

from meldpunt.cli.speech.spoken import by_language
from meldpunt.protocol.verify.clock import MetBy, Moment
from meldpunt.protocol.verify.days import Term


@dataclass(frozen=True, slots=True, kw_only=True)
class LineSpeech:
    """The sentences in one language."""

    units: dict[str, tuple[str, str]]
    """One of a unit of time, and several."""
    moments: dict[Moment, str]
    answers: dict[MetBy, str]
    address: str
    document: str
    read_by: str
    handler: str
    no_key: str
    left: str
    clock: str
    erased: str
    asked: tuple[str, ...]
    asked_clock: str
    asked_messages: str
    asked_until: str
    ask: str


ENGLISH: Final = LineSpeech(
    units={
        "D": ("day", "days"),
        "W": ("week", "weeks"),
        "M": ("month", "months"),
        "Y": ("year", "years"),
    },
    moments={
        Moment.RECEIVED: "receipt",
        Moment.ACKNOWLEDGED: "the acknowledgement",
        Moment.CLOSED: "closing",
        Moment.REOPENED: "reopening",
    },
    answers={
        MetBy.RECEIPT: "receipt",
        MetBy.ACKNOWLEDGEMENT: "an acknowledgement",
        MetBy.FEEDBACK: "feedback",
        MetBy.CLOSING: "closing",
    },
    address="Address: {address}",
    document="Document {number} of {signed_on}, until {expires_on}",
    read_by="A report is read by {count} of:",
    handler="  {id}  {who}, from {day}{rest}",
    no_key=", no key at the moment",
    left=", left {day}",
    clock="Clock {name}: {answer} within {term} of {moment}",
    erased="Erased {retention} after closing, {maximum} after receipt at the latest",
    asked=(
        "You are about to ask: {name}",
        "Its id, to compare with what that office publishes: {id}",
        "It erases {retention} after closing, {maximum} after receipt at the latest.",
    ),
    asked_clock="Its clock {name}: {answer} within {term} of {moment}, counted from the day it"
    " takes your report up",
    asked_messages="It gets these {count} of {of} messages:",
    asked_until="It can take your report up until {day}.",
    ask="Ask {name} to take it up? [y/N] ",
)
_DUTCH: Final = LineSpeech(
    units={
        "D": ("dag", "dagen"),
        "W": ("week", "weken"),
        "M": ("maand", "maanden"),
        "Y": ("jaar", "jaar"),
    },
    moments={
        Moment.RECEIVED: "ontvangst",
        Moment.ACKNOWLEDGED: "de eerste reactie",
        Moment.CLOSED: "het afsluiten",
        Moment.REOPENED: "het heropenen",
    },
    answers={
        MetBy.RECEIPT: "ontvangst",
        MetBy.ACKNOWLEDGEMENT: "een eerste reactie",
        MetBy.FEEDBACK: "bericht over wat er gedaan is",
        MetBy.CLOSING: "afsluiten",
    },
    address="Adres: {address}",
    document="Document {number} van {signed_on}, tot {expires_on}",
    read_by="Een melding wordt gelezen door {count} van:",
    handler="  {id}  {who}, vanaf {day}{rest}",
    no_key=", nu zonder sleutel",
    left=", weg sinds {day}",
    clock="Klok {name}: {answer} binnen {term} na {moment}",
    erased="Gewist {retention} na het afsluiten, uiterlijk {maximum} na ontvangst",
    asked=(
        "Dit wordt gevraagd aan: {name}",
        "Het id ervan, om te vergelijken met wat dat meldpunt bekendmaakt: {id}",
        "Daar wordt gewist {retention} na het afsluiten, uiterlijk {maximum} na ontvangst.",
    ),
    asked_clock="Klok {name} daar: {answer} binnen {term} na {moment}, gerekend vanaf de dag van"
    " overnemen",
    asked_messages="Dat meldpunt krijgt deze {count} van {of} berichten:",
    asked_until="Het kan de melding overnemen tot en met {day}.",
    ask="{name} vragen de melding over te nemen? [j/N] ",
)


def line_speech() -> LineSpeech:
    """Return the sentences of the language that the program speaks now."""
    return by_language(_DUTCH, ENGLISH)


def term_text(term: Term) -> str:
    """Return a term in words, such as `3 months`."""
    one, several = line_speech().units[term.unit]
    return f"{term.number} {one if term.number == 1 else several}"
