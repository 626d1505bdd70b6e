"""`meldpunt line open`: six steps, each of which finds what an earlier run did."""

import re
from functools import partial
from pathlib import Path
from typing import Final

from meldpunt.cli.handler.recovery import write_sheet
from meldpunt.cli.keyfile.contents import LineContent
from meldpunt.cli.keyfile.keystore import KeyFile
from meldpunt.cli.line.checklist import checklist_lines
from meldpunt.cli.line.folder import write_page, write_preset
from meldpunt.cli.line.publishing import check_plan, open_folder, refusal_of
from meldpunt.cli.opening.asking import Asking
from meldpunt.cli.opening.commands import LineOpenOptions
from meldpunt.cli.opening.filling_in import FillingIn, read_values
from meldpunt.cli.opening.handlers import Handlers, handler_file, make_keys_folder, wanted_of
from meldpunt.cli.opening.passphrases import Passphrases
from meldpunt.cli.opening.publication import publish_once
from meldpunt.cli.opening.sentences import sentences_in
from meldpunt.cli.render.line import line_json
from meldpunt.cli.speech.spoken import spoken_language
from meldpunt.cli.terminal.key_files import HandlerFile, LineFile
from meldpunt.cli.terminal.output import Output
from meldpunt.cli.terminal.plain_text import safe_line
from meldpunt.cli.terminal.refusal import Refusal
from meldpunt.cli.terminal.session import Session
from meldpunt.client import (
    AddressError,
    ClientError,
    LineAddress,
    LineKeys,
    LineOwner,
    private_origin,
)
from meldpunt.client.line_folder.faults import LineFolderError
from meldpunt.client.line_folder.folder import LINE
from meldpunt.client.line_folder.preset import preset_names, read_preset
from meldpunt.client.line_folder.yaml_reader import Mapped, Written
from meldpunt.protocol.line import VerifiedLine

ADDRESS: Final = "address"
"""The file in the folder that holds the line's address, for handlers elsewhere."""
_SHEETS: Final = re.compile(r"([0-9]{1,2}) *, *([0-9]{1,2})")
_MOST_SHARES: Final = 16


def open_line(output: Output, options: LineOpenOptions) -> None:
    """Open a line, or go on where an earlier run stopped."""
    opening = _Opening(output, options)
    try:
        opening.run()
    except LineFolderError as error:
        raise refusal_of(error.faults, opening.language) from None


class _Opening:
    def __init__(self, output: Output, options: LineOpenOptions) -> None:
        self.language = spoken_language(options.language)
        self._output = output
        self._options = options
        self._said = sentences_in(self.language)
        self._asking = Asking(self._said)
        self._folder = options.folder
        name = f"{options.folder.resolve().name}-keys"
        self._keys = options.keys or options.folder.resolve().parent / name
        self._left: list[str] = []
        """What is still to fill in."""
        self._passphrases = Passphrases(options.passphrase_source, self._asking, self._said)

    def run(self) -> None:
        """Take the steps."""
        self._step(0)
        self._write()
        self._step(1)
        self._fill()
        self._step(2)
        file = self._line_key()
        address = LineAddress(file.content.origin, file.content.keys.line_id)
        self._step(3)
        handlers = Handlers(
            self._folder,
            self._keys,
            address,
            self._asking,
            self._said,
            self._passphrases,
        )
        handlers.add(wanted_of(self._options.handlers, self._options.entries))
        self._step(4)
        line = self._publish(file)
        self._step(5)
        self._finish(file, handlers, line)

    def _say(self, *lines: str) -> None:
        """Tell a person how far it is. The result stands alone on standard output."""
        self._output.note(*lines)

    def _step(self, number: int) -> None:
        self._say("", self._said.steps[number])

    def _write(self) -> None:
        """Write the preset, unless the folder is there."""
        if (self._folder / LINE).exists():
            self._say(self._said.goes_on.format(folder=self._folder))
            return
        name = self._options.preset_name or self._choose()
        form = self._options.address_form
        choose = self._said.choose
        if form is None and self._options.preset_name is None:
            form = self._asking.until(
                self._said.address_form,
                "--address-form",
                lambda text: None if text in ("", "je", "u") else choose.format(choices="je, u"),
            )
        write_preset(name, self._folder, form or "je", self.language)

    def _choose(self) -> str:
        names = preset_names()
        self._asking.say(self._said.presets, "--preset")
        for number, name in enumerate(names, 1):
            self._asking.say(f"{number:2}. {_title(name, self.language)} ({name})", "--preset")
        valid = {str(number): name for number, name in enumerate(names, 1)}
        choices = self._said.choose.format(choices=f"1-{len(names)}")
        typed = self._asking.until(
            self._said.which, "--preset", lambda text: None if text in valid else choices
        )
        return valid[typed]

    def _fill(self) -> None:
        values = read_values(self._options.values_path, self._folder)
        if self._asking.is_possible():
            self._say(self._said.fill)
        filling = FillingIn(self._folder, values, self._asking, self._said, self.language)
        self._left = filling.run()
        if self._left and not self._asking.is_possible():
            raise self._unfilled()

    def _unfilled(self) -> Refusal:
        told = self._said.later.format(count=len(self._left), folder=self._folder / LINE)
        return Refusal("to-fill-in", "\n- ".join([told, *map(safe_line, self._left)]))

    def _line_key(self) -> LineFile:
        """Open the line's key file, or make it."""
        make_keys_folder(self._keys)
        path = self._keys / "line.key"
        if not path.exists():
            given = self._options.host
            origin = self._host() if given is None else private_origin(given)
            content = LineContent.of(origin, LineKeys.create())
            KeyFile.create(path, content.to_json(), self._passphrases.new_of_line())
        file = self._passphrases.open_line(partial(_line_file, path))
        address = LineAddress(file.content.origin, file.content.keys.line_id)
        (self._folder / ADDRESS).write_text(f"{address}\n", encoding="utf-8")
        self._say(self._said.address.format(address=address))
        return file

    def _host(self) -> str:
        """Ask for the host until one answers, or the same address is typed twice."""
        silent = ""
        while True:
            typed = self._asking.line(self._said.host, "--host")
            try:
                origin = private_origin(typed)
            except AddressError:
                self._asking.say(self._said.no_host, "--host")
                continue
            if origin == silent or self._answers(origin):
                return origin
            silent = origin
            self._asking.say(self._said.host_silent, "--host")

    def _answers(self, origin: str) -> bool:
        """Ask a host for a line that nobody has: one that works answers that it has none."""
        try:
            with Session(self._output, origin, self._options.proxy) as session:
                work = LineOwner(session.transport, LineKeys.create()).line()
                session.run("Looking for the host", work)
        except ClientError:
            return False
        return True

    def _publish(self, file: LineFile) -> VerifiedLine:
        """Show the line, and publish it unless the host has it like this already.

        Raises:
            Refusal: Something is still to fill in, or stops publishing.
        """
        if self._left:
            raise self._unfilled()
        folder = open_folder(self._folder, self.language)
        page = write_page(folder, None, self.language)
        self._say(self._said.ready.format(page=page), *checklist_lines(folder, self.language))
        return publish_once(
            self._output,
            file,
            folder,
            check=lambda wanted: check_plan(self._output, folder, wanted, self.language),
            consent=self._consent,
            invites=lambda: self._passphrases.invites(self._options.invite_source),
            already=lambda: self._say(self._said.published_already),
            proxy=self._options.proxy,
        )

    def _consent(self) -> None:
        if self._options.yes or self._asking.agrees(self._said.ask, "--yes", default=False):
            return
        raise Refusal("stopped", self._said.stopped.format(folder=self._folder))

    def _finish(self, file: LineFile, handlers: Handlers, line: VerifiedLine) -> None:
        """Publish the keys of the handlers whose key files are here, and make their sheets."""
        shares = self._shares()
        for handler in line.document.handlers:
            path = handlers.key_path(handler.name)
            if not path.exists():
                self._say(self._said.elsewhere.format(name=handler.name))
                continue
            found = self._passphrases.open_handler(handler.name, partial(handler_file, path))
            self._finish_handler(found, path, shares)
        address = str(file.content.address)
        self._output.result(
            {**line_json(line, address), "keys": str(self._keys)},
            self._said.done,
            self._said.copy.format(keys=self._keys),
            self._said.tell,
            address,
        )

    def _finish_handler(
        self, file: HandlerFile, path: Path, shares: tuple[int, int] | None
    ) -> None:
        name = file.content.name
        with Session(self._output, file.address.origin, self._options.proxy) as session:
            handler = file.handler(session.transport)
            until = session.run("Publishing keys", handler.publish_keys(file.save_keys))
        self._say(self._said.keys.format(name=name, until=until))
        if shares is None or file.content.sheet is not None:
            return
        folder = self._keys / f"sheet-{path.stem}"
        folder.mkdir(mode=0o700, exist_ok=True)
        write_sheet(file, folder, shares=shares[0], threshold=shares[1])
        self._say(self._said.sheet.format(name=name, folder=folder))

    def _shares(self) -> tuple[int, int] | None:
        """Return how many shares a sheet has and how many are needed; None for no sheets."""
        text = self._options.sheets
        if text is None:
            text = "no"
            if self._asking.is_possible():
                text = (
                    self._asking.until(self._said.sheets, "--sheets", self._wrong_shares) or "3,2"
                )
        wrong = self._wrong_shares(text)
        if wrong is not None:
            raise Refusal("sheets", wrong)
        match = _SHEETS.fullmatch(text or "3,2")
        return None if match is None else (int(match[1]), int(match[2]))

    def _wrong_shares(self, text: str) -> str | None:
        if text.lower() in ("", "no", "nee"):
            return None
        match = _SHEETS.fullmatch(text)
        if match and 2 <= int(match[2]) <= int(match[1]) <= _MOST_SHARES:  # noqa: PLR2004 (one alone must tell nothing)
            return None
        return self._said.shares.format(most=_MOST_SHARES)


def _line_file(path: Path, passphrase: str) -> LineFile:
    return LineFile(path, None, passphrase=passphrase)


def _title(name: str, language: str) -> str:
    """Return what a preset calls its line, without what an office fills in."""
    names = read_preset(name, "je")[LINE].members["names"]
    node = names.members.get(language) if isinstance(names, Mapped) else None
    text = node.text if isinstance(node, Written) else name
    return re.sub(r"\s*\{[a-z-]+\}", " …", text)
