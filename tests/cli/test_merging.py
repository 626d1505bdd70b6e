"""A handler with two laptops, by the command line."""

from datetime import date
from pathlib import Path

from meldpunt.cli.keyfile.contents import Consultation, HandlerContent
from meldpunt.protocol.verify import ids
from tests.cli.desk import PASSPHRASE, REPORT, Desk, Secret


def _copy(desk: Desk, name: str, copy: str) -> None:
    target = desk.folder / f"{copy}.key"
    target.write_bytes((desk.folder / f"{name}.key").read_bytes())
    target.chmod(0o600)


def _merge(desk: Desk, name: str, other: str) -> tuple[str | Path | Secret, ...]:
    return (
        *("handler", "merge-keys", *desk.key(name)),
        *("--other-passphrase-fd", Secret(PASSPHRASE), desk.folder / f"{other}.key"),
    )


def _apart(desk: Desk) -> None:
    """Let two copies of one key file make keys, the second after the first."""
    desk.open_line("ann")
    desk.report()
    _copy(desk, "ann", "second")
    for days in (60, 140):
        desk.clock.pass_days(days)
        desk.ok("line", "renew", "--force", *desk.key("line"))
    desk.ok("handler", "rotate", *desk.key("ann"))


def test_two_key_files_become_one_that_opens_everything(desk: Desk) -> None:
    _apart(desk)
    assert desk.refused("handler", "publish-keys", *desk.key("second")) == "keys-elsewhere"
    told = desk.run("handler", "publish-keys", *desk.key("second"))
    assert "meldpunt handler merge-keys" in told.stderr
    merged = desk.json(*_merge(desk, "second", "ann"))
    assert "reminders" not in merged
    assert desk.texts("second") == [REPORT]
    rotated = desk.json("handler", "rotate", *desk.key("second"))
    assert (rotated["rewrapped"], rotated["forgotten"]) == (0, 0)


def test_what_one_file_destroyed_does_not_come_back_from_the_other(desk: Desk) -> None:
    _apart(desk)
    merged = desk.json(*_merge(desk, "ann", "second"))
    again = desk.json("handler", "rotate", *desk.key("ann"))
    assert again["forgotten"] == 0
    assert merged["keys"] == desk.json(*_merge(desk, "second", "ann"))["keys"]


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


def test_files_that_are_no_copies_are_not_joined(desk: Desk) -> None:
    desk.open_line("ann", "bob")
    before = (desk.folder / "ann.key").read_bytes()
    assert desk.refused(*_merge(desk, "ann", "bob")) == "other-keys"
    assert desk.run(*_merge(desk, "ann", "ann")).exit_code == 2
    assert (desk.folder / "ann.key").read_bytes() == before
