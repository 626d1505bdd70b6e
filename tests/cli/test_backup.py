"""A host dies, and its backup brings it back: real processes, files and keys."""

import contextlib
import gc
import io
import json
import shutil
import sqlite3
import tarfile
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pytest

from meldpunt.cli.host import encryption
from meldpunt.cli.terminal.refusal import Refusal
from meldpunt.server.backup import write_backup
from meldpunt.server.settings import Settings
from tests.cli.conftest import Office, RunningHost, open_office, serving
from tests.cli.program import Done, Program
from tests.cli.test_operator import operator, refused
from tests.support.databases import SQLITE, change, is_left_out

pytestmark = pytest.mark.skipif(is_left_out(SQLITE), reason="backups of SQLite")

WORDS: Final = "The keys of the medicine cabinet are missing."


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHost]:
    """Give a host that a test may kill."""
    with serving(tmp_path_factory.mktemp("host")) as host:
        yield host


@pytest.fixture(scope="module")
def office(served: RunningHost, tmp_path_factory: pytest.TempPathFactory) -> Office:
    """Give a line on it, with a report that has a file."""
    return open_office(served, tmp_path_factory.mktemp("office"))


def made_key(folder: Path) -> str:
    recipient = Program(folder).ok("backup-key", "backup.key")["recipient"]
    assert (folder / "backup.key").stat().st_mode & 0o777 == 0o600
    return str(recipient)


def backed_up(host: RunningHost, folder: Path, *options: str) -> dict[str, Any]:
    folder.mkdir()
    recipient = made_key(folder)
    done = host.operator.ok("backup", "--to", str(folder), "--recipient", recipient, *options)
    assert isinstance(done, dict)
    return done


def attached(office: Office, receipt: str, content: str) -> None:
    (office.program.folder / "notes.txt").write_text(content)
    done = office.program.run(
        *("report", "attach", "--json", "--send-uncleaned", office.address, "notes.txt"),
        *("--receipt-fd", "{fd}"),
        secret=receipt,
    )
    assert done.code == 0, done.err


def read_again(office: Office, receipt: str) -> Done:
    return office.program.run(
        "report", "read", "--json", office.address, "--receipt-fd", "{fd}", secret=receipt
    )


def elsewhere(host: RunningHost, folder: Path) -> Program:
    """Return the operator's program for an empty machine with this host's secrets file."""
    folder.mkdir()
    shutil.copy(host.operator.settings["MELDPUNT_SECRETS_FILE"], folder / "secrets.json")
    return Program(
        folder,
        {
            **host.operator.settings,
            "MELDPUNT_DATABASE_URL": f"sqlite:///{folder / 'host.db'}",
            "MELDPUNT_SECRETS_FILE": str(folder / "secrets.json"),
            "MELDPUNT_ATTACHMENTS": str(folder / "attachments"),
        },
    )


def test_a_host_that_was_killed_comes_back_from_its_backup(
    served: RunningHost, office: Office, tmp_path: Path
) -> None:
    """The backup is made while reports arrive; then the process dies and its disk is lost."""
    receipt = office.submit(WORDS)
    attached(office, receipt, WORDS)
    arriving, stop = [], threading.Event()

    def submit() -> None:
        while not stop.is_set():
            arriving.append(office.submit())

    sender = threading.Thread(target=submit)
    sender.start()
    made = backed_up(served, tmp_path / "backups")
    stop.set()
    sender.join()
    assert served.process is not None
    served.process.kill()
    served.process.wait()
    assert read_again(office, receipt).code != 0

    new = elsewhere(served, tmp_path / "new")
    restored = new.ok("restore", "--key-file", str(tmp_path / "backups/backup.key"), made["file"])
    assert restored["secrets"] == "right"
    assert (restored["lines"], restored["parts"], restored["missingParts"]) == (1, 1, 0)
    assert 1 <= restored["reports"] <= 1 + len(arriving)
    again = replace(served, operator=new, process=None)
    again.start()
    try:
        assert read_again(office, receipt).code == 0
        entries = office.program.keys("handler", "inbox", "--key-file", "0.key")["entries"]
        assert len(entries) == restored["reports"]
        found = saved_files(office, [entry["entry"] for entry in entries], tmp_path / "saved")
        assert found == [WORDS]
    finally:
        again.stop()
        served.start()


def saved_files(office: Office, entries: list[str], folder: Path) -> list[str]:
    folder.mkdir()
    save = ("handler", "save", "--key-file", "0.key", "--to", str(folder))
    for entry in entries:
        listed = office.program.keys("handler", "files", "--key-file", "0.key", entry)["files"]
        if listed:
            office.program.keys(*save, entry)
    return [path.read_text() for path in folder.iterdir()]


def test_a_backup_shows_nothing_and_opens_with_its_key_alone(
    served: RunningHost, office: Office, tmp_path: Path
) -> None:
    receipt = office.submit(WORDS)
    for _ in range(2):  # so that one is written before the cut is seen in the other
        attached(office, receipt, WORDS * 5000)
    made = backed_up(served, tmp_path / "backups")
    sealed = Path(made["file"])
    assert sealed.stat().st_mode & 0o777 == 0o600
    assert [word for word in (b"SQLite", b"attachments/") if word in sealed.read_bytes()] == []
    beside = {path.name for path in served.operator.folder.iterdir()}
    assert not {name for name in beside if name.endswith(("-copy", "-copy-wal", ".partial"))}

    Program(tmp_path).ok("backup-key", "other.key")
    new = elsewhere(served, tmp_path / "new")
    before = sorted(path.name for path in new.folder.iterdir())
    done = new.here("restore", "--json", "--key-file", str(tmp_path / "other.key"), made["file"])
    assert "does not open" in refused(done, "backup")
    whole, made_a_place = sealed.read_bytes(), []
    for name, bad in {
        "cut": whole[:-1],
        "cut at a part": whole[: len(whole) // 2],
        "changed": whole[:9000] + bytes([whole[9000] ^ 1]) + whole[9001:],
        "empty": b"",
        "other": b"SQLite format 3\x00" + bytes(9000),
    }.items():
        file = tmp_path / f"{name}.age"
        file.write_bytes(bad)
        key = str(tmp_path / "backups/backup.key")
        told = refused(new.here("restore", "--json", "--key-file", key, str(file)), "backup")
        assert "not empty" not in told, name
        place = new.folder / "attachments"
        assert {path.name for path in place.glob("*")} <= {".meldpunt"}, name
        made_a_place.append(place.exists())
    assert any(made_a_place)
    left = sorted(path.name for path in new.folder.iterdir() if "serving" not in path.name)
    assert [name for name in left if name != "attachments"] == before
    (new.folder / "attachments" / "lost+found").mkdir()  # as on a disk that is new
    new.ok("restore", "--key-file", str(tmp_path / "backups/backup.key"), made["file"])


def test_nothing_is_restored_where_something_is(
    served: RunningHost, office: Office, tmp_path: Path
) -> None:
    office.submit()
    made = backed_up(served, tmp_path / "backups")
    restore = ("restore", "--json", "--key-file", str(tmp_path / "backups/backup.key"))
    for name in ("host.db", "host.db-wal", "host.db-shm"):
        new = elsewhere(served, tmp_path / f"with {name}")
        (new.folder / name).write_bytes(b"")
        assert name in refused(new.here(*restore, made["file"]), "backup")
    new = elsewhere(served, tmp_path / "with attachments")
    (new.folder / "attachments").mkdir()
    (new.folder / "attachments/one").write_bytes(b"1")
    assert "not empty" in refused(new.here(*restore, made["file"]), "backup")
    in_use = served.operator.here(*restore, made["file"])
    assert "A host serves" in refused(in_use, "in-use")


def test_attachments_that_are_in_their_place_are_kept_and_missing_ones_are_counted(
    served: RunningHost, office: Office, tmp_path: Path
) -> None:
    receipt = office.submit(WORDS)
    attached(office, receipt, WORDS)
    made = backed_up(served, tmp_path / "backups", "--without-attachments")
    assert made["parts"] == 0
    restore = ("restore", "--key-file", str(tmp_path / "backups/backup.key"))
    new = elsewhere(served, tmp_path / "new")
    kept = new.folder / "attachments"
    shutil.copytree(served.operator.settings["MELDPUNT_ATTACHMENTS"], kept)
    parts = [path for path in kept.iterdir() if path.name != ".meldpunt"]
    parts[0].unlink()
    found = new.ok(*restore, "--without-attachments", made["file"])
    assert (found["parts"], found["missingParts"]) == (len(parts) - 1, 1)

    wrong = elsewhere(served, tmp_path / "wrong")
    (wrong.folder / "attachments").mkdir()
    (wrong.folder / "attachments/.meldpunt").write_text("0" * 32)
    done = wrong.here(*restore, "--json", "--without-attachments", made["file"])
    refused(done, "other-database")
    assert not (wrong.folder / "host.db").exists()


def test_a_missing_or_wrong_secrets_file_is_told(
    served: RunningHost, office: Office, tmp_path: Path
) -> None:
    office.submit()
    made = backed_up(served, tmp_path / "backups")
    restore = ("restore", "--key-file", str(tmp_path / "backups/backup.key"), made["file"])
    without = elsewhere(served, tmp_path / "without")
    (without.folder / "secrets.json").unlink()
    assert without.ok(*restore)["secrets"] == "missing"
    assert not (without.folder / "secrets.json").exists()
    shown = elsewhere(served, tmp_path / "shown")
    (shown.folder / "secrets.json").unlink()
    told = shown.here(*restore)
    last = told.out.splitlines()[-1]
    assert last.startswith("WARNING: The secrets file is missing"), "nothing scrolls it away"
    assert told.err == ""
    other = elsewhere(served, tmp_path / "other")
    (other.folder / "secrets.json").unlink()
    maker = operator(other.folder, f"sqlite:///{tmp_path / 'maker.db'}")
    maker.ok("migrate")
    maker.ok("invite")
    assert other.ok(*restore)["secrets"] == "other"


def test_one_backup_a_day_and_old_ones_go(tmp_path: Path) -> None:
    program = operator(tmp_path, f"sqlite:///{tmp_path / 'host.db'}")
    program.ok("migrate")
    program.ok("maintain")  # the host has seen a day
    backups = tmp_path / "backups"
    backups.mkdir()
    recipient = made_key(backups)
    names = ("meldpunt-2020-01-01.age", "meldpunt-2020-01-01.age.txt", "meldpunt-2020-13-45.age")
    old, *strange = [backups / name for name in names]
    for path in (old, *strange):
        path.write_bytes(b"")
    backup = ("backup", "--to", str(backups), "--recipient", recipient, "--keep", "30d")
    assert program.ok(*backup)["deleted"] == 1
    assert [path.exists() for path in (old, *strange)] == [False, True, True]
    assert "at most one a day" in refused(program.here(*backup, "--json"), "exists")


def test_a_clock_alone_deletes_no_backup(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'host.db'}"
    program = operator(tmp_path, url)
    program.ok("migrate")
    program.ok("maintain")
    change(url, "UPDATE upkeep SET last_day = date(last_day, '-8 days')")
    backups = tmp_path / "backups"
    backups.mkdir()
    old = backups / "meldpunt-2020-01-01.age"
    old.write_bytes(b"")
    backup = ("backup", "--to", str(backups), "--recipient", made_key(backups), "--keep", "30d")
    assert program.ok(*backup)["deleted"] == 0
    assert old.exists()


def test_two_runs_at_once_make_one_whole_backup(tmp_path: Path) -> None:
    program = operator(tmp_path, f"sqlite:///{tmp_path / 'host.db'}")
    program.ok("migrate")
    backups = tmp_path / "backups"
    backups.mkdir()
    backup = ("backup", "--json", "--to", str(backups), "--recipient", made_key(backups))
    codes: list[int] = []
    runs = [threading.Thread(target=lambda: codes.append(program.run(*backup).code)) for _ in "123"]
    for run in runs:
        run.start()
    for run in runs:
        run.join()
    assert sorted(codes) == [0, 1, 1]
    assert sorted(path.suffix for path in backups.iterdir()) == [".age", ".key"]
    new = operator(tmp_path / "new", f"sqlite:///{tmp_path / 'new.db'}")
    new.folder.mkdir()
    (made,) = backups.glob("*.age")
    new.ok("restore", "--key-file", str(backups / "backup.key"), str(made))


def test_wrong_keys_are_told_before_anything_is_written(tmp_path: Path) -> None:
    program = operator(tmp_path, f"sqlite:///{tmp_path / 'host.db'}")
    program.ok("migrate")
    (tmp_path / "backups").mkdir()
    backup = ("backup", "--json", "--to", "backups")
    refused(program.here(*backup), "recipient")
    refused(program.here(*backup, "--recipient", "age1wrong"), "recipient")
    private, _ = encryption.make_identity()
    refused(program.here(*backup, "--recipient", private), "recipient")
    assert list((tmp_path / "backups").iterdir()) == []
    (tmp_path / "empty.key").write_text("# nothing\n")
    (tmp_path / "some.age").write_bytes(b"")
    restore = ("restore", "--json", "--key-file", "empty.key", "some.age")
    refused(program.here(*restore), "key-file")


def test_postgresql_is_told_to_use_its_own_tools(tmp_path: Path) -> None:
    (tmp_path / "backups").mkdir()
    program = operator(tmp_path, "postgresql://nobody@127.0.0.1:1/none")
    recipient = made_key(tmp_path / "backups")
    backup = ("backup", "--json", "--to", "backups", "--recipient", recipient)
    assert "pg_dump" in refused(program.run(*backup), "backup")  # also: it does not abort


def test_a_full_disk_is_told_and_nothing_else(tmp_path: Path) -> None:
    program = operator(tmp_path, f"sqlite:///{tmp_path / 'host.db'}")
    program.ok("migrate")
    settings = Settings.from_environment(program.settings)
    recipient = encryption.read_recipient(made_key(tmp_path))
    with (
        Path("/dev/full").open("wb", buffering=0) as full,
        pytest.raises(Refusal, match="disk full"),
        encryption.encrypting(full, [recipient]) as plain,
    ):
        write_backup(settings, plain, lambda _done, _every: None)
    gc.collect()  # what tarfile still held would be written now, and fail


def test_a_damaged_database_is_not_put_in_place(tmp_path: Path) -> None:
    """Such as one that somebody put into the right form around a broken file."""
    program = operator(tmp_path, f"sqlite:///{tmp_path / 'host.db'}")
    program.ok("migrate")
    with contextlib.closing(sqlite3.connect(tmp_path / "host.db")) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (database,) = connection.execute("SELECT hex(database_id) FROM identity").fetchone()
    file = (tmp_path / "host.db").read_bytes()
    for name, content in {
        "a broken page": file[:16384] + b"\xff" * 16384 + file[32768:],
        "no database": b"\xff" * 16384,
        "half": file[: len(file) // 2],
    }.items():
        new = operator(tmp_path, f"sqlite:///{tmp_path / name}.db")
        sealed = written(tmp_path / f"{name}.age", database.lower(), content)
        done = new.here(
            "restore", "--json", "--key-file", str(sealed.with_suffix(".key")), sealed.name
        )
        assert "damaged" in refused(done, "backup")
        assert not (tmp_path / f"{name}.db").exists()


def written(target: Path, database: str, content: bytes) -> Path:
    """Write a backup by hand, to a key beside it."""
    private, public = encryption.make_identity()
    target.with_suffix(".key").write_text(private)
    index = json.dumps({"version": 1, "database": database, "pieces": {}}).encode()
    with (
        target.open("wb") as file,
        encryption.encrypting(file, [encryption.read_recipient(public)]) as plain,
        tarfile.open(fileobj=plain, mode="w|") as tar,
    ):
        for name, data in {"index.json": index, "database": content}.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            tar.addfile(member, io.BytesIO(data))
    return target
