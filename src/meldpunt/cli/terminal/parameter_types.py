"""The types of typed values: addresses, entries, days and others.

A type imports what it needs only when there is a value to read. So help and completion load none of
it.
"""

import re
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

if TYPE_CHECKING:
    from meldpunt.client.http.address import LineAddress
    from meldpunt.protocol.verify import ids

FILE: Final = click.Path(path_type=Path, dir_okay=False)
EXISTING_FILE: Final = click.Path(path_type=Path, dir_okay=False, exists=True)
FOLDER: Final = click.Path(path_type=Path, file_okay=False, exists=True)
NEW_FOLDER: Final = click.Path(path_type=Path, file_okay=False)
"""A folder that is made if it is not there."""
SPOKEN: Final = click.Choice(["nl", "en"])
"""A language in which the program speaks to an office."""
TEXT: Final = click.File("rb")
"""A file with a text; `-` is standard input."""

_LANGUAGE: Final = re.compile(r"[a-z]{2,3}(-[a-zA-Z0-9]{2,8}){0,3}", re.ASCII)


class AddressType(click.ParamType["LineAddress", str]):
    """A line's address."""

    name = "ADDRESS"

    def convert(
        self, value: str, param: click.Parameter | None, ctx: click.Context | None
    ) -> "LineAddress":
        """Read an address."""
        from meldpunt.client.http.address import LineAddress
        from meldpunt.client.http.errors import AddressError

        try:
            return LineAddress.parse(value)
        except AddressError as error:
            return self.fail(str(error), param, ctx)


class PageType(click.ParamType[str, str]):
    """The URL of a page, or of the folder that it is in."""

    name = "URL"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Read a URL."""
        from meldpunt.client.http.errors import AddressError
        from meldpunt.client.http.page_files import page_folder

        try:
            return page_folder(value)
        except AddressError as error:
            return self.fail(str(error), param, ctx)


class LineType(click.ParamType["LineAddress | ids.LineId", str]):
    """A line: its address, or, if the host is known, its id."""

    name = "LINE"

    def convert(
        self, value: str, param: click.Parameter | None, ctx: click.Context | None
    ) -> "LineAddress | ids.LineId":
        """Read an address or an id."""
        from meldpunt.protocol.verify import ids
        from meldpunt.protocol.verify.encoding import decode_line_id
        from meldpunt.protocol.verify.errors import RefusedError

        try:
            return ids.LineId(decode_line_id(value))
        except RefusedError:
            return ADDRESS.convert(value, param, ctx)


class EntryType(click.ParamType["ids.EntryId", str]):
    """A report's name in an inbox."""

    name = "ENTRY"

    def convert(
        self, value: str, param: click.Parameter | None, ctx: click.Context | None
    ) -> "ids.EntryId":
        """Read an entry id."""
        from meldpunt.protocol.verify import ids
        from meldpunt.protocol.verify.encoding import decode_base64url
        from meldpunt.protocol.verify.errors import RefusedError

        try:
            return ids.EntryId(decode_base64url(value, ids.SHORT_ID_SIZE))
        except RefusedError:
            return self.fail(
                "an entry is 22 characters: meldpunt handler inbox lists them.", param, ctx
            )


class DayType(click.ParamType[date, str]):
    """A day."""

    name = "YYYY-MM-DD"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Read a day."""
        from meldpunt.protocol.verify.days import parse_day
        from meldpunt.protocol.verify.errors import RefusedError

        try:
            return parse_day(value)
        except RefusedError:
            return self.fail("write a day as 2026-03-31.", param, ctx)


class DaysType(click.ParamType[int, str]):
    """A number of days."""

    name = "DAYS"
    longest = 90

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Read a number of days."""
        number = value.removesuffix("d")
        is_number = number.isascii() and number.isdecimal() and len(number) <= 2  # noqa: PLR2004 (as many digits as the longest)
        if value.endswith("d") and is_number and 1 <= int(number) <= self.longest:
            return int(number)
        return self.fail(f"write a time in days: 1d to {self.longest}d.", param, ctx)


class LanguageType(click.ParamType[str, str]):
    """A language tag (RFC 5646)."""

    name = "TAG"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Check the form."""
        if _LANGUAGE.fullmatch(value):
            return value
        return self.fail("write a language as nl, en or pt-BR.", param, ctx)


class FirstBoxKeyType(click.ParamType[tuple[str, int], str]):
    """A handler, by id or full name, and the lowest number of a box key that counts."""

    name = "HANDLER=NUMBER"

    def convert(
        self, value: str, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, int]:
        """Return the handler and the number."""
        handler, _, number = value.rpartition("=")
        if not handler or not number.isascii() or not number.isdigit():
            self.fail("write a handler's id or name, =, and a number.", param, ctx)
        return handler, int(number)


class SecretSource(click.ParamType[str, str]):
    """A number of a file descriptor, or `-` for standard input."""

    name = "N|-"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Check the form. Never quote the value: by mistake it may be a secret."""
        if value == "-" or (value.isascii() and value.isdecimal()):
            return value
        return self.fail(
            "give the number of a file descriptor, or - for standard input, not the secret.",
            param,
            ctx,
        )


class NameType(click.ParamType[str, str]):
    """A handler's name or role."""

    name = "TEXT"
    longest = 200

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Check the length."""
        if 1 <= len(value) <= self.longest:
            return value
        return self.fail(f"1 to {self.longest} characters.", param, ctx)


class PresetType(click.ParamType[str, str]):
    """The name of a preset."""

    name = "NAME"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Check that it is there."""
        from meldpunt.client.line_folder.preset import preset_names

        names = preset_names()
        if value in names:
            return value
        return self.fail(f"there is no such preset. Presets: {', '.join(names)}.", param, ctx)


PAGE: Final = PageType()
ADDRESS: Final = AddressType()
LINE: Final = LineType()
ENTRY: Final = EntryType()
DAY: Final = DayType()
DAYS: Final = DaysType()
FIRST_BOX_KEY: Final = FirstBoxKeyType()
LANGUAGE: Final = LanguageType()
SECRET: Final = SecretSource()
NAME: Final = NameType()
PRESET: Final = PresetType()
