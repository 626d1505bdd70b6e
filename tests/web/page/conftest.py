"""Fixtures of the reporter's page: a host and a browser serve a file of tests."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.architecture.tree import PACKAGE
from tests.support.process import HostProcess, serving
from tests.web.browser import Browser, open_browser
from tests.web.page.office import PageOffice, serving_page


@pytest.fixture(scope="session")
def built() -> Path:
    """Return the page as the package holds it: another test builds it again, and compares."""
    return PACKAGE / "page" / "built"


@pytest.fixture(scope="module")
def page_host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HostProcess]:
    folder = tmp_path_factory.mktemp("page-host")
    with serving(folder, frontend_origins=("localhost", "null")) as made:
        yield made


@pytest.fixture
async def office(page_host: HostProcess) -> AsyncIterator[PageOffice]:
    made = await PageOffice(page_host, page_host.origin).open_rich_line()
    yield made
    await made.close()


@pytest.fixture
def origin(built: Path, office: PageOffice) -> Iterator[str]:
    with serving_page(built, office.address) as made:
        yield made


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with open_browser("chromium") as made:
        yield made
