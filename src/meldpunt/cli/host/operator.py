"""The work of the operator's commands, such as `meldpunt serve`, on the host's own machine.

They import the server when they run: other people's installations do not need it.
"""

import contextlib
from collections.abc import Callable, Iterator
from typing import Final

import click

from meldpunt.cli.host.commands import (
    HostDemoOptions,
    HostInviteOptions,
    HostMaintainOptions,
    HostMigrateOptions,
    HostMoveDatabaseOptions,
    HostServeOptions,
)
from meldpunt.cli.terminal.output import Output
from meldpunt.cli.terminal.refusal import Refusal

_STANDINGS: Final = {
    "empty": "The database has no tables yet: run meldpunt migrate.",
    "behind": "The database is {missing} behind: make a backup, then run meldpunt migrate.",
    "current": "The database is up to date.",
    "newer": "A newer release has migrated this database: install that one.",
}


@contextlib.contextmanager
def with_server() -> Iterator[None]:
    """Load the server, and explain its known failures in words.

    Raises:
        Refusal: The server is not installed, or a known failure happened.
    """
    try:
        from meldpunt.server import commands
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("meldpunt"):
            raise
        raise Refusal(
            "not-installed", "The host is not installed here: pip install '.[server]' in a clone"
        ) from None
    try:
        yield
    except commands.KNOWN_ERRORS as error:
        from meldpunt.cli.terminal.explanation import refuse

        raise refuse(error) from None


@with_server()
def serve(output: Output, options: HostServeOptions) -> None:
    """Serve until told to stop."""
    from meldpunt.server import commands

    del output
    settings = commands.read_settings(
        database_url=options.database_url, origins=options.origins or None
    )
    commands.serve(settings, host=options.host, port=options.port, workers=options.workers)


@with_server()
def migrate(output: Output, options: HostMigrateOptions) -> None:
    """Bring the database to this release's schema, or show its present schema."""
    from meldpunt.server import commands, opening

    settings = commands.read_settings(database_url=options.database_url)
    if not options.check:
        applied = commands.migrate(settings)
        output.result({"applied": applied}, f"The database is up to date ({applied} applied).")
        return
    schema = opening.read_schema(settings)
    missing = f"{schema.missing} migration{'s' * (schema.missing != 1)}"
    told = _STANDINGS[schema.state.value].format(missing=missing)
    output.result({"standing": schema.state.value, "missing": schema.missing}, told)
    if schema.state.value != "current":
        raise click.exceptions.Exit(1)


@with_server()
def move_database(output: Output, options: HostMoveDatabaseOptions) -> None:
    """Take everything from SQLite to PostgreSQL."""
    from meldpunt.server import commands

    settings = commands.read_settings(database_url=options.database_url)
    with _bar("Moving") as tell:
        moved = commands.move_database(settings, options.target, tell)
    count = sum(moved.rows.values())
    output.result(
        {"rows": moved.rows, "attachments": moved.attachments},
        f"Rows in the new database, each compared with the old one: {count}.",
        "Now set, and start the host:",
        "  MELDPUNT_DATABASE_URL    the new one",
        f"  MELDPUNT_ATTACHMENTS     {moved.attachments} (attachments stay there)",
        "  MELDPUNT_SECRETS_FILE    the same file as before, on every machine",
        "Then delete the old database file: nothing is erased from it any more.",
    )


@contextlib.contextmanager
def _bar(doing: str) -> Iterator[Callable[[int, int], None]]:
    """Show a bar, if a person is watching."""
    from rich import progress
    from rich.console import Console

    columns = (
        progress.TextColumn("{task.description}"),
        progress.BarColumn(),
        progress.TaskProgressColumn(),
    )
    console = Console(stderr=True)
    with progress.Progress(*columns, console=console, disable=not console.is_terminal) as shown:
        task = shown.add_task(doing, total=None)
        yield lambda done, every: shown.update(task, completed=done, total=every)


@with_server()
def invite(output: Output, options: HostInviteOptions) -> None:
    """Print a new invite."""
    from meldpunt.server import commands

    made = commands.create_invite(commands.read_settings(database_url=options.database_url))
    output.result({"invite": made}, made)


@with_server()
def maintain(output: Output, options: HostMaintainOptions) -> None:
    """Erase what is due, and rewrite the database's files."""
    from meldpunt.server import commands

    settings = commands.read_settings(database_url=options.database_url)
    erased = commands.maintain(
        settings, confirmed=options.confirm_day, new_secrets=options.new_secrets
    )
    output.result({"erased": erased}, f"Reports erased: {erased}.")


@with_server()
def demo(output: Output, options: HostDemoOptions) -> None:
    """Run a report from end to end."""
    from meldpunt.demo import run

    del output
    raise SystemExit(run(once=options.once))
