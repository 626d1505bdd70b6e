"""Watching the host, by the command line."""

import asyncio
import json
from datetime import date, timedelta

import pytest
from sqlalchemy import update

from meldpunt.client import CertificateError
from meldpunt.protocol.verify.bulletin import bulletin_hash
from meldpunt.server.store.tables import bulletins
from tests.cli.command_line import REPORT, CommandLine, Secret
from tests.support.upkeep import erase_due, write_bulletins


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


def test_an_audit_tells_of_bulletins_in_words_and_keeps_the_index(cli: CommandLine) -> None:
    cli.open_line("ann")
    asyncio.run(cli.host.store.write(lambda tx: tx.execute(bulletins.delete())))
    assert "publishes no bulletins" in cli.ok("line", "audit", cli.address)
    _publish_bulletins(cli)
    kept = cli.folder / "index"
    command = ("line", "audit", "--bulletin-index", kept, cli.address)
    shown = cli.ok(*command)
    assert "Every bulletin is the one that the index names." in shown
    assert "continues the one that you kept" not in shown
    first = kept.read_bytes()
    cli.clock.pass_days(1)
    _publish_bulletins(cli)
    assert "continues the one that you kept" in cli.ok(*command)
    assert kept.read_bytes() != first
    found = cli.json(*command)
    assert [f["level"] for f in found["findings"] if "bulletin" in f["check"]] == ["fine"] * 4


def test_an_audit_of_bad_bulletins_names_them_and_keeps_both_indexes(cli: CommandLine) -> None:
    cli.open_line("ann")
    _publish_bulletins(cli)
    kept = cli.folder / "index"
    command = ("line", "audit", "--bulletin-index", kept, cli.address)
    cli.ok(*command)
    first = kept.read_bytes()
    day = (cli.clock.today() - timedelta(days=1)).isoformat()
    _change_bulletins(cli, tags=bytes(256 * 6))
    result = cli.run("line", "audit", cli.address)
    assert result.exit_code == 1
    bad = f"ALARM: The bulletin {day} is missing, or not the one that the index names."
    assert f"{bad} [bulletin-hash]" in result.stdout
    _change_bulletins(cli, tags=bytes(256 * 6), hash=bulletin_hash(day, bytes(256 * 6)))
    result = cli.run(*command, "--json")
    assert result.exit_code == 1
    findings = json.loads(result.stdout)["findings"]
    alarms = [(f["check"], f["file"], f.get("reason")) for f in findings if f["level"] == "alarm"]
    unsorted = ("bulletin-files", day, "bulletin-order")
    assert alarms == [("bulletin-history", day, None), unsorted]
    assert kept.read_bytes() == first
    assert kept.with_name("index.other").read_bytes() != first


def test_a_file_that_is_no_index_is_refused_before_anything_is_fetched(cli: CommandLine) -> None:
    cli.open_line("ann")
    other = cli.folder / "other"
    other.write_text("something")
    assert cli.refused("line", "audit", "--bulletin-index", other, cli.address) == "bad-file"
    assert other.read_text() == "something"


def _publish_bulletins(cli: CommandLine) -> None:
    asyncio.run(write_bulletins(cli.host))


def _change_bulletins(cli: CommandLine, **values: object) -> None:
    """Change the host's database, as a dishonest operator may."""
    change = update(bulletins).values(**values)
    asyncio.run(cli.host.store.write(lambda tx: tx.execute(change)))
    cli.host.bulletins.clear()


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


def test_the_inbox_and_rotate_name_what_is_listed_for_somebody_else(cli: CommandLine) -> None:
    cli.open_line("ann").report()
    cli.rename_entries()
    for command in ("inbox", "rotate"):
        shown = cli.run("handler", command, *cli.key("ann"))
        told = [line for line in shown.stderr.splitlines() if line.startswith("ALARM: The host")]
        assert len(told) == 1
        found = cli.json("handler", command, *cli.key("ann"))
        assert [name in told[0] for name in found["foreign"]] == [True]
    assert cli.json("handler", "inbox", *cli.key("ann"))["entries"] == []


def test_a_host_that_goes_away_does_not_start_the_thirty_days_anew(
    cli: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    cli.open_line("ann").report()
    cli.texts("ann")
    entry = cli.entry("ann")
    cli.lose_reports()
    cli.clock.pass_days(60)

    def gone(*_: object) -> None:
        raise CertificateError

    rotate = ("handler", "rotate", *cli.key("ann"))
    with monkeypatch.context() as patch:
        patch.setattr("meldpunt.cli.handler.keys.keep_current", gone)
        assert cli.refused(*rotate) == "certificate"
    first = cli.today()
    cli.clock.pass_days(10)
    [waiting] = cli.json(*rotate)["waiting"]
    assert date.fromisoformat(waiting["until"]) == first + timedelta(days=30)
    shown = cli.run(*rotate)
    assert f"rotate --give-up {entry}" in shown.stderr
    rotated = cli.json(*rotate, "--give-up", entry, "--yes")
    assert (rotated["forgotten"], [g["entry"] for g in rotated["givenUp"]]) == (1, [entry])


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


def test_the_inbox_says_what_is_odd_about_a_report_that_it_read_by_itself(cli: CommandLine) -> None:
    cli.open_line("ann", "bob").report()
    assert cli.texts("ann") == [REPORT]
    entry, colleagues = cli.entry("ann"), cli.entry("bob")
    cli.ok("handler", "feedback", *cli.key("bob"), colleagues, "-", text="Done.")
    cli.ok("handler", "close", *cli.key("bob"), colleagues, "-", text="Closed.")
    cli.lose_newest_message()
    copy = cli.folder / "ann.copy"
    copy.write_bytes((cli.folder / "ann.key").read_bytes())
    [odd] = cli.json("handler", "inbox", *cli.key("ann"))["odd"]
    assert (odd["entry"], odd["alarms"]) == (entry, [])
    assert "host-state" in {notice["kind"] for notice in odd["notices"]}
    (cli.folder / "ann.key").write_bytes(copy.read_bytes())
    told = cli.run("handler", "inbox", *cli.key("ann")).stderr
    assert f"ALARM: Report {entry}: The host claims another state" in told
    assert cli.json("handler", "inbox", *cli.key("ann"))["odd"] == [], "it is told once"


def test_an_alarm_that_a_handler_has_looked_into_is_shown_and_alarms_no_more(
    cli: CommandLine,
) -> None:
    cli.open_line("ann", "bob").report()
    cli.ok("handler", "reply", *cli.key("bob"), cli.entry("bob"), "-", text="My last word.")
    cli.ok("line", "remove-handler", *cli.key("line"), "bob", "--yes")
    entry = cli.entry("ann")
    shown = cli.ok("handler", "read", *cli.key("ann"), entry)
    assert "ALARM: bob (adviser)" in shown
    mark = ("handler", "mark-known", *cli.key("ann"), entry)
    assert cli.run(*mark).exit_code == 2, "there is nobody to ask"
    marked = cli.json(*mark, "--yes")
    assert [alarm["reason"] for alarm in marked["known"]] == ["unconfirmed"]
    assert marked["alarms"] == []
    shown = cli.ok("handler", "read", *cli.key("ann"), entry)
    assert "ALARM" not in shown
    assert "Known alarm: bob (adviser)" in shown
    told = cli.json("handler", "read", *cli.key("ann"), entry)
    assert (told["alarms"], told["knownAlarms"]) == ([], marked["known"])
    assert cli.json(*mark, "--yes")["known"] == []


def test_two_audits_with_alarms_keep_two_indexes(cli: CommandLine) -> None:
    cli.open_line("ann")
    _publish_bulletins(cli)
    kept = cli.folder / "index"
    command = ("line", "audit", "--bulletin-index", kept, cli.address)
    cli.ok(*command)
    day = (cli.clock.today() - timedelta(days=1)).isoformat()
    others = []
    for number in (1, 2):
        tags = bytes([number]) * (256 * 6)
        _change_bulletins(cli, tags=tags, hash=bulletin_hash(day, tags))
        for _ in range(2):  # the same index is not kept twice
            assert "kept in" in cli.run(*command).stderr
        others.append(sorted(path.name for path in cli.folder.glob("index.*")))
    assert others == [["index.other"], ["index.other", "index.other-2"]]
    assert (
        kept.with_name("index.other").read_bytes() != kept.with_name("index.other-2").read_bytes()
    )
    _change_bulletins(cli, tags=bytes(256 * 6), hash=bulletin_hash(day, bytes(256 * 6)))
    cli.run("line", "audit", "--bulletin-index", kept, "--new-bulletin-index", cli.address)
    assert kept.with_name("index.earlier").exists()
    assert "continues the one that you kept" in cli.run(*command).stdout


def test_an_index_of_another_line_is_kept_and_a_way_out_is_told(cli: CommandLine) -> None:
    cli.open_line("ann")
    _publish_bulletins(cli)
    kept = cli.folder / "index"
    command = ("line", "audit", "--bulletin-index", kept, cli.address)
    cli.ok(*command)
    told = json.loads(kept.read_text())
    kept.write_text(
        json.dumps({**told, "signature": f"AAAA{told['signature'][4:]}"}, separators=(",", ":"))
    )
    before = kept.read_bytes()
    shown = cli.ok(*command)
    assert "To begin anew: --new-bulletin-index" in shown
    assert kept.read_bytes() == before
    anew = cli.ok(*command[:-1], "--new-bulletin-index", cli.address)
    assert "To begin anew" not in anew
    assert kept.with_name("index.earlier").read_bytes() == before
    assert "continues the one that you kept" in cli.ok(*command)


def test_the_inbox_says_once_that_a_report_was_erased_on_its_term_and_why(
    cli: CommandLine,
) -> None:
    cli.open_line("ann").report()
    entry = cli.entry("ann")
    for command, text in (("feedback", "Done."), ("close", "Closed.")):
        cli.ok("handler", command, *cli.key("ann"), entry, "-", text=text)
    until = cli.json("handler", "read", *cli.key("ann"), entry)["erasedOn"]
    cli.clock.pass_days((date.fromisoformat(until) - cli.today()).days + 1)
    cli.ok("line", "renew", "--force", *cli.key("line"))
    asyncio.run(erase_due(cli.host))
    cli.ok("handler", "publish-keys", *cli.key("ann"))  # saves the memory, and tells nothing of it
    copy = (cli.folder / "ann.key").read_bytes()
    told = cli.json("handler", "inbox", *cli.key("ann"))
    assert told["erased"] == [{"entry": entry, "on": until, "kind": "closed"}]
    assert (told["missing"], told["gone"]) == ([], [])
    assert cli.json("handler", "inbox", *cli.key("ann"))["erased"] == []
    (cli.folder / "ann.key").write_bytes(copy)
    shown = cli.ok("handler", "inbox", *cli.key("ann"))
    assert (
        f"{entry} ended on its term, {until}: it was closed, and its retention was over." in shown
    )


def test_rotate_says_what_is_odd_about_a_report(cli: CommandLine) -> None:
    cli.open_line("ann", "bob").report()
    cli.ok("handler", "acknowledge", *cli.key("bob"), cli.entry("bob"), "-", text="Received.")
    cli.lose_newest_message()
    [notice, *_] = cli.json("handler", "rotate", *cli.key("ann"))["notices"]
    assert (notice["entry"], notice["kind"]) == (cli.entry("ann"), "host-state")
    told = cli.run("handler", "rotate", *cli.key("ann")).stderr
    assert f"ALARM: Report {notice['entry']}: The host claims another state" in told
