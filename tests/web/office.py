"""A line on a host in a process of its own, with handlers in Python."""

import asyncio
from dataclasses import dataclass, field, replace
from typing import Final

from meldpunt.client import (
    PRESETS,
    Handler,
    HandlerEntry,
    HandlerKeys,
    LineAddress,
    LineKeys,
    LineOwner,
    LinePlan,
    Reporter,
    Thread,
    Transport,
)
from meldpunt.client.keys.randomness import SYSTEM_ENTROPY, utc_today
from meldpunt.client.lines.texts import Texts
from meldpunt.protocol.verify.clock import Clock, MetBy, Moment, Roll
from meldpunt.protocol.verify.days import Term
from meldpunt.server import commands
from tests.support.process import HostProcess

_REOPENED: Final = Clock(
    name="again",
    starts_at=Moment.REOPENED,
    term=Term(7, "D"),
    met_by=MetBy.FEEDBACK,
    roll=Roll.TERMIJNENWET,
)
PRESET: Final = replace(
    PRESETS["wbk-internal"], clocks=(*PRESETS["wbk-internal"].clocks, _REOPENED)
)
"""With a term for whoever is worse off because they reported."""
PAGE: Final = "https://page.example"
"""The origin of a web page that the host allows."""


@dataclass
class WebOffice:
    """A line that is open, and its three handlers."""

    host: HostProcess
    origin: str
    """Where clients go: the host, or a proxy before it."""
    line_keys: LineKeys = field(default_factory=lambda: LineKeys.create(SYSTEM_ENTROPY))
    handlers: list[Handler] = field(default_factory=list)
    _open: list[Transport] = field(default_factory=list)

    @property
    def address(self) -> str:
        return str(LineAddress(self.origin, self.line_keys.line_id))

    def transport(self, origin: str | None = None) -> Transport:
        """Return a connection of its own, which `close` closes."""
        self._open.append(Transport(origin or self.host.origin))
        return self._open[-1]

    async def close(self) -> None:
        """Close every connection."""
        for transport in self._open:
            await transport.aclose()

    async def open_line(self, *others: HandlerEntry, desk: bytes | None = None) -> "WebOffice":
        """Publish the line and its handlers' keys, with more handlers after the three."""
        line = self.line_keys.line_id
        keys = [HandlerKeys.create(line, SYSTEM_ENTROPY) for _ in range(3)]
        entries = (key.entry(name=f"Handler {i}", role="adviser") for i, key in enumerate(keys))
        plan = LinePlan(
            languages=("nl", "en"),
            names={"nl": "Meldpunt integriteit", "en": "Integrity line"},
            contact={"nl": "Bel 030 123."},
            handlers=(),
            preset=PRESET,
            texts=replace(Texts.plain(("nl", "en"), PRESET.clocks), desk=desk),
        ).with_handlers(*entries, *others, day=utc_today())
        invite = await asyncio.to_thread(commands.create_invite, self.host.settings)
        await LineOwner(self.transport(), self.line_keys).publish(plan, invite=invite)
        self.handlers = [Handler(self.transport(), key) for key in keys]
        for handler in self.handlers:
            await handler.publish_keys(lambda _: None)
        return self

    def reporter(self) -> Reporter:
        return Reporter(self.transport(), self.line_keys.line_id)

    async def read_all(self, person: int = 0) -> list[Thread]:
        """Return every report in a handler's inbox, as they read it."""
        handler = self.handlers[person]
        entries = [entry.entry async for entry in handler.entries()]
        return [await handler.read(entry) for entry in entries]

    async def read(self, person: int = 0) -> Thread:
        """Return the one report in a handler's inbox."""
        [thread] = await self.read_all(person)
        return thread

    def ids(self, *people: int) -> list[str]:
        """Return the ids of some handlers in hexadecimal."""
        return [self.handlers[person].keys.handler_id.hex() for person in people]
