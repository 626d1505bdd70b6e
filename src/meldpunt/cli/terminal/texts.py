"""The text that a person sends, from a file or standard input, and its language.

Texts come from many programs. What they put around and into a text, and nobody means, is taken out
before it is sealed: marks of the byte order, other line ends, characters that only guide a layout.
"""

import codecs
import re
from typing import IO, Final

import click

from meldpunt.cli.speech.said import said
from meldpunt.cli.speech.spoken import by_language
from meldpunt.cli.terminal.prompts import says_yes, terminal
from meldpunt.cli.terminal.refusal import Refusal
from meldpunt.protocol.line import VerifiedLine
from meldpunt.protocol.shown_text import is_seen, shown_text
from meldpunt.protocol.verify import strict_json
from meldpunt.protocol.verify.errors import Reason

MOST_BYTES: Final = 65_000
"""The most bytes of a text as it is sealed, where line ends and quotation marks take two."""
_READ: Final = 1 << 20
_PREVIEW: Final = 200
_LINE_ENDS: Final = re.compile("\r\n|[\r\x85\u2028\u2029]")
_LAYOUT: Final = re.compile("[\ufeff\u00ad\u2060]")
"""Mark of the byte order, soft hyphen and word joiner: they guide a layout and say nothing."""
_LEGACY: Final = "cp1252"
"""What most texts are in that are not UTF-8: Windows, and Latin-1 but for a few signs."""


def spoken_on(line: VerifiedLine, language: str | None) -> str:
    """Return the language of a text: the value of `--language`, or the line's first language."""
    return language or line.document.languages[0]


def read_text(file: IO[bytes]) -> str:
    """Return a text from a file or standard input, with line feeds as line ends.

    Raises:
        Refusal: It is too long, or there is nothing to see.
        click.UsageError: Its encoding is not known.
        click.Abort: The person said that the preview is not their text.
    """
    if file.isatty():
        click.echo(said().write, err=True)
    data = file.read(_READ + 1)
    if len(data) > _READ:
        raise _too_long(said().more_than)
    text = cleaned(_decoded(data))
    check_text(text)
    return text


def cleaned(text: str) -> str:
    """Take out of a text what programs put there and nobody means."""
    return _LAYOUT.sub("", _LINE_ENDS.sub("\n", text)).strip("\n")


def check_text(text: str) -> None:
    """Refuse a text that nobody would see, or that is too long.

    Raises:
        Refusal: One of the two.
    """
    if not is_seen(text):
        raise Refusal(Reason.PAYLOAD_TEXT.value, said().empty)
    excess = len(strict_json.dump({"text": text})) - len(b'{"text":""}') - MOST_BYTES
    if excess > 0:
        raise _too_long(_number(excess))


def _number(count: int) -> str:
    """Return a number with its thousands apart."""
    return f"{count:,}".replace(",", by_language(".", ","))


def _too_long(excess: str) -> Refusal:
    told = said().too_long.format(excess=excess, most=_number(MOST_BYTES))
    return Refusal(Reason.TOO_LONG.value, told)


def _decoded(data: bytes) -> str:
    encoding = "utf-8"
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encoding = "utf-16"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return _guessed(data)


def _guessed(data: bytes) -> str:
    """Show the person a text in the encoding that it probably has, and ask."""
    text = data.decode(_LEGACY, errors="replace")
    with terminal() as found:
        if found is None:
            raise click.UsageError(
                "The text is not UTF-8, nor UTF-16 with a mark. Convert it first, for example:"
                " iconv -f WINDOWS-1252 -t UTF-8. Nothing was sent."
            )
        found.say(said().guess, "", shown_text(text[:_PREVIEW]), "")
        if not says_yes(found.ask(said().guess_question)):
            found.say(said().guess_wrong)
            raise click.Abort
    return text


def check_standard_input(file: IO[bytes] | None, *sources: str | None) -> None:
    """Refuse to read both a text and a secret from standard input.

    Raises:
        click.UsageError: More than one source is `-`.
    """
    text = file is not None and getattr(file, "name", "") == "<stdin>"
    if sum(source in ("-", "0") for source in sources) + text > 1:
        raise click.UsageError("Only one thing can come from standard input.")
