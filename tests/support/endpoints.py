"""Every endpoint of the contract, and how to call it well: where tables over all of them start."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from meldpunt.protocol.message import wrap_for
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.encoding import encode_base64url
from meldpunt.protocol.verify.fields import Model
from meldpunt.protocol.verify.log.header import Header
from meldpunt.protocol.verify.sealed import SealedMessage
from meldpunt.wire.reports import BulletinKeyPut, WrapsPut
from meldpunt.wire.transfer import ImportPut
from tests.support.caller import Caller
from tests.support.correspondence import Correspondence, name
from tests.support.hosts import TestHost
from tests.support.office import TEXTS

NOBODY: Final = "nobody"
LINE: Final = "line"
REPORTER: Final = "reporter"
HANDLER: Final = "handler"


@dataclass(frozen=True)
class Endpoint:
    """One operation; `str()` is how the OpenAPI document names it."""

    method: str
    path: str
    signer: str

    @property
    def takes_body(self) -> bool:
        return self.method == "PUT"

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


ENDPOINTS: Final = (
    Endpoint("POST", "/v1/challenges", NOBODY),
    Endpoint("GET", "/v1/health", NOBODY),
    Endpoint("GET", "/v1/host", NOBODY),
    Endpoint("GET", "/v1/lines/{lineId}", NOBODY),
    Endpoint("PUT", "/v1/lines/{lineId}", LINE),
    Endpoint("GET", "/v1/lines/{lineId}/documents/{hash}", NOBODY),
    Endpoint("GET", "/v1/lines/{lineId}/texts/{hash}", NOBODY),
    Endpoint("PUT", "/v1/lines/{lineId}/box-keys", HANDLER),
    Endpoint("GET", "/v1/lines/{lineId}/clocks", LINE),
    Endpoint("GET", "/v1/lines/{lineId}/export", LINE),
    Endpoint("PUT", "/v1/lines/{lineId}/import", LINE),
    # DELETE /v1/lines/{lineId}/reports is for a line that has left: client/test_transfer_steps.py
    Endpoint("PUT", "/v1/report", REPORTER),
    Endpoint("PUT", "/v1/report/bulletin-key", REPORTER),
    Endpoint("GET", "/v1/report", REPORTER),
    Endpoint("GET", "/v1/report/messages", REPORTER),
    Endpoint("PUT", "/v1/report/messages/{messageId}", REPORTER),
    Endpoint("GET", "/v1/inbox", HANDLER),
    Endpoint("GET", "/v1/inbox/{entry}", HANDLER),
    Endpoint("GET", "/v1/inbox/{entry}/messages", HANDLER),
    Endpoint("PUT", "/v1/inbox/{entry}/messages/{messageId}", HANDLER),
    Endpoint("PUT", "/v1/inbox/{entry}/messages/{messageId}/wraps", HANDLER),
    Endpoint("DELETE", "/v1/inbox/{entry}/messages/{messageId}/wraps/{keyId}", HANDLER),
)
UPLOADS: Final = tuple(
    f"{method} {place}/attachments/{{attachmentId}}"
    for place in ("/v1/report", "/v1/inbox/{entry}")
    for method in ("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST")
)
"""Operations that take no JSON, and answer none: test_uploads.py and test_listing.py."""
BULLETINS: Final = ("GET /v1/bulletins", "GET /v1/bulletins/{name}")
"""Open to every page, and cached: test_bulletins.py."""
SIGNED: Final = tuple(endpoint for endpoint in ENDPOINTS if endpoint.signer != NOBODY)
WRITES: Final = tuple(endpoint for endpoint in ENDPOINTS if endpoint.takes_body)


@dataclass(frozen=True)
class Call:
    """An endpoint with everything filled in, so that it succeeds."""

    endpoint: Endpoint
    path: str
    caller: Caller
    model: Model | None


def call(endpoint: Endpoint, host: TestHost, talk: Correspondence) -> Call:
    """Fill in an endpoint for a report that is there."""
    sealed = _next_message(endpoint, talk)
    message = talk.messages[0] if "/wraps" in endpoint.path else sealed
    path = endpoint.path.format(
        lineId=host.office.path.removeprefix("/v1/lines/"),
        hash=encode_base64url(
            ids.text_hash(TEXTS[0]) if "/texts" in endpoint.path else host.office.document_hash
        ),
        messageId=name(message),
        entry=talk.entry(0).removeprefix("/v1/inbox/"),
        keyId=encode_base64url(host.office.people[0].recipient().key_id),
    )
    path = host.office.inbox if endpoint.path == "/v1/inbox" else path
    key = {
        NOBODY: None,
        LINE: host.office.line_key,
        REPORTER: talk.keys.signing,
        HANDLER: host.office.people[0].signing,
    }[endpoint.signer]
    return Call(endpoint, path, host.caller(key), _body(endpoint, host, talk, sealed))


def _next_message(endpoint: Endpoint, talk: Correspondence) -> SealedMessage:
    return talk.by_reporter() if endpoint.signer == REPORTER else talk.by_handler(0)


def _body(
    endpoint: Endpoint, host: TestHost, talk: Correspondence, sealed: SealedMessage
) -> Model | None:
    if not endpoint.takes_body:
        return None
    if endpoint.path == "/v1/report":
        return talk.put(talk.messages[0])
    if endpoint.signer == LINE:
        put = host.office.put()
        moved = endpoint.path.endswith("import")
        return ImportPut(first_key=put.first_key, records=()) if moved else put
    own: dict[str, Callable[[], Model]] = {
        "bulletin-key": lambda: BulletinKeyPut(bulletin_key=bytes(16)),
        "box-keys": host.office.people[0].box_keys,
        "wraps": lambda: _wraps(talk),
    }
    make = own.get(endpoint.path.rpartition("/")[2])
    return sealed if make is None else make()


def _wraps(talk: Correspondence) -> WrapsPut:
    first = talk.messages[0]
    recipient = talk.office.people[1].recipient()
    header = Header.from_signed(first.header)
    key = talk.content_keys[0]
    wrap = wrap_for(header, first.message_id, content_key=key, recipient=recipient)
    return WrapsPut(wraps=(wrap,))
