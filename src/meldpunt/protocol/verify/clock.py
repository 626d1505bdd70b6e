"""Clocks: what an office promises, with a term (section 5.4), and days to check in (section 8)."""

from enum import StrEnum
from typing import Annotated, Final, Literal, Self

from pydantic import Field, model_validator

from meldpunt.protocol.verify.errors import Reason, RefusedError
from meldpunt.protocol.verify.fields import Model, TermField


class Moment(StrEnum):
    """What starts a clock."""

    RECEIVED = "received"
    ACKNOWLEDGED = "acknowledged"
    CLOSED = "closed"
    REOPENED = "reopened"


class MetBy(StrEnum):
    """What stops a clock."""

    RECEIPT = "receipt"
    """The host's own confirmation: met on the day of receipt, by nobody."""
    ACKNOWLEDGEMENT = "acknowledgement"
    FEEDBACK = "feedback"
    CLOSING = "closing"


class Roll(StrEnum):
    """What happens to a term that ends on a day on which nobody works."""

    NONE = "none"
    TERMIJNENWET = "termijnenwet"
    """The Dutch Algemene termijnenwet moves its end to a working day."""


class Clock(Model):
    """A promise with a term: `met_by` is due `term` after `starts_at`."""

    name: Annotated[str, Field(pattern=r"^[a-z][a-z-]{0,39}$")]
    starts_at: Moment
    term: TermField
    met_by: MetBy
    starts_no_later_than: TermField | None = None
    """If `starts_at` has not happened this long after receipt, the clock starts then."""
    roll: Roll | None = None
    """Without a value it is `none`."""

    @model_validator(mode="after")
    def _check_moments(self) -> Self:
        """Refuse pairs that no report can meet: see section 5.4."""
        fixed = {self.starts_at, self.met_by} & {Moment.REOPENED, MetBy.RECEIPT}
        pair = (self.starts_at, self.met_by)
        if fixed and (pair not in _FIXED_PAIRS or self.starts_no_later_than is not None):
            raise RefusedError(Reason.FIELDS)
        return self


_FIXED_PAIRS: Final = {(Moment.RECEIVED, MetBy.RECEIPT), (Moment.REOPENED, MetBy.FEEDBACK)}
"""The only partners of an automatic confirmation, and of the start of a reopening."""


class CheckIn(Model):
    """A day on which a reporter is asked how they are, `term` after `starts_at`."""

    starts_at: Literal[Moment.RECEIVED, Moment.ACKNOWLEDGED, Moment.CLOSED]
    term: TermField
