"""What a shape refuses, in terms of people: from pydantic's details to a kind of fault."""

from collections.abc import Mapping
from typing import Final, get_args

from pydantic_core import ErrorDetails

from meldpunt.client.line_folder.fault_kinds import FaultKind
from meldpunt.protocol.texts.desk import TaskId
from meldpunt.protocol.texts.shapes import Id

_FORMS: Final[Mapping[str, FaultKind]] = {
    "telephone": FaultKind.TELEPHONE,
    "email": FaultKind.EMAIL,
    "to": FaultKind.WANTS_ID,
    "languages": FaultKind.LANGUAGE_TAG,
    **dict.fromkeys(("text", "background", "accent", "accentText"), FaultKind.COLOUR),
}
_ID_PATTERN: Final = get_args(Id)[1].metadata[0].pattern
_TASK_PATTERN: Final = get_args(TaskId)[1].metadata[0].pattern


def explain(
    detail: ErrorDetails, path: tuple[str | int, ...]
) -> tuple[FaultKind, dict[str, object]]:
    """Return the kind of fault, and what its sentence names."""
    given = detail.get("ctx", {})
    match detail["type"]:
        case "string_too_short":
            return FaultKind.TEXT_EMPTY, {}
        case "string_too_long":
            return FaultKind.TEXT_LENGTH, {"most": given.get("max_length", 4000)}
        case "too_long" | "too_short":
            least, most = given.get("min_length", 0), given.get("max_length", "…")
            is_empty = given.get("actual_length") == 0
            kind = FaultKind.LIST_EMPTY if is_empty else FaultKind.LIST_LENGTH
            return kind, {} if is_empty else {"least": least, "most": most}
        case "greater_than_equal" | "less_than_equal":
            return FaultKind.NUMBER_RANGE, {"least": 1, "most": 64}
        case "string_pattern_mismatch":
            return _pattern(given.get("pattern", ""), path), {}
    return FaultKind.FORM, {}


def _pattern(pattern: str, path: tuple[str | int, ...]) -> FaultKind:
    """Return what a text with a form of its own should look like."""
    name = next((str(step) for step in reversed(path) if isinstance(step, str)), "")
    if name == "address":
        return FaultKind.LINE_ADDRESS if "lines" in pattern else FaultKind.WEB_ADDRESS
    if pattern == _TASK_PATTERN:
        return FaultKind.WANTS_TASK
    if pattern == _ID_PATTERN or name in ("name", "clock"):
        return FaultKind.WANTS_ID
    return _FORMS.get(name, FaultKind.FORM)
