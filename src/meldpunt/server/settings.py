"""Settings of the host: typed, read once at the start, never changed afterwards."""

import re
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
from pydantic.fields import FieldInfo

from meldpunt.protocol.verify.line_document import Origin

PREFIX: Final = "MELDPUNT_"
_PLACE: Final = r"^(s3://[a-z0-9][a-z0-9.-]{1,62}(/[A-Za-z0-9._/-]*)?|[^:]+|[^:]+:[^/].*)$"
"""Where attachments are: a bucket (`s3://…`), or the path of a folder. No other URL."""


_PATH: Final = "a path; without the variable, the usual one"
_STORE_KEY: Final = "the keys of the object store in MELDPUNT_ATTACHMENTS: both are needed"
_REASONS: Final = {
    "attachments": "a folder, or s3://bucket/prefix",
    "bulletins": _PATH,
    "contact_email": "one address, such as info@report.example",
    "contact_name": "a text of 1 to 100 characters",
    "contact_url": "https:// or http:// and what follows",
    "database_url": "sqlite:///file, with four slashes for an absolute path, or"
    " postgresql://user:password@host/database; after ? only host, port and ssl",
    "frontend_origins": "origins such as https://page.example, without a path or a closing slash;"
    " or null, or localhost; separated by commas without spaces",
    "origins": "origins such as https://report.example, without a path or a closing slash, and with"
    " a port only if it is not the usual one; at most 8, separated by commas without spaces",
    "s3_endpoint": "scheme, host and port, such as https://store.example:8333",
    "s3_key_id": _STORE_KEY,
    "s3_secret": _STORE_KEY,
    "secrets_file": _PATH,
    "s3_region": "lower-case letters, digits and hyphens",
}
"""What is right, where a pattern would explain nothing."""
_USUAL_PORTS: Final = re.compile(r"https://.*:443|http://.*:80")

FrontendOrigin = Annotated[
    str, Field(pattern=r"^(null|localhost|https?://[a-z0-9.:\[\]-]{1,255})$")
]
"""An origin; `null` for pages opened from disk; `localhost` for pages of this machine."""


class SettingsError(Exception):
    """A setting is unknown or has no usable value. The error names the setting, not its value."""


class Settings(BaseModel):
    """Everything that an operator can set. Each field is an environment variable `MELDPUNT_…`."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", hide_input_in_errors=True, validate_default=True
    )

    database_url: SecretStr = SecretStr("sqlite:///meldpunt.db")
    """`sqlite:///file` or `postgresql://user:password@host/database`."""
    secrets_file: Path = Path("meldpunt-secrets.json")
    """The host makes this file at its first start. Keep it out of the backups of the database."""
    origins: Annotated[tuple[Origin, ...], Field(min_length=1, max_length=8)] = (
        "http://127.0.0.1:8000",
    )
    """Origins by which clients reach this host, comma-separated: clearnet first, then onion."""
    frontend_origins: tuple[FrontendOrigin, ...] = ()
    """Origins of web frontends that may call this host (CORS), comma-separated."""
    contact_name: Annotated[str, Field(min_length=1, max_length=100)] | None = None
    """Who runs this host. The contract that the host serves shows all three to developers."""
    contact_url: Annotated[str, Field(pattern=r"^https?://[^\s]{1,500}$")] | None = None
    contact_email: Annotated[str, Field(pattern=r"^[^@\s]{1,64}@[^@\s]{1,255}$")] | None = None
    challenge_seconds: Annotated[int, Field(ge=10, le=3600)] = 300
    """Seconds for which a client may use a challenge."""
    queue_size: Annotated[int, Field(ge=1, le=100_000)] = 2048
    """New reports that may wait for the disk. Beyond it the host asks clients to come back."""
    attachments: Annotated[str, Field(pattern=_PLACE)] | None = None
    """A folder, or `s3://bucket/prefix`. The default is a folder beside the database."""
    s3_endpoint: Origin | None = None
    """Address of the object store, if it is not Amazon's."""
    s3_region: Annotated[str, Field(pattern=r"^[a-z0-9-]{1,63}$")] = "us-east-1"
    s3_key_id: SecretStr | None = None
    s3_secret: SecretStr | None = None
    attachment_bytes: Annotated[int, Field(ge=1, le=1 << 40)] = 2_500_000_000
    """Bytes of the longest attachment, padded and encrypted."""
    attachment_bytes_per_report: Annotated[int, Field(ge=1, le=1 << 50)] = 10_000_000_000
    """Bytes of all attachments of a report together. Announced sizes count."""
    attachments_per_report: Annotated[int, Field(ge=1, le=100_000)] = 256
    attachment_bytes_per_line: Annotated[int, Field(ge=1, le=1 << 60)] = 500_000_000_000
    """Bytes of all attachments of a line together. Only bytes that have arrived count."""
    uploads_per_author: Annotated[int, Field(ge=1, le=1024)] = 64
    """Attachments that one author of a report may have before a message lists them."""
    upload_days: Annotated[int, Field(ge=1, le=90)] = 7
    """Days for which the host keeps an attachment that no message lists."""
    patch_bytes: Annotated[int, Field(ge=1 << 16, le=1 << 30)] = 16 << 20
    """Bytes of the largest part of an attachment that one request may bring."""
    parts_at_once: Annotated[int, Field(ge=1, le=100_000)] = 256
    """Parts that one process receives at once. Beyond it, the slowest client must come back later.

    Each takes two file descriptors and up to a megabyte. So 256 parts stay below the usual limit
    of 1024 descriptors.
    """
    disk_reserve_bytes: Annotated[int, Field(ge=0, le=1 << 50)] = 1 << 30
    """Free bytes that attachments in a folder leave on their disk."""
    bulletins: Path | None = None
    """A folder in which the host keeps all bulletins as files, for a reverse proxy to serve."""

    @property
    def contact(self) -> Mapping[str, str]:
        """What is set of the operator's `name`, `url` and `email`."""
        given = {
            "name": self.contact_name,
            "url": self.contact_url,
            "email": self.contact_email,
        }
        return {name: value for name, value in given.items() if value is not None}

    @field_validator("database_url", "s3_key_id", "s3_secret", "secrets_file", "bulletins")
    @classmethod
    def _is_given(cls, value: Path | SecretStr | None) -> Path | SecretStr | None:
        text = value.get_secret_value() if isinstance(value, SecretStr) else str(value)
        if text in ("", "."):  # an empty path is the working folder
            raise ValueError("it is empty")
        return value

    @field_validator("origins")
    @classmethod
    def _is_as_clients_write_it(cls, value: tuple[Origin, ...]) -> tuple[Origin, ...]:
        if any(map(_USUAL_PORTS.fullmatch, value)):
            raise ValueError("clients leave the usual port out")
        return value

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
        """Read every `MELDPUNT_` variable.

        Args:
            environment: Usually `os.environ`, which the caller reads.
            overrides: Values from the command line. None means that the value was not given.

        Raises:
            SettingsError: A variable is misspelt or has no usable value. The error names it.
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
            raise SettingsError(_explain(error, cls.model_fields)) from None

    def to_environment(self) -> dict[str, str]:
        """Return variables from which `from_environment` reads these settings again."""
        given = {name: value for name, value in self if value is not None}
        return {PREFIX + name.upper(): _text(value) for name, value in given.items()}


def _explain(error: ValidationError, known: Mapping[str, FieldInfo]) -> str:
    """Say of each setting why it is unusable. The values may be secrets, so they are not in it."""
    details = error.errors(include_input=False, include_url=False)
    found = {str(detail["loc"][0]): detail["type"] == "extra_forbidden" for detail in details}
    right = {
        name: "there is no such setting" if is_unknown else _right(known, name)
        for name, is_unknown in sorted(found.items())
    }
    told = "; ".join(f"{PREFIX}{name.upper()}: {reason}" for name, reason in right.items())
    if not any(found.values()):
        return f"unusable settings: {told}."
    names = ", ".join(PREFIX + name.upper() for name in known)
    return f"unusable settings: {told}. Known settings: {names}"


def _right(known: Mapping[str, FieldInfo], name: str) -> str:
    """Return what a setting takes."""
    return _REASONS.get(name) or _bounds(known[name])


def _bounds(field: FieldInfo) -> str:
    """Return the bounds of a number."""
    least, most = field.metadata
    return f"a whole number from {least.ge} to {most.le}, in digits alone"


def _text(value: object) -> str:
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    return ",".join(value) if isinstance(value, tuple) else str(value)
