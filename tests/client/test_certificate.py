"""Who answers has to have a certificate for the address: real TLS, on this machine."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path
from typing import Final

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from meldpunt.client import CertificateError, Transport
from meldpunt.wire.lines import HostInfo

_ADDRESS: Final = "127.0.0.1"


def make_certificate(folder: Path) -> Path:
    """Write a key and a certificate that no authority has signed."""
    key = Ed25519PrivateKey.generate()
    name = x509.Name([])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(IPv4Address(_ADDRESS))]), critical=True
        )
        .sign(key, None)
    )
    pem = serialization.Encoding.PEM
    own = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    file = folder / "server.pem"
    file.write_bytes(own + certificate.public_bytes(pem))
    return file


@pytest.fixture
async def interceptor(tmp_path: Path) -> AsyncIterator[tuple[str, list[bytes]]]:
    """A network that answers for the host; gives its origin, and what it could read."""
    read: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        read.append(await reader.read(100))
        writer.close()

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(make_certificate(tmp_path))
    server = await asyncio.start_server(serve, _ADDRESS, 0, ssl=context)
    port = server.sockets[0].getsockname()[1]
    yield f"https://{_ADDRESS}:{port}", read
    server.close()


async def test_a_network_that_reads_along_is_told_nothing_and_asked_once(
    interceptor: tuple[str, list[bytes]],
) -> None:
    origin, read = interceptor
    waits: list[float] = []

    async def sleep(seconds: float) -> None:
        waits.append(seconds)

    async with Transport(origin, sleep=sleep) as transport:
        with pytest.raises(CertificateError, match="certificate is not good"):
            await transport.call("GET", "/v1/host", HostInfo)
    assert (read, waits) == ([], [])
