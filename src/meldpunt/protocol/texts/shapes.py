"""What all texts of a line have in common: ids, texts in several languages, contacts."""

from collections.abc import Iterable, Iterator
from typing import Annotated, ClassVar

from pydantic import AfterValidator, BaseModel, Field

from meldpunt.protocol.verify.errors import Reason, RefusedError
from meldpunt.protocol.verify.fields import Flag, Language, Model, SignedModel
from meldpunt.protocol.verify.line_document import Text
from meldpunt.protocol.verify.sizes import TEXT_SIZE

Id = Annotated[str, Field(pattern=r"^[a-z][a-zA-Z0-9-]{0,39}$")]
"""The name of a part of a text, for programs."""
WebAddress = Annotated[str, Field(pattern=r"^https://[!-~]{1,1000}$")]


def _check_languages(texts: tuple[Text, ...]) -> tuple[Text, ...]:
    """Refuse two texts in one language."""
    if len({text.language for text in texts}) != len(texts):
        raise RefusedError(Reason.TEXT_LANGUAGE)
    return texts


Translations = Annotated[
    tuple[Text, ...],
    Field(fail_fast=True, min_length=1, max_length=40),
    AfterValidator(_check_languages),
]
"""One text in several languages, the line's first language first."""


class LineText(SignedModel):
    """A text of a line, as its bytes are hashed."""

    MAX_SIZE: ClassVar[int] = TEXT_SIZE


class Contact(Model):
    """Somebody outside this service who can be reached."""

    name: Translations
    telephone: Annotated[str, Field(pattern=r"^[0-9+() /-]{3,30}$")] | None = None
    email: Annotated[str, Field(pattern=r"^[!-?A-~]{1,200}@[!-?A-~]{1,200}$")] | None = None
    address: WebAddress | None = None
    hours: Translations | None = None
    """When they can be reached."""
    always: Flag | None = None
    """They can be reached by day and by night."""
    note: Translations | None = None


def check_ids(found: Iterable[str]) -> frozenset[str]:
    """Return ids as a set.

    Raises:
        RefusedError: TEXT_ID for one that is there twice.
    """
    listed = list(found)
    if len(set(listed)) != len(listed):
        raise RefusedError(Reason.TEXT_ID)
    return frozenset(listed)


def check_known(named: Iterable[str], known: frozenset[str]) -> None:
    """Check that ids name something.

    Raises:
        RefusedError: TEXT_ID.
    """
    if not known.issuperset(named):
        raise RefusedError(Reason.TEXT_ID)


def check_translations(text: BaseModel, languages: tuple[Language, ...]) -> None:
    """Check that a text says everything in every language of the line.

    Raises:
        RefusedError: TEXT_LANGUAGE.
    """
    for translations in _translations(text):
        if {each.language for each in translations} != set(languages):
            raise RefusedError(Reason.TEXT_LANGUAGE)


def _translations(value: object) -> Iterator[tuple[Text, ...]]:
    """Yield everything in a text that is said in several languages."""
    if isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from _translations(getattr(value, name))
    elif isinstance(value, tuple) and value and isinstance(value[0], Text):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from _translations(item)


def in_language(translations: tuple[Text, ...], language: Language) -> str:
    """Return a text in a language, or in the first one if it has none in that."""
    found = (text.text for text in translations if text.language == language)
    return next(found, translations[0].text)
