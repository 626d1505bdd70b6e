"""Read the plan of a line, which an office writes in TOML, with texts in files beside it."""

import tomllib
from pathlib import Path
from typing import Annotated, Final, Literal

import click
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, InstanceOf, ValidationError
from pydantic_core import ErrorDetails

from meldpunt.cli.line.text_files import TextFiles, read_texts
from meldpunt.client import (
    PRESETS,
    AddressError,
    HandlerEntry,
    LineAddress,
    LinePlan,
    OtherLine,
    Preset,
)
from meldpunt.client.files.regular_file import open_regular
from meldpunt.client.lines.other_lines import MAX_LINES
from meldpunt.protocol.verify import strict_json
from meldpunt.protocol.verify.clock import CheckIn, Moment
from meldpunt.protocol.verify.days import Term
from meldpunt.protocol.verify.errors import RefusedError
from meldpunt.protocol.verify.fields import Language, TermField
from meldpunt.protocol.verify.line_document import ListedHandler

_EXAMPLE: Final = """\
# A line, as its office plans it: meldpunt line publish --key-file line.key plan.toml
preset = "wbk-internal"      # its clocks; all presets are at the end
reader-count = 2             # handlers who read a report
# retention = "P2M"          # after closing, instead of the preset's
# maximum-term = "P2Y"       # after receipt, whether closed or not
# withdrawal-term = "P14D"   # before a withdrawn report is erased
# unopened-term = "P14D"     # longer, where the reporter wrote what no handler has opened

[names]                      # one for each language; the first is the line's own
nl = "Meldpunt integriteit"
en = "Integrity line"

[contact]                    # how to reach you without this service, with your hours
nl = "Bel 030 123 45 67, werkdagen van 9 tot 17 uur."
en = "Call 030 123 45 67, weekdays from 9 to 5."

# [texts]                    # files beside this one; short texts in nl and en by default
# form = "form.json"
# guide = "guide.json"
# procedure = "procedure.json"
# theme = "theme.json"
# pages = ["page-manifest.json"]   # builds of the reporter's page that you serve
# further = ["code-of-conduct.md"]

# [[check-ins]]              # days on which reporters are asked how they are; once for each
# starts-at = "closed"       # or "received", "acknowledged": these count while it is open
# term = "P2W"

# [[other-lines]]            # offered to somebody for whom nobody remains here; once for each
# name = "Huis voor Klokkenluiders"
# address = "https://other.example/v1/lines/…"

# Presets:
"""
EXAMPLE: Final = _EXAMPLE + "".join(f"# - {name}\n" for name in PRESETS)
"""A plan to start from, with the names of all presets."""

_MAX_PLAN: Final = 65536
_MAX_ENTRY: Final = 4096


def _preset(value: object) -> object:
    if value not in PRESETS:
        raise ValueError(f"Unknown preset. Presets: {', '.join(PRESETS)}")
    return PRESETS[str(value)]


def _address(value: object) -> object:
    try:
        return LineAddress.parse(str(value))
    except AddressError as error:
        raise ValueError(error) from None


_Name = Annotated[str, Field(min_length=1, max_length=200)]
_Text = Annotated[str, Field(min_length=1, max_length=4000)]
"""As in a line document."""


class _PlanModel(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)


class _CheckIn(_PlanModel):
    starts_at: Annotated[
        Literal[Moment.RECEIVED, Moment.ACKNOWLEDGED, Moment.CLOSED], Field(alias="starts-at")
    ]
    term: TermField


class _OtherLine(_PlanModel):
    name: _Name
    address: Annotated[InstanceOf[LineAddress], BeforeValidator(_address)]


class _PlanFile(_PlanModel):
    preset: Annotated[InstanceOf[Preset], BeforeValidator(_preset)]
    names: Annotated[dict[Language, _Text], Field(min_length=1)]
    contact: Annotated[dict[Language, _Text], Field(min_length=1)]
    reader_count: Annotated[int, Field(alias="reader-count", strict=True, ge=1, le=64)] = 2
    retention: TermField | None = None
    maximum_term: Annotated[TermField | None, Field(alias="maximum-term")] = None
    withdrawal_term: Annotated[TermField, Field(alias="withdrawal-term")] = Term(14, "D")
    unopened_term: Annotated[TermField, Field(alias="unopened-term")] = Term(14, "D")
    texts: TextFiles | None = None
    check_ins: Annotated[tuple[_CheckIn, ...], Field(alias="check-ins", max_length=8)] = ()
    other_lines: Annotated[
        tuple[_OtherLine, ...], Field(alias="other-lines", max_length=MAX_LINES)
    ] = ()

    @property
    def terms(self) -> Preset:
        """The preset, in which the plan's own terms replace the preset's."""
        return Preset(
            clocks=self.preset.clocks,
            retention=self.retention or self.preset.retention,
            maximum_term=self.maximum_term or self.preset.maximum_term,
        )


def read_plan(path: Path, handlers: tuple[ListedHandler, ...]) -> LinePlan:
    """Read a plan.

    Args:
        path: A TOML file; `EXAMPLE` shows its form.
        handlers: The handlers of the newest line document.

    Raises:
        click.UsageError: The file is not a valid plan. The message says what is wrong, and where.
    """
    plan = _read_plan(path)
    languages = tuple(plan.names)
    texts = None
    if plan.texts is not None:
        clocks = plan.terms.clocks
        texts = read_texts(path.parent, plan.texts, languages=languages, clocks=clocks)
    return LinePlan(
        languages=languages,
        names=plan.names,
        contact=plan.contact,
        handlers=handlers,
        preset=plan.terms,
        texts=texts,
        check_ins=tuple(CheckIn(starts_at=c.starts_at, term=c.term) for c in plan.check_ins),
        other_lines=_other_lines(plan.other_lines),
        reader_count=plan.reader_count,
        withdrawal_term=plan.withdrawal_term,
        unopened_term=plan.unopened_term,
    )


def _read_plan(path: Path) -> _PlanFile:
    try:
        data = _read(path, _MAX_PLAN)
        if len(data) > _MAX_PLAN:
            raise click.UsageError("The plan is over 64 KiB.")
        return _PlanFile.model_validate(tomllib.loads(data.decode()))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        raise click.UsageError("The plan cannot be read: it is not a TOML file.") from None
    except ValidationError as error:
        told = sorted({_told(detail) for detail in error.errors()})
        raise click.UsageError(f"Unusable in the plan: {'; '.join(told)}.") from None


def _told(detail: ErrorDetails) -> str:
    """Say which place of a plan is wrong, and why. Never quote the value."""
    place = ".".join(map(str, detail["loc"]))
    cause = detail.get("ctx", {}).get("error")
    if isinstance(cause, RefusedError):  # only terms are read by the protocol's own rules
        return f"{place}: write P14D, P6W or P2M"
    return f"{place}: {cause}".rstrip(".") if cause else place


def _other_lines(named: tuple[_OtherLine, ...]) -> tuple[OtherLine, ...]:
    return tuple(OtherLine(each.address, each.name) for each in named)


def read_entry(path: Path) -> HandlerEntry:
    """Read the entry that a handler gave to the office: the output of `meldpunt handler init`.

    Raises:
        click.UsageError: The file is not such an entry.
    """
    try:
        data = _read(path, _MAX_ENTRY)
        return HandlerEntry.from_value(strict_json.parse(data, max_size=_MAX_ENTRY))
    except (OSError, RefusedError):
        raise click.UsageError(
            f"{path} is not a handler's public entry, as meldpunt handler init prints it."
        ) from None


def _read(path: Path, most: int) -> bytes:
    """Return at most `most` + 1 bytes of a file: one byte more shows that it is too large."""
    with open_regular(path) as file:
        return file.read(most + 1)
