"""Compares the times of the answers to a poll: nothing new, no report, and wrong signatures.

An observer of the network sees these times, so they must not tell whether a key has a report. The
answers take turns over one connection. A ratio of 1 is no difference.
"""

from pathlib import Path
from statistics import median
from typing import Final

from benchmarks.figures import Figure
from benchmarks.sending.load import send
from benchmarks.sending.office import (
    fetch_challenge,
    make_report,
    make_settings,
    open_office,
    submission,
)
from benchmarks.sending.office import poll as make_poll
from benchmarks.servers import server

_ASKED: Final = 60
_NOTHING_NEW, _NO_REPORT = "nothing new", "no report"
_FORGED, _FORGED_UNKNOWN = "wrong signature, a report", "wrong signature, no report"
_STATUS: Final = {_NOTHING_NEW: 200, _NO_REPORT: 404, _FORGED: 401, _FORGED_UNKNOWN: 401}
_COMPARED: Final = ((_NO_REPORT, _NOTHING_NEW), (_FORGED_UNKNOWN, _FORGED))


async def measure(folder: Path, rounds: int) -> list[Figure]:
    """Return, for each pair, the median ratio of the times of its two answers.

    Args:
        folder: An empty folder.
        rounds: How often the answers take turns.
    """
    settings = make_settings(folder)
    office = await open_office(settings)
    known, unknown = make_report(office), make_report(office)
    with server.running(server.HOST, server.environment(settings)) as port:
        challenge = await fetch_challenge(port)
        await send(port, [submission(known, challenge)])
        asked = {
            _NOTHING_NEW: make_poll(known, challenge),
            _NO_REPORT: make_poll(unknown, challenge),
        }
        asked[_FORGED] = _forged(asked[_NOTHING_NEW])
        asked[_FORGED_UNKNOWN] = _forged(asked[_NO_REPORT])
        turns = [{n: await _ask(port, n, r) for n, r in asked.items()} for _ in range(rounds)]
    return [
        Figure(
            name=f"time of a poll: {first} / {second}",
            value=median(times[first] / times[second] for times in turns),
            unit="×",
        )
        for first, second in _COMPARED
    ]


def _forged(request: bytes) -> bytes:
    """Return a request that asks for something else than was signed."""
    return request.replace(b"after=1", b"after=2")


async def _ask(port: int, name: str, request: bytes) -> float:
    load = await send(port, [request] * _ASKED, connections=1)
    assert load.statuses[_STATUS[name]] == _ASKED
    return load.p50
