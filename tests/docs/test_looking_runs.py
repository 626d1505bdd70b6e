"""What the page about quiet looks tells people to type is typed here, against a real host."""

import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Final

import httpx
import pytest

from meldpunt.protocol.verify.bulletin import (
    BulletinEntry,
    BulletinIndex,
    is_day,
    names_through,
    window,
)
from meldpunt.protocol.verify.encoding import decode_base64url
from meldpunt.protocol.verify.ids import Hash
from tests.architecture.tree import ROOT
from tests.docs.markdown import blocks, is_shown
from tests.docs.terminal import BASH, run_at_terminal
from tests.docs.test_frontend_and_line_run import FRONTEND, environment, running_demo
from tests.support.faulty_proxy import FaultyProxy
from tests.web import node

LOOKING: Final = (ROOT / "docs" / "looking.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running_demo(tmp_path_factory.mktemp("demo")) as line:
        yield line


def test_the_lines_for_curl_print_what_the_page_says(address: str, tmp_path: Path) -> None:
    [block] = blocks(LOOKING, "curl")
    done = subprocess.run(
        [BASH, "-euc", block.text],
        cwd=tmp_path,
        env=environment() | {"LINE": address},
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert is_shown(block.prints, done.stdout), done.stdout


def test_the_sdk_example_looks_and_asks_for_the_code_last(address: str, tmp_path: Path) -> None:
    for name, page in (("report.py", FRONTEND), ("look.py", LOOKING)):
        [block] = blocks(page, "python")
        (tmp_path / name).write_text(block.text)
    [shown] = blocks(LOOKING, "run python")
    screen = run_at_terminal(
        f'python report.py "$LINE"\n{shown.text}',
        folder=tmp_path,
        environment=environment() | {"LINE": address},
    )
    told = screen.rpartition("Receipt code: ")[2]
    assert is_shown(shown.prints, told.partition("\n")[2]), screen


def javascript(folder: Path, script: str, **given: object) -> object:
    """Run lines after the page's own; returns what they give as JSON."""
    [block] = blocks(LOOKING, "javascript")
    (folder / "look.mjs").write_text(block.text)
    head = 'import { fetchWindow, fixedWindow } from "./look.mjs";\n'
    head += f"const given = {json.dumps(given)};\n"
    (folder / "run.mjs").write_text(f"{head}console.log(JSON.stringify({script}));\n")
    return json.loads(node.run("node", str(folder / "run.mjs")))


def test_the_window_of_the_page_is_that_of_the_sdk(tmp_path: Path) -> None:
    cases, expected = [], []
    for today in (date(2026, 1, 1), date(2026, 4, 1), date(2026, 5, 31), date(2027, 12, 31)):
        for first, last in ((900, 1), (95, 1), (40, 3), (1, 1), (400, 200)):
            index = _index(today - timedelta(days=first), today - timedelta(days=last))
            cases.append([[entry.name for entry in index.bulletins], str(today)])
            expected.append(list(window(index, today)))
    script = "given.cases.map(([names, today]) => fixedWindow(names, today))"
    assert javascript(tmp_path, script, cases=cases) == expected


def _index(first: date, last: date) -> BulletinIndex:
    entries = tuple(
        BulletinEntry(name=name, tags=256, hash=Hash(bytes(32)))
        for name in names_through(first, last)
    )
    return BulletinIndex(version=1, bulletins=entries)


@dataclass
class Recorder(FaultyProxy):
    """Takes down every byte that a client sends."""

    sent: list[bytes] = field(default_factory=list)

    def _is_cut(self, data: bytes) -> bool:
        self.sent.append(data)
        return False


def _newest_day(address: str) -> date:
    """Return the last day in the index: just after midnight it is the day before yesterday."""
    served = httpx.get(f"{address.partition('/v1/')[0]}/v1/bulletins", timeout=100).json()
    names = [each["name"] for each in json.loads(decode_base64url(served["index"]))["bulletins"]]
    return date.fromisoformat(max(filter(is_day, names)))


def test_the_page_fetches_every_file_of_the_window_and_sends_nothing_else(
    address: str, tmp_path: Path
) -> None:
    today, newest = datetime.now(UTC).date(), _newest_day(address)
    names = [str(newest - timedelta(days=days)) for days in (2, 1, 0)]
    port = int(address.partition("/v1/")[0].rpartition(":")[2])
    recorder = Recorder(port)
    with recorder.open():
        files = "[...await fetchWindow(given.origin, given.names, given.today)]"
        script = f"{files}.map(([name, file]) => [name, file?.length ?? null])"
        given = {"origin": recorder.origin, "names": names, "today": str(today)}
        found = javascript(tmp_path, script, **given)
    assert found == [[names[0], None], [names[1], None], [names[2], 1536]]
    sent = b"".join(recorder.sent).lower()
    asked = [line for line in sent.split(b"\r\n") if b" http/1.1" in line]
    assert asked == [f"get /v1/bulletins/{name} http/1.1".encode() for name in names]
    for name in (b"cookie", b"range", b"if-", b"referer", b"signature", b"authorization"):
        assert b"\r\n" + name not in sent
