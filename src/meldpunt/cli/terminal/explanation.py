"""Words and codes for the errors that commands know."""

from meldpunt.cli.keyfile.keystore import KeyFileError
from meldpunt.cli.speech.dutch_errors import ERRORS, PROBLEM, PROBLEMS
from meldpunt.cli.speech.spoken import by_language, is_dutch
from meldpunt.cli.terminal.refusal import Refusal
from meldpunt.cli.terminal.words import refusal
from meldpunt.client.http.errors import (
    ClientError,
    EntryNotFoundError,
    LineNotFoundError,
    ProblemError,
    ReportNotFoundError,
)
from meldpunt.protocol.verify.errors import RefusedError

KNOWN_ERRORS = (ClientError, RefusedError, KeyFileError)
"""The errors that a command explains in words. Any other error is a defect, and is not hidden."""


def refuse(error: Exception) -> Refusal:
    """Return the refusal with which a command shows an error."""
    code, message = explain(error)
    return Refusal(code, message)


def explain(error: Exception) -> tuple[str, str]:
    """Return the code and the words for an error that commands know."""
    if isinstance(error, RefusedError):
        return error.reason.value, refusal(error.reason)
    if isinstance(error, ProblemError):
        return error.kind.uri.rpartition(":")[2], _problem(error)
    name = type(error).__name__.removesuffix("Error")
    code = "".join(f"-{c.lower()}" if c.isupper() else c for c in name).lstrip("-")
    return code, _told(error)


def _problem(error: ProblemError) -> str:
    if isinstance(error, LineNotFoundError | ReportNotFoundError | EntryNotFoundError):
        return _told(error)
    if error.reason is None and is_dutch():
        return PROBLEMS.get(error.kind, PROBLEM)  # in words of our own
    told = str(error) if error.reason is None else refusal(error.reason)
    return by_language("De host zegt: {}", "The host says: {}").format(told)


def _told(error: Exception) -> str:
    """Return the words for an error: its own, or the Dutch ones of its class or the class above."""
    known = [ERRORS[kind] for kind in type(error).__mro__ if kind in ERRORS] if is_dutch() else []
    return known[0] if known else str(error)
