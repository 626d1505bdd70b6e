"""The host's refusals. The table in http/problems.py gives each its problem document."""

from typing import ClassVar


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


class LineLimitedError(MeldpuntError):
    """The line takes no more new reports in this hour, because its operator limits them."""

    def __init__(self, retry_after: int) -> None:
        super().__init__()
        self.retry_after = retry_after
        """Seconds until the next hour."""


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


class DatabaseFailedError(MeldpuntError):
    """The database does not do its work: a fault of the machine, and no defect of the host.

    The subclasses name the faults that an operator mends in different ways. The text of an error is
    for the operator; clients get a problem document.
    """

    told: ClassVar[str] = (
        "The database cannot be read or written: the disk, the folder or the access to it fails."
    )

    def __str__(self) -> str:
        """Say what is wrong, and what an operator can do."""
        return self.told


class DatabaseFullError(DatabaseFailedError):
    """The database has no room: its disk, a quota or a limit on the size of files is full."""

    told = (
        "The database has no room: its disk, a quota or a limit on the size of files is full. Make"
        " room; the host goes on by itself."
    )


class DatabaseReadOnlyError(DatabaseFailedError):
    """The database can be read, but not written."""

    told = (
        "The database can be read only. Let the host write the database's files and folder, or"
        " make the server writable; the host goes on by itself."
    )


class DatabaseDamagedError(DatabaseFailedError):
    """The database's files hold what no database wrote."""

    told = (
        "The database is damaged: the host stores nothing more in it. Stop the host, keep the"
        " files, look at the disk, and restore a backup."
    )


class StoredValueError(DatabaseDamagedError):
    """One stored value is not what came. All else may be right, so the host goes on with it."""


class DatabaseReplacedError(DatabaseFailedError):
    """The database under the running host is not the one that the host opened."""

    told = (
        "The database was moved, replaced or deleted under the running host: nothing more is"
        " stored in it. Put the same files back, or restart the host with the right ones."
    )


def may_be_of_one(error: Exception) -> bool:
    """Say whether one item of a group can cause this error, so that the others may succeed."""
    return isinstance(error, StoredValueError) or not isinstance(
        error, BusyError | DatabaseFailedError
    )
