"""What goes wrong on the wire, and what the client makes of it."""

import gzip
import socket
import threading
import zlib
from collections.abc import Callable, Iterator

import pytest

from plannr_api import BrokenAnswer, Plannr, PlannrError, RateLimited, Timeouts, Unreachable
from tests.plannr_api.scripted_peer import CASE, HASTY, STATUS, Peer, Stopwatch, a_case, client, packed

SLACK = 0.5


def read(plannr: Plannr) -> object:
    return plannr.cases.get(CASE)


def move(plannr: Plannr) -> object:
    return plannr.cases.move(CASE, STATUS, 1)


both = pytest.mark.parametrize(("call", "doubt"), [(read, False), (move, None)], ids=["read", "write"])
Calling = Callable[[Plannr], object]


def test_a_refused_connection_was_never_sent() -> None:
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))  # and does not listen; nor can anybody else meanwhile
        with client(f"http://127.0.0.1:{deaf.getsockname()[1]}") as plannr, pytest.raises(Unreachable) as caught:
            move(plannr)
    assert (caught.value.sent, caught.value.applied, caught.value.slow) == (False, False, False)


def test_an_unknown_name_was_never_sent() -> None:
    with client("http://plannr.invalid") as plannr, pytest.raises(Unreachable) as caught:
        move(plannr)
    assert (caught.value.sent, caught.value.applied) == (False, False)


@pytest.mark.parametrize("host", ["xn--a", "a" * 64, "a..b", "münchen.invalid"])
def test_a_name_that_cannot_be_one_is_unreachable(host: str) -> None:
    with client(f"http://{host}") as plannr, pytest.raises(Unreachable) as caught:
        read(plannr)
    assert caught.value.sent is False


@pytest.fixture
def black_hole() -> Iterator[str]:
    """A listener whose queue is full: connecting takes for ever."""
    with socket.socket() as listener, socket.socket() as first, socket.socket() as second:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        for filler in (first, second):
            filler.setblocking(False)
            filler.connect_ex(listener.getsockname())
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"


@both
def test_connecting_for_ever_ends_in_time_and_was_never_sent(black_hole: str, call: Calling, doubt: object) -> None:
    with client(black_hole, HASTY) as plannr, Stopwatch() as watch, pytest.raises(Unreachable) as caught:
        call(plannr)
    assert (caught.value.slow, caught.value.sent, caught.value.applied) == (True, False, False)
    assert watch.seconds < HASTY.deadline_write + SLACK


def test_a_peer_that_speaks_no_tls_was_never_sent_anything(peer: Peer) -> None:
    peer.sends(b"HTTP/1.1 400 Bad Request\r\n\r\n")
    with client(peer.url.replace("http:", "https:")) as plannr, pytest.raises(Unreachable) as caught:
        move(plannr)
    assert (caught.value.sent, caught.value.applied) == (False, False)


def test_a_tls_handshake_that_stalls_ends_in_time() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as silent,
        client(f"https://127.0.0.1:{silent.getsockname()[1]}", Timeouts(9, 9, 0.4, 0.4)) as plannr,
        Stopwatch() as watch,
        pytest.raises(Unreachable) as caught,
    ):
        move(plannr)
    assert (caught.value.sent, caught.value.applied, caught.value.slow) == (False, False, True)
    assert watch.seconds < 0.4 + SLACK


@both
def test_no_answer_ends_in_time(peer: Peer, hasty: Plannr, call: Calling, doubt: object) -> None:
    peer.hangs()
    with Stopwatch() as watch, pytest.raises(Unreachable) as caught:
        call(hasty)
    assert (caught.value.slow, caught.value.sent, caught.value.applied) == (True, True, doubt)
    assert watch.seconds < HASTY.deadline_write + SLACK
    assert len(peer.asked) == 1


def test_a_read_timeout_within_the_deadline_is_slow_too(peer: Peer) -> None:
    peer.hangs()
    with client(peer.url, Timeouts(1, 0.1, 5, 5)) as plannr, pytest.raises(Unreachable) as caught:
        move(plannr)
    assert (caught.value.slow, caught.value.sent, caught.value.applied) == (True, True, None)


DRIPS = {
    "headers": packed(a_case(), headers={"X-Long": "x" * 500}),
    "status line": b"HTTP/1.1 " + b" " * 500,
    "continues": b"HTTP/1.1 100 Continue\r\n\r\n" * 50,
    "body": None,
    "body without a length": None,
    "chunks": None,
}


@both
@pytest.mark.parametrize("part", DRIPS)
def test_a_slow_drip_ends_in_time(peer: Peer, hasty: Plannr, part: str, call: Calling, doubt: object) -> None:
    heads = {
        "body": b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n",
        "body without a length": b"HTTP/1.0 200 OK\r\n\r\n",
        "chunks": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
    }
    rest = b"1\r\n \r\n" * 200 if part == "chunks" else b" " * 900

    def drip(wire: socket.socket) -> bool:
        wire.sendall(heads.get(part, b""))
        return peer._drip(wire, DRIPS[part] or rest, 0.02)

    peer.does(drip)
    with Stopwatch() as watch, pytest.raises(Unreachable) as caught:
        call(hasty)
    assert (caught.value.slow, caught.value.sent, caught.value.applied) == (True, True, doubt)
    assert watch.seconds < HASTY.deadline_write + SLACK


def test_a_slow_drip_on_a_kept_connection_ends_in_time_too(peer: Peer, hasty: Plannr) -> None:
    peer.answers(a_case()).drips(packed(a_case(), headers={"X-Long": "x" * 500}), every=0.02)
    read(hasty)
    with Stopwatch() as watch, pytest.raises(Unreachable) as caught:
        move(hasty)
    assert (caught.value.slow, caught.value.applied, peer.connections) == (True, None, 1)
    assert watch.seconds < HASTY.deadline_write + SLACK


def test_a_body_cut_off_by_our_own_deadline_is_never_taken_for_whole(peer: Peer, hasty: Plannr) -> None:
    whole_so_far = packed(a_case()).replace(b"Content-Length", b"X-Length")
    peer.does(lambda wire: (wire.sendall(whole_so_far), peer.over.wait(5))[1])
    with pytest.raises(Unreachable) as caught:
        read(hasty)
    assert caught.value.slow


def test_the_deadline_covers_every_retry(peer: Peer) -> None:
    peer.answers(status=503)
    peer.script = [lambda wire: (peer.over.wait(0.15), wire.sendall(packed(status=503)))[0] is False]
    with client(peer.url, Timeouts(1, 1, 0.3, 0.3)) as plannr, Stopwatch() as watch, pytest.raises(Unreachable):
        read(plannr)
    assert watch.seconds < 0.3 + SLACK


@both
def test_a_reset_leaves_a_write_in_doubt(peer: Peer, plannr: Plannr, call: Calling, doubt: object) -> None:
    peer.resets()
    with pytest.raises(Unreachable) as caught:
        call(plannr)
    assert (caught.value.sent, caught.value.applied, caught.value.slow) == (True, doubt, False)


def test_a_kept_connection_that_the_peer_has_closed_leaves_a_write_in_doubt(peer: Peer, plannr: Plannr) -> None:
    peer.answers(a_case()).resets()
    read(plannr)
    with pytest.raises(Unreachable) as caught:
        move(plannr)
    assert (caught.value.sent, caught.value.applied) == (True, None)
    assert [asked.method for asked in peer.asked] == ["GET", "PUT"]


def test_an_idle_connection_closed_by_the_peer_is_replaced_without_a_word(peer: Peer, plannr: Plannr) -> None:
    peer.answers(a_case(), keep=False)
    read(plannr)
    threading.Event().wait(0.05)
    assert move(plannr)
    assert peer.connections == 2


def test_an_answer_cut_anywhere_is_never_a_success(peer: Peer) -> None:
    whole = packed(a_case())
    with client(peer.url) as plannr:
        for length in range(0, len(whole), 7):
            peer.script = []
            peer.sends(whole[:length])
            with pytest.raises(PlannrError) as caught:
                move(plannr)
            assert caught.value.applied is None


NONSENSE = {
    "nothing": b"",
    "noise": b"\x00\xff\xfe garbage \r\n\r\n",
    "old": b"<html>HTTP/0.9</html>",
    "status": b"HTTP/1.1 abc OK\r\n\r\n",
    "big status": b"HTTP/1.1 99999 OK\r\nContent-Length: 0\r\n\r\n",
    "long line": b"HTTP/1.1 200 " + b"x" * 70_000,
    "many headers": b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 200 + b"\r\n{}",
    "no colon": b"HTTP/1.1 200 OK\r\nnonsense\r\nContent-Length: 2\r\n\r\n{}",
    "two lengths": b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
    "minus length": b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n{}",
    "word length": b"HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n{}",
    "broken chunk": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n",
    "minus chunk": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-5\r\n{}\r\n",
    "broken gzip": b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 5\r\n\r\nhello",
    "short gzip": packed(gzip.compress(b'{"a":1}' * 99)[:20], headers={"Content-Encoding": "gzip"}),
    "odd encoding": b"HTTP/1.1 200 OK\r\nContent-Encoding: " + b"gzip," * 30 + b"\r\nContent-Length: 2\r\n\r\n{}",
    "switching": b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n",
    "odd charset": packed(
        b"{}", headers={"Content-Type": "application/json; charset=\udcff".encode("ascii", "replace").decode()}
    ),
    "cookies": packed(b"{}", headers={"Set-Cookie": "a=b; expires=Nonsense; max-age=x; domain=\x80"}),
}


@both
@pytest.mark.parametrize("kind", NONSENSE)
def test_nonsense_is_a_plannr_error(peer: Peer, plannr: Plannr, kind: str, call: Calling, doubt: object) -> None:
    peer.sends(NONSENSE[kind])
    with pytest.raises((Unreachable, BrokenAnswer)) as caught:
        call(plannr)
    assert (caught.value.sent, caught.value.applied) == (True, doubt)


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
def test_packed_answers_are_unpacked(peer: Peer, plannr: Plannr, encoding: str) -> None:
    body = b'{"uuid": "%s"}' % str(CASE).encode()
    small = gzip.compress(body) if encoding == "gzip" else zlib.compress(body)
    peer.answers(small, headers={"Content-Encoding": encoding})
    assert plannr.cases.get(CASE).uuid == CASE


@both
def test_a_gzip_bomb_is_let_go_of_early(peer: Peer, plannr: Plannr, call: Calling, doubt: object) -> None:
    bomb = gzip.compress(bytes(64 * 1024 * 1024), 9)
    peer.answers(bomb, headers={"Content-Encoding": "gzip"})
    with pytest.raises(BrokenAnswer, match="too long") as caught:
        call(plannr)
    assert caught.value.applied is doubt
    assert len(peer.asked) == 1


def test_an_endless_error_page_is_let_go_of_too(peer: Peer, plannr: Plannr) -> None:
    peer.sends(b"HTTP/1.1 302 Found\r\nLocation: /x\r\n\r\n" + b" " * (17 * 1024 * 1024))
    with pytest.raises(BrokenAnswer, match="too long"):
        read(plannr)


@both
@pytest.mark.parametrize("location", ["other", "http://[", "//\udcff", "", "https://example.invalid/", "../../x"])
def test_redirects_are_never_followed(peer: Peer, plannr: Plannr, location: str, call: Calling, doubt: object) -> None:
    peer.sends(packed(status=302, headers={"Location": location.encode("utf-8", "replace").decode()}))
    with pytest.raises(BrokenAnswer) as caught:
        call(plannr)
    assert (caught.value.status, caught.value.permanent, caught.value.applied) == (302, True, doubt)
    assert len(peer.asked) == 1


@pytest.mark.parametrize("status", [502, 503, 504])
def test_a_read_is_tried_three_times(peer: Peer, plannr: Plannr, status: int) -> None:
    peer.answers(status=status).answers(status=status).answers(a_case())
    assert read(plannr)
    assert len(peer.asked) == 3


def test_a_read_is_tried_no_more_than_three_times(peer: Peer, plannr: Plannr) -> None:
    peer.answers({"message": "Service Unavailable"}, status=503)
    with pytest.raises(Unreachable) as caught:
        read(plannr)
    assert (caught.value.status, caught.value.words, len(peer.asked)) == (503, "Service Unavailable", 3)


def test_a_read_survives_a_reset_and_a_body_that_breaks_off(peer: Peer, plannr: Plannr) -> None:
    peer.resets().sends(packed(a_case())[:-4]).answers(a_case())
    assert read(plannr)
    assert len(peer.asked) == 3


WRITES = {
    "PUT": move,
    "POST": lambda plannr: plannr.cases.create(name="x", participants=[]),
    "DELETE": lambda plannr: plannr.cases.delete(CASE),
}


@pytest.mark.parametrize("method", WRITES)
@pytest.mark.parametrize("fault", ["reset", "502", "503", "504", "429"])
def test_a_write_is_never_repeated(peer: Peer, plannr: Plannr, method: str, fault: str) -> None:
    if fault == "reset":
        peer.resets()
    else:
        peer.answers(status=int(fault), headers={"Retry-After": "0"})
    with pytest.raises(PlannrError):
        WRITES[method](plannr)
    assert [asked.method for asked in peer.asked] == [method]


def test_retries_are_spread_at_random(peer: Peer, plannr: Plannr, monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[float] = []
    monkeypatch.setattr("plannr_api.transport.sender.PAUSE", 0.4)
    monkeypatch.setattr("plannr_api.transport.sender.time.sleep", pauses.append)
    peer.answers(status=503)
    for _ in range(10):
        with pytest.raises(Unreachable):
            read(plannr)
    assert len(set(pauses)) == 20
    assert all(0 <= pause <= 0.2 for pause in pauses[::2])
    assert all(0 <= pause <= 0.4 for pause in pauses[1::2])


def test_a_short_wait_is_waited_by_a_read(peer: Peer, plannr: Plannr) -> None:
    peer.answers(status=429, headers={"Retry-After": "0"}).answers(status=503, headers={"Retry-After": "1"})
    peer.answers(a_case())
    with Stopwatch() as watch:
        assert read(plannr)
    assert watch.seconds >= 1


@pytest.mark.parametrize(("status", "wait"), [(429, "3"), (429, None), (429, "-5"), (503, "3"), (503, "999999999")])
def test_a_long_wait_is_left_to_the_caller(peer: Peer, plannr: Plannr, status: int, wait: str | None) -> None:
    peer.answers(status=status, headers={"Retry-After": wait} if wait else {})
    with pytest.raises((RateLimited, Unreachable)) as caught, Stopwatch() as watch:
        read(plannr)
    assert len(peer.asked) == 1
    assert watch.seconds < 0.5
    assert caught.value.retry_after == {"3": 3.0, "999999999": 60.0}.get(wait or "")


def test_many_threads_may_share_one_client(peer: Peer, plannr: Plannr) -> None:
    peer.answers(a_case())
    failed: list[BaseException] = []

    def work() -> None:
        try:
            for _ in range(10):
                read(plannr)
        except BaseException as fault:
            failed.append(fault)

    threads = [threading.Thread(target=work) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (failed, len(peer.asked)) == ([], 160)
    assert peer.connections <= 32


def test_no_thread_and_no_socket_outlives_a_call(peer: Peer, plannr: Plannr) -> None:
    peer.answers(a_case())
    before = threading.active_count()
    for _ in range(30):
        read(plannr)
    threading.Event().wait(0.05)
    assert threading.active_count() <= before + 1
