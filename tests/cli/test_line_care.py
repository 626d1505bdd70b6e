"""Keeping a line going, by the command line."""

import json

import pytest

from meldpunt.server.secrets import HostSecrets
from tests.cli.command_line import PASSPHRASE, REPORT, CommandLine, Secret


def test_the_line_key_is_replaced_and_the_office_goes_on(cli: CommandLine) -> None:
    cli.open_line("ann")
    before = (cli.folder / "line.key").read_bytes()
    assert cli.json("line", "rotate-key", *cli.key("line"))["document"]["keyNumber"] == 1
    assert (cli.folder / "line.key").read_bytes() != before
    renewed = cli.json("line", "renew", "--force", *cli.key("line"))
    assert renewed["document"]["number"] == 3
    assert renewed["document"]["keyNumber"] == 1
    cli.report()
    assert cli.texts("ann") == [REPORT]


def test_an_old_copy_of_the_key_file_publishes_nothing_after_a_rotation(cli: CommandLine) -> None:
    cli.open_line("ann")
    (cli.folder / "old.key").write_bytes((cli.folder / "line.key").read_bytes())
    (cli.folder / "old.key").chmod(0o600)
    cli.ok("line", "rotate-key", *cli.key("line"))
    for command in (("rotate-key",), ("renew", "--force")):
        assert cli.refused("line", *command, *cli.key("old")) == "rotation"


def test_renewing_far_from_the_last_day_needs_force(cli: CommandLine) -> None:
    cli.open_line("ann")
    assert cli.refused("line", "renew", *cli.key("line")) == "unsent"
    cli.clock.pass_days(70)
    assert "reminders" not in cli.json("line", "renew", *cli.key("line"))


def test_an_office_is_told_that_the_host_signs_with_another_key(
    cli: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    cli.open_line("ann")
    assert "reminders" not in cli.json("line", "renew", "--force", *cli.key("line"))
    other = HostSecrets(bytes(32), bytes(32)).receipt_key
    monkeypatch.setitem(vars(cli.host.secrets), "receipt_key", other)
    renewed = cli.json("line", "renew", "--force", *cli.key("line"))
    assert renewed["reminders"] == ["receipt-key"]


def test_every_day_commands_remind_of_what_is_due(cli: CommandLine) -> None:
    cli.open_line("ann")
    assert "reminders" not in cli.json("handler", "inbox", *cli.key("ann"))
    cli.report()
    cli.clock.pass_days(75)
    told = cli.run("handler", "inbox", *cli.key("ann"))
    assert "expires on 2026-05-31" in told.stderr
    assert "meldpunt handler rotate" in told.stderr
    read = cli.json("handler", "read", *cli.key("ann"), cli.entry("ann"))
    assert read["reminders"] == ["document-ending", "keys-ended"]
    entry = cli.entry("ann")
    said = cli.json("handler", "acknowledge", *cli.key("ann"), entry, "-", text="Received.")
    assert said["reminders"] == ["document-ending", "keys-ended"]


def test_rotating_destroys_what_has_ended_and_reports_stay_readable(cli: CommandLine) -> None:
    cli.open_line("ann")
    cli.report()
    cli.clock.pass_days(60)
    rotated = cli.json("handler", "rotate", *cli.key("ann"))
    assert (rotated["rewrapped"], rotated["forgotten"]) == (1, 1)
    assert "reminders" not in rotated
    assert cli.texts("ann") == [REPORT]
    again = cli.json("handler", "rotate", *cli.key("ann"))
    assert (again["rewrapped"], again["forgotten"]) == (0, 0)
    assert (again["closed"], again["alarms"]) == (0, [])


def test_rotating_says_what_does_not_open_and_what_is_wrong(cli: CommandLine) -> None:
    cli.open_line("ann", "bob")
    cli.report("--reader", "ann", "--reader", "bob")
    cli.ok("handler", "reply", *cli.key("bob"), cli.entry("bob"), "-", text="Call me.")
    cli.ok("line", "remove-handler", *cli.key("line"), "bob")
    cli.clock.pass_days(60)
    told = cli.run("handler", "rotate", *cli.key("ann"))
    assert told.exit_code == 0
    assert "bob (adviser), message 0: written by somebody who has left" in told.stderr
    again = cli.json("handler", "rotate", *cli.key("ann"))
    [found] = again["alarms"]
    assert (found["entry"], found["reason"]) == (cli.entry("ann"), "unconfirmed")


def test_rotating_counts_what_no_key_opens(cli: CommandLine) -> None:
    cli.open_line("ann", "bob")
    cli.report("--reader", "ann", "--reader", "bob")
    cli.lose_wraps()
    cli.clock.pass_days(60)
    told = cli.run("handler", "rotate", *cli.key("ann"))
    assert "Messages that no key of yours opens: 1." in told.stdout
    assert cli.json("handler", "rotate", *cli.key("ann"))["closed"] == 1


def test_the_inbox_publishes_keys_ahead_by_itself_and_destroys_none(cli: CommandLine) -> None:
    cli.open_line("ann")
    cli.clock.pass_days(300)
    cli.ok("line", "renew", *cli.key("line"))
    assert cli.json("handler", "inbox", *cli.key("ann"))["reminders"] == ["keys-ended"]
    cli.clock.pass_days(120)
    cli.ok("line", "renew", *cli.key("line"))
    cli.report()
    assert cli.texts("ann") == [REPORT]


def test_past_the_grace_reporter_and_office_are_told(cli: CommandLine) -> None:
    receipt = Secret(cli.open_line("ann").report())
    cli.clock.pass_days(130)
    sent = cli.run(
        *("report", "send", cli.address, "--show-receipt", "--no-confirm", "-"), text=REPORT
    )
    assert sent.exit_code == 1
    assert "Contact [nl]: Bel ons op 088 555 00 00" in sent.stderr
    assert "Receipt code" not in sent.output
    shown = cli.ok("report", "status", cli.address, "--receipt-fd", receipt)
    assert "Contact [nl]: Bel ons op 088 555 00 00" in shown
    told = cli.run("handler", "inbox", *cli.key("ann"))
    assert "nobody can report or write" in told.stderr
    assert cli.refused("handler", "close", *cli.key("ann"), cli.entry("ann"), "-", text="x")
    cli.ok("line", "renew", *cli.key("line"))
    cli.report()


def test_handlers_join_and_leave_by_one_command(cli: CommandLine) -> None:
    cli.open_line("ann", "bob")
    eve = cli.new_handler("eve")
    cli.ok("line", "add-handler", *cli.key("line"), eve)
    cli.ok("handler", "publish-keys", *cli.key("eve"))
    left = cli.json("line", "remove-handler", *cli.key("line"), "bob")
    assert [h["name"] for h in left["document"]["handlers"]] == ["ann", "bob", "eve"]
    assert [h.get("until") for h in left["document"]["handlers"]] == [None, "2026-03-02", None]
    cli.report("--reader", "eve")
    assert cli.texts("eve") == [REPORT]


def test_a_handler_joins_with_a_function_and_nobody_advises_and_judges(cli: CommandLine) -> None:
    cli.open_line("ann")
    with_function = ("line", "add-handler", *cli.key("line"), "--function")
    joined = cli.json(*with_function, "adviser", cli.new_handler("Bé Smit"))
    assert [h.get("function") for h in joined["document"]["handlers"]] == [None, "adviser"]
    again = cli.new_handler("bé  smit")  # another key file of the same person
    assert cli.refused(*with_function, "decider", again) == "unsent"
    assert len(cli.json("line", "show", cli.address)["document"]["handlers"]) == 2


def test_the_last_handler_cannot_be_removed(cli: CommandLine) -> None:
    cli.open_line("ann")
    assert cli.refused("line", "remove-handler", *cli.key("line"), "ann") == "no-handler"


def test_an_entry_of_another_line_is_refused(cli: CommandLine) -> None:
    cli.open_line("ann")
    first = cli.address
    cli.key("line")
    made = cli.ok(
        *("line", "create-key", "--host", cli.origin, "--key-file", cli.folder / "other.key"),
        *("--passphrase-fd", Secret(PASSPHRASE), "--json"),
    )
    cli.address = json.loads(made)["address"]
    entry = cli.new_handler("eve")
    cli.address = first
    result = cli.run("line", "add-handler", *cli.key("line"), entry)
    assert result.exit_code == 2
    assert "another line" in result.stderr
