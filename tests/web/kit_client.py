"""The Python SDK as the conformance kit's lying host drives it: one command a line."""

import asyncio
import json
import sys
from typing import Any

from meldpunt.client import ClientError, LineAddress, Readability, Reporter, Thread, Transport
from meldpunt.protocol.verify.errors import RefusedError


async def submit(reporter: Reporter, given: dict[str, Any]) -> dict[str, Any]:
    """Report, and give the receipt code."""
    draft = await reporter.prepare(await reporter.line(), given["text"], language="en")
    sent = await reporter.send(draft)
    return {"receipt": draft.receipt, "notices": [notice.kind.value for notice in sent.notices]}


async def visit(reporter: Reporter, given: dict[str, Any]) -> dict[str, Any]:
    """Come back, and tell what there is."""
    return shown((await reporter.open(given["receipt"])).thread)


async def reply(reporter: Reporter, given: dict[str, Any]) -> dict[str, Any]:
    """Come back and answer."""
    found = await reporter.open(given["receipt"])
    alarms = shown(found.thread)["alarms"]
    sent = await found.reply(given["text"], language="en")
    return {"alarms": alarms, "notices": [notice.kind.value for notice in sent.notices]}


def shown(thread: Thread) -> dict[str, Any]:
    """Return what a page would show of a report."""
    return {
        "alarms": [alarm.reason.value for alarm in thread.alarms],
        "notices": [notice.kind.value for notice in thread.notices],
        "messages": [
            {"own": True}
            if message.readability is Readability.OWN
            else {"unreadable": message.readability.value}
            if message.text is None
            else {"text": message.text}
            for message in thread.messages
        ],
    }


COMMANDS = {"submit": submit, "visit": visit, "reply": reply}


async def do(question: dict[str, Any]) -> dict[str, Any]:
    """Do one command on a connection of its own."""
    address = LineAddress.parse(question["address"])
    async with Transport(address.origin) as host:
        reporter = Reporter(host, address.line_id, pin=address.pin)
        try:
            return {"value": await COMMANDS[question["command"]](reporter, question)}
        except RefusedError as refused:
            return {"error": {"reason": refused.reason.value}}
        except ClientError as error:
            return {"error": {"code": type(error).__name__}}


for line in sys.stdin:
    sys.stdout.write(json.dumps(asyncio.run(do(json.loads(line)))) + "\n")
    sys.stdout.flush()
