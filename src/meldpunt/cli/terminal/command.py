"""A command: a class of options, its help, and the place of the function that does the work.

The work is a function of `Output` and the class. The program imports it when the command runs. So
help and completion load only the declaration.
"""

import inspect
from collections.abc import Callable
from typing import Any, Final, TypeVar, cast

import click

from meldpunt.cli.speech.spoken import begin, begin_english
from meldpunt.cli.terminal.declaration import Options, gather, parameters_of
from meldpunt.cli.terminal.lazy_group import load
from meldpunt.cli.terminal.refusal import Refusal

_IN_DUTCH_TOO: Final = ("report.", "line.guide:", "line.folder:", "line.publishing:", "opening.")
"""Where the work is of commands that speak to reporters, and to an office about its folder."""
_Options = TypeVar("_Options", bound=Options)


_JSON: Final = click.Option(
    ["as_json", "--json"], is_flag=True, help="Answer in JSON, for programs."
)


class Command(click.Command):
    """A command as click runs it.

    Args:
        options: The class of its options; its docstring is the help.
        work: The place of the work function, such as `report.visit:reply`.
        shared: Options of the command line itself.
    """

    def __init__(
        self,
        options: type[Options],
        work: str,
        shared: list[click.Parameter],
        **settings: Any,  # noqa: ANN401 (click's own)
    ) -> None:
        self.options = options
        self.work = work
        super().__init__(
            None,  # the table of commands gives the name
            callback=self._run,
            params=[*parameters_of(options), *shared],
            help=inspect.cleandoc(options.__doc__ or ""),
            **settings,
        )

    def load_work(self) -> Callable[[object, object], None]:
        """Import the function that does the work.

        Raises:
            TypeError: The function takes other options.
        """
        work = cast("Callable[[object, object], None]", load(self.work))
        taken = [each.annotation for each in inspect.signature(work).parameters.values()]
        if taken[1:] != [self.options]:
            raise TypeError(f"{self.work} does not take {self.options.__name__}.")
        return work

    def _choose_language(self, chosen: object) -> None:
        """Speak to reporters, and to whoever looks for help, in their language; else English."""
        if self.work.startswith(_IN_DUTCH_TOO):
            begin(None if chosen is None else str(chosen))
        else:
            begin_english()

    def _run(self, *, as_json: bool = False, **values: object) -> None:
        from meldpunt.cli.terminal.output import Output

        self._choose_language(values.get("language"))
        try:
            self.load_work()(Output(as_json=as_json), gather(self.options, values))
        except click.ClickException as error:
            if isinstance(error, Refusal):
                error.as_json = as_json
            raise
        except Exception as error:
            from meldpunt.cli.terminal.explanation import KNOWN_ERRORS, refuse

            if not isinstance(error, KNOWN_ERRORS):
                raise
            refusal = refuse(error)
            refusal.as_json = as_json
            raise refusal from None


def command(
    *,
    work: str,
    example: str,
    takes_entry: bool = False,
    has_json: bool = True,
    epilog: str = "",
) -> Callable[[type[_Options]], type[_Options]]:
    """Make a command from a class of options. The class gets it as its `command`.

    Args:
        work: The place of the work function, such as `report.visit:reply`.
        example: An example, shown at the end of the help.
        takes_entry: The command takes an entry. A dash at its start does not make it an option.
        has_json: The command answers in JSON with `--json`.
        epilog: A text, shown before the example.
    """
    settings = {"ignore_unknown_options": True} if takes_entry else {}
    told = f"{epilog}\b\nExample:\n  {example}"
    shared: list[click.Parameter] = [_JSON] if has_json else []

    def wrap(kind: type[_Options]) -> type[_Options]:
        kind.command = Command(kind, work, shared, epilog=told, context_settings=settings)
        return kind

    return wrap
