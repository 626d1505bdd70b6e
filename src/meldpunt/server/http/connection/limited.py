"""One connection with limits, which apply before any route sees a request.

uvicorn's parser has no limits of its own. This module limits the size and the time of a head, the
number of pipelined requests, and the answers that a client does not take. Broken HTTP and a request
for another protocol get a problem document, but no line in the log: any client could fill the log.
"""

import asyncio
import socket
import weakref
from functools import partial
from typing import Any, ClassVar, Final

from uvicorn.protocols.http.httptools_impl import (
    STATUS_LINE,
    HttpToolsProtocol,
    RequestResponseCycle,
)

from meldpunt.server.http.connection.crowd import Connections, most_connections
from meldpunt.server.http.connection.parsing import BoundedParser
from meldpunt.server.http.privacy import BREAK_OFF, PRIVACY_FIELDS
from meldpunt.server.http.problems import problem_response
from meldpunt.wire.problems import ProblemType

_HEAD_SECONDS: Final = 20.0
"""Seconds for a whole head, from the first moment at which the client may send it."""
_REST_SECONDS: Final = 5.0
"""Seconds that the rest of a body may take after the answer. Then the connection closes."""
_MOST_PIPELINED: Final = 16
"""Requests that may wait while the host answers an earlier one. Our own clients never pipeline."""
_LOOK_SECONDS: Final = 60.0
"""Seconds between two looks. Through buffers on the way an answer goes in lumps of 100 KB."""
_SYSTEM_BUFFER: Final = 64 * 1024
"""Bytes of an answer in the system's hands; Linux doubles it.

The system takes more when a third is free. With its own megabytes a slow client would seem to take
nothing for minutes.
"""
_LEAST_TAKEN: Final = 1024 * _LOOK_SECONDS
"""Bytes that a client must take of a waiting answer between two looks, or the connection ends."""


class LimitedConnection(HttpToolsProtocol):
    """uvicorn's connection with limits; `meldpunt serve` passes it as `http`."""

    all: ClassVar = Connections(most_connections())

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 (uvicorn's own)
        super().__init__(*args, **kwargs)
        self._bounded = BoundedParser(self.parser, self._refuse)
        self.parser = self._bounded  # type: ignore[assignment]  # has every method that uvicorn calls
        self._timer: asyncio.TimerHandle | None = None
        self._patience = _HEAD_SECONDS  # what the timer was set to
        self._looks: asyncio.TimerHandle | None = None
        self._stuck_bytes = 0
        self._body_is_here = True
        self._is_closing = False
        self._ignores = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Wait for the first head, and end the connection if it comes too late."""
        super().connection_made(transport)
        made: socket.socket = transport.get_extra_info("socket")
        made.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SYSTEM_BUFFER)
        self._wait(_HEAD_SECONDS)
        self.all.enter(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """Drop all references, so that nothing keeps this connection in memory."""
        self.all.leave(self)
        self._stop_waiting()
        self._stop_looking()
        super().connection_lost(exc)
        self._bounded.release()

    def on_message_begin(self) -> None:
        """Begin a request, unless the parser has stopped."""
        self._ignores = self._bounded.is_stopped
        if not self._ignores:
            self._body_is_here = False
            super().on_message_begin()

    def on_headers_complete(self) -> None:
        """Start answering the request, or queue it behind the one before."""
        if self._ignores:
            return
        self._bounded.progress()
        self._stop_waiting()
        self.all.work(self)
        if self._bounded.should_upgrade():
            self._ignores = True
            self._refuse(ProblemType.MALFORMED_REQUEST)
            return
        super().on_headers_complete()
        self.cycle.transport = _Gentle(self)  # type: ignore[assignment]  # has every member it uses
        self.scope[BREAK_OFF] = partial(_break_off, weakref.ref(self.cycle))  # type: ignore[typeddict-unknown-key]  # ours
        if len(self.pipeline) >= _MOST_PIPELINED:
            self.cycle.keep_alive = False
            self._bounded.stop()

    def on_body(self, body: bytes) -> None:
        """Pass a piece of the body on."""
        self._bounded.progress()
        if not self._ignores:
            super().on_body(body)

    def on_message_complete(self) -> None:
        """Note that the whole body has arrived."""
        self._bounded.progress()
        if self._ignores:
            return
        self._body_is_here = True
        super().on_message_complete()
        if self._is_closing:
            self._bounded.stop()
            self._close()
        elif self.cycle.response_complete:
            self._wait(_HEAD_SECONDS)

    def on_response_complete(self) -> None:
        """Wait for the next request, or for the rest of this one."""
        if self._is_closing:
            self.pipeline.clear()
        super().on_response_complete()
        if not (self.transport.is_closing() or self._is_closing) and self.cycle.response_complete:
            if self._looks is None:
                self.all.wait(self)
            self._wait(_HEAD_SECONDS if self._body_is_here else _REST_SECONDS)

    def pause_writing(self) -> None:
        """Start to check, every minute, that the client takes the answer."""
        super().pause_writing()
        self._stuck_bytes = self.transport.get_write_buffer_size()
        if self._looks is None:
            self._looks = self.loop.call_later(_LOOK_SECONDS, self._look)
        self.all.stick(self, self._stuck_bytes)

    def resume_writing(self) -> None:
        """Stop that check: the client takes the answer again."""
        self._stop_looking()
        if self._timer is not None:  # only now does the host wait for anything else
            self.all.wait(self)
            self._wait(self._patience)
        super().resume_writing()

    def eof_received(self) -> None:
        """Close the connection: its client sends no more."""
        self._close()

    def abort(self) -> None:
        """End the connection at once, even one that is closing: its client may take nothing."""
        self.transport.abort()

    def close_gently(self) -> None:
        """Close so that the client can still read the answer while it is sending.

        After a plain close the system answers further bytes with a reset. A reset makes the client
        lose the answer.
        """
        if self._body_is_here:
            self._close()
        elif not (self._is_closing or self.transport.is_closing()):
            self._is_closing = True
            self.flow.resume_reading()
            if self.transport.can_write_eof():
                self.transport.write_eof()
            self._wait(_REST_SECONDS)

    def _refuse(self, kind: ProblemType) -> None:
        """Answer broken HTTP with a problem document, unless another answer has begun."""
        self._bounded.stop()
        if self._is_closing:
            return
        cycle: RequestResponseCycle | None = self.cycle
        if cycle is None or cycle.response_complete:
            self._answer(kind)
        elif cycle.more_body and not cycle.response_started and not self.pipeline:
            cycle.disconnected = True
            cycle.waiting_for_100_continue = False
            cycle.message_event.set()
            self._answer(kind)
        else:
            cycle.keep_alive = False

    def _answer(self, kind: ProblemType) -> None:
        self._body_is_here = False
        self.transport.write(_problem(kind))
        self.close_gently()

    def _close(self) -> None:
        """Close when the client has taken what the host wrote."""
        if not self.transport.is_closing():
            self.transport.close()
            self._wait(_HEAD_SECONDS)

    def _wait(self, seconds: float) -> None:
        """End the connection after so long, or longer if its client has to take what is left."""
        self._stop_waiting()
        self._patience = seconds
        if self.transport.get_write_buffer_size():
            seconds = max(seconds, _LOOK_SECONDS)
        self._timer = self.loop.call_later(seconds, self._end_waiting)

    def _end_waiting(self) -> None:
        """End the connection, but not one that takes an answer: the looks say when that ends."""
        if self._looks is None:
            self.abort()
        else:
            self._wait(self._patience)

    def _stop_waiting(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _look(self) -> None:
        stuck = self.transport.get_write_buffer_size()
        if self._stuck_bytes - stuck < _LEAST_TAKEN:
            self.abort()
            return
        self._stuck_bytes = stuck
        self._looks = self.loop.call_later(_LOOK_SECONDS, self._look)

    def _stop_looking(self) -> None:
        self.all.unstick(self)
        if self._looks is not None:
            self._looks.cancel()
            self._looks = None


class _Gentle:
    """The transport that uvicorn's request cycle uses. Its close is gentle."""

    __slots__ = ("_connection", "is_closing", "write")

    def __init__(self, connection: LimitedConnection) -> None:
        self._connection = weakref.ref(connection)
        self.write = connection.transport.write
        self.is_closing = connection.transport.is_closing

    def close(self) -> None:
        """Close the connection after the client had time to read the answer."""
        connection = self._connection()
        if connection is not None:
            connection.close_gently()


def _break_off(asked: weakref.ReferenceType[RequestResponseCycle]) -> None:
    """Close a connection in the middle of an answer; uvicorn would log that as a defect."""
    cycle = asked()
    if cycle is not None:
        cycle.disconnected = True
        cycle.transport.close()


def _problem(kind: ProblemType) -> bytes:
    response = problem_response(kind)
    fields = [*response.raw_headers, *PRIVACY_FIELDS, (b"connection", b"close")]
    head = b"".join(name + b": " + value + b"\r\n" for name, value in fields)
    return STATUS_LINE[response.status_code] + head + b"\r\n" + bytes(response.body)
