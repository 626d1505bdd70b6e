"""`meldpunt line create`, `publish`, `show` and the like: a line and its document."""

from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from meldpunt.cli.terminal.command import command
from meldpunt.cli.terminal.declaration import (
    Options,
    arguments,
    embedded,
    flag,
    option,
    repeated,
    required,
)
from meldpunt.cli.terminal.options import (
    EXAMPLE_LINE,
    KeyFileOptions,
    address_argument,
    proxy_option,
)
from meldpunt.cli.terminal.parameter_types import EXISTING_FILE, FILE, PAGE

if TYPE_CHECKING:
    from meldpunt.client.http.address import LineAddress

FUNCTIONS: Final = ("adviser", "contact", "investigator", "decider", "aftercare")
"""The values of `Function`, without loading it."""


@command(
    work="line.document:create_key",
    example="meldpunt line create-key --host https://report.example --key-file line.key",
)
class LineCreateKeyOptions(Options):
    """Make the key of a new line, and with it the line's address.

    This publishes nothing. Give the address to the handlers, so that they make their keys for it.
    Then publish (meldpunt line publish). Whoever has the key file and its passphrase appoints
    handlers.
    """

    host: str = required(
        "--host",
        click.STRING,
        "Address of the host, such as https://report.example.",
        metavar="URL",
    )
    key_file: KeyFileOptions = embedded(KeyFileOptions)


@command(work="line.document:show", example=f"meldpunt line show {EXAMPLE_LINE}")
class LineShowOptions(Options):
    """Fetch a line, verify it, and show what it promises and who reads."""

    proxy: str | None = proxy_option()
    address: "LineAddress" = address_argument()


@command(work="line.document:audit", example=f"meldpunt line audit {EXAMPLE_LINE}")
class LineAuditOptions(Options):
    """Check a whole line from outside, and print what was found.

    It checks the key chain, every document back to number 1, and the texts that they name. It also
    checks the handlers and until when their keys last, dates, origins, the host's receipt key and
    all its bulletins. Anybody can run it; exit status 1 on any alarm. A host can show two people
    different lines. So compare the hash of the newest document with other people, and keep the
    address with it.
    """

    kept_index: Path | None = option(
        "--bulletin-index",
        FILE,
        "Keep the signed index of bulletins in this file, and compare it the next time: the host"
        " may only add to it. An index that does not continue the kept one goes to FILE.other, a"
        " second one to FILE.other-2. After a move the kept one goes to FILE.earlier.",
        metavar="FILE",
    )
    anew: bool = flag(
        "--new-bulletin-index",
        "Put the kept index aside, as FILE.earlier, and begin a new one.",
    )
    pages: tuple[str, ...] = repeated(
        "--page",
        PAGE,
        "Check a page of the line too, as `meldpunt verify-page` does; may be given again.",
        metavar="URL",
    )
    proxy: str | None = proxy_option()
    address: "LineAddress" = address_argument()


@command(work="line.office:renew", example="meldpunt line renew --key-file line.key")
class LineRenewOptions(Options):
    """Publish the line's document once more, with nothing changed, for another 90 days.

    It is due in the last three weeks. An expired document still works for 30 days, with a warning.
    Then nobody can report or write, and reporters see only the contact data.
    """

    key_file: KeyFileOptions = embedded(KeyFileOptions)
    force: bool = flag("--force", "Also when the document has weeks to go.")
    proxy: str | None = proxy_option()


@command(
    work="line.office:rotate_key",
    example="meldpunt line rotate-key --key-file line.key",
)
class LineRotateKeyOptions(Options):
    """Replace the line key by a new one; the line's address stays.

    Both keys sign the change. A new document is published under the new key, and the old private
    key is destroyed. After an interruption, run it again: it continues where it stopped. It does
    not help if somebody else has the key: they could rotate too. Open a new line then.
    """

    key_file: KeyFileOptions = embedded(KeyFileOptions)
    proxy: str | None = proxy_option()


@command(
    work="line.office:add_handler",
    example="meldpunt line add-handler --key-file line.key jansen.json",
)
class LineAddHandlerOptions(Options):
    """Let handlers join: ENTRY is what meldpunt handler init printed for them.

    They read new reports once they have published keys. Only the handlers of an open report can let
    them into it (meldpunt handler admit), and the reporter sees that. If the line has a folder,
    write them into its line.yaml too: meldpunt line publish takes their function from there.
    """

    key_file: KeyFileOptions = embedded(KeyFileOptions)
    function: str | None = option(
        "--function",
        click.Choice(FUNCTIONS),
        "What these handlers do; reporters choose people by it.",
    )
    proxy: str | None = proxy_option()
    entries: tuple[Path, ...] = arguments("ENTRY...", EXISTING_FILE, needed=True)


@command(
    work="line.office:remove_handler",
    example="meldpunt line remove-handler --key-file line.key 'A. Jansen'",
)
class LineRemoveHandlerOptions(Options):
    """Let handlers go, by id or full name: they read nothing new from today on.

    Open reports continue with their other readers. If none is left, the reporter must choose again.
    What the departed handler wrote stays. It counts once a colleague or the reporter has seen it.
    First the command counts the reports that nobody else reads, from an export of the line.
    """

    key_file: KeyFileOptions = embedded(KeyFileOptions)
    yes: bool = flag("--yes", "Do not ask about reports that only they read; for programs.")
    proxy: str | None = proxy_option()
    names: tuple[str, ...] = arguments("HANDLER...", click.STRING, needed=True)
