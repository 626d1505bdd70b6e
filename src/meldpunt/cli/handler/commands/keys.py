"""`meldpunt handler init`, `rotate`, `recover` and the like: keys and recovery sheets."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from meldpunt.cli.terminal.command import command
from meldpunt.cli.terminal.declaration import (
    Options,
    argument,
    arguments,
    embedded,
    flag,
    option,
    repeated,
    required,
)
from meldpunt.cli.terminal.options import KeyFileOptions, address_argument, proxy_option
from meldpunt.cli.terminal.parameter_types import ENTRY, FILE, FOLDER, NAME, SECRET

if TYPE_CHECKING:
    from meldpunt.client.http.address import LineAddress
    from meldpunt.protocol.verify import ids


@command(
    work="handler.keys:init",
    example="meldpunt handler init https://report.example/v1/lines/… --name 'A. Jansen'"
    " \\\n    --role adviser --key-file jansen.key > jansen.json",
)
class HandlerInitOptions(Options):
    """Make a handler's keys for one line.

    Prints, always in JSON, the public half: the office needs it to list the handler
    (meldpunt line publish --handler). The key file stays with the handler, out of backups.
    """

    address: "LineAddress" = address_argument()
    name: str = required("--name", NAME, "The name that reporters see.")
    role: str = required("--role", NAME, "The role that reporters see, such as adviser.")
    key_file: KeyFileOptions = embedded(KeyFileOptions)


@command(
    work="handler.keys:publish_keys",
    example="meldpunt handler publish-keys --key-file jansen.key",
)
class HandlerPublishKeysOptions(Options):
    """Publish box keys ahead, half a year at least.

    Needed once the line lists the handler: without a current key nothing new can be sealed to
    them. After that, reading the inbox does it when it is due.
    """

    key_file: KeyFileOptions = embedded(KeyFileOptions)
    proxy: str | None = proxy_option()


@command(work="handler.keys:rotate", example="meldpunt handler rotate --key-file jansen.key")
class HandlerRotateOptions(Options):
    """Move reports to the newest key, and destroy the keys that have ended.

    Run it every month or two; other commands say when it is due. It is what makes erasure reach
    backups: a key that is gone opens nothing, not even from an old copy of the database. Reports
    whose term is over are left behind, closed for good. Interrupted, run it again.

    A report that cannot be moved stops no other one. Ended keys are kept for it for 30 days, and
    you are told until when; then they are destroyed all the same.
    """

    key_file: KeyFileOptions = embedded(KeyFileOptions)
    give_up: "tuple[ids.EntryId, ...]" = repeated(
        "--give-up",
        ENTRY,
        "Keep no key for this report if it cannot be moved: it may be closed to you for good.",
    )
    forget_missing: bool = flag(
        "--forget-missing",
        "Give up, and forget, the reports that you read before and the host does not list now.",
    )
    yes: bool = flag("--yes", "Give up without asking; for programs.")
    proxy: str | None = proxy_option()


@command(
    work="handler.keys:merge_keys",
    example="meldpunt handler merge-keys --key-file jansen.key laptop-2.key",
)
class HandlerMergeKeysOptions(Options):
    """Take into a key file what a copy of it has learned on another device.

    For two copies that both renewed their keys, each for itself: the file then opens what either
    of them opens, and remembers what either saw and asked. Keys that one of them has destroyed stay
    destroyed. OTHER is not changed: destroy it afterwards, for it may still hold such keys.
    """

    key_file: KeyFileOptions = embedded(KeyFileOptions)
    other_source: str | None = option(
        "--other-passphrase-fd",
        SECRET,
        "Where to read the other file's passphrase, instead of asking.",
    )
    proxy: str | None = proxy_option()
    other_path: Path = argument("OTHER", FILE)


@command(
    work="handler.recovery:recovery_sheet",
    example="meldpunt handler recovery-sheet --key-file jansen.key --shares 3 --threshold 2",
)
class HandlerRecoverySheetOptions(Options):
    """Split today's keys over shares on paper, for the day the laptop is gone.

    Any THRESHOLD of the shares bring the keys back; fewer tell nothing. Give them to people who
    would have to agree. Make a new sheet when a command says so, and destroy the old one.
    """

    key_file: KeyFileOptions = embedded(KeyFileOptions)
    shares: int = required("--shares", click.IntRange(2, 16), "How many to make.")
    threshold: int = required("--threshold", click.IntRange(2, 16), "How many bring the keys back.")
    folder: Path | None = option(
        "--to",
        FOLDER,
        "Write the shares into this folder, readable to you only, to print them: a text and a QR"
        " code (SVG) for each. Else they are shown on the terminal, one after the other.",
    )


@command(
    work="handler.recovery:recover",
    example="meldpunt handler recover https://report.example/v1/lines/… \\\n"
    "    --key-file new.key --share share-1.txt --share share-3.txt",
)
class HandlerRecoverOptions(Options):
    """Come back from a recovery sheet: a new key file for a handler whose laptop is gone.

    A new chain of keys starts today, which the lost laptop does not have, and is published. What
    the sheet does not open a colleague passes on by reading it. Was the laptop stolen, with the
    passphrase perhaps? Then ask the office to remove you (meldpunt line remove-handler) and to
    list you anew under fresh keys. In any case make a new sheet and destroy this one's shares.
    """

    address: "LineAddress" = address_argument()
    key_file: KeyFileOptions = embedded(KeyFileOptions)
    files: tuple[Path, ...] = repeated(
        "--share",
        FILE,
        "A file with a share; once for each. Else their words are asked, hidden.",
    )
    proxy: str | None = proxy_option()


@command(work="handler.recovery:check", example="meldpunt recovery check share-1.txt")
class RecoveryCheckOptions(Options):
    """Check one share by itself, or several together; nothing of the keys is shown.

    Without FILE the words of one share are asked, hidden. It works without a host and without the
    other shares: whoever keeps a share can check it now and then.
    """

    files: tuple[Path, ...] = arguments("[FILE]...", FILE)
