"""Guides: where somebody can go, readable without any key (openapi/texts.md)."""

from graphlib import CycleError, TopologicalSorter
from typing import Annotated, Self

from pydantic import Field, model_validator

from meldpunt.protocol.texts.shapes import (
    Contact,
    Id,
    LineText,
    Translations,
    WebAddress,
    check_ids,
    check_known,
)
from meldpunt.protocol.verify.errors import Reason, RefusedError
from meldpunt.protocol.verify.fields import Model, Version
from meldpunt.protocol.verify.line_document import Text

LineAddressText = Annotated[
    str,
    Field(
        pattern=r"^https?://[a-z0-9.:\[\]-]{1,255}/v1/lines/[a-z2-7]{32}(#[A-Za-z0-9_-]{1,100})?$"
    ),
]
Contacts = Annotated[tuple[Contact, ...], Field(fail_fast=True, min_length=1, max_length=20)]


class Choice(Model):
    """An answer, and the node to which it leads."""

    label: Translations
    to: Id


class Publication(Model):
    """A document or toolkit that somebody can read."""

    title: Translations
    address: WebAddress
    version: Annotated[str, Field(min_length=1, max_length=40)] | None = None


class Node(Model):
    """A question with choices, or advice with what to do next."""

    id: Id
    title: Translations
    text: Translations | None = None
    choices: (
        Annotated[tuple[Choice, ...], Field(fail_fast=True, min_length=1, max_length=20)] | None
    ) = None
    contacts: Contacts | None = None
    publications: (
        Annotated[tuple[Publication, ...], Field(fail_fast=True, min_length=1, max_length=20)]
        | None
    ) = None
    report: Id | None = None
    """A door: a report of this kind, on this line."""
    line: LineAddressText | None = None
    """A door: another report line."""

    @model_validator(mode="after")
    def _check_doors(self) -> Self:
        if self.choices is not None and (self.report is not None or self.line is not None):
            raise RefusedError(Reason.FIELDS)
        return self


class NamedLine(Model):
    """Another line, for somebody for whom nobody remains here who may read."""

    address: LineAddressText
    name: Annotated[str, Field(min_length=1, max_length=200)]


class Guide(LineText):
    """Where somebody can go. It starts at its first node."""

    version: Version
    introduction: Annotated[tuple[Text, ...], Field(min_length=1, max_length=40)] | None = None
    nodes: Annotated[tuple[Node, ...], Field(fail_fast=True, min_length=1, max_length=200)]
    numbers: Contacts | None = None
    """Shown on every page of the guide, and to whoever is not safe."""
    lines: (
        Annotated[tuple[NamedLine, ...], Field(fail_fast=True, min_length=1, max_length=20)] | None
    ) = None


def read_guide(data: bytes) -> Guide:
    """Read a guide.

    Raises:
        RefusedError: A JSON reason, FIELDS, TEXT_LANGUAGE; TEXT_ID for an id that is there twice or
            names nothing; TEXT_REACH for choices that lead in a circle, or a node that none of them
            leads to.
    """
    guide = Guide.from_signed(data)
    known = check_ids(node.id for node in guide.nodes)
    leads = {node.id: {choice.to for choice in node.choices or ()} for node in guide.nodes}
    for targets in leads.values():
        check_known(targets, known)
    try:
        TopologicalSorter(leads).prepare()
    except CycleError:
        raise RefusedError(Reason.TEXT_REACH) from None
    first = guide.nodes[0].id
    if set().union(*leads.values()) | {first} != known:  # without circles, that reaches all
        raise RefusedError(Reason.TEXT_REACH)
    return guide
