"""Operations on the log of a report, and on its clocks."""

import json
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any, Final

from meldpunt.protocol import erasure
from meldpunt.protocol.log import Alarm, Log, verify_log, verify_report_keys
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.days import parse_day
from meldpunt.protocol.verify.fields import REPORTER, Participant
from meldpunt.protocol.verify.line_document import (
    Directory,
    LineDocument,
    Lines,
    parse_line_document,
)
from meldpunt.protocol.verify.log import clocks
from meldpunt.protocol.verify.log.header import Tag
from meldpunt.protocol.verify.log.opening import ArrivedMessage
from openapi.generator.statement_operations import participant

Json = dict[str, Any]
_hex = bytes.fromhex


def _name(author: Participant | None) -> str | None:
    return author.hex() if isinstance(author, bytes) else author


def _alarm(alarm: Alarm) -> Json:
    return {"reason": alarm.reason.value, "author": _name(alarm.author), "n": alarm.n}


def show_alarms(alarms: Iterable[Alarm]) -> list[Json]:
    """Return alarms as vectors list them."""
    return sorted(map(_alarm, alarms), key=lambda a: (a["reason"], a["author"], a["n"]))


def _document(given: Json) -> LineDocument:
    return parse_line_document(given["document"].encode(), ids.LineId(_hex(given["lineId"])))


def _directory(given: Json) -> Directory:
    """Return the document of the line, with those of other lines if there are any."""
    others = tuple(map(_document, given.get("otherLines", ())))
    return Lines(_document(given), others) if others else _document(given)


def _log(given: Json) -> tuple[Log, Directory]:
    keys = verify_report_keys(
        signing_key=_hex(given["signingKey"]),
        box_key=_hex(given["boxKey"]),
        report=ids.ReportId(_hex(given["reportId"])),
    )
    document = _directory(given)
    served = [(m["header"].encode(), _hex(m["signature"])) for m in given["messages"]]
    return verify_log(served, keys=keys, document=document), document


def _verify(given: Json) -> Json:
    log, document = _log(given)
    today = date.fromisoformat(given["today"])
    return {
        "order": [header.message_id.hex() for header in log.headers],
        "alarms": show_alarms(log.alarms),
        "unconfirmed": sorted(message.hex() for message in log.unconfirmed),
        "seen": [message.hex() for message in log.seen()],
        "nextN": log.next_n(REPORTER),
        "readers": sorted(reader.hex() for reader in log.readers(document, today)),
        "admitted": sorted(handler.hex() for handler in log.admitted(document, today)),
        "signingKey": log.keys.signing_key.hex(),
        "answeredBy": log.handovers.line and log.handovers.line.hex(),
        "waiting": log.handovers.pending and log.handovers.pending.hex(),
        "void": sorted(message.hex() for message in log.void),
    }


def _check_readers(given: Json) -> Json:
    log, document = _log(given)
    readers = map(participant, given["readers"])
    log.check_readers(readers, document, date.fromisoformat(given["today"]))
    return {}


def _check_admission(given: Json) -> Json:
    log, document = _log(given)
    today = date.fromisoformat(given["today"])
    author, newcomer = _handlers([given["author"], given["newcomer"]])
    left_out = _handlers(given["leftOut"])
    log.check_admission(author, newcomer, document=document, today=today, left_out=left_out)
    return {}


def _readable(given: Json) -> Json:
    log, _ = _log(given)
    handler, left_out = ids.HandlerId(_hex(given["handler"])), _handlers(given["leftOut"])
    messages = (header.message_id for header in log.headers)
    return {"messages": [m.hex() for m in messages if log.may_read(handler, m, left_out)]}


def _handlers(names: list[str]) -> list[ids.HandlerId]:
    return [ids.HandlerId(_hex(name)) for name in names]


def _numbered(position: int) -> ids.MessageId:
    """Return an id for a message that a vector names by its position."""
    return ids.MessageId(position.to_bytes(ids.HASH_SIZE, "big"))


def _clocks(given: Json) -> Json:
    document = _document(given)
    consultation = given.get("consultation", False)
    received_on = parse_day(given["receivedOn"])
    milestones = clocks.Milestones(received_on=received_on, consultation=consultation)
    arrived = {_numbered(0): ArrivedMessage(REPORTER, (), received_on)}
    for number, message in enumerate(given["messages"], 1):
        arrived[_numbered(number)] = ArrivedMessage(
            author=participant(message["author"]),
            seen=tuple(map(_numbered, message["seen"])),
            day=parse_day(message["day"]),
        )
        tag, until = Tag(message["tag"]), message.get("until")
        if clocks.is_allowed(milestones, tag):
            milestones = clocks.advance(
                milestones,
                author=participant(message["author"]),
                tag=tag,
                day=parse_day(message["day"]),
                until=until and parse_day(until),
                immediate=message.get("immediate"),
            )
    statuses = clocks.clock_statuses(milestones, document, parse_day(given["today"]))
    return {
        "state": milestones.state.value,
        "clocks": [json.loads(status.to_json()) for status in statuses],
        "checkIns": [day.isoformat() for day in clocks.check_in_days(milestones, document)],
        "erasedOn": clocks.erased_on(milestones, document, arrived).isoformat(),
    }


def _has_erased(given: Json) -> Json:
    told = given["withdrawal"]
    withdrawal = erasure.Withdrawal(
        message=ids.MessageId(_hex(told["message"])),
        number=told["n"],
        received_on=parse_day(told["receivedOn"]),
        immediate=told["immediate"],
    )
    known = _last_known(given["known"]) if "known" in given else None
    today = parse_day(given["today"])
    day = erasure.withdrawn_on(withdrawal, known)
    erased = erasure.has_erased(withdrawal, known, _document(given), today)
    return {"erased": erased, **({} if day is None else {"countsFrom": day.isoformat()})}


def _last_known(given: Json) -> erasure.LastKnown:
    withdrawn, whole = given.get("withdrawnOn"), given.get("wholeOn")
    return erasure.LastKnown(
        number=given["n"],
        messages=[ids.MessageId(_hex(message)) for message in given["messages"]],
        withdrawn_on=withdrawn and parse_day(withdrawn),
        whole_on=whole and parse_day(whole),
    )


OPERATIONS: Final[dict[str, Callable[[Json], Json]]] = {
    "verify-log": _verify,
    "check-readers": _check_readers,
    "check-admission": _check_admission,
    "readable": _readable,
    "report-clocks": _clocks,
    "has-erased": _has_erased,
}
