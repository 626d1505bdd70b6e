"""Vectors of bulletins (section 10.6)."""

from datetime import date
from typing import Any

from meldpunt.protocol.keys import SigningKey
from meldpunt.protocol.verify.bulletin import (
    INDEX_LABEL,
    MIN_TAGS,
    TAG_SIZE,
    BulletinEntry,
    BulletinIndex,
    bulletin_hash,
    bulletin_tag,
)
from meldpunt.protocol.verify.errors import Reason
from meldpunt.protocol.verify.ids import Hash
from openapi.generator import scene
from openapi.generator.vector import Vector, VectorFile, file

_HOST = scene.signing_key("host")
_KEY = scene.secret("bulletin key", 16)
_OTHER_KEY = scene.secret("another bulletin key", 16)
_NEWS = date(2026, 10, 31)
_TODAY = "2026-11-03"


def _tags(day: str, *, count: int = MIN_TAGS) -> bytes:
    """Return a day's file: fillers, and the one report's tag on the day that it got something."""
    real = [bulletin_tag(_KEY, _NEWS)] if day == _NEWS.isoformat() else []
    fillers = [scene.secret(f"filler {day} {i}", TAG_SIZE) for i in range(count - len(real))]
    return b"".join(sorted(real + fillers))


def _files() -> dict[str, bytes]:
    days = {day: _tags(day) for day in ("2026-10-30", "2026-10-31", "2026-11-01")}
    days["2026-11-02"] = _tags("2026-11-02", count=2 * MIN_TAGS)
    october = days["2026-10-30"] + days["2026-10-31"]
    return {
        "2026-10-30": days["2026-10-30"],
        "2026-10-31": days["2026-10-31"],
        "2026-10": october,
        "2026-11-01": days["2026-11-01"],
        "2026-11-02": days["2026-11-02"],
    }


_FILES = _files()


def _entry(name: str, content: bytes) -> BulletinEntry:
    return BulletinEntry(
        name=name, tags=len(content) // TAG_SIZE, hash=Hash(bulletin_hash(name, content))
    )


def _index(files: dict[str, bytes]) -> str:
    entries = tuple(_entry(name, content) for name, content in files.items())
    return BulletinIndex(version=1, bulletins=entries).to_json().decode()


def _signed(statement: str, key: SigningKey = _HOST) -> dict[str, Any]:
    return {
        "statement": statement,
        "signature": key.sign(INDEX_LABEL, statement.encode()).hex(),
        "receiptKey": _HOST.public_key.hex(),
        "today": _TODAY,
    }


def _index_vectors() -> list[Vector]:
    good = _index(_FILES)

    def checks(name: str, comment: str, given: dict[str, Any], refused: Reason | None) -> Vector:
        return Vector("verify-bulletin-index", name, comment, given, refused)

    def without(*names: str) -> str:
        return _index({n: c for n, c in _FILES.items() if n not in names})

    swapped = dict(sorted(_FILES.items(), reverse=True))
    short = _FILES | {"2026-10": _FILES["2026-10-30"]}
    uneven = {"2026-11-01": _FILES["2026-11-01"] + _tags("more")}
    uneven["2026-11-01"] = uneven["2026-11-01"][: 300 * TAG_SIZE]
    return [
        checks("index", "Two days of October, its file, two of November.", _signed(good), None),
        checks("index-of-one-day", "A host begins.", _signed(without("2026-10-30", "2026-10-31",
               "2026-10", "2026-11-01")), None),
        checks("index-by-another-host", "Another receipt key.",
               _signed(good, scene.signing_key("other host")), Reason.SIGNATURE),
        checks("index-changed", "The bytes are signed.",
               _signed(good) | {"statement": good.replace("256", "512", 1)}, Reason.SIGNATURE),
        checks("index-with-a-gap", "A day is missing.", _signed(without("2026-10-31", "2026-10")),
               Reason.BULLETIN_INDEX),
        checks("index-without-a-month", "A month that is over has a file.",
               _signed(without("2026-10")), Reason.BULLETIN_INDEX),
        checks("index-out-of-order", "Entries stand as they were written.",
               _signed(_index(swapped)), Reason.BULLETIN_INDEX),
        checks("index-that-begins-with-a-month", "The days of a month come before it.",
               _signed(without("2026-10-30", "2026-10-31")), Reason.BULLETIN_INDEX),
        checks("index-month-too-short", "A month holds all its days.", _signed(_index(short)),
               Reason.BULLETIN_INDEX),
        checks("index-uneven-day", "300 tags are no power of two.", _signed(_index(uneven)),
               Reason.BULLETIN_SIZE),
        checks("index-small-day", "Fewer than 256 tags would be counted.",
               _signed(good.replace('"tags":256', '"tags":128', 1)), Reason.FIELDS),
        checks("index-day-to-come", "A file is written after its day is over.",
               _signed(good) | {"today": "2026-10-31"}, Reason.BULLETIN_DATES),
        checks("index-clock-behind", "A device may be two days behind.",
               _signed(good) | {"today": "2026-11-01"}, None),
        checks("index-no-such-day", "A name is a day, a month or a year.",
               _signed(good.replace("2026-11-01", "2026-11-31")), Reason.FIELDS),
        checks("index-empty", "Nothing at all.", _signed('{"version":1,"bulletins":[]}'),
               Reason.FIELDS),
    ]  # fmt: skip


def _file_vectors() -> list[Vector]:
    index = _signed(_index(_FILES))

    def reads(
        name: str,
        comment: str,
        file_name: str,
        content: bytes,
        refused: Reason | None = None,
        key: bytes = _KEY,
        **changes: str,
    ) -> Vector:
        given = index | {"name": file_name, "content": content.hex(), "key": key.hex()} | changes
        return Vector("read-bulletin", name, comment, given, refused)

    day = _FILES["2026-10-31"]
    first, second = day[:TAG_SIZE], day[TAG_SIZE : 2 * TAG_SIZE]
    swapped = second + first + day[2 * TAG_SIZE :]
    unsorted = _FILES | {"2026-10-31": swapped, "2026-10": _FILES["2026-10-30"] + swapped}
    twice = first + first + day[2 * TAG_SIZE :]
    doubled = _FILES | {"2026-10-31": twice, "2026-10": _FILES["2026-10-30"] + twice}
    return [
        reads("file-with-the-tag", "Something came.", "2026-10-31", day),
        reads("file-without-the-tag", "Nothing came.", "2026-10-30", _FILES["2026-10-30"]),
        reads("file-another-key", "Another report finds nothing.", "2026-10-31", day,
              key=_OTHER_KEY),
        reads("file-of-a-month", "Its days, one after the other.", "2026-10", _FILES["2026-10"]),
        reads("file-larger", "512 tags.", "2026-11-02", _FILES["2026-11-02"]),
        reads("file-one-tag-short", "Another length.", "2026-10-31", day[:-TAG_SIZE],
              Reason.BULLETIN_SIZE),
        reads("file-of-another-day", "The hash covers the name.", "2026-10-31",
              _FILES["2026-10-30"], Reason.BULLETIN_HASH),
        reads("file-changed", "One bit.", "2026-10-31", bytes([day[0] ^ 1]) + day[1:],
              Reason.BULLETIN_HASH),
        reads("file-unsorted", "Two tags swapped, and signed so.", "2026-10-31", swapped,
              Reason.BULLETIN_ORDER, **_signed(_index(unsorted))),
        reads("file-tag-twice", "A tag twice, and signed so.", "2026-10-31", twice,
              Reason.BULLETIN_ORDER, **_signed(_index(doubled))),
        reads("file-not-in-the-index", "The index names no such file.", "2026-11-03", day,
              Reason.BULLETIN_INDEX),
    ]  # fmt: skip


def bulletins() -> VectorFile:
    """What a host publishes each day, and what a key finds in it."""
    vectors = [
        Vector("bulletin-tag", "tag", "Of a report on a day.",
               {"key": _KEY.hex(), "day": "2026-10-31"}),
        Vector("bulletin-tag", "tag-of-another-day", "Every day another one.",
               {"key": _KEY.hex(), "day": "2026-11-01"}),
        Vector("bulletin-size", "size-of-nothing", "A day without news looks like any other.",
               {"tags": 0}),
        Vector("bulletin-size", "size-exact", "A power of two is kept.", {"tags": 256}),
        Vector("bulletin-size", "size-next", "One more doubles it.", {"tags": 257}),
        Vector("bulletin-size", "size-too-large", "More than one file can hold.",
               {"tags": 1048577}, Reason.BULLETIN_SIZE),
        *_index_vectors(),
        *_file_vectors(),
    ]  # fmt: skip
    return file("bulletin", "Bulletins: the index, files of days and months, tags.", vectors)
