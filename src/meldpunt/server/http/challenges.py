"""`/v1/challenges`, `/v1/health` and `/v1/host`: what anybody may ask of the host."""

from fastapi import APIRouter, Request, Response

from meldpunt.server.http.answers import answer
from meldpunt.server.http.caller import host_of
from meldpunt.server.usecases.challenges import make_challenge
from meldpunt.server.usecases.health import check_health
from meldpunt.wire.lines import HostInfo
from meldpunt.wire.reports import Challenge, Health

router = APIRouter(tags=["host"])


@router.post(
    "/v1/challenges", operation_id="createChallenge", responses={200: {"model": Challenge}}
)
async def post_challenge(request: Request) -> Response:
    """Return a challenge, which signed requests must name (openapi/protocol.md section 10).

    A challenge is good for many requests until it expires. The host keeps none of them. Everybody
    gets the same kind of challenge: it says nothing about who asks.
    """
    host = host_of(request)
    seconds = host.settings.challenge_seconds
    key = host.secrets.challenge_key
    challenge = make_challenge(key=key, now=host.clock.now(), seconds=seconds)
    return answer(Challenge(challenge=challenge, expires_in=seconds))


@router.get("/v1/health", operation_id="readHealth", responses={200: {"model": Health}})
async def get_health(request: Request) -> Response:
    """Say that the host and its database work, or that the host waits for its operator.

    For monitoring. `waiting` means that the host erases nothing until its operator has confirmed
    the day.
    """
    return answer(await check_health(host_of(request)))


@router.get("/v1/host", operation_id="readHost", responses={200: {"model": HostInfo}})
async def get_host(request: Request) -> Response:
    """Return what an office needs for its line document: the host's origins and receipt key.

    An office puts both into its line document before it publishes it. No client trusts this
    answer: what counts is the signed document.
    """
    host = host_of(request)
    info = HostInfo(origins=host.settings.origins, receipt_key=host.secrets.receipt_key)
    return answer(info)
