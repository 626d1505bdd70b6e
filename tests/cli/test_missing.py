"""What is not there is told in the words of who looks for it; so is that nothing was sent."""

import os
import signal
import socket
from pathlib import Path

import pytest

from meldpunt.protocol.receipt import make_receipt
from tests.cli.command_line import CommandLine, Secret
from tests.cli.conftest import Office
from tests.cli.test_receipts import go_on


def told(cli: CommandLine, *arguments: str | Path | Secret, text: str | None = None) -> str:
    done = cli.run(*arguments, text=text)
    assert done.exit_code == 1, done.output
    assert "The host says" not in done.stderr
    assert " key" not in done.stderr
    return done.stderr


def test_a_line_that_the_host_does_not_have(cli: CommandLine) -> None:
    unknown = f"{cli.origin}/v1/lines/{'a' * 32}"
    assert "no line with this address" in told(cli, "report", "send", unknown, "-", text="Words.")
    code = Secret(make_receipt(os.urandom(12)))
    assert "no line with this address" in told(cli, "report", "read", unknown, "--receipt-fd", code)


@pytest.mark.parametrize(
    "command", ["read", "status", "withdraw", "reply", "reopen", "attach", "save"]
)
def test_a_code_that_no_report_has(cli: CommandLine, command: str, tmp_path: Path) -> None:
    cli.open_line("ann").report()
    code = ("--receipt-fd", Secret(make_receipt(os.urandom(12))))
    more: dict[str, tuple[str | Path, ...]] = {
        "reply": ("-",),
        "reopen": ("-",),
        "attach": (cli.file("notes.txt", "Notes."), "--send-uncleaned"),
        "save": ("--to", tmp_path, "1"),
    }
    given = ("report", command, cli.address, *code, *more.get(command, ()))
    assert "No report on this line has this code" in told(cli, *given, text="Words.")


def test_an_entry_of_a_colleague(cli: CommandLine) -> None:
    cli.open_line("ann", "bob").report()
    entry = cli.entry("bob")
    for command in ("read", "files"):
        assert "no report of that name" in told(cli, "handler", command, *cli.key("ann"), entry)
    assert "no report of that name" in told(
        cli, "handler", "reply", *cli.key("ann"), entry, "-", text="Words."
    )


def test_who_stops_at_a_question_hears_that_nothing_was_sent(office: Office) -> None:
    (office.program.folder / "report.txt").write_text("Words.")
    with office.program.at_terminal("report", "send", office.address, "report.txt") as person:
        go_on(person)
        person.sees("Press Enter when you have kept it")
        person.types("")
        person.sees("Type the code back")
        person.types("\x04")
        assert person.ends() == 1
    assert "Stopped. Nothing was sent." in person.screen
    assert office.new_entries(0) == []


def test_a_host_that_answers_nothing_is_told_while_waiting(office: Office) -> None:
    """It takes the connection and is silent, as behind a forgetful firewall."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}/v1/lines/{'a' * 32}"
        with office.program.at_terminal("line", "show", address) as person:
            person.sees("The host has not answered yet; Ctrl-C stops")
            os.killpg(person.process.pid, signal.SIGINT)
            assert person.ends() == 1
    assert "Stopped. Nothing was sent." in person.screen
