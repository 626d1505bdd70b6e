"""`meldpunt limit-line`: sets, shows and lifts a limit, and says what it means for people."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from meldpunt.protocol.verify.encoding import encode_line_id
from tests.cli.program import Program
from tests.cli.test_operator import operator, refused
from tests.support.databases import SQLITE
from tests.support.hosts import TestHost, new_host


@pytest.fixture
async def host() -> AsyncIterator[TestHost]:
    async with new_host(SQLITE) as opened:
        yield opened


def of(host: TestHost, folder: Path) -> Program:
    return Program(folder, host.host.settings.to_environment())


async def test_a_limit_is_set_shown_and_lifted(host: TestHost, tmp_path: Path) -> None:
    await asyncio.to_thread(
        sets_shows_and_lifts, of(host, tmp_path), encode_line_id(host.office.line)
    )


def sets_shows_and_lifts(program: Program, line: str) -> None:
    assert program.ok("limit-line") == {"limits": []}
    limit = program.ok("limit-line", line, "--reports-per-hour", "20", "--for", "3d")
    assert (limit["line"], limit["reportsPerHour"]) == (line, 20)
    address = f"https://report.example/v1/lines/{line}"
    for asked in ([], [line], [address]):
        assert program.ok("limit-line", *asked) == {"limits": [limit]}
    again = program.ok("limit-line", address, "--reports-per-hour", "5")
    assert again["until"] > limit["until"]
    assert program.ok("limit-line") == {"limits": [again]}
    assert program.ok("limit-line", line, "--lift") == {"line": line, "lifted": True}
    assert program.ok("limit-line", line, "--lift") == {"line": line, "lifted": False}
    assert program.ok("limit-line") == {"limits": []}


async def test_the_operator_is_told_what_it_means_for_people(
    host: TestHost, tmp_path: Path
) -> None:
    line = encode_line_id(host.office.line)
    program = of(host, tmp_path)
    done = await asyncio.to_thread(program.run, "limit-line", line, "--reports-per-hour", "20")
    assert done.code == 0
    for told in (
        "at most 20 new reports an hour",
        "for people",
        "Replies",
        "real report",
        "--lift",
    ):
        assert told in done.out


@pytest.mark.parametrize(
    "wrong",
    [
        ["--reports-per-hour", "0"],
        ["--reports-per-hour", "5", "--for", "0d"],
        ["--reports-per-hour", "5", "--for", "91d"],
        ["--reports-per-hour", "5", "--for", "7"],
        ["--reports-per-hour", "5", "--for", "７d"],
        ["--reports-per-hour", "5", "--lift"],
        ["--for", "5d"],
        ["--for", "5d", "--lift"],
    ],
)
def test_options_that_say_nothing_clear_are_refused(wrong: list[str], tmp_path: Path) -> None:
    program = operator(tmp_path, f"sqlite:///{tmp_path / 'host.db'}")
    assert program.run("limit-line", "a" * 32, *wrong).code == 2
    assert program.run("limit-line", *wrong).code == 2
    assert not (tmp_path / "host.db").exists()


def test_a_line_that_is_not_on_the_host_is_told(tmp_path: Path) -> None:
    program = operator(tmp_path, f"sqlite:///{tmp_path / 'host.db'}")
    program.ok("migrate")
    done = program.run("limit-line", "a" * 32, "--reports-per-hour", "5", "--json")
    assert "no such line" in refused(done, "unknown-line")
    assert json.loads(done.err.splitlines()[-1])
