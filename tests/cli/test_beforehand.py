"""What is wrong, and who would read, is said before anything is sent; reading comes first."""

import pytest

from meldpunt.client import Handler, UnreachableError
from meldpunt.protocol.verify.errors import Reason, RefusedError
from tests.cli.command_line import REPORT, CommandLine, Secret

_TOLD = "ALARM: ann (adviser), message 0: written by somebody who has left"


def _unconfirmed(cli: CommandLine) -> str:
    """Give a report an alarm that stops nobody: a message of one who left, seen by nobody."""
    cli.open_line("ann", "bob")
    receipt = cli.report("--reader", "ann", "--reader", "bob")
    cli.ok("handler", "reply", *cli.key("ann"), cli.entry("ann"), "-", text="Call me at home.")
    cli.ok("line", "remove-handler", *cli.key("line"), "ann")
    return receipt


def test_a_reporter_is_told_before_writing(cli: CommandLine) -> None:
    receipt = _unconfirmed(cli)
    for command, text in (("reply", ("-",)), ("withdraw", ())):
        given = ("report", command, cli.address, "--receipt-fd")
        told = cli.run(*given, Secret(receipt), *text, text="More.")
        assert told.exit_code == 0, told.output
        assert _TOLD in told.stderr
        assert "This will be read by: bob (adviser)." in told.stderr
        said = cli.json(*given, Secret(receipt), *text, text="More.")
        assert [alarm["reason"] for alarm in said["alarms"]] == ["unconfirmed"]
        assert len(said["readers"]) == 1


def test_a_handler_is_told_before_writing(cli: CommandLine) -> None:
    _unconfirmed(cli)
    entry = cli.entry("bob")
    given = ("handler", "acknowledge", *cli.key("bob"), entry, "-")
    told = cli.run(*given, text="Received.")
    assert told.exit_code == 0, told.output
    assert _TOLD in told.stderr
    assert "This will be read by: " in told.stderr
    said = cli.json("handler", "reply", *cli.key("bob"), entry, "-", text="And more.")
    assert [alarm["reason"] for alarm in said["alarms"]] == ["unconfirmed"]
    assert "reporter" in said["readers"]


@pytest.mark.parametrize("error", [UnreachableError(), RefusedError(Reason.PAST_TERM)])
def test_a_report_is_read_though_it_cannot_be_passed_on(
    cli: CommandLine, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    async def fail(*_: object) -> int:
        raise error

    cli.open_line("ann", "bob").report()
    monkeypatch.setattr(Handler, "add_missing_wraps", fail)
    shown = cli.run("handler", "read", *cli.key("ann"), cli.entry("ann"))
    assert shown.exit_code == 0
    assert f"| {REPORT}" in shown.stdout
    assert "could not be passed on" in shown.stderr
    found = cli.json("handler", "read", *cli.key("ann"), cli.entry("ann"))
    assert found["passedOn"] == 0
    assert found["notPassedOn"] in {"unreachable", "past-term"}


def test_a_report_is_shown_before_anything_else_is_done(
    cli: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object) -> None:
        raise UnreachableError

    cli.open_line("ann", "bob").report()
    entry = cli.entry("ann")
    monkeypatch.setattr(Handler, "publish_when_due", fail)
    assert f"| {REPORT}" in cli.run("handler", "read", *cli.key("ann"), entry).stdout


def test_it_is_said_whether_the_other_side_knows_of_a_message(cli: CommandLine) -> None:
    cli.open_line("ann", "bob")
    receipt = cli.report("--reader", "ann", "--reader", "bob")
    status = ("report", "status", cli.address, "--receipt-fd")
    day = cli.today().isoformat()
    missing = f"Your message of {day} is not yet confirmed by the other side."
    assert missing in cli.ok(*status, Secret(receipt))
    assert "confirmedByOtherSide" not in cli.json(*status, Secret(receipt))
    cli.ok("handler", "acknowledge", *cli.key("ann"), cli.entry("ann"), "-", text="Received.")
    shown = cli.ok(*status, Secret(receipt))
    assert f"The other side has confirmed your message of {day} (on {day})." in shown
    assert missing not in shown
    assert cli.json(*status, Secret(receipt))["confirmedByOtherSide"]["n"] == 0
    assert missing in cli.ok("handler", "read", *cli.key("ann"), cli.entry("ann"))
    given = ("--receipt-fd", Secret(receipt), "-")
    cli.ok("report", "reply", cli.address, *given, text="Thank you.")
    shown = cli.ok("handler", "read", *cli.key("ann"), cli.entry("ann"))
    assert "has confirmed your message" in shown
    shown = cli.ok("report", "read", cli.address, "--receipt-fd", Secret(receipt))
    assert "has confirmed your message" in shown
    assert missing in shown
