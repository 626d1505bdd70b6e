"""Who may import what from outside: the host cannot decrypt, the core is pure, edges stay edges."""

import sys
from pathlib import Path
from typing import Final

import pytest

from tests.architecture.names import outside_names
from tests.architecture.tree import PACKAGE, modules_in

OWNERS: Final[dict[str, tuple[str, ...]]] = {
    # external package → the folders and modules that may import it
    "PIL": ("cleaning",),
    "alembic": ("server/store",),
    "argon2": ("protocol", "cli"),
    "asyncpg": ("server/store",),
    "cachetools": ("server",),
    "click": ("cli", "demo"),
    "cryptography": ("protocol",),
    "fastapi": ("server/http",),
    "filelock": ("cli/keyfile",),
    "httpcore": ("client/http/connections.py",),
    "httptools": ("server/http",),
    "httpx": ("client/http", "server/notify"),
    "nacl": ("protocol", "server/secrets.py", "cli/keyfile/keystore.py"),
    "obstore": ("server/store/blobs/object_store.py",),
    "pikepdf": ("cleaning",),
    "pybase64": ("protocol/verify/encoding.py",),
    "pydantic": ("protocol", "wire", "server", "client", "cli"),
    "pydantic_core": ("client/line_folder/refusals.py",),
    "pyrage": ("cli/host/encryption.py",),
    "rich": ("cli", "demo"),
    "segno": ("cli",),
    "shamir_mnemonic": ("client/keys/recovery.py",),
    "sqlalchemy": ("server/store",),
    "starlette": ("server/http",),
    "uvicorn": ("server", "cli"),
    "uvloop": ("server", "cli"),
    "yaml": ("client/line_folder",),
}

HOST: Final = ("server", "wire", "protocol/verify")
"""What runs where the ciphertext is."""

HOST_CRYPTOGRAPHY: Final = frozenset(
    {
        "nacl.bindings.crypto_core_ed25519_is_valid_point",
        "nacl.bindings.crypto_sign",  # by the receipt key, over a message id and a day
        "nacl.bindings.crypto_sign_open",
        "nacl.bindings.crypto_sign_seed_keypair",  # the host's own receipt key, which opens nothing
        "nacl.exceptions.BadSignatureError",
        "nacl.exceptions.CryptoError",
    }
)
"""All of a cryptographic library that the host may touch: it verifies, signs, hashes by hashlib."""

CRYPTOGRAPHIC: Final = frozenset({"argon2", "cryptography", "nacl", "pyrage"})

WAYS_AROUND: Final = (
    *(f"here.{name}" for name in ("__import__", "compile", "eval", "exec", "globals")),
    *("builtins", "_ctypes", "ctypes", "cffi", "_cffi_backend", "code", "pickle", "runpy"),
    *("importlib.import_module", "importlib.util", "importlib.machinery", "pkgutil", "sys.modules"),
)
"""Loading code by another road than an import statement would hide it from these rules."""

PURE: Final = frozenset(
    {"__future__", "abc", "base64", "binascii", "bisect", "calendar", "collections"}
    | {
        "contextlib",
        "dataclasses",
        "datetime",
        "enum",
        "functools",
        "graphlib",
        "hashlib",
        "hmac",
        "itertools",
        "json",
    }
    | {"math", "operator", "re", "string", "struct", "types", "typing", "unicodedata"}
)
"""Standard modules that neither read nor write anything outside the process."""

IMPURE: Final = (
    *("datetime.date.today", "datetime.datetime.now", "datetime.datetime.today"),
    *("datetime.datetime.utcnow", "nacl.utils", "nacl.bindings.randombytes"),
    *("nacl.bindings.crypto_sign_keypair", "here.open", "here.print", "here.input"),
)
"""Clocks, random sources and IO inside modules that are otherwise pure."""


def reaches(name: str, places: tuple[str, ...]) -> bool:
    """Say whether a dotted name is one of these, or inside one."""
    name = name.removesuffix(".")
    return any(name == place or name.startswith(f"{place}.") for place in places)


def top(name: str) -> str:
    """Return the package that a dotted name starts with."""
    return name.partition(".")[0]


def decrypting_names(source: str) -> list[str]:
    """Return what a module on the host may not take from outside."""
    return sorted(
        name
        for name in outside_names(source)
        if reaches(name, WAYS_AROUND) or (top(name) in CRYPTOGRAPHIC and not _verifies(name))
    )


def _verifies(name: str) -> bool:
    if name.endswith("."):  # an import: fine where it leads to an allowed name
        return any(f"{allowed}.".startswith(name) for allowed in HOST_CRYPTOGRAPHY)
    return name in HOST_CRYPTOGRAPHY


def strangers(source: str, owned: set[str]) -> list[str]:
    """Return the packages from outside that a module may not import."""
    return sorted(
        package
        for package in {top(name) for name in outside_names(source) if name.endswith(".")}
        if package not in sys.stdlib_module_names and package not in owned
    )


def owned_by(path: Path) -> set[str]:
    """Return the external packages that this module may import."""
    inside = path.relative_to(PACKAGE)
    places = {str(place) for place in (inside, *inside.parents)}
    return {package for package, owners in OWNERS.items() if places & set(owners)}


def test_nothing_on_the_host_can_decrypt() -> None:
    found = {
        str(path.relative_to(PACKAGE)): names
        for path in modules_in(*HOST)
        if (names := decrypting_names(path.read_text()))
    }
    assert not found


def test_each_external_package_stays_with_its_owners() -> None:
    found = {
        str(path.relative_to(PACKAGE)): names
        for path in modules_in(".")
        if (names := strangers(path.read_text(), owned_by(path)))
    }
    assert not found


def test_the_protocol_has_no_clock_randomness_or_io_of_its_own() -> None:
    found = {
        str(path.relative_to(PACKAGE)): sorted(names)
        for path in modules_in("protocol")
        if (names := impure_names(path.read_text()))
    }
    assert not found


def impure_names(source: str) -> set[str]:
    """Return what the pure core may not use."""
    return {
        name
        for name in outside_names(source)
        if reaches(name, IMPURE) or (top(name) in sys.stdlib_module_names - PURE)
    }


CIPHERS: Final = (
    "import nacl.secret",
    "import nacl.public",
    "import nacl.pwhash",
    "import nacl.signing",
    "from nacl import secret",
    "from nacl.secret import SecretBox",
    "import nacl.bindings\nnacl.secret.SecretBox",
    "from nacl.bindings import crypto_aead_xchacha20poly1305_ietf_decrypt",
    "from nacl.bindings import *",
    "import nacl.bindings\nnacl.bindings.crypto_secretstream_xchacha20poly1305_pull(a, b, c)",
    "import nacl.bindings as b\nb.crypto_box_seal_open(a, c, d)",
    "from nacl import bindings as b\nb.crypto_secretbox_open(a, c, d)",
    "def later(a):\n    import nacl.bindings\n    return nacl.bindings.crypto_scalarmult(a, a)",
    "import nacl.bindings\nb = nacl.bindings\nb.crypto_secretbox_open(a, c, d)",
    "import nacl.bindings\ngetattr(nacl.bindings, 'crypto_secretbox_open')",
    "import argon2",
    "from argon2.low_level import hash_secret_raw",
    "from cryptography.hazmat.primitives import hpke",
    "from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305 as harmless",
    "import importlib\nimportlib.import_module('nacl.secret')",
    "from importlib import import_module",
    "__import__('nacl.secret')",
    "import sys\nsys.modules['nacl.secret']",
    "import ctypes",
)


@pytest.mark.parametrize("source", CIPHERS)
def test_a_module_that_takes_a_cipher_is_refused(source: str) -> None:
    assert decrypting_names(source)


def test_a_module_that_only_verifies_is_accepted() -> None:
    source = """
import hashlib
import nacl.bindings
import nacl.exceptions
from nacl.bindings import crypto_sign_open as check

def is_signed(message, key):
    try:
        nacl.bindings.crypto_sign_open(message, key) == check(message, key)
    except nacl.exceptions.BadSignatureError:
        return False
    return hashlib.blake2b(message)
"""
    assert decrypting_names(source) == []


def test_a_module_outside_the_owners_is_refused() -> None:
    assert strangers("import httpx, click", owned={"click"}) == ["httpx"]
    assert strangers("def f():\n    from sqlalchemy import text", owned=set()) == ["sqlalchemy"]


@pytest.mark.parametrize(
    "source",
    [
        "import os",
        "import secrets",
        "from time import time",
        "from datetime import date\ndate.today()",
        "import datetime as d\nd.datetime.now(d.UTC)",
        "import nacl.utils",
        "open('x')",
    ],
)
def test_a_core_that_reads_a_clock_or_the_world_is_refused(source: str) -> None:
    assert impure_names(source)
