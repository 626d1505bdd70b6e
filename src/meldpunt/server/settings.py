"""Settings of the host: frozen, typed, read once, handed down."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Final, Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator

PREFIX: Final = "MELDPUNT_"


class SettingsError(Exception):
    """A setting is unknown or has no usable value; the message names it, not its value."""


class Settings(BaseModel):
    """Everything an operator can set, each as environment variable `MELDPUNT_…`."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    database_url: SecretStr = SecretStr("sqlite:///meldpunt.db")
    """`sqlite:///file` or `postgresql://user:password@host/database`."""
    secrets_file: Path = Path("meldpunt-secrets.json")
    """Made at the first start; keep it with the host, out of the database's backups."""
    origins: tuple[str, ...] = ("http://127.0.0.1:8000",)
    """Origins by which clients reach this host, comma-separated: clearnet first, then onion."""
    frontend_origins: tuple[str, ...] = ()
    """Origins of web frontends that may call this host (CORS), comma-separated."""
    challenge_seconds: Annotated[int, Field(ge=10, le=3600)] = 300
    """How long a challenge may be used."""
    queue_size: Annotated[int, Field(ge=1, le=100_000)] = 2048
    """Submissions that may wait for the disk; beyond it clients are told to come back."""

    @field_validator("origins", "frontend_origins", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return tuple(value.split(",")) if isinstance(value, str) else value

    @field_validator("origins", "frontend_origins")
    @classmethod
    def _check_origins(cls, origins: tuple[str, ...]) -> tuple[str, ...]:
        for origin in origins:
            scheme, separator, host = origin.partition("://")
            if scheme not in ("http", "https") or not separator or not host or "/" in host:
                raise ValueError("an origin is scheme://host or scheme://host:port")
        return origins

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
