"""Problem documents (RFC 9457): the host writes them, and the SDK reads them.

The list of types is closed. A problem document quotes nothing from the request.
"""

from enum import Enum
from typing import Annotated, Final

from pydantic import Field

from meldpunt.protocol.verify.errors import Reason
from meldpunt.protocol.verify.fields import Answer

PROBLEM_MEDIA_TYPE: Final = "application/problem+json"
_PREFIX: Final = "urn:meldpunt:problem:"


class ProblemType(Enum):
    """A type of problem: its name, HTTP status, title, and what to do about it."""

    MALFORMED_REQUEST = (
        "malformed-request",
        400,
        "The request is not well-formed.",
        "Compare the request with /v1/openapi.json. A field, its form or its size is off.",
    )
    REFUSED = (
        "refused",
        400,
        "The protocol refuses this content.",
        "The member `reason` names the rule; openapi/protocol.md describes it.",
    )
    SIGNATURE_REQUIRED = (
        "signature-required",
        401,
        "The request is not signed, or not by this profile.",
        "Sign the request as openapi/protocol.md section 10 says.",
    )
    CHALLENGE_EXPIRED = (
        "challenge-expired",
        401,
        "The challenge is unknown or has expired.",
        "Ask for a new challenge and sign the same request again.",
    )
    INVITE_INVALID = (
        "invite-invalid",
        403,
        "The invite is unknown or used.",
        "Ask the host's operator for a new invite.",
    )
    NOT_FOUND = (
        "not-found",
        404,
        "Nothing here opens with this key.",
        "It does not exist, or it is not yours: the two look alike on purpose.",
    )
    METHOD_NOT_ALLOWED = (
        "method-not-allowed",
        405,
        "The resource does not know this method.",
        "See the Allow field.",
    )
    NOT_ACCEPTABLE = (
        "not-acceptable",
        406,
        "The host answers in JSON only.",
        "Accept application/json.",
    )
    CONFLICT = (
        "conflict",
        409,
        "Something else is already there.",
        "Read the current state, then decide; sending the first bytes again is always safe.",
    )
    NOT_ALLOWED_NOW = (
        "not-allowed-now",
        409,
        "The state of the report does not allow this now.",
        "Closing asks for feedback since the last opening; reopening asks for a closed report.",
    )
    TOO_MANY_KEYS = (
        "too-many-keys",
        409,
        "The handler has published more box keys ahead than the host keeps.",
        "128 that have not ended are enough for years. Wait until some have.",
    )
    UPLOAD_OFFSET = (
        "upload-offset",
        409,
        "The upload is at another offset.",
        "Ask for the offset with HEAD, and go on from there.",
    )
    ATTACHMENT_UNAVAILABLE = (
        "attachment-unavailable",
        409,
        "An attachment that the message lists is not there to be listed.",
        "Upload it first, wholly and by the same key; one that expired must be uploaded again.",
    )
    MOVED = (
        "moved",
        410,
        "The line is on another host.",
        "Fetch the line again: the origins of its newest document say where. Send the bytes there.",
    )
    ATTACHMENT_LOST = (
        "attachment-lost",
        410,
        "The host has lost this attachment, or a part of it.",
        "Asking again does not help. Its author can send it again; tell the host's operator.",
    )
    CONTENT_TOO_LARGE = (
        "content-too-large",
        413,
        "The request body, or the attachment, is too large.",
        "A text holds at most 65,000 bytes; an attachment as many as Tus-Max-Size says.",
    )
    REPORT_FULL = (
        "report-full",
        413,
        "The report takes no more attachments.",
        "Send or delete what is uploaded and not listed yet, or send less.",
    )
    TUS_VERSION = (
        "tus-version",
        412,
        "The request does not speak tus 1.0.0.",
        "Send Tus-Resumable: 1.0.0.",
    )
    UNSUPPORTED_MEDIA_TYPE = (
        "unsupported-media-type",
        415,
        "The request body is of another media type.",
        "Send Content-Type: application/json, or application/offset+octet-stream with PATCH.",
    )
    RANGE_NOT_SATISFIABLE = (
        "range-not-satisfiable",
        416,
        "The attachment has no such bytes.",
        "Content-Range says how long it is.",
    )
    LINE_LIMITED = (
        "line-limited",
        429,
        "The line takes only a few new reports an hour now, and this hour's are there.",
        "Nothing was stored. Send the same bytes again after the time in Retry-After.",
    )
    HEADER_TOO_LARGE = (
        "header-too-large",
        431,
        "The request's line and header fields are too large.",
        "The host takes 32 KiB of them together; no request of this contract needs more than 4.",
    )
    CHECKSUM_MISMATCH = (
        "checksum-mismatch",
        460,
        "The body does not have its Upload-Checksum.",
        "Send the same bytes again; nothing of them was kept.",
    )
    INTERNAL = (
        "internal",
        500,
        "The host failed.",
        "Send the same bytes again later; a retry cannot duplicate.",
    )
    BUSY = (
        "busy",
        503,
        "The host is busy.",
        "Send the same bytes again after the time in Retry-After.",
    )
    DATABASE_FAILED = (
        "database-failed",
        503,
        "The host cannot reach its database.",
        "The fault is the host's. Send the same bytes again later; a retry cannot duplicate.",
    )
    DATABASE_READ_ONLY = (
        "database-read-only",
        503,
        "The host cannot write into its database.",
        "The fault is the host's. Send the same bytes again later; a retry cannot duplicate.",
    )
    DATABASE_DAMAGED = (
        "database-damaged",
        503,
        "The host's database is damaged.",
        "Its operator must restore it. Keep what you wanted to send, and send it again later.",
    )
    DATABASE_REPLACED = (
        "database-replaced",
        503,
        "The host's database is not the one that the host opened.",
        "Its operator must act. Keep what you wanted to send, and send the same bytes again later.",
    )
    DATABASE_FULL = (
        "database-full",
        507,
        "The host's disk is full.",
        "The fault is the host's. Send the same bytes again later; a retry cannot duplicate.",
    )
    STORAGE_FULL = (
        "storage-full",
        507,
        "There is no room for attachments now.",
        "Nothing is lost: go on later from the offset that HEAD tells. Messages still go through.",
    )

    def __init__(self, slug: str, status: int, title: str, advice: str) -> None:
        self.uri = _PREFIX + slug
        self.status = status
        self.title = title
        self.advice = advice


class Problem(Answer):
    """The body of every refusal."""

    type: str
    title: str
    status: int
    detail: str
    reason: Reason | None = None
    """The reason, if a rule of the protocol refused the request."""
    field: Annotated[str, Field(pattern="^[a-z][A-Za-z]{0,39}$")] | None = None
    """The member of the statement that `reason` is about, for reasons that hold for many."""

    @classmethod
    def of(
        cls, kind: ProblemType, reason: Reason | None = None, field: str | None = None
    ) -> "Problem":
        """Return the problem document of a type."""
        return cls(
            type=kind.uri,
            title=kind.title,
            status=kind.status,
            detail=kind.advice,
            reason=reason,
            field=field,
        )

    @property
    def kind(self) -> ProblemType | None:
        """The type that this document names, or None if this version does not know it."""
        return next((kind for kind in ProblemType if kind.uri == self.type), None)
