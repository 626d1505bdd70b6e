"""Lines of the demonstration: their names, their handlers, and how they are opened."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from meldpunt.client import (
    PRESETS,
    Handler,
    HandlerKeys,
    LineAddress,
    LineKeys,
    LineOwner,
    LinePlan,
    Transport,
    utc_today,
)
from meldpunt.demo.host_process import RunningHost
from meldpunt.protocol.verify import ids


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who handles reports."""

    name: str
    role: str


@dataclass(frozen=True, slots=True)
class Office:
    """An office of the demonstration, with its line and its handlers by name."""

    address: LineAddress
    handlers: dict[ids.HandlerId, Handler]
    names: dict[ids.HandlerId, str]


async def publish_line(
    host: RunningHost, invite: str, people: Sequence[Person], *, names: dict[str, str]
) -> Office:
    """Publish a line whose handlers have no box keys yet.

    Raises:
        RefusedError, ClientError: As `LineOwner.publish`.
    """
    keys = LineKeys.create()
    handler_keys = [HandlerKeys.create(keys.line_id) for _ in people]
    entries = [
        key.entry(name=person.name, role=person.role)
        for key, person in zip(handler_keys, people, strict=True)
    ]
    plan = _plan(names).with_handlers(*entries, day=utc_today())
    await LineOwner(Transport(host.origin), keys).publish(plan, invite=invite)
    handlers = {key.handler_id: Handler(Transport(host.origin), key) for key in handler_keys}
    address = LineAddress(host.origin, keys.line_id)
    return Office(address, handlers, {entry.id: entry.name for entry in entries})


async def publish_box_keys(office: Office) -> date:
    """Publish every handler's box keys for a year ahead; returns their last day.

    Raises:
        RefusedError, ClientError: As `Handler.publish_keys`.
    """
    until = utc_today()
    for handler in office.handlers.values():
        until = await handler.publish_keys(lambda _: None)
    return until


def _plan(names: dict[str, str]) -> LinePlan:
    return LinePlan(
        languages=("nl", "en"),
        names=names,
        contact={
            "nl": "Bel 0800-0000 op werkdagen van 9 tot 17 uur.",
            "en": "Call 0800-0000 on working days from 9 to 17.",
        },
        handlers=(),
        preset=PRESETS["wbk-internal"],
    )
