"""Cuts the power of a host, and then asks it for everything that it has acknowledged.

The cut is simulated: `tests/support/power_loss.py` records all writes and syncs of the host, and
rebuilds its files as a power cut leaves them at a moment: without what was not synced, or with
about half of those writes, in any choice. A host that starts on these files must serve, to a
handler, every report that was answered with 201, and every file that such a message lists.

What this does not show: a disk that loses what it calls synced, writes torn within a call, and
PostgreSQL, whose own files are not recorded.
"""

import asyncio
import json
import random
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from pydantic import SecretStr

from benchmarks.measures.durability import Survival, count_lost
from benchmarks.sending.attaching import Attachment, fetch
from benchmarks.sending.load import send
from benchmarks.sending.office import (
    ORIGIN,
    Office,
    Report,
    fetch_challenge,
    make_reply,
    make_report,
    open_office,
    reply,
    submission,
)
from benchmarks.servers import server
from meldpunt.protocol.verify import ids
from meldpunt.server.settings import Settings
from tests.support.power_loss import Disk, Write
from tests.support.process import HostProcess, serving

_CONNECTIONS: Final = 16
_CREATED, _NO_CONTENT = 201, 204
_WITH_FILE: Final = 8
"""One report in so many has a file, and counts once the message that lists it is acknowledged."""
_FILE: Final = 100_000
_PART: Final = 70_000


@dataclass(frozen=True, slots=True)
class Served:
    """A host's settings, and what it acknowledged, by the proof of receipt in its answer."""

    settings: Settings
    office: Office
    reports: dict[bytes, Report] = field(default_factory=dict)
    files: dict[bytes, Attachment] = field(default_factory=dict)
    """Attachments that the acknowledged message lists."""

    def settings_in(self, folder: Path) -> Settings:
        """Return the settings of a host for the same files in another folder."""
        places = {
            "database_url": SecretStr(f"sqlite:///{folder / 'meldpunt.db'}"),
            "secrets_file": folder / "secrets.json",
            "attachments": str(folder / "attachments"),
        }
        return self.settings.model_copy(update=places)


def survive(folder: Path, *, cuts: int, reports: int) -> Survival:
    """Record a host that serves several clients, and rebuild its files after power cuts.

    Args:
        folder: An empty folder.
        cuts: At how many moments the power fails; the files are rebuilt twice for each.
        reports: How many reports the clients send.
    """
    place = folder / "host"
    place.mkdir()
    with serving(place, origins=(ORIGIN,), challenge_seconds=3600) as host:
        host.stop()
        served = Served(host.settings, asyncio.run(open_office(host.settings)))
        disk = Disk(place)
        disk.record(host)
        asyncio.run(_send(host, served, [make_report(served.office) for _ in range(reports)]))
        disk.cut_power(host)
    return _cut(disk, served, folder / "left", cuts)


async def _send(host: HostProcess, served: Served, reports: list[Report]) -> None:
    """Send reports, then files, and messages that list the files."""
    port = int(host.origin.rpartition(":")[2])
    challenge = await fetch_challenge(port)
    sent = [submission(report, challenge) for report in reports]
    for place, proof in await _proofs(port, sent):
        if place % _WITH_FILE:
            served.reports[proof] = reports[place]
    files = [Attachment.make(report, _FILE) for report in reports[::_WITH_FILE]]
    await send(port, [file.begin(challenge) for file in files], connections=_CONNECTIONS)
    for parts in zip(*(file.parts(challenge, size=_PART) for file in files), strict=True):
        load = await send(port, parts, connections=_CONNECTIONS)
        assert load.statuses[_NO_CONTENT] == len(parts)
    sent = [_listing(served.office, file, challenge) for file in files]
    for place, proof in await _proofs(port, sent):
        served.files[proof] = files[place]


def _listing(office: Office, file: Attachment, challenge: str) -> bytes:
    report = file.report
    seen = report.put.message.message_id
    listed = (ids.AttachmentId(file.id),)
    return reply(report, make_reply(office, report, 1, seen, attachments=listed), challenge)


async def _proofs(port: int, requests: Sequence[bytes]) -> list[tuple[int, bytes]]:
    """Send requests; returns the place of each that was answered with 201, and its proof."""
    load = await send(port, requests, connections=_CONNECTIONS, keep_answers=True)
    assert load.statuses[_CREATED] == len(requests)
    return [(answer.place, json.loads(answer.body)["proof"].encode()) for answer in load.answers]


def _cut(disk: Disk, served: Served, folder: Path, cuts: int) -> Survival:
    """Cut the power at random moments, and count what is lost of what was acknowledged by then.

    Args:
        disk: With the recording.
        served: What the host was told to keep.
        folder: A folder to make for the files that are left, and to remove.
        cuts: At how many moments.
    """
    proofs = [_proof(sent) for sent in disk.sent()]
    first = next(place for place, proof in enumerate(proofs) if proof)
    chosen = frozenset(random.sample(range(first, len(proofs)), cuts))
    survival = Survival()
    by_now: list[bytes] = []
    for place, _ in enumerate(disk.moments()):
        by_now += [proofs[place]] if proofs[place] else []
        for survives in (_nothing, _half) if place in chosen else ():
            disk.left(folder, survives)
            survival.rounds += 1
            survival.acknowledged += len(by_now)
            survival.lost += asyncio.run(_count_lost(served, folder, by_now))
            shutil.rmtree(folder)
    return survival


def _proof(sent: bytes) -> bytes:
    """Return the proof of receipt in an answer, or nothing."""
    return bytes(json.loads(sent)["proof"], "ascii") if b'"proof"' in sent else b""


def _nothing(_: Write) -> bool:
    return False


def _half(_: Write) -> bool:
    return random.random() < 0.5  # noqa: PLR2004, S311 (a half, by chance)


async def _count_lost(served: Served, folder: Path, proofs: list[bytes]) -> int:
    """Start a host on what is left, and count what it does not serve of what was acknowledged."""
    reports = [served.reports[proof] for proof in proofs if proof in served.reports]
    files = [served.files[proof] for proof in proofs if proof in served.files]
    with server.running(server.HOST, server.environment(served.settings_in(folder))) as port:
        challenge = await fetch_challenge(port)
        lost = await count_lost(port, served.office, reports, challenge)
        asked = [fetch(file, served.office.readers[0], challenge) for file in files]
        load = await send(port, asked, keep_answers=True)
    whole = sum(answer.body == files[answer.place].data for answer in load.answers)
    return lost + len(files) - whole
