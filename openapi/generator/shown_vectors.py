"""Vectors of what is shown of a text (section 7.8)."""

from typing import Final

from openapi.generator.vector import Vector, VectorFile, file


def _tags(code: str) -> str:
    return "".join(chr(0xE0000 + ord(letter)) for letter in code)


_REPLACED: Final = (
    *("\u00ad", "\u034f", "\u061c", "\u115f", "\u1160", "\u17b4", "\u180b", "\u180e", "\u180f"),
    *("\u200b", "\u200c", "\u200d", "\u200e", "\u200f", "\u202a", "\u202e", "\u2060", "\u2064"),
    *("\u2065", "\u2066", "\u2069", "\u206f", "\u2800", "\u3164", "\ufe00", "\ufe0e", "\ufe0f"),
    *("\ufeff", "\uffa0", "\ufff0", "\ufff9", "\u2028", "\u2029", "\x00", "\x1b", "\x7f", "\x9b"),
    *("\U00013441", "\U00016fe4", "\U0001bca0", "\U0001d159", "\U0001d173", "\U0001d17a"),
    *("\U000e0001", "\U000e0041", "\U000e0100", "\U000e0fff"),
)
"""Each alone among Latin letters: none has a place there."""

_KEPT: Final = (
    ("lines", "Tabs and line feeds.", "a\tb\n\nc"),
    ("persian", "A non-joiner between letters that would join.", "می\u200cخواهم"),
    ("persian-marked", "The same, with vowel signs between.", "بِ\u200cخُ"),
    ("arabic-form", "A joiner beside a gap gives a letter its form.", "ه\u200d و"),
    ("hindi-half", "A joiner after a virama.", "क्\u200dष"),
    ("hindi-parted", "A non-joiner after a virama.", "क्\u200cष"),
    ("bengali", "A joiner before a virama.", "র\u200d্য"),
    ("sinhala", "Its own name.", "ශ්\u200dරී"),
    ("family", "Emoji joined to one.", "👨\u200d👩\u200d👧"),
    ("rainbow", "A selector, then a joiner.", "🏳\ufe0f\u200d🌈"),
    ("astronaut", "A colour of skin, then a joiner.", "👩🏽\u200d🚀"),
    ("heart", "An emoji, and as text.", "❤\ufe0f ❤\ufe0e"),
    ("keycap", "A digit on a key.", "1\ufe0f\u20e3 #\ufe0f\u20e3"),
    ("wales", "Tags of a flag.", "🏴" + _tags("gbwls\x7f")),
    ("hebrew-mark", "After what belongs to the word before.", "שלום!\u200f ok"),
    ("hebrew-inside", "Before what belongs to it.", "שלום\u200f!"),
    ("arabic-mark", "An Arabic mark beside a number.", "رقم \u061c5-3"),
    ("left-to-right-mark", "A language in another.", "C++\u200e הוא"),
    ("khmer", "Where a line may break, in a script without spaces.", "សួ\u200bស្តី"),
    ("braille", "A space of braille.", "⠓⠊\u2800⠁"),
    ("mongolian", "A form that is selected, and a vowel set apart.", "ᠠ\u180bᠠ\u180eᠠ"),
    ("japanese", "The form of a name.", "葛\U000e0100城"),
    (
        "visible",
        "What can be seen stays, also what looks alike.",
        "é e\u0301 а ſ 👍🏽 🇳🇱 \u00a0 ﷽ \ufffd",
    ),
)

_OTHERS: Final = (
    ("selector-alone", "At the start.", "\ufe0fa"),
    ("selector-digit", "A digit that is no key.", "1\ufe0f2"),
    ("selector-twice", "The second selects nothing.", "❤\ufe0f\ufe0f"),
    ("joiner-latin-emoji", "Only one side is an emoji.", "a\u200d👧 👧\u200da"),
    ("joiner-between", "Letters that join by themselves.", "ب\u200dب"),
    ("non-joiner-useless", "Letters that do not join.", "د\u200cد"),
    ("joiner-twice", "The second joins nothing.", "👨\u200d\u200d👩"),
    ("mark-in-word", "A mark among letters of its own direction.", "של\u200fום"),
    ("mark-at-end", "After a name of its own direction.", "דן\u200f"),
    ("mark-without", "No letter runs from right to left.", "1\u200f-2"),
    ("marks-in-a-row", "The first stands beside a letter of its own only.", "דן\u200f\u200f!"),
    ("override", "What turns letters around never stays.", "א\u202eabc\u202c"),
    ("other-flag", "Tags that no flag has.", "🏴" + _tags("nlnh\x7f")),
    ("cut-flag", "Without its end.", "🏴" + _tags("gbwls")),
    ("flag-without", "Without the flag.", "a" + _tags("gbwls\x7f")),
    ("braille-edge", "At the end of a name.", "⠓⠊\u2800"),
    ("hangul-filler", "Beside Korean letters too.", "한\u3164글"),
    ("many", "Each is one mark.", "\u3164\u3164\u3164"),
)  # fmt: skip


def shown_texts() -> VectorFile:
    """Texts as they are shown (section 7.8)."""

    def show(name: str, comment: str, text: str) -> Vector:
        return Vector("show-text", name, comment, {"text": text})

    alone = (
        show(f"replaced-{ord(each):04x}", "Among Latin letters.", f"a{each}b") for each in _REPLACED
    )
    kept = (show(f"kept-{name}", comment, text) for name, comment, text in _KEPT)
    others = (show(name, comment, text) for name, comment, text in _OTHERS)
    return file("shown-text", "What is shown of a text (section 7.8).", (*alone, *kept, *others))
