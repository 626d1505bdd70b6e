"""Fixtures of the tests in real browsers: a built page, and a host that lists its origin."""

from collections.abc import AsyncIterator, Iterator

import pytest

from tests.support.process import HostProcess, serving
from tests.web import node
from tests.web.office import WebOffice
from tests.web.pages import serving_pages


@pytest.fixture(scope="module")
def page_port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    node.install()
    folder = tmp_path_factory.mktemp("page")
    node.run("node", "build-page.js", str(folder))
    with serving_pages(folder) as port:
        yield port


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory, page_port: int) -> Iterator[HostProcess]:
    origins = (f"http://127.0.0.1:{page_port}",)
    with serving(tmp_path_factory.mktemp("host"), frontend_origins=origins) as made:
        yield made


@pytest.fixture
async def office(host: HostProcess) -> AsyncIterator[WebOffice]:
    made = await WebOffice(host, host.origin).open_line()
    yield made
    await made.close()
