"""The host's refusals. The table in http/problems.py gives each its problem document."""


class MeldpuntError(Exception):
    """A refusal of the host that does not come from a rule of the protocol."""


class NotFoundError(MeldpuntError):
    """It does not exist, or this key does not open it. The two look alike on purpose."""


class ConflictError(MeldpuntError):
    """The host already has something else under that name or number."""


class NotAllowedNowError(MeldpuntError):
    """The state of the report does not allow this message."""


class TooManyKeysError(MeldpuntError):
    """A handler has more box keys that have not ended than the host allows."""


class MovedError(MeldpuntError):
    """The line is on another host, or not complete on this one yet. The host stores nothing new."""


class InviteInvalidError(MeldpuntError):
    """The invite is unknown, or used for another line."""


class SignatureRequiredError(MeldpuntError):
    """The request has no signature of this profile, or the signature is not valid."""


class ChallengeExpiredError(MeldpuntError):
    """This host did not make the challenge, or the challenge has expired."""


class BusyError(MeldpuntError):
    """The host cannot take the request now. The client may send the same bytes again."""


class ContentTooLargeError(MeldpuntError):
    """The request body is larger than its resource allows."""


class UnsupportedMediaTypeError(MeldpuntError):
    """The request declares another media type than its resource accepts."""


class NotAcceptableError(MeldpuntError):
    """The client does not accept JSON."""


class UploadOffsetError(MeldpuntError):
    """The upload ends at another offset than the one that the request names."""


class ChecksumError(MeldpuntError):
    """The body does not have the checksum that `Upload-Checksum` names."""


class TusVersionError(MeldpuntError):
    """The request names another version of the tus protocol, or none."""


class RangeError(MeldpuntError):
    """The requested range holds no byte of the attachment."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self.size = size


class AttachmentUnavailableError(MeldpuntError):
    """A message lists an attachment that its author has not uploaded here, or has listed before."""


class AttachmentLostError(MeldpuntError):
    """The store of pieces works, but lacks all or some of an attachment that a message lists."""


class ReportFullError(MeldpuntError):
    """The report has reached the operator's limits for attachments."""


class StorageFullError(MeldpuntError):
    """This line, or the whole host, has no room for more attachments."""
