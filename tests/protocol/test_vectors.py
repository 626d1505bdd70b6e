"""The vectors in openapi/vectors hold, and are what the generator makes."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from meldpunt.protocol.verify.errors import Reason, RefusedError
from openapi.generator import __main__ as generator
from openapi.generator.kept_wraps import VECTORS as FOLDER
from openapi.generator.operations import OPERATIONS

ROOT = Path(__file__).parents[2]
FILES = {path.stem: json.loads(path.read_text("utf-8")) for path in FOLDER.glob("*.json")}
VECTORS = [
    pytest.param(vector, id=f"{name}:{vector['name']}")
    for name, content in sorted(FILES.items())
    for vector in content["vectors"]
]


def test_there_is_a_file_for_every_construction() -> None:
    assert sorted(FILES) == [
        "admission", "answers", "attachment", "bulletin", "clocks", "consultation",
        "ed25519", "encoding", "export", "handover", "hashing", "key-file", "keys",
        "line", "log", "message", "proof", "receipt", "recovery",
        "report-proof", "request", "shown-text", "strict-json", "succession", "texts",
    ]  # fmt: skip


@pytest.mark.parametrize("vector", VECTORS)
def test_every_vector_holds(vector: dict[str, Any]) -> None:
    operation = OPERATIONS[vector["operation"]]
    if "refused" in vector:
        with pytest.raises(RefusedError) as caught:
            operation(vector["input"])
        assert caught.value.reason == Reason(vector["refused"])
    else:
        assert operation(vector["input"]) == vector["output"]


def test_every_vector_has_exactly_its_parts() -> None:
    for content in FILES.values():
        assert set(content) == {"description", "vectors"}
        for vector in content["vectors"]:
            assert len({"output", "refused"} & set(vector)) == 1
            rest = set(vector) - {"output", "refused", "field"}
            assert rest == {"name", "comment", "operation", "input"}
            named = {"header-fields", "fields", "order"}
            assert "field" not in vector or vector["refused"] in named
            assert vector["comment"]


def test_every_operation_has_a_vector() -> None:
    used = {vector["operation"] for content in FILES.values() for vector in content["vectors"]}
    assert used == set(OPERATIONS)


def test_the_generator_makes_these_files() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "openapi.generator", "--check"],
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_the_generator_names_a_file_that_differs() -> None:
    made = generator.make()
    assert generator.differences(made) == []
    changed = made | {"vectors/receipt.json": b"{}", "vectors/new.json": b"{}"}
    del changed["vectors/line.json"]
    assert generator.differences(changed) == [
        "vectors/new.json is missing",
        "vectors/line.json is made by nothing",
        "vectors/receipt.json differs from what the generator makes",
    ]
