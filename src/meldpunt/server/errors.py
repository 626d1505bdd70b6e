"""What the host refuses, in its own words; http/problems.py names HTTP for each."""


class MeldpuntError(Exception):
    """Any refusal of the host that is not a rule of the protocol."""


class NotFoundError(MeldpuntError):
    """It does not exist, or this key does not open it: the two look alike on purpose."""


class ConflictError(MeldpuntError):
    """Something else is already there under that name or number."""


class NotAllowedNowError(MeldpuntError):
    """The state of the report does not allow this message."""


class TooManyKeysError(MeldpuntError):
    """A handler has published more box keys ahead than anybody needs."""


class MovedError(MeldpuntError):
    """The line is on another host, or not wholly on this one yet: nothing is taken for it."""


class InviteInvalidError(MeldpuntError):
    """The invite is unknown, or used for another line."""


class SignatureRequiredError(MeldpuntError):
    """The request is not signed by this profile, or the signature does not hold."""


class ChallengeExpiredError(MeldpuntError):
    """The challenge was not made by this host, or too long ago."""


class BusyError(MeldpuntError):
    """The queue is full; the same bytes may come again."""


class ContentTooLargeError(MeldpuntError):
    """The request body is larger than its resource takes."""


class UnsupportedMediaTypeError(MeldpuntError):
    """The request body is not declared to be what its resource takes."""


class NotAcceptableError(MeldpuntError):
    """The client takes no JSON."""


class UploadOffsetError(MeldpuntError):
    """The upload is at another offset than the one that the request names."""


class ChecksumError(MeldpuntError):
    """The body does not have the checksum that `Upload-Checksum` names."""


class TusVersionError(MeldpuntError):
    """The request names another version of the tus protocol, or none."""


class RangeError(MeldpuntError):
    """No byte of the attachment lies in the range asked for."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self.size = size


class AttachmentUnavailableError(MeldpuntError):
    """A message lists what its author has not uploaded for this report, or has listed before."""


class AttachmentLostError(MeldpuntError):
    """The store answers, and has not, or not wholly, what a message lists."""


class ReportFullError(MeldpuntError):
    """The operator's limits for the attachments of one report are reached."""


class StorageFullError(MeldpuntError):
    """There is no room for more attachments, of this line or at all."""
