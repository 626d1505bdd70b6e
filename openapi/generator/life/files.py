"""Live the life, and write it down: life.json, life.md, and examples for the OpenAPI document."""

import asyncio
import json
from pathlib import Path
from typing import Any, Final

from openapi.generator.life import people
from openapi.generator.life.acts import Life, begin, live
from openapi.generator.life.examples import examples
from openapi.generator.life.further import NEXT_HOST, NEXT_ORIGIN, show_rest
from openapi.generator.life.host import Clock, Exchange, fixed_randomness, recording_host
from openapi.generator.life.page import life_page
from openapi.generator.life.transcript import transcript

TRANSCRIPT: Final = "life.json"
PAGE: Final = "life.md"
EXAMPLES: Final = "../src/meldpunt/server/http/examples.json"
PATHS: Final = (TRANSCRIPT, PAGE, EXAMPLES)
"""Named from openapi/."""


def life_files(root: Path) -> dict[str, bytes]:
    """Return the content of each file by its path from `root`, which is openapi/."""
    kept = [root / name for name in (TRANSCRIPT, EXAMPLES)]
    life, further = asyncio.run(_live(kept))
    shown = [each for act in life.acts for each in act.exchanges]
    return {
        TRANSCRIPT: _json(transcript(life)),
        PAGE: life_page(life).encode(),
        EXAMPLES: _json(examples([*shown, *further])),
    }


async def _live(kept: list[Path]) -> tuple[Life, list[Exchange]]:
    clock = Clock(people.FIRST_DAY)
    with fixed_randomness("life"):
        async with recording_host(people.HOST, people.ORIGIN, clock) as host:
            life = await live(host, kept)
    clock = Clock(people.FIRST_DAY)
    with fixed_randomness("further life"):
        async with (
            recording_host(people.HOST, people.ORIGIN, clock) as host,
            recording_host(NEXT_HOST, NEXT_ORIGIN, clock) as next_host,
        ):
            again = await begin(host, kept)
            await show_rest(again, next_host)
            return life, [*again.acts[-1].exchanges, *next_host.exchanges]


def _json(value: Any) -> bytes:  # noqa: ANN401 (any JSON)
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()
