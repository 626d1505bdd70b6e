"""Debian packages that tests need: installed when a test first asks, by whichever process is first.

`apt-get` needs root. Without it, and without the package, a test fails and names the command that
an administrator runs once.
"""

import os
import shutil
import subprocess
from functools import cache
from typing import Final

from tests.support.alone import alone

_ADMINISTRATORS: Final = ("/usr/sbin", "/sbin")
"""Where servers lie that an ordinary user's PATH leaves out."""
_APT: Final = (
    "apt-get",
    "--yes",
    "--quiet",
    "--no-install-recommends",
    "--option=DPkg::Lock::Timeout=600",
)
_QUIETLY: Final = {
    "DEBIAN_FRONTEND": "noninteractive",
    "RUNLEVEL": "1",  # at this level no package starts its service
}


class MissingPackageError(Exception):
    """A Debian package is not installed, and this process may not install it."""


def find_program(name: str, *, package: str) -> str:
    """Return the path of a program; installs its package if it is not there.

    Raises:
        MissingPackageError: The message says what to run as root.
    """
    found = _which(name)
    if found is None:
        install(package)
        found = _which(name)
    if found is None:
        raise MissingPackageError(f"The Debian package {package} has no program {name}.")
    return found


@cache
def install(*packages: str) -> None:
    """Install what is missing of these packages.

    Safe for many processes at once: one installs, and the others wait and find it done.

    Raises:
        MissingPackageError: The message says what to run as root.
    """
    if not _list_missing(packages):
        return
    with alone("system"):
        missing = _list_missing(packages)
        if missing:
            _install(missing)


def _which(name: str) -> str | None:
    path = os.pathsep.join((os.environ.get("PATH", os.defpath), *_ADMINISTRATORS))
    return shutil.which(name, path=path)


def _list_missing(packages: tuple[str, ...]) -> list[str]:
    return [package for package in packages if not _is_installed(package)]


def _is_installed(package: str) -> bool:
    if shutil.which("dpkg-query") is None:
        return False
    command = ("dpkg-query", "--show", "--showformat=${db:Status-Status}", package)
    found = subprocess.run(command, capture_output=True, text=True, check=False)
    return found.stdout == "installed"


def _install(packages: list[str]) -> None:
    manual = f"apt-get install --no-install-recommends {' '.join(packages)}"
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        raise MissingPackageError(f"Tests need Debian packages. Run as root, once: {manual}")
    if _run("install", *packages).returncode == 0:
        return
    _run("update")  # the lists are missing, or too old
    again = _run("install", *packages)
    if again.returncode != 0:
        raise MissingPackageError(f"This failed: {manual}\n{again.stdout[-2000:]}")


def _run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*_APT, *arguments],
        env=os.environ | _QUIETLY,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
