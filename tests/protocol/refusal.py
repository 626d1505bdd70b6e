"""How tests say that something is refused, and why."""

import contextlib
from collections.abc import Iterator

import pytest

from meldpunt.protocol.verify.errors import Reason, RefusedError


@contextlib.contextmanager
def refused(*reasons: Reason) -> Iterator[None]:
    """Expect a refusal for one of these reasons; its text is the reason and nothing else."""
    with pytest.raises(RefusedError) as caught:
        yield
    assert caught.value.reason in reasons
    assert str(caught.value) == caught.value.reason.value
