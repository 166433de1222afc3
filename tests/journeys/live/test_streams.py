"""Streams over a real server: who gets one, when they end, and that they hold nothing that others need."""

import os
import re
import signal
import socket
import struct
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from plannr_api.sandbox import Sandbox
from tests.support.processes import KEY, Running, finished, serving, wait_until
from tests.support.stores import Store

PLACES = 64  # of 96 threads
LISTENING = "0A"  # as the kernel lists a socket that waits for others
NOTICED = 5  # seconds within which it is known who has hung up; on a quiet machine it takes one
SIGN_IN = """
from kanban.models import Person
from kanban.accounts.sessions import SessionStore, begin
from django.contrib.auth import login
from django.http import HttpRequest
request = HttpRequest()
request.session = SessionStore()
person, _ = Person.objects.get_or_create(name="bob", defaults={"full_name": "Bob Bailey"})
login(request, person, backend="django.contrib.auth.backends.ModelBackend")
begin(request.session)
request.session.save()
print("key", request.session.session_key)
"""


@contextmanager
def board(folder: Path, **settings: object) -> Iterator[tuple[Running, dict[str, object]]]:
    with Sandbox(cases=20) as plannr:
        ours = {
            "SECRET_KEY": KEY,
            "PLANNR_ACCESS_TOKEN": "sandbox-token",
            "PLANNR_BASE_URL": plannr.url,
            "DATABASE_URL": f"sqlite:///{folder / 'board.sqlite3'}",
            "HTTPS": "off",
            "REFRESH_SECONDS": 3600,
            "WORKERS": 1,
            "THREADS": 96,
        } | settings
        with serving(**ours) as running:
            yield running, ours


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A board that nobody has to sign in to, read once."""
    with board(tmp_path_factory.mktemp("streams")) as (running, _):
        until_it_is_read(running)
        yield running


@pytest.fixture
def open_board(served: Running) -> Iterator[Running]:
    """That board, with all its places free."""
    yield served
    until_all_have_gone(served)


def until_all_have_gone(running: Running) -> None:
    wait_until(lambda: browsers(running) == 0, "everybody has hung up, and the server knows", NOTICED)


def browsers(running: Running) -> int:
    """How many the server takes to be there: its sockets at its own port, and those that were reset, which the kernel
    lists no more. Those to Plannr and to the database are at other ports."""
    listed = {}  # inode: whether it is a browser's
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]:
            fields = line.split()
            port, state = int(fields[1].rpartition(":")[2], 16), fields[3]
            listed[fields[9]] = port == running.port and state != LISTENING
    for line in Path("/proc/net/unix").read_text().splitlines()[1:]:
        listed[line.split()[6]] = False
    held = {link.removeprefix("socket:[").removesuffix("]") for link in running.open_files() if "socket:" in link}
    return sum(listed.get(inode, True) for inode in held)


def until_it_is_read(running: Running, **headers: str) -> None:
    until = time.monotonic() + 60
    while 'http-equiv="refresh"' in running.ask("GET", "/", **headers).text:  # type: ignore[attr-defined]
        assert time.monotonic() < until
        time.sleep(0.1)


class Listener:
    """A browser's end of a stream."""

    def __init__(self, running: Running, cookie: str = "") -> None:
        self._socket = socket.create_connection(("127.0.0.1", running.port), timeout=20)
        asked = f"GET /stream/ HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/event-stream\r\nCookie: {cookie}\r\n\r\n"
        self._socket.sendall(asked.encode())
        self.heard = ""

    def until(self, words: str) -> str:
        """What came until these words did; all that came if the stream ended before."""
        while words not in self.heard:
            data = self._socket.recv(65536)
            if not data:
                break
            self.heard += data.decode()
        return self.heard

    def header(self, name: str) -> str:
        found = re.search(rf"^{name}: (.*?)\r$", self.until("\r\n\r\n"), re.M)
        return found[1] if found else ""

    def reset(self) -> None:
        """Hang up as a browser does that crashed."""
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._socket.close()

    def close(self) -> None:
        self._socket.close()


@contextmanager
def listeners(running: Running, many: int, cookie: str = "") -> Iterator[list[Listener]]:
    """So many streams, each answered: with a hello, or with 204."""
    with ExitStack() as stack:
        opened = [Listener(running, cookie) for _ in range(many)]
        for each in opened:
            stack.callback(each.close)
            each.until("\r\n\r\n")
            if " 204 " not in each.heard:
                each.until("event: hello")
        yield opened


def are_open(opened: list[Listener]) -> int:
    return sum("event: hello" in each.heard for each in opened)


def test_a_stream_says_hello_and_no_proxy_keeps_it_back(open_board: Running) -> None:
    with listeners(open_board, 1) as (stream,):
        heard = stream.until("seat")
        assert stream.header("Content-Type") == "text/event-stream"
        assert stream.header("Cache-Control") == "no-store"
        assert stream.header("X-Accel-Buffering") == "no"
        assert re.search(r"\nretry: [1-4]\d\d\d\nevent: hello\ndata: {\"change\": \d+, \"seat\": \"\w{40}\"}", heard)


def test_a_change_rings_within_a_quarter_of_a_second(open_board: Running) -> None:
    page = open_board.ask("GET", "/")
    token = re.search(r'name="csrf-token" content="([^"]+)"', page.text)  # type: ignore[attr-defined]
    case = re.search(r'data-case="([^"]+)"', page.text)  # type: ignore[attr-defined]
    last = re.findall(r'data-status="([^"]+)"', page.text)[2]  # type: ignore[attr-defined]
    assert token
    assert case
    headers = {
        "Cookie": (page.headers["Set-Cookie"] or "").partition(";")[0],
        "X_CSRFToken": token[1],
        "HX_Request": "true",
        "Content_Type": "application/x-www-form-urlencoded",
    }
    with listeners(open_board, 2) as opened:
        body = f"intent=00000000-0000-4000-8000-000000000001&status={last}&edge=top&force=on"
        answer = open_board.ask("POST", f"/cases/{case[1]}/move/", body, **headers)
        assert answer.status in (200, 409), answer.text  # type: ignore[attr-defined]
        begun = time.monotonic()
        for stream in opened:
            assert "\nid: " in stream.until("\nid: ")
        assert time.monotonic() - begun < 0.25


def test_beyond_its_places_the_server_says_to_poll_and_the_pages_still_open(open_board: Running) -> None:
    with listeners(open_board, PLACES + 6) as opened:
        assert are_open(opened) == PLACES
        assert open_board.ask("GET", "/").status == 200
    until_all_have_gone(open_board)
    with listeners(open_board, PLACES) as opened:
        assert are_open(opened) == PLACES


def test_places_come_back_after_browsers_that_hung_up_at_once(open_board: Running) -> None:
    for _ in range(200):
        Listener(open_board).reset()
    until_all_have_gone(open_board)
    with listeners(open_board, PLACES) as opened:
        assert are_open(opened) == PLACES


def database_files(running: Running) -> int:
    return sum("board.sqlite3" in each for each in running.open_files())


def test_a_server_that_is_told_to_stop_ends_its_streams(tmp_path: Path) -> None:
    with board(tmp_path) as (running, _):
        until_it_is_read(running)
        with listeners(running, 50) as opened:
            assert are_open(opened) == 50
            assert database_files(running) < 50  # they hold none: each would be three files
            begun = time.monotonic()
            running.process.send_signal(signal.SIGTERM)
            for each in opened:
                each.until("there is no such word")
            assert time.monotonic() - begun < 1
            running.process.wait(10)
            assert time.monotonic() - begun < 3


def test_a_stream_ends_with_its_session_and_does_not_keep_it_alive(tmp_path: Path) -> None:
    with board(tmp_path, SIGN_IN="accounts", SESSION_IDLE_MINUTES=2) as (running, settings):
        said = finished("shell", "-c", SIGN_IN, **settings).stdout
        key = said.rpartition("key ")[2].strip()
        cookie = f"sessionid={key}"
        until_it_is_read(running, Cookie=cookie)
        with listeners(running, 1, cookie) as (stream,):
            left = int(stream.header("X-Session-Ends"))
            time.sleep(2.1)
            answer = running.ask("GET", "/changes/?since=0", Cookie=cookie, HX_Request="true")
            assert int(answer.headers["X-Session-Ends"] or 0) <= left - 2
            with listeners(running, 1, cookie) as (another,):
                assert int(another.header("X-Session-Ends")) <= left - 2
            forget = f"from kanban.models import Session; Session.objects.filter(pk='{key}').delete()"
            finished("shell", "-c", forget, **settings)
            begun = time.monotonic()
            assert "event: ended\ndata: \n\n" in stream.until("event: ended")
            assert time.monotonic() - begun < 10
        assert running.ask("GET", "/stream/", Cookie=cookie, Accept="text/event-stream").status == 401


@pytest.mark.skipif("POSTGRES_URL" not in os.environ, reason="needs .ci/postgres around it")
def test_more_who_wait_for_plannr_than_a_process_has_connections_hold_up_nobody(tmp_path: Path) -> None:
    many = 24  # of 16 connections
    with Sandbox(cases=60, rate_limit=1000) as plannr:
        ours = {
            "SECRET_KEY": KEY,
            "PLANNR_ACCESS_TOKEN": "sandbox-token",
            "PLANNR_BASE_URL": plannr.url,
            "DATABASE_URL": Store(tmp_path, os.environ["POSTGRES_URL"]).url,
            "HTTPS": "off",
            "REFRESH_SECONDS": 3600,
            "WORKERS": 1,
        }
        with serving(**ours) as running, ThreadPoolExecutor(many) as people:
            until_it_is_read(running)
            cases = [case["uuid"] for case in plannr.state()["cases"]][:many]
            plannr.fail("GET", "/api/v1/cases*", delay=3, times=0)
            waiting = [
                people.submit(running.ask, "GET", f"/cases/{case}/details/", HX_Request="true") for case in cases
            ]
            time.sleep(1)
            begun = time.monotonic()
            assert running.ask("GET", "/").status == 200
            took = time.monotonic() - begun
            assert not any(each.done() for each in waiting)
            assert took < 1
            assert {each.result().status for each in waiting} == {200}
