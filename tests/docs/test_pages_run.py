"""What the pages for offices tell people to type is typed here, against a real host."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from tests.architecture.tree import ROOT
from tests.docs.markdown import Block, blocks, is_shown
from tests.docs.terminal import BASH, run_at_terminal
from tests.docs.test_frontend_and_line_run import environment, running, wait_for
from tests.support.process import free_port

_ORIGIN: Final = "https://report.example"
"""The host of the pages; here one of our own stands in for it."""
_HOST: Final = """\
umask 077
meldpunt migrate
meldpunt invite > invite
exec meldpunt serve --port {port} --origin {origin}
"""


def page(name: str, mark: str) -> list[Block]:
    found = blocks((ROOT / "docs" / name).read_text(encoding="utf-8"), mark)
    assert found
    return found


@pytest.fixture
def origin(tmp_path: Path) -> Iterator[str]:
    """Serve from the folder where the office works, with an invite in it."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    script = _HOST.format(port=port, origin=url)
    with running(BASH, "-euc", script, folder=tmp_path, output=tmp_path / "log") as host:
        wait_for(f"{url}/v1/health", host, tmp_path / "log")
        yield url


def typed(found: list[Block], origin: str) -> str:
    return "umask 077\n" + "".join(block.text for block in found).replace(_ORIGIN, origin)


@pytest.mark.timeout(2000)  # some sixty commands, each a process with a key file to open
def test_a_first_day_and_a_lost_laptop_go_as_their_pages_say(tmp_path: Path, origin: str) -> None:
    first_day = page("first-day.md", "first day")
    lost_laptop = page("lost-laptop.md", "lost laptop")
    for found in (first_day, lost_laptop):
        screen = run_at_terminal(typed(found, origin), folder=tmp_path, environment=environment())
        shown = [block.prints for block in found if block.prints]
        assert shown
        assert all(is_shown(prints, screen) for prints in shown), screen
