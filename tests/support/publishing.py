"""Puts an office on a host, over HTTP."""

import httpx

from tests.support.caller import Caller
from tests.support.office import Office


async def publish(http: httpx.AsyncClient, origin: str, office: Office, invite: str) -> None:
    """Publish an office and a box key of each handler."""
    answer = await Caller(http, origin, office.line_key).put(office.path, office.put(invite=invite))
    assert answer.status_code == 201, answer.text
    day = office.document.signed_on
    for person in office.people:
        keys = person.box_keys(person.statement(0, not_before=day))
        answer = await Caller(http, origin, person.signing).put(f"{office.path}/box-keys", keys)
        assert answer.status_code == 204, answer.text
