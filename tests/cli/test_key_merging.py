"""A handler with two laptops, by the command line."""

from datetime import date
from pathlib import Path

from meldpunt.cli.keyfile.contents import Consultation, HandlerContent
from meldpunt.protocol.verify import ids
from tests.cli.command_line import PASSPHRASE, REPORT, CommandLine, Secret


def _copy(cli: CommandLine, name: str, copy: str) -> None:
    target = cli.folder / f"{copy}.key"
    target.write_bytes((cli.folder / f"{name}.key").read_bytes())
    target.chmod(0o600)


def _merge(cli: CommandLine, name: str, other: str) -> tuple[str | Path | Secret, ...]:
    return (
        *("handler", "merge-keys", *cli.key(name)),
        *("--other-passphrase-fd", Secret(PASSPHRASE), cli.folder / f"{other}.key"),
    )


def _apart(cli: CommandLine) -> None:
    """Let two copies of one key file make keys, the second after the first."""
    cli.open_line("ann")
    cli.report()
    _copy(cli, "ann", "second")
    for days in (60, 140):
        cli.clock.pass_days(days)
        cli.ok("line", "renew", "--force", *cli.key("line"))
    cli.ok("handler", "rotate", *cli.key("ann"))


def test_two_key_files_become_one_that_opens_everything(cli: CommandLine) -> None:
    _apart(cli)
    assert cli.refused("handler", "publish-keys", *cli.key("second")) == "keys-elsewhere"
    told = cli.run("handler", "publish-keys", *cli.key("second"))
    assert "meldpunt handler merge-keys" in told.stderr
    merged = cli.json(*_merge(cli, "second", "ann"))
    assert "reminders" not in merged
    assert cli.texts("second") == [REPORT]
    rotated = cli.json("handler", "rotate", *cli.key("second"))
    assert (rotated["rewrapped"], rotated["forgotten"]) == (0, 0)


def test_what_one_file_destroyed_does_not_come_back_from_the_other(cli: CommandLine) -> None:
    _apart(cli)
    merged = cli.json(*_merge(cli, "ann", "second"))
    again = cli.json("handler", "rotate", *cli.key("ann"))
    assert again["forgotten"] == 0
    assert merged["keys"] == cli.json(*_merge(cli, "second", "ann"))["keys"]


def test_what_either_device_asked_is_kept_under_a_number_of_its_own() -> None:
    def asked(number: int, code: str) -> Consultation:
        day = date(2026, 3, 2)
        return Consultation(number=number, address="-", receipt=code, asked_on=day, until=day)

    def content(*given: Consultation) -> HandlerContent:
        return HandlerContent(
            kind="handler",
            origin="https://report.example",
            line_id=ids.LineId(bytes(20)),
            name="Ann",
            role="adviser",
            seed=bytes(32),
            consultations=given,
        )

    mine = content(asked(1, "A"), asked(2, "B"))
    joined = mine.with_consultations_of(content(asked(1, "A"), asked(2, "C"), asked(4, "D")))
    assert [(c.number, c.receipt) for c in joined.consultations] == [
        (1, "A"),
        (2, "B"),
        (3, "C"),
        (4, "D"),
    ]


def test_files_that_are_no_copies_are_not_joined(cli: CommandLine) -> None:
    cli.open_line("ann", "bob")
    before = (cli.folder / "ann.key").read_bytes()
    assert cli.refused(*_merge(cli, "ann", "bob")) == "other-keys"
    assert cli.run(*_merge(cli, "ann", "ann")).exit_code == 2
    assert (cli.folder / "ann.key").read_bytes() == before
