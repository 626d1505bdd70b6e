"""What a poll costs: little, and the same whether or not there is a report.

These tests count work, because seconds depend on the machine. `make bench` compares the times.
"""

import gc
import sys
from collections import Counter
from types import FrameType
from typing import Final, Self

import pytest

from meldpunt.protocol.keys import SigningKey
from meldpunt.wire.reports import MessagesPage
from tests.support.answers import not_found
from tests.support.databases import SQLITE
from tests.support.hosts import TestHost, new_host

PATH: Final = "/v1/report/messages?after=1"
VERIFIED, LOOKED_UP = "crypto_sign_open", "execute"


class Work:
    """Counts calls of functions while a request is served, without those of the client."""

    def __init__(self) -> None:
        self.calls: Counter[str] = Counter()
        self.order: list[str] = []

    def __enter__(self) -> Self:
        gc.collect()
        gc.disable()  # else one poll alone may run finalizers
        sys.setprofile(self._note)
        return self

    def __exit__(self, *_: object) -> None:
        sys.setprofile(None)
        gc.enable()

    def _note(self, frame: FrameType, event: str, given: object) -> None:
        if "httpx" in frame.f_code.co_filename:
            return
        if event == "call":
            self.calls[frame.f_code.co_name] += 1
        elif event == "c_call":
            name = str(getattr(given, "__name__", given))
            self.calls[name] += 1
            if name in {VERIFIED, LOOKED_UP}:
                self.order.append(name)


async def poll(host: TestHost, key: SigningKey, *, forged: bool = False) -> tuple[int, Work]:
    """Ask for messages after the first; return the status, and the host's work."""
    caller = host.caller(key)
    fields = await caller.sign("GET", PATH.replace("1", "2") if forged else PATH)
    request = host.http.build_request("GET", PATH, headers=fields)
    with Work() as work:
        answer = await host.http.send(request)
    if not forged and answer.status_code != 200:
        not_found(answer)
    return answer.status_code, work


async def test_a_poll_verifies_once_and_then_looks_up_once() -> None:
    async with new_host(SQLITE) as host:
        talk = await host.report()
        for key in (talk.keys.signing, SigningKey.from_seed(bytes(32))):
            _, work = await poll(host, key)
            assert work.order == [VERIFIED, LOOKED_UP]


async def test_a_wrong_signature_is_refused_before_anything_is_looked_up() -> None:
    async with new_host(SQLITE) as host:
        talk = await host.report()
        works = []
        for key in (talk.keys.signing, SigningKey.from_seed(bytes(32))):
            await poll(host, key, forged=True)
            status, work = await poll(host, key, forged=True)
            assert status == 401
            assert set(work.order) == {VERIFIED}
            works.append(work.calls)
        assert works[0] == works[1]


async def test_no_report_takes_as_much_work_as_nothing_new() -> None:
    async with new_host(SQLITE) as host:
        talk = await host.report()
        counted = []
        for key, wanted in ((talk.keys.signing, 200), (SigningKey.from_seed(bytes(32)), 404)):
            await poll(host, key)
            status, work = await poll(host, key)
            assert status == wanted
            counted.append(work.calls.total())
        nothing_new, no_report = counted
        assert no_report == pytest.approx(nothing_new, rel=0.03)


async def test_an_empty_answer_has_the_bytes_of_its_shape(host: TestHost) -> None:
    talk = await host.report()
    for after in (1, 7, 999_999_999):
        answer = await talk.reporter.get(f"/v1/report/messages?after={after}")
        page = MessagesPage(messages=(), cursor=after, more=False)
        assert answer.text.rstrip(" ") == page.model_dump_json(by_alias=True, exclude_none=True)
