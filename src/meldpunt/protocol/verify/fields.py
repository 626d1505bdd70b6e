"""Field types of signed statements and of the API: what a JSON value may be.

Each type reads the only text form of its value and writes the same form again
(openapi/protocol.md section 2).
"""

from collections.abc import Callable, Sequence
from datetime import date
from itertools import pairwise
from typing import Annotated, Any, ClassVar, Final, Literal, Self, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    ValidationError,
    WithJsonSchema,
)
from pydantic.alias_generators import to_camel

from meldpunt.protocol.verify import ids, strict_json
from meldpunt.protocol.verify.days import Term, parse_day, parse_term
from meldpunt.protocol.verify.encoding import (
    decode_base64url,
    decode_line_id,
    encode_base64url,
    encode_line_id,
)
from meldpunt.protocol.verify.errors import Reason, RefusedError
from meldpunt.protocol.verify.sizes import BOX_KEY_SIZE

REPORTER: Final = "reporter"
Reporter = Literal["reporter"]
"""The name of the reporter as an author: a reporter has keys, but no handler id."""
Participant = ids.HandlerId | Reporter
"""Who writes or reads a message."""

_Value = TypeVar("_Value")


def _from_text(kind: type, read: Callable[[str], object]) -> BeforeValidator:
    """Read JSON text; a value of the right Python type passes, so that code can build models."""

    def value_of(value: object) -> object:
        if isinstance(value, str):
            return read(value)
        if isinstance(value, kind):
            return value
        raise RefusedError(Reason.FIELDS)

    return BeforeValidator(value_of)


def _text_schema(pattern: str, description: str) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "pattern": pattern, "description": description})


def _bytes(size: int | None) -> tuple[BeforeValidator, PlainSerializer, WithJsonSchema]:
    count = "*" if size is None else f"{{{-(-size * 4 // 3)}}}"
    what = "Bytes" if size is None else f"{size} bytes"
    return (
        _from_text(bytes, lambda text: decode_base64url(text, size)),
        PlainSerializer(encode_base64url, when_used="json"),
        _text_schema(f"^[A-Za-z0-9_-]{count}$", f"{what} in unpadded base64url."),
    )


def _read_participant(text: str) -> Participant:
    if text == REPORTER:
        return REPORTER
    return ids.HandlerId(decode_base64url(text, ids.SHORT_ID_SIZE))


def participant_text(participant: Participant) -> str:
    """Return the JSON form: `reporter`, or a handler id in base64url (22 characters)."""
    return participant if isinstance(participant, str) else encode_base64url(participant)


def sorted_by(key: Callable[[Any], Any]) -> AfterValidator:
    """Refuse a list whose items do not strictly ascend, so that one set has only one spelling."""

    def check(values: tuple[_Value, ...]) -> tuple[_Value, ...]:
        keys = [key(value) for value in values]
        if any(first >= second for first, second in pairwise(keys)):
            raise RefusedError(Reason.ORDER)
        return values

    return AfterValidator(check)


Bytes = Annotated[bytes, *_bytes(None)]
Key16 = Annotated[bytes, *_bytes(16)]
"""A bulletin key."""
Key32 = Annotated[bytes, *_bytes(32)]
"""An Ed25519 public key."""
SignatureField = Annotated[bytes, *_bytes(64)]
BoxPublicKey = Annotated[bytes, *_bytes(BOX_KEY_SIZE)]
HashField = Annotated[ids.Hash, *_bytes(32)]
HandlerIdField = Annotated[ids.HandlerId, *_bytes(16)]
ReportIdField = Annotated[ids.ReportId, *_bytes(32)]
MessageIdField = Annotated[ids.MessageId, *_bytes(32)]
KeyIdField = Annotated[ids.KeyId, *_bytes(16)]
EntryIdField = Annotated[ids.EntryId, *_bytes(16)]
AttachmentIdField = Annotated[ids.AttachmentId, *_bytes(16)]
LineIdField = Annotated[
    ids.LineId,
    _from_text(bytes, decode_line_id),
    PlainSerializer(encode_line_id, when_used="json"),
    _text_schema("^[a-z2-7]{32}$", "A line id in base32."),
]
Day = Annotated[
    date, _from_text(date, parse_day), PlainSerializer(date.isoformat, when_used="json")
]
TermField = Annotated[
    Term,
    _from_text(Term, parse_term),
    PlainSerializer(str, return_type=str, when_used="json"),
    _text_schema("^P[1-9][0-9]{0,3}[DWMY]$", "A term (ISO 8601)."),
]
Count = Annotated[int, Field(strict=True, ge=0, le=strict_json.MAX_INTEGER)]
Number = Annotated[int, Field(strict=True, ge=1, le=strict_json.MAX_INTEGER)]
Version = Annotated[int, Field(strict=True, ge=1, le=1)]
"""The version of this protocol."""
Flag = Annotated[bool, Field(strict=True)]
LANGUAGE_PATTERN: Final = r"^[a-z]{2,3}(-[a-zA-Z0-9]{1,8}){0,3}$"
Language = Annotated[str, Field(pattern=LANGUAGE_PATTERN, max_length=35)]
"""A language tag (RFC 5646)."""
ParticipantField = Annotated[
    Participant,
    _from_text(bytes, _read_participant),
    PlainSerializer(participant_text, return_type=str, when_used="json"),
    _text_schema("^(reporter|[A-Za-z0-9_-]{22})$", "`reporter`, or a handler id."),
]
Participants = Annotated[
    tuple[ParticipantField, ...], Field(fail_fast=True, max_length=64), sorted_by(participant_text)
]
"""At most 64, ascending by the ASCII of their JSON form."""
MessageIds = Annotated[
    tuple[MessageIdField, ...], Field(fail_fast=True, max_length=256), sorted_by(bytes)
]
"""At most 256, ascending by bytes."""
HandlerIds = Annotated[
    tuple[HandlerIdField, ...], Field(fail_fast=True, max_length=64), sorted_by(bytes)
]
"""At most 64, ascending by bytes."""

AttachmentIds = Annotated[
    tuple[AttachmentIdField, ...],
    Field(fail_fast=True, min_length=1, max_length=64),
    sorted_by(bytes),
]
"""1 to 64, ascending by bytes."""


class Model(BaseModel):
    """A frozen value with camelCase JSON names and no unknown fields."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        alias_generator=to_camel,
        validate_by_name=True,
        validate_by_alias=True,
        hide_input_in_errors=True,
        arbitrary_types_allowed=True,
        use_attribute_docstrings=True,  # the contract describes a field with the words of the code
    )

    def to_json(self) -> bytes:
        """Write strict JSON; a field without a value is left out."""
        return strict_json.dump(self.model_dump(mode="json", by_alias=True, exclude_none=True))

    @classmethod
    def from_value(cls, value: dict[str, Any]) -> Self:
        """Read parsed JSON by its JSON names.

        Raises:
            RefusedError: The reason of the first refused field that gives one, else FIELDS.
                FIELDS and ORDER name the field.
        """
        try:
            return cls.model_validate(value, by_alias=True, by_name=False)
        except ValidationError as error:
            raise _refusal(error) from None


class Answer(Model):
    """The answer of a host. A client ignores members that a later version of the host adds."""

    model_config = ConfigDict(extra="ignore")


class SignedModel(Model):
    """A statement whose bytes are signed."""

    MAX_SIZE: ClassVar[int] = 65536

    @classmethod
    def from_signed(cls, data: bytes) -> Self:
        """Read the exact bytes that were signed.

        Raises:
            RefusedError: A JSON reason, or FIELDS.
        """
        return cls.from_value(strict_json.parse_canonical(data, max_size=cls.MAX_SIZE))


def _refusal(error: ValidationError) -> RefusedError:
    details = error.errors(include_input=False, include_url=False)
    for detail in details:
        cause = detail.get("ctx", {}).get("error")
        if isinstance(cause, RefusedError):
            named = cause.reason in _NAMED
            return RefusedError(cause.reason, _name(detail["loc"]) if named else None)
    first = details[0]
    is_unknown = first["type"] == "extra_forbidden"
    return RefusedError(Reason.FIELDS, _name(first["loc"], is_unknown=is_unknown))


_NAMED: Final = frozenset({Reason.FIELDS, Reason.ORDER})


def _name(path: Sequence[int | str], *, is_unknown: bool = False) -> str | None:
    """Return the member of the whole statement, unless the input brought its name."""
    return str(path[0]) if path[is_unknown:] else None
