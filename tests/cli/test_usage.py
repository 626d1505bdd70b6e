"""Used wrongly, or refused: one clear line, the right exit code, nothing lost."""

import json
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from meldpunt.cli import main
from tests.cli.conftest import Office
from tests.cli.program import PASSPHRASE, Program

LINE = (
    "open",
    "create",
    "create-key",
    "edit",
    "publish",
    "show",
    "renew",
    "rotate-key",
    "add-handler",
)
LATER_LINE = ("remove-handler", "audit", "guide", "overdue", "export", "import", "leave")
REPORT = ("send", "look", "status", "read", "reply", "resend", "reopen", "withdraw", "take-over")
LATER = (
    "check-in",
    "story",
    "proof",
    "verify",
    "refer",
    "hand-over",
    "take-back",
    "attach",
    "files",
    "save",
)
KEYS = ("init", "publish-keys", "rotate", "merge-keys", "recovery-sheet", "recover")
WORK = ("inbox", "read", "admit", "oral", "acknowledge", "reply", "feedback", "pause", "close")
FILES = ("attach", "files", "save")
HANDOVER = ("propose", "accept", "refuse", "resend", "mark-known", "label", "taken-down")
COMMANDS = [
    *(
        ["backup"],
        ["backup-key"],
        ["demo"],
        ["invite"],
        ["limit-line"],
        ["maintain"],
        ["migrate"],
        ["move-database"],
        ["page"],
        ["restore"],
        ["serve"],
        ["verify-page"],
        ["recovery", "check"],
    ),
    *(["line", name] for name in (*LINE, *LATER_LINE)),
    *(["report", name] for name in (*REPORT, *LATER)),
    *(
        ["handler", name]
        for name in (*KEYS, *WORK, *FILES, *HANDOVER, "reopen", "refer", "consult", "consultations")
    ),
    *(["handler", "consultation", name] for name in ("read", "reply", "resend", "end")),
]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_command_explains_itself_with_an_example(command: list[str]) -> None:
    done = CliRunner().invoke(main, [*command, "--help"])
    assert done.exit_code == 0
    assert f"meldpunt {' '.join(command)}" in done.output.partition("Example:")[2]
    assert "--json" in done.output or command == ["demo"]


def test_every_command_is_in_the_list_above() -> None:
    assert sorted(_paths(main)) == sorted(COMMANDS)


def _paths(command: click.Command) -> list[list[str]]:
    """Return every command as it is typed."""
    if not isinstance(command, click.Group):
        return [[]]
    inside = command.commands.items()
    return [[name, *path] for name, found in inside for path in _paths(found)]


@pytest.mark.parametrize(
    "arguments",
    [
        ["nonsense"],
        ["report", "send"],
        ["report", "send", "https://report.example", "-"],
        ["report", "send", "http://report.example/v1/lines/" + "a" * 32, "-"],
        ["report", "status", "https://report.example/v1/lines/" + "A" * 32],
        ["handler", "read", "--key-file", "0.key", "nonsense"],
        ["handler", "pause", "--key-file", "0.key", "--until", "soon", "A" * 22, "-"],
        ["handler", "inbox", "--key-file", "0.key", "--state", "lost"],
        ["line", "create-key", "--host", "https://report.example"],
        [
            *("handler", "init", "https://report.example/v1/lines/" + "a" * 32),
            *("--name", "", "--role", "x", "--key-file", "x.key"),
        ],
        ["serve", "--port", "0"],
    ],
    ids=" ".join,
)
def test_wrong_usage_ends_with_2_and_says_what_to_do(tmp_path: Path, arguments: list[str]) -> None:
    done = Program(tmp_path).run(*arguments, text="x")
    assert done.code == 2
    assert "Error: " in done.err
    assert done.out == ""


def test_an_unknown_report_or_line_is_refused_with_1(office: Office) -> None:
    for arguments in (
        ("handler", "read", "--key-file", "0.key", "--passphrase-fd", "{fd}", "-" + "A" * 21),
        ("line", "show", office.address.replace("/v1/lines/", "/v1/lines/" + "a" * 4)[:-4]),
    ):
        done = office.program.run(*arguments, "--json", secret=PASSPHRASE)
        assert done.code in {1, 2}
    done = office.program.run(
        *("handler", "read", "--key-file", "0.key", "--passphrase-fd", "{fd}", "--json"),
        "-" + "A" * 21,
        secret=PASSPHRASE,
    )
    assert done.code == 1
    assert json.loads(done.err)["error"] == "not-found"


def test_an_entry_that_begins_with_a_dash_is_an_entry(office: Office) -> None:
    done = office.program.run(
        *("handler", "acknowledge", "--key-file", "0.key", "--passphrase-fd", "{fd}"),
        *("-" + "A" * 21, "-"),
        secret=PASSPHRASE,
        text="Received.",
    )
    assert done.code == 1
    assert "no report of that name" in done.err


def test_closing_without_feedback_is_refused_in_words(office: Office) -> None:
    office.new_entries(0)
    office.submit()
    [entry] = office.new_entries(0)
    done = office.program.run(
        *("handler", "close", "--key-file", "0.key", "--passphrase-fd", "{fd}", entry, "-"),
        secret=PASSPHRASE,
        text="Bye.",
    )
    assert done.code == 1
    assert "Closing asks for feedback since" in done.err


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        (b"", 1, "empty"),
        (b"\n", 1, "empty"),
        (b"\xff\xfe", 1, "empty"),
        (b"\xff\xfe\xfd", 2, "UTF-8"),
        (b"x" * 65_537, 1, "65,000"),
        (b"x" * 65_530, 1, "65,000"),
    ],
)
def test_a_text_that_cannot_be_sent_is_refused(
    office: Office, text: bytes, code: int, said: str
) -> None:
    done = office.program.run(
        "report", "send", "--show-receipt", "--no-confirm", office.address, "-", text=text
    )
    assert done.code == code
    assert said in done.err
    assert done.out == ""


@pytest.mark.parametrize("option", ["--reader", "--leave-out"])
def test_a_handler_nobody_knows_is_told(office: Office, option: str) -> None:
    done = office.program.run(
        *("report", "send", "--show-receipt", "--no-confirm", option, "Nobody"),
        *(office.address, "-"),
        text="A report.",
    )
    assert done.code == 2
    assert "meldpunt line show" in done.err
    assert "Nobody" not in done.err


def test_a_host_that_is_not_there_is_told(tmp_path: Path) -> None:
    address = "http://127.0.0.1:9/v1/lines/" + "a" * 32
    done = Program(tmp_path).run("line", "show", address, "--json")
    assert done.code == 1
    assert json.loads(done.err)["error"] == "unreachable"
    assert "127.0.0.1" not in done.err


def test_a_pin_is_held_to(office: Office) -> None:
    address = office.address.partition("#")[0]
    done = office.program.run("line", "show", f"{address}#99-0-{'A' * 43}", "--json")
    assert done.code == 1
    assert json.loads(done.err)["error"] == "document-below-pin"


def test_a_line_needs_a_handler_made_for_it(office: Office) -> None:
    program = office.program
    program.keys("line", "create-key", "--host", office.host.origin, "--key-file", "other.key")
    publish = ("line", "publish", "--key-file", "other.key", "--passphrase-fd", "{fd}")
    done = program.run(*publish, "line", secret=PASSPHRASE)
    assert done.code == 1
    assert "--handler" in done.err
    done = program.run(*publish, "--handler", "0.json", "line", secret=PASSPHRASE)
    assert done.code == 2
    assert "another line" in done.err
    done = program.run(*publish, "--handler", "line/form.yaml", "line", secret=PASSPHRASE)
    assert done.code == 2
    assert "handler init" in done.err


def test_an_invite_is_used_once_and_not_repeated(office: Office) -> None:
    program = office.program
    address = program.keys(
        "line", "create-key", "--host", office.host.origin, "--key-file", "b.key"
    )
    made = ("handler", "init", address["address"], "--name", "B", "--role", "b")
    entry = program.keys(*made, "--key-file", "bh.key")
    (program.folder / "bh.json").write_text(json.dumps(entry))
    for invite in (office.invite, "an-invite-of-nobody"):
        done = program.run(
            *("line", "publish", "--key-file", "b.key", "--passphrase-fd", "{fd}", "--json"),
            *("--invite-fd", "-", "--handler", "bh.json", "line"),
            secret=PASSPHRASE,
            text=invite,
        )
        assert done.code == 1
        assert json.loads(done.err)["error"] == "invite-invalid"
        assert invite.strip() not in done.err


def test_a_key_file_is_not_overwritten_nor_taken_for_another(office: Office) -> None:
    create = (
        "line",
        "create-key",
        "--host",
        office.host.origin,
        "--passphrase-fd",
        "{fd}",
        "--json",
    )
    done = office.program.run(*create, "--key-file", "0.key", secret=PASSPHRASE)
    assert done.code == 1
    assert json.loads(done.err)["error"] == "key-file-exists"
    inbox = ("handler", "inbox", "--passphrase-fd", "{fd}", "--json", "--key-file")
    done = office.program.run(*inbox, "line.key", secret=PASSPHRASE)
    assert (done.code, json.loads(done.err)["error"]) == (1, "not-a-key-file")
    done = office.program.run(*inbox, "0.key", secret="another passphrase")
    assert (done.code, json.loads(done.err)["error"]) == (1, "wrong-passphrase")
    assert "another passphrase" not in done.err


def test_a_new_passphrase_is_asked_for_until_both_are_the_same(office: Office) -> None:
    """A command that ended there would leave the next typing readable in the shell."""
    create = ("line", "create-key", "--host", office.host.origin, "--key-file", "asked.key")
    with office.program.at_terminal(*create) as person:
        for first, second, told in (
            ("a passphrase", "another", "The two passphrases differ. Once more"),
            ("seven77", None, "8 characters at least"),
            ("a passphrase", "a\u00a0passphrase", None),
        ):
            person.sees("Passphrase of the key file: ")
            person.types(first)
            if second is not None:
                person.sees("The same once more: ")
                person.types(second)
            if told is not None:
                person.sees(told)
        assert person.ends() == 0
    assert "passphrase\u00a0" not in person.screen
    assert "a passphrase" not in person.screen
    assert (office.program.folder / "asked.key").exists()


def test_a_wrong_passphrase_is_asked_for_again_and_three_times_at_most(office: Office) -> None:
    inbox = ("handler", "inbox", "--key-file", "0.key")
    with office.program.at_terminal(*inbox) as person:
        person.sees("Passphrase of the key file: ")
        person.types("another passphrase")
        person.sees("This is not the passphrase of 0.key. Once more")
        person.sees("Passphrase of the key file: ")
        person.types(PASSPHRASE.replace(" ", "\u00a0 "))
        assert person.ends() == 0
    with office.program.at_terminal(*inbox) as person:
        for _ in range(3):
            person.sees("Passphrase of the key file: ")
            person.types("another passphrase")
        assert person.ends() == 1
    assert "another passphrase" not in person.screen


@pytest.mark.parametrize("short", ["", "seven77", "seven7 \u00a0"])
def test_a_short_passphrase_is_refused(tmp_path: Path, short: str) -> None:
    program = Program(tmp_path)
    create = ("line", "create-key", "--host", "https://report.example", "--key-file", "x.key")
    done = program.run(*create, "--passphrase-fd", "-", text=f"{short}\n")
    assert done.code == 2
    assert list(tmp_path.iterdir()) == []


def test_a_host_asks_for_its_schema_and_its_settings(tmp_path: Path) -> None:
    operator = Program(
        tmp_path,
        {
            "MELDPUNT_DATABASE_URL": f"sqlite:///{tmp_path / 'host.db'}",
            "MELDPUNT_SECRETS_FILE": str(tmp_path / "secrets.json"),
        },
    )
    done = operator.run("serve", "--port", "9", "--json")
    assert done.code == 1
    assert json.loads(done.err.splitlines()[-1])["error"] == "not-migrated"
    assert "meldpunt migrate" in done.err
    assert operator.ok("migrate")["applied"] > 0
    assert operator.ok("migrate") == {"applied": 0}
    assert operator.ok("maintain") == {"erased": 0}
    misspelt = Program(tmp_path, {"MELDPUNT_DATABASE": "sqlite:///secret-place.db"})
    done = misspelt.run("migrate")
    assert done.code == 1
    assert "MELDPUNT_DATABASE" in done.err
    assert "secret-place" not in done.err
