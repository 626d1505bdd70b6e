"""Keeping a line going, by the command line."""

import json

import pytest

from meldpunt.server.secrets import HostSecrets
from tests.cli.desk import PASSPHRASE, REPORT, Desk, Secret


def test_the_line_key_is_replaced_and_the_office_goes_on(desk: Desk) -> None:
    desk.open_line("ann")
    before = (desk.folder / "line.key").read_bytes()
    assert desk.json("line", "rotate-key", *desk.key("line"))["document"]["keyNumber"] == 1
    assert (desk.folder / "line.key").read_bytes() != before
    renewed = desk.json("line", "renew", "--force", *desk.key("line"))
    assert renewed["document"]["number"] == 3
    assert renewed["document"]["keyNumber"] == 1
    desk.report()
    assert desk.texts("ann") == [REPORT]


def test_an_old_copy_of_the_key_file_publishes_nothing_after_a_rotation(desk: Desk) -> None:
    desk.open_line("ann")
    (desk.folder / "old.key").write_bytes((desk.folder / "line.key").read_bytes())
    (desk.folder / "old.key").chmod(0o600)
    desk.ok("line", "rotate-key", *desk.key("line"))
    for command in (("rotate-key",), ("renew", "--force")):
        assert desk.refused("line", *command, *desk.key("old")) == "rotation"


def test_renewing_far_from_the_last_day_needs_force(desk: Desk) -> None:
    desk.open_line("ann")
    assert desk.refused("line", "renew", *desk.key("line")) == "unsent"
    desk.clock.pass_days(70)
    assert "reminders" not in desk.json("line", "renew", *desk.key("line"))


def test_an_office_is_told_that_the_host_signs_with_another_key(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.open_line("ann")
    assert "reminders" not in desk.json("line", "renew", "--force", *desk.key("line"))
    other = HostSecrets(bytes(32), bytes(32)).receipt_key
    monkeypatch.setitem(vars(desk.host.secrets), "receipt_key", other)
    renewed = desk.json("line", "renew", "--force", *desk.key("line"))
    assert renewed["reminders"] == ["receipt-key"]


def test_every_day_commands_remind_of_what_is_due(desk: Desk) -> None:
    desk.open_line("ann")
    assert "reminders" not in desk.json("handler", "inbox", *desk.key("ann"))
    desk.report()
    desk.clock.pass_days(75)
    told = desk.run("handler", "inbox", *desk.key("ann"))
    assert "expires on 2026-05-31" in told.stderr
    assert "meldpunt handler rotate" in told.stderr
    read = desk.json("handler", "read", *desk.key("ann"), desk.entry("ann"))
    assert read["reminders"] == ["document-ending", "keys-ended"]
    entry = desk.entry("ann")
    said = desk.json("handler", "acknowledge", *desk.key("ann"), entry, "-", text="Received.")
    assert said["reminders"] == ["document-ending", "keys-ended"]


def test_rotating_destroys_what_has_ended_and_reports_stay_readable(desk: Desk) -> None:
    desk.open_line("ann")
    desk.report()
    desk.clock.pass_days(60)
    rotated = desk.json("handler", "rotate", *desk.key("ann"))
    assert (rotated["rewrapped"], rotated["forgotten"]) == (1, 1)
    assert "reminders" not in rotated
    assert desk.texts("ann") == [REPORT]
    again = desk.json("handler", "rotate", *desk.key("ann"))
    assert (again["rewrapped"], again["forgotten"]) == (0, 0)
    assert (again["closed"], again["alarms"]) == (0, [])


def test_rotating_says_what_does_not_open_and_what_is_wrong(desk: Desk) -> None:
    desk.open_line("ann", "bob")
    desk.report("--reader", "ann", "--reader", "bob")
    desk.ok("handler", "reply", *desk.key("bob"), desk.entry("bob"), "-", text="Call me.")
    desk.ok("line", "remove-handler", *desk.key("line"), "bob")
    desk.clock.pass_days(60)
    told = desk.run("handler", "rotate", *desk.key("ann"))
    assert told.exit_code == 0
    assert "bob (adviser), message 0: written by somebody who has left" in told.stderr
    again = desk.json("handler", "rotate", *desk.key("ann"))
    [found] = again["alarms"]
    assert (found["entry"], found["reason"]) == (desk.entry("ann"), "unconfirmed")


def test_rotating_counts_what_no_key_opens(desk: Desk) -> None:
    desk.open_line("ann", "bob")
    desk.report("--reader", "ann", "--reader", "bob")
    desk.lose_wraps()
    desk.clock.pass_days(60)
    told = desk.run("handler", "rotate", *desk.key("ann"))
    assert "Messages that no key of yours opens: 1." in told.stdout
    assert desk.json("handler", "rotate", *desk.key("ann"))["closed"] == 1


def test_the_inbox_publishes_keys_ahead_by_itself_and_destroys_none(desk: Desk) -> None:
    desk.open_line("ann")
    desk.clock.pass_days(300)
    desk.ok("line", "renew", *desk.key("line"))
    assert desk.json("handler", "inbox", *desk.key("ann"))["reminders"] == ["keys-ended"]
    desk.clock.pass_days(120)
    desk.ok("line", "renew", *desk.key("line"))
    desk.report()
    assert desk.texts("ann") == [REPORT]


def test_past_the_grace_reporter_and_office_are_told(desk: Desk) -> None:
    receipt = Secret(desk.open_line("ann").report())
    desk.clock.pass_days(130)
    sent = desk.run(
        *("report", "send", desk.address, "--show-receipt", "--no-confirm", "-"), text=REPORT
    )
    assert sent.exit_code == 1
    assert "Contact [nl]: Bel 030 123 45 67" in sent.stderr
    assert "Receipt code" not in sent.output
    shown = desk.ok("report", "status", desk.address, "--receipt-fd", receipt)
    assert "Contact [nl]: Bel 030 123 45 67" in shown
    told = desk.run("handler", "inbox", *desk.key("ann"))
    assert "nobody can report or write" in told.stderr
    assert desk.refused("handler", "close", *desk.key("ann"), desk.entry("ann"), "-", text="x")
    desk.ok("line", "renew", *desk.key("line"))
    desk.report()


def test_handlers_join_and_leave_by_one_command(desk: Desk) -> None:
    desk.open_line("ann", "bob")
    eve = desk.new_handler("eve")
    desk.ok("line", "add-handler", *desk.key("line"), eve)
    desk.ok("handler", "publish-keys", *desk.key("eve"))
    left = desk.json("line", "remove-handler", *desk.key("line"), "bob")
    assert [h["name"] for h in left["document"]["handlers"]] == ["ann", "bob", "eve"]
    assert [h.get("until") for h in left["document"]["handlers"]] == [None, "2026-03-02", None]
    desk.report("--reader", "eve")
    assert desk.texts("eve") == [REPORT]


def test_the_last_handler_cannot_be_removed(desk: Desk) -> None:
    desk.open_line("ann")
    assert desk.refused("line", "remove-handler", *desk.key("line"), "ann") == "no-handler"


def test_an_entry_of_another_line_is_refused(desk: Desk) -> None:
    desk.open_line("ann")
    first = desk.address
    desk.key("line")
    made = desk.ok(
        *("line", "create", "--host", desk.origin, "--key-file", desk.folder / "other.key"),
        *("--passphrase-fd", Secret(PASSPHRASE), "--json"),
    )
    desk.address = json.loads(made)["address"]
    entry = desk.new_handler("eve")
    desk.address = first
    result = desk.run("line", "add-handler", *desk.key("line"), entry)
    assert result.exit_code == 2
    assert "another line" in result.stderr
