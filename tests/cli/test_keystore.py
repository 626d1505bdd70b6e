"""Key files: private, whole, of bounded cost, and opened by their passphrase only."""

import hashlib
import json
import os
import signal
import stat
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest

from meldpunt.cli.keyfile import durable_files, keystore
from meldpunt.cli.keyfile.contents import HandlerContent, LineContent, read_content, update_content
from meldpunt.cli.keyfile.keystore import (
    Cost,
    DamagedKeyFileError,
    ExposedKeyFileError,
    KeyFile,
    KeyFileError,
    KeyFileExistsError,
    NotAKeyFileError,
    OtherVersionError,
    ParametersError,
    TruncatedKeyFileError,
    UnreadableKeyFileError,
    WrongPassphraseError,
    plain_passphrase,
)
from meldpunt.cli.terminal.key_files import HandlerFile
from meldpunt.client import (
    HandlerKeys,
    LineAddress,
    LineHistory,
    LineKeys,
    Memory,
    RememberedReport,
)
from meldpunt.protocol.line import Pin
from meldpunt.protocol.verify import ids

SECRET = b'{"seed":"very secret"}'
CHEAP = Cost(passes=1)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "a.key"


@pytest.fixture
def file(path: Path) -> KeyFile:
    return KeyFile.create(path, SECRET, "passphrase", cost=CHEAP)


def test_what_was_written_is_read(file: KeyFile, path: Path) -> None:
    assert KeyFile.open(path, "passphrase").content == SECRET
    assert b"secret" not in path.read_bytes()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [p.name for p in path.parent.iterdir()] == ["a.key"]


def test_a_wrong_passphrase_is_told_from_damage(file: KeyFile, path: Path) -> None:
    for wrong in ("", "Passphrase", "pass phrase"):
        with pytest.raises(WrongPassphraseError) as refused:
            KeyFile.open(path, wrong)
        assert "passphrase " not in str(refused.value).replace("passphrase of", "")


COMPOSED, DECOMPOSED = "caf\u00e9 na zes\u00ebn", "cafe\u0301 na zese\u0308n"


@pytest.mark.parametrize("written", [COMPOSED, DECOMPOSED])
@pytest.mark.parametrize("typed", [COMPOSED, DECOMPOSED])
def test_both_forms_of_a_passphrase_open_a_file(path: Path, written: str, typed: str) -> None:
    KeyFile.create(path, SECRET, written, cost=CHEAP)
    assert KeyFile.open(path, typed).content == SECRET
    with pytest.raises(WrongPassphraseError):
        KeyFile.open(path, typed.replace("caf", "Caf"))


@pytest.mark.parametrize("written", ["five words by lot", "five\u00a0words  by lot "])
@pytest.mark.parametrize(
    "typed", ["five words by lot", "five\u00a0words by\u2003lot", " five  words by lot\t"]
)
def test_spaces_of_every_kind_open_a_file(path: Path, written: str, typed: str) -> None:
    """A Mac gives a non-breaking space with a finger too long on a key; nobody sees it."""
    KeyFile.create(path, SECRET, plain_passphrase(written), cost=CHEAP)
    assert KeyFile.open(path, typed).content == SECRET
    for wrong in ("fivewords by lot", "five\u200bwords by lot", "FIVE words by lot"):
        with pytest.raises(WrongPassphraseError):
            KeyFile.open(path, wrong)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o660, 0o610])
def test_a_file_that_others_can_touch_is_refused(file: KeyFile, path: Path, mode: int) -> None:
    path.chmod(mode)
    with pytest.raises(ExposedKeyFileError, match="chmod 600"):
        KeyFile.open(path, "passphrase")
    with pytest.raises(ExposedKeyFileError):
        file.update(lambda content: content)


def test_a_file_cut_short_is_told(file: KeyFile, path: Path) -> None:
    whole = path.read_bytes()
    for end in range(60, len(whole)):
        path.write_bytes(whole[:end])
        with pytest.raises((TruncatedKeyFileError, DamagedKeyFileError)):
            KeyFile.open(path, "passphrase")
    path.write_bytes(whole[:-1])
    with pytest.raises(TruncatedKeyFileError):
        KeyFile.open(path, "passphrase")
    path.write_bytes(whole.splitlines(keepends=True)[0])
    with pytest.raises(TruncatedKeyFileError):
        KeyFile.open(path, "passphrase")


def test_every_changed_byte_is_noticed(file: KeyFile, path: Path) -> None:
    whole = path.read_bytes()
    for index in range(len(whole)):
        changed = bytearray(whole)
        changed[index] ^= 1
        path.write_bytes(changed)
        with pytest.raises(
            (DamagedKeyFileError, NotAKeyFileError, OtherVersionError, TruncatedKeyFileError)
        ):
            KeyFile.open(path, "passphrase")


def forge(path: Path, change: Callable[[dict[str, object]], None]) -> None:
    """Change a header and put the check right, as an attacker would."""
    header, body, _ = path.read_bytes().splitlines()
    fields = json.loads(header)
    change(fields)
    header = json.dumps(fields, separators=(",", ":")).encode()
    check = hashlib.sha256(header + b"\n" + body).hexdigest().encode()
    path.write_bytes(b"".join(part + b"\n" for part in (header, body, check)))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("memoryKib", keystore.MIN_MEMORY_KIB - 1),
        ("memoryKib", keystore.MAX_MEMORY_KIB + 1),
        ("memoryKib", 2**40),
        ("passes", 0),
        ("passes", keystore.MAX_PASSES + 1),
        ("salt", "AAAA"),
    ],
)
def test_parameters_out_of_bounds_are_refused_before_any_work(
    file: KeyFile, path: Path, name: str, value: object
) -> None:
    forge(path, lambda fields: fields.update({name: value}))
    with pytest.raises(ParametersError):
        KeyFile.open(path, "passphrase")


def test_a_header_that_was_swapped_does_not_open(file: KeyFile, path: Path) -> None:
    forge(path, lambda fields: fields.update({"passes": 2}))
    with pytest.raises(WrongPassphraseError):
        KeyFile.open(path, "passphrase")


def test_another_version_is_told(file: KeyFile, path: Path) -> None:
    forge(path, lambda fields: fields.update({"version": 2, "more": "x"}))
    with pytest.raises(OtherVersionError, match="Update"):
        KeyFile.open(path, "passphrase")


@pytest.mark.parametrize("change", [{"more": 1}, {"memoryKib": "x"}, {"passes": -1}])
def test_a_header_of_another_form_is_damage(
    file: KeyFile, path: Path, change: dict[str, object]
) -> None:
    forge(path, lambda fields: fields.update(change))
    with pytest.raises(DamagedKeyFileError):
        KeyFile.open(path, "passphrase")


@pytest.mark.parametrize("content", [b"", b"\n\n\n", b"-----BEGIN KEY-----\n", b'{"format":"x"}\n'])
def test_something_else_is_no_key_file(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    path.chmod(0o600)
    with pytest.raises(NotAKeyFileError):
        KeyFile.open(path, "passphrase")


def test_no_file_becomes_too_large_to_be_read_again(
    file: KeyFile, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keystore, "MAX_SIZE", 4096)
    file.update(lambda _: bytes(2048))
    with pytest.raises(KeyFileError, match="too large"):
        file.update(lambda _: bytes(4096))
    assert KeyFile.open(path, "passphrase").content == bytes(2048)


def test_a_key_file_remembers_what_was_seen_of_20000_reports(path: Path) -> None:
    line = LineKeys.create().line_id
    address = LineAddress("https://report.example", line)
    day = date(2026, 3, 2)
    heads = tuple(sorted(ids.MessageId(os.urandom(32)) for _ in range(3)))
    seen = RememberedReport(heads, day, day + timedelta(days=700))
    memory = Memory({ids.EntryId(os.urandom(16)): seen for _ in range(20_000)})
    content = HandlerContent.of(address, HandlerKeys.create(line), name="Ann", role="adviser")
    file = KeyFile.create(path, content.to_json(), "passphrase", cost=CHEAP)
    update_content(file, HandlerContent, lambda found: found.with_memory(memory))
    opened = KeyFile.open(path, "passphrase")
    assert read_content(HandlerContent, opened.content, path).memory == memory


def test_a_huge_file_is_not_read(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(keystore.MAX_SIZE * 100)
    path.chmod(0o600)
    with pytest.raises(NotAKeyFileError):
        KeyFile.open(path, "passphrase")


def test_what_is_not_there_or_no_file_is_told(tmp_path: Path) -> None:
    for path in (tmp_path / "none.key", tmp_path, tmp_path / "none" / "a.key"):
        with pytest.raises(UnreadableKeyFileError):
            KeyFile.open(path, "passphrase")
    with pytest.raises(UnreadableKeyFileError):
        KeyFile.create(tmp_path / "none" / "a.key", SECRET, "passphrase", cost=CHEAP)


def test_a_key_file_is_never_overwritten(file: KeyFile, path: Path) -> None:
    with pytest.raises(KeyFileExistsError):
        KeyFile.create(path, b"other", "other", cost=CHEAP)
    assert KeyFile.open(path, "passphrase").content == SECRET


def test_two_files_of_one_content_have_nothing_in_common(tmp_path: Path) -> None:
    one = KeyFile.create(tmp_path / "1.key", SECRET, "passphrase", cost=CHEAP)
    two = KeyFile.create(tmp_path / "2.key", SECRET, "passphrase", cost=CHEAP)
    bodies = {p.path.read_bytes().splitlines()[1] for p in (one, two)}
    assert len(bodies) == 2
    before = one.path.read_bytes().splitlines()[1]
    one.update(lambda _: b"other")
    one.update(lambda _: SECRET)
    assert one.path.read_bytes().splitlines()[1] != before  # a nonce is used once


def test_a_file_is_replaced_whole_or_not_at_all(
    file: KeyFile, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(UnreadableKeyFileError, match="No space left"):
        file.update(lambda _: b"new")
    monkeypatch.undo()
    assert KeyFile.open(path, "passphrase").content == SECRET
    assert [p.name for p in path.parent.iterdir()] == ["a.key"]


def test_what_a_killed_write_left_is_removed_and_nothing_else(file: KeyFile, path: Path) -> None:
    killed = """
import os, signal, sys
from pathlib import Path
from meldpunt.cli.keyfile import durable_files
os.fsync = lambda _: os.kill(os.getpid(), signal.SIGKILL)
with durable_files.locked(Path(sys.argv[1])):
    durable_files.replace(Path(sys.argv[1]), b"key material")
"""
    done = subprocess.run([sys.executable, "-c", killed, str(path)], check=False)
    assert done.returncode == -signal.SIGKILL
    [left] = [p for p in path.parent.iterdir() if p != path]
    assert left.read_bytes() == b"key material"
    others = [path.parent / ".a.key.backup01", path.parent / ".b.key.abcdefgh.partial"]
    for other in others:
        other.touch()
    file.update(lambda _: b"new")
    assert sorted(path.parent.iterdir()) == sorted([path, *others])
    assert KeyFile.open(path, "passphrase").content == b"new"


def test_the_lock_is_where_the_file_really_is(file: KeyFile, path: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    link = tmp_path / "elsewhere" / "link.key"
    link.symlink_to(path)
    linked = KeyFile.open(link, "passphrase")
    done = threading.Event()

    def change() -> None:
        linked.update(lambda _: b"new")
        done.set()

    with durable_files.locked(path):
        thread = threading.Thread(target=change)
        thread.start()
        assert not done.wait(0.3)
    thread.join()
    assert KeyFile.open(path, "passphrase").content == b"new"
    assert link.is_symlink()


def test_simultaneous_changes_all_last(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(durable_files, "PATIENCE", 300)  # eight write, each twice to the disk
    KeyFile.create(path, b"", "passphrase", cost=CHEAP)
    files = [KeyFile.open(path, "passphrase") for _ in range(8)]
    threads = [
        threading.Thread(target=f.update, args=(lambda content, n=n: content + b"%d" % n,))
        for n, f in enumerate(files)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(KeyFile.open(path, "passphrase").content) == sorted(b"01234567")


def test_a_file_replaced_by_another_is_not_overwritten(file: KeyFile, path: Path) -> None:
    path.unlink()
    KeyFile.create(path, b"other", "passphrase", cost=CHEAP)
    with pytest.raises(DamagedKeyFileError):
        file.update(lambda _: b"mine")
    assert KeyFile.open(path, "passphrase").content == b"other"


def test_a_link_stays_a_link(file: KeyFile, path: Path) -> None:
    link = path.parent / "link.key"
    link.symlink_to(path)
    KeyFile.open(link, "passphrase").update(lambda _: b"new")
    assert link.is_symlink()
    assert KeyFile.open(path, "passphrase").content == b"new"


ADDRESS = LineAddress("https://report.example", ids.LineId(bytes(20)))


def test_a_handlers_keys_come_back_as_they_were(path: Path) -> None:
    keys = HandlerKeys.create(ADDRESS.line_id).extend(date(2026, 3, 2), os.urandom)
    history = LineHistory((ids.Hash(bytes(32)),), 1)
    content = HandlerContent.of(ADDRESS, keys, name="A", role="b").with_keys(keys.forget(3))
    file = KeyFile.create(path, content.to_json(), "passphrase", cost=CHEAP)
    update_content(file, HandlerContent, lambda c: c.with_history(history))
    opened = KeyFile.open(path, "passphrase")
    found = read_content(HandlerContent, opened.content, path)
    assert found.keys == keys.forget(3)
    assert found.history == history
    assert found.with_history(LineHistory()) == found  # nothing known is forgotten
    with pytest.raises(NotAKeyFileError, match="a handler's"):
        read_content(LineContent, opened.content, path)


def test_a_lines_keys_come_back_as_they_were(path: Path) -> None:
    keys = LineKeys.create()
    pin = Pin(3, ids.Hash(bytes(32)))
    for known in (None, pin):
        content = LineContent.of("https://report.example", keys, known)
        found = read_content(LineContent, content.to_json(), path)
        assert (found.keys, found.pin) == (keys, known)
        assert found.address == LineAddress("https://report.example", keys.line_id, known)


def test_keys_made_by_two_commands_at_once_do_not_replace_each_other(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = HandlerKeys.create(ADDRESS.line_id)
    content = HandlerContent.of(ADDRESS, keys, name="A", role="b")
    KeyFile.create(path, content.to_json(), "passphrase", cost=CHEAP)
    monkeypatch.setattr(
        "meldpunt.cli.terminal.key_files.ask_passphrase", lambda _, **__: "passphrase"
    )
    one, two = HandlerFile(path, None), HandlerFile(path, None)
    one.save_keys(keys.extend(date(2026, 3, 2), os.urandom))
    with pytest.raises(keystore.KeyFileError, match="Run this again"):
        two.save_keys(keys.extend(date(2026, 3, 2), os.urandom))
