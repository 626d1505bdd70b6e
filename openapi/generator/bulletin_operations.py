"""Operations on bulletins (section 10.6)."""

from collections.abc import Callable
from typing import Any, Final

from meldpunt.protocol.verify.bulletin import (
    BulletinIndex,
    bulletin_tag,
    find_days,
    padded_count,
    read_bulletin,
    verify_index,
    whole_years,
    window,
)
from meldpunt.protocol.verify.days import parse_day

Json = dict[str, Any]
_hex = bytes.fromhex


def _verified(given: Json) -> BulletinIndex:
    return verify_index(
        given["statement"].encode(),
        _hex(given["signature"]),
        receipt_key=_hex(given["receiptKey"]),
        today=parse_day(given["today"]),
    )


def _tag(given: Json) -> Json:
    return {"tag": bulletin_tag(_hex(given["key"]), parse_day(given["day"])).hex()}


def _size(given: Json) -> Json:
    return {"padded": padded_count(given["tags"])}


def _index(given: Json) -> Json:
    found, today = _verified(given), parse_day(given["today"])
    return {
        "firstDay": found.first_day.isoformat(),
        "lastDay": found.last_day.isoformat(),
        "window": list(window(found, today)),
        "further": list(whole_years(found, today)),
    }


def _read(given: Json) -> Json:
    """Return the days of a file on which a key finds its tag."""
    days = read_bulletin(given["name"], _hex(given["content"]), _verified(given))
    return {"days": [day.isoformat() for day in find_days(_hex(given["key"]), days)]}


OPERATIONS: Final[dict[str, Callable[[Json], Json]]] = {
    "bulletin-tag": _tag,
    "bulletin-size": _size,
    "verify-bulletin-index": _index,
    "read-bulletin": _read,
}
"""Every operation by the name that vectors give it."""
