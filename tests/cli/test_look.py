"""`meldpunt report look`: asks whether something came, and sends nothing about a report."""

from datetime import date, timedelta

import pytest

from meldpunt.cli.report.look import look_lines, own_circuit
from meldpunt.client import Bulletins
from meldpunt.protocol.verify.bulletin import DayTags
from tests.cli.conftest import Office

FIRST = date(2026, 3, 1)


def looked(*unknown: date, known: bool = True) -> Bulletins:
    """Return what a look of March fetched."""
    days = (DayTags(FIRST, b""),) if known else ()
    return Bulletins(days=days, unknown=unknown, first=FIRST, last=FIRST + timedelta(days=30))


def test_days_are_told_in_words() -> None:
    days = (date(2026, 3, 3), date(2026, 3, 9))
    assert next(look_lines(days, looked())) == "Something came on 2026-03-03 and 2026-03-09."
    assert next(look_lines(days[:1], looked())) == "Something came on 2026-03-03."


def test_a_day_without_a_file_is_unknown_and_never_nothing() -> None:
    unknown = [FIRST + timedelta(days=i) for i in (1, 2, 3, 7)]
    told = list(look_lines((), looked(*unknown)))
    assert told[0] == "Nothing came on the days that are known."
    assert told[-1] == "Nothing is known of: 2026-03-02 to 2026-03-04, 2026-03-08."
    assert "Nothing came" not in " ".join(look_lines((), looked(*unknown, known=False)))


@pytest.mark.parametrize("proxy", [None, "http://127.0.0.1:8118", "socks5://me:x@127.0.0.1:9050"])
def test_only_a_plain_tor_proxy_gets_a_circuit_of_its_own(proxy: str | None) -> None:
    assert own_circuit(proxy) == proxy
    first, second = (own_circuit("socks5://127.0.0.1:9050") for _ in range(2))
    assert first is not None
    assert first != second
    assert first.endswith("@127.0.0.1:9050")


def test_a_look_asks_for_the_code_last(office: Office) -> None:
    receipt = office.submit()
    with office.program.at_terminal("report", "look", office.address) as person:
        person.sees("Receipt code: ")
        person.types(receipt)
        told = person.sees("Today is told tomorrow")
        assert person.ends() == 0
    assert "Nothing came" in told
    assert receipt not in told


def test_a_look_for_programs_is_json(office: Office) -> None:
    receipt = office.submit()
    arguments = ("report", "look", "--receipt-fd", "{fd}", office.address)
    found = office.program.ok(*arguments, secret=receipt)
    assert found["days"] == []
    assert found["unknown"]


def test_a_mistyped_code_is_told_without_the_code(office: Office) -> None:
    arguments = ("report", "look", "--receipt-fd", "{fd}", office.address)
    done = office.program.run(*arguments, secret="GC4G-JQ8D-WPKA-M53H-TAB4")
    assert done.code == 1
    assert "TAB4" not in done.out + done.err
