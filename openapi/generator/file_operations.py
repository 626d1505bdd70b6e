"""Operations on the files of openapi/files.md."""

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

from meldpunt.client.transfer.export_file import verify_export
from meldpunt.protocol.line import Pin
from meldpunt.protocol.recovery_secret import SavedChain, read_secret
from meldpunt.protocol.report_proof import Shown, verify_report_proof
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.held import held_line_hash, held_report_hash
from openapi.generator.log_operations import show_alarms

Json = dict[str, Any]
_hex = bytes.fromhex


def _report_proof(given: Json) -> Json:
    line = given.get("lineId")
    proof = verify_report_proof(
        given["file"].encode(), line=line and ids.LineId(_hex(line)), pin=_pin(given)
    )
    pinned = {} if proof.is_pinned is None else {"pinned": proof.is_pinned}
    return {
        "lineId": proof.line_id.hex(),
        "reportId": proof.report_id.hex(),
        "newest": proof.newest.number,
        "otherLines": [
            {"lineId": other.line_id.hex(), "newest": other.number} for other in proof.lines.others
        ],
        "alarms": show_alarms(proof.log.alarms),
        "shown": [_shown(each) for each in proof.shown],
        **pinned,
    }


def _pin(given: Json) -> Pin | None:
    pin = given.get("pin")
    return None if pin is None else Pin(pin["number"], ids.Hash(_hex(pin["document"])))


def _shown(shown: Shown) -> Json:
    found: Json = {"messageId": shown.verified.message_id.hex()}
    if shown.received_on is not None:
        found["receivedOn"] = shown.received_on.isoformat()
    if shown.payload is not None:
        found["text"] = shown.payload.text
    return found


def _recovery_secret(given: Json) -> Json:
    signing, chains = read_secret(_hex(given["secret"]))
    line = ids.LineId(_hex(given["lineId"]))
    handler = ids.handler_id(line, signing.public_key)
    return {
        "signingSeed": signing.seed.hex(),
        "handlerId": handler.hex(),
        "keys": [key for saved in chains for key in _keys(saved, line, handler)],
    }


def _keys(saved: SavedChain, line: ids.LineId, handler: ids.HandlerId) -> list[Json]:
    numbers = range(saved.chain.number, saved.chain.last_number + 1)
    found = []
    for number in numbers:
        start = saved.start + timedelta(days=saved.days * (number - saved.chain.first_number))
        public_key = saved.chain.key(number).public_key
        key = ids.box_key_id(line=line, handler=handler, number=number, public_key=public_key)
        end = start + timedelta(days=saved.days - 1)
        found.append(
            {
                "number": number,
                "keyId": key.hex(),
                "notBefore": start.isoformat(),
                "notAfter": end.isoformat(),
            }
        )
    return found


def _export(given: Json) -> Json:
    keys = tuple(map(_hex, given["keys"]))
    file = io.BytesIO(given["file"].encode())
    pages, value = verify_export(file, ids.LineId(_hex(given["lineId"])), keys)
    return {"pages": pages, "hash": value.hex()}


def _held_line(given: Json) -> Json:
    reports = [
        held_report_hash(
            ids.ReportId(_hex(report["reportId"])),
            [ids.MessageId(_hex(message)) for message in report["messages"]],
        )
        for report in given["reports"]
    ]
    return {"hash": held_line_hash(reports).hex()}


OPERATIONS: Final[dict[str, Callable[[Json], Json]]] = {
    "verify-report-proof": _report_proof,
    "read-recovery-secret": _recovery_secret,
    "check-export": _export,
    "held-line": _held_line,
}
