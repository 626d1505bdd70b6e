"""Makes a text of another person safe to show, without hidden characters (annexes.md 7.8).

With hidden characters, two different names could look the same. A program could also read more in a
text than a person sees. So an invisible character stays only if it changes what a person sees, or
if its script needs it. Control characters are replaced too, because they steer terminals.
"""

import re
from collections.abc import Callable
from functools import cache
from typing import Final

from meldpunt.protocol import character_table as table
from meldpunt.protocol.characters import character_class

REPLACEMENT: Final = "\ufffd"

_FLAGS: Final = ("gbeng", "gbsct", "gbwls")
"""The flags of England, Scotland and Wales: a black flag, then a code as tags (Unicode TS 51)."""
_KEYCAPS: Final = re.compile("[0-9#*]")
_KEYCAP: Final = "\u20e3"


def _set(codes: str) -> re.Pattern[str]:
    return re.compile(f"[{character_class(codes)}]")


def _tags(code: str) -> str:
    return "".join(chr(0xE0000 + ord(letter)) for letter in code) + "\U000e007f"


_FLAG_TAGS: Final = "|".join(_tags(code) for code in _FLAGS)
_UNSEEN: Final = re.compile(
    f"(?<=\U0001f3f4)(?:{_FLAG_TAGS})"
    f"|[{character_class(table.IGNORABLE)}{character_class(table.BLANK)}{character_class(table.CONTROL)}]"
)
_VIRAMA: Final = _set(table.VIRAMA)
_JOINS_NEXT: Final = _set(table.JOINS_NEXT)
_JOINS_PREVIOUS: Final = _set(table.JOINS_PREVIOUS)
_PASSED_OVER: Final = _set(table.PASSED_OVER)
_PICTOGRAPHIC: Final = _set(table.PICTOGRAPHIC)
_PRESENTED: Final = re.compile(f"[\ufe0f{character_class(table.SKIN_TONE)}]")
_IDEOGRAPH: Final = _set(table.IDEOGRAPH)
_MONGOLIAN: Final = _set(table.MONGOLIAN)
_UNSPACED: Final = _set(table.UNSPACED)
_BRAILLE: Final = re.compile("[\u2801-\u28ff]")
_RIGHT_TO_LEFT: Final = _set(table.RIGHT_TO_LEFT)
_MARKS: Final = {
    "\u200e": _set(table.LEFT_TO_RIGHT),
    "\u200f": _RIGHT_TO_LEFT,
    "\u061c": _RIGHT_TO_LEFT,
}
"""The direction marks, each with the letters of its own direction."""


def shown_text(text: str) -> str:
    """Return a text with U+FFFD for each control or hidden character; line ends and tabs stay."""
    has_right_to_left = cache(lambda: _RIGHT_TO_LEFT.search(text) is not None)

    def kept(found: re.Match[str]) -> str:
        unseen, at = found[0], found.start()
        if len(unseen) > 1:  # the tags of a flag
            return unseen
        if unseen in _MARKS:
            has_place = has_right_to_left() and _turns(text, at, _MARKS[unseen])
        else:
            has_place = unseen in _PLACES and _PLACES[unseen](text, at)
        return unseen if has_place else REPLACEMENT

    return _UNSEEN.sub(kept, text)


def is_seen(text: str) -> bool:
    """Say whether a person sees anything of a text: more than white space and hidden characters."""
    return bool(_UNSEEN.sub("", text).strip())


def _is(characters: re.Pattern[str], found: str) -> bool:
    return characters.fullmatch(found) is not None


def _around(text: str, at: int) -> tuple[str, str]:
    """Return the characters before and after a place; each is empty if there is no character."""
    return text[max(at - 1, 0) : at], text[at + 1 : at + 2]


def _turns(text: str, at: int, own: re.Pattern[str]) -> bool:
    """Say whether a direction mark can change something: not among letters of its own direction."""
    seen = [each for each in _around(text, at) if each and not _is(_UNSEEN, each)]
    return not all(_is(own, each) for each in seen)


def _parts(text: str, at: int) -> bool:
    """Say whether a non-joiner has an effect: after a virama, or between joining letters."""
    before, _ = _around(text, at)
    return _is(_VIRAMA, before) or (_joins_next(text, at) and _joins_previous(text, at))


def _joins(text: str, at: int) -> bool:
    """Say whether a joiner has an effect: on a half letter, a letter beside a gap, or emoji."""
    before, after = _around(text, at)
    if _is(_VIRAMA, before) or _is(_VIRAMA, after):
        return True
    if _is(_PICTOGRAPHIC, after):
        return _ends_emoji(text, at)
    return _joins_next(text, at) != _joins_previous(text, at)


def _ends_emoji(text: str, at: int) -> bool:
    """Say whether an emoji ends before a place, with its presentation selector or skin tone."""
    while at > 0 and _is(_PRESENTED, text[at - 1]):
        at -= 1
    return at > 0 and _is(_PICTOGRAPHIC, text[at - 1])


def _joins_next(text: str, at: int) -> bool:
    """Say whether the letter before a place can join with the next letter."""
    at -= 1
    while at >= 0 and _is(_PASSED_OVER, text[at]):
        at -= 1
    return at >= 0 and _is(_JOINS_NEXT, text[at])


def _joins_previous(text: str, at: int) -> bool:
    """Say whether the letter after a place can join with the letter before."""
    at += 1
    while at < len(text) and _is(_PASSED_OVER, text[at]):
        at += 1
    return at < len(text) and _is(_JOINS_PREVIOUS, text[at])


def _presents(text: str, at: int) -> bool:
    """Say whether a selector chooses the look of an emoji, or turns a digit into a keycap."""
    before, after = _around(text, at)
    return _is(_PICTOGRAPHIC, before) or (_is(_KEYCAPS, before) and after == _KEYCAP)


def _selects(letters: re.Pattern[str]) -> Callable[[str, int], bool]:
    """Return a function: does a selector stand after one of these letters, to choose its form?"""
    return lambda text, at: _is(letters, _around(text, at)[0])


def _stands_between(letters: re.Pattern[str]) -> Callable[[str, int], bool]:
    """Return a function: does a character stand between two of these letters?"""
    return lambda text, at: all(_is(letters, each) for each in _around(text, at))


_PLACES: Final[dict[str, Callable[[str, int], bool]]] = {
    "\u200c": _parts,
    "\u200d": _joins,
    "\u200b": _stands_between(_UNSPACED),
    "\u2800": _stands_between(_BRAILLE),
    "\u180e": _stands_between(_MONGOLIAN),
    **dict.fromkeys("\u180b\u180c\u180d\u180f", _selects(_MONGOLIAN)),
    **dict.fromkeys(
        map(chr, (*range(0xFE00, 0xFE03), *range(0xE0100, 0xE01F0))), _selects(_IDEOGRAPH)
    ),
    **dict.fromkeys("\ufe0e\ufe0f", _presents),
}
"""Invisible characters that may stay, each with the function that checks its place.

Other invisible characters never stay.
"""
