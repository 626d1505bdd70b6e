"""`meldpunt serve` and the like: what an operator does on the host's own machine.

The server is imported when one of these runs: everybody else's installation does without it.
"""

import contextlib
from collections.abc import Callable, Iterator
from typing import Any, Final, TypeVar

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn

from meldpunt.cli.terminal.output import Output, Refusal, refuse

_Function = TypeVar("_Function", bound=Callable[..., Any])

_SETTINGS = """\b
Settings come from the environment:
  MELDPUNT_DATABASE_URL    sqlite:///meldpunt.db, or postgresql://…
  MELDPUNT_SECRETS_FILE    made at the first start; not with the database's backups
  MELDPUNT_ORIGINS         https://report.example,http://….onion
  MELDPUNT_FRONTEND_ORIGINS, MELDPUNT_CHALLENGE_SECONDS, MELDPUNT_QUEUE_SIZE"""


_STANDINGS: Final = {
    "empty": "The database has no tables yet: run meldpunt migrate.",
    "behind": "The database is {missing} behind: make a backup, then run meldpunt migrate.",
    "current": "The database is up to date.",
    "newer": "A newer release has migrated this database: install that one.",
}


class _Operator(click.Command):
    """A command that needs the server installed; its known failures are told in words."""

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - click's own signature
        as_json = bool(ctx.params.get("as_json"))
        try:
            from meldpunt.server import commands
        except ModuleNotFoundError as error:
            if (error.name or "").startswith("meldpunt"):
                raise
            raise Refusal(
                "not-installed",
                "The host is not installed here: pip install 'meldpunt[server]'",
                as_json=as_json,
            ) from None
        try:
            return super().invoke(ctx)
        except commands.KNOWN_ERRORS as error:
            refuse(error, as_json=as_json)


def _options(function: _Function) -> _Function:
    json_option = click.option(
        "--json", "as_json", is_flag=True, help="Answer in JSON, for programs."
    )
    database = click.option(
        "--database-url",
        metavar="URL",
        help="Instead of MELDPUNT_DATABASE_URL; an URL with a password belongs there, since"
        " arguments are visible to others.",
    )
    return database(json_option(function))


@click.command(cls=_Operator, epilog=f"{_SETTINGS}\n\n\b\nExample:\n  meldpunt serve --port 8000")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option(
    "--workers",
    default=1,
    show_default=True,
    type=click.IntRange(1, 64),
    help="Processes; more than one needs PostgreSQL.",
)
@click.option(
    "--origin",
    "origins",
    multiple=True,
    metavar="URL",
    help="Instead of MELDPUNT_ORIGINS: how clients reach this host; once for each.",
)
@_options
def serve(
    host: str,
    port: int,
    workers: int,
    origins: tuple[str, ...],
    database_url: str | None,
    as_json: bool,  # noqa: ARG001, FBT001 - read before this runs; click passes by name
) -> None:
    """Serve until told to stop. TLS belongs in front of it."""
    from meldpunt.server import commands

    settings = commands.read_settings(database_url=database_url, origins=origins or None)
    commands.serve(settings, host=host, port=port, workers=workers)


@click.command(cls=_Operator, epilog=f"{_SETTINGS}\n\n\b\nExample:\n  meldpunt migrate")
@click.option("--check", is_flag=True, help="Only say how it is; exit status 1 unless up to date.")
@_options
def migrate(check: bool, database_url: str | None, as_json: bool) -> None:  # noqa: FBT001 - click passes by name
    """Bring the database to this release's schema, with the hosts on it stopped.

    Of several that run at once, one does it and the others wait.
    """
    from meldpunt.server import commands

    settings, output = commands.read_settings(database_url=database_url), Output(as_json=as_json)
    if not check:
        applied = commands.migrate(settings)
        output.result({"applied": applied}, f"The database is up to date ({applied} applied).")
        return
    schema = commands.read_schema(settings)
    missing = f"{schema.missing} migration{'s' * (schema.missing != 1)}"
    told = _STANDINGS[schema.state.value].format(missing=missing)
    output.result({"standing": schema.state.value, "missing": schema.missing}, told)
    if schema.state.value != "current":
        raise click.exceptions.Exit(1)


@click.command(
    cls=_Operator,
    epilog=f"{_SETTINGS}\n\n\b\nExample:\n"
    "  meldpunt move-database --to postgresql://meldpunt@/meldpunt",
)
@click.option(
    "--to",
    "target",
    required=True,
    metavar="URL",
    help="An empty PostgreSQL database. A password belongs in PGPASSWORD or ~/.pgpass, since"
    " arguments are visible to others.",
)
@_options
def move_database(target: str, database_url: str | None, as_json: bool) -> None:  # noqa: FBT001 - click passes by name
    """Take everything from SQLite to PostgreSQL, with the host stopped.

    Every row is read back and compared. Either all of it arrives or nothing, and the old file stays
    as it is: delete it when the host runs on the new database. Secrets file and attachments stay
    where they are.
    """
    from meldpunt.server import commands

    settings = commands.read_settings(database_url=database_url)
    with _bar("Moving") as tell:
        moved = commands.move_database(settings, target, tell)
    count = sum(moved.rows.values())
    Output(as_json=as_json).result(
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
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        task = progress.add_task(doing, total=None)
        yield lambda done, every: progress.update(task, completed=done, total=every)


@click.command(cls=_Operator, epilog=f"{_SETTINGS}\n\n\b\nExample:\n  meldpunt invite > invite")
@_options
def invite(database_url: str | None, as_json: bool) -> None:  # noqa: FBT001 - click passes by name
    """Print a new invite: it lets one office open one line."""
    from meldpunt.server import commands

    made = commands.create_invite(commands.read_settings(database_url=database_url))
    Output(as_json=as_json).result({"invite": made}, made)


@click.command(cls=_Operator, epilog=f"{_SETTINGS}\n\n\b\nExample:\n  meldpunt maintain")
@_options
def maintain(database_url: str | None, as_json: bool) -> None:  # noqa: FBT001 - click passes by name
    """Erase what is due, and rewrite the database's files. Run it every night."""
    from meldpunt.server import commands

    erased = commands.maintain(commands.read_settings(database_url=database_url))
    Output(as_json=as_json).result({"erased": erased}, f"Reports erased: {erased}.")


@click.command(cls=_Operator, epilog="\b\nExample:\n  meldpunt demo --once")
@click.option(
    "--once", is_flag=True, help="Stop at the end instead of serving on; for a free port."
)
def demo(once: bool) -> None:  # noqa: FBT001 - click passes by name
    """Run a report from end to end, on a real server of its own."""
    from meldpunt.demo import run

    raise SystemExit(run(once=once))
