"""Watching the host, by the command line."""

from tests.cli.desk import REPORT, Desk, Secret


def test_an_audit_of_an_honest_line_finds_nothing_wrong(desk: Desk) -> None:
    desk.open_line("ann", "bob")
    desk.ok("line", "rotate-key", *desk.key("line"))
    shown = desk.ok("line", "audit", desk.address)
    assert "Nothing is wrong." in shown
    assert "ann (adviser) can be written to" in shown
    assert desk.json("line", "audit", desk.address)["alarms"] == 0


def test_an_audit_with_an_alarm_exits_with_1(desk: Desk) -> None:
    desk.open_line("ann")
    desk.clock.pass_days(100)
    result = desk.run("line", "audit", desk.address)
    assert result.exit_code == 1
    assert "ALARM: Document 1 is out of date" in result.stdout
    assert desk.run("line", "audit", desk.address, "--json").exit_code == 1


def test_the_key_file_remembers_and_the_inbox_names_what_is_missing(desk: Desk) -> None:
    desk.open_line("ann")
    receipt = desk.report()
    assert desk.texts("ann") == [REPORT]
    listed = desk.json("handler", "inbox", *desk.key("ann"))
    assert listed["missing"] == []
    entry = desk.entry("ann")
    desk.lose_reports()
    told = desk.run("handler", "inbox", *desk.key("ann"))
    assert f"ALARM: you read {entry} before" in told.stdout
    assert desk.json("handler", "inbox", *desk.key("ann"))["missing"] == [entry]
    desk.clock.pass_days(60)
    assert desk.refused("handler", "rotate", *desk.key("ann")) == "withheld"
    rotated = desk.json("handler", "rotate", "--forget-missing", *desk.key("ann"))
    assert rotated["forgotten"] == 1
    assert desk.json("handler", "inbox", *desk.key("ann"))["missing"] == []
    assert desk.refused("report", "status", desk.address, "--receipt-fd", Secret(receipt))


def test_a_message_that_is_taken_back_is_shouted_about(desk: Desk) -> None:
    receipt = desk.open_line("ann").report()
    reply = ("report", "reply", desk.address, "--receipt-fd", Secret(receipt))
    desk.ok(*reply, "-", text="More.")
    assert desk.texts("ann") == [REPORT, "More."]
    entry = desk.entry("ann")
    desk.lose_newest_message()
    shown = desk.ok("handler", "read", *desk.key("ann"), entry)
    assert "ALARM: ann (adviser): this names a message that the host does not show" in shown
    answer = ("handler", "reply", *desk.key("ann"), entry, "-")
    assert desk.refused(*answer, text="Hm.") == "unknown-seen"
