"""The errors between a client and its host; refusals by the protocol are `RefusedError`.

No message quotes a receipt code, a text, a key, a path of a request or anything that a host wrote:
errors end up in logs and on screens.
"""

from collections.abc import Mapping
from typing import ClassVar

from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.errors import Reason, RefusedError
from meldpunt.wire.problems import ProblemType


class ClientError(Exception):
    """The base of every error of this package; `RefusedError` is the protocol's."""


class AddressError(ClientError):
    """A text is not the address of a host or a line; `hint` says what an address looks like."""

    def __init__(self, hint: str) -> None:
        super().__init__(f"This is not an address that can be used: {hint}")


class ProxyError(ClientError):
    """The configured proxy cannot be used."""


class UnreachableError(ClientError):
    """The host did not answer, even after retries.

    The host may have received the request. Sending the same bytes again is safe. Sealing again
    makes another message.
    """

    passes: ClassVar[bool] = True
    """The problem may end by itself: the same request may succeed later."""
    what: ClassVar[str] = "The host did not answer."
    advice: ClassVar[str] = "Check the connection and the address, then try again."

    def __init__(self) -> None:
        super().__init__(f"{self.what} {self.advice}")


class CertificateError(UnreachableError):
    """The server that answered has no certificate for this address, so nothing was sent to it."""

    passes = False  # the same network would show the same certificate
    what = "The host's certificate is not good, so nothing was sent."
    advice = (
        "The network may be reading along, as those of employers can: try another one, or Tor."
        " A host needs a certificate of a public authority."
    )


class SlowHostError(UnreachableError):
    """The host was slower than the limits of an exchange allow (`AnswerLimits`)."""

    what = "The host was so slow that the connection was closed."
    advice = "Try again later. If that does not help, tell whoever runs the host."


class AnswerError(ClientError):
    """The host answered something that is not of this protocol."""

    what: ClassVar[str] = "The host's answer cannot be read."
    advice: ClassVar[str] = "Is the address that of a Meldpunt host?"

    def __init__(self) -> None:
        super().__init__(f"{self.what} {self.advice}")


class AnswerSizeError(AnswerError):
    """The host sent more than an answer may have: its head, its body or interim answers."""

    what = "The host sent more than any answer of this protocol has, so it was not read to its end."


class EndlessListError(AnswerError):
    """The host gave a list in pages that do not progress, or more pages than a list may have."""

    what = "The host gave a list that does not end, so nothing of it was used."
    advice = "Tell whoever runs the host."


class ForeignRecordError(AnswerError):
    """An export holds a record that is not of the line, or too large, or out of order."""

    what = "The host sent something that does not belong to this line, so nothing of it was kept."
    advice = "Tell whoever runs the host."


class LaterRecordError(ForeignRecordError):
    """A record is not of the line as its export began. The line may have changed since."""


class ProblemError(ClientError):
    """The host refused a request with a problem document (RFC 9457)."""

    def __init__(
        self,
        kind: ProblemType,
        reason: Reason | None = None,
        retry_after: int | None = None,
    ) -> None:
        # Use our own words for the type: never show a person what a host writes.
        text = f"{kind.title} {kind.advice}"
        super().__init__(text if reason is None else f"{text} Reason: {reason.value}.")
        self.kind = kind
        self.reason = reason
        self.retry_after = retry_after
        """Seconds to wait before a retry, if the host gave them."""


class _MissingError(ProblemError):
    """The host has nothing there. It answers the same for what is somebody else's."""

    text: ClassVar[str]

    def __init__(self) -> None:
        super().__init__(ProblemType.NOT_FOUND)

    def __str__(self) -> str:
        """Say what is not there, without naming it."""
        return self.text


class LineNotFoundError(_MissingError):
    """The host has no such line."""

    text = (
        "This host has no line with this address. Compare the address with the one that the office"
        " gives, letter by letter."
    )


class ReportNotFoundError(_MissingError):
    """No report on the line has this code."""

    text = (
        "No report on this line has this code. Is it the code of another line? A report whose"
        " sending did not end is not there, nor is one that was erased on its day."
    )


class EntryNotFoundError(_MissingError):
    """The handler's inbox has no such entry."""

    text = (
        "Your inbox has no report of that name: meldpunt handler inbox lists them. Each handler has"
        " other names for the same report."
    )


class TransferError(ClientError):
    """The line has left its host, and is not yet on the host that its document names."""

    def __init__(self) -> None:
        super().__init__(
            "The line is moving to another host and is not there yet. Nothing is lost: try again"
            " later."
        )


class ExportFileError(ClientError):
    """A file is not a whole export of this line. The message says what to do."""


class FileError(ClientError):
    """A file on the person's device cannot be read or written. The message says why."""


class UnsentError(ClientError):
    """Nothing was sent, because it is not possible. The message says what to do instead."""


class MessageNumberTakenError(ClientError):
    """The author has already sent another message of that number, perhaps from another device.

    Nothing was sealed again. Fetch the report again and decide: the message may be there already.
    """

    def __init__(self) -> None:
        super().__init__(
            "Something was sent in your name meanwhile, perhaps by yourself on another device."
            " Read the report again first; your text was not sent."
        )


class KeysElsewhereError(ClientError):
    """Two devices made box keys for one handler. Only one key file holds the published keys."""

    def __init__(self) -> None:
        super().__init__(
            "Another device of yours has published keys that are not in this key file. Nothing was"
            " changed. Bring its key file here, and join the two: meldpunt handler merge-keys"
        )


class OtherKeysError(ClientError):
    """Two key files are not copies of the same key file."""

    def __init__(self) -> None:
        super().__init__(
            "These are two handlers' keys, or one handler's on two lines. Nothing was changed."
        )


class NotPassedOnError(ClientError):
    """Some messages of a report could not be passed on to colleagues; all others were."""

    def __init__(
        self, added: int, failed: Mapping[ids.MessageId, RefusedError | ClientError]
    ) -> None:
        first = next(iter(failed.values()))
        super().__init__(f"{len(failed)} messages could not be passed on: {first}")
        self.added = added
        self.failed = dict(failed)
        """The reason for each."""


class WithheldError(ClientError):
    """The host does not list a report that it showed before, and whose term is not over."""

    def __init__(self) -> None:
        super().__init__(
            "You have read this report, and the host does not list it any more, before its term."
            " Its reporter withdrew it, a line that took it up had it erased, or the host withholds"
            " it."
        )
