"""Malformed HTTP requests, sent as bytes on a socket."""

import contextlib
import socket
import struct
from collections.abc import Iterator
from typing import Final
from urllib.parse import urlsplit

_ANSWERS_WITHIN: Final = 60.0


def malformed_requests(word: str, agent: str) -> Iterator[bytes]:
    """Give requests that break HTTP itself, each with a word that must leave no trace.

    Args:
        word: Stands in every place that a server could be tempted to log.
        agent: The User-Agent field.
    """
    fields = f"Host: {word}\r\nUser-Agent: {agent}\r\nReferer: https://x/{word}\r\n"
    chunked = "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
    yield f"{word}\r\n\r\n".encode()
    yield f"GET /v1/{word} HTTP/9.9\r\n{fields}\r\n".encode()
    yield f"GET /v1/{word}\xff HTTP/1.1\r\n{fields}\r\n".encode("latin-1")
    yield f"GET /v1/{word}\0 HTTP/1.1\r\n{fields}\r\n".encode()
    yield f"GET /v1/health HTTP/1.1\r\n{fields}{word}\r\n\r\n".encode()
    yield f"GET /v1/health HTTP/1.1\r\n{fields}X-{word}: \xff\0{word}\r\n\r\n".encode("latin-1")
    yield f"GET http://{word}/v1/{word} HTTP/1.1\r\n{fields}\r\n".encode()
    yield f"{word} /v1/report HTTP/1.1\r\n{fields}\r\n".encode()
    yield f"GET /v1/{word * 20_000} HTTP/1.1\r\n{fields}\r\n".encode()
    yield f"GET /v1/health HTTP/1.1\r\n{fields}X-Long: {word * 20_000}\r\n\r\n".encode()
    yield (
        f"GET /v1/{word} HTTP/1.1\r\n{fields}Connection: Upgrade\r\nUpgrade: websocket\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    ).encode()
    yield f"PUT /v1/report HTTP/1.1\r\n{fields}{chunked}{word}\r\n{word}\r\n".encode()
    yield f"PUT /v1/report HTTP/1.1\r\n{fields}Content-Length: -{word}\r\n\r\n{word}".encode()
    yield f"PUT /v1/report HTTP/1.1\r\n{fields}Content-Length: 99\r\n\r\n{word}".encode()
    yield f"PUT /v1/report HTTP/1.1\r\n{fields}Expect: 100-{word}\r\n\r\n{word}".encode()


def send_bytes(origin: str, request: bytes, *, source: str, reset: bool = False) -> bytes:
    """Send bytes from an address, and return what comes back before the line goes quiet.

    Args:
        origin: The host.
        request: What to send.
        source: The client's own address.
        reset: Break the connection off at once.
    """
    url = urlsplit(origin)
    answer = b""
    with socket.create_connection(
        (url.hostname or "", url.port or 80), _ANSWERS_WITHIN, source_address=(source, 0)
    ) as line:
        if reset:
            line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        with contextlib.suppress(ConnectionError):  # the host may have answered, and closed
            line.sendall(request)
        if not reset:
            with contextlib.suppress(OSError):
                line.shutdown(socket.SHUT_WR)
            with contextlib.suppress(OSError):
                while received := line.recv(65536):
                    answer += received
    return answer
