"""The reasons of refusals: one closed list for code, specification and vectors.

openapi/annexes.md section 12 describes each reason. The negative vectors name them. A reason
never quotes the refused input.
"""

from enum import StrEnum


class Reason(StrEnum):
    """The closed list of reasons in protocol version 1."""

    # Receipt codes (section 3)
    RECEIPT_LENGTH = "receipt-length"
    RECEIPT_SYMBOL = "receipt-symbol"
    RECEIPT_CHECK = "receipt-check"
    # Encodings and strict JSON (section 2)
    BASE64URL = "base64url"
    LENGTH = "length"
    LINE_ID = "line-id"
    JSON_ENCODING = "json-encoding"
    JSON_SYNTAX = "json-syntax"
    JSON_DUPLICATE_KEY = "json-duplicate-key"
    JSON_KEY = "json-key"
    JSON_NUMBER = "json-number"
    JSON_NULL = "json-null"
    JSON_SURROGATE = "json-surrogate"
    JSON_DEPTH = "json-depth"
    JSON_ROOT = "json-root"
    JSON_SIZE = "json-size"
    JSON_NOT_CANONICAL = "json-not-canonical"
    FIELDS = "fields"
    # Signatures (section 2)
    PUBLIC_KEY = "public-key"
    SIGNATURE = "signature"
    # Lines (sections 5 and 6)
    FIRST_KEY = "first-key"
    ROTATION = "rotation"
    KEY_NUMBER = "key-number"
    OTHER_LINE = "other-line"
    DOCUMENT_DATES = "document-dates"
    DOCUMENT_BELOW_PIN = "document-below-pin"
    DOCUMENT_FORK = "document-fork"
    DOCUMENT_PREVIOUS = "document-previous"
    DOCUMENT_EXPIRED = "document-expired"
    DOCUMENT_UNKNOWN = "document-unknown"
    HANDLER_ID = "handler-id"
    HANDLER_DUPLICATE = "handler-duplicate"
    BOX_KEY_OTHER_LINE = "box-key-other-line"
    BOX_KEY_OTHER_HANDLER = "box-key-other-handler"
    BOX_KEY_DATES = "box-key-dates"
    TEXT_HASH = "text-hash"
    # Texts of a line, and answers to its form (openapi/texts.md)
    TEXT_LANGUAGE = "text-language"
    TEXT_ID = "text-id"
    TEXT_CONDITION = "text-condition"
    TEXT_REACH = "text-reach"
    TEXT_CONTRAST = "text-contrast"
    TEXT_LOGO = "text-logo"
    ANSWER = "answer"
    # Messages (sections 7 to 9)
    OTHER_REPORT = "other-report"
    REPORT_KEYS = "report-keys"
    AUTHOR_UNKNOWN = "author-unknown"
    HEADER_FIELDS = "header-fields"
    ORDER = "order"
    TAG_NOT_ALLOWED = "tag-not-allowed"
    BODY_HASH = "body-hash"
    BODY_SIZE = "body-size"
    WRAP_SIZE = "wrap-size"
    WRAP_KEY = "wrap-key"
    WRAP = "wrap"
    WRAP_READER = "wrap-reader"
    NOT_A_READER = "not-a-reader"
    COMMITMENT = "commitment"
    CIPHERTEXT = "ciphertext"
    PADDING = "padding"
    PAYLOAD_LANGUAGE = "payload-language"
    PAYLOAD_TEXT = "payload-text"
    PAYLOAD = "payload"
    TOO_LONG = "too-long"
    ATTACHMENTS = "attachments"
    ATTACHMENT_SIZE = "attachment-size"
    ATTACHMENT_DIGEST = "attachment-digest"
    ATTACHMENT_STREAM = "attachment-stream"
    NO_READER = "no-reader"
    READER_NOT_ALLOWED = "reader-not-allowed"
    PAST_TERM = "past-term"
    LEFT_OUT = "left-out"
    PROOF = "proof"
    SUCCESSION = "succession"
    SUCCEEDED = "succeeded"
    ORAL = "oral"
    HANDOVER = "handover"
    CONSULTATION = "consultation"
    # The log of a report (section 9)
    GAP = "gap"
    FORK = "fork"
    UNKNOWN_SEEN = "unknown-seen"
    UNCONFIRMED = "unconfirmed"
    # Bulletins (section 10.6)
    BULLETIN_INDEX = "bulletin-index"
    BULLETIN_SIZE = "bulletin-size"
    BULLETIN_HASH = "bulletin-hash"
    BULLETIN_ORDER = "bulletin-order"
    BULLETIN_DATES = "bulletin-dates"
    # Requests (section 10)
    REQUEST_SYNTAX = "request-syntax"
    REQUEST_DIGEST = "request-digest"
    REQUEST_SIGNATURE = "request-signature"
    CHALLENGE = "challenge"


class RefusedError(ValueError):
    """Something untrusted broke a rule of the protocol; `reason` says which.

    `field` is the member of the statement that broke it, by its JSON name: for FIELDS, ORDER and
    HEADER_FIELDS, which hold for many. It is a name of the specification, never one of the input.
    """

    def __init__(self, reason: Reason, field: str | None = None) -> None:
        super().__init__(reason.value)
        self.reason = reason
        self.field = field
