"""The Python core as the conformance kit runs it: one operation a line, and one answer."""

import json
import sys
from typing import Any

from meldpunt.protocol.verify.errors import RefusedError
from openapi.generator.operations import OPERATIONS


def answer(operation: str, given: dict[str, Any]) -> dict[str, Any]:
    """Return what the operation gives, or why it refuses."""
    if operation not in OPERATIONS:
        return {"unknown": True}
    try:
        return {"output": OPERATIONS[operation](given)}
    except RefusedError as refused:
        field = {} if refused.field is None else {"field": refused.field}
        return {"refused": refused.reason.value, **field}


for line in sys.stdin:
    question = json.loads(line)
    sys.stdout.write(json.dumps(answer(question["operation"], question["input"])) + "\n")
    sys.stdout.flush()
