"""openapi/membership.py, which is written to be read, says what the vectors say."""

import json
from datetime import date, timedelta
from typing import Any, Final

import pytest

from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.encoding import decode_base64url, encode_base64url, encode_line_id
from openapi import membership
from openapi.generator.kept_wraps import VECTORS

FILES: Final = ("log", "admission", "handover", "succession", "consultation")
VECTORS_OF_LOGS: Final = [
    vector
    for name in FILES
    for vector in json.loads((VECTORS / f"{name}.json").read_text("utf-8"))["vectors"]
    if "output" in vector
]
LOGS: Final = [vector for vector in VECTORS_OF_LOGS if vector["operation"] == "verify-log"]
READABLE: Final = [vector for vector in VECTORS_OF_LOGS if vector["operation"] == "readable"]


def hexadecimal(text: str) -> str:
    return decode_base64url(text).hex()


def participants(hexadecimals: list[str]) -> set[str]:
    return {encode_base64url(bytes.fromhex(each)) for each in hexadecimals}


def line_text(hexadecimal: str) -> str:
    return encode_line_id(ids.LineId(bytes.fromhex(hexadecimal)))


def header(text: str) -> dict[str, Any]:
    """Return a header in which ids of messages are hexadecimal."""
    read: dict[str, Any] = json.loads(text)
    read["seen"] = [hexadecimal(seen) for seen in read["seen"]]
    if "handover" in read:
        read["handover"]["messages"] = [hexadecimal(m) for m in read["handover"]["messages"]]
    if "consent" in read:
        read["consent"] = hexadecimal(read["consent"])
    return read


def line(document: str, today: str) -> dict[str, set[str]]:
    """Return what the newest document of a line says of its handlers."""
    handlers = json.loads(document)["handlers"]
    latest = (date.fromisoformat(today) + timedelta(days=2)).isoformat()
    return {
        "all": {h["id"] for h in handlers},
        "staying": {h["id"] for h in handlers if "until" not in h},
        "active": {
            h["id"] for h in handlers if h["from"] <= latest and today < h.get("until", "9999")
        },
    }


def log_of(given: dict[str, Any]) -> dict[str, dict[str, Any]]:
    served = [message["header"] for message in given["messages"]]
    return {ids.message_id(each.encode()).hex(): header(each) for each in served}


def members(given: dict[str, Any], log: dict[str, dict[str, Any]]) -> dict[str, Any]:
    birth = line_text(given["lineId"])
    lines = {birth: line(given["document"], given["today"])}
    for other in given.get("otherLines", ()):
        lines[line_text(other["lineId"])] = line(other["document"], given["today"])
    return dict(membership.membership(log, birth, lines, given["today"]))


@pytest.mark.parametrize("vector", LOGS, ids=lambda vector: vector["name"])
def test_membership_is_what_the_vectors_say(vector: dict[str, Any]) -> None:
    given, expected = vector["input"], vector["output"]
    log = log_of(given)
    kept = {m: h for m, h in log.items() if m in expected["order"]}  # without a replaced key's
    assert membership.order(kept) == expected["order"][: len(membership.order(kept))]
    found = members(given, kept)
    del found["opened"]
    answered = expected["answeredBy"] or given["lineId"]
    assert found == {
        "readers": participants(expected["readers"]),
        "newcomers": participants(expected["admitted"]),
        "unconfirmed": set(expected["unconfirmed"]),
        "waiting": expected["waiting"],
        "line": line_text(answered),
        "void": set(expected["void"]),
    }


@pytest.mark.parametrize("vector", READABLE, ids=lambda vector: vector["name"])
def test_what_a_handler_may_read_is_what_the_vectors_say(vector: dict[str, Any]) -> None:
    given = vector["input"]
    log, [handler] = log_of(given), participants([given["handler"]])
    named = {message for message, each in log.items() if handler in each["readers"]}
    is_barred = given["handler"] in given["leftOut"]
    opened = set() if is_barred else members(given, log)["opened"].get(handler, set())
    assert named | opened == set(vector["output"]["messages"])


def test_there_are_logs_of_every_kind() -> None:
    assert len(LOGS) > 90
    assert len(READABLE) > 10
