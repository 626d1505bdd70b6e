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

    It prints the public half, always in JSON. The office needs that to list the handler
    (meldpunt line publish --handler). Keep the key file yourself, and out of backups.
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
    """Publish box keys half a year ahead.

    Do this once, after the line lists the handler. Without a current key nobody can seal anything
    new to them. Later, reading the inbox publishes more keys when that is due.
    """

    key_file: KeyFileOptions = embedded(KeyFileOptions)
    proxy: str | None = proxy_option()


@command(work="handler.keys:rotate", example="meldpunt handler rotate --key-file jansen.key")
class HandlerRotateOptions(Options):
    """Move reports to the newest key, and destroy the keys that have ended.

    Run it every month or two; other commands say when it is due. Erasure reaches backups only by
    this: a destroyed key opens nothing, not even in an old copy of the database. Reports past their
    term are not moved, and nobody can open them again. After an interruption, run it again.

    A report that cannot be moved does not stop the others. Ended keys are kept for it for 30 days,
    and you see until when. Then they are destroyed all the same.
    """

    key_file: KeyFileOptions = embedded(KeyFileOptions)
    give_up: "tuple[ids.EntryId, ...]" = repeated(
        "--give-up",
        ENTRY,
        "Keep no key for this report if it cannot be moved. You may never open it again.",
    )
    forget_missing: bool = flag(
        "--forget-missing",
        "Give up and forget the reports that you read before and the host does not list now.",
    )
    yes: bool = flag("--yes", "Give up without asking; for programs.")
    proxy: str | None = proxy_option()


@command(
    work="handler.keys:merge_keys",
    example="meldpunt handler merge-keys --key-file jansen.key laptop-2.key",
)
class HandlerMergeKeysOptions(Options):
    """Take into a key file what a copy of it has learned on another device.

    Use it if two copies both renewed their keys. The file then opens what either of them opens, and
    remembers what either saw and asked. Keys that one copy has destroyed stay destroyed. OTHER does
    not change. Destroy it afterwards: it may still hold such keys.
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

    Any THRESHOLD of the shares bring the keys back; fewer tell nothing. Give them to different
    people. Make a new sheet when a command says so, and destroy the old one.
    """

    key_file: KeyFileOptions = embedded(KeyFileOptions)
    shares: int = required(
        "--shares", click.IntRange(2, 16), "How many shares to make.", metavar="NUMBER"
    )
    threshold: int = required(
        "--threshold",
        click.IntRange(2, 16),
        "How many of the shares bring the keys back.",
        metavar="THRESHOLD",
    )
    folder: Path | None = option(
        "--to",
        FOLDER,
        "Write the shares into this folder, readable to you only, to print them: a text and a QR"
        " code (SVG) for each. Without it the terminal shows them one after the other.",
        metavar="FOLDER",
    )


@command(
    work="handler.recovery:recover",
    example="meldpunt handler recover https://report.example/v1/lines/… \\\n"
    "    --key-file new.key --share share-1.txt --share share-3.txt",
)
class HandlerRecoverOptions(Options):
    """Come back from a recovery sheet: a new key file for a handler whose laptop is gone.

    It makes and publishes a new chain of keys, which the lost laptop does not have. If the sheet
    does not open a message, a colleague who reads it passes it on to you. Somebody may have stolen
    the laptop and know the passphrase. Then ask the office to remove you (meldpunt line
    remove-handler) and to list you again under new keys. Always make a new sheet, and destroy the
    shares of this one.
    """

    address: "LineAddress" = address_argument()
    key_file: KeyFileOptions = embedded(KeyFileOptions)
    files: tuple[Path, ...] = repeated(
        "--share",
        FILE,
        "A file with a share; once for each. Without it you type the words, hidden.",
    )
    proxy: str | None = proxy_option()


@command(work="handler.recovery:check", example="meldpunt recovery check share-1.txt")
class RecoveryCheckOptions(Options):
    """Check one share by itself, or several together; nothing of the keys is shown.

    Without FILE it asks for the words of one share, hidden. It needs no host and no other shares.
    So a person who keeps a share can check it now and then.
    """

    files: tuple[Path, ...] = arguments("[FILE]...", FILE)
