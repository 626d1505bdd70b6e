"""Windows and devices of one handler make box keys at once: what the host serves must open."""

from collections.abc import AsyncIterator
from contextlib import ExitStack
from pathlib import Path
from shutil import copyfile

import pytest

from meldpunt.client import HandlerEntry
from tests.support.faulty_proxy import FaultyProxy
from tests.support.process import HostProcess
from tests.web import node
from tests.web.handler import PASSPHRASE, TEXT, WebHandler, refusal, said
from tests.web.office import WebOffice
from tests.web.script import Script, running_script


def _window(stack: ExitStack, file: Path) -> Script:
    script = stack.enter_context(running_script(node.TESTS / "handler.js"))
    script.do("open", file=str(file), passphrase=PASSPHRASE)
    return script


@pytest.fixture
async def unpublished(
    host: HostProcess, proxy: FaultyProxy, tmp_path: Path
) -> AsyncIterator[WebHandler]:
    """Open an office's line with Carla on it, whose key file has no box keys yet."""
    office = WebOffice(host, proxy.origin)
    with running_script(node.TESTS / "handler.js") as script:
        file = tmp_path / "carla.key"
        person = {"name": "Carla", "role": "adviser", "passphrase": PASSPHRASE}
        made = script.do("make", address=office.address, file=str(file), **person)
        handler = WebHandler(office, script, file, HandlerEntry.from_value(made))
        file.chmod(0o600)
        await office.open_line(handler.entry)
        yield handler
    await office.close()


async def test_windows_that_publish_at_once_keep_the_keys_that_the_host_has(
    unpublished: WebHandler,
) -> None:
    carla = unpublished
    with ExitStack() as stack:
        windows = [_window(stack, carla.file) for _ in range(3)]
        until = carla.do("publish")
        assert windows[0].do("publish") == until
        assert windows[1].do("due") == {"published": True}
        await carla.report()
        windows[2].do("publish")
        for window in (carla.script, *windows):
            window.do("save")
    carla.open()
    assert [message["text"] for message in carla.read()["messages"]] == [TEXT]
    assert len(carla.content().chains) == 1
    carla.act("reply", said("Gelezen."))


async def test_a_device_that_published_second_says_so_and_merging_loses_no_key(
    unpublished: WebHandler, tmp_path: Path
) -> None:
    carla = unpublished
    second, third = tmp_path / "second.key", tmp_path / "third.key"
    for copy in (second, third):
        copyfile(carla.file, copy)
    with ExitStack() as stack:
        one, other = (
            WebHandler(carla.office, _window(stack, copy), copy, carla.entry)
            for copy in (second, third)
        )
        carla.do("publish")
        assert refusal(one, "publish") == refusal(other, "publish") == "keys-elsewhere"
        await carla.report()
        assert refusal(other, "merge", file=str(second), passphrase=PASSPHRASE) == "keys-elsewhere"
        until = one.do("merge", file=str(carla.file), passphrase=PASSPHRASE)
        assert until == carla.do("merge", file=str(third), passphrase=PASSPHRASE)
    for file in (second, carla.file):
        assert carla.do("open", file=str(file), passphrase=PASSPHRASE)["until"] == until
        assert [message["text"] for message in carla.read()["messages"]] == [TEXT]


async def test_keys_that_are_published_during_a_renewal_stay(carla: WebHandler) -> None:
    await carla.report()
    carla.read()
    before = carla.content().keys.published()
    carla.do("wait", days=250)  # keys have ended, and less than half a year is left
    done = carla.do("renew", giveUp=[], isPublishing=True)
    assert done["forgotten"] > 0
    content = carla.content()
    assert len(content.keys.published()) > len(before)
    assert len(content.chains) == 2
