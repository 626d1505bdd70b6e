"""Watching the host, by the command line."""

from tests.cli.command_line import REPORT, CommandLine, Secret


def test_an_audit_of_an_honest_line_finds_nothing_wrong(cli: CommandLine) -> None:
    cli.open_line("ann", "bob")
    cli.ok("line", "rotate-key", *cli.key("line"))
    shown = cli.ok("line", "audit", cli.address)
    assert "Nothing is wrong." in shown
    assert "ann (adviser) can be written to" in shown
    assert cli.json("line", "audit", cli.address)["alarms"] == 0


def test_an_audit_with_an_alarm_exits_with_1(cli: CommandLine) -> None:
    cli.open_line("ann")
    cli.clock.pass_days(100)
    result = cli.run("line", "audit", cli.address)
    assert result.exit_code == 1
    assert "ALARM: Document 1 is out of date" in result.stdout
    assert cli.run("line", "audit", cli.address, "--json").exit_code == 1


def test_the_key_file_remembers_and_the_inbox_names_what_is_missing(cli: CommandLine) -> None:
    cli.open_line("ann")
    receipt = cli.report()
    assert cli.texts("ann") == [REPORT]
    listed = cli.json("handler", "inbox", *cli.key("ann"))
    assert listed["missing"] == []
    entry = cli.entry("ann")
    cli.lose_reports()
    told = cli.run("handler", "inbox", *cli.key("ann"))
    assert f"ALARM: you read {entry} before" in told.stdout
    assert cli.json("handler", "inbox", *cli.key("ann"))["missing"] == [entry]
    cli.clock.pass_days(60)
    rotated = cli.json("handler", "rotate", *cli.key("ann"))
    assert (rotated["forgotten"], [w["entry"] for w in rotated["waiting"]]) == (0, [entry])
    assert rotated["waiting"][0]["reason"] == "withheld"
    forget = ("handler", "rotate", "--forget-missing", *cli.key("ann"))
    assert cli.run(*forget).exit_code == 2  # nobody to ask
    rotated = cli.json(*forget, "--yes")
    assert (rotated["forgotten"], [g["entry"] for g in rotated["givenUp"]]) == (1, [entry])
    assert cli.json("handler", "inbox", *cli.key("ann"))["missing"] == []
    assert cli.refused("report", "status", cli.address, "--receipt-fd", Secret(receipt))


def test_a_message_that_is_taken_back_is_shouted_about(cli: CommandLine) -> None:
    receipt = cli.open_line("ann").report()
    reply = ("report", "reply", cli.address, "--receipt-fd", Secret(receipt))
    cli.ok(*reply, "-", text="More.")
    assert cli.texts("ann") == [REPORT, "More."]
    entry = cli.entry("ann")
    cli.lose_newest_message()
    shown = cli.ok("handler", "read", *cli.key("ann"), entry)
    assert "ALARM: ann (adviser): this names a message that the host does not show" in shown
    answer = ("handler", "reply", *cli.key("ann"), entry, "-")
    assert cli.refused(*answer, text="Hm.") == "unknown-seen"
