"""A request and its answer, without HTTP: which answers are allowed, and what each means."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from meldpunt.client.http.errors import AnswerError, ProblemError, UnreachableError
from meldpunt.protocol.keys import SigningKey
from meldpunt.protocol.verify import strict_json
from meldpunt.protocol.verify.errors import RefusedError
from meldpunt.wire.problems import PROBLEM_MEDIA_TYPE, Problem, ProblemType

MAX_ANSWER: Final = 1 << 20
"""Default limit of an answer, in bytes."""
JSON: Final = "application/json"
BINARY: Final = "application/octet-stream"

_SECONDS: Final = re.compile(r"[0-9]{1,6}", re.ASCII)
"""A Retry-After in seconds. The other form, a date, needs a correct clock."""
_SUCCESS: Final = 200
_ERRORS: Final = 400
_SERVER_ERRORS: Final = 500
_BODILESS: Final = {kind.status: kind for kind in (ProblemType.NOT_FOUND, ProblemType.MOVED)} | {
    401: ProblemType.CHALLENGE_EXPIRED
}
"""The meaning of a status if a refusal has no body, as in an answer to HEAD."""


@dataclass(frozen=True, slots=True, repr=False)
class Request:
    """A request to send."""

    method: str
    """In upper case."""
    target: str
    """Path and query, in a form that no client library changes."""
    key: SigningKey | None = None
    """Signs the request, if it must be signed."""
    body: bytes = b""
    media_type: str = JSON
    """The media type of the body."""
    fields: Mapping[str, str] = field(default_factory=dict)
    """Additional header fields."""
    expects: str = JSON
    """The media type of the answer, if it has a body."""
    limit: int = MAX_ANSWER
    """The longest answer to read, in bytes."""

    @property
    def is_part_of_file(self) -> bool:
        """Whether it carries a part of a file, in either direction: a large one takes its time."""
        return self.expects == BINARY or self.media_type != JSON


@dataclass(frozen=True, slots=True, repr=False)
class Reply:
    """The host's answer."""

    status: int
    fields: Mapping[str, str]
    """Names in lower case."""
    body: bytes

    @property
    def media_type(self) -> str:
        """The media type of the body, in lower case, without parameters."""
        return self.fields.get("content-type", "").partition(";")[0].strip().lower()


def check_reply(request: Request, reply: Reply) -> Reply:
    """Return a successful answer, or raise the error that a refusal means.

    Raises:
        ProblemError: The host refuses.
        UnreachableError: A gateway answers, because it cannot reach the host.
        AnswerError: The answer is neither a success nor a refusal.
    """
    if reply.status >= _ERRORS and reply.media_type == PROBLEM_MEDIA_TYPE and reply.body:
        raise _problem(reply)
    if reply.status >= _SERVER_ERRORS:
        raise UnreachableError
    if reply.status >= _ERRORS and request.method == "HEAD" and reply.status in _BODILESS:
        raise ProblemError(_BODILESS[reply.status])
    is_success = _SUCCESS <= reply.status < _SUCCESS + 100
    if not is_success or (reply.body and reply.media_type != request.expects):
        raise AnswerError
    return reply


def _problem(reply: Reply) -> ProblemError:
    try:
        problem = Problem.from_value(strict_json.parse(reply.body, max_size=MAX_ANSWER))
    except RefusedError:
        raise AnswerError from None
    if problem.kind is None or problem.kind.status != reply.status:
        raise AnswerError
    after = reply.fields.get("retry-after", "")
    seconds = int(after) if _SECONDS.fullmatch(after) else None
    return ProblemError(problem.kind, problem.reason, seconds)
