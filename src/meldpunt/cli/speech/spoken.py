"""The language in which the program speaks: Dutch or English.

What a reporter reads exists in both, and so does what an office reads of its folder. Their commands
speak the language of `--language`, of the system, or of a reporter's line; an interview may change
it. All others speak English.
"""

import os
from collections.abc import Sequence
from contextvars import ContextVar
from typing import Final, TypeVar

_Words = TypeVar("_Words")

_DUTCH: Final = "nl"
_ENGLISH: Final = "en"
_spoken: Final = ContextVar("_spoken", default=_ENGLISH)
_is_chosen: Final = ContextVar("_is_chosen", default=True)
"""Whether the person or their system has said which language; else the line decides."""


def system_language() -> str | None:
    """Return `nl` or `en` as the system speaks it, or None if it speaks neither."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := os.environ.get(name):
            found = value[:2].lower()
            return found if found in (_DUTCH, _ENGLISH) else None
    return None


def spoken_language(chosen: str | None) -> str:
    """Return what was chosen, else Dutch where the system speaks Dutch, else English."""
    return chosen or system_language() or _ENGLISH


def begin_english() -> None:
    """Speak English, whatever the line speaks."""
    speak(_ENGLISH)


def begin(chosen: str | None) -> None:
    """Begin a command that speaks as its reader does, as far as it is known yet."""
    known = chosen or system_language()
    speak(known or _ENGLISH)
    _is_chosen.set(known is not None)


def speak(language: str) -> None:
    """Speak a language from here on: Dutch for `nl` and its variants, English for all others."""
    _spoken.set(_DUTCH if language.partition("-")[0] == _DUTCH else _ENGLISH)
    _is_chosen.set(True)


def speak_as_line(languages: Sequence[str]) -> None:
    """Speak the first language of a line, unless somebody has chosen another one."""
    if not _is_chosen.get():
        speak(languages[0])


def spoken() -> str:
    """Return the language that the program speaks now: `nl` or `en`."""
    return _spoken.get()


def is_dutch() -> bool:
    """Say whether the program speaks Dutch now."""
    return _spoken.get() == _DUTCH


def by_language(dutch: _Words, english: _Words) -> _Words:
    """Return the words of the language that the program speaks now."""
    return dutch if is_dutch() else english
