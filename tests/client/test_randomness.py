"""Drawing readers by lot."""

import itertools
from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from meldpunt.client.keys.randomness import draw
from tests.client.hosted_line import FakeEntropy


@given(st.lists(st.integers(), unique=True, max_size=12), st.integers(0, 15))
def test_a_draw_has_different_members_of_the_right_number(items: list[int], count: int) -> None:
    drawn = draw(items, count, FakeEntropy())
    assert len(set(drawn)) == len(drawn) == min(count, len(items))
    assert set(drawn) <= set(items)


def test_every_pair_is_drawn_about_as_often() -> None:
    entropy = FakeEntropy()
    drawn = Counter(frozenset(draw("abcd", 2, entropy)) for _ in range(6000))
    assert len(drawn) == 6
    assert all(850 < count < 1150 for count in drawn.values())


def test_what_would_favour_the_first_is_thrown_away() -> None:
    words = iter([b"\xff\xff\xff\xff", b"\0\0\0\2"])  # 2**32 - 1 is past the last multiple of 3
    assert draw("abc", 1, lambda _: next(words)) == ("c",)
    assert next(words, None) is None


def test_all_are_drawn_where_there_are_too_few() -> None:
    assert set(draw("ab", 5, FakeEntropy())) == set("ab")
    assert list(itertools.chain(draw("", 2, FakeEntropy()))) == []
