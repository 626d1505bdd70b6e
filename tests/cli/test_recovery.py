"""A lost laptop, by the command line alone."""

import stat
from pathlib import Path

import pytest

from meldpunt.client.keys.recovery import check_share, read_share
from tests.cli.command_line import PASSPHRASE, REPORT, CommandLine, Secret, person_at_terminal


def _sheet(cli: CommandLine, name: str = "ann", folder: str = "sheet") -> list[Path]:
    target = cli.folder / folder
    target.mkdir()
    made = cli.json(
        *("handler", "recovery-sheet", *cli.key(name)),
        *("--shares", "3", "--threshold", "2", "--to", target),
    )
    return [Path(file) for file in made["files"] if file.endswith(".txt")]


def _recover(cli: CommandLine, *shares: Path) -> tuple[str | Path | Secret, ...]:
    given = [part for share in shares for part in ("--share", share)]
    new = cli.folder / "new.key"
    return ("handler", "recover", cli.address, *given, *("--key-file", new), "--passphrase-fd",
            Secret(PASSPHRASE))  # fmt: skip


def test_a_handler_whose_laptop_is_gone_is_back(cli: CommandLine) -> None:
    cli.open_line("ann", "bob")
    cli.report()
    first, _, third = _sheet(cli)
    (cli.folder / "ann.key").unlink()
    back = cli.json(*_recover(cli, third, first))
    assert (back["opened"], back["closed"]) == (1, 0)
    assert cli.texts("new") == [REPORT]
    entry = cli.entry("new")
    cli.ok("handler", "acknowledge", *cli.key("new"), entry, "-", text="Received.")
    cli.report("--reader", "ann")
    assert len(cli.json("handler", "inbox", *cli.key("new"))["entries"]) == 2


def test_the_office_lets_the_keys_of_a_lost_device_count_no_more(cli: CommandLine) -> None:
    cli.open_line("ann")
    first, _, third = _sheet(cli)
    back = cli.json(*_recover(cli, third, first))
    number = back["firstBoxKey"]
    assert number > 8
    plan = cli.folder / "line"
    publish = ("line", "publish", *cli.key("line"), "--first-box-key")
    refused = cli.run(*publish, f"{back['handler']}=x", plan)
    assert refused.exit_code == 2
    assert "a number" in refused.stderr
    assert cli.run(*publish, f"nobody={number}", plan).exit_code == 2
    typo = cli.run(*publish, f"{back['handler']}=1000000", plan)
    assert typo.exit_code == 2, "there is nobody to ask"
    assert "serves no key of this handler from 1000000 on" in typo.stderr
    assert cli.refused(*publish, f"{back['handler']}=1000000", "--yes", plan) == "unsent"
    assert cli.run(*publish, f"{back['handler']}={number + 1}", plan).exit_code == 2
    cli.ok(*publish, f"{back['handler']}={number}", plan)
    cli.ok(*publish, f"ann={number - 1}", plan)  # never lower
    cli.report("--reader", "ann")
    assert cli.texts("new") == [REPORT]


def test_shares_are_written_where_asked_and_for_the_owner_only(cli: CommandLine) -> None:
    cli.open_line("ann")
    shares = _sheet(cli)
    for file in (cli.folder / "sheet").iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert len(list((cli.folder / "sheet").iterdir())) == 6
    assert "does not open" in shares[0].read_text()
    again = cli.run(
        *("handler", "recovery-sheet", *cli.key("ann")),
        *("--shares", "2", "--threshold", "2", "--to", cli.folder / "sheet"),
    )
    assert again.exit_code == 1, "nothing is overwritten"


def test_without_a_folder_or_a_terminal_no_share_is_shown(cli: CommandLine) -> None:
    cli.open_line("ann")
    made = cli.run("handler", "recovery-sheet", *cli.key("ann"), "--shares", "2",
                    "--threshold", "2")  # fmt: skip
    assert made.exit_code == 2
    assert made.stdout == ""


def test_shares_on_the_terminal_are_written_nowhere(
    cli: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    cli.open_line("ann")
    before = set(cli.folder.rglob("*"))
    with person_at_terminal(monkeypatch) as person:
        made = cli.ok(
            *("handler", "recovery-sheet", *cli.key("ann")),
            *("--shares", "3", "--threshold", "2"),
        )
    pages = [page for page in person.pages if "  1. " in page]
    assert len(pages) == 3
    shares = [read_share(page[page.index("  1. ") : page.index("Press Enter")]) for page in pages]
    assert [check_share(share).number for share in shares] == [1, 2, 3]
    assert not any(" ".join(share.split()[30:33]) in made for share in shares)
    assert set(cli.folder.rglob("*")) - before <= {cli.folder / "host.db-wal"}


def test_each_share_is_checked_without_a_host_and_tells_nothing(cli: CommandLine) -> None:
    cli.open_line("ann")
    shares = _sheet(cli)
    told = [cli.json("recovery", "check", share) for share in shares]
    assert [fact["numbers"] for fact in told] == [[1], [2], [3]]
    assert {fact["missing"] for fact in told} == {1}
    assert cli.json("recovery", "check", *shares[:2])["missing"] == 0
    words = read_share(shares[0].read_text()).split()
    shown = cli.run("recovery", "check", shares[0]).output.split()
    assert not set(words[4:]) & set(shown) - {"different", "it", "takes", "whole", "share"}


def test_too_few_wrong_and_mixed_shares_are_each_refused(cli: CommandLine) -> None:
    cli.open_line("ann", "bob")
    shares, others = _sheet(cli), _sheet(cli, folder="second")
    bob = _sheet(cli, "bob", folder="third")
    assert cli.refused(*_recover(cli, shares[0])) == "too-few-shares"
    assert cli.refused(*_recover(cli, shares[0], shares[0])) == "too-few-shares"
    assert cli.refused(*_recover(cli, shares[0], others[1])) == "mixed-shares"
    assert cli.refused(*_recover(cli, shares[0], bob[1])) == "mixed-shares"
    assert cli.refused("recovery", "check", shares[0], others[0]) == "mixed-shares"
    words = read_share(shares[1].read_text()).split()
    wrong = cli.file("wrong.txt", " ".join([*words[:9], words[10], words[9], *words[11:]]))
    assert cli.refused(*_recover(cli, shares[0], wrong)) == "share"
    assert cli.refused("recovery", "check", wrong) == "share"
    assert not (cli.folder / "new.key").exists()


def test_a_sheet_of_somebody_else_is_refused(cli: CommandLine) -> None:
    cli.open_line("ann")
    shares = _sheet(cli)
    other = ("--key-file", cli.folder / "other.key", "--passphrase-fd", Secret(PASSPHRASE))
    made = cli.ok("line", "create-key", "--host", cli.origin, *other)
    cli.address = made.strip()
    assert cli.refused(*_recover(cli, *shares[:2])) == "not-found"
    assert not (cli.folder / "new.key").exists()


def test_an_existing_key_file_is_not_overwritten(cli: CommandLine) -> None:
    cli.open_line("ann")
    shares = _sheet(cli)
    cli.file("new.key", "precious")
    assert cli.refused(*_recover(cli, *shares[:2])) == "key-file-exists"


@pytest.mark.parametrize("days", [0, 230])
def test_a_new_chain_asks_for_a_new_sheet(cli: CommandLine, days: int) -> None:
    cli.open_line("ann")
    _sheet(cli)
    cli.clock.pass_days(days)
    cli.ok("line", "renew", "--force", *cli.key("line"))
    told = cli.json("handler", "inbox", *cli.key("ann")).get("reminders", [])
    assert ("sheet-behind" in told) == bool(days)
