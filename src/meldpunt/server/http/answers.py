"""JSON answers, and how routes describe bodies and refusals in the OpenAPI document."""

from typing import Any, Final

from fastapi import Response

from meldpunt.protocol.verify.fields import Model
from meldpunt.wire.problems import PROBLEM_MEDIA_TYPE, ProblemType

JSON: Final = "application/json"
CREATED: Final = 201


def answer(model: Model, status: int = 200) -> Response:
    """Return a model as JSON."""
    content = model.model_dump_json(by_alias=True, exclude_none=True)
    return Response(content, status_code=status, media_type=JSON)


def answer_text(content: str | bytes) -> Response:
    """Return JSON that is written already."""
    return Response(content, media_type=JSON)


def stored(model: Model, *, is_new: bool) -> Response:
    """Return the answer to a PUT: 201 the first time, 200 when the same bytes come again."""
    return answer(model, CREATED if is_new else 200)


def problems(*kinds: ProblemType) -> dict[int | str, dict[str, Any]]:
    """Describe the refusals of a route for the OpenAPI document."""
    described: dict[int | str, dict[str, Any]] = {}
    for kind in kinds:
        known = described.setdefault(kind.status, {"description": ""})
        known["description"] = f"{known['description']} `{kind.uri}`: {kind.title}".strip()
        known["content"] = {
            PROBLEM_MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}
        }
    return described


_bodies: Final[dict[str, type[Model]]] = {}


def body_of(model: type[Model]) -> dict[str, Any]:
    """Describe the JSON body of a route that reads raw bytes itself."""
    _bodies[model.__name__] = model
    schema = {"$ref": f"#/components/schemas/{model.__name__}"}
    return {"requestBody": {"required": True, "content": {JSON: {"schema": schema}}}}


def list_bodies() -> tuple[type[Model], ...]:
    """Return the shapes of all bodies that routes describe. FastAPI does not know them."""
    return tuple(_bodies.values())
