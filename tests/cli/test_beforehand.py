"""What is wrong, and who would read, is said before anything is sent; reading comes first."""

import pytest

from meldpunt.client import Handler, UnreachableError
from meldpunt.protocol.verify.errors import Reason, RefusedError
from tests.cli.desk import REPORT, Desk, Secret

_TOLD = "ALARM: ann (adviser), message 0: written by somebody who has left"


def _unconfirmed(desk: Desk) -> str:
    """Give a report an alarm that stops nobody: a message of one who left, seen by nobody."""
    desk.open_line("ann", "bob")
    receipt = desk.report("--reader", "ann", "--reader", "bob")
    desk.ok("handler", "reply", *desk.key("ann"), desk.entry("ann"), "-", text="Call me at home.")
    desk.ok("line", "remove-handler", *desk.key("line"), "ann")
    return receipt


def test_a_reporter_is_told_before_writing(desk: Desk) -> None:
    receipt = _unconfirmed(desk)
    for command, text in (("reply", ("-",)), ("withdraw", ())):
        given = ("report", command, desk.address, "--receipt-fd")
        told = desk.run(*given, Secret(receipt), *text, text="More.")
        assert told.exit_code == 0, told.output
        assert _TOLD in told.stderr
        assert "This will be read by: bob (adviser)." in told.stderr
        said = desk.json(*given, Secret(receipt), *text, text="More.")
        assert [alarm["reason"] for alarm in said["alarms"]] == ["unconfirmed"]
        assert len(said["readers"]) == 1


def test_a_handler_is_told_before_writing(desk: Desk) -> None:
    _unconfirmed(desk)
    entry = desk.entry("bob")
    given = ("handler", "acknowledge", *desk.key("bob"), entry, "-")
    told = desk.run(*given, text="Received.")
    assert told.exit_code == 0, told.output
    assert _TOLD in told.stderr
    assert "This will be read by: " in told.stderr
    said = desk.json("handler", "reply", *desk.key("bob"), entry, "-", text="And more.")
    assert [alarm["reason"] for alarm in said["alarms"]] == ["unconfirmed"]
    assert "reporter" in said["readers"]


@pytest.mark.parametrize("error", [UnreachableError(), RefusedError(Reason.PAST_TERM)])
def test_a_report_is_read_though_it_cannot_be_passed_on(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    async def fail(*_: object) -> int:
        raise error

    desk.open_line("ann", "bob").report()
    monkeypatch.setattr(Handler, "add_missing_wraps", fail)
    shown = desk.run("handler", "read", *desk.key("ann"), desk.entry("ann"))
    assert shown.exit_code == 0
    assert f"| {REPORT}" in shown.stdout
    assert "could not be passed on" in shown.stderr
    found = desk.json("handler", "read", *desk.key("ann"), desk.entry("ann"))
    assert found["passedOn"] == 0
    assert found["notPassedOn"] in {"unreachable", "past-term"}


def test_a_report_is_shown_before_anything_else_is_done(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object) -> None:
        raise UnreachableError

    desk.open_line("ann", "bob").report()
    entry = desk.entry("ann")
    monkeypatch.setattr(Handler, "publish_when_due", fail)
    assert f"| {REPORT}" in desk.run("handler", "read", *desk.key("ann"), entry).stdout


def test_it_is_said_whether_the_other_side_knows_of_a_message(desk: Desk) -> None:
    desk.open_line("ann", "bob")
    receipt = desk.report("--reader", "ann", "--reader", "bob")
    status = ("report", "status", desk.address, "--receipt-fd")
    day = desk.today().isoformat()
    missing = f"Your message of {day} is not yet confirmed by the other side."
    assert missing in desk.ok(*status, Secret(receipt))
    assert "confirmedByOtherSide" not in desk.json(*status, Secret(receipt))
    desk.ok("handler", "acknowledge", *desk.key("ann"), desk.entry("ann"), "-", text="Received.")
    shown = desk.ok(*status, Secret(receipt))
    assert f"The other side has confirmed your message of {day} (on {day})." in shown
    assert missing not in shown
    assert desk.json(*status, Secret(receipt))["confirmedByOtherSide"]["n"] == 0
    assert missing in desk.ok("handler", "read", *desk.key("ann"), desk.entry("ann"))
    given = ("--receipt-fd", Secret(receipt), "-")
    desk.ok("report", "reply", desk.address, *given, text="Thank you.")
    shown = desk.ok("handler", "read", *desk.key("ann"), desk.entry("ann"))
    assert "has confirmed your message" in shown
    shown = desk.ok("report", "read", desk.address, "--receipt-fd", Secret(receipt))
    assert "has confirmed your message" in shown
    assert missing in shown
