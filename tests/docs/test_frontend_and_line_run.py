"""What the pages for frontends and new lines tell people to type is typed here, on real hosts."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Final

import pytest

from tests.architecture.tree import ROOT
from tests.docs.markdown import blocks, is_shown
from tests.docs.terminal import BASH, run_at_terminal
from tests.support.alone import alone
from tests.support.process import free_port

FRONTEND: Final = (ROOT / "docs" / "frontend.md").read_text(encoding="utf-8")
OPEN_A_LINE: Final = (ROOT / "docs" / "open-a-line.md").read_text(encoding="utf-8")
_MARK: Final = "== end of block =="
_LINE: Final = re.compile(r"curl (http\S+/v1/lines/\w+)")
_PORT: Final = "8100"
"""The port of the page's own host; here any free one stands in for it."""


def environment() -> dict[str, str]:
    """Return this process's own, with the `meldpunt` and `python` under test first."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MELDPUNT_")}
    folder = str(Path(sys.executable).parent)
    return kept | {"PATH": f"{folder}:{os.environ['PATH']}", "TERM": "dumb"}


@contextmanager
def running(*command: str, folder: Path, output: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Run a command and its children until the end of the block."""
    with output.open("wb") as log:
        process = subprocess.Popen(
            command, cwd=folder, env=environment(), stdout=log, stderr=log, start_new_session=True
        )
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):  # it failed, and a test says how
            os.killpg(process.pid, signal.SIGINT)
        process.wait(100)


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running_demo(tmp_path_factory.mktemp("demo")) as address:
        yield address


@contextmanager
def running_demo(folder: Path, told: re.Pattern[str] = _LINE) -> Iterator[str]:
    """Leave `meldpunt demo` running, and give an address that it prints."""
    output = folder / "output"
    with ExitStack() as stack:
        with alone("demo"):  # they all want the same ports first
            command = (sys.executable, "-m", "meldpunt", "demo")
            demo = stack.enter_context(running(*command, folder=folder, output=output))
            address = _printed(demo, output, told)
        yield address


def _printed(demo: subprocess.Popen[bytes], output: Path, told: re.Pattern[str]) -> str:
    until, printed = time.monotonic() + 400, ""
    while time.monotonic() < until and demo.poll() is None:
        printed = output.read_text(errors="replace")  # it may be in the middle of a character
        if found := told.search(printed):
            return found[1]
        time.sleep(0.1)
    raise AssertionError(printed)


@pytest.fixture(autouse=True)
def _tools() -> None:
    for tool in ("bash", "curl", "openssl"):
        assert shutil.which(tool), f"{tool} is missing: the pages need it"


def test_five_minutes_with_curl_print_what_the_page_says(line: str, tmp_path: Path) -> None:
    found = blocks(FRONTEND, "curl")
    assert len(found) == 3
    script = "".join(f"{block.text}\necho; echo '{_MARK}'\n" for block in found)
    done = subprocess.run(
        [BASH, "-euo", "pipefail", "-c", script],
        cwd=tmp_path,
        env=environment() | {"LINE": line},
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    for block, output in zip(found, done.stdout.split(_MARK)[:-1], strict=True):
        assert block.prints
        assert is_shown(block.prints, output), output


def test_the_sdk_example_prints_what_the_page_says(line: str, tmp_path: Path) -> None:
    [block] = blocks(FRONTEND, "python")
    (tmp_path / "report.py").write_text(block.text)
    screen = run_at_terminal(
        'python report.py "$LINE"', folder=tmp_path, environment=environment() | {"LINE": line}
    )
    [shown] = blocks(FRONTEND, "run python")
    assert is_shown(shown.prints, screen.replace("Type it back: ", "\n")), screen


def test_a_line_opened_as_the_page_says_carries_a_report_and_its_answer(tmp_path: Path) -> None:
    port = str(free_port())
    [operator] = blocks(OPEN_A_LINE, "operator")
    office = blocks(OPEN_A_LINE, "office")
    script = "umask 077\n" + operator.text.replace(_PORT, port)
    with running(BASH, "-euc", script, folder=tmp_path, output=tmp_path / "log") as host:
        wait_for(f"http://127.0.0.1:{port}/v1/health", host, tmp_path / "log")
        screen = run_at_terminal(
            "umask 077\n" + "".join(block.text for block in office).replace(_PORT, port),
            folder=tmp_path,
            environment=environment(),
        )
    assert office[-1].prints
    assert is_shown(office[-1].prints, screen), screen


def wait_for(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until a host answers."""
    until = time.monotonic() + 400
    while time.monotonic() < until and process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=10):  # noqa: S310 (our own)
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise AssertionError(log.read_text())


def test_lines_are_found_in_order_and_an_ellipsis_is_any_text() -> None:
    assert is_shown("a…c\ne", "0\nabc\nd\ne\n")
    assert not is_shown("e\na…c", "abc\ne\n")
    assert not is_shown("abc", "abcd\n")
