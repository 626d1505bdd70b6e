"""Bodies on their way in: the slowest gives up its place, and a fast one keeps it."""

import asyncio
from contextlib import ExitStack

import pytest

from meldpunt.server.errors import BusyError
from meldpunt.server.http.connection.crowd import Connections
from meldpunt.server.intake import IncomingBody, Intake, LeastPace
from tests.support.clock import Seconds

PACE = LeastPace(silence_seconds=60, least=1024, longest_seconds=600)
FAST = 100_000_000


async def never() -> None:
    await asyncio.Event().wait()


async def at_once() -> int:
    return 1


async def test_a_new_body_takes_the_place_of_the_slowest(seconds: Seconds) -> None:
    bodies, ends = Intake(3, PACE), list[int]()

    async def hold(sent: int) -> None:
        with bodies.place() as arrival:
            arrival.take(sent)
            try:
                await arrival.wait(never)
            except BusyError:
                ends.append(sent)

    slow = [asyncio.create_task(hold(sent)) for sent in (500, 0, 1000)]
    await seconds.pass_by(0)
    await seconds.pass_by(0.1)
    for _ in range(3):
        slow.append(asyncio.create_task(hold(FAST)))
        await seconds.pass_by(0.01)
    await seconds.pass_by(0)
    for task in slow:
        task.cancel()
    await asyncio.gather(*slow, return_exceptions=True)
    assert ends == [0, 500, 1000]


async def test_no_body_gives_way_while_all_are_fast() -> None:
    bodies = Intake(2, PACE)
    with ExitStack() as stack:
        for _ in range(2):
            stack.enter_context(bodies.place()).take(FAST)
        with pytest.raises(BusyError), bodies.place():
            pass
    with bodies.place():
        pass


@pytest.mark.parametrize(
    "pace",
    [
        LeastPace(silence_seconds=0.05, least=1024, longest_seconds=600),
        LeastPace(silence_seconds=0.05, least=1 << 40, longest_seconds=600),
        LeastPace(silence_seconds=60, least=1024, longest_seconds=0.05),
    ],
    ids=["silent", "slow", "long"],
)
def test_a_body_that_comes_too_slowly_ends(pace: LeastPace) -> None:
    async def drip(arrival: IncomingBody) -> None:
        while True:
            await arrival.wait(lambda: asyncio.sleep(0.01 if pace.least > 1024 else 0.06))
            arrival.take(1)

    async def receive() -> None:
        with Intake(1, pace).place() as arrival:
            await drip(arrival)

    with pytest.raises(BusyError):
        asyncio.run(asyncio.wait_for(receive(), 100))


async def test_a_body_that_keeps_the_pace_may_take_longer_than_a_silence(
    seconds: Seconds,
) -> None:
    pace = LeastPace(silence_seconds=0.2, least=1000, longest_seconds=600)
    with Intake(1, pace).place() as arrival:
        for _ in range(10):
            await arrival.wait(lambda: seconds.pass_by(0.05))
            arrival.take(1000)
        assert arrival.size == 10_000


def test_the_time_of_the_host_is_not_counted() -> None:
    async def receive() -> int:
        pace = LeastPace(silence_seconds=0.1, least=1 << 40, longest_seconds=0.1)
        with Intake(1, pace).place() as arrival:
            await arrival.wait(at_once)
            await asyncio.sleep(0.2)
            return await arrival.wait(at_once)

    assert asyncio.run(receive()) == 1


class Line:
    """A connection that notes that it was ended."""

    def __init__(self) -> None:
        self.is_ended = False

    def abort(self) -> None:
        self.is_ended = True


def test_the_connection_that_waited_longest_makes_room() -> None:
    crowd, lines = Connections(2), [Line() for _ in range(4)]
    crowd.enter(lines[0])
    crowd.work(lines[0])
    for line in lines[1:]:
        crowd.enter(line)
    assert [line.is_ended for line in lines] == [False, True, True, False]


def test_the_answer_that_waited_longest_makes_room() -> None:
    crowd, lines = Connections(9, most_stuck_bytes=10), [Line() for _ in range(3)]
    for line in lines:
        crowd.enter(line)
        crowd.stick(line, 5)
    assert [line.is_ended for line in lines] == [True, False, False]
    crowd.unstick(lines[1])
    crowd.stick(lines[0], 5)
    assert not lines[2].is_ended
