"""A proxy in front of a server: it cuts, stalls or refuses connections."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field

from tests.support.process import ADDRESS, free_port


@dataclass
class FaultyProxy:
    """A proxy on a port of its own; the client takes it for the host."""

    port: int
    near: int = field(default_factory=free_port)
    cut_after: int | None = None
    """Bytes of the next request that pass before the connection breaks."""
    stalls: bool = False
    """Data waits, and the connection stays open."""
    late: bytes | None = None
    """Data that begins with this waits until a test sets it to None."""
    closed: bool = False
    """The proxy closes every connection at once."""
    connections: int = 0
    """How many clients have connected so far."""

    @property
    def origin(self) -> str:
        return f"http://{ADDRESS}:{self.near}"

    @contextmanager
    def open(self) -> Iterator["FaultyProxy"]:
        with closing(socket.create_server((ADDRESS, self.near))) as listening:
            threading.Thread(target=self._serve, args=(listening,), daemon=True).start()
            yield self

    def _serve(self, listening: socket.socket) -> None:
        with suppress(OSError):
            while True:
                client, _ = listening.accept()
                self.connections += 1
                threading.Thread(target=self._carry, args=(client,), daemon=True).start()

    def _carry(self, client: socket.socket) -> None:
        with closing(client), suppress(OSError), self._connect() as host:
            threading.Thread(target=_pump, args=(host, client), daemon=True).start()
            while data := client.recv(65536):
                if self.closed or self._is_cut(data):
                    return
                while self.stalls or (self.late and data.startswith(self.late)):
                    time.sleep(0.05)
                host.sendall(data)

    def _connect(self) -> socket.socket:
        return socket.create_connection((ADDRESS, self.port))

    def _is_cut(self, data: bytes) -> bool:
        if self.cut_after is None:
            return False
        self.cut_after -= len(data)
        if self.cut_after >= 0:
            return False
        self.cut_after = None
        return True


def _pump(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
    with suppress(OSError):
        target.shutdown(socket.SHUT_WR)
