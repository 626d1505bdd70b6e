"""The OpenAPI document of the contract, made from the routes and their shapes.

`python -m meldpunt.server.http.contract` writes it. openapi/meldpunt-v1.json is a copy for readers
who have no host at hand. A test compares the two.
"""

import json
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from meldpunt.server.http.answers import list_bodies, problems
from meldpunt.server.http.parameters import LENGTH, PARAMETERS
from meldpunt.server.http.privacy import API_VERSION
from meldpunt.server.http.problems import DATABASE_PROBLEMS
from meldpunt.server.http.routes import described_routes
from meldpunt.wire.problems import Problem, ProblemType

_DESCRIPTION: Final = """\
Report lines whose host cannot read the reports.

Content is encrypted on the reporter's device to the handlers' keys; the host stores and relays
ciphertext. `openapi/protocol.md` specifies keys, messages and the signature of requests, and
`openapi/vectors` holds test vectors for clients in any language.

A first report takes four calls: `readLine`, `readText` for the texts that the client shows,
`createChallenge`, `submitReport`. A reporter comes back with `createChallenge`, then
`readReportMessages` and `sendReportMessage`; a handler with `readInbox`, `readInboxMessages` and
`sendInboxMessage`. A challenge is good for many requests until it expires.

- Bodies are JSON in UTF-8. Unknown fields, `null`, floats and duplicate keys are refused; a field
  without a value is left out. Bytes are unpadded base64url. Days are UTC, and nothing is finer.
- What was signed (`header`, `document`, `statement`) travels as base64url of the very bytes, since
  another JSON library would write other bytes. Verify first, then parse.
- Every refusal is a problem document (RFC 9457). `type` is one of a closed list; `reason`, where
  present, names the rule of the protocol. A problem quotes nothing of the request.
- Every PUT and DELETE may be sent again with the same bytes: 201 the first time, then 200; or 204
  each time. A PATCH of an upload may be sent again too: a 409 says that it was done.
- "Does not exist" and "is not yours" are one answer, 404.
- White space follows the JSON of answers about a report or an inbox. So they have few lengths.
- No cookie, no session, no redirect. Any other path, a trailing slash too, is 404.
- The examples are real: `openapi/life.md` shows them in one report's life, from line to closing.
"""
BASE_PATH: Final = f"/v{API_VERSION.partition('.')[0]}"
"""The part of every path that names the major version. The paths of the document leave it out."""
_CONTACT: Final = {
    "name": "The operator of this host",
    "url": "https://host.example",
    "email": "operator@host.example",
}
"""The contact in the copy for readers. A host shows the contact that its operator has set."""
_TAGS: Final = (
    {"name": "host", "description": "What anybody may ask of the host."},
    {
        "name": "bulletins",
        "description": "Files that show on which days something came, the same for everybody.",
    },
    {"name": "lines", "description": "What an office publishes, and anybody reads."},
    {
        "name": "moving",
        "description": "An office moves its line, with all its reports, to another host.",
    },
    {"name": "report", "description": "A reporter's own report. The signing key names it."},
    {"name": "inbox", "description": "A handler's inbox. Line and signing key name it."},
    {
        "name": "attachments",
        "description": "Encrypted files: uploads by tus, downloads by byte ranges.",
    },
)
_SIGNATURE: Final = "httpSignature"
_SCHEME: Final = {
    "type": "apiKey",
    "in": "header",
    "name": "Signature",
    "description": (
        "HTTP Message Signatures (RFC 9421) in one fixed profile: the fields `Signature-Input` and "
        "`Signature`, and `Content-Digest` (RFC 9530, sha-256) with a body. Signed are the method, "
        "the full target URI and the digest, with a challenge from `createChallenge` as nonce. On "
        "`urn:meldpunt:problem:challenge-expired`, take a new challenge and sign the same bytes "
        "again, once. openapi/protocol.md section 10 has the details and an example."
    ),
}
_FIELDS: Final = {
    "ApiVersion": {
        "description": "The full version of this contract.",
        "schema": {"type": "string", "examples": [API_VERSION]},
    },
    "RetryAfter": {"description": "Seconds to wait.", "schema": {"type": "integer"}},
    "Location": {"description": "The path of the request.", "schema": {"type": "string"}},
    "Upload-Offset": {"description": "How many bytes the host has.", "schema": LENGTH},
    "Upload-Length": {"description": "How many bytes the whole file has.", "schema": LENGTH},
    "Upload-Expires": {
        "description": "The midnight at which the host erases it, unless a message lists it.",
        "schema": {"type": "string"},
    },
    "Tus-Version": {"description": "1.0.0", "schema": {"type": "string"}},
    "Tus-Extension": {"description": "Extensions of tus.", "schema": {"type": "string"}},
    "Tus-Max-Size": {"description": "Bytes of the longest attachment.", "schema": LENGTH},
    "Tus-Checksum-Algorithm": {
        "description": "Algorithms of Upload-Checksum.",
        "schema": {"type": "string"},
    },
    "Accept-Ranges": {"description": "bytes", "schema": {"type": "string"}},
    "Content-Range": {"description": "Which bytes, of how many.", "schema": {"type": "string"}},
    "ETag": {"description": "The attachment id, in quotes.", "schema": {"type": "string"}},
}
_VERSION_FIELD: Final = {"API-Version": {"$ref": "#/components/headers/ApiVersion"}}
_RETRY_FIELD: Final = {"Retry-After": {"$ref": "#/components/headers/RetryAfter"}}
_EXAMPLES: Final = Path(__file__).with_name("examples.json")
"""Written by `python -m openapi.generator`."""
_ASSUMED: Final = "Successful Response"
"""FastAPI's description of an answer that no route describes."""


def served_contract(contact: Mapping[str, str]) -> dict[str, Any]:
    """Return the document as a host serves it.

    Args:
        contact: What the operator has set of `name`, `url` and `email`; perhaps nothing.
    """
    document = contract()
    return document | {"info": document["info"] | {"contact": {**_CONTACT, **contact}}}


@cache
def contract() -> dict[str, Any]:
    """Return the document of the public contract, version 1."""
    document = get_openapi(
        title="Meldpunt",
        version=API_VERSION,
        summary="Anonymous reports, encrypted end to end",
        description=_DESCRIPTION,
        routes=list(described_routes()),
        tags=list(_TAGS),
        servers=[{"url": BASE_PATH, "description": "The host that serves this document."}],
        license_info={"name": "EUPL-1.2", "identifier": "EUPL-1.2"},
    )
    document["info"]["contact"] = _CONTACT  # FastAPI would log that it cannot check an address
    document["paths"] = {
        path.removeprefix(BASE_PATH): operations for path, operations in document["paths"].items()
    }
    schemas = _schemas(document["components"]["schemas"])
    document["components"] = {
        "schemas": schemas,
        "headers": _FIELDS,
        "securitySchemes": {_SIGNATURE: _SCHEME},
    }
    for path in document["paths"].values():
        for operation in path.values():
            _correct(operation, schemas)
    exact: dict[str, Any] = _exact(document)
    _illustrate(exact)
    return exact


def _illustrate(document: dict[str, Any]) -> None:
    """Add examples from a report's life on a real host (openapi/life.md)."""
    examples = json.loads(_EXAMPLES.read_text("utf-8"))
    for path in document["paths"].values():
        for operation in path.values():
            _add_examples(operation, examples.get(operation["operationId"], {}))


def _add_examples(operation: dict[str, Any], example: dict[str, Any]) -> None:
    for parameter in operation.get("parameters", ()):
        if parameter["name"] in example.get("parameters", {}):
            parameter["example"] = example["parameters"][parameter["name"]]
    responses = operation["responses"]
    for name, described in (
        ("request", operation.get("requestBody", {})),
        ("answer", responses.get(example.get("status"), {})),
        ("refusal", responses.get(example.get("refusedStatus"), {})),
    ):
        for kind, content in described.get("content", {}).items():
            if name in example and "json" in kind:
                content["example"] = example[name]
            elif name in example:
                content["examples"] = {
                    "life": {"summary": "In base64url here.", "value": example[name]}
                }


def _schemas(found: dict[str, Any]) -> dict[str, Any]:
    """Return every shape by name: of answers, and of bodies that routes read as raw bytes."""
    bodies: tuple[type[BaseModel], ...] = (*list_bodies(), Problem)
    _, raw = models_json_schema(
        [(model, "validation") for model in bodies],
        ref_template="#/components/schemas/{model}",
    )
    schemas = {**raw["$defs"], **found}
    for assumed in ("HTTPValidationError", "ValidationError"):
        schemas.pop(assumed, None)
    schemas["Problem"]["properties"]["type"] |= {"enum": [kind.uri for kind in ProblemType]}
    for schema in schemas.values():
        for field in schema.get("properties", {}).values():
            field.pop("title", None)  # it only repeats the name
    return dict(sorted(schemas.items()))


def _exact(value: Any) -> Any:  # noqa: ANN401 (any JSON)
    """Describe the strict JSON of this contract: no null and no floats."""
    if isinstance(value, float):
        return int(value)
    if isinstance(value, list):
        return [_exact(item) for item in value]
    if not isinstance(value, dict):
        return value
    exact = {key: _exact(item) for key, item in value.items()}
    choices = exact.get("anyOf")
    if choices and choices[-1] == {"type": "null"}:
        del exact["anyOf"]
        exact = choices[0] | exact  # the field's own description wins over its type's
        exact.pop("default", None)
    return exact


def _correct(operation: dict[str, Any], schemas: dict[str, Any]) -> None:
    """Add what FastAPI cannot know about an operation, and remove its wrong assumptions."""
    summary, _, operation["description"] = operation["description"].partition("\n\n")
    operation["summary"] = summary.rstrip(".")
    for parameter in operation.get("parameters", ()):
        parameter.update(PARAMETERS[parameter["name"]])
    responses = operation["responses"]
    responses.pop("422", None)
    if "401" in responses:
        operation["security"] = [{_SIGNATURE: []}]
    always = problems(
        ProblemType.NOT_ACCEPTABLE, ProblemType.HEADER_TOO_LARGE, ProblemType.INTERNAL
    )
    responses |= {str(status): described for status, described in always.items()}
    for status, described in problems(*DATABASE_PROBLEMS).items():
        known = responses.get(str(status), {"description": ""})
        told = f"{known['description']} {described['description']}".strip()
        responses[str(status)] = described | {"description": told}
    for status, described in problems(ProblemType.MALFORMED_REQUEST).items():  # broken HTTP
        responses.setdefault(str(status), described)
    for status, response in responses.items():
        told = response.get("headers", {}) | _VERSION_FIELD
        response["headers"] = told | (_RETRY_FIELD if status in {"429", "503", "507"} else {})
        if response["description"] == _ASSUMED:
            response["description"] = _description(response, schemas)
    operation["responses"] = dict(sorted(responses.items()))


def _description(response: dict[str, Any], schemas: dict[str, Any]) -> str:
    """Return the description of the shape in an answer."""
    for body in response.get("content", {}).values():
        shape = body["schema"]["$ref"].rpartition("/")[2]
        return str(schemas[shape]["description"])
    return "Done; no body."


def contract_text() -> str:
    """Return the exact text of openapi/meldpunt-v1.json."""
    return json.dumps(contract(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    sys.stdout.write(contract_text())
