"""A real host in this process, with fixed secrets, clock and randomness. It keeps all exchanges."""

import contextlib
import itertools
import tempfile
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from unittest.mock import patch

import httpx
from pydantic import SecretStr

from meldpunt.protocol.keys import SigningKey
from meldpunt.protocol.request_signing import sign_request
from meldpunt.protocol.verify.fields import Model
from meldpunt.server.clock import TimeSource
from meldpunt.server.host import Host
from meldpunt.server.http.api import make_api
from meldpunt.server.secrets import HostSecrets
from meldpunt.server.settings import Settings
from meldpunt.server.store.blobs import open_blobs
from meldpunt.server.store.database import migration
from meldpunt.server.store.database.url import open_store
from meldpunt.server.store.lines import insert_invite
from meldpunt.server.usecases.identity import check_identity, claim_attachments
from meldpunt.server.usecases.lines import invite_hash
from meldpunt.server.usecases.upkeep import maintain
from openapi.generator.scene import secret

_FIRST_REFUSAL: Final = 400
_ACCEPT: Final = "application/json, application/problem+json"


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and its answer, as they travelled."""

    title: str
    method: str
    target: str
    fields: tuple[tuple[str, str], ...]
    body: bytes
    status: int
    answer_fields: tuple[tuple[str, str], ...]
    answer: bytes

    @property
    def is_refusal(self) -> bool:
        """Whether the host refused it."""
        return self.status >= _FIRST_REFUSAL


@dataclass(frozen=True, slots=True)
class By:
    """Who signs a request, and over which challenge."""

    key: SigningKey
    challenge: str

    def fields(self, method: str, uri: str, body: bytes) -> dict[str, str]:
        """Return the fields that sign it."""
        made = sign_request(
            method=method, uri=uri, body=body, challenge=self.challenge, key=self.key
        )
        return {name.title(): value for name, value in made.items()}


@dataclass
class Clock:
    """The day on which everybody is, at noon."""

    day: date

    def now(self) -> float:
        """Return seconds since 1970."""
        return datetime.combine(self.day, datetime.min.time(), UTC).timestamp() + 43_200

    def pass_days(self, days: int) -> None:
        """Go on to a later day."""
        self.day += timedelta(days=days)


@dataclass
class RecordingHost:
    """A host, and what was said to it and by it."""

    origin: str
    host: Host
    clock: Clock
    transport: httpx.ASGITransport
    exchanges: list[Exchange] = field(default_factory=list)

    async def challenge(self, title: str = "Ask for a challenge") -> str:
        """Ask for a challenge."""
        answer = await self.send(title, "POST", "/v1/challenges")
        return str(answer.json()["challenge"])

    async def send(
        self,
        title: str,
        method: str,
        target: str,
        body: Model | bytes = b"",
        *,
        by: By | None = None,
        fields: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        """Send a request, signed if anybody signs it, and keep it."""
        content = body.to_json() if isinstance(body, Model) else body
        sent = {"Host": self.origin.partition("://")[2], "Accept": _ACCEPT}
        if isinstance(body, Model):
            sent["Content-Type"] = "application/json"
        sent |= fields or {}
        if by is not None:
            sent |= by.fields(method, self.origin + target, content)
        if content:
            sent["Content-Length"] = str(len(content))
        request = httpx.Request(method, self.origin + target, headers=sent, content=content or None)
        answer = await self.transport.handle_async_request(request)
        kept = Exchange(
            title=title,
            method=method,
            target=target,
            fields=tuple(sent.items()),
            body=content,
            status=answer.status_code,
            answer_fields=_fields(answer.headers),
            answer=await answer.aread(),
        )
        self.exchanges.append(kept)
        return answer

    async def upkeep(self) -> None:
        """Let the host do what is due: it writes the bulletins of the days that are over."""
        await maintain(self.host)

    async def take_invite(self, invite: str) -> None:
        """Let the operator give an invite."""
        await self.host.store.write(lambda tx: insert_invite(tx, invite_hash(invite)))


def _fields(headers: httpx.Headers) -> tuple[tuple[str, str], ...]:
    return tuple((name.decode(), value.decode()) for name, value in headers.raw)


@contextlib.contextmanager
def fixed_randomness(name: str) -> Iterator[None]:
    """Let the host draw the same bytes in every run."""
    count = itertools.count()
    with patch("secrets.token_bytes", lambda size: secret(f"{name} {next(count)}", size)):
        yield


@contextlib.asynccontextmanager
async def recording_host(name: str, origin: str, clock: Clock) -> AsyncIterator[RecordingHost]:
    """Open a host on an empty database."""
    with tempfile.TemporaryDirectory(prefix="meldpunt-life-") as folder:
        settings = _settings(Path(folder), origin)
        host = Host.open(
            settings,
            secrets=HostSecrets(secret(f"{name} challenges"), secret(f"{name} signing")),
            clock=TimeSource(clock.now),
            store=open_store(settings.database_url.get_secret_value()),
            blobs=open_blobs(settings),
        )
        await migration.migrate(host.store)
        await claim_attachments(host.store, host.blobs)
        await check_identity(host)
        try:
            yield RecordingHost(origin, host, clock, httpx.ASGITransport(make_api(host)))
        finally:
            await host.close()


def _settings(folder: Path, origin: str) -> Settings:
    fields: dict[str, Any] = {
        "database_url": SecretStr(f"sqlite:///{folder / 'meldpunt.db'}"),
        "secrets_file": folder / "secrets.json",
        "attachments": str(folder / "attachments"),
        "origins": (origin,),
    }
    return Settings(**fields)
