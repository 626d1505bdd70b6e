"""Procedures: what happens with a report, in words that the clocks keep (openapi/texts.md)."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from meldpunt.protocol.texts.shapes import Contact, Id, LineText, Translations, check_ids
from meldpunt.protocol.verify.clock import Clock
from meldpunt.protocol.verify.errors import Reason, RefusedError
from meldpunt.protocol.verify.fields import Model, Version
from meldpunt.protocol.verify.log.header import Tag

ClockName = Annotated[str, Field(pattern=r"^[a-z][a-z-]{0,39}$")]


class Step(Model):
    """One step, in the order in which people see them. A clock or a tag says when it is done."""

    id: Id
    title: Translations
    text: Translations | None = None
    clock: ClockName | None = None
    """Done when this clock of the document is met; due and overdue as the clock is."""
    tag: Tag | None = None
    """Done with the first message that has this tag."""

    @model_validator(mode="after")
    def _check_form(self) -> Self:
        if self.clock is not None and self.tag is not None:
            raise RefusedError(Reason.FIELDS)
        return self


class Label(Model):
    """A category or an outcome, for the labels of handlers."""

    id: Id
    label: Translations


Labels = Annotated[tuple[Label, ...], Field(fail_fast=True, min_length=1, max_length=40)]


class Procedure(LineText):
    """What a line promises in words."""

    version: Version
    introduction: Translations | None = None
    steps: Annotated[tuple[Step, ...], Field(fail_fast=True, min_length=1, max_length=20)]
    readers: Translations
    """Who reads a report, and when secrecy ends. Shown before the first question."""
    privacy: Translations
    outside: Contact
    """Who to turn to about the board or about this line: somebody outside its office."""
    withdrawal: Translations | None = None
    """What does not stop when a reporter withdraws."""
    check_in: Translations | None = None
    """What a reporter is asked on a day to check in."""
    outcomes: Labels | None = None
    categories: Labels | None = None


def read_procedure(data: bytes) -> Procedure:
    """Read a procedure.

    Raises:
        RefusedError: A JSON reason, FIELDS, TEXT_LANGUAGE; TEXT_ID for an id that is there twice.
    """
    procedure = Procedure.from_signed(data)
    for listed in (procedure.steps, procedure.outcomes or (), procedure.categories or ()):
        check_ids(each.id for each in listed)
    return procedure


def check_clocks(procedure: Procedure, clocks: tuple[Clock, ...]) -> None:
    """Check that the steps name clocks of the document, and no clock is kept from people.

    Raises:
        RefusedError: TEXT_ID.
    """
    named = {step.clock for step in procedure.steps if step.clock is not None}
    if named != {clock.name for clock in clocks}:
        raise RefusedError(Reason.TEXT_ID)
