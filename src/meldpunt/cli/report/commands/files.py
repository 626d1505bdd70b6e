"""`meldpunt report attach`, `files` and `save`."""

from typing import TYPE_CHECKING

from meldpunt.cli.attachments.options import AttachOptions, SaveOptions
from meldpunt.cli.terminal.command import command
from meldpunt.cli.terminal.declaration import Options, embedded
from meldpunt.cli.terminal.options import (
    EXAMPLE_LINE,
    address_argument,
    proxy_option,
    receipt_option,
)

if TYPE_CHECKING:
    from meldpunt.client.http.address import LineAddress


@command(
    work="report.files:attach",
    example=f"meldpunt report attach {EXAMPLE_LINE} photo.jpg letter.pdf",
)
class ReportAttachOptions(Options):
    """Send files to the handlers of a report, encrypted, with a message.

    Pictures and PDF documents are cleaned first: place, time, device and names are removed, and you
    see what was removed. Other types are sent only if you say so. After a failure the upload
    continues.
    """

    address: "LineAddress" = address_argument()
    receipt_source: str | None = receipt_option()
    attached: AttachOptions = embedded(AttachOptions)


@command(work="report.files:files", example=f"meldpunt report files {EXAMPLE_LINE}")
class ReportFilesOptions(Options):
    """List the files that the handlers sent you."""

    address: "LineAddress" = address_argument()
    receipt_source: str | None = receipt_option()
    proxy: str | None = proxy_option()


@command(
    work="report.files:save_files", example=f"meldpunt report save --to downloads {EXAMPLE_LINE} 1"
)
class ReportSaveOptions(Options):
    """Save files that the handlers sent you, by their numbers; all by default.

    A file is checked whole before it is opened. No existing file is overwritten. After an
    interruption, run the same command again: the download continues.
    """

    address: "LineAddress" = address_argument()
    receipt_source: str | None = receipt_option()
    saved: SaveOptions = embedded(SaveOptions)
