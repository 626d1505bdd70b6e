"""Files by the command line: cleaned, sent, listed, saved, and gone on with."""

import functools
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from meldpunt.cli.attachments.download import free_path, local_name
from meldpunt.cli.attachments.kept_uploads import KeptUploads
from meldpunt.cli.attachments.upload import MAX_FILES
from meldpunt.cli.render.files import size_text
from meldpunt.cli.terminal.refusal import Refusal
from meldpunt.client.files.upload import upload
from meldpunt.client.http.api import AttachmentApi
from meldpunt.client.http.errors import UnreachableError
from meldpunt.protocol.verify.attachment import stream_size
from tests.cli.command_line import CommandLine, Secret
from tests.cli.conftest import Office
from tests.client.test_cleaning import document, exif, picture, said, saved, written
from tests.client.test_files import content


def photo(folder: Path, name: str = "IMG_2041.jpg") -> Path:
    return saved(folder / name, picture(), "JPEG", exif=exif().tobytes())


def attached(cli: CommandLine, receipt: str, *options: str | Path) -> dict[str, Any]:
    return cli.json("report", "attach", cli.address, "--receipt-fd", Secret(receipt), *options)


def listed(cli: CommandLine, name: str) -> list[dict[str, Any]]:
    files = cli.json("handler", "files", *cli.key(name), cli.entry(name))["files"]
    assert isinstance(files, list)
    return files


def fetched(cli: CommandLine, name: str, folder: Path, *numbers: str) -> list[Path]:
    folder.mkdir(exist_ok=True)
    done = cli.json("handler", "save", *cli.key(name), "--to", folder, cli.entry(name), *numbers)
    return [Path(each["path"]) for each in done["saved"]]


def test_a_photograph_arrives_without_the_place_it_was_taken(
    cli: CommandLine, tmp_path: Path
) -> None:
    receipt = cli.open_line("ann", "bob").report()
    source = photo(tmp_path)
    assert said(source.read_bytes())
    sent = attached(cli, receipt, source, "--name", "cellar.jpg")
    [told] = sent["files"]
    assert (told["name"], told["mediaType"], told["cleaned"]) == ("cellar.jpg", "image/jpeg", True)
    assert {"location", "device", "time", "person"} <= set(told["removed"])
    for name in ("ann", "bob"):
        [found] = listed(cli, name)
        assert found["name"] == "cellar.jpg"
        assert found["author"] == "reporter"
        assert len(found["readers"]) == 2
        [path] = fetched(cli, name, tmp_path / name)
        assert said(path.read_bytes()) == []
        assert path.stat().st_mode & 0o777 == 0o600
    assert said(source.read_bytes())  # the original stays as it is


def test_what_cannot_be_cleaned_goes_only_by_an_explicit_word(
    cli: CommandLine, tmp_path: Path
) -> None:
    receipt = cli.open_line("ann").report()
    notes, source = cli.file("notes.txt", "What I saw."), photo(tmp_path)
    code = cli.refused(
        *("report", "attach", cli.address, "--receipt-fd", Secret(receipt), source, notes)
    )
    assert code == "not-cleaned"
    assert listed(cli, "ann") == []
    sent = attached(cli, receipt, "--send-uncleaned", source, notes)
    assert [file["cleaned"] for file in sent["files"]] == [True, False]
    paths = {path.name: path for path in fetched(cli, "ann", tmp_path / "in")}
    assert paths["notes.txt"].read_text() == "What I saw."
    assert said(paths["IMG_2041.jpg"].read_bytes()) == []


def test_the_original_is_kept_only_if_the_person_says_so(cli: CommandLine, tmp_path: Path) -> None:
    receipt = cli.open_line("ann").report()
    source, letter = photo(tmp_path), written(tmp_path / "letter.pdf", document())
    attached(cli, receipt, "--keep-metadata", source, letter)
    paths = {path.name: path for path in fetched(cli, "ann", tmp_path / "in")}
    assert paths["IMG_2041.jpg"].read_bytes() == source.read_bytes()
    assert paths["letter.pdf"].read_bytes() == letter.read_bytes()


def test_without_the_cleaner_nothing_goes_unasked(
    cli: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    receipt = cli.open_line("ann").report()
    (tmp_path / "modules" / "PIL").mkdir(parents=True)
    (tmp_path / "modules" / "PIL" / "__init__.py").write_text("raise ImportError")
    monkeypatch.syspath_prepend(str(tmp_path / "modules"))
    given = ("report", "attach", cli.address, "--receipt-fd", Secret(receipt), photo(tmp_path))
    assert cli.refused(*given) == "not-cleaned"
    result = cli.run(*given)
    assert "pip install '.[clean]'" in result.output
    assert listed(cli, "ann") == []


def test_a_handler_sends_files_and_the_reporter_saves_them(
    cli: CommandLine, tmp_path: Path
) -> None:
    receipt = cli.open_line("ann").report()
    letter = written(tmp_path / "letter.pdf", document())
    text = cli.file("text.txt", "Our letter.")
    cli.json(*("handler", "attach", *cli.key("ann"), "--message", text, cli.entry("ann"), letter))
    code = ("--receipt-fd", Secret(receipt))
    [found] = cli.json("report", "files", cli.address, *code)["files"]
    assert (found["number"], found["name"]) == (1, "letter.pdf")
    (tmp_path / "in").mkdir()
    done = cli.json("report", "save", cli.address, *code, "--to", tmp_path / "in", "1")
    saved_as = Path(done["saved"][0]["path"])
    assert saved_as.read_bytes().startswith(b"%PDF")
    assert b"J. Doe" not in saved_as.read_bytes()
    shown = cli.ok("report", "read", cli.address, *code)
    assert "Our letter." in shown
    assert "file: letter.pdf (application/pdf, " in shown


def test_a_file_of_a_note_is_for_the_handlers(cli: CommandLine, tmp_path: Path) -> None:
    receipt = cli.open_line("ann", "bob").report()
    cli.json("handler", "attach", *cli.key("ann"), "--note", cli.entry("ann"), photo(tmp_path))
    assert len(listed(cli, "bob")) == 1
    code = ("--receipt-fd", Secret(receipt))
    assert cli.json("report", "files", cli.address, *code)["files"] == []
    assert "files: 1" in cli.ok("report", "read", cli.address, *code)


def test_no_answer_holds_the_key_of_a_file(cli: CommandLine, tmp_path: Path) -> None:
    receipt = cli.open_line("ann").report()
    attached(cli, receipt, photo(tmp_path))
    read = cli.json("handler", "read", *cli.key("ann"), cli.entry("ann"))
    [told] = read["messages"][1]["attachments"]
    assert set(told) == {"name", "mediaType", "size", "digest"}
    assert set(listed(cli, "ann")[0]) == {
        *told, "number", "messageId", "author", "readers",
    }  # fmt: skip


def test_a_file_is_saved_beside_another_of_its_name(cli: CommandLine, tmp_path: Path) -> None:
    receipt = cli.open_line("ann").report()
    attached(cli, receipt, photo(tmp_path))
    folder = tmp_path / "in"
    names = [fetched(cli, "ann", folder)[0].name for _ in range(3)]
    assert names == ["IMG_2041.jpg", "IMG_2041 (2).jpg", "IMG_2041 (3).jpg"]


def _spoil(cli: CommandLine, size: int, change: Callable[[Path], object]) -> None:
    """Change or remove the host's piece of that length."""
    folder = Path(cli.settings.attachments or "")
    [piece] = [p for p in folder.rglob("*") if p.is_file() and p.stat().st_size == size]
    change(piece)


def test_one_bad_file_keeps_no_other_from_being_saved_and_is_named(
    cli: CommandLine, tmp_path: Path
) -> None:
    receipt = cli.open_line("ann").report()
    sizes = {"good.txt": 10, "lost.txt": 70_000, "damaged.txt": 140_000, "last.txt": 11}
    for name, size in sizes.items():
        (tmp_path / name).write_bytes(content(size)[:size])
    attached(cli, receipt, "--send-uncleaned", *(tmp_path / name for name in sizes))
    _spoil(cli, stream_size(70_000), Path.unlink)
    _spoil(cli, stream_size(140_000), lambda path: path.write_bytes(path.read_bytes()[::-1]))
    folder = tmp_path / "in"
    folder.mkdir()
    save = ("handler", "save", *cli.key("ann"), "--to", folder, cli.entry("ann"))
    answer = cli.run(*save, "--json")
    assert answer.exit_code == 1
    assert json.loads(answer.stderr.splitlines()[-1])["error"] == "attachment-lost"
    told = json.loads(answer.stdout)
    assert [Path(each["path"]).name for each in told["saved"]] == ["good.txt", "last.txt"]
    assert told["failed"] == [
        {"number": 2, "name": "lost.txt", "error": "attachment-lost"},
        {"number": 3, "name": "damaged.txt", "error": "attachment-digest"},
    ]
    assert sorted(path.name for path in folder.iterdir()) == ["good.txt", "last.txt"]
    for name in ("good.txt", "last.txt"):
        assert (folder / name).read_bytes() == (tmp_path / name).read_bytes()
    words = cli.run(*save).output
    assert "NOT saved: file 2, lost.txt. The host says: The host has lost this" in words
    assert "NOT saved: file 3, damaged.txt. What the host serves is not the file" in words


def test_files_are_shown_and_saved_in_the_order_in_which_they_were_named(
    cli: CommandLine, tmp_path: Path
) -> None:
    receipt = cli.open_line("ann").report()
    names = ("zebra.txt", "apple.txt", "mouse.txt", "bear.txt", "lion.txt")
    for name in names:
        cli.file(name, name)
    attached(cli, receipt, "--send-uncleaned", *(cli.folder / name for name in names))
    assert [each["name"] for each in listed(cli, "ann")] == list(names)
    assert [path.name for path in fetched(cli, "ann", tmp_path / "in")] == list(names)


def test_a_name_that_is_no_utf_8_is_refused_before_anything_is_sent(
    cli: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    receipt = cli.open_line("ann").report()
    source = tmp_path / os.fsdecode(b"caf\xe9.txt")
    source.write_bytes(b"What I saw.")
    monkeypatch.setattr(AttachmentApi, "begin", None)  # nothing may be sent
    answer = cli.run(
        *("report", "attach", cli.address, "--receipt-fd", Secret(receipt)),
        *("--send-uncleaned", source),
    )
    assert answer.exit_code == 2
    assert "--name" in answer.output


def test_files_that_make_a_message_too_long_are_refused_before_a_byte_is_sent(
    cli: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    receipt = cli.open_line("ann").report()
    text = cli.file("letter.txt", "x" * 60_000)
    sources = [cli.file("é" * 100 + f"{n}.txt", "a") for n in range(16)]
    monkeypatch.setattr(AttachmentApi, "begin", None)
    report = ("report", "attach", cli.address, "--receipt-fd", Secret(receipt))
    assert cli.refused(*report, "--send-uncleaned", "--message", text, *sources) == "too-long"


def test_nothing_is_uploaded_where_nothing_can_be_said(
    cli: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    receipt = cli.open_line("ann").report()
    code = ("--receipt-fd", Secret(receipt))
    cli.json("report", "withdraw", cli.address, *code, "--now")
    begun: list[int] = []
    monkeypatch.setattr(AttachmentApi, "begin", lambda *_: begun.append(1))
    assert cli.refused("report", "attach", cli.address, *code, photo(tmp_path)) == "unsent"
    assert begun == []


@pytest.mark.parametrize(
    ("name", "local"),
    [("a.jpg", "a.jpg"), ("foto van één.jpg", "foto van één.jpg"), ("-rf", "_-rf"),
     (".bashrc", "bashrc"), ("con", "_con"), ("Aux.txt", "_Aux.txt"),
     ("console.txt", "console.txt"),
     ("a:b|c?.txt", "a_b_c_.txt"), (" . ", "_"), ("\u200bx", "_x"), ("...", "_"), ("x.", "x"),
     ("COM1 .a", "_COM1 .a"), ("lpt².b", "_lpt².b"), ("CONIN$", "_CONIN$"),
     ("COM1", "_COM1"), ("é" * 120 + ".jpeg", "é" * 97 + ".jpeg")],
)  # fmt: skip
def test_a_file_is_saved_under_a_name_without_power(name: str, local: str) -> None:
    assert local_name(name) == local


def test_a_name_that_is_taken_gets_a_number(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").symlink_to(tmp_path / "nowhere")
    assert free_path(tmp_path, "a.jpg").name == "a (2).jpg"
    assert free_path(tmp_path, "b.jpg").name == "b.jpg"


def test_sizes_are_told_in_words() -> None:
    assert [size_text(n) for n in (0, 1023, 1024, 3_250_000, 2 << 30)] == [
        "0 bytes", "1023 bytes", "1.0 KiB", "3.1 MiB", "2.0 GiB",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "options",
    [("--name", "../x", "a.txt"), ("--name", "a", "--name", "b", "a.txt"), (), ("folder",),
     ("--resume", "folder", "a.txt"), ("a.txt",) * (MAX_FILES + 1), ("--name", "a\nb", "a.txt")],
)  # fmt: skip
def test_a_wrong_use_is_told_before_anything_is_sent(
    cli: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, options: tuple[str, ...]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder").mkdir()
    (tmp_path / "a.txt").write_text("x")
    receipt = Secret("GC4G-JQ8D-WPKA-M53H-TAB3")
    address = f"{cli.origin}/v1/lines/{'a' * 32}"
    result = cli.run("report", "attach", address, "--receipt-fd", receipt, *options)
    assert result.exit_code == 2, result.output


def test_a_file_that_is_not_there_is_told(cli: CommandLine, tmp_path: Path) -> None:
    given = ("report", "attach", f"{cli.origin}/v1/lines/{'a' * 32}")
    code = Secret("GC4G-JQ8D-WPKA-M53H-TAB3")
    assert cli.refused(*given, "--receipt-fd", code, tmp_path / "no.jpg") == "file"


def test_an_unknown_number_is_told(cli: CommandLine, tmp_path: Path) -> None:
    cli.open_line("ann").report()
    result = cli.run("handler", "save", *cli.key("ann"), "--to", tmp_path, cli.entry("ann"), "3")
    assert result.exit_code == 2
    assert "no file of that number" in result.output


# --- going on after a restart --------------------------------------------------------------------


def test_an_upload_goes_on_after_a_restart_by_the_same_command(
    cli: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    receipt = cli.open_line("ann").report()
    source, kept = tmp_path / "film.bin", tmp_path / "kept"
    source.write_bytes(content()[:3_000_000])
    offsets: list[int] = []
    append = AttachmentApi.append
    fail_at = [2]

    async def failing(self: AttachmentApi, offset: int, piece: bytes) -> int:
        offsets.append(offset)
        if len(offsets) in fail_at:
            raise UnreachableError
        return await append(self, offset, piece)

    monkeypatch.setattr(AttachmentApi, "append", failing)
    monkeypatch.setattr(
        "meldpunt.client.files.report_files.upload", functools.partial(upload, patience=())
    )
    monkeypatch.setattr("meldpunt.cli.terminal.session._ROUNDS", 1)
    given = ("--send-uncleaned", "--resume", kept, source)
    code = cli.refused(*("report", "attach", cli.address, "--receipt-fd", Secret(receipt), *given))
    assert code == "unreachable"
    assert listed(cli, "ann") == []
    seized = kept.read_bytes()
    assert b"film" not in seized
    assert kept.stat().st_mode & 0o777 == 0o600

    first = offsets[-1]
    attached(cli, receipt, *given)
    assert offsets[2] == first > 0
    assert not kept.exists()
    [path] = fetched(cli, "ann", tmp_path / "in")
    assert path.read_bytes() == source.read_bytes()


def test_files_that_were_sent_are_not_sent_again_when_the_answer_got_lost(
    cli: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    receipt = cli.open_line("ann").report()
    kept, letter = tmp_path / "kept", cli.file("letter.txt", "Our letter.")
    given = ("--send-uncleaned", "--resume", kept, letter)
    with monkeypatch.context() as patch:
        patch.setattr(KeptUploads, "remove", lambda _: None)  # the device stops just before it
        attached(cli, receipt, *given)
    assert kept.exists()
    again = ("report", "attach", cli.address, "--receipt-fd", Secret(receipt))
    assert cli.refused(*again, *given) == "sent-already"
    assert not kept.exists()
    assert len(listed(cli, "ann")) == 1


@contextmanager
def nothing_arriving(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let uploads begin, and no byte of them come in."""

    async def failing(*_: object) -> int:
        raise UnreachableError

    with monkeypatch.context() as patch:
        patch.setattr("meldpunt.cli.terminal.session._ROUNDS", 1)
        patch.setattr(AttachmentApi, "append", failing)
        patch.setattr(
            "meldpunt.client.files.report_files.upload", functools.partial(upload, patience=())
        )
        yield


def test_another_content_under_the_same_name_begins_anew(
    cli: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    receipt = cli.open_line("ann").report()
    source, kept = tmp_path / "film.bin", tmp_path / "kept"
    source.write_bytes(content()[:1000])
    with nothing_arriving(monkeypatch):
        cli.refused(
            *("report", "attach", cli.address, "--receipt-fd", Secret(receipt)),
            *("--send-uncleaned", "--resume", kept, source),
        )
    source.write_bytes(content(seed=9)[:1000])
    attached(cli, receipt, "--send-uncleaned", "--resume", kept, source)
    [path] = fetched(cli, "ann", tmp_path / "in")
    assert path.read_bytes() == source.read_bytes()


def test_the_same_file_twice_goes_on_as_two(
    cli: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    receipt = cli.open_line("ann").report()
    source, kept = cli.file("letter.txt", "Our letter."), tmp_path / "kept"
    given = ("--send-uncleaned", "--resume", kept, source, source)
    with nothing_arriving(monkeypatch):
        cli.refused("report", "attach", cli.address, "--receipt-fd", Secret(receipt), *given)
    attached(cli, receipt, *given)
    assert len(listed(cli, "ann")) == 2


def test_what_is_kept_opens_under_ones_own_key_only(tmp_path: Path) -> None:
    path = tmp_path / "kept"
    KeptUploads(path, bytes(32)).save(())
    assert KeptUploads(path, bytes(32)).begun == ()
    with pytest.raises(Refusal):
        KeptUploads(path, b"x" * 32)
    path.write_bytes(b"short")
    with pytest.raises(Refusal):
        KeptUploads(path, bytes(32))


# --- later ---------------------------------------------------------------------------------------


def test_a_proof_shows_the_files_and_knows_them_again(cli: CommandLine, tmp_path: Path) -> None:
    receipt = cli.open_line("ann").report()
    letter = cli.file("letter.txt", "Our letter.")
    cli.json("handler", "attach", *cli.key("ann"), "--send-uncleaned", cli.entry("ann"), letter)
    cli.json("handler", "attach", *cli.key("ann"), cli.entry("ann"), photo(tmp_path))
    proof = tmp_path / "proof.json"
    cli.json("report", "proof", cli.address, "--receipt-fd", Secret(receipt), proof)
    shown = cli.ok("report", "verify", proof)
    assert "file: letter.txt (text/plain, 11 bytes)" in shown
    found = cli.json("report", "verify", proof, "--file", letter, "--file", photo(tmp_path))
    assert [each["name"] for each in found["files"]] == ["letter.txt", "IMG_2041.jpg"]
    other = cli.file("other.txt", "Our lettex.")
    assert cli.refused("report", "verify", proof, "--file", other) == "other-file"


# --- a person at a terminal ----------------------------------------------------------------------


def test_a_person_is_asked_before_a_file_goes_as_it_is(office: Office, tmp_path: Path) -> None:
    receipt = office.submit()
    notes = tmp_path / "notes.txt"
    notes.write_text("What I saw. " * 100_000)
    for answer, code in (("", 1), ("y", 0)):
        with office.program.at_terminal(
            "report", "attach", office.address, str(notes), str(photo(tmp_path))
        ) as person:
            person.sees("Receipt code:")
            person.types(receipt)
            told = person.sees("Send them as they are? [y/N] ")
            assert "notes.txt: Only JPEG, PNG, WebP, TIFF, GIF and PDF are cleaned" in told
            person.types(answer)
            if answer:
                told = person.sees("This will be read by")
                assert "removed: " in told
                assert "where it was taken" in told
                assert "Sending notes.txt" in told
            assert person.ends() == code, person.screen
    said_by_host = office.program.run(
        *("report", "status", "--receipt-fd", "{fd}", "--json", office.address), secret=receipt
    )
    assert json.loads(said_by_host.out)["messageCount"] == 2
    for handler in (0, 1):
        office.new_entries(handler)  # other tests of this office look for theirs
