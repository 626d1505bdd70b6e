"""Themes: how a line's page looks. Nobody may hide words by their colour (openapi/texts.md)."""

from typing import Annotated, Final, Literal

from pydantic import Field

from meldpunt.protocol.texts.shapes import LineText, Translations
from meldpunt.protocol.verify.errors import Reason, RefusedError
from meldpunt.protocol.verify.fields import Bytes, Model, Version

MAX_LOGO: Final = 65_536
"""The most bytes of a logo."""
READABLE: Final = 4.5
"""Contrast of text, WCAG 2.2 success criterion 1.4.3 (AA)."""
VISIBLE: Final = 3.0
"""Contrast of controls, WCAG 2.2 success criterion 1.4.11 (AA)."""
_DARKEST: Final = 0.04045
"""Below this share of full light, sRGB is linear."""
_SIGNATURES: Final = {"image/png": b"\x89PNG\r\n\x1a\n", "image/jpeg": b"\xff\xd8\xff"}

Colour = Annotated[str, Field(pattern=r"^#[0-9a-f]{6}$")]


class Colours(Model):
    """The colours of a page."""

    text: Colour
    background: Colour
    accent: Colour
    """Of buttons and links."""
    accent_text: Colour
    """Of the words on a button."""


class Logo(Model):
    """A small picture without animation or script."""

    type: Literal["image/png", "image/jpeg"]
    data: Annotated[Bytes, Field(max_length=MAX_LOGO)]
    label: Translations
    """What somebody hears who cannot see it."""


class Theme(LineText):
    """How a page looks."""

    version: Version
    light: Colours
    dark: Colours | None = None
    logo: Logo | None = None


def read_theme(data: bytes) -> Theme:
    """Read a theme.

    Raises:
        RefusedError: A JSON reason, FIELDS, TEXT_LANGUAGE; TEXT_CONTRAST for colours in which words
            cannot be read; TEXT_LOGO for a picture that is not of its type.
    """
    theme = Theme.from_signed(data)
    for colours in (theme.light, theme.dark):
        if colours is not None and not _is_readable(colours):
            raise RefusedError(Reason.TEXT_CONTRAST)
    logo = theme.logo
    if logo is not None and not logo.data.startswith(_SIGNATURES[logo.type]):
        raise RefusedError(Reason.TEXT_LOGO)
    return theme


def _is_readable(colours: Colours) -> bool:
    return (
        contrast(colours.text, colours.background) >= READABLE
        and contrast(colours.accent_text, colours.accent) >= READABLE
        and contrast(colours.accent, colours.background) >= VISIBLE
    )


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, 1 to 21 (WCAG 2.2)."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(int(colour[i : i + 2], 16) / 255) for i in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(share: float) -> float:
    """Return the light of one colour (IEC 61966-2-1)."""
    is_dark = share <= _DARKEST
    return float(share / 12.92 if is_dark else ((share + 0.055) / 1.055) ** 2.4)
