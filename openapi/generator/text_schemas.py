"""JSON Schemas of a line's texts, made from the shapes of the code."""

from typing import Any, Final

from meldpunt.protocol.texts.content import KnownContent
from meldpunt.protocol.texts.desk import Desk
from meldpunt.protocol.texts.form import Form
from meldpunt.protocol.texts.guide import Guide
from meldpunt.protocol.texts.page_manifest import PageManifest
from meldpunt.protocol.texts.procedure import Procedure
from meldpunt.protocol.texts.theme import Theme
from meldpunt.protocol.verify.fields import Model

SHAPES: Final[dict[str, type[Model]]] = {
    "form": Form,
    "guide": Guide,
    "procedure": Procedure,
    "theme": Theme,
    "page": PageManifest,
    "desk": Desk,
    "content": KnownContent,
}


def schemas() -> dict[str, dict[str, Any]]:
    """Return the schema of each text by its name.

    A field without a value is left out, never null (protocol.md 2.4), so no schema allows null.
    """
    return {
        name: {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            **_without_null(shape.model_json_schema(by_alias=True)),
        }
        for name, shape in SHAPES.items()
    }


def _without_null(schema: Any) -> Any:  # noqa: ANN401 (any part of a schema)
    if isinstance(schema, list):
        return [_without_null(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    kept = {key: _without_null(v) for key, v in schema.items() if (key, v) != ("default", None)}
    options = [option for option in kept.get("anyOf", []) if option != {"type": "null"}]
    if "anyOf" not in kept or len(options) == len(kept["anyOf"]):
        return kept
    rest = {key: value for key, value in kept.items() if key != "anyOf"}
    return {**options[0], **rest} if len(options) == 1 else {**rest, "anyOf": options}
