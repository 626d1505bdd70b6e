"""What must hold of every answer, and of every refusal."""

from collections.abc import Iterable
from typing import Final

import httpx

from meldpunt.protocol.verify.errors import Reason
from meldpunt.wire.problems import PROBLEM_MEDIA_TYPE, Problem, ProblemType

SECURITY_FIELDS: Final = {
    "api-version": "1.0.0",
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    "strict-transport-security": "max-age=63072000",
    "x-content-type-options": "nosniff",
}


def assert_guarded(answer: httpx.Response) -> None:
    """Check the fields that every answer carries."""
    for name, value in SECURITY_FIELDS.items():
        assert answer.headers[name] == value, name
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
    assert "server" not in answer.headers
    assert "set-cookie" not in answer.headers


def assert_problem(
    answer: httpx.Response,
    kind: ProblemType,
    reason: Reason | None = None,
    *,
    quotes: Iterable[str] = (),
) -> None:
    """Check that an answer is this problem document, whole, and repeats nothing of the request.

    Args:
        answer: The answer.
        kind: The type expected.
        reason: The protocol's reason expected.
        quotes: What was sent and must not come back.
    """
    assert answer.status_code == kind.status, answer.text
    assert answer.headers["content-type"] == PROBLEM_MEDIA_TYPE
    problem = Problem.from_value(answer.json())
    assert problem.kind is kind, answer.text
    assert problem.reason is reason, answer.text
    assert (problem.title, problem.status, problem.detail) == (kind.title, kind.status, kind.advice)
    whole = answer.text + repr(sorted(answer.headers.items()))
    assert not [quote for quote in quotes if quote in whole]
    assert_guarded(answer)


def refused(answer: httpx.Response, reason: Reason, *, quotes: Iterable[str] = ()) -> None:
    """Check for a rule of the protocol."""
    assert_problem(answer, ProblemType.REFUSED, reason, quotes=quotes)


def malformed(answer: httpx.Response, reason: Reason, *, quotes: Iterable[str] = ()) -> None:
    """Check for a form that nothing can have."""
    assert_problem(answer, ProblemType.MALFORMED_REQUEST, reason, quotes=quotes)


def not_found(answer: httpx.Response) -> None:
    """Check for the one answer to what is not there, and to what is not yours."""
    assert_problem(answer, ProblemType.NOT_FOUND)


def stored(answer: httpx.Response) -> None:
    """Check that something new was stored."""
    assert answer.status_code == 201, answer.text
    assert_guarded(answer)


def same(*answers: httpx.Response) -> None:
    """Check that answers cannot be told apart, byte for byte."""
    assert len({(a.status_code, a.content, repr(sorted(a.headers.items()))) for a in answers}) == 1
