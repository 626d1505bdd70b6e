"""The folder of bulletins for a proxy: the files that the host serves, and nothing else."""

import asyncio
import fcntl
import json
import os
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from meldpunt.protocol.verify.log.header import Tag
from meldpunt.server.errors import BusyError
from meldpunt.server.host import Host
from meldpunt.server.secrets import HostSecrets
from meldpunt.server.store import bulletin_folder
from meldpunt.server.store.bulletin_folder import BulletinFolder
from meldpunt.server.store.tables import bulletins
from meldpunt.server.usecases import bulletin_folder as usecase
from meldpunt.server.usecases import upkeep
from meldpunt.server.usecases.bulletin_folder import fill_folder
from meldpunt.wire.bulletins import ServedBulletins
from tests.server.test_bulletins import watched
from tests.support.clock import FIRST_DAY
from tests.support.hosts import TestHost
from tests.support.upkeep import write_bulletins


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "bulletins"


def sharing(host: TestHost, folder: Path) -> Host:
    """Return the host with a folder for its proxy."""
    return replace(host.host, settings=host.host.settings.model_copy(update={"bulletins": folder}))


async def forty_days(host: TestHost) -> None:
    """Write bulletins from March into April."""
    await write_bulletins(host.host)
    talk = await watched(host)
    await talk.handler_says(0, Tag.ACKNOWLEDGEMENT)
    host.time.pass_days(40)
    await write_bulletins(host.host)


def content(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir()}


async def served(host: TestHost) -> dict[str, bytes]:
    """Return what everybody can fetch, under the names of the folder."""
    found = {"index.json": (await host.http.get("/v1/bulletins")).content}
    for row in await host.host.bulletins.index():
        found[row.name] = (await host.http.get(f"/v1/bulletins/{row.name}")).content
    return found


async def test_the_folder_holds_what_the_host_serves_and_nothing_else(
    host: TestHost, folder: Path
) -> None:
    await forty_days(host)
    count = await fill_folder(sharing(host, folder))
    assert content(folder) == await served(host)
    assert count == len(content(folder)) == 40 + 1 + 1 + 1  # and the day before, March, the index
    assert {"index.json", "2026-03", FIRST_DAY.isoformat()} <= content(folder).keys()
    assert await fill_folder(sharing(host, folder)) == 0


async def test_everybody_can_read_it_and_no_file_tells_when_it_was_written(
    host: TestHost, folder: Path
) -> None:
    await write_bulletins(host.host)
    before = os.umask(0o077)
    try:
        await fill_folder(sharing(host, folder))
    finally:
        os.umask(before)
    assert_open(folder)


def assert_open(folder: Path) -> None:
    """Check modes and times."""
    assert folder.stat().st_mode & 0o777 == 0o755
    for file in folder.iterdir():
        assert file.stat().st_mode & 0o777 == 0o644
        assert file.stat().st_mtime == 946_684_800


def _cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-6])


def _change(file: Path) -> None:
    file.write_bytes(bytes(file.stat().st_size))


def _close(file: Path) -> None:
    file.chmod(0o600)


def _link(file: Path) -> None:
    elsewhere = file.parent.with_name("elsewhere")
    file.rename(elsewhere)
    file.symlink_to(elsewhere)


def _pipe(file: Path) -> None:
    file.unlink()
    os.mkfifo(file)


@pytest.mark.parametrize("name", ["index.json", "2026-03", "2026-03-02"])
@pytest.mark.parametrize("harm", [Path.unlink, _cut, _change, _close, _link, _pipe])
async def test_what_is_missing_or_differs_is_written_again(
    host: TestHost, folder: Path, harm: Callable[[Path], None], name: str
) -> None:
    await forty_days(host)
    await fill_folder(sharing(host, folder))
    before = content(folder)
    harm(folder / name)
    assert await fill_folder(sharing(host, folder)) == 1
    assert content(folder) == before
    assert not (folder / name).is_symlink()
    assert (folder / name).stat().st_mode & 0o777 == 0o644


async def test_files_that_the_index_does_not_name_go_and_what_is_not_ours_stays(
    host: TestHost, folder: Path
) -> None:
    """A database that was restored may have a shorter index."""
    await forty_days(host)
    await fill_folder(sharing(host, folder))
    (folder / ".partial").write_bytes(b"the rest of a process that was killed")
    (folder / "robots.txt").write_text("mine")
    (folder / "2026-03-01.gz").write_text("mine")
    late = bulletins.c.name > (FIRST_DAY + timedelta(days=3)).isoformat()
    await host.host.store.write(lambda tx: tx.execute(bulletins.delete().where(late)))
    await host.host.store.write(
        lambda tx: tx.execute(bulletins.delete().where(bulletins.c.name == "2026-03"))
    )
    host.host.bulletins.clear()
    await fill_folder(sharing(host, folder))
    kept = content(folder)
    assert kept.pop("robots.txt") == kept.pop("2026-03-01.gz") == b"mine"
    assert kept == await served(host)
    assert len(kept) == 5 + 1


async def test_the_index_comes_after_the_files_that_it_names(
    host: TestHost, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await forty_days(host)
    order = []
    replacing = BulletinFolder.replacing

    def noted(self: BulletinFolder, name: str) -> object:
        order.append(name)
        return replacing(self, name)

    monkeypatch.setattr(BulletinFolder, "replacing", noted)
    await fill_folder(sharing(host, folder))
    assert order[-1] == "index.json"
    assert order.count("index.json") == 1


async def test_an_error_in_the_middle_leaves_the_old_index(
    host: TestHost, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await write_bulletins(host.host)
    await fill_folder(sharing(host, folder))
    before = content(folder)
    host.time.pass_days(3)
    await write_bulletins(host.host)
    monkeypatch.setattr(os, "fsync", _disk_full)
    with pytest.raises(OSError, match="full"):
        await fill_folder(sharing(host, folder))
    assert content(folder) == before
    monkeypatch.undo()
    await fill_folder(sharing(host, folder))
    assert content(folder) == await served(host)


def _disk_full(_: int) -> None:
    raise OSError("full")


async def test_processes_that_share_the_folder_take_turns(host: TestHost, folder: Path) -> None:
    await forty_days(host)
    counts = await asyncio.gather(*(fill_folder(sharing(host, folder)) for _ in range(6)))
    assert sorted(counts)[:5] == [0] * 5
    assert content(folder) == await served(host)


async def test_a_folder_that_another_process_holds_is_left_alone(
    host: TestHost, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await write_bulletins(host.host)
    BulletinFolder(folder).prepare()
    monkeypatch.setattr(bulletin_folder, "_PATIENCE_SECONDS", 0.1)
    other = os.open(folder, os.O_RDONLY)
    fcntl.flock(other, fcntl.LOCK_EX)
    with pytest.raises(BusyError):
        await fill_folder(sharing(host, folder))
    assert content(folder) == {}
    os.close(other)
    await fill_folder(sharing(host, folder))
    assert content(folder) == await served(host)


async def test_without_the_setting_or_without_bulletins_nothing_is_written(
    host: TestHost, folder: Path
) -> None:
    assert await fill_folder(host.host) == 0
    assert await fill_folder(sharing(host, folder)) == 0
    assert content(folder) == {}


async def test_upkeep_fills_the_folder_and_a_folder_that_fails_stops_no_erasing(
    host: TestHost, folder: Path, log: pytest.LogCaptureFixture
) -> None:
    await host.report()
    await upkeep.keep_terms_once(sharing(host, folder), FIRST_DAY)
    assert content(folder) == await served(host)
    host.time.pass_days(1)
    await upkeep.maintain(sharing(host, folder))
    assert content(folder) == await served(host)
    closed = folder / "missing" / "folder"
    host.time.pass_days(5)
    await upkeep.keep_terms_once(sharing(host, closed), FIRST_DAY)
    with pytest.raises(upkeep.BulletinFolderError):  # an operator's command tells it too
        await upkeep.maintain(sharing(host, closed))
    assert (await host.rows())["upkeep"] == [(1, host.time.day)]
    told = [record.getMessage() for record in log.records if record.name == "meldpunt"]
    assert told == ["the folder of bulletins: No such file or directory"] * 2


async def test_a_day_that_waits_for_an_operator_keeps_no_file_from_being_mended(
    host: TestHost, folder: Path
) -> None:
    await upkeep.keep_terms_once(sharing(host, folder), FIRST_DAY)
    before = content(folder)
    (folder / "index.json").unlink()
    host.time.pass_days(3650)
    await upkeep.keep_terms_once(sharing(host, folder), FIRST_DAY)
    assert content(folder) == before


async def test_the_index_names_no_file_that_is_not_there_yet(
    host: TestHost, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another process may write the next bulletin while this one fills the folder."""
    await forty_days(host)
    fill, is_later = usecase._write_file, False

    async def write_next() -> None:
        nonlocal is_later
        if not is_later:
            is_later = True
            host.time.pass_days(1)
            await write_bulletins(host.host)

    async def write_file(used: Host, where: BulletinFolder, name: str) -> None:
        await fill(used, where, name)
        await write_next()

    monkeypatch.setattr(usecase, "_write_file", write_file)
    await fill_folder(sharing(host, folder))
    served = ServedBulletins.from_value(json.loads((folder / "index.json").read_bytes()))
    named = {entry["name"] for entry in json.loads(served.index)["bulletins"]}
    assert is_later
    assert named == content(folder).keys() - {"index.json"}
    assert await fill_folder(sharing(host, folder)) == 2  # the next day, and the index


async def test_a_folder_with_the_bulletins_of_another_host_is_left_alone(
    host: TestHost, empty_host: TestHost, folder: Path, log: pytest.LogCaptureFixture
) -> None:
    """Else people would see an index that changed, and two hosts would write in turns."""
    await forty_days(host)
    await fill_folder(sharing(host, folder))
    before = content(folder)
    other = replace(
        empty_host.host, secrets=HostSecrets(b"c" * 32, b"s" * 32), clock=host.time.clock
    )
    await write_bulletins(other)
    stranger = replace(other, settings=other.settings.model_copy(update={"bulletins": folder}))
    with pytest.raises(upkeep.OtherBulletinFolderError, match="folder of its own"):
        await upkeep.maintain(stranger)
    await upkeep.keep_terms_once(stranger, FIRST_DAY)
    assert content(folder) == before
    assert [record.getMessage() for record in log.records if record.name == "meldpunt"] == [
        "the folder of bulletins: it holds those of another host"
    ] * 2
    host.time.pass_days(1)
    await write_bulletins(host.host)
    assert await fill_folder(sharing(host, folder)) == 2
    renewed = replace(sharing(host, folder), secrets=HostSecrets(b"c" * 32, b"s" * 32))
    renewed.bulletins.clear()
    assert await fill_folder(renewed) == 1  # the same host, with new secrets, signs anew
