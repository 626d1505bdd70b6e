"""`meldpunt line overdue`."""

from meldpunt.cli.terminal.command import command
from meldpunt.cli.terminal.declaration import Options, embedded, flag
from meldpunt.cli.terminal.options import KeyFileOptions, proxy_option


@command(work="line.clocks:overdue", example="meldpunt line overdue --key-file line.key")
class LineOverdueOptions(Options):
    """Count the reports of a line that wait longer than promised, and show none of them.

    The host counts by days: which clock, due when, how many reports. It also counts reports past
    their term whose reporter wrote what no handler has opened: they are erased soon. Handlers find
    their own with `meldpunt handler inbox --overdue`.
    """

    key_file: KeyFileOptions = embedded(KeyFileOptions)
    whole: bool = flag("--all", "Also clocks that are not overdue yet.")
    proxy: str | None = proxy_option()
