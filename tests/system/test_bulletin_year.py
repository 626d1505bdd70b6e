"""A simulated year of bulletins tells no more than docs/what-the-host-sees.md says."""

import asyncio
import math
import random
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.scale.bulletin_year import DAYS, FIRST, Year, bits, drawn, lengths, simulate
from meldpunt.protocol.verify.bulletin import MIN_TAGS, TAG_SIZE, names_through, padded_count

SMALLEST = MIN_TAGS * TAG_SIZE


def by_the_law(real: list[int]) -> list[int]:
    """Return what the document states: the busiest of the last 90 days, rounded up."""
    return [padded_count(max(real[max(0, i - 89) : i + 1])) * TAG_SIZE for i in range(len(real))]


@pytest.fixture(scope="module", params=[100, 10_000])
def year(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Year:
    folder: Path = tmp_path_factory.mktemp("year")
    return asyncio.run(simulate(request.param, folder, random.Random(1)))  # noqa: S311


def test_the_files_are_those_of_the_calendar_and_their_lengths_follow_the_law(year: Year) -> None:
    last = FIRST + timedelta(days=DAYS - 1)
    assert year.names == list(names_through(FIRST, last))
    assert len(year.names) == DAYS + 12 + 1
    assert year.lengths == by_the_law(year.real) == lengths(year.real)
    assert max(year.real) > 2 * min(year.real), "the year has busy and quiet days"
    assert set(year.lengths) <= {SMALLEST, SMALLEST if year.live == 100 else 2 * SMALLEST}
    assert year.changes <= 1, "a week's rhythm does not show"


def test_real_tags_lie_among_fillers_like_fillers(year: Year) -> None:
    """Ranks are even over the file, and first bytes over all values (chi-square, 6 sigma)."""
    count = len(year.ranks)
    mean = sum(year.ranks) / count
    assert abs(mean - 0.5) < 6 * math.sqrt(1 / 12 / count)
    expected = year.first_bytes.total() / 256
    found = sum((year.first_bytes[i] - expected) ** 2 / expected for i in range(256))
    assert found < 255 + 6 * math.sqrt(2 * 255)


def test_years_on_a_small_host_all_look_alike() -> None:
    chance = random.Random(2)  # noqa: S311
    assert bits([lengths(drawn(100, chance)) for _ in range(20)]) == 0
    assert bits([lengths(drawn(10_000, chance)) for _ in range(20)]) < math.log2(20) / 2


@given(st.lists(st.integers(0, 5000), min_size=DAYS, max_size=DAYS))
def test_lengths_tell_only_the_busiest_of_ninety_days_rounded_up(real: list[int]) -> None:
    assert lengths(real) == by_the_law(real)


def test_a_busy_day_is_seen_for_ninety_days_as_one_step() -> None:
    real = [3] * DAYS
    real[100] = 300
    assert lengths(real) == [SMALLEST] * 100 + [2 * SMALLEST] * 90 + [SMALLEST] * 175
