"""Sends requests, signed or spoilt, as any client could."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from meldpunt.protocol.keys import SigningKey
from meldpunt.protocol.request_signing import sign_request
from meldpunt.protocol.verify.fields import Model

JSON_BODY = {"content-type": "application/json"}


@dataclass(frozen=True)
class Caller:
    """Somebody with a key, or without one."""

    http: httpx.AsyncClient
    origin: str
    key: SigningKey | None = None

    async def challenge(self) -> str:
        """Ask the host for a challenge."""
        answer = await self.http.post("/v1/challenges")
        assert answer.status_code == 200, answer.text
        return str(answer.json()["challenge"])

    async def sign(
        self, method: str, path: str, body: bytes = b"", *, challenge: str | None = None
    ) -> dict[str, str]:
        """Return the fields that sign a request."""
        assert self.key is not None
        return sign_request(
            method=method,
            uri=self.origin + path,
            body=body,
            challenge=await self.challenge() if challenge is None else challenge,
            key=self.key,
        )

    async def send(
        self,
        method: str,
        path: str,
        model: Model | None = None,
        *,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        """Send a request, signed if this caller has a key.

        Args:
            method: The method.
            path: Path and query.
            model: The body, as the host wants it.
            body: The body, of any bytes, in place of a model.
            headers: Replace what would be sent.
        """
        content = body if model is None else model.to_json()
        sent = dict(JSON_BODY) if content else {}
        if self.key is not None:
            sent |= await self.sign(method, path, content)
        sent |= headers or {}
        return await self.http.request(method, path, content=content or None, headers=sent)

    async def get(self, path: str) -> httpx.Response:
        """Read."""
        return await self.send("GET", path)

    async def put(self, path: str, model: Model) -> httpx.Response:
        """Write."""
        return await self.send("PUT", path, model)

    async def put_twice(self, path: str, model: Model) -> httpx.Response:
        """Write something new, and the same bytes again: both succeed, and say the same."""
        first, second = await self.put(path, model), await self.put(path, model)
        assert (first.status_code, second.status_code) in {(201, 200), (204, 204), (200, 200)}, (
            first.text
        )
        assert first.content == second.content
        return first

    async def read(self, path: str) -> dict[str, Any]:
        """Return the JSON of something that is there."""
        answer = await self.get(path)
        assert answer.status_code == 200, answer.text
        value: dict[str, Any] = json.loads(answer.content)
        return value
