"""Bulletins: laws that vectors cannot state."""

import os
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meldpunt.protocol.verify.bulletin import (
    INDEX_LABEL,
    MAX_TAGS,
    MIN_TAGS,
    TAG_SIZE,
    BulletinEntry,
    BulletinIndex,
    DayTags,
    bulletin_hash,
    bulletin_tag,
    find_days,
    is_day,
    names_through,
    padded_count,
    verify_index,
    whole_years,
    window,
    window_start,
)
from meldpunt.protocol.verify.ids import Hash
from openapi.generator import scene

HOST = scene.signing_key("host")
DAYS = st.dates(date(2026, 1, 1), date(2031, 12, 31))


def index_of(first: date, last: date) -> BulletinIndex:
    """Return an index of days with 256 tags each, as a host would write it."""
    names = list(names_through(first, last))
    days = [name for name in names if is_day(name)]
    return BulletinIndex(
        version=1,
        bulletins=tuple(
            BulletinEntry(
                name=name,
                tags=MIN_TAGS * sum(day.startswith(name) for day in days),
                hash=Hash(bulletin_hash(name, b"")),
            )
            for name in names
        ),
    )


@given(st.integers(0, MAX_TAGS))
def test_a_size_is_the_smallest_power_of_two_that_holds_the_tags(tags: int) -> None:
    padded = padded_count(tags)
    assert padded >= max(tags, MIN_TAGS)
    assert padded & (padded - 1) == 0
    assert padded == MIN_TAGS or padded // 2 < tags


@given(DAYS, st.integers(0, 800), st.integers(-5, 5))
def test_the_window_covers_each_day_of_the_index_in_it_once(
    first: date, length: int, ahead: int
) -> None:
    last = first + timedelta(days=length)
    index, today = index_of(first, last), last + timedelta(days=1 + ahead)
    start = window_start(today)
    wanted = [
        name
        for name in names_through(max(first, start), min(last, today - timedelta(days=1)))
        if is_day(name)
    ]
    covered = [
        name
        for file in window(index, today)
        for name in names_through(first, last)
        if is_day(name) and name.startswith(file)
    ]
    assert covered == wanted


@given(DAYS, st.integers(0, 1500))
def test_what_lies_before_the_window_is_covered_by_years_months_and_days(
    first: date, length: int
) -> None:
    last = first + timedelta(days=length)
    index, today = index_of(first, last), last + timedelta(days=1)
    files = (*whole_years(index, today), *window(index, today))
    covered = {n for n in names_through(first, last) if any(n.startswith(f) for f in files)}
    assert {n for n in names_through(first, last) if is_day(n)} <= covered


@given(DAYS, st.integers(0, 400))
def test_every_index_that_a_host_writes_verifies_and_extends_the_one_before(
    first: date, length: int
) -> None:
    last = first + timedelta(days=length)
    index = index_of(first, last)
    statement = index.to_json()
    read = verify_index(
        statement,
        HOST.sign(INDEX_LABEL, statement),
        receipt_key=HOST.public_key,
        today=last + timedelta(days=1),
    )
    assert read == index
    assert index_of(first, last + timedelta(days=40)).extends(read)
    assert not read.extends(index_of(first, last + timedelta(days=1)))


@pytest.mark.parametrize("count", [MIN_TAGS, 4 * MIN_TAGS])
def test_every_tag_of_a_file_is_found_and_no_other(count: int) -> None:
    day, keys = date(2026, 11, 20), [os.urandom(16) for _ in range(count)]
    tags = sorted(bulletin_tag(key, day) for key in keys)
    found = DayTags(day, b"".join(tags))
    assert all(find_days(key, [found]) == (day,) for key in keys)
    assert find_days(os.urandom(16), [found]) == ()
    assert bytes(TAG_SIZE) not in found
    assert b"\xff" * TAG_SIZE not in found


def test_a_report_has_another_tag_every_day() -> None:
    key = os.urandom(16)
    days = [date(2026, 1, 1) + timedelta(days=i) for i in range(365)]
    assert len({bulletin_tag(key, day) for day in days}) == len(days)
