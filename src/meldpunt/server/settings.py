"""Settings of the host: frozen, typed, read once, handed down."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Final, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
)

from meldpunt.protocol.verify.line_document import Origin

PREFIX: Final = "MELDPUNT_"
_PLACE: Final = r"^(s3://[a-z0-9][a-z0-9.-]{1,62}(/[A-Za-z0-9._/-]*)?|[^:]+|[^:]+:[^/].*)$"
"""Of attachments: a bucket, or the path of a folder, which is no other URL."""


class SettingsError(Exception):
    """A setting is unknown or has no usable value; the message names it, not its value."""


class Settings(BaseModel):
    """Everything an operator can set, each as environment variable `MELDPUNT_…`."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", hide_input_in_errors=True, validate_default=True
    )

    database_url: SecretStr = SecretStr("sqlite:///meldpunt.db")
    """`sqlite:///file` or `postgresql://user:password@host/database`."""
    secrets_file: Path = Path("meldpunt-secrets.json")
    """Made at the first start; keep it with the host, out of the database's backups."""
    origins: Annotated[tuple[Origin, ...], Field(min_length=1, max_length=8)] = (
        "http://127.0.0.1:8000",
    )
    """Origins by which clients reach this host, comma-separated: clearnet first, then onion."""
    frontend_origins: tuple[Origin, ...] = ()
    """Origins of web frontends that may call this host (CORS), comma-separated."""
    challenge_seconds: Annotated[int, Field(ge=10, le=3600)] = 300
    """How long a challenge may be used."""
    queue_size: Annotated[int, Field(ge=1, le=100_000)] = 2048
    """Submissions that may wait for the disk; beyond it clients are told to come back."""
    attachments: Annotated[str, Field(pattern=_PLACE)] | None = None
    """A folder, by default one beside the database; or `s3://bucket/prefix`."""
    s3_endpoint: Origin | None = None
    """Of an object store that is not Amazon's."""
    s3_region: Annotated[str, Field(pattern=r"^[a-z0-9-]{1,63}$")] = "us-east-1"
    s3_key_id: SecretStr | None = None
    s3_secret: SecretStr | None = None
    attachment_bytes: Annotated[int, Field(ge=1, le=1 << 40)] = 2_500_000_000
    """Longest attachment, padded and encrypted, in bytes."""
    attachment_bytes_per_report: Annotated[int, Field(ge=1, le=1 << 50)] = 10_000_000_000
    """Bytes of all attachments of a report together, as their authors announce them."""
    attachments_per_report: Annotated[int, Field(ge=1, le=100_000)] = 256
    attachment_bytes_per_line: Annotated[int, Field(ge=1, le=1 << 60)] = 500_000_000_000
    """Bytes of all attachments of a line together, as they have arrived."""
    uploads_per_author: Annotated[int, Field(ge=1, le=1024)] = 64
    """Attachments of one author of a report that no message lists yet."""
    upload_days: Annotated[int, Field(ge=1, le=90)] = 7
    """How long an attachment stays that no message lists."""
    patch_bytes: Annotated[int, Field(ge=1 << 16, le=1 << 30)] = 16 << 20
    """Largest part of an attachment that one request brings, in bytes."""
    parts_at_once: Annotated[int, Field(ge=1, le=100_000)] = 256
    """Parts that may be on their way in through one process; beyond it the slowest comes back.

    Each takes two descriptors and up to a megabyte: 256 stay below the usual limit of 1024.
    """
    disk_reserve_bytes: Annotated[int, Field(ge=0, le=1 << 50)] = 1 << 30
    """Room that attachments in a folder leave free for everything else on that disk."""

    @field_validator("s3_key_id", "s3_secret")
    @classmethod
    def _opens_store(cls, value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        if value is None and (info.data.get("attachments") or "").startswith("s3://"):
            raise ValueError("an object store has keys")
        return value

    @field_validator("origins", "frontend_origins", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        return tuple(value.split(",")) if value else ()

    @classmethod
    def from_environment(cls, environment: Mapping[str, str], **overrides: object) -> Self:
        """Read every `MELDPUNT_` variable; a misspelt one stops the start.

        Args:
            environment: Usually `os.environ`, read by the caller.
            overrides: Values from the command line; None means not given.

        Raises:
            SettingsError: With the names of the settings at fault.
        """
        values: dict[str, object] = {
            name.removeprefix(PREFIX).lower(): value
            for name, value in environment.items()
            if name.startswith(PREFIX)
        }
        values |= {name: value for name, value in overrides.items() if value is not None}
        try:
            return cls.model_validate(values)
        except ValidationError as error:
            names = {PREFIX + str(detail["loc"][0]).upper() for detail in error.errors()}
            known = ", ".join(PREFIX + name.upper() for name in cls.model_fields)
            message = f"unusable settings: {', '.join(sorted(names))}; known settings: {known}"
            raise SettingsError(message) from None

    def to_environment(self) -> dict[str, str]:
        """Return the variables that `from_environment` reads these settings from."""
        given = {name: value for name, value in self if value is not None}
        return {PREFIX + name.upper(): _text(value) for name, value in given.items()}


def _text(value: object) -> str:
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    return ",".join(value) if isinstance(value, tuple) else str(value)
