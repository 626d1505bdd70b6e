"""What is shown of a text hides nothing, and takes nothing from those who write other scripts."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meldpunt.protocol import character_table
from meldpunt.protocol.shown_text import REPLACEMENT, shown_text

ROOT = Path(__file__).parents[2]
TABLE = json.loads((ROOT / "openapi" / "characters.json").read_text(encoding="utf-8"))
UNSEEN = [
    chr(code)
    for name in ("ignorable", "blank", "control")
    for span in TABLE[name]
    for code in range(int(span.split("..")[0], 16), int(span.split("..")[-1], 16) + 1)
]
CONTEXTS = "a 1!ب د ה क ् 👧 ❤ ⠁ ᠠ 葛 ស \u20e3"
texts = st.lists(st.sampled_from([*UNSEEN, *CONTEXTS]), max_size=12).map("".join)


def test_the_module_is_the_table() -> None:
    for name, codes in TABLE.items():
        constant = "".join(f"_{c}" if c.isupper() else c.upper() for c in name)
        found = getattr(character_table, constant)
        assert (found if name == "unicode" else found.split()) == codes


def test_nothing_that_cannot_be_seen_stays_among_latin_letters() -> None:
    assert len(UNSEEN) > 4174
    for each in UNSEEN:
        assert shown_text(f"Ann{each}e") == f"Ann{REPLACEMENT}e", ascii(each)
        assert shown_text(f"Ann{each}") == f"Ann{REPLACEMENT}", ascii(each)


@given(texts)
def test_what_is_shown_is_shown_again_as_it_is(text: str) -> None:
    shown = shown_text(text)
    assert shown_text(shown) == shown
    assert len(shown) == len(text)


@given(
    st.text(
        st.characters(exclude_categories=["Cc", "Cf", "Cs", "Cn", "Mn", "Lo", "So", "Zl", "Zp"])
    )
)
def test_what_can_be_seen_stays(text: str) -> None:
    assert shown_text(text) == text


@pytest.mark.parametrize("unseen", ["\u200d", "\ufe0f", "\u200f", "\u0650", "\u3164"])
def test_a_long_row_is_looked_at_once(unseen: str) -> None:
    """As long as the longest text: a look back at each place would take hours."""
    text = "ב" + unseen * 60_000 + "👧"
    assert len(shown_text(text)) == len(text)
