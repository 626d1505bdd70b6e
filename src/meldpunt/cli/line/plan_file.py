"""The plan of a line, as an office writes it: TOML, with texts in files beside it."""

import tomllib
from pathlib import Path
from typing import Annotated, Final

import click
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from meldpunt.client import (
    PRESETS,
    AddressError,
    HandlerEntry,
    LineAddress,
    LinePlan,
    OtherLine,
    Preset,
    Texts,
)
from meldpunt.client.lines.other_lines import MAX_LINES, name_other_lines
from meldpunt.protocol.verify import strict_json
from meldpunt.protocol.verify.days import Term, parse_term
from meldpunt.protocol.verify.errors import RefusedError
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
# further = ["code-of-conduct.md"]

# [[other-lines]]            # offered to somebody for whom nobody remains here; once for each
# name = "Huis voor Klokkenluiders"
# address = "https://other.example/v1/lines/…"

# Presets:
"""
EXAMPLE: Final = _EXAMPLE + "".join(f"# - {name}\n" for name in PRESETS)
"""A plan to start from, and every preset there is."""

_MAX_TEXT: Final = 65536
_MAX_ENTRY: Final = 4096


class _TextFiles(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    form: str
    guide: str
    procedure: str
    further: tuple[str, ...] = ()


class _OtherLine(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    name: Annotated[str, Field(min_length=1, max_length=200)]
    address: str


class _PlanFile(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    preset: str
    names: Annotated[dict[str, str], Field(min_length=1)]
    contact: Annotated[dict[str, str], Field(min_length=1)]
    reader_count: Annotated[int, Field(alias="reader-count", ge=1, le=64)] = 2
    retention: str | None = None
    maximum_term: Annotated[str | None, Field(alias="maximum-term")] = None
    withdrawal_term: Annotated[str, Field(alias="withdrawal-term")] = "P14D"
    unopened_term: Annotated[str, Field(alias="unopened-term")] = "P14D"
    texts: _TextFiles | None = None
    other_lines: Annotated[
        tuple[_OtherLine, ...], Field(alias="other-lines", max_length=MAX_LINES)
    ] = ()


def read_plan(path: Path, handlers: tuple[ListedHandler, ...]) -> LinePlan:
    """Read a plan.

    Args:
        path: A TOML file; `EXAMPLE` shows its form.
        handlers: Those of the line's document now.

    Raises:
        click.UsageError: It is not such a file; the message names what is wrong, and where.
    """
    try:
        plan = _PlanFile.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        raise click.UsageError("The plan cannot be read: it is not a TOML file.") from None
    except ValidationError as error:
        names = {".".join(map(str, detail["loc"])) for detail in error.errors()}
        raise click.UsageError(f"Unusable in the plan: {', '.join(sorted(names))}.") from None
    texts = None if plan.texts is None else _texts(path.parent, plan.texts)
    return LinePlan(
        languages=tuple(plan.names),
        names=plan.names,
        contact=plan.contact,
        handlers=handlers,
        preset=_preset(plan),
        texts=texts,
        other_lines=_other_lines(plan.other_lines, texts),
        reader_count=plan.reader_count,
        withdrawal_term=_term("withdrawal-term", plan.withdrawal_term),
        unopened_term=_term("unopened-term", plan.unopened_term),
    )


def _preset(plan: _PlanFile) -> Preset:
    if plan.preset not in PRESETS:
        raise click.UsageError(f"Unknown preset in the plan. Presets: {', '.join(PRESETS)}.")
    preset = PRESETS[plan.preset]
    return Preset(
        clocks=preset.clocks,
        retention=_term("retention", plan.retention or str(preset.retention)),
        maximum_term=_term("maximum-term", plan.maximum_term or str(preset.maximum_term)),
    )


def _term(name: str, text: str) -> Term:
    try:
        return parse_term(text)
    except RefusedError:
        raise click.UsageError(f"Unusable in the plan: {name}; write P14D, P6W or P2M.") from None


def _other_lines(named: tuple[_OtherLine, ...], texts: Texts | None) -> tuple[OtherLine, ...]:
    try:
        found = tuple(OtherLine(LineAddress.parse(each.address), each.name) for each in named)
        if found and texts is not None:
            name_other_lines(texts.guide, found)
    except AddressError as error:
        raise click.UsageError(f"Unusable in the plan: other-lines. {error}") from None
    except RefusedError:
        raise click.UsageError(
            "Unusable in the plan: other-lines go into the guide, which has to be a JSON object."
        ) from None
    return found


def _texts(folder: Path, files: _TextFiles) -> Texts:
    return Texts(
        form=_text(folder, files.form),
        guide=_text(folder, files.guide),
        procedure=_text(folder, files.procedure),
        further=tuple(_text(folder, name) for name in files.further),
    )


def _text(folder: Path, name: str) -> bytes:
    try:
        data = (folder / name).read_bytes()
    except OSError:
        raise click.UsageError(f"A text of the plan cannot be read: {name}.") from None
    if len(data) > _MAX_TEXT:
        raise click.UsageError(f"A text of the plan is over 64 KiB: {name}.")
    return data


def read_entry(path: Path) -> HandlerEntry:
    """Read what a handler gave to the office: the output of `meldpunt handler init`.

    Raises:
        click.UsageError: It is something else.
    """
    try:
        data = path.read_bytes()
        return HandlerEntry.from_value(strict_json.parse(data, max_size=_MAX_ENTRY))
    except (OSError, RefusedError):
        raise click.UsageError(
            f"{path} is not a handler's public entry, as meldpunt handler init prints it."
        ) from None
