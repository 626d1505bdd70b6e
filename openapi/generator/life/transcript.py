"""The life as data: life.json holds every exchange whole, and every secret."""

import json
from typing import Any

from meldpunt.protocol.keys import derive
from meldpunt.protocol.verify import strict_json
from meldpunt.protocol.verify.encoding import encode_base64url
from openapi.generator.life import people
from openapi.generator.life.acts import Life
from openapi.generator.life.host import Exchange
from openapi.generator.life.people import KEYS
from openapi.generator.scene import ANNA, BRAM, LINE_KEY

Json = dict[str, Any]


def body_value(body: bytes, kind: str) -> Json:
    """Return a body: `json` with how many spaces follow it, or `bytes` in base64url."""
    if not body:
        return {}
    if "json" not in kind:
        return {"bytes": encode_base64url(body)}
    value = json.loads(body)
    spaces = len(body) - len(body.rstrip(b" "))
    if strict_json.dump(value) != body.rstrip(b" "):
        raise AssertionError("a body of the life is not in the one form")
    return {"json": value} | ({"spaces": spaces} if spaces else {})


def kind_of(fields: tuple[tuple[str, str], ...]) -> str:
    """Return the media type that fields name."""
    return {name.lower(): value for name, value in fields}.get("content-type", "")


def _exchange(kept: Exchange) -> Json:
    return {
        "title": kept.title,
        "request": {
            "method": kept.method,
            "target": kept.target,
            "fields": [list(each) for each in kept.fields],
            **body_value(kept.body, kind_of(kept.fields)),
        },
        "answer": {
            "status": kept.status,
            "fields": [list(each) for each in kept.answer_fields],
            **body_value(kept.answer, kind_of(kept.answer_fields)),
        },
    }


def transcript(life: Life) -> Json:
    """Return the content of life.json."""
    return {
        "description": "A report from line to closing. life.md explains it.",
        "secrets": _secrets(),
        "messages": [
            {
                "author": "reporter" if isinstance(said.author, str) else said.author.hex(),
                "messageId": said.sealed.message_id.hex(),
                "header": said.header.decode(),
                "payload": said.payload.decode(),
                "contentKey": said.content_key.hex(),
            }
            for said in life.talk.said
        ],
        "acts": [
            {
                "name": act.name,
                "day": act.day,
                "exchanges": [_exchange(each) for each in act.exchanges],
            }
            for act in life.acts
        ],
    }


def _secrets() -> Json:
    return {
        "lineSeed": LINE_KEY.seed.hex(),
        "code": people.CODE,
        "codeEntropy": people.ENTROPY.hex(),
        "reporterSeed": people.SEED.hex(),
        "reporterSigningSeed": KEYS.signing.seed.hex(),
        "reporterBoxSeed": derive(people.SEED, "mp1/reporter-box").hex(),
        "bulletinKey": KEYS.bulletin.hex(),
        "hostReceiptSeed": people.RECEIPT_KEY.seed.hex(),
        "handlers": [
            {
                "name": person.name,
                "signingSeed": person.signing.seed.hex(),
                "boxSeed": derive(person.chain.value, "mp1/box").hex(),
            }
            for person in (ANNA, BRAM)
        ],
    }
