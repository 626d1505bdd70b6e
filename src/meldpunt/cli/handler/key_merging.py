"""`meldpunt handler merge-keys`: two copies of a key file that went on separately become one."""

from datetime import date
from pathlib import Path

import click

from meldpunt.cli.handler.consultations import handler
from meldpunt.cli.keyfile.keystore import KeyFileError
from meldpunt.cli.render.reminders import look_after
from meldpunt.cli.terminal.key_files import HandlerFile
from meldpunt.cli.terminal.options import command, key_file_options, proxy_option
from meldpunt.cli.terminal.output import Output
from meldpunt.cli.terminal.prompts import SecretSource
from meldpunt.cli.terminal.session import Session
from meldpunt.client import HandlerKeys, KeysElsewhereError

__all__ = ["handler"]


@command(
    handler, "merge-keys", example="meldpunt handler merge-keys --key-file jansen.key laptop-2.key"
)
@key_file_options
@click.option(
    "--other-passphrase-fd",
    "other_source",
    type=SecretSource(),
    help="Where to read the other file's passphrase, instead of asking.",
)
@proxy_option
@click.argument("other_path", metavar="OTHER", type=click.Path(path_type=Path, dir_okay=False))
def merge_keys(
    output: Output,
    other_path: Path,
    path: Path,
    passphrase_source: str | None,
    other_source: str | None,
    proxy: str | None,
) -> None:
    """Take into a key file what a copy of it has learned on another device.

    For two copies that both renewed their keys, each for itself: the file then opens what either
    of them opens, and remembers what either saw and asked. Keys that one of them has destroyed stay
    destroyed. OTHER is not changed: destroy it afterwards, for it may still hold such keys.
    """
    if path.resolve() == other_path.resolve():
        raise click.UsageError("These are one file. Name the other device's.")
    file = HandlerFile(path, passphrase_source)
    other = HandlerFile(other_path, other_source, of="the other file")
    mine, theirs = file.content.keys, other.content.keys
    merged = mine.merge(theirs)
    history = file.content.history.merge(other.content.history)
    file.change(lambda content: content.with_consultations_of(other.content))
    with Session(output, file.address.origin, proxy) as session:
        me = file.handler(session.transport)
        me.history, me.memory = history, me.memory.merge(other.content.memory)
        until = _publish(session, file, (merged, theirs.merge(mine)))
        me.keys = file.content.keys
        look_after(output, session, file, me)
    held = sum(len(chain.numbers) for chain in file.content.keys.chains)
    output.result(
        {"until": until.isoformat(), "keys": held},
        f"Both are in {path} now; keys are published up to {until}.",
        f"Destroy {other_path}: it may open what is destroyed here. For two devices, copy {path}.",
    )


def _publish(session: Session, file: HandlerFile, ways: tuple[HandlerKeys, ...]) -> date:
    """Keep and publish the keys the first way that the host takes; returns their last day.

    Where both files made keys of one number, the host has the one or the other.
    """
    me = file.handler(session.transport)
    for keys in ways:
        me.keys = keys
        file.save_keys(keys)
        try:
            return session.run("Publishing keys", me.publish_keys(file.save_keys))
        except KeysElsewhereError:
            continue
    raise KeyFileError("A third copy of this key file has published other keys. Join that one too.")
