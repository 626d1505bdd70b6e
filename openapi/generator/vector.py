"""A vector: an input, and the output or refusal that every implementation must give."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from meldpunt.protocol.verify.errors import Reason, RefusedError
from openapi.generator.operations import OPERATIONS


@dataclass(frozen=True, slots=True)
class Vector:
    """What an author of vectors claims; `refused` is stated, an output is computed."""

    operation: str
    name: str
    comment: str
    input: dict[str, Any]
    refused: Reason | None = None

    def build(self) -> dict[str, Any]:
        """Run the operation and return the vector as written to the file.

        Raises:
            AssertionError: The code accepts or refuses otherwise than claimed.
        """
        entry: dict[str, Any] = {
            "name": self.name,
            "comment": self.comment,
            "operation": self.operation,
            "input": self.input,
        }
        try:
            output = OPERATIONS[self.operation](self.input)
        except RefusedError as error:
            if error.reason is not self.refused:
                claim = "an output" if self.refused is None else self.refused.value
                raise AssertionError(f"{self.name}: {error.reason}, not {claim}") from None
            named = {} if error.field is None else {"field": error.field}
            return {**entry, "refused": error.reason.value, **named}
        if self.refused is not None:
            raise AssertionError(f"{self.name}: accepted, not refused as {self.refused}")
        return {**entry, "output": output}


@dataclass(frozen=True, slots=True)
class VectorFile:
    """One file of vectors."""

    name: str
    description: str
    vectors: tuple[Vector, ...]

    def build(self) -> dict[str, Any]:
        """Return the content of the file.

        Raises:
            AssertionError: As `Vector.build`, or two vectors have one name.
        """
        names = [vector.name for vector in self.vectors]
        if len(set(names)) != len(names):
            raise AssertionError(f"{self.name}: two vectors have one name")
        return {
            "description": self.description,
            "vectors": [vector.build() for vector in self.vectors],
        }


def file(name: str, description: str, vectors: Iterable[Vector]) -> VectorFile:
    """Collect the vectors of one file."""
    return VectorFile(name, description, tuple(vectors))
