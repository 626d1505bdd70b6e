"""What a renewal of keys could not move, and what the host listed that is not the handler's."""

from typing import Any

from meldpunt.cli.terminal.explanation import explain
from meldpunt.cli.terminal.output import Output
from meldpunt.client import Handler, Renewal, UnmovedReport
from meldpunt.protocol.verify.encoding import encode_base64url


def unmoved_json(unmoved: UnmovedReport) -> dict[str, Any]:
    """Return a report that could not be moved, for programs."""
    code, _ = explain(unmoved.failure)
    return {
        "entry": encode_base64url(unmoved.entry),
        "reason": code,
        "until": unmoved.until.isoformat(),
    }


def tell_unmoved(output: Output, done: Renewal) -> None:
    """Name every report that could not be moved, why, and what that means for its keys."""
    for unmoved in done.waiting:
        entry, (_, why) = encode_base64url(unmoved.entry), explain(unmoved.failure)
        output.alarm(
            f"Report {entry} could not be moved to the newest key. {why} Keys that have ended are"
            f" kept for it until {unmoved.until}, and destroyed after that. To destroy them now:"
            f" meldpunt handler rotate --give-up {entry}"
        )
    for unmoved in done.given_up:
        entry, (_, why) = encode_base64url(unmoved.entry), explain(unmoved.failure)
        output.alarm(
            f"Report {entry} could not be moved to the newest key, and no key waits for it any"
            f" more. {why} What only destroyed keys opened in it is closed to you for good. A"
            " colleague who reads it passes it on by opening it."
        )


def foreign_json(handler: Handler) -> dict[str, Any]:
    """Return what the host listed that belongs to somebody else's inbox, for programs."""
    return {"foreign": [encode_base64url(entry) for entry in sorted(handler.foreign)]}


def tell_foreign(output: Output, handler: Handler) -> None:
    """Name what the host listed that belongs to somebody else's inbox: an honest host does not."""
    for entry in sorted(handler.foreign):
        output.alarm(
            f"The host lists {encode_base64url(entry)}, which is not named after you and this line."
            " It was left out."
        )
