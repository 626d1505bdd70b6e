"""Lines of the demonstration: their names, their handlers, and how they are opened."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from meldpunt.client import (
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
from meldpunt.protocol.verify.line_document import Function


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who handles reports."""

    name: str
    role: str
    function: Function = Function.CONTACT


@dataclass(frozen=True, slots=True)
class Office:
    """An office of the demonstration, with its line and its handlers by name."""

    address: LineAddress
    handlers: dict[ids.HandlerId, Handler]
    names: dict[ids.HandlerId, str]


async def publish_line(
    host: RunningHost, invite: str, people: Sequence[Person], plan: LinePlan
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
    listed = (
        entry.starting(utc_today()).model_copy(update={"function": person.function})
        for entry, person in zip(entries, people, strict=True)
    )
    owner = LineOwner(Transport(host.origin), keys)
    await owner.publish(replace(plan, handlers=tuple(listed)), invite=invite)
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
