"""The contract keeps the API design rules of the Dutch government (ADR 2.1).

Each test is one rule of the official linter, with its name there.
"""

import re
from collections.abc import Iterator
from typing import Any, Final

import pytest

from meldpunt.server.http.contract import contract
from meldpunt.wire.problems import PROBLEM_MEDIA_TYPE

METHODS: Final = {"get", "put", "post", "delete", "patch", "head", "options"}
DOCUMENT: Final = contract()


def operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, described in DOCUMENT["paths"].items():
        for method, operation in described.items():
            yield path, method, operation


def responses(first_digits: str) -> Iterator[dict[str, Any]]:
    for _, _, operation in operations():
        for status, response in operation["responses"].items():
            if status[0] in first_digits:
                yield response


def resolved(schema: dict[str, Any]) -> dict[str, Any]:
    name = schema.get("$ref", "").rpartition("/")[2]
    found: dict[str, Any] = DOCUMENT["components"]["schemas"][name] if name else schema
    return found


def properties() -> Iterator[tuple[str, dict[str, Any]]]:
    for schema in DOCUMENT["components"]["schemas"].values():
        yield from schema.get("properties", {}).items()


def test_openapi3() -> None:
    assert re.fullmatch(r"3(\.\d+){1,2}", DOCUMENT["openapi"])


def test_include_major_version_in_uri() -> None:
    assert [server["url"] for server in DOCUMENT["servers"]] == ["/v1"]
    assert all(not path.startswith("/v1") for path in DOCUMENT["paths"])


def test_semver() -> None:
    assert re.fullmatch(r"(0|[1-9]\d*)(\.(0|[1-9]\d*)){2}", DOCUMENT["info"]["version"])


def test_info_contact_fields_exist() -> None:
    assert all(DOCUMENT["info"]["contact"][field] for field in ("name", "url", "email"))


def test_http_methods() -> None:
    assert {method for _, method, _ in operations()} <= METHODS


@pytest.mark.parametrize("path", DOCUMENT["paths"])
def test_paths(path: str) -> None:
    assert not path.endswith("/")  # paths-no-trailing-slash
    assert re.fullmatch(r"(/([a-z0-9-]+|\{[A-Za-z]+\}))+", path)  # paths-kebab-case


def test_query_keys_camel_case() -> None:
    for _, _, operation in operations():
        for parameter in operation.get("parameters", ()):
            if parameter["in"] == "query":
                assert re.fullmatch(r"[a-z][a-z\d]*([A-Z][a-z\d]*)*", parameter["name"])


def test_missing_version_header() -> None:
    found = list(responses("23"))
    assert found
    assert all("API-Version" in response["headers"] for response in found)


def test_problem_schema() -> None:
    found = list(responses("45"))
    assert found
    for response in found:  # use-problem-schema, problem-schema-members
        schema = resolved(response["content"][PROBLEM_MEDIA_TYPE]["schema"])
        assert {"status", "title", "detail"} <= schema["properties"].keys()


def test_problem_invalid_input() -> None:
    """Operations with parameters or a body describe 400."""
    for path, method, operation in operations():
        assert "400" in operation["responses"], (method, path)


def test_dates_have_their_format() -> None:
    for name, schema in properties():
        if name.endswith("On") and name != "basedOn":
            assert resolved(schema).get("format") == "date", name
        assert schema.get("format") not in {"time", "date-time-local"}
