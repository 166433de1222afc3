"""The sandbox on a socket: a thread per connection, keep-alive, loopback only."""

import os
import socket
import time
from contextlib import suppress
from dataclasses import dataclass
from io import BufferedReader
from threading import Lock, Thread

from . import routes
from .control import switchboard
from .interference import request_log
from .interference.faults import Fault
from .protocol.http import Answer, BadRequest, Request, end, read_request
from .protocol.serializers import dump
from .state.records import Json
from .world import World

HOST = "127.0.0.1"


@dataclass
class Delivery:
    """An answer and how it is sent. Without an answer the connection ends, or stays open without a word."""

    answer: Answer | None
    drip: float = 0.0
    truncate: int | None = None
    silent: bool = False


class BadPort(Exception):
    """The port is taken or invalid. The message is a sentence."""


def listen(port: int) -> socket.socket:
    """Bind the port before anything else, so that a busy port leaves a state file unchanged."""
    if not 0 <= port <= 65_535:
        raise BadPort(f"Port {port} on {HOST} cannot be used: there is no such port.")
    try:
        listener = socket.create_server((HOST, port), backlog=512)
    except OSError as error:
        raise BadPort(f"Port {port} on {HOST} cannot be used: {os.strerror(error.errno or 0)}.") from None
    listener.settimeout(0.5)
    return listener


class Server:
    def __init__(self, world: World, listener: socket.socket) -> None:
        self._world = world
        self._listener = listener
        self._lock = Lock()
        self._talks: dict[socket.socket, Thread] = {}
        self._accepting = Thread(target=self._accept, name="sandbox", daemon=True)

    def start(self) -> None:
        self._accepting.start()

    def stop(self) -> None:
        """Accept no more connections, wake all waiting threads, and end within half a second."""
        self._world.stop()
        end(self._listener)
        self._accepting.join()
        self._listener.close()
        with self._lock:
            talks = dict(self._talks)
        for connection in talks:
            end(connection)
        deadline = time.monotonic() + 0.5
        for thread in talks.values():
            thread.join(max(0.0, deadline - time.monotonic()))

    def _accept(self) -> None:
        while not self._world.stopping.is_set():
            try:
                self._welcome(self._listener.accept()[0])
            except TimeoutError:
                continue
            except OSError:  # out of descriptors, or the listener was ended
                self._world.stopping.wait(0.05)

    def _welcome(self, connection: socket.socket) -> None:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        thread = Thread(target=self._talk, args=(connection,), daemon=True)
        with self._lock:
            self._talks[connection] = thread
        thread.start()

    def _talk(self, connection: socket.socket) -> None:
        try:
            with connection, connection.makefile("rb") as stream, suppress(OSError):
                while self._exchange(connection, stream):
                    pass
                end(connection)
        finally:
            with self._lock:
                self._talks.pop(connection, None)

    def _exchange(self, connection: socket.socket, stream: BufferedReader) -> bool:
        """One request and its answer; whether the connection stays open."""
        try:
            request = read_request(stream)
        except BadRequest as error:
            return self._send(connection, Delivery(Answer(error.status, dump({"message": "Bad Request"}))), False)
        if request is None or self._world.stopping.is_set():
            return False
        delivery = respond(self._world, request)
        if delivery.silent:
            connection.recv(1)
        return self._send(connection, delivery, request.keep_alive)

    def _send(self, connection: socket.socket, delivery: Delivery, keep_alive: bool) -> bool:
        if delivery.answer is None:
            return False
        keep_alive = keep_alive and delivery.truncate is None
        head, body = delivery.answer.render(keep_alive)
        if delivery.drip:
            connection.sendall(head)
            return self._drip(connection, body[: delivery.truncate], delivery.drip) and keep_alive
        connection.sendall(head + body[: delivery.truncate])
        return keep_alive

    def _drip(self, connection: socket.socket, body: bytes, pause: float) -> bool:
        for start in range(len(body)):
            if self._world.stopping.wait(pause):
                return False
            connection.sendall(body[start : start + 1])
        return True


def respond(world: World, request: Request) -> Delivery:
    if world.switchboard and request.path.startswith(switchboard.PREFIX):
        return Delivery(switchboard.answer(world, request))
    request.person = world.state.person_with(request.token)
    fault = world.faults.take(request)
    entry = world.request_log.open(request, fault.name if fault else None)
    if not world.gates.hold(request, "before", entry["number"]):
        return Delivery(None)
    delivery = _faulty(world, request, entry, fault) if fault else Delivery(routes.answer(world, request))
    request_log.record_effect(entry, request)
    if not world.gates.hold(request, "after", entry["number"]):
        return Delivery(None)
    entry["status"] = delivery.answer.status if delivery.answer else None
    world.hooks.run(request)
    return delivery


def _faulty(world: World, request: Request, entry: Json, fault: Fault) -> Delivery:
    if world.over.wait(fault.delay + (fault.late or 0)) or fault.drop == "before":
        return Delivery(None)
    reached = not fault.canned or fault.applied
    answer = routes.answer(world, request) if reached else fault.answer()
    if fault.late is not None or fault.drop == "after":
        return Delivery(None, silent=fault.late is not None)
    if fault.canned and reached:
        answer = fault.answer()
    answer.headers |= fault.headers
    return Delivery(answer, fault.drip, fault.truncate)
