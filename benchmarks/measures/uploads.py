"""Measures the upload of a large attachment, in parts of 16 MiB over one connection.

The figures are the speed and the memory.
"""

from collections import defaultdict
from collections.abc import Callable
from statistics import median
from typing import Final

from benchmarks.figures import Figure
from benchmarks.plan import Plan
from benchmarks.sending.attaching import Attachment
from benchmarks.sending.databases import Database
from benchmarks.sending.load import send
from benchmarks.sending.office import fetch_challenge, make_report, request, submission
from benchmarks.servers import bare, server, usage

_PART: Final = 16 * 1024 * 1024
_MIB: Final = 1024 * 1024
_NO_CONTENT: Final = 204
HOST, KEPT, DISCARDED = "host", "kept", "discarded"


async def measure(database: Database, plan: Plan, progress: Callable[[str], None]) -> list[Figure]:
    """Compare the host with servers that discard the same parts, or only write them to a file."""
    rates: dict[str, list[float]] = defaultdict(list)
    grown = []
    for number in range(plan.rounds):
        progress(f"a large attachment, round {number + 1} of {plan.rounds}")
        rate, growth = await _by_host(database, plan.upload_bytes)
        rates[HOST].append(rate)
        grown += [] if growth is None else [growth]
        for name, rate in (await _by_bare(database, plan.upload_bytes)).items():
            rates[name].append(rate)
    against = {
        name: median(own / other for own, other in zip(rates[HOST], rates[name], strict=True))
        for name in (DISCARDED, KEPT)
    }
    floor = median(kept / gone for kept, gone in zip(rates[KEPT], rates[DISCARDED], strict=True))
    name = "upload of a large attachment vs"
    return [
        Figure(name=f"{name} only writing it", value=against[KEPT], must=0.65, aim=0.8),
        Figure(name=f"{name} discarding it", value=against[DISCARDED]),
        Figure(name="only writing it vs discarding it", value=floor),
        Figure(name="rate of a large upload", value=median(rates[HOST]) / _MIB, unit="MiB/s"),
        *(
            Figure(
                name="memory that a large upload takes",
                value=median(grown) / _MIB,
                unit="MiB",
                must=8,
                aim=4,
                lower_is_better=True,
            )
            for _ in grown[:1]
        ),
    ]


async def _by_host(database: Database, size: int) -> tuple[float, int | None]:
    """Upload to the host; returns bytes per second, and how much its memory grew at most."""
    report = make_report(database.office)
    with server.started(server.HOST, server.environment(database.fresh())) as running:
        port = running.port
        challenge = await fetch_challenge(port)
        small, large = Attachment.make(report, _MIB), Attachment.make(report, size)
        await send(port, [submission(report, challenge), small.begin(challenge)], connections=1)
        await send(port, small.parts(challenge, size=_PART), connections=1)  # warms the host up
        await send(port, [large.begin(challenge)], connections=1)
        parts = large.parts(challenge, size=_PART)
        can_tell = usage.forget_peak(running.pid)
        before = usage.memory(running.pid)
        load = await send(port, parts, connections=1)
        growth = usage.peak_memory(running.pid) - before if can_tell else None
    assert load.statuses[_NO_CONTENT] == len(parts)
    return len(large.data) / load.seconds, growth


async def _by_bare(database: Database, size: int) -> dict[str, float]:
    """Upload to the bare server, which first discards, then keeps; returns bytes per second."""
    variables = {
        bare.DATABASE: database.fresh().database_url.get_secret_value(),
        bare.FOLDER: str(database.attachments),
    }
    data = Attachment.make(make_report(database.office), size).data
    parts = [data[start : start + _PART] for start in range(0, len(data), _PART)]
    rates = {}
    with server.running(bare.APP, variables) as port:
        for name, path in ((DISCARDED, bare.DISCARD), (KEPT, bare.KEEP)):
            await send(port, [request("PATCH", path, body=parts[0])], connections=1)  # warms it up
            asked = [request("PATCH", path, body=part) for part in parts]
            load = await send(port, asked, connections=1)
            assert load.statuses[_NO_CONTENT] == len(parts)
            rates[name] = len(data) / load.seconds
    return rates
