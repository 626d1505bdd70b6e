"""Fixtures of the tests with a client in TypeScript: a host, a line on it, and the client."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.support.faulty_proxy import FaultyProxy
from tests.support.process import ADDRESS, HostProcess, free_port, serving
from tests.web.client import WebClient, web_client
from tests.web.handler import WebHandler, web_handler
from tests.web.office import PAGE, WebOffice


@pytest.fixture(scope="module")
def proxy() -> Iterator[FaultyProxy]:
    with FaultyProxy(port=free_port()).open() as made:
        yield made


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory, proxy: FaultyProxy) -> Iterator[HostProcess]:
    direct = f"http://{ADDRESS}:{proxy.port}"
    folder = tmp_path_factory.mktemp("host")
    origins = (direct, proxy.origin)
    with serving(folder, port=proxy.port, origins=origins, frontend_origins=(PAGE,)) as made:
        yield made


@pytest.fixture(scope="module")
def other_host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HostProcess]:
    with serving(tmp_path_factory.mktemp("other-host")) as made:
        yield made


@pytest.fixture
async def office(host: HostProcess, proxy: FaultyProxy) -> AsyncIterator[WebOffice]:
    made = await WebOffice(host, proxy.origin).open_line()
    yield made
    await made.close()


@pytest.fixture
async def other_office(host: HostProcess, proxy: FaultyProxy) -> AsyncIterator[WebOffice]:
    """Another line on the same host."""
    made = await WebOffice(host, proxy.origin).open_line()
    yield made
    await made.close()


@pytest.fixture
async def client(office: WebOffice) -> AsyncIterator[WebClient]:
    with web_client() as made:
        made.do("open", address=office.address)
        yield made


@pytest.fixture
async def carla(host: HostProcess, proxy: FaultyProxy, tmp_path: Path) -> AsyncIterator[WebHandler]:
    office = WebOffice(host, proxy.origin)
    async with web_handler(office, tmp_path) as made:
        yield made
    await office.close()
