"""Bulletins: daily files, the same for everybody, that tell what is new (section 10.6).

A host publishes one file for each day that is over. The file holds one tag for each report that
got something on that day, and fillers that look the same. Only somebody with a report's bulletin
key recognises its tags. So a reporter can look without saying which report is theirs.
"""

import calendar
import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import blake2b
from typing import Annotated, ClassVar, Final

from pydantic import AfterValidator, Field, WithJsonSchema

from meldpunt.protocol.verify.days import TOLERANCE, parse_day
from meldpunt.protocol.verify.ed25519 import check_signature
from meldpunt.protocol.verify.errors import Reason, RefusedError
from meldpunt.protocol.verify.fields import HashField, Model, SignedModel, Version
from meldpunt.protocol.verify.hashing import labelled_hash, start_hash

KEY_SIZE: Final = 16
"""Bytes of a bulletin key."""
TAG_SIZE: Final = 6
MIN_TAGS: Final = 256
MAX_TAGS: Final = 1 << 20
"""The most tags that one day may have: 6 MiB."""
INDEX_LABEL: Final = "mp1/bulletin-index"
WINDOW_MONTHS: Final = 3
"""How many whole months before the current month every look fetches."""

_ONE_DAY: Final = timedelta(days=1)
_NAME: Final = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?", re.ASCII)


def bulletin_tag(key: bytes, day: date) -> bytes:
    """Return the 6-byte tag of a report on a day.

    Args:
        key: The report's bulletin key, 16 bytes.
        day: The day on which something came.
    """
    return labelled_hash(TAG_SIZE, "mp1/bulletin-tag", key, _ascii(day))


def bulletin_hash(name: str, content: bytes) -> bytes:
    """Return the 32-byte hash by which the index names a file."""
    return labelled_hash(32, "mp1/bulletin", name.encode("ascii"), content)


def start_bulletin_hash(name: str, size: int) -> blake2b:
    """Return a hash to which the caller adds the `size` bytes of a file, block by block."""
    state = start_hash(32, "mp1/bulletin", name.encode("ascii"))
    state.update(size.to_bytes(4, "big"))
    return state


def padded_count(tags: int) -> int:
    """Return how many tags the file of a day has, with fillers: a power of two, at least 256.

    Raises:
        RefusedError: BULLETIN_SIZE for more than 1,048,576 tags.
    """
    if tags > MAX_TAGS:
        raise RefusedError(Reason.BULLETIN_SIZE)
    return max(MIN_TAGS, 1 << (tags - 1).bit_length()) if tags else MIN_TAGS


def _ascii(day: date) -> bytes:
    return day.isoformat().encode("ascii")


def _check_name(name: str) -> str:
    match = _NAME.fullmatch(name)
    if match is None:
        raise RefusedError(Reason.FIELDS)
    year, month, day = match.groups(default="01")
    parse_day(f"{year}-{month}-{day}")
    return name


Name = Annotated[
    str,
    AfterValidator(_check_name),
    WithJsonSchema({"type": "string", "pattern": "^[0-9]{4}(-[0-9]{2}){0,2}$"}),
]
"""A day `YYYY-MM-DD`, a month `YYYY-MM` or a year `YYYY`."""


class BulletinEntry(Model):
    """What the index says of one file."""

    name: Name
    tags: Annotated[int, Field(strict=True, ge=MIN_TAGS, le=400 * MAX_TAGS)]
    """How many tags of 6 bytes it holds."""
    hash: HashField


class BulletinIndex(SignedModel):
    """The list of all files of a host, in the order in which the host wrote them."""

    MAX_SIZE: ClassVar[int] = 1 << 20

    version: Version
    bulletins: Annotated[tuple[BulletinEntry, ...], Field(fail_fast=True, min_length=1)]

    @property
    def entries(self) -> Mapping[str, BulletinEntry]:
        """Entries by name."""
        return {entry.name: entry for entry in self.bulletins}

    @property
    def first_day(self) -> date:
        """The first day that has a file."""
        return date.fromisoformat(self.bulletins[0].name)

    @property
    def last_day(self) -> date:
        """The last day that has a file."""
        return max(date.fromisoformat(e.name) for e in self.bulletins if is_day(e.name))

    def extends(self, earlier: "BulletinIndex") -> bool:
        """Say whether this index begins with all entries of an earlier one, unchanged."""
        return self.first_difference(earlier) is None

    def first_difference(self, earlier: "BulletinIndex") -> str | None:
        """Return the name of the first entry of an earlier index that this one lacks, or None."""
        for place, entry in enumerate(earlier.bulletins):
            if self.bulletins[place : place + 1] != (entry,):
                return entry.name
        return None


def is_day(name: str) -> bool:
    """Say whether this is the name of the file of a day."""
    return len(name) == len("2026-11-29")


def names_through(first: date, last: date) -> Iterator[str]:
    """Give the names of all files from one day to another, in the order of an index.

    A month comes after its last day, and a year comes after its last month.
    """
    day = first
    while day <= last:
        yield day.isoformat()
        if day.day == calendar.monthrange(day.year, day.month)[1]:
            yield f"{day:%Y-%m}"
            if day.month == 12:  # noqa: PLR2004 (December)
                yield f"{day:%Y}"
        day += _ONE_DAY


def days_of(name: str, index: BulletinIndex) -> tuple[BulletinEntry, ...]:
    """Return the entries of the days that a file holds, in order."""
    return tuple(e for e in index.bulletins if is_day(e.name) and e.name.startswith(name))


def verify_index(
    statement: bytes, signature: bytes, *, receipt_key: bytes, today: date
) -> BulletinIndex:
    """Verify an index.

    Args:
        statement: The signed bytes.
        signature: 64 bytes.
        receipt_key: The host's receipt key, from a verified line document.
        today: The device's day.

    Raises:
        RefusedError: SIGNATURE; a JSON reason or FIELDS; BULLETIN_INDEX when a file is missing, is
            there twice, or is out of place, or a month or a year is not the sum of its days;
            BULLETIN_SIZE for a day whose size is no power of two; BULLETIN_DATES for a day that is
            not over.
    """
    check_signature(INDEX_LABEL, statement, signature, receipt_key)
    index = BulletinIndex.from_signed(statement)
    if not is_day(index.bulletins[0].name):
        raise RefusedError(Reason.BULLETIN_INDEX)
    days = [entry for entry in index.bulletins if is_day(entry.name)]
    if any(entry.tags != padded_count(entry.tags) for entry in days):
        raise RefusedError(Reason.BULLETIN_SIZE)
    names = [entry.name for entry in index.bulletins]
    if names != list(names_through(index.first_day, index.last_day)) or not _adds_up(index):
        raise RefusedError(Reason.BULLETIN_INDEX)
    if index.last_day + _ONE_DAY > today + TOLERANCE:
        raise RefusedError(Reason.BULLETIN_DATES)
    return index


def _adds_up(index: BulletinIndex) -> bool:
    sums: dict[str, int] = {}
    for entry in index.bulletins:
        if is_day(entry.name):
            for name in (entry.name[:7], entry.name[:4]):
                sums[name] = sums.get(name, 0) + entry.tags
        elif sums[entry.name] != entry.tags:
            return False
    return True


@dataclass(frozen=True, slots=True, repr=False)
class DayTags:
    """The tags of one day, after all checks."""

    day: date
    tags: bytes
    """6 bytes each, strictly ascending."""

    def __contains__(self, tag: bytes) -> bool:
        """Say whether this day has a tag."""
        place = bisect_left(range(len(self.tags) // TAG_SIZE), tag, key=self._at)
        return place < len(self.tags) // TAG_SIZE and self._at(place) == tag

    def _at(self, place: int) -> bytes:
        return self.tags[place * TAG_SIZE : (place + 1) * TAG_SIZE]


def read_bulletin(name: str, content: bytes, index: BulletinIndex) -> tuple[DayTags, ...]:
    """Check a file against a verified index; returns its days in order.

    Raises:
        RefusedError: BULLETIN_INDEX for a file that the index does not name; BULLETIN_SIZE for
            another length; BULLETIN_HASH when the file, or a day in it, has another hash than the
            index says; BULLETIN_ORDER when the tags of a day do not strictly ascend.
    """
    entry = index.entries.get(name)
    if entry is None:
        raise RefusedError(Reason.BULLETIN_INDEX)
    if len(content) != entry.tags * TAG_SIZE:
        raise RefusedError(Reason.BULLETIN_SIZE)
    if bulletin_hash(name, content) != entry.hash:
        raise RefusedError(Reason.BULLETIN_HASH)
    found, start = [], 0
    for day in days_of(name, index):
        end = start + day.tags * TAG_SIZE
        found.append(_read_day(day, content[start:end]))
        start = end
    return tuple(found)


def _read_day(entry: BulletinEntry, tags: bytes) -> DayTags:
    if bulletin_hash(entry.name, tags) != entry.hash:
        raise RefusedError(Reason.BULLETIN_HASH)
    places = range(0, len(tags) - TAG_SIZE, TAG_SIZE)
    if any(tags[i : i + TAG_SIZE] >= tags[i + TAG_SIZE : i + 2 * TAG_SIZE] for i in places):
        raise RefusedError(Reason.BULLETIN_ORDER)
    return DayTags(date.fromisoformat(entry.name), tags)


def window_start(today: date) -> date:
    """Return the first day that every look covers, three whole months before this month."""
    months = today.year * 12 + today.month - 1 - WINDOW_MONTHS
    return date(months // 12, months % 12 + 1, 1)


def window(index: BulletinIndex, today: date) -> tuple[str, ...]:
    """Return the names of the files that every look fetches, in this order.

    They depend only on the index and on today. For each month, these are the file of the whole
    month, or the files of single days if the index has no file for the month.
    """
    return _covering(index, window_start(today), today)


def whole_years(index: BulletinIndex, today: date) -> tuple[str, ...]:
    """Return the names of the files of all days before the window.

    For each year this names the file of the whole year if the index has it.
    """
    names = index.entries
    years = [name for name in names if len(name) == len("2026")]
    covered = set(years)
    rest = _covering(index, index.first_day, window_start(today))
    return (*years, *(name for name in rest if name[:4] not in covered))


def _covering(index: BulletinIndex, first: date, end: date) -> tuple[str, ...]:
    """Return the names of the files of the days from `first` up to the day before `end`."""
    names = index.entries
    found: dict[str, None] = {}
    for name in names:
        if is_day(name) and first.isoformat() <= name < end.isoformat():
            month = name[:7]
            whole = month in names and month < end.isoformat()[:7]
            found[month if whole else name] = None
    return tuple(found)


def find_days(key: bytes, bulletins: Iterable[DayTags]) -> tuple[date, ...]:
    """Return the days on which a report has a tag, in order."""
    return tuple(sorted(b.day for b in bulletins if bulletin_tag(key, b.day) in b))
