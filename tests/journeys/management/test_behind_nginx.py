"""deploy/nginx.conf before two servers of which one fails: what is looked at comes from the other, a change is sent
once."""

import re
import socket
import ssl
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from http.client import HTTPResponse, HTTPSConnection
from pathlib import Path

import pytest

from tests.support.nginx import Nginx, nginx
from tests.support.processes import free_port

CHANGES = ("POST", "PUT", "DELETE")


class Peer:
    """A server that notes what reaches it, and answers as it is told to; it hangs up where that is nothing."""

    def __init__(self, answer: bytes) -> None:
        self.answer, self.heard = answer, list[str]()
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._socket.getsockname()[1])
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            with connection:
                self.heard.append(_all_of_it(connection))
                connection.sendall(self.answer)

    def close(self) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()


def _all_of_it(connection: socket.socket) -> str:
    """The request with its body, which may come after it: what is left unread when somebody hangs up takes the answer
    along."""
    text, lacking = "", 1
    while lacking > 0 and (data := connection.recv(65536)):
        text += data.decode()
        head, _, body = text.partition("\r\n\r\n")
        length = re.search(r"\r\nContent-Length: (\d+)", head, re.I)
        lacking = (int(length[1]) if length else 0) - len(body) if "\r\n\r\n" in text else 1
    return text


def an_answer(text: str, status: str = "200 OK") -> bytes:
    return f"HTTP/1.1 {status}\r\nContent-Length: {len(text)}\r\nConnection: close\r\n\r\n{text}".encode()


@contextmanager
def peers(*answers: bytes) -> Iterator[list[Peer]]:
    made = [Peer(answer) for answer in answers]
    yield made
    for peer in made:
        peer.close()


@contextmanager
def asked(front: Nginx, method: str, path: str = "/") -> Iterator[HTTPResponse]:
    trusted = ssl.create_default_context(cafile=str(front.certificate))
    with closing(HTTPSConnection("127.0.0.1", front.port, context=trusted, timeout=10)) as connection:
        connection.request(method, path, "a=1" if method in CHANGES else None, {"X-Forwarded-For": "1.2.3.4"})
        with connection.getresponse() as answer:
            yield answer


def ask(front: Nginx, method: str, path: str = "/") -> tuple[int, str]:
    with asked(front, method, path) as answer:
        return answer.status, answer.read().decode()


@pytest.mark.parametrize("method", CHANGES)
def test_a_change_whose_answer_was_lost_is_not_sent_to_the_other_server(tmp_path: Path, method: str) -> None:
    with peers(b"", b"") as (one, other), nginx(tmp_path, [one.port, other.port]) as front:
        assert ask(front, method)[0] == 502
        assert len(one.heard + other.heard) == 1


@pytest.mark.parametrize("method", [*CHANGES, "GET"])
def test_what_could_not_be_sent_at_all_goes_to_the_other_server(tmp_path: Path, method: str) -> None:
    with peers(an_answer("fine")) as (other,), nginx(tmp_path, [free_port(), other.port]) as front:
        for _ in range(3):
            assert ask(front, method) == (200, "fine")
        assert [each.split()[0] for each in other.heard] == [method] * 3
        assert all(each.endswith("a=1") for each in other.heard if method in CHANGES)


@pytest.mark.parametrize("path", ["/", "/stream/"])
def test_what_is_looked_at_comes_from_the_other_server_if_one_hangs_up(tmp_path: Path, path: str) -> None:
    with peers(b"", an_answer("fine")) as (one, other), nginx(tmp_path, [one.port, other.port]) as front:
        assert [ask(front, "GET", path) for _ in range(3)] == [(200, "fine")] * 3
        assert len(one.heard) == 1  # after that it is left alone for a while


def test_a_static_file_that_one_server_lacks_is_the_others(tmp_path: Path) -> None:
    answers = (an_answer("", "404 Not Found"), an_answer("fine"))
    with peers(*answers) as (one, other), nginx(tmp_path, [one.port, other.port]) as front:
        assert [ask(front, "GET", "/static/a.css") for _ in range(3)] == [(200, "fine")] * 3
        assert one.heard


def test_the_boards_own_refusals_pass_and_it_is_told_who_asks(tmp_path: Path) -> None:
    with peers(*[an_answer("Plannr did not answer", "504 Gateway Timeout")] * 2) as both:
        with nginx(tmp_path, [peer.port for peer in both]) as front:
            assert ask(front, "PUT") == (504, "Plannr did not answer")
        (heard,) = both[0].heard + both[1].heard
    assert f"\r\nHost: 127.0.0.1:{front.port}\r\n" in heard
    assert "\r\nX-Forwarded-Proto: https\r\n" in heard
    assert "\r\nX-Forwarded-For: 1.2.3.4, 127.0.0.1\r\n" in heard


def test_what_a_stream_says_comes_at_once(tmp_path: Path) -> None:
    begun = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: 1\n\n"
    with socket.create_server(("127.0.0.1", 0)) as listener, ThreadPoolExecutor() as beside:
        listener.settimeout(10)

        def begin() -> socket.socket:
            server, _ = listener.accept()
            server.sendall(begun)
            return server

        port = listener.getsockname()[1]
        with nginx(tmp_path, [port, port]) as front:
            beginning = beside.submit(begin)
            with asked(front, "GET", "/stream/") as answer, beginning.result() as server:
                assert answer.readline() == b"data: 1\n"
                server.sendall(b"data: 2\n\n")
                assert answer.readline() + answer.readline() == b"\ndata: 2\n"
