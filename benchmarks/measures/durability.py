"""Kills a host while it works, and then asks it for everything that it has acknowledged."""

import asyncio
import json
import random
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from benchmarks.figures import Figure
from benchmarks.sending.load import Load, send, wait_for_created
from benchmarks.sending.office import Office, Report, fetch_challenge, make_report, read, submission
from benchmarks.servers import server
from meldpunt.protocol.verify.encoding import decode_base64url
from meldpunt.server.settings import Settings

_CONNECTIONS: Final = 16
_OK, _CREATED = 200, 201


@dataclass(slots=True)
class Survival:
    """How many reports survived, over all rounds."""

    rounds: int = 0
    acknowledged: int = 0
    lost: int = 0
    """Reports that the host acknowledged, and that were then missing or not whole."""
    refused: int = 0
    """Reports that the host did not accept when the same bytes were sent again."""


async def survive(settings: Settings, office: Office, *, rounds: int, reports: int) -> Survival:
    """Let several clients submit, kill the host at a random moment, and start it again.

    Args:
        settings: Settings of a host with an office.
        office: The office whose line gets the reports.
        rounds: How many times to kill the host.
        reports: How many reports to send in a round, at most.
    """
    survival = Survival()
    process, port = _start(settings)
    try:
        for _ in range(rounds):
            made = [make_report(office) for _ in range(reports)]
            challenge = await fetch_challenge(port)
            requests = [submission(report, challenge) for report in made]
            places = await _acknowledged_before_the_end(process, port, requests)
            process, port = _start(settings)
            survival.rounds += 1
            survival.acknowledged += len(places)
            acknowledged = [made[place] for place in places]
            survival.lost += await count_lost(port, office, acknowledged, challenge)
            again = await send(port, requests)
            survival.refused += again.statuses.total() - again.statuses[_OK]
            survival.refused -= again.statuses[_CREATED]
    finally:
        process.kill()
        process.wait()
    return survival


def _start(settings: Settings) -> tuple[subprocess.Popen[bytes], int]:
    port = server.free_port()
    return server.start(server.HOST, port, server.environment(settings)), port


async def _acknowledged_before_the_end(
    process: subprocess.Popen[bytes], port: int, requests: Sequence[bytes]
) -> list[int]:
    """Send requests, and kill the host meanwhile; returns the places of requests answered 201."""
    load = Load()
    sending = asyncio.create_task(
        send(port, requests, connections=_CONNECTIONS, keep_answers=True, load=load)
    )
    await wait_for_created(load, random.randint(1, _CONNECTIONS))  # noqa: S311 (any moment will do)
    await asyncio.sleep(random.uniform(0, 0.4))  # noqa: S311 (the same)
    process.kill()
    await asyncio.to_thread(process.wait)
    await sending
    return [answer.place for answer in load.answers if answer.status == _CREATED]


async def count_lost(
    port: int, office: Office, acknowledged: Sequence[Report], challenge: str
) -> int:
    """Ask a host, as a handler would, for reports; returns how many it does not serve whole."""
    reader = office.readers[0]
    requests = [read(report, reader, challenge) for report in acknowledged]
    load = await send(port, requests, keep_answers=True)
    whole = sum(
        answer.status == _OK and _is_whole(acknowledged[answer.place], answer.body)
        for answer in load.answers
    )
    return len(acknowledged) - whole


def _is_whole(report: Report, page: bytes) -> bool:
    """Say whether the host serves a report to a handler exactly as a client sent it."""
    sent, served = report.put.message, json.loads(page)["messages"]
    return len(served) == 1 and (
        decode_base64url(served[0]["header"]) == sent.header
        and decode_base64url(served[0]["signature"]) == sent.signature
        and decode_base64url(served[0]["body"]) == sent.body
        and decode_base64url(served[0]["wraps"][0]["wrap"]) in {wrap.wrap for wrap in sent.wraps}
        and len(served[0]["wrappedFor"]) == len(sent.wraps)
    )


def figures(survival: Survival, what: str) -> list[Figure]:
    """Return the counts of a survival as lines of the results.

    Args:
        survival: The counts.
        what: What was survived: `kill -9, SQLite` for example.
    """
    ends = f"{survival.rounds} × {what}"
    return [
        Figure(name=f"acknowledged before {ends}", value=survival.acknowledged),
        Figure(
            name=f"acknowledged and lost, over {ends}",
            value=survival.lost + survival.refused,
            must=0,
            lower_is_better=True,
        ),
    ]
