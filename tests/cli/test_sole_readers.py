"""Before handlers go, an office learns how many reports nobody else reads."""

import pytest

from meldpunt.client import UnreachableError
from meldpunt.client.http.api import LineApi
from tests.cli.command_line import CommandLine, Secret, person_at_terminal

TOLD = "Reports: 1. They are read by nobody else of this line."
REMOVE = ("line", "remove-handler")


def removed(cli: CommandLine) -> list[str]:
    """Return the names of those who left."""
    handlers = cli.json("line", "show", cli.address)["document"]["handlers"]
    return [handler["name"] for handler in handlers if "until" in handler]


def test_reports_that_only_they_read_are_counted(cli: CommandLine) -> None:
    cli.open_line("ann", "bob", "eve")
    cli.report("--reader", "ann")
    cli.report("--reader", "ann", "--reader", "bob")
    done = cli.run(*REMOVE, *cli.key("line"), "ann")
    assert done.exit_code == 0, "a program goes on"
    assert TOLD in done.stderr
    assert removed(cli) == ["ann"]


def test_who_left_before_or_leaves_too_reads_nothing_on(cli: CommandLine) -> None:
    cli.open_line("ann", "bob", "eve")
    cli.report("--reader", "ann", "--reader", "bob")
    assert TOLD not in cli.run(*REMOVE, *cli.key("line"), "bob").stderr
    assert TOLD in cli.run(*REMOVE, *cli.key("line"), "ann").stderr


def test_two_who_leave_together_are_looked_at_together(cli: CommandLine) -> None:
    cli.open_line("ann", "bob", "eve")
    cli.report("--reader", "ann", "--reader", "bob")
    assert TOLD in cli.run(*REMOVE, *cli.key("line"), "ann", "bob").stderr


def test_a_colleague_who_was_let_in_reads_on(cli: CommandLine) -> None:
    cli.open_line("ann", "bob")
    cli.report("--reader", "ann")
    cli.ok("handler", "admit", *cli.key("ann"), cli.entry("ann"), "bob", "-", text="Holiday.")
    assert TOLD not in cli.run(*REMOVE, *cli.key("line"), "ann").stderr


def test_whom_the_reporter_left_out_since_does_not_read_on(cli: CommandLine) -> None:
    cli.open_line("ann", "bob")
    code = Secret(cli.report("--reader", "ann", "--reader", "bob"))
    receipt = ("--receipt-fd", code)
    cli.ok("report", "reply", cli.address, *receipt, "--leave-out", "bob", "-", text="Not Bob.")
    assert TOLD in cli.run(*REMOVE, *cli.key("line"), "ann").stderr


def test_a_withdrawn_report_is_read_by_nobody(cli: CommandLine) -> None:
    cli.open_line("ann", "bob")
    code = Secret(cli.report("--reader", "ann"))
    cli.ok("report", "withdraw", "--now", cli.address, "--receipt-fd", code)
    assert TOLD not in cli.run(*REMOVE, *cli.key("line"), "ann").stderr


@pytest.mark.parametrize(("answer", "left"), [("n", []), ("y", ["ann"])])
def test_a_person_is_asked(
    cli: CommandLine, monkeypatch: pytest.MonkeyPatch, answer: str, left: list[str]
) -> None:
    cli.open_line("ann", "bob")
    cli.report("--reader", "ann")
    monkeypatch.setattr("meldpunt.cli.terminal.prompts.Terminal.ask", lambda *_: answer)
    with person_at_terminal(monkeypatch):
        done = cli.run(*REMOVE, *cli.key("line"), "ann")
    assert done.exit_code == (0 if left else 1)
    assert removed(cli) == left


def test_publish_warns_as_well(cli: CommandLine) -> None:
    cli.open_line("ann", "bob")
    cli.report("--reader", "ann")
    done = cli.run("line", "publish", *cli.key("line"), "--remove", "ann", cli.folder / "line")
    assert done.exit_code == 0
    assert TOLD in done.stderr


def test_that_it_cannot_be_known_is_told_and_stops_nothing(
    cli: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    cli.open_line("ann", "bob")

    async def fail(*_: object) -> None:
        raise UnreachableError

    monkeypatch.setattr(LineApi, "export", fail)
    done = cli.run(*REMOVE, *cli.key("line"), "ann")
    assert done.exit_code == 0
    assert "could not be found out" in done.stderr
    assert removed(cli) == ["ann"]
