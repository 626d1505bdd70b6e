"""A project where the SDK is installed from its tarball, as a frontend does it."""

import tarfile
from pathlib import Path

from tests.web import node


def new_project(folder: Path) -> Path:
    """Install the tarball in an empty folder, with the libraries that it asks for."""
    tarball = node.pack("sdk", folder)
    modules = folder / "node_modules"
    with tarfile.open(tarball) as packed:
        packed.extractall(modules / "@meldpunt", filter="data")
    (modules / "@meldpunt" / "package").rename(modules / "@meldpunt" / "client")
    (modules / "@noble").symlink_to(node.WEB / "node_modules" / "@noble")
    return folder
