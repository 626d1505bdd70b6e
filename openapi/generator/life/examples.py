"""Examples of the OpenAPI document: of each operation the first success and the first refusal.

They lie in the package, because a host serves them with its document.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any, Final
from urllib.parse import parse_qsl

from meldpunt.server.http.contract import BASE_PATH, contract
from openapi.generator.life.host import Exchange
from openapi.generator.life.transcript import body_value, kind_of

Json = dict[str, Any]
_NAME: Final = re.compile(r"\\{(\w+)\\}")


def examples(kept: Iterable[Exchange]) -> Json:
    """Return the examples of every operation, by its id."""
    exchanges = list(kept)
    return {
        operation["operationId"]: _example(exchanges, method, path, operation)
        for method, path, operation in _operations()
    }


def _operations() -> Iterator[tuple[str, str, Json]]:
    for path, methods in contract()["paths"].items():
        for method, operation in methods.items():
            yield method.upper(), path, operation


def _example(kept: list[Exchange], method: str, path: str, operation: Json) -> Json:
    pattern = re.compile(_NAME.sub(r"(?P<\1>[^/]+)", re.escape(BASE_PATH + path)))
    found = [
        (each, match)
        for each in kept
        if each.method == method and (match := pattern.fullmatch(each.target.partition("?")[0]))
    ]
    good, named = next((pair for pair in found if not pair[0].is_refusal), (None, None))
    refused = next((each for each, _ in found if each.is_refusal), None)
    if good is None or named is None or refused is None:
        raise AssertionError(f"{method} {path} wants a success and a refusal: see further.py")
    given = _parameters(good, named.groupdict())
    names = [each["name"] for each in operation.get("parameters", ())]
    return {
        "parameters": {name: given[name.lower()] for name in names if name.lower() in given},
        **_body("request", good.body, good.fields),
        "status": str(good.status),
        **_body("answer", good.answer, good.answer_fields),
        "refusedStatus": str(refused.status),
        **_body("refusal", refused.answer, refused.answer_fields),
    }


def _parameters(good: Exchange, path: dict[str, str]) -> dict[str, str | int]:
    given = dict(good.fields) | path | dict(parse_qsl(good.target.partition("?")[2]))
    return {
        name.lower(): int(value) if re.fullmatch("0|[1-9][0-9]*", value) else value
        for name, value in given.items()
    }


def _body(name: str, body: bytes, fields: tuple[tuple[str, str], ...]) -> Json:
    shown = body_value(body, kind_of(fields))
    return {name: next(iter(shown.values()))} if shown else {}
