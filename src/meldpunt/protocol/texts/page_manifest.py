"""Manifests of a reporter's page: which files an office may serve (openapi/texts.md)."""

from typing import Annotated

from pydantic import Field

from meldpunt.protocol.texts.shapes import LineText
from meldpunt.protocol.verify.fields import Count, HashField, Model, Version, sorted_by


class PageFile(Model):
    """One file of a page."""

    path: Annotated[str, Field(pattern=r"^([a-z0-9][a-zA-Z0-9_-]*[./])*[a-z0-9][a-zA-Z0-9_-]*$")]
    """Relative to the page, with slashes."""
    hash: HashField
    """SHA-256 of the file."""
    size: Count
    """Bytes."""


class PageManifest(LineText):
    """The files of one build, and the policy under which a browser runs them."""

    version: Version
    release: Annotated[str, Field(min_length=1, max_length=40)]
    policy: Annotated[str, Field(pattern=r"^[ -~]{1,4000}$")]
    """The Content-Security-Policy of every file."""
    files: Annotated[
        tuple[PageFile, ...],
        Field(fail_fast=True, min_length=1, max_length=200),
        sorted_by(lambda file: file.path.encode()),
    ]


def read_page_manifest(data: bytes) -> PageManifest:
    """Read a manifest.

    Raises:
        RefusedError: A JSON reason, FIELDS, ORDER.
    """
    return PageManifest.from_signed(data)
