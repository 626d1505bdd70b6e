"""Read the texts of a line from files, and say in words what is wrong with one."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Final, TypeVar

import click
from pydantic import BaseModel, ConfigDict, Field

from meldpunt.client import Texts
from meldpunt.client.files.regular_file import open_regular
from meldpunt.protocol.texts.check import LineTexts, check_texts
from meldpunt.protocol.texts.form import read_form
from meldpunt.protocol.texts.guide import read_guide
from meldpunt.protocol.texts.page_manifest import read_page_manifest
from meldpunt.protocol.texts.procedure import read_procedure
from meldpunt.protocol.texts.shapes import check_translations
from meldpunt.protocol.texts.theme import read_theme
from meldpunt.protocol.verify import strict_json
from meldpunt.protocol.verify.clock import Clock
from meldpunt.protocol.verify.errors import Reason, RefusedError
from meldpunt.protocol.verify.fields import Language
from meldpunt.protocol.verify.sizes import TEXT_SIZE

_WORDS: Final[Mapping[Reason, str]] = {
    Reason.TEXT_LANGUAGE: "each text stands once in each language of the line, and in no other",
    Reason.TEXT_ID: "an id stands there twice, or names nothing",
    Reason.TEXT_CONDITION: "a condition names a later question, or an option that it does not have",
    Reason.TEXT_REACH: "the choices lead in a circle, or do not reach a node",
    Reason.TEXT_CONTRAST: "words cannot be read in these colours: text needs a contrast of 4.5,"
    " the accent 3",
    Reason.TEXT_LOGO: "the logo is not a picture of its type",
    Reason.ORDER: "the questions do not follow the pages",
}
_Read = TypeVar("_Read", bound=BaseModel)


class TextFiles(BaseModel):
    """The names of the files, relative to the plan."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    form: str
    guide: str
    procedure: str
    theme: str | None = None
    pages: Annotated[tuple[str, ...], Field(max_length=4)] = ()
    further: tuple[str, ...] = ()


def read_texts(
    folder: Path, files: TextFiles, *, languages: tuple[Language, ...], clocks: tuple[Clock, ...]
) -> Texts:
    """Read the texts of a line. JSON may be laid out in any way.

    Args:
        folder: Where the plan is.
        files: Their names.
        languages: The languages of the line.
        clocks: The clocks of the line.

    Raises:
        click.UsageError: A text cannot be read, or cannot be published. The message says which and
            why, and quotes nothing of it.
    """
    form = _json(folder, files.form)
    guide = _json(folder, files.guide)
    procedure = _json(folder, files.procedure)
    theme = None if files.theme is None else _json(folder, files.theme)
    read = LineTexts(
        form=_checked(files.form, form, read_form, languages),
        guide=_checked(files.guide, guide, read_guide, languages),
        procedure=_checked(files.procedure, procedure, read_procedure, languages),
        theme=None if theme is None else _checked(files.theme or "", theme, read_theme, languages),
    )
    try:
        check_texts(read, languages, clocks)
    except RefusedError:
        raise click.UsageError(
            "The texts do not fit each other: the guide leads to a kind that the form does not"
            f" have, or the steps of {files.procedure} do not name just the clocks of the preset:"
            f" {', '.join(clock.name for clock in clocks)}."
        ) from None
    pages = tuple(_json(folder, name) for name in files.pages)
    for name, page in zip(files.pages, pages, strict=True):
        _checked(name, page, read_page_manifest, languages)
    further = tuple(_bytes(folder, name) for name in files.further)
    return Texts(form, guide, procedure, theme=theme, pages=pages, further=further)


def _checked(
    name: str, data: bytes, read: Callable[[bytes], _Read], languages: tuple[Language, ...]
) -> _Read:
    try:
        found = read(data)
        check_translations(found, languages)
    except RefusedError as error:
        place = "a member is missing, unknown or of another form"
        if error.field is not None:
            place = f"{error.field} is missing or of another form"
        told = _WORDS.get(error.reason, place)
        raise click.UsageError(f"Unusable in {name}: {told} (openapi/texts.md).") from None
    return found


def _json(folder: Path, name: str) -> bytes:
    """Read a file of JSON, and write it as it is hashed."""
    try:
        return strict_json.dump(strict_json.parse(_bytes(folder, name), max_size=TEXT_SIZE))
    except RefusedError as error:
        raise click.UsageError(
            f"Unusable in {name}: it is not strict JSON ({error.reason.value})."
        ) from None


def _bytes(folder: Path, name: str) -> bytes:
    try:
        with open_regular(folder / name) as file:
            data = file.read(TEXT_SIZE + 1)
    except OSError:
        raise click.UsageError(f"A text of the plan cannot be read: {name}.") from None
    if len(data) > TEXT_SIZE:
        raise click.UsageError(f"A text of the plan is over 256 KiB: {name}.")
    return data
