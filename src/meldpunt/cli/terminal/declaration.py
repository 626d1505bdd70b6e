"""Options as a typed class: each field declares its own option or argument.

So an option and its field have the same name, and the type checker compares the field's type with
the option's type:

    class Search(Options):
        words: str = argument("WORDS", click.STRING)
        limit: int | None = option("--limit", click.IntRange(1), "Only so many.")
"""

from collections.abc import Callable, Iterator
from dataclasses import Field, dataclass, field, fields
from typing import Any, ClassVar, Final, TypeVar, cast, dataclass_transform

import click

_Value = TypeVar("_Value")
_Options = TypeVar("_Options", bound="Options")

_MAKE: Final = "make"
_KIND: Final = "kind"

_Make = Callable[[str], list[click.Parameter]]
"""Given the name of a field, makes its click parameters."""


def option(
    flags: str,
    kind: click.ParamType[_Value, Any],
    help: str,  # noqa: A002 (as click calls it)
    *,
    metavar: str | None = None,
) -> _Value | None:
    """Declare an option with a value. Without the option the field is None."""
    return cast("_Value | None", _option(flags, type=kind, help=help, metavar=metavar))


def required(
    flags: str,
    kind: click.ParamType[_Value, Any],
    help: str,  # noqa: A002 (as click calls it)
    *,
    metavar: str | None = None,
) -> _Value:
    """Declare an option that is required."""
    found = _option(flags, type=kind, help=help, metavar=metavar, required=True)
    return cast("_Value", found)


def repeated(
    flags: str,
    kind: click.ParamType[_Value, Any],
    help: str | None = None,  # noqa: A002 (as click calls it)
    *,
    metavar: str | None = None,
) -> tuple[_Value, ...]:
    """Declare an option that may be given several times."""
    found = _option(flags, type=kind, help=help, metavar=metavar, multiple=True)
    return cast("tuple[_Value, ...]", found)


def preset(
    flags: str,
    kind: click.ParamType[_Value, Any],
    help: str | None,  # noqa: A002 (as click calls it)
    *,
    value: _Value,
    is_shown: bool = True,
) -> _Value:
    """Declare an option with a default value."""
    return cast(
        "_Value", _option(flags, type=kind, help=help, default=value, show_default=is_shown)
    )


def flag(flags: str, help: str) -> bool:  # noqa: A002 (as click calls it)
    """Declare an option without a value."""
    return cast("bool", _option(flags, is_flag=True, help=help))


def switch(flags: str, help: str) -> bool | None:  # noqa: A002 (as click calls it)
    """Declare an option `--do/--no-do`. Without either the field is None."""
    return cast("bool | None", _option(flags, default=None, help=help))


def argument(metavar: str, kind: click.ParamType[_Value, Any]) -> _Value:
    """Declare an argument."""
    return cast("_Value", _argument(metavar, kind))


def optional_argument(metavar: str, kind: click.ParamType[_Value, Any]) -> _Value | None:
    """Declare an optional argument."""
    return cast("_Value | None", _argument(metavar, kind, required=False))


def arguments(
    metavar: str, kind: click.ParamType[_Value, Any], *, needed: bool = False
) -> tuple[_Value, ...]:
    """Declare an argument with any number of values. `needed` requires at least one."""
    return cast("tuple[_Value, ...]", _argument(metavar, kind, nargs=-1, required=needed))


def embedded(kind: type[_Options], **helps: str) -> _Options:
    """Declare options that several commands share, as one field with a value of their class.

    Args:
        kind: The class of the shared options.
        helps: The help of these options in this command, by field.
    """

    def make(_name: str) -> list[click.Parameter]:
        found = list(parameters_of(kind))
        for parameter in found:
            if isinstance(parameter, click.Option) and parameter.name in helps:
                parameter.help = helps[parameter.name]
        return found

    return cast("_Options", _declare(make, kind))


def _option(flags: str, **settings: Any) -> object:  # noqa: ANN401 (click's own)
    return _declare(lambda name: [click.Option([name, flags], **settings)])


def _argument(metavar: str, kind: click.ParamType[Any, Any], **settings: Any) -> object:  # noqa: ANN401 (click's own)
    return _declare(lambda name: [click.Argument([name], type=kind, metavar=metavar, **settings)])


def _declare(make: _Make, kind: "type[Options] | None" = None) -> object:
    return field(metadata={_MAKE: make, _KIND: kind})


@dataclass_transform(
    kw_only_default=True,
    frozen_default=True,
    field_specifiers=(
        option,
        required,
        repeated,
        preset,
        flag,
        switch,
        argument,
        optional_argument,
        arguments,
        embedded,
    ),
)
class Options:
    """The options and arguments of a command. Each subclass is a frozen dataclass.

    Raises:
        TypeError: A field declares no option or argument, or two options have one name.
    """

    command: ClassVar[click.Command]
    """The command with these options, if the class is a command (see `command`)."""

    def __init_subclass__(cls) -> None:
        dataclass(frozen=True, kw_only=True)(cls)
        names = [parameter.name for parameter in parameters_of(cls)]
        if len(set(names)) != len(names):
            raise TypeError(f"Two options of {cls.__name__} have one name.")


def parameters_of(kind: type[Options]) -> Iterator[click.Parameter]:
    """Return the click parameters of a class of options, in the order of its fields."""
    for each in _fields(kind):
        if _MAKE not in each.metadata:
            raise TypeError(f"{kind.__name__}.{each.name} does not say how it is typed.")
        yield from each.metadata[_MAKE](each.name)


def gather(kind: type[_Options], values: dict[str, Any]) -> _Options:
    """Return the typed values as a value of their class, and remove them from `values`."""
    found = {}
    for each in _fields(kind):
        inner = each.metadata[_KIND]
        found[each.name] = gather(inner, values) if inner else values.pop(each.name)
    return kind(**found)


def _fields(kind: type[Options]) -> tuple[Field[Any], ...]:
    return fields(kind)  # type: ignore[arg-type] # each subclass is a dataclass
