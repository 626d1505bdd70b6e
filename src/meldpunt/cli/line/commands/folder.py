"""`meldpunt line create`, `edit` and `publish`: the folder in which an office writes its line."""

from pathlib import Path

import click

from meldpunt.cli.terminal.command import command
from meldpunt.cli.terminal.declaration import (
    Options,
    argument,
    embedded,
    flag,
    option,
    preset,
    repeated,
    required,
)
from meldpunt.cli.terminal.options import KeyFileOptions, proxy_option
from meldpunt.cli.terminal.parameter_types import (
    EXISTING_FILE,
    FILE,
    FIRST_BOX_KEY,
    FOLDER,
    NEW_FOLDER,
    PRESET,
    SECRET,
    SPOKEN,
)


def spoken_option() -> str | None:
    """Declare `--language` of what a command says."""
    return option(
        "--language",
        SPOKEN,
        "Language of what this command says: nl or en; that of your system by default.",
    )


class PublishingOptions(Options):
    """Who joins and leaves with a document, and what its publishing needs."""

    added: tuple[Path, ...] = repeated(
        "--handler",
        EXISTING_FILE,
        "Public entry of a handler to add, as handler init printed it; once for each. Those that"
        " line.yaml names are added too. Handlers of the document before stay.",
    )
    removed: tuple[str, ...] = repeated(
        "--remove",
        click.STRING,
        "A handler who leaves today, by id or full name.",
        metavar="HANDLER",
    )
    first_box_keys: tuple[tuple[str, int], ...] = repeated(
        "--first-box-key",
        FIRST_BOX_KEY,
        "After a recovery: the handler's keys below this number count no more, because somebody may"
        " have the lost device. The handler's program printed it.",
        metavar="HANDLER=NUMBER",
    )
    yes: bool = flag(
        "--yes",
        "Do not ask about reports that only they read, about a first box key that the host does not"
        " serve, nor before publishing; for programs.",
    )
    invite_source: str | None = option(
        "--invite-fd",
        SECRET,
        "Where to read the operator's invite: a file descriptor, or - for standard input. Needed"
        " once, for the line's first document.",
    )
    proxy: str | None = proxy_option()


@command(
    work="line.folder:create",
    example="meldpunt line create --preset unwanted-behaviour --to our-line",
)
class LineCreateOptions(Options):
    """Write a line into a new folder, from a preset with all its texts.

    They are in nl, en and nl-simple (easy Dutch). Fill in what stands in [[double brackets]],
    change what you like, and look at it with meldpunt line edit. Nothing that exists is written
    over. To be guided through everything, use meldpunt line open.
    """

    preset_name: str = required("--preset", PRESET, "The line to start from.")
    folder: Path = required("--to", NEW_FOLDER, "The folder to write.", metavar="FOLDER")
    address_form: str = preset(
        "--address-form",
        click.Choice(["je", "u"]),
        "How the Dutch texts address their reader.",
        value="je",
    )
    language: str | None = spoken_option()


@command(
    work="line.folder:edit",
    example="meldpunt line edit our-line --key-file line.key",
)
class LineEditOptions(Options):
    """Check a line's folder, show it as people will read it, and publish it.

    Every fault comes with file, line, column and a reason. A page for browsers shows the form, the
    guide and the procedure in all languages. With --key-file it asks whether to sign and publish.
    """

    key_path: Path | None = option("--key-file", FILE, "The line's key file, to publish.")
    passphrase_source: str | None = option(
        "--passphrase-fd",
        SECRET,
        "Read the passphrase from a file descriptor, or - for standard input, instead of asking.",
    )
    page: Path | None = option(
        "--page", FILE, "Where to write the page; preview.html in the folder by default."
    )
    language: str | None = spoken_option()
    publishing: PublishingOptions = embedded(PublishingOptions)
    folder: Path = argument("FOLDER", FOLDER)


@command(
    work="line.publishing:publish",
    example="meldpunt line publish --key-file line.key --handler jansen.json"
    " \\\n    --handler smit.json --invite-fd - our-line < invite",
)
class LinePublishOptions(Options):
    """Sign the line's next document from its folder (meldpunt line create), and publish it.

    It is refused while something is still to fill in. A document is valid for 90 days. Renew it
    before they are over (meldpunt line renew). Posters with the line's address stay valid.
    """

    key_file: KeyFileOptions = embedded(KeyFileOptions)
    language: str | None = spoken_option()
    publishing: PublishingOptions = embedded(PublishingOptions)
    folder: Path = argument("FOLDER", FOLDER)
