"""What people type or paste: texts of every program, and codes with a slip."""

import io
from pathlib import Path

import click
import pytest

from meldpunt.cli.terminal import prompts, texts
from meldpunt.cli.terminal.refusal import Refusal
from meldpunt.cli.terminal.texts import MOST_BYTES, read_text
from meldpunt.cli.terminal.typed_code import wrong_part
from meldpunt.protocol.receipt import make_receipt
from tests.cli.conftest import Office
from tests.cli.program import Program

CODE = make_receipt(bytes(range(12)))


@pytest.fixture
def nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """No terminal: this process may have one, and the test asks on none."""
    monkeypatch.setattr(prompts, "_TTY", Path("/nowhere/tty"))


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"One\r\nTwo\r\n", "One\nTwo"),
        (b"One\rTwo", "One\nTwo"),
        ("One\u2028Two\u2029Three\u0085Four".encode(), "One\nTwo\nThree\nFour"),
        (b"\xef\xbb\xbfOne", "One"),
        ("Eén".encode("utf-16"), "Eén"),
        ("\ufeffEén".encode("utf-16-be"), "Eén"),
        ("on\u00addui\u00addelijk\u2060.".encode(), "onduidelijk."),
        (b"\n\n  indented\n", "  indented"),
        ("\u05d0\u200f (a)".encode(), "\u05d0\u200f (a)"),
        ("\u0646\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645".encode(),
         "\u0646\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645"),
        ("👩\u200d👧 🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f".encode(),
         "👩\u200d👧 🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f"),
    ],
)  # fmt: skip
def test_a_text_is_what_its_author_sees(data: bytes, text: str) -> None:
    assert read_text(io.BytesIO(data)) == text


@pytest.mark.parametrize(
    "text",
    ["", " ", "\n\n", "\u00a0\u3000\t", "\u200b\u200d\ufeff", "\u2800\u3164", "\u00ad\u2060"],
)
def test_a_text_that_nobody_sees_is_refused(text: str) -> None:
    with pytest.raises(Refusal, match="nothing in it can be seen"):
        read_text(io.BytesIO(text.encode()))


@pytest.mark.usefixtures("nobody")
@pytest.mark.parametrize("data", ["caf\u00e9".encode("latin-1"), b"\xff\xfe\xfd", b"a\x80b"])
def test_without_a_terminal_an_unknown_encoding_is_refused(data: bytes) -> None:
    with pytest.raises(click.UsageError, match="iconv"):
        read_text(io.BytesIO(data))


@pytest.mark.parametrize(
    ("text", "excess"),
    [("x" * MOST_BYTES, 0), ("x" * (MOST_BYTES + 1), 1), ("\n".join("x" * 32_501), 1),
     ('"' * 40_000, 15_000), ("é" * 32_501, 2)],
)  # fmt: skip
def test_how_much_a_text_is_too_long_is_told(text: str, excess: int) -> None:
    file = io.BytesIO(text.encode())
    if not excess:
        assert read_text(file) == text
        return
    with pytest.raises(Refusal, match=f"{excess:,} bytes too long") as refused:
        read_text(file)
    assert refused.value.code == "too-long"


def test_a_text_of_more_than_a_megabyte_is_too_long_in_any_alphabet() -> None:
    with pytest.raises(Refusal, match="more than a million"):
        read_text(io.BytesIO("x€".encode() * 300_000))


def test_the_limit_leaves_room_for_everything_else() -> None:
    assert texts.MOST_BYTES + 532 == 65_532, "section 7.2, less room for language, ids and answers"


def test_on_a_terminal_another_encoding_is_shown_and_asked(office: Office) -> None:
    program: Program = office.program
    path = program.folder / "latin.txt"
    path.write_bytes("Het café ging dicht.".encode("latin-1"))
    with program.at_terminal("report", "send", office.address, str(path)) as person:
        person.sees("Het café ging dicht.")
        person.types("no")
        person.sees("Nothing was sent")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (CODE, None),
        (CODE.lower().replace("-", " "), None),
        (CODE.replace("-", ""), None),
        (CODE[:-1], "this has 19. Look at group 5."),
        (CODE[:5] + CODE[6:], "this has 19. Look at group 2."),
        (CODE[:-1].replace("-", ""), "groups of 4; this has 19."),
        (CODE[:10] + "U" + CODE[11:], "Group 3 has a character that no code has."),
        (CODE[:10] + "€" + CODE[11:], "Group 3 has a character that no code has."),
        (CODE[:-1] + ("0" if CODE[-1] != "0" else "1"), "the code checks itself"),
        ("", "this has 0."),
    ],
)
def test_the_group_that_is_wrong_is_named(typed: str, said: str | None) -> None:
    found = wrong_part(typed)
    assert found is None if said is None else said in (found or "")


def test_a_code_is_asked_again_and_shown_if_wanted(office: Office) -> None:
    with office.program.at_terminal("report", "status", office.address) as person:
        person.sees("Receipt code: ")
        person.types(CODE[:-1])
        person.sees("Look at group 5")
        person.types("yes")
        person.sees("Receipt code (Ctrl-D to stop): ")
        person.types(CODE)
        person.sees(CODE)
