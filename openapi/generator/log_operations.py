"""Operations on the log of a report."""

from collections.abc import Callable
from datetime import date
from typing import Any, Final

from meldpunt.protocol.log import Alarm, Log, verify_log, verify_report_keys
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.fields import REPORTER, Participant
from meldpunt.protocol.verify.line_document import LineDocument, parse_line_document

Json = dict[str, Any]
_hex = bytes.fromhex


def _name(author: Participant | None) -> str | None:
    return author.hex() if isinstance(author, bytes) else author


def _alarm(alarm: Alarm) -> Json:
    return {"reason": alarm.reason.value, "author": _name(alarm.author), "n": alarm.n}


def _log(given: Json) -> tuple[Log, LineDocument]:
    keys = verify_report_keys(
        signing_key=_hex(given["signingKey"]),
        box_key=_hex(given["boxKey"]),
        report=ids.ReportId(_hex(given["reportId"])),
    )
    line = ids.LineId(_hex(given["lineId"]))
    document = parse_line_document(given["document"].encode(), line)
    served = [(m["header"].encode(), _hex(m["signature"])) for m in given["messages"]]
    return verify_log(served, keys=keys, document=document), document


def _verify(given: Json) -> Json:
    log, document = _log(given)
    readers = log.readers(document, date.fromisoformat(given["today"]))
    return {
        "order": [header.message_id.hex() for header in log.headers],
        "alarms": sorted(map(_alarm, log.alarms), key=lambda a: (a["reason"], a["author"], a["n"])),
        "unconfirmed": sorted(message.hex() for message in log.unconfirmed),
        "seen": [message.hex() for message in log.seen()],
        "nextN": log.next_n(REPORTER),
        "readers": sorted(reader.hex() for reader in readers),
    }


def _check_readers(given: Json) -> Json:
    log, document = _log(given)
    readers: list[Participant] = [
        REPORTER if reader == REPORTER else ids.HandlerId(_hex(reader))
        for reader in given["readers"]
    ]
    log.check_readers(readers, document, date.fromisoformat(given["today"]))
    return {}


OPERATIONS: Final[dict[str, Callable[[Json], Json]]] = {
    "verify-log": _verify,
    "check-readers": _check_readers,
}
