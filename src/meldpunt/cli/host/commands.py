"""The options of the operator's commands, such as `meldpunt serve`. They do not load the server."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from meldpunt.cli.terminal.command import command
from meldpunt.cli.terminal.declaration import (
    Options,
    argument,
    flag,
    option,
    optional_argument,
    preset,
    repeated,
    required,
)
from meldpunt.cli.terminal.parameter_types import DAY, DAYS, EXISTING_FILE, FILE, FOLDER, LINE

if TYPE_CHECKING:
    from meldpunt.client.http.address import LineAddress
    from meldpunt.protocol.verify import ids

_SETTINGS: Final = """\b
Settings come from the environment:
  MELDPUNT_DATABASE_URL    sqlite:///meldpunt.db, or postgresql://…
  MELDPUNT_SECRETS_FILE    made at the first start; not with the database's backups
  MELDPUNT_ORIGINS         https://report.example,http://….onion
  MELDPUNT_FRONTEND_ORIGINS, MELDPUNT_CHALLENGE_SECONDS, MELDPUNT_QUEUE_SIZE
  MELDPUNT_CONTACT_NAME, _URL and _EMAIL, for developers of frontends

"""


def _database_option() -> str | None:
    """Declare `--database-url`."""
    return option(
        "--database-url",
        click.STRING,
        "Instead of MELDPUNT_DATABASE_URL; an URL with a password belongs there, since arguments"
        " are visible to others.",
        metavar="URL",
    )


@command(work="host.operator:serve", example="meldpunt serve --port 8000", epilog=_SETTINGS)
class HostServeOptions(Options):
    """Serve until told to stop. TLS belongs in front of it."""

    host: str = preset("--host", click.STRING, "Address to listen on.", value="127.0.0.1")
    port: int = preset("--port", click.IntRange(1, 65535), None, value=8000)
    workers: int = preset(
        "--workers",
        click.IntRange(1, 64),
        "Processes; more than one needs PostgreSQL.",
        value=1,
    )
    origins: tuple[str, ...] = repeated(
        "--origin",
        click.STRING,
        "Instead of MELDPUNT_ORIGINS: how clients reach this host; once for each.",
        metavar="URL",
    )
    database_url: str | None = _database_option()


@command(work="host.operator:migrate", example="meldpunt migrate", epilog=_SETTINGS)
class HostMigrateOptions(Options):
    """Bring the database to this release's schema, with the hosts on it stopped.

    Of several that run at once, one does it and the others wait.
    """

    check: bool = flag(
        "--check", "Only say whether the database is up to date; exit status 1 if not."
    )
    database_url: str | None = _database_option()


@command(
    work="host.operator:move_database",
    example="meldpunt move-database --to postgresql://meldpunt@/meldpunt",
    epilog=_SETTINGS,
)
class HostMoveDatabaseOptions(Options):
    """Take everything from SQLite to PostgreSQL, with the host stopped.

    Every row is read back and compared. Either all of it arrives or nothing, and the old file stays
    as it is: delete it when the host runs on the new database. Secrets file and attachments stay
    where they are.
    """

    target: str = required(
        "--to",
        click.STRING,
        "An empty PostgreSQL database. A password belongs in PGPASSWORD or ~/.pgpass, since"
        " arguments are visible to others.",
        metavar="URL",
    )
    database_url: str | None = _database_option()


@command(work="host.operator:invite", example="meldpunt invite > invite", epilog=_SETTINGS)
class HostInviteOptions(Options):
    """Print a new invite: it lets one office open one line."""

    database_url: str | None = _database_option()


@command(work="host.operator:maintain", example="meldpunt maintain", epilog=_SETTINGS)
class HostMaintainOptions(Options):
    """Erase what is due, and rewrite the database's files. Run it every night.

    It refuses to erase where the clock is more than 7 days from the last day that the host saw.
    """

    confirm_day: date | None = option(
        "--confirm-day",
        DAY,
        "Say that the clock is right: today, in UTC. Look at another clock first. Never put this in"
        " a timer.",
    )
    new_secrets: bool = flag(
        "--new-secrets",
        "The secrets file of this database is lost for ever: make a new one, or take the one that"
        " is there. Every office must then publish a document with the new receipt key.",
    )
    database_url: str | None = _database_option()


@command(
    work="host.limits:limit_line",
    example="meldpunt limit-line 3q5hjkqyzmkxwkr4nbwbt7vkhi4yyzqe --reports-per-hour 20 --for 7d",
    epilog=_SETTINGS,
)
class HostLimitLineOptions(Options):
    """Limit the new reports of one line for a time, show limits, or lift one.

    For a line that somebody floods. Without a line it lists all limits; with a line alone, its
    limit. Whoever has a report there goes on as before.
    """

    line: "LineAddress | ids.LineId | None" = optional_argument("[LINE]", LINE)
    reports_per_hour: int | None = option(
        "--reports-per-hour",
        click.IntRange(1, 100_000),
        "How many new reports the line takes in an hour, in each process of the host.",
        metavar="N",
    )
    days: int | None = option("--for", DAYS, "For how long, such as 7d; 7d by default.")
    lift: bool = flag("--lift", "Lift the limit of the line.")
    database_url: str | None = _database_option()


_ONLY_DATABASE: Final = "--without-attachments"


@command(
    work="host.backup:backup",
    example="meldpunt backup --to /srv/backups --recipient age1…",
    epilog=_SETTINGS,
)
class HostBackupOptions(Options):
    """Write an encrypted backup of database and attachments, while the host serves.

    For a host on SQLite. The file is named after today, and has the age format: whoever has the key
    of a recipient opens it, and nobody else. The secrets file is not in it. Make one a day at most,
    and do not keep backups for long: they hold what is erased later.
    """

    to: Path = required("--to", FOLDER, "Folder for backups, on another disk.", metavar="FOLDER")
    recipients: tuple[str, ...] = repeated(
        "--recipient",
        click.STRING,
        "Public key, age1…, of who may open it (meldpunt backup-key); once for each.",
        metavar="KEY",
    )
    keep: int | None = option(
        "--keep", DAYS, "Delete backups in the folder that are older, such as 30d."
    )
    without_attachments: bool = flag(_ONLY_DATABASE, "Only the database.")
    database_url: str | None = _database_option()


@command(work="host.backup:backup_key", example="meldpunt backup-key backup.key")
class HostBackupKeyOptions(Options):
    """Make a key that opens backups: writes FILE, and prints the public key for `backup`.

    Make it on another machine than the host, and keep FILE there. Without it no backup opens.
    """

    file: Path = argument("FILE", FILE)


@command(
    work="host.backup:restore",
    example="meldpunt restore --key-file backup.key meldpunt-2026-11-29.age",
    epilog=_SETTINGS,
)
class HostRestoreOptions(Options):
    """Put a backup where the settings say, with the host stopped.

    Nothing may be there yet. It reads all of the backup first, and says what is missing.
    """

    file: Path = argument("FILE", EXISTING_FILE)
    key_file: Path = required("--key-file", EXISTING_FILE, "The key that opens it.", metavar="FILE")
    without_attachments: bool = flag(
        _ONLY_DATABASE, "Only the database: the attachments are in their place."
    )
    database_url: str | None = _database_option()


@command(work="host.operator:demo", example="meldpunt demo --once", has_json=False)
class HostDemoOptions(Options):
    """Run a report from end to end, on a real server of its own."""

    once: bool = flag("--once", "Stop at the end, and serve on any free port meanwhile.")
