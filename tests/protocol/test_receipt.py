"""Receipt codes: typing is forgiven a little, mistakes are caught on the device."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meldpunt.protocol.receipt import make_receipt, parse_receipt, receipt_seed
from meldpunt.protocol.verify.errors import Reason
from openapi.generator.scene import LINE, OTHER_LINE
from tests.protocol.refusal import refused

entropies = st.binary(min_size=12, max_size=12)
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE = make_receipt(bytes(range(12)))
SYMBOLS = CODE.replace("-", "")


@given(entropies)
def test_a_new_code_has_five_groups_of_four(entropy: bytes) -> None:
    groups = make_receipt(entropy).split("-")
    assert [len(group) for group in groups] == [4] * 5
    assert set("".join(groups)) <= set(ALPHABET)


@given(entropies)
def test_a_code_is_read_as_it_was_made(entropy: bytes) -> None:
    code = make_receipt(entropy)
    assert parse_receipt(code) == code.replace("-", "")[:18]


@given(entropies, st.randoms(use_true_random=False))
def test_typing_is_forgiven_case_spaces_dashes_and_look_alikes(
    entropy: bytes, random: object
) -> None:
    code = make_receipt(entropy)
    choose = getattr(random, "choice")  # noqa: B009 - hypothesis gives a plain Random
    typed = "".join(choose(_spellings(symbol)) + choose(["", "", " ", "-"]) for symbol in code)
    assert parse_receipt(typed) == parse_receipt(code)


def _spellings(symbol: str) -> list[str]:
    alike = {"1": "1IiLl", "0": "0Oo", "-": "- "}.get(symbol, symbol + symbol.lower())
    return list(alike)


@given(st.integers(0, 19), st.sampled_from(ALPHABET))
def test_one_wrong_symbol_is_almost_always_noticed(place: int, symbol: str) -> None:
    changed = SYMBOLS[:place] + symbol + SYMBOLS[place + 1 :]
    if changed != SYMBOLS and place >= 18:
        with refused(Reason.RECEIPT_CHECK):
            parse_receipt(changed)


def test_a_wrong_check_is_refused() -> None:
    for place in range(20):
        symbol = "0" if SYMBOLS[place] != "0" else "1"
        with refused(Reason.RECEIPT_CHECK):
            parse_receipt(SYMBOLS[:place] + symbol + SYMBOLS[place + 1 :])


@pytest.mark.parametrize("typed", ["", SYMBOLS[:18], SYMBOLS[:19], SYMBOLS + "0", SYMBOLS * 2])
def test_another_number_of_symbols_is_refused(typed: str) -> None:
    with refused(Reason.RECEIPT_LENGTH):
        parse_receipt(typed)


@pytest.mark.parametrize("mark", ["\n", "\t", "\u00a0", "\u2011", "\u2212", "\u200b", "\u2066"])
def test_what_comes_along_with_a_paste_is_passed_over(mark: str) -> None:
    typed = mark.join(("", *SYMBOLS, ""))
    assert parse_receipt(typed) == parse_receipt(SYMBOLS)


@pytest.mark.parametrize("symbol", ["U", "u", "_", ".", "ı", "\u0661", "ſ", "\u0410", "\u0301"])
def test_nothing_else_is_forgiven(symbol: str) -> None:
    for typed in (SYMBOLS[:19] + symbol, SYMBOLS + symbol):
        with refused(Reason.RECEIPT_SYMBOL):
            parse_receipt(typed)


@pytest.mark.parametrize("size", [0, 11, 13, 32])
def test_a_code_takes_twelve_bytes_of_randomness(size: int) -> None:
    with refused(Reason.LENGTH):
        make_receipt(bytes(size))


def test_ninety_bits_make_the_code_and_six_are_left() -> None:
    assert make_receipt(bytes(12)).startswith("0000-0000-0000-0000-00")
    assert make_receipt(b"\xff" * 12).startswith("ZZZZ-ZZZZ-ZZZZ-ZZZZ-ZZ")
    assert make_receipt(bytes(11) + b"\x3f") == make_receipt(bytes(12))
    assert make_receipt(bytes(11) + b"\x40") != make_receipt(bytes(12))


def test_a_seed_is_the_same_for_every_way_of_typing() -> None:
    seed = receipt_seed(CODE, LINE)
    assert len(seed) == 32
    assert receipt_seed(CODE.lower().replace("-", " "), LINE) == seed


def test_two_lines_cannot_see_that_one_person_wrote_to_both() -> None:
    assert receipt_seed(CODE, LINE) != receipt_seed(CODE, OTHER_LINE)


def test_a_wrong_code_is_refused_before_it_is_stretched() -> None:
    with refused(Reason.RECEIPT_LENGTH):
        receipt_seed("", LINE)


def test_a_refusal_does_not_quote_the_code() -> None:
    with pytest.raises(ValueError, match=r"^receipt-check$"):
        parse_receipt(SYMBOLS[:19] + ("0" if SYMBOLS[19] != "0" else "1"))
