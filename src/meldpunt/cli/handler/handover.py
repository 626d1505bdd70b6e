"""`meldpunt handler propose`, `accept` and `refuse`: a report goes to another line, or does not."""

import click

from meldpunt.cli.handler.answers import Making, Wishes, answer_options, example, speak
from meldpunt.cli.handler.files import handler
from meldpunt.cli.terminal.naming import LineType
from meldpunt.cli.terminal.options import command, gather
from meldpunt.cli.terminal.output import Output
from meldpunt.client import Draft, Handler, LineAddress, Thread
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.log.header import Tag

__all__ = ["handler"]


@command(
    handler,
    "propose",
    example="meldpunt handler propose --key-file jansen.key 3q2-7wAAAAAAAAAAAAAAAA \\\n"
    "    --to https://report.example/v1/lines/… why.txt",
    takes_entry=True,
)
@answer_options
@click.option(
    "--to",
    "target",
    type=LineType(),
    required=True,
    help="Address or id of the line, on the same host as this report.",
)
def propose(output: Output, target: LineAddress | ids.LineId, **options: object) -> None:
    """Propose to the reporter to hand the report itself to another line of this host.

    FILE tells them why. Nothing goes there unless they decide so (meldpunt report hand-over), and
    your line keeps it until that one has taken it up. For a line of another host, see
    meldpunt handler refer.
    """

    async def make(me: Handler, thread: Thread, text: str, language: str) -> Draft:
        return await me.seal_proposal(thread, target, text, language=language)

    speak(output, gather(Wishes, options), make)


def _answering(tag: Tag) -> Making:
    async def make(me: Handler, thread: Thread, text: str, language: str) -> Draft:
        return me.seal_answer(thread, text, language=language, tag=tag)

    return make


@command(handler, "accept", example=example("accept"), takes_entry=True)
@answer_options
def accept(output: Output, **options: object) -> None:
    """Take up a report that its reporter hands to your line; FILE is for them to read.

    From here on your line answers it, under its own terms, and the line that had it reads no more.
    You sign for having received every message that comes with it, so all of them must open here.
    """
    speak(output, gather(Wishes, options), _answering(Tag.ACCEPTANCE))


@command(handler, "refuse", example=example("refuse"), takes_entry=True)
@answer_options
def refuse(output: Output, **options: object) -> None:
    """Leave a report with the line that has it; FILE tells the reporter why.

    Your line reads no more of it after this.
    """
    speak(output, gather(Wishes, options), _answering(Tag.REFUSAL))
