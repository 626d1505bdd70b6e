"""What can go wrong between a client and its host, beside a refusal by the protocol itself.

No message quotes a receipt, a text, a key, a path of a request or anything that a host wrote:
errors end up in logs and on screens.
"""

from typing import ClassVar

from meldpunt.protocol.verify.errors import Reason
from meldpunt.wire.problems import ProblemType


class ClientError(Exception):
    """The base of every error of this package; `RefusedError` is the protocol's."""


class AddressError(ClientError):
    """The address of a host or a line is not one; `hint` says what one looks like."""

    def __init__(self, hint: str) -> None:
        super().__init__(f"This is not an address that can be used: {hint}")


class ProxyError(ClientError):
    """The way to the host cannot be taken as configured."""


class UnreachableError(ClientError):
    """The host did not answer, also not when asked again; sending the same bytes again is safe."""

    passes: ClassVar[bool] = True
    """It may go away by itself: the same is worth trying again."""
    what: ClassVar[str] = "The host did not answer."
    advice: ClassVar[str] = (
        "Check the connection and the address, then try again: a repeated request cannot duplicate"
        " anything."
    )

    def __init__(self) -> None:
        super().__init__(f"{self.what} {self.advice}")


class CertificateError(UnreachableError):
    """Who answered has no certificate for this address, so nothing was sent to them."""

    passes = False  # the same network shows the same one
    what = "The host's certificate is not good, so nothing was sent."
    advice = (
        "The network may be reading along, as those of employers can: try another one, or Tor."
        " A host needs a certificate of a public authority."
    )


class AnswerError(ClientError):
    """The host answered something that is not of this protocol."""

    def __init__(self) -> None:
        super().__init__(
            "The host's answer cannot be read. Is the address that of a Meldpunt host?"
        )


class ProblemError(ClientError):
    """The host refused a request with a problem document (RFC 9457)."""

    def __init__(
        self,
        kind: ProblemType,
        reason: Reason | None = None,
        retry_after: int | None = None,
    ) -> None:
        # Our own words for the type: what a host writes is not shown to a person.
        text = f"{kind.title} {kind.advice}"
        super().__init__(text if reason is None else f"{text} Reason: {reason.value}.")
        self.kind = kind
        self.reason = reason
        self.retry_after = retry_after
        """Seconds, where the host said so."""


class TransferError(ClientError):
    """The line has left its host, and is not on the one that its document names yet."""

    def __init__(self) -> None:
        super().__init__(
            "The line is moving to another host and is not there yet. Nothing is lost: try again"
            " later."
        )


class ExportFileError(ClientError):
    """A file is not a whole export of this line; the message says what to do."""


class FileError(ClientError):
    """A file of the person's own cannot be read, or not be written; the message says why."""


class UnsentError(ClientError):
    """Nothing was sent, since nothing can be: the message says what to do instead."""


class MessageNumberTakenError(ClientError):
    """The author has another message of that number: sent before, or from another device.

    Nothing was sealed again. Fetch the report anew and decide: what was meant may be there.
    """

    def __init__(self) -> None:
        super().__init__(
            "Something was sent in your name meanwhile, perhaps by yourself on another device."
            " Read the report again first; your text was not sent."
        )


class KeysElsewhereError(ClientError):
    """Two devices made keys for one handler: only one of the two key files holds what counts."""

    def __init__(self) -> None:
        super().__init__(
            "Another device of yours has published keys that are not in this key file. Nothing was"
            " changed. Bring its key file here, and join the two: meldpunt handler merge-keys"
        )


class OtherKeysError(ClientError):
    """Two key files that are not copies of one."""

    def __init__(self) -> None:
        super().__init__(
            "These are two handlers' keys, or one handler's on two lines. Nothing was changed."
        )


class WithheldError(ClientError):
    """The host does not show what it showed before, so nothing that may be needed is destroyed."""

    def __init__(self, reports: int) -> None:
        super().__init__(
            f"{reports} reports that you have read are not in the inbox any more, before their"
            " term. Their reporters withdrew them, a line that took them up had them erased, or the"
            " host withholds them; your keys for them were kept. If you know that they are gone,"
            " destroy the keys:"
            " meldpunt handler rotate --forget-missing"
        )
