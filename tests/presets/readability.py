"""How hard a Dutch text is to read: the formula of Flesch, as Douma fitted it to Dutch (1960).

206.84 - 0.77 × syllables in 100 words - 0.93 × words in a sentence. Douma calls 60 to 70 "normal"
and 80 to 90 "easy". No formula knows the levels of language tests: B1 asks for everyday words and
short sentences, so plain Dutch must be at least "easy" here, in sentences of at most 13 words.

Syllables are groups of vowels. Hyphenation patterns, as in pyphen, never split off one letter: they
find one syllable in "over" and "ander", and so make a text look easier than it is.
"""

import re
from collections.abc import Iterable
from typing import Final

EASY: Final = 80.0
"""The least that plain Dutch has."""
MOST_WORDS: Final = 13
"""Words of a sentence in plain Dutch."""
_VOWELS: Final = re.compile(
    r"aai|ooi|oei|eeu|ieu|aa|ee|oo|uu|ie|oe|eu|ui|ij|ei|ou|au|y|[aeiouàáèéêëïòóöü]", re.IGNORECASE
)
_WORD: Final = re.compile(r"[\w’'-]+")
_SENTENCE_END: Final = re.compile(r"[.!?:]\s+|\n+")


def sentences(text: str) -> list[list[str]]:
    """Return the words of each sentence. A colon and an empty line end one too."""
    found = (_WORD.findall(part) for part in _SENTENCE_END.split(text))
    return [words for words in found if words]


def syllables(word: str) -> int:
    """Return how many syllables a Dutch word has, at least 1."""
    return max(1, len(_VOWELS.findall(word)))


def readability(texts: Iterable[str]) -> float:
    """Return how easy texts are together: about 0 to 120, more is easier."""
    found = [sentence for text in texts for sentence in sentences(text)]
    words = [word for sentence in found for word in sentence]
    in_100_words = 100 * sum(map(syllables, words)) / len(words)
    return 206.84 - 0.77 * in_100_words - 0.93 * len(words) / len(found)
