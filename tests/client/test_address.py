"""Addresses of lines and hosts."""

import pytest

from meldpunt.client import AddressError, LineAddress, private_origin
from meldpunt.client.http.address import parse_origin
from meldpunt.protocol.line import Pin
from meldpunt.protocol.verify import ids

LINE = ids.LineId(bytes(range(20)))
TEXT = "https://report.example/v1/lines/aaaqeayeaudaocajbifqydiob4ibceqt"


def test_an_address_is_the_url_of_the_line() -> None:
    assert str(LineAddress("https://report.example", LINE)) == TEXT
    assert LineAddress.parse(f" {TEXT}\n") == LineAddress("https://report.example", LINE)


def test_an_address_can_carry_a_pin() -> None:
    address = LineAddress("https://report.example", LINE, Pin(12, ids.Hash(bytes(32)), 3))
    assert str(address) == f"{TEXT}#12-3-{'A' * 43}"
    assert LineAddress.parse(str(address)) == address


@pytest.mark.parametrize(
    "text",
    [
        "",
        "https://report.example",
        "https://report.example/v1/lines/",
        TEXT.upper(),
        TEXT[:-1],
        f"{TEXT}/",
        f"{TEXT}?a=b",
        f"{TEXT}#",
        f"{TEXT}#0-0-{'A' * 43}",
        f"{TEXT}#1-00-{'A' * 43}",
        f"{TEXT}#1-{'A' * 43}",
        f"{TEXT}#1-0-{'A' * 42}B",
        TEXT.replace("https", "ftp"),
        TEXT.replace("report", "user:secret@report"),
        TEXT.replace("/v1", "/api/v1"),
        TEXT.replace("report.example", "[::1"),
        TEXT.replace("report.example", "report.example:99999"),
    ],
)
def test_anything_else_is_refused_and_not_quoted(text: str) -> None:
    with pytest.raises(AddressError) as refused:
        LineAddress.parse(text)
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://Report.Example/", "https://report.example"),
        ("https://report.example:443", "https://report.example"),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
        ("http://localhost:80", "http://localhost"),
        ("http://[::1]:8000", "http://[::1]:8000"),
        ("http://abcdefghij234567.onion", "http://abcdefghij234567.onion"),
    ],
)
def test_an_origin_has_one_spelling(url: str, origin: str) -> None:
    assert parse_origin(url) == origin
    assert private_origin(url) == origin


@pytest.mark.parametrize(
    "url", ["http://report.example", "http://10.0.0.1", "http://onion.example"]
)
def test_unencrypted_http_to_another_machine_is_refused(url: str) -> None:
    assert parse_origin(url) == url
    with pytest.raises(AddressError, match="https"):
        private_origin(url)
