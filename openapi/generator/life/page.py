"""life.md: the life for people to read, beside the specification."""

import re
from typing import Final

from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.encoding import encode_line_id
from openapi.generator.life import people
from openapi.generator.life.acts import Act, Life
from openapi.generator.life.host import Exchange
from openapi.generator.life.people import KEYS, Said
from openapi.generator.life.transcript import kind_of
from openapi.generator.scene import ANNA, BRAM, LINE, LINE_KEY

_LONGEST: Final = 100
"""Characters of a value that is shown whole."""
_LONG: Final = re.compile(rf"[A-Za-z0-9_-]{{{_LONGEST + 1},}}")

_HEAD: Final = """\
# A worked life

One report from line to closing, as it travels: written by `python -m openapi.generator` with the
real host. Every secret is a hash of a word. Section numbers run through [protocol.md](protocol.md),
[extensions.md](extensions.md) and [annexes.md](annexes.md).

Values of more than 100 characters are cut here. [life.json](life.json) has every exchange whole,
and all secrets. Who has them makes all of it again but the wraps: HPKE draws its own randomness.
The examples of the OpenAPI document come from here too.

```mermaid
sequenceDiagram
  participant O as Office
  participant R as Reporter's device
  participant H as Host
  participant A as Anna, a handler
  O->>H: PUT /v1/lines/{lineId}: first document, texts
  A->>H: PUT …/box-keys (Bram too)
  R->>H: GET /v1/lines/{lineId}
  Note over R: verify the line, make the code, seal
  R->>H: PUT /v1/report
  H-->>R: 201, day and proof
  A->>H: GET /v1/inbox, then the messages
  Note over A: verify the log, open
  A->>H: PUT acknowledgement
  R->>H: GET /v1/bulletins: is there something?
  Note over R: the code gives the keys back
  R->>H: GET /v1/report, then the messages
  R->>H: PUT reply
  A->>H: PUT feedback, PUT closing
  R->>H: GET /v1/report: closed
```
"""

_ACTS: Final = {
    "The office opens a line": """\
The line id is the hash of the office's first key (4.1). The office signs the document (5.2), each
handler signs a box key (6.1). Every signed request names a challenge (10.2).""",
    "Somebody reports": """\
The client verifies the answer from the line id up (5.3). It makes a code, derives keys (3), and
draws the readers by lot. It seals (7.2 to 7.5) and opens its own seal. It shows the code, and only
then sends. It checks the proof that comes back (10.4).""",
    "Anna reads and acknowledges": """\
Her client keeps an entry only if its id is the hash of her own id and of the report id that
`birthKeys` give (10.1). It verifies the log (9.2) and opens what is hers (7.6). Her message names
what she has seen (9.1).""",
    "The reporter's device looks, without a code": """\
The host has written the file of the day that is over (10.6). Everybody gets the same bytes. A
client fetches the whole window, which is one day here. It finds the tag of its report: `{tag}`.""",
    "The reporter comes back with the code, and replies": """\
The code gives the same keys again (3). Spaces after the JSON hide how long it is (10.7).""",
    "Anna gives feedback and closes the report": """\
Feedback meets a clock (8). A report may be closed after feedback.""",
    "The reporter reads the end": """\
The state is `closed`. `erasedOn` follows from the retention that the document names (8).""",
}


def life_page(life: Life) -> str:
    """Return the text of life.md."""
    parts = [_HEAD, _who(), *(_act(life, n, act) for n, act in enumerate(life.acts, 1))]
    return "\n".join(parts)


def _who() -> str:
    document = people.DOCUMENT
    rows = {
        "random bytes of the code": people.ENTROPY.hex(),
        "receipt code (3)": people.CODE,
        "its seed on this line (3)": people.SEED.hex(),
        "reporter's Ed25519 key": KEYS.signing.public_key.hex(),
        "bulletin key (10.6)": KEYS.bulletin.hex(),
        "report id (4.1)": KEYS.report_id.hex(),
        "first line key": LINE_KEY.public_key.hex(),
        "line id (4.1)": f"{LINE.hex()}, written {encode_line_id(LINE)}",
        "host's receipt key": people.RECEIPT_KEY.public_key.hex(),
        **{f"{person.name}, handler id": person.id.hex() for person in (ANNA, BRAM)},
        "hash of the line document": ids.document_hash(document).hex(),
    }
    table = "\n".join(f"| {name} | `{value}` |" for name, value in rows.items())
    return (
        f"## Who takes part\n\n| what | value |\n|---|---|\n{table}\n\n"
        f"The line document (5.2), {len(document)} bytes:\n\n```json\n{document.decode()}\n```\n"
    )


def _act(life: Life, number: int, act: Act) -> str:
    tag_day = life.acts[2].day
    tag = people.bulletin_tag_on(tag_day)
    said = (
        _ACTS[act.name].format(tag_day=tag_day, tag=tag)
        if "{" in _ACTS[act.name]
        else _ACTS[act.name]
    )
    parts = [f"## {number}. {act.name}\n\n{act.day}. {said}\n"]
    by_body = {each.sealed.header: each for each in life.talk.said}
    for exchange in act.exchanges:
        parts.extend(_inside(each) for each in by_body.values() if _sends(exchange, each))
        parts.append(_exchange(exchange))
    return "\n".join(parts)


def _sends(exchange: Exchange, said: Said) -> bool:
    return said.sealed.to_json() in exchange.body


def _inside(said: Said) -> str:
    """Show what the host cannot see, and how it comes into the request."""
    body = said.sealed.body
    return (
        f"What is inside: payload (7.5), content key and body (7.3), header (7.1).\n\n```text\n"
        f"payload     {said.payload.decode()}\n"
        f"content key {said.content_key.hex()}\n"
        f"body        {body.hex()[:64]}… ({len(body)} bytes, from the commitment on)\n"
        f"header      {said.header.decode()}\n"
        f"message id  {said.sealed.message_id.hex()}\n"
        f"signature   {said.sealed.signature.hex()}\n```\n"
    )


def _exchange(kept: Exchange) -> str:
    sent = "\n".join(f"{name}: {value}" for name, value in kept.fields)
    told = "\n".join(f"{name}: {value}" for name, value in kept.answer_fields)
    return (
        f"**{kept.title}.**\n\n```http\n{kept.method} {kept.target} HTTP/1.1\n{sent}\n"
        f"{_body(kept.body, kind_of(kept.fields))}```\n\n"
        f"```http\nHTTP/1.1 {kept.status}\n{told}\n"
        f"{_body(kept.answer, kind_of(kept.answer_fields))}```\n"
    )


def _body(body: bytes, kind: str) -> str:
    if not body:
        return ""
    if "json" not in kind:
        return f"\n{body.hex()[:64]}… ({len(body)} bytes)\n"
    shown = _LONG.sub(lambda found: f"{found[0][:32]}…", body.rstrip(b" ").decode())
    spaces = len(body) - len(body.rstrip(b" "))
    return f"\n{shown}{f' (and {spaces:,} spaces)' if spaces else ''}\n"
